"""Templates of assignment: units and words that are used again and again."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from congress import listing
from congress.access import may
from congress.errors import DomainError
from suggestions.enums import HandlingRole
from suggestions.forms.assigning import roles_of
from suggestions.forms.templates import TemplateForm
from suggestions.models import AssignmentTemplate
from suggestions.services import desk


def _require(request: HttpRequest) -> None:
    if not may(request.user, "suggestions.keep_templates"):
        raise PermissionDenied


@require_safe
def template_list(request: HttpRequest) -> HttpResponse:
    _require(request)
    page = listing.page_of(request, AssignmentTemplate.objects.prefetch_related("answering", "supporting"))
    rows = [(row, _told(row)) for row in page.object_list]
    response = render(request, "suggestions/templates.html", {"page": page, "rows": rows})
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _told(row: AssignmentTemplate) -> list[tuple[str, str]]:
    """(role, units) of each role that the template fills in."""
    roles: dict[HandlingRole, list[str]] = {}
    for unit, role in roles_of(list(row.answering.all()), list(row.supporting.all())).items():
        roles.setdefault(role, []).append(unit.short_name or unit.name)
    order = (HandlingRole.LEAD, HandlingRole.SEPARATE, HandlingRole.SUPPORT)
    return [(str(role.label), "、".join(roles[role])) for role in order if role in roles]


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new template without ``pk``."""
    _require(request)
    template = get_object_or_404(AssignmentTemplate, pk=pk) if pk else None
    form = TemplateForm(request.POST or None, template=template)
    if request.method == "POST" and form.is_valid():
        try:
            row = desk.save_template(actor=request.user, template=template, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已保存模板“{row.name}”。")
            return redirect("suggestions:templates")
    return render(request, "suggestions/template.html", {"form": form, "template": template}, status=422 if form.errors else 200)


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    _require(request)
    desk.drop_template(actor=request.user, pk=pk)
    messages.success(request, "已删除模板。")
    return redirect("suggestions:templates")
