"""Whose judgement of a reply decides, when she may give it, and when the office acts in her place.

The leading deputy judges. When her mandate ends or is suspended the judgement passes to the next co-signer whose mandate is in
force, and without one to the organ that runs the matter, which closes it or has it handled again (practice of 上海: what is open
at a change of term is accounted for in writing and goes on). Nothing is stored: whoever is next follows from the mandates.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.utils import timezone

from deputies.enums import MandateStatus
from deputies.models import Mandate
from suggestions.enums import ANSWERING, CosignState, HandlingState, SuggestionState
from suggestions.models import Reply, RuleProfile, Suggestion

_REPLACED = (HandlingState.RETURNED, HandlingState.ENDED)  # another unit answers in its place


def succession(suggestion: Suggestion) -> list[Mandate]:
    """The leading deputy and those who signed along, in the order in which the judgement passes. No query on a suggestion whose
    cosigners are loaded with their deputies, else two.
    """
    rows = suggestion.cosigners.all()
    if "cosigners" not in getattr(suggestion, "_prefetched_objects_cache", {}):
        rows = rows.select_related("mandate__deputy")
    signed = sorted((row for row in rows if row.state == CosignState.CONFIRMED), key=lambda row: row.pk)
    return [suggestion.proposer, *(row.mandate for row in signed)]


def in_force(mandate: Mandate) -> bool:
    return mandate.status == MandateStatus.ACTIVE


def judge_of(suggestion: Suggestion) -> Mandate | None:
    """Whose judgement decides now; None when it is the organ's that runs the matter."""
    return next((mandate for mandate in succession(suggestion) if in_force(mandate)), None)


def deciding(suggestion: Suggestion) -> list[Mandate]:
    """The judge and those before her: what one of them said while she was in office stands."""
    found: list[Mandate] = []
    for mandate in succession(suggestion):
        found.append(mandate)
        if in_force(mandate):
            break
    return found


def judging(suggestion: Suggestion) -> list[Mandate]:
    """Everybody whose judgement is asked for now: the judge, and the other co-signers where the rules say so."""
    judge = judge_of(suggestion)
    if judge is None:
        return []
    if not rules_of(suggestion).answer_every_cosigner:
        return [judge]
    return [mandate for mandate in succession(suggestion) if in_force(mandate)]


def rules_of(suggestion: Suggestion) -> RuleProfile:
    """The congress's rules as they are loaded, or the defaults for one that has none yet. Writes nothing."""
    try:
        return suggestion.congress.suggestion_rules
    except RuleProfile.DoesNotExist:
        return RuleProfile()


def latest(replies: Iterable[Reply]) -> list[Reply]:
    """The last of each unit that answers, and was not relieved of it; ``replies`` come with their handling."""
    last: dict[int, Reply] = {}
    for reply in sorted(replies, key=lambda reply: (reply.round, reply.pk)):
        if reply.handling.role in ANSWERING and reply.handling.state not in _REPLACED:
            last[reply.handling_id] = reply
    return sorted(last.values(), key=lambda reply: reply.handling_id)


def replies_of(suggestion: Suggestion) -> list[Reply]:
    """The last reply of each unit that answers, of one of ``Suggestion.objects.with_replies()``. No query."""
    rows: list[Reply] = []
    for handling in suggestion.handlings.all():
        for reply in handling.sent_replies:  # type: ignore[attr-defined]
            reply.handling = handling
            rows.append(reply)
    return latest(rows)


def unjudged(suggestion: Suggestion, mandate: Mandate) -> list[Reply]:
    """The replies of ``replies_of`` that this deputy has not judged yet. No query."""
    return [reply for reply in replies_of(suggestion) if all(row.mandate_id != mandate.pk for row in reply.evaluations.all())]


def may_be_concluded(suggestion: Suggestion, today: datetime.date | None = None) -> bool:
    """Whether the organ may act in a deputy's place: what was convened, what needs no judgement or has nobody left to give it,
    and what nobody judged in time in spite of the reminders that the rules ask for.

    ``suggestion`` is one of ``Suggestion.objects.with_judgement()``.
    """
    if suggestion.state == SuggestionState.CONVENED:
        return True
    if suggestion.state != SuggestionState.REPLIED:
        return False
    if suggestion.for_reference or judge_of(suggestion) is None:
        return True
    judge_by: datetime.date | None = suggestion.judge_by  # type: ignore[attr-defined]
    if judge_by is None:
        return True
    reminded: int = suggestion.judge_reminders  # type: ignore[attr-defined]
    return judge_by < (today or timezone.localdate()) and reminded >= rules_of(suggestion).reminders_before_excluded
