"""The year's training: its batches, whom each is for, and the invitation of those the term has not reached (代表法 art. 47)."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from activities.enums import ActivityKind
from activities.models import Activity, TrainingBatch
from activities.querysets.training import attended
from activities.services import activities, activities_invitations
from congress import codes
from congress.enums import CongressLevel
from congress.errors import DomainError
from congress.models import Term
from congress.periods import Period
from congress.services import audit
from deputies.models import Deputy, Mandate
from deputies.services.guards import FieldRefused, require

FIELDS = ("year", "name", "topic", "organiser", "area", "term", "level", "planned_month", "hours", "places")


# ---- the term, and whom it has reached


def current_term() -> Term | None:
    """The running term of the congress whose portal this is; None before one is registered. One query."""
    rows = Term.objects.filter(congress__level=CongressLevel.DISTRICT, ends_on__isnull=True)
    return rows.order_by("congress", "-number").first()


def term_period(term: Term | None) -> Period:
    """From the term's first day until today, or until its last; without a term the year until now."""
    today = timezone.localdate()
    if term is None:
        return Period.span(today.replace(month=1, day=1), today)
    until = min(term.ends_on - datetime.timedelta(days=1), today) if term.ends_on else today
    return Period.span(term.starts_on, max(until, term.starts_on))


def audience(batch: TrainingBatch) -> QuerySet[Deputy]:
    """Deputies in office whom the batch is for: with a mandate in its area, of its level and its term where it names one."""
    seats = Mandate.objects.serving().filter(area__path__startswith=batch.area.path)
    if batch.level:
        seats = seats.filter(term__congress__level=batch.level)
    if batch.term_id:
        seats = seats.filter(term=batch.term_id)
    return Deputy.objects.filter(pk__in=seats.values("deputy"))


def never_trained(deputies: QuerySet[Deputy], period: Period) -> QuerySet[Deputy]:
    """Those of the deputies who were present at no training in the period (source speech 一: 全覆盖)."""
    return deputies.exclude(pk__in=attended(period).values("deputy"))


def not_reached(batch: TrainingBatch) -> QuerySet[Deputy]:
    """Whom the batch is for and no training of the term has reached yet, and who is not invited to a day of it to come."""
    period = term_period(batch.term or current_term())
    coming = Activity.objects.filter(training=batch).exclude(state="cancelled").filter(starts_at__gt=timezone.now())
    left = never_trained(audience(batch), period)
    return left.exclude(participations__activity__in=coming.values("pk")).order_by("code")


# ---- batches


def save_batch(*, actor: audit.Actor, batch: TrainingBatch | None = None, **fields: Any) -> TrainingBatch:
    """Enters a batch of the year's plan, or changes one; without a difference it writes nothing.

    A new one that is there already, word for word, is given back. Raises PermissionDenied for an area or an organiser that
    are not the actor's, and FieldRefused for an organiser from elsewhere, a name taken in that year, or a year that no longer
    fits the days it has.
    """
    if unknown := fields.keys() - set(FIELDS):
        raise TypeError(f"not fields of a batch: {sorted(unknown)}")
    if batch is None:
        return _add(actor, fields)
    with transaction.atomic():
        now = TrainingBatch.objects.select_for_update(of=("self",)).select_related("area", "organiser__area", "term").get(pk=batch.pk)
        require(actor, "activities.manage_batch", now)
        before = {name: getattr(now, name) for name in fields}
        changes = audit.difference(before, fields)
        if not changes:
            return now
        for name, value in fields.items():
            setattr(now, name, value)
        require(actor, "activities.manage_batch", now)  # nobody hands a batch to an area that is not theirs
        _refuse(now)
        if "year" in changes and now.activities.exists():
            raise FieldRefused("year", "这个班次已安排培训活动，不能改年度。请另立一个班次。")
        now.save(update_fields=list(fields))
        audit.record(actor, "activities.change_batch", now, changes=changes)
        return now


def _add(actor: audit.Actor, fields: dict[str, Any]) -> TrainingBatch:
    stub = TrainingBatch(**fields)
    require(actor, "activities.manage_batch", stub)
    if found := TrainingBatch.objects.filter(year=stub.year, name=stub.name, area=stub.area).first():
        if all(getattr(found, name) == value for name, value in fields.items()):
            return found
        raise FieldRefused("name", f"{stub.area}{stub.year}年已有“{stub.name}”，编号 {found.code}。请换一个名称，或者修改原来的班次。")
    _refuse(stub)

    def write(code: str) -> TrainingBatch:
        made = TrainingBatch.objects.create(code=code, **fields)
        audit.record(actor, "activities.plan_batch", made, changes={"year": [None, made.year], "month": [None, made.planned_month]})
        return made

    return codes.with_code(TrainingBatch, f"PX{stub.year}-", write)


def _refuse(batch: TrainingBatch) -> None:
    """What can't be, in words."""
    if not batch.area.path.startswith(batch.organiser.area.path):
        raise FieldRefused("organiser", f"{batch.organiser}不在{batch.area}，也不是上级单位，不能作为组织单位。")
    if TrainingBatch.objects.filter(year=batch.year, name=batch.name, area=batch.area).exclude(pk=batch.pk).exists():
        raise FieldRefused("name", f"{batch.area}{batch.year}年已有“{batch.name}”。请换一个名称。")
    if batch.term is not None and not batch.area.path.startswith(batch.term.congress.area.path):
        raise FieldRefused("term", f"{batch.term}不是{batch.area}的届次。")


@transaction.atomic
def remove_batch(*, actor: audit.Actor, batch: TrainingBatch) -> bool:
    """Takes a batch entered by mistake off the plan and says whether it was there. A second call is a no-op.

    Raises PermissionDenied, and DomainError once it has a day or a material.
    """
    require(actor, "activities.manage_batch", batch)
    now = TrainingBatch.objects.select_for_update(of=("self",)).filter(pk=batch.pk).first()
    if now is None:
        return False
    if days := now.activities.count():
        raise DomainError(f"“{now}”已安排 {days} 次培训活动，不能删除。")
    if materials := now.materials.count():
        raise DomainError(f"“{now}”有 {materials} 份学习资料，不能删除。请先把资料改到别的班次或删去。")
    audit.record(actor, "activities.remove_batch", now)
    now.delete()
    return True


@transaction.atomic
def invite_untrained(
    *,
    actor: audit.Actor,
    batch: TrainingBatch,
    title: str,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    place: str,
    hours: Decimal,
    sign_up_until: datetime.datetime | None = None,
    despite_overlap: bool = False,
) -> Activity:
    """Plans a day of the batch and invites exactly those the term has not reached (邀请未参训的代表).

    The notice goes out when the activity is announced. The same order again finds nobody left to invite and is refused with
    that sentence. Raises PermissionDenied, FieldRefused for times out of order, Overlap, and DomainError when nobody is left.
    """
    require(actor, "activities.manage_batch", batch)
    TrainingBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)  # two orders at once would invite twice
    wanted = list(not_reached(batch).values_list("pk", flat=True))
    if not wanted:
        raise DomainError(f"“{batch}”的应训代表届内都已参训，或者已经邀请，没有需要再邀请的代表。")
    made = activities.plan(
        actor=actor,
        title=title,
        kind=ActivityKind.TRAINING,
        organiser=batch.organiser,
        area=batch.area,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place,
        objective=f"{batch.name}：{batch.topic}。",
        sign_up_until=sign_up_until,
        training=batch,
        hours=hours,
    )
    activities_invitations.invite(actor=actor, activity=made, deputies=wanted, despite_overlap=despite_overlap)
    return made
