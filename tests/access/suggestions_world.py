"""What suggestions add to the world: the keys under which the table names them."""

from __future__ import annotations

from tests.factories import District, Personas


def make(district: District, personas: Personas) -> dict[str, object]:
    return {}
