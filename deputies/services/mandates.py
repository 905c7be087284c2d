"""A mandate's life: begun, suspended, resumed, ended (代表法 art. 61–63), and corrected where it was entered wrongly."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from congress.enums import Role
from congress.errors import DomainError
from congress.models import Area, RoleGrant, Term, User
from congress.services import audit
from congress.services.notices import notify
from deputies.enums import END_REASONS, MANDATE_TRANSITIONS, SUSPENSION_REASONS, EndReason, MandateStatus
from deputies.models import Deputy, ElectoralDistrict, Mandate, MandateChange
from deputies.services import closing, handover
from deputies.services.guards import FieldRefused, person, require

SEAT = ("area", "electoral_district", "card_number", "starts_on")
_MAJORITY = 18  # 选举法 art. 4


@transaction.atomic
def begin(
    *,
    actor: audit.Actor,
    deputy: Deputy,
    term: Term,
    area: Area,
    electoral_district: ElectoralDistrict | None = None,
    card_number: str = "",
    starts_on: datetime.date,
    note: str = "",
) -> Mandate:
    """Enters a seat won in a by-election or at the term's election (选举法 art. 57); voters waiting for her come to her.

    The same seat again is a no-op. Raises PermissionDenied, and DomainError, where it can be told as a FieldRefused, when
    the term is over, the deputy has a mandate in it, the electoral district is full, or the card number is taken.
    """
    require(actor, "deputies.manage_mandates")
    term = _locked(term)
    card_number = card_number.strip()
    known = Mandate.objects.filter(deputy=deputy, term=term).first()
    if known:
        if known.status != MandateStatus.ENDED and (known.area_id, known.starts_on) == (area.pk, starts_on):
            return known
        raise FieldRefused("term", f"{deputy}在{term}已有代表资格（{known.get_status_display()}），同一届不能再登记一次。")
    refuse_seat(deputy=deputy, term=term, area=area, electoral_district=electoral_district, card_number=card_number, starts_on=starts_on)
    mandate = Mandate.objects.create(
        deputy=deputy, term=term, area=area, electoral_district=electoral_district, card_number=card_number, starts_on=starts_on
    )
    _keep_change(actor, mandate, starts_on, note=note)
    seat = {name: getattr(mandate, name) for name in SEAT}
    audit.record(actor, "deputies.begin_mandate", deputy, changes=audit.difference({}, {"term": str(term), **seat}))
    handover.settle_waiting(actor=actor, term=term)
    _tell(mandate, f"{deputy}当选{term}代表（{area}）。", "begun", starts_on)
    return mandate


@transaction.atomic
def correct(*, actor: audit.Actor, mandate: Mandate, **fields: Any) -> Mandate:
    """Puts right what was entered of a seat: area, electoral district, card number, day of election. No difference, no write.

    Raises PermissionDenied, and DomainError as ``begin`` does.
    """
    require(actor, "deputies.manage_mandates")
    if unknown := fields.keys() - set(SEAT):
        raise TypeError(f"not fields of a seat: {sorted(unknown)}")
    _locked(mandate.term)
    mandate = _fresh(mandate)
    before = {name: getattr(mandate, name) for name in SEAT}
    after = before | fields
    after["card_number"] = after["card_number"].strip()
    changes = audit.difference(before, after)
    if not changes:
        return mandate
    refuse_seat(deputy=mandate.deputy, term=mandate.term, mandate=mandate, **after)
    for name, value in after.items():
        setattr(mandate, name, value)
    mandate.save(update_fields=list(after))
    audit.record(actor, "deputies.correct_mandate", mandate.deputy, changes=changes)
    return mandate


@transaction.atomic
def suspend(*, actor: audit.Actor, mandate: Mandate, reason: str, on: datetime.date, note: str = "") -> Mandate:
    """Suspends the deputy's work (代表法 art. 61). A second call is a no-op.

    Groups and liaisons stay, because the work may be resumed; what she was asked to do on days to come does not
    (``closing.on_end``), and the account's role of a deputy ends the day before, unless another mandate in force carries it.

    Raises PermissionDenied, and DomainError for a reason of another article, a day to come, or an ended mandate.
    """
    require(actor, "deputies.manage_mandates")
    if reason not in SUSPENSION_REASONS:
        raise FieldRefused("reason", "请选择暂停执行代表职务的原因（代表法第六十一条）。")
    mandate = _fresh(mandate)
    if (mandate.status, mandate.end_reason) == (MandateStatus.SUSPENDED, reason):
        return mandate
    refuse_day(mandate, on)
    _set(actor, mandate, MandateStatus.SUSPENDED, on, "deputies.suspend_mandate", reason=reason, note=note)
    closing.follow(actor, [mandate], on - datetime.timedelta(days=1))
    closing.suspend_roles(actor=actor, mandate=mandate, last_day=on - datetime.timedelta(days=1))
    _tell(mandate, f"{mandate.deputy}自{_day(on)}起暂停执行代表职务。", "suspended", on)
    return mandate


@transaction.atomic
def resume(*, actor: audit.Actor, mandate: Mandate, on: datetime.date, note: str = "") -> Mandate:
    """The deputy takes up the work again (代表法 art. 61, last paragraph), with the role the suspension took. A second call is a no-op.

    Raises PermissionDenied, and DomainError for a day to come or an ended mandate.
    """
    require(actor, "deputies.manage_mandates")
    mandate = _fresh(mandate)
    if mandate.status == MandateStatus.ACTIVE:
        return mandate
    refuse_day(mandate, on)
    suspended_on = mandate.changes.filter(status=MandateStatus.SUSPENDED).order_by("-on", "-pk").values_list("on", flat=True).first()
    _set(actor, mandate, MandateStatus.ACTIVE, on, "deputies.resume_mandate", reason="", note=note)
    closing.resume_roles(actor=actor, mandate=mandate, suspended_on=suspended_on or on, on=on)
    _tell(mandate, f"{mandate.deputy}自{_day(on)}起恢复执行代表职务。", "resumed", on)
    return mandate


@transaction.atomic
def end(*, actor: audit.Actor, mandate: Mandate, reason: str, on: datetime.date, note: str = "") -> Mandate:
    """Ends the mandate on that day (代表法 art. 62), and by itself what rests on it: see ``closing``.

    The day itself no longer counts; what closes has the day before as its last. Fixed voters wait for the successor. The
    same end again is a no-op. Raises PermissionDenied, and DomainError for a reason of another article, a day to come or
    before the election, or a mandate that ended otherwise.
    """
    require(actor, "deputies.manage_mandates")
    if reason not in END_REASONS:
        raise FieldRefused("reason", "请选择代表资格终止的原因（代表法第六十二条）。")
    mandate = _fresh(mandate)
    if (mandate.status, mandate.end_reason, mandate.ends_on) == (MandateStatus.ENDED, reason, on):
        return mandate
    refuse_day(mandate, on)
    last_day = on - datetime.timedelta(days=1)
    found = closing.gather([mandate], last_day)
    counts = {name: [count, 0] for name, count in found.counts.items() if count and name != "mandates"}
    _set(actor, mandate, MandateStatus.ENDED, on, "deputies.end_mandate", reason=reason, note=note, counts=counts)
    closing.close(actor=actor, closing=found, last_day=last_day)
    _tell(mandate, f"{mandate.deputy}的代表资格于{_day(on)}终止（{EndReason(reason).label}）。", "ended", on)
    return mandate


def refuse_seat(
    *,
    deputy: Deputy,
    term: Term,
    area: Area,
    electoral_district: ElectoralDistrict | None,
    card_number: str,
    starts_on: datetime.date,
    mandate: Mandate | None = None,
) -> None:
    """Raises FieldRefused when the deputy can't have this seat. ``mandate`` is the one that is being corrected."""
    if term.ends_on and mandate is None:
        raise FieldRefused("term", f"{term}已于{_day(term.ends_on)}届满，不能再登记代表资格。")
    if not term.congress.area.contains(area):
        raise FieldRefused("area", f"{area}不在{term.congress.area}，不能作为{term}代表的所属区划。")
    if starts_on > timezone.localdate():
        raise FieldRefused("starts_on", "当选日期不能晚于今天。")
    if (term.ends_on and starts_on > term.ends_on) or starts_on.year < term.starts_on.year - 1:
        raise FieldRefused("starts_on", f"当选日期不在{term}的任期内（{_day(term.starts_on)}起）。")
    born = deputy.born_on
    if born and (born.year + _MAJORITY, born.month, born.day) > (starts_on.year, starts_on.month, starts_on.day):
        raise FieldRefused("starts_on", f"{deputy}当选时未满 {_MAJORITY} 周岁，请核对出生年月和当选日期。")
    others = Mandate.objects.filter(term=term).exclude(pk=mandate.pk if mandate else 0)
    if card_number and (holder := others.filter(card_number=card_number).select_related("deputy").first()):
        raise FieldRefused("card_number", f"代表证号 {card_number} 已由{holder.deputy}（{holder.deputy.code}）使用，同一届不能重复。")
    if electoral_district is None:
        return
    if electoral_district.term_id != term.pk:
        raise FieldRefused("electoral_district", f"“{electoral_district}”不是{term}的选区，请重新选择。")
    if mandate and mandate.status == MandateStatus.ENDED:
        return
    sitting = others.filter(electoral_district=electoral_district).exclude(status=MandateStatus.ENDED).select_related("deputy")
    names = [row.deputy.name for row in sitting.order_by("deputy__code")]
    if len(names) >= electoral_district.seats:
        raise FieldRefused(
            "electoral_district",
            f"“{electoral_district}”应选 {electoral_district.seats} 名，已有{'、'.join(names)}，没有空缺。请先登记出缺，或改选其他选区。",
        )


