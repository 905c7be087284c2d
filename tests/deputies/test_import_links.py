"""Groups and the liaisons of standing members from files, and back into them."""

import datetime
import io

import pytest

from congress.imports import running
from congress.models import AuditEntry
from congress.services.audit import SYSTEM
from deputies.models import DeputyGroup, DeputyLiaison, GroupMembership, StandingMember
from deputies.resources.links import GroupResource, LiaisonResource
from tests import workbooks
from tests.factories import DeputyFactory, GroupFactory, MandateFactory, MembershipFactory, TermFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(district):
    """莫英 and 韦三 in 东岭镇, two 张伟 in 东岭镇 and 西塘镇."""
    TermFactory(congress=district.congress)
    found = {}
    for code, name, area in (("D-1", "莫英", district.town1), ("D-2", "韦三", district.town1), ("D-3", "张伟", district.town1)):
        found[code] = MandateFactory(deputy=DeputyFactory(code=code, name=name), term=district.term, area=area).deputy
    found["D-4"] = MandateFactory(deputy=DeputyFactory(code="D-4", name="张伟"), term=district.term, area=district.town2).deputy
    return found


def run(resource, head, *rows):
    return running.run(actor=SYSTEM, resource=resource(), source=workbooks.xlsx([head, *rows]), filename="表.xlsx")


def reasons(plan):
    return [(r.row, r.column, r.reason) for r in plan.rejected]


GROUPS = ["小组名称", "所在区划", "代表编号", "代表姓名", "职务", "加入日期"]


def groups_of(*rows):
    return run(GroupResource, GROUPS, *rows)


def test_groups_are_made_with_their_members(people):
    rows = [
        ["东岭镇代表小组", "东岭镇", "", "莫英", "组长", "2026-01-05"],
        ["东岭镇代表小组", "东岭镇", "", "韦三", "", ""],
        ["东岭镇代表小组", "东岭镇", "", "张伟", "副组长", "2026-02-01"],
    ]
    plan = groups_of(*rows)
    assert (reasons(plan), plan.counts["created"]) == ([], 3)
    group = DeputyGroup.objects.get()
    assert (group.area.name, group.starts_on) == ("东岭镇", datetime.date(2026, 1, 5))
    assert set(group.memberships.values_list("deputy__code", "role")) == {("D-1", "leader"), ("D-2", "member"), ("D-3", "deputy_leader")}
    audited = AuditEntry.objects.count()
    assert groups_of(*rows).changes_nothing and AuditEntry.objects.count() == audited
    plan = groups_of(["东岭镇代表小组", "", "D-2", "韦三", "联络员", ""])
    assert (reasons(plan), plan.counts["updated"]) == ([], 1)


def test_what_a_row_of_a_group_may_not_say(people, district):
    MembershipFactory(group=GroupFactory(name="旧组", term=district.term, area=district.town1), deputy=people["D-1"], role="leader")
    plan = groups_of(
        ["新组", "", "", "莫英", "", ""],
        ["新组", "东岭镇", "", "无此人", "", ""],
        ["区小组", "榕江区", "", "张伟", "", ""],
        ["新组", "东岭镇", "D-2", "莫英", "", ""],
        ["旧组", "", "", "韦三", "组长", ""],
        ["旧组", "", "", "韦三", "", "2099-01-01"],
        ["旧组", "", "", "莫英", "书记", ""],
    )
    assert reasons(plan) == [
        (2, "所在区划", "新编的小组须填写所在区划"),
        (3, "代表姓名", "没有姓名为“无此人”的在任代表"),
        (4, "代表姓名", "叫“张伟”的在任代表有 2 名：D-3、D-4，请填写代表编号"),
        (5, "代表编号", "编号 D-2 的代表是韦三，不是莫英"),
        (6, "职务", "一个小组只有一名组长，“旧组”的组长是莫英"),
        (7, "加入日期", "不能晚于今天"),
        (7, "代表姓名", "与第 6 行重复"),
        (8, "职务", "应是组长、副组长、联络员、组员之一"),
    ]
    assert GroupMembership.objects.count() == 1


LIAISONS = ["组成人员", "职务", "所联系代表", "代表编号", "开始日期"]


def links_of(*rows):
    return run(LiaisonResource, LIAISONS, *rows)


def test_members_are_entered_with_their_deputies(people):
    rows = [["莫英", "副主任", "韦三", "", "2022-01-01"], ["莫英", "", "张伟", "D-4", ""]]
    plan = links_of(*rows)
    assert (reasons(plan), plan.counts["created"]) == ([], 2)
    assert (StandingMember.objects.get().post, DeputyLiaison.objects.count()) == ("副主任", 2)
    assert links_of(*rows).changes_nothing
    plan = links_of(["莫英", "主任", "韦三", "", ""])
    assert plan.counts["updated"] == 1 and StandingMember.objects.get().post == "主任"


def test_a_fourth_deputy_in_a_file_is_refused(people, district):
    more = [MandateFactory(deputy=DeputyFactory(code=f"E-{n}", name=f"农{n}"), term=district.term).deputy for n in range(2)]
    rows = [
        ["莫英", "", name, code, ""] for name, code in (("韦三", ""), ("张伟", "D-3"), ("张伟", "D-4"), (more[0].name, ""), ("莫英", ""))
    ]
    assert reasons(links_of(*rows)) == [
        (5, "所联系代表", "莫英联系的代表超过 3 名，请删去一名或先结束原有的联系"),
        (6, "所联系代表", "组成人员不能联系本人"),
        (6, "所联系代表", "莫英联系的代表超过 3 名，请删去一名或先结束原有的联系"),
    ]
    assert not DeputyLiaison.objects.exists()


@pytest.mark.parametrize("kind", ["groups", "liaisons"])
def test_what_is_exported_can_be_imported_again(kind, people, personas, signed_in):
    groups_of(["东岭镇代表小组", "东岭镇", "", "莫英", "组长", "2026-01-05"])
    links_of(["莫英", "副主任", "韦三", "", "2022-01-01"])
    client = signed_in(personas.office)
    assert client.get(f"/imports/{kind}/template.xlsx").status_code == 200
    answer = client.get(f"/imports/{kind}/export.xlsx")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    resource = {"groups": GroupResource, "liaisons": LiaisonResource}[kind]
    plan = running.run(actor=SYSTEM, resource=resource(), source=io.BytesIO(content), filename="x.xlsx")
    assert (reasons(plan), plan.counts["unchanged"]) == ([], 1)
    assert signed_in(personas.town1).get(f"/imports/{kind}/export.xlsx").status_code == 403
