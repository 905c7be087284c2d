"""What a list, a booklet or a batch of letters is about: a session's suggestions, a year's, or what was assigned on a day."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from congress.enums import CongressLevel
from congress.errors import DomainError
from congress.models import Congress, Session
from congress.periods import Period
from platforms.documents.numbers import day, ordinal
from suggestions.enums import HandlingState, SuggestionState
from suggestions.models import Handling, Suggestion
from suggestions.querysets import HandlingQuerySet, SuggestionQuerySet

_SESSION, _YEAR, _DAY = re.compile(r"(\d{1,3})-(\d{1,3})"), re.compile(r"\d{4}"), re.compile(r"\d{8}")
_GONE = (HandlingState.RETURNED, HandlingState.ENDED)


@dataclass(frozen=True)
class Scope:
    """``code`` is "8-6" (term and session), "2026" or "20260130" (a day of assignment)."""

    congress: Congress
    code: str
    session: Session | None = None
    period: Period | None = None
    on: datetime.date | None = None

    @classmethod
    def parse(cls, congress: Congress, code: str) -> Scope:
        """Raises DomainError, a whole sentence, for what is no session, year or day."""
        if match := _SESSION.fullmatch(code):
            session = (
                Session.objects.filter(term__congress=congress, term__number=int(match[1]), number=int(match[2]))
                .select_related("term__congress__area")
                .first()
            )
            if session:
                return cls(congress, code, session=session)
        try:
            if _YEAR.fullmatch(code):
                return cls(congress, code, period=Period.parse(code))
            if _DAY.fullmatch(code):
                return cls(congress, code, on=datetime.datetime.strptime(code, "%Y%m%d").date())
        except ValueError:
            pass
        raise DomainError("没有这次会议、年度或者交办日期，请重新选择。")

    def suggestions(self) -> SuggestionQuerySet:
        """What was accepted, bills first, by number. What was taken back is left out."""
        rows = Suggestion.objects.filter(congress=self.congress, accepted_on__isnull=False, number__isnull=False)
        rows = rows.exclude(state=SuggestionState.WITHDRAWN)
        if self.session:
            rows = rows.filter(session=self.session)
        elif self.period:
            rows = rows.within(self.period)
        elif self.on:
            rows = rows.filter(pk__in=Handling.objects.filter(assigned_on=self.on).values("suggestion"))
        return rows.order_by("kind", "number", "pk")

    def handlings(self) -> HandlingQuerySet:
        """The units' parts in them; a unit that gave its part back has none."""
        rows = Handling.objects.filter(suggestion__in=self.suggestions().order_by().values("pk")).exclude(state__in=_GONE)
        return rows.filter(assigned_on=self.on) if self.on else rows

    @property
    def label(self) -> str:
        """榕江区第八届人民代表大会第六次会议; 榕江区人民代表大会2026年."""
        area = self.congress.area.name
        if self.session:
            return f"{area}第{ordinal(self.session.term.number)}届人民代表大会第{ordinal(self.session.number)}次会议"
        return f"{self.congress.name}{self.period.label if self.period else day(self.on)}"

    @property
    def short(self) -> str:
        """区八届人大六次会议; 2026年; 2026年1月30日交办的."""
        if self.session:
            return meeting(self.congress, self.session.term.number, self.session.number)
        return self.period.label if self.period else f"{day(self.on)}交办的"


def meeting(congress: Congress, term: int, session: int | None) -> str:
    """区八届人大六次会议, or 区八届人大闭会期间."""
    return f"{place(congress)}{ordinal(term)}届人大{f'{ordinal(session)}次会议' if session else '闭会期间'}"


def place(congress: Congress) -> str:
    """How papers call the area in short: 区, 县, 市; a town by its name."""
    name = congress.area.name
    return name if congress.level == CongressLevel.TOWN or name[-1:] not in "区县市旗" else name[-1:]
