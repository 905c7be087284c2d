"""Writing, signing along, handing in and taking back (代表法 art. 14, 15, 24, 36)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from congress import codes
from congress.enums import CongressLevel, Role
from congress.errors import Conflict, DomainError
from congress.models import Session, User
from congress.services import audit, files
from congress.services.notices import notify
from deputies.enums import MandateStatus
from deputies.models import Mandate, Opinion
from suggestions.enums import (
    EDITABLE,
    OPEN_HANDLING,
    UNIT_ROLES,
    ClockState,
    CosignState,
    HandlingState,
    Occasion,
    SuggestionKind,
    SuggestionState,
)
from suggestions.models import Cosigner, Handling, Suggestion, SuggestionFile, SuggestionVersion
from suggestions.services import clocks, similarity
from suggestions.services.moves import locked, locked_handling, move, move_handling, require, step
from suggestions.services.profiles import profile_of

# What its authors may change until it is handed in.
FIELDS = (
    "kind",
    "title",
    "basis",
    "request",
    "category",
    "origin",
    "proposed_unit",
    "wants_consultation",
    "for_reference",
    "publicity_wish",
    "withholds_identity",
    "delegation",
    "forum_item",
)
_TEXT = ("title", "basis", "request")
MOST_FILES = 20


def link_to(suggestion: Suggestion) -> str:
    return reverse("suggestions:detail", args=[suggestion.code])


def draft(
    *,
    actor: User,
    proposer: Mandate,
    kind: str = SuggestionKind.SUGGESTION,
    session: Session | None = None,
    opinions: Iterable[Opinion] = (),
    **fields: Any,
) -> Suggestion:
    """Begins a suggestion of the deputy. With ``session`` it is proposed in session, else between sessions.

    Raises PermissionDenied for somebody else's seat, and DomainError when the seat is not in force or the session not of its term.
    """
    require(actor, "suggestions.write_suggestion")
    if not (proposer.deputy.user_id == actor.pk or actor.access.is_office or _keeps_paper_of(actor, proposer)):
        raise PermissionDenied
    _refuse_ended(proposer)
    if session is not None and session.term_id != proposer.term_id:
        raise DomainError(f"{session}不是{proposer.term}的会议，请重新选择。")

    def write(code: str) -> Suggestion:
        suggestion = Suggestion.objects.create(
            code=code,
            kind=SuggestionKind(kind),
            congress=proposer.term.congress,
            term=proposer.term,
            session=session,
            occasion=Occasion.IN_SESSION if session else Occasion.BETWEEN_SESSIONS,
            proposer=proposer,
            created_by=actor,
            **_known(fields),
        )
        suggestion.opinions.set(opinions)
        _keep_version(actor, suggestion)
        step(actor, suggestion, SuggestionState.DRAFT, "")
        audit.record(actor, "suggestions.draft", suggestion)
        return suggestion

    return codes.with_code(Suggestion, f"JY{timezone.localdate().year}-", write)


@transaction.atomic
def save(*, actor: User, suggestion: Suggestion, version: int, opinions: Iterable[Opinion] | None = None, **fields: Any) -> Suggestion:
    """Saves what was typed; autosave calls it too. What is stored already writes nothing, whatever the version.

    ``opinions`` are those it grew from; None leaves them as they are.

    Raises PermissionDenied, Conflict when another window saved meanwhile, DomainError once the text is frozen.
    """
    suggestion = locked(suggestion)
    if suggestion.state not in EDITABLE:
        raise DomainError(f"该建议现为“{suggestion.get_state_display()}”，文本已不能修改。")
    require(actor, "suggestions.edit_suggestion", suggestion)
    wanted = _known(fields)
    changed = [name for name, value in wanted.items() if getattr(suggestion, name) != value]
    grown_from = None if opinions is None else set(opinions)
    regrown = grown_from is not None and grown_from != set(suggestion.opinions.all())
    if not changed and not regrown:
        return suggestion
    if suggestion.version != version:
        raise Conflict("这份建议刚在别处保存过。您填写的内容还在本页，请对照后再保存。")
    for name in changed:
        setattr(suggestion, name, wanted[name])
    suggestion.version += 1
    suggestion.save(update_fields=[*changed, "version"])
    if grown_from is not None and regrown:
        suggestion.opinions.set(grown_from)
    if set(changed) & set(_TEXT):
        _keep_version(actor, suggestion)
    return suggestion


@transaction.atomic
def attach(*, actor: User, suggestion: Suggestion, found: Iterable[files.Examined]) -> list[SuggestionFile]:
    """Keeps attachments with a text that may still be changed. Raises PermissionDenied, and DomainError once it is frozen or full."""
    suggestion = locked(suggestion)
    if suggestion.state not in EDITABLE:
        raise DomainError(f"该建议现为“{suggestion.get_state_display()}”，不能再加附件。")
    require(actor, "suggestions.edit_suggestion", suggestion)
    found = list(found)
    if suggestion.files.count() + len(found) > MOST_FILES:
        raise DomainError(f"附件最多{MOST_FILES}个，请先删去不用的。")
    rows = [files.store(SuggestionFile, each, actor, suggestion=suggestion) for each in found]
    for row in rows:
        audit.record(actor, "suggestions.attach", suggestion, changes={"file": [None, row.original_name]})
    return rows


@transaction.atomic
def detach(*, actor: User, file: SuggestionFile) -> None:
    """Takes an attachment away. Raises PermissionDenied, and DomainError once the text is frozen."""
    suggestion = locked(file.suggestion)
    if suggestion.state not in EDITABLE:
        raise DomainError(f"该建议现为“{suggestion.get_state_display()}”，附件不能再删。")
    require(actor, "suggestions.edit_suggestion", suggestion)
    audit.record(actor, "suggestions.detach", suggestion, changes={"file": [file.original_name, None]})
    files.remove(file)


@transaction.atomic
def ask_cosigner(*, actor: User, suggestion: Suggestion, mandate: Mandate) -> Cosigner:
    """Asks another deputy of the same congress to sign along. Asked again it gives the row that is there."""
    suggestion = locked(suggestion)
    require(actor, "suggestions.edit_suggestion", suggestion)
    _refuse_ended(mandate)
    if mandate.term_id != suggestion.term_id:
        raise DomainError(f"{mandate.deputy}不是{suggestion.term}的代表，不能附议。")
    if mandate.pk == suggestion.proposer_id:
        raise DomainError("领衔代表不必附议。")
    row, is_new = Cosigner.objects.get_or_create(suggestion=suggestion, mandate=mandate)
    if is_new and mandate.deputy.user:
        notify(
            [mandate.deputy.user],
            text=f"{suggestion.proposer.deputy}请您附议：{suggestion.title}"[:200],
            url=link_to(suggestion),
            key=f"cosign-{suggestion.code}-{mandate.pk}",
        )
    return row


@transaction.atomic
def answer_cosigning(*, actor: User, cosigner: Cosigner, agrees: bool) -> Cosigner:
    """The deputy confirms in person, or declines. The same answer again is a no-op; once handed in it stands."""
    suggestion = locked(Suggestion(pk=cosigner.suggestion_id))
    cosigner = Cosigner.objects.select_related("mandate__deputy").get(pk=cosigner.pk)
    require(actor, "suggestions.answer_cosigning", cosigner)
    state = CosignState.CONFIRMED if agrees else CosignState.DECLINED
    if cosigner.state == state:
        return cosigner
    if suggestion.state not in EDITABLE:
        raise DomainError("该建议已经提交，附议不能再改。")
    if agrees and cosigner.mandate.status != MandateStatus.ACTIVE:
        raise DomainError(f"{cosigner.mandate.deputy}的代表资格现为“{cosigner.mandate.get_status_display()}”，不能附议。")
    cosigner.state, cosigner.answered_at = state, timezone.now()
    cosigner.save(update_fields=["state", "answered_at"])
    audit.record(actor, "suggestions.answer_cosigning", suggestion, changes={"cosigner": [None, state.value]})
    return cosigner


@transaction.atomic
def submit(*, actor: User, suggestion: Suggestion) -> Suggestion:
    """Hands it in. Those who did not confirm are left out. A second call is a no-op.

    Raises DomainError for an incomplete text, or a bill without enough names (地方组织法 art. 22).
    """
    suggestion = locked(suggestion)
    if suggestion.state == SuggestionState.SUBMITTED:
        return suggestion
    if suggestion.state not in EDITABLE:
        raise DomainError(f"该建议现为“{suggestion.get_state_display()}”，不能再次提交。")
    require(actor, "suggestions.edit_suggestion", suggestion)
    _refuse_ended(suggestion.proposer)
    missing = [
        label for name, label in (("title", "标题"), ("basis", "事由"), ("request", "具体建议")) if not getattr(suggestion, name).strip()
    ]
    if missing:
        raise DomainError(f"提交前请写明{'、'.join(missing)}。")
    names = 1 + suggestion.cosigners.filter(state=CosignState.CONFIRMED).count()
    if suggestion.kind == SuggestionKind.BILL and suggestion.delegation_id is None:
        least = profile_of(suggestion.congress).bill_cosigners
        if names < least:
            raise DomainError(f"代表联名提出议案须{least}人以上，现有{names}人确认。请请其他代表附议，或者改作建议提出。")
    suggestion = move(actor, "suggestions.submit", suggestion, SuggestionState.SUBMITTED, submitted_at=timezone.now())
    similarity.reindex(suggestion)
    tell_those_who_run(suggestion, f"收到{suggestion.proposer.deputy}的{suggestion.get_kind_display()}：{suggestion.title}", "submitted")
    return suggestion


@transaction.atomic
def withdraw(*, actor: User, suggestion: Suggestion, reason: str) -> Suggestion:
    """Takes it back in writing; handling ends. A second call is a no-op.

    Where the rules ask for it each cosigner still in office must agree first (``agree_to_withdraw``). Raises DomainError when
    one has not, without a reason, once it was answered, or for a deputy whose mandate ended after she handed it in: then it
    stays with the congress.
    """
    suggestion = locked(suggestion)
    if suggestion.state == SuggestionState.WITHDRAWN:
        return suggestion
    require(actor, "suggestions.withdraw_suggestion", suggestion)
    if not reason.strip():
        raise DomainError("请写明撤回的原因。")
    seat = suggestion.proposer
    if suggestion.state not in EDITABLE and seat.status != MandateStatus.ACTIVE:
        raise DomainError(f"{seat.deputy}的代表资格现为“{seat.get_status_display()}”，已经提出的建议继续办理，不能撤回。")
    if suggestion.state not in EDITABLE and profile_of(suggestion.congress).cosigners_withdraw:
        left = suggestion.cosigners.filter(
            state=CosignState.CONFIRMED, agrees_to_withdraw=False, mandate__status=MandateStatus.ACTIVE
        ).select_related("mandate__deputy")
        names = [str(row.mandate.deputy) for row in left]
        if names:
            raise DomainError(f"联名提出的建议，撤回须全体同意。尚未同意：{'、'.join(names)}。")
    suggestion = move(
        actor, "suggestions.withdraw", suggestion, SuggestionState.WITHDRAWN, text=reason, withdrawn_because=reason.strip()[:200]
    )
    end_handling(actor, suggestion)
    tell_those_who_run(suggestion, f"代表撤回建议：{suggestion.title}", "withdrawn")
    return suggestion


@transaction.atomic
def agree_to_withdraw(*, actor: User, cosigner: Cosigner) -> Cosigner:
    """A cosigner agrees that it be taken back. A second call is a no-op."""
    locked(Suggestion(pk=cosigner.suggestion_id))
    cosigner = Cosigner.objects.select_related("mandate__deputy", "suggestion").get(pk=cosigner.pk)
    require(actor, "suggestions.answer_cosigning", cosigner)
    if not cosigner.agrees_to_withdraw:
        cosigner.agrees_to_withdraw = True
        cosigner.save(update_fields=["agrees_to_withdraw"])
        audit.record(actor, "suggestions.agree_to_withdraw", cosigner.suggestion)
    return cosigner


def end_handling(actor: audit.Actor, suggestion: Suggestion) -> None:
    """Ends every unit's open part and stops the clocks."""
    for handling in suggestion.handlings.filter(state__in=OPEN_HANDLING).order_by("pk"):
        handling = move_handling(actor, "suggestions.end_handling", locked_handling(handling), HandlingState.ENDED)
        _tell_unit(handling, f"该建议已由代表撤回，终止办理：{suggestion.title}")
    clocks.stop(actor=actor, clocks=suggestion.clocks.exclude(state=ClockState.STOPPED), on=timezone.localdate())


