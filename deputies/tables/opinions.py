"""The list of opinions as a table, and how a state looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.html import escape
from django.utils.safestring import SafeString

from congress.tables import Column, Table, addresses, link
from congress.templatetags.deadlines import due_html
from congress.templatetags.frame import icon, tag
from deputies.enums import OpinionState, Urgency, Way
from deputies.models import Opinion

OPINION_FIELDS = (
    *("pk", "code", "text", "category__name", "area__name", "place", "urgency", "way", "state", "is_settled", "due_on"),
    *("responsible__name", "responsible__short_name"),
)
DONE = (OpinionState.ANSWERED, OpinionState.CLOSED)

_WAYS = dict(Way.choices)
_TONES = {
    OpinionState.RECORDED: ("warn", "wait"),
    OpinionState.PASSED_ON: ("info", "send"),
    OpinionState.IN_HAND: ("info", "run"),
    OpinionState.ANSWERED: ("key", "quote"),
    OpinionState.CLOSED: ("ok", "check"),
    OpinionState.REOPENED: ("warn", "undo"),
}
_STAGES = {
    OpinionState.RECORDED: 1,
    OpinionState.PASSED_ON: 2,
    OpinionState.IN_HAND: 3,
    OpinionState.REOPENED: 3,
    OpinionState.ANSWERED: 4,
    OpinionState.CLOSED: 5,
}


def state_tag(state: str, is_settled: bool | None = None) -> SafeString:
    if state == OpinionState.CLOSED and is_settled is False:
        return tag("bad", "x", "已办结，选民认为没有解决")
    return tag(*_TONES[OpinionState(state)], OpinionState(state).label)


def urgency_tag(urgency: str) -> SafeString:
    """Nothing for an ordinary matter."""
    if urgency == Urgency.ORDINARY:
        return SafeString("")
    return tag("bad" if urgency == Urgency.CRITICAL else "warn", "alert", Urgency(urgency).label)


def stage_bar(state: str) -> SafeString:
    """记录、转办、办理、答复、办结 as five strokes; the state's word stands beside it."""
    reached = _STAGES[OpinionState(state)]
    is_over = state == OpinionState.CLOSED
    strokes = "".join(
        f'<i class="{"on" if number < reached or is_over else "now" if number == reached else ""}"></i>' for number in range(1, 6)
    )
    return SafeString(f'<div class="stage" aria-hidden="true">{strokes}</div>')


def deputies_of(opinions: Iterable[int]) -> Mapping[int, str]:
    """The deputies' names of each opinion. One query."""
    rows = (
        Opinion.deputies.through.objects.filter(opinion__in=list(opinions)).order_by("deputy__code").values_list("opinion", "deputy__name")
    )
    names: dict[int, list[str]] = {}
    for opinion, name in rows:
        names.setdefault(opinion, []).append(name)
    return {opinion: "、".join(found) for opinion, found in names.items()}


def opinions_table(rows: Iterable[Any], *, request: HttpRequest) -> SafeString:
    """``rows`` are the named values of OPINION_FIELDS."""
    rows = list(rows)
    names = deputies_of(row.pk for row in rows)
    to_opinion = addresses("deputies:opinion")

    def matter(row: Any) -> SafeString:
        words = row.text if len(row.text) <= 60 else f"{row.text[:59]}…"
        details = " · ".join(escape(part) for part in (row.code, row.category__name, row.area__name, row.place) if part)
        return SafeString(f'{link(to_opinion(row.code), words, "strong")}<br><span class="muted small">{details}</span>')

    def state(row: Any) -> SafeString:
        return SafeString(f"{state_tag(row.state, row.is_settled)} {urgency_tag(row.urgency)}")

    def due(row: Any) -> SafeString:
        if row.state in DONE or row.due_on is None:
            return SafeString(
                '<span class="muted">没有期限</span>' if row.state not in DONE else f'<span class="muted">{icon("check")}已答复</span>'
            )
        return due_html(row.due_on, request)

    return Table(
        "选民意见",
        [
            Column("反映的事", matter, is_heading=True),
            Column("状态", state, is_labelled=False),
            Column("去向", lambda row: _WAYS[row.way]),
            Column("承办", lambda row: row.responsible__short_name or row.responsible__name or "—", css="nowrap"),
            Column("反映的代表", lambda row: names.get(row.pk, "")),
            Column("答复期限", due, head_css="w-due", is_labelled=False),
        ],
    ).render(rows)
