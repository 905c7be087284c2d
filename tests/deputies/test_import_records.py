"""Opinions, duty reports, fixed voters, honours and electoral districts from files, and back into them."""

import datetime
import io

import pytest

from congress.enums import CongressLevel
from congress.errors import DomainError
from congress.imports import kinds, running, sheets
from congress.models import AuditEntry
from congress.services.audit import SYSTEM
from deputies.enums import BallotMethod, DutyReportState, OpinionState
from deputies.models import (
    BallotAspect,
    DutyReportMeeting,
    ElectoralDistrict,
    Honour,
    LiaisonRule,
    Mandate,
    Opinion,
    OpinionCategory,
    OpinionStep,
    VoterLiaison,
)
from deputies.services import ballots, duty_reports
from tests import workbooks
from tests.deputies.contacts import make_people
from tests.factories import CongressFactory, DeputyFactory, ElectoralDistrictFactory, MandateFactory, TermFactory, VoterLiaisonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(district, personas):
    return make_people(district, personas)


def run(actor, kind, head, *rows):
    return running.run(actor=actor, resource=kinds.find(kind)(), source=workbooks.xlsx([head, *rows]), filename="表.xlsx")


def reasons(plan):
    return [(r.row, r.column, r.reason) for r in plan.rejected]


def exported(actor, kind):
    """(the export of what the person may see, brought in again by her; its cells)."""
    resource = kinds.find(kind)()
    resource.actor = actor
    content, _ = sheets.current(resource, resource.exported(actor))
    plan = running.run(actor=actor, resource=kinds.find(kind)(), source=io.BytesIO(content), filename="x.xlsx")
    return plan, [values for _, values in plan.table.rows]


# ---- opinions

OPINION = ["登记日期", "代表", "内容", "类别", "所在区划", "去向", "承办单位", "结果", "告知选民日期", "选民认为已解决", "紧急程度"]


@pytest.fixture
def category(db):
    return OpinionCategory.objects.filter(parent=None).first() or OpinionCategory.objects.create(name="交通出行")


def matter(category, **changes):
    row = dict(
        zip(
            OPINION,
            ["2025-6-12", "韦桂兰", "村道坏了", category.name, "上岭村", "转部门", "榕江区交通运输局", "已修好", "2025-9-1", "是", "紧急"],
            strict=True,
        )
    )
    return list((row | changes).values())


def test_a_settled_matter_comes_in_with_its_thread(people, personas, district, category):
    plan = run(personas.office, "opinions", OPINION, matter(category))
    assert (reasons(plan), plan.counts["created"]) == ([], 1)
    opinion = Opinion.objects.get()
    assert (opinion.code, opinion.state, opinion.area, opinion.category) == (
        "YJ2025-000001",
        OpinionState.CLOSED,
        district.villages[1],
        category,
    )
    assert (opinion.responsible, opinion.result, opinion.is_settled, opinion.urgency) == (district.unit, "已修好", True, "urgent")
    assert (opinion.created_at.date(), opinion.told_on) == (datetime.date(2025, 6, 12), datetime.date(2025, 9, 1))
    assert (opinion.created_by, list(opinion.deputies.all())) == (personas.office, [people.wei])
    days = [(step.state, step.at.date().isoformat()) for step in OpinionStep.objects.all()]
    assert days == [("recorded", "2025-06-12"), ("passed_on", "2025-06-12"), ("answered", "2025-09-01"), ("closed", "2025-09-01")]
    audited = AuditEntry.objects.count()
    assert run(personas.town1, "opinions", OPINION, matter(category)).changes_nothing
    assert (AuditEntry.objects.count(), Opinion.objects.count()) == (audited, 1)
    plan, rows = exported(personas.office, "opinions")
    assert (reasons(plan), plan.counts["unchanged"], rows[0][-1]) == ([], 1, "已办结")


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"告知选民日期": "", "选民认为已解决": ""}, OpinionState.ANSWERED),
        ({"告知选民日期": "", "选民认为已解决": "", "结果": ""}, OpinionState.PASSED_ON),
        ({"告知选民日期": "", "选民认为已解决": "", "结果": "", "承办单位": ""}, OpinionState.RECORDED),
        ({"去向": "当场答复", "承办单位": "", "告知选民日期": "", "选民认为已解决": ""}, OpinionState.ANSWERED),
    ],
)
def test_how_far_a_matter_is(changes, state, people, personas, category):
    assert reasons(run(personas.office, "opinions", OPINION, matter(category, **changes))) == []
    assert Opinion.objects.get().state == state


