"""A rota from asking to a draft: drawn by a worker, town by town, once, even when a worker is killed half-way.

A rota goes waiting → drawing → ready or failed. A worker claims it by one conditional UPDATE and owns it for ``LEASE``, which
it renews with every town; a claim past its lease is anyone's. A town's turns are written whole or not at all, so that
whoever takes over goes on with the towns that are left.
"""

from __future__ import annotations

import datetime
import logging
import uuid
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from activities.enums import DutyTurn, RotaState
from activities.models import Rota, RotaDay, RotaTurn
from activities.services import rota_facts, rota_rules, rota_solver
from activities.services.rota_facts import Slot, Town
from congress import codes
from congress.access import may
from congress.errors import Conflict, DomainError
from congress.models import Area, User
from congress.services import audit
from congress.services.notices import notify
from congress.workdays import Calendar, add_months
from deputies.services.guards import FieldRefused
from platforms.models import Platform

logger = logging.getLogger(__name__)

LEASE = datetime.timedelta(minutes=5)  # far above what the largest town takes
MAX_ATTEMPTS = 3
MOST_MONTHS = 12
_EXHAUSTED = f"连续{MAX_ATTEMPTS}次没有排完。请重新排班；仍不成功的，请联系系统管理员查看后台日志。"
CHANGED = "这一天的值班代表刚才已由他人调整。您的选择还在本页，请刷新后对照再改。"
_UNDER_WAY = (RotaState.WAITING, RotaState.DRAWING)


def request(*, actor: User, first_month: datetime.date, months: int, platforms: Sequence[Platform]) -> Rota:
    """Asks for a rota of ``months`` months for these platforms; a worker draws it once the transaction commits.

    The same asked again while the first is waiting or being drawn gives that one. Raises PermissionDenied for platforms of
    other towns, and FieldRefused for a month that is over, no platform, or one without a schedule in use.
    """
    platforms = sorted(set(platforms), key=lambda platform: platform.code)
    if not all(may(actor, "activities.schedule_receptions_of", platform) for platform in platforms):
        raise PermissionDenied
    if not platforms:
        raise FieldRefused("platforms", "请至少选择一个平台。")
    first_month = first_month.replace(day=1)
    if first_month < timezone.localdate().replace(day=1):
        raise FieldRefused("first_month", "起始月已经过去，请从本月或以后的月份排起。")
    if not 1 <= months <= MOST_MONTHS:
        raise FieldRefused("months", f"一次可以排1至{MOST_MONTHS}个月。")
    scheduled = set(Platform.objects.filter(reception_schedule__is_active=True).values_list("pk", flat=True))
    if without := [platform.name for platform in platforms if platform.pk not in scheduled]:
        raise FieldRefused("platforms", f"{without[0]}{f'等{len(without)}个平台' if len(without) > 1 else ''}还没有接待日安排，请先填写。")

    def write(code: str) -> Rota:
        rota = Rota.objects.create(code=code, first_month=first_month, months=months, total=len(platforms), made_by=actor)
        rota.platforms.set(platforms)
        audit.record(actor, "activities.request_rota", rota, changes={"platforms": [0, len(platforms)], "months": [None, months]}, ref=code)
        _send_on_commit([rota.pk])
        return rota

    return _same_under_way(actor, first_month, months, platforms) or codes.with_code(Rota, f"PB{first_month.year}-", write)


def _same_under_way(actor: User, first_month: datetime.date, months: int, platforms: Sequence[Platform]) -> Rota | None:
    wanted = {platform.pk for platform in platforms}
    rows = Rota.objects.filter(made_by=actor, first_month=first_month, months=months, state__in=_UNDER_WAY)
    return next((rota for rota in rows.prefetch_related("platforms") if {row.pk for row in rota.platforms.all()} == wanted), None)


def draw(rota_id: int) -> str | None:
    """Draws the rota when it waits, or when its worker's lease is over. Returns the state this call brought it to.

    Safe to call at any time and by many workers at once: whoever does not get the claim does nothing and returns None.
    """
    claim = _claim(rota_id)
    if claim is None:
        return None
    rota = Rota.objects.select_related("made_by").get(pk=rota_id)
    try:
        return _draw(rota, claim)
    except _ClaimLost:
        return None
    except Exception:
        logger.exception("rota %s, attempt %s", rota.code, rota.attempts)
        if rota.attempts >= MAX_ATTEMPTS:
            return _settle(rota, claim, RotaState.FAILED, error=_EXHAUSTED)
        return _settle(rota, claim, RotaState.WAITING)


