"""Matters of opinion forums: the list, which is a unit's inbox too, sending one in, minuting and answering it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.enums import ForumState
from activities.forms.forums import AssignForm, FeedbackForm, MinutesForm, SendInForDeputyForm, SendInForm, TextForm
from activities.models import ForumItem, OpinionForum
from activities.services import forum_items as service
from activities.services.forums import OPEN_OPINIONS
from activities.tables.forums import item_tag, items_table
from activities.views.forums import found as forum_found
from activities.views.forums import halves, period_of
from congress import listing
from congress.access import may
from congress.errors import Conflict, DomainError
from congress.models import Organisation
from congress.views.areas import home_units
from deputies.enums import Way
from deputies.forms.fields import show_refusal
from deputies.models import Deputy, Opinion

_METHODS = ["GET", "HEAD", "POST"]
_STATES = (
    ("", "全部"),
    ("waiting", "待反馈"),
    ("overdue", "已超期"),
    ("fed_back", "已反馈"),
    ("adopted", "采纳"),
    ("not_adopted", "未采纳"),
)


def _in_state(today: Any) -> dict[str, Q]:
    sent = Q(forum__sent_on__isnull=False)
    return {
        "": Q(),
        "reflected": Q(forum__held_on__isnull=False),
        "waiting": sent & Q(fed_back_on__isnull=True),
        "overdue": sent & Q(fed_back_on__isnull=True, due_on__lt=today),
        "fed_back": Q(fed_back_on__isnull=False),
        "adopted": Q(is_adopted=True),
        "not_adopted": Q(is_adopted=False),
    }


@require_safe
def item_list(request: HttpRequest) -> HttpResponse:
    """``?state=``, ``?held=`` (when its forum was held), ``?area=`` (of the forum), ``?deputy=``, ``?unit=``, ``?forum=``."""
    asked = {name: request.GET.get(name, "").strip() for name in ("area", "unit", "held", "deputy", "forum", "q", "state")}
    seen = ForumItem.objects.visible_to(request.user)
    rows = _asked(seen, asked)
    states = _in_state(timezone.localdate())
    counts = rows.order_by().aggregate(**{key or "all": Count("pk", filter=test) for key, test in states.items()})
    if asked["state"] in states:
        rows = rows.filter(states[asked["state"]])
    rows = rows.select_related("forum", "deputy", "unit")
    page = listing.page_of(request, rows.order_by(F("fed_back_on").asc(nulls_first=True), F("due_on").asc(nulls_last=True), "-pk"))
    context = {
        "asked": asked,
        "filtered": any(value for name, value in asked.items() if name != "state"),
        "kept": [(name, asked[name]) for name in ("deputy", "forum", "state") if asked[name]],
        "tabs": [(key, label, counts[key or "all"]) for key, label in _STATES],
        "units": home_units(),
        "organisations": Organisation.objects.filter(pk__in=seen.order_by().values("unit")),
        "halves": halves(asked["held"]),
        "page": page,
        "table": items_table(page.object_list, request=request),
    }
    response = render(request, "activities/forums/items.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _asked(rows: QuerySet[ForumItem], asked: dict[str, str]) -> QuerySet[Any]:
    chosen = {
        "forum__area__path__contains": f"{asked['area']}/" if asked["area"] else "",
        "unit__code": asked["unit"],
        "deputy__code": asked["deputy"],
        "forum__code": asked["forum"],
    }
    rows = rows.filter(**{name: value for name, value in chosen.items() if value})
    if period := period_of(asked["held"]):
        rows = rows.filter(forum__held_on__range=(period.start, period.end))
    if asked["q"]:
        words = asked["q"]
        rows = rows.filter(
            Q(text__icontains=words) | Q(code__startswith=words) | Q(forum__topic__icontains=words) | Q(deputy__name__icontains=words)
        )
    return rows


# ---- sending in


@require_http_methods(_METHODS)
def send_in(request: HttpRequest, code: str) -> HttpResponse:
    """A deputy's own matter on the phone; for the staff any deputy's."""
    forum = forum_found(request, code)
    if not may(request.user, "activities.send_in", forum):
        raise PermissionDenied
    managing = may(request.user, "activities.manage_forum", forum)
    own = getattr(request.user, "deputy", None)
    form: SendInForm
    if managing:
        waiting = _opinions(forum).filter(area__path__startswith=forum.area.path)
        form = SendInForDeputyForm(request.POST or None, area=forum.area, opinions=waiting, initial=_taken_along(request, waiting))
    else:
        waiting = _opinions(forum).filter(deputies=own)
        form = SendInForm(request.POST or None, opinions=waiting, initial=_taken_along(request, waiting))
    if request.method == "POST" and form.is_valid():
        data = {"deputy": own, **form.cleaned_data}
        try:
            item = service.add(actor=request.user, forum=forum, **data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"已报送，编号 {item.code}。")
            return redirect(f"{reverse('activities:forum_item', args=[item.code])}?done=send-in-{forum.code}")
    context = {"forum": forum, "form": form, "managing": managing, "deputies": getattr(form, "deputies", ())}
    return render(request, "activities/forums/send_in.html", context, status=422 if form.errors else 200)


def _opinions(forum: OpinionForum) -> QuerySet[Opinion]:
    """Voters' opinions that go to a forum and are in none yet."""
    rows = Opinion.objects.filter(way=Way.FORUM, state__in=OPEN_OPINIONS, forum_items__isnull=True)
    return rows.order_by("-created_at", "-pk")


