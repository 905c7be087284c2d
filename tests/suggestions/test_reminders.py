"""Reminders: when, to whom, and once."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from congress.models import Notification
from suggestions.enums import HandlingRole, LimitKind, Outcome, ReminderKind
from suggestions.models import Clock, Reminder
from suggestions.services import assigning, examining, proposing, reminding

DAY = datetime.date


@pytest.fixture
def clock(personas, district) -> Clock:
    """The answer clock of a suggestion, due on Monday, 7 September 2026; the others are away."""
    seat = personas.deputy.deputy.mandates.get()
    row = proposing.draft(actor=personas.deputy, proposer=seat, title="关于修路的建议", basis="路坏了。", request="修路。")
    proposing.submit(actor=personas.deputy, suggestion=row)
    row = examining.examine(actor=personas.office, suggestion=row, outcome=Outcome.ACCEPT)
    assigning.assign(actor=personas.dispatcher, suggestion=row, units={district.unit: HandlingRole.LEAD})
    Clock.objects.exclude(kind=LimitKind.ANSWER).delete()
    Clock.objects.update(due_on=DAY(2026, 9, 7))
    Notification.objects.all().delete()
    return Clock.objects.get()


@pytest.mark.parametrize(
    ("on", "kinds"),
    [
        (DAY(2026, 8, 21), []),  # eleven working days left
        (DAY(2026, 8, 24), [ReminderKind.SOON]),  # ten
        (DAY(2026, 9, 7), [ReminderKind.SOON]),  # the last day
        (DAY(2026, 9, 8), [ReminderKind.LATE]),
        (DAY(2026, 9, 9), []),
        (DAY(2026, 9, 15), [ReminderKind.LATE]),  # the sixth working day after
        (DAY(2026, 9, 12), []),  # a Saturday
    ],
)
def test_what_is_sent_on_a_day(clock, on, kinds):
    assert reminding.send_due(on) == len(kinds)
    assert reminding.send_due(on) == 0
    assert list(Reminder.objects.values_list("kind", flat=True)) == kinds


def test_yellow_is_said_once(clock):
    assert [reminding.send_due(DAY(2026, 8, day)) for day in (24, 25, 26)] == [1, 0, 0]


def test_a_late_one_is_told_to_unit_dispatcher_and_office(clock, personas, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        reminding.send_due(DAY(2026, 9, 8))
    told = Notification.objects.filter(text="答复期限已超1个工作日：关于修路的建议").values_list("user__username", flat=True)
    assert sorted(told) == ["dispatcher", "office", "unit"]


def test_urging_by_hand_counts_once_a_day(clock, personas):
    with pytest.raises(PermissionDenied):
        reminding.urge(actor=personas.unit, clocks=[clock])
    assert reminding.urge(actor=personas.dispatcher, clocks=[clock], text="请于本周内答复。") == 1
    assert reminding.urge(actor=personas.dispatcher, clocks=[clock]) == 0
    assert Reminder.objects.get().text == "请于本周内答复。"
    assert Reminder.objects.get().on == timezone.localdate()
