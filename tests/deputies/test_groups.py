"""Groups across levels: their services, officers' roles, and pages."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from congress.enums import CongressLevel, Role
from congress.errors import DomainError
from congress.models import AuditEntry, RoleGrant
from deputies.enums import EndReason, GroupRole, MandateStatus
from deputies.models import Deputy, DeputyGroup, GroupMembership
from deputies.services import groups
from deputies.services.guards import FieldRefused
from tests.factories import CongressFactory, DeputyFactory, GroupFactory, MandateFactory, MembershipFactory, TermFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(district):
    return GroupFactory(code="G-1", name="东岭镇代表小组", term=district.term, area=district.town1)


@pytest.fixture
def ying(district):
    deputy = DeputyFactory(code="D-1", name="莫英", user=UserFactory(username="ying"))
    MandateFactory(deputy=deputy, term=district.term, area=district.town1)
    return deputy


def create(actor, district, **fields):
    given = {"name": "农业代表小组", "term": district.term, "area": district.town1, "starts_on": datetime.date(2026, 1, 5)} | fields
    return groups.create_group(actor=actor, **given)


def test_making_a_group(district, personas):
    made = create(personas.town1, district, field="农业")
    assert (made.code, made.field) == ("469901101-Z001", "农业")
    assert create(personas.town1, district) == made
    assert AuditEntry.objects.filter(action="deputies.create_group").count() == 1
    with pytest.raises(FieldRefused, match="已有名为“农业代表小组”的小组"):
        create(personas.office, district, area=district.town2)
    with pytest.raises(FieldRefused, match="成立日期不能晚于今天"):
        create(personas.office, district, name="未来小组", starts_on=datetime.date(2099, 1, 1))
    town_term = TermFactory(congress=CongressFactory(area=district.town1, level=CongressLevel.TOWN), number=12)
    with pytest.raises(FieldRefused, match="不在东岭镇"):
        create(personas.office, district, term=town_term, area=district.town2)


@pytest.mark.parametrize("name", ["leader", "town2", "deputy", "assessor", "unit", "dispatcher", "sysadmin", "visitor"])
def test_others_do_not_touch_a_group(name, district, personas, group, ying):
    actor = getattr(personas, name)
    member = MembershipFactory(group=group, deputy=ying)
    for step in (
        lambda: create(actor, district),
        lambda: groups.update_group(actor=actor, group=group, name="x"),
        lambda: groups.close_group(actor=actor, group=group),
        lambda: groups.place(actor=actor, group=group, deputy=ying, role=GroupRole.LEADER),
        lambda: groups.leave(actor=actor, membership=member),
    ):
        with pytest.raises(PermissionDenied):
            step()


def test_members_of_several_levels_and_one_leader(group, ying, district, personas):
    town_term = TermFactory(congress=CongressFactory(area=district.town1, level=CongressLevel.TOWN), number=12)
    of_town = MandateFactory(deputy=DeputyFactory(name="陆四"), term=town_term, area=district.villages[1]).deputy
    groups.place(actor=personas.town1, group=group, deputy=ying, role=GroupRole.LEADER)
    groups.place(actor=personas.town1, group=group, deputy=of_town)
    rows = AuditEntry.objects.count()
    groups.place(actor=personas.town1, group=group, deputy=of_town)
    assert AuditEntry.objects.count() == rows
    with pytest.raises(FieldRefused, match="“东岭镇代表小组”的组长是莫英"):
        groups.place(actor=personas.town1, group=group, deputy=of_town, role=GroupRole.LEADER)
    ended = MandateFactory(
        term=district.term, area=district.town1, status=MandateStatus.ENDED, end_reason=EndReason.DIED, ends_on=datetime.date(2025, 1, 1)
    )
    with pytest.raises(FieldRefused, match="没有有效的代表资格"):
        groups.place(actor=personas.town1, group=group, deputy=ended.deputy)
    assert set(group.memberships.values_list("deputy__name", "role")) == {("莫英", "leader"), ("陆四", "member")}


def officer_grants(deputy):
    return RoleGrant.objects.in_force(timezone.localdate() + datetime.timedelta(days=1)).filter(user=deputy.user, role=Role.GROUP_OFFICER)


def test_officers_accounts_get_their_role_and_lose_it(group, ying, district, personas):
    groups.place(actor=personas.town1, group=group, deputy=ying, role=GroupRole.LIAISON)
    assert officer_grants(ying).get().organisation == district.town1_office
    other = GroupFactory(term=district.term, area=district.town1)
    groups.place(actor=personas.office, group=other, deputy=ying, role=GroupRole.LEADER)
    groups.place(actor=personas.town1, group=group, deputy=ying, role=GroupRole.MEMBER)
    assert officer_grants(ying).count() == 1  # still leads the other group
    groups.leave(actor=personas.office, membership=other.memberships.get())
    assert not officer_grants(ying).exists()
    groups.leave(actor=personas.office, membership=group.memberships.get())
    assert not GroupMembership.objects.exists()  # both joined today, so neither ever was a member


def test_an_officer_named_again_on_the_same_day_keeps_the_role(group, ying, personas):
    for role in (GroupRole.LEADER, GroupRole.MEMBER, GroupRole.LEADER):
        groups.place(actor=personas.town1, group=group, deputy=ying, role=role)
    assert officer_grants(ying).count() == 1


def test_closing_a_group_ends_its_memberships(group, ying, personas):
    MembershipFactory(group=group, deputy=ying)
    closed = groups.close_group(actor=personas.town1, group=group)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    assert (closed.ends_on, group.memberships.get().ends_on) == (yesterday, yesterday)
    groups.close_group(actor=personas.town1, group=group)
    assert AuditEntry.objects.filter(action="deputies.close_group").count() == 1
    with pytest.raises(DomainError, match="已撤销"):
        groups.place(actor=personas.town1, group=group, deputy=ying)


# ---- pages


def listed(client, query=""):
    page = client.get(f"/groups/{query}")
    names = {group.name for group in page.context["page"]}
    assert page["X-Total-Count"] == str(len(names))
    return names


def test_the_list_and_its_filters(group, ying, district, personas, signed_in):
    GroupFactory(name="教育代表小组", term=district.term, area=district.area, field="教育")
    GroupFactory(name="旧小组", term=district.term, area=district.town2, ends_on=datetime.date(2025, 1, 1))
    MembershipFactory(group=group, deputy=Deputy.objects.get(user=personas.deputy))
    client = signed_in(personas.office)
    assert listed(client) == {"东岭镇代表小组", "教育代表小组"}
    assert listed(client, "?kind=field") == {"教育代表小组"}
    assert listed(client, "?kind=area&area=469901101&term=8") == {"东岭镇代表小组"}
    assert listed(client, "?closed=1") == {"旧小组"}
    assert listed(client, "?q=教育") == {"教育代表小组"}
    assert listed(signed_in(personas.deputy), "?mine=1") == {"东岭镇代表小组"}
    assert listed(signed_in(personas.visitor)) == set()


def test_a_group_from_making_to_closing_on_its_pages(ying, district, personas, signed_in):
    client = signed_in(personas.town1)
    made = client.post(
        "/groups/new/",
        {"name": "东岭镇第一小组", "term": district.term.pk, "area": district.town1.pk, "field": "", "starts_on": "2026-01-05"},
    )
    group = DeputyGroup.objects.get()
    assert made.url == f"/groups/{group.code}/"
    assert client.post(f"{made.url}members/", {"deputy": "莫英", "role": "leader"}).url == made.url
    wrong = client.post(f"{made.url}members/", {"deputy": "没有的人", "role": "member"})
    assert wrong.status_code == 422 and "没有可选的代表“没有的人”" in wrong.content.decode()
    assert "莫英" in client.get(made.url).content.decode()
    edited = {"name": "东岭镇代表小组", "area": district.town1.pk, "field": "农业", "starts_on": "2026-01-05"}
    assert client.post(f"{made.url}edit/", edited).url == made.url
    assert client.post(f"{made.url}members/D-1/leave/").url == made.url
    assert "撤销“东岭镇代表小组”？" in client.get(f"{made.url}close/").content.decode()
    assert client.post(f"{made.url}close/").url == made.url
    group.refresh_from_db()
    assert (group.name, group.field, group.ends_on is None) == ("东岭镇代表小组", "农业", False)


def test_names_that_two_deputies_share_ask_for_the_code(group, ying, district, personas, signed_in):
    MandateFactory(deputy=DeputyFactory(code="D-2", name="莫英"), term=district.term, area=district.town1)
    page = signed_in(personas.office).post("/groups/G-1/members/", {"deputy": "莫英", "role": "member"})
    assert page.context["form"].errors["deputy"] == ["叫“莫英”的代表不止一名：D-1、D-2。请填写代表编号。"]


def test_who_may_change_a_group_on_its_page(group, personas, signed_in):
    for name, answer in {"office": 200, "town1": 200, "leader": 403, "town2": 403, "deputy": 403, "visitor": 404}.items():
        client = signed_in(getattr(personas, name))
        assert client.get("/groups/G-1/edit/").status_code == answer, name
        assert client.get("/groups/G-1/").status_code == (404 if name == "visitor" else 200)


def test_queries_stay_the_same(group, district, personas, signed_in, django_assert_max_num_queries):
    client = signed_in(personas.office)

    def queries():
        found = []
        for address in ("/groups/", "/groups/G-1/"):
            with django_assert_max_num_queries(15) as asked:
                client.get(address)
            found.append(len(asked))
        return found

    MembershipFactory(group=group, deputy=MandateFactory(term=district.term, area=district.town1).deputy, role=GroupRole.LEADER)
    once = queries()
    for _ in range(3):
        MembershipFactory(group=group, deputy=MandateFactory(term=district.term, area=district.town1).deputy)
        MembershipFactory(group=GroupFactory(term=district.term, area=district.town2), deputy=DeputyFactory(), role=GroupRole.LEADER)
    assert queries() == once
