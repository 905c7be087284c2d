"""Importing deputies with their mandates: who is who, and what a roster may say."""

import datetime
import io

import pytest

from congress.enums import AreaKind, CongressLevel
from congress.errors import DomainError
from congress.imports import running, sheets
from congress.models import AuditEntry
from congress.services.audit import SYSTEM
from deputies.enums import EndReason, MandateStatus, Sex
from deputies.models import Deputy, ElectoralDistrict, Mandate
from deputies.resources.register import DeputyResource
from tests import workbooks
from tests.factories import AreaFactory, CongressFactory, DeputyFactory, MandateFactory, TermFactory

pytestmark = pytest.mark.django_db

HEAD = [
    "姓名",
    "性别",
    "民族",
    "出生年月",
    "学历",
    "党派",
    "职业",
    "单位及职务",
    "手机",
    "代表层级",
    "届次",
    "所属镇（街道）",
    "选区",
    "代表证号",
    "当选日期",
]
WEI = [
    "韦建国",
    "男",
    "壮",
    "1970.10",
    "大专",
    "中共党员",
    "农民",
    "东岭镇上岭村党支部书记",
    "13800000001",
    "区",
    "第八届",
    "东岭镇",
    "第3选区",
    "8-001",
    "2021.9",
]
NARROW = ["姓名", "出生年月", "手机", "代表层级", "所属镇（街道）"]


@pytest.fixture
def term(district):
    return TermFactory(congress=district.congress, number=8, starts_on=datetime.date(2021, 9, 1), ends_on=None)


def run(*rows, head=HEAD):
    return running.run(actor=SYSTEM, resource=DeputyResource(), source=workbooks.xlsx([head, *rows]), filename="名册.xlsx")


def reasons(plan):
    return [(r.row, r.column, r.value, r.reason) for r in plan.rejected]


def test_a_full_row(district, term):
    plan = run(WEI)
    assert (reasons(plan), plan.counts["created"]) == ([], 1)
    deputy = Deputy.objects.get()
    assert (deputy.code, deputy.name, deputy.sex, deputy.nationality, deputy.born_on) == (
        "469901101-001",
        "韦建国",
        Sex.MALE,
        "壮族",
        datetime.date(1970, 10, 1),
    )
    assert deputy.initials == "wjg"
    assert (deputy.education, deputy.party, deputy.trade, deputy.position, deputy.phone) == (
        "大专",
        "中共党员",
        "农民",
        "东岭镇上岭村党支部书记",
        "13800000001",
    )
    mandate = deputy.mandates.get()
    assert (mandate.term, mandate.area, mandate.card_number, mandate.starts_on) == (
        term,
        district.town1,
        "8-001",
        datetime.date(2021, 9, 1),
    )
    seat = mandate.electoral_district
    assert (seat.code, seat.name, seat.term, seat.area, seat.seats) == ("469901-8-001", "第3选区", term, district.town1, 1)


def test_second_import_changes_and_writes_nothing(term, django_assert_num_queries):
    rows = [WEI, [*WEI[:8], "13800000002", *WEI[9:13], "8-002", WEI[14]]]
    assert not run(*rows).rejected
    audited = AuditEntry.objects.count()
    with django_assert_num_queries(9):  # savepoint, areas, home, congresses, terms, deputies, mandates, electoral districts, release
        plan = run(*rows)
    assert plan.counts == {"created": 0, "updated": 0, "unchanged": 2}
    assert AuditEntry.objects.count() == audited


def test_a_new_name_has_new_letters(term):
    run(WEI)
    run(["469901101-001", "莫建国", "8-001", "东岭镇"], head=["代表编号", "姓名", "代表证号", "所属镇（街道）"])
    assert set(Deputy.objects.values_list("name", "initials")) == {("莫建国", "mjg")}


CARDS = ["姓名", "手机", "代表证号", "所属镇（街道）"]


