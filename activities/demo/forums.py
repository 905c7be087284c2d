"""Two opinion forums: one of the last half-year with its feedback, one that collects."""

from __future__ import annotations

import datetime
from random import Random

from django.utils import timezone

from activities.models import ActivityRule, ForumItem, OpinionForum
from activities.services import forum_items, forum_papers, forums
from congress import demo
from congress.enums import OrganisationKind, Role
from congress.models import Congress, Organisation, RoleGrant, User
from congress.periods import Period
from deputies.enums import Way
from deputies.models import Deputy, Opinion
from platforms.demo.clock import on_day

_PLACE = "区人大常委会会议室"
# What was reflected, said, answered on the spot; the unit; what came of it, and whether it was adopted.
_HEARD = (
    (
        "老城区三条街早晚高峰堵车，接送学生的电动车和货车混行，去年出过两起事故。",
        "我在路口站了三个早上，七点二十到八点最堵。建议错开货车进城的时间，在学校门口划出接送区。",
        "学校门口接送区本月底前划好；货车限时进城的方案正在征求意见。",
        "traffic",
        "已在三所学校门口划定接送区，货车早七时至八时半限行自下月一日起施行。",
        True,
    ),
    (
        "东湖小区等六个老旧小区二次供水水压不足，五楼以上经常断水。",
        "涉及一千二百多户，老人多，半夜起来接水。建议先换泵，再把管网改造列进计划。",
        "水泵老化属实，先安排检修。",
        "housing",
        "六个小区的加压泵已全部更换，管网改造列入明年老旧小区改造计划。",
        True,
    ),
    (
        "农村客运班次少，下午四点以后没有回村的车。",
        "赶圩的人多是老人，错过末班车要走两个小时。建议末班车推迟一个小时。",
        "会后与客运公司商量。",
        "traffic",
        "六条线路末班车推迟到十七时三十分，圩日加开一班。",
        True,
    ),
    (
        "新建小区没有配建公共停车位，车停到路上，救护车进不去。",
        "建议新出让地块把停车位比例提高，已建成的把边角地利用起来。",
        "停车位比例由规划条件确定，能改的尽量改。",
        "housing",
        "已清理边角地增设停车位二百一十个；提高配建比例涉及规划条件调整，正在研究。",
        True,
    ),
    (
        "跨河的便桥汛期限行，两岸群众绕行十几公里。",
        "建议尽快立项建永久桥，立项前派人值守。",
        "建桥要列入市级计划。",
        "traffic",
        "便桥已加固并设专人值守；新建桥梁投资较大，暂不具备立项条件，已报市里列入储备项目。",
        False,
    ),
)
_SUMMARY = (
    "区人民政府分管负责同志和区住房和城乡建设局、区交通运输局负责同志到会，逐件听取代表意见并回应。\n"
    "会议认为，代表反映的问题具体、有现场情况，有关部门应当逐件研究，能办的马上办，一时办不到的说明原因。"
)
_TO_COME = ("垃圾中转站离小学太近，气味大，建议搬迁或者加装除臭设备。", "社区老年食堂只有午餐，建议增加晚餐。")


def load(random: Random) -> None:
    """Does nothing where there are forums."""
    if OpinionForum.objects.exists():
        return
    home = Congress.objects.home()
    organ = Organisation.objects.filter(kind=OrganisationKind.DEPUTIES_OFFICE).order_by("pk").first()
    office = User.objects.in_role(Role.OFFICE).order_by("pk").first()
    if home is None or organ is None or office is None:
        return
    deputies = list(Deputy.objects.serving().filter(user__isnull=False).select_related("user").order_by("code"))
    deputies += list(Deputy.objects.serving().filter(user__isnull=True).order_by("code")[:40])
    _closed(home, organ, office, deputies)
    _collecting(home, organ, office, deputies)


