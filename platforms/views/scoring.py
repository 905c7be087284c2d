"""One unit's assessment: its sheets, scoring oneself at a desk, scoring another on site from a phone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from congress import charts
from congress.access import may
from congress.enums import Role
from congress.errors import DomainError
from congress.services.files import ACCEPT
from platforms import explaining, progress
from platforms.enums import RoundState
from platforms.forms.rounds import CrossScoreForm, SelfScoreForm
from platforms.models import Assessment, CrossAssignment, Evidence, ItemScore, Objection
from platforms.rules import ASSESSING
from platforms.services import evidence
from platforms.services import scoring as services
from platforms.views.finding import assignment_at, posted, require, score_at, sees_cross_scores, sheet_at

_FORM = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def area(request: HttpRequest, code: str, area: str) -> HttpResponse:
    """The sheets of one unit, how far each is, and what the person may do next; after publication the unit's result."""
    assignment = assignment_at(request, code, area)
    round, user = assignment.round, request.user
    sheets = progress.sheets_of(assignment)
    total = progress.Progress(*(sum(getattr(p, field) for _, p in sheets) for field in progress.Progress.__dataclass_fields__))
    told = {f"may_{name}": may(user, f"platforms.{name}", assignment) for name in ("self_score", "cross_score")}
    missing = "self_missing" if told["may_self_score"] else "cross_missing"
    objections = Objection.objects.visible_to(user).filter(item_score__assessment__assignment=assignment)
    context = {
        "round": round,
        "assignment": assignment,
        "sheets": sheets,
        "total": total,
        "first_missing": next((sheet.code for sheet, each in sheets if getattr(each, missing)), ""),
        "sees_cross": sees_cross_scores(user, assignment),
        "works_here": assignment.area_id in user.access.area_ids(Role.TOWN_OFFICE),
        "assesses": assignment.assessor_id in user.access.area_ids(*ASSESSING),
        "objections": objections.select_related("item_score__item", "item_score__assessment__area", "item_score__assessment__platform"),
        "deductions": assignment.deductions.select_related("rule"),
        **told,
        **(_published(assignment, sheets) if round.state == RoundState.PUBLISHED else {}),
    }
    return render(request, "platforms/rounds/area.html", context)


def _published(assignment: CrossAssignment, sheets: list[tuple[Assessment, progress.Progress]]) -> dict[str, Any]:
    """The unit's published result: score, rank and grade, and each sheet's score."""
    results = assignment.round.bulletins.order_by("-version")[0].results
    found = next(each for each in results["areas"] if each["code"] == assignment.area.code)
    scores = {assignment.area.code: found["own_score"], **{each["code"]: each["score"] for each in results["platforms"]}}
    for sheet, _ in sheets:
        sheet.result = scores.get(sheet.code)  # type: ignore[attr-defined]
    before = f"上季第 {found['previous_rank']}" if found["previous_rank"] else ""
    figs = [
        {
            "label": "得分",
            "value": charts.plain(found["score"]),
            "unit": "分",
            "note": f"基础分 {charts.plain(found['base'])}，加分 {charts.plain(found['bonus'])}，扣分 {charts.plain(found['deduction'])}",
        },
        {"label": "名次", "value": found["rank"], "unit": f"/ {len(results['areas'])}", "note": before},
        {"label": "等次", "value": found["grade"]},
        {
            "label": "平台平均分",
            "value": "—" if found["platform_average"] is None else charts.plain(found["platform_average"]),
            "unit": "分",
        },
    ]
    return {"result": found, "figs": figs, "scores": scores}