def test_a_card_number_belongs_to_one_deputy_of_a_term(term, district):
    run(["莫英", "13800000001", "8-001", "东岭镇"], ["韦三", "13800000002", "8-002", "东岭镇"], head=CARDS)
    plan = run(
        ["莫雄", "13800000003", "8-001", "东岭镇"],
        ["莫琼", "13800000004", "8-009", "东岭镇"],
        ["莫飞", "13800000005", "8-009", "东岭镇"],
        head=CARDS,
    )
    assert reasons(plan) == [
        (2, "代表证号", "8-001", "已由莫英使用，同一届的代表证号不能重复"),
        (3, "代表证号", "8-009", "与第 4 行相同，同一届的代表证号不能重复"),
        (4, "代表证号", "8-009", "与第 3 行相同，同一届的代表证号不能重复"),
    ]
    assert (plan.counts["created"], Deputy.objects.count()) == (0, 2)
    swapped = [["莫英", "13800000001", "8-002", "东岭镇"], ["韦三", "13800000002", "8-001", "东岭镇"]]
    assert (reasons(run(*swapped, head=CARDS)), run(*swapped, head=CARDS).changes_nothing) == ([], True)
    town = TermFactory(congress=CongressFactory(area=district.town1, level=CongressLevel.TOWN), number=8)
    plan = run(["莫英", "13800000001", "8-001", "东岭镇", "镇"], head=[*CARDS, "层级"])
    assert (reasons(plan), Mandate.objects.get(term=town).card_number) == ([], "8-001")  # another congress counts for itself


def test_shared_names_do_not_merge(term):
    twin = [
        ["张伟", "1970.1", "13800000001", "区", "东岭镇"],
        ["张伟", "1970.1", "13800000002", "区", "东岭镇"],
        ["张伟", "1982.5", "", "区", "东岭镇"],
        ["张伟", "1970.1", "", "区", "西塘镇"],
    ]
    plan = run(*twin, head=NARROW)
    assert (reasons(plan), plan.counts["created"], Deputy.objects.count()) == ([], 4, 4)
    assert run(*twin, head=NARROW).changes_nothing


def test_shared_telephone_does_not_merge(term):
    rows = [["莫英", "1970.1", "0770-2822222", "区", "东岭镇"], ["莫雄", "1970.1", "0770-2822222", "区", "东岭镇"]]
    assert (reasons(run(*rows, head=NARROW)), Deputy.objects.count()) == ([], 2)
    assert run(*rows, head=NARROW).changes_nothing


def test_one_person_with_mandates_of_three_levels(district, term):
    city = AreaFactory(code="4699", name="榕城市", kind=AreaKind.CITY)
    city_term = TermFactory(congress=CongressFactory(area=city, level=CongressLevel.CITY), number=6, starts_on=datetime.date(2021, 10, 1))
    town_term = TermFactory(
        congress=CongressFactory(area=district.town1, level=CongressLevel.TOWN), number=12, starts_on=datetime.date(2021, 8, 1)
    )
    rows = [["莫英", "1975年3月", "13800000001", level, "东岭镇"] for level in ("市", "区", "镇")]
    plan = run(*rows, head=NARROW)
    assert (reasons(plan), plan.counts["created"]) == ([], 3)
    assert set(Deputy.objects.get().mandates.values_list("term", flat=True)) == {city_term.pk, term.pk, town_term.pk}
    assert run(*rows, head=NARROW).changes_nothing
    assert (
        run(["莫英", "1975年3月", "13800000001", "区、镇", "东岭镇"], head=NARROW).rejected[0].reason
        == "一行只填一个层级；兼任几级代表的，每级各填一行"
    )


def test_rows_of_one_person_must_agree(term):
    plan = run(
        ["A1", "莫英", "女", "区", "东岭镇"],
        ["A1", "莫莺", "女", "区", "东岭镇"],
        ["", "韦三", "男", "区", "东岭镇"],
        ["", "韦三", "男", "区", "东岭镇"],
        head=["代表编号", "姓名", "性别", "层级", "所属镇"],
    )
    assert [(row, column, reason) for row, column, _, reason in reasons(plan)] == [
        (3, "姓名", "与第 2 行所写的同一代表不一致；如系同名的两人，请填写代表编号"),
        (4, "姓名", "与第 5 行重复：同一代表同一届只能有一行；如系同名的两人，请填写出生年月、手机或代表编号"),
        (5, "姓名", "与第 4 行重复：同一代表同一届只能有一行；如系同名的两人，请填写出生年月、手机或代表编号"),
    ]
    assert not Deputy.objects.exists()