def test_what_a_row_of_an_opinion_may_not_say(people, personas, category):
    plan = run(
        personas.town1,
        "opinions",
        OPINION,
        matter(category, 登记日期="2099-1-1", 告知选民日期="", 选民认为已解决=""),
        matter(category, 内容="2", 代表="唐海燕", 所在区划="西塘镇"),
        matter(category, 内容="3", 类别="天气"),
        matter(category, 内容="4", 承办单位="无此单位"),
        matter(category, 内容="5", 承办单位=""),
        matter(category, 内容="6", 结果=""),
        matter(category, 内容="7", 告知选民日期="2025-1-1"),
        matter(category, 内容="8", 告知选民日期=""),
        matter(category, 内容="9", 登记日期="2020-1-1"),
        matter(category, 内容="10", 去向="当场答复", 结果="", 承办单位="", 告知选民日期="", 选民认为已解决=""),
        matter(category, 内容="11", 去向="丢了"),
        matter(category, 内容="12", 承办单位="榕江区人大常委会"),
        matter(category, 内容="13"),
        matter(category, 内容="13"),
    )
    assert reasons(plan) == [
        (2, "登记日期", "登记日期还没有到"),
        (3, "代表", "不是您所在镇（街道）的代表，不能代为登记"),
        (4, "类别", "没有名为“天气”的意见类别，请先在基础数据中增加"),
        (5, "承办单位", "没有名为“无此单位”的单位"),
        (6, "承办单位", "已有结果的，请填写承办单位"),
        (7, "结果", "已告知选民的，请填写办理结果"),
        (8, "告知选民日期", "应在登记之后，且不晚于今天"),
        (9, "告知选民日期", "填写了是否解决的，请填写告知选民日期"),
        (10, "登记日期", "韦桂兰这一天不在任"),
        (11, "结果", "当场答复的，请写明是怎么答复的"),
        (12, "去向", "应是当场答复、转村（社区）、转镇（街道）、转部门、形成代表建议、转市级代表反映、民情反映会之一"),
        (13, "承办单位", "“榕江区人大常委会”不能承办选民意见"),
        (15, "内容", "与第 14 行重复"),
    ]
    with pytest.raises(DomainError, match="记在导入人名下"):
        run(SYSTEM, "opinions", OPINION, matter(category))


def test_an_opinion_that_is_there_is_left_to_its_page(people, personas, category):
    run(personas.office, "opinions", OPINION, matter(category))
    plan = run(personas.office, "opinions", OPINION, matter(category, 结果="没有修"))
    assert reasons(plan) == [(2, "结果", "与已登记的（YJ2025-000001）不同。已登记的意见请在其页面上办理")]
    assert reasons(run(personas.office, "opinions", ["编号", *OPINION], ["YJ2025-9", *matter(category)])) == [
        (2, "编号", "没有编号为 YJ2025-9 的意见；新的意见请不要填写编号")
    ]


# ---- duty reports

MEETING = ["选区", "举行日期", "地点", "到会选民", "发出选票", "收回选票", "代表", "评议方面", "满意", "基本满意", "不满意"]


@pytest.fixture
def aspects(db):
    BallotAspect.objects.all().delete()
    return [BallotAspect.objects.create(name=name, position=n) for n, name in enumerate(("联系选民", "反映意见"))]


def votes(aspect, *counts, day="2024-11-20", deputy="韦桂兰", **changes):
    row = dict(zip(MEETING, ["东岭第一选区", day, "村委会", 36, 36, 35, deputy, aspect, *counts], strict=True))
    return list((row | changes).values())


