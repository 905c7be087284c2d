"""What came of an activity: minutes, photos and report, what was forwarded and answered, what those present thought of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from activities.enums import TOOK_PLACE, ActivityState, ForwardingState, ParticipationState
from activities.models import Activity, ActivityFile, Forwarding, Participation
from activities.services.activities import current_rule, locked, move, shortened, tell
from congress import deadlines
from congress.enums import Role
from congress.errors import Conflict, DomainError
from congress.models import Organisation, User
from congress.services import audit, files
from congress.services.notices import notify
from congress.workdays import Calendar, Deadline, Limit
from deputies.services.guards import person, require

RESULTS = ("minutes", "finding", "result", "report", "is_public")
MOST_FILES = 30
_ASKED_OF = (Role.HANDLING_UNIT, Role.DISPATCHER, Role.TOWN_OFFICE)
_MONTHS = range(1, 13)


# ---- minutes, photos, report


@transaction.atomic
def record(*, actor: audit.Actor, activity: Activity, version: int, spoke: Mapping[int, str] | None = None, **fields: Any) -> Activity:
    """Keeps minutes, finding, result and report, and what each deputy said (``spoke``, by the participation's key).

    Without a difference it writes nothing. ``version`` is the one the person saw. Raises PermissionDenied, Conflict, and
    DomainError before it took place or once it is closed.
    """
    if unknown := fields.keys() - set(RESULTS):
        raise TypeError(f"not results of an activity: {sorted(unknown)}")
    now = locked(activity)
    require(actor, "activities.run", now)
    if now.state not in (ActivityState.HELD, ActivityState.FORWARDED):
        raise DomainError(f"这次活动{now.get_state_display()}，不能填写活动记录。举行后请先登记已举行。")
    before = {name: getattr(now, name) for name in fields}
    changed = sorted(name for name in fields if before[name] != fields[name])
    said = {row.pk: row for row in now.participations.present().filter(pk__in=list(spoke or {}))}
    told = [pk for pk, row in said.items() if row.spoke != (spoke or {})[pk]]
    if not changed and not told:
        return now
    if now.version != version:
        raise Conflict("这次活动刚才已由他人修改。您填写的内容还在本页，请刷新后对照再改。")
    Activity.objects.filter(pk=now.pk).update(**fields, version=F("version") + 1)
    for pk in told:
        said[pk].spoke = (spoke or {})[pk]
    Participation.objects.bulk_update([said[pk] for pk in told], ["spoke"], batch_size=200)
    audit.record(actor, "activities.record_results", now, changes={"fields": [None, changed], "spoke": [0, len(told)]})
    now.refresh_from_db()
    return now


def add_files(*, actor: User, activity: Activity, uploads: Iterable[File[Any]]) -> list[ActivityFile]:
    """Keeps photos and documents, all or none. Raises PermissionDenied, and DomainError that names the file it refuses."""
    require(actor, "activities.run", activity)
    uploads = list(uploads)
    if not uploads:
        raise DomainError("请选择照片或文件。")
    examined = []
    for upload in uploads:
        try:
            examined.append(files.examine(upload))
        except DomainError as refusal:
            raise DomainError(f"“{files.shown_name(upload.name or '')}”：{refusal}") from refusal
    with transaction.atomic():
        now = locked(activity)
        if now.state in (ActivityState.CLOSED, ActivityState.CANCELLED):
            raise DomainError(f"这次活动{now.get_state_display()}，不能再添加材料。")
        if now.files.count() + len(examined) > MOST_FILES:
            raise DomainError(f"一次活动最多保存 {MOST_FILES} 份材料。请去掉几份再传。")
        kept = [files.store(ActivityFile, each, actor, activity=now) for each in examined]
        audit.record(actor, "activities.add_files", now, changes={"files": [None, [row.original_name for row in kept]]})
    return kept


@transaction.atomic
def remove_file(*, actor: User, file: ActivityFile) -> None:
    """Deletes one. Raises PermissionDenied, and DomainError once the activity is closed."""
    now = locked(file.activity)
    require(actor, "activities.run", now)
    if now.state in (ActivityState.CLOSED, ActivityState.CANCELLED):
        raise DomainError(f"这次活动{now.get_state_display()}，材料不能再删。")
    audit.record(actor, "activities.remove_file", now, changes={"files": [file.original_name, None]})
    files.remove(file)


@transaction.atomic
def rate(*, actor: User, participation: Participation, rating: int, comment: str = "") -> Participation:
    """What a deputy who was there thought of it, from 1 to 5. The latest word counts; the same again is a no-op.

    Raises PermissionDenied for anyone else, and DomainError for somebody who was not there or before it took place.
    """
    row = Participation.objects.select_for_update(of=("self",)).select_related("activity", "deputy").get(pk=participation.pk)
    require(actor, "activities.take_part", row)
    if row.activity.state not in TOOK_PLACE or row.state != ParticipationState.PRESENT:
        raise DomainError("只有到会的代表，在活动举行后才能评价。")
    if not 1 <= rating <= 5:
        raise DomainError("请在 1 分到 5 分之间选择。")
    if (row.rating, row.comment) != (rating, comment.strip()[:200]):
        row.rating, row.comment = rating, comment.strip()[:200]
        row.save(update_fields=["rating", "comment"])
        # SECURITY: who gave which mark is not in the audit trail, so that nobody holds back.
        audit.record(actor, "activities.rate", row.activity)
    return row


# ---- forwarding and feedback (代表法 art. 31)


def feedback_deadline(sent_on: datetime.date, calendar: Calendar, months: int) -> Deadline:
    """By when a body's feedback is due, and how that is worked out."""
    return calendar.due(sent_on, Limit(months, "m"))


def feedback_day(calendar: Calendar) -> Deadline:
    """By when feedback on what is forwarded today falls due. One query."""
    return feedback_deadline(timezone.localdate(), calendar, current_rule().feedback_months)


def steps_of(forwarding: Forwarding, calendar: Calendar) -> list[str]:
    """How its due day came about, or nothing where the calendar has changed since it passed."""
    for months in _MONTHS:
        deadline = feedback_deadline(forwarding.sent_on, calendar, months)
        if deadline.due_on == forwarding.due_on:
            return deadline.steps
    return []


@transaction.atomic
def forward(*, actor: audit.Actor, activity: Activity, bodies: Iterable[Organisation], asked: str) -> list[Forwarding]:
    """Hands what was found to the bodies concerned, each with its day for feedback. A body that has it already is left out.

    Raises PermissionDenied, and DomainError without a text or a body, or before there is anything to hand over.
    """
    now = locked(activity)
    require(actor, "activities.forward", now)
    bodies = list({body.pk: body for body in bodies}.values())
    if not bodies:
        raise DomainError("请选择转交单位，至少一个。")
    if not asked.strip():
        raise DomainError("请写明转交的意见和建议。")
    if now.state not in (ActivityState.HELD, ActivityState.FORWARDED):
        raise DomainError(f"这次活动{now.get_state_display()}，不能转交。")
    if not (now.report.strip() or now.minutes.strip()):
        raise DomainError("还没有活动记录和报告，不能转交。请先填写。")
    known = set(now.forwardings.values_list("body", flat=True))
    today = timezone.localdate()
    due_on = feedback_day(Calendar.load()).due_on
    new = [
        Forwarding(activity=now, body=body, asked=asked.strip(), sent_on=today, due_on=due_on) for body in bodies if body.pk not in known
    ]
    if not new:
        return []
    made = Forwarding.objects.bulk_create(new)
    if now.state == ActivityState.HELD:
        now = move(actor, "activities.forward", now, ActivityState.FORWARDED)
    audit.record(
        actor, "activities.forward_to", now, changes={"bodies": [None, [row.body.code for row in made]], "due_on": [None, str(due_on)]}
    )
    for row in made:
        notify(
            User.objects.in_role(*_ASKED_OF, organisation=row.body),
            text=shortened(f"{now.organiser}转来“{now.title}”的意见，请在{due_on.month}月{due_on.day}日前反馈办理情况。"),
            key=f"forwarding-{row.pk}",
            url=to_forwarding(row),
        )
    return made


@transaction.atomic
def answer(*, actor: audit.Actor, forwarding: Forwarding, feedback: str, answered_on: datetime.date | None = None) -> Forwarding:
    """The body's feedback; the office may enter what came on paper, with its date. The same text again is a no-op.

    The organiser and those who took part are told. Raises PermissionDenied, and DomainError without a text, for a date
    before it was sent or to come, or when another feedback is there already.
    """
    rows = Forwarding.objects.select_for_update(of=("self",)).select_related("activity__created_by", "body")
    now = rows.get(pk=forwarding.pk)
    require(actor, "activities.answer_forwarding", now)
    feedback, today = feedback.strip(), timezone.localdate()
    if not feedback:
        raise DomainError("请写明反馈情况。")
    if now.state == ForwardingState.ANSWERED:
        if now.feedback == feedback:
            return now
        raise Conflict(f"{now.body}已经反馈过，没有保存这一次的内容。请刷新页面查看。")
    answered_on = answered_on or today
    if not now.sent_on <= answered_on <= today:
        raise DomainError("反馈日期应在转交日期和今天之间。")
    Forwarding.objects.filter(pk=now.pk, state=ForwardingState.SENT).update(
        state=ForwardingState.ANSWERED, feedback=feedback, answered_on=answered_on, answered_by=person(actor)
    )
    now.refresh_from_db()
    audit.record(
        actor,
        "activities.answer_forwarding",
        now.activity,
        changes={"body": [None, now.body.code], "state": [ForwardingState.SENT.value, ForwardingState.ANSWERED.value]},
    )
    text = shortened(f"{now.body}反馈了“{now.activity.title}”的办理情况。")
    notify([now.activity.created_by], text=text, key=f"forwarding-answered-{now.pk}", url=to_forwarding(now))
    tell(now.activity, text, f"answered-{now.pk}", among=list(now.activity.participations.present().values_list("deputy", flat=True)))
    return now


def to_forwarding(forwarding: Forwarding) -> str:
    return reverse("activities:forwarding", args=[forwarding.activity.code, forwarding.body.code])


def move_deadlines(before: Calendar, now: Calendar, actor: audit.Actor) -> int:
    """Works the days of awaited feedback out again after the calendar changed; those past stay. Returns how many moved."""
    moved = 0
    for row in (
        Forwarding.objects.waiting()
        .filter(due_on__gte=timezone.localdate())
        .select_related("activity", "body")
        .select_for_update(of=("self",))
    ):
        new = _moved_to(row, before, now)
        if new == row.due_on:
            continue
        Forwarding.objects.filter(pk=row.pk).update(due_on=new)
        audit.record(actor, "activities.move_feedback_day", row.activity, changes={"due_on": [str(row.due_on), str(new)]})
        moved += 1
    return moved


def _moved_to(row: Forwarding, before: Calendar, now: Calendar) -> datetime.date:
    """The day by the new calendar of the limit that gave the stored one; a day that no limit gave was set by hand and stays."""
    for months in _MONTHS:
        if feedback_deadline(row.sent_on, before, months).due_on == row.due_on:
            return feedback_deadline(row.sent_on, now, months).due_on
    return row.due_on


def register() -> None:
    """Called once, when the app is ready."""
    deadlines.register(deadlines.Kept("forwardings", "活动反馈期限", move_deadlines))
