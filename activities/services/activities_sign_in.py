"""Signing in: by a code on the screen that changes, or by list.

SECURITY: a code is an HMAC of the activity's secret and a window of time, good in its own window and the one after, so that a
photograph sent on is worth nothing soon after. Whoever scanned it may still take ``GRACE`` to sign in to the account: the
browser's own session remembers the scan (``activities.views.activities_sign_in``), which can't be sent on.
"""

from __future__ import annotations

import base64
import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from activities.enums import TOOK_PLACE, ActivityState, ParticipationState, SignInMethod
from activities.models import Activity, Participation
from activities.services.activities import current_rule, locked, when
from congress.errors import DomainError
from congress.models import User
from congress.services import audit
from deputies.models import Deputy
from deputies.services.guards import require

GRACE = datetime.timedelta(minutes=10)
BEFORE = AFTER = datetime.timedelta(hours=2)  # how long before it begins and after it ends one can sign in by scanning
_LENGTH = 16
_ABSENT_NOW = (ParticipationState.INVITED, ParticipationState.SIGNED_UP)  # an undecided leave and a granted one are not 缺席


@dataclass(frozen=True)
class Tally:
    """How the list stands."""

    present: int
    absent: int
    on_leave: int
    undecided: int
    total: int


# ---- the code


def code_now(activity: Activity, now: datetime.datetime | None = None) -> str:
    """The code of this moment. One query, for the rule's seconds."""
    return _code(activity, _window(now or timezone.now(), current_rule().code_seconds))


def is_good(activity: Activity, code: str, now: datetime.datetime | None = None) -> bool:
    """Whether the code is this window's or the one's before. One query."""
    window = _window(now or timezone.now(), current_rule().code_seconds)
    # SECURITY: both are compared in full, so that time tells nothing.
    good = [constant_time_compare(code, _code(activity, each)) for each in (window, window - 1)]
    return any(good)


def address_now(activity: Activity) -> str:
    """What the code on the screen says: our own address with the code of this moment."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse('activities:sign_in', args=[activity.code, code_now(activity)])}"


def _window(now: datetime.datetime, seconds: int) -> int:
    return int(now.timestamp() // seconds)


def _code(activity: Activity, window: int) -> str:
    digest = salted_hmac(activity.secret, str(window), algorithm="sha256").digest()
    return base64.b32encode(digest).decode()[:_LENGTH].lower()


def why_closed(activity: Activity, now: datetime.datetime | None = None) -> str:
    """Why one can't sign in by scanning at this moment, as a sentence, or nothing."""
    now = now or timezone.now()
    if activity.state == ActivityState.PLANNED:
        return "活动还没有发通知，不能签到。"
    if activity.state == ActivityState.CANCELLED:
        return "活动已取消，不用签到。"
    if activity.state not in (ActivityState.ANNOUNCED, ActivityState.HELD):
        return "活动已经结束，不能再扫码签到。漏签的，请联系组织单位补登。"
    if now < activity.starts_at - BEFORE:
        return f"还没有到签到时间。活动时间：{when(activity)}，提前 2 小时开始签到。"
    if now > activity.ends_at + AFTER:
        return "签到已经结束。漏签的，请联系组织单位补登。"
    return ""


# ---- signing in


def scan(*, actor: User, activity: Activity) -> bool:
    """Signs the actor's deputy in, and says whether it is for the first time: a second scan is the same record.

    The caller has seen a good code. One conditional UPDATE decides, so that two scans at one moment make one record; with
    the audit row beside it in a short transaction. Only those on the list can: staff add whoever else has come
    (``add_present``). Raises DomainError for a stranger, and outside the time for it.
    """
    if reason := why_closed(activity):
        raise DomainError(reason)
    own = Participation.objects.filter(activity=activity, deputy__user=actor).values_list("pk", flat=True).first()
    if own is None:
        if not Deputy.objects.filter(user=actor).exists():
            raise DomainError("这个账号不是代表账号，不能签到。请换用代表本人的账号。")
        raise DomainError("您不在这次活动的名单里，没有签上。请到签到处，由工作人员补登。")
    with transaction.atomic():
        changed = (
            Participation.objects.filter(pk=own)
            .exclude(state=ParticipationState.PRESENT)
            .update(state=ParticipationState.PRESENT, signed_in_at=timezone.now(), method=SignInMethod.SCAN)
        )
        if changed:
            audit.record(actor, "activities.sign_in", activity, changes={"method": [None, SignInMethod.SCAN.value]})
    return bool(changed)


