"""Reminders before and after a limit: once when it turns yellow, once when it is over, then every five working days.

They go to the unit's people, and when late to the dispatcher and the organ that runs the congress's suggestions too; those about
a deputy's judgement go to the deputy. ``Reminder`` has one row a clock, kind and day, whatever runs twice.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from congress.enums import Role
from congress.errors import DomainError
from congress.models import RoleGrant, User
from congress.services import audit
from congress.services.audit import SYSTEM
from congress.services.notices import notify
from congress.workdays import Calendar
from suggestions.enums import UNIT_ROLES, ClockState, LimitKind, ReminderKind
from suggestions.models import Clock, Handling, Reminder
from suggestions.services.examining import tell_proposers
from suggestions.services.moves import locked, person, require
from suggestions.services.profiles import profile_of
from suggestions.services.proposing import link_to, tell_those_who_run

LATE_AGAIN = 5  # working days
_SOON = "{kind}期限还剩{left}个工作日：{title}"
_LATE = "{kind}期限已超{left}个工作日：{title}"


def send_due(on: datetime.date | None = None) -> int:
    """What beat does every morning: sends the reminders that fall on the day and returns how many. A second run sends none."""
    on = on or timezone.localdate()
    calendar, sent = Calendar.load(), 0
    clocks = Clock.objects.filter(state=ClockState.RUNNING).exclude(kind__in=[LimitKind.PUBLISH, LimitKind.RETURN])
    for clock in clocks.select_related("suggestion__congress", "handling__unit").order_by("pk"):
        left = calendar.days_left(on, clock.due_on)
        if left >= 0:
            is_due = left <= profile_of(clock.suggestion.congress).yellow_workdays
            is_due = is_due and not clock.reminders.filter(kind=ReminderKind.SOON).exists()
            kind = ReminderKind.SOON
        else:
            is_due = (-left - 1) % LATE_AGAIN == 0 and calendar.is_workday(on).is_workday
            kind = ReminderKind.LATE
        if is_due and remind(clock=clock, kind=kind, on=on, left=abs(left)):
            sent += 1
    return sent


@transaction.atomic
def remind(*, clock: Clock, kind: ReminderKind, on: datetime.date, left: int) -> bool:
    """Leaves the row and the notices of one reminder. False when it was sent that day already."""
    suggestion = locked(clock.suggestion)
    words = (_SOON if kind == ReminderKind.SOON else _LATE).format(kind=clock.get_kind_display(), left=left, title=suggestion.title)
    _, is_new = Reminder.objects.get_or_create(clock=clock, kind=kind, on=on, defaults={"text": words})
    if not is_new:
        return False
    key = f"reminder-{clock.pk}-{kind}-{on}"
    if clock.kind == LimitKind.EVALUATE:
        tell_proposers(suggestion, words, key)
    else:
        notify(_people_of(clock), text=words[:200], url=link_to(suggestion), key=key)
        if kind == ReminderKind.LATE:
            notify(_dispatchers(clock), text=words[:200], url=link_to(suggestion), key=key)
            tell_those_who_run(suggestion, words, key)
    audit.record(SYSTEM, "suggestions.remind", suggestion, changes={"kind": [None, kind.value]})
    return True


@transaction.atomic
def urge(*, actor: User, clocks: Iterable[Clock], kind: ReminderKind = ReminderKind.LATE, text: str = "") -> int:
    """催办 by hand, of one or many: leaves a row a clock that prints as a letter, and tells the units. Returns how many; a clock
    that was reminded the same way today is passed over. Raises PermissionDenied, and DomainError for a limit that is done with.
    """
    sent, today = 0, timezone.localdate()
    for clock in sorted(clocks, key=lambda each: each.pk):
        suggestion = locked(clock.suggestion)
        require(actor, "suggestions.assign_suggestion", suggestion)
        if clock.state != ClockState.RUNNING:
            raise DomainError(f"《{suggestion.title}》的{clock.get_kind_display()}已经办毕，不需要催办。")
        words = text.strip() or f"请抓紧办理：{suggestion.title}"
        _, is_new = Reminder.objects.get_or_create(clock=clock, kind=kind, on=today, defaults={"text": words, "sent_by": person(actor)})
        if is_new:
            sent += 1
            key = f"urge-{clock.pk}-{kind}-{today}"
            if clock.kind == LimitKind.EVALUATE:
                tell_proposers(suggestion, words, key)
            else:
                notify(_people_of(clock), text=words[:200], url=link_to(suggestion), key=key)
                copied = _dispatchers(clock).exclude(pk=actor.pk)  # a copy goes to whoever gave it out
                notify(copied, text=f"抄送催办：{words}"[:200], url=link_to(suggestion), key=f"{key}-copy")
            audit.record(actor, "suggestions.urge", suggestion, changes={"kind": [None, ReminderKind(kind).value]})
    return sent


def urge_parts(*, actor: User, handlings: Iterable[Handling], text: str = "") -> tuple[int, int]:
    """催办 of many units' parts at once, each by its nearest limit. Returns how many were urged, and how many have no limit that
    runs. Raises as ``urge``, before anything is sent.
    """
    parts = [handling.pk for handling in handlings]
    nearest: dict[int, Clock] = {}
    rows = Clock.objects.pressing().filter(handling__in=parts).select_related("suggestion", "handling__unit")
    for clock in rows.order_by("due_on", "pk"):
        assert clock.handling_id is not None
        nearest.setdefault(clock.handling_id, clock)
    return urge(actor=actor, clocks=nearest.values(), text=text[:200]), len(set(parts) - set(nearest))


def _people_of(clock: Clock) -> Iterable[User]:
    """The unit's people; without a unit whoever must assign it."""
    if clock.handling is not None:
        return User.objects.in_role(*UNIT_ROLES, organisation=clock.handling.unit)
    return _dispatchers(clock)


def _dispatchers(clock: Clock) -> QuerySet[User]:
    """The government's dispatchers in the congress's area, with the role in force today."""
    grants = RoleGrant.objects.in_force().filter(role=Role.DISPATCHER, organisation__area=clock.suggestion.congress.area_id)
    return User.objects.filter(is_active=True, pk__in=grants.values("user"))
