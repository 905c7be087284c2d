"""Who may do what in a round: every permission × every role × every state, as one table to read."""

import datetime

import pytest
from django.utils import timezone

from congress.access import may
from platforms.enums import AssignmentState, ObjectionState, RectificationState, RoundState
from platforms.models import Objection, Rectification
from tests.factories import AssessmentFactory, CrossAssignmentFactory, ItemScoreFactory, RoundFactory

pytestmark = pytest.mark.django_db

SELF, CROSS, SIGN, OBJECT, PUBLISHED = RoundState
A_SELF, A_CROSS, A_SCORED, A_SIGNED = AssignmentState
STAFF = {"office", "leader", "town1", "town2", "street1", "farm1", "assessor"}
WITH_ROLE = STAFF | {"deputy", "dispatcher", "unit", "sysadmin", "secadmin", "auditor"}


@pytest.fixture
def play(district, personas, score_table):
    """``play(round state, assignment state)``: 东岭镇 is assessed by 西塘镇, where ``town2`` and ``assessor`` work."""
    today = timezone.localdate()
    signed = {"signed_off_on": today, "objection_until": today}

    def make(state, assignment_state=A_SIGNED, **fields):
        late = signed if state in (OBJECT, PUBLISHED) else {}
        round = RoundFactory(congress=district.congress, table=score_table, state=state, **{**late, **fields})
        return CrossAssignmentFactory(round=round, area=district.town1, assessor=district.town2, state=assignment_state)

    return make


@pytest.fixture
def allowed(personas):
    def ask(permission, record=None):
        return {name for name, user in personas.all().items() if may(user, f"platforms.{permission}", record)}

    return ask


@pytest.mark.parametrize(
    ("permission", "who", "states"),
    [
        ("redraw", {"office"}, {SELF, CROSS}),
        ("adjust_assignment", {"office"}, {SELF, CROSS}),
        ("set_deadlines", {"office"}, {SELF, CROSS, SIGN, OBJECT}),
        ("edit_bulletin_texts", {"office"}, {SELF, CROSS, SIGN, OBJECT}),
        ("deduct", {"office"}, {SELF, CROSS, SIGN, OBJECT}),
        ("publish", {"office"}, {OBJECT}),
        ("correct", {"office"}, {PUBLISHED}),
    ],
)
def test_the_round(play, allowed, permission, who, states):
    for state in RoundState:
        round = play(state, quarter=list(RoundState).index(state) % 4 + 1, year=2020 + list(RoundState).index(state)).round
        assert allowed(permission, round) == (who if state in states else set()), state
    assert allowed(permission, None) == set()


def test_seeing_a_round(play, allowed):
    for number, state in enumerate(RoundState):
        assert allowed("view_round", play(state, year=2020 + number).round) == (WITH_ROLE if state == PUBLISHED else STAFF)


def test_without_a_record(allowed):
    assert allowed("open_round") == {"office"}
    assert allowed("manage_score_table") == {"office"}


@pytest.mark.parametrize(
    ("permission", "who", "states"),
    [
        ("self_score", {"town1"}, {(SELF, A_SELF)}),
        ("cross_score", {"town2", "assessor"}, {(SELF, A_CROSS), (CROSS, A_CROSS), (SIGN, A_CROSS)}),
        ("sign_off", {"leader"}, {(SIGN, A_SCORED)}),
        ("send_back", {"leader"}, {(SIGN, A_SCORED)}),
        ("object", {"town1"}, {(OBJECT, A_SIGNED)}),
    ],
)
def test_one_areas_assessment(play, allowed, permission, who, states):
    possible = [
        (SELF, A_SELF), (SELF, A_CROSS), (CROSS, A_CROSS), (CROSS, A_SCORED), (SIGN, A_CROSS), (SIGN, A_SCORED), (SIGN, A_SIGNED),
        (OBJECT, A_SIGNED), (PUBLISHED, A_SIGNED),
    ]  # fmt: skip
    for number, (state, assignment_state) in enumerate(possible):
        assignment = play(state, assignment_state, year=2020 + number)
        sheet = AssessmentFactory(assignment=assignment)
        for record in (assignment, sheet, ItemScoreFactory(assessment=sheet)):
            expected = who if (state, assignment_state) in states else set()
            assert allowed(permission, record) == expected, (state, assignment_state, record)
    assert allowed(permission, None) == set()


def test_nobody_scores_the_own_town_though_an_assessor_elsewhere(play, personas, district):
    from congress.enums import Role
    from tests.factories import RoleGrantFactory, UserFactory

    both = UserFactory()
    for organisation in (district.town1_office, district.town2_office):
        RoleGrantFactory(user=both, role=Role.ASSESSOR, organisation=organisation)
    assert not may(both, "platforms.cross_score", play(CROSS, A_CROSS))


def test_objecting_ends_with_the_window(play, allowed):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    assert allowed("object", play(OBJECT, objection_until=yesterday)) == set()


def test_deciding_an_objection(play, allowed, personas):
    for number, (round_state, state) in enumerate(
        [
            (OBJECT, ObjectionState.RAISED),
            (OBJECT, ObjectionState.UPHELD),
            (OBJECT, ObjectionState.DISMISSED),
            (PUBLISHED, ObjectionState.RAISED),
        ]
    ):
        row = ItemScoreFactory(assessment=AssessmentFactory(assignment=play(round_state, year=2020 + number)))
        answer = {} if state == ObjectionState.RAISED else {"decision": "答复", "decided_at": timezone.now()}
        objection = Objection.objects.create(item_score=row, text="异议", raised_by=personas.town1, state=state, **answer)
        expected = {"office"} if (round_state, state) == (OBJECT, ObjectionState.RAISED) else set()
        assert allowed("decide_objection", objection) == expected, (round_state, state)


@pytest.mark.parametrize(
    ("state", "report", "verify"),
    [
        (RectificationState.OPEN, {"town1"}, set()),
        (RectificationState.REPORTED, set(), {"office", "street1"}),
        (RectificationState.VERIFIED, set(), set()),
    ],
)
def test_putting_right(play, allowed, district, score_table, state, report, verify):
    """城中街道 assesses 东岭镇 in the round after; 西塘镇 did in the round that found it."""
    found = play(PUBLISHED, year=2026, quarter=2)
    later = RoundFactory(congress=district.congress, table=score_table, year=2026, quarter=3)
    CrossAssignmentFactory(round=later, area=district.town1, assessor=district.street1)
    fields = {} if state == RectificationState.OPEN else {"report": "已改"}
    if state == RectificationState.VERIFIED:
        fields["verified_at"] = timezone.now()
    one = Rectification.objects.create(
        code="ZG2026Q2-001", round=found.round, area=district.town1, item=score_table.items.first(), problem="缺记录",
        due_on=timezone.localdate(), state=state, **fields,
    )  # fmt: skip
    assert allowed("report_rectification", one) == report
    assert allowed("verify_rectification", one) == verify
