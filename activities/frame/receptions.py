"""What reception days add to the frame: navigation, search, to-dos, panels and words of the audit trail."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from activities.enums import DutyTurn, ReceptionState, SwapState
from activities.models import ReceptionDay, ReceptionDuty, ReceptionSchedule, SwapRequest
from activities.querysets.receptions import of_own_towns
from activities.services import receptions
from activities.tables.receptions import state_tag
from congress import audit_actions, navigation, panels, search, todos
from congress.access import may
from congress.enums import Role
from congress.models import User
from congress.todos import Todo
from congress.workdays import add_months
from deputies.models import Deputy
from platforms.models import Platform

KIND = "接待选民日"
_MOST_TODOS = 200
_SHOWN = 3

WORDS = {
    "activities.keep_schedule": "修改接待日安排",
    "activities.request_rota": "排班",
    "activities.adjust_rota": "调整排班",
    "activities.adopt_rota": "采用轮值表",
    "activities.announce_reception": "公告接待选民日",
    "activities.change_reception_duties": "调整值班代表",
    "activities.cancel_reception": "取消接待选民日",
    "activities.hold_reception": "登记接待情况",
    "activities.close_duty": "撤下离任代表的值班",
    "activities.ask_swap": "提出换班",
    "activities.agree_swap": "同意换班",
    "activities.refuse_swap": "不同意换班",
    "activities.withdraw_swap": "撤回换班",
    "activities.wish": "填写值班意愿",
    "activities.take_back_wish": "删去值班意愿",
    "day": "接待日",
    "platforms": "平台",
    "months": "月数",
    "present": "到场代表",
    "wish": "值班意愿",
    "days_made": "排定的接待日",
    "days_redrawn": "重新排定的接待日",
    "days_kept": "没有改动的接待日",
    **{
        field.name: str(field.verbose_name)
        for field in ReceptionSchedule._meta.concrete_fields
        if field.name in {"rule", "number", "weekday", "shift", "notice_days", "ends_at", "starts_at"}
    },
    **dict(ReceptionState.choices),
    **dict(SwapState.choices),
    **dict(DutyTurn.choices),
}


# ---- to-dos


def waiting_for(user: User) -> Iterator[Todo]:
    """At most five queries: four for a town's staff, one for a deputy."""
    today = timezone.localdate()
    if user.access.has(Role.TOWN_OFFICE):
        yield from _next_month(user, today)
        yield from _of_town(user, today)
    if user.access.has(Role.DEPUTY):
        rows = SwapRequest.objects.waiting().filter(to__user=user, duty__day__on__gt=today)
        for swap in rows.select_related("duty__deputy", "duty__day__platform").order_by("duty__day__on")[:_MOST_TODOS]:
            day = swap.duty.day
            yield Todo(
                f"答复换班：{swap.duty.deputy.name}请您{day.on.month}月{day.on.day}日代为值班",
                reverse("activities:my_receptions"),
                KIND,
                user.name,
                day.on - datetime.timedelta(days=1),
                day.platform.name,
            )


def _next_month(user: User, today: datetime.date) -> Iterator[Todo]:
    """Platforms with a fixed day and none arranged for the month to come."""
    month = add_months(today.replace(day=1), 1)[0]
    arranged = ReceptionDay.objects.filter(platform=OuterRef("platform"), month=month)
    rows = ReceptionSchedule.objects.active().filter(of_own_towns(user, "platform__unit__path")).filter(~Exists(arranged))
    counts = rows.order_by().values("platform__unit__code", "platform__unit__name").annotate(number=Count("pk"))
    for row in counts.order_by("platform__unit__code"):
        asked = urlencode({"area": row["platform__unit__code"], "month": f"{month:%Y-%m}"})
        yield Todo(
            f"{row['platform__unit__name']}{month.month}月的接待日还没有排班",
            f"{reverse('activities:new_rota')}?{asked}",
            KIND,
            row["platform__unit__name"],
            month - datetime.timedelta(days=1),
            f"{row['number']} 个平台",
        )


def _of_town(user: User, today: datetime.date) -> Iterator[Todo]:
    """Notices that are due and not up, days without deputies, and receptions of which nothing is recorded. Two queries."""
    own = ReceptionDay.objects.filter(of_own_towns(user, "platform__unit__path")).select_related(
        "platform__unit", "platform__reception_schedule"
    )
    soon = today + datetime.timedelta(days=31)
    coming = own.filter(on__range=(today, soon), state__in=(ReceptionState.PLANNED, ReceptionState.ANNOUNCED))
    for day in coming.annotate(number=Count("duties")).order_by("on", "platform__code")[:_MOST_TODOS]:
        due = receptions.notice_due(day)
        if not day.number:  # type: ignore[attr-defined] # annotated above
            yield Todo(f"补排值班代表：{day}", _to(day, "reception_duties"), KIND, day.platform.unit.name, due)
        elif day.state == ReceptionState.PLANNED and due <= today:
            yield Todo(f"公告：{day}", _to(day, "reception"), KIND, day.platform.unit.name, due)
    over = own.filter(on__lt=today, state__in=(ReceptionState.PLANNED, ReceptionState.ANNOUNCED))
    for day in over.order_by("on", "platform__code")[:_MOST_TODOS]:
        yield Todo(f"登记接待情况：{day}", _to(day, "hold_reception"), KIND, day.platform.unit.name, day.on + datetime.timedelta(days=1))


