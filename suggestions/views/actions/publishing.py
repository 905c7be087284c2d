"""Opening a suggestion and its answers to the public, and taking them back."""

from __future__ import annotations

from typing import Any

from congress.access import may
from congress.models import User
from suggestions.forms.publicity import PublishForm, UnpublishForm
from suggestions.models import Suggestion
from suggestions.services import publicity
from suggestions.services.judges import replies_of
from suggestions.views.actions.base import Action


def _publishes(user: User, suggestion: Suggestion) -> bool:
    return may(user, "suggestions.publish_suggestion", suggestion)


def _waits(user: User, suggestion: Suggestion) -> bool:
    return any(reply.published_on is None for reply in publicity.publishable(suggestion, replies_of(suggestion)))


def _is_open(user: User, suggestion: Suggestion) -> bool:
    return any(reply.published_on is not None for reply in replies_of(suggestion))


def _publish(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    publicity.publish(actor=user, suggestion=suggestion, files=data.get("files", ()), reply_files=data.get("reply_files", ()))
    return "已标记为公开。"


def _unpublish(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    publicity.unpublish(actor=user, suggestion=suggestion, reason=data["reason"])
    return "已撤下，不再公开。"


ACTIONS = (
    Action(
        "publish",
        "公开建议和答复",
        "eye",
        may=_publishes,
        fits=_waits,
        form=PublishForm,
        run=_publish,
        hint="按代表的意愿和承办单位确定的方式公开：全文、摘要或者只公开标题。电话、证件号码自动略去。",
    ),
    Action("unpublish", "撤下公开", "undo", may=_publishes, fits=_is_open, form=UnpublishForm, run=_unpublish),
)