def test_code_decides_before_everything_else(term, district):
    known = DeputyFactory(code="X-9", name="旧名", phone="13800000009")
    MandateFactory(deputy=known, term=term, area=district.town1)
    plan = run(["X-9", "新名", "13800000008"], head=["代表编号", "姓名", "手机"])
    assert plan.counts == {"created": 0, "updated": 1, "unchanged": 0}
    known.refresh_from_db()
    assert (known.name, known.phone) == ("新名", "13800000008")


def test_blank_cells_keep_what_is_stored(term):
    run(WEI)
    assert run(["韦建国", "13800000001", "", "东岭镇", "", ""], head=["姓名", "手机", "职业", "所属镇", "选区", "代表证号"]).changes_nothing


def test_doubt_about_a_known_person_is_refused_with_the_way_out(term):
    run(["莫英", "1970.1", "13800000001", "区", "东岭镇"], head=NARROW)
    plan = run(["莫英", "1970.1", "13900000001", "区", "东岭镇"], head=NARROW)
    assert reasons(plan) == [
        (
            2,
            "手机",
            "13900000001",
            "与代表莫英（469901101-001）姓名、出生年月和区划相同而手机不同。是同一人的填写该编号，是另一人的填写新的代表编号",
        )
    ]
    plan = run(["莫映", "1970.1", "13800000001", "区", "东岭镇"], head=NARROW)
    assert reasons(plan) == [
        (2, "姓名", "莫映", "手机和出生年月与莫英（469901101-001）相同而姓名不同。是同一人的填写该编号，是另一人的填写新的代表编号")
    ]
    plan = run(["莫雄", "1968.2", "13800000001", "区", "东岭镇"], head=NARROW)
    assert (reasons(plan), plan.counts["created"]) == ([], 1)
    assert plan.notes == ["第 2 行的号码与已登记的莫英（469901101-001）相同，姓名不同，按另一人新增，请核对。"]


def test_person_is_known_by_name_birth_and_area_when_no_phone_speaks_against(term):
    run(["莫英", "1970.1", "", "区", "东岭镇"], head=NARROW)
    plan = run(["莫英", "1970.1", "13900000001", "区", "东岭镇"], head=NARROW)
    assert (plan.counts["updated"], Deputy.objects.get().phone) == (1, "13900000001")


def test_what_a_row_may_not_say(district, term):
    TermFactory(congress=district.congress, number=7, starts_on=datetime.date(2016, 9, 1), ends_on=datetime.date(2021, 9, 1))
    good = dict(zip(HEAD, WEI, strict=True))

    def row(number, **changes):
        return list((good | {"手机": f"138000001{number:02d}"} | changes).values())

    plan = run(
        row(0, 姓名=""),
        row(1, 性别="中"),
        row(2, 出生年月="1970"),
        row(3, 手机="138"),
        row(4, 代表层级="省"),
        row(5, 届次="第九届"),
        row(6, **{"所属镇（街道）": "无名镇"}),
        row(7, **{"所属镇（街道）": ""}),
        row(8, 出生年月="2010.1"),
        row(9, 当选日期="2016.9.1"),
        row(10, 代表层级="市"),
        row(11, 代表层级="镇"),
        row(12, 代表层级="镇", **{"所属镇（街道）": "城中街道"}),
        row(13, 代表证号="1" * 21),
    )
    assert reasons(plan) == [
        (2, "姓名", "", "不能为空"),
        (3, "性别", "中", "应是男、女之一"),
        (4, "出生年月", "1970", "只有年份，请补上月份"),
        (5, "手机", "138", "不是 11 位手机号，也不是带区号的固定电话"),
        (6, "代表层级", "省", "应是市、区、镇之一"),
        (7, "届次", "第九届", "榕江区人大第九届尚未登记，请先在“基础数据”中登记该届"),
        (8, "所属镇（街道）", "无名镇", "没有名为“无名镇”的区划，请先导入区划，或改填区划代码"),
        (9, "所属镇（街道）", "", "请填写所属镇（街道）；区直机关的填区名"),
        (10, "出生年月", "2010.1", "当选时未满 18 周岁"),
        (11, "当选日期", "2016.9.1", "不在榕江区人大第八届的任期内"),
        (12, "代表层级", "市", "尚未登记市人民代表大会，请先在“基础数据”中登记"),
        (13, "代表层级", "镇", "东岭镇没有登记人民代表大会；街道和农场不设人民代表大会，镇、乡请先在“基础数据”中登记"),
        (14, "代表层级", "镇", "城中街道没有登记人民代表大会；街道和农场不设人民代表大会，镇、乡请先在“基础数据”中登记"),
        (15, "代表证号", "1" * 21, "有 21 个字符，最多 20 个"),
    ]
    assert not Deputy.objects.exists() and not ElectoralDistrict.objects.exists()


