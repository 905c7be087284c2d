"""Activities and who takes part; the other ledgers of the floor, one block a topic."""

import datetime
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from activities.enums import ActivityKind
from activities.models import (
    Activity,
    AnnualPlan,
    AnnualPlanItem,
    ForumItem,
    OpinionForum,
    Participation,
    ReceptionDay,
    ReceptionDuty,
    ReceptionSchedule,
    TrainingBatch,
    TrainingMaterial,
)
from congress.enums import OrganisationKind
from tests.factories.congress import AreaFactory, CongressFactory, OrganisationFactory, UserFactory
from tests.factories.deputies import DeputyFactory
from tests.factories.platforms import PlatformFactory

# ---- activities


class ActivityFactory(DjangoModelFactory):
    """A planned activity of a town, two hours long and in three days, unless told otherwise; its organiser sits in ``area``."""

    class Meta:
        model = Activity

    code = factory.Sequence(lambda n: f"HD2026-9{n:05d}")
    title = factory.Sequence(lambda n: f"第{n + 1}次农田水利视察")
    kind = ActivityKind.INSPECTION
    area = factory.SubFactory(AreaFactory)
    organiser = factory.SubFactory(OrganisationFactory, area=factory.SelfAttribute("..area"), kind=OrganisationKind.PRESIDIUM)
    starts_at = factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(days=3))
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + datetime.timedelta(hours=2))
    place = "镇政府会议室"
    objective = "了解农田水利建设情况。"
    secret = factory.Sequence(lambda n: f"secret-{n}")
    created_by = factory.SubFactory(UserFactory)


class ParticipationFactory(DjangoModelFactory):
    """An invited deputy; give ``signed_in_at`` with the state 到会."""

    class Meta:
        model = Participation

    activity = factory.SubFactory(ActivityFactory)
    deputy = factory.SubFactory(DeputyFactory)


# ---- training


class TrainingBatchFactory(DjangoModelFactory):
    """A batch of this year, planned for this month, of a town; its organiser sits in ``area``."""

    class Meta:
        model = TrainingBatch

    code = factory.Sequence(lambda n: f"PX2026-9{n:05d}")
    year = factory.LazyFunction(lambda: timezone.localdate().year)
    name = factory.Sequence(lambda n: f"第{n + 1}期履职培训班")
    topic = "代表法和议案建议撰写"
    area = factory.SubFactory(AreaFactory)
    organiser = factory.SubFactory(OrganisationFactory, area=factory.SelfAttribute("..area"), kind=OrganisationKind.PRESIDIUM)
    planned_month = factory.LazyFunction(lambda: timezone.localdate().month)
    hours = Decimal(8)
    places = 40


class TrainingMaterialFactory(DjangoModelFactory):
    """A text for all deputies, published today, without a test."""

    class Meta:
        model = TrainingMaterial

    code = factory.Sequence(lambda n: f"ZL2026-9{n:05d}")
    title = factory.Sequence(lambda n: f"代表法第{n + 1}讲")
    text = "代表依法参加闭会期间的活动。"
    hours = Decimal("1.5")
    published_on = factory.LazyFunction(timezone.localdate)


# ---- plans


class AnnualPlanFactory(DjangoModelFactory):
    """This year's plan, drafted."""

    class Meta:
        model = AnnualPlan
        django_get_or_create = ("congress", "year")

    congress = factory.SubFactory(CongressFactory)
    year = factory.LazyFunction(lambda: timezone.localdate().year)
    code = factory.LazyAttribute(lambda o: f"JH{o.year}")
    made_by = factory.SubFactory(UserFactory)


class AnnualPlanItemFactory(DjangoModelFactory):
    class Meta:
        model = AnnualPlanItem

    plan = factory.SubFactory(AnnualPlanFactory)
    position = factory.LazyAttribute(lambda o: o.plan.items.count() + 1)
    text = factory.Sequence(lambda n: f"组织第{n + 1}次代表视察")
    responsible = factory.SubFactory(OrganisationFactory)


# ---- duties
# ---- receptions


class ReceptionScheduleFactory(DjangoModelFactory):
    """Every month on the 15th, later when that is off, two deputies."""

    class Meta:
        model = ReceptionSchedule

    platform = factory.SubFactory(PlatformFactory)
    starts_at = datetime.time(9)
    ends_at = datetime.time(11, 30)


class ReceptionDayFactory(DjangoModelFactory):
    """A planned day in three days' time, unless told otherwise."""

    class Meta:
        model = ReceptionDay

    code = factory.Sequence(lambda n: f"JD2026-9{n:05d}")
    platform = factory.SubFactory(PlatformFactory)
    on = factory.LazyFunction(lambda: timezone.localdate() + datetime.timedelta(days=3))
    month = factory.LazyAttribute(lambda o: o.on.replace(day=1))
    starts_at = datetime.time(9)
    ends_at = datetime.time(11, 30)


class ReceptionDutyFactory(DjangoModelFactory):
    class Meta:
        model = ReceptionDuty

    day = factory.SubFactory(ReceptionDayFactory)
    deputy = factory.SubFactory(DeputyFactory)


# ---- forums


class OpinionForumFactory(DjangoModelFactory):
    """A town's forum that collects for another week; its organiser sits in ``area``."""

    class Meta:
        model = OpinionForum

    code = factory.Sequence(lambda n: f"MQ2026-9{n:05d}")
    topic = factory.Sequence(lambda n: f"第{n + 1}个主题")
    period = "2026H2"
    area = factory.SubFactory(AreaFactory)
    organiser = factory.SubFactory(OrganisationFactory, area=factory.SelfAttribute("..area"), kind=OrganisationKind.PRESIDIUM)
    collect_until = factory.LazyFunction(lambda: timezone.localdate() + datetime.timedelta(days=7))
    planned_on = factory.LazyFunction(lambda: timezone.localdate() + datetime.timedelta(days=14))
    created_by = factory.SubFactory(UserFactory)


class ForumItemFactory(DjangoModelFactory):
    class Meta:
        model = ForumItem

    code = factory.LazyAttribute(lambda o: f"{o.forum.code}-{o.number:03d}")
    forum = factory.SubFactory(OpinionForumFactory)
    number = factory.Sequence(lambda n: n + 1)
    deputy = factory.SubFactory(DeputyFactory)
    text = factory.Sequence(lambda n: f"第{n + 1}条街的停车位不够")


# ---- booklets
