"""Voters' opinions: the list, which is a unit's inbox too, one opinion with its thread, and its steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, F, Prefetch, Q, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from congress import listing
from congress.access import may
from congress.context import frame_of
from congress.errors import DomainError
from congress.imports import downloads
from congress.models import Area, Organisation, User
from congress.periods import Period
from deputies import filters
from deputies.enums import OPINION_TRANSITIONS, OpinionState, Urgency, Way
from deputies.forms.opinions import (
    AnswerForm,
    CloseForm,
    LoneOpinionForm,
    OpinionForm,
    PassOnForm,
    ReopenForm,
    StepForm,
    TakeForm,
    TellForm,
    responsible_choices,
)
from deputies.models import Deputy, Mandate, Opinion, OpinionCategory, VoterContact
from deputies.resources.opinions import OpinionResource
from deputies.services import opinions as services
from deputies.services import privacy
from deputies.tables.opinions import DONE, OPINION_FIELDS, opinions_table, state_tag, urgency_tag

_OVERDUE = "overdue"
_FILTERS = ("area", *filters.WHO, "way", "urgency", "category", "responsible", "deputy", "period", "told", "settled", "q")
_KEPT = ("state", "deputy", "told", "settled")  # filters that come with a link and have no control of their own
_OPEN_FIRST = Case(When(state=OpinionState.CLOSED, then=2), When(state=OpinionState.ANSWERED, then=1), default=0)
_DEPUTIES = Prefetch("deputies", Deputy.objects.prefetch_related(Prefetch("mandates", Mandate.objects.select_related("area"))))


@require_safe
def opinion_list(request: HttpRequest) -> HttpResponse:
    """``?state=`` (a state, or overdue) and the filters; the open ones first, by their day."""
    asked, rows = _asked(request)
    overdue = _overdue()
    counts = rows.order_by().aggregate(
        all=Count("pk"),
        overdue=Count("pk", filter=overdue),
        **{state.value: Count("pk", filter=Q(state=state)) for state in OpinionState},
    )
    rows = _in_state(rows, asked["state"]).order_by(_OPEN_FIRST, F("due_on").asc(nulls_last=True), "-created_at", "-pk")
    known = counts[asked["state"] if asked["state"] in counts else "all"]
    page = listing.page_of(request, rows.values_list(*OPINION_FIELDS, named=True), count=known)
    tabs = [("", "全部"), (_OVERDUE, "已超期"), *((state.value, state.label) for state in OpinionState)]
    context = {
        "asked": asked,
        "filtered": any(asked[name] for name in _FILTERS),
        "kept": [(name, asked[name]) for name in _KEPT if asked[name]],
        "tabs": [(key, label, counts[key or "all"]) for key, label in tabs],
        "units": _units(request),
        "ways": Way.choices,
        "urgencies": Urgency.choices,
        "categories": OpinionCategory.objects.filter(parent=None),
        "may_add": may(request.user, "deputies.add_opinion"),
        "organisations": Organisation.objects.filter(pk__in=Opinion.objects.visible_to(request.user).order_by().values("responsible")),
        "periods": _periods(asked["period"]),
        **({} if frame_of(request).in_hand else filters.choices(request.user, terms=False)),  # a page of many questions
        "may_import": may(request.user, OpinionResource.import_rule),
        "may_export": may(request.user, OpinionResource.export_rule),
        "page": page,
        "table": opinions_table(page.object_list, request=request),
    }
    response = render(request, "deputies/opinions/list.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook. Who took it out is in the audit trail."""
    if not may(request.user, OpinionResource.export_rule):
        raise PermissionDenied
    asked, rows = _asked(request)
    return downloads.rows(request, OpinionResource(), OpinionResource.with_all(_in_state(rows, asked["state"])))


def _overdue() -> Q:
    return ~Q(state__in=DONE) & Q(due_on__lt=timezone.localdate())


def _in_state(rows: QuerySet[Opinion], state: str) -> QuerySet[Opinion]:
    if state == _OVERDUE:
        return rows.filter(_overdue())
    return rows.filter(state=state) if state in OpinionState.values else rows


def _asked(request: HttpRequest) -> tuple[dict[str, str], QuerySet[Opinion]]:
    """What was asked, and the opinions that fit all of it but the state."""
    asked = {name: request.GET.get(name, "").strip() for name in (*_FILTERS, "state")}
    chosen: dict[str, Any] = {"way": asked["way"], "urgency": asked["urgency"], "responsible__code": asked["responsible"]}
    rows = Opinion.objects.visible_to(request.user).filter(**{name: value for name, value in chosen.items() if value})
    if asked["area"]:
        rows = rows.filter(area__in=filters.within(asked["area"]))
    rows = filters.in_term(rows, asked, "created_at", is_moment=True)
    if (people := filters.people(asked)) is not None:
        raised = Opinion.deputies.through.objects.filter(deputy__in=people.values("pk"))
        rows = rows.filter(pk__in=raised.values("opinion"))
    if asked["category"].isdecimal():
        rows = rows.filter(Q(category=int(asked["category"])) | Q(category__parent=int(asked["category"])))
    if asked["deputy"]:
        rows = rows.filter(pk__in=Opinion.objects.filter(deputies__code=asked["deputy"]).values("pk"))
    if period := filters.period(asked["period"]):
        rows = rows.filter(created_at__date__range=(period.start, period.end))
    if period := filters.period(asked["told"]):
        rows = rows.filter(told_on__range=(period.start, period.end))
    if asked["settled"]:
        rows = rows.filter(state=OpinionState.CLOSED, is_settled=asked["settled"] == "yes")
    if asked["q"]:
        rows = rows.filter(Q(text__contains=asked["q"]) | Q(code__startswith=asked["q"]) | Q(place__contains=asked["q"]))
    return asked, rows


