"""What a year came to, for one list of suggestions as a whole: the home desk, reports and bulletins read it here.

办成率 and 落实率 stand beside 满意率; each is None while there is nothing to judge.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from congress.periods import Period
from suggestions.enums import ANSWERING, CommitmentState, Grade, ReplyState, Settlement
from suggestions.models import Commitment, Evaluation, Reply
from suggestions.querysets import SuggestionQuerySet


@dataclass(frozen=True)
class Totals:
    """``accepted`` in the period, ``replied`` of those; ``answers`` are first replies sent in the period, whatever year their
    suggestion is of; the rates are shares, 0 to 1."""

    accepted: int
    replied: int
    answers: int
    satisfaction: Decimal | None
    settlement: Decimal | None
    fulfilment: Decimal | None


def totals(rows: SuggestionQuerySet, period: Period) -> Totals:
    """Four queries."""
    counted = rows.within(period).order_by().aggregate(accepted=Count("pk"), replied=Count("pk", filter=Q(replied_on__isnull=False)))
    mine = rows.order_by().values("pk")
    answers = Reply.objects.filter(
        state=ReplyState.SENT,
        round=1,
        sent_on__range=(period.start, period.end),
        handling__role__in=ANSWERING,
        handling__suggestion__in=mine,
    ).order_by()
    last = Reply.objects.filter(handling=OuterRef("handling"), state=ReplyState.SENT).order_by("-round")
    settled = answers.annotate(settlement=Subquery(last.values("reply_class__settlement")[:1])).aggregate(
        all=Count("pk"), good=Count("pk", filter=Q(settlement=Settlement.SETTLED))
    )
    judged = Evaluation.objects.filter(reply__in=answers.values("pk")).aggregate(
        all=Count("pk"), good=Count("pk", filter=~Q(result=Grade.NOT_SATISFIED))
    )
    due = (period.start, min(period.end, timezone.localdate()))
    kept = Commitment.objects.filter(reply__handling__suggestion__in=mine, due_on__range=due).aggregate(
        all=Count("pk"), good=Count("pk", filter=Q(state=CommitmentState.KEPT))
    )
    return Totals(counted["accepted"], counted["replied"], settled["all"], _share(judged), _share(settled), _share(kept))


def _share(counted: dict[str, int]) -> Decimal | None:
    return Decimal(counted["good"]) / counted["all"] if counted["all"] else None
