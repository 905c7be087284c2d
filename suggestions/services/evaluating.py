"""What the deputies think of a reply, and what follows: closed, handled again, or convened by the office.

Attitude and result are judged apart. A deputy who gives no judgement after reminders is counted apart from the satisfied.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from congress.access import may
from congress.errors import DomainError
from congress.models import User
from congress.services import audit, files
from deputies.models import Mandate
from suggestions.enums import (
    ANSWERING,
    COMMITMENT_TRANSITIONS,
    ClockState,
    CommitmentState,
    Grade,
    HandlingState,
    LimitKind,
    ReplyState,
    SuggestionState,
)
from suggestions.models import Commitment, CommitmentPhoto, Evaluation, Handling, Reply, Suggestion
from suggestions.services import clocks, judges, voters
from suggestions.services.examining import tell_proposers
from suggestions.services.moves import locked, locked_handling, move, move_handling, require, step
from suggestions.services.proposing import tell_those_who_run
from suggestions.services.units import tell_unit

REFUSALS_BEFORE_CONVENING = 2  # the first is handled again, the second goes to the office


@transaction.atomic
def evaluate(*, actor: User, reply: Reply, mandate: Mandate, attitude: str, result: str, text: str = "") -> Evaluation:
    """A deputy's judgement, by herself or entered from her paper. The same again is the row that is there.

    When the judge (``judges.judge_of``: the leading deputy as long as she is in office) is satisfied with every reply of the
    round the suggestion is closed; when she is not, it is handled again in its own limit, and after a second refusal the office
    convenes. What co-signers say is kept beside. Raises PermissionDenied, and DomainError without a reason for dissatisfaction,
    for a reply that was not sent or was followed by a later one, a mandate that is no longer in force, or a judgement given
    already.
    """
    suggestion = locked(Suggestion(pk=reply.handling.suggestion_id))
    reply = Reply.objects.select_related("handling__unit").get(pk=reply.pk)
    require(actor, "suggestions.evaluate_reply", suggestion)
    mandate = Mandate.objects.select_related("deputy").get(pk=mandate.pk)  # whether it is in force now
    _refuse_other(actor, suggestion, mandate)
    attitude, result = Grade(attitude), Grade(result)
    if reply.state != ReplyState.SENT:
        raise DomainError("答复还没有发出，不能评价。")
    if found := Evaluation.objects.filter(reply=reply, mandate=mandate).first():
        if (found.attitude, found.result, found.text) == (attitude, result, text.strip()):
            return found
        raise DomainError("对这次答复已经作过评价。")
    if reply.handling.replies.filter(state=ReplyState.SENT, round__gt=reply.round).exists():
        raise DomainError(f"{reply.handling.unit}已经重新答复，请评价最近一次答复。")
    if Grade.NOT_SATISFIED in {attitude, result} and not text.strip():
        raise DomainError("不满意的，请写明意见，承办单位据此重新办理。")
    row = Evaluation.objects.create(reply=reply, mandate=mandate, attitude=attitude, result=result, text=text.strip(), entered_by=actor)
    audit.record(actor, "suggestions.evaluate", suggestion, changes={"result": [None, result.value]})
    how = "" if mandate.deputy.user_id == actor.pk else "（按纸质征询表登记）"
    said = f"{mandate.deputy}评价{how}：态度{attitude.label}，结果{result.label}"
    step(actor, suggestion, suggestion.state, said, unit=reply.handling.unit)
    follow(actor, suggestion)
    return row


@transaction.atomic
def rehandle(
    *,
    actor: User,
    suggestion: Suggestion,
    handlings: Iterable[Handling],
    text: str = "",
    convened_on: datetime.date | None = None,
) -> Suggestion:
    """The office sends it back to units after convening (代工委召集研究), or in the place of a deputy who has nobody left to judge.

    ``convened_on`` is the day of the meeting. A second call is a no-op. Raises PermissionDenied, and DomainError for no unit or
    one that did not answer, for a day to come, or while the judgement is still the deputy's.
    """
    suggestion = _to_conclude(actor, suggestion, SuggestionState.REHANDLING)
    if suggestion.state == SuggestionState.REHANDLING:
        return suggestion
    given = list(handlings)
    if not given:
        raise DomainError("请选择由哪个承办单位重新办理。")
    for handling in given:
        if handling.suggestion_id != suggestion.pk or handling.state != HandlingState.DONE or handling.role not in ANSWERING:
            raise DomainError(f"{handling.unit}没有答复过这件建议，不能交其重新办理。")
    if not text.strip():
        raise DomainError("请写明处理意见。")
    said = _said(convened_on, text)
    suggestion = move(actor, "suggestions.rehandle", suggestion, SuggestionState.REHANDLING, text=said)
    for handling in given:
        _give_back(actor, handling)
    tell_proposers(suggestion, f"您的建议交承办单位重新办理：{suggestion.title}", f"rehandle-{suggestion.version}")
    return suggestion


@transaction.atomic
def close(*, actor: User, suggestion: Suggestion, text: str, convened_on: datetime.date | None = None) -> Suggestion:
    """The office closes what was convened, what needs no judgement, or what no deputy judged after reminders; see
    ``judges.may_be_concluded``. A second call is a no-op. Raises PermissionDenied, and DomainError without a word of what was
    decided, or while the judgement is still the deputy's.
    """
    suggestion = _to_conclude(actor, suggestion, SuggestionState.CLOSED)
    if suggestion.state == SuggestionState.CLOSED:
        return suggestion
    if not text.strip():
        raise DomainError("请写明办结的处理意见。")
    return _close(actor, suggestion, _said(convened_on, text))


@transaction.atomic
def report_commitment(*, actor: User, commitment: Commitment, progress: str, photos: Iterable[files.Examined] = ()) -> Commitment:
    """The unit says what became of its promise, with photos; the deputy judges it then. The same words again are a no-op."""
    commitment = _locked_commitment(commitment)
    require(actor, "suggestions.handle_suggestion", commitment.reply.handling)
    if not progress.strip():
        raise DomainError("请写明落实情况。")
    if commitment.state == CommitmentState.REPORTED and commitment.progress == progress.strip():
        return commitment
    _move_commitment(actor, commitment, CommitmentState.REPORTED, progress=progress.strip(), reported_on=timezone.localdate())
    for photo in photos:
        files.store(CommitmentPhoto, photo, actor, commitment=commitment)
    suggestion = commitment.reply.handling.suggestion
    unit = commitment.reply.handling.unit
    step(actor, suggestion, suggestion.state, f"{unit}报告承诺事项“{commitment.text}”的落实情况：{progress.strip()}", unit=unit)
    tell_proposers(suggestion, f"承诺事项已落实，请评价：{suggestion.title}", f"commitment-{commitment.pk}-{commitment.version}")
    return _locked_commitment(commitment)


@transaction.atomic
def judge_commitment(*, actor: User, commitment: Commitment, grade: str, comment: str = "") -> Commitment:
    """The deputy, or the office for her: kept, or to be put right and reported again. The same judgement again is a no-op."""
    commitment = _locked_commitment(commitment)
    suggestion = commitment.reply.handling.suggestion
    require(actor, "suggestions.evaluate_reply", suggestion)
    _refuse_other_judge(actor, suggestion)
    grade = Grade(grade)
    if commitment.state in {CommitmentState.KEPT, CommitmentState.NOT_KEPT} and commitment.grade == grade:
        return commitment
    if grade == Grade.NOT_SATISFIED and not comment.strip():
        raise DomainError("不满意的，请写明还差什么。")
    state = CommitmentState.NOT_KEPT if grade == Grade.NOT_SATISFIED else CommitmentState.KEPT
    _move_commitment(actor, commitment, state, grade=grade, comment=comment.strip(), evaluated_on=timezone.localdate())
    said = f"代表评价承诺事项“{commitment.text}”：{grade.label}{'，' if comment.strip() else ''}{comment.strip()}"
    step(actor, suggestion, suggestion.state, said)
    tell_unit(commitment.reply.handling, f"代表评价承诺事项“{grade.label}”：{suggestion.title}")
    return _locked_commitment(commitment)


def follow(actor: audit.Actor, suggestion: Suggestion) -> None:
    """What the judgements of the round's replies lead to, once the judge has given them all. Without one it waits for the office.

    Part of the caller's transaction, which has locked the suggestion and asked for permission. Called again it does nothing.
    """
    if suggestion.state != SuggestionState.REPLIED or judges.judge_of(suggestion) is None:
        return
    sent = Reply.objects.filter(handling__suggestion=suggestion, state=ReplyState.SENT).select_related("handling")
    replies = judges.latest(sent)
    given = {(row.reply_id, row.mandate_id): row for row in Evaluation.objects.filter(reply__in=replies)}
    order = [mandate.pk for mandate in judges.deciding(suggestion)]
    judged = {reply.pk: next((given[reply.pk, pk] for pk in order if (reply.pk, pk) in given), None) for reply in replies}
    if not judged or None in judged.values():
        return
    today = timezone.localdate()
    running = suggestion.clocks.filter(kind=LimitKind.EVALUATE).exclude(state=ClockState.STOPPED)
    clocks.stop(actor=actor, clocks=running, on=today)
    refused = [reply for reply in replies if judged[reply.pk].result == Grade.NOT_SATISFIED]  # type: ignore[union-attr]
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


def _give_back(actor: audit.Actor, handling: Handling) -> None:
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


def _to_conclude(actor: User, suggestion: Suggestion, to: SuggestionState) -> Suggestion:
    """The suggestion, locked, once it is the organ's to decide, or in the state it would be moved to."""
    suggestion = locked(suggestion)
    require(actor, "suggestions.close_suggestion", suggestion)
    if suggestion.state == to:
        return suggestion
    counted = Suggestion.objects.with_judgement().select_related("congress__suggestion_rules", "proposer__deputy").get(pk=suggestion.pk)
    if suggestion.state in {SuggestionState.REPLIED, SuggestionState.CONVENED} and not judges.may_be_concluded(counted):
        times = judges.rules_of(counted).reminders_before_excluded
        raise DomainError(f"请先由{judges.judge_of(counted).deputy}评价。评价期满并催评{times}次仍不评价的，再代为提出处理意见。")  # type: ignore[union-attr]
    return suggestion


