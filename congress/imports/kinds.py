"""The kinds of file there are. Each app registers its resources in ``AppConfig.ready()``."""

from __future__ import annotations

from typing import Any

from congress.access import may
from congress.imports.resource import SheetResource

_kinds: dict[str, type[SheetResource]] = {}


def register(resource: type[SheetResource]) -> type[SheetResource]:
    _kinds[resource.key] = resource
    return resource


def find(key: str) -> type[SheetResource] | None:
    return _kinds.get(key)


def importable(user: Any) -> tuple[type[SheetResource], ...]:
    """The kinds the person may bring in."""
    return tuple(kind for kind in _kinds.values() if may(user, kind.import_rule))


def exportable(user: Any) -> tuple[type[SheetResource], ...]:
    """The kinds the person may take out."""
    return tuple(kind for kind in _kinds.values() if may(user, kind.export_rule))


def registered() -> tuple[type[SheetResource], ...]:
    return tuple(_kinds.values())
