"""What is printed of one suggestion: its form, a reply with the sheet to judge it by, the notice that it is supervised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied

from congress.access import may
from congress.errors import DomainError
from congress.models import DocumentBatch, User
from congress.services.documents import Wanted
from suggestions.enums import ANSWERING, EDITABLE, UNIT_ROLES, HandlingState, ReminderKind, ReplyState
from suggestions.models import (
    Clock,
    Commitment,
    Consultation,
    Evaluation,
    Handling,
    KeySupervision,
    Reminder,
    Reply,
    RuleProfile,
    Suggestion,
)
from suggestions.services.moves import require
from suggestions.services.papers import kinds, many
from suggestions.services.papers.asking import ask

_GONE = (HandlingState.RETURNED, HandlingState.ENDED)
WORD = "（Word 稿）"


@dataclass(frozen=True)
class Offer:
    """One button. ``of`` says of which reply, unit's part or reminder."""

    key: str
    title: str
    of: str = ""


def offers(user: User, suggestion: Suggestion) -> list[Offer]:
    """What the person can print of it now. Three queries at most; nothing is offered that would be refused."""
    found = [Offer("form", "建议专用纸" if suggestion.kind != "bill" else "议案专用纸")]
    if suggestion.accepted_on is None:
        return found
    replies = list(_replies(suggestion))
    told = _told(user, suggestion)
    near = may(user, "suggestions.see_names", suggestion) and (
        may(user, "suggestions.evaluate_reply", suggestion) or may(user, "suggestions.print_letters", suggestion)
    )
    many_units = len({reply.handling.unit_id for reply in replies}) > 1
    for reply in replies:
        whose = f"（{reply.handling.unit.short_name or reply.handling.unit.name}）" if many_units else ""
        again = f"（第{reply.round}次）" if reply.round > 1 else ""
        if reply.state != ReplyState.SENT:
            if _drafts(user, reply.handling) and reply.text.strip():
                found.append(Offer("reply", f"答复函草稿{whose}{again}", subject(reply)))
        elif reply.text.strip() and reply.pk in told:
            found.append(Offer("reply", f"答复函{whose}{again}", subject(reply)))
        if reply.state == ReplyState.SENT and near:
            found.append(Offer("consultation", f"意见征询表{whose}{again}", subject(reply)))
    if may(user, "suggestions.print_letters", suggestion):
        found += [Offer("dispatch", f"交办通知（{row.unit.short_name or row.unit.name}）", str(row.pk)) for row in _given(user, suggestion)]
        rows = Reminder.objects.filter(clock__suggestion=suggestion, clock__handling__isnull=False, kind__in=many.LETTERS)
        if not may(user, "suggestions.print_assignments", suggestion.congress):
            rows = rows.filter(clock__handling__unit__in=user.access.organisation_ids(*UNIT_ROLES))
        for row in rows.select_related("clock__handling__unit").order_by("-on", "-pk")[:3]:
            unit = row.clock.handling.unit  # type: ignore[union-attr]  # only those of a handling were asked for
            name = "督办通知" if row.kind == ReminderKind.SUPERVISION else "催办函"
            found.append(Offer("reminder", f"{name}（{unit.short_name or unit.name}，{row.on.month}月{row.on.day}日）", str(row.pk)))
    if may(user, "suggestions.print_supervision", suggestion) and KeySupervision.objects.filter(suggestion=suggestion).exists():
        found.append(Offer("key", "重点督办通知"))
    return found


def request(*, actor: User, suggestion: Suggestion, key: str, of: str = "") -> DocumentBatch:
    """Asks for one of the papers. Raises PermissionDenied, KeyError for an unknown paper, and DomainError when there is nothing to print yet."""
    return {"form": _form, "reply": _reply, "consultation": _consultation, "dispatch": _dispatch, "reminder": _reminder, "key": _key}[key](
        actor, suggestion, of
    )


def subject(reply: Reply) -> str:
    """JY2026-000001/JTJ/1: suggestion, unit and round. A draft is another paper than what was sent."""
    plain = f"{reply.handling.suggestion.code}/{reply.handling.unit.code}/{reply.round}"
    return plain if reply.state == ReplyState.SENT else f"{plain}/{kinds.DRAFT}"


