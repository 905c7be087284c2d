"""Adopting a rota: its draft becomes reception days and duties, all at once, and the deputies are told."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from activities.enums import ReceptionState, RotaState, SwapState
from activities.models import ReceptionDay, ReceptionDuty, Rota, RotaDay, SwapRequest
from activities.services import rota_facts
from activities.services.rota import title
from activities.services.rota_facts import slot_at
from congress import codes
from congress.access import may
from congress.enums import Role
from congress.errors import DomainError
from congress.models import User
from congress.services import audit
from congress.services.notices import notify
from congress.workdays import add_months
from platforms.models import Platform

_NAMED = 3
_Pairs = list[tuple[RotaDay, ReceptionDay | None]]


@dataclass(frozen=True)
class Adopted:
    """How many days were made, drawn anew, left as they stood because they are announced or over, and left out as past."""

    made: int = 0
    redrawn: int = 0
    kept: int = 0
    past: int = 0


def adopt(*, actor: User, rota: Rota) -> Adopted:
    """Makes the draft the rota that holds. Planned days of its months are drawn anew and keep their codes; what is announced,
    held or cancelled stays. A second call is a no-op. Some ten queries, whatever its size.

    Raises PermissionDenied, and DomainError for a rota that is not ready, or with a deputy who has left office since.
    """
    if not may(actor, "activities.change_rota", rota):
        raise PermissionDenied
    return codes.with_code(ReceptionDay, f"JD{rota.first_month.year}-", lambda code: _adopt(actor, rota, code))


def _adopt(actor: User, rota: Rota, code: str) -> Adopted:
    rota = Rota.objects.select_for_update().get(pk=rota.pk)
    if rota.state == RotaState.ADOPTED:
        return Adopted()
    if rota.state != RotaState.READY:
        raise DomainError(f"{rota}现在是“{rota.get_state_display()}”，不能采用。")
    drafts = list(
        rota.drafts.select_related("platform__area", "platform__unit", "platform__reception_schedule")
        .prefetch_related("turns")
        .order_by("on", "platform__code")
    )
    list(Platform.objects.select_for_update().filter(pk__in={draft.platform_id for draft in drafts}).order_by("pk"))  # one adopts at a time
    _refuse_departed(drafts)
    today = timezone.localdate()
    last = add_months(rota.first_month, rota.months)[0]
    stored = ReceptionDay.objects.filter(platform__in={draft.platform_id for draft in drafts}, month__gte=rota.first_month, month__lt=last)
    found = {(day.platform_id, day.month): day for day in stored.order_by("-on")}
    fixed = {
        key for key, day in found.items() if day.state != ReceptionState.PLANNED or day.on <= today
    }  # the notice hangs already, or the day is here
    past = [draft for draft in drafts if draft.on <= today and (draft.platform_id, draft.month) not in fixed]
    to_do = [draft for draft in drafts if draft.on > today and (draft.platform_id, draft.month) not in fixed]
    new: _Pairs = []
    old: _Pairs = []
    for draft in to_do:
        day = found.get((draft.platform_id, draft.month))
        (old if day else new).append((draft, day))
    days = _write(rota, code, new, old)
    _write_duties(rota, actor, days, [day.pk for _, day in old if day])
    Rota.objects.filter(pk=rota.pk).update(state=RotaState.ADOPTED)
    result = Adopted(len(new), len(old), len(drafts) - len(to_do) - len(past), len(past))
    audit.record(
        actor,
        "activities.adopt_rota",
        rota,
        changes={"days_made": [0, result.made], "days_redrawn": [0, result.redrawn], "days_kept": [0, result.kept]},
        ref=rota.code,
    )
    _tell(actor, rota, [draft for draft, _ in days])
    return result


def _refuse_departed(drafts: Sequence[RotaDay]) -> None:
    """Raises DomainError where somebody on the draft has no mandate in force any more."""
    slots = [slot_at(draft.platform, draft.month, draft.on) for draft in drafts]
    towns = {town.path: town for town in rota_facts.towns_of(slots, {draft.platform.unit.path: draft.platform.unit for draft in drafts})}
    wrong = []
    for slot, draft in zip(slots, drafts, strict=True):
        known = towns[slot.town].candidates
        for turn in draft.turns.all():
            if turn.deputy_id not in known or not known[turn.deputy_id].serves(slot.town, slot.on):
                wrong.append(draft)
                break
    if wrong:
        days = "、".join(f"{draft.platform.short_name}{draft.on.month}月{draft.on.day}日" for draft in wrong[:_NAMED])
        more = f"等{len(wrong)}个接待日" if len(wrong) > _NAMED else ""
        raise DomainError(f"{days}{more}排的代表在排班以后离任或暂停职务。请先调整这些接待日，或重新排班。")


def _write(rota: Rota, code: str, new: _Pairs, old: _Pairs) -> list[tuple[RotaDay, ReceptionDay]]:
    prefix, number = code.rsplit("-", 1)
    made = ReceptionDay.objects.bulk_create(
        [
            ReceptionDay(
                code=f"{prefix}-{int(number) + place:0{len(number)}d}",
                platform_id=draft.platform_id,
                month=draft.month,
                rota=rota,
                **_said(draft),
            )
            for place, (draft, _) in enumerate(new)
        ],
        batch_size=500,
    )
    changed = []
    for draft, day in old:
        assert day is not None
        for name, value in _said(draft).items():
            setattr(day, name, value)
        day.rota, day.version = rota, day.version + 1
        changed.append(day)
    ReceptionDay.objects.bulk_update(
        changed, ["on", "moved_from", "moved_because", "starts_at", "ends_at", "rota", "version"], batch_size=200
    )
    return [*zip((draft for draft, _ in new), made, strict=True), *zip((draft for draft, _ in old), changed, strict=True)]


def _said(draft: RotaDay) -> dict[str, datetime.date | datetime.time | str | None]:
    return {name: getattr(draft, name) for name in ("on", "moved_from", "moved_because", "starts_at", "ends_at")}


def _write_duties(rota: Rota, actor: User, days: Sequence[tuple[RotaDay, ReceptionDay]], old: Sequence[int]) -> None:
    """The duties as drafted. Who stays on a day keeps her duty and a swap she asked for; the others' swaps end with their duties."""
    held = {(duty.day_id, duty.deputy_id): duty for duty in ReceptionDuty.objects.filter(day__in=old)}
    wanted = {(day.pk, turn.deputy_id): turn.turn for draft, day in days for turn in draft.turns.all()}
    gone = [duty.pk for key, duty in held.items() if key not in wanted]
    swaps = SwapRequest.objects.filter(duty__in=gone, state=SwapState.ASKED).select_related("to__user", "duty__deputy__user")
    people = {person.pk: person for swap in swaps for person in (swap.to.user, swap.duty.deputy.user) if person}
    if people:
        notify(
            people.values(),
            text=f"{title(rota.first_month, rota.months)}的轮值表已重新排定，原来提出的换班不再有效。",
            key=f"rota-{rota.code}-swaps",
            url=reverse("activities:my_receptions"),
        )
    ReceptionDuty.objects.filter(pk__in=gone).delete()
    ReceptionDuty.objects.bulk_create(
        (ReceptionDuty(day_id=day, deputy_id=deputy, turn=turn) for (day, deputy), turn in wanted.items() if (day, deputy) not in held),
        batch_size=500,
    )


