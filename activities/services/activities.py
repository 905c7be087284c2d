"""An activity from its plan to its end: planned, announced, held, closed or cancelled (代表法 art. 26–33).

``ACTIVITY_TRANSITIONS`` holds the steps; ``move`` is the one setter of the state.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from activities.enums import ACTIVITY_TRANSITIONS, TOOK_PLACE, ActivityState, ForwardingState, ParticipationState
from activities.models import Activity, ActivityRule, Participation, Theme
from congress import codes
from congress.errors import Conflict, DomainError
from congress.models import User
from congress.periods import Period
from congress.services import audit
from congress.services.notices import notify
from deputies.models import Deputy
from deputies.services.guards import FieldRefused, person, require

FIELDS = (
    "title", "kind", "organiser", "group", "platform", "area", "starts_at", "ends_at", "place", "partners", "objective",
    "sign_up_until", "plan_item", "training", "hours", "is_public",
)  # fmt: skip
_TOLD = ("title", "starts_at", "ends_at", "place")  # whoever was invited hears of a change to these
MOST_COPIES = 24
LONGEST = datetime.timedelta(days=15)  # a session of the congress may last two weeks


@dataclass(frozen=True)
class Overlapping:
    """That a deputy is expected at another activity at the same time."""

    deputy: Deputy
    other: Activity


class Overlap(DomainError):
    """Deputies would have to be at two places. The person may insist (``despite_overlap``)."""

    def __init__(self, found: Sequence[Overlapping]) -> None:
        self.found = list(found)
        first = found[0]
        names = list(dict.fromkeys(each.deputy.name for each in found))
        others = list({each.other.pk: each.other for each in found}.values())
        who = "、".join(names[:5]) + (f"等 {len(names)} 名代表" if len(names) > 5 else "代表")
        more = f"等 {len(others)} 次活动" if len(others) > 1 else ""
        super().__init__(
            f"{who}同一时间还要参加“{first.other.title}”（{first.other.code}，{when(first.other)}）{more}。"
            "仍要这样安排的，请勾选“时间重叠也邀请”后再提交。"
        )


def current_rule() -> ActivityRule:
    """What the congress asks of activities, or the defaults while nobody has written it down."""
    return ActivityRule.objects.order_by("pk").first() or ActivityRule()


def when(activity: Activity) -> str:
    """2026年5月8日 09:00—11:00, with the second day where it ends on another."""
    start, end = timezone.localtime(activity.starts_at), timezone.localtime(activity.ends_at)
    last = f"{end:%H:%M}" if end.date() == start.date() else f"{end.month}月{end.day}日 {end:%H:%M}"
    return f"{start.year}年{start.month}月{start.day}日 {start:%H:%M}—{last}"


def to_activity(activity: Activity) -> str:
    return reverse("activities:activity", args=[activity.code])


# ---- planning


def plan(*, actor: audit.Actor, themes: Iterable[Theme] = (), copied_from: Activity | None = None, **fields: Any) -> Activity:
    """Writes down an activity to come, or one that took place and is entered late. ``area`` is the organiser's unless given.

    Raises PermissionDenied for an organiser or a group the actor does not work for, and FieldRefused for times out of order.
    """
    stub = Activity(**{"area": fields["organiser"].area, **fields})
    _refuse(stub)
    require(actor, "activities.run", stub)
    creator = person(actor)
    assert creator is not None, "an activity has an author"

    def write(code: str) -> Activity:
        stub.pk = None
        stub._state.adding = True
        stub.code, stub.secret, stub.created_by, stub.copied_from = code, secrets.token_urlsafe(32), creator, copied_from
        stub.save(force_insert=True)
        stub.themes.set(themes)
        told = {name: getattr(stub, name) for name in ("title", "kind", "starts_at", "ends_at", "place")}
        audit.record(actor, "activities.plan_activity", stub, changes=audit.difference({}, told))
        return stub

    return codes.with_code(Activity, f"HD{timezone.localdate().year}-", write)


@transaction.atomic
def change(
    *,
    actor: audit.Actor,
    activity: Activity,
    version: int,
    themes: Iterable[Theme] | None = None,
    despite_overlap: bool = False,
    **fields: Any,
) -> Activity:
    """Changes what was planned; without a difference it writes nothing. Those invited hear of a new time, place or name.

    The figures follow the day an activity took place: moved across a quarter's end, it counts in the other quarter, which
    the audit row says. ``version`` is the one the person saw. Raises PermissionDenied, Conflict, FieldRefused, Overlap for a
    new time at which deputies are expected elsewhere, and DomainError once it is closed or cancelled.
    """
    if unknown := fields.keys() - set(FIELDS):
        raise TypeError(f"not fields of an activity: {sorted(unknown)}")
    now = locked(activity)
    require(actor, "activities.run", now)
    if now.state in (ActivityState.CLOSED, ActivityState.CANCELLED):
        raise DomainError(f"这次活动{now.get_state_display()}，不能再修改。")
    if now.version != version:
        raise Conflict("这次活动刚才已由他人修改。您填写的内容还在本页，请刷新后对照再改。")
    before = {name: getattr(now, name) for name in fields}
    changes = audit.difference(before, fields)
    if themes is not None:
        old, new = {theme.name for theme in now.themes.all()}, {theme.name for theme in themes}
        if old != new:
            changes["themes"] = [sorted(old), sorted(new)]
    if not changes:
        return now
    was_in = quarter_of(now)
    for name, value in fields.items():
        setattr(now, name, value)
    _refuse(now)
    require(actor, "activities.run", now)  # nobody hands an activity to an organ that is not theirs
    if now.state in TOOK_PLACE and now.starts_at > timezone.now():
        raise FieldRefused("starts_at", "活动已登记举行，开始时间不能晚于现在。")
    if changes.keys() & {"starts_at", "ends_at"}:
        if not despite_overlap and (found := overlaps(now, expected_at(now))):
            raise Overlap(found)
        if quarter_of(now) != was_in:
            changes["quarter"] = [was_in.label, quarter_of(now).label]
    now.version += 1
    now.save(update_fields=[*fields, "version"])
    if themes is not None:
        now.themes.set(themes)
    audit.record(actor, "activities.change_activity", now, changes=changes)
    if now.state == ActivityState.ANNOUNCED and changes.keys() & set(_TOLD):
        tell(now, f"“{now.title}”有变动：{when(now)}，{now.place}。", f"changed-{now.version}")
    return now


def quarter_of(activity: Activity) -> Period:
    """The quarter in which it counts."""
    return Period.containing(timezone.localtime(activity.starts_at).date(), "quarter")


def copy(*, actor: audit.Actor, activity: Activity, starts: Sequence[datetime.datetime]) -> list[Activity]:
    """The same activity again, planned for each of these times, with those of its deputies who still serve.

    All of them or none. A time at which a copy of it begins already is skipped, so that the same order twice makes nothing
    twice. Raises PermissionDenied, and DomainError for too many.
    """
    require(actor, "activities.run", activity)
    if len(starts) > MOST_COPIES:
        raise DomainError(f"一次最多复制 {MOST_COPIES} 次，这次有 {len(starts)} 次。请分几次办。")
    with transaction.atomic():
        original = locked(activity)
        there = set(original.copies.exclude(state=ActivityState.CANCELLED).values_list("starts_at", flat=True))
        lasts = original.ends_at - original.starts_at
        early = original.starts_at - original.sign_up_until if original.sign_up_until else None
        kept = {name: getattr(original, name) for name in FIELDS if name not in ("starts_at", "ends_at", "sign_up_until", "is_public")}
        deputies = list(Deputy.objects.serving().filter(participations__activity=original).values_list("pk", flat=True))
        themes = list(original.themes.all())
        made = []
        for start in dict.fromkeys(starts):
            if start in there:
                continue
            new = plan(
                actor=actor,
                themes=themes,
                copied_from=original,
                **kept,
                starts_at=start,
                ends_at=start + lasts,
                sign_up_until=start - early if early is not None else None,
            )
            Participation.objects.bulk_create(Participation(activity=new, deputy_id=pk) for pk in deputies)
            made.append(new)
        return made


# ---- its steps


@transaction.atomic
def announce(*, actor: audit.Actor, activity: Activity) -> Activity:
    """Sends the notice to everyone invited. A second call is a no-op.

    Raises PermissionDenied, and DomainError once its time has come or while nobody is invited.
    """
    now = locked(activity)
    require(actor, "activities.run", now)
    if now.state == ActivityState.ANNOUNCED:
        return now
    if now.state == ActivityState.PLANNED and now.starts_at <= timezone.now():
        raise DomainError(f"活动时间（{when(now)}）已过，不能再发通知。请改正时间，或者直接登记举行情况。")
    if not now.participations.exists():
        raise DomainError("还没有邀请代表，通知发不出去。请先邀请代表。")
    now = move(actor, "activities.announce_activity", now, ActivityState.ANNOUNCED)
    tell(now, invitation(now), "announced")
    return now


def invitation(activity: Activity) -> str:
    """The notice's sentence."""
    until = f"，请在{_moment(activity.sign_up_until)}前报名或请假" if activity.sign_up_until else "，请报名或请假"
    return f"请参加“{activity.title}”：{when(activity)}，{activity.place}{until}。"


