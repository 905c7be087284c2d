"""The dossier's registries (履职档案): sections of records, and the duties a deputy owes such as 三个一.

A dossier is a view over everything recorded of a deputy, never a second entry. Each app registers what it knows in
``AppConfig.ready()``: this one contacts, opinions, duty reports and the like, the floors above theirs. Everything is asked
for many deputies at once, so that a batch of six hundred dossiers costs as many queries as one.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from congress.periods import Period
from deputies.enums import DutyState


@dataclass(frozen=True)
class Line:
    """One record. ``when`` are words in place of the day, for what lasts; ``note`` is its state; ``url`` leads to it, or is ""."""

    on: datetime.date
    text: str
    url: str = ""
    note: str = ""
    when: str = ""

    @property
    def day(self) -> str:
        return self.when or cn(self.on)


@dataclass(frozen=True)
class Section:
    """Records of one kind.

    ``lines(deputy_ids, period)`` gives each deputy's lines of the period in a constant number of queries; a deputy without
    any may be absent. ``records(deputy_code, period)`` is the address of the list that has them all, or "". Sections stand
    by ``position``; those of this app are multiples of a hundred.
    """

    key: str
    title: str
    position: int
    lines: Callable[[Collection[int], Period], Mapping[int, Sequence[Line]]]
    unit: str = "条"
    records: Callable[[str, Period], str] = lambda code, period: ""


@dataclass(frozen=True)
class Fulfilment:
    """How far a deputy is with a duty. ``minimum`` is what is asked of her over ``span``, such as 届内; ``url`` has the records."""

    value: Decimal
    minimum: Decimal
    state: DutyState
    span: str = ""
    url: str = ""


@dataclass(frozen=True)
class Duty:
    """A duty with a minimum (三个一 and other quotas). The deputies of whom it is not asked are absent from ``fulfilments``."""

    key: str
    label: str
    unit: str
    fulfilments: Mapping[int, Fulfilment]


# Answers for many deputies in a constant number of queries: the duties asked in the period, in their order.
Duties = Callable[[Collection[int], Period], Sequence[Duty]]

_sections: dict[str, Section] = {}
_duties: dict[str, Duties] = {}


def register(section: Section) -> Section:
    """Adds a section. Raises ValueError when the key is taken by another one."""
    if section.key in _sections and _sections[section.key] is not section:
        raise ValueError(f"section {section.key!r} is registered twice")
    _sections[section.key] = section
    return section


def sections() -> list[Section]:
    return sorted(_sections.values(), key=lambda section: section.position)


def register_duties(key: str, duties: Duties) -> None:
    """Adds a source of duties; which there are is editable, so it is asked anew each time. The same key again replaces it."""
    _duties[key] = duties


def duties(deputy_ids: Collection[int], period: Period) -> list[Duty]:
    """The duties asked in the period."""
    return [duty for source in _duties.values() for duty in source(deputy_ids, period)]


def cn(day: datetime.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def span(starts_on: datetime.date, ends_on: datetime.date | None) -> str:
    """2021年10月8日起, or 2021年10月8日至2024年3月1日."""
    return f"{cn(starts_on)}至{cn(ends_on)}" if ends_on else f"{cn(starts_on)}起"
