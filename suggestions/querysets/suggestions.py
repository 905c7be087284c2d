"""Which suggestions are whose."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet


class SuggestionQuerySet(QuerySet[Any]):
    pass
