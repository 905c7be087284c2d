"""A year of activities: groups by quarter, towns' own, the office's, themed receptions, with lists, minutes and feedback.

Towns differ as they do in the assessments. Rows are written in bulk: they are hundreds, with thousands of participations.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from django.db.models import F
from django.utils import timezone

from activities.demo.matters import COMMENTS, LEAVES, MATTERS, SPOKEN, Matter
from activities.enums import ActivityKind, ActivityState, ForwardingState, ParticipationState, SignInMethod
from activities.models import Activity, Forwarding, Participation, Theme
from activities.services.activities_results import feedback_deadline
from congress import demo
from congress.enums import CongressLevel, OrganisationKind, Role
from congress.models import Area, Organisation, User
from congress.periods import Period
from congress.workdays import Calendar
from deputies.models import Deputy, DeputyGroup, GroupMembership, Mandate
from platforms.demo.sites import QUALITY

_AHEAD = datetime.timedelta(days=45)
_TOLD = datetime.timedelta(days=21)  # a notice goes out this long before
_CLOSED = datetime.timedelta(days=35)  # and after this long everything is settled
_MARKET_DAY = 6  # 圩日逢三、六、九
_OF_GROUPS = (
    ActivityKind.RESEARCH, ActivityKind.INSPECTION, ActivityKind.VISIT, ActivityKind.DISCUSSION, ActivityKind.HEARING,
    ActivityKind.DELIBERATION, ActivityKind.RECEIVING, ActivityKind.INQUIRY, ActivityKind.APPOINTMENT,
)  # fmt: skip
# Month, what a town's congress organises in it (六个一), and how its title ends.
_OF_TOWNS = (
    (1, ActivityKind.TOPIC_COLLECTION, "年度监督议题征集"),
    (2, ActivityKind.PROPOSAL_COLLECTION, "议案和建议征集"),
    (5, ActivityKind.INSPECTION, "代表视察"),
    (7, ActivityKind.RESEARCH, "专题调研"),
)
_OF_OFFICE = (
    (2, ActivityKind.STANDING_MEETING, "列席区人大常委会第四十二次会议"),
    (3, ActivityKind.ENFORCEMENT_CHECK, "食品安全法执法检查"),
    (4, ActivityKind.STANDING_MEETING, "列席区人大常委会第四十三次会议"),
    (5, ActivityKind.INSPECTION, "重点项目集中视察"),
    (6, ActivityKind.RESEARCH, "全域旅游专题调研"),
    (7, ActivityKind.STANDING_MEETING, "列席区人大常委会第四十四次会议"),
    (8, ActivityKind.STUDY_VISIT, "赴外地考察代表工作"),
    (9, ActivityKind.STANDING_MEETING, "列席区人大常委会第四十五次会议"),
    (10, ActivityKind.INSPECTION, "民生实事项目视察"),
    (11, ActivityKind.STANDING_MEETING, "列席区人大常委会第四十六次会议"),
    (12, ActivityKind.DISCUSSION, "代表座谈会"),
)
_PARTNERS = ("区法院、区检察院、公安派出所、司法所", "市场监管所、卫生院", "派出所、综治中心")


@dataclass
class _Made:
    """Rows collected to be written at once. The lists of deputies, themes and forwardings go by the activity's place."""

    random: Random
    now: datetime.datetime
    calendar: Calendar
    activities: list[Activity] = field(default_factory=list)
    lists: list[list[Deputy]] = field(default_factory=list)
    matters: list[Matter] = field(default_factory=list)


def load(random: Random) -> None:
    """Activities from the year's beginning to some weeks ahead. Does nothing where there are some."""
    office = Organisation.objects.filter(kind=OrganisationKind.DEPUTIES_OFFICE).order_by("code").first()
    clerk = User.objects.in_role(Role.OFFICE).order_by("pk").first()
    if office is None or clerk is None or Activity.objects.exists():
        return
    made = _Made(random, timezone.localtime(), Calendar.load())
    units = list(Area.objects.active().town_level().order_by("code"))
    seats = list(Mandate.objects.serving().select_related("deputy", "area", "term__congress").order_by("deputy__code", "pk"))
    for unit in units:
        _of_town(made, unit, [seat for seat in seats if seat.area.path.startswith(unit.path)])
    _of_office(made, office, clerk, [seat.deputy for seat in seats if seat.term.congress.level == CongressLevel.DISTRICT])
    _write(made)


