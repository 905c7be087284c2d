"""Contacts kept on paper, from a file: whom a row means, what it may not say, and that the same file again changes nothing."""

import datetime
import io

import pytest

from congress.errors import DomainError
from congress.imports import running, sheets
from congress.models import AuditEntry, Notification
from congress.services.audit import SYSTEM
from deputies.enums import EndReason, MandateStatus
from deputies.models import Mandate, VoterContact
from deputies.resources.contacts import ContactResource
from deputies.services import contacts
from deputies.services.contacts import Voter
from tests import workbooks
from tests.deputies.contacts import make_people, moment, record
from tests.factories import DeputyFactory, MandateFactory

pytestmark = pytest.mark.django_db

HEAD = ["日期", "代表姓名", "代表编号", "方式", "所在区划", "地点", "人数", "内容", "处理情况", "选民姓名", "选民电话"]
ROW = [
    "2026年3月5日 14:30",
    "韦桂兰",
    "",
    "走访",
    "上岭村",
    "村口",
    3,
    "路灯坏了三盏。\n晚上看不清路。",
    "已转村委会",
    "王小明、李四",
    "13800000001",
]
NARROW = ["日期", "代表", "方式", "内容"]


@pytest.fixture
def people(district, personas):
    return make_people(district, personas)


def run(actor, *rows, head=HEAD):
    return running.run(actor=actor, resource=ContactResource(), source=workbooks.xlsx([head, *rows]), filename="记事簿.xlsx")


def reasons(plan):
    return [(r.row, r.column, r.reason) for r in plan.rejected]


def test_a_full_row(people, personas, district):
    plan = run(personas.town1, ROW)
    assert (reasons(plan), plan.counts["created"]) == ([], 1)
    contact = VoterContact.objects.get()
    assert (contact.author, list(contact.deputies.all()), contact.channel) == (personas.town1, [people.wei], "visit")
    assert (contact.at, contact.area, contact.place, contact.people) == (
        moment(2026, 3, 5, 14) + datetime.timedelta(minutes=30),
        district.villages[1],
        "村口",
        3,
    )
    assert (contact.text, contact.result) == ("路灯坏了三盏。\n晚上看不清路。", "已转村委会")
    assert contact.electoral_district.name == "东岭第一选区"
    assert [(voter.name, voter.phone) for voter in contact.voters.all()] == [("王小明", "13800000001"), ("李四", "")]
    told = AuditEntry.objects.get(action="congress.import_file")
    assert (told.actor, told.changes) == (
        personas.town1,
        {"created": [0, 1], "updated": [0, 0]},
    )  # SECURITY: no voter, no word of what was said


def test_the_same_file_again_changes_and_writes_nothing(people, personas, django_assert_num_queries):
    rows = [ROW, ["2026-03-06", "莫", "", "电话", "", "", "", "水渠堵了", "", "", ""]]
    rows[1][1] = people.mo.name
    assert reasons(run(personas.office, *rows)) == []
    audited = AuditEntry.objects.count()
    with django_assert_num_queries(9):  # savepoint, areas, home, deputies, mandates, contacts, their deputies, places, release
        plan = run(personas.town1, *rows)  # by somebody else
    assert plan.changes_nothing and (VoterContact.objects.count(), AuditEntry.objects.count()) == (2, audited)


def test_the_number_of_queries_does_not_grow(people, personas, django_assert_num_queries):
    run(personas.office, ["2026-03-01", "韦桂兰", "走访", "第一件"], head=NARROW)
    for count in (1, 30):
        rows = [["2026-03-02", "韦桂兰", "走访", f"{count}人中的第{n}件"] for n in range(count)]
        with django_assert_num_queries(14):
            assert reasons(run(personas.office, *rows, head=NARROW)) == []
    assert VoterContact.objects.count() == 32 == VoterContact.objects.values("code").distinct().count()


