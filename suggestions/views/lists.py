"""The list of suggestions: its tabs, filters, saved filters, and the list as a workbook."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from congress import listing
from congress.access import may
from congress.context import frame_of
from congress.enums import CongressLevel, Role
from congress.errors import DomainError
from congress.imports import downloads
from congress.models import Organisation, Session
from congress.periods import Period
from congress.views.areas import home_units
from suggestions.enums import HANDLES, CosignState, SuggestionKind, SuggestionState
from suggestions.models import AssignmentTemplate, Cosigner, SavedFilter, Suggestion, SuggestionCategory
from suggestions.querysets import SuggestionQuerySet
from suggestions.querysets.filtering import ALL, DUE, FILTERS, MINE, OPEN, cut, filtered, period_of
from suggestions.resources.history import SuggestionResource
from suggestions.services import filters
from suggestions.tables.suggestions import FIELDS, suggestions_table

# Filters that come with a link and have no control of their own.
_KEPT = ("deputy", "cosigner", "of", "answered", "timely", "consulted", "judged", "satisfied", "settlement", "settled", "checked")
_WORKED_ON = (
    *(SuggestionState.SUBMITTED, SuggestionState.ACCEPTED, SuggestionState.ASSIGNED, SuggestionState.IN_HAND),
    *(SuggestionState.REPLIED, SuggestionState.REHANDLING, SuggestionState.CONVENED, SuggestionState.RETURNED),
)
_REST = (SuggestionState.CLOSED, SuggestionState.AS_LETTER, SuggestionState.WITHDRAWN)
_ASSIGNING = (OPEN, ALL, SuggestionState.ACCEPTED)  # tabs that may hold what waits for assignment


def asked_of(request: HttpRequest) -> dict[str, str]:
    """The filters and the tab of the address. Without any filter the list shows what is under way, a deputy's her own."""
    asked = {name: request.GET.get(name, "").strip() for name in (*FILTERS, "state")}
    if not asked["state"]:
        is_cut = any(asked[name] for name in FILTERS)
        asked["state"] = ALL if is_cut else MINE if frame_of(request).in_hand else OPEN
    return asked


def rows_asked(request: HttpRequest) -> SuggestionQuerySet:
    """What the list shows for this address, in its order; exports take the same."""
    asked = asked_of(request)
    return _ordered(cut(_filtered(request, asked), asked["state"], request.user), asked["state"])


def _filtered(request: HttpRequest, asked: dict[str, str]) -> SuggestionQuerySet:
    return filtered(Suggestion.objects.visible_to(request.user), asked, request.user)


def _ordered(rows: SuggestionQuerySet, state: str) -> SuggestionQuerySet:
    """What is under way by its nearest day; the rest newest first, which the key alone tells."""
    if state in _REST or state in (ALL, MINE):
        return rows.order_by("-pk")
    return rows.with_due_on().order_by(F("due_on").asc(nulls_last=True), "-pk")


@require_safe
def suggestion_list(request: HttpRequest) -> HttpResponse:
    asked = asked_of(request)
    found = _filtered(request, asked)
    counts = _counts(found)
    is_filtered = any(asked[name] for name in FILTERS)
    page = _page(request, _ordered(cut(found, asked["state"], request.user), asked["state"]), counts.get(asked["state"]), is_filtered)
    in_hand = frame_of(request).in_hand
    may_assign = may(request.user, "suggestions.keep_templates") and not in_hand
    has_waiting = may_assign and counts[SuggestionState.ACCEPTED] > 0 and asked["state"] in _ASSIGNING
    decides = request.user.access.has(Role.OFFICE, Role.TOWN_OFFICE)
    context: dict[str, Any] = {
        "asked": asked,
        "filtered": is_filtered,
        "kept": [(name, asked[name]) for name in _KEPT if asked[name]],
        "tabs": _tabs(request, counts),
        "page": page,
        "table": suggestions_table(page.object_list, request=request, ticks=not in_hand),
        "may_assign": may_assign,
        "may_write": may(request.user, "suggestions.write_suggestion"),
        "may_decide": decides,
        "may_import": may(request.user, SuggestionResource.import_rule),
        "may_export": may(request.user, SuggestionResource.export_rule),
        "has_waiting": has_waiting,
        "templates": AssignmentTemplate.objects.all() if has_waiting else [],
        "saved": [] if in_hand else SavedFilter.objects.filter(user=request.user),
        "query": query_of(asked),
        **({} if in_hand else _choices(asked)),
    }
    response = render(request, "suggestions/list.html", context)
    if not getattr(page.paginator, "has_more", False):
        response["X-Total-Count"] = str(page.paginator.count)
    return response


