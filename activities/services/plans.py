"""The annual plan of deputy work (年度代表工作计划): drafted, adopted by the chairpersons' meeting, told to the deputies,
published (代表法 art. 43). ``PLAN_TRANSITIONS`` holds the steps; ``_move`` is the one setter of the state.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.urls import reverse
from django.utils import timezone

from activities.enums import PLAN_TRANSITIONS, PlanState
from activities.models import Activity, AnnualPlan, AnnualPlanItem
from congress.errors import Conflict, DomainError
from congress.models import Congress, DocumentBatch, User
from congress.services import audit, documents
from congress.services.documents import Wanted
from congress.services.notices import notify
from deputies.models import Mandate
from deputies.services.guards import FieldRefused, require

ITEM_FIELDS = ("text", "kind", "count", "first_month", "last_month", "responsible")
MOST_ITEMS = 60
PDF, WORD = "annual_plan", "annual_plan_word"
UP, DOWN = "up", "down"
_CHANGED = "计划刚才已由他人修改。您填写的内容还在本页，请对照最新的计划后再保存。"


def to_plan(plan: AnnualPlan) -> str:
    return reverse("activities:plan", args=[plan.code])


# ---- drafting


@transaction.atomic
def draft(*, actor: User, year: int, copied_from: AnnualPlan | None = None) -> AnnualPlan:
    """Begins the plan of a year, empty or with the preface and the items of another. A year that has a plan gives that plan.

    Raises PermissionDenied, and DomainError before the congress is registered or for a year out of reach.
    """
    require(actor, "activities.manage_plans")
    home = Congress.objects.home()
    if home is None:
        raise DomainError("尚未登记本级人民代表大会。请先在“基础数据”中登记。")
    if found := AnnualPlan.objects.filter(congress=home, year=year).first():
        return found
    if not 2000 <= year <= timezone.localdate().year + 2:
        raise FieldRefused("year", f"年度应在 2000 年至 {timezone.localdate().year + 2} 年之间。")
    items = list(copied_from.items.select_related("plan").order_by("position")) if copied_from else []
    preface = _of_year(copied_from.preface, copied_from, year) if copied_from else ""
    plan = AnnualPlan.objects.create(code=f"JH{year}", congress=home, year=year, preface=preface, made_by=actor)
    for place, item in enumerate(items, 1):
        item.text = _of_year(item.text, item.plan, year)[:200]
        item.pk, item.plan, item.position = None, plan, place
    AnnualPlanItem.objects.bulk_create(items)
    source = {"copied_from": [None, copied_from.code]} if copied_from else {}
    audit.record(actor, "activities.draft_plan", plan, changes={**source, "items": [0, len(items)]})
    return plan


def _of_year(words: str, plan: AnnualPlan, year: int) -> str:
    """What a plan says, with the year it speaks of moved on."""
    return words.replace(f"{plan.year}年", f"{year}年")


@transaction.atomic
def write_preface(*, actor: audit.Actor, plan: AnnualPlan, version: int, preface: str) -> AnnualPlan:
    """Changes what the plan begins with. Raises PermissionDenied, Conflict, and DomainError once it is adopted."""
    now = _drafted(actor, plan)
    if now.preface == preface.strip():
        return now
    _same(now, version)
    now.preface = preface.strip()
    _keep(now, "preface")
    audit.record(actor, "activities.change_plan", now, changes={"preface": [None, len(now.preface)]})
    return now


@transaction.atomic
def save_item(*, actor: audit.Actor, plan: AnnualPlan, version: int, item: AnnualPlanItem | None = None, **fields: Any) -> AnnualPlanItem:
    """Adds an item at the end, or changes one. The same words, months and organ twice give the item that is there.

    ``version`` is the plan's that the person saw. Raises PermissionDenied, Conflict, FieldRefused for months out of order,
    and DomainError once the plan is adopted or full.
    """
    if unknown := fields.keys() - set(ITEM_FIELDS):
        raise TypeError(f"not fields of an item: {sorted(unknown)}")
    now = _drafted(actor, plan)
    if fields["last_month"] < fields["first_month"]:
        raise FieldRefused("last_month", "结束月份不能早于开始月份。")
    if item is None:
        if found := now.items.filter(**fields).first():
            return found
        last = now.items.aggregate(Max("position"))["position__max"] or 0
        if now.items.count() >= MOST_ITEMS:
            raise DomainError(f"一份计划最多 {MOST_ITEMS} 项。请合并相近的事项。")
        made = AnnualPlanItem.objects.create(plan=now, position=last + 1, **fields)
        _keep(now)
        audit.record(actor, "activities.add_plan_item", now, changes={"item": [None, made.text]})
        return made
    row = now.items.select_for_update(of=("self",)).select_related("responsible").filter(pk=item.pk).first()
    if row is None:
        raise Conflict("这一项刚才已由他人删去。您填写的内容还在本页，可以另加一项。")
    changes = audit.difference({name: getattr(row, name) for name in fields}, fields)
    if not changes:
        return row
    _same(now, version)
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    _keep(now)
    audit.record(actor, "activities.change_plan_item", now, changes=changes)
    return row


@transaction.atomic
def move_item(*, actor: audit.Actor, item: AnnualPlanItem, direction: str) -> bool:
    """Changes places with the item above or below and says whether there is one.

    Raises PermissionDenied, and DomainError once the plan is adopted.
    """
    now = _drafted(actor, item.plan)
    rows = list(now.items.order_by("position"))
    at = next((place for place, row in enumerate(rows) if row.pk == item.pk), None)
    to = None if at is None else at - 1 if direction == UP else at + 1
    if at is None or to is None or not 0 <= to < len(rows):
        return False
    one, other = rows[at], rows[to]
    spare = rows[-1].position + 1  # both can't have one place, not even for a moment
    for pk, position in ((one.pk, spare), (other.pk, one.position), (one.pk, other.position)):
        AnnualPlanItem.objects.filter(pk=pk).update(position=position)
    _keep(now)
    audit.record(actor, "activities.move_plan_item", now, changes={"position": [one.position, other.position]})
    return True


@transaction.atomic
def remove_item(*, actor: audit.Actor, item: AnnualPlanItem) -> bool:
    """Takes an item out of the draft and says whether it was there; the ones below move up. A second call is a no-op.

    Raises PermissionDenied, and DomainError once the plan is adopted or where activities fulfil the item.
    """
    now = _drafted(actor, item.plan)
    row = now.items.filter(pk=item.pk).first()
    if row is None:
        return False
    if fulfilling := row.activities.count():
        raise DomainError(f"“{row.text[:30]}”已有 {fulfilling} 次活动，不能删去。请先把这些活动改到别的事项。")
    row.delete()
    for place, (pk, position) in enumerate(now.items.order_by("position").values_list("pk", "position"), 1):
        if position != place:
            AnnualPlanItem.objects.filter(pk=pk).update(position=place)
    _keep(now)
    audit.record(actor, "activities.remove_plan_item", now, changes={"item": [row.text, None]})
    return True


# ---- its steps


@transaction.atomic
def adopt(*, actor: audit.Actor, plan: AnnualPlan, meeting: str, on: datetime.date) -> AnnualPlan:
    """Enters that the chairpersons' meeting adopted it; from then on its items are frozen. The same again is a no-op.

    Raises PermissionDenied, FieldRefused without a meeting or for a day to come, and DomainError for a plan without items.
    """
    require(actor, "activities.manage_plans")
    now, meeting = _locked(plan), meeting.strip()[:60]
    if now.state != PlanState.DRAFT and now.meeting == meeting and now.adopted_on == on:
        return now
    if not meeting:
        raise FieldRefused("meeting", "请写明通过计划的主任会议，如：第五十二次主任会议。")
    if on > timezone.localdate():
        raise FieldRefused("on", "会议日期还没有到，请改正。")
    if now.state == PlanState.DRAFT and not now.items.exists():
        raise DomainError("计划还没有事项，不能提交通过。请先添加事项。")
    return _move(actor, "activities.adopt_plan", now, PlanState.ADOPTED, meeting=meeting, adopted_on=on)


@transaction.atomic
def tell(*, actor: audit.Actor, plan: AnnualPlan) -> AnnualPlan:
    """Tells every deputy in office, once for each adoption. A second call is a no-op.

    Raises PermissionDenied, and Conflict before it is adopted.
    """
    require(actor, "activities.manage_plans")
    now = _locked(plan)
    if now.state in (PlanState.TOLD, PlanState.PUBLISHED):
        return now
    now = _move(actor, "activities.tell_plan", now, PlanState.TOLD, told_at=timezone.now())
    people = User.objects.filter(is_active=True, deputy__in=Mandate.objects.serving().values("deputy"))
    notify(
        people,
        text=f"《{now.congress.area.name}人大常委会{now}》已经{now.meeting}通过，现向您通报，请查阅。"[:200],
        url=to_plan(now),
        key=f"plan-{now.code}-{now.adopted_on:%Y%m%d}",
    )
    return now


@transaction.atomic
def publish(*, actor: audit.Actor, plan: AnnualPlan) -> AnnualPlan:
    """Marks it as published to society (向社会公布). A second call is a no-op.

    Raises PermissionDenied, and Conflict before the deputies are told.
    """
    require(actor, "activities.manage_plans")
    now = _locked(plan)
    if now.state == PlanState.PUBLISHED:
        return now
    return _move(actor, "activities.publish_plan", now, PlanState.PUBLISHED, published_at=timezone.now())


@transaction.atomic
def reopen(*, actor: audit.Actor, plan: AnnualPlan, reason: str) -> AnnualPlan:
    """Back to a draft, to be changed and put to the chairpersons' meeting again (重新提交主任会议). A draft is left as it is.

    What was adopted stays in the audit trail and in the documents printed of it; activities keep their items. Raises
    PermissionDenied, and FieldRefused without a reason.
    """
    require(actor, "activities.manage_plans")
    now = _locked(plan)
    if now.state == PlanState.DRAFT:
        return now
    if not reason.strip():
        raise FieldRefused("reason", "请写明调整计划的原因。")
    cleared: dict[str, Any] = {"meeting": "", "adopted_on": None, "told_at": None, "published_at": None}
    return _move(actor, "activities.reopen_plan", now, PlanState.DRAFT, reason=reason.strip(), **cleared)


# ---- the activities that fulfil it


@transaction.atomic
def fulfil(*, actor: audit.Actor, item: AnnualPlanItem, activities: Iterable[Activity]) -> int:
    """Counts activities of the plan's year towards an item and returns how many are new to it.

    Raises PermissionDenied, and DomainError for an activity of another year.
    """
    require(actor, "activities.manage_plans")
    rows = Activity.objects.filter(pk__in=[each.pk for each in activities]).exclude(plan_item=item)
    rows = rows.select_for_update(of=("self",))
    moved = list(rows)
    if stray := [each for each in moved if timezone.localtime(each.starts_at).year != item.plan.year]:
        raise DomainError(f"“{stray[0]}”不是{item.plan.year}年的活动，不能计入这项计划。")
    Activity.objects.filter(pk__in=[each.pk for each in moved]).update(plan_item=item, version=F("version") + 1)
    if moved:
        audit.record(
            actor, "activities.fulfil_plan_item", item.plan, changes={"activities": [None, [each.code for each in moved]]}, reason=item.text
        )
    return len(moved)


@transaction.atomic
def release(*, actor: audit.Actor, item: AnnualPlanItem, activity: Activity) -> bool:
    """No longer counts an activity towards the item, and says whether it did. Raises PermissionDenied."""
    require(actor, "activities.manage_plans")
    if not Activity.objects.filter(pk=activity.pk, plan_item=item).update(plan_item=None, version=F("version") + 1):
        return False
    audit.record(actor, "activities.release_plan_item", item.plan, changes={"activities": [activity.code, None]}, reason=item.text)
    return True


# ---- paper


def request_documents(*, actor: User, plan: AnnualPlan) -> DocumentBatch:
    """Asks for the plan as an official document, PDF and Word. An unchanged plan gives the batch that is there.

    Raises PermissionDenied, and DomainError for a plan without items.
    """
    require(actor, "activities.manage_plans")
    if not plan.items.exists():
        raise DomainError("计划还没有事项，不能印制。请先添加事项。")
    title = f"{plan}{'（讨论稿）' if plan.state == PlanState.DRAFT else ''}"
    wanted = [Wanted(PDF, plan.code, title, title), Wanted(WORD, plan.code, f"{title}（Word 稿）", title)]
    return documents.request_batch(key=f"plan-{plan.code}-{fingerprint(plan)}", title=title, actor=actor, documents=wanted)


def fingerprint(plan: AnnualPlan) -> str:
    """Tells one wording of the plan from another: everything that is printed goes in."""
    items = plan.items.order_by("position").values_list("text", "kind", "count", "first_month", "last_month", "responsible__name")
    told = [plan.preface, plan.meeting, str(plan.adopted_on), list(items)]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:16]


# ---- shared


def _locked(plan: AnnualPlan) -> AnnualPlan:
    return AnnualPlan.objects.select_for_update(of=("self",)).select_related("congress__area").get(pk=plan.pk)


def _drafted(actor: audit.Actor, plan: AnnualPlan) -> AnnualPlan:
    require(actor, "activities.manage_plans")
    now = _locked(plan)
    if now.state != PlanState.DRAFT:
        raise DomainError(f"{now}{now.get_state_display()}，不能再改。需要调整的，请重新提交主任会议。")
    return now


def _same(plan: AnnualPlan, version: int) -> None:
    if plan.version != version:
        raise Conflict(_CHANGED)


def _keep(plan: AnnualPlan, *names: str) -> None:
    plan.version += 1
    plan.save(update_fields=[*names, "version"])


def _move(actor: audit.Actor, action: str, plan: AnnualPlan, state: PlanState, *, reason: str = "", **fields: Any) -> AnnualPlan:
    before = PlanState(plan.state)
    told = {name: getattr(plan, name) for name in fields}
    allowed = state in PLAN_TRANSITIONS[before]
    if not allowed or not AnnualPlan.objects.filter(pk=plan.pk, state=before).update(state=state, version=F("version") + 1, **fields):
        raise Conflict(f"{plan}现为“{before.label}”，不能转为“{state.label}”。请刷新页面查看。")
    for name, value in {"state": state, **fields}.items():
        setattr(plan, name, value)
    plan.version += 1
    changes = {"state": [before.value, state.value], **audit.difference(told, fields)}
    audit.record(actor, action, plan, changes=changes, reason=reason)
    return plan
