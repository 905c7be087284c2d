"""What proposing, examining and assigning add to the frame: navigation, search, to-dos and panels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from congress import navigation, panels, search, todos
from congress.access import may
from congress.enums import Role
from congress.models import User
from congress.search import Hit
from congress.todos import Todo
from deputies.enums import Way
from deputies.models import Mandate, Opinion
from suggestions.enums import EDITABLE, CosignState, RequestState, SuggestionState
from suggestions.frame.seats import seats_of
from suggestions.models import Clock, Cosigner, Extension, ReturnRequest, Suggestion
from suggestions.tables.suggestions import number_of, state_tag

KIND = "代表建议"
_MOST = 200  # of one kind: the list has the rest
_SHOWN = 3
_STAFF = (Role.OFFICE, Role.TOWN_OFFICE)
_ASSIGN = (*_STAFF, Role.DISPATCHER)


def sees_suggestions(user: User) -> bool:
    return user.access.has(Role.DEPUTY, Role.LEADER, Role.HANDLING_UNIT, *_ASSIGN)


def _decides(user: User) -> bool:
    return user.access.has(*_STAFF)


def _assigns(user: User) -> bool:
    return user.access.has(*_ASSIGN)


# ---- to-dos


def waiting_for(user: User) -> Iterator[Todo]:
    """At most six queries."""
    access = user.access
    if access.has(*_STAFF):
        yield from _to_examine(user)
        yield from _to_decide(user)
    if access.has(*_ASSIGN):
        yield from _to_assign(user)
    if access.has(Role.DEPUTY):
        asked = Cosigner.objects.filter(mandate__deputy__user=user, state=CosignState.ASKED, suggestion__state__in=EDITABLE)
        for row in asked.select_related("suggestion").order_by("pk")[:_MOST]:
            yield Todo(f"答复附议：{row.suggestion.title}", _to(row.suggestion), KIND, user.name)
    if access.has(Role.DEPUTY, *_STAFF):
        own = Suggestion.objects.filter(Q(proposer__deputy__user=user) | Q(created_by=user), state__in=EDITABLE)
        for each in own.order_by("pk")[:_MOST]:
            words = "修改后再提交" if each.state == SuggestionState.RETURNED else "写好后提交"
            yield Todo(f"{words}：{each.title or '还没有标题'}", reverse("suggestions:edit", args=[each.code]), KIND, user.name)


def _to_examine(user: User) -> Iterator[Todo]:
    rows = Suggestion.objects.run_by(user).filter(state=SuggestionState.SUBMITTED).select_related("congress").order_by("submitted_at")
    for each in rows[:_MOST]:
        yield Todo(f"审查：{each.title}", reverse("suggestions:examine", args=[each.code]), KIND, each.congress.short_name)


def _to_decide(user: User) -> Iterator[Todo]:
    runs = Suggestion.objects.run_by(user).values("pk")
    for model, words in ((ReturnRequest, "审定退回"), (Extension, "审定延期")):
        rows = model.objects.filter(state=RequestState.ASKED, handling__suggestion__in=runs)
        for row in rows.select_related("handling__suggestion__congress", "handling__unit").order_by("asked_on", "pk")[:_MOST]:
            suggestion = row.handling.suggestion
            title = f"{words}：{suggestion.title}"
            yield Todo(title, reverse("suggestions:requests"), KIND, suggestion.congress.short_name, detail=row.handling.unit.name)


def _to_assign(user: User) -> Iterator[Todo]:
    """What was accepted, with the day by which it must be assigned. One query."""
    waiting = Suggestion.objects.assignable_by(user).values("pk")
    clocks = Clock.objects.pressing().filter(suggestion__in=waiting, handling=None)
    for clock in clocks.select_related("suggestion__congress").order_by("due_on", "pk")[:_MOST]:
        suggestion = clock.suggestion
        yield Todo(f"交办：{suggestion.title}", _to(suggestion), KIND, suggestion.congress.short_name, clock.due_on, number_of(suggestion))


def _to(suggestion: Suggestion) -> str:
    return reverse("suggestions:detail", args=[suggestion.code])


# ---- search


def _find(user: User, words: str) -> Iterable[Hit]:
    rows = Suggestion.objects.visible_to(user).matching(words).order_by("-pk")[: search.LIMIT]
    return [Hit(row.title, _to(row), f"{number_of(row)} · {row.get_state_display()}") for row in rows]


# ---- panels


def _own(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """The newest of a deputy's own. Two queries."""
    if not request.user.access.has(Role.DEPUTY):  # type: ignore[union-attr]
        return None
    own = Suggestion.objects.proposed_by(request.user)  # type: ignore[arg-type]
    rows = list(own.order_by("-pk")[: _SHOWN + 1])
    return {"suggestions": [(row, state_tag(row.state)) for row in rows[:_SHOWN]], "has_more": len(rows) > _SHOWN}


def _of_opinion(request: HttpRequest, opinion: Opinion) -> dict[str, Any] | None:
    """Any opinion can become a suggestion of one of its deputies; those it became already are named. Two queries."""
    user: User = request.user  # type: ignore[assignment]
    grown = list(Suggestion.objects.visible_to(user).filter(opinions=opinion).order_by("pk"))
    seats = seats_of(user, Mandate.objects.filter(deputy__opinions=opinion)) if may(user, "suggestions.write_suggestion") else []
    if not grown and not seats:
        return None
    return {
        "opinion": opinion,
        "suggestions": [(row, state_tag(row.state)) for row in grown],
        "seats": seats,
        "is_meant": opinion.way == Way.SUGGESTION,
    }


def register() -> None:
    """Called once, when the app is ready."""
    navigation.register(navigation.Entry("suggestions", "代表建议", "suggestions:list", sees_suggestions))
    navigation.register(navigation.Entry("suggestions", "批量交办", "suggestions:assign", _assigns))
    navigation.register(navigation.Entry("suggestions", "退回和延期", "suggestions:requests", _decides))
    todos.register(waiting_for)
    more = "suggestions:list"
    search.register(search.Searcher("suggestions", "代表建议", _find, lambda words: f"{reverse(more)}?{urlencode({'q': words})}"))
    panels.register(panels.Panel("home.deputy", "suggestions", "suggestions/_home.html", _own))
    panels.register(panels.Panel("opinion", "suggestions", "suggestions/_opinion.html", _of_opinion))
