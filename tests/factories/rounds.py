"""Rounds of assessment with their sheets and scores."""

import datetime

import factory
from factory.django import DjangoModelFactory

from platforms.models import Assessment, AssessmentRound, CrossAssignment, ItemScore
from tests.factories.congress import AreaFactory, CongressFactory
from tests.factories.platforms import ScoreItemFactory, ScoreTableFactory


class RoundFactory(DjangoModelFactory):
    """A round in self-scoring; ``year`` and ``quarter`` give the code."""

    class Meta:
        model = AssessmentRound
        django_get_or_create = ("code",)

    year = 2026
    quarter = 3
    code = factory.LazyAttribute(lambda o: f"{o.year}Q{o.quarter}")
    congress = factory.SubFactory(CongressFactory)
    table = factory.SubFactory(ScoreTableFactory)
    seed = factory.LazyAttribute(lambda o: o.code)
    opened_on = factory.LazyAttribute(lambda o: datetime.date(o.year, o.quarter * 3, 1))
    self_scoring_until = factory.LazyAttribute(lambda o: o.opened_on + datetime.timedelta(days=7))
    cross_scoring_until = factory.LazyAttribute(lambda o: o.opened_on + datetime.timedelta(days=21))
    sign_off_until = factory.LazyAttribute(lambda o: o.opened_on + datetime.timedelta(days=28))


class CrossAssignmentFactory(DjangoModelFactory):
    class Meta:
        model = CrossAssignment

    round = factory.SubFactory(RoundFactory)
    area = factory.SubFactory(AreaFactory)
    assessor = factory.SubFactory(AreaFactory)


class AssessmentFactory(DjangoModelFactory):
    """One sheet: an area's own, or a platform's when ``platform`` is given."""

    class Meta:
        model = Assessment

    assignment = factory.SubFactory(CrossAssignmentFactory)
    round = factory.SelfAttribute("assignment.round")
    area = factory.SelfAttribute("assignment.area")
    platform = None
    code = factory.LazyAttribute(lambda o: o.platform.code if o.platform else o.area.code)


class ItemScoreFactory(DjangoModelFactory):
    class Meta:
        model = ItemScore

    assessment = factory.SubFactory(AssessmentFactory)
    item = factory.SubFactory(ScoreItemFactory, table=factory.SelfAttribute("..assessment.round.table"))
    max_score = factory.SelfAttribute("item.max_score")
