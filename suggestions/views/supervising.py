"""Key supervision (重点督办): the year's list, choosing, a leader's own, and a page for each with its events."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from congress import listing
from congress.access import may
from congress.context import frame_of
from congress.enums import CongressLevel
from congress.errors import DomainError
from congress.models import Organisation
from congress.views import stored
from congress.views.areas import home_units
from congress.workdays import for_request
from suggestions.enums import HANDLES, SuggestionState
from suggestions.forms.supervising import DecisionForm, DropForm, EventForm, NextForm, ResultForm, leaders
from suggestions.models import KeySupervision, Suggestion, SuggestionCategory, SupervisionEvent, SupervisionPhoto
from suggestions.names import names_of, without
from suggestions.querysets.filtering import filtered
from suggestions.services import supervising as service
from suggestions.services.profiles import profile_of
from suggestions.tables.lights import clock_html
from suggestions.tables.suggestions import WITHHELD, nameless, number_of, state_tag, units_of
from suggestions.tables.supervision import PROGRESS, next_of, progress_of, progress_tag, supervisions_table

_METHODS = ["GET", "HEAD", "POST"]
_RULE = "suggestions.supervise_suggestion"
MOST = 200  # candidates shown, and rows of one posting


# ---- lists


@require_safe
def key_list(request: HttpRequest) -> HttpResponse:
    """The key suggestions of a year, and how many are still to be chosen."""
    year = year_of(request)
    asked = {name: request.GET.get(name, "").strip() for name in ("leader", "progress")}
    of_year = KeySupervision.objects.visible_to(request.user).filter(year=year)
    rows = _of_progress(of_year.with_events(), asked["progress"])
    if asked["leader"].isdecimal():
        rows = rows.filter(leader=int(asked["leader"]))
    page = listing.page_of(request, rows.select_related("suggestion", "leader").order_by("decided_on", "pk"))
    home = frame_of(request).congress
    chosen = KeySupervision.objects.filter(year=year).count() if request.user.access.is_district_staff else 0
    least = profile_of(home).key_least if home else 0
    context = {
        "page": page,
        "table": supervisions_table(page.object_list, request=request),
        "asked": asked,
        "filtered": any(asked.values()),
        "year": year,
        "years": years_around(year),
        "leaders": leaders(),
        "progresses": PROGRESS,
        "chosen": chosen,
        "least": least,
        "lacking": max(least - chosen, 0) if request.user.access.is_district_staff else 0,
        "may_choose": may(request.user, _RULE),
        "is_leader": request.user.access.is_leader,
    }
    response = render(request, "suggestions/supervision/list.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """领衔督办: what a leader heads, of any year while it is under way, and what she brought to an end this year."""
    if not request.user.access.is_leader:
        raise PermissionDenied
    year = timezone.localdate().year
    progress = request.GET.get("progress", "")
    own = KeySupervision.objects.visible_to(request.user).headed_by(request.user)
    own = (own.under_way() | own.filter(year=year) | own.filter(concluded_on__year=year)).with_events()
    rows = list(own.select_related("suggestion", "leader").order_by("concluded_on", "next_on", "decided_on", "pk"))
    counts = Counter(progress_of(row) for row in rows)
    here = reverse("suggestions:key_mine")
    page = listing.page_of(request, [row for row in rows if progress not in dict(PROGRESS) or progress_of(row) == progress])
    context = {
        "page": page,
        "table": supervisions_table(page.object_list, request=request, several_leaders=False, several_years=True),
        "figs": [
            {"label": "领衔督办", "value": len(rows), "unit": "件", "url": here},
            *({"label": label, "value": counts[key], "unit": "件", "url": f"{here}?progress={key}"} for key, label in PROGRESS),
        ],
        "progress": dict(PROGRESS).get(progress, ""),
        "year": year,
    }
    response = render(request, "suggestions/supervision/mine.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _of_progress(rows: QuerySet[KeySupervision], progress: str) -> QuerySet[KeySupervision]:
    match progress:
        case "none":
            return rows.filter(concluded_on=None, event_count=0)
        case "run":
            return rows.filter(concluded_on=None, event_count__gt=0)
        case "done":
            return rows.exclude(concluded_on=None)
    return rows


def year_of(request: HttpRequest) -> int:
    """``?year=``, this one where it is none."""
    words = request.GET.get("year", "")
    return int(words) if words.isdecimal() and len(words) == 4 and words[0] in "12" else timezone.localdate().year


def years_around(year: int) -> list[int]:
    """The last six, and the one asked for."""
    this = timezone.localdate().year
    return sorted({*range(this - 5, this + 1), year}, reverse=True)


# ---- choosing


@require_http_methods(_METHODS)
def choose(request: HttpRequest) -> HttpResponse:
    """What a meeting decided, for all that are ticked. ``code`` names those that come ticked from a list."""
    if not may(request.user, _RULE):
        raise PermissionDenied
    picked = set((request.POST if request.method == "POST" else request.GET).getlist("code"))
    form = DecisionForm(request.POST or None)
    refused: list[str] = []
    done = 0
    if request.method == "POST" and form.is_valid():
        chosen = list(_choosable(request).filter(code__in=picked).order_by("pk")[:MOST])
        gone = len(picked) - len(chosen)
        if not picked:
            form.add_error(None, "请先勾选确定为重点督办的建议。")
        else:
            done, refused = service.choose_batch(actor=request.user, suggestions=chosen, **form.cleaned_data)
            if gone:
                refused.append(f"有 {gone} 件不能确定为重点督办，可能已经办结，或者刚由他人确定，请刷新后查看。")
            if not refused:
                messages.success(request, f"已确定 {done} 件为{form.cleaned_data['year']}年重点督办建议，已通知领衔领导。")
                return redirect(f"{reverse('suggestions:key')}?year={form.cleaned_data['year']}")
    asked = {name: request.GET.get(name, "").strip() for name in ("category", "area", "unit", "q")}
    rows = _candidates(request, asked, picked)
    page = listing.page_of(request, rows)
    units, hidden = units_of([row.pk for row in page.object_list]), nameless(page.object_list, request)
    home = frame_of(request).congress
    year = timezone.localdate().year
    chosen_this_year = KeySupervision.objects.filter(year=year).count()
    least = profile_of(home).key_least if home else 0
    context = {
        "form": form,
        "refused": refused,
        "done": done,
        "page": page,
        "rows": [
            (
                row,
                number_of(row),
                state_tag(row.state),
                WITHHELD if row.pk in hidden else row.proposer.deputy.name,
                units.get(row.pk, ""),
                row.code in picked,
            )
            for row in page.object_list
        ],
        "asked": asked,
        "filtered": any(asked.values()),
        "categories": SuggestionCategory.objects.filter(is_active=True),
        "areas": home_units(request),
        "organisations": Organisation.objects.active().filter(kind__in=HANDLES).order_by("code"),
        "year": year,
        "lacking": max(least - chosen_this_year, 0),
    }
    response = render(request, "suggestions/supervision/choose.html", context, status=422 if form.errors or refused else 200)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _choosable(request: HttpRequest) -> QuerySet[Suggestion]:
    """What a meeting may choose among: the district's own under way, not chosen yet."""
    rows = Suggestion.objects.visible_to(request.user).exclude(congress__level=CongressLevel.TOWN)
    return rows.filter(state__in=service.SUPERVISABLE, key_supervision=None)


