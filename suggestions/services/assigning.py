"""Giving a suggestion to its units (交办): the three months begin (代表法 art. 51)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from congress.errors import Conflict, DomainError
from congress.models import Organisation, User
from congress.workdays import Calendar
from suggestions.enums import HANDLES, HandlingRole, LimitKind, SuggestionState
from suggestions.models import Handling, Suggestion
from suggestions.services import clocks
from suggestions.services.examining import tell_proposers
from suggestions.services.moves import locked, move, require
from suggestions.services.units import tell_unit

Units = Mapping[Organisation, HandlingRole]


@transaction.atomic
def assign(
    *,
    actor: User,
    suggestion: Suggestion,
    units: Units,
    instruction: str = "",
    on: datetime.date | None = None,
    calendar: Calendar | None = None,
) -> Suggestion:
    """交办: one lead unit with any supporting ones, or several that answer each. The three months begin (代表法 art. 51).

    What is merged into it and waits goes along to the same units, to be answered by itself. The same units again are a no-op. Raises PermissionDenied, Conflict when another dispatcher was faster, and DomainError
    for two lead units, a supporting unit without a lead, a lead beside separate ones, or a unit that handles nothing.
    """
    # In the order of their keys, as merging takes them: so that neither waits for the other.
    for pk in sorted(suggestion.merged.values_list("pk", flat=True)):
        if pk < suggestion.pk:
            locked(Suggestion(pk=pk))
    suggestion = locked(suggestion)
    require(actor, "suggestions.assign_suggestion", suggestion)
    _refuse(units)
    if suggestion.state == SuggestionState.ASSIGNED and _same(suggestion, units):
        return suggestion
    if suggestion.state != SuggestionState.ACCEPTED and suggestion.assigned_on is not None:
        given = suggestion.handlings.select_related("unit", "assigned_by").order_by("-pk")[:1]
        raise Conflict("".join(f"该建议已由{row.assigned_by}交{row.unit}办理，请刷新后查看。" for row in given))
    on, calendar = on or timezone.localdate(), calendar or Calendar.load()
    names = "、".join(f"{unit.short_name or unit.name}（{role.label}）" for unit, role in units.items())
    suggestion = move(
        actor,
        "suggestions.assign",
        suggestion,
        SuggestionState.ASSIGNED,
        text="；".join(filter(None, [f"交{names}", instruction.strip()])),
        assigned_on=on,
    )
    clocks.stop(actor=actor, clocks=suggestion.clocks.filter(kind__in=[LimitKind.ASSIGN, LimitKind.REASSIGN]), on=on)
    for unit, role in units.items():
        give(actor, suggestion, unit, role, instruction, on, calendar)
    tell_proposers(suggestion, f"您的建议已交{names}办理：{suggestion.title}", f"assigned-{suggestion.version}")
    for child in suggestion.merged.filter(state=SuggestionState.ACCEPTED).order_by("pk"):
        assign(actor=actor, suggestion=child, units=units, instruction=instruction, on=on, calendar=calendar)
    return suggestion


def assign_batch(*, actor: User, rows: Iterable[tuple[Suggestion, Units]], instruction: str = "") -> tuple[int, list[str]]:
    """Assigns each by itself, so that one that cannot be assigned keeps nothing else back.

    Returns how many were assigned, and a sentence for each that was not.
    """
    calendar, done, refused = Calendar.load(), 0, []
    for suggestion, units in rows:
        try:
            assign(actor=actor, suggestion=suggestion, units=units, instruction=instruction, calendar=calendar)
            done += 1
        except DomainError as refusal:
            refused.append(f"《{suggestion.title}》：{refusal}")
    return done, refused


@transaction.atomic
def add_unit(*, actor: User, suggestion: Suggestion, unit: Organisation, role: HandlingRole, instruction: str = "") -> Handling:
    """Gives another unit a part in what is under way: a supporting one, or one more that answers by itself."""
    suggestion = locked(suggestion)
    require(actor, "suggestions.assign_suggestion", suggestion)
    if suggestion.state not in {SuggestionState.ASSIGNED, SuggestionState.IN_HAND}:
        raise DomainError(f"该建议现为“{suggestion.get_state_display()}”，不能增加承办单位。")
    held = {row.unit_id: row for row in suggestion.handlings.open()}
    if unit.pk in held:
        return held[unit.pk]
    roles = {row.role for row in held.values()}
    if role == HandlingRole.LEAD or (role == HandlingRole.SEPARATE) != (HandlingRole.SEPARATE in roles):
        raise DomainError("主办件只能增加协办单位，分办件只能增加分办单位。")
    refuse_unit(unit)
    return give(actor, suggestion, unit, role, instruction, timezone.localdate(), Calendar.load())


def give(
    actor: User,
    suggestion: Suggestion,
    unit: Organisation,
    role: str,
    instruction: str,
    on: datetime.date,
    calendar: Calendar,
    round: int = 1,
) -> Handling:
    """The unit's part with its clocks; in a later round it is the one of handling again. The caller has locked and asked."""
    handling = Handling.objects.create(
        suggestion=suggestion, unit=unit, role=role, assigned_on=on, assigned_by=actor, instruction=instruction.strip(), round=round
    )
    if role == HandlingRole.SUPPORT:
        kinds = [LimitKind.SIGN, LimitKind.RETURN, LimitKind.SUPPORT]
    elif round > 1:
        kinds = [LimitKind.SIGN, LimitKind.REHANDLE]
    else:
        answer = LimitKind.ANSWER_LONG if suggestion.is_difficult else LimitKind.ANSWER
        kinds = [LimitKind.SIGN, LimitKind.RETURN, *([LimitKind.CONTACT] if suggestion.wants_consultation else []), answer]
    clocks.start(actor=actor, suggestion=suggestion, handling=handling, kinds=kinds, on=on, round=round, calendar=calendar)
    tell_unit(handling, f"新交办的代表建议（{HandlingRole(role).label}）：{suggestion.title}")
    return handling


def _refuse(units: Units) -> None:
    roles: Sequence[HandlingRole] = list(units.values())
    leads = roles.count(HandlingRole.LEAD)
    if not units:
        raise DomainError("请选择承办单位。")
    if leads > 1:
        raise DomainError("主办单位只能有一个；由几个单位分别答复的，请选“分办”。")
    if leads and HandlingRole.SEPARATE in roles:
        raise DomainError("主办和分办不能同时使用。")
    if not leads and HandlingRole.SEPARATE not in roles:
        raise DomainError("协办须有主办单位，请指定一个主办单位。")
    for unit in units:
        refuse_unit(unit)


def refuse_unit(unit: Organisation) -> None:
    """Raises DomainError for a unit that can't be given a suggestion."""
    if not unit.is_active or unit.kind not in HANDLES:
        raise DomainError(f"“{unit}”不能承办代表建议，请另选单位。")


def _same(suggestion: Suggestion, units: Units) -> bool:
    held = suggestion.handlings.open().values_list("unit", "role")
    return set(held) == {(unit.pk, role.value) for unit, role in units.items()}
