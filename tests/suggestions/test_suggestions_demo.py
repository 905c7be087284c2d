"""The demo's suggestions, on the suite's own small district: every state, in order, by the calendar, once."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from random import Random

import pytest
from django.db import transaction
from django.utils import timezone

from congress.enums import CongressLevel, Role
from congress.models import AuditEntry, Congress, Notification, Session, Term
from deputies.models import Opinion
from suggestions.demo import load as demo
from suggestions.enums import CommitmentState, HandlingState, LimitKind, RequestState, SuggestionState
from suggestions.models import Clock, Commitment, KeySupervision, Reminder, Reply, Suggestion, SuggestionStep
from tests.factories import (
    DeputyFactory,
    District,
    GroupFactory,
    MandateFactory,
    Personas,
    RoleGrantFactory,
    UserFactory,
    make_district,
    make_personas,
)


@pytest.fixture(scope="module")
def once(django_db_setup, django_db_blocker) -> Iterator[tuple[District, Personas]]:
    """Loaded once for this module, and taken away after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        district = make_district()
        personas = make_personas(district)
        _load(district, personas)
        yield district, personas
        transaction.set_rollback(True)


@pytest.fixture
def loaded(once, db) -> Personas:
    return once[1]


def _load(district: District, personas: Personas) -> None:
    town = Congress.objects.create(area=district.town1, level=CongressLevel.TOWN, name="东岭镇人民代表大会", short_name="东岭镇人大")
    town_term = Term.objects.create(congress=town, number=17, starts_on=datetime.date(2021, 8, 26))
    today = timezone.localdate()
    for number, months in ((1, 26), (2, 14), (3, 10)):
        start = today - datetime.timedelta(days=30 * months)
        Session.objects.create(term=district.term, number=number, starts_on=start, ends_on=start + datetime.timedelta(days=3))
    for _ in range(14):
        MandateFactory(deputy=DeputyFactory(), term=district.term, area=district.villages[1])
    MandateFactory(deputy=personas.deputy.deputy, term=town_term, area=district.villages[1])
    MandateFactory(deputy=DeputyFactory(), term=town_term, area=district.villages[2])
    GroupFactory(term=district.term, area=district.town1)
    RoleGrantFactory(user=UserFactory(username="leader2"), role=Role.LEADER, organisation=district.committee)
    demo.load(Random(1))


def test_every_state_is_there(loaded):
    assert set(Suggestion.objects.values_list("state", flat=True)) == set(SuggestionState)
    assert Suggestion.objects.filter(merged_into__isnull=False, state=SuggestionState.IN_HAND).exists()
    assert Suggestion.objects.filter(kind="bill").count() == 2 and Suggestion.objects.filter(withholds_identity=True).count() >= 3
    assert set(Commitment.objects.values_list("state", flat=True)) == set(CommitmentState) - {CommitmentState.REPORTED}
    assert {row.events.count() for row in KeySupervision.objects.all()} >= {1, 2, 3}
    assert Reply.objects.filter(round=2).count() >= 4


def test_something_waits_for_everybody(loaded):
    today = timezone.localdate()
    late = Clock.objects.pressing().late_on(today)
    assert set(late.values_list("kind", flat=True)) >= {LimitKind.ANSWER}
    assert Suggestion.objects.filter(handlings__return_requests__state=RequestState.ASKED).count() == 1
    assert Suggestion.objects.filter(handlings__extensions__state=RequestState.ASKED).count() == 1
    assert Suggestion.objects.filter(handlings__state=HandlingState.RETURNED, state=SuggestionState.ACCEPTED).count() == 1
    assert Reminder.objects.count() >= 6
    assert Suggestion.objects.run_by(loaded.office).filter(state=SuggestionState.SUBMITTED).count() == 3
    assert Suggestion.objects.run_by(loaded.town1).exclude(state=SuggestionState.CLOSED).count() >= 3


def test_days_and_numbers_follow_one_another(loaded):
    now = timezone.now()
    assert not SuggestionStep.objects.filter(at__gt=now).exists()
    assert not AuditEntry.objects.filter(at__gt=now).exists()
    for suggestion in Suggestion.objects.prefetch_related("steps"):
        moments = [step.at for step in suggestion.steps.all()]
        assert moments == sorted(moments), suggestion
    numbered = Suggestion.objects.filter(number__isnull=False, kind="suggestion", congress__level=CongressLevel.DISTRICT).order_by("number")
    assert list(numbered.values_list("number", flat=True)) == list(range(1, numbered.count() + 1))
    days = list(numbered.values_list("accepted_on", flat=True))
    assert days == sorted(days)


def test_a_voters_words_become_a_suggestion_and_she_is_told(loaded):
    opinion = Opinion.objects.get(suggestions__isnull=False)
    (suggestion,) = opinion.suggestions.all()
    assert suggestion.state == SuggestionState.CLOSED and suggestion.proposer.deputy == loaded.deputy.deputy
    assert opinion.state == "closed" and opinion.told_on >= suggestion.closed_on
    assert opinion.contact.deputies.get() == loaded.deputy.deputy


def test_old_notices_are_read(loaded):
    unread = Notification.objects.filter(read_at=None, url__startswith="/suggestions/")
    assert 0 < unread.count() < Notification.objects.filter(url__startswith="/suggestions/").count() / 2


def test_a_second_call_adds_nothing(loaded):
    before = Suggestion.objects.count(), SuggestionStep.objects.count()
    demo.load(Random(2))
    assert (Suggestion.objects.count(), SuggestionStep.objects.count()) == before
