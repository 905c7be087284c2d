"""What the clock does, and what waits for whom."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from congress.models import AuditEntry
from congress.periods import Period
from congress.todos import waiting_for
from platforms import tasks
from platforms.enums import RoundState
from platforms.models import AssessmentRound, ItemScore, Rectification, ScoreTable
from platforms.services import publishing, rectifications, reviewing
from tests.platforms import playing

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(monkeypatch):
    def is_now(day: datetime.date) -> None:
        monkeypatch.setattr(timezone, "localdate", lambda *args: day)

    return is_now


def test_opens_the_round_forty_days_before_the_quarter_ends(district, personas, score_table, today):
    today(datetime.date(2026, 8, 20))
    assert tasks.open_due_round() == ""
    today(datetime.date(2026, 8, 21))
    assert tasks.open_due_round() == "2026Q3"
    assert tasks.open_due_round() == ""
    assert AssessmentRound.objects.get().opened_on == datetime.date(2026, 8, 21)
    assert AuditEntry.objects.get(action="platforms.open_round").actor_name == "系统"


def test_does_not_fall_over_what_is_missing(db, today, caplog):
    ScoreTable.objects.update(is_current=False)
    today(datetime.date(2026, 9, 1))
    assert tasks.open_due_round() == ""
    ScoreTable.objects.filter(version=1).update(is_current=True)
    assert tasks.open_due_round() == ""
    assert "round 2026Q3 not opened: 尚未登记区（县）人民代表大会" in caplog.text


def test_advances_rounds_whose_deadline_is_past(district, personas, score_table, today):
    round = playing.open_round(personas)
    today(round.self_scoring_until)
    assert tasks.advance_due_rounds() == 0
    today(playing.LATE)
    assert (tasks.advance_due_rounds(), tasks.advance_due_rounds()) == (1, 0)
    round.refresh_from_db()
    assert round.state == RoundState.CROSS_SCORING


def told(user):
    return [(todo.title, todo.due_on) for todo in waiting_for(user)]


def test_todos_follow_the_round(district, personas, score_table):
    playing.make_platforms(district)
    round = playing.open_round(personas)
    mine = round.assignments.select_related("area").get(area=district.town1)
    assessor = playing.staff_of(mine.assessor_id)
    assert told(personas.town1) == [("完成2026年第三季度交叉考评自评", datetime.date(2026, 8, 31))]
    assert told(personas.assessor) == told(personas.office) == told(personas.leader) == told(personas.deputy) == []
    playing.submit_all_self(round)
    assert ("对东岭镇进行交叉评分", datetime.date(2026, 9, 14)) in told(assessor)
    playing.submit_all_cross(round, share="0.5")
    assert told(personas.leader) == [("审定2026年第三季度交叉考评得分", datetime.date(2026, 9, 20))]
    playing.sign_all_off(personas, round)
    row = playing.score_of(round, "PT-11", "P1")
    objection = reviewing.raise_objection(actor=personas.town1, item_score=row, text="请再看", on=playing.SIGNED_ON)
    assert told(personas.office) == [
        ("答复东岭镇对“项目0”的异议", datetime.date(2026, 9, 22)), ("通报2026年第三季度交叉考评结果", None),
    ]  # fmt: skip
    reviewing.decide_objection(actor=personas.office, objection=objection, state="dismissed", decision="照片清楚")
    ItemScore.objects.filter(item__code="P1").exclude(pk=row.pk).update(cross_score=50)
    publishing.publish(actor=personas.office, round=round, on=playing.AFTER, issued_on=playing.AFTER)
    one = Rectification.objects.filter(area=district.town1, platform__code="PT-11", item__code="P1").get()
    assert (f"整改：{one.problem}", one.due_on) in told(personas.town1)
    rectifications.report(actor=personas.town1, rectification=one, text="已改")
    assert told(personas.office) == [(f"复核整改：{one.problem}", None)]


def test_todos_take_the_same_queries_for_any_number(district, personas, score_table):
    def queries(period: str) -> int:
        playing.open_round(personas, Period.parse(period), Period.parse(period).end)
        personas.town1.__dict__.pop("access", None)
        with CaptureQueriesContext(connection) as captured:
            waiting_for(personas.town1)
        return len(captured)

    assert queries("2026Q1") == queries("2026Q2") == queries("2026Q3")
