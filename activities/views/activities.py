"""Activities: the list, one activity with its steps, planning, changing, copying and printing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Avg, Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities import workbooks
from activities.enums import TOOK_PLACE, ActivityKind, ActivityState, ForwardingState, ParticipationState
from activities.forms.activities import ActivityForm, CopyForm, FilesForm, RateForm, ReasonForm
from activities.models import Activity, Participation, Theme, TrainingBatch
from activities.services import activities as service
from activities.services import activities_invitations as invitations
from activities.services import activities_papers as papers
from activities.services import activities_results as results
from activities.services.activities import Overlap
from activities.tables.activities import Heads, activities_table, answer_tag, participants_table, state_tag
from congress import listing
from congress.access import may
from congress.documents.registry import XLSX
from congress.errors import DomainError
from congress.models import Document
from congress.periods import Period
from congress.services import audit
from congress.views.areas import home_units
from congress.workdays import for_request
from deputies.forms.fields import show_refusal
from deputies.models import Deputy, DeputyGroup

METHODS = ["GET", "HEAD", "POST"]
_ASKED = ("period", "kind", "area", "state", "took", "group", "theme", "present", "by", "q")
_STEPS = (
    (ActivityState.PLANNED, "计划"),
    (ActivityState.ANNOUNCED, "通知报名"),
    (ActivityState.HELD, "举行"),
    (ActivityState.FORWARDED, "转交反馈"),
    (ActivityState.CLOSED, "办结"),
)


def found(request: HttpRequest, code: str) -> Activity:
    """The activity, where the person may see it."""
    rows = Activity.objects.visible_to(request.user).select_related("organiser__area", "area", "group", "platform", "created_by")
    return get_object_or_404(rows, code=code)


def run(request: HttpRequest, code: str, permission: str = "activities.run") -> Activity:
    """The activity, where the person sees to it."""
    activity = found(request, code)
    if not may(request.user, permission, activity):
        raise PermissionDenied
    return activity


# ---- the list


@require_safe
def activity_list(request: HttpRequest) -> HttpResponse:
    asked, rows = _asked(request)
    page = listing.page_of(request, rows.select_related("organiser", "group").order_by("-starts_at", "-pk"))
    period = _period(asked["period"])
    units = home_units()
    context = {
        "page": page,
        "table": activities_table(heads_of(page.object_list)).render(page.object_list),
        "asked": asked,
        "filtered": any(asked.values()),
        "kinds": ActivityKind.choices,
        "several_kinds": _several_kinds(asked["kind"]),
        "states": ActivityState.choices,
        "units": units,
        "themes": Theme.objects.filter(is_active=True).values_list("name", flat=True),
        "periods": list(dict.fromkeys([*_periods(), *([period] if period else [])])),
        "narrowed": _narrowed(request, asked),
        "may_plan": may(request.user, "activities.plan"),
    }
    response = render(request, "activities/activities/list.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _asked(request: HttpRequest) -> tuple[dict[str, str], QuerySet[Activity]]:
    """What was asked, and the activities that fit."""
    asked = {name: request.GET.get(name, "").strip() for name in _ASKED}
    rows = Activity.objects.visible_to(request.user)
    if period := _period(asked["period"]):
        rows = rows.within(period)
    rows = rows.of_kinds(asked["kind"])
    if asked["area"]:
        rows = rows.filter(area__path__contains=f"{asked['area']}/")
    if asked["state"]:
        rows = rows.filter(state=asked["state"])
    if asked["took"]:
        rows = rows.took_place()
    if asked["group"]:
        rows = rows.filter(group__code=asked["group"])
    if asked["by"]:
        rows = rows.filter(organiser__area__code=asked["by"])
    if asked["theme"]:
        rows = rows.filter(pk__in=Activity.themes.through.objects.filter(theme__name=asked["theme"]).values("activity"))
    if asked["present"]:
        rows = rows.filter(pk__in=Participation.objects.present().filter(deputy__code=asked["present"]).values("activity"))
    if asked["q"]:
        rows = rows.matching(asked["q"])
    return asked, rows


def _period(code: str) -> Period | None:
    try:
        return Period.parse(code) if code else None
    except ValueError:
        return None


def _periods() -> list[Period]:
    """This month and the next, this quarter and the one before, this year and the last, for the filter."""
    today = timezone.localdate()
    month, quarter, year = (Period.containing(today, unit) for unit in ("month", "quarter", "year"))
    return [month, month.next, quarter, quarter.previous, year, year.previous]


def _several_kinds(kinds: str) -> str:
    """The names of several kinds asked for at once, as a figure leads here."""
    names = [ActivityKind(kind).label for kind in kinds.split("|") if kind in ActivityKind.values]
    return "、".join(names) if "|" in kinds else ""


def _narrowed(request: HttpRequest, asked: dict[str, str]) -> list[tuple[str, str, str]]:
    """What narrows the list beside the filters, as (name, value, words): a group, a deputy, an organiser's area. Kept in the form."""
    words = []
    if asked["group"]:
        name = DeputyGroup.objects.filter(code=asked["group"]).values_list("name", flat=True).first()
        words.append(("group", asked["group"], f"{name or '这个小组'}的活动"))
    if asked["present"]:
        name = Deputy.objects.visible_to(request.user).filter(code=asked["present"]).values_list("name", flat=True).first()
        words.append(("present", asked["present"], f"{name or '这名代表'}到会的活动"))
    if asked["by"]:
        words.append(("by", asked["by"], "本级人大组织的活动"))
    if asked["took"]:
        words.append(("took", asked["took"], "已举行的"))
    return words


