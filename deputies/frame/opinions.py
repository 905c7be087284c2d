"""What opinions add to the frame: navigation, to-dos, panels and words of the audit trail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest
from django.urls import reverse

from congress import audit_actions, navigation, panels, todos
from congress.access import may
from congress.enums import Role
from congress.models import User
from congress.todos import Todo
from deputies.enums import OpinionState
from deputies.models import Opinion, VoterContact
from deputies.tables.opinions import DONE, stage_bar, state_tag

KIND = "选民意见"
_SHOWN = 3
_MOST_TODOS = 200  # of one kind: the list has the rest
_ANSWERING = (Role.HANDLING_UNIT, Role.TOWN_OFFICE, Role.DISPATCHER, Role.OFFICE)

WORDS = {
    "deputies.record_opinion": "登记选民意见",
    "deputies.pass_on_opinion": "转办选民意见",
    "deputies.take_opinion_in_hand": "开始办理选民意见",
    "deputies.answer_opinion": "答复选民意见",
    "deputies.tell_voter": "告知选民结果",
    "deputies.close_opinion": "办结选民意见",
    "deputies.reopen_opinion": "重新办理选民意见",
    "way": "去向",
    "responsible": "承办单位",
    "told_on": "告知选民日期",
}


def waiting_for(user: User) -> Iterator[Todo]:
    """At most three queries."""
    access = user.access
    if paths := access.area_paths(Role.TOWN_OFFICE):
        here = Q(pk__in=[])
        for path in paths:
            here |= Q(area__path__startswith=path)
        for each in Opinion.objects.filter(here, state=OpinionState.RECORDED).select_related("area").order_by("pk")[:_MOST_TODOS]:
            yield Todo(f"转办：{each.title}", _to(each), KIND, each.area.name)
    if own := access.organisation_ids(*_ANSWERING):
        open_here = Opinion.objects.filter(
            responsible__in=own, state__in=[OpinionState.PASSED_ON, OpinionState.IN_HAND, OpinionState.REOPENED]
        )
        rows = open_here.select_related("responsible", "area").order_by(F("due_on").asc(nulls_last=True), "pk")
        for each in rows[:_MOST_TODOS]:
            verb = "答复" if each.state == OpinionState.IN_HAND else "重新办理" if each.state == OpinionState.REOPENED else "办理"
            yield Todo(f"{verb}：{each.title}", _to(each), KIND, each.responsible.name, each.due_on, each.area.name)  # type: ignore[union-attr]
    if access.has(Role.DEPUTY):
        answered = Opinion.objects.filter(deputies__user=user, state=OpinionState.ANSWERED)
        for each in answered.order_by("pk")[:_MOST_TODOS]:
            words = "告知选民" if each.told_on is None else "问选民是否解决"
            yield Todo(f"{words}：{each.title}", _to(each), KIND, user.name)


def _to(opinion: Opinion) -> str:
    return reverse("deputies:opinion", args=[opinion.code])


def _own(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """The newest of a deputy's own, the open ones first. Three queries."""
    deputy = getattr(request.user, "deputy", None)
    if deputy is None:
        return None
    own = Opinion.objects.filter(deputies=deputy)
    rows = own.select_related("responsible").alias(over=Q(state__in=DONE)).order_by("over", "-created_at", "-pk")[:_SHOWN]
    return {
        "deputy": deputy.code,
        "total": own.count(),
        "opinions": [(row, state_tag(row.state, row.is_settled), stage_bar(row.state)) for row in rows],
    }


def _of_contact(request: HttpRequest, contact: VoterContact) -> dict[str, Any] | None:
    rows = Opinion.objects.visible_to(request.user).filter(contact=contact).select_related("responsible")  # type: ignore[arg-type]
    may_record = may(request.user, "deputies.record_opinion", contact)
    found = [(row, state_tag(row.state, row.is_settled)) for row in rows]
    return {"contact": contact, "opinions": found, "may_record": may_record} if found or may_record else None


def _sees_opinions(user: User) -> bool:
    return user.access.has(Role.DEPUTY, Role.LEADER, *_ANSWERING)


def register() -> None:
    """Called once, when the app is ready."""
    audit_actions.register(WORDS)
    navigation.register(navigation.Entry("contacts", "选民意见", "deputies:opinions", _sees_opinions))
    todos.register(waiting_for)
    panels.register(panels.Panel("home.deputy", "opinions", "deputies/opinions/_home.html", _own))
    panels.register(panels.Panel("contact", "opinions", "deputies/opinions/_contact.html", _of_contact))
