"""Duty reports: the list, the coverage of the term, planning a meeting, and its page with every step."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from congress import listing
from congress.access import may
from congress.enums import CongressLevel, Role
from congress.errors import DomainError
from congress.imports import downloads
from congress.models import Document
from congress.templatetags.frame import cn_date
from congress.views.areas import home_units
from deputies import filters
from deputies.documents.duty_reports import chart, percent, summary_chart
from deputies.enums import BallotGrade, BallotMethod, DutyReportState
from deputies.figures import duty_reports as duty_coverage
from deputies.forms.duty_reports import CancelForm, HeldForm, PlanForm, QuestionsForm, ReportForm, SlipsForm, TallyForm, VotingForm
from deputies.forms.fields import show_refusal
from deputies.models import Deputy, DutyReport, DutyReportMeeting, DutyReportQuestion, ElectoralDistrict, Mandate
from deputies.resources.duty_reports import DutyReportResource
from deputies.services import ballots, duty_drafts
from deputies.services import duty_reports as service
from deputies.services.ballots import ReportCount
from deputies.tables.duty_reports import coverage_table, deputies_table, meetings_table, state_tag
from deputies.tables.duty_reports import percent as coverage_percent

_METHODS = ["GET", "HEAD", "POST"]
COVERAGE = (("counted", "计入现场述职"), ("not", "尚未计入"))


def _found(request: HttpRequest, code: str) -> DutyReportMeeting:
    rows = DutyReportMeeting.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("electoral_district__area__parent", "electoral_district__term__congress"), code=code)


def _managed(request: HttpRequest, code: str) -> DutyReportMeeting:
    meeting = _found(request, code)
    if not may(request.user, "deputies.manage_duty_reports_of", meeting.electoral_district):
        raise PermissionDenied
    return meeting


def _report(meeting: DutyReportMeeting, deputy: str) -> DutyReport:
    """A deputy's report; for somebody with two mandates at one meeting the first."""
    rows = meeting.reports.select_related("mandate__deputy", "mandate__area", "mandate__electoral_district", "mandate__term__congress")
    report = rows.filter(mandate__deputy__code=deputy).order_by("pk").first()
    if report is None:
        raise Http404("这名代表不在本次述职会述职")
    report.meeting = meeting
    return report


def _to(meeting: DutyReportMeeting) -> str:
    return reverse("deputies:duty_report", args=[meeting.code])


# ---- lists


