"""The working calendar: what a day is, how a limit runs, and why."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path

import pytest

from congress.errors import DomainError
from congress.models import CalendarDay
from congress.workdays import Answer, Calendar, Limit, parse_date, statutory_days

D = datetime.date


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


# ---- what a day is


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        (D(2026, 11, 23), Answer(True, "星期一")),
        (D(2026, 11, 28), Answer(False, "星期六")),
        (D(2026, 10, 1), Answer(False, "国庆节放假")),
        (D(2026, 10, 7), Answer(False, "国庆节放假")),  # a day off in lieu
        (D(2026, 10, 10), Answer(True, "国庆节调休上班")),  # a Saturday
        (D(2026, 9, 20), Answer(True, "国庆节调休上班")),  # a Sunday
        (D(2026, 4, 6), Answer(False, "清明节放假")),
        (D(2027, 1, 1), Answer(False, "元旦放假", provisional=True)),
        (D(2027, 2, 5), Answer(False, "农历除夕放假", provisional=True)),
        (D(2027, 1, 4), Answer(True, "星期一", provisional=True)),
        (D(2027, 1, 2), Answer(False, "星期六", provisional=True)),
        (D(2003, 10, 1), Answer(False, "国庆节放假", provisional=True)),
    ],
)
def test_a_day_is_what_the_notice_says_else_its_weekday(calendar: Calendar, day: datetime.date, answer: Answer):
    assert calendar.is_workday(day) == answer


def test_every_published_day_agrees_with_the_official_table(calendar: Calendar, real_data: Path):
    wrong = []
    with (real_data / "calendar" / "cn_workdays_2024_2026.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        answer = calendar.is_workday(D.fromisoformat(row["date"]))
        if (answer.is_workday, answer.provisional) != (row["is_workday"] == "1", False):
            wrong.append(row["date"])
    assert (len(rows), wrong) == (1096, [])


def test_every_moved_day_since_2004_agrees_with_the_official_table(calendar: Calendar, real_data: Path):
    with (real_data / "calendar" / "cn_exceptions_2004_2026.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    wrong = [row["date"] for row in rows if calendar.is_workday(D.fromisoformat(row["date"])).is_workday != (row["kind"] == "work")]
    assert (len(rows), wrong) == (771, [])


def test_staff_have_the_last_word():
    calendar = Calendar({D(2026, 4, 20): Answer(False, "广西三月三放假"), D(2026, 10, 1): Answer(True, "应急值守")})
    assert calendar.is_workday(D(2026, 4, 20)) == Answer(False, "广西三月三放假")
    assert calendar.is_workday(D(2026, 10, 1)) == Answer(True, "应急值守")


def test_a_year_stops_being_provisional_when_all_its_statutory_days_are_entered():
    entered = {day: Answer(False, name) for day, name in statutory_days(2027).items()}
    last = max(entered)
    assert not Calendar(entered).is_workday(D(2027, 1, 4)).provisional
    assert Calendar({day: answer for day, answer in entered.items() if day != last}).is_workday(D(2027, 1, 4)).provisional
    assert Calendar(entered).is_workday(D(2028, 1, 4)).provisional


@pytest.mark.django_db
def test_the_calendar_is_read_in_one_query(django_assert_num_queries):
    CalendarDay.objects.create(date=D(2026, 11, 24), is_workday=False, name="停电")
    with django_assert_num_queries(1):
        calendar = Calendar.load()
        assert calendar.is_workday(D(2026, 11, 24)) == Answer(False, "停电")
        assert calendar.due(D(2026, 11, 23), "10wd").due_on == D(2026, 12, 8)
        assert calendar.days_left(D(2026, 11, 23), D(2026, 12, 8)) == 10


# ---- how a limit is written


@pytest.mark.parametrize(
    ("text", "limit", "label"),
    [
        ("10wd", Limit(10, "wd"), "10 个工作日"),
        ("3m", Limit(3, "m"), "3 个月"),
        ("30d", Limit(30, "d"), "30 日"),
        (" ３０ ＷＤ ", Limit(30, "wd"), "30 个工作日"),
        ("999d", Limit(999, "d"), "999 日"),
    ],
)
def test_a_limit_is_read_with_full_width_characters_too(text: str, limit: Limit, label: str):
    assert (Limit.parse(text), Limit.parse(text).label, Limit.parse(str(limit))) == (limit, label, limit)


@pytest.mark.parametrize("text", ["", "0wd", "-1d", "10", "wd", "1000d", "1.5m", "10 weeks", "十天"])
def test_a_bad_limit_is_refused_in_a_sentence(text: str):
    with pytest.raises(DomainError) as refusal:
        Limit.parse(text)
    assert str(refusal.value) == f"期限“{text}”无法识别。请写作 10wd（10 个工作日）、3m（3 个月）或 30d（30 日），数字为 1 至 999。"


@pytest.mark.parametrize("text", ["2026-13-01", "2026-02-30", "昨天", "2026年1月1日", ""])
def test_a_bad_date_is_refused_in_a_sentence(text: str):
    with pytest.raises(DomainError) as refusal:
        parse_date(text)
    assert str(refusal.value) == f"日期“{text}”无法识别。请写作 2026-11-23。"


@pytest.mark.parametrize(("start", "limit"), [(D(1949, 12, 31), "1d"), (D(2099, 12, 1), "1m"), (D(2020, 1, 1), "999m"), (D.max, "1d")])
def test_a_limit_outside_the_calendar_is_refused(calendar: Calendar, start: datetime.date, limit: str):
    with pytest.raises(DomainError, match="^只能计算1950年至2099年之间的期限。$"):
        calendar.due(start, limit)


# ---- how a limit runs


@pytest.mark.parametrize(
    ("start", "limit", "due_on", "provisional"),
    [
        # working days: the first day is not counted
        (D(2026, 11, 23), "1wd", D(2026, 11, 24), False),
        (D(2026, 11, 9), "10wd", D(2026, 11, 23), False),
        (D(2026, 11, 23), "10wd", D(2026, 12, 7), False),
        (D(2026, 11, 20), "1wd", D(2026, 11, 23), False),  # Friday → Monday
        (D(2026, 11, 21), "1wd", D(2026, 11, 23), False),  # begun on a Saturday
        (D(2026, 9, 18), "1wd", D(2026, 9, 20), False),  # a worked Sunday counts
        (D(2026, 9, 2), "20wd", D(2026, 9, 30), False),
        (D(2026, 9, 30), "2wd", D(2026, 10, 9), False),
        (D(2026, 9, 30), "3wd", D(2026, 10, 10), False),  # a worked Saturday counts
        (D(2026, 11, 23), "28wd", D(2026, 12, 31), False),
        (D(2026, 11, 23), "29wd", D(2027, 1, 4), True),
        (D(2026, 11, 23), "30wd", D(2027, 1, 5), True),
        # months: the corresponding day, or the month's last
        (D(2026, 10, 19), "1m", D(2026, 11, 19), False),
        (D(2026, 11, 12), "1m", D(2026, 12, 14), False),  # Saturday → Monday
        (D(2026, 9, 2), "3m", D(2026, 12, 2), False),
        (D(2026, 8, 31), "1m", D(2026, 9, 30), False),
        (D(2026, 3, 31), "1m", D(2026, 4, 30), False),
        (D(2026, 1, 31), "1m", D(2026, 2, 28), False),  # a worked Saturday is a working day
        (D(2025, 1, 31), "1m", D(2025, 2, 28), False),
        (D(2024, 1, 31), "1m", D(2024, 2, 29), False),  # leap year
        (D(2024, 2, 29), "12m", D(2025, 2, 28), False),
        (D(2023, 8, 29), "6m", D(2024, 2, 29), False),
        (D(2026, 9, 1), "1m", D(2026, 10, 8), False),  # a seven-day holiday
        (D(2025, 12, 15), "1m", D(2026, 1, 15), False),
        (D(2026, 11, 23), "3m", D(2027, 2, 23), True),
        (D(2026, 12, 1), "1m", D(2027, 1, 4), True),  # 1 January, Friday, then a weekend
        (D(2026, 11, 30), "3m", D(2027, 3, 1), True),  # no 30 February; the 28th is a Sunday
        # calendar days: they run through weekends, only the last one moves
        (D(2026, 11, 23), "30d", D(2026, 12, 23), False),
        (D(2026, 11, 23), "5d", D(2026, 11, 30), False),
        (D(2026, 9, 15), "5d", D(2026, 9, 20), False),  # ends on a worked Sunday
        (D(2024, 2, 28), "1d", D(2024, 2, 29), False),
        (D(2023, 2, 28), "1d", D(2023, 3, 1), False),
    ],
)
def test_the_last_day_of_a_limit(calendar: Calendar, start: datetime.date, limit: str, due_on: datetime.date, provisional: bool):
    deadline = calendar.due(start, limit)
    assert (deadline.due_on, deadline.provisional) == (due_on, provisional)


def test_a_provisional_deadline_is_settled_by_the_notice():
    notice = {day: Answer(False, name) for day, name in statutory_days(2027).items()} | {D(2027, 1, 4): Answer(False, "元旦放假")}
    deadline = Calendar(notice).due(D(2026, 11, 23), "30wd")
    assert (deadline.due_on, deadline.provisional) == (D(2027, 1, 6), False)


@pytest.mark.parametrize(
    ("start", "limit", "steps"),
    [
        (
            D(2026, 9, 17),
            "15wd",
            [
                "2026年9月17日（星期四）当日不计入，次日起算（民法典第二百零一条）",
                "期限 15 个工作日，只数工作日",
                "扣除双休日 2 天、中秋节放假 3 天、国庆节放假 7 天，计入9月20日（国庆节调休上班）、10月10日（国庆节调休上班）",
                "第 15 个工作日为10月14日（星期三）",
            ],
        ),
        (
            D(2026, 11, 23),
            "30wd",
            [
                "2026年11月23日（星期一）当日不计入，次日起算（民法典第二百零一条）",
                "期限 30 个工作日，只数工作日",
                "扣除双休日 12 天、元旦放假 1 天",
                "第 30 个工作日为2027年1月5日（星期二）",
                "2027年的放假调休安排尚未录入，暂按双休日和法定节假日推算，录入后重新计算",
            ],
        ),
        (
            D(2026, 8, 31),
            "1m",
            [
                "2026年8月31日（星期一）当日不计入，次日起算（民法典第二百零一条）",
                "期限 1 个月，9月没有31日，以月末9月30日（星期三）为最后一日（民法典第二百零二条）",
                "9月30日是工作日",
            ],
        ),
        (
            D(2026, 9, 1),
            "1m",
            [
                "2026年9月1日（星期二）当日不计入，次日起算（民法典第二百零一条）",
                "期限 1 个月，对应日为10月1日（星期四）",
                "10月1日是国庆节放假，依民法典第二百零三条顺延到其后第一个工作日10月8日（星期四）",
            ],
        ),
        (
            D(2026, 9, 15),
            "5d",
            [
                "2026年9月15日（星期二）当日不计入，次日起算（民法典第二百零一条）",
                "期限 5 日，第 5 日为9月20日（星期日）",
                "9月20日是工作日（国庆节调休上班）",
            ],
        ),
        (
            D(2026, 11, 23),
            "1wd",
            [
                "2026年11月23日（星期一）当日不计入，次日起算（民法典第二百零一条）",
                "期限 1 个工作日，只数工作日",
                "第 1 个工作日为11月24日（星期二）",
            ],
        ),
    ],
)
def test_the_calculation_is_told_step_by_step(calendar: Calendar, start: datetime.date, limit: str, steps: list[str]):
    assert calendar.due(start, limit).steps == steps


# ---- how many working days are left


@pytest.mark.parametrize(
    ("today", "due_on", "left"),
    [
        (D(2026, 11, 23), D(2026, 11, 23), 0),
        (D(2026, 11, 23), D(2026, 11, 24), 1),
        (D(2026, 11, 23), D(2026, 12, 31), 28),
        (D(2026, 11, 23), D(2026, 11, 20), -1),
        (D(2026, 11, 23), D(2026, 11, 19), -2),
        (D(2026, 11, 21), D(2026, 11, 20), 0),  # late, but no working day has passed yet
        (D(2026, 9, 30), D(2026, 10, 10), 3),
    ],
)
def test_days_left_are_working_days(calendar: Calendar, today: datetime.date, due_on: datetime.date, left: int):
    assert calendar.days_left(today, due_on) == left
    assert calendar.workdays_between(due_on, today) == -left
