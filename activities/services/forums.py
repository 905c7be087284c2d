"""Opinion forums (民情反映会) from collecting to the last feedback (source speech 四（三）). ``_move`` alone sets a state."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from activities.enums import FORUM_TRANSITIONS, ForumState
from activities.models import ForumItem, OpinionForum
from congress import codes
from congress.access import may
from congress.enums import OrganisationKind, Role
from congress.errors import Conflict, DomainError
from congress.models import Area, Organisation, User
from congress.periods import Period
from congress.services import audit
from congress.services.notices import notify
from congress.workdays import Calendar
from deputies.enums import OpinionState, Way
from deputies.models import Mandate
from deputies.services import opinions
from deputies.services.guards import FieldRefused, require
from deputies.services.opinions import RESPONSIBLE

ORGANISERS = (OrganisationKind.DEPUTIES_OFFICE, OrganisationKind.PRESIDIUM, OrganisationKind.BRANCH_OFFICE)
CHANGED = "这次民情反映会刚才已由他人修改。您填写的内容还在本页，请刷新后对照再办。"
# Opinions that can still be taken along: what is answered already is not asked again.
OPEN_OPINIONS = (OpinionState.RECORDED, OpinionState.PASSED_ON, OpinionState.IN_HAND, OpinionState.REOPENED)


def open_forum(
    *,
    actor: User,
    topic: str,
    area: Area,
    organiser: Organisation,
    collect_until: datetime.date,
    planned_on: datetime.date,
    place: str = "",
) -> OpinionForum:
    """Begins to collect for a forum and tells the area's deputies. The same topic, area and day again give the one that is there.

    Its half-year is that of ``planned_on``. Raises PermissionDenied, and FieldRefused without a topic, for days out of
    order or past, or an organiser of another area.
    """
    require(actor, "activities.hold_forums_in", area)
    topic = _checked(topic, area, organiser, collect_until, planned_on)
    if collect_until < timezone.localdate():
        raise FieldRefused("collect_until", "征集截止日期已经过去，请改正。")

    def write(code: str) -> OpinionForum:
        Area.objects.select_for_update().get(pk=area.pk)  # two presses of the button come one after the other
        same = OpinionForum.objects.filter(topic=topic, area=area, planned_on=planned_on).first()
        if same is not None:
            return same
        forum = OpinionForum.objects.create(
            code=code,
            topic=topic,
            period=Period.containing(planned_on, "half").code,
            area=area,
            organiser=organiser,
            collect_until=collect_until,
            planned_on=planned_on,
            place=place.strip(),
            created_by=actor,
        )
        audit.record(actor, "activities.open_forum", forum, changes={"planned_on": [None, str(planned_on)]})
        text = f"民情反映会征集意见：{topic}。请于{_day(collect_until)}前报送。"
        tell(forum, _deputies_in(area), actor, text, "opened", reverse("activities:send_in", args=[code]))
        return forum

    return codes.with_code(OpinionForum, f"MQ{planned_on.year}-", write)


@transaction.atomic
def change_forum(
    *,
    actor: User,
    forum: OpinionForum,
    version: int,
    topic: str,
    organiser: Organisation,
    collect_until: datetime.date,
    planned_on: datetime.date,
    place: str,
) -> OpinionForum:
    """Changes what was announced, while matters are collected. Without a difference it writes nothing.

    Raises PermissionDenied, Conflict, FieldRefused as ``open_forum`` does, and DomainError once it was held.
    """
    forum = locked(forum)
    require(actor, "activities.manage_forum", forum)
    if forum.state != ForumState.COLLECTING:
        raise DomainError("民情反映会已经举行，不能再改征集安排。")
    after = {
        "topic": _checked(topic, forum.area, organiser, collect_until, planned_on),
        "organiser": organiser,
        "collect_until": collect_until,
        "planned_on": planned_on,
        "place": place.strip(),
        "period": Period.containing(planned_on, "half").code,
    }
    changes = audit.difference({name: getattr(forum, name) for name in after}, after)
    if not changes:
        return forum
    _write(forum, version, **after)
    audit.record(actor, "activities.change_forum", forum, changes=changes)
    if "planned_on" in changes or "collect_until" in changes:
        text = f"民情反映会日程有变：{after['topic']}，{_day(collect_until)}征集截止，{_day(planned_on)}举行。"
        tell(forum, _deputies_in(forum.area), actor, text, f"changed-{version}")
    return locked(forum)


@transaction.atomic
def cancel_forum(*, actor: User, forum: OpinionForum, reason: str) -> None:
    """Takes away a forum for which nothing was sent in, and tells the deputies.

    Raises PermissionDenied, FieldRefused without a reason, and DomainError once it was held or matters were sent in.
    """
    forum = locked(forum)
    require(actor, "activities.manage_forum", forum)
    if forum.state != ForumState.COLLECTING:
        raise DomainError("民情反映会已经举行，不能取消。")
    if count := forum.items.count():
        raise DomainError(f"代表已报送{count}件意见，不能取消。请改期举行，或先将意见逐件撤回。")
    if not reason.strip():
        raise FieldRefused("reason", "请写明取消的原因。")
    audit.record(actor, "activities.cancel_forum", forum, changes={"planned_on": [str(forum.planned_on), None]}, reason=reason.strip())
    text = f"民情反映会已取消：{forum.topic}。{reason.strip()}"
    tell(forum, _deputies_in(forum.area), actor, text, "cancelled", reverse("activities:forums"))
    forum.delete()


@transaction.atomic
def hold(*, actor: User, forum: OpinionForum, version: int, held_on: datetime.date, place: str) -> OpinionForum:
    """The meeting begins: from now on what is said is recorded, and nothing more is collected from deputies.

    Held already on that day, it is a no-op. Raises PermissionDenied, Conflict, FieldRefused for a day to come or without a
    place, and DomainError without a single matter.
    """
    forum = locked(forum)
    require(actor, "activities.manage_forum", forum)
    if (forum.state, forum.held_on) == (ForumState.HELD, held_on):
        return forum
    if held_on > timezone.localdate():
        raise FieldRefused("held_on", "举行日期在今天之后。请在会议当天登记。")
    if not place.strip():
        raise FieldRefused("place", "请填写会议地点。")
    if not forum.items.exists():
        raise DomainError("还没有一件反映事项，不能开始会议。请先登记代表报送的意见。")
    return _move(actor, "activities.hold_forum", forum, version, ForumState.HELD, held_on=held_on, place=place.strip())


@transaction.atomic
def write_summary(*, actor: User, forum: OpinionForum, version: int, summary: str) -> OpinionForum:
    """Keeps what is said of the meeting as a whole. The same text again writes nothing.

    Raises PermissionDenied, Conflict, and DomainError before the meeting or once everything is closed.
    """
    forum = locked(forum)
    require(actor, "activities.manage_forum", forum)
    if forum.state not in (ForumState.HELD, ForumState.SENT):
        raise DomainError(f"民情反映会现为“{forum.get_state_display()}”，不能修改会议情况。")
    summary = summary.replace("\r\n", "\n").strip()
    if summary == forum.summary:
        return forum
    _write(forum, version, summary=summary)
    audit.record(actor, "activities.write_forum_summary", forum, changes={"letters": [len(forum.summary), len(summary)]})
    return locked(forum)


@transaction.atomic
def send(*, actor: User, forum: OpinionForum, version: int, months: int, on: datetime.date | None = None) -> OpinionForum:
    """Sends the collated list to the units, each matter due ``months`` later, and passes on the opinions that matters came from.

    Sent already, it is a no-op. Raises PermissionDenied, Conflict, FieldRefused for another number of months, and
    DomainError before the meeting or while a matter has no unit.
    """
    forum = locked(forum)
    require(actor, "activities.manage_forum", forum)
    if forum.state in (ForumState.SENT, ForumState.CLOSED):
        return forum
    if not 1 <= months <= 12:
        raise FieldRefused("months", "反馈期限应为1至12个月。")
    items = list(forum.items.select_related("unit", "opinion", "deputy").order_by("number"))
    if left := [str(item.number) for item in items if item.unit_id is None]:
        raise DomainError(f"第{'、'.join(left)}件还没有确定承办单位。请先逐件确定，再交办。")
    on = on or timezone.localdate()
    due_on = Calendar.load().due(on, f"{months}m").due_on
    forum = _move(actor, "activities.send_forum", forum, version, ForumState.SENT, sent_on=on)
    ForumItem.objects.filter(forum=forum, due_on__isnull=True).update(due_on=due_on)
    for item in items:
        item.due_on = item.due_on or due_on
        pass_opinion_on(actor, item)
    for unit in {item.unit for item in items}:
        mine = sum(item.unit == unit for item in items)
        text = f"民情反映会交办{mine}件意见，请于{_day(due_on)}前反馈：{forum.topic}"
        url = f"{reverse('activities:forum_items')}?state=waiting&forum={forum.code}"
        tell(forum, people_of(unit), actor, text, f"sent-{unit.code}", url)
    return forum


@transaction.atomic
def close(*, actor: User, forum: OpinionForum, version: int) -> OpinionForum:
    """Ends a forum whose matters are all fed back, and tells the deputies who spoke. Closed already, it is a no-op.

    Raises PermissionDenied, Conflict, and DomainError while a matter waits for feedback.
    """
    forum = locked(forum)
    require(actor, "activities.manage_forum", forum)
    if forum.state == ForumState.CLOSED:
        return forum
    if left := [str(item.number) for item in forum.items.filter(fed_back_on__isnull=True).order_by("number")]:
        raise DomainError(f"第{'、'.join(left)}件还没有反馈，不能办结。")
    forum = _move(actor, "activities.close_forum", forum, version, ForumState.CLOSED)
    adopted, total = forum.items.filter(is_adopted=True).count(), forum.items.count()
    spoke = User.objects.filter(deputy__forum_items__forum=forum, is_active=True)
    tell(forum, spoke, actor, f"民情反映会意见已全部反馈，{total}件中采纳{adopted}件：{forum.topic}", "closed")
    return forum


def recompute_due(before: Calendar, now: Calendar, actor: audit.Actor) -> int:
    """Works out the days of matters not fed back again by a changed calendar; one set by hand stays. Returns how many moved."""
    moved = 0
    rows = ForumItem.objects.waiting().filter(due_on__isnull=False, forum__sent_on__isnull=False).select_related("forum")
    for item in rows:
        limits = (f"{months}m" for months in range(1, 13))
        told = next((limit for limit in limits if before.due(item.forum.sent_on, limit).due_on == item.due_on), None)
        day = now.due(item.forum.sent_on, told).due_on if told else item.due_on
        if day != item.due_on:
            ForumItem.objects.filter(pk=item.pk).update(due_on=day)
            audit.record(actor, "activities.move_forum_deadline", item, changes={"due_on": [str(item.due_on), str(day)]})
            moved += 1
    return moved


# ---- what the services of matters share


def locked(forum: OpinionForum) -> OpinionForum:
    """The forum as it is now, locked to the end of the transaction, with its area and organiser."""
    return OpinionForum.objects.select_for_update(of=("self",)).select_related("area", "organiser").get(pk=forum.pk)


def pass_opinion_on(actor: User, item: ForumItem) -> None:
    """The voter's opinion goes the way of the matter made of it, as far as the actor may direct it and it still waits."""
    opinion = item.opinion
    if opinion is None or item.unit is None or opinion.state not in OPEN_OPINIONS or not may(actor, "deputies.direct_opinion", opinion):
        return
    opinions.pass_on(
        actor=actor, opinion=opinion, version=opinion.version, way=Way.FORUM, responsible=item.unit, due_on=item.due_on, note=str(item)
    )


