"""What there is on the activities' floor, so that every address has something to lead to: one function a topic."""

from __future__ import annotations

from tests.factories import District, Personas


def make(district: District, personas: Personas) -> dict[str, object]:
    """The keys that the table names these records by."""
    return {
        # ---- activities
        # ---- training
        # ---- plans
        # ---- duties
        # ---- receptions
        # ---- forums
        # ---- booklets
    }
