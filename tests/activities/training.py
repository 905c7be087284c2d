"""What training's tests play: a deputy of a town, and a day of a batch with who was there."""

import datetime
from decimal import Decimal

from django.utils import timezone

from activities.enums import ActivityKind, ActivityState, ParticipationState
from tests.factories import MandateFactory
from tests.factories.activities import ActivityFactory, ParticipationFactory


def a_deputy(district, area=None, **seat):
    """In office since the term began, by default of town1."""
    return MandateFactory(term=seat.pop("term", district.term), area=area or district.town1, **seat).deputy


def a_day(batch, district, *, present=(), absent=(), on=None, hours=Decimal(8), state=ActivityState.HELD, kind=ActivityKind.TRAINING):
    """A day of the batch, this morning unless told otherwise; without a batch any training of town1."""
    at = timezone.make_aware(datetime.datetime.combine(on or timezone.localdate(), datetime.time(0, 30)))
    activity = ActivityFactory(
        training=batch,
        kind=kind,
        state=state,
        area=batch.area if batch else district.town1,
        organiser=batch.organiser if batch else district.town1_office,
        starts_at=at,
        ends_at=at + datetime.timedelta(hours=2),
        hours=hours,
    )
    for deputy in present:
        ParticipationFactory(activity=activity, deputy=deputy, state=ParticipationState.PRESENT, signed_in_at=at)
    for deputy in absent:
        ParticipationFactory(activity=activity, deputy=deputy, state=ParticipationState.ABSENT)
    return activity
