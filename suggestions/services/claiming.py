"""Who in a unit works on what (认领、移交), and signing for and claiming many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from congress.errors import DomainError
from congress.models import User
from congress.services import audit
from congress.services.notices import notify
from suggestions.enums import OPEN_HANDLING
from suggestions.models import Handling
from suggestions.services.moves import locked_handling, require
from suggestions.services.proposing import link_to
from suggestions.services.units import claim, people_of, sign_for


@transaction.atomic
def hand_over(*, actor: User, handling: Handling, to: User | None) -> Handling:
    """Whoever claimed it gives it to a colleague, or back to be claimed (``to`` is None). The same again is a no-op.

    Raises PermissionDenied for somebody of another unit, and DomainError for what a colleague has, what is done with, or a
    person who does not work for the unit.
    """
    handling = locked_handling(handling)
    require(actor, "suggestions.handle_suggestion", handling)
    if handling.claimed_by_id == (to.pk if to else None):
        return handling
    if handling.state not in OPEN_HANDLING:
        raise DomainError(f"该件现为“{handling.get_state_display()}”，不用再移交。")
    if handling.claimed_by_id != actor.pk:
        raise DomainError(f"这件建议由{handling.claimed_by}经办，请由本人移交。" if handling.claimed_by else "这件建议还没有人认领。")
    if to is not None and not people_of(handling).filter(pk=to.pk).exists():
        raise DomainError(f"{to}不是{handling.unit}的经办人员，请另选同事。")
    Handling.objects.filter(pk=handling.pk).update(claimed_by=to)
    audit.record(actor, "suggestions.hand_over", handling.suggestion, changes={"claimed_by": [str(actor), str(to) if to else None]})
    if to is not None:
        text = f"{actor}移交给您办理：{handling.suggestion.title}"
        notify(
            [to], text=text[:200], url=link_to(handling.suggestion), key=f"hand-over-{handling.pk}-{handling.version}-{actor.pk}-{to.pk}"
        )
    return locked_handling(handling)


def sign_batch(*, actor: User, handlings: Iterable[Handling]) -> tuple[int, list[str]]:
    """Signs for each by itself, so that one that can't be keeps nothing else back.

    Returns how many are signed for, and a sentence for each that is not.
    """
    return _each(sign_for, actor, handlings)


def claim_batch(*, actor: User, handlings: Iterable[Handling]) -> tuple[int, list[str]]:
    """Claims each by itself. Returns as ``sign_batch``."""
    return _each(claim, actor, handlings)


def _each(act: Callable[..., Any], actor: User, handlings: Iterable[Handling]) -> tuple[int, list[str]]:
    done, refused = 0, []
    for handling in handlings:
        try:
            act(actor=actor, handling=handling)
            done += 1
        except DomainError as refusal:
            refused.append(f"《{handling.suggestion.title}》：{refusal}")
        except PermissionDenied:
            refused.append(f"《{handling.suggestion.title}》：不是您单位承办的，没有改动。")
    return done, refused
