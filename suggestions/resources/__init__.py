"""Excel in and out for suggestions: earlier years' come in, any list goes out."""

from __future__ import annotations

from congress.imports import kinds
from suggestions.resources.history import SuggestionResource


def register() -> None:
    """Called once, when the app is ready."""
    kinds.register(SuggestionResource)
