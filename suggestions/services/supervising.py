"""Key suggestions (重点督办): decided by a chairpersons' meeting, headed by a leader, followed by events (代表法 art. 52; source speech 五)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from congress.enums import Role
from congress.errors import DomainError
from congress.models import User
from congress.services import audit, files
from congress.services.notices import notify
from suggestions.enums import SuggestionState, SupervisionMethod
from suggestions.models import KeySupervision, Suggestion, SupervisionEvent, SupervisionPhoto
from suggestions.services.moves import locked, require, step
from suggestions.services.proposing import link_to

_SUPERVISABLE = (
    SuggestionState.ACCEPTED,
    SuggestionState.ASSIGNED,
    SuggestionState.IN_HAND,
    SuggestionState.REPLIED,
    SuggestionState.REHANDLING,
    SuggestionState.CONVENED,
)


@transaction.atomic
def choose(*, actor: User, suggestion: Suggestion, year: int, meeting: str, decided_on: datetime.date, leader: User) -> KeySupervision:
    """Makes it a key suggestion of the year. The same decision again is a no-op; another leader of the same meeting replaces the first.

    Raises PermissionDenied, and DomainError without a meeting, for a day to come, a person who is no leader, or a matter done with.
    """
    suggestion = locked(suggestion)
    require(actor, "suggestions.supervise_suggestion")
    meeting = meeting.strip()
    if not meeting:
        raise DomainError("请填写确定重点督办的主任会议，如：第五十二次主任会议。")
    if decided_on > timezone.localdate():
        raise DomainError("确定日期不能晚于今天。")
    if not leader.access.has(Role.LEADER):
        raise DomainError(f"{leader}不是常委会领导，不能领衔督办。")
    known = KeySupervision.objects.filter(suggestion=suggestion).first()
    after = {"year": year, "meeting": meeting, "decided_on": decided_on, "leader": leader}
    changes = audit.difference({name: getattr(known, name) for name in after} if known else {}, after)
    if known and not changes:
        return known
    if suggestion.state not in _SUPERVISABLE:
        raise DomainError(f"该建议现为“{suggestion.get_state_display()}”，不能确定为重点督办。")
    row, _ = KeySupervision.objects.update_or_create(suggestion=suggestion, defaults=after)
    step(actor, suggestion, suggestion.state, f"{meeting}确定为{year}年重点督办建议，由{leader}领衔督办")
    audit.record(actor, "suggestions.choose_key", suggestion, changes=changes)
    notify([leader], text=f"请您领衔督办：{suggestion.title}"[:200], url=link_to(suggestion), key=f"key-{row.pk}-{leader.pk}")
    return row


@transaction.atomic
def hold_event(
    *,
    actor: User,
    supervision: KeySupervision,
    method: str,
    on: datetime.date,
    minutes: str,
    place: str = "",
    photos: Iterable[File[bytes]] = (),
) -> SupervisionEvent:
    """Enters one of the five methods with what came of it. The same words of a day again are the row that is there.

    Raises DomainError for a day to come or before the decision, or without minutes.
    """
    suggestion = locked(supervision.suggestion)
    require(actor, "suggestions.supervise_suggestion")
    if not supervision.decided_on <= on <= timezone.localdate():
        raise DomainError("督办日期应在确定重点督办之后，且不晚于今天。")
    if not minutes.strip():
        raise DomainError("请写明督办情况。")
    method = SupervisionMethod(method)
    event, is_new = SupervisionEvent.objects.get_or_create(
        supervision=supervision, method=method, on=on, minutes=minutes.strip(), defaults={"place": place.strip(), "entered_by": actor}
    )
    for photo in photos:
        files.store(SupervisionPhoto, photo, actor, event=event)
    if is_new:
        step(actor, suggestion, suggestion.state, f"{method.label}：{minutes.strip()}")
        audit.record(actor, "suggestions.supervise", suggestion, changes={"method": [None, method.value]})
    return event