class _ClaimLost(Exception):
    """Another worker has it."""


def _draw(rota: Rota, claim: uuid.UUID) -> str | None:
    slots, units = _slots(rota)
    if not slots:
        return _settle(rota, claim, RotaState.FAILED, error="这几个月的接待日都已公告、接待或取消，没有可以排的。请选择以后的月份。")
    towns = rota_facts.towns_of(slots, units)
    short = [each for town in towns for each in rota_rules.shortages(town)]
    if short:
        error = short[0].text if len(short) == 1 else f"有{len(short)}处排不出。{short[0].text}其余见下表。"
        unmet = [{"day": str(each.on), "platform": "", "text": each.text} for each in short]
        return _settle(rota, claim, RotaState.FAILED, error=error[:300], unmet=unmet)
    drawn = set(rota.drafts.values_list("platform_id", flat=True))
    for town in towns:
        own = {slot.platform for slot in town.slots}
        if own <= drawn:
            continue
        [town] = rota_facts.towns_of(town.slots, units, redrawn=slots, drafts_of=rota.pk)
        try:
            chosen = rota_solver.solve(town)
        except rota_solver.Unsolvable as fault:
            logger.error("rota %s, %s: %s", rota.code, town.name, fault)
            error = f"{town.name}没有排出来：代表同时在几个镇（街道）值班，互相冲突。请把其中平台的接待日错开，或减少每次值班代表。"
            return _settle(rota, claim, RotaState.FAILED, error=error)
        _keep(rota, claim, town, chosen)
    return _settle(rota, claim, RotaState.READY, error="", done=F("total"))


def _slots(rota: Rota) -> tuple[list[Slot], dict[str, Area]]:
    """The rota's days to fill, and the towns of its platforms by path."""
    platforms = list(
        rota.platforms.filter(reception_schedule__is_active=True).select_related("area", "unit", "reception_schedule").order_by("code")
    )
    slots = rota_facts.slots_of(platforms, rota.first_month, rota.months, Calendar.load(), timezone.localdate())
    return slots, {platform.unit.path: platform.unit for platform in platforms}


@transaction.atomic
def _keep(rota: Rota, claim: uuid.UUID, town: Town, chosen: rota_solver.Chosen) -> None:
    """Writes a town's days and turns and what could not be kept, counts its platforms as done, and renews the lease."""
    own = Rota.objects.select_for_update().filter(pk=rota.pk, state=RotaState.DRAWING, claim=claim).first()
    if own is None:
        raise _ClaimLost
    days = RotaDay.objects.bulk_create(
        RotaDay(
            rota=rota,
            platform_id=slot.platform,
            month=slot.month,
            on=slot.on,
            moved_from=slot.moved_from,
            moved_because=slot.moved_because,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
        )
        for slot in town.slots
    )
    RotaTurn.objects.bulk_create(
        (RotaTurn(day=day, deputy_id=pk) for slot, day in zip(town.slots, days, strict=True) for pk in chosen[slot.key]), batch_size=500
    )
    unmet = [*own.unmet, *rota_rules.Board(town, chosen).unmet()]
    Rota.objects.filter(pk=rota.pk).update(
        done=own.done + len({slot.platform for slot in town.slots}), claimed_at=timezone.now(), unmet=unmet
    )


def _claim(rota_id: int) -> uuid.UUID | None:
    now, claim = timezone.now(), uuid.uuid4()
    free = Q(state=RotaState.WAITING) | Q(state=RotaState.DRAWING, claimed_at__lt=now - LEASE)
    claimed = Rota.objects.filter(free, pk=rota_id, attempts__lt=MAX_ATTEMPTS).update(
        state=RotaState.DRAWING, claim=claim, claimed_at=now, attempts=F("attempts") + 1
    )
    return claim if claimed else None


def _settle(rota: Rota, claim: uuid.UUID, state: RotaState, **values: Any) -> str | None:
    """Ends the claim, if it is still held, and tells who asked."""
    held = Rota.objects.filter(pk=rota.pk, state=RotaState.DRAWING, claim=claim)
    with transaction.atomic():
        if not held.update(state=state, claim=None, claimed_at=None, **values):
            return None
        if state in (RotaState.READY, RotaState.FAILED):
            told = "已排好，请核对后采用" if state == RotaState.READY else "没有排出来，请查看原因"
            notify(
                [rota.made_by], text=f"{rota}{told}。", key=f"rota-{rota.code}-{state}", url=reverse("activities:rota", args=[rota.code])
            )
    return state


