from suggestions.querysets.handling import ClockQuerySet, HandlingQuerySet, ReplyQuerySet
from suggestions.querysets.results import CommitmentQuerySet
from suggestions.querysets.suggestions import SuggestionQuerySet
from suggestions.querysets.supervision import KeySupervisionQuerySet, SupervisionPhotoQuerySet, UnitReportQuerySet

__all__ = [
    "ClockQuerySet",
    "CommitmentQuerySet",
    "HandlingQuerySet",
    "KeySupervisionQuerySet",
    "ReplyQuerySet",
    "SuggestionQuerySet",
    "SupervisionPhotoQuerySet",
    "UnitReportQuerySet",
]
