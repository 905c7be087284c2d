"""The home desk 工作台: what waits, what is new, and the numbers each app adds."""

from __future__ import annotations

import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from congress import listing, search, todos
from congress.context import frame_of
from congress.models import Notification
from congress.todos import Todo

DUE = (("", "全部"), ("late", "已超期"), ("today", "今天"), ("week", "本周"))
NEWEST = 5


def due_between(found: list[Todo], due: str, today: datetime.date) -> list[Todo]:
    """The to-dos of one tab: overdue, due today, or due by this week's Sunday and not yet overdue."""
    sunday = today + datetime.timedelta(days=6 - today.weekday())
    match due:
        case "late":
            return [todo for todo in found if todo.due_on and todo.due_on < today]
        case "today":
            return [todo for todo in found if todo.due_on == today]
        case "week":
            return [todo for todo in found if todo.due_on and today <= todo.due_on <= sunday]
        case _:
            return found


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    waiting = todos.waiting_for(request.user)
    tabs = [{"key": key, "label": label, "count": len(due_between(waiting, key, today))} for key, label in DUE]
    due = request.GET.get("due", "")
    context = {
        "today": today,
        "tabs": tabs,
        "due": due if due in dict(DUE) else "",
        "late": tabs[1]["count"],
        "due_today": tabs[2]["count"],
        "waiting": len(waiting),
        "news": Notification.objects.visible_to(request.user).unread()[:NEWEST],
    }
    template = "home/hand.html" if frame_of(request).in_hand else "home/desk.html"
    return listing.render_list(request, template, due_between(waiting, due, today), context, per_page=50)


@require_safe
def todo_count(request: HttpRequest) -> HttpResponse:
    """The number beside 待办, fetched after the page. The browser may keep it half a minute."""
    response = render(request, "components/todo_count.html", {"count": len(todos.waiting_for(request.user))})
    response["Cache-Control"] = "private, max-age=30"
    return response


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:60]
    found = [(searcher, hits, searcher.more(words)) for searcher, hits in search.everywhere(request.user, words)]
    return render(request, "home/search.html", {"search_words": words, "found": found, "total": sum(len(hits) for _, hits, _ in found)})
