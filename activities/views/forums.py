"""Opinion forums: the list, opening one, its page with every step, and its agenda."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.enums import FORUM_TRANSITIONS, ForumState
from activities.forms.forums import ArrangeForm, CancelForm, ForumForm, HoldForm, SendForm, SummaryForm, VersionForm
from activities.models import ActivityRule, ForumItem, OpinionForum
from activities.services import forum_items, forum_papers
from activities.services import forums as service
from activities.tables.forums import forums_table, items_table, state_tag
from congress import listing
from congress.access import may
from congress.errors import DomainError
from congress.models import Document
from congress.periods import Period
from congress.views.areas import home_units
from deputies.forms.fields import show_refusal

_METHODS = ["GET", "HEAD", "POST"]


def found(request: HttpRequest, code: str) -> OpinionForum:
    rows = OpinionForum.objects.visible_to(request.user).select_related("area", "organiser")
    return get_object_or_404(rows, code=code)


def _managed(request: HttpRequest, code: str) -> OpinionForum:
    forum = found(request, code)
    if not may(request.user, "activities.manage_forum", forum):
        raise PermissionDenied
    return forum


def period_of(code: str) -> Period | None:
    """The period an address names; nothing for what is none."""
    try:
        return Period.parse(code) if code else None
    except ValueError:
        return None


def halves(asked: str) -> list[tuple[str, str]]:
    """The last eight half-years, and the period asked for where it is another one."""
    half = Period.containing(timezone.localdate(), "half")
    rows = []
    for _ in range(8):
        rows.append((half.code, half.label))
        half = half.previous
    period = period_of(asked)
    return rows if period is None or (asked, period.label) in rows else [(asked, period.label), *rows]


@require_safe
def forum_list(request: HttpRequest) -> HttpResponse:
    """``?area=`` takes in what lies within, ``?held=`` is the period in which a forum was held."""
    asked = {name: request.GET.get(name, "").strip() for name in ("area", "state", "held", "q")}
    rows = OpinionForum.objects.visible_to(request.user)
    if asked["area"]:
        rows = rows.filter(area__path__contains=f"{asked['area']}/")
    if asked["state"] in ForumState.values:
        rows = rows.filter(state=asked["state"])
    if period := period_of(asked["held"]):
        rows = rows.held_in(period)
    if asked["q"]:
        rows = rows.filter(Q(topic__icontains=asked["q"]) | Q(code__startswith=asked["q"]))
    page = listing.page_of(request, with_counts(rows.select_related("area")).order_by("-planned_on", "-pk"))
    context = {
        "page": page,
        "table": forums_table(page.object_list),
        "figs": _figures(request, rows),
        "asked": asked,
        "filtered": any(asked.values()),
        "units": home_units(),
        "states": ForumState.choices,
        "halves": halves(asked["held"]),
        "may_add": may(request.user, "activities.add_forum"),
        "open": list(OpinionForum.objects.open_to(request.user, timezone.localdate())),
    }
    response = render(request, "activities/forums/list.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def with_counts(rows: QuerySet[OpinionForum]) -> QuerySet[Any]:
    return rows.annotate(
        count_items=Count("items"),
        count_fed_back=Count("items", filter=Q(items__fed_back_on__isnull=False)),
        count_adopted=Count("items", filter=Q(items__is_adopted=True)),
    )


def _figures(request: HttpRequest, rows: QuerySet[OpinionForum]) -> list[dict[str, Any]]:
    """Of the forums listed: held, and of the matters one may see, reflected, fed back and adopted. Two queries."""
    held = rows.filter(held_on__isnull=False).count()
    items = ForumItem.objects.visible_to(request.user).filter(forum__in=rows.order_by().values("pk"), forum__held_on__isnull=False)
    counts = items.aggregate(
        all=Count("pk"), waiting=Count("pk", filter=Q(forum__sent_on__isnull=False, fed_back_on__isnull=True)), adopted=Count("pk", filter=Q(is_adopted=True))
    )  # fmt: skip
    kept = {name: request.GET[name] for name in ("area", "held") if request.GET.get(name)}

    def tile(label: str, key: str, value: int) -> dict[str, Any]:
        asked = {**kept, "state": key}
        return {"label": label, "value": value, "unit": "件", "url": f"{reverse('activities:forum_items')}?{urlencode(asked)}"}

    return [
        {"label": "已举行", "value": held, "unit": "次", "url": ""},
        tile("反映意见", "reflected", counts["all"]),
        tile("待反馈", "waiting", counts["waiting"]),
        tile("采纳", "adopted", counts["adopted"]),
    ]


# ---- opening and changing


@require_http_methods(_METHODS)
def new(request: HttpRequest) -> HttpResponse:
    if not may(request.user, "activities.add_forum"):
        raise PermissionDenied
    form = ForumForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        asked = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        try:
            forum = service.open_forum(actor=request.user, **asked)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"已开始征集，编号 {forum.code}，并通知范围内的代表。")
            return redirect("activities:forum", forum.code)
    context = {"form": form, "heading": "举办民情反映会", "back": reverse("activities:forums"), "action": "开始征集并通知代表"}
    return render(request, "activities/forums/form.html", context, status=422 if form.errors else 200)


@require_http_methods(_METHODS)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    forum = _managed(request, code)
    form = ForumForm(request.POST or None, user=request.user, forum=forum)
    if request.method == "POST" and form.is_valid():
        try:
            service.change_forum(actor=request.user, forum=forum, **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "已保存。")
            return redirect("activities:forum", code)
    back = reverse("activities:forum", args=[code])
    context = {"form": form, "forum": forum, "heading": "修改安排", "back": back, "action": "保存"}
    return render(request, "activities/forums/form.html", context, status=422 if form.errors else 200)


@require_http_methods(_METHODS)
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    forum = _managed(request, code)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service.cancel_forum(actor=request.user, forum=forum, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"已取消{forum}，并通知代表。")
            return redirect("activities:forums")
    return render(request, "activities/forums/cancel.html", {"form": form, "forum": forum}, status=422 if form.errors else 200)


@require_http_methods(_METHODS)
def arrange(request: HttpRequest, code: str) -> HttpResponse:
    """The agenda: the order of the matters, and who is to answer each."""
    forum = _managed(request, code)
    items = list(forum.items.select_related("deputy").order_by("number"))
    form = ArrangeForm(request.POST or None, items=items, initial={"version": forum.version})
    if request.method == "POST" and form.is_valid():
        try:
            service_answer = forum_items.arrange(
                actor=request.user, forum=forum, version=form.cleaned_data["version"], order=form.order(), given=form.given()
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "已保存议程。" if service_answer.version != forum.version else "没有改动。")
            return redirect("activities:forum", code)
    context = {"form": form, "forum": forum, "may_change": forum.state in (ForumState.COLLECTING, ForumState.HELD)}
    return render(request, "activities/forums/arrange.html", context, status=422 if form.errors else 200)


# ---- one forum


@dataclass(frozen=True)
class Step:
    """What can be done with a forum now: the form, the words on its button, and the state it leads to."""

    key: str
    title: str
    icon: str
    form: type[VersionForm]
    done: str
    state: ForumState | None = None


STEPS = (
    Step("hold", "开始会议", "run", HoldForm, "会议已开始，可以逐件记录。", ForumState.HELD),
    Step("send", "交办并通知承办单位", "send", SendForm, "已交办，并通知承办单位。", ForumState.SENT),
    Step("close", "办结", "check", VersionForm, "已办结，并告知报送意见的代表。", ForumState.CLOSED),
    Step("summary", "写会议情况", "pen", SummaryForm, "已保存会议情况。"),
)
_BY_KEY = {step.key: step for step in STEPS}
_SERVICES: dict[str, Any] = {"hold": service.hold, "send": service.send, "close": service.close, "summary": service.write_summary}


def _is_open(step: Step, forum: OpinionForum) -> bool:
    if step.state is None:
        return forum.state in (ForumState.HELD, ForumState.SENT)
    return step.state in FORUM_TRANSITIONS[ForumState(forum.state)]


def _form(step: Step, forum: OpinionForum, data: Any = None) -> forms.Form:
    initial = {"version": forum.version, "place": forum.place, "summary": forum.summary}
    if step.key == "send":
        initial["months"] = (ActivityRule.objects.first() or ActivityRule()).feedback_months
    return step.form(data, auto_id=f"{step.key}-%s", initial=initial)


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, found(request, code))


@require_POST
def step(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """One step of the forum; a refusal stands on its form, with what was typed."""
    if key not in _BY_KEY:
        raise Http404
    asked, forum = _BY_KEY[key], _managed(request, code)
    form = _form(asked, forum, request.POST)
    if form.is_valid():
        try:
            _SERVICES[key](actor=request.user, forum=forum, **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, asked.done)
            return redirect("activities:forum", code)
    return _page(request, forum, asked, form)


def _page(request: HttpRequest, forum: OpinionForum, refused: Step | None = None, form: Any = None) -> HttpResponse:
    managing = may(request.user, "activities.manage_forum", forum)
    steps = [each for each in STEPS if managing and (_is_open(each, forum) or each is refused)]
    counts = forum.items.aggregate(
        all=Count("pk"),
        given=Count("pk", filter=Q(unit__isnull=False)),
        recorded=Count("pk", filter=~Q(spoken="") | ~Q(response="")),
        fed_back=Count("pk", filter=Q(fed_back_on__isnull=False)),
        adopted=Count("pk", filter=Q(is_adopted=True)),
    )
    rows = ForumItem.objects.visible_to(request.user).filter(forum=forum).select_related("forum", "deputy", "unit").order_by("number")
    page = listing.page_of(request, rows)
    first = page.object_list[0] if page.object_list else None
    papers = forum_papers.printable(forum) if managing and counts["all"] else []
    documents = Document.objects.visible_to(request.user).filter(subject=forum.code, kind__in=_KINDS).select_related("batch")
    context = {
        "forum": forum,
        "period": Period.parse(forum.period).label,
        "state": state_tag(forum.state),
        "phases": _phases(forum, counts),
        "counts": counts,
        "managing": managing,
        "may_send_in": forum.state == ForumState.COLLECTING and may(request.user, "activities.send_in", forum)
        or managing and forum.state == ForumState.HELD,
        "actions": [(each, form if each is refused else _form(each, forum)) for each in steps],
        "refused": refused,
        "first": next((each for each in steps if each.state), None),
        "first_item": first,
        "page": page,
        "table": items_table(page.object_list, request=request, is_one_forum=True) if page.object_list else "",
        "papers": papers,
        "draft_done": request.GET.get("done", "")[:80],  # what the page before has sent: this device drops its draft
        "documents": documents.order_by("-batch__created_at", "position")[:8],
    }  # fmt: skip
    response = render(request, "activities/forums/detail.html", context, status=422 if refused else 200)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


_KINDS = (forum_papers.AGENDA, forum_papers.LIST, forum_papers.LIST_WORD, forum_papers.SUMMARY)


def _phases(forum: OpinionForum, counts: dict[str, int]) -> list[dict[str, Any]]:
    """会前、会中、会后 with where each is."""
    reached = list(ForumState).index(ForumState(forum.state))
    notes = [
        f"代表报送 {counts['all']} 件",
        f"已记录 {counts['recorded']} 件" if reached else "",
        f"已反馈 {counts['fed_back']} 件" if reached > 1 else "",
        f"采纳 {counts['adopted']} 件" if reached > 2 else "",
    ]
    return [
        {"label": state.label, "note": note, "css": "done" if number < reached or reached == 3 else "now" if number == reached else ""}
        for number, (state, note) in enumerate(zip(ForumState, notes, strict=True))
    ]


@require_POST
def paper(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Asks for one of the forum's papers and leads to its progress."""
    forum = _managed(request, code)
    if key not in forum_papers.PAPERS:
        raise Http404
    batch = forum_papers.request(actor=request.user, forum=forum, paper=key)
    return redirect("document_batch", batch.key)
