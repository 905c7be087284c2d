"""The one thread: from the voter's words through contact, opinion and suggestion to the units, their answer, the deputies'
judgement and the word back to the voter. Each party sees its part: inner steps are the staff's and the units', and a name that
a deputy withholds is left out for those who may not know it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from congress.access import may
from congress.models import User
from deputies.enums import OpinionState
from deputies.models import Opinion
from suggestions.enums import OVER, SuggestionState
from suggestions.models import Suggestion, SuggestionStep

_ICONS = {
    SuggestionState.DRAFT: "pen",
    SuggestionState.SUBMITTED: "send",
    SuggestionState.RETURNED: "undo",
    SuggestionState.AS_LETTER: "file",
    SuggestionState.ACCEPTED: "check",
    SuggestionState.ASSIGNED: "send",
    SuggestionState.IN_HAND: "run",
    SuggestionState.REPLIED: "quote",
    SuggestionState.REHANDLING: "undo",
    SuggestionState.CONVENED: "alert",
    SuggestionState.CLOSED: "check",
    SuggestionState.WITHDRAWN: "x",
}
_TITLES = {
    SuggestionState.DRAFT: "起草建议",
    SuggestionState.SUBMITTED: "提交",
    SuggestionState.ACCEPTED: "受理",
    SuggestionState.ASSIGNED: "交办",
    SuggestionState.IN_HAND: "开始办理",
    SuggestionState.REPLIED: "答复",
}
_NEXT = {
    SuggestionState.DRAFT: "写好后提交",
    SuggestionState.SUBMITTED: "等待审查",
    SuggestionState.RETURNED: "修改后再提交",
    SuggestionState.ACCEPTED: "等待交办",
    SuggestionState.ASSIGNED: "等待承办单位签收",
    SuggestionState.IN_HAND: "等待承办单位答复",
    SuggestionState.REPLIED: "等待代表评价",
    SuggestionState.REHANDLING: "等待重新答复",
    SuggestionState.CONVENED: "等待代表工委召集研究",
}
# Before it was handed in, or while it was with its authors again, it is nobody else's.
_AMONG_AUTHORS = (SuggestionState.DRAFT, SuggestionState.RETURNED)


@dataclass
class Knot:
    """One entry. ``look`` is "now" for where the matter stands, "next" for what is to come; ``is_voters`` marks a voter's words."""

    at: datetime.datetime | datetime.date | None
    icon: str
    title: str
    text: str = ""
    who: str = ""
    look: str = ""
    url: str = ""
    is_voters: bool = False


def thread_of(user: User, suggestion: Suggestion, *, is_named: bool) -> list[Knot]:
    """The knots in their order. Four queries, two without an opinion that it grew from."""
    near = may(user, "suggestions.hand_in_suggestion", suggestion) or may(user, "suggestions.examine_suggestion", suggestion)
    opinions = list(suggestion.opinions.select_related("contact__area", "area").order_by("pk"))
    codes = {opinion.code for opinion in opinions}
    open_to = set(Opinion.objects.visible_to(user).filter(code__in=codes).values_list("code", flat=True)) if codes else set()
    names = names_withheld(suggestion) if not is_named else {}
    knots = [knot for opinion in opinions for knot in _of_opinion(opinion, opinion.code in open_to)]
    knots += _of_forum(suggestion)
    steps = suggestion.steps.select_related("actor", "unit").order_by("pk")
    if not may(user, "suggestions.see_inner_steps", suggestion):
        steps = steps.filter(is_inner=False)
    if not near:
        steps = steps.exclude(state__in=_AMONG_AUTHORS)
    own = _of_steps(steps, names)
    if own and suggestion.state not in OVER:
        own[-1].look = "now"
    knots += own
    if suggestion.state in _NEXT:
        knots.append(Knot(None, "wait", _NEXT[SuggestionState(suggestion.state)], look="next"))
    return [*knots, *_back_to_voters(opinions, open_to)]


def _of_opinion(opinion: Opinion, is_open: bool) -> Iterable[Knot]:
    url = reverse("deputies:opinion", args=[opinion.code]) if is_open else ""
    contact = opinion.contact
    how = f"选民反映（{contact.get_channel_display()}）" if contact else "选民反映"
    where = (contact.area if contact else opinion.area).name
    yield Knot(contact.at if contact else opinion.created_at, "contact", how, opinion.text, where, is_voters=True)
    yield Knot(opinion.created_at, "quote", f"登记为选民意见 {opinion.code}", url=url)


def _of_forum(suggestion: Suggestion) -> Iterable[Knot]:
    item = suggestion.forum_item
    if item is not None:
        yield Knot(item.forum.held_on or item.forum.planned_on, "activity", str(item.forum), item.text)


def _of_steps(steps: Iterable[SuggestionStep], names: dict[str, str]) -> list[Knot]:
    """A step that moved the matter is named after its new state; one that did not speaks for itself."""
    knots, before = [], ""
    for entry in steps:
        state, text = SuggestionState(entry.state), entry.text
        actor = entry.actor.name if entry.actor else "系统"
        if names:
            text, actor = without_names(text, names), names.get(actor, actor)
        if entry.state == before and text:
            title, text = text, ""
        else:
            title = _TITLES.get(state, state.label)
        knots.append(Knot(entry.at, _ICONS[state], title, text, f"{actor}{f' · {entry.unit}' if entry.unit else ''}"))
        before = entry.state
    return knots


def _back_to_voters(opinions: Iterable[Opinion], open_to: set[str]) -> Iterable[Knot]:
    """告知选民: what was said back, or that it is still to be said."""
    for opinion in opinions:
        url = reverse("deputies:opinion", args=[opinion.code]) if opinion.code in open_to else ""
        if opinion.told_on is None:
            yield Knot(None, "phone", "结果告知选民", opinion.title, look="next", url=url)
            continue
        said = ""
        if opinion.state == OpinionState.CLOSED:
            said = {True: "选民认为已解决", False: "选民认为没有解决"}.get(opinion.is_settled, "选民没有表示意见")
        yield Knot(opinion.told_on, "phone", "告知选民", said, url=url)


def names_withheld(suggestion: Suggestion) -> dict[str, str]:
    """What stands in place of each name that may not be known."""
    signed = [row.mandate.deputy.name for row in suggestion.cosigners.all()]
    return {suggestion.proposer.deputy.name: "领衔代表", **dict.fromkeys(signed, "附议代表")}


def without_names(text: str, names: dict[str, str]) -> str:
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, names[name])
    return text