@require_safe
def sheet(request: HttpRequest, code: str, sheet: str) -> HttpResponse:
    """One sheet to read: every item from self-score to final score, with reasons, problems, evidence and objections."""
    found = sheet_at(request, code, sheet)
    rows = list(
        found.scores.select_related("item", "scored_by").annotate(objected=Count("objections", distinct=True)).order_by("item__position")
    )
    files: dict[int, list[Evidence]] = {}
    for each in Evidence.objects.visible_to(request.user).filter(item_score__in=rows).order_by("uploaded_at"):
        files.setdefault(each.item_score_id or 0, []).append(each)
    for row in rows:
        row.photos = len(files.get(row.pk, ()))  # type: ignore[attr-defined]
    context = {
        "round": found.round,
        "sheet": found,
        "rows": rows,
        "evidence": [(row.item, files[row.pk]) for row in rows if row.pk in files],
        "sees_cross": sees_cross_scores(request.user, found.assignment),
        **{f"may_{name}": may(request.user, f"platforms.{name}", found) for name in ("object", "self_score", "cross_score")},
    }
    return render(request, "platforms/rounds/sheet.html", context)


# ---- self-scoring


@_FORM
def self_sheet(request: HttpRequest, code: str, sheet: str) -> HttpResponse:
    """A whole sheet in one table. Rows that can be saved are saved; those that can't say why and keep what was typed."""
    found = sheet_at(request, code, sheet)
    require(request, "platforms.self_score", found)
    step = found.round.table.score_step
    scores = list(
        found.scores.select_related("item", "assessment__assignment__round__table", "assessment__assignment__area")
        .annotate(photos=Count("evidence"))
        .order_by("item__position")
    )
    forms = [SelfScoreForm(posted(request), prefix=score.item.code, item_score=score, step=step) for score in scores]
    if request.method == "POST":
        saved, refused = _save_sheet(request, forms)
        if not refused:
            messages.success(request, f"《{found}》已保存，本表还有 {sum(f.cleaned_data['score'] is None for f in forms)} 项未填。")
            return redirect(_next_sheet(found) if "next" in request.POST else reverse("platforms:round_area", args=[code, found.area.code]))
        messages.warning(request, f"已保存 {saved} 项，有 {refused} 项没有保存，原因写在该项下面，填写的内容都还在。")
    context = {
        "round": found.round,
        "sheet": found,
        "assignment": found.assignment,
        "lines": [(form, explaining.suggestion(form.item_score, found.round, step)) for form in forms],
        "done": sum(score.self_score is not None for score in scores),
        "draft": f"self-{code}-{sheet}",
        "since": sum(score.version for score in scores),
    }
    return render(request, "platforms/rounds/self_sheet.html", context, status=200 if request.method != "POST" else 422)


def _save_sheet(request: HttpRequest, forms: list[SelfScoreForm]) -> tuple[int, int]:
    saved = refused = 0
    for form in forms:
        if form.is_valid():
            score, note, version = (form.cleaned_data[name] for name in ("score", "note", "version"))
            if score is None:
                if note:
                    form.add_error("score", "写了说明，还没有填得分。")
            elif score != form.item_score.self_score or note != form.item_score.self_note:
                try:
                    services.score_self(actor=request.user, item_score=form.item_score, score=score, note=note, version=version)
                    saved += 1
                except DomainError as refusal:
                    form.add_error("score", str(refusal))
        refused += bool(form.errors)
    return saved, refused


def _next_sheet(sheet: Assessment) -> str:
    """The unit's next sheet with an item not yet self-scored, else the unit's page."""
    waiting = (
        sheet.assignment.assessments.exclude(pk=sheet.pk)
        .filter(scores__self_score__isnull=True)
        .distinct()
        .order_by(F("platform").asc(nulls_first=True), "code")
        .values_list("code", flat=True)
        .first()
    )
    if waiting:
        return reverse("platforms:self_sheet", args=[sheet.round.code, waiting])
    return reverse("platforms:round_area", args=[sheet.round.code, sheet.area.code])


