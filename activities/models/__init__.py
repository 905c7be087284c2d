from activities.models.activities import Activity, ActivityFile, ActivityRule, CalendarFeed, Forwarding, Participation, Theme
from activities.models.booklets import Booklet, PaperTick
from activities.models.duties import DutyReminder, DutyRule, DutyRuleFigure
from activities.models.forums import ForumItem, OpinionForum
from activities.models.plans import AnnualPlan, AnnualPlanItem
from activities.models.receptions import (
    ReceptionDay,
    ReceptionDuty,
    ReceptionRecord,
    ReceptionSchedule,
    ReceptionWish,
    Rota,
    RotaDay,
    RotaTurn,
    SwapRequest,
)
from activities.models.training import MaterialFile, Reading, TestQuestion, TrainingBatch, TrainingMaterial

__all__ = [
    "Activity",
    "ActivityFile",
    "ActivityRule",
    "AnnualPlan",
    "AnnualPlanItem",
    "Booklet",
    "CalendarFeed",
    "DutyReminder",
    "DutyRule",
    "DutyRuleFigure",
    "ForumItem",
    "Forwarding",
    "MaterialFile",
    "OpinionForum",
    "PaperTick",
    "Participation",
    "Reading",
    "ReceptionDay",
    "ReceptionDuty",
    "ReceptionRecord",
    "ReceptionSchedule",
    "ReceptionWish",
    "Rota",
    "RotaDay",
    "RotaTurn",
    "SwapRequest",
    "TestQuestion",
    "Theme",
    "TrainingBatch",
    "TrainingMaterial",
]
