"""What the clock does for rounds. Beat calls both every hour; both are safe to call at any time."""

from __future__ import annotations

import datetime
import logging

from celery import shared_task
from django.utils import timezone

from congress.errors import DomainError
from congress.periods import Period
from congress.services.audit import SYSTEM

logger = logging.getLogger(__name__)


@shared_task(name="platforms.tasks.open_due_round")
def open_due_round() -> str:
    """Opens the quarter's round from ``opens_before_end`` days before the quarter's last day on; answers its code, or "".

    What stands in the way (no usable table, too few units) is logged; staff read the same sentence on the page where
    rounds are opened.
    """
    from platforms.models import AssessmentRound, ScoreTable
    from platforms.services.rounds import open_round

    today, table = timezone.localdate(), ScoreTable.objects.current()
    period = Period.containing(today, "quarter")
    if table is None or today < period.end - datetime.timedelta(days=table.opens_before_end):
        return ""
    if AssessmentRound.objects.filter(code=period.code).exists():
        return ""
    try:
        return open_round(actor=SYSTEM, period=period).code
    except DomainError as refusal:
        logger.warning("round %s not opened: %s", period.code, refusal)
        return ""


@shared_task(name="platforms.tasks.advance_due_rounds")
def advance_due_rounds() -> int:
    """Takes every unfinished round as far as it has come; answers how many moved."""
    from platforms.models import AssessmentRound
    from platforms.services.phases import advance

    return sum(advance(round=round).state != round.state for round in AssessmentRound.objects.unfinished())