def _periods(asked: str) -> list[Period]:
    """This quarter and the one before, this year and the last two, and the one asked for."""
    today = timezone.localdate()
    quarter, year = Period.containing(today, "quarter"), Period.year(today.year)
    here = filters.period(asked)
    return list(dict.fromkeys([quarter, quarter.previous, year, year.previous, year.previous.previous, *([here] if here else [])]))


def _units(request: HttpRequest) -> QuerySet[Area]:
    """The home district's towns and subdistricts; the frame has read the congress already."""
    home, units = frame_of(request).congress, Area.objects.active().town_level()
    return units.within(home.area) if home else units


# ---- a new one, out of a contact or alone


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, code: str) -> HttpResponse:
    seen = VoterContact.objects.visible_to(request.user).select_related("area").prefetch_related(_DEPUTIES)
    contact = get_object_or_404(seen, code=code)
    if not may(request.user, "deputies.record_opinion", contact):
        raise PermissionDenied
    may_direct = may(request.user, "deputies.direct_opinion_of", contact)
    form = OpinionForm(
        request.POST or None,
        words=contact.text,
        paths=[contact.area.path],
        may_direct=may_direct,
        initial={"place": contact.place, "responsible": _nearest([contact.area.path])},
    )
    return _recorded(request, form, contact)


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    """One that came without a contact: by letter, or raised at a meeting."""
    if not may(request.user, "deputies.add_opinion"):
        raise PermissionDenied
    form = LoneOpinionForm(request.POST or None, user=request.user)
    if not form.on_behalf and request.method != "POST":
        form.initial["responsible"] = _nearest(form.own_paths)
    return _recorded(request, form)


def _nearest(paths: list[str]) -> Organisation | None:
    """The town's own organisation, else the office."""
    return responsible_choices(paths, may_direct=False).order_by("-area__path", "code").first()


def _recorded(request: HttpRequest, form: OpinionForm, contact: VoterContact | None = None) -> HttpResponse:
    """Records what was posted and leads to it; else the form, with what was typed."""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        whose = {"contact": contact} if contact else {"deputies": data["deputies"], "area": data["area"]}
        try:
            opinion = services.record(
                actor=request.user,
                text=data["text"],
                category=OpinionCategory.objects.filter(pk=data["category"]).first() if data["category"] else None,
                place=data["place"],
                urgency=data["urgency"],
                way=data["way"],
                result=data["result"],
                responsible=data["responsible"],
                due_on=data.get("due_on"),
                **whose,
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已登记，编号 {opinion.code}。办到哪一步，会在这里看到。")
            return redirect("deputies:opinion", opinion.code)
    context = {"contact": contact, "form": form}
    return render(request, "deputies/opinions/new.html", context, status=422 if form.errors else 200)


# ---- one opinion, and its steps


@dataclass(frozen=True)
class Step:
    """What can be done with an opinion now: the form, the word on its button and the rule that opens it."""

    key: str
    state: OpinionState | None
    permission: str
    title: str
    icon: str
    form: type[StepForm]
    done: str


STEPS = (
    Step("pass-on", OpinionState.PASSED_ON, "deputies.pass_on_opinion", "转办", "send", PassOnForm, "已转办。"),
    Step("take", OpinionState.IN_HAND, "deputies.take_opinion_in_hand", "开始办理", "run", TakeForm, "已开始办理。"),
    Step("answer", OpinionState.ANSWERED, "deputies.answer_opinion", "答复", "quote", AnswerForm, "已答复，已通知代表告知选民。"),
    Step("tell", None, "deputies.follow_opinion", "告知选民", "phone", TellForm, "已记下告知选民的日期。"),
    Step("close", OpinionState.CLOSED, "deputies.follow_opinion", "办结", "check", CloseForm, "已办结。"),
    Step("reopen", OpinionState.REOPENED, "deputies.follow_opinion", "重新办理", "undo", ReopenForm, "已退回重新办理。"),
)
_BY_KEY = {step.key: step for step in STEPS}


def _found(request: HttpRequest, code: str) -> Opinion:
    rows = Opinion.objects.visible_to(request.user).select_related("area", "category__parent", "responsible", "contact", "created_by")
    return get_object_or_404(rows.prefetch_related(_DEPUTIES), code=code)


def _is_open(step: Step, opinion: Opinion, user: User) -> bool:
    """Whether the step can be taken now, by this person."""
    state = OpinionState(opinion.state)
    match step.key:
        case "tell":
            fits = state == OpinionState.ANSWERED and opinion.told_on is None
        case "close":
            fits = state == OpinionState.ANSWERED and opinion.told_on is not None
        case "answer":
            fits = step.state in OPINION_TRANSITIONS[state] and opinion.responsible_id is not None
        case _:
            fits = step.state in OPINION_TRANSITIONS[state]
    return fits and may(user, step.permission, opinion) and (step.key != "pass-on" or services.may_pass_on_now(user, opinion))


def _form(step: Step, opinion: Opinion, user: User, data: Any = None) -> forms.Form:
    options: dict[str, Any] = {"auto_id": f"{step.key}-%s", "initial": {"version": opinion.version}}
    if step.key == "pass-on":
        options |= {"area": opinion.area, "may_direct": may(user, "deputies.direct_opinion", opinion)}
        if opinion.way != Way.ON_THE_SPOT:
            options["initial"]["way"] = opinion.way
    return step.form(data, **options)


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, _found(request, code))


