"""Swapping a turn: a deputy asks another of the town to take hers, who agrees on the phone. And when one can, or would rather not."""

from __future__ import annotations

import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from activities.enums import DutyTurn, SwapState, WishKind
from activities.models import ReceptionDay, ReceptionDuty, ReceptionWish, SwapRequest
from activities.querysets.receptions import TO_COME
from activities.services import receptions
from activities.services.rota_rules import AWAY, MUST
from congress.access import may
from congress.enums import Role
from congress.errors import Conflict, DomainError
from congress.models import User
from congress.services import audit
from congress.services.notices import notify
from deputies.models import Deputy
from deputies.services.guards import FieldRefused

_LONGEST_WISH = 366


@transaction.atomic
def ask(*, actor: User, duty: ReceptionDuty, to: Deputy, reason: str = "") -> SwapRequest:
    """Asks ``to`` to take the turn. Asking the same person again gives the request that is open.

    Raises PermissionDenied for somebody else's turn, and FieldRefused or DomainError for a day that is here or over, another
    open request, or somebody who can't stand there that day.
    """
    if not may(actor, "activities.swap_duty", duty):
        raise PermissionDenied
    day = _open_day(duty)
    if found := duty.swaps.filter(state=SwapState.ASKED).select_related("to").first():
        if found.to_id == to.pk:
            return found
        raise DomainError(f"您已请{found.to.name}换班，还没有答复。请先撤回，再请别人。")
    _refuse(day, duty, to)
    try:
        with transaction.atomic():
            swap = SwapRequest.objects.create(duty=duty, to=to, reason=reason.strip())
    except IntegrityError:
        raise Conflict("这次值班刚才已提出换班，请刷新后查看。") from None
    audit.record(actor, "activities.ask_swap", day, changes={"deputies": [duty.deputy.name, to.name]}, reason=reason.strip())
    notify(
        [to.user] if to.user else [],
        text=f"{duty.deputy.name}请您{_when(day)}代为到{day.platform.name}接待选民，请答复。",
        key=f"swap-{swap.pk}",
        url=reverse("activities:my_receptions"),
    )
    return swap


@transaction.atomic
def agree(*, actor: User, swap: SwapRequest) -> SwapRequest:
    """Takes the turn over and tells both and the town's staff. A second call is a no-op.

    Raises PermissionDenied for anyone but who was asked, and DomainError when the request is answered otherwise, the day is
    here or over, or she can't stand there any more.
    """
    swap, day = _answerable(actor, swap, "activities.answer_swap", SwapState.AGREED)
    if swap.state == SwapState.AGREED:
        return swap
    duty = swap.duty
    _refuse(day, duty, swap.to)
    _settle(swap, SwapState.AGREED)
    before = duty.deputy
    ReceptionDuty.objects.filter(pk=duty.pk).update(deputy=swap.to, turn=DutyTurn.SWAPPED, note=f"与{before.name}换班")
    audit.record(actor, "activities.agree_swap", day, changes={"deputies": [before.name, swap.to.name]})
    receptions.touched(actor, day)
    staff = User.objects.in_role(Role.TOWN_OFFICE).filter(grants__organisation__area=day.platform.unit_id)
    told = {person.pk: person for person in (before.user, swap.to.user, *staff) if person}
    notify(
        told.values(),
        text=f"{_when(day)}{day.platform.name}的接待选民值班，已由{before.name}换为{swap.to.name}。",
        key=f"swap-{swap.pk}-agreed",
        url=reverse("activities:reception", args=[day.code]),
    )
    return SwapRequest.objects.get(pk=swap.pk)


@transaction.atomic
def refuse(*, actor: User, swap: SwapRequest) -> SwapRequest:
    """Declines and tells who asked. A second call is a no-op. Raises as ``agree`` does."""
    swap, day = _answerable(actor, swap, "activities.answer_swap", SwapState.REFUSED)
    if swap.state == SwapState.REFUSED:
        return swap
    _settle(swap, SwapState.REFUSED)
    audit.record(actor, "activities.refuse_swap", day)
    asker = swap.duty.deputy
    notify(
        [asker.user] if asker.user else [],
        text=f"{swap.to.name}不能代您{_when(day)}值班，可以另请一名代表。",
        key=f"swap-{swap.pk}-refused",
        url=reverse("activities:my_receptions"),
    )
    return SwapRequest.objects.get(pk=swap.pk)


@transaction.atomic
def withdraw(*, actor: User, swap: SwapRequest) -> SwapRequest:
    """Takes an unanswered request back and tells who was asked. A second call is a no-op. Raises as ``agree`` does."""
    swap, day = _answerable(actor, swap, "activities.withdraw_swap", SwapState.WITHDRAWN)
    if swap.state == SwapState.WITHDRAWN:
        return swap
    _settle(swap, SwapState.WITHDRAWN)
    audit.record(actor, "activities.withdraw_swap", day)
    notify(
        [swap.to.user] if swap.to.user else [],
        text=f"{swap.duty.deputy.name}撤回了{_when(day)}的换班请求，不必再答复。",
        key=f"swap-{swap.pk}-withdrawn",
        url=reverse("activities:my_receptions"),
    )
    return SwapRequest.objects.get(pk=swap.pk)