@_FORM
def self_item(request: HttpRequest, code: str, sheet: str, item: str) -> HttpResponse:
    """One item of one's own, with its evidence."""
    found = score_at(request, code, sheet, item)
    require(request, "platforms.self_score", found)
    round = found.assessment.assignment.round
    form = SelfScoreForm(posted(request), item_score=found, step=round.table.score_step)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["score"] is None:
            form.add_error("score", "请填写得分。")
        else:
            refused = _try(
                form, lambda: _keep(request, found, lambda: services.score_self(actor=request.user, item_score=found, **form.cleaned_data))
            )
            if refused is None:
                return redirect(_item_after(found, "platforms:self_item", item))
            form, found = _again(SelfScoreForm, request, found, form)
    return _item_page(request, found, form, "platforms/rounds/self_item.html", "platforms:self_item", "self")


@require_POST
def submit_self(request: HttpRequest, code: str, area: str) -> HttpResponse:
    assignment = assignment_at(request, code, area)
    require(request, "platforms.self_score", assignment)
    if refusal := _refusal(lambda: services.submit_self(actor=request.user, assignment=assignment)):
        messages.error(request, refusal)
    else:
        messages.success(request, f"{assignment.area}的自评已提交，等待{assignment.assessor}交叉评分。")
    return redirect("platforms:round_area", code, area)


# ---- cross-scoring


@require_safe
def score_sheet(request: HttpRequest, code: str, sheet: str) -> HttpResponse:
    """All items of a sheet, to go to any of them; ``?only=problem`` or ``?only=missing`` shows those alone."""
    found = sheet_at(request, code, sheet)
    require(request, "platforms.cross_score", found)
    rows = list(found.scores.select_related("item").order_by("item__position"))
    missing = [row for row in rows if row.cross_score is None]
    only, saved = request.GET.get("only", ""), request.GET.get("saved", "")
    context = {
        "round": found.round,
        "sheet": found,
        "counted": progress.of(found.scores.all()),
        "rows": missing if only == "missing" else [row for row in rows if row.problem] if only == "problem" else rows,
        "only": only,
        "next_missing": missing[0].item.code if missing else "",
        "next_sheet": "" if missing else _next_sheet_to_score(found),
        "draft_done": f"score-{code}-{sheet}-{saved}" if saved else "",
    }
    return render(request, "platforms/rounds/score_sheet.html", context)


def _next_sheet_to_score(sheet: Assessment) -> str:
    waiting = sheet.assignment.assessments.filter(scores__cross_score__isnull=True).distinct()
    return waiting.order_by(F("platform").asc(nulls_first=True), "code").values_list("code", flat=True).first() or ""


@_FORM
def score_item(request: HttpRequest, code: str, sheet: str, item: str) -> HttpResponse:
    """One item on site, one screen. Works without script; with it the phone keeps a draft of every keystroke."""
    found = score_at(request, code, sheet, item)
    require(request, "platforms.cross_score", found)
    round = found.assessment.assignment.round
    form = CrossScoreForm(posted(request), item_score=found, step=round.table.score_step)
    if request.method == "POST" and form.is_valid():
        refused = _try(
            form, lambda: _keep(request, found, lambda: services.score_cross(actor=request.user, item_score=found, **form.cleaned_data))
        )
        if refused is None:
            return redirect(_item_after(found, "platforms:score_item", item))
        form, found = _again(CrossScoreForm, request, found, form)
    return _item_page(request, found, form, "platforms/rounds/score_item.html", "platforms:score_item", "score")


@require_POST
def add_photos(request: HttpRequest, code: str, sheet: str, item: str) -> HttpResponse:
    """Takes photos in at once, so that a lost form loses no picture. Answers the row of photos."""
    found = score_at(request, code, sheet, item)
    if not may(request.user, "platforms.cross_score", found):
        require(request, "platforms.self_score", found)
    refusal = _refusal(lambda: evidence.attach(actor=request.user, target=found, uploads=request.FILES.getlist("photos")))
    context = {"score": found, "photos": found.evidence.all(), "refusal": refusal, "accept": ACCEPT}
    return render(request, "platforms/rounds/_photos.html", context, status=422 if refusal else 200)


