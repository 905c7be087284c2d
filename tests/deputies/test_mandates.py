"""A mandate's life: every state against every step and every role, and what an end closes by itself."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from congress.enums import CongressLevel, Role
from congress.errors import DomainError
from congress.models import AuditEntry, Notification, RoleGrant
from deputies.enums import MANDATE_TRANSITIONS, EndReason, GroupRole, MandateStatus
from deputies.models import GroupMembership, Mandate, MandateChange, VoterLiaison
from deputies.services import handover, mandates
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
ELECTED = datetime.date(2021, 9, 28)
DAY = datetime.date(2026, 3, 10)
BEFORE = datetime.date(2026, 3, 9)


@pytest.fixture
def seat(district):
    """第1选区 of 东岭镇, with two seats."""
    return ElectoralDistrictFactory(name="第1选区", term=district.term, area=district.town1, seats=2)


@pytest.fixture
def mandate(district, seat):
    return MandateFactory(
        deputy=DeputyFactory(name="莫英", code="D-1"), term=district.term, area=district.town1, electoral_district=seat, card_number="8-001"
    )


def in_state(mandate, status):
    fields = {
        MandateStatus.ACTIVE: {},
        MandateStatus.SUSPENDED: {"end_reason": EndReason.CRIMINAL_CASE},
        MandateStatus.ENDED: {"end_reason": EndReason.RESIGNED, "ends_on": datetime.date(2025, 6, 30)},
    }[status]
    Mandate.objects.filter(pk=mandate.pk).update(status=status, **fields)
    return Mandate.objects.get(pk=mandate.pk)


STEPS = {
    MandateStatus.SUSPENDED: lambda actor, mandate: mandates.suspend(
        actor=actor, mandate=mandate, reason=EndReason.PUBLIC_SURVEILLANCE, on=DAY, note="公告"
    ),
    MandateStatus.ACTIVE: lambda actor, mandate: mandates.resume(actor=actor, mandate=mandate, on=DAY),
    MandateStatus.ENDED: lambda actor, mandate: mandates.end(actor=actor, mandate=mandate, reason=EndReason.MOVED_AWAY, on=DAY),
}


@pytest.mark.parametrize("before", MandateStatus.values)
@pytest.mark.parametrize("after", list(STEPS))
def test_every_state_against_every_step(before, after, mandate, personas):
    mandate = in_state(mandate, before)
    if after in MANDATE_TRANSITIONS[MandateStatus(before)]:
        changed = STEPS[after](personas.office, mandate)
        assert changed.status == after
        assert changed.changes.get().status == after
        rows = AuditEntry.objects.count()
        STEPS[after](personas.office, changed)
        assert AuditEntry.objects.count() == rows
        assert MandateChange.objects.count() == 1
    elif before == after == MandateStatus.ACTIVE:
        assert STEPS[after](personas.office, mandate).status == MandateStatus.ACTIVE
        assert not MandateChange.objects.exists()
    else:
        with pytest.raises(DomainError):
            STEPS[after](personas.office, mandate)
        mandate.refresh_from_db()
        assert mandate.status == before


@pytest.mark.parametrize("step", list(STEPS))
def test_only_the_office_changes_a_mandate(step, mandate, personas):
    for name, user in personas.all().items():
        if name != "office":
            with pytest.raises(PermissionDenied):
                STEPS[step](user, mandate)
    mandate.refresh_from_db()
    assert mandate.status == MandateStatus.ACTIVE


def test_reasons_keep_to_their_article(mandate, personas):
    with pytest.raises(FieldRefused, match="第六十一条"):
        mandates.suspend(actor=personas.office, mandate=mandate, reason=EndReason.RESIGNED, on=DAY)
    for reason in (EndReason.CRIMINAL_CASE, EndReason.TERM_ENDED, ""):
        with pytest.raises(FieldRefused, match="第六十二条"):
            mandates.end(actor=personas.office, mandate=mandate, reason=reason, on=DAY)


@pytest.mark.parametrize(
    ("on", "sentence"),
    [(datetime.date(2099, 1, 1), "日期不能晚于今天"), (datetime.date(2020, 1, 1), "不能早于当选日期（2021年9月28日）")],
)
def test_days_outside_the_mandate_are_refused(on, sentence, mandate, personas):
    for step in (mandates.end, mandates.suspend):
        with pytest.raises(FieldRefused, match=sentence) as refusal:
            reason = EndReason.RESIGNED if step is mandates.end else EndReason.CRIMINAL_CASE
            step(actor=personas.office, mandate=mandate, reason=reason, on=on)
        assert refusal.value.field == "on"


def test_a_later_step_is_not_dated_before_an_earlier_one(mandate, personas):
    mandate = mandates.suspend(actor=personas.office, mandate=mandate, reason=EndReason.CRIMINAL_CASE, on=DAY)
    with pytest.raises(FieldRefused, match="不能早于上一次变动（2026年3月10日）"):
        mandates.resume(actor=personas.office, mandate=mandate, on=BEFORE)


def test_an_end_closes_what_rests_on_the_mandate(mandate, seat, district, personas, django_capture_on_commit_callbacks):
    user = UserFactory(username="ying")
    mandate.deputy.user = user
    mandate.deputy.save()
    grant = RoleGrantFactory(user=user, role=Role.DEPUTY, organisation=district.town1_office)
    officer = RoleGrantFactory(user=user, role=Role.GROUP_OFFICER, organisation=district.town1_office)
    other = RoleGrantFactory(user=user, role=Role.ASSESSOR, organisation=district.town1_office)
    membership = MembershipFactory(
        group=GroupFactory(term=district.term, area=district.town1), deputy=mandate.deputy, role=GroupRole.LEADER
    )
    own = StandingMemberFactory(mandate=mandate)
    links = [DeputyLiaisonFactory(member=own), DeputyLiaisonFactory(deputy=mandate.deputy)]
    foreign = DeputyLiaisonFactory()
    voter = VoterLiaisonFactory(deputy=mandate.deputy, electoral_district=seat)
    late = VoterLiaisonFactory(deputy=mandate.deputy, electoral_district=seat, starts_on=datetime.date(2026, 5, 1))
    with django_capture_on_commit_callbacks(execute=True):
        mandates.end(actor=personas.office, mandate=mandate, reason=EndReason.RESIGNED, on=DAY, note="第四十一次会议公告")
    for row in (membership, own, *links, voter, grant, officer):
        row.refresh_from_db()
        assert row.ends_on == BEFORE, row
    late.refresh_from_db()
    assert late.ends_on == late.starts_on and late.awaits_successor and voter.awaits_successor
    foreign.refresh_from_db()
    other.refresh_from_db()
    assert foreign.ends_on is None and other.ends_on is None
    audited = AuditEntry.objects.get(action="deputies.end_mandate")
    assert audited.changes["voter_liaisons"] == [2, 0] and audited.changes["memberships"] == [1, 0]
    assert audited.reason == "第四十一次会议公告"
    assert set(Notification.objects.values_list("user__username", "text")) == {
        (name, "莫英的代表资格于2026年3月10日终止（辞职被接受）。") for name in ("town1", "ying")
    }


def test_what_rests_on_another_mandate_stays(mandate, seat, district, personas):
    """Mo Ying also serves in the town's congress: the town's group, voters and her role there go on."""
    user = UserFactory()
    mandate.deputy.user = user
    mandate.deputy.save()
    town_term = TermFactory(congress=CongressFactory(area=district.town1, level=CongressLevel.TOWN), number=12)
    town_seat = ElectoralDistrictFactory(term=town_term, area=district.villages[1])
    MandateFactory(deputy=mandate.deputy, term=town_term, area=district.villages[1], electoral_district=town_seat)
    grant = RoleGrantFactory(user=user, role=Role.DEPUTY, organisation=district.town1_office)
    in_district = MembershipFactory(group=GroupFactory(term=district.term, area=district.town1), deputy=mandate.deputy)
    in_town = MembershipFactory(group=GroupFactory(term=town_term, area=district.town1), deputy=mandate.deputy)
    district_voter = VoterLiaisonFactory(deputy=mandate.deputy, electoral_district=seat)
    town_voter = VoterLiaisonFactory(deputy=mandate.deputy, electoral_district=town_seat)
    mandates.end(actor=personas.office, mandate=mandate, reason=EndReason.RECALLED, on=DAY)
    closed = {row for row in (in_district, in_town, district_voter, town_voter, grant) if type(row).objects.get(pk=row.pk).ends_on}
    assert closed == {in_district, district_voter}


def begin(personas, district, **fields):
    given = {"deputy": DeputyFactory(), "term": district.term, "area": district.town1, "starts_on": datetime.date(2026, 6, 1)} | fields
    return mandates.begin(actor=personas.office, **given)


def test_by_election_fills_the_vacancy_and_takes_over_the_voters(mandate, seat, district, personas):
    voter = VoterLiaisonFactory(deputy=mandate.deputy, electoral_district=seat, name="𠮷田㛃")
    colleague = MandateFactory(term=district.term, area=district.town1, electoral_district=seat, card_number="8-002")
    with pytest.raises(FieldRefused, match="应选 2 名，已有莫英、代表.*，没有空缺") as refusal:
        begin(personas, district, electoral_district=seat)
    assert refusal.value.field == "electoral_district"
    mandates.end(actor=personas.office, mandate=mandate, reason=EndReason.DIED, on=DAY)
    voter.refresh_from_db()
    assert voter.awaits_successor  # a colleague elected before is no successor
    new = begin(personas, district, electoral_district=seat, card_number="8-003")
    taken = VoterLiaison.objects.get(handed_from=voter)
    assert (taken.deputy, taken.name, taken.phone, taken.starts_on, taken.ends_on) == (
        new.deputy,
        "𠮷田㛃",
        voter.phone,
        datetime.date(2026, 6, 1),
        None,
    )
    voter.refresh_from_db()
    assert not voter.awaits_successor
    assert not VoterLiaison.objects.filter(deputy=colleague.deputy).exists()
    rows = AuditEntry.objects.count()
    again = begin(personas, district, deputy=new.deputy, electoral_district=seat, card_number="8-003")
    assert again == new and AuditEntry.objects.count() == rows


def test_what_a_new_mandate_is_refused_for(mandate, seat, district, personas):
    def refused(**fields):
        with pytest.raises(FieldRefused) as refusal:
            begin(personas, district, **fields)
        return refusal.value.field, str(refusal.value)

    assert refused(card_number=" 8-001 ") == ("card_number", "代表证号 8-001 已由莫英（D-1）使用，同一届不能重复。")
    assert refused(starts_on=datetime.date(2099, 1, 1))[0] == "starts_on"
    assert refused(starts_on=datetime.date(2019, 1, 1))[0] == "starts_on"
    assert refused(deputy=DeputyFactory(born_on=datetime.date(2010, 1, 1)))[0] == "starts_on"
    assert refused(area=CongressFactory(area__code="4699", area__name="榕州市").area)[0] == "area"
    assert refused(deputy=mandate.deputy)[0] == "term"
    town_term = TermFactory(congress=CongressFactory(area=district.town1, level=CongressLevel.TOWN), number=12)
    assert refused(electoral_district=ElectoralDistrictFactory(term=town_term, area=district.town1))[0] == "electoral_district"
    district.term.ends_on = timezone.localdate()
    district.term.save()
    assert refused()[0] == "term"
    for name, user in personas.all().items():
        if name != "office":
            with pytest.raises(PermissionDenied):
                mandates.begin(actor=user, deputy=DeputyFactory(), term=district.term, area=district.town1, starts_on=DAY)


def test_correcting_a_seat(mandate, seat, district, personas):
    full = ElectoralDistrictFactory(term=district.term, area=district.town2, seats=1)
    MandateFactory(term=district.term, area=district.town2, electoral_district=full)
    with pytest.raises(FieldRefused, match="没有空缺"):
        mandates.correct(actor=personas.office, mandate=mandate, electoral_district=full)
    changed = mandates.correct(actor=personas.office, mandate=mandate, card_number=" 8-100 ", electoral_district=seat)
    assert changed.card_number == "8-100"
    entry = AuditEntry.objects.get(action="deputies.correct_mandate")
    assert entry.changes == {"card_number": ["8-001", "8-100"]}
    mandates.correct(actor=personas.office, mandate=mandate, card_number="8-100")
    assert AuditEntry.objects.filter(action="deputies.correct_mandate").count() == 1
    with pytest.raises(PermissionDenied):
        mandates.correct(actor=personas.town1, mandate=mandate, card_number="x")


def test_a_voter_is_handed_over_by_hand_once(mandate, seat, district, personas):
    voter = VoterLiaisonFactory(deputy=mandate.deputy, electoral_district=seat)
    colleague = MandateFactory(term=district.term, area=district.town1, electoral_district=seat)
    with pytest.raises(DomainError, match="不在待移交名单里"):
        handover.hand_over(actor=personas.town1, liaison=voter, to=colleague)
    mandates.end(actor=personas.office, mandate=mandate, reason=EndReason.RESIGNED, on=DAY)
    for name in ("town2", "leader", "deputy", "unit", "visitor"):
        with pytest.raises(PermissionDenied):
            handover.hand_over(actor=getattr(personas, name), liaison=voter, to=colleague)
    with pytest.raises(DomainError, match="现在不在任"):
        handover.hand_over(actor=personas.town1, liaison=voter, to=mandate)
    taken = handover.hand_over(actor=personas.town1, liaison=voter, to=colleague)
    assert handover.hand_over(actor=personas.office, liaison=voter, to=colleague) == taken
    with pytest.raises(DomainError, match=f"已移交给{colleague.deputy}"):
        handover.hand_over(actor=personas.office, liaison=voter, to=MandateFactory(term=district.term, area=district.town1))
    assert voter.name not in str(list(AuditEntry.objects.values()))


def roles_of(user):
    return set(RoleGrant.objects.in_force().filter(user=user).values_list("role", "organisation__code"))


def test_a_suspension_takes_the_role_and_taking_up_the_work_gives_it_back(mandate, district, personas):
    user = UserFactory()
    mandate.deputy.user = user
    mandate.deputy.save()
    RoleGrantFactory(user=user, role=Role.DEPUTY, organisation=district.town1_office)
    RoleGrantFactory(user=user, role=Role.GROUP_OFFICER, organisation=district.town1_office)
    RoleGrantFactory(user=user, role=Role.ASSESSOR, organisation=district.town2_office)
    membership = MembershipFactory(group=GroupFactory(term=district.term, area=district.town1), deputy=mandate.deputy)
    before = roles_of(user)
    mandate = mandates.suspend(actor=personas.office, mandate=mandate, reason=EndReason.CRIMINAL_CASE, on=DAY)
    assert roles_of(user) == {("assessor", "ZX2")}
    assert RoleGrant.objects.get(user=user, role=Role.DEPUTY).ends_on == BEFORE
    membership.refresh_from_db()
    assert membership.ends_on is None
    mandate = mandates.resume(actor=personas.office, mandate=mandate, on=datetime.date(2026, 6, 1))
    assert roles_of(user) == before
    assert RoleGrant.objects.get(user=user, role=Role.DEPUTY, ends_on=None).starts_on == datetime.date(2026, 6, 1)
    mandates.resume(actor=personas.office, mandate=mandate, on=datetime.date(2026, 6, 1))
    assert RoleGrant.objects.filter(user=user, role=Role.DEPUTY).count() == 2


def test_another_mandate_in_force_keeps_the_role_and_a_suspended_one_does_not(mandate, district, personas):
    user = UserFactory()
    mandate.deputy.user = user
    mandate.deputy.save()
    RoleGrantFactory(user=user, role=Role.DEPUTY, organisation=district.town1_office)
    town_term = TermFactory(congress=CongressFactory(area=district.town1, level=CongressLevel.TOWN), number=12)
    other = MandateFactory(deputy=mandate.deputy, term=town_term, area=district.villages[1])
    other = mandates.suspend(actor=personas.office, mandate=other, reason=EndReason.CRIMINAL_CASE, on=DAY)
    assert roles_of(user) == {("deputy", "ZX1")}
    mandates.end(actor=personas.office, mandate=mandate, reason=EndReason.RESIGNED, on=DAY)
    assert roles_of(user) == set()
    mandates.resume(actor=personas.office, mandate=other, on=datetime.date(2026, 6, 1))
    assert roles_of(user) == {("deputy", "ZX1")}


def test_ended_role_leaves_the_account_without_access(mandate, district, personas):
    user = UserFactory()
    mandate.deputy.user = user
    mandate.deputy.save()
    RoleGrantFactory(user=user, role=Role.DEPUTY, organisation=district.town1_office)
    mandates.end(actor=personas.office, mandate=mandate, reason=EndReason.POLITICAL_RIGHTS, on=timezone.localdate())
    assert not RoleGrant.objects.in_force().filter(user=user).exists()
    assert not GroupMembership.objects.in_force().filter(deputy=mandate.deputy).exists()