def tell_those_who_run(suggestion: Suggestion, text: str, what: str) -> None:
    """The deputies' office, in a town its presidium's staff. Once for each handing in."""
    role = Role.TOWN_OFFICE if suggestion.congress.level == CongressLevel.TOWN else Role.OFFICE
    people = User.objects.in_role(role)
    if role == Role.TOWN_OFFICE:
        people = people.filter(grants__role=role, grants__organisation__area=suggestion.congress.area_id)
    notify(people, text=text[:200], url=link_to(suggestion), key=f"suggestion-{what}-{suggestion.code}-{suggestion.version}")


def _tell_unit(handling: Handling, text: str) -> None:
    notify(
        User.objects.in_role(*UNIT_ROLES, organisation=handling.unit),
        text=text[:200],
        url=link_to(handling.suggestion),
        key=f"handling-{handling.pk}-{handling.version}",
    )


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(fields) - set(FIELDS):
        raise TypeError(f"not a field of the form: {sorted(unknown)}")
    return {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}


def _keeps_paper_of(actor: User, mandate: Mandate) -> bool:
    return any(mandate.area.path.startswith(path) for path in actor.access.area_paths(Role.TOWN_OFFICE))


def _refuse_ended(mandate: Mandate) -> None:
    if mandate.status != MandateStatus.ACTIVE:
        raise DomainError(f"{mandate.deputy}的代表资格现为“{mandate.get_status_display()}”，不能提出建议。")


def _keep_version(actor: User, suggestion: Suggestion) -> None:
    """Autosaves of one person within an hour share a version."""
    text = {name: getattr(suggestion, name) for name in _TEXT}
    last = suggestion.versions.order_by("-number").first()
    recent = last and last.saved_by_id == actor.pk and timezone.now() - last.saved_at < datetime.timedelta(hours=1)
    if last and recent:
        for name, value in text.items():
            setattr(last, name, value)
        last.save(update_fields=[*_TEXT, "saved_at"])
    else:
        SuggestionVersion.objects.create(suggestion=suggestion, number=last.number + 1 if last else 1, saved_by=actor, **text)
