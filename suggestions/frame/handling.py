"""What units' work adds to the frame: navigation, to-dos, the answers on a matter's page, the numbers on a unit's desk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Prefetch, Q
from django.http import HttpRequest
from django.urls import reverse

from congress import navigation, panels, todos
from congress.access import may
from congress.enums import Role
from congress.models import User
from congress.todos import Todo
from suggestions.enums import ANSWERING, NOT_PRESSING, UNIT_ROLES, HandlingRole, HandlingState, LimitKind, ReplyState
from suggestions.models import Clock, Consultation, Handling, Reply, Suggestion
from suggestions.querysets.inbox import HAND, LATE, REVIEW, SIGN, TABS, WEEK, counts_of
from suggestions.services.replacing import why_left
from suggestions.tables.replies import told
from suggestions.tables.suggestions import number_of

KIND = "代表建议"
_MOST = 200
_ON_DESK = (SIGN, HAND, REVIEW, WEEK, LATE)
_WATCHING = (Role.OFFICE, Role.TOWN_OFFICE, Role.DISPATCHER, Role.LEADER)


def _works_for_unit(user: User) -> bool:
    return user.access.has(Role.HANDLING_UNIT)


def _watches(user: User) -> bool:
    return user.access.has(*_WATCHING)


# ---- to-dos


def waiting_for(user: User) -> Iterator[Todo]:
    """At most seven queries."""
    access = user.access
    if access.organisation_ids(*UNIT_ROLES):
        yield from _of_unit(user)
    if access.has(Role.DEPUTY):
        yield from _to_confirm(user)
    if access.has(Role.OFFICE, Role.TOWN_OFFICE, Role.DISPATCHER):
        yield from _left(user)


def _of_unit(user: User) -> Iterator[Todo]:
    """Each part's next step; what a colleague has claimed is hers. Three queries."""
    running = Clock.objects.running().exclude(kind__in=NOT_PRESSING).order_by("due_on", "pk")
    drafts = Reply.objects.filter(state=ReplyState.REVIEW)
    rows = Handling.objects.of_units_of(user).filter(state__in=[HandlingState.ASSIGNED, HandlingState.IN_HAND])
    rows = rows.filter(Q(claimed_by=None) | Q(claimed_by=user)).select_related("suggestion", "unit", "claimed_by")
    loaded = rows.prefetch_related(Prefetch("clocks", running, to_attr="limits"), Prefetch("replies", drafts, to_attr="waiting"))
    for row in loaded.order_by("pk")[:_MOST]:
        suggestion = row.suggestion
        words, url = _next_step(row)
        kinds = _KINDS[words]
        limit = next((clock for clock in row.limits if clock.round == row.round and clock.kind in kinds), None)  # type: ignore[attr-defined]
        who = row.claimed_by.name if row.claimed_by else row.unit.short_name or row.unit.name
        yield Todo(f"{words}：{suggestion.title}", url, KIND, who, limit.due_on if limit else None, number_of(suggestion))
        talk = next((clock for clock in row.limits if clock.kind == LimitKind.CONTACT), None)  # type: ignore[attr-defined]
        if talk and row.state == HandlingState.IN_HAND:
            url = f"{reverse('suggestions:detail', args=[suggestion.code])}#consult"
            yield Todo(f"联系代表：{suggestion.title}", url, KIND, who, talk.due_on, number_of(suggestion))


_ANSWER = (LimitKind.ANSWER, LimitKind.ANSWER_LONG, LimitKind.REHANDLE)
_KINDS = {
    "签收": (LimitKind.SIGN, *_ANSWER, LimitKind.SUPPORT),
    "提出协办意见": (LimitKind.SUPPORT,),
    "签发答复": _ANSWER,
    "答复": _ANSWER,
    "重新答复": _ANSWER,
}


