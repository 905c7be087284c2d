"""Who is invited, what they answer, and who came: pages for those who run an activity and for each deputy."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from activities.enums import ParticipationState
from activities.forms.activities import LeaveForm, RateForm
from activities.models import Activity, Participation
from activities.services import activities_invitations as service
from activities.services import activities_results as results
from activities.services import activities_sign_in as sign_ins
from activities.services.activities import Overlap, overlaps, to_activity, when
from activities.views.activities import METHODS, found, run
from congress.enums import CongressLevel
from congress.errors import DomainError
from congress.views.areas import home_units
from deputies.forms.fields import DeputyField, show_refusal
from deputies.models import Deputy, DeputyGroup, GroupMembership, Mandate

_MOST_SHOWN = 500
_LEVELS = [(level.value, f"{level.label}代表") for level in (CongressLevel.CITY, CongressLevel.DISTRICT, CongressLevel.TOWN)]


# ---- inviting


@require_http_methods(METHODS)
def invite(request: HttpRequest, code: str) -> HttpResponse:
    """First who is meant, by area, group, level or names; then the ticks, with whoever is busy at the time marked."""
    activity = run(request, code)
    asked = {name: request.GET.getlist(name) for name in ("area", "group", "level")}
    names = request.GET.get("names", "").strip()
    is_asked = bool(names or any(asked.values()))
    if not is_asked and activity.group:
        asked["group"] = [activity.group.code]
    rows, unknown = _meant(request, activity, asked, names)
    total = rows.count() if is_asked or activity.group_id else 0
    shown = list(rows.order_by("code")[:_MOST_SHOWN]) if total else []
    refusal = None
    if request.method == "POST":
        codes = request.POST.getlist("deputy")
        chosen = rows if request.POST.get("scope") == "all" else Deputy.objects.filter(code__in=codes)
        try:
            count = service.invite(
                actor=request.user,
                activity=activity,
                deputies=chosen.values_list("pk", flat=True),
                despite_overlap="despite_overlap" in request.POST,
            )
        except DomainError as caught:
            refusal = caught
        else:
            if not codes and request.POST.get("scope") != "all":
                messages.warning(request, "没有勾选代表，名单没有变化。")
            else:
                messages.success(request, f"新邀请 {count} 名代表。" if count else "这些代表都已在名单里。")
            return redirect(to_activity(activity))
    invited = set(activity.participations.values_list("deputy", flat=True))
    busy: dict[int, str] = {}
    for each in overlaps(activity, [deputy.pk for deputy in shown]) if shown else ():
        busy.setdefault(each.deputy.pk, f"{each.other.title}（{when(each.other)}）")
    ticked = set(request.POST.getlist("deputy")) if request.method == "POST" else None
    context = {
        "activity": activity,
        "when": when(activity),
        "asked": asked,
        "names": names,
        "units": _units(request),
        "groups": DeputyGroup.objects.in_force().visible_to(request.user).values_list("code", "name").order_by("area__position", "code"),
        "levels": _LEVELS,
        "rows": [
            {
                "deputy": deputy,
                "invited": deputy.pk in invited,
                "busy": busy.get(deputy.pk, ""),
                "ticked": deputy.pk not in busy if ticked is None else deputy.code in ticked,
            }
            for deputy in shown
        ],
        "total": total,
        "more": total > len(shown),
        "unknown": unknown,
        "is_asked": is_asked or activity.group_id,
        "refusal": refusal,
        "is_overlap": isinstance(refusal, Overlap),
        "invited_count": len(invited),
    }
    return render(request, "activities/activities/invite.html", context, status=422 if refusal else 200)


def _units(request: HttpRequest) -> list[Any]:
    """Towns to choose from: all for the office, one's own for others."""
    units = home_units()
    if request.user.access.is_district_staff:
        return units
    paths = tuple(request.user.access.area_paths(*request.user.access.roles))
    return [unit for unit in units if unit.path.startswith(paths)]


def _meant(request: HttpRequest, activity: Activity, asked: dict[str, list[str]], names: str) -> tuple[QuerySet[Deputy], list[str]]:
    """The deputies who fit, and the names that nobody bears. What is named comes beside what is chosen by area, group and level."""
    able = service.invitable(request.user, activity)
    rows = able if any(asked.values()) else able.none()
    seats = Mandate.objects.serving()
    if asked["area"]:
        within = Mandate.objects.none()
        for code in asked["area"]:
            within |= seats.filter(area__path__contains=f"{code}/")
        rows = rows.filter(pk__in=within.values("deputy"))
    if asked["level"]:
        rows = rows.filter(pk__in=seats.filter(term__congress__level__in=asked["level"]).values("deputy"))
    if asked["group"]:
        members = GroupMembership.objects.in_force().filter(group__code__in=asked["group"])
        rows = rows.filter(pk__in=members.values("deputy"))
    words = [word for word in re.split(r"[\s、，,；;]+", names) if word]
    unknown: list[str] = []
    if words:
        named = able.filter(name__in=words) | able.filter(code__in=words)
        known = {part for pair in named.values_list("name", "code") for part in pair}
        unknown = [word for word in words if word not in known]
        rows = (rows | named).distinct()
    return rows, unknown