def _counts(rows: SuggestionQuerySet) -> dict[str, int]:
    """How many there are of each state that is worked on; those of past years are not counted through. One query."""
    told = rows.open().order_by().aggregate(**{state.value: Count("pk", filter=Q(state=state)) for state in _WORKED_ON})
    return {**told, OPEN: sum(told.values())}


def _page(request: HttpRequest, rows: SuggestionQuerySet, count: int | None, is_filtered: bool) -> Page:
    """As ``listing.page_of_values``, with the count that the tabs have told already; all years' rows are not counted through."""
    paginator = (Paginator if is_filtered else listing.LongPaginator)(rows, listing.PER_PAGE)
    if count is not None:
        paginator.count = count
    page = paginator.get_page(request.GET.get("page"))
    signed = Cosigner.objects.filter(suggestion=OuterRef("pk"), state=CosignState.CONFIRMED).order_by().values("suggestion")
    number = Coalesce(Subquery(signed.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), Value(0))
    page.object_list = list(page.object_list.annotate(cosigner_count=number).values_list(*FIELDS, named=True))
    return page


def _tabs(request: HttpRequest, counts: dict[str, int]) -> list[tuple[str, str, int | None]]:
    tabs: list[tuple[str, str, int | None]] = [(OPEN, "在办", counts[OPEN])]
    if request.user.access.has(Role.DEPUTY):
        tabs.insert(0, (MINE, "我的", None))
    tabs += [(state.value, state.label, counts[state]) for state in _WORKED_ON if counts[state]]
    return [*tabs, *((state.value, state.label, None) for state in _REST), (ALL, "全部", None)]


def _choices(asked: dict[str, str]) -> dict[str, Any]:
    """What the filters offer. Four queries."""
    today = timezone.localdate()
    year, quarter = Period.year(today.year), Period.containing(today, "quarter")
    sessions = list(Session.objects.select_related("term").order_by("-starts_on")[:40])
    return {
        "units": home_units(),
        "levels": [choice for choice in CongressLevel.choices if choice[0] != CongressLevel.CITY],
        "kinds": SuggestionKind.choices,
        "categories": SuggestionCategory.objects.all(),
        "organisations": Organisation.objects.active().filter(kind__in=HANDLES).order_by("code"),
        "periods": list(dict.fromkeys([quarter, quarter.previous, year, year.previous, year.previous.previous, *_asked_period(asked)])),
        "terms": sorted({each.term.number for each in sessions}, reverse=True),
        "sessions": sorted({each.number for each in sessions}),
        "dues": DUE,
        "of_session": sessions,
    }


def _asked_period(asked: dict[str, str]) -> list[Period]:
    """A figure leads here with a period of its own, which the select then shows too."""
    found = period_of(asked["period"])
    return [found] if found else []


def query_of(asked: dict[str, str]) -> str:
    """The address's part after the question mark that shows this cut again."""
    return urlencode({name: value for name, value in asked.items() if value})


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The list as it stands, every row of it, as a workbook. Who took it out is in the audit trail."""
    if not may(request.user, SuggestionResource.export_rule):
        raise PermissionDenied
    return workbook(request, rows_asked(request))


def workbook(request: HttpRequest, rows: SuggestionQuerySet) -> HttpResponse:
    resource = SuggestionResource()
    resource.actor = request.user
    return downloads.rows(request, resource, resource.with_all(rows))


# ---- saved filters


@require_POST
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keeps the list's present cut under a name. Only names that the list knows are kept."""
    asked = {name: request.POST.get(name, "").strip() for name in (*FILTERS, "state")}
    address = f"{reverse('suggestions:list')}?{query_of(asked)}"
    try:
        row = filters.save_filter(user=request.user, name=request.POST.get("name", ""), query=query_of(asked))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已保存常用筛选“{row.name}”。")
    return redirect(address)


@require_POST
def drop_filter(request: HttpRequest, pk: int) -> HttpResponse:
    filters.drop_filter(user=request.user, pk=pk)
    messages.success(request, "已删除常用筛选。")
    return redirect("suggestions:list")