@require_POST
def submit_cross(request: HttpRequest, code: str, area: str) -> HttpResponse:
    assignment = assignment_at(request, code, area)
    require(request, "platforms.cross_score", assignment)
    if refusal := _refusal(lambda: services.submit_cross(actor=request.user, assignment=assignment)):
        messages.error(request, refusal)
    else:
        messages.success(request, f"对{assignment.area}的交叉评分已提交，等待常委会领导审定。")
    return redirect("platforms:round_area", code, area)


# ---- common to both


def _keep(request: HttpRequest, score: ItemScore, save: Any) -> None:
    """Saves the score, then the photos sent with it. Photos are looked at first, so that a bad one is told before anything is written."""
    examined = evidence.examine_all(request.FILES.getlist("photos"))
    save()
    evidence.attach(actor=request.user, target=score, uploads=examined)


def _try(form: Any, save: Any) -> DomainError | None:
    """Runs ``save``; a refusal goes onto the form."""
    try:
        save()
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return refusal
    return None


def _refusal(act: Any) -> str:
    try:
        act()
    except DomainError as refusal:
        return str(refusal)
    return ""


def _again(kind: Any, request: HttpRequest, score: ItemScore, form: Any) -> tuple[Any, ItemScore]:
    """The same form with everything typed, now against the version in the database, so that sending it again counts."""
    now = ItemScore.objects.select_related("item", "scored_by").get(pk=score.pk)
    data = request.POST.copy()
    data["version"] = str(now.version)
    bound = kind(data, item_score=score, step=score.assessment.assignment.round.table.score_step)
    bound.full_clean()
    for error in form.non_field_errors():
        bound.add_error(None, error)
    score.cross_score, score.self_score, score.version = now.cross_score, now.self_score, now.version
    score.scored_by, score.scored_at = now.scored_by, now.scored_at
    return bound, score


def _neighbours(score: ItemScore) -> tuple[list[str], int]:
    codes = list(score.assessment.scores.order_by("item__position").values_list("item__code", flat=True))
    return codes, codes.index(score.item.code)


def _item_after(score: ItemScore, view: str, done: str) -> str:
    """The sheet's next item, or after the last one the list; ``saved`` lets the phone drop its draft."""
    codes, here = _neighbours(score)
    sheet = score.assessment
    if here + 1 < len(codes):
        address = reverse(view, args=[sheet.round.code, sheet.code, codes[here + 1]])
    else:
        address = reverse(
            "platforms:score_sheet" if view == "platforms:score_item" else "platforms:self_sheet", args=[sheet.round.code, sheet.code]
        )
    return f"{address}?saved={done}"


def _departs(form: Any, score: ItemScore) -> bool:
    """Whether the score in the form is another than the suggested one."""
    typed = form["score"].value()
    return score.suggested is not None and typed not in (None, "") and str(typed).strip() != explaining.plain(score.suggested)


def _item_page(request: HttpRequest, score: ItemScore, form: Any, template: str, view: str, kind: str) -> HttpResponse:
    sheet = score.assessment
    round = sheet.assignment.round
    codes, here = _neighbours(score)
    refused = request.method == "POST"
    draft = f"{kind}-{round.code}-{sheet.code}-"
    saved = request.GET.get("saved", "")
    context = {
        "round": round,
        "sheet": sheet,
        "assignment": sheet.assignment,
        "score": score,
        "item": score.item,
        "form": form,
        "number": here + 1,
        "count": len(codes),
        "previous": reverse(view, args=[round.code, sheet.code, codes[here - 1]]) if here else "",
        "suggestion": explaining.suggestion(score, round, round.table.score_step),
        "counted": progress.of(sheet.scores.all()),
        "photos": score.evidence.all(),
        "accept": ACCEPT,
        "draft": draft + score.item.code,
        "draft_done": draft + saved if saved in codes else "",
        "departs": _departs(form, score),
    }
    return render(
        request, template, context, status=(409 if any("没有保存" in e for e in form.non_field_errors()) else 422) if refused else 200
    )
