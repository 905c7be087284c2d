"""Suggestions of earlier years out of ledgers, and back into them."""

from __future__ import annotations

import csv
import datetime
import io
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from congress import figures
from congress.errors import DomainError
from congress.imports import kinds, running, sheets, values
from congress.models import AuditEntry, Session
from congress.periods import Period
from congress.services.audit import SYSTEM
from suggestions.enums import HandlingRole, HandlingState, Publicity, Settlement, SuggestionState
from suggestions.models import Suggestion
from suggestions.resources import cells
from suggestions.services import similarity
from tests import workbooks
from tests.deputies.contacts import make_people
from tests.factories import CongressFactory, DeputyFactory, MandateFactory, OrganisationFactory, TermFactory
from tests.suggestions import playing

pytestmark = pytest.mark.django_db
# Real input lies beside the project, or where SHARED_DATA says; it is never copied into it.
SHARED = Path(os.environ.get("SHARED_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")
FACTS = SHARED / "suggestions" / "suggestion_facts_28.csv"
HEAD = [
    *("届次", "会次", "建议号", "标题", "领衔代表", "附议代表", "主办单位", "协办单位", "办理结果"),
    *("交办日期", "答复日期", "答复内容", "代表评价", "公开方式"),
]
ROW = dict(
    zip(
        HEAD,
        [
            *("八届", "三次", "004", "关于修复上岭村道的建议", "韦桂兰", "唐海燕", "榕江区交通运输局", "榕江区财政局", "A"),
            *("2024-3-1", "2024年5月20日", "已修复。", "满意", "全文公开"),
        ],
        strict=True,
    )
)


@pytest.fixture
def people(district, personas):
    day = datetime.date(2024, 1, 10)
    Session.objects.create(term=district.term, number=3, starts_on=day, ends_on=day)
    OrganisationFactory(code="CZJ", name="榕江区财政局", kind="handling_unit", area=district.area)
    return make_people(district, personas)


def row(**changes):
    return list((ROW | changes).values())


def run(actor, *rows, head=HEAD):
    return running.run(actor=actor, resource=kinds.find("suggestions")(), source=workbooks.xlsx([head, *rows]), filename="表.xlsx")


def reasons(plan):
    return [(r.row, r.column, r.reason) for r in plan.rejected]


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (31, "31"),
        ("004", "004"),
        ("Y19", "Y19"),
        ("闭字1", "闭字1"),
        (173169, "173169"),
        (31.0, "31"),
        ("第31号", "31"),
        ("－", None),
        ("", None),
        ("Ｙ１９", "Y19"),
    ],
)
def test_numbers_stay_as_the_paper_has_them(raw, read):
    assert cells.number(raw) == read


@pytest.mark.parametrize("raw", ["=1+1", "a b#c", "1" * 21])
def test_what_is_no_number(raw):
    with pytest.raises(ValueError, match="建议号|字符"):
        cells.number(raw)


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("A", "A"),
        ("b类", "B"),
        ("C类（列入计划）", "C"),
        ("解决采纳", Settlement.SETTLED),
        ("留作参考", Settlement.REFERENCE),
        ("正在解决", Settlement.UNDER_WAY),
        ("列入计划解决", Settlement.PLANNED),
        ("—", None),
    ],
)
def test_results_in_letters_and_in_words(raw, read):
    assert cells.answer_class(raw) == read
    with pytest.raises(ValueError, match="应是A、B、C、D"):
        cells.answer_class("很好")


@pytest.mark.parametrize(("raw", "read"), [("第三次会议", 3), ("三次", 3), (3.0, 3), ("3", 3), ("闭会期间", 0), ("", None)])
def test_sessions_in_every_spelling(raw, read):
    assert cells.session(raw) == read


