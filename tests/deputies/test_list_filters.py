"""The lists of the deputies' work, narrowed by area, group, level, term, period and deputy, and taken out as they stand."""

import datetime
import io

import pytest
from openpyxl import load_workbook

from congress.models import AuditEntry
from deputies.enums import DeedState, DutyReportState, OpinionState, Way
from deputies.models import Deed, DutyReport, DutyReportMeeting, Honour, Opinion
from tests.deputies.contacts import make_people, moment, record
from tests.factories import (
    DeputyLiaisonFactory,
    ElectoralDistrictFactory,
    GroupFactory,
    MembershipFactory,
    StandingMemberFactory,
    TermFactory,
)

pytestmark = pytest.mark.django_db
NEW_TERM = datetime.date(2026, 9, 1)


@pytest.fixture
def people(district, personas):
    """韦 of town1 is in the group G-1. The 8th term ends when the 9th begins, in September 2026."""
    found = make_people(district, personas)
    found.wei.initials = "wgl"
    found.wei.save()
    district.term.ends_on = NEW_TERM
    district.term.save()
    TermFactory(congress=district.congress, number=9, starts_on=NEW_TERM)
    MembershipFactory(group=GroupFactory(code="G-1", name="东岭小组", term=district.term, area=district.town1), deputy=found.wei)
    return found


@pytest.fixture
def office(personas, signed_in):
    return signed_in(personas.office)


def told(client, address, query):
    page = client.get(f"{address}?{query}")
    assert page.status_code == 200
    return int(page["X-Total-Count"])


def workbook(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(min_row=2, values_only=True))


def check(client, address, asked):
    """The number of rows for each query; what names nobody shows nothing."""
    assert {query: told(client, address, query) for query in asked} == asked


def test_contacts(people, personas, office):
    record(personas.office, people.wei, at=moment(2026, 3, 2))
    record(personas.office, people.tang, at=moment(2025, 3, 2), text="水渠堵了")
    asked = {
        "": 2,
        "area=469901101": 1,
        "level=district": 2,
        "level=town": 0,
        "term=8": 2,
        "term=9": 0,
        "term=7": 0,
        "group=G-1": 1,
        "group=G-9": 0,
        "period=2026": 1,
        "q=wgl": 1,
        "deputy=D-TANG": 1,
    }
    check(office, "/contacts/", asked)
    assert [row[3] for row in workbook(office, "/contacts/export.xlsx?group=G-1")] == ["韦桂兰"]


def matter(personas, district, deputy, text, **fields):
    given = {"area": district.town1, "way": Way.TOWN, "created_by": personas.office, **fields}
    opinion = Opinion.objects.create(code=f"YJ-{text}", text=text, **given)
    opinion.deputies.add(deputy)
    return opinion


def test_opinions(people, personas, district, office, signed_in):
    matter(personas, district, people.wei, "路灯", due_on=datetime.date(2026, 1, 5))
    matter(personas, district, people.tang, "水渠", area=district.town2, state=OpinionState.PASSED_ON, responsible=district.unit)
    Opinion.objects.filter(text="水渠").update(created_at=moment(2025, 3, 2))
    asked = {
        "": 2,
        "area=469901102": 1,
        "level=district": 2,
        "level=town": 0,
        "term=8": 1,  # the other was recorded today, in the ninth
        "group=G-1": 1,
        "period=2025": 1,
        "deputy=D-WEI": 1,
        "state=overdue": 1,
        "state=passed_on": 1,
    }
    check(office, "/opinions/", asked)
    assert [row[4] for row in workbook(office, "/opinions/export.xlsx?state=passed_on")] == ["水渠"]
    assert [row[4] for row in workbook(signed_in(personas.unit), "/opinions/export.xlsx")] == ["水渠"]
    assert AuditEntry.objects.filter(action="congress.export_file", target_ref="opinions", actor=personas.unit).count() == 1


def test_groups(people, district, office):
    GroupFactory(code="G-2", name="教育小组", field="教育", term=district.term, area=district.town2)
    asked = {"": 2, "area=469901101": 1, "level=district": 2, "level=town": 0, "term=8": 2, "term=9": 0, "kind=field": 1, "deputy=D-WEI": 1}
    check(office, "/groups/", asked)
    assert [row[5] for row in workbook(office, "/groups/export.xlsx?area=469901101")] == ["韦桂兰"]


def test_duty_reports(people, district, office):
    for deputy, day, state in (
        (people.wei, datetime.date(2024, 5, 1), DutyReportState.HELD),
        (people.tang, NEW_TERM, DutyReportState.PLANNED),
    ):
        seat = deputy.mandates.get()
        meeting = DutyReportMeeting.objects.create(
            code=f"SZ-{deputy.code}",
            electoral_district=seat.electoral_district or ElectoralDistrictFactory(term=seat.term, area=seat.area),
            planned_on=day,
            held_on=day if state == DutyReportState.HELD else None,
            state=state,
        )
        DutyReport.objects.create(meeting=meeting, mandate=seat)
    asked = {"": 2, "area=469901102": 1, "level=district": 2, "level=town": 0, "term=8": 2, "term=9": 0, "group=G-1": 1, "year=2024": 1}
    check(office, "/duty-reports/", asked)
    assert [row[9] for row in workbook(office, "/duty-reports/export.xlsx")] == ["韦桂兰"]  # a plan has no result to take out
    asked = {"": 3, "area=469901102": 1, "level=town": 0, "term=9": 0, "group=G-1": 1, "q=wgl": 1, "covered=yes": 1}
    check(office, "/duty-reports/deputies/", asked)


def test_liaisons(people, district, office):
    member = StandingMemberFactory(mandate=people.tang.mandates.get())
    StandingMemberFactory(mandate=people.mo.mandates.get())
    DeputyLiaisonFactory(member=member, deputy=people.wei)
    asked = {"": 2, "area=469901102": 1, "area=469901101": 2, "level=town": 0, "term=8": 2, "group=G-1": 1, "q=wgl": 1, "q=唐海燕": 1}
    check(office, "/liaisons/", asked)  # the member's own seat counts, and those of the deputies in her care


def test_fixed_voters(people, office):
    asked = {"": 3, "area=469901101": 2, "level=district": 3, "level=town": 0, "term=9": 0, "group=G-1": 1, "q=wgl": 1}
    check(office, "/liaisons/voters/", asked)


def test_honours_and_deeds(people, personas, office, signed_in):
    for deputy, day in ((people.wei, datetime.date(2025, 12, 30)), (people.tang, NEW_TERM)):
        Honour.objects.create(deputy=deputy, name="优秀人大代表", level="区级", awarded_by="区人大", on=day)
        Deed.objects.create(
            code=f"SJ-{deputy.code}",
            deputy=deputy,
            title="修路",
            story="多年如一日。",
            on=day,
            written_by=personas.office,
            state=DeedState.DRAFT,
        )
    both = {
        "": 2,
        "area=469901101": 1,
        "term=8": 1,
        "term=9": 0,
        "term=7": 0,
        "group=G-1": 1,
        "period=2025": 1,
        "deputy=D-TANG": 1,
        "q=wgl": 1,
    }
    check(office, "/honours/", {**both, "level=区级": 2, "year=2026": 1})
    check(office, "/deeds/", {**both, "level=district": 2, "level=town": 0, "state=draft": 2})
    assert [row[1] for row in workbook(office, "/honours/export.xlsx?year=2025")] == ["韦桂兰"]
    assert signed_in(personas.visitor).get("/honours/export.xlsx").status_code == 403
