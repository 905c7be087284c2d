"""A reception day's life: announced before, held with its visitors recorded, or cancelled; who stands there changed by hand.

``_set`` alone moves a state. Announcing, three days ahead by default, prints the notice and tells the deputies (practice of
the congresses; 代表法 art. 28 asks that deputies be there for their voters by fixed arrangements).
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from activities.enums import RECEPTION_TRANSITIONS, DutyTurn, ReceptionState, SwapState
from activities.models import ReceptionDay, ReceptionDuty, ReceptionRecord, SwapRequest
from activities.querysets.receptions import TO_COME
from activities.services import rota_facts
from activities.services.rota import CHANGED, names_changed, refuse_broken
from activities.services.rota_facts import Slot
from activities.services.rota_rules import Board
from congress.access import may
from congress.enums import Role
from congress.errors import Conflict, DomainError
from congress.models import User
from congress.services import audit, documents
from congress.services.audit import SYSTEM
from congress.services.documents import Wanted
from congress.services.notices import notify
from deputies.enums import Channel, MandateStatus
from deputies.models import Deputy, Mandate, VoterContact
from deputies.services import contacts
from deputies.services.guards import FieldRefused, require

NOTICE = "reception_notice"
NOTICE_DAYS = 3  # where a platform has no schedule any more


def _fresh(day: ReceptionDay) -> ReceptionDay:
    """The row, locked, with its platform."""
    return ReceptionDay.objects.select_for_update(of=("self",)).select_related("platform__unit", "platform__area").get(pk=day.pk)


def _set(day: ReceptionDay, state: ReceptionState, **fields: Any) -> bool:
    """Moves the state by a conditional UPDATE. False when it is there already; raises DomainError for a step the table has not."""
    if day.state == state:
        return False
    if state not in RECEPTION_TRANSITIONS[ReceptionState(day.state)]:
        raise DomainError(f"{day}现在是“{day.get_state_display()}”，不能改为“{state.label}”。")
    changed = ReceptionDay.objects.filter(pk=day.pk, state=day.state).update(state=state, version=F("version") + 1, **fields)
    if not changed:
        raise Conflict(f"{day}刚才已由他人办理，请刷新后查看。")
    return True


# ---- announcing


def notice_due(day: ReceptionDay) -> datetime.date:
    """The last day on which the notice is in time. The day comes with its platform's schedule."""
    schedule = getattr(day.platform, "reception_schedule", None)
    return day.on - datetime.timedelta(days=schedule.notice_days if schedule else NOTICE_DAYS)


def announce_due(today: datetime.date | None = None) -> int:
    """Announces every planned day whose notice is due; for the clock. Returns how many. A day without deputies is left to its town."""
    today = today or timezone.localdate()
    rows = ReceptionDay.objects.filter(state=ReceptionState.PLANNED, on__gte=today, duties__isnull=False).distinct()
    due = [day for day in rows.select_related("platform__reception_schedule") if notice_due(day) <= today]
    return len(announce(actor=SYSTEM, days=due)) if due else 0


@transaction.atomic
def announce(*, actor: audit.Actor, days: Sequence[ReceptionDay]) -> list[ReceptionDay]:
    """Announces these days: their pages become public, their notices are printed, their deputies reminded. Those already
    announced are left as they are. Returns what was announced.

    Raises PermissionDenied, and DomainError for a day that is past, over, cancelled, or without a deputy.
    """
    rows = ReceptionDay.objects.select_for_update(of=("self",)).filter(pk__in=[day.pk for day in days])
    found = list(
        rows.select_related("platform__unit", "platform__area").prefetch_related("duties__deputy__user").order_by("on", "platform__code")
    )
    done = []
    for day in found:
        require(actor, "activities.manage_reception", day)
        if day.state == ReceptionState.ANNOUNCED:
            continue
        if day.on < timezone.localdate():
            raise DomainError(f"{day}的日期已过，不必再公告。请登记接待情况。")
        if not day.duties.all():
            raise DomainError(f"{day}还没有值班代表，请先安排再公告。")
        if _set(day, ReceptionState.ANNOUNCED, announced_at=timezone.now(), is_public=True):
            day.version += 1
            done.append(day)
            audit.record(actor, "activities.announce_reception", day, changes={"state": [day.state, ReceptionState.ANNOUNCED]})
            _remind(day)
    _print_notices(actor, done)
    return done