def _of_town(made: _Made, unit: Area, seats: list[Mandate]) -> None:
    """What the groups and the organ of one town did."""
    random = made.random
    organ = Organisation.objects.filter(area=unit).order_by("code").first()
    staff = User.objects.in_role(Role.TOWN_OFFICE).filter(grants__organisation__area=unit).order_by("pk").first()
    if organ is None or staff is None:
        return
    common = {"organiser": organ, "area": unit, "created_by": staff}
    own = list({seat.deputy_id: seat.deputy for seat in seats}.values())
    town = [seat.deputy for seat in seats if seat.term.congress.level == CongressLevel.TOWN] or own
    diligence = QUALITY.get(unit.name, 0.9)
    groups = DeputyGroup.objects.filter(area=unit, ends_on=None).order_by("code")
    members = GroupMembership.objects.in_force().filter(group__in=groups).select_related("deputy").order_by("deputy__code")
    for group in groups:
        people = [row.deputy for row in members if row.group_id == group.pk]
        for quarter in _quarters(made.now.date()):
            if people and random.random() < diligence**3:  # a middling town misses a quarter now and then
                day = quarter.start + datetime.timedelta(days=random.randint(10, 80))
                matter = random.choice(MATTERS)
                kind = random.choice(_OF_GROUPS)
                _add(made, day, kind, f"{group.name}{matter.theme}{kind.label}", people, matter, group=group, **common)
    year = made.now.year
    for month, kind, title in _OF_TOWNS:
        if random.random() < diligence:
            day = datetime.date(year, month, random.randint(8, 26))
            _add(made, day, kind, f"{unit.name}人大{title}", town, random.choice(MATTERS), **common)
    for month in range(1, 13, 2):
        if random.random() < diligence:
            matter = random.choice(MATTERS)
            day = datetime.date(year, month, _MARKET_DAY + 10 * random.randint(0, 2))
            title = f"{unit.name}圩日主题接待暨{matter.theme}宣传"
            _add(made, day, ActivityKind.THEMED_RECEPTION, title, random.sample(own, min(8, len(own))), matter,
                 partners=random.choice(_PARTNERS), place=f"{unit.name}圩市广场", **common)  # fmt: skip
    for people in _with_accounts(own):
        soon = _next_half_hour(made.now)
        around = [*people, *random.sample(own, min(14, len(own)))]
        if soon.hour <= 21:  # something to try the sign-in with, on the day the demo is loaded
            _add(made, soon, ActivityKind.DISCUSSION, f"{unit.name}人大代表座谈会", around, random.choice(MATTERS), **common)
        day = made.now.date() + datetime.timedelta(days=6)
        _add(made, day, ActivityKind.INSPECTION, f"{unit.name}人大代表视察重点项目", around, random.choice(MATTERS), **common)


def _of_office(made: _Made, office: Organisation, clerk: User, deputies: list[Deputy]) -> None:
    """The office's own. Those with an account are on every list, so that their pages have something to show."""
    known = [deputy for deputy in deputies if deputy.user_id]
    for month, kind, title in _OF_OFFICE:
        day = datetime.date(made.now.year, month, made.random.randint(8, 24))
        others = made.random.sample(deputies, min(24 if kind != ActivityKind.STANDING_MEETING else 12, len(deputies)))
        matter = made.random.choice(MATTERS)
        _add(
            made,
            day,
            kind,
            title,
            [*known, *others],
            matter,
            organiser=office,
            area=office.area,
            created_by=clerk,
            place="区人大常委会会议室",
        )


def _with_accounts(deputies: list[Deputy]) -> Iterator[list[Deputy]]:
    """The deputies with accounts, in one list, where there are any."""
    if known := [deputy for deputy in deputies if deputy.user_id]:
        yield known


def _quarters(today: datetime.date) -> Iterator[Period]:
    quarter = Period.quarter(today.year, 1)
    while quarter.start <= today:
        yield quarter
        quarter = quarter.next


def _next_half_hour(now: datetime.datetime) -> datetime.datetime:
    return (now + datetime.timedelta(minutes=60 - now.minute % 30)).replace(second=0, microsecond=0)


def _add(made: _Made, day: datetime.date, kind: ActivityKind, title: str, people: list[Deputy], matter: Matter, **fields: Any) -> None:
    """One activity of two or three hours; ``day`` may be an exact moment. What is too far ahead is left out."""
    random = made.random
    if isinstance(day, datetime.datetime):
        start = day
    else:
        while kind != ActivityKind.THEMED_RECEPTION and not made.calendar.is_workday(day).is_workday:
            day += datetime.timedelta(days=1)
        start = timezone.make_aware(datetime.datetime.combine(day, datetime.time(random.choice((8, 9, 9, 9, 15)), random.choice((0, 30)))))
    if start > made.now + _AHEAD:
        return
    state = _state(random, start, made.now)
    took_place = state in (ActivityState.HELD, ActivityState.FORWARDED, ActivityState.CLOSED)
    told = took_place and not (state == ActivityState.HELD and random.random() < 0.4)
    place = fields.pop("place", f"{fields['area'].name}人大代表之家")
    made.activities.append(
        Activity(
            title=title[:80],
            kind=kind,
            state=state,
            starts_at=start,
            ends_at=start + datetime.timedelta(hours=random.choice((2, 2, 3))),
            place=place,
            objective=matter.objective,
            sign_up_until=start - datetime.timedelta(days=1) if start - made.now > datetime.timedelta(days=2) else None,
            minutes=matter.minutes if told else "",
            finding=matter.finding if told else "",
            result=matter.result if told else "",
            report=f"{matter.minutes}\n发现的问题：{matter.finding}\n建议：{matter.result}" if told else "",
            hours=4 if kind == ActivityKind.TRAINING else 0,
            is_public=told and random.random() < 0.5,
            cancel_reason="受台风影响，改期举行" if state == ActivityState.CANCELLED else "",
            **fields,
        )
    )
    made.lists.append(list({deputy.pk: deputy for deputy in people}.values()))
    made.matters.append(matter)


