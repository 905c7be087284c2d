"""What a list of suggestions is asked for, in the words of its address. Figures lead here, so a number and its list agree."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from congress.periods import Period
from suggestions.enums import CosignState, Settlement, SuggestionKind, SuggestionState
from suggestions.querysets import verdicts

if TYPE_CHECKING:
    from congress.models import User
    from suggestions.querysets.suggestions import SuggestionQuerySet

OPEN, MINE, ALL = "open", "mine", "all"
WEEK, LATE, NEW = "week", "late", "new"
DUE = ((WEEK, "本周到期"), (LATE, "已超期"), (NEW, "新超期"))
NEWLY = datetime.timedelta(days=7)

# What each name asks of the first replies of a period; ``answered`` says which period.
_OF_REPLIES = ("answered", "timely", "consulted", "judged", "satisfied", "settlement", "settled", "checked")
FILTERS = (
    *("area", "level", "term", "session", "category", "unit", "deputy", "cosigner", "of", "kind", "period"),
    *_OF_REPLIES,
    *("key", "due", "q"),
)
NO_CATEGORY = "none"


def period_of(code: str) -> Period | None:
    """None for anything that is not a period."""
    try:
        return Period.parse(code) if code else None
    except ValueError:
        return None


def filtered(rows: SuggestionQuerySet, asked: Mapping[str, str], user: User) -> SuggestionQuerySet:
    """``rows`` cut as ``asked`` by the names of FILTERS; a value that can't be read asks for nothing.

    A deputy's list leaves out those in which she withholds her name from this person.
    """
    plain: dict[str, Any] = {
        "proposer__area__path__contains": f"{asked['area']}/" if asked.get("area") else "",
        "congress__level": asked.get("level"),
        "term__number": _number(asked.get("term")),
        "session__number": _number(asked.get("session")),
        "category": _number(asked.get("category")),
        "kind": asked.get("kind") if asked.get("kind") in SuggestionKind.values else "",
        "proposer__deputy__code": asked.get("deputy"),
    }
    rows = rows.filter(**{name: value for name, value in plain.items() if value})
    if asked.get("category") == NO_CATEGORY:
        rows = rows.filter(category=None)
    if asked.get("cosigner"):
        rows = rows.filter(pk__in=_signed_by(asked["cosigner"]))
    if asked.get("of"):  # led or signed along
        rows = rows.filter(Q(proposer__deputy__code=asked["of"]) | Q(pk__in=_signed_by(asked["of"])))
    if asked.get("deputy") or asked.get("cosigner") or asked.get("of"):
        rows = rows.named_to(user)
    if period := period_of(asked.get("period", "")):
        rows = rows.within(period)
    if any(asked.get(name) for name in _OF_REPLIES):
        rows = _by_replies(rows, asked)
    elif asked.get("unit"):
        rows = rows.filter(pk__in=_handled_by(asked["unit"]))
    if asked.get("key"):
        year = _number(asked["key"])
        rows = rows.filter(key_supervision__isnull=False, **({"key_supervision__year": year} if year else {}))
    if asked.get("due"):
        rows = _due(rows, asked["due"])
    return rows.matching(asked["q"]) if asked.get("q") else rows


def cut(rows: SuggestionQuerySet, state: str, user: User) -> SuggestionQuerySet:
    """The tab: a state, what is under way, the person's own, or all."""
    if state == OPEN:
        return rows.open()
    if state == MINE:
        return rows.proposed_by(user)
    return rows.filter(state=state) if state in SuggestionState.values else rows


def _due(rows: SuggestionQuerySet, which: str) -> SuggestionQuerySet:
    today = timezone.localdate()
    yesterday = today - datetime.timedelta(days=1)
    match which:
        case "week":
            return rows.due_between(today, today + datetime.timedelta(days=6 - today.weekday()))
        case "late":
            return rows.due_between(None, yesterday)
        case "new":
            return rows.due_between(today - NEWLY, yesterday)
    return rows


def _by_replies(rows: SuggestionQuerySet, asked: Mapping[str, str]) -> SuggestionQuerySet:
    """Those with first replies as the figures count them; "yes" is where none of those asked for speaks against it."""
    replies = verdicts.first_replies(period_of(asked.get("answered", "")))
    if asked.get("unit"):
        replies = replies.filter(handling__unit__code=asked["unit"])
    rows = rows.filter(pk__in=_suggestions_of(replies))
    for name, make in (
        ("timely", verdicts.timely),
        ("consulted", verdicts.consulted),
        ("satisfied", verdicts.satisfied),
        ("settled", verdicts.settled),
    ):
        if asked.get(name) not in {"yes", "no"}:
            continue
        verdict = make()
        of_it = verdicts.with_settlement(replies) if name == "settled" else replies
        bad = _suggestions_of(of_it.filter(verdict.bad))
        if asked[name] == "no":
            rows = rows.filter(pk__in=bad)
        else:
            rows = rows.exclude(pk__in=bad)
            rows = rows if verdict.counted is None else rows.filter(pk__in=_suggestions_of(of_it.filter(verdict.counted)))
    marks = {"judged": verdicts.satisfied().counted, "checked": verdicts.is_checked()}
    for name, mark in marks.items():
        if asked.get(name) in {"yes", "no"}:
            marked = _suggestions_of(replies.filter(mark))
            rows = rows.filter(pk__in=marked) if asked[name] == "yes" else rows.exclude(pk__in=marked)
    if asked.get("settlement") in Settlement.values:
        rows = rows.filter(pk__in=_suggestions_of(verdicts.with_settlement(replies).filter(settles=asked["settlement"])))
    return rows


def _suggestions_of(replies: QuerySet[Any]) -> QuerySet[Any]:
    return replies.values(verdicts.SUGGESTION)


def _signed_by(deputy: str) -> QuerySet[Any]:
    from suggestions.models import Cosigner

    return Cosigner.objects.filter(mandate__deputy__code=deputy, state=CosignState.CONFIRMED).values("suggestion")


def _handled_by(unit: str) -> QuerySet[Any]:
    from suggestions.models import Handling

    return Handling.objects.filter(unit__code=unit).order_by().values("suggestion")


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None


def searching(words: str) -> Q:
    """Titles that hold the words, a code that begins with them, or the number itself, of earlier years as the paper has it."""
    bare = words.removeprefix("第").removesuffix("号")
    found = Q(title__contains=words) | Q(code__startswith=words)
    if bare:
        found |= Q(old_number=bare)
    number = _number(bare)
    return found | Q(number=number) if number else found
