"""The word back to the voter: a suggestion that grew from opinions tells their deputies what came of it when it is closed."""

from __future__ import annotations

from django.urls import reverse

from congress.models import User
from congress.services.audit import Actor
from congress.services.notices import notify
from deputies.enums import OpinionState
from deputies.services import opinions
from suggestions.enums import Publicity, ReplyState
from suggestions.models import Reply, Suggestion
from suggestions.services.judges import latest

_LONGEST = 500  # characters of a reply


def bring_back(*, actor: Actor, suggestion: Suggestion) -> None:
    """Answers the opinions that nobody else has in hand, and asks the deputies of all of them to tell the voters.

    Part of the caller's transaction, which closes the suggestion. Called again it does nothing.
    """
    grown_from = list(suggestion.opinions.order_by("pk"))
    if not grown_from:
        return
    result = result_of(suggestion)
    for opinion in grown_from:
        before = opinion.version
        after = opinions.answer_from_above(actor=actor, opinion=opinion, result=result)
        if after.version == before and after.state != OpinionState.CLOSED:
            notify(
                User.objects.filter(deputy__opinions=opinion, is_active=True),
                text=f"由选民意见形成的建议已办结，请把结果告知选民：{suggestion.title}"[:200],
                url=reverse("deputies:opinion", args=[opinion.code]),
                key=f"suggestion-{suggestion.code}-voter-{opinion.pk}",
            )


def result_of(suggestion: Suggestion) -> str:
    """What a voter may be told: each unit's class, and as much of its words as may be published."""
    sent = Reply.objects.filter(handling__suggestion=suggestion, state=ReplyState.SENT)
    told = []
    for reply in latest(sent.select_related("handling__unit", "reply_class")):
        words = {Publicity.FULL: reply.text, Publicity.SUMMARY: reply.summary}.get(Publicity(reply.publicity), "").strip()
        words = f"{words[:_LONGEST]}…" if len(words) > _LONGEST else words
        said = f"{reply.handling.unit}答复：{reply.reply_class.meaning if reply.reply_class else ''}"
        told.append(f"{said}。{words}" if words else f"{said}。")
    return "\n".join([f"已由代表建议《{suggestion.title}》办理完毕。", *told])
