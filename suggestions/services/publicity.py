"""What the public may read of a suggestion and its answers, and the office's mark that it may (代表法 art. 51; 国办发〔2014〕46号).

The deputy wishes (full text, title only, not at all), the unit decides with its reply (full, summary, none with a reason), and the
organ that runs the matter marks it, within 20 working days of the reply. Only what all three allow is shown, without contact
data, and without the names of deputies who withhold theirs. Files are shown one by one.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from congress.errors import DomainError
from congress.models import User
from congress.services import audit
from suggestions.enums import ClockState, CosignState, LimitKind, Publicity, PublicityWish, ReplyState, SuggestionState
from suggestions.models import Reply, ReplyFile, Suggestion, SuggestionFile
from suggestions.services import clocks
from suggestions.services.examining import tell_proposers
from suggestions.services.judges import latest
from suggestions.services.moves import locked, require, step

PUBLISHABLE = (SuggestionState.REPLIED, SuggestionState.REHANDLING, SuggestionState.CONVENED, SuggestionState.CLOSED)
WITHHELD = "应代表要求不公开姓名"

# SECURITY: whatever looks like a person's number is left out of what the public reads.
_NUMBERS = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}|0\d{2,3}[-－ ]\d{7,8})(?!\d)")
_LEFT_OUT = "（号码略）"


@dataclass(frozen=True)
class ShownReply:
    unit: str
    sent_on: datetime.date
    document_number: str
    meaning: str
    text: str
    is_summary: bool
    files: tuple[ReplyFile, ...]
    published_on: datetime.date | None


@dataclass(frozen=True)
class Shown:
    """One suggestion as the public site may show it. ``basis`` and ``request`` are "" where only the title is."""

    suggestion: Suggestion
    title: str
    who: str
    basis: str
    request: str
    files: tuple[SuggestionFile, ...]
    replies: tuple[ShownReply, ...]


def publishable(suggestion: Suggestion, replies: Iterable[Reply]) -> list[Reply]:
    """The answers, of the last of each unit, that the deputy's wish and the units' decisions allow to be shown."""
    if suggestion.publicity_wish == PublicityWish.NONE or suggestion.state not in PUBLISHABLE:
        return []
    return [reply for reply in replies if reply.publicity in (Publicity.FULL, Publicity.SUMMARY)]


@transaction.atomic
def publish(
    *, actor: User, suggestion: Suggestion, files: Iterable[SuggestionFile] = (), reply_files: Iterable[ReplyFile] = ()
) -> list[Reply]:
    """Marks the suggestion and its answers as open to the public, with exactly these files. The same again is a no-op.

    Raises PermissionDenied, and DomainError where the deputy or the units do not want it shown, or before there is an answer.
    """
    suggestion = locked(suggestion)
    require(actor, "suggestions.publish_suggestion", suggestion)
    if suggestion.publicity_wish == PublicityWish.NONE:
        raise DomainError("代表认为这件建议不宜公开，不能公开。")
    sent = latest(_sent(suggestion))
    if not sent or suggestion.state not in PUBLISHABLE:
        raise DomainError(f"该建议现为“{suggestion.get_state_display()}”，有了答复才能公开。")
    replies = publishable(suggestion, sent)
    if not replies:
        raise DomainError("承办单位已定为不公开，不能公开。")
    today = timezone.localdate()
    fresh = [reply for reply in replies if reply.published_on is None]
    changed = _mark(SuggestionFile.objects.filter(suggestion=suggestion), files)
    changed += _mark(ReplyFile.objects.filter(reply__handling__suggestion=suggestion), reply_files)
    if not fresh and not changed:
        return replies
    Reply.objects.filter(pk__in=[reply.pk for reply in fresh]).update(published_on=today)
    running = suggestion.clocks.filter(kind=LimitKind.PUBLISH).exclude(state=ClockState.STOPPED)
    clocks.stop(actor=actor, clocks=running, on=today)
    if fresh:
        step(actor, suggestion, suggestion.state, "建议和答复可以公开")
        tell_proposers(suggestion, f"您的建议和答复已公开：{suggestion.title}", f"published-{fresh[0].pk}")
    audit.record(actor, "suggestions.publish", suggestion, changes={"published": [None, str(today)]})
    return latest(_sent(suggestion))


def publish_batch(*, actor: User, suggestions: Iterable[Suggestion]) -> tuple[int, list[str]]:
    """Marks each by itself, without files, so that one that cannot be shown keeps nothing else back.

    Returns how many were marked, and a sentence for each that was not.
    """
    done, refused = 0, []
    for suggestion in suggestions:
        try:
            publish(actor=actor, suggestion=suggestion)
            done += 1
        except DomainError as refusal:
            refused.append(f"《{suggestion.title}》：{refusal}")
    return done, refused


@transaction.atomic
def unpublish(*, actor: User, suggestion: Suggestion, reason: str) -> None:
    """Takes it back from the public, with a reason that stays in the thread. A second call is a no-op. Raises PermissionDenied and DomainError."""
    suggestion = locked(suggestion)
    require(actor, "suggestions.publish_suggestion", suggestion)
    shown = Reply.objects.filter(handling__suggestion=suggestion, published_on__isnull=False)
    if not shown.exists():
        return
    if not reason.strip():
        raise DomainError("请写明为什么不再公开。")
    shown.update(published_on=None)
    step(actor, suggestion, suggestion.state, f"不再公开：{reason.strip()}")
    audit.record(actor, "suggestions.unpublish", suggestion, changes={"published": ["yes", None]})


def shown(suggestion: Suggestion) -> Shown | None:
    """What the public may read of it now; None when it was not marked. Five queries."""
    replies = [reply for reply in publishable(suggestion, latest(_sent(suggestion))) if reply.published_on]
    if not replies:
        return None
    signed = suggestion.cosigners.filter(state=CosignState.CONFIRMED).select_related("mandate__deputy").order_by("pk")
    names = [suggestion.proposer.deputy.name, *(row.mandate.deputy.name for row in signed)]
    hidden = names if suggestion.withholds_identity else []
    who = WITHHELD if hidden else f"{names[0]}等{len(names)}名代表" if len(names) > 1 else names[0]
    in_full = suggestion.publicity_wish == PublicityWish.FULL
    return Shown(
        suggestion=suggestion,
        title=open_words(suggestion.title, hidden),
        who=who,
        basis=open_words(suggestion.basis, hidden) if in_full else "",
        request=open_words(suggestion.request, hidden) if in_full else "",
        files=tuple(suggestion.files.filter(is_public=True)) if in_full and not hidden else (),
        replies=tuple(_shown_reply(reply, hidden) for reply in replies),
    )


def open_words(text: str, hidden: Iterable[str]) -> str:
    """A text without persons' numbers, and without the names in ``hidden``."""
    for name in sorted(hidden, key=len, reverse=True):
        text = text.replace(name, "某某")
    return _NUMBERS.sub(_LEFT_OUT, text)