def _next_step(row: Handling) -> tuple[str, str]:
    page = reverse("suggestions:detail", args=[row.suggestion.code])
    if row.state == HandlingState.ASSIGNED:
        return "签收", page
    if row.role == HandlingRole.SUPPORT:
        return "提出协办意见", page
    if any(reply.round == row.round for reply in row.waiting):  # type: ignore[attr-defined]
        return "签发答复", reverse("suggestions:reply", args=[row.suggestion.code])
    return ("重新答复" if row.round > 1 else "答复"), page


def _to_confirm(user: User) -> Iterator[Todo]:
    rows = Consultation.objects.filter(deputy__user=user, confirmed_at=None).select_related("handling__suggestion", "handling__unit")
    for row in rows.order_by("on", "pk")[:_MOST]:
        suggestion = row.handling.suggestion
        url = reverse("suggestions:detail", args=[suggestion.code])
        yield Todo(f"确认沟通情况：{suggestion.title}", url, KIND, user.name, detail=row.handling.unit.name)


def _left(user: User) -> Iterator[Todo]:
    """Parts that nobody can work on, for whoever gives them out. One query."""
    watched = Suggestion.objects.given_out_by(user).values("pk")
    rows = Handling.objects.without_staff().with_staff().filter(suggestion__in=watched)
    for row in rows.select_related("suggestion__congress", "unit").order_by("pk")[:_MOST]:
        suggestion = row.suggestion
        url = reverse("suggestions:detail", args=[suggestion.code])
        yield Todo(f"改交其他单位：{suggestion.title}", url, KIND, suggestion.congress.short_name, detail=why_left(row))


# ---- panels


def _answers(request: HttpRequest, suggestion: Suggestion) -> dict[str, Any] | None:
    """The answers, the talks and the supporting opinions, as this person may read them. Four queries, where there are answers."""
    user: User = request.user  # type: ignore[assignment]
    is_whole = may(user, "suggestions.read_replies", suggestion)
    rows: list[Reply] = []
    if suggestion.replied_on or any(row.done_on or row.round > 1 for row in suggestion.handlings.all()):
        sent = Reply.objects.sent().filter(handling__suggestion=suggestion, handling__role__in=ANSWERING)
        rows = list(sent.select_related("reply_class", "handling__unit").prefetch_related("files", "commitments").order_by("sent_on", "pk"))
    answers = []
    for row in rows:
        row.handling.suggestion = suggestion
        answers.append(told(row, is_whole=is_whole, may_mark=may(user, "suggestions.mark_reply_file", row.handling)))
    parts = list(suggestion.handlings.all())
    talks = [talk for part in parts for talk in _talks_of(part)] if is_whole else []
    sees_inner = may(user, "suggestions.see_inner_steps", suggestion)
    opinions = [part for part in parts if part.opinion] if sees_inner else []
    if not (answers or talks or opinions):
        return None
    return {"suggestion": suggestion, "told": answers, "talks": talks, "opinions": opinions}


def _talks_of(part: Handling) -> Iterable[Consultation]:
    for talk in part.consultations.all():
        talk.handling = part
        yield talk


def _desk(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """The inbox in numbers, for those who work for a unit. One query."""
    user: User = request.user  # type: ignore[assignment]
    if not _works_for_unit(user):
        return None
    counts, address = counts_of(Handling.objects.of_units_of(user)), reverse("suggestions:inbox")
    figs = [
        {"label": label, "value": counts[key], "unit": "件", "url": f"{address}?tab={key}", "tone": "down" if key == LATE else ""}
        for key, label in TABS
        if key in _ON_DESK
    ]
    return {"figs": figs}


def register() -> None:
    """Called once, when the app is ready."""
    navigation.register(navigation.Entry("suggestions", "承办件", "suggestions:inbox", _works_for_unit))
    navigation.register(navigation.Entry("suggestions", "办理进度", "suggestions:progress", _watches))
    todos.register(waiting_for)
    panels.register(panels.Panel("suggestion", "replies", "suggestions/replies/_panel.html", _answers))
    panels.register(panels.Panel("home.figures", "suggestions.inbox", "components/figs.html", _desk))