def keep_changes(actor: audit.Actor, mandates: list[Mandate], on: datetime.date, *, reason: str = "", note: str = "") -> None:
    """One line in each mandate's history, as it now stands."""
    MandateChange.objects.bulk_create(
        MandateChange(mandate=mandate, on=on, status=mandate.status, reason=reason, note=note.strip()[:120], entered_by=person(actor))
        for mandate in mandates
    )


def _keep_change(actor: audit.Actor, mandate: Mandate, on: datetime.date, *, reason: str = "", note: str = "") -> None:
    keep_changes(actor, [mandate], on, reason=reason, note=note)


def _locked(term: Term) -> Term:
    """Whoever gives out seats or card numbers of a term takes the term first."""
    return Term.objects.select_for_update(of=("self",)).select_related("congress__area").get(pk=term.pk)


def _fresh(mandate: Mandate) -> Mandate:
    rows = Mandate.objects.select_for_update(of=("self",)).select_related("deputy", "term__congress__area", "area", "electoral_district")
    return rows.get(pk=mandate.pk)


def refuse_day(mandate: Mandate, on: datetime.date) -> None:
    """Raises FieldRefused for a day to come, before the election, or before the last change."""
    if on > timezone.localdate():
        raise FieldRefused("on", "日期不能晚于今天。请在生效当日或之后办理。")
    if on < mandate.starts_on:
        raise FieldRefused("on", f"日期不能早于当选日期（{_day(mandate.starts_on)}）。")
    last = mandate.changes.order_by("-on").values_list("on", flat=True).first()
    if last and on < last:
        raise FieldRefused("on", f"日期不能早于上一次变动（{_day(last)}）。")


