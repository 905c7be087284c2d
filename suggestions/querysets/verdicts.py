"""What is said of first replies: late or in time, talked before, content or not, settled. Figures count by these and lists are cut
by them, so that a number and the list behind it agree.

A suggestion that several units answer apart is good only where none of them is bad; of one unit only its own answer counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from suggestions.enums import ANSWERING, Grade, LimitKind, ReplyState, Settlement

if TYPE_CHECKING:
    from congress.periods import Period
    from suggestions.models import Reply

ANSWER_KINDS = (LimitKind.ANSWER, LimitKind.ANSWER_LONG, LimitKind.REHANDLE)
SUGGESTION = "handling__suggestion"


@dataclass(frozen=True)
class Verdict:
    """``bad`` marks a reply for which the answer is no; only those that ``counted`` marks are asked, None for all."""

    bad: Any
    counted: Any = None


def first_replies(period: Period | None = None) -> QuerySet[Reply]:
    """Sent in the period by units that answer; later rounds are about the same matter."""
    from suggestions.models import Reply

    rows = Reply.objects.filter(state=ReplyState.SENT, round=1, handling__role__in=ANSWERING).order_by()
    return rows if period is None else rows.filter(sent_on__range=(period.start, period.end))


def timely() -> Verdict:
    """Bad is what was answered after the clock's last day, extensions included."""
    from suggestions.models import Clock

    return Verdict(
        Exists(
            Clock.objects.filter(handling=OuterRef("handling"), kind__in=ANSWER_KINDS, round=OuterRef("round"), stopped_on__gt=F("due_on"))
        )
    )


def consulted() -> Verdict:
    """Bad is what was answered without a talk before."""
    from suggestions.models import Consultation

    return Verdict(~Exists(Consultation.objects.filter(handling=OuterRef("handling"), on__lte=OuterRef("sent_on"))))


def satisfied(field: str = "result") -> Verdict:
    """Of what a deputy judged, bad is what one of them is 不满意 with. What nobody judged is left out."""
    from suggestions.models import Evaluation

    judged = Evaluation.objects.filter(reply=OuterRef("pk"))
    return Verdict(Exists(judged.filter(**{field: Grade.NOT_SATISFIED})), Exists(judged))


def settled() -> Verdict:
    """Bad is what the unit's latest reply does not call settled: "answered" is not "done"."""
    return Verdict(~Q(settles=Settlement.SETTLED))


def with_settlement(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Annotates ``settles``, what the class of the unit's latest reply says of the matter; ``settled`` asks for it."""
    from suggestions.models import Reply

    last = Reply.objects.filter(handling=OuterRef("handling"), state=ReplyState.SENT).order_by("-round")
    return rows.annotate(settles=Subquery(last.values("reply_class__settlement")[:1]))


def is_checked() -> Exists:
    from suggestions.models import SpotCheck

    return Exists(SpotCheck.objects.filter(reply=OuterRef("pk")))