def _taken_along(request: HttpRequest, waiting: QuerySet[Opinion]) -> dict[str, Any]:
    """What the form begins with when one comes from a voter's opinion (``?opinion=``)."""
    opinion = waiting.filter(code=request.GET.get("opinion", "")).prefetch_related("deputies").first()
    if opinion is None:
        return {}
    deputy: Deputy | None = next(iter(opinion.deputies.all()), None)
    return {"opinion": opinion, "text": opinion.text, "deputy": deputy.code if deputy else ""}


# ---- one matter


@dataclass(frozen=True)
class Step:
    """What can be done with a matter: its form, the word on its button and the rule that opens it."""

    key: str
    title: str
    icon: str
    permission: str
    form: type[forms.Form]
    states: tuple[ForumState, ...]
    done: str


STEPS = (
    Step("feedback", "填写反馈", "send", "activities.feed_back", FeedbackForm, (ForumState.SENT,), "已反馈，并告知反映的代表。"),
    Step(
        "assign",
        "确定承办单位和期限",
        "user",
        "activities.manage_forum_item",
        AssignForm,
        (ForumState.COLLECTING, ForumState.HELD, ForumState.SENT),
        "已保存承办单位和期限。",
    ),
    Step(
        "text",
        "修改内容",
        "pen",
        "activities.change_forum_item",
        TextForm,
        (ForumState.COLLECTING, ForumState.HELD),
        "已保存。",
    ),
)
_BY_KEY = {step.key: step for step in STEPS}
_SERVICES: dict[str, Any] = {"feedback": service.feed_back, "assign": service.assign, "text": service.change}


def _found(request: HttpRequest, code: str) -> ForumItem:
    rows = ForumItem.objects.visible_to(request.user).select_related("forum__area", "forum__organiser", "deputy", "unit", "opinion")
    return get_object_or_404(rows, code=code)


def _is_open(step: Step, item: ForumItem, user: Any) -> bool:
    if step.key == "assign" and item.fed_back_on is not None:
        return False
    return item.forum.state in step.states and may(user, step.permission, item)


def _form(step: Step, item: ForumItem, data: Any = None) -> forms.Form:
    saw = {"feedback": service.seen_feedback(item), "text": service.seen(item.text)}.get(step.key, "")
    adopted = {True: "yes", False: "no", None: None}[item.is_adopted]
    initial = {"text": item.text, "feedback": item.feedback, "is_adopted": adopted, "unit": item.unit, "due_on": item.due_on, "saw": saw}
    return step.form(data, auto_id=f"{step.key}-%s", initial=initial)


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, _found(request, code))


