"""Public codes such as LX2026-000123: consecutive within a prefix, and unique when many people write at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction

from congress.errors import Conflict

ATTEMPTS = 50  # each collision means that somebody else got in, so this many may write at one moment
_DIGITS = 6

Made = TypeVar("Made")


def next_code(model: type[models.Model], prefix: str) -> str:
    """The code after the highest one with this prefix. One query. Nobody is kept from taking the same: see ``with_code``."""
    last = model._default_manager.filter(code__startswith=prefix).order_by("-code").values_list("code", flat=True).first()
    number = int(last[len(prefix) :]) + 1 if last else 1
    return f"{prefix}{number:0{_DIGITS}d}"


def with_code(
    model: type[models.Model], prefix: str, write: Callable[[str], Made], already: Callable[[], Made | None] = lambda: None
) -> Made:
    """Calls ``write(code)`` in a transaction with the next free code, again with another when somebody else took it first.

    ``already()`` is asked after a collision: what it gives is the answer, for rows that carry a key of their own against
    being written twice. Raises Conflict when the code is taken again and again, and any other error as it comes.
    """
    code = ""

    def attempt() -> Made:
        nonlocal code
        with transaction.atomic():
            code = next_code(model, prefix)
            return write(code)

    for _ in range(ATTEMPTS):
        try:
            return attempt()
        except IntegrityError:
            if (made := already()) is not None:
                return made
            if not _taken(model, code):
                raise
    raise Conflict("同时保存的人太多，没有排上号。请再保存一次。")


def _taken(model: type[models.Model], code: str) -> Any:
    return model._default_manager.filter(code=code).exists()
