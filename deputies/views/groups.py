"""Deputies' groups: the list, a group's page, and what the office and the town's staff do with them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, IntegerField, Prefetch, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from congress import listing
from congress.access import may
from congress.enums import CongressLevel
from congress.errors import DomainError
from congress.imports import downloads
from congress.models import Term
from congress.tables import Column, Table, addresses, link
from congress.views.areas import home_units
from deputies import filters
from deputies.enums import GroupRole, MandateStatus
from deputies.forms.fields import show_refusal
from deputies.forms.groups import GroupForm, PlaceInGroupForm
from deputies.models import Deputy, DeputyGroup, GroupMembership, Mandate
from deputies.resources.links import GroupResource
from deputies.services import groups as service
from deputies.services.closing import OFFICERS
from deputies.views.mandates import running_terms

_RANK = Case(*(When(role=role, then=Value(rank)) for rank, role in enumerate(GroupRole.values)), output_field=IntegerField())
_MEMBERS = GroupMembership.objects.in_force


def _found(request: HttpRequest, code: str) -> DeputyGroup:
    return get_object_or_404(DeputyGroup.objects.visible_to(request.user).select_related("term__congress__area", "area"), code=code)


def _changeable(request: HttpRequest, code: str) -> DeputyGroup:
    group = _found(request, code)
    if not may(request.user, "deputies.change_group", group):
        raise PermissionDenied
    return group


@require_safe
def group_list(request: HttpRequest) -> HttpResponse:
    asked, rows = _asked(request)
    today = timezone.localdate()
    in_force = Q(memberships__starts_on__lte=today) & (Q(memberships__ends_on=None) | Q(memberships__ends_on__gte=today))
    officers = GroupMembership.objects.in_force().filter(role__in=OFFICERS).select_related("deputy").order_by("deputy__code")
    rows = (
        rows.select_related("term__congress", "area")
        .annotate(size=Count("memberships", filter=in_force))
        .prefetch_related(Prefetch("memberships", officers, to_attr="officers"))
        .order_by("area__position", "area__code", "code")  # a grouped query has no order of its own
    )
    page = listing.page_of(request, rows)
    context = {
        "page": page,
        "table": _table().render(page.object_list),
        "asked": asked,
        "filtered": any(asked.values()),
        "units": home_units(request),
        "levels": [(level.value, level.label) for level in (CongressLevel.DISTRICT, CongressLevel.TOWN)],
        "terms": list(Term.objects.order_by("-number").values_list("number", flat=True).distinct()),
        "may_add": may(request.user, "deputies.add_group"),
        "may_import": may(request.user, "congress.import_file"),
    }
    response = render(request, "deputies/groups/list.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _asked(request: HttpRequest) -> tuple[dict[str, str], QuerySet[DeputyGroup]]:
    """``?area=``, ``?level=``, ``?term=``, ``?kind=`` (area or field), ``?deputy=``, ``?closed=1``, ``?mine=1`` and ``?q=``."""
    asked = {name: request.GET.get(name, "").strip() for name in ("area", "level", "term", "kind", "deputy", "closed", "mine", "q")}
    rows = DeputyGroup.objects.visible_to(request.user)
    rows = rows.filter(ends_on__lt=timezone.localdate()) if asked["closed"] else rows.in_force()
    if asked["area"]:
        rows = rows.filter(area__in=filters.within(asked["area"]))
    if asked["level"]:
        rows = rows.filter(term__congress__level=asked["level"])
    if asked["term"].isdecimal():
        rows = rows.filter(term__number=int(asked["term"]))
    if asked["kind"]:
        rows = rows.filter(field="") if asked["kind"] == "area" else rows.exclude(field="")
    if asked["deputy"]:
        rows = rows.filter(pk__in=GroupMembership.objects.filter(deputy__code=asked["deputy"]).values("group"))
    if asked["mine"]:
        rows = rows.filter(pk__in=_MEMBERS().filter(deputy__user=request.user).values("group"))
    if asked["q"]:
        rows = rows.filter(Q(name__icontains=asked["q"]) | Q(field__icontains=asked["q"]) | Q(code__startswith=asked["q"]))
    return asked, rows


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The members of the filtered groups as a workbook, for the office."""
    if not may(request.user, GroupResource.export_rule):
        raise PermissionDenied
    _, rows = _asked(request)
    return downloads.rows(
        request, GroupResource(), GroupResource.with_all(GroupMembership.objects.in_force().filter(group__in=rows.order_by()))
    )


