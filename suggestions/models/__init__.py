from suggestions.models.desk import AssignmentTemplate, SavedFilter
from suggestions.models.handling import Clock, ClockEvent, Consultation, Extension, Handling, Reminder, Reply, ReplyFile, ReturnRequest
from suggestions.models.profiles import AppraisalWeight, Ground, ProfileLimit, ReplyClass, ReplyScheme, RuleProfile, SuggestionCategory
from suggestions.models.results import (
    Commitment,
    CommitmentPhoto,
    Evaluation,
    KeySupervision,
    SpotCheck,
    SupervisionEvent,
    SupervisionPhoto,
    UnitReport,
)
from suggestions.models.similarity import GramCount, TitleGram
from suggestions.models.suggestions import Cosigner, Examination, Suggestion, SuggestionFile, SuggestionStep, SuggestionVersion

__all__ = [
    "AppraisalWeight",
    "AssignmentTemplate",
    "Clock",
    "ClockEvent",
    "Commitment",
    "CommitmentPhoto",
    "Consultation",
    "Cosigner",
    "Evaluation",
    "Examination",
    "Extension",
    "GramCount",
    "Ground",
    "Handling",
    "KeySupervision",
    "ProfileLimit",
    "Reminder",
    "Reply",
    "ReplyClass",
    "ReplyFile",
    "ReplyScheme",
    "ReturnRequest",
    "RuleProfile",
    "SavedFilter",
    "SpotCheck",
    "Suggestion",
    "SuggestionCategory",
    "SuggestionFile",
    "SuggestionStep",
    "SuggestionVersion",
    "SupervisionEvent",
    "SupervisionPhoto",
    "TitleGram",
    "UnitReport",
]
