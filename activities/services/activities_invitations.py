"""Who is invited to an activity, and what they answer: sign up, or ask for leave, which is granted or not."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from activities.enums import PARTICIPATION_TRANSITIONS, ActivityState, ParticipationState
from activities.models import Activity, Participation
from activities.services.activities import Overlap, Overlapping, invitation, locked, overlaps, tell, to_activity
from congress.access import may
from congress.errors import Conflict, DomainError
from congress.models import User
from congress.services import audit
from congress.services.notices import notify
from deputies.models import Deputy, GroupMembership
from deputies.services.guards import person, require

MOST_AT_ONCE = 2000
_OPEN = (ActivityState.PLANNED, ActivityState.ANNOUNCED)


def invitable(actor: User, activity: Activity) -> QuerySet[Deputy]:
    """Deputies in office whom the person may invite to it: those she sees, and the members of the group that holds it."""
    seen = Deputy.objects.serving().visible_to(actor)
    if activity.group_id is None:
        return seen
    members = GroupMembership.objects.in_force().filter(group=activity.group_id).values("deputy")
    return seen | Deputy.objects.serving().filter(pk__in=members)


@transaction.atomic
def invite(*, actor: audit.Actor, activity: Activity, deputies: Iterable[int], despite_overlap: bool = False) -> int:
    """Invites these deputies by their keys and returns how many are new; those invited already stay as they are.

    After the announcement the new ones get the notice at once. Five queries, however many. Raises PermissionDenied, Overlap
    where some are expected elsewhere at the time, and DomainError once it has begun or for a deputy out of office.
    """
    now = locked(activity)
    require(actor, "activities.run", now)
    if now.state not in _OPEN:
        raise DomainError(f"这次活动{now.get_state_display()}，不能再邀请。到会而不在名单里的代表，请在签到表里补登。")
    wanted = set(deputies)
    if len(wanted) > MOST_AT_ONCE:
        raise DomainError(f"一次最多邀请 {MOST_AT_ONCE} 名代表，这次有 {len(wanted)} 名。请分几次办。")
    new = wanted - set(now.participations.values_list("deputy", flat=True))
    if not new:
        return 0
    serving = Deputy.objects.serving() if not isinstance(actor, User) else invitable(actor, now)
    able = set(serving.filter(pk__in=new).values_list("pk", flat=True))
    if left := new - able:
        names = Deputy.objects.filter(pk__in=left).order_by("code").values_list("name", flat=True)
        raise DomainError(f"{'、'.join(names[:5])}不在任，或者不在您能邀请的范围，没有邀请。请刷新后重选。")
    if not despite_overlap and (found := overlaps(now, able)):
        raise Overlap(found)
    Participation.objects.bulk_create([Participation(activity=now, deputy_id=pk) for pk in sorted(able)], batch_size=500)
    audit.record(actor, "activities.invite", now, changes={"invited": [0, len(able)]})
    if now.state == ActivityState.ANNOUNCED:
        tell(now, invitation(now), "announced", among=able)
    return len(able)


@transaction.atomic
def uninvite(*, actor: audit.Actor, activity: Activity, deputy: Deputy) -> bool:
    """Takes a deputy off the list and says whether she was on it; after the announcement she is told. A second call is a no-op.

    Raises PermissionDenied, and DomainError once it took place or was cancelled, or for somebody who has signed in.
    """
    now = locked(activity)
    require(actor, "activities.run", now)
    if now.state not in _OPEN:
        raise DomainError(f"这次活动{now.get_state_display()}，名单不能再减。")
    rows = now.participations.filter(deputy=deputy)
    if rows.present().exists():
        raise DomainError(f"{deputy}已签到，不能从名单里去掉。")
    if now.state == ActivityState.ANNOUNCED:
        tell(now, f"“{now.title}”的参加名单有调整，您不用参加了。", f"uninvited-{timezone.now():%Y%m%d%H%M}", among=[deputy.pk])
    removed, _ = rows.delete()
    if removed:
        audit.record(actor, "activities.uninvite", now, changes={"deputy": [deputy.code, None]})
    return bool(removed)


# ---- the deputy's answer


@transaction.atomic
def sign_up(*, actor: audit.Actor, participation: Participation) -> Participation:
    """She will come. Takes back a leave that was asked for or granted. A second call is a no-op.

    Raises PermissionDenied for anyone but herself and those who run it, DomainError when it is too late, and Overlap never:
    the page warns her, and she decides.
    """
    row = _own(actor, participation)
    if row.state == ParticipationState.SIGNED_UP:
        return row
    until = row.activity.sign_up_until
    if until and until <= timezone.now():
        local = timezone.localtime(until)
        raise DomainError(
            f"报名已于{local.month}月{local.day}日 {local:%H:%M} 截止。能参加的，请联系{row.activity.organiser}，或者到场直接签到。"
        )
    return _move(actor, "activities.sign_up", row, ParticipationState.SIGNED_UP, leave_reason="", decided_by=None)


@transaction.atomic
def ask_leave(*, actor: audit.Actor, participation: Participation, reason: str) -> Participation:
    """She asks not to come; the organiser decides. The same reason again is a no-op.

    Raises PermissionDenied, and DomainError without a reason or once it has begun.
    """
    row = _own(actor, participation)
    reason = reason.strip()
    if not reason:
        raise DomainError("请写明请假事由。")
    if row.state == ParticipationState.ON_LEAVE or (row.state == ParticipationState.LEAVE_ASKED and row.leave_reason == reason[:200]):
        return row
    if row.state == ParticipationState.LEAVE_ASKED:
        Participation.objects.filter(pk=row.pk).update(leave_reason=reason[:200])
        row.leave_reason = reason[:200]
        return row
    row = _move(actor, "activities.ask_leave", row, ParticipationState.LEAVE_ASKED, leave_reason=reason[:200])
    notify(
        [row.activity.created_by],
        text=f"{row.deputy}申请不参加“{row.activity.title}”：{reason}"[:200],
        key=f"leave-{row.pk}-{timezone.now():%Y%m%d%H%M}",
        url=f"{to_activity(row.activity)}#leaves",
    )
    return row


@transaction.atomic
def decide_leave(*, actor: audit.Actor, participation: Participation, granted: bool, reason: str = "") -> Participation:
    """Grants or refuses what was asked; granted, it may also be entered for somebody who rang. The same decision again is a no-op.

    Who is refused is expected again. Raises PermissionDenied for anyone who does not run it, and DomainError for a grant
    without a reason or a refusal of what was not asked.
    """
    row = _locked(participation)
    require(actor, "activities.run", row.activity)
    state = ParticipationState.ON_LEAVE if granted else ParticipationState.SIGNED_UP
    if row.state == state:
        return row
    if not granted and row.state != ParticipationState.LEAVE_ASKED:
        raise DomainError(f"{row.deputy}现在没有待批的请假。请刷新页面查看。")
    why = reason.strip()[:200] or row.leave_reason
    if granted and not why:
        raise DomainError(f"请写明{row.deputy}的请假事由。")
    row = _move(actor, "activities.decide_leave", row, state, leave_reason=why, decided_by=person(actor))
    if row.deputy.user_id is not None:
        said = "已准假" if granted else f"没有准假，请按时参加{f'：{reason.strip()}' if reason.strip() else ''}"
        notify(
            [User(pk=row.deputy.user_id)],
            text=f"您申请不参加“{row.activity.title}”，{said}。"[:200],
            key=f"leave-decided-{row.pk}-{state}-{timezone.now():%Y%m%d%H%M}",
            url=to_activity(row.activity),
        )
    return row


def clashes(participation: Participation) -> list[Overlapping]:
    """Where else she is expected at the time. One query."""
    return overlaps(participation.activity, [participation.deputy_id])


def _own(actor: audit.Actor, participation: Participation) -> Participation:
    """The row for her who takes part, or for those who run it and enter it for her, while that is open."""
    row = _locked(participation)
    if not _runs(actor, row.activity):
        require(actor, "activities.take_part", row)
    if row.activity.state == ActivityState.CANCELLED:
        raise DomainError("活动已取消，不用报名或请假。")
    if row.activity.state != ActivityState.ANNOUNCED or row.activity.starts_at <= timezone.now():
        raise DomainError("活动已经开始，或者还没有发通知，现在不能报名或请假。有事请联系组织单位。")
    return row


def _runs(actor: audit.Actor, activity: Activity) -> bool:
    return actor is audit.SYSTEM or may(actor, "activities.run", activity)


def _locked(participation: Participation) -> Participation:
    rows = Participation.objects.select_for_update(of=("self",)).select_related(
        "activity__organiser__area", "activity__created_by", "deputy"
    )
    return rows.get(pk=participation.pk)


def _move(actor: audit.Actor, action: str, row: Participation, state: ParticipationState, **fields: object) -> Participation:
    """The one setter of an answer. Raises Conflict for a step the table does not allow."""
    before = ParticipationState(row.state)
    allowed: Collection[ParticipationState] = PARTICIPATION_TRANSITIONS[before]
    if state not in allowed or not Participation.objects.filter(pk=row.pk, state=before).update(state=state, **fields):
        raise Conflict(f"{row.deputy}{before.label}，不能改为{state.label}。请刷新页面查看。")
    audit.record(
        actor, action, row.activity, changes={"deputy": [None, row.deputy.code], "state": [before.value, state.value]}
    )  # SECURITY: why somebody is absent stays out of the audit trail
    row.refresh_from_db(fields=["state", *fields])
    return row