@transaction.atomic
def cancel(*, actor: audit.Actor, activity: Activity, reason: str) -> Activity:
    """It will not take place. Sign-ups stay as they are, and everyone invited is told. A second call is a no-op.

    Raises PermissionDenied, and DomainError without a reason or once it took place.
    """
    now = locked(activity)
    require(actor, "activities.run", now)
    if now.state == ActivityState.CANCELLED:
        return now
    if not reason.strip():
        raise FieldRefused("reason", "请写明取消的原因，代表会看到。")
    was_told = now.state == ActivityState.ANNOUNCED
    now = move(actor, "activities.cancel_activity", now, ActivityState.CANCELLED, reason=reason.strip(), cancel_reason=reason.strip()[:200])
    if was_told:
        tell(now, f"“{now.title}”（{when(now)}）已取消：{now.cancel_reason}", "cancelled", everyone=True)
    return now


@transaction.atomic
def hold(*, actor: audit.Actor, activity: Activity) -> Activity:
    """It took place, and counts from now on. A second call is a no-op. Raises PermissionDenied, and DomainError before it begins."""
    now = locked(activity)
    require(actor, "activities.run", now)
    if now.state in TOOK_PLACE:
        return now
    if now.starts_at > timezone.now():
        raise DomainError(f"活动定于{when(now)}，还没有开始，不能登记为已举行。提前举行的，请先改正时间。")
    return move(actor, "activities.hold_activity", now, ActivityState.HELD)


