"""Joining what is like another's: a deputy signs an accepted one along (附议), the office handles like ones together (并案)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from congress.errors import DomainError
from congress.models import User
from congress.services import audit
from congress.services.notices import notify
from deputies.enums import MandateStatus
from deputies.models import Mandate
from suggestions.enums import CosignState, HandlingRole, SuggestionState
from suggestions.models import Cosigner, Suggestion
from suggestions.services import assigning, examining
from suggestions.services.moves import locked, require, step
from suggestions.services.proposing import link_to

# Until it is given to its units others may still sign along; then it is fixed whom the units must answer.
JOINABLE = (SuggestionState.SUBMITTED, SuggestionState.ACCEPTED)


@transaction.atomic
def sign_along(*, actor: User, suggestion: Suggestion) -> Cosigner:
    """附议: a deputy of the same congress puts her name to what another proposed. A second call is a no-op.

    The leading deputy is told. Raises PermissionDenied for who is no deputy, and DomainError without a seat in force, for one's
    own, once it was given to units, or where the leading deputy withholds her name: signing along would give it away.
    """
    suggestion = locked(suggestion)
    require(actor, "suggestions.join_suggestion")
    seat = Mandate.objects.filter(deputy__user=actor, term=suggestion.term_id).select_related("deputy").first()
    if seat is None or seat.status != MandateStatus.ACTIVE:
        raise DomainError(f"您不是{suggestion.term}的在任代表，不能附议这件建议。")
    if seat.pk == suggestion.proposer_id:
        raise DomainError("这是您自己领衔的建议，不必附议。")
    row = Cosigner.objects.filter(suggestion=suggestion, mandate=seat).first()
    if row is not None and row.state == CosignState.CONFIRMED:
        return row
    if suggestion.state not in JOINABLE:
        raise DomainError(f"该建议现为“{suggestion.get_state_display()}”，不能再附议。内容相同的，请照常提出，由办公室并案办理。")
    if suggestion.withholds_identity and row is None:
        raise DomainError("领衔代表要求不公开姓名，不能附议。内容相同的，请照常提出，由办公室并案办理。")
    row, _ = Cosigner.objects.update_or_create(
        suggestion=suggestion, mandate=seat, defaults={"state": CosignState.CONFIRMED, "answered_at": timezone.now()}
    )
    step(actor, suggestion, suggestion.state, f"{seat.deputy}附议")
    audit.record(actor, "suggestions.sign_along", suggestion, changes={"cosigner": [None, seat.deputy.name]})
    if suggestion.proposer.deputy.user:
        notify(
            [suggestion.proposer.deputy.user],
            text=f"{seat.deputy}附议了您的建议：{suggestion.title}"[:200],
            url=link_to(suggestion),
            key=f"joined-{suggestion.code}-{seat.pk}",
        )
    return row


@transaction.atomic
def merge(*, actor: User, suggestion: Suggestion, into: Suggestion) -> Suggestion:
    """并案, and into what units have in hand already: it goes to the same units on the same terms, to be answered by itself.

    Raises as ``examining.merge`` and ``assigning.assign`` do; the same again is a no-op.
    """
    suggestion = examining.merge(actor=actor, suggestion=suggestion, into=into)
    if suggestion.state != SuggestionState.ACCEPTED:
        return suggestion
    held = into.handlings.open().select_related("unit").order_by("pk")
    units = {handling.unit: HandlingRole(handling.role) for handling in held}
    if not units:
        return suggestion
    return assigning.assign(actor=actor, suggestion=suggestion, units=units, instruction=f"与《{into.title}》并案办理，分别答复。")
