"""Replies (答复): drafted, reviewed and signed with their publicity, sent to the deputies (代表法 art. 51)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from congress import codes
from congress.errors import Conflict, DomainError
from congress.models import User
from congress.services import audit
from congress.services.files import DOCX, PDF
from congress.services.notices import notify
from suggestions.enums import (
    ANSWERING,
    OPEN_HANDLING,
    UNIT_ROLES,
    HandlingRole,
    HandlingState,
    LimitKind,
    Publicity,
    PublicityWish,
    ReplyState,
    SuggestionState,
)
from suggestions.models import Commitment, Handling, Reply, Suggestion
from suggestions.services import clocks
from suggestions.services.examining import tell_proposers
from suggestions.services.moves import locked_handling, move, move_handling, require, step
from suggestions.services.profiles import profile_of
from suggestions.services.units import ANSWER_KINDS

FIELDS = (
    "document_number",
    "text",
    "reply_class",
    "publicity",
    "publicity_reason",
    "summary",
    "contact_person",
    "contact_phone",
    "promises",
)
MOST_PROMISES = 20
_NO_REASON = "不公开的，请写明理由。"


@dataclass(frozen=True)
class Promise:
    """What a reply commits the unit to, and until when."""

    text: str
    due_on: date


def reply_link(suggestion: Suggestion) -> str:
    return reverse("suggestions:reply", args=[suggestion.code])


@transaction.atomic
def draft(*, actor: User, handling: Handling, version: int | None = None, **fields: Any) -> Reply:
    """Begins or changes the unit's reply of this round. The same content again writes nothing.

    ``version`` is that of the draft which the writer has before her, -1 when there was none, None to write whatever it is.
    ``promises`` are ``Promise`` rows, which are kept with the draft and become commitments when it is sent.

    Raises PermissionDenied, Conflict when a colleague saved meanwhile, DomainError unless the unit has it in hand, once sent,
    or for an answer that is withheld without a reason.
    """
    handling = locked_handling(handling)
    require(actor, "suggestions.handle_suggestion", handling)
    if handling.role not in ANSWERING:
        raise DomainError("协办单位向主办单位提出协办意见，不单独答复代表。")
    if handling.state != HandlingState.IN_HAND:
        raise DomainError(f"该件现为“{handling.get_state_display()}”，请先签收再起草答复。")
    if unknown := set(fields) - set(FIELDS):
        raise TypeError(f"not a field of a reply: {sorted(unknown)}")
    if fields.get("publicity") == Publicity.NONE and not fields.get("publicity_reason", "").strip():
        raise DomainError(_NO_REASON)
    if "promises" in fields:
        fields["promises"] = _written(fields["promises"])
    reply = Reply.objects.filter(handling=handling, round=handling.round).first()
    if reply is None:
        return Reply.objects.create(handling=handling, round=handling.round, drafted_by=actor, **fields)
    if reply.state == ReplyState.SENT:
        raise DomainError("答复已经发出，不能再改。")
    changed = [name for name, value in fields.items() if getattr(reply, name) != value]
    if changed:
        if version is not None and reply.version != version:
            raise Conflict("这份答复刚由同事保存过。您填写的内容还在本页，请对照后再保存。")
        for name in changed:
            setattr(reply, name, fields[name])
        reply.version += 1
        reply.state = ReplyState.DRAFT  # a changed text is reviewed anew
        reply.save(update_fields=[*changed, "version", "state"])
    return reply


@transaction.atomic
def ask_signature(*, actor: User, reply: Reply) -> Reply:
    """Puts the draft before whoever signs for the unit. A second call is a no-op."""
    reply = _locked(reply)
    require(actor, "suggestions.handle_suggestion", reply.handling)
    if reply.state == ReplyState.REVIEW:
        return reply
    if reply.state == ReplyState.SENT:
        raise DomainError("答复已经发出。")
    _refuse_incomplete(reply)
    _refuse_promises(promises_of(reply), timezone.localdate())
    Reply.objects.filter(pk=reply.pk).update(state=ReplyState.REVIEW, version=F("version") + 1)
    suggestion = reply.handling.suggestion
    audit.record(actor, "suggestions.ask_signature", suggestion)
    colleagues = User.objects.in_role(*UNIT_ROLES, organisation=reply.handling.unit).exclude(pk=actor.pk)
    key = f"sign-reply-{reply.pk}-{reply.version}"
    notify(colleagues, text=f"请审核签发答复：{suggestion.title}"[:200], url=reply_link(suggestion), key=key)
    return _locked(reply)


@transaction.atomic
def give_back(*, actor: User, reply: Reply, note: str) -> Reply:
    """Whoever signs sends the draft back to its writer with a word. A second call is a no-op. Raises DomainError without one, or once sent."""
    reply = _locked(reply)
    require(actor, "suggestions.handle_suggestion", reply.handling)
    if reply.state == ReplyState.DRAFT:
        return reply
    if reply.state == ReplyState.SENT:
        raise DomainError("答复已经发出，不能退回修改。")
    if not note.strip():
        raise DomainError("请写明要修改什么。")
    Reply.objects.filter(pk=reply.pk).update(state=ReplyState.DRAFT, version=F("version") + 1)
    suggestion = reply.handling.suggestion
    step(actor, suggestion, suggestion.state, f"答复稿退回修改：{note.strip()}", unit=reply.handling.unit, is_inner=True)
    audit.record(actor, "suggestions.give_back_reply", suggestion)
    text = f"答复稿退回修改：{note.strip()}（{suggestion.title}）"
    notify([reply.drafted_by], text=text[:200], url=reply_link(suggestion), key=f"back-reply-{reply.pk}-{reply.version}")
    return _locked(reply)


@transaction.atomic
def send(*, actor: User, reply: Reply, signer: str, promises: Iterable[Promise] | None = None) -> Reply:
    """Signed by the unit's head and sent to the deputies, with what it promises: ``promises``, or else those of the draft.
    A second call is a no-op.

    The suggestion is replied to once every unit that answers has answered; supporting opinions must have come before.
    Raises DomainError unless it was put up for signature, without class, publicity, text or file, or signer, and for a promise
    without a day to come.
    """
    reply = _locked(reply)
    handling = reply.handling
    require(actor, "suggestions.handle_suggestion", handling)
    if reply.state == ReplyState.SENT:
        return reply
    if reply.state != ReplyState.REVIEW:
        raise DomainError("答复稿还没有送签，或者送签后又作了修改。请先送签，再审核签发。")
    _refuse_incomplete(reply)
    if not signer.strip():
        raise DomainError("请填写签发人。答复须经承办单位负责人审核签发。")
    today = timezone.localdate()
    promises = promises_of(reply) if promises is None else list(promises)
    _refuse_promises(promises, today)
    if names := [str(row.unit) for row in missing_opinions(handling)]:
        raise DomainError(f"协办意见还没有收齐：{'、'.join(names)}。请先催办，或者由交办单位撤销协办。")
    rows = Reply.objects.filter(pk=reply.pk, version=reply.version).exclude(state=ReplyState.SENT)
    if not rows.update(state=ReplyState.SENT, signer=signer.strip(), signed_by=actor, sent_on=today, version=F("version") + 1):
        raise Conflict("这份答复刚由同事修改过，请刷新后再签发。")
    clocks.stop(actor=actor, clocks=handling.clocks.filter(kind__in=ANSWER_KINDS, round=handling.round), on=today)
    clocks.stop(actor=actor, clocks=handling.clocks.filter(kind__in=[LimitKind.SIGN, LimitKind.RETURN, LimitKind.CONTACT]), on=today)
    handling = move_handling(actor, "suggestions.send_reply", handling, HandlingState.DONE, done_on=today)
    for promise in promises:
        codes.with_code(
            Commitment,
            f"CN{today.year}-",
            lambda code, promise=promise: Commitment.objects.create(  # type: ignore[misc]
                code=code, reply=reply, text=promise.text.strip(), due_on=promise.due_on
            ),
        )
    suggestion = handling.suggestion
    said = f"{handling.unit}答复（{reply.reply_class}）"
    if suggestion.handlings.filter(role__in=ANSWERING, state__in=OPEN_HANDLING).exists():
        step(actor, suggestion, suggestion.state, said, unit=handling.unit)
    else:
        suggestion = move(actor, "suggestions.reply", suggestion, SuggestionState.REPLIED, text=said, unit=handling.unit, replied_on=today)
        kinds = [LimitKind.EVALUATE] if not suggestion.for_reference else []
        kinds += [LimitKind.PUBLISH] if _may_be_public(suggestion) else []
        clocks.start(actor=actor, suggestion=suggestion, kinds=kinds, on=today, round=reply.round)
    tell_proposers(suggestion, f"{handling.unit}已答复，请评价：{suggestion.title}", f"replied-{reply.pk}")
    return _locked(reply)


def _may_be_public(suggestion: Suggestion) -> bool:
    """Whether there is anything to publish: the deputy does not mind, and some unit's answer is not withheld."""
    if suggestion.publicity_wish == PublicityWish.NONE:
        return False
    sent = Reply.objects.filter(handling__suggestion=suggestion, handling__role__in=ANSWERING, state=ReplyState.SENT)
    return sent.exclude(publicity=Publicity.NONE).exists()


