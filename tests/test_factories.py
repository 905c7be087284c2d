"""The factories themselves: a round made of them satisfies every constraint of the database."""

import pytest

from congress.enums import Role
from congress.models import Area, RoleGrant
from platforms.models import ScoreTable
from tests.factories import (
    AssessmentFactory,
    CrossAssignmentFactory,
    ItemScoreFactory,
    PlatformFactory,
    RoundFactory,
    StandardCheckFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def test_district_hangs_together(district):
    assert [a.code for a in Area.objects.within(district.town1).order_by("code")] == ["469901101", "469901101201", "469901101202"]
    assert district.area.contains(district.villages[0])
    assert {a.code for a in Area.objects.town_level()} == {a.code for a in district.towns}


def test_personas_hold_one_role_each(personas):
    assert {name: sorted(user.access.roles) for name, user in personas.all().items()} == {
        "office": [Role.OFFICE],
        "leader": [Role.LEADER],
        "town1": [Role.TOWN_OFFICE],
        "town2": [Role.TOWN_OFFICE],
        "street1": [Role.TOWN_OFFICE],
        "farm1": [Role.TOWN_OFFICE],
        "assessor": [Role.ASSESSOR],
        "deputy": [Role.DEPUTY],
        "dispatcher": [Role.DISPATCHER],
        "unit": [Role.HANDLING_UNIT],
        "sysadmin": [Role.SYSTEM_ADMIN],
        "secadmin": [Role.SECURITY_ADMIN],
        "auditor": [Role.AUDIT_ADMIN],
        "visitor": [],
    }


def test_user_with_a_role(district):
    user = UserFactory(role=Role.OFFICE, role__organisation=district.office)
    assert RoleGrant.objects.get(user=user).organisation == district.office
    assert user.check_password("Ceshi-2026-mima")


def test_a_scored_round(district, score_table):
    platform = PlatformFactory(area=district.villages[1])
    assert platform.unit == district.town1
    StandardCheckFactory(platform=platform)
    round = RoundFactory(table=score_table)
    assignment = CrossAssignmentFactory(round=round, area=district.town1, assessor=district.town2)
    sheet = AssessmentFactory(assignment=assignment, platform=platform)
    score = ItemScoreFactory(assessment=sheet, item=score_table.items.get(code="P1"))
    assert (sheet.code, score.max_score, round.congress) == (platform.code, 50, district.congress)
    assert ScoreTable.objects.current() == score_table
