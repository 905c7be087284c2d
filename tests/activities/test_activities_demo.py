"""The demo's year of activities, on the suite's own small district."""

from __future__ import annotations

from random import Random

import pytest
from django.utils import timezone

from activities.demo import activities as demo
from activities.enums import TOOK_PLACE, ActivityState, ForwardingState
from activities.models import Activity, Forwarding, Participation
from deputies.models import Deputy
from tests.activities import playing
from tests.factories import GroupFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(personas, district) -> None:
    for area in (district.town1, district.town2):
        group = GroupFactory(term=district.term, area=area)
        for deputy in playing.deputies(district, 12, area):
            MembershipFactory(group=group, deputy=deputy)
    demo.load(Random(1))


def test_the_past_took_place_and_the_future_did_not(loaded):
    now = timezone.now()
    assert Activity.objects.took_place().filter(starts_at__gt=now).count() == 0
    assert Activity.objects.filter(state=ActivityState.PLANNED, starts_at__lt=now).count() == 0
    assert Activity.objects.took_place().count() > 10
    assert not Activity.objects.filter(created_at__gt=now).exists()
    closed = Activity.objects.filter(state=ActivityState.CLOSED)
    assert not closed.filter(minutes="").exists()
    assert not Forwarding.objects.filter(activity__in=closed, state=ForwardingState.SENT).exists()


def test_lists_answer_only_for_what_is_announced(loaded):
    assert Participation.objects.present().exclude(activity__state__in=TOOK_PLACE).count() == 0
    assert set(Participation.objects.filter(activity__state=ActivityState.PLANNED).values_list("state", flat=True)) <= {"invited"}


def test_codes_follow_the_days(loaded):
    codes = list(Activity.objects.order_by("starts_at", "code").values_list("code", flat=True))
    assert codes == sorted(codes) and len(set(codes)) == len(codes)


def test_the_deputy_with_an_account_has_something_to_answer(loaded, personas):
    me = Deputy.objects.get(user=personas.deputy)
    assert Participation.objects.filter(deputy=me, activity__state=ActivityState.ANNOUNCED, state="invited").exists()


def test_a_second_call_adds_nothing(loaded):
    before = Activity.objects.count(), Participation.objects.count()
    demo.load(Random(2))
    assert (Activity.objects.count(), Participation.objects.count()) == before
