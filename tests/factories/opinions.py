"""Voters' opinions."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from deputies.enums import Channel, Way
from deputies.models import Opinion, VoterContact
from tests.factories.congress import AreaFactory, UserFactory


class OpinionContactFactory(DjangoModelFactory):
    """A contact to draw opinions from; its deputies are given after."""

    class Meta:
        model = VoterContact

    key = factory.Sequence(lambda n: f"opinion-contact-{n}")
    code = factory.Sequence(lambda n: f"LX2026-9{n:05d}")
    channel = Channel.VISIT
    at = factory.LazyFunction(timezone.now)
    area = factory.SubFactory(AreaFactory)
    text = "村口的路灯坏了。水渠也堵了，请来看看。"
    author = factory.SubFactory(UserFactory)


class OpinionFactory(DjangoModelFactory):
    """A recorded opinion; its deputies are given after."""

    class Meta:
        model = Opinion

    code = factory.Sequence(lambda n: f"YJ2026-9{n:05d}")
    text = factory.Sequence(lambda n: f"第{n}盏路灯坏了")
    area = factory.SubFactory(AreaFactory)
    way = Way.TOWN
    created_by = factory.SubFactory(UserFactory)