def test_a_meeting_of_the_past_with_its_result(people, personas, district, aspects):
    rows = [votes("联系选民", 30, 5, 0), votes("反映意见", 33, 1, 1)]
    plan = run(personas.town1, "duty_reports", MEETING, *rows)
    assert (reasons(plan), plan.counts["created"]) == ([], 2)
    meeting = DutyReportMeeting.objects.get()
    assert (meeting.code, meeting.state, meeting.held_on) == ("SZ2024-000001", DutyReportState.ANNOUNCED, datetime.date(2024, 11, 20))
    assert (meeting.voters_present, meeting.slips_handed_out, meeting.slips_collected, meeting.place) == (36, 36, 35, "村委会")
    (result,) = ballots.results(meeting)
    assert (result.report.mandate.deputy, result.report.is_on_site) == (people.wei, True)
    assert [(str(row.aspect), list(row.counts.values())) for row in result.aspects] == [("联系选民", [30, 5, 0]), ("反映意见", [33, 1, 1])]
    audited = AuditEntry.objects.count()
    assert run(personas.office, "duty_reports", MEETING, *rows).changes_nothing and AuditEntry.objects.count() == audited
    plan, cells = exported(personas.town1, "duty_reports")
    assert (reasons(plan), plan.counts["unchanged"], cells[0][-4:]) == ([], 2, ["联系选民", "30", "5", "0"])
    plan = run(personas.town1, "duty_reports", MEETING, votes("联系选民", 29, 6, 0))
    assert reasons(plan) == [(2, "满意", "与已登记的（SZ2024-000001）不同。已登记的述职会请在其页面上办理")]


def test_a_meeting_without_a_vote_is_held_only(people, personas, aspects):
    head = [*MEETING[:4], "代表", "现场述职"]
    rows = [["东岭第一选区", "2024-11-20", "村委会", 36, "韦桂兰", ""], ["东岭第一选区", "2024-11-20", "", "", people.mo.name, "否"]]
    assert reasons(run(personas.town1, "duty_reports", head, *rows)) == []
    meeting = DutyReportMeeting.objects.get()
    assert (meeting.state, meeting.announced_at) == (DutyReportState.HELD, None)
    assert set(meeting.reports.values_list("mandate__deputy__name", "is_on_site")) == {("韦桂兰", True), (people.mo.name, False)}
    assert set(meeting.aspects.all()) == set(aspects)
    assert run(personas.town1, "duty_reports", head, *rows).changes_nothing


def test_what_a_row_of_a_meeting_may_not_say(people, personas, district, aspects):
    ElectoralDistrictFactory(term=district.term, area=district.town2, name="西塘第一选区", code="W1")
    plan = run(
        personas.town1,
        "duty_reports",
        MEETING,
        votes("联系选民", 30, 5, 0, day="2099-1-1"),
        votes("联系选民", 30, 4, 0, day="2024-1-2"),
        votes("联系选民", 30, 5, 0, day="2024-1-3"),
        votes("反映意见", 30, 5, 0, day="2024-1-3", deputy=people.mo.name),
        votes("天气", 30, 5, 0, day="2024-1-4"),
        votes("联系选民", "", "", "", day="2024-1-5"),
        votes("联系选民", 30, 5, 0, day="2024-1-6", 选区="无此选区"),
        votes("联系选民", 30, 5, 0, day="2024-1-7", 选区="西塘第一选区"),
        votes("联系选民", 30, 5, 0, day="2024-1-8", 选区="西塘第一选区", 代表="唐海燕"),
        votes("联系选民", 30, 5, 0, day="2024-1-9", 收回选票=37),
        votes("联系选民", 30, 5, 0, day="2024-1-10", 地点=""),
        votes("联系选民", 30, 5, 0, day="2024-1-11", 代表="唐海燕"),
        votes("联系选民", 30, 5, 0, day="2024-1-12"),
        votes("反映意见", 30, 5, 0, day="2024-1-12", 地点="学校"),
        votes("联系选民", 30, 5, 0, day="2020-1-2"),
    )
    assert reasons(plan) == [
        (2, "举行日期", "举行日期在今天之后"),
        (3, "满意", "韦桂兰“联系选民”三项合计 34 票，应等于收回的选票 35 张"),
        (4, "评议方面", "缺少韦桂兰“反映意见”的测评结果"),
        (6, "评议方面", "没有名为“天气”的评议方面，请先在基础数据中增加"),
        (7, "满意", "请填写票数"),
        (8, "选区", "没有名为“无此选区”的选区，请先导入选区"),
        (9, "代表", "韦桂兰不是西塘镇的代表，不能在西塘第一选区述职"),
        (10, "选区", "不是您所在镇（街道）的选区，不能代为登记"),
        (11, "收回选票", "收回的选票（37 张）多于发出的选票（36 张）"),
        (12, "地点", "请填写述职会的地点"),
        (13, "代表", "唐海燕不是东岭镇的代表，不能在东岭第一选区述职"),
        (15, "地点", "与同一场述职会其他行所写的不一致"),
        (16, "选区", "没有名为“东岭第一选区”的选区，请先导入选区"),
    ]
    assert not DutyReportMeeting.objects.exists()