@require_safe
def meeting_list(request: HttpRequest) -> HttpResponse:
    asked, rows = _asked(request)
    page = listing.page_of(
        request,
        rows.select_related("electoral_district__area")
        .prefetch_related("reports__mandate__deputy")
        .order_by(Coalesce("held_on", "planned_on").desc(), "code"),
    )
    deputy = Deputy.objects.visible_to(request.user).filter(code=asked["deputy"]).first() if asked["deputy"] else None
    context = {
        "page": page,
        "table": meetings_table().render(page.object_list),
        "asked": asked,
        "filtered": any(asked.values()),
        "units": home_units(request),
        **filters.choices(request.user),
        "may_import": may(request.user, DutyReportResource.import_rule),
        "may_export": may(request.user, DutyReportResource.export_rule),
        "states": DutyReportState.choices,
        "coverages": COVERAGE,
        "years": _years(asked["year"]),
        "deputy": deputy,
        "kept": [(name, asked[name]) for name in ("deputy", "since", "until") if asked[name]],
        "may_plan": may(request.user, "deputies.plan_duty_reports"),
        "has_role": bool(request.user.access.roles),
    }
    response = render(request, "deputies/duty_reports/list.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _asked(request: HttpRequest) -> tuple[dict[str, str], QuerySet[DutyReportMeeting]]:
    """What was asked, and the meetings that fit; level, term and group are those of a deputy who reports."""
    names = ("area", *filters.WHO, "state", "year", "coverage", "deputy", "since", "until")
    asked = {name: request.GET.get(name, "").strip() for name in names}
    rows = DutyReportMeeting.objects.visible_to(request.user)
    if asked["area"]:
        rows = rows.filter(electoral_district__area__in=filters.within(asked["area"]))
    if asked["state"]:
        rows = rows.filter(state=asked["state"])
    if period := filters.period(asked["year"]):
        rows = _between(rows, period.start, period.end)
    rows = _between(rows, _date(asked["since"]), _date(asked["until"]))
    reports = DutyReport.objects.filter(meeting=OuterRef("pk"))
    if asked["deputy"]:
        reports = reports.filter(mandate__deputy__code=asked["deputy"])
    if (seats := filters.mandates({name: asked[name] for name in ("level", "term")})) is not None:
        reports = reports.filter(mandate__in=seats.order_by())
    if (people := filters.people(asked, ("group",))) is not None:
        reports = reports.filter(mandate__deputy__in=people)
    if any(asked[name] for name in ("deputy", *filters.WHO)):
        rows = rows.filter(Exists(reports))
    counted = Exists(reports.filter(is_on_site=True, meeting__held_on__isnull=False))
    if asked["coverage"] == "counted":
        rows = rows.filter(counted)
    elif asked["coverage"]:
        rows = rows.exclude(counted)
    return asked, rows


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The filtered meetings that were held, with the results announced, as a workbook."""
    if not may(request.user, DutyReportResource.export_rule):
        raise PermissionDenied
    _, rows = _asked(request)
    return downloads.rows(request, DutyReportResource(), rows.order_by("-held_on", "code"))


def _between(rows: Any, since: datetime.date | None, until: datetime.date | None) -> Any:
    """Meetings held, or planned where not held yet, from one day to another."""
    rows = rows.alias(day=Coalesce("held_on", "planned_on"))
    rows = rows.filter(day__gte=since) if since else rows
    return rows.filter(day__lte=until) if until else rows


def _years(asked: str) -> list[tuple[str, str]]:
    """The last six years, and the period asked for where it is another one."""
    this = timezone.localdate().year
    years = [(str(year), f"{year}年") for year in range(this + 1, this - 5, -1)]
    period = filters.period(asked)
    return years if period is None or (asked, period.label) in years else [(asked, period.label), *years]


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """届内述职覆盖率 by town, on one day (``on``, today by default)."""
    if not request.user.access.roles:
        raise PermissionDenied
    day = _day(request)
    units = home_units()
    found = duty_coverage.by_area((unit.pk for unit in units), day)
    total = duty_coverage.Coverage(sum(each.total for each in found.values()), sum(each.covered for each in found.values()))
    deputies = f"{reverse('deputies:duty_deputies')}?on={day}"
    figs = [
        {"label": "在任区、镇代表", "value": total.total, "unit": "名", "url": deputies},
        {"label": "届内已现场述职", "value": total.covered, "unit": "名", "url": f"{deputies}&covered=yes"},
        {"label": "还没有述职", "value": total.left, "unit": "名", "url": f"{deputies}&covered=no"},
        {"label": "覆盖率", "value": coverage_percent(total), "url": ""},
    ]
    page = listing.page_of(request, sorted(units, key=lambda unit: (found[unit.pk].share, unit.position)))
    context = {
        "page": page,
        "figs": figs,
        "day": day,
        "table": coverage_table(found, day, total).render(page.object_list),
        "rule": service.current_rule(),
    }
    response = render(request, "deputies/duty_reports/coverage.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _known(request: HttpRequest, mandates: Iterable[Mandate]) -> frozenset[int]:
    """Those of the deputies whose own pages the person may open. One query."""
    listed = {mandate.deputy_id for mandate in mandates}
    return frozenset(Deputy.objects.visible_to(request.user).filter(pk__in=listed).values_list("pk", flat=True))


@require_safe
def deputy_list(request: HttpRequest) -> HttpResponse:
    """Mandates in office on a day with how often they have reported: the records behind the coverage."""
    asked = {name: request.GET.get(name, "").strip() for name in ("area", "covered", *filters.WHO, "q")}
    day = _day(request)
    rows = duty_coverage.mandates_on(day) if request.user.access.roles else Mandate.objects.none()
    if asked["area"]:
        rows = rows.filter(area__in=filters.within(asked["area"]))
    if asked["level"]:
        rows = rows.filter(term__congress__level=asked["level"])
    if asked["term"].isdecimal():
        rows = rows.filter(term__number=int(asked["term"]))
    if (people := filters.people(asked, ("group",))) is not None:
        rows = rows.filter(deputy__in=people)
    if asked["q"]:
        rows = rows.filter(deputy__in=Deputy.objects.matching(asked["q"], request.user).order_by())
    if asked["covered"] in ("yes", "no"):
        rows = duty_coverage.covered(rows, asked["covered"] == "yes")
    rule = service.current_rule()
    rows = rows.select_related("deputy", "term__congress", "area", "electoral_district").order_by("area__path", "deputy__code", "pk")
    page = listing.page_of(request, rows)
    context = {
        "page": page,
        "table": deputies_table(rule.least_per_term, day, _known(request, page.object_list)).render(page.object_list),
        "asked": asked,
        "day": day,
        "filtered": any(asked.values()),
        "units": home_units(request),
        **filters.choices(request.user),
        "levels": [(level.value, level.label) for level in (CongressLevel.DISTRICT, CongressLevel.TOWN)],
        "may_plan": may(request.user, "deputies.plan_duty_reports"),
        "has_role": bool(request.user.access.roles),
    }
    response = render(request, "deputies/duty_reports/deputies.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _day(request: HttpRequest) -> datetime.date:
    return _date(request.GET.get("on", "")) or timezone.localdate()


def _date(words: str) -> datetime.date | None:
    """A day as addresses write it; nothing for what is none."""
    try:
        return parse_date(words)
    except ValueError:
        return None


# ---- planning


@require_http_methods(_METHODS)
def plan(request: HttpRequest) -> HttpResponse:
    """First the electoral district, those with deputies who have not reported before the others, then the meeting."""
    if not may(request.user, "deputies.plan_duty_reports"):
        raise PermissionDenied
    if "district" not in request.GET:
        return _districts(request)
    rows = _own_districts(request).select_related("area__parent", "term__congress")
    district = get_object_or_404(rows, code=request.GET["district"])
    form = PlanForm(request.POST or None, electoral_district=district)
    if request.method == "POST" and form.is_valid():
        try:
            meeting = service.plan(actor=request.user, electoral_district=district, **form.asked())
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"已安排{meeting}，编号 {meeting.code}，并通知述职代表。")
            return redirect(_to(meeting))
    context = {"form": form, "district": district, "heading": f"安排{district}述职会", "back": reverse("deputies:plan_duty_report")}
    return render(request, "deputies/duty_reports/plan.html", context, status=422 if form.errors else 200)


def _own_districts(request: HttpRequest) -> QuerySet[ElectoralDistrict]:
    """Electoral districts of running terms in which the person may plan."""
    rows = ElectoralDistrict.objects.filter(Q(term__ends_on__isnull=True) | Q(term__ends_on__gt=timezone.localdate()))
    if request.user.access.is_office:
        return rows
    own = Q(pk__in=[])
    for path in request.user.access.area_paths(Role.TOWN_OFFICE):
        own |= Q(area__path__startswith=path)
    return rows.filter(own)


def _districts(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip() for name in ("area", "q")}
    today = timezone.localdate()
    left = duty_coverage.covered(duty_coverage.mandates_on(today), False).order_by()
    waiting = dict(
        left.filter(electoral_district__isnull=False).values_list("electoral_district").annotate(number=Count("pk", distinct=True))
    )
    rows = _own_districts(request).select_related("area", "term__congress")
    if asked["area"]:
        rows = rows.filter(area__path__contains=f"{asked['area']}/")
    if asked["q"]:
        rows = rows.filter(Q(name__icontains=asked["q"]) | Q(mandates__deputy__name__icontains=asked["q"])).distinct()
    ordered = sorted(
        rows.only("pk", "code", "name", "area__name", "area__path", "term__number", "term__congress__short_name"),
        key=lambda row: (row.pk not in waiting, row.area.path, row.code),
    )
    page = listing.page_of(request, ordered)
    names: dict[int, list[str]] = {}
    for district, name in (
        Mandate.objects.serving().filter(electoral_district__in=list(page.object_list)).values_list("electoral_district", "deputy__name")
    ):
        names.setdefault(district, []).append(name)
    shown = [(row, names.get(row.pk, []), waiting.get(row.pk, 0)) for row in page.object_list]
    context = {"page": page, "rows": shown, "asked": asked, "filtered": any(asked.values()), "units": home_units()}
    response = render(request, "deputies/duty_reports/districts.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


@require_http_methods(_METHODS)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    meeting = _managed(request, code)
    ballots.refuse_announced(meeting)
    form = PlanForm(request.POST or None, electoral_district=meeting.electoral_district, meeting=meeting)
    if request.method == "POST" and form.is_valid():
        try:
            service.change(actor=request.user, meeting=meeting, **form.asked())
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "已保存述职会的安排。")
            return redirect(_to(meeting))
    context = {"form": form, "district": meeting.electoral_district, "meeting": meeting, "heading": "修改安排", "back": _to(meeting)}
    return render(request, "deputies/duty_reports/plan.html", context, status=422 if form.errors else 200)


@require_http_methods(_METHODS)
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    meeting = _managed(request, code)
    ballots.refuse_announced(meeting)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service.cancel(actor=request.user, meeting=meeting, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"已取消{meeting}，并通知述职代表。")
            return redirect("deputies:duty_reports")
    return render(request, "deputies/duty_reports/cancel.html", {"form": form, "meeting": meeting}, status=422 if form.errors else 200)


# ---- one meeting


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    meeting = _found(request, code)
    managing = may(request.user, "deputies.manage_duty_reports_of", meeting.electoral_district)
    is_scan = meeting.method == BallotMethod.SCAN
    issued, used = ballots.slip_counts(meeting) if is_scan else (0, 0)
    counted = ballots.results(meeting)
    # SECURITY: counts of a ballot by scanning stay hidden until they are announced, from the staff too.
    told = meeting.state == DutyReportState.ANNOUNCED or (managing and not is_scan and meeting.slips_collected is not None)
    open_now = ballots.is_open(meeting)
    batches = Q(batch__key=f"duty-result-{meeting.code}") | Q(batch__key__startswith=f"duty-slips-{meeting.code}-")
    questions: dict[int, list[Any]] = {}
    for question in DutyReportQuestion.objects.filter(report__meeting=meeting).order_by("pk"):
        questions.setdefault(question.report_id, []).append(question)
    context = {
        "meeting": meeting,
        "reports": [
            {
                "report": each.report,
                "questions": questions.get(each.report.pk, []),
                "may_write": managing or each.report.mandate.deputy.user_id == request.user.pk,
            }
            for each in counted
        ],
        "results": [shown(each) for each in counted] if told else [],
        "summary": summary_chart(counted) if told else "",
        "grades": [grade.label for grade in BallotGrade],
        "managing": managing,
        "is_scan": is_scan,
        "issued": issued,
        "used": used,
        "open_now": open_now,
        "closed": meeting.closes_at is not None and not open_now,
        "state": state_tag(meeting.state),
        "steps": _steps(meeting),
        "may_announce": managing and meeting.state == DutyReportState.HELD and _is_counted(meeting, used),
        "documents": list(Document.objects.visible_to(request.user).filter(batches).select_related("batch").order_by("pk")),
        "warnings": service.warnings(meeting, service.current_rule()),
        "slips_form": SlipsForm(initial={"total": issued or None}),
        "voting_form": VotingForm(),
        "screen": request.build_absolute_uri(reverse("deputies:duty_screen_open", args=[meeting.code, service.screen_key(meeting)]))
        if managing
        else "",
    }
    return render(request, "deputies/duty_reports/detail.html", context)


def _is_counted(meeting: DutyReportMeeting, used: int) -> bool:
    if meeting.method == BallotMethod.SCAN:
        return used > 0 and not ballots.is_open(meeting)
    return meeting.slips_collected is not None


def _steps(meeting: DutyReportMeeting) -> list[dict[str, str]]:
    """安排、举行、宣布, with the day of each."""
    states = list(DutyReportState)
    reached = states.index(DutyReportState(meeting.state))
    announced = timezone.localdate(meeting.announced_at) if meeting.announced_at else None
    days = (meeting.planned_on, meeting.held_on, announced)
    names = ("安排", "举行并接受询问、评议", "宣布结果")
    last = len(states) - 1
    return [
        {
            "label": name,
            "note": cn_date(day) if day else "",
            "css": "done" if number <= reached else "now" if number == min(reached + 1, last) else "",
        }
        for number, (name, day) in enumerate(zip(names, days, strict=True))
    ]


def shown(each: ReportCount) -> dict[str, Any]:
    """One report's result as pages show it."""
    return {
        "report": each.report,
        "chart": chart(each, width=360),
        "rate": percent(each.satisfied),
        "rows": [
            (row.aspect, [row.counts[grade] for grade in BallotGrade], percent(row.share(BallotGrade.SATISFIED))) for row in each.aspects
        ],
        "sums": [each.counts[grade] for grade in BallotGrade],
    }


@require_http_methods(_METHODS)
def held(request: HttpRequest, code: str) -> HttpResponse:
    meeting = _managed(request, code)
    ballots.refuse_announced(meeting)
    form = HeldForm(request.POST or None, meeting=meeting, today=timezone.localdate(), least=service.current_rule().least_voters)
    if request.method == "POST" and form.is_valid():
        try:
            meeting = service.record_held(actor=request.user, meeting=meeting, **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "已登记述职会的举行情况。")
            return redirect(_to(meeting))
    context = {"form": form, "meeting": meeting}
    return render(request, "deputies/duty_reports/held.html", context, status=422 if form.errors else 200)


@require_http_methods(_METHODS)
def report(request: HttpRequest, code: str, deputy: str) -> HttpResponse:
    """The written report: to read for everyone with a role, to write for its deputy and the staff."""
    meeting = _found(request, code)
    found = _report(meeting, deputy)
    may_write = may(request.user, "deputies.write_duty_report", found)
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    is_over = meeting.state == DutyReportState.ANNOUNCED
    saw = service.seen(found.text)
    form = ReportForm(request.POST or None, initial={"text": found.text, "saw": saw})
    if request.method == "POST" and form.is_valid():
        try:
            service.write_report(actor=request.user, report=found, text=form.cleaned_data["text"], saw=form.cleaned_data["saw"])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已保存述职报告。")
            return redirect("deputies:duty_report_text", code, deputy)
    drafted = request.method == "GET" and "draft" in request.GET and may_write and not is_over
    if drafted:
        form = ReportForm(initial={"text": duty_drafts.draft(found, until=meeting.planned_on), "saw": saw})
    context = {
        "form": form,
        "report": found,
        "meeting": meeting,
        "may_write": may_write,
        "drafted": drafted,
        "editing": may_write and not is_over,
    }
    return render(request, "deputies/duty_reports/report.html", context, status=422 if form.errors else 200)


@require_POST
def word(request: HttpRequest, code: str, deputy: str) -> HttpResponse:
    found = _report(_found(request, code), deputy)
    batch = service.request_word(actor=request.user, report=found)
    return redirect("document_batch", batch.key)


@require_http_methods(_METHODS)
def questions(request: HttpRequest, code: str, deputy: str) -> HttpResponse:
    meeting = _managed(request, code)
    ballots.refuse_announced(meeting)
    found = _report(meeting, deputy)
    kept = list(found.questions.order_by("pk").values_list("question", "answer"))
    form = QuestionsForm(kept, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            service.record_questions(actor=request.user, report=found, questions=form.rows, saw=form.saw)
        except DomainError as refusal:
            form.errors.append(str(refusal))
        else:
            messages.success(request, "已保存选民的询问和答复。")
            return redirect(_to(meeting) + "#reports")
    context = {"form": form, "report": found, "meeting": meeting}
    return render(request, "deputies/duty_reports/questions.html", context, status=422 if form.errors else 200)


# ---- the ballot, as the staff see to it


@require_POST
def slips(request: HttpRequest, code: str) -> HttpResponse:
    meeting = _managed(request, code)
    form = SlipsForm(request.POST)
    if not form.is_valid():
        raise DomainError("".join(error for errors in form.errors.values() for error in errors))
    batch = ballots.issue_slips(actor=request.user, meeting=meeting, total=form.cleaned_data["total"])
    return redirect("document_batch", batch.key)


@require_POST
def voting(request: HttpRequest, code: str) -> HttpResponse:
    """Opens the vote by scanning for some minutes, or with ``close`` ends it."""
    meeting = _managed(request, code)
    if "close" in request.POST:
        ballots.close_voting(actor=request.user, meeting=meeting)
        messages.success(request, "扫码测评已截止，可以宣布结果。")
        return redirect(_to(meeting) + "#ballot")
    form = VotingForm(request.POST)
    if not form.is_valid():
        raise DomainError("".join(error for errors in form.errors.values() for error in errors))
    ballots.open_voting(actor=request.user, meeting=meeting, minutes=form.cleaned_data["minutes"])
    messages.success(request, "扫码测评已开始，请选民扫码投票。")
    return redirect(_to(meeting) + "#ballot")


@require_http_methods(_METHODS)
def tally(request: HttpRequest, code: str) -> HttpResponse:
    meeting = _managed(request, code)
    ballots.refuse_announced(meeting)
    form = TallyForm(request.POST or None, meeting=meeting, counted=ballots.results(meeting))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            ballots.enter_tally(
                actor=request.user, meeting=meeting, handed_out=data["handed_out"], collected=data["collected"], counts=form.counts()
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "已保存计票结果，核对无误后可以宣布。")
            return redirect(_to(meeting) + "#ballot")
    context = {"form": form, "meeting": meeting, "grades": [grade.label for grade in BallotGrade]}
    return render(request, "deputies/duty_reports/tally.html", context, status=422 if form.errors else 200)


@require_http_methods(_METHODS)
def announce(request: HttpRequest, code: str) -> HttpResponse:
    """Asks a second time, because nothing can be changed afterwards."""
    meeting = _managed(request, code)
    if meeting.state != DutyReportState.ANNOUNCED:
        if meeting.state == DutyReportState.PLANNED:
            raise DomainError("述职会还没有登记举行，不能宣布结果。")
        ballots.refuse_unfinished(meeting, ballots.results(meeting))
    if request.method == "POST":
        service.announce(actor=request.user, meeting=meeting)
        messages.success(request, "评议结果已宣布，投影页面已显示结果。结果表正在生成，可打印签字。")
        return redirect(_to(meeting))
    context = {
        "question": f"宣布{meeting}的评议结果？",
        "text": "宣布后，投影页面立即显示结果，并生成结果表；到会情况、述职报告、询问答复和票数都不能再改。",
        "action": "宣布",
        "back": _to(meeting),
    }
    return render(request, "components/confirm.html", context)
