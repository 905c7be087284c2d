"""The year's training: the plan with its batches, a batch's page, the invitation of those left, the coverage of the term."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_http_methods, require_safe

from activities.documents.training import deputies_workbook
from activities.enums import TOOK_PLACE, ParticipationState
from activities.figures import training as figures
from activities.forms.training import BatchForm, InviteForm
from activities.models import Participation, Reading, TrainingBatch
from activities.querysets.training import attended
from activities.services import training as services
from activities.tables.training import (
    NONE,
    Earned,
    batches_table,
    coverage_table,
    deputies_table,
    earned_table,
    of_level,
    percent,
    state_of,
)
from congress import charts, listing
from congress.access import may
from congress.context import frame_of
from congress.documents.registry import XLSX
from congress.enums import CongressLevel, Role
from congress.errors import DomainError
from congress.models import Area, User
from congress.periods import Period
from congress.services import audit
from deputies.figures.mandates import in_force
from deputies.forms.fields import show_refusal
from deputies.models import Deputy, DeputyGroup, GroupMembership, Mandate

_METHODS = ["GET", "HEAD", "POST"]
_STATES = (("held", "已举办"), ("coming", "已安排"), ("waiting", "待安排"), ("late", "逾期未办"))
_LEVELS = CongressLevel.choices


# ---- the year's plan


@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """``?year=``, ``?area=``, ``?level=``, ``?term=``, ``?state=`` and ``?q=`` narrow the list; the year is this one."""
    asked = {name: request.GET.get(name, "").strip() for name in ("year", "area", "level", "term", "state", "q")}
    today = timezone.localdate()
    year = int(asked["year"]) if asked["year"].isdecimal() and 2000 <= int(asked["year"]) <= 2100 else today.year
    rows = TrainingBatch.objects.visible_to(request.user).filter(year=year)
    if asked["area"]:
        rows = rows.filter(area__path__contains=f"{asked['area']}/")
    if asked["level"]:
        rows = rows.filter(Q(level=asked["level"]) | Q(level=""))
    if asked["term"].isdecimal():
        rows = rows.filter(Q(term__number=int(asked["term"])) | Q(term__isnull=True))
    batches = list(rows.matching(asked["q"]).select_related("area", "organiser", "term").order_by("planned_month", "code"))
    found = figures.progress(batch.pk for batch in batches)
    if asked["state"]:
        batches = [batch for batch in batches if _state(batch, found.get(batch.pk, NONE), today) == asked["state"]]
    page = listing.page_of(request, batches)
    context = {
        "page": page,
        "table": batches_table(found, today).render(page.object_list),
        "figs": _figs(year, batches, found, today),
        "asked": asked,
        "year": year,
        "years": range(today.year + 1, today.year - 5, -1),
        "filtered": any(value for name, value in asked.items() if name != "year"),
        "units": _units(request),
        "levels": _LEVELS,
        "states": _STATES,
        "may_plan": may(request.user, "activities.plan_training"),
        "may_import": may(request.user, "congress.import_file"),
    }
    response = render(request, "activities/training/plan.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _state(batch: TrainingBatch, done: figures.Progress, today: datetime.date) -> str:
    if done.held:
        return "held"
    if done.coming:
        return "coming"
    return "late" if (batch.year, batch.planned_month) < (today.year, today.month) else "waiting"


def _figs(year: int, batches: list[TrainingBatch], found: dict[int, figures.Progress], today: datetime.date) -> list[dict[str, Any]]:
    """What matters of the batches listed."""
    here = reverse("activities:training")
    held = sum(1 for batch in batches if found.get(batch.pk, NONE).held)
    late = len(figures.overdue(batches, found, today))
    hours = sum((done.hours for done in found.values()), start=Decimal(0))
    figs = [
        {"label": "计划班次", "value": len(batches), "unit": "个", "url": f"{here}?year={year}"},
        {"label": "已举办", "value": held, "unit": "个", "url": f"{here}?year={year}&state=held"},
        {"label": "已开设学时", "value": charts.plain(hours), "unit": "学时", "url": ""},
    ]
    if late:
        figs.append({"label": "逾期未办", "value": late, "unit": "个", "url": f"{here}?year={year}&state=late", "tone": "down"})
    return figs


# ---- one batch


def _found(request: HttpRequest, code: str) -> TrainingBatch:
    rows = TrainingBatch.objects.visible_to(request.user).select_related("area", "organiser__area", "term__congress__area")
    return get_object_or_404(rows, code=code)


def _managed(request: HttpRequest, code: str) -> TrainingBatch:
    batch = _found(request, code)
    if not may(request.user, "activities.manage_batch", batch):
        raise PermissionDenied
    return batch


@require_safe
def batch(request: HttpRequest, code: str) -> HttpResponse:
    found = _found(request, code)
    here = Participation.objects.filter(activity__training=found, activity__state__in=TOOK_PLACE, state=ParticipationState.PRESENT)
    who = here.order_by("deputy__code").values("deputy__code", "deputy__name", "deputy__position")
    page = listing.page_of(request, who.annotate(days=Count("pk"), hours=Sum("activity__hours")))
    present = Count("participations", filter=Q(participations__state=ParticipationState.PRESENT))
    rows = found.activities.standing().annotate(invited=Count("participations"), present=present)
    days = list(rows.order_by("starts_at", "pk"))
    done = figures.progress_of(days, page.paginator.count)
    managing = may(request.user, "activities.manage_batch", found)
    context = {
        "batch": found,
        "done": done,
        "whom": of_level(found.level),
        "state": state_of(found, done, timezone.localdate()),
        "page": page,
        "days": days,
        "materials": found.materials.published() if not managing else found.materials.all(),
        "managing": managing,
        "meant": services.audience(found).count(),
        "left": services.not_reached(found).count(),
    }
    response = render(request, "activities/training/batch.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


@require_http_methods(_METHODS)
def save(request: HttpRequest, code: str = "") -> HttpResponse:
    """A new batch, or one changed."""
    if code:
        batch = _managed(request, code)
    elif may(request.user, "activities.plan_training"):
        batch = None
    else:
        raise PermissionDenied
    form = BatchForm(request.POST or None, user=request.user, batch=batch)
    if request.method == "POST" and form.is_valid():
        try:
            kept = services.save_batch(actor=request.user, batch=batch, **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"已保存“{kept}”，编号 {kept.code}。")
            return redirect("activities:batch", kept.code)
    back = reverse("activities:batch", args=[code]) if code else reverse("activities:training")
    context = {"form": form, "batch": batch, "heading": "修改培训班次" if batch else "新增培训班次", "back": back}
    return render(request, "activities/training/form.html", context, status=422 if form.errors else 200)


@require_http_methods(_METHODS)
def remove(request: HttpRequest, code: str) -> HttpResponse:
    """Asks, then takes a batch off the plan."""
    batch = _managed(request, code)
    if request.method == "POST":
        services.remove_batch(actor=request.user, batch=batch)
        messages.success(request, f"已删除“{batch}”。")
        return redirect("activities:training")
    context = {
        "question": f"删除“{batch}”？",
        "text": f"{batch.code}将从{batch.year}年培训计划中删去，不能恢复；删除情况记入审计记录。",
        "action": "删除",
        "back": reverse("activities:batch", args=[code]),
    }
    return render(request, "components/confirm.html", context)


@require_http_methods(_METHODS)
def invite(request: HttpRequest, code: str) -> HttpResponse:
    """邀请未参训的代表: a day of the batch for exactly those no training of the term has reached."""
    batch = _managed(request, code)
    form = InviteForm(request.POST or None, batch=batch)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.invite_untrained(actor=request.user, batch=batch, **form.cleaned_data)
        except DomainError as refusal:
            form.show(refusal)
        else:
            messages.success(request, f"已安排“{made}”并列入未参训的代表。核对名单后，请发出通知。")
            return redirect("activities:activity", made.code)
    page = listing.page_of(request, services.not_reached(batch))
    context = {"form": form, "batch": batch, "page": page, "period": services.term_period(batch.term or services.current_term())}
    response = render(request, "activities/training/invite.html", context, status=422 if form.errors else 200)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


# ---- coverage


def _units(request: HttpRequest) -> list[Area]:
    """Towns, subdistricts and farms of the home district. One query."""
    home = frame_of(request).congress
    units = Area.objects.active().town_level()
    return list(units.within(home.area) if home else units)


def _among(units: list[Area], user: User) -> list[Area]:
    """The towns whose deputies the person sees: district staff all, others their own."""
    if user.access.is_district_staff:
        return units
    own = user.access.area_paths(Role.TOWN_OFFICE, Role.GROUP_OFFICER, Role.DEPUTY)
    return [unit for unit in units if any(path.startswith(unit.path) or unit.path.startswith(path) for path in own)]


def _period(request: HttpRequest) -> tuple[Period, list[tuple[Period, str]]]:
    """The period asked for, the term by default, and those to choose from."""
    term = services.term_period(services.current_term())
    this = Period.year(timezone.localdate().year)
    choices = [(term, "本届以来"), (this, f"{this}（本年）"), (this.previous, this.previous.label)]
    try:
        asked = Period.parse(request.GET.get("period", "").strip())
    except ValueError:
        return term, choices
    return asked, choices if asked in dict(choices) else [(asked, asked.label), *choices]


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """How far training has reached, by town: of the term, a year or any period (全覆盖). Nobody sees a town that is not theirs."""
    period, periods = _period(request)
    level = request.GET.get("level", "").strip()
    units = _among(_units(request), request.user)
    found, reached = figures.reach((unit.pk for unit in units), period, level)
    shares = {unit.pk: figures.covered(found.get(unit.pk, set()), reached) for unit in units}
    total = figures.covered(set().union(*found.values()), reached)
    query = {"period": period.code, **({"level": level} if level else {})}
    deputies = f"{reverse('activities:training_deputies')}?{urlencode(query)}"
    figs = [
        {"label": "在任代表", "value": total.total, "unit": "名", "url": deputies},
        {"label": "已参训", "value": total.covered, "unit": "名", "url": f"{deputies}&trained=yes"},
        {"label": "未参训", "value": total.left, "unit": "名", "url": f"{deputies}&trained=no"},
        {"label": "覆盖率", "value": percent(total), "url": ""},
    ]
    page = listing.page_of(request, sorted(units, key=lambda unit: (shares[unit.pk].share, unit.position)))
    context = {
        "page": page,
        "table": coverage_table(shares, period, level, total).render(page.object_list),
        "figs": figs if units else [],
        "period": period,
        "periods": periods,
        "level": level,
        "levels": _LEVELS,
    }
    response = render(request, "activities/training/coverage.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _asked(request: HttpRequest) -> tuple[dict[str, str], Period, list[tuple[Period, str]], QuerySet[Deputy]]:
    """What was asked, and the deputies that fit: those in office on the period's last day, or the one asked for."""
    asked = {name: request.GET.get(name, "").strip() for name in ("area", "group", "level", "trained", "deputy", "q")}
    period, periods = _period(request)
    rows = Deputy.objects.visible_to(request.user)
    if asked["deputy"]:
        rows = rows.filter(code=asked["deputy"])
    else:
        seats = in_force(period.end, asked["level"])
        if asked["area"]:
            seats = seats.filter(area__path__contains=f"{asked['area']}/")
        rows = rows.filter(pk__in=seats.values("deputy"))
    if asked["group"]:
        rows = rows.filter(pk__in=GroupMembership.objects.in_force().filter(group__code=asked["group"]).values("deputy"))
    if asked["q"]:
        words = asked["q"]
        rows = rows.filter(Q(name__icontains=words) | Q(code__startswith=words) | Q(initials__startswith=words.lower()))
    if asked["trained"] in ("yes", "no"):
        reached = attended(period).values("deputy")
        rows = rows.filter(pk__in=reached) if asked["trained"] == "yes" else rows.exclude(pk__in=reached)
    return asked, period, periods, rows.order_by("code")