def test_a_secret_ballot_under_way_is_not_in_the_workbook(people, personas, aspects):
    seat = people.wei.mandates.get()
    today = datetime.date.today()
    meeting = duty_reports.plan(
        actor=personas.town1, electoral_district=seat.electoral_district, planned_on=today, mandates=[seat], method=BallotMethod.SCAN
    )
    ballots.issue_slips(actor=personas.town1, meeting=meeting, total=1)
    duty_reports.record_held(
        actor=personas.town1, meeting=meeting, held_on=today, place="村委会", voters_present=35, on_site=list(meeting.reports.all())
    )
    ballots.open_voting(actor=personas.town1, meeting=meeting, minutes=60)
    (report,) = meeting.reports.all()
    ballots.cast(token=ballots.token_of(meeting, 1), choices={(report.pk, aspect.pk): "satisfied" for aspect in aspects})
    plan, cells = exported(personas.office, "duty_reports")
    assert (reasons(plan), [row[-4:] for row in cells]) == ([], [["", "", "", ""]])


# ---- fixed voters

VOTERS = ["代表", "选民姓名", "电话", "住址", "开始日期"]


def test_fixed_voters_come_in_once_by_their_town(people, personas):
    rows = [["韦桂兰", "王小明", "13800000001", "三组", "2026-1-5"], ["韦桂兰", "李四", "", "", ""]]
    plan = run(personas.town1, "voter_liaisons", VOTERS, *rows)
    assert (reasons(plan), plan.counts["created"]) == ([], 2)
    assert {(row.deputy, row.name, row.phone, row.address) for row in VoterLiaison.objects.all()} == {
        (people.wei, "王小明", "13800000001", "三组"),
        (people.wei, "李四", "", ""),
    }
    assert VoterLiaison.objects.first().electoral_district.name == "东岭第一选区"
    told = AuditEntry.objects.get(action="congress.import_file")
    assert "王小明" not in str((told.changes, told.reason, told.target_name))
    assert run(personas.town1, "voter_liaisons", VOTERS, *rows).changes_nothing
    assert run(personas.town1, "voter_liaisons", VOTERS, [*rows[0][:3], "五组", ""]).rejected[0].reason == (
        "与已登记的（韦桂兰）不同。请在该代表的固定联系选民页面结束原有的联系，再重新登记"
    )