def heads_of(activities: Any) -> dict[int, Heads]:
    """How many are on the lists of these activities, and how many came. One query."""
    rows = Participation.objects.filter(activity__in=[activity.pk for activity in activities]).order_by().values_list("activity")
    counted = rows.annotate(invited=Count("pk"), came=Count("pk", filter=Q(state=ParticipationState.PRESENT)))
    return {pk: Heads(invited, present) for pk, invited, present in counted}


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook. Who took it out is in the audit trail."""
    _, rows = _asked(request)
    data, count = workbooks.activities_table(rows.order_by("starts_at", "pk"))
    audit.record(request.user, "activities.export_activities", changes={"rows": [None, count]})
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, "代表活动.xlsx")
    return response


# ---- one activity


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    activity = found(request, code)
    runs = may(request.user, "activities.run", activity)
    people = list(activity.participations.select_related("deputy").order_by("deputy__code"))
    mine = next((row for row in people if row.deputy.user_id == request.user.pk), None)
    if mine:
        mine.activity = activity
    forwardings = list(activity.forwardings.select_related("body"))
    calendar = for_request(request)
    rated = activity.participations.filter(rating__isnull=False).aggregate(mean=Avg("rating"), count=Count("pk"))
    now = timezone.now()
    open_list = activity.state in (ActivityState.PLANNED, ActivityState.ANNOUNCED)
    answering = activity.state == ActivityState.ANNOUNCED and activity.starts_at > now
    context = {
        "activity": activity,
        "when": service.when(activity),
        "state": state_tag(activity.state),
        "steps": _steps(activity),
        "runs": runs,
        "may_forward": may(request.user, "activities.forward", activity)
        and activity.state in (ActivityState.HELD, ActivityState.FORWARDED),
        "mine": mine,
        "my_answer": answer_tag(mine.state) if mine else "",
        "may_answer": bool(mine) and answering,
        "may_sign_up": bool(mine) and answering and not (activity.sign_up_until and activity.sign_up_until <= now),
        "clashes": invitations.clashes(mine) if mine and answering else [],
        "may_rate": bool(mine) and activity.state in TOOK_PLACE and mine.state == ParticipationState.PRESENT,
        "rate_form": RateForm(initial={"rating": mine.rating, "comment": mine.comment}) if mine else None,
        "people": people,
        "counts": _counts(people),
        "people_table": participants_table(own=runs, decide=_decider(request, activity) if runs and open_list else None).render(people),
        "leaves": [row for row in people if row.state == ParticipationState.LEAVE_ASKED] if runs else [],
        "speeches": [row for row in people if row.spoke],
        "themes": list(activity.themes.all()),
        "forwardings": [(row, results.steps_of(row, calendar)) for row in forwardings],
        "files": list(activity.files.all()),
        "files_form": FilesForm() if runs else None,
        "took_place": activity.state in TOOK_PLACE,
        "begun": activity.starts_at <= now,
        "open": activity.state not in (ActivityState.CLOSED, ActivityState.CANCELLED),
        "may_close": all(row.state == ForwardingState.ANSWERED for row in forwardings),
        "rated": rated,
        "comments": [row.comment for row in people if row.comment] if runs else [],
        "papers": papers.PAPERS if runs else (),
        "documents": _documents(request, activity),
    }
    return render(request, "activities/activities/detail.html", context)


def _steps(activity: Activity) -> list[dict[str, str]]:
    """Where it stands; what was never forwarded skips that step."""
    order = [state for state, _ in _STEPS]
    if activity.state == ActivityState.CANCELLED:
        return []
    at = order.index(ActivityState(activity.state))
    skipped = activity.state == ActivityState.CLOSED and not activity.forwardings.exists()
    return [
        {"label": label, "css": "now" if number == at else "done" if number < at else "", "note": ""}
        for number, (state, label) in enumerate(_STEPS)
        if not (skipped and state == ActivityState.FORWARDED)
    ]


def _counts(people: list[Participation]) -> list[tuple[str, int]]:
    """How many answered what, in the vocabulary's order."""
    return [(state.label, count) for state in ParticipationState if (count := sum(row.state == state for row in people))]


def _decider(request: HttpRequest, activity: Activity) -> Any:
    """The last column for those who run it: take off the list, before it begins."""
    address, token = reverse("activities:uninvite", args=[activity.code]), get_token(request)

    def decide(row: Participation) -> SafeString:
        if row.state == ParticipationState.PRESENT:
            return SafeString("")
        return format_html(
            '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<button class="btn btn--quiet" type="submit" name="deputy" value="{}">移出<span class="sr">{}</span></button></form>',
            address,
            token,
            row.deputy.code,
            row.deputy.name,
        )

    return decide


