"""What waits for whom (待办). Each app registers providers; the home desk and the top bar ask them all."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from congress.models import User


@dataclass(frozen=True)
class Todo:
    """One thing to do. ``due_on`` is the last day; ``who`` names the person or organ it waits for."""

    title: str
    url: str
    kind: str
    who: str
    due_on: datetime.date | None = None
    detail: str = ""


_providers: list[Callable[[User], Iterable[Todo]]] = []


def register(provider: Callable[[User], Iterable[Todo]]) -> None:
    """Adds a provider: it returns the person's to-dos in a constant number of queries."""
    if provider not in _providers:
        _providers.append(provider)


def waiting_for(user: User) -> list[Todo]:
    """All to-dos of the person, the earliest due first, those without a date last."""
    found = [todo for provider in _providers for todo in provider(user)]
    return sorted(found, key=lambda todo: (todo.due_on is None, todo.due_on or datetime.date.max, todo.title))
