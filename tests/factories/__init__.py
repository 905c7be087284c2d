"""Factories, one module per app; ``personas`` holds the fixed people most tests speak of."""

from tests.factories.congress import (
    PASSWORD,
    AreaFactory,
    CongressFactory,
    OrganisationFactory,
    RoleGrantFactory,
    TermFactory,
    UserFactory,
)
from tests.factories.deputies import (
    DeputyFactory,
    DeputyLiaisonFactory,
    ElectoralDistrictFactory,
    GroupFactory,
    MandateFactory,
    MembershipFactory,
    StandingMemberFactory,
    VoterLiaisonFactory,
)
from tests.factories.personas import District, Personas, make_district, make_personas
from tests.factories.platforms import (
    GradeFactory,
    PlatformFactory,
    ScoreItemFactory,
    ScoreTableFactory,
    StandardCheckFactory,
    StandardFactory,
    StandardItemFactory,
    make_score_table,
)
from tests.factories.rounds import AssessmentFactory, CrossAssignmentFactory, ItemScoreFactory, RoundFactory

__all__ = [
    "PASSWORD",
    "AreaFactory",
    "AssessmentFactory",
    "CongressFactory",
    "CrossAssignmentFactory",
    "DeputyFactory",
    "DeputyLiaisonFactory",
    "District",
    "ElectoralDistrictFactory",
    "GradeFactory",
    "GroupFactory",
    "ItemScoreFactory",
    "MandateFactory",
    "MembershipFactory",
    "OrganisationFactory",
    "Personas",
    "PlatformFactory",
    "RoleGrantFactory",
    "RoundFactory",
    "ScoreItemFactory",
    "ScoreTableFactory",
    "StandardCheckFactory",
    "StandardFactory",
    "StandardItemFactory",
    "StandingMemberFactory",
    "TermFactory",
    "UserFactory",
    "VoterLiaisonFactory",
    "make_district",
    "make_personas",
    "make_score_table",
]
