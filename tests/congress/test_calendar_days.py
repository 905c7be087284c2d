"""Entering days into the working calendar, by service and in the staff admin."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse

from congress import deadlines
from congress.errors import DomainError
from congress.holiday_notice import Day
from congress.models import AuditEntry, CalendarDay
from congress.services.audit import SYSTEM
from congress.services.calendar import Saved, remove_days, save_days
from congress.workdays import Calendar

D = datetime.date
pytestmark = pytest.mark.django_db

FEASTS = [Day(D(2027, 4, 9), False, "广西三月三放假"), Day(D(2027, 4, 10), True, "广西三月三调休上班")]


@pytest.fixture
def kept(monkeypatch) -> list[datetime.date]:
    """One stored deadline, thirty working days from 2026-11-23, that follows the calendar."""
    stored = [D(2027, 1, 5)]

    def recompute(before: Calendar, now: Calendar, actor: object) -> int:
        assert before.due(D(2026, 11, 23), "30wd").due_on == stored[0]
        due_on = now.due(D(2026, 11, 23), "30wd").due_on
        moved = due_on != stored[0]
        stored[0] = due_on
        return int(moved)

    monkeypatch.setattr(deadlines, "_kept", {})
    deadlines.register(deadlines.Kept("test", "试验期限", recompute))
    return stored


def rows() -> list[tuple[datetime.date, bool, str, str]]:
    return list(CalendarDay.objects.values_list("date", "is_workday", "name", "source"))


def test_a_batch_is_written_with_one_audit_row():
    assert save_days(actor=SYSTEM, days=FEASTS, source="桂政办电〔2026〕1号") == Saved(created=2)
    assert rows() == [
        (D(2027, 4, 9), False, "广西三月三放假", "桂政办电〔2026〕1号"),
        (D(2027, 4, 10), True, "广西三月三调休上班", "桂政办电〔2026〕1号"),
    ]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_name, entry.reason) == ("congress.save_calendar", "系统", "桂政办电〔2026〕1号")
    assert entry.changes == {"2027-04-09": [None, "休息：广西三月三放假"], "2027-04-10": [None, "上班：广西三月三调休上班"]}


def test_the_same_batch_again_changes_nothing():
    save_days(actor=SYSTEM, days=FEASTS, source="通知")
    assert save_days(actor=SYSTEM, days=FEASTS, source="通知") == Saved(unchanged=2)
    assert (len(rows()), AuditEntry.objects.count()) == (2, 1)


def test_a_day_takes_new_values():
    save_days(actor=SYSTEM, days=FEASTS, source="通知")
    assert save_days(actor=SYSTEM, days=[Day(D(2027, 4, 10), False, "补休")]) == Saved(updated=1)
    assert rows()[1] == (D(2027, 4, 10), False, "补休", "通知")
    assert AuditEntry.objects.first().changes == {"2027-04-10": ["上班：广西三月三调休上班", "休息：补休"]}


def test_stored_deadlines_follow_the_calendar(kept: list[datetime.date]):
    assert save_days(actor=SYSTEM, days=[Day(D(2027, 1, 4), False, "元旦放假")]).moved == {"试验期限": 1}
    assert kept == [D(2027, 1, 6)]
    assert save_days(actor=SYSTEM, days=[Day(D(2027, 1, 4), False, "元旦放假")]).moved == {}
    assert remove_days(actor=SYSTEM, dates=[D(2027, 1, 4)]).moved == {"试验期限": 1}
    assert kept == [D(2027, 1, 5)]


def test_removing_twice_is_harmless():
    save_days(actor=SYSTEM, days=FEASTS)
    remove_days(actor=SYSTEM, dates=[D(2027, 4, 9), D(2027, 4, 10)])
    assert remove_days(actor=SYSTEM, dates=[D(2027, 4, 9)]) == Saved()
    assert (rows(), AuditEntry.objects.filter(action="congress.remove_calendar").count()) == ([], 1)


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ([], "没有可以保存的日期。"),
        ([FEASTS[0], Day(D(2027, 4, 9), True, "值班")], "2027-04-09 出现了两次，内容不同。请核对后只保留一处。"),
    ],
)
def test_a_batch_that_contradicts_itself_is_refused(days: list[Day], sentence: str):
    with pytest.raises(DomainError) as refusal:
        save_days(actor=SYSTEM, days=days)
    assert (str(refusal.value), rows()) == (sentence, [])


def test_one_key_cannot_name_two_kinds(kept):
    with pytest.raises(ValueError, match="registered twice"):
        deadlines.register(deadlines.Kept("test", "别的期限", lambda before, now, actor: 0))


# ---- in the staff admin

NOTICE = {"year": "2027", "source": "国办发明电〔2026〕8号", "text": "元旦：1月1日（周五）至3日（周日）放假，共3天。1月10日（周日）上班。"}


def test_the_office_pastes_a_notice_checks_it_and_saves(personas, signed_in, kept):
    client = signed_in(personas.office)
    address = reverse("admin:congress_calendarday_notice")
    assert client.get(address).status_code == 200
    checked = client.post(address, NOTICE | {"check": "核对"})
    assert [(f"{day.date}", weekday, change) for day, weekday, change in checked.context["preview"]] == [
        ("2027-01-01", "星期五", "新增"),
        ("2027-01-02", "星期六", "新增"),
        ("2027-01-03", "星期日", "新增"),
        ("2027-01-10", "星期日", "新增"),
    ]
    assert rows() == []
    saved = client.post(address, NOTICE | {"save": "保存"}, follow=True)
    assert [str(message) for message in saved.context["messages"]] == ["已保存：新增 4 天，更改 0 天，未变 0 天。"]
    assert rows()[3] == (D(2027, 1, 10), True, "元旦调休上班", "国办发明电〔2026〕8号")
    assert AuditEntry.objects.get(action="congress.save_calendar").actor == personas.office


def test_a_slip_in_the_notice_keeps_what_was_typed(personas, signed_in):
    answer = signed_in(personas.office).post(reverse("admin:congress_calendarday_notice"), NOTICE | {"year": "2026", "save": "保存"})
    assert answer.context["form"].errors == {"text": ["2026年1月1日是星期四，通知写的是“周五”。请核对年度和正文。"]}
    assert (NOTICE["text"] in answer.content.decode(), rows()) == (True, [])


def test_the_office_enters_a_range(personas, signed_in, kept):
    typed = {"first": "2027-01-04", "last": "2027-01-05", "is_workday": "False", "name": "停电", "source": "", "save": "保存"}
    saved = signed_in(personas.office).post(reverse("admin:congress_calendarday_range"), typed, follow=True)
    assert [str(message) for message in saved.context["messages"]] == [
        "已保存：新增 2 天，更改 0 天，未变 0 天。",
        "按新的日历重新计算了期限：试验期限 1 项。",
    ]
    assert kept == [D(2027, 1, 7)]


def test_single_days_go_through_the_service_too(personas, signed_in):
    client = signed_in(personas.office)
    client.post(reverse("admin:congress_calendarday_add"), {"date": "2027-04-09", "is_workday": "", "name": "三月三", "source": ""})
    row = CalendarDay.objects.get()
    client.post(reverse("admin:congress_calendarday_change", args=[row.pk]), {"is_workday": "on", "name": "三月三值守", "source": ""})
    row.refresh_from_db()
    assert (row.date, row.is_workday, row.name) == (D(2027, 4, 9), True, "三月三值守")
    client.post(reverse("admin:congress_calendarday_delete", args=[row.pk]), {"post": "yes"})
    assert rows() == []
    assert list(AuditEntry.objects.filter(action__endswith="calendar").order_by("pk").values_list("action", flat=True)) == [
        "congress.save_calendar",
        "congress.save_calendar",
        "congress.remove_calendar",
    ]


@pytest.mark.parametrize("who", ["sysadmin", "secadmin", "auditor", "leader", "town1", "deputy"])
@pytest.mark.parametrize("name", ["notice", "range", "changelist", "add"])
def test_nobody_else_enters_days(personas, signed_in, who: str, name: str):
    answer = signed_in(getattr(personas, who)).post(reverse(f"admin:congress_calendarday_{name}"), NOTICE | {"save": "保存"})
    assert answer.status_code in {302, 403}
    assert (rows(), AuditEntry.objects.filter(action__endswith="calendar").exists()) == ([], False)
