"""What each app adds to the demo district. The floor that makes the district runs the parts of the floors above it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Part:
    """One topic's records. Parts run by ``position``, then by key.

    ``early`` ones run before the rounds are played, whose suggested scores count their records. ``load(random)`` fills a district that is there already, and does nothing where it has been; it runs inside the caller's
    transaction, with a generator of its own, so that one topic's records don't depend on another's.
    """

    key: str
    position: int
    load: Callable[[Random], None]
    early: bool = False


_parts: dict[str, Part] = {}


def register(part: Part) -> None:
    """Adds a part. Raises ValueError when the key is taken by another one."""
    if _parts.get(part.key, part) != part:
        raise ValueError(f"demo part {part.key!r} is registered twice")
    _parts[part.key] = part


def load_parts(seed: int, *, early: bool = False) -> None:
    """Runs the early parts, or all others. Equal seeds give equal records."""
    for part in sorted(_parts.values(), key=lambda part: (part.position, part.key)):
        if part.early == early:
            part.load(Random(seed))