def _places(deputies: Iterable[Deputy], units: list[Area]) -> tuple[dict[int, str], dict[int, str]]:
    """(town, levels) of each deputy in words. One query."""
    towns: dict[int, list[str]] = {}
    levels: dict[int, list[str]] = {}
    seats = Mandate.objects.serving().filter(deputy__in=[deputy.pk for deputy in deputies])
    for pk, path, name, level in seats.order_by("term__congress__level", "pk").values_list(
        "deputy", "area__path", "area__name", "term__congress__level"
    ):
        town = next((unit.name for unit in units if path.startswith(unit.path)), name)
        towns.setdefault(pk, []).append(town)
        levels.setdefault(pk, []).append(CongressLevel(level).label)
    return (
        {pk: "、".join(dict.fromkeys(found)) for pk, found in towns.items()},
        {pk: "、".join(dict.fromkeys(found)) for pk, found in levels.items()},
    )


@require_safe
def deputies(request: HttpRequest) -> HttpResponse:
    """The deputies behind the coverage: who was never trained (``?trained=no``), by town, group and level."""
    asked, period, periods, rows = _asked(request)
    page = listing.page_of(request, rows)
    shown, units = list(page.object_list), _units(request)
    towns, levels = _places(shown, units)
    context = {
        "page": page,
        "table": deputies_table(figures.records_of((row.pk for row in shown), period), towns, levels, period).render(shown),
        "asked": asked,
        "filtered": any(asked.values()),
        "period": period,
        "periods": periods,
        "units": _among(units, request.user),
        "levels": _LEVELS,
        "groups": DeputyGroup.objects.visible_to(request.user).in_force().order_by("area__position", "code").values("code", "name"),
    }
    response = render(request, "activities/training/deputies.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


@require_safe
def deputies_xlsx(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook. Who took it out is in the audit trail."""
    _, period, _, rows = _asked(request)
    found = list(rows)
    towns, levels = _places(found, _units(request))
    data = deputies_workbook(found, figures.records_of((row.pk for row in found), period), towns, levels, period)
    audit.record(request.user, "activities.export_trained", changes={"rows": [None, len(found)]})
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"参训情况（{period}）.xlsx")
    response["X-Total-Count"] = str(len(found))
    return response


@require_safe
def hours(request: HttpRequest, code: str) -> HttpResponse:
    """What earned a deputy's hours in a period: trainings she was present at, materials she learned from."""
    deputy = get_object_or_404(Deputy.objects.visible_to(request.user), code=code)
    period, periods = _period(request)
    lines = earned(deputy, period)
    page = listing.page_of(request, lines)
    context = {
        "deputy": deputy,
        "page": page,
        "table": earned_table().render(page.object_list),
        "total": sum((line.hours for line in lines), start=Decimal(0)),
        "period": period,
        "periods": periods,
    }
    response = render(request, "activities/training/hours.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def earned(deputy: Deputy, period: Period) -> list[Earned]:
    """The lines of a deputy's hours, the latest first. Two queries."""
    days = attended(period).filter(deputy=deputy).select_related("activity")
    read = Reading.objects.credited().within(period).filter(deputy=deputy).select_related("material")
    lines = [
        Earned(
            timezone.localtime(row.activity.starts_at).date(),
            row.activity.title,
            reverse("activities:activity", args=[row.activity.code]),
            "到会",
            row.activity.hours,
        )
        for row in days
    ]
    lines += [
        Earned(
            timezone.localtime(row.read_at).date(),
            f"《{row.material.title}》",
            reverse("activities:material", args=[row.material.code]),
            "自学",
            row.material.hours,
        )
        for row in read
    ]
    return sorted(lines, key=lambda line: line.on, reverse=True)