def test_what_a_row_of_a_voter_may_not_say(people, personas):
    LiaisonRule.objects.update_or_create(pk=1, defaults={"least_voters": 1, "most_voters": 2})
    head = [*VOTERS, "选区"]
    plan = run(
        personas.town1,
        "voter_liaisons",
        head,
        ["唐海燕", "王一", "", "", "", ""],
        ["无此人", "王二", "", "", "", ""],
        ["韦桂兰", "王**", "138****0001", "", "", ""],
        ["韦桂兰", "王四", "", "", "2099-1-1", ""],
        ["韦桂兰", "王五", "", "", "", "无此选区"],
        ["韦桂兰", "王六", "", "", "", ""],
        ["韦桂兰", "王六", "", "", "", ""],
        ["韦桂兰", "王七", "", "", "", ""],
        ["韦桂兰", "王八", "", "", "", ""],
    )
    assert reasons(plan) == [
        (2, "代表", "不是您所在镇（街道）的代表，不能代为登记"),
        (3, "代表", "没有姓名为“无此人”的在任代表"),
        (4, "选民姓名", "有隐去的字，请填写完整"),
        (4, "电话", "有隐去的字，请填写完整"),
        (5, "开始日期", "不能晚于今天"),
        (6, "选区", "韦桂兰不是“无此选区”的代表"),
        (8, "选民姓名", "与第 7 行重复"),
        (10, "选民姓名", "韦桂兰的固定联系选民超过 2 名，需要更换的，请先结束其中一名的联系"),
    ]


def test_voters_leave_open_for_the_town_and_masked_for_the_office(people, personas, signed_in):
    VoterLiaisonFactory(deputy=people.wei)
    VoterLiaisonFactory(deputy=people.tang, name="陆七", phone="13900000007")
    plan, cells = exported(personas.town1, "voter_liaisons")
    assert (plan.changes_nothing, [row[2:5] for row in cells]) == (True, [["王小明", "13800000001", "上岭村三组12号"]])
    assert signed_in(personas.town1).get("/imports/voter_liaisons/export.xlsx").status_code == 200
    told = AuditEntry.objects.filter(action="congress.export_file").latest("pk")
    assert told.reason == "固定联系选民 1 行，其中 1 行含选民个人信息"
    office = signed_in(personas.office)
    assert office.get("/imports/voter_liaisons/export.xlsx").status_code == 200
    assert AuditEntry.objects.filter(action="congress.export_file").latest("pk").reason == "固定联系选民 2 行，其中 0 行含选民个人信息"
    resource = kinds.find("voter_liaisons")()
    resource.actor = personas.office
    dataset = resource.export(resource.exported(personas.office))
    assert {row[2:5] for row in dataset} == {("王**", "138****0001", "上岭村***"), ("陆*", "139****0007", "上岭村***")}
    assert office.get("/imports/voter_liaisons/").status_code == 403
    for person in (personas.leader, personas.deputy, personas.unit, personas.visitor):
        assert signed_in(person).get("/imports/voter_liaisons/export.xlsx").status_code == 403


# ---- honours

HONOURS = ["代表", "称号", "级别", "授予单位", "授予日期"]


def test_honours(people, personas):
    row = ["韦桂兰", "优秀人大代表", "区级", "榕江区人大常委会", "2025-12-30"]
    assert reasons(run(personas.office, "honours", HONOURS, row)) == []
    assert run(personas.office, "honours", HONOURS, row).changes_nothing
    plan = run(personas.office, "honours", HONOURS, [*row[:2], "市级", *row[3:]])
    assert (plan.counts["updated"], Honour.objects.get().level) == (1, "市级")
    assert exported(personas.office, "honours")[0].counts["unchanged"] == 1
    plan = run(
        personas.office,
        "honours",
        HONOURS,
        ["无此人", *row[1:]],
        [*row[:4], "2099-1-1"],
        ["韦桂兰", "", "区级", "区", "2025-1-1"],
        row,
        row,
    )
    assert reasons(plan) == [
        (2, "代表", "没有姓名为“无此人”的代表"),
        (3, "授予日期", "授予日期还没有到"),
        (4, "称号", "不能为空"),
        (6, "称号", "与第 5 行重复"),
    ]


# ---- electoral districts

DISTRICTS = ["选区编号", "选区", "层级", "届次", "所在区划", "应选名额"]


