"""Which promises are open."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet


class CommitmentQuerySet(QuerySet[Any]):
    pass
