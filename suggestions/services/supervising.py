"""Key suggestions (重点督办): decided by a chairpersons' meeting, headed by a leader, followed by events (代表法 art. 52; source speech 五)."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from congress.enums import CongressLevel, Role
from congress.errors import DomainError
from congress.models import User
from congress.services import audit, files
from congress.services.notices import notify
from suggestions.enums import SuggestionState, SupervisionMethod
from suggestions.models import KeySupervision, Suggestion, SupervisionEvent, SupervisionPhoto
from suggestions.services.examining import tell_proposers
from suggestions.services.moves import locked, require, step
from suggestions.services.units import tell_unit

SUPERVISABLE = (
    SuggestionState.ACCEPTED,
    SuggestionState.ASSIGNED,
    SuggestionState.IN_HAND,
    SuggestionState.REPLIED,
    SuggestionState.REHANDLING,
    SuggestionState.CONVENED,
)
MOST_PHOTOS = 30  # of one event
_RULE = "suggestions.supervise_suggestion"


def to_supervision(suggestion: Suggestion) -> str:
    return reverse("suggestions:supervision", args=[suggestion.code])


@transaction.atomic
def choose(*, actor: User, suggestion: Suggestion, year: int, meeting: str, decided_on: datetime.date, leader: User) -> KeySupervision:
    """Makes it a key suggestion of the year. The same decision again is a no-op; another leader of the same meeting replaces the first.

    Raises PermissionDenied, and DomainError without a meeting, for a day to come, a person who is no leader, a town's matter (its
    presidium sees to those) or one done with.
    """
    suggestion = locked(suggestion)
    require(actor, _RULE)
    meeting = meeting.strip()
    if not meeting:
        raise DomainError("请填写确定重点督办的主任会议，如：第五十二次主任会议。")
    if decided_on > timezone.localdate():
        raise DomainError("确定日期不能晚于今天。")
    if not leader.access.has(Role.LEADER):
        raise DomainError(f"{leader}不是常委会领导，不能领衔督办。")
    if suggestion.congress.level == CongressLevel.TOWN:
        raise DomainError("向镇人大提出的建议由镇人大主席团督促办理，主任会议不确定重点督办。")
    known = KeySupervision.objects.filter(suggestion=suggestion).first()
    after = {"year": year, "meeting": meeting, "decided_on": decided_on, "leader": leader}
    changes = audit.difference({name: getattr(known, name) for name in after} if known else {}, after)
    if known and not changes:
        return known
    if suggestion.state not in SUPERVISABLE:
        raise DomainError(f"该建议现为“{suggestion.get_state_display()}”，不能确定为重点督办。")
    row, _ = KeySupervision.objects.update_or_create(suggestion=suggestion, defaults=after)
    step(actor, suggestion, suggestion.state, f"{meeting}确定为{year}年重点督办建议，由{leader}领衔督办")
    audit.record(actor, "suggestions.choose_key", suggestion, changes=changes)
    told = f"已确定为{year}年重点督办建议：{suggestion.title}"
    notify([leader], text=f"请您领衔督办：{suggestion.title}"[:200], url=to_supervision(suggestion), key=f"key-{row.pk}-{leader.pk}-{year}")
    if known is None:
        tell_proposers(suggestion, told, f"key-{row.pk}")
        for handling in suggestion.handlings.open().select_related("unit", "suggestion"):
            tell_unit(handling, told)
    return row


def choose_batch(
    *, actor: User, suggestions: Iterable[Suggestion], year: int, meeting: str, decided_on: datetime.date, leader: User
) -> tuple[int, list[str]]:
    """Decides on each by itself, so that one that cannot be chosen keeps nothing else back.

    Returns how many are chosen, and a sentence for each that is not.
    """
    done, refused = 0, []
    for suggestion in suggestions:
        try:
            choose(actor=actor, suggestion=suggestion, year=year, meeting=meeting, decided_on=decided_on, leader=leader)
            done += 1
        except DomainError as refusal:
            refused.append(f"《{suggestion.title}》：{refusal}")
    return done, refused


@transaction.atomic
def drop(*, actor: User, supervision: KeySupervision, reason: str) -> None:
    """Takes back what was entered by mistake. Raises DomainError without a reason, or once it was supervised. Again it is a no-op."""
    suggestion = locked(supervision.suggestion)
    require(actor, _RULE)
    row = KeySupervision.objects.filter(pk=supervision.pk).first()
    if row is None:
        return
    if not reason.strip():
        raise DomainError("请写明取消重点督办的原因。")
    if row.events.exists():
        raise DomainError("已经开展督办，不能取消。督办工作结束的，请填写督办结果。")
    step(actor, suggestion, suggestion.state, f"取消{row.year}年重点督办：{reason.strip()}")
    audit.record(actor, "suggestions.drop_key", suggestion, changes={"year": [row.year, None]}, reason=reason.strip())
    row.delete()


@transaction.atomic
def hold_event(
    *,
    actor: User,
    supervision: KeySupervision,
    method: str,
    on: datetime.date,
    minutes: str,
    place: str = "",
    photos: Iterable[File[Any]] = (),
) -> SupervisionEvent:
    """Enters one of the five methods with what came of it; what was planned by that way until then is done with.

    The same words of a day again are the row that is there. Raises DomainError for a day to come or before the decision, without
    minutes, or for what is no photo.
    """
    examined = _examined(photos)
    suggestion = locked(supervision.suggestion)
    require(actor, _RULE)
    supervision = _current(supervision)
    _refuse_event(supervision, on, minutes)
    method = SupervisionMethod(method)
    event, is_new = SupervisionEvent.objects.get_or_create(
        supervision=supervision, method=method, on=on, minutes=minutes.strip(), defaults={"place": place.strip(), "entered_by": actor}
    )
    _keep_photos(actor, event, examined)
    if is_new:
        if supervision.next_method == method and supervision.next_on is not None:
            KeySupervision.objects.filter(pk=supervision.pk).update(next_method="", next_on=None)
        step(actor, suggestion, suggestion.state, f"{method.label}：{minutes.strip()}")
        audit.record(actor, "suggestions.supervise", suggestion, changes={"method": [None, method.value], "on": [None, str(on)]})
        if supervision.leader_id != actor.pk:
            notify(
                [supervision.leader],
                text=f"已登记{method.label}：{suggestion.title}"[:200],
                url=to_supervision(suggestion),
                key=f"supervised-{event.pk}",
            )
    return event


@transaction.atomic
def change_event(
    *,
    actor: User,
    event: SupervisionEvent,
    method: str,
    on: datetime.date,
    minutes: str,
    place: str = "",
    photos: Iterable[File[Any]] = (),
) -> SupervisionEvent:
    """Puts right what was entered, and adds photos. The same content again writes nothing. Raises as ``hold_event``."""
    examined = _examined(photos)
    suggestion = locked(event.supervision.suggestion)
    require(actor, _RULE)
    event = SupervisionEvent.objects.select_related("supervision").get(pk=event.pk)
    _refuse_event(event.supervision, on, minutes)
    after = {"method": SupervisionMethod(method).value, "on": on, "place": place.strip(), "minutes": minutes.strip()}
    changes = audit.difference({name: getattr(event, name) for name in after}, after)
    if changes:
        for name, value in after.items():
            setattr(event, name, value)
        event.save(update_fields=list(after))
        audit.record(actor, "suggestions.change_supervision_event", suggestion, changes=changes)
    _keep_photos(actor, event, examined)
    return event


@transaction.atomic
def remove_photo(*, actor: User, photo: SupervisionPhoto) -> None:
    """Deletes a photo and its files. A second call is a no-op."""
    suggestion = locked(photo.event.supervision.suggestion)
    require(actor, _RULE)
    row = SupervisionPhoto.objects.filter(pk=photo.pk).first()
    if row is not None:
        audit.record(actor, "suggestions.remove_supervision_photo", suggestion, changes={"file": [row.original_name, None]})
        files.remove(row)


@transaction.atomic
def plan_next(*, actor: User, supervision: KeySupervision, method: str, on: datetime.date | None) -> KeySupervision:
    """What comes next, and when; without a method nothing is planned. The same plan again writes nothing.

    Raises DomainError for a method without a day, a day that has passed, or once the result is written.
    """
    suggestion = locked(supervision.suggestion)
    require(actor, _RULE)
    supervision = _current(supervision)
    if supervision.concluded_on is not None:
        raise DomainError("督办结果已经填写，不再安排督办。")
    if method and on is None:
        raise DomainError("请填写下一步督办的日期。")
    if method and on is not None and on < timezone.localdate():
        raise DomainError("下一步督办的日期不能早于今天。已经开展的，请登记督办活动。")
    after = {"next_method": SupervisionMethod(method).value if method else "", "next_on": on if method else None}
    changes = audit.difference({name: getattr(supervision, name) for name in after}, after)
    if changes:
        KeySupervision.objects.filter(pk=supervision.pk).update(**after)
        audit.record(actor, "suggestions.plan_supervision", suggestion, changes=changes)
        if method and supervision.leader_id != actor.pk:
            words = f"{on.month}月{on.day}日{SupervisionMethod(method).label}" if on else ""
            notify(
                [supervision.leader],
                text=f"督办安排：{words}，{suggestion.title}"[:200],
                url=to_supervision(suggestion),
                key=f"next-{supervision.pk}-{after['next_method']}-{on}",
            )
    return _current(supervision)


@transaction.atomic
def conclude(*, actor: User, supervision: KeySupervision, result: str) -> KeySupervision:
    """Writes what the supervision came to, or puts it right. The same words again are a no-op.

    Raises DomainError without words, and before anything was done.
    """
    suggestion = locked(supervision.suggestion)
    require(actor, _RULE)
    supervision = _current(supervision)
    result = result.strip()
    if not result:
        raise DomainError("请写明督办结果：问题解决到什么程度，还有哪些要继续跟踪。")
    if not supervision.events.exists():
        raise DomainError("还没有登记督办活动，不能填写督办结果。")
    if supervision.concluded_on is not None and supervision.result == result:
        return supervision
    changes = audit.difference({"result": supervision.result}, {"result": result})
    KeySupervision.objects.filter(pk=supervision.pk).update(
        result=result, concluded_on=supervision.concluded_on or timezone.localdate(), next_method="", next_on=None
    )
    step(actor, suggestion, suggestion.state, f"重点督办结果：{result}")
    audit.record(actor, "suggestions.conclude_supervision", suggestion, changes=changes)
    if supervision.concluded_on is None:
        tell_proposers(suggestion, f"重点督办有了结果：{suggestion.title}", f"concluded-{supervision.pk}")
    return _current(supervision)


def _current(supervision: KeySupervision) -> KeySupervision:
    """The row as it is now; its suggestion is locked already, so nobody else writes it. Raises DomainError when it was taken back."""
    found = KeySupervision.objects.select_related("suggestion", "leader").filter(pk=supervision.pk).first()
    if found is None:
        raise DomainError("这件建议的重点督办刚才已被取消，请刷新后查看。")
    return found


def _refuse_event(supervision: KeySupervision, on: datetime.date, minutes: str) -> None:
    if not supervision.decided_on <= on <= timezone.localdate():
        raise DomainError("督办日期应在确定重点督办之后，且不晚于今天。")
    if not minutes.strip():
        raise DomainError("请写明督办情况。")


def _examined(photos: Iterable[File[Any]]) -> list[files.Examined]:
    """The uploads, looked at. Raises DomainError that names the one that is no photo."""
    found = []
    for photo in photos:
        try:
            each = files.examine(photo)
        except DomainError as refusal:
            raise DomainError(f"“{files.shown_name(photo.name or '')}”：{refusal}") from refusal
        if each.content_type != files.JPEG:
            raise DomainError(f"“{each.name}”不是照片。督办活动只收照片。")
        found.append(each)
    return found


def _keep_photos(actor: User, event: SupervisionEvent, examined: Sequence[files.Examined]) -> None:
    """Keeps those that the event does not have yet, told by their content."""
    new = {hashlib.sha256(each.data).hexdigest(): each for each in examined}
    for held in event.photos.values_list("sha256", flat=True):
        new.pop(held, None)
    if not new:
        return
    if event.photos.count() + len(new) > MOST_PHOTOS:
        raise DomainError(f"一次督办活动最多保存{MOST_PHOTOS}张照片，请挑选后再传。")
    for each in new.values():
        files.store(SupervisionPhoto, each, actor, event=event)
    names = "、".join(each.name for each in new.values())
    audit.record(actor, "suggestions.add_supervision_photos", event.supervision.suggestion, changes={"file": [None, names]})
