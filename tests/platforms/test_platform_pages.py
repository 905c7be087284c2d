"""The register, a platform's page, its checks and the grid, as people use them."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from platforms.enums import CheckState, RoundState
from platforms.models import Evidence, Platform, StandardCheck, StandardItem
from platforms.services.standards import meet_all
from tests.factories import (
    AssessmentFactory,
    CrossAssignmentFactory,
    ItemScoreFactory,
    PlatformFactory,
    RoundFactory,
    ScoreItemFactory,
    StandardCheckFactory,
)

pytestmark = pytest.mark.django_db

LIST, NEW, GRID = "/platforms/", "/platforms/new/", "/standards/"


def item(code: str) -> StandardItem:
    return StandardItem.objects.get(code=code, standard__is_current=True)


def photo(name: str) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue())


def names(response) -> list[str]:
    return [row.name for row in response.context["page"]]


@pytest.fixture
def four(district):
    """Two platforms in 东岭镇, one in 西塘镇, one in 城中街道."""
    PlatformFactory(area=district.town1, code="D1", name="东岭中心", kind="activity_centre", is_demonstration=True)
    PlatformFactory(area=district.villages[1], code="D2", name="上岭之家", is_specialty=True, host_company="金花茶合作社")
    PlatformFactory(area=district.villages[3], code="X1", name="塘边之家")
    PlatformFactory(area=district.street1, code="C1", name="城中之家")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["城中之家", "东岭中心", "上岭之家", "塘边之家"]),
        ("?unit=469901101", ["东岭中心", "上岭之家"]),
        ("?kind=activity_centre", ["东岭中心"]),
        ("?demonstration=1", ["东岭中心"]),
        ("?specialty=1", ["上岭之家"]),
        ("?q=金花茶", ["上岭之家"]),
        ("?q=塘边 X", ["塘边之家"]),
        ("?q=没有", []),
        ("?page=99", ["城中之家", "东岭中心", "上岭之家", "塘边之家"]),
    ],
)
def test_the_register_filters_and_counts(four, personas, signed_in, query, found):
    answer = signed_in(personas.office).get(LIST + query)
    assert (names(answer), answer["X-Total-Count"]) == (found, str(len(found)))


def test_a_role_is_needed_to_see_platforms(four, personas, signed_in):
    answers = {name: signed_in(user).get(LIST)["X-Total-Count"] for name, user in personas.all().items()}
    assert {name for name, count in answers.items() if count == "4"} == set(answers) - {"visitor"}
    assert answers["visitor"] == "0"
    assert signed_in(personas.visitor).get("/platforms/D1/").status_code == 404


def test_town_staff_enter_platforms_of_their_own_unit_without_marks(district, personas, signed_in):
    client = signed_in(personas.town1)
    typed = {"name": "下岭之家", "kind": "deputies_home", "area": district.villages[2].pk, "is_demonstration": "on", "is_active": "on"}
    answer = client.post(NEW, typed)
    assert answer["Location"] == "/platforms/469901101202-P001/"
    platform = Platform.objects.get()
    assert (platform.unit, platform.is_demonstration) == (district.town1, False)
    answer = client.post(NEW, {**typed, "area": district.villages[3].pk, "address": "打过的字"})
    assert answer.status_code == 422
    assert "打过的字" in answer.content.decode()
    assert signed_in(personas.deputy).get(NEW).status_code == 403


def test_the_office_alone_gives_marks_and_guides(four, personas, signed_in):
    typed = {"name": "上岭之家", "kind": "deputies_home", "area": Platform.objects.get(code="D2").area_id, "is_active": "on", "code": ""}
    marks = {"is_demonstration": "on", "is_specialty": "on", "host_company": "新合作社", "guiding_leader": personas.leader.pk}
    signed_in(personas.town1).post("/platforms/D2/edit/", {**typed, **marks})
    platform = Platform.objects.get(code="D2")
    assert (platform.is_demonstration, platform.host_company) == (False, "金花茶合作社")
    signed_in(personas.office).post("/platforms/D2/edit/", {**typed, **marks})
    platform.refresh_from_db()
    assert (platform.is_demonstration, platform.host_company, platform.guiding_leader) == (True, "新合作社", personas.leader)
    answer = signed_in(personas.office).post("/platforms/D2/edit/", {**typed, "host_company": "新合作社"})
    assert "填写依托企业（合作社）的应是特色平台" in answer.content.decode()
    assert signed_in(personas.town2).get("/platforms/D2/edit/").status_code == 403


def test_leaders_alone_are_offered_as_guides_each_once(four, personas, signed_in):
    Platform.objects.update(guiding_leader=personas.leader)
    for address in (NEW, "/platforms/D2/edit/"):
        offered = signed_in(personas.office).get(address).context["form"].fields["guiding_leader"].queryset
        assert list(offered) == [personas.leader]


def test_a_taken_code_is_told_on_the_form(four, personas, signed_in):
    typed = {"name": "改名", "kind": "deputies_home", "area": Platform.objects.get(code="D2").area_id, "code": "X1", "is_active": "on"}
    answer = signed_in(personas.office).post("/platforms/D2/edit/", typed)
    assert answer.status_code == 422 and "改名" in answer.content.decode()
    assert Platform.objects.get(code="D2").name == "上岭之家"


def test_a_check_is_saved_with_its_photos_and_leads_on(four, personas, signed_in):
    client = signed_in(personas.town1)
    address = "/platforms/D2/checks/ten-haves.6/"
    typed = {"state": "partly", "note": "台账不全", "uploads": [photo("一.jpg"), photo("二.jpg")], "go_on": "1"}
    assert client.post(address, typed)["Location"] == "/platforms/D2/checks/ten-haves.7/"
    check = StandardCheck.objects.get()
    assert (check.state, check.note, check.checked_by, check.evidence.count()) == ("partly", "台账不全", personas.town1, 2)
    page = client.get(address).content.decode()
    assert "台账不全" in page and "一.jpg" in page and "东岭李 于" in page


def test_a_refused_file_loses_nothing_else(four, personas, signed_in):
    typed = {"state": "not_yet", "note": "未见专款台账", "uploads": [photo("一.jpg"), SimpleUploadedFile("坏.svg", b"<svg/>")]}
    answer = signed_in(personas.town1).post("/platforms/D2/checks/ten-haves.6/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“坏.svg”：这不是图片" in page and "其余内容已保存，请另选文件。" in page and "未见专款台账" in page
    assert StandardCheck.objects.get().state == CheckState.NOT_YET
    assert Evidence.objects.get().original_name == "一.jpg"


def test_a_form_without_a_state_keeps_what_was_typed(four, personas, signed_in):
    answer = signed_in(personas.town1).post("/platforms/D2/checks/ten-haves.6/", {"note": "打过的字"})
    assert answer.status_code == 422
    assert "请选择达标、不全或缺。" in answer.content.decode() and "打过的字" in answer.content.decode()


def test_who_may_check(four, personas, signed_in):
    address = "/platforms/D2/checks/ten-haves.6/"
    allowed = {name for name, user in personas.all().items() if signed_in(user).post(address, {"state": "met"}).status_code == 302}
    assert allowed == {"office", "town1"}
    allowed = {name for name, user in personas.all().items() if signed_in(user).post("/platforms/D2/checks/").status_code == 302}
    assert allowed == {"office", "town1"}
    assert signed_in(personas.office).get("/platforms/D2/checks/town-books.1/").status_code == 404
    assert '<form class="stack" method="post"' not in signed_in(personas.town2).get(address).content.decode()


def test_the_page_tells_gaps_scores_and_everything_at_a_glance(four, district, personas, signed_in, score_table):
    platform = Platform.objects.get(code="D2")
    meet_all(actor=personas.office, platform=platform)
    StandardCheck.objects.filter(platform=platform, item__code__in=["ten-haves.5", "ten-haves.10"]).update(state=CheckState.NOT_YET)
    own, bonus = score_table.items.get(code="P1"), ScoreItemFactory(table=score_table, is_bonus=True, max_score=5)
    for quarter, score in ((1, 40), (2, 45)):
        round = RoundFactory(
            congress=district.congress,
            year=2026,
            quarter=quarter,
            table=score_table,
            state=RoundState.PUBLISHED,
            signed_off_on="2026-03-01",
        )
        sheet = AssessmentFactory(
            assignment=CrossAssignmentFactory(round=round, area=district.town1, assessor=district.town2), platform=platform
        )
        ItemScoreFactory(assessment=sheet, item=own, cross_score=score)
        ItemScoreFactory(assessment=sheet, item=bonus, cross_score=2)
    answer = signed_in(personas.town1).get("/platforms/D2/")
    page = answer.content.decode()
    assert "该平台尚缺 2 项：制度、档案。" in page and "达标 19/21" in page
    assert [(past.round.code, past.score, past.bonus) for past in answer.context["history"]] == [("2026Q2", 92, 2), ("2026Q1", 82, 2)]
    assert "依托企业" in page and "金花茶合作社" in page


def test_photos_are_added_by_those_who_may_change_the_platform(four, personas, signed_in):
    answer = signed_in(personas.town1).post("/platforms/D2/photos/", {"uploads": [photo("门.jpg")], "caption": "正门"})
    assert answer["Location"] == "/platforms/D2/#photos"
    assert Evidence.objects.get().platform.code == "D2"
    assert signed_in(personas.town2).post("/platforms/D2/photos/", {"uploads": [photo("门.jpg")]}).status_code == 403
    answer = signed_in(personas.town1).post("/platforms/D2/photos/", {"caption": "空"}, follow=True)
    assert "请先选择照片或文件。" in answer.content.decode()


# ---- the grid


@pytest.fixture
def village(district, personas):
    """Three village platforms in 东岭镇: all met; 经费 missing; nothing checked."""
    made = [PlatformFactory(area=district.villages[1 + number % 2], code=f"V{number}", name=f"{number}号站") for number in range(3)]
    for platform in made[:2]:
        meet_all(actor=personas.office, platform=platform)
    StandardCheck.objects.filter(platform=made[1], item__code="ten-haves.6").update(state=CheckState.NOT_YET, note="未见专款台账")
    PlatformFactory(area=district.town1, code="T1", name="东岭中心")
    return made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["0号站", "1号站", "2号站"]),
        ("?gaps=1", ["1号站", "2号站"]),
        ("?item=ten-haves.6", ["1号站", "2号站"]),
        ("?item=ten-haves.1", ["2号站"]),
        ("?standard=two-displays&gaps=1", ["2号站"]),
        ("?level=town", ["东岭中心"]),
        ("?level=demonstration", []),
        ("?unit=469901102", []),
        ("?kind=contact_station", []),
    ],
)
def test_the_grid_filters_and_counts(village, personas, signed_in, query, found):
    answer = signed_in(personas.office).get(GRID + query)
    assert [row.platform.name for row in answer.context["grid"].rows] == found
    assert answer["X-Total-Count"] == str(len(found))


def test_the_grid_sums_and_names_what_most_lack(village, personas, signed_in):
    grid = signed_in(personas.office).get(GRID).context["grid"]
    money = next(each for each in grid.sums if each.item.code == "ten-haves.6")
    assert (money.total, money.met, money.missing) == (3, 1, 2)
    assert (grid.tally.total, grid.tally.met, grid.faultless) == (63, 41, 1)
    worst = grid.worst[0]
    assert (worst.sum.item.code, [platform.name for platform in worst.missing], worst.note) == (
        "ten-haves.6",
        ["1号站", "2号站"],
        "未见专款台账",
    )
    assert [(value, count) for value, _, count in grid.levels] == [("village", 3), ("town", 1)]


def test_town_staff_begin_with_their_own_unit(village, four, personas, signed_in):
    assert signed_in(personas.town2).get(GRID)["X-Total-Count"] == "1"
    assert signed_in(personas.town2).get(GRID + "?unit=")["X-Total-Count"] == "5"


def test_sums_of_very_many_platforms_are_the_pages(village, personas, signed_in, monkeypatch):
    monkeypatch.setattr("platforms.grid.MOST_SUMMED", 2)
    monkeypatch.setattr("platforms.grid.PER_PAGE", 2)
    answer = signed_in(personas.office).get(GRID)
    assert (answer["X-Total-Count"], answer.context["grid"].summed) == ("3", 2)
    assert "只统计本页" in answer.content.decode()


def test_the_export_holds_every_row_as_text(village, personas, signed_in, monkeypatch):
    monkeypatch.setattr("platforms.grid.PER_PAGE", 1)
    Platform.objects.filter(code="V0").update(name="=1+1")
    answer = signed_in(personas.office).get("/standards/export/?unit=469901101")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[2][:5] == ("平台编号", "平台", "镇（街道）", "组织", "场所")
    assert [(row[0], row[1], row[-3:]) for row in rows[3:]] == [
        ("V0", "=1+1", (21, 0, 0)),
        ("V1", "1号站", (20, 0, 1)),
        ("V2", "2号站", (0, 0, 21)),
    ]
    assert sheet["B4"].data_type == "s"


@pytest.mark.parametrize(
    ("address", "most"),
    [
        (LIST, 15),
        (GRID, 15),
        (GRID + "?gaps=1", 15),
        ("/platforms/V0/", 15),
        ("/platforms/V0/checks/ten-haves.6/", 15),
        ("/platforms/V0/edit/", 15),
        ("/", 46),  # the home desk asks every app what waits, some thirty kinds of things
    ],
)
def test_pages_cost_the_same_few_queries(district, personas, signed_in, address, most):
    client = signed_in(personas.office)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    first = PlatformFactory(area=district.villages[1], code="V0")
    StandardCheckFactory(platform=first, item=item("ten-haves.6"), state=CheckState.NOT_YET)
    queries()
    one = queries()
    for number in range(1, 3):
        other = PlatformFactory(area=district.villages[number], code=f"V{number}")
        StandardCheckFactory(platform=other, item=item("ten-haves.6"), state=CheckState.PARTLY)
        StandardCheckFactory(platform=first, item=item(f"ten-haves.{number}"))
    assert queries() == one <= most
