"""Standing members with their deputies, the first of the two liaisons (双联系)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from congress import listing
from congress.access import may
from congress.enums import CongressLevel
from congress.errors import DomainError
from congress.tables import Column, Table, addresses, link
from congress.templatetags.frame import cn_date, tag
from congress.views.areas import home_units
from deputies import filters
from deputies.forms.fields import show_refusal
from deputies.forms.liaisons import LinkForm, MemberForm, RecordForm, RuleForm
from deputies.models import Deputy, DeputyLiaison, LiaisonRecord, StandingMember
from deputies.services import liaisons as service
from deputies.tables.contacts import shortened

STATES = (("", "全部"), ("few", "缺"), ("many", "过多"), ("silent", "今年未联系"))


def _state(count: int, least: int, most: int) -> str:
    return "few" if count < least else "many" if count > most else ""


def mark(count: int, least: int, most: int) -> SafeString:
    """The number, and beside it whether that is too few or too many."""
    match _state(count, least, most):
        case "few":
            state = tag("warn", "alert", f"缺 {least - count}")
        case "many":
            state = tag("bad", "late", f"多 {count - most}")
        case _:
            state = tag("ok", "check", "符合")
    return SafeString(f"{count} {state}")


def cut(rows: Sequence[Any], state: str, count: Callable[[Any], int], last: Callable[[Any], Any], least: int, most: int) -> list[Any]:
    """The rows of one tab."""
    year = timezone.localdate().year
    if state == "silent":
        return [row for row in rows if last(row) is None or last(row).year < year]
    return [row for row in rows if not state or _state(count(row), least, most) == state]


@require_safe
def member_list(request: HttpRequest) -> HttpResponse:
    """Who is missing, who has too many, when they last spoke and what was heard.

    ``?state=`` and ``?q=`` narrow the list; so do area, level, term and group, of the member or of a deputy in her care.
    """
    asked = {name: request.GET.get(name, "").strip() for name in ("state", "area", *filters.WHO, "q")}
    today = timezone.localdate()
    links = DeputyLiaison.objects.in_force().select_related("deputy").order_by("starts_on", "pk")
    last = LiaisonRecord.objects.filter(liaison__member=OuterRef("pk")).order_by("-on", "-pk")
    in_force = Q(liaisons__starts_on__lte=today) & (Q(liaisons__ends_on=None) | Q(liaisons__ends_on__gte=today))
    members = (
        StandingMember.objects.visible_to(request.user)
        .in_force()
        .select_related("mandate__deputy")
        .annotate(
            linked=Count("liaisons", filter=in_force, distinct=True),
            last_on=Subquery(last.values("on")[:1]),
            heard=Subquery(last.values("heard")[:1]),
        )
        .prefetch_related(Prefetch("liaisons", links, to_attr="current"))
        .order_by("position", "pk")
    )
    if (people := filters.people(asked, ("area", *filters.WHO))) is not None:
        linked = DeputyLiaison.objects.in_force().filter(deputy__in=people).values("member")
        members = members.filter(Q(mandate__deputy__in=people) | Q(pk__in=linked))
    if asked["q"]:
        found = Deputy.objects.matching(asked["q"], request.user).order_by()
        linked = DeputyLiaison.objects.in_force().filter(deputy__in=found).values("member")
        members = members.filter(Q(mandate__deputy__in=found) | Q(pk__in=linked))
    rule = service.rule()
    everyone = list(members)

    def of(state: str) -> list[Any]:
        return cut(everyone, state, lambda row: row.linked, lambda row: row.last_on, rule.least_deputies, rule.most_deputies)

    page = listing.page_of(request, of(asked["state"]))
    context = {
        "page": page,
        "table": _members_table(rule).render(page.object_list),
        "asked": asked,
        "tabs": [(key, label, len(of(key))) for key, label in STATES],
        "rule": rule,
        "filtered": any(asked.values()),
        "units": home_units(request),
        **filters.choices(request.user),
        "may_manage": may(request.user, "deputies.manage_liaisons"),
        "may_import": may(request.user, "congress.import_file"),
        "sees_voters": Deputy.objects.in_care_of(request.user).exists(),
    }
    response = render(request, "deputies/liaisons/members.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _members_table(rule: Any) -> Table[Any]:
    to_member = addresses("deputies:liaison_member")

    def name(member: Any) -> SafeString:
        deputy = member.mandate.deputy
        return SafeString(
            f'{link(to_member(deputy.code), deputy.name, "strong")}<br><span class="muted small">{escape(member.post)}</span>'
        )

    return Table(
        "组成人员联系代表",
        [
            Column("组成人员", name, is_heading=True),
            Column("所联系的代表", lambda member: "、".join(row.deputy.name for row in member.current) or "未安排"),
            Column("人数", lambda member: mark(member.linked, rule.least_deputies, rule.most_deputies), css="nowrap"),
            Column("最近联系", lambda member: cn_date(member.last_on) or "没有记录", css="nowrap"),
            Column("听到的情况", lambda member: shortened(member.heard or ""), css="wide"),
        ],
    )


def _member(request: HttpRequest, code: str) -> StandingMember:
    rows = StandingMember.objects.visible_to(request.user).select_related("mandate__deputy__user", "mandate__term__congress")
    found = rows.filter(mandate__deputy__code=code).order_by("-starts_on").first()
    if found is None:
        raise Http404("没有这名组成人员")
    return found


@require_safe
def member(request: HttpRequest, code: str) -> HttpResponse:
    return _member_page(request, _member(request, code))


def _member_page(request: HttpRequest, found: StandingMember, link_form: Any = None, record_form: Any = None) -> HttpResponse:
    """``?on=`` shows the deputies linked on that day. ``X-Total-Count`` is their number."""
    seen = DeputyLiaison.objects.visible_to(request.user).filter(member=found).select_related("deputy").order_by("-starts_on", "pk")
    today = timezone.localdate()
    on = _day(request.GET.get("on", "")) or today
    rows = list(seen)
    current = [row for row in rows if row.starts_on <= on and (row.ends_on is None or row.ends_on >= on)]
    records = list(
        LiaisonRecord.objects.filter(liaison__in=rows)
        .select_related("liaison__deputy", "entered_by")
        .order_by("-on", "-pk")[: listing.PER_PAGE]
    )
    rule = service.rule()
    may_manage = may(request.user, "deputies.manage_liaisons") and found.ends_on is None
    may_record = may(request.user, "deputies.record_liaison", found) and bool(current)
    context = {
        "member": found,
        "deputy": found.mandate.deputy,
        "current": current,
        "on": on if on != today else None,
        "past": [row for row in rows if row.ends_on and row.ends_on < on],
        "records": records,
        "mark": mark(found.liaisons.in_force().count(), rule.least_deputies, rule.most_deputies),
        "rule": rule,
        "may_manage": may_manage,
        "link_form": (link_form or LinkForm()) if may_manage else None,
        "record_form": (record_form or RecordForm(liaisons=seen.filter(ends_on=None))) if may_record else None,
    }
    response = render(request, "deputies/liaisons/member.html", context, status=422 if link_form or record_form else 200)
    response["X-Total-Count"] = str(len(current))
    return response


def _day(words: str) -> datetime.date | None:
    """A day as addresses write it; nothing for what is none."""
    try:
        return parse_date(words)
    except ValueError:
        return None


def _managed(request: HttpRequest, code: str) -> StandingMember:
    found = _member(request, code)
    if not may(request.user, "deputies.manage_liaisons"):
        raise PermissionDenied
    return found


@require_POST
def link_deputy(request: HttpRequest, code: str) -> HttpResponse:
    found = _managed(request, code)
    form = LinkForm(request.POST)
    if form.is_valid():
        try:
            row = service.link(actor=request.user, member=found, deputy=form.cleaned_data["deputy"])
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"{found}联系代表{row.deputy}。")
            return redirect("deputies:liaison_member", code)
    return _member_page(request, found, link_form=form)


@require_POST
def unlink_deputy(request: HttpRequest, code: str, deputy: str) -> HttpResponse:
    found = _managed(request, code)
    row = get_object_or_404(found.liaisons.select_related("deputy", "member"), deputy__code=deputy, ends_on=None)
    service.unlink(actor=request.user, liaison=row)
    messages.success(request, f"已结束{found}与{row.deputy}的联系。")
    return redirect("deputies:liaison_member", code)


@require_POST
def keep_record(request: HttpRequest, code: str) -> HttpResponse:
    found = _member(request, code)
    if not may(request.user, "deputies.record_liaison", found):
        raise PermissionDenied
    form = RecordForm(request.POST, liaisons=found.liaisons.filter(ends_on=None).select_related("deputy"))
    if form.is_valid():
        try:
            service.keep_record(actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "已记下这次联系。")
            return redirect("deputies:liaison_member", code)
    return _member_page(request, found, record_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def appoint(request: HttpRequest) -> HttpResponse:
    if not may(request.user, "deputies.manage_liaisons"):
        raise PermissionDenied
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        seats = given.pop("deputy").mandates.serving().select_related("term__congress").order_by("term__congress__level")
        try:
            found = service.appoint(actor=request.user, mandate=seats.filter(term__congress__level=CongressLevel.DISTRICT).first(), **given)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"已登记{found}为{found.post}，请安排所联系的代表。")
            return redirect("deputies:liaison_member", found.mandate.deputy.code)
    context = {"form": form, "heading": "登记组成人员", "back": reverse("deputies:liaisons"), "offered": form.offered}
    return render(request, "deputies/liaisons/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def dismiss(request: HttpRequest, code: str) -> HttpResponse:
    found = _managed(request, code)
    back = reverse("deputies:liaison_member", args=[code])
    if request.method == "POST":
        service.dismiss(actor=request.user, member=found)
        messages.success(request, f"已登记{found}离任。")
        return redirect("deputies:liaisons")
    count = found.liaisons.filter(ends_on=None).count()
    context = {
        "question": f"登记{found}离任？",
        "text": f"{found}不再是常委会组成人员，与 {count} 名代表的联系同时结束，联系记录保留。",
        "action": "登记离任",
        "back": back,
    }
    return render(request, "components/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_rule(request: HttpRequest) -> HttpResponse:
    if not may(request.user, "deputies.manage_liaisons"):
        raise PermissionDenied
    form = RuleForm(request.POST or None, instance=service.rule())
    if request.method == "POST" and form.is_valid():
        service.change_rule(actor=request.user, **form.cleaned_data)
        messages.success(request, "已保存双联系的要求。已有的联系不变，超出的在名单里标出。")
        return redirect("deputies:liaisons")
    context = {"form": form, "heading": "双联系要求", "back": reverse("deputies:liaisons")}
    return render(request, "deputies/liaisons/form.html", context, status=422 if form.errors else 200)