def unfinished_without_worker(now: datetime.datetime | None = None) -> list[int]:
    """Rotas to send again: claims past their lease, and those that waited as long. One whose every attempt ended with a killed
    worker is given up here."""
    over = (now or timezone.now()) - LEASE
    lapsed = Rota.objects.filter(state=RotaState.DRAWING, claimed_at__lt=over)
    lapsed.filter(attempts__gte=MAX_ATTEMPTS).update(state=RotaState.FAILED, claim=None, claimed_at=None, error=_EXHAUSTED)
    waiting = Rota.objects.filter(state=RotaState.WAITING, made_at__lt=over)
    return [*lapsed.order_by("pk").values_list("pk", flat=True), *waiting.order_by("pk").values_list("pk", flat=True)]


# ---- adjusting a draft by hand


def board_of(day: RotaDay, deputies: Sequence[int]) -> tuple[rota_rules.Board, Slot]:
    """The town's turns with this day's as given. The day comes with rota and platform with area and unit."""
    slot = rota_facts.slot_at(day.platform, day.month, day.on)
    [town] = rota_facts.towns_of([slot], {day.platform.unit.path: day.platform.unit}, redrawn=_drafted(day.rota), drafts_of=day.rota_id)
    return rota_rules.Board(town, {slot.key: deputies}), slot


def _drafted(rota: Rota) -> list[Slot]:
    return [
        rota_facts.slot_at(row.platform, row.month, row.on)
        for row in rota.drafts.select_related("platform__area", "platform__unit", "platform__reception_schedule")
    ]


@transaction.atomic
def adjust(*, actor: User, day: RotaDay, deputies: Sequence[int], version: int) -> RotaDay:
    """Puts these deputies on a drawn day. The same again is a no-op.

    Raises PermissionDenied, Conflict when somebody else changed the day since, and DomainError for a rota that is adopted,
    nobody, or somebody who has no mandate there or receives elsewhere that day. What else it breaks, ``board_of`` says.
    """
    if not may(actor, "activities.change_rota", day.rota):
        raise PermissionDenied
    rota = Rota.objects.select_for_update().get(pk=day.rota_id)
    if rota.state != RotaState.READY:
        raise DomainError(f"{rota}现在是“{rota.get_state_display()}”，不能调整。")
    wanted = list(dict.fromkeys(deputies))
    held = {turn.deputy_id: turn for turn in day.turns.all()}
    if set(held) == set(wanted):
        return day
    board, slot = board_of(day, wanted)
    refuse_broken(board, slot)
    if not RotaDay.objects.filter(pk=day.pk, version=version).update(version=F("version") + 1):
        raise Conflict(CHANGED)
    day.turns.exclude(deputy__in=wanted).delete()
    RotaTurn.objects.bulk_create(RotaTurn(day=day, deputy_id=pk, turn=DutyTurn.ADJUSTED) for pk in wanted if pk not in held)
    audit.record(
        actor,
        "activities.adjust_rota",
        rota,
        changes={"day": [None, f"{day.platform} {day.on}"], "deputies": names_changed(board.town, held, wanted)},
    )
    return RotaDay.objects.get(pk=day.pk)


def refuse_broken(board: rota_rules.Board, slot: Slot) -> None:
    """Raises DomainError for nobody at all, and for what no hand may put down."""
    if not board.turns.get(slot.key):
        raise DomainError("请至少安排一名值班代表。不接待的，请取消这个接待日。")
    if found := [each.text for each in board.broken(slot) if each.rule in rota_rules.MUST]:
        raise DomainError(f"{'；'.join(found)}。请换一名代表。")


def names_changed(town: Town, before: Any, after: Any) -> list[list[str]]:
    """[names before, names after] for the audit trail."""
    return [[town.candidates[pk].name if pk in town.candidates else str(pk) for pk in pks] for pks in (before, after)]


def _send_on_commit(rota_ids: Sequence[int]) -> None:
    from activities.tasks import draw_rota

    def send() -> None:
        for pk in rota_ids:
            draw_rota.delay(pk)

    # A broker that is down must not undo the request: beat sends again what no worker took up.
    transaction.on_commit(send, robust=True)


def title(first_month: datetime.date, months: int) -> str:
    """2027年1月, 2027年1月至12月, 2027年11月至2028年2月."""
    last = add_months(first_month, months - 1)[0]
    start = f"{first_month.year}年{first_month.month}月"
    if months == 1:
        return start
    return f"{start}至{'' if last.year == first_month.year else f'{last.year}年'}{last.month}月"