def _remind(day: ReceptionDay) -> None:
    notify(
        [duty.deputy.user for duty in day.duties.all() if duty.deputy.user],
        text=f"{_when(day)}请到{day.platform.name}接待选民。",
        key=f"reception-{day.code}-{day.version}",
        url=reverse("activities:reception", args=[day.code]),
    )


def _print_notices(actor: audit.Actor, days: Sequence[ReceptionDay]) -> None:
    """Asks for the notices, in one batch for each town. A day changed after its notice gets a new one."""
    by_unit: dict[str, list[ReceptionDay]] = {}
    for day in days:
        by_unit.setdefault(day.platform.unit.code, []).append(day)
    for code, own in by_unit.items():
        unit, first = own[0].platform.unit, own[0]
        state = hashlib.sha256(" ".join(f"{day.code}.{day.version}" for day in own).encode()).hexdigest()[:12]
        many = f"等{len(own)}个" if len(own) > 1 else ""
        documents.request_batch(
            key=f"reception-notice-{code}-{state}",
            title=f"{unit.name}{first.on.month}月{first.on.day}日{many}接待选民公告",
            actor=actor,
            documents=[
                Wanted(
                    NOTICE,
                    day.code,
                    f"{day.platform.name}{day.on.month}月{day.on.day}日接待选民公告",
                    f"接待公告-{day.platform.short_name}-{day.on:%Y%m%d}",
                )
                for day in own
            ],
        )


def _when(day: ReceptionDay) -> str:
    return f"{day.on.month}月{day.on.day}日 {day.starts_at:%H:%M}"


# ---- cancelling and changing who stands there


@transaction.atomic
def cancel(*, actor: User, day: ReceptionDay, reason: str) -> ReceptionDay:
    """Cancels a day that has not been held and tells its deputies. A second call is a no-op.

    Raises PermissionDenied, and DomainError without a reason, with visitors already recorded, or for a day already held.
    """
    if not may(actor, "activities.manage_reception", day):
        raise PermissionDenied
    day = _fresh(day)
    if day.state == ReceptionState.CANCELLED:
        return day
    if not reason.strip():
        raise FieldRefused("reason", "请写明取消的原因。")
    if day.records.exists():
        raise DomainError("这一天已登记来访选民，不能取消。请登记接待情况。")
    _set(day, ReceptionState.CANCELLED, note=reason.strip(), is_public=False)
    _end_swaps(SwapRequest.objects.filter(duty__day=day))
    audit.record(actor, "activities.cancel_reception", day, changes={"state": [day.state, ReceptionState.CANCELLED]}, reason=reason.strip())
    notify(
        User.objects.filter(deputy__reception_duties__day=day),
        text=f"{_when(day)}{day.platform.name}的接待选民活动已取消：{reason.strip()[:100]}",
        key=f"reception-{day.code}-cancelled",
        url=reverse("activities:my_receptions"),
    )
    return ReceptionDay.objects.get(pk=day.pk)


def board_of(day: ReceptionDay, deputies: Sequence[int]) -> tuple[Board, Slot]:
    """The town's turns with this day's as given. The day comes with its platform, area and unit."""
    slot = rota_facts.slot_at(day.platform, day.month, day.on)
    [town] = rota_facts.towns_of([slot], {day.platform.unit.path: day.platform.unit}, without=[day.pk])
    return Board(town, {slot.key: deputies}), slot


