"""Suggestions of earlier years, kept as they ended: closed, with their units and answers, so that figures and look-ups know them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from congress.access import may
from congress.errors import DomainError
from congress.models import Organisation, Session, Term, User
from deputies.models import Mandate
from suggestions.enums import (
    CosignState,
    HandlingRole,
    HandlingState,
    Occasion,
    Publicity,
    ReplyState,
    SuggestionKind,
    SuggestionState,
)
from suggestions.models import Cosigner, Evaluation, Handling, Reply, ReplyClass, Suggestion, SuggestionCategory, SuggestionStep
from suggestions.services import similarity

UNSAID = "往年的建议，导入时没有注明公开方式"
_STEP = "往年的建议，由台账导入"
_BATCH = 500


@dataclass(frozen=True)
class HistoryEntry:
    """One closed matter. ``accepted_on`` says in which year it counts; ``replied_on`` is the day of its answers.

    ``units`` has the roles; those that answer share the answer, for the papers of past years have one each.
    """

    term: Term
    proposer: Mandate
    title: str
    accepted_on: datetime.date
    session: Session | None = None
    kind: str = SuggestionKind.SUGGESTION
    old_number: str = ""
    signer_count: int | None = None
    basis: str = ""
    request: str = ""
    category: SuggestionCategory | None = None
    cosigners: Sequence[Mandate] = ()
    withholds_identity: bool = False
    units: Mapping[Organisation, HandlingRole] = field(default_factory=dict)
    assigned_on: datetime.date | None = None
    replied_on: datetime.date | None = None
    document_number: str = ""
    answer: str = ""
    reply_class: ReplyClass | None = None
    publicity: str = ""
    publicity_reason: str = ""
    attitude: str = ""
    result: str = ""
    comment: str = ""

    @property
    def answered_on(self) -> datetime.date:
        """The day the answer counts by: its own, or that of the matter where the paper has none."""
        return self.replied_on or self.assigned_on or self.accepted_on


def refuse(entry: HistoryEntry, actor: User) -> None:
    """Raises PermissionDenied for a congress the actor's organ does not answer for, and DomainError for what can't have been."""
    if not may(actor, "suggestions.close_suggestion", _made(entry, actor, "")):
        raise PermissionDenied
    today = timezone.localdate()
    for day, label in ((entry.accepted_on, "受理日期"), (entry.assigned_on, "交办日期"), (entry.replied_on, "答复日期")):
        if day is not None and day > today:
            raise DomainError(f"{label}不能晚于今天")
    if entry.assigned_on and entry.assigned_on < entry.accepted_on:
        raise DomainError("交办日期不能早于受理日期")
    if entry.replied_on and entry.replied_on < (entry.assigned_on or entry.accepted_on):
        raise DomainError("答复日期不能早于交办（受理）日期")


@transaction.atomic
def record(*, actor: User, entries: Iterable[HistoryEntry]) -> list[Suggestion]:
    """Keeps the matters, in bulk. The caller has compared them with those there are; the import's own audit row names the file.

    Raises as ``refuse`` does.
    """
    entries = list(entries)
    numbers: dict[str, int] = {}
    made: list[Suggestion] = []
    for entry in entries:
        refuse(entry, actor)
        prefix = f"JY{entry.accepted_on.year}-"
        numbers[prefix] = numbers.get(prefix) or _last(prefix)
        numbers[prefix] += 1
        made.append(_made(entry, actor, f"{prefix}{numbers[prefix]:06d}"))
    Suggestion.objects.bulk_create(made, batch_size=_BATCH)
    both = list(zip(made, entries, strict=True))
    now = timezone.now()
    Cosigner.objects.bulk_create(
        (
            Cosigner(suggestion=row, mandate=mandate, state=CosignState.CONFIRMED, answered_at=now)
            for row, entry in both
            for mandate in entry.cosigners
        ),
        batch_size=_BATCH,
    )
    handlings = [(_handling(row, entry, unit, role, actor), entry) for row, entry in both for unit, role in entry.units.items()]
    Handling.objects.bulk_create((handling for handling, _ in handlings), batch_size=_BATCH)
    replies = [
        (_reply(handling, entry, actor), entry)
        for handling, entry in handlings
        if entry.reply_class is not None and handling.role != HandlingRole.SUPPORT
    ]
    Reply.objects.bulk_create((reply for reply, _ in replies), batch_size=_BATCH)
    Evaluation.objects.bulk_create(
        (
            Evaluation(
                reply=reply,
                mandate=entry.proposer,
                attitude=entry.attitude or entry.result,
                result=entry.result,
                text=entry.comment,
                entered_by=actor,
            )
            for reply, entry in replies
            if entry.result
        ),
        batch_size=_BATCH,
    )
    SuggestionStep.objects.bulk_create(
        (SuggestionStep(suggestion=row, state=SuggestionState.CLOSED, text=_STEP, actor=actor) for row in made), batch_size=_BATCH
    )
    similarity.index(made)
    return made


def _made(entry: HistoryEntry, actor: User, code: str) -> Suggestion:
    answered = entry.replied_on or (entry.answered_on if entry.reply_class else None)
    return Suggestion(
        code=code,
        kind=entry.kind,
        congress=entry.term.congress,
        term=entry.term,
        session=entry.session,
        occasion=Occasion.IN_SESSION if entry.session else Occasion.BETWEEN_SESSIONS,
        old_number=entry.old_number,
        signer_count=entry.signer_count,
        title=entry.title,
        basis=entry.basis,
        request=entry.request,
        category=entry.category,
        proposer=entry.proposer,
        withholds_identity=entry.withholds_identity,
        state=SuggestionState.CLOSED,
        accepted_on=entry.accepted_on,
        assigned_on=entry.assigned_on,
        replied_on=answered,
        closed_on=answered or entry.assigned_on or entry.accepted_on,
        created_by=actor,
    )


def _handling(row: Suggestion, entry: HistoryEntry, unit: Organisation, role: HandlingRole, actor: User) -> Handling:
    return Handling(
        suggestion=row,
        unit=unit,
        role=role,
        state=HandlingState.DONE,
        assigned_on=entry.assigned_on or entry.accepted_on,
        assigned_by=actor,
        done_on=entry.replied_on,
    )


def _reply(handling: Handling, entry: HistoryEntry, actor: User) -> Reply:
    publicity = entry.publicity or Publicity.NONE
    reason = (entry.publicity_reason or UNSAID) if publicity == Publicity.NONE else ""
    return Reply(
        handling=handling,
        state=ReplyState.SENT,
        document_number=entry.document_number,
        text=entry.answer,
        reply_class=entry.reply_class,
        publicity=publicity,
        publicity_reason=reason,
        drafted_by=actor,
        sent_on=entry.answered_on,
    )


def _last(prefix: str) -> int:
    last = Suggestion.objects.filter(code__startswith=prefix).order_by("-code").values_list("code", flat=True).first()
    return int(last[len(prefix) :]) if last else 0
