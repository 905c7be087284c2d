"""Duty reports of the running terms: most announced, one held, one near, one with slips to scan; some towns lag behind."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from random import Random

from django.utils import timezone

from congress.enums import CongressLevel, Role
from congress.models import Area, User
from deputies.enums import BallotGrade, BallotMethod
from deputies.models import DutyReportMeeting, ElectoralDistrict, Mandate
from deputies.services import ballots, duty_drafts, duty_reports

OnDay = Callable[..., AbstractContextManager[None]]

_MEETINGS = 6  # a town, at the best
_TOGETHER = 8  # of the town's own deputies report with the district's
_ASKED = (
    ("进村的路什么时候硬化？", "已写成建议交区交通局，列入明年计划，开工前会在村里公示。"),
    ("自来水旱季断断续续，怎么解决？", "已向镇里反映，新水源井正在打，预计汛期前通水。"),
    ("村里路灯坏了没人修。", "当天转村委会，三天内修好了；今后坏了可以直接打村委会电话。"),
    ("高龄补贴怎么领？", "由便民服务中心办理，行动不便的可以由村里代办，会后留下联系方式。"),
    ("圩日停车堵路，能不能管一管？", "已同交警中队商量，圩日划出临时停车区，下个月起执行。"),
)
_PLACES = ("文化活动中心", "村委会会议室", "中心小学礼堂", "人大代表之家")


def load(random: Random, on_day: OnDay, diligence: Mapping[str, float]) -> None:
    """Goes through the services, on the days it would have happened. ``diligence`` is, by a town's name, near 1 for the best.

    Does nothing where there are some.
    """
    if DutyReportMeeting.objects.exists():
        return
    for turn, unit in enumerate(Area.objects.active().town_level().order_by("code")):
        staff = User.objects.in_role(Role.TOWN_OFFICE).filter(grants__organisation__area=unit).order_by("pk").first()
        if staff is not None:
            _of_unit(random, on_day, unit, staff, diligence.get(unit.name, 0.9), turn)


def _of_unit(random: Random, on_day: OnDay, unit: Area, staff: User, diligence: float, turn: int) -> None:
    today = timezone.localdate()
    seats = Mandate.objects.serving().within(unit).filter(term__ends_on=None).select_related("deputy", "term__congress", "area")
    own = [seat for seat in seats.order_by("deputy__code", "pk") if seat.term.congress.level == CongressLevel.TOWN]
    rows = ElectoralDistrict.objects.filter(area=unit, term__ends_on=None, term__congress__level=CongressLevel.DISTRICT)
    districts = list(rows.order_by("code"))
    count = min(len(districts) - 2, max(2, round(_MEETINGS * (diligence * 3 - 2))))
    for number, district in enumerate(districts[: count + 2]):
        elected = list(seats.filter(electoral_district=district).order_by("deputy__code"))
        people = {seat.deputy_id for seat in elected}
        together = [seat for seat in own[number * _TOGETHER : (number + 1) * _TOGETHER] if seat.deputy_id not in people]
        if not elected:
            continue
        if number < count:
            day = datetime.date(today.year - (count - 1 - number) // 2, 3 + number % 2 * 2, 6 + turn)
            day = min(day, today - datetime.timedelta(days=20))
            mandates = [seat for seat in elected + together if seat.starts_on <= day]
            with on_day(day, 15):
                _announced(random, unit, staff, district, mandates, written=number == count - 1)
        elif number == count and turn % 3 == 0:
            with on_day(today - datetime.timedelta(days=1), 15):
                _held(random, unit, staff, _planned(random, unit, staff, district, elected, timezone.localdate()))
        elif turn % 2 == 0:
            method = BallotMethod.SCAN if turn % 4 == 0 else BallotMethod.PAPER
            meeting = _planned(random, unit, staff, district, elected, today + datetime.timedelta(days=3 + turn), method)
            if method == BallotMethod.SCAN:
                ballots.issue_slips(actor=staff, meeting=meeting, total=48)


def _planned(
    random: Random, unit: Area, staff: User, district: ElectoralDistrict, mandates: list[Mandate], day: datetime.date, method: str = "paper"
) -> DutyReportMeeting:
    place = f"{unit.name}{random.choice(_PLACES)}"
    return duty_reports.plan(actor=staff, electoral_district=district, planned_on=day, mandates=mandates, place=place, method=method)


def _held(random: Random, unit: Area, staff: User, meeting: DutyReportMeeting) -> DutyReportMeeting:
    reports = list(meeting.reports.select_related("mandate__deputy"))
    present = reports if len(reports) < 4 or random.random() < 0.6 else reports[:-1]
    voters = random.randint(31, 68) if random.random() < 0.9 else 24
    held = duty_reports.record_held(
        actor=staff, meeting=meeting, held_on=meeting.planned_on, place=meeting.place, voters_present=voters, on_site=present
    )
    for report, asked in zip(reports[:2], random.sample(_ASKED, 2), strict=False):
        duty_reports.record_questions(actor=staff, report=report, questions=[asked], saw=duty_reports.seen_questions([]))
    return held


def _announced(random: Random, unit: Area, staff: User, district: ElectoralDistrict, mandates: list[Mandate], *, written: bool) -> None:
    meeting = _planned(random, unit, staff, district, mandates, timezone.localdate())
    if written:
        rows = meeting.reports.select_related("mandate__deputy", "mandate__area", "mandate__electoral_district", "mandate__term__congress")
        for report in rows[:2]:
            report.meeting = meeting
            text = duty_drafts.draft(report, until=meeting.planned_on)
            duty_reports.write_report(actor=staff, report=report, text=text, saw=duty_reports.seen(""))
    meeting = _held(random, unit, staff, meeting)
    voters = meeting.voters_present or 0
    collected = voters - random.randint(0, 2)
    aspects = list(meeting.aspects.values_list("pk", flat=True))
    counts = {}
    for own in meeting.reports.values_list("pk", flat=True):
        for aspect in aspects:
            basically, not_satisfied = random.randint(0, 4), random.choice((0, 0, 0, 1))
            grades = {BallotGrade.SATISFIED: collected - basically - not_satisfied, BallotGrade.BASICALLY: basically}
            counts[own, aspect] = {grade.value: count for grade, count in {**grades, BallotGrade.NOT_SATISFIED: not_satisfied}.items()}
    ballots.enter_tally(actor=staff, meeting=meeting, handed_out=voters, collected=collected, counts=counts)
    duty_reports.announce(actor=staff, meeting=meeting)
