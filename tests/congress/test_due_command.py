"""``manage.py due``: the contract operators script against."""

from __future__ import annotations

import datetime
import json

import pytest
from django.core.management import call_command

from congress.models import CalendarDay

pytestmark = pytest.mark.django_db


def test_json_holds_due_provisional_and_steps(capsys):
    call_command("due", "--from", "2026-11-23", "--limit", "10wd", "--json")
    assert json.loads(capsys.readouterr().out) == {
        "due": "2026-12-07",
        "provisional": False,
        "steps": [
            "2026年11月23日（星期一）当日不计入，次日起算（民法典第二百零一条）",
            "期限 10 个工作日，只数工作日",
            "扣除双休日 4 天",
            "第 10 个工作日为12月7日（星期一）",
        ],
    }


def test_without_json_it_reads_like_a_note(capsys):
    call_command("due", "--from", "2026-11-23", "--limit", "3m")
    assert capsys.readouterr().out.splitlines() == [
        "2027年2月23日（暂定）",
        "1. 2026年11月23日（星期一）当日不计入，次日起算（民法典第二百零一条）",
        "2. 期限 3 个月，对应日为2027年2月23日（星期二）",
        "3. 2027年2月23日是工作日",
        "4. 2027年的放假调休安排尚未录入，暂按双休日和法定节假日推算，录入后重新计算",
    ]


def test_staff_days_count(capsys):
    CalendarDay.objects.create(date=datetime.date(2026, 12, 7), is_workday=False, name="区庆放假")
    call_command("due", "--from", "2026-11-23", "--limit", "10wd", "--json")
    assert json.loads(capsys.readouterr().out)["due"] == "2026-12-08"


@pytest.mark.parametrize(
    ("start", "limit", "sentence"),
    [
        ("2026-02-30", "10wd", "日期“2026-02-30”无法识别。请写作 2026-11-23。"),
        ("2026-11-23", "10x", "期限“10x”无法识别。请写作 10wd（10 个工作日）、3m（3 个月）或 30d（30 日），数字为 1 至 999。"),
        ("1900-01-01", "1d", "只能计算1950年至2099年之间的期限。"),
    ],
)
def test_bad_input_gives_a_sentence_and_exit_code_1(capsys, start: str, limit: str, sentence: str):
    with pytest.raises(SystemExit) as end:
        call_command("due", "--from", start, "--limit", limit, "--json")
    printed = capsys.readouterr()
    assert (end.value.code, printed.out, printed.err.strip()) == (1, "", sentence)