@never_cache
@require_POST
def open_voters(request: HttpRequest, code: str) -> HttpResponse:
    """The opinion with the voters behind it in full. A POST, so that opening is an act of its own and leaves its audit row."""
    opinion = _found(request, code)
    return _page(request, opinion, people=privacy.open_voters_of_opinion(actor=request.user, opinion=opinion))


@require_POST
def step(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """One step of the opinion; a refusal stands on its form, with what was typed."""
    if key not in _BY_KEY:
        raise Http404
    asked, opinion = _BY_KEY[key], _found(request, code)
    if not may(request.user, asked.permission, opinion):
        raise PermissionDenied
    form = _form(asked, opinion, request.user, request.POST)
    if form.is_valid():
        try:
            _SERVICES[key](actor=request.user, opinion=opinion, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, asked.done)
            return redirect("deputies:opinion", code)
    return _page(request, opinion, asked, form)


_SERVICES = {
    "pass-on": services.pass_on,
    "take": services.take_in_hand,
    "answer": services.answer,
    "tell": services.tell_voter,
    "close": services.close,
    "reopen": services.reopen,
}


def _page(
    request: HttpRequest, opinion: Opinion, refused: Step | None = None, form: Any = None, people: list[privacy.Person] | None = None
) -> HttpResponse:
    """``people`` are the voters in full, when they were opened; else those who have the matter in hand see them masked."""
    may_open = opinion.contact is not None and may(request.user, "deputies.open_opinion_voters", opinion)
    open_steps = [each for each in STEPS if _is_open(each, opinion, request.user) or each is refused]
    seen = VoterContact.objects.visible_to(request.user)
    context = {
        "opinion": opinion,
        "state": state_tag(opinion.state, opinion.is_settled),
        "urgency": urgency_tag(opinion.urgency),
        "is_answered": opinion.state in DONE,
        "thread": _thread(opinion),
        "actions": [(each, form if each is refused else _form(each, opinion, request.user)) for each in open_steps],
        "refused": refused,
        "first": _first(open_steps, opinion, request.user),
        "people": [privacy.masked(voter) for voter in opinion.contact.voters.all()] if may_open and people is None else people,  # type: ignore[union-attr]
        "is_open": people is not None,
        "may_open_contact": opinion.contact_id is not None and seen.filter(pk=opinion.contact_id).exists(),
    }
    return render(request, "deputies/opinions/detail.html", context, status=422 if refused else 200)


def _first(steps: list[Step], opinion: Opinion, user: User) -> Step | None:
    """What stands open on the page: nothing, while the matter rests with somebody else."""
    theirs = opinion.responsible_id is None or may(user, "deputies.take_opinion_in_hand", opinion)
    return next(
        (each for each in steps if theirs and each.key != "pass-on" or opinion.responsible_id is None or each.key in ("tell", "close")),
        None,
    )


def _thread(opinion: Opinion) -> list[tuple[Any, str, str]]:
    """Each step with its title and drawing; telling the voter leaves the state as it was."""
    found, before = [], ""
    for entry in opinion.steps.select_related("responsible", "actor").order_by("pk"):
        title, drawing = entry.get_state_display(), _KNOTS[OpinionState(entry.state)]
        if entry.state == before == OpinionState.ANSWERED:
            title, drawing = "告知选民", "phone"
        elif entry.state == OpinionState.PASSED_ON:
            title = f"{title}：{entry.get_way_display()}"
        found.append((entry, title, drawing))
        before = entry.state
    return found


_KNOTS = {
    OpinionState.RECORDED: "quote",
    OpinionState.PASSED_ON: "send",
    OpinionState.IN_HAND: "run",
    OpinionState.ANSWERED: "file",
    OpinionState.CLOSED: "check",
    OpinionState.REOPENED: "undo",
}
