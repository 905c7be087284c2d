"""A forum of the district for tests: three deputies, two units, and the way from collecting to the last feedback."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils import timezone

from activities.models import ForumItem, OpinionForum
from activities.services import forum_items, forums
from congress.enums import OrganisationKind, Role
from congress.models import Organisation, User
from deputies.models import Deputy
from tests import factories
from tests.factories import District, Personas

TOPIC = "小餐饮店食品安全管理"


@dataclass
class Play:
    district: District
    personas: Personas
    mo: Deputy  # the deputy persona, of town1
    wei: Deputy  # of town1, without an account
    lan: Deputy  # of town2
    health: Organisation
    nurse: User  # works for ``health``

    def open(self, **more: object) -> OpinionForum:
        today = timezone.localdate()
        fields = {
            "topic": TOPIC,
            "area": self.district.area,
            "organiser": self.district.office,
            "collect_until": today + datetime.timedelta(days=7),
            "planned_on": today + datetime.timedelta(days=10),
            "place": "区人大常委会会议室",
            **more,
        }
        return forums.open_forum(actor=self.personas.office, **fields)  # type: ignore[arg-type]

    def add(self, forum: OpinionForum, deputy: Deputy, text: str, **more: object) -> ForumItem:
        return forum_items.add(actor=self.personas.office, forum=forum, deputy=deputy, text=text, **more)  # type: ignore[arg-type]

    def held(self, forum: OpinionForum | None = None) -> OpinionForum:
        """With a matter of each deputy; the first two for transport, the third for health."""
        forum = forum or self.open()
        for deputy, text, unit in (
            (self.mo, "圩日占道经营，车过不去。", self.district.unit),
            (self.wei, "路口没有红绿灯。", self.district.unit),
            (self.lan, "小吃摊没有健康证。", self.health),
        ):
            self.add(forum, deputy, text, unit=unit)
        forum.refresh_from_db()
        return forums.hold(
            actor=self.personas.office, forum=forum, version=forum.version, held_on=timezone.localdate(), place="区人大常委会会议室"
        )

    def sent(self, forum: OpinionForum | None = None, months: int = 2) -> OpinionForum:
        forum = forum or self.held()
        return forums.send(actor=self.personas.office, forum=forum, version=forum.version, months=months)

    def fed_back(self, item: ForumItem, is_adopted: bool = True, text: str = "已列入计划。") -> ForumItem:
        item.refresh_from_db()
        return forum_items.feed_back(
            actor=self.personas.office, item=item, feedback=text, is_adopted=is_adopted, saw=forum_items.seen_feedback(item)
        )


def make(district: District, personas: Personas) -> Play:
    mo = Deputy.objects.get(user=personas.deputy)
    wei, lan = factories.DeputyFactory(code="D-WEI", name="韦桂兰"), factories.DeputyFactory(code="D-LAN", name="蓝青")
    factories.MandateFactory(deputy=wei, term=district.term, area=district.town1)
    factories.MandateFactory(deputy=lan, term=district.term, area=district.town2)
    health = factories.OrganisationFactory(code="WJJ", name="榕江区卫生健康局", kind=OrganisationKind.HANDLING_UNIT, area=district.area)
    nurse = factories.UserFactory(username="health", name="卫健覃")
    factories.RoleGrantFactory(user=nurse, role=Role.HANDLING_UNIT, organisation=health)
    return Play(district, personas, mo, wei, lan, health, nurse)