def people_of(organisation: Organisation | None) -> Iterable[User]:
    roles = (Role.HANDLING_UNIT, Role.TOWN_OFFICE, Role.DISPATCHER, Role.OFFICE)
    return User.objects.in_role(*roles, organisation=organisation) if organisation else ()


def tell(forum: OpinionForum, people: Iterable[User], actor: User, text: str, what: str, url: str = "") -> None:
    """A notice to everybody but the actor; the same ``what`` of a forum again is no second notice."""
    url = url or reverse("activities:forum", args=[forum.code])
    notify([person for person in people if person != actor], text=text[:200], url=url, key=f"forum-{forum.code}-{what}"[:80])


def units() -> QuerySet[Organisation]:
    """Who can be given a matter."""
    return Organisation.objects.active().filter(kind__in=RESPONSIBLE).order_by("-kind", "code")


def _checked(topic: str, area: Area, organiser: Organisation, collect_until: datetime.date, planned_on: datetime.date) -> str:
    topic = topic.strip()
    if not topic:
        raise FieldRefused("topic", "请填写民情反映会的主题。")
    if organiser.kind not in ORGANISERS or not organiser.area.contains(area):
        raise FieldRefused("organiser", f"“{organiser}”不能主办{area}的民情反映会，请另选。")
    if planned_on < collect_until:
        raise FieldRefused("planned_on", "计划日期早于征集截止日期，请改正。")
    return topic


def _deputies_in(area: Area) -> Iterable[User]:
    serving = Mandate.objects.serving().within(area)
    return User.objects.filter(deputy__in=serving.values("deputy"), is_active=True)


def _move(actor: User, action: str, forum: OpinionForum, version: int, state: ForumState, **fields: Any) -> OpinionForum:
    """The one setter of ``state``. Raises Conflict for another version, and DomainError for a step the table does not know."""
    before = ForumState(forum.state)
    if state not in FORUM_TRANSITIONS[before]:
        raise DomainError(f"民情反映会现为“{before.label}”，不能转为“{state.label}”。")
    _write(forum, version, state=state, **fields)
    audit.record(actor, action, forum, changes={"state": [before.label, state.label]})
    return locked(forum)


def _write(forum: OpinionForum, version: int, **fields: Any) -> None:
    if not OpinionForum.objects.filter(pk=forum.pk, version=version).update(**fields, version=F("version") + 1):
        raise Conflict(CHANGED)


def _day(day: datetime.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
