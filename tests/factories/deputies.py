"""Deputies and their mandates."""

import datetime

import factory
from factory.django import DjangoModelFactory

from deputies.enums import Sex
from deputies.models import (
    Deputy,
    DeputyGroup,
    DeputyLiaison,
    ElectoralDistrict,
    GroupMembership,
    Mandate,
    StandingMember,
    VoterLiaison,
)
from tests.factories.congress import AreaFactory, TermFactory


class ElectoralDistrictFactory(DjangoModelFactory):
    class Meta:
        model = ElectoralDistrict

    code = factory.Sequence(lambda n: f"ED{n:04d}")
    name = factory.Sequence(lambda n: f"第{n + 1}选区")
    term = factory.SubFactory(TermFactory)
    area = factory.SubFactory(AreaFactory)
    seats = 2


class DeputyFactory(DjangoModelFactory):
    class Meta:
        model = Deputy

    code = factory.Sequence(lambda n: f"D{n:05d}")
    name = factory.Sequence(lambda n: f"代表{n}")
    sex = Sex.FEMALE
    nationality = "汉族"


class MandateFactory(DjangoModelFactory):
    """A serving deputy's seat."""

    class Meta:
        model = Mandate

    deputy = factory.SubFactory(DeputyFactory)
    term = factory.SubFactory(TermFactory)
    area = factory.SubFactory(AreaFactory)
    starts_on = datetime.date(2021, 9, 28)


class GroupFactory(DjangoModelFactory):
    class Meta:
        model = DeputyGroup

    code = factory.Sequence(lambda n: f"G{n:04d}")
    name = factory.Sequence(lambda n: f"第{n + 1}代表小组")
    term = factory.SubFactory(TermFactory)
    area = factory.SubFactory(AreaFactory)
    starts_on = datetime.date(2021, 10, 8)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = GroupMembership

    group = factory.SubFactory(GroupFactory)
    deputy = factory.SubFactory(DeputyFactory)
    starts_on = datetime.date(2021, 10, 8)


class StandingMemberFactory(DjangoModelFactory):
    class Meta:
        model = StandingMember

    mandate = factory.SubFactory(MandateFactory)
    post = "委员"
    starts_on = datetime.date(2021, 10, 8)


class DeputyLiaisonFactory(DjangoModelFactory):
    class Meta:
        model = DeputyLiaison

    member = factory.SubFactory(StandingMemberFactory)
    deputy = factory.SubFactory(DeputyFactory)
    starts_on = datetime.date(2022, 1, 1)


class VoterLiaisonFactory(DjangoModelFactory):
    class Meta:
        model = VoterLiaison

    deputy = factory.SubFactory(DeputyFactory)
    name = "王小明"
    phone = "13800000001"
    address = "上岭村三组12号"
    starts_on = datetime.date(2022, 1, 1)
