"""What an inbox of handlings is asked for: its tabs, in the order of a part's life, and its filters."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils import timezone

from suggestions.enums import OPEN_HANDLING, HandlingRole, HandlingState, ReplyState
from suggestions.querysets.filtering import searching

if TYPE_CHECKING:
    from congress.models import User
    from suggestions.querysets.handling import HandlingQuerySet

OPEN, SIGN, HAND, REVIEW, ASKED, WEEK, LATE, DONE = "open", "sign", "hand", "review", "asked", "week", "late", "done"
TABS = (
    (OPEN, "在办"),
    (SIGN, "待签收"),
    (HAND, "办理中"),
    (REVIEW, "待签发"),
    (ASKED, "申请中"),
    (WEEK, "本周到期"),
    (LATE, "已超期"),
    (DONE, "已答复"),
)
MINE, FREE = "mine", "free"
CLAIMS = ((MINE, "我认领的"), (FREE, "未认领的"))
FILTERS = ("claim", "role", "unit", "q")


def in_review() -> Exists:
    """Its reply of this round waits for signature."""
    from suggestions.models import Reply

    return Exists(Reply.objects.filter(handling=OuterRef("pk"), round=OuterRef("round"), state=ReplyState.REVIEW))


def asks_for_time() -> Exists:
    from suggestions.models import Extension

    return Exists(Extension.objects.filter(handling=OuterRef("pk"), is_open=True))


def _due(first: datetime.date | None, last: datetime.date) -> Exists:
    from suggestions.models import Clock

    clocks = Clock.objects.pressing().filter(handling=OuterRef("pk"), due_on__lte=last)
    return Exists(clocks.filter(due_on__gte=first) if first else clocks)


def _tab(key: str) -> Q:
    """The condition of one tab, among open parts for all but the last."""
    today = timezone.localdate()
    match key:
        case "sign":
            return Q(state=HandlingState.ASSIGNED)
        case "hand":
            return Q(state=HandlingState.IN_HAND)
        case "review":
            return Q(in_review(), state=HandlingState.IN_HAND)
        case "asked":
            return Q(state=HandlingState.RETURN_ASKED) | Q(asks_for_time(), state=HandlingState.IN_HAND)
        case "week":
            return Q(_due(today, today + datetime.timedelta(days=6 - today.weekday())), state__in=OPEN_HANDLING)
        case "late":
            return Q(_due(None, today - datetime.timedelta(days=1)), state__in=OPEN_HANDLING)
        case "done":
            return Q(state=HandlingState.DONE)
    return Q(state__in=OPEN_HANDLING)


def cut(rows: HandlingQuerySet, tab: str) -> HandlingQuerySet:
    return rows.filter(_tab(tab))


def counts_of(rows: HandlingQuerySet) -> dict[str, int]:
    """How many there are in each tab of what is under way; what is done is not counted through. One query."""
    keys = [key for key, _ in TABS if key != DONE]
    return rows.open().order_by().aggregate(**{key: Count("pk", filter=_tab(key)) for key in keys})


def filtered(rows: HandlingQuerySet, asked: Mapping[str, str], user: User) -> HandlingQuerySet:
    """``rows`` cut as ``asked`` by the names of FILTERS; a value that can't be read asks for nothing."""
    from suggestions.models import Suggestion

    if asked.get("claim") == MINE:
        rows = rows.filter(claimed_by=user)
    if asked.get("claim") == FREE:
        rows = rows.filter(claimed_by=None)
    if asked.get("role") in HandlingRole.values:
        rows = rows.filter(role=asked["role"])
    if asked.get("unit"):
        rows = rows.filter(unit__code=asked["unit"])
    if asked.get("q"):
        rows = rows.filter(suggestion__in=Suggestion.objects.filter(searching(asked["q"])).values("pk"))
    return rows


def with_due_on(rows: HandlingQuerySet) -> HandlingQuerySet:
    """Annotates ``due_on``: the nearest day of a running clock of the part that presses, or None."""
    from suggestions.models import Clock

    nearest = Clock.objects.pressing().filter(handling=OuterRef("pk")).order_by("due_on")
    return rows.annotate(due_on=Subquery(nearest.values("due_on")[:1]))
