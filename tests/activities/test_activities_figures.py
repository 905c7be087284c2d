"""Figures about activities: exact numbers, and the list behind each shows as many."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from activities.enums import ActivityKind, ActivityState, ParticipationState
from activities.figures.activities import group_quarters
from congress import figures
from congress.periods import Period
from deputies.models import Deputy
from tests.factories import GroupFactory
from tests.factories.activities import ActivityFactory, ParticipationFactory

pytestmark = pytest.mark.django_db
Q1 = Period.quarter(2026, 1)


def on(day: str) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.fromisoformat(f"{day}T09:00"))


def make(district, day: str, *, state=ActivityState.HELD, kind=ActivityKind.INSPECTION, **fields):
    return ActivityFactory(starts_at=on(day), state=state, kind=kind, area=district.town1, **{"organiser": district.town1_office, **fields})


@pytest.fixture
def me(personas) -> Deputy:
    return Deputy.objects.get(user=personas.deputy)


def attend(activity, deputy, state=ParticipationState.PRESENT):
    signed = activity.starts_at if state == ParticipationState.PRESENT else None
    return ParticipationFactory(activity=activity, deputy=deputy, state=state, signed_in_at=signed)


def listed(client, figure: figures.Figure, code: str, period: Period, argument: str = "") -> int:
    response = client.get(figure.records(code, period, argument))
    assert response.status_code == 200
    return int(response["X-Total-Count"])


def test_participations(personas, district, me, signed_in, django_assert_num_queries):
    attend(make(district, "2026-01-01"), me)
    attend(make(district, "2026-03-31", kind=ActivityKind.RESEARCH), me)
    attend(make(district, "2026-04-01"), me)
    attend(make(district, "2026-02-10"), me, ParticipationState.ABSENT)
    attend(make(district, "2026-02-11", state=ActivityState.CANCELLED), me)
    attend(make(district, "2026-02-12", state=ActivityState.ANNOUNCED), me)
    figure = figures.find("activities.participations")
    assert figure is not None
    with django_assert_num_queries(1):
        assert figures.values(figure.key, [me.pk], Q1) == {me.pk: Decimal(2)}
    for argument, count in (("research", 1), ("research|enforcement_check", 1), ("inspection|research", 2), ("study_visit", 0)):
        assert figures.values(figure.key, [me.pk], Q1, argument).get(me.pk, 0) == count
        assert listed(signed_in(personas.office), figure, me.code, Q1, argument) == count
    assert listed(signed_in(personas.office), figure, me.code, Q1) == 2
    assert figure.days is not None
    with django_assert_num_queries(1):
        days = figure.days([me.pk], Q1, ["", "research"])
    assert {argument: {pk: sorted(found) for pk, found in rows.items()} for argument, rows in days.items()} == {
        "": {me.pk: [datetime.date(2026, 1, 1), datetime.date(2026, 3, 31)]},
        "research": {me.pk: [datetime.date(2026, 3, 31)]},
    }


def test_held_by_an_areas_own_organ(personas, district, signed_in):
    make(district, "2026-01-05")
    make(district, "2026-01-06", kind=ActivityKind.TRAINING)
    make(district, "2026-01-07", organiser=district.office)
    make(district, "2026-01-08", state=ActivityState.PLANNED)
    figure = figures.find("activities.held")
    assert figure is not None
    towns = [district.town1.pk, district.town2.pk, district.area.pk]
    assert figures.values(figure.key, towns, Q1) == {district.town1.pk: 2, district.area.pk: 1}
    assert figures.values(figure.key, towns, Q1, "training") == {district.town1.pk: 1}
    assert listed(signed_in(personas.office), figure, district.town1.code, Q1) == 2
    assert listed(signed_in(personas.office), figure, district.town1.code, Q1, "training") == 1


def test_group_activities(personas, district, signed_in):
    group = GroupFactory(term=district.term, area=district.town1)
    make(district, "2026-01-05", group=group)
    make(district, "2026-01-06", group=group, state=ActivityState.PLANNED)
    make(district, "2026-01-07")
    figure = figures.find("activities.group_activities")
    assert figure is not None
    assert figures.values(figure.key, [group.pk], Q1) == {group.pk: 1}
    assert listed(signed_in(personas.office), figure, group.code, Q1) == 1


def test_the_share_of_groups_that_met(personas, district, signed_in, django_assert_num_queries):
    first, second, third = (GroupFactory(term=district.term, area=district.town1) for _ in range(3))
    GroupFactory(term=district.term, area=district.town1, ends_on=datetime.date(2026, 2, 1))  # closed before the quarter's end
    GroupFactory(term=district.term, area=district.town2)
    for day in ("2026-01-05", "2026-02-05"):
        make(district, day, group=first)
    make(district, "2026-03-31", group=second)
    make(district, "2026-04-01", group=third)
    figure = figures.find("activities.group_meetings")
    assert figure is not None
    with django_assert_num_queries(3):
        found = figures.values(figure.key, [district.town1.pk, district.town2.pk, district.area.pk, district.street1.pk], Q1)
    assert found == {district.town1.pk: Decimal(2) / 3, district.town2.pk: 0, district.area.pk: Decimal(2) / 4}
    assert listed(signed_in(personas.office), figure, district.town1.code, Q1) == 2  # the groups that met
    half = Period.parse("2026H1")
    assert figures.values(figure.key, [district.town1.pk], half) == {district.town1.pk: Decimal(3) / 6}
    assert listed(signed_in(personas.office), figure, district.town1.code, half) == 3


def test_quarters_to_come_are_not_asked_of_a_group(district):
    GroupFactory(term=district.term, area=district.town1)
    rows = group_quarters(Period.year(2026), today=datetime.date(2026, 5, 2))
    assert [row.quarter.code for row in rows] == ["2026Q1", "2026Q2"]
    assert group_quarters(Period.quarter(2026, 3), today=datetime.date(2026, 5, 2)) == []
