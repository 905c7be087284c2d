"""换届 carries nothing over by accident: what ends, what goes on, and who takes over the voters."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied

from congress.enums import CongressLevel, Role
from congress.models import AuditEntry, Notification, Term
from deputies.enums import EndReason, MandateStatus
from deputies.models import DeputyGroup, DeputyLiaison, GroupMembership, Mandate, MandateChange, StandingMember, VoterLiaison
from deputies.services import handover, terms
from deputies.services.guards import FieldRefused
from tests.factories import (
    CongressFactory,
    DeputyFactory,
    DeputyLiaisonFactory,
    ElectoralDistrictFactory,
    GroupFactory,
    MandateFactory,
    MembershipFactory,
    RoleGrantFactory,
    StandingMemberFactory,
    TermFactory,
    UserFactory,
    VoterLiaisonFactory,
)

pytestmark = pytest.mark.django_db
START = datetime.date(2026, 9, 20)
LAST = datetime.date(2026, 9, 19)


@pytest.fixture
def old(district, personas):
    """莫英 and 韦三 of 第1选区, 农五 suspended, and 陆四 of the town's congress, all with groups, liaisons and voters."""
    seat = ElectoralDistrictFactory(name="第1选区", term=district.term, area=district.town1, seats=3)
    people = {}
    for name, code in (("莫英", "D-1"), ("韦三", "D-2"), ("农五", "D-3")):
        user = UserFactory(name=name)
        RoleGrantFactory(user=user, role=Role.DEPUTY, organisation=district.town1_office)
        deputy = DeputyFactory(name=name, code=code, user=user)
        MandateFactory(deputy=deputy, term=district.term, area=district.town1, electoral_district=seat)
        VoterLiaisonFactory(deputy=deputy, electoral_district=seat, name=f"{name}的选民")
        people[name] = deputy
    Mandate.objects.filter(deputy=people["农五"]).update(status=MandateStatus.SUSPENDED, end_reason=EndReason.CRIMINAL_CASE)
    town_term = TermFactory(congress=CongressFactory(area=district.town1, level=CongressLevel.TOWN), number=12)
    si = DeputyFactory(name="陆四", code="D-4")
    MandateFactory(deputy=si, term=town_term, area=district.villages[1])
    people["陆四"] = si
    group = GroupFactory(term=district.term, area=district.town1)
    town_group = GroupFactory(term=town_term, area=district.town1)
    for deputy in people.values():
        MembershipFactory(group=group, deputy=deputy)
    MembershipFactory(group=town_group, deputy=si)
    member = StandingMemberFactory(mandate=people["莫英"].mandates.get())
    DeputyLiaisonFactory(member=member, deputy=people["韦三"])
    DeputyLiaisonFactory(member=member, deputy=si)
    VoterLiaisonFactory(deputy=si, name="陆四的选民")
    return people


def change(personas, district, number=9, starts_on=START):
    return terms.change_of_term(actor=personas.office, congress=district.congress, number=number, starts_on=starts_on)


def open_rows(model):
    return model.objects.filter(ends_on=None).count()


def test_everything_of_the_old_term_ends(old, district, personas, django_capture_on_commit_callbacks):
    Mandate.objects.filter(deputy__user=personas.deputy).delete()
    preview = terms.preview(congress=district.congress, number=9, starts_on=START)
    assert preview.closing.counts == {
        "mandates": 3,
        "groups": 1,
        "memberships": 4,
        "standing_members": 1,
        "deputy_liaisons": 2,
        "voter_liaisons": 3,
        "grants": 3,
    }
    assert preview.term.pk is None and open_rows(Mandate) == 4
    with django_capture_on_commit_callbacks(execute=True):
        done = change(personas, district)
    assert (done.handed_over, done.waiting) == (0, 3)
    assert set(Mandate.objects.values_list("deputy__name", "status", "end_reason", "ends_on")) == {
        ("莫英", "ended", "term_ended", LAST),
        ("韦三", "ended", "term_ended", LAST),
        ("农五", "ended", "term_ended", LAST),
        ("陆四", "active", "", None),
    }
    assert [row.ends_on for row in Term.objects.filter(congress=district.congress)] == [LAST, None]
    assert Term.objects.get(congress=district.congress, number=9).starts_on == START
    assert [(row.group.term.number, row.deputy.name) for row in GroupMembership.objects.filter(ends_on=None)] == [(12, "陆四")]
    assert (open_rows(DeputyGroup), open_rows(StandingMember), open_rows(DeputyLiaison)) == (1, 0, 0)
    assert set(VoterLiaison.objects.filter(awaits_successor=True).values_list("deputy__name", flat=True)) == {"莫英", "韦三", "农五"}
    assert VoterLiaison.objects.get(deputy=old["陆四"]).ends_on is None
    for name in ("莫英", "韦三", "农五"):
        assert {grant.ends_on for grant in old[name].user.grants.all()} == {LAST}
    assert MandateChange.objects.count() == 3
    assert {notice.user.username for notice in Notification.objects.all()} == {"office", "town1", "town2", "street1", "farm1"}


