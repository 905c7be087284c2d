"""The pages of duties: counts that lead to what they count, who sees what, and what they cost."""

import io
from urllib.parse import quote

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activities.enums import ActivityKind, ActivityState
from activities.models import DutyRule, DutyRuleFigure
from congress.models import AuditEntry
from deputies.models import Deputy
from tests import factories
from tests.activities.test_duties import TODAY, at, contact, held, small
from tests.factories.activities import ActivityFactory

pytestmark = pytest.mark.django_db
__all__ = ["small"]


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda value=None, tz=None: TODAY if value is None else value.astimezone().date())


def words(client, path):
    page = client.get(path)
    assert page.status_code == 200, path
    return page.content.decode()


def count(client, path):
    page = client.get(path)
    assert page.status_code == 200, path
    return int(page["X-Total-Count"])


def test_counts_lead_to_those_they_count(small, personas, signed_in):
    office = signed_in(personas.office)
    page = office.get("/duties/?tab=三个一")
    assert page["X-Total-Count"] == "3"
    assert page.context["tabs"] == [
        *("三个一", "六个一", "代表", "常委会组成人员", "代表小组", "履职平台", "区（县）人大常委会", "镇人大", "街道（农场）人大工委")
    ]
    for tab in page.context["tabs"]:
        for row in office.get("/duties/", {"tab": tab, "period": "2026"}).context["page"]:
            for state, number in row.states.items():
                assert count(office, row.address(state=state.value)) == number, (row.rule.code, state)


def test_the_list_of_a_rule_is_filtered(small, personas, signed_in):
    office = signed_in(personas.office)
    assert count(office, "/duties/receptions/?period=2026") == 10
    assert count(office, "/duties/receptions/?period=2026&state=missed") == 2
    assert count(office, "/duties/receptions/?period=2026&state=done") == 7
    assert count(office, "/duties/receptions/?period=2026&state=behind") == 3
    assert count(office, "/duties/receptions/") == 2  # this month
    assert count(office, "/duties/receptions/?q=pt2") == 1
    assert count(office, "/duties/receptions/?area=469901102") == 0
    assert count(office, "/duties/receptions/?area=999") == 0
    assert "“时段”应写作" in words(office, "/duties/receptions/?period=soon")
    assert office.get("/duties/nothing/").status_code == 404
    told = words(office, "/duties/three-inspection/?state=at_risk")
    assert "还差 1 次，下列活动可计入：视察" in told
    assert "届内不少于 1 次" in told


def test_all_rules_of_a_family_in_one_list(small, personas, signed_in):
    office = signed_in(personas.office)
    family = quote("三个一|六个一")
    assert count(office, f"/duties/rows/?family={family}&state=done") == 6
    assert count(office, f"/duties/rows/?family={family}&state=done&area=469901101") == 6
    assert count(office, f"/duties/rows/?family={quote('六个一')}&period=2026") == 12


def test_the_matrix_and_the_balance_of_towns(small, personas, signed_in):
    office = signed_in(personas.office)
    page = office.get(f"/duties/matrix/?family={quote('六个一')}")
    assert page["X-Total-Count"] == "2"
    assert page.context["towns"] == [("西塘镇", 0, 6, "0"), ("东岭镇", 3, 6, "50")]
    assert "<title>各镇（街道）完成比例：西塘镇0/6，东岭镇3/6；平均25</title>" in page.content.decode()
    assert count(office, f"/duties/matrix/?family={quote('三个一')}&state=behind") == 3
    assert count(office, f"/duties/matrix/?family={quote('三个一')}&state=done") == 0
    assert signed_in(personas.town1).get(f"/duties/matrix/?family={quote('六个一')}").context["chart"] == ""


def test_a_town_and_a_deputy_see_their_own(small, personas, signed_in):
    town2 = signed_in(personas.town2)
    assert count(town2, f"/duties/rows/?family={quote('六个一')}") == 6
    assert town2.get("/duties/six-topics/469901102/").status_code == 200
    assert town2.get("/duties/six-topics/469901101/").status_code == 404
    deputy = signed_in(personas.deputy)
    me = Deputy.objects.get(user=personas.deputy)
    assert count(deputy, f"/duties/rows/?family={quote('三个一')}") == 3
    assert {row.subject.code for row in deputy.get("/duties/rows/").context["page"]} == {me.code}
    factories.MembershipFactory(group__area=small.town2, deputy=me)
    assert len({row.subject.code for row in signed_in(personas.deputy).get("/duties/rows/").context["page"]}) == 2
    assert count(signed_in(personas.unit), "/duties/rows/") == 0
    assert count(signed_in(personas.visitor), "/duties/") == 0