@transaction.atomic
def record_list(
    *, actor: audit.Actor, activity: Activity, present: Collection[int], shown_present: Collection[int] = (), rest_absent: bool = False
) -> Tally:
    """Signs the list's deputies in (keys of participations), in one write however many.

    Whoever the person saw as present (``shown_present``) and unticked is absent now; who scanned meanwhile stays present.
    ``rest_absent`` marks those who neither came nor have leave as absent; leave that nobody decided stays as it is. The same
    list again changes nothing. Raises PermissionDenied, and DomainError before the day or once it is closed.
    """
    now = locked(activity)
    require(actor, "activities.run", now)
    _refuse_list(now)
    rows = now.participations.all()
    came = rows.filter(pk__in=list(present)).exclude(state=ParticipationState.PRESENT)
    signed_in = came.update(state=ParticipationState.PRESENT, signed_in_at=_sign_in_time(now), method=SignInMethod.LIST)
    struck = _strike(now, set(shown_present) - set(present))
    absent = rows.filter(state__in=_ABSENT_NOW).update(state=ParticipationState.ABSENT) if rest_absent else 0
    if signed_in or struck or absent:
        audit.record(
            actor,
            "activities.record_attendance",
            now,
            changes={"signed_in": [0, signed_in], "struck": [0, struck], "absentees": [0, absent]},
        )
    return tally(now)


@transaction.atomic
def add_present(*, actor: audit.Actor, activity: Activity, deputy: Deputy) -> Participation:
    """Enters a deputy who came without being on the list, or whose phone failed. A second call is a no-op.

    Raises PermissionDenied, and DomainError before the day, once it is closed, or for a deputy who never had a mandate.
    """
    now = locked(activity)
    require(actor, "activities.run", now)
    _refuse_list(now)
    if not deputy.mandates.exists():
        raise DomainError(f"{deputy}没有登记代表资格，不能登记到会。")
    fields = {"state": ParticipationState.PRESENT, "signed_in_at": _sign_in_time(now), "method": SignInMethod.STAFF}
    row, made = Participation.objects.get_or_create(activity=now, deputy=deputy, defaults=fields)
    if not made and row.state == ParticipationState.PRESENT:
        return row
    if not made:
        Participation.objects.filter(pk=row.pk).update(**fields)
        row.refresh_from_db()
    audit.record(actor, "activities.add_present", now, changes={"deputy": [None, deputy.code]})
    return row


def tally(activity: Activity) -> Tally:
    """One query."""
    states = list(activity.participations.values_list("state", flat=True))
    return Tally(
        present=states.count(ParticipationState.PRESENT),
        absent=states.count(ParticipationState.ABSENT),
        on_leave=states.count(ParticipationState.ON_LEAVE),
        undecided=states.count(ParticipationState.LEAVE_ASKED),
        total=len(states),
    )


def _strike(activity: Activity, keys: Collection[int]) -> int:
    """Those are not present after all; when they signed in, and how, goes with it."""
    if not keys:
        return 0
    rows = activity.participations.filter(pk__in=list(keys), state=ParticipationState.PRESENT)
    return rows.update(state=ParticipationState.ABSENT, signed_in_at=None, method="")


def _refuse_list(activity: Activity) -> None:
    if activity.state in (ActivityState.CLOSED, ActivityState.CANCELLED):
        raise DomainError(f"这次活动{activity.get_state_display()}，签到不能再改。")
    if activity.state not in TOOK_PLACE and timezone.now() < activity.starts_at - BEFORE:
        raise DomainError(f"活动时间是{when(activity)}，还没有到签到的时候。")


def _sign_in_time(activity: Activity) -> datetime.datetime:
    """Now, or while it lasted where the list is entered afterwards."""
    return min(timezone.now(), activity.ends_at)