def _table() -> Table[Any]:
    to_group = addresses("deputies:group")

    def name(group: Any) -> SafeString:
        return SafeString(f'{link(to_group(group.code), group.name, "strong")}<br><span class="muted small">{escape(group.code)}</span>')

    def holders(role: str) -> Any:
        return lambda group: "、".join(row.deputy.name for row in group.officers if row.role == role) or "未定"

    return Table(
        "代表小组",
        [
            Column("小组", name, is_heading=True),
            Column("届次", lambda group: f"{group.term.congress.short_name}第{group.term.number}届"),
            Column("所在区划", lambda group: group.area.name),
            Column("编组", lambda group: f"领域：{group.field}" if group.field else "地域"),
            Column("组长", holders(GroupRole.LEADER)),
            Column("副组长", holders(GroupRole.DEPUTY_LEADER)),
            Column("联络员", holders(GroupRole.LIAISON)),
            Column("人数", lambda group: group.size, css="num"),
        ],
    )


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, _found(request, code))


def _page(request: HttpRequest, group: DeputyGroup, form: PlaceInGroupForm | None = None) -> HttpResponse:
    today = timezone.localdate()
    serving = Mandate.objects.exclude(status=MandateStatus.ENDED).select_related("term__congress", "area").order_by("term__congress__level")
    rows = (
        group.memberships.select_related("deputy").prefetch_related(Prefetch("deputy__mandates", serving)).order_by(_RANK, "deputy__code")
    )
    members = [row for row in rows if row.starts_on <= today and (row.ends_on is None or row.ends_on >= today)]
    past = [row for row in rows if row.ends_on and row.ends_on < today]
    may_change = may(request.user, "deputies.change_group", group) and group.ends_on is None
    seen = set(Deputy.objects.visible_to(request.user).filter(pk__in=[row.deputy_id for row in rows]).values_list("pk", flat=True))
    if may_change and form is None:
        form = PlaceInGroupForm(group=group, user=request.user)
    context = {
        "group": group,
        "members": members,
        "past": past,
        "seen": seen,
        "roles": GroupRole.choices,
        "may_change": may_change,
        "form": form,
    }
    return render(request, "deputies/groups/detail.html", context, status=422 if form and form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    if not may(request.user, "deputies.add_group"):
        raise PermissionDenied
    form = GroupForm(request.POST or None, user=request.user, terms=running_terms())
    if request.method == "POST" and form.is_valid():
        try:
            group = service.create_group(actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"已编“{group}”，请编入成员。")
            return redirect("deputies:group", group.code)
    return _form(request, form, "新编代表小组", reverse("deputies:groups"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    group = _changeable(request, code)
    form = GroupForm(request.POST or None, user=request.user, terms=[], instance=_found(request, code))
    if request.method == "POST" and form.is_valid():
        try:
            service.update_group(actor=request.user, group=group, **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"已保存“{form.cleaned_data['name']}”。")
            return redirect("deputies:group", code)
    return _form(request, form, f"修改{group}", reverse("deputies:group", args=[code]))


def _form(request: HttpRequest, form: GroupForm, heading: str, back: str) -> HttpResponse:
    context = {"form": form, "heading": heading, "back": back}
    return render(request, "deputies/groups/form.html", context, status=422 if form.errors else 200)


@require_POST
def place(request: HttpRequest, code: str) -> HttpResponse:
    """Takes a deputy in, or gives a member another role."""
    group = _changeable(request, code)
    form = PlaceInGroupForm(request.POST, group=group, user=request.user)
    if form.is_valid():
        try:
            row = service.place(actor=request.user, group=group, **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"{row.deputy}：{row.get_role_display()}。")
            return redirect("deputies:group", code)
    return _page(request, group, form)


@require_POST
def leave(request: HttpRequest, code: str, deputy: str) -> HttpResponse:
    group = _changeable(request, code)
    row = get_object_or_404(group.memberships.select_related("deputy"), deputy__code=deputy, ends_on=None)
    service.leave(actor=request.user, membership=row)
    messages.success(request, f"{row.deputy}已退出“{group}”。")
    return redirect("deputies:group", code)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, code: str) -> HttpResponse:
    group = _changeable(request, code)
    back = reverse("deputies:group", args=[code])
    if request.method == "POST":
        service.close_group(actor=request.user, group=group)
        messages.success(request, f"已撤销“{group}”。")
        return redirect(back)
    size = group.memberships.filter(ends_on=None).count()
    context = {
        "question": f"撤销“{group}”？",
        "text": f"{size} 名成员的职务同时结束，负责人账号的小组负责人角色收回。撤销后不能恢复，需要时另行编组。",
        "action": "撤销小组",
        "back": back,
    }
    return render(request, "components/confirm.html", context)
