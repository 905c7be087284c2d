"""Fixed days of all platforms, the year's rota drawn and adopted, receptions held with their visitors, and one swap.

Runs before the rounds are played: the suggested score of 按期接待选民 counts the days held.
"""

from __future__ import annotations

import datetime
from random import Random

from django.db.models import F
from django.utils import timezone

from activities.enums import DayRule, ReceptionState, Shift, WishKind
from activities.models import ReceptionDay, ReceptionDuty, ReceptionRecord, ReceptionSchedule, ReceptionWish
from activities.services import receptions_swaps, rota, rota_adopting
from congress import demo
from congress.enums import Role
from congress.models import User
from deputies.demo.voters import ANYWHERE, VILLAGE, draw_voter
from deputies.enums import Channel
from deputies.models import ContactVoter, Deputy, Mandate, VoterContact
from platforms.demo.clock import on_day
from platforms.demo.sites import QUALITY
from platforms.models import Platform

_MOST_PLATFORMS = 200  # of a scaled district: the rest of it has fixed days only
_DAYS = (5, 8, 10, 12, 15, 18, 20, 22, 25)
_CANCELLED = ("台风预警，停办一次。", "平台搬迁装修，暂停一次。", "与圩日主题大接待活动合并开展。")
_NOTES = (
    "接待选民{people}人，反映的事项已登记，按规定转交办理。",
    "接待选民{people}人，主要反映道路、饮水问题，当场解释了政策，其余转镇里办理。",
    "接待选民{people}人，逐件登记，结果将由代表反馈。",
)


def load(random: Random) -> None:
    """The year's receptions until today. Does nothing where there are some."""
    if ReceptionSchedule.objects.exists():
        return
    platforms = list(Platform.objects.active().select_related("unit", "area").order_by("code"))
    _fix(random, platforms)
    _wishes(random)
    year, today = timezone.localdate().year, timezone.localdate()
    office = User.objects.in_role(Role.OFFICE).order_by("pk")[0]
    with on_day(datetime.date(year - 1, 12, 10)):
        drawn = rota.request(actor=office, first_month=datetime.date(year, 1, 1), months=12, platforms=platforms[:_MOST_PLATFORMS])
        rota.draw(drawn.pk)
    with on_day(datetime.date(year - 1, 12, 15)):
        rota_adopting.adopt(actor=office, rota=drawn)
    _hold(random, today)
    _swap()


def _fix(random: Random, platforms: list[Platform]) -> None:
    """The first platform of a town on the 15th with three deputies; the others on days of their own."""
    first: set[int] = set()
    rows = []
    for number, platform in enumerate(platforms):
        is_first = platform.unit_id not in first
        first.add(platform.unit_id)
        rule = DayRule.DATE if is_first or number % 4 else DayRule.WEEKDAY if number % 8 else DayRule.WORKDAY
        rows.append(
            ReceptionSchedule(
                platform=platform,
                rule=rule,
                number=15 if is_first else _DAYS[number % len(_DAYS)] if rule == DayRule.DATE else random.randint(1, 4),
                weekday=random.randint(1, 5) if rule == DayRule.WEEKDAY else None,
                shift=Shift.LATER if number % 5 else Shift.EARLIER,
                starts_at=datetime.time(9),
                ends_at=datetime.time(11, 30),
                deputies=3 if is_first else 2,
            )
        )
    ReceptionSchedule.objects.bulk_create(rows, batch_size=500)


def _wishes(random: Random) -> None:
    """Some deputies are away for a while, some would rather not, some gladly."""
    year = timezone.localdate().year
    kinds = [WishKind.AWAY] * 3 + [WishKind.RATHER_NOT, WishKind.GLADLY]
    rows = []
    for deputy in Deputy.objects.serving().order_by("code")[::9]:
        kind, start = random.choice(kinds), datetime.date(year, random.randint(1, 11), random.randint(1, 28))
        days = random.randint(5, 40) if kind == WishKind.AWAY else 14
        note = "外出务工" if kind == WishKind.AWAY else "农忙" if kind == WishKind.RATHER_NOT else ""
        rows.append(ReceptionWish(deputy=deputy, kind=kind, starts_on=start, ends_on=start + datetime.timedelta(days=days), note=note))
    ReceptionWish.objects.bulk_create(rows, batch_size=500)


def _hold(random: Random, today: datetime.date) -> None:
    """Days before today: held, more seldom cancelled; the last week's of one town are not recorded yet. Near ones are announced."""
    over = list(ReceptionDay.objects.filter(on__lt=today).select_related("platform__unit", "platform__area").order_by("on", "code"))
    late = {day.platform.unit_id for day in over[-1:]}
    held: list[ReceptionDay] = []
    for day in over:
        day.announced_at = _moment(day.on - datetime.timedelta(days=3), 9)
        day.is_public = True
        if day.platform.unit_id in late and (today - day.on).days <= 7:
            day.state = ReceptionState.ANNOUNCED
        elif random.random() > QUALITY.get(day.platform.unit.name, 0.9):
            day.state, day.note, day.is_public = ReceptionState.CANCELLED, random.choice(_CANCELLED), False
        else:
            day.state = ReceptionState.HELD
            held.append(day)
    soon = list(ReceptionDay.objects.filter(on__range=(today, today + datetime.timedelta(days=3))))
    for day in soon:
        day.state, day.announced_at, day.is_public = (
            ReceptionState.ANNOUNCED,
            _moment(min(day.on - datetime.timedelta(days=3), today), 9),
            True,
        )
    _visit(random, held)
    ReceptionDay.objects.bulk_update([*over, *soon], ["state", "announced_at", "is_public", "note"], batch_size=200)


