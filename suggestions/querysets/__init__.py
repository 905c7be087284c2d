from suggestions.querysets.handling import ClockQuerySet, HandlingQuerySet, ReplyQuerySet
from suggestions.querysets.results import CommitmentQuerySet
from suggestions.querysets.suggestions import SuggestionQuerySet

__all__ = ["ClockQuerySet", "CommitmentQuerySet", "HandlingQuerySet", "ReplyQuerySet", "SuggestionQuerySet"]