def test_a_closed_matter_comes_in_whole(people, personas, district):
    plan = run(personas.office, row())
    assert (reasons(plan), plan.counts["created"], plan.notes) == ([], 1, [])
    made = Suggestion.objects.get()
    assert (made.code, made.state, made.old_number, made.number) == ("JY2024-000001", SuggestionState.CLOSED, "004", None)
    assert (made.accepted_on, made.assigned_on, made.replied_on, made.closed_on) == (
        datetime.date(2024, 1, 10),
        datetime.date(2024, 3, 1),
        datetime.date(2024, 5, 20),
        datetime.date(2024, 5, 20),
    )
    assert (made.proposer.deputy, [each.mandate.deputy for each in made.cosigners.all()]) == (people.wei, [people.tang])
    assert {(h.unit.code, h.role, h.state) for h in made.handlings.all()} == {
        ("JTJ", HandlingRole.LEAD, HandlingState.DONE),
        ("CZJ", HandlingRole.SUPPORT, HandlingState.DONE),
    }
    reply = made.handlings.get(role=HandlingRole.LEAD).replies.get()
    assert (reply.reply_class.code, reply.sent_on, reply.text, reply.publicity) == ("A", made.replied_on, "已修复。", Publicity.FULL)
    assert reply.evaluations.get().result == "satisfied"
    year = Period.year(2024)
    assert figures.values("suggestions.proposed", [people.wei.pk], year)[people.wei.pk] == 1
    assert figures.values("suggestions.answered", [district.unit.pk], year)[district.unit.pk] == 1
    assert figures.values("suggestions.settlement_rate", [district.unit.pk], year)[district.unit.pk] == 1
    assert [each.suggestion for each in similarity.find("修复上岭村道")] == [made]
    assert AuditEntry.objects.filter(action="congress.import_file", target_ref="suggestions").count() == 1


def test_the_same_file_again_changes_nothing_and_the_export_reads_as_no_change(people, personas, district):
    rows = [row(), row(建议号="Y19", 标题="关于架桥的建议", 附议代表="", 办理结果="留作参考", 代表评价="", 协办单位="")]
    assert run(personas.office, *rows).counts["created"] == 2
    assert run(personas.office, *rows).counts == {"created": 0, "updated": 0, "unchanged": 2}
    playing.replied(personas, district, title="关于修渠的建议")  # of this year, on its own way
    resource = kinds.find("suggestions")()
    resource.actor = personas.office
    content, count = sheets.current(resource, resource.exported(personas.office))
    plan = running.run(actor=personas.office, resource=kinds.find("suggestions")(), source=io.BytesIO(content), filename="x.xlsx")
    assert (count, reasons(plan), plan.counts) == (3, [], {"created": 0, "updated": 0, "unchanged": 3})
    assert Suggestion.objects.count() == 3


def test_a_row_that_says_something_else_than_its_code_is_left_to_its_page(people, personas):
    run(personas.office, row())
    code = Suggestion.objects.get().code
    plan = run(personas.office, [code, *row(标题="关于修路的建议")], head=["编号", *HEAD])
    assert reasons(plan) == [(2, "标题", f"与已登记的（{code}）不同。已登记的建议请在其页面上办理")]
    plan = run(personas.office, ["JY1999-000001", *row()], head=["编号", *HEAD])
    assert reasons(plan) == [(2, "编号", "没有编号为 JY1999-000001 的建议；新的建议请不要填写编号")]


def test_how_many_signed_along_is_kept_where_no_names_are(people, personas, signed_in):
    run(personas.office, [*row(附议代表=""), 13], head=[*HEAD, "联名人数"])
    assert Suggestion.objects.get().signer_count == 13
    page = signed_in(personas.office).get("/suggestions/?state=all").content.decode()
    assert "韦桂兰等13人" in page and "建议第004号" in page


def test_a_matter_between_sessions_in_several_units_hands(people, personas):
    plan = run(personas.office, row(会次="", 建议号="闭字1", 主办单位="榕江区交通运输局、榕江区财政局", 协办单位="", 办理结果="解决采纳"))
    assert reasons(plan) == []
    made = Suggestion.objects.get()
    assert (made.occasion, made.accepted_on) == ("between_sessions", datetime.date(2024, 3, 1))
    assert {h.role for h in made.handlings.all()} == {HandlingRole.SEPARATE}
    assert [h.replies.get().reply_class.settlement for h in made.handlings.all()] == [Settlement.SETTLED, Settlement.SETTLED]


