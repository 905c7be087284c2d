"""Deadlines of a round and of rectifications follow the working calendar, but never somebody's own word."""

from __future__ import annotations

import datetime

import pytest

from congress.holiday_notice import Day
from congress.models import AuditEntry, Notification
from congress.periods import Period
from congress.services.audit import SYSTEM
from congress.services.calendar import remove_days, save_days
from platforms.models import Bulletin, Rectification
from platforms.services.rounds import set_deadlines
from tests.platforms.playing import make_platforms, open_round

D = datetime.date
pytestmark = pytest.mark.django_db

# Far ahead, so that no deadline is past and no calendar is published: 5, 10 and 5 working days from a Monday.
OPENED_ON = D(2090, 12, 18)
NEW_YEAR = [Day(D(2091, 1, 2), False, "元旦放假"), Day(D(2091, 1, 3), False, "元旦放假")]


@pytest.fixture
def round(district, personas, score_table):
    make_platforms(district)
    return open_round(personas, Period.quarter(2090, 4), OPENED_ON)


def days(round) -> list[str]:
    round.refresh_from_db()
    return [str(getattr(round, field)) for field in ("self_scoring_until", "cross_scoring_until", "sign_off_until")]


def test_a_notice_moves_what_comes_after_it(round, personas, django_capture_on_commit_callbacks):
    assert days(round) == ["2090-12-25", "2091-01-09", "2091-01-16"]
    with django_capture_on_commit_callbacks(execute=True):
        assert save_days(actor=personas.office, days=NEW_YEAR).moved == {"考评截止日期": 2}
    assert days(round) == ["2090-12-25", "2091-01-11", "2091-01-18"]
    entry = AuditEntry.objects.get(action="platforms.recompute_deadlines")
    assert (entry.actor, entry.target_ref) == (personas.office, "2090Q4")
    assert entry.changes == {"cross_scoring_until": ["2091-01-09", "2091-01-11"], "sign_off_until": ["2091-01-16", "2091-01-18"]}
    assert (
        Notification.objects.get(user=personas.town1, key__startswith="deadlines-").text
        == "放假安排有变动，2090年第四季度交叉考评的截止日期已重新计算，请查看。"
    )


def test_the_same_notice_again_and_its_removal(round):
    save_days(actor=SYSTEM, days=NEW_YEAR)
    assert save_days(actor=SYSTEM, days=NEW_YEAR).moved == {}
    assert remove_days(actor=SYSTEM, dates=[day.date for day in NEW_YEAR]).moved == {"考评截止日期": 2}
    assert days(round) == ["2090-12-25", "2091-01-09", "2091-01-16"]


def test_a_deadline_set_by_hand_stays(round, personas):
    set_deadlines(
        actor=personas.office,
        round=round,
        self_scoring_until=D(2090, 12, 25),
        cross_scoring_until=D(2091, 1, 20),
        sign_off_until=D(2091, 1, 31),
    )
    assert save_days(actor=SYSTEM, days=NEW_YEAR).moved == {}
    assert days(round) == ["2090-12-25", "2091-01-20", "2091-01-31"]


def test_deadlines_never_fall_out_of_order(round, personas):
    set_deadlines(
        actor=personas.office,
        round=round,
        self_scoring_until=D(2090, 12, 25),
        cross_scoring_until=D(2090, 12, 25),
        sign_off_until=D(2090, 12, 25),
    )
    assert save_days(actor=SYSTEM, days=[Day(D(2090, 12, 22), False, "停电")]).moved == {}
    assert days(round) == ["2090-12-25", "2090-12-25", "2090-12-25"]


def test_what_must_be_put_right_moves_with_the_calendar(round, district, personas):
    item = round.table.items.first()
    Bulletin.objects.create(round=round, issued_on=D(2090, 12, 4), results={})  # a month later is 4 January 2091
    kept = {"round": round, "area": district.town1, "item": item, "problem": "资料不全"}
    by_limit = Rectification.objects.create(code="ZG-1", due_on=D(2091, 1, 4), **kept)
    by_hand = Rectification.objects.create(code="ZG-2", due_on=D(2091, 1, 20), **kept)
    assert save_days(actor=SYSTEM, days=[Day(D(2091, 1, 4), False, "停电")]).moved["整改期限"] == 1
    by_limit.refresh_from_db()
    by_hand.refresh_from_db()
    assert (by_limit.due_on, by_hand.due_on) == (D(2091, 1, 5), D(2091, 1, 20))
    assert AuditEntry.objects.filter(action="platforms.recompute_deadlines", changes__rectifications=[None, 1]).count() == 1


def test_what_is_past_stays(round, monkeypatch):
    from django.utils import timezone

    monkeypatch.setattr(timezone, "localdate", lambda *args: D(2091, 2, 1))
    assert save_days(actor=SYSTEM, days=NEW_YEAR).moved == {}
    assert days(round) == ["2090-12-25", "2091-01-09", "2091-01-16"]
