"""What the deputies think of a reply, and what follows: closed, handled again, or convened by the office.

Attitude and result are judged apart. A deputy who gives no judgement after reminders is counted apart from the satisfied.
"""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from congress.enums import Role
from congress.errors import DomainError
from congress.models import User
from congress.services import audit
from deputies.models import Mandate
from suggestions.enums import (
    ANSWERING,
    COMMITMENT_TRANSITIONS,
    ClockState,
    CommitmentState,
    CosignState,
    Grade,
    HandlingState,
    LimitKind,
    ReplyState,
    SuggestionState,
)
from suggestions.models import Commitment, Evaluation, Handling, Reply, Suggestion
from suggestions.services import clocks
from suggestions.services.examining import tell_proposers
from suggestions.services.moves import locked, locked_handling, move, move_handling, require, step
from suggestions.services.proposing import tell_those_who_run
from suggestions.services.units import tell_unit

REFUSALS_BEFORE_CONVENING = 2  # the first is handled again, the second goes to the office


@transaction.atomic
def evaluate(*, actor: User, reply: Reply, mandate: Mandate, attitude: str, result: str, text: str = "") -> Evaluation:
    """A deputy's judgement, by herself or entered from her paper. The same again is the row that is there.

    When the leading deputy is satisfied with every reply of the round the suggestion is closed; when she is not, it is handled
    again in its own limit, and after a second refusal the office convenes. Raises PermissionDenied, and DomainError without
    a reason for dissatisfaction, for a reply that was not sent, or a judgement given already.
    """
    suggestion = locked(Suggestion(pk=reply.handling.suggestion_id))
    reply = Reply.objects.select_related("handling__unit").get(pk=reply.pk)
    require(actor, "suggestions.evaluate_reply", suggestion)
    _refuse_other(actor, suggestion, mandate)
    attitude, result = Grade(attitude), Grade(result)
    if reply.state != ReplyState.SENT:
        raise DomainError("答复还没有发出，不能评价。")
    if Grade.NOT_SATISFIED in {attitude, result} and not text.strip():
        raise DomainError("不满意的，请写明意见，承办单位据此重新办理。")
    if found := Evaluation.objects.filter(reply=reply, mandate=mandate).first():
        if (found.attitude, found.result, found.text) == (attitude, result, text.strip()):
            return found
        raise DomainError("对这次答复已经作过评价。")
    row = Evaluation.objects.create(reply=reply, mandate=mandate, attitude=attitude, result=result, text=text.strip(), entered_by=actor)
    audit.record(actor, "suggestions.evaluate", suggestion, changes={"result": [None, result.value]})
    step(actor, suggestion, suggestion.state, f"{mandate.deputy}评价：态度{attitude.label}，结果{result.label}", unit=reply.handling.unit)
    if mandate.pk == suggestion.proposer_id and suggestion.state == SuggestionState.REPLIED:
        _follow(actor, suggestion)
    return row


@transaction.atomic
def rehandle(*, actor: User, suggestion: Suggestion, handling: Handling, text: str = "") -> Suggestion:
    """The office sends it back to the unit after convening (代工委召集研究). Raises DomainError unless it was convened."""
    suggestion = locked(suggestion)
    require(actor, "suggestions.close_suggestion", suggestion)
    if suggestion.state == SuggestionState.REHANDLING:
        return suggestion
    suggestion = move(actor, "suggestions.rehandle", suggestion, SuggestionState.REHANDLING, text=text)
    _give_back(actor, handling)
    return suggestion


@transaction.atomic
def close(*, actor: User, suggestion: Suggestion, text: str) -> Suggestion:
    """The office closes what was convened, or what no deputy judged after reminders. A second call is a no-op."""
    suggestion = locked(suggestion)
    require(actor, "suggestions.close_suggestion", suggestion)
    if suggestion.state == SuggestionState.CLOSED:
        return suggestion
    if not text.strip():
        raise DomainError("请写明办结的处理意见。")
    return _close(actor, suggestion, text)


@transaction.atomic
def report_commitment(*, actor: User, commitment: Commitment, progress: str) -> Commitment:
    """The unit says what became of its promise; the deputy judges it then. The same words again are a no-op."""
    commitment = _locked_commitment(commitment)
    require(actor, "suggestions.handle_suggestion", commitment.reply.handling)
    if not progress.strip():
        raise DomainError("请写明落实情况。")
    if commitment.state == CommitmentState.REPORTED and commitment.progress == progress.strip():
        return commitment
    _move_commitment(actor, commitment, CommitmentState.REPORTED, progress=progress.strip(), reported_on=timezone.localdate())
    suggestion = commitment.reply.handling.suggestion
    tell_proposers(suggestion, f"承诺事项已落实，请评价：{suggestion.title}", f"commitment-{commitment.pk}-{commitment.version}")
    return _locked_commitment(commitment)


