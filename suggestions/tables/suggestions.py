"""The list of suggestions as a table, and how a state looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.html import escape
from django.utils.safestring import SafeString

from congress.tables import Column, Table, addresses, link
from congress.templatetags.frame import tag
from congress.workdays import for_request
from suggestions.enums import HandlingRole, HandlingState, SuggestionKind, SuggestionState
from suggestions.models import Clock, Handling, Suggestion
from suggestions.tables.lights import clock_html

FIELDS = (
    *("pk", "code", "number", "old_number", "kind", "title", "state", "withholds_identity", "is_difficult", "merged_into"),
    *("cosigner_count", "signer_count"),
    *("category__name", "proposer__deputy__name", "proposer__area__name", "key_supervision__year"),
)
WITHHELD = "应代表要求不公开姓名"

_TONES = {
    SuggestionState.DRAFT: ("", "pen"),
    SuggestionState.SUBMITTED: ("warn", "wait"),
    SuggestionState.RETURNED: ("warn", "undo"),
    SuggestionState.AS_LETTER: ("", "file"),
    SuggestionState.ACCEPTED: ("warn", "wait"),
    SuggestionState.ASSIGNED: ("info", "send"),
    SuggestionState.IN_HAND: ("info", "run"),
    SuggestionState.REPLIED: ("key", "quote"),
    SuggestionState.REHANDLING: ("warn", "undo"),
    SuggestionState.CONVENED: ("bad", "alert"),
    SuggestionState.CLOSED: ("ok", "check"),
    SuggestionState.WITHDRAWN: ("", "x"),
}
_GONE = (HandlingState.RETURNED, HandlingState.ENDED)


def state_tag(state: str) -> SafeString:
    return tag(*_TONES[SuggestionState(state)], SuggestionState(state).label)


def number_of(row: Any) -> str:
    """建议第12号, of earlier years as the paper has it, or the code before it has a number."""
    word = "议案" if row.kind == SuggestionKind.BILL else "建议"
    if row.number is not None:
        return f"{word}第{row.number}号"
    if row.old_number:
        return f"{word}第{row.old_number}号" if row.old_number.isdecimal() else f"{word}{row.old_number}号"
    return row.code


def units_of(suggestions: Iterable[int]) -> Mapping[int, str]:
    """The units that have or had each in hand, those that answer first. One query."""
    rows = (
        Handling.objects.filter(suggestion__in=list(suggestions))
        .exclude(state__in=_GONE)
        .order_by("suggestion", "pk")
        .values_list("suggestion", "role", "unit__short_name", "unit__name")
    )
    names: dict[int, list[tuple[bool, str]]] = {}
    for suggestion, role, short, name in rows:
        helps = role == HandlingRole.SUPPORT
        names.setdefault(suggestion, []).append((helps, f"{short or name}{'（协办）' if helps else ''}"))
    return {pk: "、".join(name for _, name in sorted(found, key=lambda pair: pair[0])) for pk, found in names.items()}


def limits_of(suggestions: Iterable[int], request: HttpRequest) -> Mapping[int, SafeString]:
    """The nearest limit of each. One query, and one for the calendar."""
    rows = (
        Clock.objects.pressing()
        .filter(suggestion__in=list(suggestions))
        .order_by("due_on", "pk")
        .values_list(
            *(
                "suggestion",
                "kind",
                "state",
                "due_on",
                "is_provisional",
                "stopped_on",
                "suggestion__congress__suggestion_rules__yellow_workdays",
            ),
            named=True,
        )
    )
    found: dict[int, SafeString] = {}
    for row in rows:
        if row.suggestion not in found:
            yellow = row.suggestion__congress__suggestion_rules__yellow_workdays or 0
            found[row.suggestion] = clock_html(row, yellow, for_request(request), unfolds=False)
    return found


def nameless(rows: Iterable[Any], request: HttpRequest) -> frozenset[int]:
    """Those of the rows whose deputies' names this person may not know. One query, and none where nobody withholds hers."""
    withheld = [row.pk for row in rows if row.withholds_identity]
    if not withheld:
        return frozenset()
    known = Suggestion.objects.filter(pk__in=withheld).named_to(request.user)  # type: ignore[arg-type]
    return frozenset(withheld) - set(known.values_list("pk", flat=True))


def suggestions_table(rows: Iterable[Any], *, request: HttpRequest, ticks: bool = False) -> SafeString:
    """``rows`` are the named values of FIELDS; with ``ticks`` each can be chosen for a bulk action."""
    rows = list(rows)
    keys = [row.pk for row in rows]
    units, limits, hidden = units_of(keys), limits_of(keys, request), nameless(rows, request)
    to_suggestion = addresses("suggestions:detail")

    def tick(row: Any) -> SafeString:
        label = escape(f"选择：{row.title}")
        box = f'<input type="checkbox" name="code" value="{escape(row.code)}">'
        return SafeString(f'<label class="check">{box}<span class="sr">{label}</span></label>')

    def matter(row: Any) -> SafeString:
        area = "" if row.pk in hidden else row.proposer__area__name
        details = " · ".join(escape(part) for part in (number_of(row), row.category__name, area) if part)
        return SafeString(f'{link(to_suggestion(row.code), row.title, "strong")}<br><span class="muted small">{details}</span>')

    def state(row: Any) -> SafeString:
        marks = [state_tag(row.state)]
        if row.key_supervision__year:
            marks.append(tag("key", "star", "重点督办"))
        if row.is_difficult:
            marks.append(tag("", "flag", "六个月"))
        if row.merged_into:
            marks.append(tag("", "more", "并案"))
        return SafeString(" ".join(marks))

    def proposer(row: Any) -> str | SafeString:
        if row.pk in hidden:
            return SafeString(f'<span class="muted">{WITHHELD}</span>')
        signers = row.cosigner_count + 1 if row.cosigner_count else row.signer_count or 1
        return f"{row.proposer__deputy__name}等{signers}人" if signers > 1 else row.proposer__deputy__name

    columns = [
        Column("建议", matter, is_heading=True),
        Column("状态", state, is_labelled=False),
        Column("代表", proposer),
        Column("承办单位", lambda row: units.get(row.pk, "—")),
        Column(
            "期限", lambda row: limits.get(row.pk, SafeString('<span class="muted">没有期限</span>')), head_css="w-due", is_labelled=False
        ),
    ]
    if ticks:
        all_ticks = SafeString('<input type="checkbox" data-pick-all aria-label="全选本页">')
        columns.insert(0, Column("选择", tick, css="slim", head=all_ticks, is_labelled=False))
    return Table("代表建议", columns).render(rows)
