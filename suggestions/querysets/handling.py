"""Which units have what in hand, until when."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet


class HandlingQuerySet(QuerySet[Any]):
    pass


class ClockQuerySet(QuerySet[Any]):
    pass


class ReplyQuerySet(QuerySet[Any]):
    pass