def test_a_second_call_finds_nothing(old, district, personas):
    change(personas, district)
    rows = AuditEntry.objects.count()
    again = change(personas, district)
    assert again.closing.counts == dict.fromkeys(again.closing.counts, 0)
    assert AuditEntry.objects.count() == rows and MandateChange.objects.count() == 4
    assert Term.objects.filter(congress=district.congress).count() == 2


def test_voters_go_to_the_successors_of_the_same_electoral_district(old, district, personas):
    """莫英 is elected again and keeps hers and her role; 韦三's and 农五's are shared by the two others."""
    new = Term.objects.create(congress=district.congress, number=9, starts_on=START)
    seat = ElectoralDistrictFactory(name="第1选区", term=new, area=district.town1, seats=3)
    elsewhere = ElectoralDistrictFactory(name="第2选区", term=new, area=district.town1, seats=1)
    for deputy in (old["莫英"], DeputyFactory(name="黄六", code="D-6")):
        MandateFactory(deputy=deputy, term=new, area=district.town1, electoral_district=seat, starts_on=datetime.date(2026, 9, 1))
    stranger = MandateFactory(term=new, area=district.town1, electoral_district=elsewhere, starts_on=START)
    done = change(personas, district)
    assert (done.handed_over, done.waiting) == (3, 0)
    handed = VoterLiaison.objects.filter(handed_from__isnull=False).order_by("pk")
    assert [(row.handed_from.deputy.name, row.deputy.name, row.name) for row in handed] == [
        ("莫英", "莫英", "莫英的选民"),
        ("韦三", "黄六", "韦三的选民"),
        ("农五", "莫英", "农五的选民"),
    ]
    assert {row.electoral_district for row in handed} == {seat}
    assert not VoterLiaison.objects.filter(deputy=stranger.deputy).exists()
    assert Mandate.objects.get(deputy=old["莫英"], term=new).status == MandateStatus.ACTIVE
    assert {grant.ends_on for grant in old["莫英"].user.grants.all()} == {None}
    assert {grant.ends_on for grant in old["韦三"].user.grants.all()} == {LAST}
    assert not GroupMembership.objects.filter(deputy=old["莫英"], ends_on=None).exists()
    assert not VoterLiaison.objects.filter(awaits_successor=True).exists()
    assert handover.hand_over_waiting(actor=personas.office, term=new) == 0


def test_waiting_voters_follow_when_the_new_deputies_are_entered_later(old, district, personas):
    new = change(personas, district).term
    seat = ElectoralDistrictFactory(name="第1选区", term=new, area=district.town1, seats=3)
    MandateFactory(deputy=DeputyFactory(name="黄六"), term=new, area=district.town1, electoral_district=seat, starts_on=START)
    with pytest.raises(PermissionDenied):
        handover.hand_over_waiting(actor=personas.town1, term=new)
    assert handover.hand_over_waiting(actor=personas.office, term=new) == 3
    assert VoterLiaison.objects.filter(deputy__name="黄六", ends_on=None).count() == 3


@pytest.mark.parametrize(
    ("number", "starts_on", "field", "sentence"),
    [
        (10, START, "number", "下一届应为第9届"),
        (7, START, "number", "已登记到第8届"),
        (9, datetime.date(2099, 1, 1), "starts_on", "还没有召开"),
        (9, datetime.date(2021, 9, 28), "starts_on", "应晚于榕江区人大第8届的开始日期（2021年9月28日）"),
    ],
)
def test_what_a_change_of_term_is_refused_for(number, starts_on, field, sentence, old, district, personas):
    with pytest.raises(FieldRefused, match=sentence) as refusal:
        change(personas, district, number, starts_on)
    assert refusal.value.field == field
    assert open_rows(Mandate) == 5


def test_another_day_than_the_one_entered_is_refused(old, district, personas):
    change(personas, district)
    with pytest.raises(FieldRefused, match="已登记为2026年9月20日开始"):
        change(personas, district, starts_on=datetime.date(2026, 9, 21))


def test_only_the_office_changes_the_term(old, district, personas):
    for name, user in personas.all().items():
        if name != "office":
            with pytest.raises(PermissionDenied):
                terms.change_of_term(actor=user, congress=district.congress, number=9, starts_on=START)
    assert Term.objects.filter(congress=district.congress).count() == 1


def test_queries_do_not_grow_with_the_deputies(old, district, personas, django_assert_max_num_queries):
    for _ in range(40):
        deputy = DeputyFactory()
        MandateFactory(deputy=deputy, term=district.term, area=district.town2)
        VoterLiaisonFactory(deputy=deputy)
    with django_assert_max_num_queries(60):
        change(personas, district)