def _candidates(request: HttpRequest, asked: dict[str, str], picked: set[str]) -> QuerySet[Suggestion]:
    """Those that were picked first, whatever the filters say."""
    rows = filtered(_choosable(request), asked, request.user)
    if picked:
        rows = rows | _choosable(request).filter(code__in=picked)
    return rows.select_related("category", "proposer__deputy", "proposer__area").order_by("-is_difficult", "-accepted_on", "-pk")


# ---- one supervision


def found(request: HttpRequest, code: str) -> KeySupervision:
    rows = KeySupervision.objects.visible_to(request.user).with_events()
    return get_object_or_404(
        rows.select_related("suggestion__congress__area", "suggestion__proposer__deputy", "leader"), suggestion__code=code
    )


@require_http_methods(_METHODS)
def supervision(request: HttpRequest, code: str) -> HttpResponse:
    """What was done and comes next. Posted with ``do``: an event, the next one, the result, or that it was a mistake."""
    row = found(request, code)
    may_run = may(request.user, _RULE)
    forms: dict[str, Any] = {}
    if may_run:
        forms = {
            "event": EventForm(initial={"method": row.next_method} if row.next_on else {}, auto_id="event-%s"),
            "next": NextForm(initial={"method": row.next_method, "on": row.next_on}, auto_id="next-%s"),
            "result": ResultForm(initial={"result": row.result}, auto_id="result-%s"),
            "drop": DropForm(auto_id="drop-%s"),
        }
    refused = ""
    if request.method == "POST":
        if not may_run:
            raise PermissionDenied
        refused = request.POST.get("do", "event")
        if refused not in forms:
            raise Http404
        form = forms[refused] = type(forms[refused])(request.POST, request.FILES, auto_id=f"{refused}-%s")
        if form.is_valid():
            try:
                said = _DO[refused](request, row, form.cleaned_data)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, said)
                if refused == "drop":
                    return redirect("suggestions:detail", code)
                return redirect(f"{reverse('suggestions:supervision', args=[code])}?done={refused}")
    return _page(request, row, forms, refused)