def test_what_is_not_known_is_told_and_counted_so(people, personas):
    undated = row(建议号="1", 标题="甲", 答复日期="", 公开方式="", 代表评价="")
    unclassed = row(建议号="2", 标题="乙", 办理结果="", 答复内容="", 代表评价="")
    plan = run(personas.office, undated, unclassed)
    assert (reasons(plan), len(plan.notes)) == ([], 2)
    first, second = Suggestion.objects.order_by("pk")
    reply = first.handlings.get(role=HandlingRole.LEAD).replies.get()
    assert (reply.sent_on, reply.publicity, reply.publicity_reason != "") == (datetime.date(2024, 3, 1), Publicity.NONE, True)
    assert (second.replied_on, second.handlings.filter(replies__isnull=False).exists()) == (datetime.date(2024, 5, 20), False)


@pytest.mark.parametrize(
    ("changes", "column", "part"),
    [
        ({"届次": ""}, "届次", "不能为空"),
        ({"届次": "十八届"}, "届次", "没有第18届"),
        ({"会次": "九次"}, "会次", "没有第9次会议"),
        ({"会次": "去年"}, "会次", "应写作"),
        ({"标题": ""}, "标题", "不能为空"),
        ({"标题": "长" * 81}, "标题", "最多 80 个字"),
        ({"领衔代表": "无此人"}, "领衔代表", "没有姓名为“无此人”"),
        ({"领衔代表": ""}, "领衔代表", "请填写代表姓名"),
        ({"附议代表": "韦桂兰"}, "附议代表", "不必再列为附议代表"),
        ({"主办单位": "没有的局"}, "主办单位", "没有名为“没有的局”的承办单位"),
        ({"主办单位": ""}, "主办单位", "请填写主办单位"),
        ({"办理结果": "E"}, "办理结果", "应是A、B、C、D"),
        ({"交办日期": "2024-2-30"}, "交办日期", "没有 30 日"),
        ({"交办日期": "2023-12-1"}, "受理日期", "交办日期不能早于受理日期"),
        ({"答复日期": "2024-2-1"}, "答复日期", "答复日期不能早于交办"),
        ({"答复日期": "2099-1-1"}, "答复日期", "不能晚于今天"),
        ({"代表评价": "一般"}, "代表评价", "应是满意"),
        ({"代表评价": "不满意"}, "评价意见", "请写明意见"),
        ({"办理结果": ""}, "办理结果", "有代表评价的，请填写办理结果"),
        ({"会次": "", "交办日期": "", "答复日期": ""}, "受理日期", "请填写受理日期"),
    ],
)
def test_what_a_row_may_not_say_and_then_nothing_comes_in(changes, column, part, people, personas):
    plan = run(personas.office, row(建议号="9", 标题="关于架桥的建议"), row(**changes))
    assert [(row, col) for row, col, _ in reasons(plan)] == [(3, column)] and part in reasons(plan)[0][2]
    assert not Suggestion.objects.exists()


def test_a_number_stands_for_one_matter_and_a_row_for_itself(people, personas):
    plan = run(personas.office, row(), row(标题="关于架桥的建议"), row())
    assert reasons(plan) == [
        (3, "建议号", "该号已是“关于修复上岭村道的建议”，请核对届次、会次和建议号"),
        (4, "标题", "与第 2 行重复"),
    ]


def test_a_deputy_without_a_seat_in_that_term(people, personas, district):
    TermFactory(congress=district.congress, number=7, starts_on=datetime.date(2016, 9, 1))
    plan = run(personas.office, row(届次="七届", 会次=""))
    assert "请先导入该届的代表名册" in reasons(plan)[0][2]


def test_whose_matters_one_may_bring_in(people, personas, district):
    town = CongressFactory(level="town", area=district.town1, name="东岭镇人民代表大会", short_name="东岭镇")
    term = TermFactory(congress=town, number=8, starts_on=datetime.date(2021, 9, 1))
    MandateFactory(deputy=people.wei, term=term, area=district.town1)
    head = ["人民代表大会", *HEAD]
    own = ["东岭镇", *row(会次="", 附议代表="", 协办单位="")]
    assert reasons(run(personas.town1, own, head=head)) == []
    assert Suggestion.objects.get().congress == town
    assert [each[1:] for each in reasons(run(personas.town1, row()))] == [("人民代表大会", "不是您所在人大的建议，不能导入")]
    assert "不能导入" in reasons(run(personas.town2, own[:3] + ["5", "关于架桥的建议", *own[5:]], head=head))[0][2]
    with pytest.raises(DomainError, match="用本人账号"):
        run(SYSTEM, row())


