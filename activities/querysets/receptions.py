"""Which reception days are whose."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet


class ReceptionDayQuerySet(QuerySet[Any]):
    pass


class ReceptionDutyQuerySet(QuerySet[Any]):
    pass
