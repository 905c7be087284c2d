"""Deputies and their mandates."""

import datetime

import factory
from factory.django import DjangoModelFactory

from deputies.enums import Sex
from deputies.models import Deputy, ElectoralDistrict, Mandate
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
