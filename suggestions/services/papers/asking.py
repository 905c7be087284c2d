"""Making one batch of the same records, whoever asks for it and however often."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from congress.models import DocumentBatch, User
from congress.services import documents
from congress.services.documents import Wanted


def ask(*, actor: User, name: str, title: str, told: Iterable[Any], wanted: Sequence[Wanted]) -> DocumentBatch:
    """``told`` are the records the papers tell of, as rows or query sets: unchanged ones give the batch that is there."""
    digest = hashlib.sha256()
    for each in told:
        rows = list(each.order_by("pk").values_list()) if isinstance(each, QuerySet) else each
        digest.update(repr(rows).encode())
    return documents.request_batch(key=f"{name}-{digest.hexdigest()[:16]}", title=title, actor=actor, documents=wanted)
