"""What comes after the reply, in the frame: to-dos of deputies, units and the office, panels and navigation."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Min, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from congress import audit_actions, navigation, panels, todos
from congress.access import may
from congress.enums import Role
from congress.models import User
from congress.todos import Todo
from suggestions.enums import UNIT_ROLES, ClockState, CommitmentState, CosignState, LimitKind, SuggestionState
from suggestions.frame.suggestions import KIND, sees_suggestions
from suggestions.models import Commitment, Suggestion
from suggestions.services.judges import judge_of, judging, may_be_concluded, replies_of, succession, unjudged
from suggestions.tables.commitments import commitment_due, commitment_tag

_MOST = 200  # of one kind: the list has the rest
_SOON = datetime.timedelta(days=30)  # how long before its day a promise waits for its unit
_STAFF = (Role.OFFICE, Role.TOWN_OFFICE)

WORDS = {
    "suggestions.export_commitments": "导出承诺台账",
    "suggestions.publish": "公开答复",
    "suggestions.unpublish": "撤下公开的答复",
    "suggestions.pass_on_judgement": "评价转由他人",
    "published": "公开日期",
    "judge": "由谁评价",
}


# ---- to-dos


def waiting_for(user: User) -> Iterator[Todo]:
    """At most seventeen queries for somebody who is everything at once; nine for a deputy."""
    access = user.access
    if access.has(Role.DEPUTY):
        yield from _to_judge(user)
    if access.has(*_STAFF):
        yield from _to_conclude(user)
        yield from _to_publish(user)
    if access.has(Role.DEPUTY, *_STAFF):
        yield from _promises_to_judge(user)
    if units := access.organisation_ids(*UNIT_ROLES):
        rows = Commitment.objects.to_report().filter(reply__handling__unit__in=units, due_on__lte=timezone.localdate() + _SOON)
        for row in rows.select_related("reply__handling__unit").order_by("due_on", "pk")[:_MOST]:
            yield Todo(f"报告承诺落实情况：{row.text}", _to_commitment(row), KIND, row.reply.handling.unit.name, row.due_on)


def _to_judge(user: User) -> Iterator[Todo]:
    """Six queries."""
    signed = Q(cosigners__mandate__deputy__user=user, cosigners__state=CosignState.CONFIRMED)
    own = Suggestion.objects.filter(Q(proposer__deputy__user=user) | signed, state=SuggestionState.REPLIED).values("pk")
    for row in Suggestion.objects.filter(pk__in=own).with_judgement().with_replies().order_by("pk")[:_MOST]:
        seats = [seat for seat in judging(row) if seat.deputy.user_id == user.pk]
        if any(unjudged(row, seat) for seat in seats):
            units = "、".join(reply.handling.unit.short_name or reply.handling.unit.name for reply in replies_of(row))
            yield Todo(f"评价答复：{row.title}", reverse("suggestions:evaluate", args=[row.code]), KIND, user.name, row.judge_by, units)  # type: ignore[attr-defined]


def _to_conclude(user: User) -> Iterator[Todo]:
    """Four queries."""
    open_ones = Suggestion.objects.run_by(user).filter(state__in=[SuggestionState.REPLIED, SuggestionState.CONVENED])
    for row in open_ones.with_judgement().with_replies().select_related("congress").order_by("pk")[:_MOST]:
        if may_be_concluded(row):
            words = "召集研究" if row.state == SuggestionState.CONVENED else "提出处理意见"
            yield Todo(f"{words}：{row.title}", _to(row), KIND, row.congress.short_name)


def _to_publish(user: User) -> Iterator[Todo]:
    """All in one line, with the nearest day: they are looked through together. One query."""
    waiting = Suggestion.objects.run_by(user).to_publish()
    clock = Q(clocks__kind=LimitKind.PUBLISH, clocks__state=ClockState.RUNNING)
    told = waiting.order_by().aggregate(count=Count("pk", distinct=True), due_on=Min("clocks__due_on", filter=clock))
    if told["count"]:
        url = f"{reverse('suggestions:published')}?state=waiting"
        yield Todo(f"核对并公开 {told['count']} 件答复", url, KIND, user.access.post, told["due_on"])


def _promises_to_judge(user: User) -> Iterator[Todo]:
    """A reported promise waits for the judge; without one for the organ that runs the matter. Three queries."""
    reported = Commitment.objects.filter(state=CommitmentState.REPORTED)
    signed = Q(cosigners__mandate__deputy__user=user, cosigners__state=CosignState.CONFIRMED)
    mine = Suggestion.objects.filter(Q(proposer__deputy__user=user) | signed)
    run = Suggestion.objects.run_by(user).values("pk") if user.access.has(*_STAFF) else Suggestion.objects.none().values("pk")
    rows = reported.filter(Q(reply__handling__suggestion__in=mine.values("pk")) | Q(reply__handling__suggestion__in=run))
    rows = rows.select_related("reply__handling__suggestion__proposer__deputy", "reply__handling__suggestion__congress")
    for row in rows.prefetch_related("reply__handling__suggestion__cosigners__mandate__deputy").order_by("due_on", "pk")[:_MOST]:
        suggestion = row.reply.handling.suggestion
        judge = judge_of(suggestion)
        if judge is not None and judge.deputy.user_id == user.pk:
            yield Todo(f"评价承诺落实：{row.text}", _to_commitment(row), KIND, user.name, None, suggestion.title)
        elif judge is None and may(user, "suggestions.close_suggestion", suggestion):
            yield Todo(f"评价承诺落实：{row.text}", _to_commitment(row), KIND, suggestion.congress.short_name, None, suggestion.title)


def _to(suggestion: Suggestion) -> str:
    return reverse("suggestions:detail", args=[suggestion.code])


def _to_commitment(row: Commitment) -> str:
    return reverse("suggestions:commitment", args=[row.code])


# ---- panels


def _evaluations(request: HttpRequest, suggestion: Suggestion) -> dict[str, Any] | None:
    """What the deputies think of every answer; their words for those near the matter and the district's leaders. No query on a
    suggestion as its page loads it.
    """
    user = request.user
    is_named = may(user, "suggestions.see_names", suggestion)
    order = succession(suggestion)
    names = {seat.pk: str(seat.deputy) if is_named else ("附议代表" if place else "领衔代表") for place, seat in enumerate(order)}
    near = may(user, "suggestions.evaluate_reply", suggestion) or may(user, "suggestions.see_inner_steps", suggestion)
    rows = [
        (handling.unit, reply.round, names[row.mandate_id], row, near)
        for handling in suggestion.handlings.all()
        for reply in handling.sent_replies  # type: ignore[attr-defined]
        for row in reply.evaluations.all()
        if row.mandate_id in names
    ]
    return {"rows": sorted(rows, key=lambda row: row[3].pk)} if rows else None


def _commitments(request: HttpRequest, suggestion: Suggestion) -> dict[str, Any] | None:
    """What was promised. One query."""
    rows = Commitment.objects.visible_to(request.user).filter(reply__handling__suggestion=suggestion)  # type: ignore[arg-type]
    told = [(row, commitment_tag(row.state), commitment_due(row, request)) for row in rows.select_related("reply__handling__unit")]
    return {"commitments": told} if told else None


def register() -> None:
    """Called once, when the app is ready."""
    audit_actions.register(WORDS)
    navigation.register(navigation.Entry("suggestions", "承诺台账", "suggestions:commitments", sees_suggestions))
    navigation.register(navigation.Entry("suggestions", "公开的答复", "suggestions:published", sees_suggestions))
    todos.register(waiting_for)
    panels.register(panels.Panel("suggestion", "evaluations", "suggestions/_evaluations.html", _evaluations))
    panels.register(panels.Panel("suggestion", "commitments", "suggestions/_commitments.html", _commitments))