def _tell(actor: User, rota: Rota, drafts: Sequence[RotaDay]) -> None:
    """Each deputy with an account learns how often and when first; the towns' staff that the rota holds. Two queries."""
    days: dict[int, list[RotaDay]] = {}
    for draft in drafts:
        for turn in draft.turns.all():
            days.setdefault(turn.deputy_id, []).append(draft)
    for user in User.objects.filter(deputy__in=list(days)).select_related("deputy"):
        own = sorted(days[user.deputy.pk], key=lambda draft: draft.on)
        first = own[0]
        notify(
            [user],
            text=f"{title(rota.first_month, rota.months)}的接待选民轮值表已排定，您值班{len(own)}次，"
            f"第一次是{first.on.month}月{first.on.day}日，{first.platform.name}。",
            key=f"rota-{rota.code}",
            url=reverse("activities:my_receptions"),
        )
    areas = {draft.platform.unit_id for draft in drafts}
    staff = User.objects.in_role(Role.TOWN_OFFICE).filter(Q(grants__organisation__area__in=areas)).exclude(pk=actor.pk).distinct()
    notify(
        staff,
        text=f"{title(rota.first_month, rota.months)}的接待选民轮值表已排定。",
        key=f"rota-{rota.code}-staff",
        url=reverse("activities:receptions"),
    )