def _visit(random: Random, held: list[ReceptionDay]) -> None:
    """Who was there, and the visitors of about every second day, as contacts of the deputies on duty."""
    duties: dict[int, list[ReceptionDuty]] = {}
    for duty in ReceptionDuty.objects.filter(day__in=[day.pk for day in held]).select_related("deputy__user").order_by("pk"):
        duties.setdefault(duty.day_id, []).append(duty)
    staff: dict[int, User] = {}
    for user in User.objects.in_role(Role.TOWN_OFFICE).prefetch_related("grants__organisation").order_by("-pk"):
        staff.update({grant.organisation.area_id: user for grant in user.grants.all()})
    seats = {seat.deputy_id: seat for seat in Mandate.objects.serving().select_related("electoral_district").order_by("pk")}
    planned: list[tuple[ReceptionDay, ReceptionDuty, VoterContact]] = []
    year, last = timezone.localdate().year, VoterContact.objects.count()
    for day in held:
        own = duties.get(day.pk, [])
        for duty in own:
            duty.was_present = duty.deputy.user_id is not None or random.random() < 0.95
        if own and not any(duty.was_present for duty in own):
            own[0].was_present = True
        there = [duty for duty in own if duty.was_present]
        people = 0
        for turn in range(random.choice((0, 0, 1, 1, 2)) if there and day.platform.unit_id in staff else 0):
            duty, said = random.choice(there), random.choice(VILLAGE + ANYWHERE)
            number, seat = last + len(planned) + 1, seats.get(duty.deputy_id)
            people += 1
            contact = VoterContact(
                key=f"demo-reception-{day.code}-{turn}",
                code=f"LX{year}-{number:06d}",
                channel=Channel.RECEPTION,
                at=_moment(day.on, 9) + datetime.timedelta(minutes=20 + 45 * turn),
                area=day.platform.area,
                electoral_district=seat.electoral_district if seat else None,
                place=day.platform.name,
                text=said.text.format(village=day.platform.area.name),
                result=said.result,
                author=duty.deputy.user or staff[day.platform.unit_id],
            )
            planned.append((day, duty, contact))
        day.note = random.choice(_NOTES).format(people=people) if people else "无来访。"
    ReceptionDuty.objects.bulk_update([duty for own in duties.values() for duty in own], ["was_present"], batch_size=500)
    contacts = VoterContact.objects.bulk_create([contact for _, _, contact in planned], batch_size=500)
    link = VoterContact.deputies.through
    link.objects.bulk_create(
        [link(votercontact_id=row.pk, deputy_id=duty.deputy_id) for row, (_, duty, _) in zip(contacts, planned, strict=True)],
        batch_size=500,
    )
    ReceptionRecord.objects.bulk_create(
        [ReceptionRecord(day=day, contact=row) for row, (day, _, _) in zip(contacts, planned, strict=True)], batch_size=500
    )
    ContactVoter.objects.bulk_create(
        [ContactVoter(contact=row, **draw_voter(random, number)) for number, row in enumerate(contacts[::3], start=1)], batch_size=500
    )
    VoterContact.objects.filter(pk__in=[row.pk for row in contacts]).update(created_at=F("at") + datetime.timedelta(hours=2))


def _swap() -> None:
    """A deputy with an account asks a colleague to take her next turn; where she has none, another with an account does."""
    duties = ReceptionDuty.objects.filter(day__on__gt=timezone.localdate(), deputy__user__isnull=False).exclude(
        day__state=ReceptionState.CANCELLED
    )
    for duty in duties.select_related("deputy__user", "day__platform__unit").order_by("day__on", "pk"):
        taken = ReceptionDuty.objects.filter(day__on=duty.day.on).values("deputy")
        near = Mandate.objects.serving().filter(area__path__startswith=duty.day.platform.unit.path).exclude(deputy__in=taken)
        away = ReceptionWish.objects.filter(kind=WishKind.AWAY, starts_on__lte=duty.day.on, ends_on__gte=duty.day.on)
        free = Deputy.objects.filter(pk__in=near.values("deputy")).exclude(pk__in=away.values("deputy")).select_related("user")
        to = free.order_by(F("user").asc(nulls_last=True), "code").first()
        if to is not None and duty.deputy.user.access.roles:  # type: ignore[union-attr]
            receptions_swaps.ask(actor=duty.deputy.user, duty=duty, to=to, reason="到区里开会")  # type: ignore[arg-type]
            return


def _moment(day: datetime.date, hour: int) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour)))


def register() -> None:
    """Called once, when the app is ready."""
    demo.register(demo.Part("receptions", 10, load, early=True))
