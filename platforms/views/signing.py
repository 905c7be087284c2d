"""After scoring: sign-off by the leader, deductions, objections and their answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from congress import charts, listing
from congress.access import may
from congress.errors import DomainError
from congress.services.files import ACCEPT
from platforms.enums import AssignmentState, ObjectionState, RoundState
from platforms.forms.rounds import DecisionForm, DeductionForm, ObjectionForm, SendBackForm, SignOffForm
from platforms.models import Deduction, ItemScore, Objection
from platforms.services import deductions as deduction_services
from platforms.services import evidence, reviewing, totals
from platforms.views.finding import posted, require, round_at, score_at

_FORM = require_http_methods(["GET", "HEAD", "POST"])


@_FORM
def sign_off(request: HttpRequest, code: str) -> HttpResponse:
    """All units on one page: what they come to, where assessors departed from suggestions; sign off the ticked ones."""
    round = round_at(request, code)
    if not request.user.access.is_leader:
        raise PermissionDenied
    form = SignOffForm(posted(request), initial={"meeting": round.meeting})
    if request.method == "POST" and form.is_valid():
        chosen = list(round.assignments.filter(area__code__in=request.POST.getlist("area")))
        if not chosen:
            form.add_error(None, "请勾选要审定的单位。")
        else:
            try:
                round = reviewing.sign_off(actor=request.user, round=round, assignments=chosen, meeting=form.cleaned_data["meeting"])
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                if round.state == RoundState.OBJECTION and round.objection_until:
                    until = round.objection_until
                    messages.success(request, f"各单位已全部审定，异议期到{until.month}月{until.day}日为止。")
                    return redirect("platforms:round", code)
                messages.success(request, f"已审定 {len(chosen)} 家。")
                return redirect("platforms:sign_off", code)
    assignments = list(round.assignments.select_related("area", "assessor"))
    results = totals.standings(round, assignments)
    scores = {area["code"]: area for area in results["areas"]}
    lines = _lines(results)
    context = {
        "round": round,
        "form": form,
        "lines": [(each, lines[each.area.code], scores[each.area.code]) for each in assignments],
        "waiting": sum(each.state == AssignmentState.SCORED for each in assignments),
        "ready": round.state == RoundState.SIGN_OFF,
    }
    return render(request, "platforms/rounds/sign_off.html", context, status=422 if form.errors else 200)


@_FORM
def review(request: HttpRequest, code: str, area: str) -> HttpResponse:
    """One unit for the leader: totals, departures from suggestions, problems; sign it off or send it back with a reason."""
    round = round_at(request, code)
    if not request.user.access.is_leader:
        raise PermissionDenied
    assignments = list(round.assignments.select_related("area", "assessor"))
    assignment = next((each for each in assignments if each.area.code == area), None)
    if assignment is None:
        raise Http404
    assignment.round = round
    form = SendBackForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            reviewing.send_back(actor=request.user, assignment=assignment, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"对{assignment.area}的评分已退回{assignment.assessor}。")
            return redirect("platforms:sign_off", code)
    results = totals.standings(round, assignments)
    result = next(each for each in results["areas"] if each["code"] == area)
    context = {
        "round": round,
        "assignment": assignment,
        "result": result,
        "figs": _figs(result),
        "lines": _lines(results)[area],
        "may_sign_off": may(request.user, "platforms.sign_off", assignment),
        "form": form,
    }
    return render(request, "platforms/rounds/review.html", context, status=422 if form.errors else 200)


@dataclass
class Lines:
    """What a leader looks at in one unit: scores beside their suggestion, and problems. Each line has its sheet and item."""

    departures: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)


def _lines(results: dict[str, Any]) -> dict[str, Lines]:
    """By area code, the area's own items first, then its platforms'."""
    items = {item["code"]: item["name"] for item in results["table"]["items"]}
    found = {area["code"]: Lines() for area in results["areas"]}
    for sheet in (*results["areas"], *results["platforms"]):
        lines = found[sheet.get("area", sheet["code"])]
        for line in sheet["items"]:
            told = {**line, "name": items[line["code"]], "sheet": sheet["name"], "sheet_code": sheet["code"]}
            if None not in (line["suggested"], line["score"]) and line["suggested"] != line["score"]:
                lines.departures.append(told)
            if line["problem"]:
                lines.problems.append(told)
    return found


def _figs(result: dict[str, Any]) -> list[dict[str, Any]]:
    """What the total is made of, as tiles."""
    before = "" if result["previous_score"] is None else f"上季 {charts.plain(result['previous_score'])} 分"
    average = result["platform_average"]
    return [
        {"label": "得分", "value": charts.plain(result["score"]), "unit": "分", "note": before},
        {"label": "暂列", "value": f"第 {result['rank']}", "note": result["grade"]},
        {"label": "自身项目", "value": charts.plain(result["own_score"]), "unit": "分"},
        {"label": "平台平均", "value": "—" if average is None else charts.plain(average), "unit": "分"},
        {"label": "加分与扣分", "value": f"＋{charts.plain(result['bonus'])} −{charts.plain(result['deduction'])}"},
    ]


# ---- deductions


@_FORM
def deductions(request: HttpRequest, code: str) -> HttpResponse:
    """What was taken off, by the clock and by hand; the office enters more."""
    round = round_at(request, code)
    require(request, "platforms.compare_units", round)
    may_deduct = may(request.user, "platforms.deduct", round)
    if request.method == "POST" and not may_deduct:
        raise PermissionDenied
    form = DeductionForm(posted(request), round=round, initial={"area": request.GET.get("area")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            deduction_services.deduct(
                actor=request.user, assignment=given["area"], rule=given["rule"], count=given["count"], reason=given["reason"]
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已记入对{given['area'].area}的扣分。")
            return redirect("platforms:deductions", code)
    rows = list(Deduction.objects.filter(assignment__round=round).select_related("assignment__area", "rule", "entered_by"))
    seen: Counter[tuple[int, int]] = Counter()
    for row in sorted(rows, key=lambda row: row.pk):
        seen[row.assignment_id, row.rule_id] += 1
        row.number = seen[row.assignment_id, row.rule_id]  # type: ignore[attr-defined]
    context = {"round": round, "form": form if may_deduct else None, "may_deduct": may_deduct}
    response = listing.render_list(request, "platforms/rounds/deductions.html", rows, context)
    response.status_code = 422 if form.errors else 200
    return response


@_FORM
def remove_deduction(request: HttpRequest, code: str, area: str, rule: str, number: int) -> HttpResponse:
    """Takes one deduction back: the ``number``-th of that rule on that unit. Asks first."""
    round = round_at(request, code)
    require(request, "platforms.deduct", round)
    rows = Deduction.objects.filter(assignment__round=round, assignment__area__code=area, rule__code=rule).select_related(
        "assignment__area", "assignment__round", "rule"
    )
    found = list(rows.order_by("pk"))
    if not 1 <= number <= len(found):
        raise Http404
    deduction = found[number - 1]
    if request.method == "POST":
        deduction_services.remove_deduction(actor=request.user, deduction=deduction)
        messages.success(request, f"已撤销对{deduction.assignment.area}的扣分。")
        return redirect("platforms:deductions", code)
    context = {
        "question": f"撤销对{deduction.assignment.area}的扣分？",
        "text": f"“{deduction.rule.name}”扣 {deduction.points.normalize():f} 分（{deduction.reason}）将被撤销，撤销情况记入审计记录。",
        "action": "撤销",
        "back": request.path.split("/deductions/")[0] + "/deductions/",
    }
    return render(request, "components/confirm.html", context)


# ---- objections


@require_safe
def objections(request: HttpRequest, code: str) -> HttpResponse:
    round = round_at(request, code)
    rows = (
        Objection.objects.visible_to(request.user)
        .filter(item_score__assessment__round=round)
        .select_related("item_score__item", "item_score__assessment__area", "item_score__assessment__platform", "raised_by", "decided_by")
    )
    return listing.render_list(request, "platforms/rounds/objections.html", rows, {"round": round})


@_FORM
def objection(request: HttpRequest, code: str, sheet: str, item: str) -> HttpResponse:
    """One item's objection: the unit raises it with its evidence, the office answers."""
    score = score_at(request, code, sheet, item)
    score.assessment.round = score.assessment.assignment.round
    found = Objection.objects.visible_to(request.user).filter(item_score=score).select_related("raised_by", "decided_by").first()
    may_object = found is None and may(request.user, "platforms.object", score)
    if found is None and not may_object:
        raise PermissionDenied
    form = ObjectionForm(posted(request))
    if request.method == "POST":
        if found is not None and not may(request.user, "platforms.object", score):
            raise PermissionDenied
        if form.is_valid():
            try:
                uploads = evidence.examine_all(request.FILES.getlist("files"))
                found = reviewing.raise_objection(actor=request.user, item_score=score, text=form.cleaned_data["text"])
                evidence.attach(actor=request.user, target=found, uploads=uploads)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "异议已提出，代表工委答复后会通知您。")
                return redirect("platforms:objection", code, sheet, item)
    return _objection_page(request, score, found, form)


