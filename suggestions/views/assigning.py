"""Assigning many at once, and what units asked for that waits to be decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from congress import listing
from congress.access import may
from congress.enums import Role
from congress.models import Organisation
from congress.workdays import for_request
from suggestions.enums import RequestState, SuggestionState
from suggestions.forms.assigning import DecideExtensionForm, DecideReturnForm, Units, roles_of
from suggestions.forms.fields import handling_units, named_units, offered
from suggestions.models import AssignmentTemplate, Clock, Extension, ReturnRequest, Suggestion
from suggestions.services import assigning
from suggestions.tables.lights import clock_html
from suggestions.tables.suggestions import number_of

MOST = 200  # rows of one posting
_NO_UNIT = "还没有填写主办单位。"


@dataclass
class Line:
    """One row of the sheet: what is proposed, or was typed."""

    suggestion: Suggestion
    answering: str
    supporting: str
    is_picked: bool
    number: str = ""
    limit: Any = ""
    error: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest) -> HttpResponse:
    """Accepted ones, each with its units in a line; a blank line takes the units above. One posting for all that are ticked.

    ``code`` names those that come ticked from the list; ``template`` fills the top.
    """
    if not request.user.access.has(Role.OFFICE, Role.TOWN_OFFICE, Role.DISPATCHER):
        raise PermissionDenied
    units = handling_units()
    done, refused = 0, []
    typed: dict[str, tuple[str, str]] = {}
    picked = set((request.POST if request.method == "POST" else request.GET).getlist("code"))
    top = _top(request)
    if request.method == "POST":
        if not picked:
            refused.append("请先勾选要交办的建议。")
        else:
            done, refused, typed = _assign_all(request, picked, units, top)
            if not refused:
                messages.success(request, f"已交办 {done} 件。")
                return redirect("suggestions:assign")
    lines = _lines(request, picked, typed)
    context = {
        "lines": lines,
        "offered": offered(units),
        "templates": AssignmentTemplate.objects.all(),
        "top": top,
        "done": done,
        "refused": refused,
    }
    response = render(request, "suggestions/assign.html", context, status=422 if refused else 200)
    response["X-Total-Count"] = str(len(lines))
    return response


def _top(request: HttpRequest) -> dict[str, str]:
    """What stands above the rows: as typed, or out of a template."""
    if request.method == "POST":
        return {name: request.POST.get(name, "").strip() for name in ("answering", "supporting", "instruction")}
    chosen = request.GET.get("template", "")
    template = AssignmentTemplate.objects.filter(pk=int(chosen)).first() if chosen.isdecimal() else None
    if template is None:
        return {"answering": "", "supporting": "", "instruction": "", "template": ""}
    return {
        "answering": _names(template.answering.all()),
        "supporting": _names(template.supporting.all()),
        "instruction": template.instruction,
        "template": chosen,
    }


def _names(units: Any) -> str:
    return "、".join(unit.short_name or unit.name for unit in units)


def _waiting(request: HttpRequest) -> Any:
    rows = Suggestion.objects.visible_to(request.user).assignable_by(request.user)
    return rows.select_related("proposed_unit", "category", "congress").order_by("accepted_on", "pk")


def _assign_all(
    request: HttpRequest, picked: set[str], units: list[Organisation], top: dict[str, str]
) -> tuple[int, list[str], dict[str, tuple[str, str]]]:
    """How many were assigned, the sentences of those that were not, and what was typed for each."""
    if len(picked) > MOST:
        return 0, [f"一次最多交办{MOST}件，请分几次办理。"], {}
    rows = {row.code: row for row in _waiting(request).filter(code__in=picked)}
    refused: list[str] = []
    typed = {
        code: (request.POST.get(f"answering-{code}", "").strip(), request.POST.get(f"supporting-{code}", "").strip()) for code in picked
    }
    ready: list[tuple[Suggestion, Units]] = []
    for code in sorted(picked):
        answering, supporting = typed[code]
        row = rows.get(code)
        if row is None:
            refused.append(_gone(request, code))
            continue
        try:
            given = roles_of(
                named_units(answering or top["answering"], units),
                named_units(supporting or ("" if answering else top["supporting"]), units),
            )
            if not given:
                raise ValidationError(_NO_UNIT)
            ready.append((row, given))
        except ValidationError as error:
            refused.append(f"《{row.title}》：{'；'.join(error.messages)}")
    done, sentences = assigning.assign_batch(actor=request.user, rows=ready, instruction=top["instruction"])
    return done, [*refused, *sentences], typed


def _gone(request: HttpRequest, code: str) -> str:
    """Why a ticked one is no longer there: who was faster."""
    row = Suggestion.objects.visible_to(request.user).filter(code=code).first()
    if row is None:
        return f"{code}：没有这件建议，或者您不能交办。"
    given = row.handlings.select_related("unit", "assigned_by").order_by("-pk").first()
    if given is None or row.state == SuggestionState.ACCEPTED:
        return f"《{row.title}》：现为“{row.get_state_display()}”，您不能交办。"
    return f"《{row.title}》：已由{given.assigned_by}交{given.unit}办理，请刷新后查看。"


def _lines(request: HttpRequest, picked: set[str], typed: dict[str, tuple[str, str]]) -> list[Line]:
    rows = list(_waiting(request)[:MOST])
    clocks: dict[int, Any] = {}
    running = Clock.objects.pressing().filter(suggestion__in=[row.pk for row in rows], handling=None)
    for clock in running.select_related("suggestion__congress__suggestion_rules").order_by("due_on"):
        clocks.setdefault(clock.suggestion_id, clock)
    lines = []
    for row in rows:
        proposed = row.proposed_unit.short_name or row.proposed_unit.name if row.proposed_unit else ""
        answering, supporting = typed.get(row.code, (proposed, ""))
        line = Line(row, answering, supporting, row.code in picked, number_of(row))
        if clock := clocks.get(row.pk):
            line.limit = clock_html(clock, clock.suggestion.congress.suggestion_rules.yellow_workdays, for_request(request), unfolds=False)
        lines.append(line)
    return lines


# ---- what units asked for


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """Returns and extensions that wait for this person's organ to decide, the oldest first."""
    if not request.user.access.has(Role.OFFICE, Role.TOWN_OFFICE):
        raise PermissionDenied
    runs = Suggestion.objects.run_by(request.user).values("pk")
    asked = {"state": RequestState.ASKED, "handling__suggestion__in": runs}
    related = ("handling__unit", "handling__suggestion__congress__area", "asked_by")
    returns = ReturnRequest.objects.filter(**asked).select_related(*related, "proposed_unit").order_by("asked_on", "pk")
    extensions = Extension.objects.filter(**asked).select_related(*related).order_by("asked_on", "pk")
    rows: list[dict[str, Any]] = [
        *({"kind": "decide-return", "row": row, "form": DecideReturnForm} for row in returns),
        *({"kind": "decide-extension", "row": row, "form": DecideExtensionForm} for row in extensions),
    ]
    page = listing.page_of(request, [row for row in rows if may(request.user, "suggestions.decide_request", row["row"].handling)])
    response = render(request, "suggestions/requests.html", {"page": page})
    response["X-Total-Count"] = str(page.paginator.count)
    return response
