"""What suggestions add to the world: the keys under which the table names them."""

from __future__ import annotations

from tests.factories import District, Personas
from tests.suggestions import papers


def make(district: District, personas: Personas) -> dict[str, object]:
    printed = papers.accepted(personas, district, title="关于增设候车亭的建议")
    papers.handling(personas, district, printed)
    return {"printed suggestion": printed.code, "district": district.area.code, "this year": f"{printed.accepted_on:%Y}"}
