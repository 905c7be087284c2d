"""Deeds at every stage, and a year of nominations decided and one under way."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from random import Random

from django.utils import timezone

from congress.enums import OrganisationKind, Role
from congress.models import Organisation, User
from deputies.models import Deed
from deputies.services import honours

OnDay = Callable[..., AbstractContextManager[None]]

_DEEDS = (
    ("自筹三万元清淤八百米水渠", "晚稻灌浆前，带领村民连续五天清淤，下游三十亩田当季用上了水，没有向村集体要一分钱。"),
    ("为三十名老人代办高龄补贴", "逐户收齐材料，分批陪同到镇便民服务中心办理，行动不便的请工作人员上门核实。"),
    ("直播卖荔枝十二吨", "大年荔枝滞销时，组织合作社社员学直播，联系冷链，半个月卖出十二吨，带动二十户增收。"),
    ("护学岗坚持三年", "每天上学放学时段在校门口疏导，劝离占道摊点，三年没有间断，路口没有发生过交通事故。"),
    ("调解林地纠纷促两村和好", "七次上山对界，请老人回忆旧界，在司法所见证下签订协议，两村二十年的争议就此了结。"),
)
_GROUNDS = ("联系选民扎实，反映的意见件件有回音，选民满意。", "带头办实事，积极参加视察和执法检查，建议质量高。")


def load(random: Random, on_day: OnDay) -> None:
    """Does nothing where there are deeds already."""
    if Deed.objects.exists():
        return
    today = timezone.localdate()
    office = User.objects.in_role(Role.OFFICE).order_by("pk").first()
    assert office is not None  # the demo's people come first
    organs = Organisation.objects.filter(kind__in=[OrganisationKind.PRESIDIUM, OrganisationKind.BRANCH_OFFICE]).select_related("area")
    towns = [
        (organ.area, User.objects.in_role(Role.TOWN_OFFICE, organisation=organ).order_by("pk").first()) for organ in organs.order_by("code")
    ]
    past = today.year - 1
    with on_day(datetime.date(past, 11, 10), 9):
        closes = datetime.date(past, 11, 30)
        decided = honours.open_round(actor=office, year=past, quota_percent=Decimal(5), excludes_leaders=True, closes_on=closes)
    with on_day(today - datetime.timedelta(days=5), 9):
        closes = today + datetime.timedelta(days=20)
        running = honours.open_round(actor=office, year=today.year, quota_percent=Decimal(5), excludes_leaders=True, closes_on=closes)
    chosen = []
    for turn, (area, staff) in enumerate(towns):
        if staff is None:
            continue
        candidates = list(honours.eligible(decided, area)[:8])
        title, story = _DEEDS[turn % len(_DEEDS)]
        with on_day(today - datetime.timedelta(days=random.randint(20, 200)), 16):
            deed = honours.write_deed(actor=staff, deputy=candidates[-1], title=title, story=story, on=timezone.localdate())
            if turn % 4 != 3:
                honours.submit_deed(actor=staff, deed=deed)
            if turn % 4 < 2:
                honours.approve_deed(actor=office, deed=deed, is_public=turn % 4 == 0)
        places = honours.quota(decided.quota_percent, honours.serving_within(area))
        with on_day(datetime.date(past, 11, 25), 15):
            for number, deputy in enumerate(candidates[:places]):
                grounds = _GROUNDS[number % len(_GROUNDS)]
                nomination = honours.nominate(actor=staff, round=decided, area=area, deputy=deputy, grounds=grounds)
                passes = turn != 2 or number > 0
                opinion = "" if passes else "本年度未参加代表小组活动，不予通过。"
                honours.examine(actor=office, nomination=nomination, passes=passes, opinion=opinion)
                chosen += [nomination] * passes
        if turn % 2 == 0:
            with on_day(today - datetime.timedelta(days=2), 10):
                deputy = honours.eligible(running, area)[2]
                honours.nominate(actor=staff, round=running, area=area, deputy=deputy, grounds=_GROUNDS[0])
    with on_day(datetime.date(past, 12, 18), 17):
        honours.decide(
            actor=office, round=decided, meeting="区八届人大常委会第五十二次主任会议", on=datetime.date(past, 12, 18), chosen=chosen
        )
