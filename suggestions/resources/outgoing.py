"""What a suggestion's row in a workbook tells, from its rows as ``with_all`` loads them."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Prefetch, QuerySet

from congress.models import User
from suggestions.enums import CosignState, HandlingRole, HandlingState, ReplyState
from suggestions.models import Cosigner, Evaluation, Handling, Reply, Suggestion

_GONE = (HandlingState.RETURNED, HandlingState.ENDED)
_COSIGNERS = Prefetch("cosigners", Cosigner.objects.filter(state=CosignState.CONFIRMED).select_related("mandate__deputy").order_by("pk"))
_EVALUATIONS = Prefetch("evaluations", Evaluation.objects.order_by("pk"))
_REPLIES = Prefetch(
    "replies",
    Reply.objects.filter(state=ReplyState.SENT).select_related("reply_class").prefetch_related(_EVALUATIONS).order_by("round", "pk"),
    to_attr="sent_replies",
)
_HANDLINGS = Prefetch(
    "handlings",
    Handling.objects.exclude(state__in=_GONE).select_related("unit").prefetch_related(_REPLIES).order_by("pk"),
    to_attr="held_by",
)


class Known(NamedTuple):
    """Of the rows: whose names are kept from the person, which are near to her, and which answers she may read."""

    nameless: frozenset[int]
    near: frozenset[int]
    readable: frozenset[int]


def with_all(rows: QuerySet[Suggestion]) -> QuerySet[Suggestion]:
    """Newest first, with all that a row of the workbook tells. Five queries besides the rows'."""
    related = ("congress", "term__congress", "session", "category", "proposer__deputy")
    return rows.order_by("-pk").select_related(*related).prefetch_related(_COSIGNERS, _HANDLINGS)


def known(rows: QuerySet[Suggestion], actor: Any) -> Known:
    """Three queries; the operators' command, which nobody reads over the shoulder of, is told all."""
    keys = rows.order_by().values("pk")
    if not isinstance(actor, User):
        everything = frozenset(keys.values_list("pk", flat=True))
        return Known(frozenset(), everything, frozenset(Reply.objects.filter(handling__suggestion__in=keys).values_list("pk", flat=True)))
    withheld = frozenset(rows.order_by().filter(withholds_identity=True).values_list("pk", flat=True))
    named = frozenset(Suggestion.objects.filter(pk__in=withheld).named_to(actor).values_list("pk", flat=True)) if withheld else frozenset()
    near = frozenset(Suggestion.objects.filter(pk__in=keys).near_to(actor).values_list("pk", flat=True))
    readable = Reply.objects.whole_to(actor).filter(handling__suggestion__in=keys).values_list("pk", flat=True)
    return Known(withheld - named, near, frozenset(readable))


def cosigners(row: Any) -> list[str]:
    return [each.mandate.deputy.name for each in row.cosigners.all()]


def answering(row: Any) -> list[str]:
    return [handling.unit.name for handling in row.held_by if handling.role != HandlingRole.SUPPORT]


def supporting(row: Any) -> list[str]:
    return [handling.unit.name for handling in row.held_by if handling.role == HandlingRole.SUPPORT]


def last_reply(row: Any) -> Reply | None:
    """The latest answer of the unit that answers first."""
    sent = [reply for handling in row.held_by if handling.role != HandlingRole.SUPPORT for reply in handling.sent_replies]
    return max(sent, key=lambda reply: (reply.round, -reply.pk)) if sent else None


def last_judgement(row: Any) -> Evaluation | None:
    """What the leading deputy made of that answer."""
    reply = last_reply(row)
    judged = [each for each in reply.evaluations.all() if each.mandate_id == row.proposer_id] if reply else []
    return judged[-1] if judged else None
