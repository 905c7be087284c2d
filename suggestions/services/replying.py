"""Replies (答复): drafted, reviewed and signed with their publicity, sent to the deputies (代表法 art. 51)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from congress import codes
from congress.errors import Conflict, DomainError
from congress.models import User
from congress.services import audit
from suggestions.enums import (
    ANSWERING,
    OPEN_HANDLING,
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
from suggestions.services.units import answer_clock

FIELDS = (
    "document_number",
    "text",
    "reply_class",
    "publicity",
    "publicity_reason",
    "summary",
    "contact_person",
    "contact_phone",
)


@dataclass(frozen=True)
class Promise:
    """What a reply commits the unit to, and until when."""

    text: str
    due_on: date


@transaction.atomic
def draft(*, actor: User, handling: Handling, version: int | None = None, **fields: Any) -> Reply:
    """Begins or changes the unit's reply of this round. The same content again writes nothing.

    Raises PermissionDenied, Conflict when a colleague saved meanwhile, DomainError unless the unit has it in hand, or once sent.
    """
    handling = locked_handling(handling)
    require(actor, "suggestions.handle_suggestion", handling)
    if handling.role not in ANSWERING:
        raise DomainError("协办单位向主办单位提出协办意见，不单独答复代表。")
    if handling.state != HandlingState.IN_HAND:
        raise DomainError(f"该件现为“{handling.get_state_display()}”，请先签收再起草答复。")
    if unknown := set(fields) - set(FIELDS):
        raise TypeError(f"not a field of a reply: {sorted(unknown)}")
    reply = Reply.objects.filter(handling=handling, round=handling.round).first()
    if reply is None:
        return Reply.objects.create(handling=handling, round=handling.round, drafted_by=actor, **fields)
    if reply.state == ReplyState.SENT:
        raise DomainError("答复已经发出，不能再改。")
    if version is not None and reply.version != version:
        raise Conflict("这份答复刚由同事保存过。您填写的内容还在本页，请对照后再保存。")
    changed = [name for name, value in fields.items() if getattr(reply, name) != value]
    if changed:
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
    Reply.objects.filter(pk=reply.pk).update(state=ReplyState.REVIEW, version=F("version") + 1)
    audit.record(actor, "suggestions.ask_signature", reply.handling.suggestion)
    return _locked(reply)


@transaction.atomic
def send(*, actor: User, reply: Reply, signer: str, promises: Iterable[Promise] = ()) -> Reply:
    """Signed by the unit's head and sent to the deputies, with what it promises. A second call is a no-op.

    The suggestion is replied to once every unit that answers has answered; supporting opinions must have come before.
    Raises DomainError without class, publicity, text or file, or signer, and for a promise without a day to come.
    """
    reply = _locked(reply)
    handling = reply.handling
    require(actor, "suggestions.handle_suggestion", handling)
    if reply.state == ReplyState.SENT:
        return reply
    _refuse_incomplete(reply)
    if not signer.strip():
        raise DomainError("请填写签发人。答复须经承办单位负责人审核签发。")
    today = timezone.localdate()
    promises = list(promises)
    if any(not promise.text.strip() or promise.due_on <= today for promise in promises):
        raise DomainError("承诺事项请写明内容和今后的完成期限。")
    waiting = handling.suggestion.handlings.filter(role="support", state__in=OPEN_HANDLING).select_related("unit")
    if names := [str(row.unit) for row in waiting]:
        raise DomainError(f"协办意见还没有收齐：{'、'.join(names)}。请先催办，或者由交办单位撤销协办。")
    rows = Reply.objects.filter(pk=reply.pk, version=reply.version).exclude(state=ReplyState.SENT)
    if not rows.update(state=ReplyState.SENT, signer=signer.strip(), signed_by=actor, sent_on=today, version=F("version") + 1):
        raise Conflict("这份答复刚由同事修改过，请刷新后再签发。")
    if clock := answer_clock(handling):
        clocks.stop(actor=actor, clocks=[clock], on=today)
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


def _locked(reply: Reply) -> Reply:
    handling = locked_handling(reply.handling)
    found = Reply.objects.select_for_update(of=("self",)).select_related("reply_class").get(pk=reply.pk)
    found.handling = handling
    return found


def _refuse_incomplete(reply: Reply) -> None:
    if reply.reply_class is None:
        raise DomainError("请选择答复类别（A、B、C、D）。")
    if not reply.text.strip() and not reply.files.exists():
        raise DomainError("请填写答复内容，或者上传答复函。")
    if not reply.publicity:
        raise DomainError("请选择答复的公开方式。")
    if reply.publicity == Publicity.NONE and not reply.publicity_reason.strip():
        raise DomainError("不公开的，请写明理由。")
    if reply.publicity == Publicity.SUMMARY and not reply.summary.strip():
        raise DomainError("摘要公开的，请填写公开摘要。")