def _answerable(actor: User, swap: SwapRequest, permission: str, wanted: SwapState) -> tuple[SwapRequest, ReceptionDay]:
    """The request, locked, with its day, for somebody who may answer it in that way."""
    rows = SwapRequest.objects.select_for_update(of=("self",)).select_related(
        "to__user", "duty__deputy__user", "duty__day__platform__unit", "duty__day__platform__area"
    )
    swap = rows.get(pk=swap.pk)
    # Who took the turn over is its deputy now; she asked nobody.
    if not (may(actor, permission, swap) or (swap.state == wanted == SwapState.AGREED and swap.to.user_id == actor.pk)):
        raise PermissionDenied
    if swap.state not in (SwapState.ASKED, wanted):
        raise DomainError(f"这次换班{swap.get_state_display()}，不能再答复。")
    if swap.state == SwapState.ASKED:
        _open_day(swap.duty)
    return swap, swap.duty.day


def _settle(swap: SwapRequest, state: SwapState) -> None:
    done = SwapRequest.objects.filter(pk=swap.pk, state=SwapState.ASKED).update(state=state, is_open=None, answered_at=timezone.now())
    if not done:
        raise Conflict("这次换班刚才已答复，请刷新后查看。")


def _open_day(duty: ReceptionDuty) -> ReceptionDay:
    """The day of a turn that can still be swapped, locked. Raises DomainError."""
    rows = ReceptionDay.objects.select_for_update(of=("self",)).select_related("platform__unit", "platform__area")
    day = rows.get(pk=duty.day_id)
    if day.state not in TO_COME or day.on <= timezone.localdate():
        raise DomainError(f"{day}已到或已结束，不能换班。请直接与镇（街道）人大联系。")
    return day


def _refuse(day: ReceptionDay, duty: ReceptionDuty, to: Deputy) -> None:
    """Raises FieldRefused when ``to`` can't take the turn: on duty there or elsewhere that day, away, or without a mandate."""
    others = list(day.duties.exclude(pk=duty.pk).values_list("deputy_id", flat=True))
    if to.pk in (*others, duty.deputy_id):
        raise FieldRefused("to", f"{to.name}这一天也在本平台值班，请另选一名代表。")
    board, slot = receptions.board_of(day, [*others, to.pk])
    own = [
        each for each in board.broken(slot) if each.rule in (*MUST, AWAY) and (each.text.startswith(to.name) or "名代表在本镇" in each.text)
    ]
    if own:
        raise FieldRefused(
            "to", f"{own[0].text if own[0].text.startswith(to.name) else f'{to.name}在本镇（街道）没有代表资格'}，请另选一名代表。"
        )


def _when(day: ReceptionDay) -> str:
    return f"{day.on.month}月{day.on.day}日 {day.starts_at:%H:%M}"


# ---- wishes


@transaction.atomic
def wish(
    *, actor: User, deputy: Deputy, kind: str, starts_on: datetime.date, ends_on: datetime.date | None = None, note: str = ""
) -> ReceptionWish:
    """Keeps when a deputy cannot, would rather not, or would gladly take a turn; the next rota heeds it. The same again gives
    the wish that is there.

    Raises PermissionDenied, and FieldRefused for days that are past, in the wrong order or more than a year apart.
    """
    if not may(actor, "activities.wish_for", deputy):
        raise PermissionDenied
    ends_on = ends_on or starts_on
    if ends_on < starts_on:
        raise FieldRefused("ends_on", "结束日期早于开始日期，请改正。")
    if ends_on < timezone.localdate():
        raise FieldRefused("ends_on", "日期已过，请填写以后的日期。")
    if (ends_on - starts_on).days > _LONGEST_WISH:
        raise FieldRefused("ends_on", "一次最长填写一年。")
    made, created = ReceptionWish.objects.get_or_create(
        deputy=deputy, kind=WishKind(kind), starts_on=starts_on, ends_on=ends_on, defaults={"note": note.strip()}
    )
    if created:
        audit.record(actor, "activities.wish", deputy, changes={"wish": [None, f"{made.get_kind_display()} {starts_on}—{ends_on}"]})
    return made


@transaction.atomic
def take_back(*, actor: User, wish: ReceptionWish) -> None:
    """Takes a wish back. Raises PermissionDenied."""
    if not may(actor, "activities.wish_for", wish.deputy):
        raise PermissionDenied
    if ReceptionWish.objects.filter(pk=wish.pk).delete()[0]:
        audit.record(
            actor,
            "activities.take_back_wish",
            wish.deputy,
            changes={"wish": [f"{wish.get_kind_display()} {wish.starts_on}—{wish.ends_on}", None]},
        )