def _to(day: ReceptionDay, name: str) -> str:
    return reverse(f"activities:{name}", args=[day.code])


# ---- panels


def _of_deputy_home(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """The deputy's next turns, and what colleagues ask of her. Two queries."""
    today = timezone.localdate()
    rows = ReceptionDuty.objects.filter(deputy__user=request.user, day__on__gte=today)  # type: ignore[misc]
    rows = rows.filter(day__state__in=(ReceptionState.PLANNED, ReceptionState.ANNOUNCED))
    duties = list(rows.select_related("day__platform").order_by("day__on")[:_SHOWN])
    asked = SwapRequest.objects.waiting().filter(to__user=request.user, duty__day__on__gt=today).count()  # type: ignore[misc]
    return {"duties": [(duty, duty.day.on == today) for duty in duties], "asked": asked} if duties or asked else None


def _of_home(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """This month's receptions as numbers, for the district's staff and a town's. One query."""
    user: User = request.user  # type: ignore[assignment]
    today = timezone.localdate()
    rows = ReceptionDay.objects.filter(month=today.replace(day=1))
    asked = {"period": f"{today:%Y-%m}"}
    if not user.access.is_district_staff:
        held = next((held for held in user.access.held if held.role == Role.TOWN_OFFICE), None)
        if held is None:
            return None
        rows = rows.filter(platform__unit=held.area_id)
        asked["area"] = held.area_code
    counts = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    total = sum(counts.values()) - counts.get(ReceptionState.CANCELLED, 0)
    if not total:
        return None
    done = counts.get(ReceptionState.HELD, 0)
    address = f"{reverse('activities:receptions')}?{urlencode({**asked, 'state': ReceptionState.HELD.value})}"
    return {"figs": [{"label": "本月接待选民日", "value": done, "unit": f"/ {total}", "note": "已接待的场次", "url": address}]}


def _of_platform(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """A platform's next reception days. One query."""
    if not isinstance(subject, Platform):
        return None
    rows = ReceptionDay.objects.filter(platform=subject, on__gte=timezone.localdate()).exclude(state=ReceptionState.CANCELLED)
    days = list(rows.prefetch_related("duties__deputy").order_by("on")[:_SHOWN])
    may_draw = may(request.user, "activities.schedule_receptions_of", subject)
    return {"platform": subject, "days": [(day, state_tag(day.state)) for day in days], "may_draw": may_draw} if days or may_draw else None


def _of_deputy(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """A deputy's turns of this year on her page. One query."""
    if not isinstance(subject, Deputy):
        return None
    today = timezone.localdate()
    rows = ReceptionDuty.objects.filter(deputy=subject, day__on__year=today.year).exclude(day__state=ReceptionState.CANCELLED)
    duties = list(rows.select_related("day__platform").order_by("-day__on"))
    if not duties:
        return None
    return {
        "deputy": subject,
        "year": today.year,
        "duties": duties[:_SHOWN],
        "total": len(duties),
        "present": sum(duty.was_present is True for duty in duties),
    }


# ---- search and navigation


def _find(user: User, words: str) -> Iterable[search.Hit]:
    rows = ReceptionDay.objects.visible_to(user).select_related("platform__unit")
    for word in words.split():
        rows = rows.filter(platform__name__icontains=word) if not word.upper().startswith("JD") else rows.filter(code__icontains=word)
    for day in rows.filter(on__gte=timezone.localdate() - datetime.timedelta(days=31)).order_by("on")[: search.LIMIT]:
        yield search.Hit(str(day), _to(day, "reception"), f"{day.platform.unit.name} · {day.get_state_display()}")


def _sees_rotas(user: User) -> bool:
    return user.access.has(Role.OFFICE, Role.LEADER, Role.TOWN_OFFICE)


def register() -> None:
    """Called once, when the app is ready."""
    audit_actions.register(WORDS)
    navigation.register(navigation.Entry("activities", "接待选民日", "activities:receptions", lambda user: bool(user.access.roles)))
    navigation.register(navigation.Entry("activities", "接待轮值表", "activities:rotas", _sees_rotas))
    navigation.register(
        navigation.Entry(
            "activities", "接待日安排", "activities:reception_schedules", lambda user: user.access.has(Role.OFFICE, Role.TOWN_OFFICE)
        )
    )
    search.register(search.Searcher("receptions", "接待选民日", _find))
    todos.register(waiting_for)
    panels.register(panels.Panel("home.deputy", "receptions", "activities/receptions/_home.html", _of_deputy_home))
    panels.register(panels.Panel("home.figures", "receptions", "components/figs.html", _of_home))
    panels.register(panels.Panel("platform", "receptions", "activities/receptions/_platform.html", _of_platform))
    panels.register(panels.Panel("deputy", "receptions", "activities/receptions/_deputy.html", _of_deputy))