def test_electoral_districts(people, personas, district):
    rows = [["", "第1选区", "", "", "西塘镇", 2], ["X-9", "第2选区", "区", "第八届", "西塘镇", ""]]
    plan = run(personas.office, "electoral_districts", DISTRICTS, *rows)
    assert (reasons(plan), plan.counts["created"]) == ([], 2)
    assert set(ElectoralDistrict.objects.filter(area=district.town2).values_list("code", "name", "seats", "term")) == {
        ("469901-8-001", "第1选区", 2, district.term.pk),
        ("X-9", "第2选区", 1, district.term.pk),
    }
    assert run(personas.office, "electoral_districts", DISTRICTS, *rows).changes_nothing
    plan = run(personas.office, "electoral_districts", DISTRICTS, ["X-9", "第二选区", "", "", "", 3])
    assert (plan.counts["updated"], ElectoralDistrict.objects.get(code="X-9").name) == (1, "第二选区")
    assert exported(personas.office, "electoral_districts")[0].changes_nothing
    town = TermFactory(congress=CongressFactory(area=district.town1, level=CongressLevel.TOWN), number=12)
    assert reasons(run(personas.office, "electoral_districts", DISTRICTS, ["", "第1选区", "镇", "", "东岭镇", 1])) == []
    assert ElectoralDistrict.objects.get(term=town).code == "469901101-12-001"


def test_what_a_row_of_an_electoral_district_may_not_say(people, personas, district):
    seat = ElectoralDistrictFactory(term=district.term, area=district.town1, name="满选区", code="FULL", seats=3)
    for _ in range(2):
        MandateFactory(deputy=DeputyFactory(), term=district.term, area=district.town1, electoral_district=seat)
    plan = run(
        personas.office,
        "electoral_districts",
        DISTRICTS,
        ["FULL", "满选区", "", "", "", 1],
        ["", "新选区", "", "", "", 1],
        ["", "新选区", "", "", "东岭镇", 4],
        ["", "新选区", "镇", "", "城中街道", 1],
        ["", "新选区", "", "第99届", "东岭镇", 1],
        ["FULL", "东岭第一选区", "", "", "", 3],
    )
    assert reasons(plan) == [
        (2, "应选名额", "该选区已有 2 名在任代表，应选名额不能少于 2 名"),
        (3, "所在区划", "请填写所在区划"),
        (4, "应选名额", "应在 1 到 3 之间"),
        (5, "层级", "城中街道没有登记人民代表大会；街道和农场不设人民代表大会，镇、乡请先在“基础数据”中登记"),
        (6, "届次", "榕江区人大第99届尚未登记，请先在“基础数据”中登记该届"),
        (7, "选区", "与第 2 行重复"),
    ]
    assert Mandate.objects.filter(electoral_district=seat).count() == 2


# ---- all of them

HEADS = {
    "opinions": (OPINION, lambda n: ["2025-6-12", "韦桂兰", f"第{n}件", "", "", "转镇（街道）", "", "", "", "", ""]),
    "duty_reports": (MEETING, lambda n: votes("联系选民", 30, 5, 0, day=f"2024-{n % 9 + 1}-{n // 9 + 1}")),
    "voter_liaisons": (VOTERS, lambda n: ["韦桂兰", f"选民{n}", "", "", ""]),
    "honours": (HONOURS, lambda n: ["韦桂兰", f"称号{n}", "区级", "区", "2025-1-1"]),
    "electoral_districts": (DISTRICTS, lambda n: ["", f"新{n}选区", "", "", "西塘镇", 1]),
}


@pytest.mark.parametrize("kind", HEADS)
def test_the_number_of_queries_does_not_grow_with_the_rows(kind, people, personas, aspects, django_assert_max_num_queries):
    LiaisonRule.objects.update_or_create(pk=1, defaults={"least_voters": 1, "most_voters": 100})
    head, row = HEADS[kind]
    for rows in ([row(0)], [row(n) for n in range(1, 40)]):
        with django_assert_max_num_queries(24):
            assert reasons(run(personas.town1 if kind == "voter_liaisons" else personas.office, kind, head, *rows)) == []
    assert run(personas.town1 if kind == "voter_liaisons" else personas.office, kind, head, *rows).changes_nothing


@pytest.mark.parametrize("kind", HEADS)
def test_every_kind_has_its_template(kind, people, personas, signed_in):
    client = signed_in(personas.town1 if kind == "voter_liaisons" else personas.office)
    assert client.get(f"/imports/{kind}/template.xlsx").status_code == 200
    assert client.get(f"/imports/{kind}/").status_code == 200