def test_the_pages_of_the_import(people, personas, signed_in):
    office = signed_in(personas.office)
    upload = workbooks.xlsx([HEAD, row(), row(标题="")])
    upload.name = "往年建议.xlsx"
    preview = office.post("/imports/suggestions/", {"file": upload}, follow=True)
    assert "不能为空" in preview.content.decode() and not Suggestion.objects.exists()
    assert office.get("/imports/suggestions/template.xlsx").status_code == 200
    for name, status in {"town1": 200, "leader": 403, "deputy": 403, "unit": 403}.items():
        assert signed_in(getattr(personas, name)).get("/imports/suggestions/").status_code == status


def test_the_number_of_queries_does_not_grow_with_the_rows(people, personas):
    costs = []
    for start, count in ((0, 2), (100, 30)):
        rows = [row(建议号=str(start + n), 标题=f"关于第{start + n}件事的建议") for n in range(count)]
        with CaptureQueriesContext(connection) as made:
            assert reasons(run(personas.office, *rows)) == []
        costs.append(len(made))
    assert abs(costs[1] - costs[0]) <= 2, costs  # the index of titles has one batch for new pairs more


def test_facts_of_real_suggestions(district, personas):
    """Real numbers, classes and dates; deputies and terms are made to fit. Rows without a term or any day are refused as such."""
    if not FACTS.exists():
        pytest.skip("the shared data are not beside the project")
    facts = list(csv.DictReader(io.StringIO(FACTS.read_text(encoding="utf-8"))))
    ordinals = {each["congress"] for each in facts if each["congress"]}
    names = {name for each in facts for name in (each["host_unit"], *each["co_units"].split("；")) if name}
    for n, name in enumerate(sorted(names)):
        OrganisationFactory(code=f"S{n}", name=name, kind="handling_unit", area=district.area)
    deputies = {surname: DeputyFactory(name=surname or "佚名") for surname in {each["lead_surname"] for each in facts}}
    for number in {values.ordinal(text) for text in ordinals}:
        day = datetime.date(1940 + number * 4, 1, 1)
        term = district.term if number == district.term.number else TermFactory(congress=district.congress, number=number, starts_on=day)
        for deputy in deputies.values():
            MandateFactory(deputy=deputy, term=term, area=district.town1)
        for session in range(1, 7):
            Session.objects.get_or_create(term=term, number=session, defaults={"starts_on": day, "ends_on": day})
    head = [
        "建议号",
        "标题",
        "届次",
        "会次",
        "领衔代表",
        "联名人数",
        "主办单位",
        "协办单位",
        "办理结果",
        "交办日期",
        "答复日期",
        "答复文号",
    ]
    keys = ("number", "title", "congress", "session", "lead_surname", "signers", "host_unit", "co_units", "result_class")
    rows = [
        [*(each[key] for key in keys), each["handed_date"], each["reply_date"], each["doc_no"]]
        if each["lead_surname"]
        else [each["number"], each["title"], each["congress"], each["session"], "佚名", *[each[key] for key in keys[5:]], "", "", ""]
        for each in facts
    ]
    plan = run(personas.office, *rows, head=head)
    without_term = [n + 2 for n, each in enumerate(facts) if not each["congress"]]
    assert [(row, column) for row, column, _ in reasons(plan)] == [(n, "届次") for n in without_term]
    assert not Suggestion.objects.exists()
    kept = [cells for n, cells in enumerate(rows) if n + 2 not in without_term]
    plan = run(personas.office, *kept, head=head)
    assert reasons(plan) == [] and Suggestion.objects.filter(state=SuggestionState.CLOSED).count() == len(kept)
    assert set(Suggestion.objects.exclude(old_number="").values_list("old_number", flat=True)) >= {"31", "004", "413"}
    assert Suggestion.objects.filter(signer_count=13).count() == 2
    assert run(personas.office, *kept, head=head).counts["unchanged"] == len(kept)