def _shown_reply(reply: Reply, hidden: list[str]) -> ShownReply:
    is_summary = reply.publicity == Publicity.SUMMARY
    assert reply.sent_on is not None
    return ShownReply(
        unit=reply.handling.unit.name,
        sent_on=reply.sent_on,
        document_number=reply.document_number,
        meaning=reply.reply_class.meaning if reply.reply_class else "",
        text=open_words(reply.summary if is_summary else reply.text, hidden),
        is_summary=is_summary,
        # A letter is addressed to the deputy: it is not shown where she withholds her name, nor beside a summary.
        files=() if is_summary or hidden else tuple(file for file in reply.files.all() if file.is_public),
        published_on=reply.published_on,
    )


def _sent(suggestion: Suggestion) -> Iterable[Reply]:
    rows = Reply.objects.filter(handling__suggestion=suggestion, state=ReplyState.SENT)
    return rows.select_related("handling__unit", "reply_class").prefetch_related("files")


def _mark(rows, chosen: Iterable[SuggestionFile] | Iterable[ReplyFile]) -> int:  # type: ignore[no-untyped-def]
    """Opens exactly the chosen ones of the rows, and returns how many changed."""
    keys = [row.pk for row in chosen]
    return rows.filter(pk__in=keys, is_public=False).update(is_public=True) + rows.filter(is_public=True).exclude(pk__in=keys).update(
        is_public=False
    )
