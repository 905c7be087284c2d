"""Asking for printed views of one deputy's records in one period."""

from __future__ import annotations

import hashlib
import re

from congress.models import Document, DocumentBatch
from congress.periods import Period
from congress.services import audit, documents
from congress.services.documents import Wanted
from deputies.models import Deputy, VoterContact

NOTEBOOK = "notebook"
_KEY = re.compile(r"[a-z_]+-(\d{8}-\d{8}|\d{4}(?:Q[1-4]|H[12]|-\d\d)?)-\w+\Z")


def batch_key(kind: str, period: Period, state: str) -> str:
    """The key of a batch printed for a period: ``period_of`` reads the period from it again.

    ``state`` tells what was recorded when it was asked for: the same state gives the same batch, a new record a new one.
    """
    return f"{kind}-{period.code}-{hashlib.sha256(state.encode()).hexdigest()[:16]}"


def period_of(document: Document) -> Period:
    """The period a document of such a batch is about. Raises ValueError for a batch of another kind."""
    match = _KEY.match(document.batch.key)
    if match is None:
        raise ValueError(f"batch {document.batch.key!r} names no period")
    return Period.parse(match[1])


def request_notebook(*, actor: audit.Actor, deputy: Deputy, period: Period) -> DocumentBatch:
    """Asks for a deputy's 《代表联系选民记事簿》. Unchanged records give the batch that is there."""
    rows = VoterContact.objects.filter(deputies=deputy).within(period).order_by("pk")
    told = [*rows.values_list("pk", "version"), *rows.filter(opinions__isnull=False).values_list("opinions", "opinions__version")]
    title = f"{deputy.name}代表联系选民记事簿（{period}）"
    return documents.request_batch(
        key=batch_key(NOTEBOOK, period, f"{deputy.code} {told}"),
        title=title,
        actor=actor,
        documents=[Wanted(NOTEBOOK, deputy.code, title, title)],
    )