def test_one_subject_with_what_counts_and_what_would(small, personas, signed_in):
    office = signed_in(personas.office)
    held(ActivityKind.TRAINING, "2027-01-05", small.town1_office, state=ActivityState.ANNOUNCED)  # next year's
    soon = ActivityFactory(
        kind=ActivityKind.TRAINING,
        state=ActivityState.ANNOUNCED,
        title="代表履职培训",
        starts_at=at("2026-12-20"),
        area=small.town1,
        organiser=small.town1_office,
    )
    page = office.get("/duties/six-training/469901101/")
    assert page["X-Total-Count"] == "0"
    assert [(each.title, each.url) for each in page.context["coming"]] == [(soon.title, reverse("activities:activity", args=[soon.code]))]
    page = office.get("/duties/voter-contacts/D-BEN/")
    assert page["X-Total-Count"] == "1"
    assert "2026年7月1日才开始" in page.content.decode()
    assert page.context["lists"] == [("联系选民", "/contacts/?deputy=D-BEN&period=20260701-20260810")]
    assert count(office, page.context["lists"][0][1]) == 1


def test_a_rule_of_several_figures_leads_to_its_own_page(small, personas, signed_in):
    rule = DutyRule.objects.get(code="six-topics")
    DutyRuleFigure.objects.create(rule=rule, figure="activities.held", argument="study_visit")
    office = signed_in(personas.office)
    (row,) = [row for row in office.get("/duties/six-topics/").context["page"] if row.subject.code == "469901101"]
    assert (row.value, row.url) == (2, "/duties/six-topics/469901101/?period=2026")
    page = office.get(row.url)
    assert page["X-Total-Count"] == "2"
    assert len(page.context["lists"]) == 2


def test_the_export_has_the_rows_of_the_list_and_is_audited(small, personas, signed_in):
    office = signed_in(personas.office)
    answer = office.get("/duties/rows/export.xlsx?rule=receptions&period=2026&state=missed")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.values)
    assert rows[0][:3] == ("所属", "要求", "对象")
    assert [(row[3], row[5], row[8], row[11], row[12]) for row in rows[1:]] == [
        ("PT1", "2026年4月", 0, "未完成", "差 1 次"),
        ("PT2", "2026年7月", 0, "未完成", "差 1 次"),
    ]
    assert AuditEntry.objects.get(action="activities.export_duties").changes == {"rows": [None, 2]}
    assert signed_in(personas.visitor).get("/duties/rows/export.xlsx?rule=receptions").status_code == 404


def test_homes_show_ones_own(small, personas, signed_in):
    told = words(signed_in(personas.deputy), "/")
    assert "我的履职要求 0/5" in told
    assert "三个一·列席常委会会议" in told
    told = words(signed_in(personas.town1), "/")
    assert "六个一 3/6" in told
    assert "履职要求" not in words(signed_in(personas.unit), "/")


@pytest.mark.parametrize(
    "path",
    [
        *("/duties/", "/duties/?tab=六个一", "/duties/?tab=代表", "/duties/?tab=镇人大", "/duties/?tab=履职平台&period=2026"),
        *("/duties/voter-contacts/", "/duties/receptions/?period=2026", "/duties/training-town/", "/duties/matrix/?family=三个一"),
        *("/duties/matrix/?family=六个一", "/duties/six-training/469901101/", "/duties/duty-report/D-ANN/"),
    ],
)
def test_pages_cost_the_same_for_one_row_and_three(small, personas, signed_in, path):
    office = signed_in(personas.office)

    def cost():
        office.get(path)
        with CaptureQueriesContext(connection) as made:
            assert office.get(path).status_code == 200
        return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in made)

    before = cost()
    for n in range(3):
        mandate = factories.MandateFactory(term=small.term, area=small.villages[n])
        contact(mandate.deputy, small.villages[n], "2026-05-05")
        factories.PlatformFactory(code=f"N{n}", area=small.town2, unit=small.town2)
        held(ActivityKind.INSPECTION, "2026-05-05", small.town2_office, mandate.deputy)
    assert cost() == before <= 15