@transaction.atomic
def change_duties(*, actor: User, day: ReceptionDay, deputies: Sequence[int], version: int) -> ReceptionDay:
    """Puts these deputies on a day to come, tells who came and who left, and prints a new notice where one hangs. The same again
    is a no-op.

    Raises PermissionDenied, Conflict when somebody changed the day since, and DomainError for a day that is over or cancelled,
    nobody, or somebody who has no mandate there or receives elsewhere that day. What else it breaks, ``board_of`` says.
    """
    if not may(actor, "activities.manage_reception", day):
        raise PermissionDenied
    day = _fresh(day)
    _refuse_over(day)
    held = {duty.deputy_id: duty for duty in day.duties.select_related("deputy__user")}
    wanted = list(dict.fromkeys(deputies))
    if set(held) == set(wanted):
        return day
    if day.version != version:
        raise Conflict(CHANGED)
    board, slot = board_of(day, wanted)
    refuse_broken(board, slot)
    gone = [duty for pk, duty in held.items() if pk not in wanted]
    _end_swaps(SwapRequest.objects.filter(duty__in=gone))
    ReceptionDuty.objects.filter(pk__in=[duty.pk for duty in gone]).delete()
    ReceptionDuty.objects.bulk_create(ReceptionDuty(day=day, deputy_id=pk, turn=DutyTurn.ADJUSTED) for pk in wanted if pk not in held)
    audit.record(actor, "activities.change_reception_duties", day, changes={"deputies": names_changed(board.town, held, wanted)})
    touched(actor, day)
    when, place, url = _when(day), day.platform.name, reverse("activities:my_receptions")
    key = f"reception-{day.code}-{day.version}"
    notify(
        [duty.deputy.user for duty in gone if duty.deputy.user],
        text=f"{when}{place}的接待选民值班不再由您承担。",
        key=f"{key}-off",
        url=url,
    )
    came = User.objects.filter(deputy__in=[pk for pk in wanted if pk not in held])
    notify(came, text=f"请您{when}到{place}接待选民。", key=f"{key}-on", url=url)
    return ReceptionDay.objects.get(pk=day.pk)


def touched(actor: audit.Actor, day: ReceptionDay) -> None:
    """Counts a change of the day's deputies; where its notice hangs, a new one is printed. Part of the caller's transaction."""
    ReceptionDay.objects.filter(pk=day.pk).update(version=F("version") + 1)
    day.version += 1
    if day.state == ReceptionState.ANNOUNCED and day.duties.exists():
        _print_notices(actor, [day])


def _refuse_over(day: ReceptionDay) -> None:
    if day.state not in TO_COME:
        raise DomainError(f"{day}现在是“{day.get_state_display()}”，不能再改值班代表。")


def _end_swaps(swaps: Any) -> None:
    """Withdraws what is still open, because its duty is gone."""
    swaps.filter(state=SwapState.ASKED).update(state=SwapState.WITHDRAWN, is_open=None, answered_at=timezone.now())


def close_duties(actor: audit.Actor, mandates: Sequence[Mandate], last_day: datetime.date) -> None:
    """Ends the duties to come of deputies whose mandate ended or was suspended and who have no other one in force in the
    platform's town (代表法 art. 61–62); the town is told that somebody is missing. Registered with ``deputies.services.closing``.

    Part of the caller's transaction. Called again it finds nothing left.
    """
    people = {mandate.deputy_id for mandate in mandates}
    duties = ReceptionDuty.objects.filter(deputy__in=people, day__on__gt=last_day, day__state__in=TO_COME)
    rows = list(duties.select_related("day__platform__unit", "deputy").order_by("day__on", "pk"))
    if not rows:
        return
    seats: dict[int, list[str]] = {}
    for deputy, path in Mandate.objects.filter(deputy__in=people, status=MandateStatus.ACTIVE).values_list("deputy", "area__path"):
        seats.setdefault(deputy, []).append(path)
    ending = [duty for duty in rows if not any(path.startswith(duty.day.platform.unit.path) for path in seats.get(duty.deputy_id, ()))]
    _end_swaps(SwapRequest.objects.filter(duty__in=ending))
    _end_swaps(SwapRequest.objects.filter(to__in={duty.deputy_id for duty in ending}))
    ReceptionDuty.objects.filter(pk__in=[duty.pk for duty in ending]).delete()
    by_unit: dict[int, list[ReceptionDuty]] = {}
    for duty in ending:
        audit.record(actor, "activities.close_duty", duty.day, changes={"deputies": [[duty.deputy.name], []]})
        touched(actor, duty.day)
        by_unit.setdefault(duty.day.platform.unit_id, []).append(duty)
    for unit, own in by_unit.items():
        names = "、".join(dict.fromkeys(duty.deputy.name for duty in own))
        notify(
            User.objects.in_role(Role.TOWN_OFFICE).filter(grants__organisation__area=unit).distinct(),
            text=f"{names}离任或暂停职务，以后的{len(own)}次接待选民值班已撤下，请补排。",
            key=f"duties-closed-{own[0].pk}-{own[-1].pk}",
            url=f"{reverse('activities:receptions')}?short=1",
        )


