"""The kinds of file there are. Each app registers its resources in ``AppConfig.ready()``."""

from __future__ import annotations

from congress.imports.resource import SheetResource

_kinds: dict[str, type[SheetResource]] = {}


def register(resource: type[SheetResource]) -> type[SheetResource]:
    _kinds[resource.key] = resource
    return resource


def find(key: str) -> type[SheetResource] | None:
    return _kinds.get(key)


def registered() -> tuple[type[SheetResource], ...]:
    return tuple(_kinds.values())
