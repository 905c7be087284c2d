"""创先争优: deeds told and approved, honours entered, and a year's outstanding deputies nominated, examined and decided."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from congress import codes
from congress.access import may
from congress.enums import Role
from congress.errors import DomainError
from congress.models import Area, Congress, User
from congress.services import audit, files
from congress.services.notices import notify
from deputies.enums import DeedState, NominationState
from deputies.models import Deed, DeedPhoto, Deputy, Honour, Mandate, Nomination, NominationRound, StandingMember
from deputies.services.contacts import examine_photos

HONOUR_LEVEL = "区级"


# ---- deeds


def write_deed(
    *,
    actor: User,
    deputy: Deputy,
    title: str,
    story: str,
    on: datetime.date,
    deed: Deed | None = None,
    photos: Iterable[File[Any]] = (),
) -> Deed:
    """Keeps a draft, new or changed. The same title of the same deputy on the same day again gives the draft that is there.

    Raises PermissionDenied for somebody else's deputy, and DomainError for what is missing, a day to come, a photo that
    can't be kept, or a deed that is no draft any more.
    """
    title, story = title.strip(), story.strip()
    _require(actor, "deputies.write_deed" if deed is not None else "deputies.write_deed_of", deed or deputy)
    if not title or not story:
        raise DomainError("请写明标题和事迹。")
    if on > timezone.localdate():
        raise DomainError("事迹的日期还没有到，请改正。")
    examined = examine_photos(photos)

    def keep(deed: Deed) -> Deed:
        for photo in examined:
            files.store(DeedPhoto, photo, actor, deed=deed)
        audit.record(actor, "deputies.write_deed", deed, changes={"photos": [0, len(examined)]})
        return deed

    if deed is None:
        deed = Deed.objects.filter(deputy=deputy, title=title, on=on, state=DeedState.DRAFT).first()
    if deed is None:
        fields = {"deputy": deputy, "title": title, "story": story, "on": on, "written_by": actor}
        return codes.with_code(Deed, f"SJ{timezone.localdate().year}-", lambda code: keep(Deed.objects.create(code=code, **fields)))
    with transaction.atomic():
        deed = _locked(deed)
        refuse_change(deed)
        deed.title, deed.story, deed.on = title, story, on
        deed.save(update_fields=["title", "story", "on"])
        return keep(deed)


def refuse_change(deed: Deed) -> None:
    """Raises DomainError for a deed that is a draft no more."""
    if deed.state != DeedState.DRAFT:
        raise DomainError(f"这篇事迹“{deed.get_state_display()}”，不能再改。需要修改的，请代表工委退回。")


@transaction.atomic
def submit_deed(*, actor: User, deed: Deed) -> Deed:
    """Hands a draft to the office. A second call is a no-op. Raises PermissionDenied, and DomainError once it is approved."""
    _require(actor, "deputies.write_deed", deed)
    deed = _locked(deed)
    if deed.state == DeedState.SUBMITTED:
        return deed
    _move(actor, "deputies.submit_deed", deed, DeedState.DRAFT, DeedState.SUBMITTED, returned_reason="")
    notify(
        User.objects.in_role(Role.OFFICE), text=f"先进事迹待审核：{deed.title}"[:200], url=_deed_url(deed), key=_event(deed, "submitted")
    )
    return deed


@transaction.atomic
def approve_deed(*, actor: User, deed: Deed, is_public: bool = False) -> Deed:
    """The office has read it; ``is_public`` marks it for the public site as well. The same again is a no-op.

    Raises PermissionDenied, and DomainError for a draft.
    """
    _require(actor, "deputies.approve_deed", deed)
    deed = _locked(deed)
    if deed.state == DeedState.APPROVED and deed.is_public == is_public:
        return deed
    if deed.state == DeedState.APPROVED:
        deed.is_public = is_public
        deed.save(update_fields=["is_public"])
        audit.record(actor, "deputies.mark_deed_public", deed, changes={"is_public": [not is_public, is_public]})
        return deed
    _move(
        actor,
        "deputies.approve_deed",
        deed,
        DeedState.SUBMITTED,
        DeedState.APPROVED,
        is_public=is_public,
        approved_by=actor,
        approved_at=timezone.now(),
    )
    notify([deed.written_by], text=f"先进事迹已审核：{deed.title}"[:200], url=_deed_url(deed), key=_event(deed, "approved"))
    return deed


@transaction.atomic
def return_deed(*, actor: User, deed: Deed, reason: str) -> Deed:
    """Back to its writer, who may change it again. The same reason again is a no-op. Raises PermissionDenied, and DomainError
    without a reason or when it is not waiting to be approved."""
    _require(actor, "deputies.approve_deed", deed)
    deed, reason = _locked(deed), reason.strip()[:200]
    if not reason:
        raise DomainError("请写明退回的理由。")
    if deed.state == DeedState.DRAFT and deed.returned_reason == reason:
        return deed
    _move(actor, "deputies.return_deed", deed, DeedState.SUBMITTED, DeedState.DRAFT, returned_reason=reason)
    notify([deed.written_by], text=f"先进事迹已退回：{reason}"[:200], url=_deed_url(deed), key=_event(deed, "returned"))
    return deed


# ---- honours


@transaction.atomic
def record_honour(*, actor: User, deputy: Deputy, name: str, level: str, awarded_by: str, on: datetime.date) -> Honour:
    """Enters a commendation. The same again gives the row that is there. Raises PermissionDenied, and DomainError for a day to come."""
    _require(actor, "deputies.record_honour")
    if on > timezone.localdate():
        raise DomainError("授予日期还没有到，请改正。")
    honour, is_new = Honour.objects.get_or_create(
        deputy=deputy, name=name.strip(), on=on, defaults={"level": level.strip(), "awarded_by": awarded_by.strip()}
    )
    if is_new:
        audit.record(actor, "deputies.record_honour", honour, changes={"deputy": [None, deputy.code]}, ref=deputy.code)
    return honour


# ---- nominations


@transaction.atomic
def open_round(*, actor: User, year: int, quota_percent: Decimal, excludes_leaders: bool, closes_on: datetime.date) -> NominationRound:
    """Calls for nominations and tells the towns. The same year again gives the round that is there.

    Raises PermissionDenied, and DomainError for a share outside 0 to 100 or a last day that is past.
    """
    _require(actor, "deputies.run_nominations")
    if found := NominationRound.objects.filter(year=year).first():
        return found
    if not 0 < quota_percent <= 100:
        raise DomainError("名额比例应当大于 0，不超过 100。")
    if closes_on < timezone.localdate():
        raise DomainError("推荐截止日期已经过去，请另定日期。")
    round = NominationRound.objects.create(year=year, quota_percent=quota_percent, excludes_leaders=excludes_leaders, closes_on=closes_on)
    audit.record(actor, "deputies.open_nominations", round, changes={"quota_percent": [None, str(quota_percent)]}, ref=str(year))
    text = f"{round}已开始，请于{closes_on.month}月{closes_on.day}日前推荐。"
    notify(User.objects.in_role(Role.TOWN_OFFICE), text=text, url=_round_url(round), key=f"nominations-{year}")
    return round


def quota(percent: Decimal, serving: int) -> int:
    """How many a town may nominate: its share of serving deputies, rounded down, one at least. Nobody serving, nobody nominated."""
    return max(int(serving * percent / 100), 1) if serving else 0


def serving_within(area: Area) -> int:
    """Serving deputies of the area, each once however many mandates she holds. One query."""
    return Mandate.objects.serving().within(area).order_by().values("deputy").distinct().count()


def eligible(round: NominationRound, area: Area) -> Any:
    """The deputies a town may put forward: serving there, not yet put forward, and no standing members when those are excluded."""
    found = Deputy.objects.filter(pk__in=Mandate.objects.serving().within(area).values("deputy"))
    if round.excludes_leaders:
        found = found.exclude(pk__in=StandingMember.objects.in_force().values("mandate__deputy"))
    return found.exclude(pk__in=round.nominations.values("deputy")).order_by("code")


@transaction.atomic
def nominate(*, actor: User, round: NominationRound, area: Area, deputy: Deputy, grounds: str) -> Nomination:
    """A town puts a deputy forward. The same deputy by the same town again gives the nomination that is there.

    Those the office refused do not count against the quota. Raises PermissionDenied outside one's own town, and DomainError
    without grounds, after the last day, beyond the quota, or for a deputy who does not serve there or is excluded.
    """
    if area.pk not in actor.access.area_ids(Role.TOWN_OFFICE):
        raise PermissionDenied
    round = _locked_round(round)
    if found := round.nominations.filter(deputy=deputy, area=area).first():
        return found
    if not grounds.strip():
        raise DomainError("请写明推荐理由。")
    if round.decided_on is not None or timezone.localdate() > round.closes_on:
        raise DomainError(f"{round}的推荐已于{round.closes_on.year}年{round.closes_on.month}月{round.closes_on.day}日截止。")
    if not eligible(round, area).filter(pk=deputy.pk).exists():
        raise DomainError(f"{deputy}不能由{area}推荐：不是{area}的在任代表，或者是常委会组成人员，或者已由别处推荐。")
    places = quota(round.quota_percent, serving_within(area))
    if round.nominations.filter(area=area).exclude(state=NominationState.REFUSED).count() >= places:
        raise DomainError(f"{area}的推荐名额为 {places} 名，已经用完。")
    nomination = Nomination.objects.create(round=round, deputy=deputy, area=area, grounds=grounds.strip(), nominated_by=actor)
    audit.record(actor, "deputies.nominate", nomination, changes={"deputy": [None, deputy.code]}, ref=f"{round.year}/{deputy.code}")
    return nomination


@transaction.atomic
def examine(*, actor: User, nomination: Nomination, passes: bool, opinion: str = "") -> Nomination:
    """The office lets a nomination through to the chairpersons' meeting, or refuses it with the reason. The same again is a no-op.

    Raises PermissionDenied, and DomainError without a reason for refusing or once the meeting has decided.
    """
    _require(actor, "deputies.run_nominations")
    round = _locked_round(nomination.round)
    nomination = Nomination.objects.select_related("deputy", "area", "nominated_by").get(pk=nomination.pk)
    state, opinion = (NominationState.EXAMINED if passes else NominationState.REFUSED), opinion.strip()[:300]
    if nomination.state == state and nomination.opinion == opinion:
        return nomination
    if round.decided_on is not None:
        raise DomainError(f"{round}已经主任会议审定，不能再改。")
    if not passes and not opinion:
        raise DomainError("不予通过的，请写明理由。")
    before = nomination.state
    nomination.state, nomination.opinion = state, opinion
    nomination.save(update_fields=["state", "opinion"])
    audit.record(
        actor,
        "deputies.examine_nomination",
        nomination,
        changes={"state": [before, state.value]},
        reason=opinion,
        ref=f"{round.year}/{nomination.deputy.code}",
    )
    if not passes:
        text = f"对{nomination.deputy}的推荐未通过：{opinion}"[:200]
        notify([nomination.nominated_by], text=text, url=_round_url(round), key=f"nomination-{nomination.pk}-refused")
    return nomination


@transaction.atomic
def decide(*, actor: User, round: NominationRound, meeting: str, on: datetime.date, chosen: Iterable[Nomination]) -> list[Honour]:
    """Enters what the chairpersons' meeting decided: those chosen are honoured, the rest of the examined are not. Final.

    A second call gives the honours of the first. Raises PermissionDenied, and DomainError without a meeting, for a day to
    come, with a nomination not yet examined, or with nobody chosen.
    """
    _require(actor, "deputies.run_nominations")
    round = _locked_round(round)
    title = f"{round.year}年度优秀人大代表"
    if round.decided_on is not None:
        return list(Honour.objects.filter(name=title, on=round.decided_on).order_by("deputy__code"))
    if not meeting.strip():
        raise DomainError("请写明审定的主任会议，如：区八届人大常委会第六十次主任会议。")
    if on > timezone.localdate():
        raise DomainError("审定日期还没有到，请改正。")
    rows = list(round.nominations.select_related("deputy").order_by("deputy__code"))
    if waiting := [row.deputy.name for row in rows if row.state == NominationState.NOMINATED]:
        raise DomainError(f"还有推荐没有审查：{'、'.join(waiting[:5])}{'等' if len(waiting) > 5 else ''}。请先审查。")
    wanted = {nomination.pk for nomination in chosen}
    honoured = [row for row in rows if row.pk in wanted and row.state == NominationState.EXAMINED]
    if not honoured:
        raise DomainError("请勾选主任会议审定的代表。")
    round.nominations.filter(pk__in=[row.pk for row in honoured]).update(state=NominationState.HONOURED)
    home = Congress.objects.home()
    by = f"{home.short_name if home else '人大'}常委会"
    has_it = set(Honour.objects.filter(name=title, on=on, deputy__in=[row.deputy_id for row in honoured]).values_list("deputy", flat=True))
    Honour.objects.bulk_create(
        Honour(deputy=row.deputy, name=title, level=HONOUR_LEVEL, awarded_by=by, on=on) for row in honoured if row.deputy_id not in has_it
    )
    round.meeting, round.decided_on = meeting.strip()[:60], on
    round.save(update_fields=["meeting", "decided_on"])
    codes_of = [row.deputy.code for row in honoured]
    audit.record(actor, "deputies.decide_nominations", round, changes={"deputies": [None, codes_of]}, ref=str(round.year))
    people = User.objects.filter(deputy__code__in=codes_of)
    notify(people, text=f"您被评为{title}。", url=reverse("deputies:honours"), key=f"honoured-{round.year}")
    return list(Honour.objects.filter(name=title, on=on).select_related("deputy").order_by("deputy__code"))


def _require(actor: User, permission: str, record: Any = None) -> None:
    if not may(actor, permission, record):
        raise PermissionDenied


def _locked(deed: Deed) -> Deed:
    return Deed.objects.select_for_update(of=("self",)).select_related("deputy", "written_by").get(pk=deed.pk)


def _locked_round(round: NominationRound) -> NominationRound:
    return NominationRound.objects.select_for_update(of=("self",)).get(pk=round.pk)


def _move(actor: User, action: str, deed: Deed, before: DeedState, after: DeedState, **fields: Any) -> None:
    if deed.state != before:
        raise DomainError(f"这篇事迹现为“{deed.get_state_display()}”，不能转为“{after.label}”。")
    for field, value in {"state": after, **fields}.items():
        setattr(deed, field, value)
    deed.save(update_fields=["state", *fields])
    audit.record(actor, action, deed, changes={"state": [before.value, after.value]}, reason=fields.get("returned_reason", ""))


def _event(deed: Deed, event: str) -> str:
    return f"deed-{event}-{deed.code}-{timezone.now():%Y%m%d%H%M%S}"


def _deed_url(deed: Deed) -> str:
    return reverse("deputies:deed", args=[deed.code])


def _round_url(round: NominationRound) -> str:
    return reverse("deputies:nominations", args=[round.year])
