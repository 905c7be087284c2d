"""The matters of an opinion forum: sent in before, spoken to and answered during, fed back after (source speech 四（三）)."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.urls import reverse
from django.utils import timezone

from activities.enums import ForumState
from activities.models import ForumItem, OpinionForum
from activities.services.forums import CHANGED, OPEN_OPINIONS, locked, pass_opinion_on, people_of, tell, units
from congress.access import may
from congress.errors import Conflict, DomainError
from congress.models import Organisation, User
from congress.services import audit
from deputies.enums import OpinionState, Way
from deputies.models import Deputy, Opinion
from deputies.services import opinions
from deputies.services.guards import FieldRefused, require

_ASIDE = 10_000  # added to numbers while they change places, so that no two are ever equal
_EDITED = "这一件刚才已由他人修改。两份内容都在本页，请对照后再保存。"


def seen(*words: str) -> str:
    """A short mark of texts as somebody saw them, to notice when they changed since."""
    return hashlib.sha256("\x00".join(words).encode()).hexdigest()[:16]


def seen_minutes(item: ForumItem) -> str:
    return seen(item.spoken, item.response)


def seen_feedback(item: ForumItem) -> str:
    return seen(item.feedback, str(item.is_adopted))


@transaction.atomic
def add(
    *,
    actor: User,
    forum: OpinionForum,
    deputy: Deputy,
    text: str,
    opinion: Opinion | None = None,
    unit: Organisation | None = None,
) -> ForumItem:
    """Adds a deputy's matter at the end of the agenda. The same words, or the same opinion, again give the item that is there.

    Deputies send in their own until the day set for it; the staff also what is raised at the meeting. A voter's opinion that
    still waits is passed on to the forum's organiser. Raises PermissionDenied, FieldRefused for a deputy of elsewhere, an
    opinion that is another's, goes another way or is answered, and DomainError when the time is over.
    """
    forum = locked(forum)
    require(actor, "activities.send_in", forum)
    manages = may(actor, "activities.manage_forum", forum)
    if not manages and deputy.user_id != actor.pk:
        raise FieldRefused("deputy", "只能报送您本人的意见。")
    text = _text(text)
    if found := _known(forum, deputy, text, opinion):
        return found
    _may_add_now(forum, manages)
    if not deputy.mandates.serving().within(forum.area).exists():
        raise FieldRefused("deputy", f"{deputy}不是{forum.area}的在任代表。")
    if opinion is not None:
        _refuse_opinion(opinion, deputy)
    if unit is not None and not manages:
        raise FieldRefused("unit", "承办单位由主办单位确定。")
    last = forum.items.aggregate(number=Max("number"), code=Max("code"))
    item = ForumItem.objects.create(
        code=f"{forum.code}-{int((last['code'] or '-0').rpartition('-')[2]) + 1:03d}",
        forum=forum,
        number=(last["number"] or 0) + 1,
        deputy=deputy,
        opinion=opinion,
        text=text,
        unit=_may_answer(unit),
    )
    # SECURITY: no word of what was said goes into the audit trail
    audit.record(actor, "activities.add_forum_item", item, changes={"deputy": [None, deputy.code]}, ref=item.code)
    if opinion is not None and opinion.state in (OpinionState.RECORDED, OpinionState.REOPENED):
        opinions.pass_on(
            actor=actor, opinion=opinion, version=opinion.version, way=Way.FORUM, responsible=forum.organiser, note=f"列入{forum}。"
        )
    return item


@transaction.atomic
def change(*, actor: User, item: ForumItem, text: str, saw: str) -> ForumItem:
    """Puts a matter's words right: the deputy while matters are collected, the staff until the list is sent.

    ``saw`` is ``seen`` of the words the writer started from. The same words again write nothing. Raises PermissionDenied,
    FieldRefused without words, Conflict when somebody changed them since, and DomainError once the list was sent.
    """
    item = _locked(item)
    require(actor, "activities.change_forum_item", item)
    _refuse_sent(item)
    text = _text(text)
    if text == item.text:
        return item
    if saw != seen(item.text):
        raise Conflict(_EDITED)
    _save(actor, "activities.change_forum_item", item, {"letters": [len(item.text), len(text)]}, text=text)
    return item


@transaction.atomic
def withdraw(*, actor: User, item: ForumItem) -> None:
    """Takes a matter off the agenda while matters are collected; those after it move up. Raises PermissionDenied, DomainError."""
    item = _locked(item)
    require(actor, "activities.change_forum_item", item)
    if item.forum.state != ForumState.COLLECTING:
        raise DomainError("民情反映会已经举行，事项不能撤回。")
    audit.record(actor, "activities.withdraw_forum_item", item, changes={"deputy": [item.deputy.code, None]})
    forum, number = item.forum, item.number
    item.delete()
    _renumber(forum, {pk: n - 1 for pk, n in forum.items.filter(number__gt=number).values_list("pk", "number")})


@transaction.atomic
def arrange(
    *, actor: User, forum: OpinionForum, version: int, order: Mapping[str, int], given: Mapping[str, Organisation | None]
) -> OpinionForum:
    """Puts the agenda in order and gives matters to units. ``order`` and ``given`` are keyed by the items' codes.

    Equal places keep the order of the codes; the places become 1, 2, 3 …. Without a difference it writes nothing. Raises
    PermissionDenied, Conflict, and DomainError once the list was sent.
    """
    forum = locked(forum)
    require(actor, "activities.manage_forum", forum)
    if forum.state not in (ForumState.COLLECTING, ForumState.HELD):
        raise DomainError("意见清单已经交办，不能再改顺序。")
    items = list(forum.items.order_by("number"))
    wanted = sorted(items, key=lambda item: (order.get(item.code, item.number), item.code))
    places = {item.pk: number for number, item in enumerate(wanted, start=1) if item.number != number}
    moved = [item for item in items if item.code in given and given[item.code] != item.unit]
    if not places and not moved:
        return forum
    if not OpinionForum.objects.filter(pk=forum.pk, version=version).update(version=F("version") + 1):
        raise Conflict(CHANGED)
    for item in moved:
        item.unit = _may_answer(given[item.code])
    ForumItem.objects.bulk_update(moved, ["unit"])
    _renumber(forum, places)
    audit.record(actor, "activities.arrange_forum", forum, changes={"items": [None, [item.code for item in wanted]]})
    return locked(forum)


@transaction.atomic
def write_minutes(*, actor: User, item: ForumItem, spoken: str, response: str, saw: str) -> ForumItem:
    """Keeps what the deputy said and what the department answered on the spot; ``saw`` is ``seen_minutes`` of the earlier.

    The same words again write nothing. Raises PermissionDenied, Conflict when somebody changed them since, and DomainError
    before the meeting or once everything is closed.
    """
    item = _locked(item)
    require(actor, "activities.manage_forum_item", item)
    if item.forum.state not in (ForumState.HELD, ForumState.SENT):
        raise DomainError(f"民情反映会现为“{item.forum.get_state_display()}”，不能记录发言。")
    spoken, response = _plain(spoken), _plain(response)
    if (spoken, response) == (item.spoken, item.response):
        return item
    if saw != seen_minutes(item):
        raise Conflict(_EDITED)
    letters = [len(item.spoken) + len(item.response), len(spoken) + len(response)]
    _save(actor, "activities.minute_forum_item", item, {"letters": letters}, spoken=spoken, response=response)
    return item


@transaction.atomic
def assign(*, actor: User, item: ForumItem, unit: Organisation, due_on: datetime.date | None) -> ForumItem:
    """Gives a matter to another unit, or sets another day. The same again is a no-op; after sending the new unit is told.

    Raises PermissionDenied, FieldRefused for a day that is past or missing after sending, and DomainError once it was fed back.
    """
    item = _locked(item)
    require(actor, "activities.manage_forum_item", item)
    if item.fed_back_on is not None:
        raise DomainError("这一件已经反馈，不能改派。")
    was_sent = item.forum.state == ForumState.SENT
    if (item.unit_id, item.due_on) == (unit.pk, due_on):
        return item
    if was_sent and due_on is None:
        raise FieldRefused("due_on", "已经交办的事项应有反馈期限。")
    if due_on is not None and due_on != item.due_on and due_on < timezone.localdate():
        raise FieldRefused("due_on", "反馈期限已经过去，请另定日期。")
    before = item.unit
    changes = audit.difference({"unit": str(before or ""), "due_on": item.due_on}, {"unit": str(unit), "due_on": due_on})
    _save(actor, "activities.assign_forum_item", item, changes, unit=_may_answer(unit), due_on=due_on)
    if was_sent:
        pass_opinion_on(actor, item)
        if unit != before:
            _tell(item, people_of(unit), actor, f"民情反映会交办1件意见，请于{due_on:%Y-%m-%d}前反馈：{item.forum.topic}", "given")
            _tell(item, people_of(before), actor, f"民情反映会第{item.number}件已改由{unit}承办。", "taken")
    return item


@transaction.atomic
def feed_back(*, actor: User, item: ForumItem, feedback: str, is_adopted: bool, saw: str) -> ForumItem:
    """What came of a matter and whether it was adopted, by its unit, or entered by the staff for it. The same again is a no-op.

    The deputy is told, and the voter's opinion behind it answered. Raises PermissionDenied, FieldRefused without words,
    Conflict when somebody changed it since, and DomainError before the list was sent or once everything is closed.
    """
    item = _locked(item)
    require(actor, "activities.feed_back", item)
    feedback = _plain(feedback)
    if not feedback:
        raise FieldRefused("feedback", "请写明研究办理的情况。")
    if (feedback, is_adopted) == (item.feedback, item.is_adopted):
        return item
    if item.forum.state != ForumState.SENT:
        raise DomainError(f"民情反映会现为“{item.forum.get_state_display()}”，不能填写反馈。")
    if saw != seen_feedback(item):
        raise Conflict(_EDITED)
    changes = audit.difference({"is_adopted": item.is_adopted}, {"is_adopted": is_adopted})
    _save(
        actor,
        "activities.feed_back",
        item,
        {**changes, "letters": [len(item.feedback), len(feedback)]},
        feedback=feedback,
        is_adopted=is_adopted,
        fed_back_on=item.fed_back_on or timezone.localdate(),
    )
    _answer_opinion(actor, item)
    told = f"您在民情反映会反映的意见已有反馈（{'采纳' if is_adopted else '未采纳'}）：{_short(item.text)}"
    _tell(item, User.objects.filter(deputy=item.deputy_id, is_active=True), actor, told, f"fed-{seen_feedback(item)}")
    if not item.forum.items.filter(fed_back_on__isnull=True).exists():
        text = f"民情反映会的意见已全部反馈，可以办结：{item.forum.topic}"
        tell(item.forum, people_of(item.forum.organiser), actor, text, "all-fed-back")
    return item


# ---- within


def _locked(item: ForumItem) -> ForumItem:
    """The item as it is now, its forum locked first, so that nothing of the forum moves meanwhile."""
    locked(item.forum)
    rows = ForumItem.objects.select_related("forum__area", "forum__organiser", "deputy", "unit", "opinion")
    return rows.get(pk=item.pk)


def _known(forum: OpinionForum, deputy: Deputy, text: str, opinion: Opinion | None) -> ForumItem | None:
    if opinion is not None:
        return ForumItem.objects.filter(forum=forum, opinion=opinion).first()
    return ForumItem.objects.filter(forum=forum, deputy=deputy, text=text, opinion__isnull=True).first()


def _may_add_now(forum: OpinionForum, manages: bool) -> None:
    if forum.state not in (ForumState.COLLECTING, ForumState.HELD) or not manages and forum.state != ForumState.COLLECTING:
        raise DomainError(f"民情反映会现为“{forum.get_state_display()}”，不再征集意见。")
    if not manages and forum.collect_until < timezone.localdate():
        day = forum.collect_until
        raise DomainError(f"征集已于{day.year}年{day.month}月{day.day}日截止。需要补报的，请联系{forum.organiser}。")


def _refuse_opinion(opinion: Opinion, deputy: Deputy) -> None:
    if not opinion.deputies.filter(pk=deputy.pk).exists():
        raise FieldRefused("opinion", f"选民意见{opinion.code}不是{deputy}反映的。")
    if opinion.way != Way.FORUM:
        raise FieldRefused("opinion", f"选民意见{opinion.code}的去向是“{opinion.get_way_display()}”，不是民情反映会。")
    if opinion.state not in OPEN_OPINIONS:
        raise FieldRefused("opinion", f"选民意见{opinion.code}已经答复，不再列入民情反映会。")
    if opinion.forum_items.exists():
        raise FieldRefused("opinion", f"选民意见{opinion.code}已列入另一次民情反映会。")


def _may_answer(unit: Organisation | None) -> Organisation | None:
    if unit is not None and not units().filter(pk=unit.pk).exists():
        raise FieldRefused("unit", f"“{unit}”不能承办民情反映会的意见，请另选单位。")
    return unit


def _refuse_sent(item: ForumItem) -> None:
    if item.forum.state not in (ForumState.COLLECTING, ForumState.HELD):
        raise DomainError("意见清单已经交办，内容不能再改。")


def _answer_opinion(actor: User, item: ForumItem) -> None:
    """The voter's opinion is answered with the feedback while it waits for this unit."""
    opinion = item.opinion
    if opinion is None or opinion.responsible_id != item.unit_id or opinion.state not in OPEN_OPINIONS:
        return
    if may(actor, "deputies.answer_opinion", opinion):
        opinions.answer(actor=actor, opinion=opinion, version=opinion.version, result=item.feedback)


def _renumber(forum: OpinionForum, places: Mapping[int, int]) -> None:
    """Two steps, because a number is taken until its item has left it."""
    if not places:
        return
    rows = list(ForumItem.objects.filter(forum=forum, pk__in=list(places)))
    ForumItem.objects.filter(forum=forum, pk__in=list(places)).update(number=F("number") + _ASIDE)
    for row in rows:
        row.number = places[row.pk]
    ForumItem.objects.bulk_update(rows, ["number"])


def _save(actor: User, action: str, item: ForumItem, changes: dict[str, Any], **fields: Any) -> None:
    for name, value in fields.items():
        setattr(item, name, value)
    item.save(update_fields=list(fields))
    audit.record(actor, action, item, changes=changes)


def _tell(item: ForumItem, people: Any, actor: User, text: str, what: str) -> None:
    tell(item.forum, people, actor, text, f"{item.code}-{what}", reverse("activities:forum_item", args=[item.code]))


def _text(text: str) -> str:
    text = _plain(text)
    if not text:
        raise FieldRefused("text", "请写明反映的问题和建议。")
    return text


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