@transaction.atomic
def judge_commitment(*, actor: User, commitment: Commitment, grade: str, comment: str = "") -> Commitment:
    """The deputy, or the office for her: kept, or to be put right and reported again. The same judgement again is a no-op."""
    commitment = _locked_commitment(commitment)
    suggestion = commitment.reply.handling.suggestion
    require(actor, "suggestions.evaluate_reply", suggestion)
    grade = Grade(grade)
    if commitment.state in {CommitmentState.KEPT, CommitmentState.NOT_KEPT} and commitment.grade == grade:
        return commitment
    if grade == Grade.NOT_SATISFIED and not comment.strip():
        raise DomainError("不满意的，请写明还差什么。")
    state = CommitmentState.NOT_KEPT if grade == Grade.NOT_SATISFIED else CommitmentState.KEPT
    _move_commitment(actor, commitment, state, grade=grade, comment=comment.strip(), evaluated_on=timezone.localdate())
    tell_unit(commitment.reply.handling, f"代表评价承诺事项“{grade.label}”：{suggestion.title}")
    return _locked_commitment(commitment)


def _follow(actor: User, suggestion: Suggestion) -> None:
    """What the leading deputy's judgements of the round's replies lead to, once she has judged them all."""
    replies = list(
        Reply.objects.filter(handling__suggestion=suggestion, state=ReplyState.SENT, handling__role__in=ANSWERING)
        .exclude(handling__state__in=[HandlingState.RETURNED, HandlingState.ENDED])  # another unit answers in its place
        .select_related("handling")
    )
    latest = {reply.handling_id: reply for reply in sorted(replies, key=lambda reply: reply.round)}
    judged = {row.reply_id: row for row in Evaluation.objects.filter(reply__in=latest.values(), mandate=suggestion.proposer_id)}
    if len(judged) < len(latest):
        return
    today = timezone.localdate()
    running = suggestion.clocks.filter(kind=LimitKind.EVALUATE).exclude(state=ClockState.STOPPED)
    clocks.stop(actor=actor, clocks=running, on=today)
    refused = [latest_reply for latest_reply in latest.values() if judged[latest_reply.pk].result == Grade.NOT_SATISFIED]
    if not refused:
        _close(actor, suggestion, "代表对办理结果满意或者基本满意")
        return
    if max(reply.round for reply in refused) >= REFUSALS_BEFORE_CONVENING:
        move(actor, "suggestions.convene", suggestion, SuggestionState.CONVENED, text="代表再次不满意，由代表工委召集研究")
        tell_those_who_run(suggestion, f"代表再次不满意，请召集研究：{suggestion.title}", "convene")
        return
    move(actor, "suggestions.rehandle", suggestion, SuggestionState.REHANDLING, text="代表对办理结果不满意，重新办理")
    for reply in refused:
        _give_back(actor, reply.handling)


def _give_back(actor: User, handling: Handling) -> None:
    handling = locked_handling(handling)
    handling = move_handling(actor, "suggestions.give_back", handling, HandlingState.IN_HAND, round=handling.round + 1, done_on=None)
    clocks.start(
        actor=actor,
        suggestion=handling.suggestion,
        handling=handling,
        kinds=[LimitKind.REHANDLE],
        on=timezone.localdate(),
        round=handling.round,
    )
    tell_unit(handling, f"代表不满意，请重新办理：{handling.suggestion.title}")


def _close(actor: User, suggestion: Suggestion, text: str) -> Suggestion:
    today: datetime.date = timezone.localdate()
    suggestion = move(actor, "suggestions.close", suggestion, SuggestionState.CLOSED, text=text, closed_on=today)
    open_clocks = suggestion.clocks.exclude(kind=LimitKind.PUBLISH).exclude(state=ClockState.STOPPED)
    clocks.stop(actor=actor, clocks=open_clocks, on=today)
    tell_proposers(suggestion, f"您的建议已办结：{suggestion.title}", "closed")
    return suggestion


def _refuse_other(actor: User, suggestion: Suggestion, mandate: Mandate) -> None:
    """A deputy judges for herself; only the organ that runs the congress's suggestions enters another's paper."""
    signed = suggestion.cosigners.filter(mandate=mandate, state=CosignState.CONFIRMED).exists()
    if mandate.pk != suggestion.proposer_id and not signed:
        raise DomainError(f"{mandate.deputy}不是这件建议的提出人或者附议人，不能评价。")
    if mandate.deputy.user_id != actor.pk and not actor.access.has(Role.OFFICE, Role.TOWN_OFFICE):
        raise DomainError("请由代表本人评价。")


def _locked_commitment(commitment: Commitment) -> Commitment:
    handling = locked_handling(Handling.objects.get(replies__commitments=commitment))
    found = Commitment.objects.select_for_update(of=("self",)).select_related("reply").get(pk=commitment.pk)
    found.reply.handling = handling
    return found


def _move_commitment(actor: User, commitment: Commitment, to: CommitmentState, **fields: object) -> None:
    before = CommitmentState(commitment.state)
    if to not in COMMITMENT_TRANSITIONS[before]:
        raise DomainError(f"该承诺事项现为“{before.label}”，不能转为“{to.label}”。")
    for name, value in {**fields, "state": to, "version": commitment.version + 1}.items():
        setattr(commitment, name, value)
    commitment.save(update_fields=[*fields, "state", "version"])
    audit.record(actor, "suggestions.move_commitment", commitment, changes={"state": [before.value, to.value]})