def find_reply(of: str) -> Reply:
    """The reply of a ``subject``. Raises Reply.DoesNotExist."""
    code, unit, number, *_ = [*of.split("/"), "", ""]
    if not number.isdecimal():
        raise Reply.DoesNotExist(of)
    related = ("handling__unit", "handling__suggestion__congress__area", "handling__suggestion__term", "handling__suggestion__session")
    rows = Reply.objects.filter(handling__suggestion__code=code, handling__unit__code=unit, round=int(number))
    found = rows.exclude(handling__state__in=_GONE).select_related(*related, "reply_class").order_by("-pk").first()
    if found is None:
        raise Reply.DoesNotExist(of)
    return found


# ---- the papers


def _form(actor: User, suggestion: Suggestion, of: str) -> DocumentBatch:
    if not Suggestion.objects.visible_to(actor).filter(pk=suggestion.pk).exists():
        raise PermissionDenied
    if not (suggestion.title.strip() and suggestion.basis.strip() and suggestion.request.strip()):
        raise DomainError("请先写好标题、事由和具体建议，再印制专用纸。")
    about = suggestion.code
    if suggestion.state in EDITABLE:
        about += f"/{kinds.DRAFT}"
    elif not may(actor, "suggestions.see_names", suggestion):
        about += f"/{kinds.NAMELESS}"
    name = "议案专用纸" if suggestion.kind == "bill" else "建议专用纸"
    told = [about, *_records(suggestion), suggestion.files.all()]
    title = f"{name}：{suggestion.title}"
    wanted = [Wanted(kinds.FORM, about, title, f"{suggestion.code}{name}")]
    return ask(actor=actor, name=f"suggestion-form-{suggestion.code}", title=title, told=told, wanted=wanted)


def _reply(actor: User, suggestion: Suggestion, of: str) -> DocumentBatch:
    """The letter as PDF and Word, and once it was sent the sheet that goes with it."""
    reply = _found(suggestion, of)
    if reply.state == ReplyState.SENT:
        if reply.pk not in _told(actor, suggestion):
            raise PermissionDenied
    elif not _drafts(actor, reply.handling):
        raise PermissionDenied
    if not reply.text.strip():
        raise DomainError("这次答复是上传的答复函，没有在本系统填写内容，请直接打开附件。")
    about, title = subject(reply), f"答复函：{suggestion.title}"
    name = f"{suggestion.code}_{reply.handling.unit.short_name or reply.handling.unit.name}_答复函"
    wanted = [
        Wanted(kinds.REPLY, about, title, name),
        Wanted(kinds.REPLY_WORD, about, f"{title}{WORD}", name),
    ]
    told = [about, *_records(suggestion), Consultation.objects.filter(handling=reply.handling), *_rules(suggestion)]
    return ask(actor=actor, name=f"reply-letter-{suggestion.code}", title=title, told=told, wanted=wanted)


def _consultation(actor: User, suggestion: Suggestion, of: str) -> DocumentBatch:
    reply = _found(suggestion, of)
    if not may(actor, "suggestions.evaluate_reply", suggestion):
        require(actor, "suggestions.print_letters", suggestion)
    # A dispatcher passes the matter on and may not know a name that is withheld.
    require(actor, "suggestions.see_names", suggestion)
    if reply.state != ReplyState.SENT:
        raise DomainError("答复还没有发出，不能印制意见征询表。")
    title = f"意见征询表：{suggestion.title}"
    told = [of, *_records(suggestion), Evaluation.objects.filter(reply=reply), Consultation.objects.filter(handling=reply.handling)]
    wanted = [Wanted(kinds.CONSULTATION, subject(reply), title, f"{suggestion.code}_意见征询表")]
    return ask(actor=actor, name=f"consultation-{suggestion.code}", title=title, told=[*told, *_rules(suggestion)], wanted=wanted)


