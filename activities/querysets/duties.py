"""Which duty rules hold when."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet


class DutyRuleQuerySet(QuerySet[Any]):
    pass
