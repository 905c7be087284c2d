"""What opinion forums add to the frame: navigation, to-dos, panels and words of the audit trail."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from activities.enums import ForumState
from activities.models import ForumItem, OpinionForum
from activities.services import forums
from congress import audit_actions, deadlines, navigation, panels, todos
from congress.enums import Role
from congress.models import User
from congress.todos import Todo
from deputies.enums import Way
from deputies.models import Opinion

KIND = "民情反映会"
SOON = datetime.timedelta(days=7)
_MOST_TODOS = 200  # of one kind: the list has the rest
_TAKING_PART = (Role.OFFICE, Role.LEADER, Role.TOWN_OFFICE, Role.DEPUTY, Role.GROUP_OFFICER, Role.DISPATCHER, Role.HANDLING_UNIT)
_ANSWERING = (Role.HANDLING_UNIT, Role.DISPATCHER, Role.TOWN_OFFICE)

WORDS = {
    "activities.open_forum": "举办民情反映会",
    "activities.change_forum": "修改民情反映会安排",
    "activities.cancel_forum": "取消民情反映会",
    "activities.hold_forum": "开始民情反映会",
    "activities.write_forum_summary": "填写民情反映会情况",
    "activities.send_forum": "交办民情反映会意见",
    "activities.close_forum": "办结民情反映会",
    "activities.arrange_forum": "排民情反映会议程",
    "activities.add_forum_item": "报送民情反映会意见",
    "activities.change_forum_item": "修改反映事项",
    "activities.withdraw_forum_item": "撤回反映事项",
    "activities.minute_forum_item": "记录代表发言和部门回应",
    "activities.assign_forum_item": "确定反映事项承办单位",
    "activities.feed_back": "反馈反映事项",
    "activities.move_forum_deadline": "重算反映事项期限",
    "letters": "字数",
    "items": "项目",
}


def waiting_for(user: User) -> Iterator[Todo]:
    """At most three queries: what the organiser has to see to, what a unit has to answer, what a deputy may still send in."""
    access, today = user.access, timezone.localdate()
    if own := access.organisation_ids(Role.OFFICE, Role.TOWN_OFFICE):
        rows = OpinionForum.objects.filter(organiser__in=own).exclude(state=ForumState.CLOSED).select_related("organiser")
        left = Count("items", filter=Q(items__fed_back_on__isnull=True))
        late = Count("items", filter=Q(items__fed_back_on__isnull=True, items__due_on__lt=today))
        for forum in rows.annotate(left=left, late=late).order_by("planned_on", "pk")[:_MOST_TODOS]:
            if found := _for_organiser(forum, today):
                yield found
    if own := access.organisation_ids(*_ANSWERING):
        items = ForumItem.objects.waiting().filter(unit__in=own).select_related("forum", "unit").order_by("due_on", "pk")
        for item in items[:_MOST_TODOS]:
            title = item.text if len(item.text) <= 40 else f"{item.text[:39]}…"
            url = reverse("activities:forum_item", args=[item.code])
            yield Todo(f"反馈：{title}", url, KIND, item.unit.name, item.due_on, item.forum.topic)
    if access.has(Role.DEPUTY):
        for forum in OpinionForum.objects.open_to(user, today).exclude(items__deputy__user=user).order_by("collect_until")[:_MOST_TODOS]:
            url = reverse("activities:send_in", args=[forum.code])
            yield Todo(f"报送意见：{forum.topic}", url, KIND, user.name, forum.collect_until)


def _for_organiser(forum: Any, today: datetime.date) -> Todo | None:
    url, who = reverse("activities:forum", args=[forum.code]), forum.organiser.name
    match ForumState(forum.state):
        case ForumState.COLLECTING if forum.planned_on <= today + SOON:
            return Todo(f"举行{forum}", url, KIND, who, forum.planned_on, forum.place)
        case ForumState.HELD:
            return Todo(f"整理并交办：{forum.topic}", url, KIND, who)
        case ForumState.SENT if not forum.left:
            return Todo(f"办结：{forum.topic}", url, KIND, who, None, "各件都已反馈")
        case ForumState.SENT if forum.late:
            return Todo(f"催办：{forum.topic}", url, KIND, who, None, f"{forum.late} 件反馈已超期")
    return None


def _collecting(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """What is collected now, on a deputy's home. One query."""
    found = list(OpinionForum.objects.open_to(request.user, timezone.localdate()))  # type: ignore[arg-type]
    return {"forums": found} if found else None


def _of_opinion(request: HttpRequest, opinion: Opinion) -> dict[str, Any] | None:
    """Where a voter's opinion is dealt with, or which forum it can still be taken to."""
    seen = ForumItem.objects.visible_to(request.user).filter(opinion=opinion).select_related("forum")  # type: ignore[arg-type]
    item = seen.first()
    can = item is None and opinion.way == Way.FORUM and opinion.state in forums.OPEN_OPINIONS
    open_now = list(_open_for(request.user, opinion)) if can and not opinion.forum_items.exists() else []  # type: ignore[arg-type]
    return {"item": item, "forums": open_now, "code": opinion.code} if item or open_now else None


def _open_for(user: User, opinion: Opinion) -> Any:
    """Forums that collect, of an area that holds the opinion's: the staff's own, or open to the deputy."""
    if user.access.has(Role.OFFICE, Role.TOWN_OFFICE):
        above = [code for code in opinion.area.path.split("/") if code]
        rows = OpinionForum.objects.visible_to(user).filter(state=ForumState.COLLECTING, area__code__in=above)
        return rows if user.access.is_office else rows.filter(area__in=user.access.area_ids(Role.TOWN_OFFICE))
    return OpinionForum.objects.open_to(user, timezone.localdate())


def register() -> None:
    """Called once, when the app is ready."""
    audit_actions.register(WORDS)
    navigation.register(navigation.Entry("activities", "民情反映会", "activities:forums", lambda user: user.access.has(*_TAKING_PART)))
    todos.register(waiting_for)
    panels.register(panels.Panel("home.deputy", "forums", "activities/forums/_home.html", _collecting))
    panels.register(panels.Panel("opinion", "forums", "activities/forums/_opinion.html", _of_opinion))
    deadlines.register(deadlines.Kept("activities.forums", "民情反映会反馈期限", forums.recompute_due))
