"""The year's appraisal of units (承办单位考评): the table, its workbook, settling it, and the spot checks it takes in."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from activities.workbooks import sheet_of
from congress import listing
from congress.access import may
from congress.context import frame_of
from congress.errors import DomainError
from congress.imports import downloads
from congress.models import Congress
from congress.services import audit
from suggestions.forms.appraising import DrawForm, ReasonForm
from suggestions.models import Reply, SpotCheck, SpotCheckDraw
from suggestions.services import appraising, spot_checks
from suggestions.services.appraising import sheet
from suggestions.services.profiles import profile_of
from suggestions.tables.appraisal import appraisal_table, sheet_heads, sheet_rows
from suggestions.views.supervising import year_of, years_around

_METHODS = ["GET", "HEAD", "POST"]
_YEARS = range(2000, 2200)


def _look(request: HttpRequest) -> Congress:
    """The home congress, for those who see the whole district. Raises PermissionDenied for others."""
    if not may(request.user, "suggestions.view_figures"):
        raise PermissionDenied
    home = frame_of(request).congress
    if home is None:
        raise Http404("还没有登记本级人民代表大会")
    return home


def _known(year: int) -> int:
    if year not in _YEARS:
        raise Http404("没有这个年度")
    return year


def to_appraisal(year: int) -> str:
    return f"{reverse('suggestions:appraisal')}?year={year}"


@require_safe
def appraisal(request: HttpRequest) -> HttpResponse:
    congress = _look(request)
    year = _known(year_of(request))
    found = sheet(congress, year)
    page = listing.page_of(request, found.rows)
    context = {
        "page": page,
        "sheet": found,
        "table": appraisal_table(appraising.Sheet(year, found.parts, page.object_list, found.least, found.settled)),
        "year": year,
        "years": years_around(year),
        "small": sum(row.score is None for row in found.rows),
        "checked": SpotCheck.objects.filter(reply__sent_on__year=year).count(),
        "may_settle": may(request.user, "suggestions.appraise_units"),
        "profile": profile_of(congress).pk,
    }
    response = render(request, "suggestions/appraisal/table.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The table as a workbook, for performance ratings. Who took it out is in the audit trail."""
    congress = _look(request)
    year = _known(year_of(request))
    found = sheet(congress, year)
    title = f"{year}年承办单位考评"
    content, count = sheet_of(title, sheet_heads(found.parts), sheet_rows(found))
    audit.record(request.user, "suggestions.export_appraisal", ref=str(year), changes={"rows": [None, count]})
    return downloads.workbook(content, f"{title}{'' if found.settled else '（未定稿）'}")


@require_http_methods(_METHODS)
def settle(request: HttpRequest, year: int) -> HttpResponse:
    """Asks, then keeps the table as it stands."""
    congress = _look(request)
    if not may(request.user, "suggestions.appraise_units"):
        raise PermissionDenied
    back = to_appraisal(_known(year))
    if request.method == "POST":
        try:
            appraising.settle(actor=request.user, congress=congress, year=year)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{year}年承办单位考评已经定稿。")
        return redirect(back)
    context = {
        "question": f"{year}年承办单位考评定稿？",
        "text": "定稿后，得分和名次按现在的数据固定下来，以后改动权重、补登记录都不再改变。需要重新计算的，可以写明原因撤销定稿。",
        "action": "定稿",
        "back": back,
    }
    return render(request, "components/confirm.html", context)


@require_http_methods(_METHODS)
def reopen(request: HttpRequest, year: int) -> HttpResponse:
    congress = _look(request)
    if not may(request.user, "suggestions.appraise_units"):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        appraising.reopen(actor=request.user, congress=congress, year=_known(year), reason=form.cleaned_data["reason"])
        messages.success(request, "已撤销定稿，考评按现在的数据重新计算。")
        return redirect(to_appraisal(year))
    context = {"form": form, "year": _known(year), "back": to_appraisal(year)}
    return render(request, "suggestions/appraisal/reopen.html", context, status=422 if form.errors else 200)