def _documents(request: HttpRequest, activity: Activity) -> list[Document]:
    """Its newest papers."""
    rows = Document.objects.filter(kind__in=[kind for kind, _ in papers.PAPERS], subject=activity.code)
    return list(rows.visible_to(request.user).select_related("batch").order_by("-pk")[:6])


# ---- planning


@require_http_methods(METHODS)
def new(request: HttpRequest) -> HttpResponse:
    if not may(request.user, "activities.plan"):
        raise PermissionDenied
    training = TrainingBatch.objects.managed_by(request.user).filter(code=request.GET.get("training", "")).first()
    asked: dict[str, Any] = {"kind": request.GET.get("kind", ""), "group": _group_asked(request)}
    if training is not None:
        asked |= {"training": training, "organiser": training.organiser_id, "area": training.area_id, "hours": training.hours}
    form = ActivityForm(request.POST or None, user=request.user, initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            activity = service.plan(actor=request.user, **form.asked())
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"已登记“{activity.title}”，编号 {activity.code}。下一步请邀请代表。")
            return redirect("activities:invite", activity.code)
    context = {"form": form, "heading": "安排活动", "back": reverse("activities:list")}
    return render(request, "activities/activities/form.html", context, status=422 if form.errors else 200)


def _group_asked(request: HttpRequest) -> int | None:
    code = request.GET.get("group", "")
    return DeputyGroup.objects.filter(code=code).values_list("pk", flat=True).first() if code else None


@require_http_methods(METHODS)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    activity = run(request, code)
    form = ActivityForm(request.POST or None, user=request.user, activity=activity)
    if request.method == "POST" and form.is_valid():
        asked = form.asked()
        was_in = service.quarter_of(activity)
        try:
            after = service.change(
                actor=request.user,
                activity=activity,
                version=form.cleaned_data["version"] or 0,
                despite_overlap=form.cleaned_data["despite_overlap"],
                **asked,
            )
        except Overlap as refusal:
            form.show_overlap(refusal)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            if service.quarter_of(after) != was_in:
                moved = f"活动从{was_in}移到了{service.quarter_of(after)}，两个季度的数据随之变化。"
                messages.warning(request, f"已保存。{moved}")
            else:
                messages.success(request, "已保存。" if after.version != activity.version else "没有改动。")
            return redirect(service.to_activity(activity))
    context = {"form": form, "activity": activity, "heading": f"修改“{activity.title}”", "back": service.to_activity(activity)}
    return render(request, "activities/activities/form.html", context, status=422 if form.errors else 200)


@require_http_methods(METHODS)
def copy(request: HttpRequest, code: str) -> HttpResponse:
    activity = run(request, code)
    start = timezone.localtime(activity.starts_at).replace(tzinfo=None)
    form = CopyForm(request.POST or None, initial={"starts_at": start})
    if request.method == "POST" and form.is_valid():
        try:
            made = service.copy(actor=request.user, activity=activity, starts=form.starts())
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            if len(made) == 1:
                messages.success(request, f"已复制为 {made[0].code}，名单一并带来。请核对后发通知。")
                return redirect(service.to_activity(made[0]))
            messages.success(
                request, f"已复制 {len(made)} 次，名单一并带来。请逐次核对后发通知。" if made else "这些时间都已经复制过，没有重复登记。"
            )
            return redirect(f"{reverse('activities:list')}?state={ActivityState.PLANNED}")
    context = {"form": form, "activity": activity, "heading": f"复制“{activity.title}”", "back": service.to_activity(activity)}
    return render(request, "activities/activities/copy.html", context, status=422 if form.errors else 200)


# ---- its steps


@require_POST
def announce(request: HttpRequest, code: str) -> HttpResponse:
    activity = service.announce(actor=request.user, activity=run(request, code))
    messages.success(request, "通知已发出，代表可以报名或请假。")
    return redirect(service.to_activity(activity))


@require_http_methods(METHODS)
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    activity = run(request, code)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service.cancel(actor=request.user, activity=activity, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "活动已取消，名单和报名情况都保留。")
            return redirect(service.to_activity(activity))
    context = {"form": form, "activity": activity, "back": service.to_activity(activity)}
    return render(request, "activities/activities/cancel.html", context, status=422 if form.errors else 200)


@require_POST
def hold(request: HttpRequest, code: str) -> HttpResponse:
    activity = service.hold(actor=request.user, activity=run(request, code))
    messages.success(request, "已登记举行，计入数据。请在三天内填写活动记录。")
    return redirect(service.to_activity(activity))


@require_POST
def close(request: HttpRequest, code: str) -> HttpResponse:
    activity = service.close(actor=request.user, activity=run(request, code))
    messages.success(request, "活动已办结。")
    return redirect(service.to_activity(activity))


@require_POST
def print_paper(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Asks for a paper and leads to where it appears."""
    batch = papers.request_paper(actor=request.user, activity=run(request, code), kind=kind)
    return redirect("document_batch", key=batch.key)