def _objection_page(
    request: HttpRequest, score: ItemScore, found: Objection | None, form: ObjectionForm, decision: DecisionForm | None = None
) -> HttpResponse:
    round = score.assessment.assignment.round
    if found is not None:
        found.item_score = score
        if decision is None and may(request.user, "platforms.decide_objection", found):
            decision = DecisionForm(item_score=score, step=round.table.score_step)
    refused = bool(form.errors or decision is not None and decision.errors)
    context = {
        "round": round,
        "score": score,
        "sheet": score.assessment,
        "item": score.item,
        "objection": found,
        "form": form,
        "decision": decision,
        "files": found.evidence.visible_to(request.user) if found else (),
        "accept": ACCEPT,
        "photos": score.evidence.visible_to(request.user),
    }
    return render(request, "platforms/rounds/objection.html", context, status=422 if refused else 200)


@require_POST
def decide(request: HttpRequest, code: str, sheet: str, item: str) -> HttpResponse:
    score = score_at(request, code, sheet, item)
    found = get_object_or_404(Objection.objects.visible_to(request.user).select_related("raised_by"), item_score=score)
    found.item_score = score
    if not request.user.access.is_office:
        raise PermissionDenied
    form = DecisionForm(request.POST, item_score=score, step=score.assessment.assignment.round.table.score_step)
    if form.is_valid():
        given = form.cleaned_data
        score_given = given["score"] if given["state"] == ObjectionState.UPHELD else None
        try:
            reviewing.decide_objection(
                actor=request.user, objection=found, state=given["state"], decision=given["decision"], score=score_given
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "答复已保存，已通知提出单位。")
            return redirect("platforms:objection", code, sheet, item)
    return _objection_page(request, score, found, ObjectionForm(), form)
