"""Publishing a round's result, and correcting it under a name. Both show what will happen and ask a second time."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from congress.errors import DomainError
from platforms.documents import sentences
from platforms.documents.edition import Edition
from platforms.enums import ObjectionState
from platforms.forms.rounds import CorrectionForm, PublishForm, plain
from platforms.models import AssessmentRound, Bulletin, ItemScore, Objection
from platforms.services import publishing, rounds, totals
from platforms.views.finding import posted, require, round_at
from platforms.views.results import rows_of

_FORM = require_http_methods(["GET", "HEAD", "POST"])


@_FORM
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """What will be published, the words of the bulletin with their default wording, and, asked twice, the publishing."""
    raised = Objection.objects.filter(item_score__assessment__round=OuterRef("pk"), state=ObjectionState.RAISED)
    round = round_at(request, code, has_objections=Exists(raised))
    require(request, "platforms.publish", round)
    today = timezone.localdate()
    is_early = round.objection_until is not None and today <= round.objection_until
    first = {"issued_on": today, "highlights": round.highlights, "problems": round.problems, "demands": round.demands}
    form = PublishForm(posted(request), initial=first, is_early=is_early)
    if request.method == "POST" and form.is_valid():
        try:
            return _publish(request, round, form)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    results = totals.standings(round)
    context = {
        "round": round,
        "form": form,
        "rows": rows_of(results),
        "results": results,
        "defaults": _defaults(round, results),
        "is_early": is_early,
        "files": 3 + len(results["areas"]) + len(results["platforms"]),
    }
    return render(request, "platforms/rounds/publish.html", context, status=422 if form.errors else 200)


def _publish(request: HttpRequest, round: AssessmentRound, form: PublishForm) -> HttpResponse:
    given = form.cleaned_data
    words = {name: given[name] for name in ("highlights", "problems", "demands")}
    rounds.edit_bulletin_texts(actor=request.user, round=round, **words)
    if "confirmed" not in request.POST:
        context = {
            "question": f"通报{round}结果？",
            "text": "通报后得分、名次和等次不再改变，如有错误只能另发更正；整改清单随之生成，全部文件开始印制，各镇（街道）会收到通知。",
            "action": "通报",
            "back": reverse("platforms:publish", args=[round.code]),
            "keep": {name: request.POST.get(name, "") for name in form.fields},
        }
        return render(request, "components/confirm.html", context)
    publishing.publish(
        actor=request.user, round=round, number=given["number"], issued_on=given["issued_on"], early_reason=given.get("early_reason", "")
    )
    messages.success(request, f"{round}结果已通报，文件正在印制，可以离开本页。")
    return redirect(reverse("platforms:round", args=[round.code]) + "#docs")


def _defaults(round: AssessmentRound, results: dict) -> dict[str, str]:
    """What the bulletin says where the office writes nothing."""
    edition = Edition(Bulletin(round=round, issued_on=timezone.localdate(), results={**results, "rectifications": []}))
    highlights = [f"（{sentences.ordinal(n)}）{head}\n{text}" for n, (head, text) in enumerate(sentences.highlights(edition), start=1)]
    demands = [f"（{sentences.ordinal(n)}）{lead}{text}" for n, (lead, text) in enumerate(sentences.demands(edition), start=1)]
    return {"highlights": "\n".join(highlights), "problems": sentences.common_problems(edition), "demands": "\n".join(demands)}


# ---- correction


@_FORM
def correct(request: HttpRequest, code: str) -> HttpResponse:
    """A new, named version of the bulletin. ``?area=`` chooses the unit whose sheets are to be corrected."""
    round = round_at(request, code)
    require(request, "platforms.correct", round)
    assignments = list(round.assignments.select_related("area"))
    asked = request.POST.get("area") or request.GET.get("area")
    area = next((each.area for each in assignments if each.area.code == asked), None)
    before = publishing.corrections(round)
    rows = _rows(round, area.pk, before) if area else []
    count = round.bulletins.count()
    form = CorrectionForm(
        posted(request), initial={"name": f"第{sentences.ordinal(count)}次更正", "issued_on": timezone.localdate(), "area": asked}
    )
    if request.method == "POST" and form.is_valid():
        changes = _changes(request, rows, form)
        if not form.errors:
            try:
                return _correct(request, round, form, rows, changes)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
    context = {
        "round": round,
        "form": form,
        "areas": [each.area for each in assignments],
        "area": area,
        "rows": rows,
        "step": plain(round.table.score_step),
        "versions": round.bulletins.defer("results").order_by("-version"),
    }
    return render(request, "platforms/rounds/correct.html", context, status=422 if form.errors else 200)


def _rows(round: AssessmentRound, area: int, before: dict[int, Decimal]) -> list[ItemScore]:
    found = ItemScore.objects.filter(assessment__round=round, assessment__area=area).select_related(
        "item", "assessment__area", "assessment__platform"
    )
    rows = list(found.order_by("assessment__platform__kind", "assessment__code", "item__position"))
    for row in rows:
        row.stands = before.get(row.pk, row.final_score)  # type: ignore[attr-defined]
        row.field = f"{row.assessment.code}.{row.item.code}"  # type: ignore[attr-defined]
    rows.sort(key=lambda row: row.assessment.platform_id is not None)
    return rows


def _changes(request: HttpRequest, rows: list[ItemScore], form: CorrectionForm) -> dict[int, Decimal]:
    """The scores typed beside those that stand. What was typed stays on the rows; what is no number goes onto the form."""
    changes: dict[int, Decimal] = {}
    for row in rows:
        typed = request.POST.get(row.field, "").strip()  # type: ignore[attr-defined]
        row.typed = typed  # type: ignore[attr-defined]
        if not typed:
            continue
        try:
            score = Decimal(typed)
        except InvalidOperation:
            form.add_error(None, f"《{row.assessment}》“{row.item}”的更正后得分“{typed}”不是数字。")
            continue
        if score != row.stands:  # type: ignore[attr-defined]
            changes[row.pk] = score
    if not changes and not form.errors:
        form.add_error(None, "请至少填写一个项目的更正后得分。")
    return changes


def _correct(
    request: HttpRequest, round: AssessmentRound, form: CorrectionForm, rows: list[ItemScore], changes: dict[int, Decimal]
) -> HttpResponse:
    given = form.cleaned_data
    changed = [row for row in rows if row.pk in changes]
    if "confirmed" not in request.POST:
        said = "；".join(f"《{row.assessment}》“{row.item}”由 {_shown(row.stands)} 分改为 {_shown(changes[row.pk])} 分" for row in changed)  # type: ignore[attr-defined]
        context = {
            "question": f"发布{round}{given['name']}？",
            "text": f"{said}。得分、名次和等次重新计算，作为新的一版通报，此前各版仍可查看。",
            "action": "发布更正",
            "back": f"{reverse('platforms:correct', args=[round.code])}?area={given['area']}",
            "keep": {
                **{name: request.POST.get(name, "") for name in form.fields},
                **{row.field: str(changes[row.pk]) for row in changed},  # type: ignore[attr-defined]
            },
        }
        return render(request, "components/confirm.html", context)
    publishing.correct(
        actor=request.user,
        round=round,
        name=given["name"],
        reason=given["reason"],
        changes=changes,
        number=given["number"],
        issued_on=given["issued_on"],
    )
    messages.success(request, f"{given['name']}已发布，文件正在印制。")
    return redirect(reverse("platforms:round", args=[round.code]) + "#docs")


def _shown(score: Decimal | None) -> str:
    return "空" if score is None else plain(score)