def _set(
    actor: audit.Actor,
    mandate: Mandate,
    status: MandateStatus,
    on: datetime.date,
    action: str,
    *,
    reason: str,
    note: str,
    counts: dict[str, Any] | None = None,
) -> None:
    """The one setter. Takes a locked mandate one step on; raises DomainError for a step the table does not know."""
    before = MandateStatus(mandate.status)
    if status not in MANDATE_TRANSITIONS[before]:
        if before == MandateStatus.ENDED and mandate.ends_on:
            raise DomainError(
                f"{mandate.deputy}的代表资格已于{_day(mandate.ends_on)}终止（{mandate.get_end_reason_display()}），不能再变动。"
            )
        raise DomainError(f"{mandate.deputy}现为“{before.label}”，不能转为“{status.label}”。")
    mandate.status, mandate.end_reason = status, reason
    mandate.ends_on = on if status == MandateStatus.ENDED else None
    mandate.save(update_fields=["status", "end_reason", "ends_on"])
    _keep_change(actor, mandate, on, reason=reason, note=note)
    changes = {"status": [before.value, status.value], "reason": [None, reason], "on": [None, str(on)], **(counts or {})}
    audit.record(actor, action, mandate.deputy, changes=changes, reason=note)


def town_staff(area: Area) -> list[User]:
    """Staff of the town in which the area lies, or which it is."""
    codes = area.path.strip("/").split("/")
    grants = RoleGrant.objects.in_force().filter(role=Role.TOWN_OFFICE, organisation__area__code__in=codes)
    return list(User.objects.filter(is_active=True, pk__in=grants.values("user")))


def _tell(mandate: Mandate, text: str, event: str, on: datetime.date) -> None:
    """The town's staff and the deputy learn of it."""
    people = town_staff(mandate.area)
    if mandate.deputy.user_id:
        people.append(User(pk=mandate.deputy.user_id))
    notify(
        people,
        text=text[:200],
        url=reverse("deputies:detail", args=[mandate.deputy.code]),
        key=f"mandate-{event}-{mandate.pk}-{on:%Y%m%d}",
    )


def _day(day: datetime.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
