from platforms.models.evidence import Evidence
from platforms.models.platforms import Platform
from platforms.models.results import Bulletin, Correction, Rectification
from platforms.models.rounds import Assessment, AssessmentRound, CrossAssignment, Deduction, ItemScore, Objection
from platforms.models.standards import Standard, StandardCheck, StandardItem
from platforms.models.tables import DeductionRule, Grade, ScoreItem, ScoreTable

__all__ = [
    "Assessment",
    "AssessmentRound",
    "Bulletin",
    "Correction",
    "CrossAssignment",
    "Deduction",
    "DeductionRule",
    "Evidence",
    "Grade",
    "ItemScore",
    "Objection",
    "Platform",
    "Rectification",
    "ScoreItem",
    "ScoreTable",
    "Standard",
    "StandardCheck",
    "StandardItem",
]
