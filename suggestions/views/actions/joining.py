"""What a fellow deputy does with an accepted suggestion: sign it along."""

from __future__ import annotations

from typing import Any

from congress.enums import Role
from congress.models import User
from suggestions.enums import CosignState
from suggestions.models import Suggestion
from suggestions.services import joining
from suggestions.views.actions.base import Action


def _is_another_deputy(user: User, suggestion: Suggestion) -> bool:
    return user.access.has(Role.DEPUTY) and suggestion.proposer.deputy.user_id != user.pk


def _is_open(user: User, suggestion: Suggestion) -> bool:
    own = [row for row in suggestion.cosigners.all() if row.mandate.deputy.user_id == user.pk]
    if any(row.state == CosignState.CONFIRMED for row in own):
        return False
    return suggestion.state in joining.JOINABLE and (not suggestion.withholds_identity or bool(own))


def _sign_along(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    joining.sign_along(actor=user, suggestion=suggestion)
    return "已附议，感谢您的支持。办理结果会一并答复您。"


ACTIONS = (
    Action(
        "join",
        "附议这件",
        "plus",
        may=_is_another_deputy,
        fits=_is_open,
        run=_sign_along,
        hint="与您想提的内容相同的，可以附议，不必另写。交办以后不能再附议。",
    ),
)
