"""What rounds and rectifications wait for, and for whom."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from congress import todos
from congress.enums import Role
from congress.models import User
from congress.todos import Todo
from platforms import links
from platforms.enums import OPEN_ROUND, AssignmentState, ObjectionState, RectificationState, RoundState
from platforms.models import AssessmentRound, CrossAssignment, Objection, Rectification
from platforms.rules import ASSESSING

KIND = "考评"


def waiting_for(user: User) -> Iterator[Todo]:
    """At most five queries, however much there is to do."""
    access = user.access
    if access.has(*ASSESSING):
        yield from _scoring(user)
        yield from _to_rectify(user)
    if access.is_leader:
        for round in AssessmentRound.objects.filter(state=RoundState.SIGN_OFF):
            yield Todo(f"审定{round}得分", links.to_round(round), KIND, "常委会领导", round.sign_off_until)
    if access.is_office:
        yield from _for_office()


def _scoring(user: User) -> Iterator[Todo]:
    own, assessing = user.access.area_ids(Role.TOWN_OFFICE), user.access.area_ids(*ASSESSING)
    to_score = Q(state=AssignmentState.SELF_SCORING, area__in=own)
    to_assess = Q(state=AssignmentState.CROSS_SCORING, assessor__in=assessing) & ~Q(area__in=assessing)
    running = CrossAssignment.objects.filter(to_score | to_assess, round__state__in=OPEN_ROUND)
    for each in running.select_related("round", "area", "assessor"):
        url = links.to_area(each.round.code, each.area.code)
        if each.state == AssignmentState.SELF_SCORING:
            yield Todo(f"完成{each.round}自评", url, KIND, each.area.name, each.round.self_scoring_until)
        else:
            detail = f"已退回：{each.returned_reason}" if each.returned_reason else ""
            yield Todo(f"对{each.area}进行交叉评分", url, KIND, each.assessor.name, each.round.cross_scoring_until, detail)


def _to_rectify(user: User) -> Iterator[Todo]:
    open_here = Rectification.objects.filter(state=RectificationState.OPEN, area__in=user.access.area_ids(Role.TOWN_OFFICE))
    for each in open_here.select_related("area", "platform"):
        yield Todo(f"整改：{each.problem}", links.to_rectification(each), "整改", each.area.name, each.due_on, str(each.platform or ""))


def _for_office() -> Iterator[Todo]:
    objecting = list(AssessmentRound.objects.filter(state=RoundState.OBJECTION))
    if objecting:
        raised = Objection.objects.filter(state=ObjectionState.RAISED, item_score__assessment__round__in=objecting)
        for objection in raised.select_related("item_score__item", "item_score__assessment__area", "item_score__assessment__round"):
            sheet = objection.item_score.assessment
            url = links.to_area(sheet.round.code, sheet.area.code)
            yield Todo(f"答复{sheet.area}对“{objection.item_score.item}”的异议", url, KIND, "代表工委", sheet.round.objection_until)
    for round in objecting:
        yield Todo(f"通报{round}结果", links.to_round(round), KIND, "代表工委", None, "异议期满后通报")
    for each in Rectification.objects.filter(state=RectificationState.REPORTED).select_related("area", "platform"):
        yield Todo(f"复核整改：{each.problem}", links.to_rectification(each), "整改", each.area.name, None, str(each.platform or each.area))


def register() -> None:
    """Called once, when the app is ready."""
    todos.register(waiting_for)
