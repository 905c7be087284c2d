"""The annual plan: the years, a plan with its progress, drafting, each step, and the activities of an item."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.enums import PlanState
from activities.forms.plans import AdoptForm, DraftForm, FulfilForm, ItemForm, PrefaceForm, ReopenForm
from activities.models import Activity, AnnualPlan, AnnualPlanItem
from activities.plan_progress import Standing, standing
from activities.services import plans as services
from activities.tables.activities import state_tag as activity_tag
from activities.tables.plans import items_table, months, plans_table, state_tag
from congress import listing
from congress.access import may
from congress.errors import Conflict, DomainError
from congress.models import Document
from congress.periods import Period
from deputies.forms.fields import show_refusal

_METHODS = ["GET", "HEAD", "POST"]
_OFFERED = 50
_STANDINGS = {each.name.lower(): each for each in Standing}


@require_http_methods(_METHODS)
def plan_list(request: HttpRequest) -> HttpResponse:
    """All years; the office begins the next below."""
    may_draft = may(request.user, "activities.manage_plans")
    if request.method == "POST" and not may_draft:
        raise PermissionDenied
    form = DraftForm(request.POST or None) if may_draft else None
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            plan = services.draft(actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"{plan}：{plan.get_state_display()}。")
            return redirect("activities:plan", plan.code)
    page = listing.page_of(request, AnnualPlan.objects.visible_to(request.user).order_by("-year"))
    plans = list(page.object_list)
    entries, done = Counter[int](), Counter[int]()
    for item in AnnualPlanItem.objects.filter(plan__in=plans).with_progress().order_by():
        entries[item.plan_id] += 1
        done[item.plan_id] += item.done >= item.count
    for plan in plans:
        plan.entries, plan.done = entries[plan.pk], done[plan.pk]
    context = {"page": page, "table": plans_table().render(plans), "form": form, "may_draft": may_draft}
    response = render(request, "activities/plans/list.html", context, status=422 if form is not None and form.errors else 200)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _found(request: HttpRequest, code: str) -> AnnualPlan:
    rows = AnnualPlan.objects.visible_to(request.user).select_related("congress__area", "made_by")
    return get_object_or_404(rows, code=code)


def _managed(request: HttpRequest, code: str) -> AnnualPlan:
    plan = _found(request, code)
    if not may(request.user, "activities.manage_plans"):
        raise PermissionDenied
    return plan


def _item(plan: AnnualPlan, position: int) -> AnnualPlanItem:
    rows = plan.items.with_progress().select_related("responsible", "plan__congress__area")
    return get_object_or_404(rows, position=position)


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """``?standing=`` narrows the items to those that stand so, such as late ones."""
    plan = _found(request, code)
    today = timezone.localdate()
    items = list(plan.items.with_progress().select_related("responsible", "plan").order_by("position"))
    counts = Counter(standing(item, today) for item in items)
    asked = _STANDINGS.get(request.GET.get("standing", ""))
    rows = [item for item in items if asked is None or standing(item, today) is asked]
    page = listing.page_of(request, rows)
    here = services.to_plan(plan)
    managing = may(request.user, "activities.manage_plans")
    figs = [
        {"label": "计划事项", "value": len(items), "unit": "项", "url": here},
        *(
            {"label": each.value[2], "value": counts[each], "unit": "项", "url": f"{here}?standing={each.name.lower()}", "tone": tone}
            for each, tone in ((Standing.DONE, "up"), (Standing.LATE, "down"), (Standing.THIS_MONTH, ""), (Standing.NEXT_MONTH, ""))
            if counts[each] or each is Standing.DONE
        ),
        {"label": "已举行活动", "value": sum(item.done for item in items), "unit": "次", "url": ""},
    ]
    printed = Document.objects.visible_to(request.user).filter(kind__in=(services.PDF, services.WORD), subject=plan.code)
    context = {
        "plan": plan,
        "state": state_tag(plan.state),
        "page": page,
        "table": items_table(plan, today).render(page.object_list),
        "figs": figs,
        "asked": asked,
        "standings": [(each.name.lower(), each.value[2], counts[each]) for each in Standing if counts[each]],
        "steps": _steps(plan),
        "managing": managing,
        "is_draft": plan.state == PlanState.DRAFT,
        "last": items[-1].position if items else 0,
        "documents": printed.select_related("batch").order_by("-pk")[:4],
    }
    response = render(request, "activities/plans/detail.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _steps(plan: AnnualPlan) -> list[dict[str, Any]]:
    """The four steps of 代表法 art. 43, and where the plan is."""
    order = list(PlanState)
    at = order.index(PlanState(plan.state))
    notes = (plan.made_by.name, plan.adopted_on, plan.told_at, plan.published_at)
    labels = ("拟订", "主任会议通过", "向代表通报", "向社会公布")
    return [
        {"label": label, "note": note, "css": "done" if place <= at else "now" if place == at + 1 else ""}
        for place, (label, note) in enumerate(zip(labels, notes, strict=True))
    ]


# ---- drafting


@require_http_methods(_METHODS)
def preface(request: HttpRequest, code: str) -> HttpResponse:
    plan = _managed(request, code)
    form = PrefaceForm(request.POST or None, initial={"preface": plan.preface, "version": plan.version})
    if request.method == "POST" and form.is_valid():
        try:
            services.write_preface(actor=request.user, plan=plan, **form.cleaned_data)
        except DomainError as refusal:
            _show(form, refusal, plan)
        else:
            messages.success(request, "已保存总体要求。")
            return redirect("activities:plan", code)
    context = {"form": form, "plan": plan, "heading": "总体要求", "back": services.to_plan(plan)}
    return render(request, "activities/plans/form.html", context, status=422 if form.errors else 200)


@require_http_methods(_METHODS)
def save_item(request: HttpRequest, code: str, position: int | None = None) -> HttpResponse:
    """A new item at the end, or one changed."""
    plan = _managed(request, code)
    item = _item(plan, position) if position is not None else None
    form = ItemForm(request.POST or None, plan=plan, item=item)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_item(actor=request.user, plan=plan, item=item, **form.cleaned_data)
        except DomainError as refusal:
            _show(form, refusal, plan)
        else:
            messages.success(request, "已保存。")
            return redirect("activities:new_plan_item", code) if "more" in request.POST else redirect("activities:plan", code)
    context = {
        "form": form,
        "plan": plan,
        "item": item,
        "heading": f"修改第 {position} 项" if item else "添加事项",
        "back": services.to_plan(plan),
    }
    return render(request, "activities/plans/form.html", context, status=422 if form.errors else 200)


def _show(form: Any, refusal: DomainError, plan: AnnualPlan) -> None:
    """The refusal on the form. After somebody else's change the next try is meant: it carries the plan's new version."""
    show_refusal(form, refusal)
    if isinstance(refusal, Conflict):
        form.data = form.data.copy()
        form.data["version"] = str(AnnualPlan.objects.values_list("version", flat=True).get(pk=plan.pk))


@require_POST
def move_item(request: HttpRequest, code: str, position: int) -> HttpResponse:
    plan = _managed(request, code)
    services.move_item(actor=request.user, item=_item(plan, position), direction=request.POST.get("direction", services.DOWN))
    return redirect(f"{services.to_plan(plan)}#items")


@require_http_methods(_METHODS)
def remove_item(request: HttpRequest, code: str, position: int) -> HttpResponse:
    """Asks, then takes the item out of the draft."""
    plan = _managed(request, code)
    item = _item(plan, position)
    if request.method == "POST":
        services.remove_item(actor=request.user, item=item)
        messages.success(request, f"已删去“{item.text[:30]}”。")
        return redirect("activities:plan", code)
    context = {
        "question": f"删去第 {position} 项？",
        "text": f"“{item.text}”将从{plan}中删去，其后各项的序号依次提前。",
        "action": "删去",
        "back": services.to_plan(plan),
    }
    return render(request, "components/confirm.html", context)


# ---- steps


@require_http_methods(_METHODS)
def adopt(request: HttpRequest, code: str) -> HttpResponse:
    plan = _managed(request, code)
    form = AdoptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.adopt(actor=request.user, plan=plan, **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "已登记主任会议通过。下一步请向代表通报。")
            return redirect("activities:plan", code)
    lead = "登记后，事项不能再改；需要调整的，须重新提交主任会议。"
    context = {"form": form, "plan": plan, "heading": "登记主任会议通过", "lead": lead, "back": services.to_plan(plan)}
    return render(request, "activities/plans/form.html", context, status=422 if form.errors else 200)


@require_POST
def tell(request: HttpRequest, code: str) -> HttpResponse:
    services.tell(actor=request.user, plan=_managed(request, code))
    messages.success(request, "已向全体在任代表通报。")
    return redirect("activities:plan", code)


@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    services.publish(actor=request.user, plan=_managed(request, code))
    messages.success(request, "已登记向社会公布。")
    return redirect("activities:plan", code)


@require_http_methods(_METHODS)
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    plan = _managed(request, code)
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.reopen(actor=request.user, plan=plan, **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "计划已转为拟订，调整后请重新提交主任会议。")
            return redirect("activities:plan", code)
    lead = "计划将转为“拟订”，重新通过之前，代表和镇（街道）看不到；原来的通过、通报和公布情况留在审计记录里，已计入的活动不受影响。"
    context = {"form": form, "plan": plan, "heading": "重新提交主任会议", "lead": lead, "back": services.to_plan(plan)}
    return render(request, "activities/plans/form.html", context, status=422 if form.errors else 200)


@require_POST
def print_plan(request: HttpRequest, code: str) -> HttpResponse:
    """Asks for the official document, PDF and Word, and leads to where it appears."""
    batch = services.request_documents(actor=request.user, plan=_managed(request, code))
    return redirect("document_batch", batch.key)


# ---- an item and its activities


@require_http_methods(_METHODS)
def item(request: HttpRequest, code: str, position: int) -> HttpResponse:
    """The activities that fulfil it, with ``?held=1`` those that took place; the office counts more of them towards it, or
    takes one out."""
    plan = _found(request, code)
    found = _item(plan, position)
    managing = may(request.user, "activities.manage_plans")
    if request.method == "POST" and not managing:
        raise PermissionDenied
    form = FulfilForm(request.POST if request.method == "POST" else None, offered=_offered(plan, found)) if managing else None
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            count = services.fulfil(actor=request.user, item=found, activities=form.cleaned_data["activities"])
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"已计入 {count} 次活动。")
            return redirect("activities:plan_item", code, position)
    seen = set(Activity.objects.visible_to(request.user).filter(plan_item=found).values_list("pk", flat=True))
    rows = found.activities.took_place() if request.GET.get("held") else found.activities.standing()
    page = listing.page_of(request, rows.select_related("organiser").order_by("starts_at", "pk"))
    context = {
        "plan": plan,
        "item": found,
        "months": months(found),
        "standing": standing(found, timezone.localdate()).value,
        "page": page,
        "rows": [(each, activity_tag(each.state), each.pk in seen) for each in page.object_list],
        "form": form,
        "has_more": form is not None and form.fields["activities"].queryset.exists(),
        "managing": managing,
    }
    response = render(request, "activities/plans/item.html", context, status=422 if form is not None and form.errors else 200)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _offered(plan: AnnualPlan, found: AnnualPlanItem) -> QuerySet[Activity]:
    """Activities of the plan's year, of the item's kind where it names one, that count towards no item: its organ's first."""
    rows = Activity.objects.within(Period.year(plan.year)).standing().filter(plan_item__isnull=True)
    rows = rows.filter(kind=found.kind) if found.kind else rows
    own = Case(When(organiser=found.responsible_id, then=0), default=1)
    nearest = rows.order_by(own, "starts_at", "pk").values_list("pk", flat=True)[:_OFFERED]
    return Activity.objects.filter(pk__in=list(nearest)).order_by(own, "starts_at", "pk")


@require_POST
def release(request: HttpRequest, code: str, position: int, activity: str) -> HttpResponse:
    plan = _managed(request, code)
    row = get_object_or_404(Activity, code=activity, plan_item__plan=plan)
    services.release(actor=request.user, item=_item(plan, position), activity=row)
    messages.success(request, f"“{row}”不再计入这一项。")
    return redirect("activities:plan_item", code, position)