def _state(random: Random, start: datetime.datetime, now: datetime.datetime) -> ActivityState:
    if start > now + _TOLD:
        return ActivityState.PLANNED
    if start > now - datetime.timedelta(hours=3):
        return ActivityState.ANNOUNCED
    if random.random() < 0.02:
        return ActivityState.CANCELLED
    return ActivityState.HELD if start > now - _CLOSED else ActivityState.CLOSED


def _write(made: _Made) -> None:
    random, year = made.random, made.now.year
    order = sorted(range(len(made.activities)), key=lambda place: made.activities[place].starts_at)
    for number, place in enumerate(order, start=1):
        activity = made.activities[place]
        activity.code = f"HD{year}-{number:06d}"
        # SECURITY: the demo's own; a real activity's secret comes from the system's randomness.
        activity.secret = hashlib.sha256(f"{random.random()} {number}".encode()).hexdigest()
    rows = Activity.objects.bulk_create(made.activities, batch_size=500)
    themes = {name: Theme.objects.get_or_create(name=name)[0] for name in sorted({matter.theme for matter in MATTERS})}
    link = Activity.themes.through
    link.objects.bulk_create(
        (link(activity_id=row.pk, theme_id=themes[matter.theme].pk) for row, matter in zip(rows, made.matters, strict=True)), batch_size=500
    )
    Participation.objects.bulk_create(
        (part for row, people in zip(rows, made.lists, strict=True) for part in _participations(random, row, people)), batch_size=1000
    )
    _forward(made, rows)
    Activity.objects.update(created_at=F("starts_at") - datetime.timedelta(days=12))
    Activity.objects.filter(created_at__gt=made.now).update(created_at=made.now)


def _participations(random: Random, activity: Activity, people: list[Deputy]) -> Iterator[Participation]:
    """Those invited, with what they answered and whether they came."""
    took_place = activity.state in (ActivityState.HELD, ActivityState.FORWARDED, ActivityState.CLOSED)
    for deputy in people:
        row = Participation(activity=activity, deputy=deputy)
        chance = random.random()
        if took_place:
            if chance < 0.84:
                row.state = ParticipationState.PRESENT
                row.signed_in_at = activity.starts_at - datetime.timedelta(minutes=random.randint(-5, 25))
                row.method = random.choice((SignInMethod.SCAN, SignInMethod.SCAN, SignInMethod.LIST))
                row.spoke = random.choice(SPOKEN) if random.random() < 0.12 else ""
                if random.random() < 0.3:
                    row.rating, row.comment = random.choice((5, 5, 4, 4, 3)), random.choice(COMMENTS) if random.random() < 0.3 else ""
            elif chance < 0.94:
                row.state, row.leave_reason, row.decided_by = ParticipationState.ON_LEAVE, random.choice(LEAVES), activity.created_by
            else:
                row.state = ParticipationState.ABSENT
        elif activity.state == ActivityState.ANNOUNCED and deputy.user_id is None:
            if chance < 0.55:
                row.state = ParticipationState.SIGNED_UP
            elif chance < 0.6:
                row.state, row.leave_reason = ParticipationState.LEAVE_ASKED, random.choice(LEAVES)
        yield row


def _forward(made: _Made, rows: list[Activity]) -> None:
    """What a unit answers for is forwarded: answered where it was some time ago, awaited where it is fresh."""
    units = {organ.short_name: organ for organ in Organisation.objects.filter(kind=OrganisationKind.HANDLING_UNIT)}
    kept, waiting = [], []
    for row, matter in zip(rows, made.matters, strict=True):
        body = units.get(matter.unit) if matter.unit else None
        if body is None or not row.minutes or row.state not in (ActivityState.HELD, ActivityState.CLOSED):
            continue
        sent_on = timezone.localtime(row.starts_at).date() + datetime.timedelta(days=4)
        due_on = feedback_deadline(sent_on, made.calendar, 1).due_on
        answered_on = sent_on + datetime.timedelta(days=made.random.randint(12, 29))
        is_answered = row.state == ActivityState.CLOSED
        if sent_on > made.now.date():
            continue
        kept.append(
            Forwarding(
                activity=row,
                body=body,
                state=ForwardingState.ANSWERED if is_answered else ForwardingState.SENT,
                asked=f"{matter.finding}请研究办理，并反馈办理情况。",
                sent_on=sent_on,
                due_on=due_on,
                feedback=matter.feedback if is_answered else "",
                answered_on=answered_on if is_answered else None,
            )
        )
        if not is_answered:
            waiting.append(row.pk)
    Forwarding.objects.bulk_create(kept, batch_size=500)
    Activity.objects.filter(pk__in=waiting).update(state=ActivityState.FORWARDED)


def register() -> None:
    """Called once, when the app is ready."""
    demo.register(demo.Part("activities", 10, load))
