"""Platforms, standards and score tables."""

from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from congress.enums import TOWN_LEVEL
from platforms.enums import CheckState, PlatformKind, StandardScope, Subject
from platforms.models import DeductionRule, Grade, Platform, ScoreItem, ScoreTable, Standard, StandardCheck, StandardItem
from tests.factories.congress import AreaFactory, UserFactory


class PlatformFactory(DjangoModelFactory):
    """A platform; ``unit`` follows from ``area``: the town itself, or the village's parent."""

    class Meta:
        model = Platform

    code = factory.Sequence(lambda n: f"P{n:04d}")
    name = factory.LazyAttribute(lambda o: f"{o.area.name}人大代表之家{o.code}")
    kind = PlatformKind.DEPUTIES_HOME
    area = factory.SubFactory(AreaFactory)
    unit = factory.LazyAttribute(lambda o: o.area if o.area.kind in TOWN_LEVEL else o.area.parent)


class StandardFactory(DjangoModelFactory):
    class Meta:
        model = Standard

    key = factory.Sequence(lambda n: f"standard-{n}")
    version = 1
    name = factory.LazyAttribute(lambda o: f"标准{o.key}")
    scope = StandardScope.ALL


class StandardItemFactory(DjangoModelFactory):
    class Meta:
        model = StandardItem

    standard = factory.SubFactory(StandardFactory)
    position = factory.Sequence(lambda n: n)
    code = factory.LazyAttribute(lambda o: f"{o.standard.key}.{o.position}")
    name = factory.LazyAttribute(lambda o: f"有第{o.position}样")
    short_name = factory.LazyAttribute(lambda o: f"第{o.position}样"[:8])


class StandardCheckFactory(DjangoModelFactory):
    class Meta:
        model = StandardCheck

    platform = factory.SubFactory(PlatformFactory)
    item = factory.SubFactory(StandardItemFactory)
    state = CheckState.MET
    checked_by = factory.SubFactory(UserFactory)
    checked_at = factory.LazyFunction(timezone.now)


class ScoreTableFactory(DjangoModelFactory):
    """A table of its own version, far above those the product ships, so that it is the current one when asked to be."""

    class Meta:
        model = ScoreTable

    version = factory.Sequence(lambda n: 100 + n)
    name = factory.LazyAttribute(lambda o: f"考评细则（第{o.version}版）")
    is_current = True


class ScoreItemFactory(DjangoModelFactory):
    class Meta:
        model = ScoreItem

    table = factory.SubFactory(ScoreTableFactory)
    position = factory.Sequence(lambda n: n)
    code = factory.LazyAttribute(lambda o: f"I{o.position}")
    group = "阵地"
    name = factory.LazyAttribute(lambda o: f"项目{o.position}")
    subject = Subject.PLATFORM
    max_score = Decimal(10)


class DeductionRuleFactory(DjangoModelFactory):
    class Meta:
        model = DeductionRule

    table = factory.SubFactory(ScoreTableFactory)
    position = factory.Sequence(lambda n: n)
    code = factory.LazyAttribute(lambda o: f"R{o.position}")
    name = factory.LazyAttribute(lambda o: f"扣分事项{o.position}")
    points = Decimal(1)


class GradeFactory(DjangoModelFactory):
    class Meta:
        model = Grade

    table = factory.SubFactory(ScoreTableFactory)
    name = "优秀"
    minimum = Decimal(90)


def make_score_table(**fields) -> ScoreTable:
    """The current table, small enough to reckon by hand.

    Platform: P1 and P2 of 50 points. Area: A1 of 60, A2 of 40, bonus B1 of 5. Deductions: late (1), unrectified (2), false (5).
    """
    table = ScoreTableFactory(**fields)
    for position, (code, subject, maximum, bonus) in enumerate(
        [
            ("P1", Subject.PLATFORM, 50, False),
            ("P2", Subject.PLATFORM, 50, False),
            ("A1", Subject.AREA, 60, False),
            ("A2", Subject.AREA, 40, False),
            ("B1", Subject.AREA, 5, True),
        ]
    ):
        ScoreItemFactory(table=table, code=code, position=position, subject=subject, max_score=Decimal(maximum), is_bonus=bonus)
    DeductionRuleFactory(table=table, code="late", name="自评迟交", points=Decimal(1), trigger=DeductionRule.LATE, position=1)
    DeductionRuleFactory(
        table=table, code="unrectified", name="整改逾期未完成", points=Decimal(2), trigger=DeductionRule.UNRECTIFIED, position=2
    )
    DeductionRuleFactory(table=table, code="false", name="记录不实", points=Decimal(5), position=3)
    for name, minimum in (("优秀", 90), ("良好", 80), ("一般", 60), ("较差", 0)):
        GradeFactory(table=table, name=name, minimum=Decimal(minimum))
    return table
