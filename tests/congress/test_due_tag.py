"""The ``{% due %}`` tag: words, icon and state of a deadline, at one query a page."""

from __future__ import annotations

import datetime

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone
from django.utils.html import strip_tags

D = datetime.date
TODAY = D(2026, 11, 23)
pytestmark = pytest.mark.django_db


@pytest.fixture
def show(monkeypatch):
    """Renders a template as seen on 2026-11-23, a Monday, or on another day."""

    def render(template: str, *, today: datetime.date = TODAY, **context: object) -> str:
        monkeypatch.setattr(timezone, "localdate", lambda value=None, timezone=None: value.date() if value else today)
        context["request"] = RequestFactory().get("/")
        return engines["django"].from_string("{% load deadlines %}" + template).render(context)

    return render


def words(html: str) -> list[str]:
    return strip_tags(html).split()


@pytest.mark.parametrize(
    ("due_on", "today", "state", "icon", "said"),
    [
        (D(2026, 11, 30), D(2026, 11, 23), "ok", "clock", "11月30日还剩 5 个工作日"),
        (D(2026, 11, 27), D(2026, 11, 23), "ok", "clock", "11月27日还剩 4 个工作日"),
        (D(2026, 11, 26), D(2026, 11, 23), "soon", "clock", "11月26日还剩 3 个工作日"),
        (D(2026, 11, 23), D(2026, 11, 23), "soon", "clock", "11月23日今天到期"),
        (D(2026, 11, 19), D(2026, 11, 23), "late", "late", "11月19日超期 2 个工作日"),
        (D(2026, 11, 20), D(2026, 11, 21), "late", "late", "11月20日超期不足 1 个工作日"),
        (D(2026, 11, 22), D(2026, 11, 21), "soon", "clock", "11月22日还剩不足 1 个工作日"),
        (D(2027, 1, 5), D(2026, 11, 23), "ok", "clock", "2027年1月5日还剩 30 个工作日暂定"),
    ],
)
def test_running_deadlines(show, due_on, today, state, icon, said):
    html = show("{% due day %}", today=today, day=due_on)
    assert "".join(words(html)) == said.replace(" ", "")
    assert f'class="due due--{state}"' in html
    assert f"icons.svg#{icon}" in html
    assert f'<time datetime="{due_on}">' in html


@pytest.mark.parametrize(
    ("done", "state", "said"),
    [
        (D(2026, 10, 26), "done", "提前 4 天"),
        (D(2026, 10, 30), "done", "按期完成"),
        (D(2026, 11, 3), "late", "超期 2 个工作日完成"),
        (D(2026, 10, 31), "late", "超期不足 1 个工作日完成"),
        (datetime.datetime(2026, 10, 26, 9, 0), "done", "提前 4 天"),
    ],
)
def test_finished_deadlines(show, done, state, said):
    html = show("{% due day done=done %}", day=D(2026, 10, 30), done=done)
    assert f'class="due due--{state}"' in html
    assert said in html


def test_words_around_the_date_and_the_calculation(show):
    html = show("{% due day prefix='自评 ' suffix='截止' steps=steps %}", day=D(2026, 11, 30), steps=["甲 < 乙", "丙"])
    assert "自评 11月30日截止</time>" in html
    assert '<details class="how">' in html
    assert html.index("<li>甲 &lt; 乙</li>") < html.index("<li>丙</li>")
    assert "<details" not in show("{% due day %}", day=D(2026, 11, 30))


def test_a_day_without_a_published_calendar_is_provisional(show):
    assert words(show("{% due day %}", day=D(2096, 1, 5)))[-1] == "暂定"
    assert "暂定" not in show("{% due day %}", day=D(2026, 12, 31))
    assert "暂定" not in show("{% due day done=day %}", day=D(2096, 1, 5))


def test_no_date_is_said_so(show):
    assert words(show("{% due None %}")) == ["未定"]


@pytest.mark.parametrize("rows", [1, 3])
def test_one_query_however_many_deadlines(show, django_assert_num_queries, rows: int):
    days = [D(2026, 12, 1 + n) for n in range(rows)]
    with django_assert_num_queries(1):
        assert show("{% for day in days %}{% due day %}{% endfor %}", days=days).count("还剩") == rows


def test_no_query_on_a_page_without_deadlines(show, django_assert_num_queries):
    with django_assert_num_queries(0):
        show("{% due None %}")