@transaction.atomic
def close(*, actor: audit.Actor, activity: Activity) -> Activity:
    """Everything is recorded and answered. A second call is a no-op.

    Raises PermissionDenied, and DomainError while minutes, finding or result are missing, a leave is undecided or a body's
    feedback is awaited (代表法 art. 31).
    """
    now = locked(activity)
    require(actor, "activities.run", now)
    if now.state == ActivityState.CLOSED:
        return now
    missing = [name for name, text in (("活动记录", now.minutes), ("发现的问题", now.finding), ("成效", now.result)) if not text.strip()]
    if missing:
        raise DomainError(f"还没有填写{'、'.join(missing)}，不能办结。没有内容的请写“无”。")
    if asked := now.participations.filter(state=ParticipationState.LEAVE_ASKED).count():
        raise DomainError(f"还有 {asked} 份请假申请没有决定，不能办结。")
    if waiting := list(now.forwardings.filter(state=ForwardingState.SENT).values_list("body__name", flat=True)):
        raise DomainError(f"{'、'.join(waiting)}还没有反馈，不能办结。")
    return move(actor, "activities.close_activity", now, ActivityState.CLOSED)


# ---- what the topic's other services share


def locked(activity: Activity) -> Activity:
    """The row as it is now, kept from others until the transaction ends."""
    rows = Activity.objects.select_for_update(of=("self",)).select_related("organiser__area", "area", "group", "platform", "created_by")
    return rows.get(pk=activity.pk)


def move(actor: audit.Actor, action: str, activity: Activity, state: ActivityState, *, reason: str = "", **fields: Any) -> Activity:
    """The one setter of the state. Raises Conflict for a step the table does not allow from where the activity is."""
    before = ActivityState(activity.state)
    allowed = state in ACTIVITY_TRANSITIONS[before]
    if not allowed or not Activity.objects.filter(pk=activity.pk, state=before).update(state=state, version=F("version") + 1, **fields):
        raise Conflict(f"这次活动{before.label}，不能再办这一步。请刷新页面查看。")
    activity.refresh_from_db()
    audit.record(actor, action, activity, changes={"state": [before.value, state.value]}, reason=reason)
    return activity


def expected_at(activity: Activity) -> QuerySet[Participation, int]:
    """Keys of the deputies who are expected."""
    return activity.participations.expected().values_list("deputy", flat=True)


def overlaps(activity: Activity, deputies: Iterable[int]) -> list[Overlapping]:
    """Where these deputies are expected at the same time. One query; activities that only touch do not overlap."""
    rows = Participation.objects.expected().filter(
        deputy__in=deputies if isinstance(deputies, QuerySet) else list(deputies),
        activity__in=Activity.objects.standing().touching(activity.starts_at, activity.ends_at).exclude(pk=activity.pk).values("pk"),
    )
    found = rows.select_related("deputy", "activity").order_by("activity__starts_at", "activity", "deputy__code")
    return [Overlapping(row.deputy, row.activity) for row in found]


def tell(activity: Activity, text: str, key: str, *, everyone: bool = False, among: Collection[int] | None = None) -> None:
    """A notice to the invited deputies who have an account: those without leave, or ``everyone``; ``among`` these deputies only."""
    rows = Participation.objects.filter(activity=activity, deputy__user__isnull=False)
    if not everyone:
        rows = rows.expected()
    if among is not None:
        rows = rows.filter(deputy__in=among)
    people = [User(pk=pk) for pk in rows.values_list("deputy__user", flat=True) if pk is not None]
    if people:
        notify(people, text=shortened(text), key=f"activity-{activity.pk}-{key}", url=to_activity(activity))


def shortened(text: str, most: int = 200) -> str:
    """What a notice has room for."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _moment(at: datetime.datetime) -> str:
    local = timezone.localtime(at)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def _refuse(activity: Activity) -> None:
    """What the database would refuse too, in words."""
    if activity.ends_at <= activity.starts_at:
        raise FieldRefused("ends_at", "结束时间应晚于开始时间。")
    if activity.ends_at - activity.starts_at > LONGEST:
        raise FieldRefused("ends_at", f"一次活动最长 {LONGEST.days} 天，请核对结束时间。")
    if activity.sign_up_until and activity.sign_up_until > activity.starts_at:
        raise FieldRefused("sign_up_until", "报名截止时间不能晚于开始时间。")
    if activity.group_id and activity.platform_id:
        raise FieldRefused("platform", "代表小组和履职平台只能选一个。")
