"""A meeting in 东岭镇 with two deputies, and the steps tests take it through."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from congress.models import User
from deputies.enums import BallotGrade, BallotMethod
from deputies.models import Deputy, DutyReportMeeting, ElectoralDistrict, Mandate
from deputies.services import ballots, duty_reports
from tests.factories import DeputyFactory, District, ElectoralDistrictFactory, MandateFactory

GRADES = [grade.value for grade in BallotGrade]


@dataclass(frozen=True)
class Seats:
    """东岭第一选区 with 韦桂兰 and 莫英, and 唐海燕 of 西塘镇."""

    district: ElectoralDistrict
    wei: Mandate
    mo: Mandate
    tang: Mandate


def make_seats(district: District) -> Seats:
    first = ElectoralDistrictFactory(term=district.term, area=district.town1, name="东岭第一选区")
    other = ElectoralDistrictFactory(term=district.term, area=district.town2, name="西塘第一选区")

    def seat(code: str, name: str, electoral_district: ElectoralDistrict) -> Mandate:
        deputy = DeputyFactory(code=code, name=name)
        return MandateFactory(deputy=deputy, term=district.term, area=electoral_district.area, electoral_district=electoral_district)

    return Seats(first, seat("D-WEI", "韦桂兰", first), seat("D-YING", "莫英", first), seat("D-TANG", "唐海燕", other))


def plan(actor: User, seats: Seats, **fields: Any) -> DutyReportMeeting:
    given = {"electoral_district": seats.district, "planned_on": timezone.localdate(), "mandates": [seats.wei, seats.mo], **fields}
    return duty_reports.plan(actor=actor, **given)


def hold(actor: User, meeting: DutyReportMeeting, **fields: Any) -> DutyReportMeeting:
    given = {
        "held_on": timezone.localdate(),
        "place": "东岭镇文化站",
        "voters_present": 42,
        "on_site": list(meeting.reports.all()),
        **fields,
    }
    return duty_reports.record_held(actor=actor, meeting=meeting, **given)


def lines(meeting: DutyReportMeeting) -> list[tuple[int, int]]:
    return [(report.pk, aspect.pk) for report in meeting.reports.all() for aspect in meeting.aspects.all()]


def tally(meeting: DutyReportMeeting, satisfied: int, basically: int = 0, not_satisfied: int = 0) -> dict[tuple[int, int], dict[str, int]]:
    return {line: dict(zip(GRADES, (satisfied, basically, not_satisfied), strict=True)) for line in lines(meeting)}


def votes(meeting: DutyReportMeeting, grade: str = BallotGrade.SATISFIED) -> dict[tuple[int, int], str]:
    return dict.fromkeys(lines(meeting), str(grade))


def counted(meeting: DutyReportMeeting) -> set[tuple[int, ...]]:
    """The counts of every line, in the order of the grades; one element where all lines are alike."""
    return {tuple(row.counts[grade] for grade in GRADES) for each in ballots.results(meeting) for row in each.aspects}


def announce_on_paper(actor: User, seats: Seats, **fields: Any) -> DutyReportMeeting:
    meeting = hold(actor, plan(actor, seats, **fields))
    ballots.enter_tally(actor=actor, meeting=meeting, handed_out=42, collected=40, counts=tally(meeting, 38, 2))
    return duty_reports.announce(actor=actor, meeting=meeting)


def open_by_scanning(actor: User, seats: Seats, slips: int = 3, **fields: Any) -> DutyReportMeeting:
    meeting = plan(actor, seats, method=BallotMethod.SCAN, **fields)
    ballots.issue_slips(actor=actor, meeting=meeting, total=slips)
    return ballots.open_voting(actor=actor, meeting=hold(actor, meeting), minutes=30)


def yesterday() -> datetime.date:
    return timezone.localdate() - datetime.timedelta(days=1)


def give_account(mandate: Mandate, user: User) -> None:
    """Makes the account the deputy's, and nobody else's."""
    Deputy.objects.filter(user=user).update(user=None)
    Deputy.objects.filter(pk=mandate.deputy_id).update(user=user)
    mandate.deputy.refresh_from_db()