def test_towns_of_one_name_are_told_apart_by_the_home_district_or_refused(district, term):
    other = AreaFactory(code="469902", name="江东区", kind=AreaKind.DISTRICT)
    AreaFactory(code="469902101", name="东岭镇", kind=AreaKind.TOWN, parent=other)
    for code in ("469902102", "469902103"):
        AreaFactory(code=code, name="北山镇", kind=AreaKind.TOWN, parent=other)
    plan = run(["莫英", "", "", "", "东岭镇"], ["韦三", "", "", "", "北山镇"], ["韦四", "", "", "", "469902102"], head=NARROW)
    assert reasons(plan) == [
        (3, "所属镇（街道）", "北山镇", "名为“北山镇”的区划有 2 个：江东区北山镇（469902102）、江东区北山镇（469902103），请改填区划代码")
    ]
    assert plan.notes == ["1 行的所属镇（街道）不在该级人民代表大会的区域内，请核对。"]
    assert [row.after["area"] for row in plan.rows][0] == district.town1.pk


def test_electoral_districts_are_made_once_and_hold_no_more_than_they_elect(term):
    head = ["姓名", "手机", "所属镇", "选区"]
    rows = [[name, f"1380000000{n}", "东岭镇", "1选区"] for n, name in enumerate(("莫英", "莫雄", "莫琼", "莫飞"))]
    plan = run(*rows, head=head)
    assert reasons(plan) == [(5, "选区", "1选区", "文件中“1选区”有 4 名代表，每一选区只选 1 至 3 名（选举法第二十五条）")]
    plan = run(*rows[:2], head=head)
    assert plan.notes == ["将一并建立 1 个选区，应选名额按文件中的人数。"]
    assert ElectoralDistrict.objects.get().seats == 2
    full = "“1选区”应选 2 名，已有莫英、莫雄，没有空缺。请先登记出缺，或在“选区”表中改正应选名额"
    assert reasons(run(*rows[:3], head=head)) == [(4, "选区", "1选区", full)]
    moved = [rows[0][:3] + ["2选区"], rows[2]]  # one goes as the other comes
    assert reasons(run(*moved, head=head)) == []
    left = Mandate.objects.filter(deputy__name="莫雄")
    left.update(status=MandateStatus.ENDED, ends_on=datetime.date(2026, 1, 1), end_reason=EndReason.DIED)
    assert reasons(run(rows[3], head=head)) == []
    assert run(*rows[1:], head=head).changes_nothing and ElectoralDistrict.objects.count() == 2


def test_without_a_congress_the_way_out_is_told(db):
    with pytest.raises(DomainError, match="尚未登记本级人民代表大会"):
        run(WEI)


def test_export_imports_again_as_zero_changes(personas, term):
    run(WEI)
    content, count = sheets.current(DeputyResource(), DeputyResource().exported(personas.office))
    plan = running.run(actor=SYSTEM, resource=DeputyResource(), source=io.BytesIO(content), filename="x.xlsx")
    assert (reasons(plan), plan.changes_nothing, count) == ([], True, Mandate.objects.count())


def test_villages_of_one_name_are_exported_so_that_they_come_back(personas, term, district):
    twins = [
        AreaFactory(code=f"{town.code}301", name="西江村", kind=AreaKind.VILLAGE, parent=town, path=f"{town.path}{town.code}301/")
        for town in (district.town1, district.town2)
    ]
    for village in twins:
        MandateFactory(term=term, area=village)
    content, _ = sheets.current(DeputyResource(), DeputyResource().exported(personas.office))
    plan = running.preview(DeputyResource(), io.BytesIO(content), "x.xlsx")
    assert (reasons(plan), plan.changes_nothing) == ([], True)
    assert "东岭镇西江村" in {cell for _, row in plan.table.rows for cell in row}


def test_number_of_queries_does_not_grow_with_the_rows(term, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        run(*[[f"代表{n}", "1970.1", f"138{n:08d}", "区", "东岭镇"] for n in range(60)], head=NARROW)
    assert Deputy.objects.count() == 60
