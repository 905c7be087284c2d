"""Which activities are whose."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet


class ActivityQuerySet(QuerySet[Any]):
    pass


class ParticipationQuerySet(QuerySet[Any]):
    pass


class ForwardingQuerySet(QuerySet[Any]):
    pass