def _page(request: HttpRequest, row: KeySupervision, forms: dict[str, Any], refused: str) -> HttpResponse:
    suggestion = row.suggestion
    yellow, calendar = profile_of(suggestion.congress).yellow_workdays, for_request(request)
    clocks = suggestion.clocks.pressing().select_related("handling__unit").order_by("due_on", "pk")
    events = list(row.events.select_related("entered_by").prefetch_related("photos").order_by("-on", "-pk"))
    is_named = bool(forms) or may(request.user, "suggestions.see_names", suggestion)  # those who write them read them
    if not is_named:  # a name that she withholds is left out here as in the thread, and photos may show her
        names = names_of(suggestion)
        row.result = without(row.result, names)
        for each in events:
            each.minutes = without(each.minutes, names)
    done = request.GET.get("done", "")
    context = {
        "row": row,
        "suggestion": suggestion,
        "number": number_of(suggestion),
        "state": state_tag(suggestion.state),
        "progress": progress_tag(row),
        "next": next_of(row),
        "units": units_of([suggestion.pk]).get(suggestion.pk, ""),
        "clocks": [(clock.handling.unit.name if clock.handling else "", clock_html(clock, yellow, calendar)) for clock in clocks],
        "events": events,
        "is_named": is_named,
        "forms": forms,
        "may_drop": bool(forms) and not events,
        "refused": refused,
        "is_over": suggestion.state == SuggestionState.CLOSED,
        "draft_done": f"supervision-{suggestion.code}-{done}" if done in _DO else "",
    }
    return render(request, "suggestions/supervision/detail.html", context, status=422 if refused else 200)


def _hold(request: HttpRequest, row: KeySupervision, data: dict[str, Any]) -> str:
    event = service.hold_event(actor=request.user, supervision=row, **data)
    return f"已登记{event.get_method_display()}。"


def _plan(request: HttpRequest, row: KeySupervision, data: dict[str, Any]) -> str:
    after = service.plan_next(actor=request.user, supervision=row, **data)
    return f"已安排：{next_of(after)}。" if after.next_on else "没有安排下一步督办。"


def _conclude(request: HttpRequest, row: KeySupervision, data: dict[str, Any]) -> str:
    service.conclude(actor=request.user, supervision=row, **data)
    return "已保存督办结果。"


def _drop(request: HttpRequest, row: KeySupervision, data: dict[str, Any]) -> str:
    service.drop(actor=request.user, supervision=row, **data)
    return "已取消重点督办。"


_DO = {"event": _hold, "next": _plan, "result": _conclude, "drop": _drop}


@require_http_methods(_METHODS)
def event(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Puts an event right, or adds photos to it."""
    row = found(request, code)
    held = get_object_or_404(SupervisionEvent.objects.filter(supervision=row).prefetch_related("photos"), pk=pk)
    if not may(request.user, _RULE):
        raise PermissionDenied
    form = EventForm(request.POST, request.FILES) if request.method == "POST" else EventForm(event=held)
    if request.method == "POST" and form.is_valid():
        held.supervision = row
        try:
            service.change_event(actor=request.user, event=held, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已保存。")
            return redirect(f"{reverse('suggestions:supervision', args=[code])}#event-{held.pk}")
    context = {"form": form, "event": held, "suggestion": row.suggestion}
    return render(request, "suggestions/supervision/event.html", context, status=422 if form.errors else 200)


# ---- photos, shown to those who may see the suggestion


def _photo(request: HttpRequest, pk: uuid.UUID) -> SupervisionPhoto:
    rows = SupervisionPhoto.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("event__supervision__suggestion"), pk=pk)


@require_safe
def photo(request: HttpRequest, pk: uuid.UUID, size: str = "") -> FileResponse:
    """A photo, or its thumbnail."""
    return stored.send(_photo(request, pk), thumbnail=bool(size))


@require_http_methods(_METHODS)
def drop_photo(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Asks, then takes a photo away."""
    row = _photo(request, pk)
    if not may(request.user, _RULE):
        raise PermissionDenied
    code = row.event.supervision.suggestion.code
    back = reverse("suggestions:supervision_event", args=[code, row.event_id])
    if request.method == "POST":
        service.remove_photo(actor=request.user, photo=row)
        messages.success(request, "已删除照片。")
        return redirect(back)
    context = {
        "question": f"删除“{row.original_name}”？",
        "text": "照片将从服务器上删除，不能恢复；删除情况记入审计记录。",
        "action": "删除",
        "back": back,
    }
    return render(request, "components/confirm.html", context)