# ---- spot checks


@require_http_methods(_METHODS)
def checks(request: HttpRequest, year: int) -> HttpResponse:
    """The year's sample with its scores. Posted with ``do``: how it is drawn, or the scores that were typed."""
    congress = _look(request)
    drawn = SpotCheckDraw.objects.filter(congress=congress, year=_known(year)).select_related("drawn_by").first()
    may_draw = may(request.user, "suggestions.appraise_units")
    initial = {name: getattr(drawn, name) for name in ("until", "per_unit", "seed")} if drawn else {}
    form = DrawForm(year=year, initial=initial)
    typed: dict[int, tuple[str, str]] = {}
    errors: dict[int, str] = {}
    if request.method == "POST" and request.POST.get("do") == "draw":
        if not may_draw:
            raise PermissionDenied
        form = DrawForm(request.POST, year=year)
        if form.is_valid():
            try:
                spot_checks.draw(actor=request.user, congress=congress, year=year, **form.cleaned_data)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "已抽样。请逐件打开答复评分。")
                return redirect("suggestions:checks", year)
    replies = spot_checks.sample(drawn) if drawn else []
    known = {row.reply_id: row for row in SpotCheck.objects.filter(reply__in=[reply.pk for reply in replies]).select_related("checked_by")}
    if request.method == "POST" and request.POST.get("do") != "draw":
        done, typed, errors = _score(request, replies)
        if not errors:
            messages.success(request, f"已保存，本次评了 {done} 件。" if done else "没有改动。")
            return redirect("suggestions:checks", year)
        known = {row.reply_id: row for row in SpotCheck.objects.filter(reply__in=list(known) + list(typed)).select_related("checked_by")}
    lines = [
        {
            "reply": reply,
            "check": known.get(reply.pk),
            "score": typed[reply.pk][0] if reply.pk in typed else known[reply.pk].score if reply.pk in known else "",
            "note": typed[reply.pk][1] if reply.pk in typed else known[reply.pk].note if reply.pk in known else "",
            "error": errors.get(reply.pk, ""),
        }
        for reply in replies
    ]
    context = {
        "drawn": drawn,
        "form": form,
        "lines": lines,
        "year": year,
        "years": years_around(year),
        "done": sum(reply.pk in known for reply in replies),
        "errors": errors,
        "may_draw": may_draw,
        "back": to_appraisal(year),
    }
    response = render(request, "suggestions/appraisal/checks.html", context, status=422 if form.errors or errors else 200)
    response["X-Total-Count"] = str(len(lines))
    return response


def _score(request: HttpRequest, replies: list[Reply]) -> tuple[int, dict[int, tuple[str, str]], dict[int, str]]:
    """How many were scored anew, what was typed, and the sentence of each line that could not be kept. The good lines are kept."""
    before = dict(SpotCheck.objects.filter(reply__in=[reply.pk for reply in replies]).values_list("reply", "pk"))
    done, typed, errors = 0, {}, {}
    for reply in replies:
        words, note = request.POST.get(f"score-{reply.pk}", "").strip(), request.POST.get(f"note-{reply.pk}", "").strip()
        typed[reply.pk] = (words, note)
        if not words:
            if note or reply.pk in before and f"score-{reply.pk}" in request.POST:
                errors[reply.pk] = "请填写0至100的评分。"
            continue
        if not (words.isascii() and words.isdecimal()) or len(words) > 3:
            errors[reply.pk] = "评分应为0至100的整数。"
            continue
        try:
            known = SpotCheck.objects.filter(reply=reply).values_list("score", "note").first() if reply.pk in before else None
            row = spot_checks.score(actor=request.user, reply=reply, score=int(words), note=note)
            done += known != (row.score, row.note)
        except DomainError as refusal:
            errors[reply.pk] = str(refusal)
    return done, typed, errors
