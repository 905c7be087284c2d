"""Voters' opinions of the last half-year at every stage, moved by the services on the days they would have been."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager
from random import Random
from typing import Any

from django.utils import timezone

from congress.enums import OrganisationKind, Role
from congress.models import Organisation, RoleGrant, User
from deputies.enums import Urgency, Way
from deputies.models import Deputy, Mandate, Opinion, OpinionCategory
from deputies.services import opinions

OnDay = Callable[..., AbstractContextManager[None]]

# What voters said, its category, where it goes, what came of it.
_MATTERS = (
    (
        "村口到小学的路被水冲坏半边，孩子上学要绕三公里。",
        "道路修建养护",
        Way.DEPARTMENT,
        "traffic",
        "已列入水毁修复计划，路基正在施工，年底前恢复通车。",
    ),
    (
        "圩市门口早上车停得乱，接送学生的车过不去。",
        "停车与交通安全",
        Way.DEPARTMENT,
        "traffic",
        "已划定停车位并增设禁停标志，早高峰安排专人疏导。",
    ),
    (
        "去城区的公交班次太少，老人看病要等一个多小时。",
        "公共交通",
        Way.DEPARTMENT,
        "traffic",
        "自本月起早晚各增加一班，并在卫生院门口设站。",
    ),
    ("小区二次供水水压不够，五楼以上经常没有水。", "饮水供水", Way.DEPARTMENT, "housing", "已更换加压泵，水压正常，物业每周巡查一次。"),
    ("老旧小区外墙瓷砖脱落，怕砸到人。", "物业管理", Way.DEPARTMENT, "housing", "已围挡并清除松动瓷砖，外墙修缮列入明年改造。"),
    ("村里二十多盏路灯坏了一半，晚上出门看不清。", "路灯与公共设施", Way.TOWN, "", "已更换路灯十一盏，其余的待配件到后一周内换完。"),
    ("水渠淤了，下游三十亩田浇不上水。", "农田水利", Way.TOWN, "", "已组织清淤八百米，晚稻用水已有保障。"),
    ("垃圾池离住户太近，夏天味道大。", "垃圾污水", Way.VILLAGE, "", "村里已换成密闭垃圾箱，每天清运。"),
    ("荔枝大年卖不出去，希望帮找销路。", "农产品销售", Way.FORUM, "", "民情反映会后已联系三家收购商，并开办电商培训。"),
    ("高龄补贴怎么办，要去哪里盖章？", "养老服务", Way.ON_THE_SPOT, "", "当场告知带身份证和户口簿到镇便民服务中心办理，不用盖章。"),
    ("村卫生室没有常备降压药。", "看病就医", Way.TOWN, "", "镇卫生院已按月配送常用降压药，目录贴在卫生室门口。"),
    ("几个村共用的便桥汛期过不了人，想建一座桥。", "道路修建养护", Way.CITY, "", "已由市人大代表向市级反映，市交通部门答复列入储备项目。"),
    ("幼儿园学位不够，外来务工家庭的孩子报不上名。", "学前教育", Way.SUGGESTION, "", "已形成代表建议，由教育部门在新学年增加两个班。"),
)
_TAKEN = "已到现场看过，正在核定办法。"
_AGAIN = "选民反映只做了一半，请接着办。"
_EACH = 5  # of each town


def load(random: Random, on_day: OnDay) -> None:
    """Five matters from each town's deputies, from newly recorded to closed and reopened. Does nothing where there are some."""
    if Opinion.objects.exists():
        return
    categories = {category.name: category for category in OpinionCategory.objects.filter(parent__isnull=False)}
    units = {organisation.code.rpartition("-")[2]: organisation for organisation in Organisation.objects.active()}
    offices = Organisation.objects.filter(kind__in=[OrganisationKind.PRESIDIUM, OrganisationKind.BRANCH_OFFICE]).select_related("area")
    office = User.objects.in_role(Role.OFFICE).order_by("pk").first()
    assert office is not None  # the demo's people come first
    turn = 0
    for organ in offices.order_by("code"):
        staff = User.objects.in_role(Role.TOWN_OFFICE, organisation=organ).order_by("pk").first()
        seats = list(Mandate.objects.serving().within(organ.area).select_related("deputy__user", "area").order_by("pk")[:_EACH])
        if staff is None:
            continue
        for mandate in seats:
            text, category, way, unit, result = _MATTERS[turn % len(_MATTERS)]
            _one(
                random,
                on_day,
                stage=turn % 8,
                deputy=mandate.deputy,
                staff=staff,
                office=office,
                organ=units[unit] if unit else organ,
                result=result,
                fields={"text": text, "way": way, "category": categories[category], "area": mandate.area},
            )
            turn += 1


def _one(
    random: Random,
    on_day: OnDay,
    *,
    stage: int,
    deputy: Deputy,
    staff: User,
    office: User,
    organ: Organisation,
    result: str,
    fields: dict[str, Any],
) -> None:
    """Takes one matter as far as ``stage`` says: 0 recorded, 1 passed on, 2 in hand, 3 answered, 4 to 6 closed, 7 reopened."""
    today = timezone.localdate()
    start = today - datetime.timedelta(days=random.randint(20, 60) if stage < 4 else random.randint(70, 170))
    deputy_or_staff = deputy.user or staff
    urgency = random.choice([Urgency.ORDINARY] * 6 + [Urgency.URGENT, Urgency.CRITICAL])
    with on_day(start, random.randint(8, 17)):
        given: dict[str, Any] = {"result": result} if fields["way"] == Way.ON_THE_SPOT else {}
        opinion = opinions.record(actor=deputy_or_staff, deputies=[deputy], urgency=urgency, **fields, **given)
    answering = (
        RoleGrant.objects.in_force()
        .filter(organisation=organ, role__in=[Role.HANDLING_UNIT, Role.TOWN_OFFICE])
        .select_related("user")
        .first()
    )
    actor = answering.user if answering else office
    if fields["way"] != Way.ON_THE_SPOT:
        if stage < 1:
            return
        with on_day(start + datetime.timedelta(days=1), 9):
            due = start + datetime.timedelta(days=45)
            opinion = opinions.pass_on(
                actor=staff, opinion=opinion, version=opinion.version, way=opinion.way, responsible=organ, due_on=due
            )
        if stage < 2:
            return
        with on_day(start + datetime.timedelta(days=4), 10):
            opinion = opinions.take_in_hand(actor=actor, opinion=opinion, version=opinion.version, note=_TAKEN)
        if stage < 3:
            return
        with on_day(start + datetime.timedelta(days=18), 15):
            opinion = opinions.answer(actor=actor, opinion=opinion, version=opinion.version, result=result)
    if stage < 4:
        return
    with on_day(told := start + datetime.timedelta(days=21), 18):
        opinion = opinions.tell_voter(actor=deputy_or_staff, opinion=opinion, version=opinion.version, on=told)
    with on_day(start + datetime.timedelta(days=25), 18):
        opinion = opinions.close(
            actor=deputy_or_staff, opinion=opinion, version=opinion.version, is_settled={4: True, 5: None, 6: True, 7: False}[stage]
        )
    if stage == 7:
        with on_day(today - datetime.timedelta(days=6), 9):
            due = today + datetime.timedelta(days=24)
            opinions.reopen(actor=deputy_or_staff, opinion=opinion, version=opinion.version, reason=_AGAIN, due_on=due)
