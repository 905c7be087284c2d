"""A published bulletin over the fictional result, with its documents asked for but not yet rendered."""

from __future__ import annotations

import datetime
from typing import Any

from congress.models import Document
from congress.services.audit import SYSTEM
from platforms.enums import RoundState
from platforms.models import Bulletin
from platforms.services.printing import request_documents
from tests.factories.rounds import RoundFactory
from tests.platforms.results import make_results


def make_bulletin(results: dict[str, Any] | None = None, **fields: Any) -> Bulletin:
    """2026Q3 with a quarter before it; ``fields`` go to the round."""
    signed_off = {
        "state": RoundState.PUBLISHED,
        "meeting": "区八届人大常委会第五十二次主任会议",
        "signed_off_on": datetime.date(2026, 10, 9),
    }
    current = RoundFactory(year=2026, quarter=3, **{**signed_off, **fields})
    before = RoundFactory(year=2026, quarter=2, table=current.table, state=RoundState.PUBLISHED, signed_off_on=datetime.date(2026, 7, 9))
    Bulletin.objects.create(round=before, issued_on=datetime.date(2026, 7, 20), results=make_results(seed="2026Q2"))
    bulletin = Bulletin.objects.create(
        round=current, number="榕人办发〔2026〕27号", issued_on=datetime.date(2026, 10, 19), results=results or make_results()
    )
    request_documents(actor=SYSTEM, bulletin=bulletin)
    return bulletin


def document(bulletin: Bulletin, kind: str, subject: str = "") -> Document:
    found = Document.objects.select_related("batch").filter(batch=bulletin.batch, kind=kind)
    return found.get(subject=subject) if subject else found.order_by("position")[0]