@require_POST
def step(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """One step of the matter; a refusal stands on its form, with what was typed."""
    if key not in _BY_KEY:
        raise Http404
    asked, item = _BY_KEY[key], _found(request, code)
    if not may(request.user, asked.permission, item):
        raise PermissionDenied
    form = _form(asked, item, request.POST)
    if form.is_valid():
        try:
            _SERVICES[key](actor=request.user, item=item, **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
            return _page(request, _found(request, code), asked, form, isinstance(refusal, Conflict))
        messages.success(request, asked.done)
        return redirect(f"{reverse('activities:forum_item', args=[code])}?done=forum-{key}-{code}")
    return _page(request, item, asked, form)


def _page(request: HttpRequest, item: ForumItem, refused: Step | None = None, form: Any = None, conflict: bool = False) -> HttpResponse:
    open_steps = [each for each in STEPS if _is_open(each, item, request.user) or each is refused]
    manages = may(request.user, "activities.manage_forum_item", item)
    theirs = item.fed_back_on is None and (not manages or refused is not None)
    seen_opinion = item.opinion_id and Opinion.objects.visible_to(request.user).filter(pk=item.opinion_id).exists()
    if conflict:
        form = _compared(form, _form(refused, item))  # type: ignore[arg-type]
    context = {
        "item": item,
        "forum": item.forum,
        "state": item_tag(item),
        "actions": [(each, form if each is refused else _form(each, item)) for each in open_steps],
        "refused": refused,
        "first": next((each for each in open_steps if each.key == "feedback" and theirs), None),
        "may_minute": manages and item.forum.state in (ForumState.HELD, ForumState.SENT),
        "may_withdraw": item.forum.state == ForumState.COLLECTING and may(request.user, "activities.change_forum_item", item),
        "sees_opinion": seen_opinion,
        "draft_done": _done(request),
    }
    status = 409 if conflict else 422 if refused else 200
    return render(request, "activities/forums/item.html", context, status=status)


def _done(request: HttpRequest) -> str:
    """The draft that the page before has sent; this device then drops it."""
    return request.GET.get("done", "")[:80]


def _compared(form: forms.Form, now: forms.Form) -> forms.Form:
    """The form with what was typed, ready to be sent once more over what is stored now."""
    form.data = form.data.copy()
    form.data["saw"] = now.initial["saw"]
    return form


@require_http_methods(_METHODS)
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Asks, then takes the matter off the agenda."""
    item = _found(request, code)
    if not may(request.user, "activities.change_forum_item", item):
        raise PermissionDenied
    if request.method == "POST":
        service.withdraw(actor=request.user, item=item)
        messages.success(request, "已撤回。")
        return redirect("activities:forum", item.forum.code)
    context = {
        "question": f"撤回第{item.number}件？",
        "text": f"“{item.text[:60]}”将不再列入民情反映会，不能恢复。",
        "action": "撤回",
        "back": reverse("activities:forum_item", args=[code]),
    }
    return render(request, "components/confirm.html", context)


@require_http_methods(_METHODS)
def minutes(request: HttpRequest, code: str) -> HttpResponse:
    """One page a matter during the meeting: what the deputy says, what the department answers.

    Whoever saves after somebody else gets 409 and both texts: the stored one to read, their own still in the form.
    """
    item = _found(request, code)
    if not may(request.user, "activities.manage_forum_item", item):
        raise PermissionDenied
    if item.forum.state not in (ForumState.HELD, ForumState.SENT):
        raise DomainError(f"民情反映会现为“{item.forum.get_state_display()}”，不能记录发言。")
    initial = {"spoken": item.spoken, "response": item.response, "saw": service.seen_minutes(item)}
    form = MinutesForm(request.POST or None, initial=initial)
    stored, status = None, 200
    following = item.forum.items.filter(number__gt=item.number).order_by("number").first()
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                service.write_minutes(actor=request.user, item=item, **form.cleaned_data)
            except Conflict as refusal:
                form.add_error(None, str(refusal))
                stored, status = _found(request, code), 409
                form = _with_mark(form, stored)
            else:
                ahead = following if "go_on" in request.POST and following else item
                done = f"?done=minutes-{item.code}"
                if ahead is item and "go_on" in request.POST:
                    messages.success(request, "最后一件已保存。")
                    return redirect(reverse("activities:forum", args=[item.forum.code]) + done)
                messages.success(request, f"第{item.number}件已保存。")
                return redirect(reverse("activities:forum_minutes", args=[ahead.code]) + done)
    context = {
        "item": item,
        "forum": item.forum,
        "form": form,
        "stored": stored,
        "total": item.forum.items.count(),
        "before": item.forum.items.filter(number__lt=item.number).order_by("-number").first(),
        "following": following,
        "draft_done": f"minutes-{item.code}" if stored else _done(request),
    }
    return render(request, "activities/forums/minutes.html", context, status=status)


def _with_mark(form: MinutesForm, stored: ForumItem) -> MinutesForm:
    """The same form with the mark of what is stored now: sent once more, it replaces it knowingly."""
    form.data = form.data.copy()
    form.data["saw"] = service.seen_minutes(stored)
    return form
