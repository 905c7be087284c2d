from activities.querysets.activities import ActivityFileQuerySet, ActivityQuerySet, ForwardingQuerySet, ParticipationQuerySet
from activities.querysets.duties import DutyRuleQuerySet
from activities.querysets.forums import ForumItemQuerySet, OpinionForumQuerySet
from activities.querysets.plans import AnnualPlanQuerySet
from activities.querysets.receptions import (
    ReceptionDayQuerySet,
    ReceptionDutyQuerySet,
    ReceptionScheduleQuerySet,
    ReceptionWishQuerySet,
    RotaQuerySet,
    SwapRequestQuerySet,
)

__all__ = [
    "ActivityFileQuerySet",
    "ActivityQuerySet",
    "AnnualPlanQuerySet",
    "DutyRuleQuerySet",
    "ForumItemQuerySet",
    "ForwardingQuerySet",
    "OpinionForumQuerySet",
    "ParticipationQuerySet",
    "ReceptionDayQuerySet",
    "ReceptionDutyQuerySet",
    "ReceptionScheduleQuerySet",
    "ReceptionWishQuerySet",
    "RotaQuerySet",
    "SwapRequestQuerySet",
]
