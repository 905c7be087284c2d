"""All steps of a suggestion, in the order in which a page shows them: one module a topic."""

from suggestions.views.actions import assigning, evaluating, examining, handling, joining, proposing, publishing, supervising, watching
from suggestions.views.actions.base import Action

ALL: tuple[Action, ...] = (
    *proposing.ACTIONS,
    *joining.ACTIONS,
    *examining.ACTIONS,
    *assigning.ACTIONS,
    *handling.ACTIONS,
    *evaluating.ACTIONS,
    *publishing.ACTIONS,
    *watching.ACTIONS,
    *supervising.ACTIONS,
)
BY_KEY = {action.key: action for action in ALL}

__all__ = ["ALL", "BY_KEY", "Action"]
