"""Activities brought to a state as people bring them there."""

from __future__ import annotations

import datetime

from django.utils import timezone

from activities.enums import ActivityKind, ActivityState
from activities.models import Activity
from activities.services import activities, activities_invitations
from congress.models import User
from deputies.models import Deputy
from tests.factories import District, MandateFactory


def deputies(district: District, count: int, area=None) -> list[Deputy]:
    """Serving deputies of town1, or of another area."""
    return [MandateFactory(term=district.term, area=area or district.town1).deputy for _ in range(count)]


def planned(actor: User, district: District, *, starts_in: datetime.timedelta = datetime.timedelta(days=3), **fields: object) -> Activity:
    """An inspection that town1 organises, two hours long."""
    start = timezone.now() + starts_in
    asked = {
        "title": "农田水利视察",
        "kind": ActivityKind.INSPECTION,
        "organiser": district.town1_office,
        "starts_at": start,
        "ends_at": start + datetime.timedelta(hours=2),
        "place": "镇政府会议室",
        "objective": "了解农田水利建设情况。",
    }
    return activities.plan(actor=actor, **{**asked, **fields})


def announced(actor: User, district: District, invited: list[Deputy], **fields: object) -> Activity:
    activity = planned(actor, district, **fields)
    activities_invitations.invite(actor=actor, activity=activity, deputies=[deputy.pk for deputy in invited])
    return activities.announce(actor=actor, activity=activity)


def under_way(actor: User, district: District, invited: list[Deputy], **fields: object) -> Activity:
    """Announced, and begun half an hour ago: deputies may sign in."""
    activity = announced(actor, district, invited, **fields)
    start = timezone.now() - datetime.timedelta(minutes=30)
    Activity.objects.filter(pk=activity.pk).update(starts_at=start, ends_at=start + datetime.timedelta(hours=2))
    activity.refresh_from_db()
    return activity


def held(actor: User, district: District, invited: list[Deputy], **fields: object) -> Activity:
    activity = activities.hold(actor=actor, activity=under_way(actor, district, invited, **fields))
    assert activity.state == ActivityState.HELD
    return activity
