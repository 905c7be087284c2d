"""What the register's writes begin with: the right person, and whom to keep in a "who" column."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied

from congress.access import may
from congress.errors import DomainError
from congress.models import User
from congress.services.audit import SYSTEM, Actor


class FieldRefused(DomainError):
    """A refusal that belongs to one field, so that a form can show it there."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def require(actor: Actor, permission: str, record: Any = None) -> None:
    """Raises PermissionDenied unless the rules allow it, or the actor is the clock."""
    if actor is not SYSTEM and not may(actor, permission, record):
        raise PermissionDenied


def person(actor: Actor) -> User | None:
    """The account to keep in a "who" column, or None for the clock."""
    return actor if isinstance(actor, User) else None