def test_deputies_are_told_once_to_look(people, personas, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        run(personas.town1, *[[f"2026-03-0{n}", people.mo.name, "走访", "路灯坏了"] for n in (1, 2)], head=NARROW)
    notice = Notification.objects.get()
    assert (notice.user, notice.text, notice.url) == (personas.deputy, "东岭李导入了您的联系选民记录，请核对。", "/contacts/")


def test_what_a_row_may_not_say(people, personas, district):
    MandateFactory(deputy=DeputyFactory(code="D-W2", name="韦桂兰"), term=district.term, area=district.town2)
    gone = MandateFactory(deputy=DeputyFactory(code="D-GONE", name="梁走"), term=district.term, area=district.town1)
    Mandate.objects.filter(pk=gone.pk).update(
        status=MandateStatus.ENDED, ends_on=datetime.date(2026, 1, 10), end_reason=EndReason.MOVED_AWAY
    )
    head = ["编号", "日期", "代表姓名", "代表编号", "方式", "内容", "选民姓名", "选民电话"]
    plan = run(
        personas.office,
        ["", "2099-1-1", "", "D-WEI", "走访", "路灯", "", ""],
        ["", "2026-3-1", "韦桂兰", "", "走访", "路灯", "", ""],
        ["", "2026-3-1", "无此人", "", "走访", "路灯", "", ""],
        ["", "2026-3-1", "梁走", "", "走访", "路灯", "", ""],
        ["", "2020-3-1", "", "D-WEI", "走访", "路灯", "", ""],
        ["", "2026-3-1", "", "", "走访", "路灯", "", ""],
        ["", "2026-3-1", "唐海燕", "D-WEI", "走访", "路灯", "", ""],
        ["", "2026-3-1 25:10", "唐海燕", "", "喊话", "", "", ""],
        ["LX2026-999999", "2026-3-1", "唐海燕", "", "走访", "路灯", "", ""],
        ["", "2026-3-2", "唐海燕", "", "走访", "路灯", "王**", ""],
        ["", "2026-3-3", "唐海燕", "", "走访", "路灯", "王五", "138、139"],
        ["", "2026-3-4", "唐海燕、莫", "", "走访", "路灯", "王五", "138"],
        head=head,
    )
    assert reasons(plan) == [
        (2, "日期", "联系时间还没有到"),
        (3, "代表姓名", "叫“韦桂兰”的代表有 2 名：D-W2、D-WEI，请填写代表编号"),
        (4, "代表姓名", "没有姓名为“无此人”的代表"),
        (5, "日期", "梁走的代表资格已于2026年1月10日终止（迁出或者调离本行政区域），2026年3月1日的联系不能再记在名下。"),
        (6, "日期", "韦桂兰2021年9月28日才当选，2020年3月1日还不是代表。请核对时间。"),
        (7, "代表编号", "请填写代表姓名或代表编号"),
        (8, "代表姓名", "编号 D-WEI 的代表是韦桂兰，不是唐海燕"),
        (9, "日期", "时间应写作 14:30"),
        (9, "方式", "应是走访、接待日、来访、电话、微信、网上之一"),
        (9, "内容", "不能为空"),
        (10, "编号", "没有编号为 LX2026-999999、时间相同的记录；新的记录请不要填写编号"),
        (11, "选民姓名", "有隐去的字，请填写完整或留空"),
        (12, "选民电话", "选民姓名有 1 个，电话有 2 个，请核对"),
        (13, "代表姓名", "没有姓名为“莫”的代表"),
    ]
    assert not VoterContact.objects.exists()


def test_a_town_enters_its_own_deputies_only_and_the_clock_nobodys(people, personas):
    plan = run(personas.town1, ["2026-3-1", "唐海燕", "走访", "路灯"], head=NARROW)
    assert reasons(plan) == [(2, "代表", "不是您所在镇（街道）的代表，不能代为登记")]
    with pytest.raises(DomainError, match="记在导入人名下"):
        run(SYSTEM, ["2026-3-1", "唐海燕", "走访", "路灯"], head=NARROW)


def test_what_was_corrected_since_stays(people, personas):
    run(personas.office, ROW)
    contact = VoterContact.objects.get()
    contacts.correct(actor=personas.town1, contact=contact, version=0, reason="数错了", text="路灯坏了五盏")
    plan = run(personas.office, ROW)
    assert (plan.changes_nothing, plan.notes) == (True, ["1 行已登记并在页面上更正过，保留更正后的内容。"])


def test_a_row_that_says_otherwise_is_left_to_the_page(people, personas):
    run(personas.office, ROW)
    plan = run(personas.office, [*ROW[:5], "圩场", *ROW[6:]])
    code = VoterContact.objects.get().code
    assert reasons(plan) == [(2, "地点", f"与已登记的（{code}）不同。已登记的记录请在其页面上更正，并写明原因")]


def test_rows_of_a_file_repeat_once(people, personas):
    assert reasons(run(personas.office, ROW, ROW)) == [(3, "内容", "与第 2 行重复")]


def test_what_is_exported_comes_back_as_zero_changes_with_voters_masked(people, personas):
    record(
        personas.deputy, people.mo, people.wei, voters=[Voter("王小明", "13800000001")], text="一、路灯\n\n二、水渠  堵了", place=" 村口 "
    )
    record(personas.town2, people.tang, text="=SUM(A1)")
    content, count = sheets.current(ContactResource(), ContactResource().exported(personas.office))
    plan = run_again(personas.office, content)
    assert (reasons(plan), plan.counts["unchanged"], count) == ([], 2, 2)
    assert "王小明" not in {cell for _, row in plan.table.rows for cell in row}
    _, own = sheets.current(ContactResource(), ContactResource().exported(personas.town2))
    assert own == 1


def run_again(actor, content):
    return running.run(actor=actor, resource=ContactResource(), source=io.BytesIO(content), filename="x.xlsx")


def test_pages_for_the_town_and_nobody_below(people, personas, signed_in):
    town = signed_in(personas.town1)
    overview = town.get("/imports/").content.decode()
    assert "导入联系选民记录" in overview and "导入区划" not in overview
    assert town.get("/imports/contacts/template.xlsx").status_code == 200
    assert (town.get("/imports/areas/").status_code, signed_in(personas.deputy).get("/imports/").status_code) == (403, 403)
    address = town.post("/imports/contacts/", {"file": _file()})["Location"]
    page = town.get(address)
    assert page["X-Total-Count"] == "1" and "路灯坏了三盏" in page.content.decode()
    assert signed_in(personas.town2).get(address).status_code == 404
    town.post(address, {"fingerprint": page.context["plan"].fingerprint})
    assert VoterContact.objects.get().author == personas.town1


def _file():
    source = workbooks.xlsx([HEAD, ROW])
    source.name = "记事簿.xlsx"
    return source