@require_POST
def uninvite(request: HttpRequest, code: str) -> HttpResponse:
    activity = run(request, code)
    deputy = get_object_or_404(Deputy, code=request.POST.get("deputy", ""), participations__activity=activity)
    if service.uninvite(actor=request.user, activity=activity, deputy=deputy):
        messages.success(request, f"已把{deputy}移出名单。")
    return redirect(f"{to_activity(activity)}#people")


# ---- the deputy's own answer


def _mine(request: HttpRequest, activity: Activity) -> Participation:
    row = activity.participations.filter(deputy__user=request.user).select_related("deputy", "activity").first()
    if row is None:
        raise Http404("您不在这次活动的名单里")
    return row


@require_POST
def sign_up(request: HttpRequest, code: str) -> HttpResponse:
    activity = found(request, code)
    service.sign_up(actor=request.user, participation=_mine(request, activity))
    messages.success(request, f"已报名参加“{activity.title}”，{when(activity)}。")
    return redirect(to_activity(activity))


@require_http_methods(METHODS)
def leave(request: HttpRequest, code: str) -> HttpResponse:
    activity = found(request, code)
    row = _mine(request, activity)
    form = LeaveForm(request.POST or None, initial={"reason": row.leave_reason})
    if request.method == "POST" and form.is_valid():
        try:
            service.ask_leave(actor=request.user, participation=row, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "请假申请已送出，等待批准。")
            return redirect(to_activity(activity))
    context = {"form": form, "activity": activity, "when": when(activity)}
    return render(request, "activities/activities/leave.html", context, status=422 if form.errors else 200)


@require_POST
def decide_leave(request: HttpRequest, code: str, deputy: str) -> HttpResponse:
    activity = run(request, code)
    row = get_object_or_404(activity.participations.select_related("deputy"), deputy__code=deputy)
    granted = request.POST.get("decision") == "grant"
    service.decide_leave(actor=request.user, participation=row, granted=granted, reason=request.POST.get("reason", ""))
    messages.success(request, f"已{'准' if granted else '不准'}{row.deputy}请假，并已通知本人。")
    return redirect(f"{to_activity(activity)}#leaves")


@require_POST
def rate(request: HttpRequest, code: str) -> HttpResponse:
    activity = found(request, code)
    row = _mine(request, activity)
    form = RateForm(request.POST)
    if not form.is_valid():
        raise DomainError("请选择 1 分到 5 分；评价意见不超过 200 字。")
    results.rate(actor=request.user, participation=row, **form.cleaned_data)
    messages.success(request, "评价已保存，谢谢。")
    return redirect(to_activity(activity))


# ---- who came


@require_http_methods(METHODS)
def attendance(request: HttpRequest, code: str) -> HttpResponse:
    """The whole list on one page, sent once: the ticked ones are present, the rest absent when asked so."""
    activity = run(request, code)
    refusal = None
    extra = DeputyField(required=False)
    choices = extra.offer(service.invitable(request.user, activity), "deputies")
    if request.method == "POST":
        try:
            if "add" in request.POST:
                return _add(request, activity, extra)
            keys = {name: [int(key) for key in request.POST.getlist(name) if key.isdigit()] for name in ("present", "shown_present")}
            stands = sign_ins.record_list(actor=request.user, activity=activity, rest_absent="rest_absent" in request.POST, **keys)
        except DomainError as caught:
            refusal = str(caught)
        else:
            rest = f"，缺席 {stands.absent} 名" if stands.absent else ""
            leave = f"。还有 {stands.undecided} 份请假申请没有决定" if stands.undecided else ""
            messages.success(request, f"已保存：到会 {stands.present} 名{rest}，准假 {stands.on_leave} 名，共 {stands.total} 名{leave}。")
            return redirect(to_activity(activity))
    rows = list(activity.participations.select_related("deputy").order_by("deputy__code"))
    ticked = set(request.POST.getlist("present")) if refusal else {str(row.pk) for row in rows if row.state == ParticipationState.PRESENT}
    context = {
        "activity": activity,
        "when": when(activity),
        "rows": [{"row": row, "ticked": str(row.pk) in ticked, "is_present": row.state == ParticipationState.PRESENT} for row in rows],
        "present": sum(row.state == ParticipationState.PRESENT for row in rows),
        "refusal": refusal,
        "choices": choices,
        "added": request.POST.get("deputy", ""),
    }
    return render(request, "activities/activities/attendance.html", context, status=422 if refusal else 200)


def _add(request: HttpRequest, activity: Activity, field: DeputyField) -> HttpResponse:
    try:
        deputy = field.clean(request.POST.get("deputy", ""))
    except ValidationError as fault:
        raise DomainError("".join(fault.messages)) from fault
    if deputy is None:
        raise DomainError("请填写代表姓名或编号。")
    sign_ins.add_present(actor=request.user, activity=activity, deputy=deputy)
    messages.success(request, f"已补登{deputy}到会。")
    return redirect("activities:attendance", activity.code)