def _dispatch(actor: User, suggestion: Suggestion, of: str) -> DocumentBatch:
    """The letter by which a unit was given it, with whatever else it was given that day."""
    row = next((row for row in _given(actor, suggestion) if str(row.pk) == of), None)
    if row is None:
        raise DomainError("这件建议还没有交办，或者该单位已不承办，不能印制交办通知。")
    return many.dispatch_letters(actor=actor, congress=suggestion.congress, code=f"{row.assigned_on:%Y%m%d}", unit=row.unit)


def _reminder(actor: User, suggestion: Suggestion, of: str) -> DocumentBatch:
    rows = Reminder.objects.filter(clock__suggestion=suggestion, clock__handling__isnull=False, kind__in=many.LETTERS)
    row = rows.select_related("clock__handling__unit").filter(pk=int(of)).first() if of.isdecimal() else None
    if row is None or row.clock.handling is None:
        raise DomainError("还没有催办或者督办记录，不能印制。请先在本页催办。")
    return many.reminder_letter(actor=actor, congress=suggestion.congress, unit=row.clock.handling.unit, on=row.on, kind=row.kind)


def _key(actor: User, suggestion: Suggestion, of: str) -> DocumentBatch:
    require(actor, "suggestions.print_supervision", suggestion)
    supervision = KeySupervision.objects.filter(suggestion=suggestion)
    if not supervision.exists():
        raise DomainError("这件建议没有确定为重点督办，不能印制督办通知。")
    title = f"重点督办通知：{suggestion.title}"
    name = f"{suggestion.code}_重点督办通知"
    wanted = [
        Wanted(kinds.KEY_NOTICE, suggestion.code, title, name),
        Wanted(kinds.KEY_NOTICE_WORD, suggestion.code, f"{title}{WORD}", name),
    ]
    told = [supervision, *_records(suggestion), Clock.objects.filter(suggestion=suggestion)]
    return ask(actor=actor, name=f"key-notice-{suggestion.code}", title=title, told=told, wanted=wanted)


# ---- who and what


def _replies(suggestion: Suggestion) -> Iterable[Reply]:
    rows = Reply.objects.filter(handling__suggestion=suggestion, handling__role__in=ANSWERING).exclude(handling__state__in=_GONE)
    return rows.select_related("handling__unit", "handling__suggestion").order_by("handling", "round")


def _told(user: User, suggestion: Suggestion) -> set[int]:
    """Sent answers that the person may have as a letter, which names the deputies."""
    if not may(user, "suggestions.see_names", suggestion):
        return set()
    return set(Reply.objects.told_to(user).filter(handling__suggestion=suggestion).values_list("pk", flat=True))


def _drafts(user: User, handling: Handling) -> bool:
    """A draft is its unit's own."""
    return handling.unit_id in user.access.organisation_ids(*UNIT_ROLES)


def _given(user: User, suggestion: Suggestion) -> Iterator[Handling]:
    """The parts a person may have letters of: a unit its own, staff all."""
    if not may(user, "suggestions.print_letters", suggestion):
        return
    own = user.access.organisation_ids(*UNIT_ROLES)
    staff = may(user, "suggestions.print_assignments", suggestion.congress)
    for row in suggestion.handlings.all():
        if row.state not in _GONE and (staff or row.unit_id in own):
            yield row


def _found(suggestion: Suggestion, of: str) -> Reply:
    try:
        reply = find_reply(of)
    except Reply.DoesNotExist:
        raise DomainError("还没有答复，不能印制。承办单位答复后再印。") from None
    if reply.handling.suggestion_id != suggestion.pk or subject(reply) != of:
        raise DomainError("答复已有变化，请刷新后再印制。")
    return reply


def _records(suggestion: Suggestion) -> list[Any]:
    """All that papers about it tell."""
    return [
        Suggestion.objects.filter(pk=suggestion.pk),
        suggestion.cosigners.all(),
        Handling.objects.filter(suggestion=suggestion),
        Reply.objects.filter(handling__suggestion=suggestion),
        Commitment.objects.filter(reply__handling__suggestion=suggestion),
    ]


def _rules(suggestion: Suggestion) -> list[Any]:
    return [RuleProfile.objects.filter(congress=suggestion.congress)]