# ---- the window


def record_visitor(*, actor: User, day: ReceptionDay, key: str, deputies: Sequence[Deputy], **told: Any) -> VoterContact:
    """Keeps a visitor of the day as a voter contact, once for the same ``key``; see ``contacts.record`` for the rest.

    Raises PermissionDenied for somebody who neither receives nor works there, and DomainError before the day, for a cancelled
    one, for a deputy who is not on duty, and as ``contacts.record`` does.
    """
    if not may(actor, "activities.receive", day):
        raise PermissionDenied
    if day.state == ReceptionState.CANCELLED:
        raise DomainError(f"{day}已取消，不能登记来访选民。")
    if day.on > timezone.localdate():
        raise DomainError(f"{day}还没有到，不能登记来访选民。")
    on_duty = {duty.deputy_id for duty in day.duties.all()}
    if strangers := [deputy.name for deputy in deputies if deputy.pk not in on_duty]:
        raise DomainError(f"{'、'.join(strangers)}不在这一天的值班代表里。请先调整值班代表，再登记。")
    with transaction.atomic():
        contact = contacts.record(
            actor=actor, key=key, deputies=deputies, channel=Channel.RECEPTION, area=day.platform.area, place=day.platform.name, **told
        )
        ReceptionRecord.objects.get_or_create(contact=contact, defaults={"day": day})
    return contact


@transaction.atomic
def hold(*, actor: User, day: ReceptionDay, present: Iterable[int], note: str = "") -> ReceptionDay:
    """Closes a day: who was there, and what is to be said of it. A day to which no voter came is held as well.

    Called again it corrects who was there and the note; the same again is a no-op. Raises PermissionDenied, and DomainError
    before the day, for a cancelled one, or when nobody was there: that day is cancelled, not held.
    """
    if not may(actor, "activities.receive", day):
        raise PermissionDenied
    day = _fresh(day)
    if day.on > timezone.localdate():
        raise DomainError(f"{day}还没有到，不能登记接待情况。")
    duties = list(day.duties.order_by("pk"))
    there = {pk for pk in present if any(duty.deputy_id == pk for duty in duties)}
    if not there:
        raise FieldRefused("present", "请勾选到场的代表。没有代表到场的，不算接待，请由镇（街道）人大取消这个接待日并写明原因。")
    note = note.strip()
    was = {duty.deputy_id for duty in duties if duty.was_present}
    if day.state == ReceptionState.HELD and was == there and day.note == note:
        return day
    if not _set(day, ReceptionState.HELD, note=note):
        ReceptionDay.objects.filter(pk=day.pk).update(note=note, version=F("version") + 1)
    for duty in duties:
        duty.was_present = duty.deputy_id in there
    ReceptionDuty.objects.bulk_update(duties, ["was_present"])
    _end_swaps(SwapRequest.objects.filter(duty__day=day))
    audit.record(
        actor, "activities.hold_reception", day, changes={"state": [day.state, ReceptionState.HELD], "present": [len(was), len(there)]}
    )
    return ReceptionDay.objects.get(pk=day.pk)
