"""Writing the audit trail. Every service that changes state calls ``record`` inside its transaction."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import models

from congress.enums import Outcome
from congress.models import AuditEntry, User


@dataclass(frozen=True)
class Origin:
    """Where a request came from."""

    ip: str | None = None
    agent: str = ""


class System:
    """The clock as an actor: what beat does is signed 系统."""

    name = "系统"


SYSTEM = System()
Actor = User | System

origin: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039 - a frozen dataclass never changes


def record(
    actor: Actor | None,
    action: str,
    target: models.Model | None = None,
    *,
    changes: dict[str, Any] | None = None,
    outcome: str = Outcome.SUCCESS,
    reason: str = "",
    ref: str = "",
) -> AuditEntry:
    """Adds one row.

    ``action`` is "app.verb", such as "platforms.publish_round". ``changes`` maps a field to [before, after] and holds
    JSON values only. ``ref`` overrides the target's public code. Origin and terminal come from the current request.
    """
    where = origin.get()
    person = actor if isinstance(actor, User) else None
    name = actor.name if actor is not None else "未登录"
    return AuditEntry.objects.create(
        actor=person,
        actor_name=(name or getattr(actor, "username", ""))[:60],
        ip=where.ip,
        agent=where.agent[:200],
        action=action,
        target_type=target._meta.label if target is not None else "",
        target_ref=(ref or str(getattr(target, "code", "") or getattr(target, "username", "") or getattr(target, "pk", "") or ""))[:80],
        target_name=str(target)[:160] if target is not None else "",
        changes=changes or {},
        outcome=outcome,
        reason=reason[:300],
    )


def difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """Fields whose values differ, as [before, after] in JSON-ready form."""
    return {key: [_plain(before.get(key)), _plain(after[key])] for key in after if before.get(key) != after[key]}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, int, bool)):
        return value
    return str(getattr(value, "pk", value)) if isinstance(value, models.Model) else str(value)