def _closed(home: Congress, organ: Organisation, office: User, deputies: list[Deputy]) -> None:
    today = timezone.localdate()
    held_on = Period.containing(today, "half").start - datetime.timedelta(days=24)
    begun = held_on - datetime.timedelta(days=30)
    units = {unit.code: unit for unit in Organisation.objects.filter(kind=OrganisationKind.HANDLING_UNIT)}
    with on_day(begun):
        forum = forums.open_forum(
            actor=office,
            topic="城区交通和老旧小区管理",
            area=home.area,
            organiser=organ,
            collect_until=held_on - datetime.timedelta(days=7),
            planned_on=held_on,
            place=_PLACE,
        )
    items = []
    with on_day(begun + datetime.timedelta(days=9), 20):
        for deputy, (text, _, _, unit, _, _) in zip(deputies[::3], _HEARD, strict=False):
            found = next((each for code, each in units.items() if code.endswith(unit)), None)
            items.append(forum_items.add(actor=office, forum=forum, deputy=deputy, text=text, unit=found))
    with on_day(held_on, 9):
        forum.refresh_from_db()
        forum = forums.hold(actor=office, forum=forum, version=forum.version, held_on=held_on, place=_PLACE)
        for item, (_, spoken, response, *_) in zip(items, _HEARD, strict=False):
            forum_items.write_minutes(actor=office, item=item, spoken=spoken, response=response, saw=forum_items.seen_minutes(item))
        forum = forums.write_summary(actor=office, forum=forum, version=forum.version, summary=_SUMMARY)
    with on_day(held_on + datetime.timedelta(days=3), 15):
        months = (ActivityRule.objects.first() or ActivityRule()).feedback_months
        forum = forums.send(actor=office, forum=forum, version=forum.version, months=months)
    for day, (item, (*_, feedback, is_adopted)) in enumerate(zip(items, _HEARD, strict=False), start=18):
        with on_day(held_on + datetime.timedelta(days=day * 2 if day == 22 else day), 16):
            _answer(office, item, feedback, is_adopted)
    with on_day(held_on + datetime.timedelta(days=46), 11):
        forum.refresh_from_db()
        forum = forums.close(actor=office, forum=forum, version=forum.version)
        for paper in forum_papers.PAPERS:
            forum_papers.request(actor=office, forum=forum, paper=paper)


def _answer(office: User, item: ForumItem, feedback: str, is_adopted: bool) -> None:
    """By the unit's own account where it has one."""
    item.refresh_from_db()
    grant = RoleGrant.objects.in_force().filter(organisation=item.unit, role=Role.HANDLING_UNIT).select_related("user").first()
    forum_items.feed_back(
        actor=grant.user if grant else office,
        item=item,
        feedback=feedback,
        is_adopted=is_adopted,
        saw=forum_items.seen_feedback(item),
    )


def _collecting(home: Congress, organ: Organisation, office: User, deputies: list[Deputy]) -> None:
    today = timezone.localdate()
    with on_day(today - datetime.timedelta(days=8)):
        forum = forums.open_forum(
            actor=office,
            topic="农产品销售和社区服务",
            area=home.area,
            organiser=organ,
            collect_until=today + datetime.timedelta(days=12),
            planned_on=today + datetime.timedelta(days=20),
            place=_PLACE,
        )
    with on_day(today - datetime.timedelta(days=2), 19):
        for deputy, text in zip(deputies[5::7], _TO_COME, strict=False):
            forum_items.add(actor=deputy.user or office, forum=forum, deputy=deputy, text=text)
        waiting = Opinion.objects.filter(way=Way.FORUM, state__in=forums.OPEN_OPINIONS, forum_items__isnull=True)
        opinion = waiting.filter(created_at__lte=timezone.now()).order_by("-pk").first()
        speaker = opinion.deputies.order_by("code").first() if opinion else None
        if opinion is not None and speaker is not None:
            forum_items.add(actor=office, forum=forum, deputy=speaker, text=opinion.text, opinion=opinion)


def register() -> None:
    """Called once, when the app is ready."""
    demo.register(demo.Part("forums", 60, load))