def _said(convened_on: datetime.date | None, text: str) -> str:
    if convened_on is None:
        return text.strip()
    if convened_on > timezone.localdate():
        raise DomainError("召集研究的日期不能晚于今天。")
    return f"{convened_on.year}年{convened_on.month}月{convened_on.day}日召集研究：{text.strip()}"


def _close(actor: audit.Actor, suggestion: Suggestion, text: str) -> Suggestion:
    today: datetime.date = timezone.localdate()
    suggestion = move(actor, "suggestions.close", suggestion, SuggestionState.CLOSED, text=text, closed_on=today)
    open_clocks = suggestion.clocks.exclude(kind=LimitKind.PUBLISH).exclude(state=ClockState.STOPPED)
    clocks.stop(actor=actor, clocks=open_clocks, on=today)
    tell_proposers(suggestion, f"您的建议已办结：{suggestion.title}", "closed")
    voters.bring_back(actor=actor, suggestion=suggestion)
    return suggestion


def _refuse_other(actor: User, suggestion: Suggestion, mandate: Mandate) -> None:
    """A deputy judges for herself; only the organ that runs the congress's suggestions enters another's paper."""
    if mandate.pk not in {row.pk for row in judges.succession(suggestion)}:
        raise DomainError(f"{mandate.deputy}不是这件建议的提出人或者附议人，不能评价。")
    if mandate.deputy.user_id != actor.pk and not may(actor, "suggestions.close_suggestion", suggestion):
        raise DomainError("请由代表本人评价。")
    refuse_ended(suggestion, mandate)
    judge = judges.judge_of(suggestion)
    if judge is not None and mandate.pk != judge.pk and not judges.rules_of(suggestion).answer_every_cosigner:
        raise DomainError(f"按照办理规则，由{judge.deputy}代表全体联名代表评价。")


def _refuse_other_judge(actor: User, suggestion: Suggestion) -> None:
    """A promise is judged once: by the judge, or by the organ that runs the matter for her."""
    if may(actor, "suggestions.close_suggestion", suggestion):
        return
    own = next((row for row in judges.succession(suggestion) if row.deputy.user_id == actor.pk), None)
    if own is None:
        raise PermissionDenied
    refuse_ended(suggestion, own)
    judge = judges.judge_of(suggestion)
    if judge is not None and judge.pk != own.pk:
        raise DomainError(f"承诺事项由{judge.deputy}评价。")


def refuse_ended(suggestion: Suggestion, mandate: Mandate) -> None:
    """Raises DomainError for a deputy who is no longer in office, saying who judges now."""
    if judges.in_force(mandate):
        return
    judge = judges.judge_of(suggestion)
    whose = f"由{judge.deputy}评价" if judge else "由人大办理机构提出处理意见"
    raise DomainError(f"{mandate.deputy}的代表资格现为“{mandate.get_status_display()}”，不能再评价，这件建议{whose}。")


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
