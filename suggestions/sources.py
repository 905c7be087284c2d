"""What booklets collect of suggestions (议案建议办理督办登记簿): those that deputies of the area proposed, by the day of acceptance.

A booklet hangs on the wall: names that a deputy keeps back stay out of it, and so do the answers that are not to be published.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet

from activities.booklets import Entry, Part, Source, counted
from activities.sources.common import cn, days, filled
from congress.models import Area
from congress.periods import Period
from suggestions.enums import CosignState, HandlingRole, HandlingState, Publicity, ReplyState
from suggestions.models import Cosigner, Evaluation, Handling, Reply, Suggestion
from suggestions.tables.suggestions import WITHHELD, number_of

_MOST = 400  # letters of the request; the suggestion itself has all of it
_GONE = (HandlingState.RETURNED, HandlingState.ENDED)


def _rows(period: Period) -> QuerySet[Suggestion]:
    return Suggestion.objects.filter(**days(period, "accepted_on"))


def _facts(period: Period, argument: str) -> Sequence[QuerySet[Any]]:
    return [counted(_rows(period), path="proposer__area__path", on="accepted_on")]


def _read(area: Area, period: Period, argument: str) -> Part:
    """Six queries, however many there are."""
    replies = Prefetch(
        "replies",
        Reply.objects.filter(state=ReplyState.SENT)
        .select_related("reply_class")
        .prefetch_related(Prefetch("evaluations", Evaluation.objects.order_by("pk")))
        .order_by("round"),
        to_attr="sent",
    )
    handlings = Prefetch(
        "handlings",
        Handling.objects.exclude(state__in=_GONE).select_related("unit").prefetch_related(replies).order_by("pk"),
        to_attr="held",
    )
    signed = Prefetch("cosigners", Cosigner.objects.filter(state=CosignState.CONFIRMED).select_related("mandate__deputy").order_by("pk"))
    rows = _rows(period).filter(proposer__area__path__startswith=area.path).select_related("proposer__deputy", "term__congress", "session")
    found = rows.prefetch_related(signed, handlings).order_by("accepted_on", "pk")
    return Part("议案建议", tuple(_entry(row) for row in found))


def _entry(row: Any) -> Entry:
    assert row.accepted_on is not None
    return Entry(
        ("suggestion", row.pk),
        row.accepted_on,
        f"{number_of(row)}　{row.title}",
        filled(
            ("提出", f"{row.term}{f'第{row.session.number}次会议' if row.session else '闭会期间'}，{_who(row)}"),
            ("具体建议", row.request if len(row.request) <= _MOST else f"{row.request[: _MOST - 1]}…"),
            ("交办", _given(row)),
            *_answers(row.held),
            ("结果", f"{row.get_state_display()}{f'，{cn(row.closed_on)}' if row.closed_on else ''}"),
        ),
    )


def _who(row: Any) -> str:
    if row.withholds_identity:
        return WITHHELD
    signers = [each.mandate.deputy.name for each in row.cosigners.all()]
    if not signers and row.signer_count and row.signer_count > 1:
        return f"{row.proposer.deputy}等{row.signer_count}人"
    return f"{row.proposer.deputy}，{'、'.join(signers)}附议" if signers else str(row.proposer.deputy)


def _given(row: Any) -> str:
    units = "、".join(f"{each.unit}（{each.get_role_display()}）" for each in row.held)
    return f"{cn(row.assigned_on)}交{units}" if units and row.assigned_on else units


def _answers(held: Iterable[Any]) -> Iterable[tuple[str, str]]:
    for handling in held:
        if handling.role == HandlingRole.SUPPORT or not handling.sent:
            continue
        reply = handling.sent[-1]
        told = "答复不公开" if reply.publicity == Publicity.NONE else reply.summary if reply.publicity == Publicity.SUMMARY else reply.text
        grades = "；".join(f"办理结果{each.get_result_display()}" for each in reply.evaluations.all())
        head = "，".join(filter(None, (cn(reply.sent_on), str(reply.reply_class or ""), grades)))
        yield f"{handling.unit}答复", f"{head}\n{told}"


SOURCE = Source("suggestions", "议案建议", _facts, _read)