def missing_opinions(handling: Handling) -> QuerySet[Handling]:
    """The supporting units whose opinions the answer still waits for."""
    rows = handling.suggestion.handlings.filter(role=HandlingRole.SUPPORT, state__in=OPEN_HANDLING)
    return rows.select_related("unit").order_by("pk")


def _written(promises: Iterable[Promise]) -> list[dict[str, str]]:
    rows = [{"text": promise.text.strip(), "due_on": promise.due_on.isoformat()} for promise in promises]
    if len(rows) > MOST_PROMISES:
        raise DomainError(f"一次答复的承诺事项最多{MOST_PROMISES}项。")
    return rows


def promises_of(reply: Reply) -> list[Promise]:
    """What the draft promises."""
    return [Promise(row["text"], date.fromisoformat(row["due_on"])) for row in reply.promises]


def _refuse_promises(promises: Iterable[Promise], today: date) -> None:
    if any(not promise.text.strip() or promise.due_on <= today for promise in promises):
        raise DomainError("承诺事项请写明内容和今后的完成期限。")


def _locked(reply: Reply) -> Reply:
    handling = locked_handling(reply.handling)
    found = Reply.objects.select_for_update(of=("self",)).select_related("reply_class", "drafted_by").get(pk=reply.pk)
    found.handling = handling
    return found


def _refuse_incomplete(reply: Reply) -> None:
    if reply.reply_class is None:
        raise DomainError("请选择答复类别（A、B、C、D）。")
    if reply.reply_class.scheme_id != profile_of(reply.handling.suggestion.congress).scheme_id:
        raise DomainError("答复分类方案已经调整，请重新选择答复类别。")
    if not reply.text.strip() and not reply.files.filter(content_type__in=[DOCX, PDF]).exists():
        raise DomainError("请填写答复内容，或者上传答复函（Word 或者 PDF）。")
    if not reply.publicity:
        raise DomainError("请选择答复的公开方式。")
    if reply.publicity == Publicity.NONE and not reply.publicity_reason.strip():
        raise DomainError(_NO_REASON)
    if reply.publicity == Publicity.SUMMARY and not reply.summary.strip():
        raise DomainError("摘要公开的，请填写公开摘要。")
