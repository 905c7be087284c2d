"""Activities and who takes part; the other ledgers of the floor, one block a topic."""

import datetime

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from activities.enums import ActivityKind
from activities.models import Activity, ForumItem, OpinionForum, Participation
from congress.enums import OrganisationKind
from tests.factories.congress import AreaFactory, OrganisationFactory, UserFactory
from tests.factories.deputies import DeputyFactory

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
# ---- plans
# ---- duties
# ---- receptions
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
