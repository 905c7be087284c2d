"""Rounds: the list, opening one, how it goes on, who assesses whom."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from congress import listing, workdays
from congress.access import may
from congress.context import frame
from congress.enums import Role
from congress.errors import DomainError
from congress.models import Area, User
from congress.periods import Period
from platforms import progress
from platforms.enums import AssignmentState, RoundState, Subject
from platforms.forms.rounds import AdjustForm, DeadlinesForm
from platforms.models import AssessmentRound, CrossAssignment, Objection, Platform, ScoreTable
from platforms.rules import ASSESSING
from platforms.services import rounds as services
from platforms.services import tables
from platforms.views import results
from platforms.views.finding import assignment_at, posted, require, round_at

_FORM = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    rows = (
        AssessmentRound.objects.visible_to(request.user)
        .select_related("table")
        .annotate(units=Count("assignments"))
        .order_by("-year", "-quarter")
    )
    return listing.render_list(request, "platforms/rounds/list.html", rows, {"may_open": may(request.user, "platforms.open_round")})


@_FORM
def open_round(request: HttpRequest) -> HttpResponse:
    """What opening a quarter would lay out, and the button that does it."""
    require(request, "platforms.open_round")
    current = Period.containing(timezone.localdate(), "quarter")
    opened = set(AssessmentRound.objects.values_list("code", flat=True))
    choices = [period for period in (current, current.previous) if period.code not in opened]
    if request.method == "POST":
        period = next((period for period in choices if period.code == request.POST.get("period")), None)
        if period is None:
            raise DomainError("请选择本季度或上一季度；已经开始的考评不能重复开始。")
        made = services.open_round(actor=request.user, period=period)
        messages.success(request, f"{made}已开始，交叉安排已抽签，各镇（街道）已收到通知。")
        return redirect("platforms:round", made.code)
    table, congress = ScoreTable.objects.current(), frame(request)["frame"].congress
    units = list(Area.objects.active().town_level().within(congress.area)) if congress else []
    counts = dict(Platform.objects.active().filter(unit__in=units).order_by().values_list("unit").annotate(Count("pk")))
    calendar = workdays.for_request(request)
    limits = []
    day = timezone.localdate()
    if table:
        for label, limit in (("自评", table.self_scoring_limit), ("交叉评", table.cross_scoring_limit), ("审定", table.sign_off_limit)):
            deadline = calendar.due(day, limit)
            limits.append((label, deadline))
            day = deadline.due_on
    items = list(table.items.all()) if table else []
    per_subject = {subject: sum(item.subject == subject for item in items) for subject in Subject.values}
    context = {
        "choices": choices,
        "table": table,
        "fault": "还没有现行的考评细则。" if table is None else tables.fault(table),
        "units": [(unit, counts.get(unit.pk, 0)) for unit in units],
        "platforms": sum(counts.values()),
        "rows": sum(counts.values()) * per_subject[Subject.PLATFORM] + len(units) * per_subject[Subject.AREA],
        "limits": limits,
    }
    return render(request, "platforms/rounds/open.html", context)


@require_safe
def round_page(request: HttpRequest, code: str) -> HttpResponse:
    """How the round goes on; once it is published, its result."""
    round = round_at(request, code)
    return results.result_page(request, round) if round.state == RoundState.PUBLISHED else _running(request, round)


def _running(request: HttpRequest, round: AssessmentRound) -> HttpResponse:
    user = request.user
    standings = progress.standings(round, timezone.localdate())
    areas = user.access.area_ids(*ASSESSING)
    own = [s for s in standings if s.assignment.area_id in user.access.area_ids(Role.TOWN_OFFICE)]
    objections = (
        Objection.objects.visible_to(user)
        .filter(item_score__assessment__round=round)
        .select_related("item_score__item", "item_score__assessment__area", "item_score__assessment__platform", "raised_by")
    )
    context = {
        "round": round,
        "steps": progress.steps(round, standings),
        "limit": progress.current_limit(round),
        "standings": standings,
        "own": own,
        "assesses": [s for s in standings if s.assignment.assessor_id in areas],
        "self_waits": any(s.assignment.state == AssignmentState.SELF_SCORING for s in own),
        "sees_all": user.access.is_district_staff,
        "objections": objections if round.state == RoundState.OBJECTION else (),
        "waiting_for_sign_off": sum(s.assignment.state == AssignmentState.SCORED for s in standings),
        "may_watch": may(user, "platforms.watch_ranking", round),
        **{
            f"may_{name}": may(user, f"platforms.{name}", round)
            for name in ("redraw", "adjust_assignment", "set_deadlines", "publish", "deduct")
        },
        "may_sign_off": user.access.is_leader and round.state == RoundState.SIGN_OFF,
    }
    return render(request, "platforms/rounds/running.html", context)


@_FORM
def redraw(request: HttpRequest, code: str) -> HttpResponse:
    """Shows the arrangement that a new draw would replace; drawing is the second step."""
    round = round_at(request, code)
    require(request, "platforms.redraw", round)
    assignments = list(round.assignments.select_related("area", "assessor"))
    if request.method == "POST":
        services.redraw(actor=request.user, round=round)
        messages.success(request, f"{round}已重新抽签，各镇（街道）已收到通知。")
        return redirect("platforms:round", code)
    started = round.assignments.filter(assessments__scores__cross_score__isnull=False).exists()
    return render(request, "platforms/rounds/redraw.html", {"round": round, "assignments": assignments, "started": started})


@_FORM
def adjust(request: HttpRequest, code: str, area: str) -> HttpResponse:
    """Another assessor, or another leading official, for one unit."""
    assignment = assignment_at(request, code, area)
    require(request, "platforms.adjust_assignment", assignment.round)
    others = list(CrossAssignment.objects.filter(round=assignment.round).select_related("area", "assessor"))
    leaders = User.objects.in_role(Role.LEADER).order_by("name")
    form = AdjustForm(
        posted(request),
        assessors=[each.area for each in others if each.area_id != assignment.area_id],
        leaders=leaders,
        initial={"assessor": assignment.assessor.code, "leader": assignment.leader_id},
    )
    if request.method == "POST" and form.is_valid():
        try:
            assessor = get_object_or_404(Area, code=form.cleaned_data["assessor"])
            services.adjust(actor=request.user, assignment=assignment, assessor=assessor)
            services.appoint_leader(actor=request.user, assignment=assignment, leader=form.cleaned_data["leader"])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{assignment.area}的交叉安排已保存。")
            return redirect("platforms:round", code)
    return render(
        request, "platforms/rounds/adjust.html", {"round": assignment.round, "assignment": assignment, "others": others, "form": form}
    )


@_FORM
def deadlines(request: HttpRequest, code: str) -> HttpResponse:
    round = round_at(request, code)
    require(request, "platforms.set_deadlines", round)
    form = DeadlinesForm(posted(request), round=round)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_deadlines(actor=request.user, round=round, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "截止日期已保存。")
            return redirect("platforms:round", code)
    return render(request, "platforms/rounds/deadlines.html", {"round": round, "form": form})
