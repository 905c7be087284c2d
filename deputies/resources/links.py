"""Groups with their members, and standing members with their deputies, as columns of a file: one row is one link.

There are some hundred rows at most, so that ``write`` goes through the services, which hold the rules and write the audit trail.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from congress.enums import CongressLevel
from congress.errors import DomainError
from congress.imports import values
from congress.imports.coded import by_label, label_of
from congress.imports.lookups import AreaBook
from congress.imports.plan import CREATED, UNCHANGED, UPDATED, Plan, PlannedRow, Record
from congress.imports.resource import Column, SheetResource
from congress.models import Area, Term
from congress.services.audit import Actor
from deputies.enums import GroupRole, MandateStatus
from deputies.models import Deputy, DeputyGroup, DeputyLiaison, GroupMembership, StandingMember
from deputies.resources import finding, roster
from deputies.resources.register import read_level
from deputies.services import groups, liaisons

_ROLES = by_label(GroupRole.choices, {"成员": "member", "小组成员": "member", "小组长": "leader", "小组联络员": "liaison"})
_ROLE_LABELS = [str(label) for label in GroupRole.labels]
_POSTS = ("主任", "副主任", "委员")


class GroupResource(SheetResource):
    """代表小组 and its members."""

    key = "groups"
    list_url = "deputies:groups"
    label = "代表小组"
    hint = "一行一名成员，按届次和小组名称对应；没有的小组一并编立。只增加成员和调整职务，不在文件里的成员不变。"

    name = Column(
        "小组名称", partial(values.name, limit=60), "group__name", required=True, synonyms=["小组", "代表小组"], example="平安镇代表小组"
    )
    area = Column(
        "所在区划",
        values.name,
        "group__area__name",
        synonyms=["所属镇（街道）", "镇（街道）", "所在镇（街道）"],
        help="新编的小组须填写",
        example="平安镇",
    )
    level = Column(
        "层级",
        read_level,
        "group__term__congress__level",
        show=finding.show_level,
        synonyms=["小组层级"],
        help="区或镇；不填时为区",
        example="区",
        choices=["区", "镇"],
    )
    field = Column("领域", partial(values.optional_text, limit=40), "group__field", synonyms=["专业领域", "类别"], help="按地域编组的不填")
    code = Column("代表编号", values.code, "deputy__code", synonyms=["编号"], help="有同名代表的须填写")
    deputy = Column("代表姓名", partial(values.name, limit=40), "deputy__name", synonyms=["姓名", "代表", "成员"], example="韦建国")
    role = Column(
        "职务",
        partial(values.choice, words=_ROLES, allowed=_ROLE_LABELS),
        "get_role_display",
        show=label_of(GroupRole),
        synonyms=["小组职务"],
        help="不填时为组员",
        example="组长",
        choices=_ROLE_LABELS,
    )
    starts_on = Column("加入日期", values.date, "starts_on", show=roster.day, synonyms=["开始日期"], help="不填时为导入当日")

    class Meta:
        model = GroupMembership
        fields = ("name", "area", "level", "field", "code", "deputy", "role", "starts_on")

    @staticmethod
    def with_all(rows: QuerySet[GroupMembership]) -> QuerySet[GroupMembership]:
        return rows.select_related("group__area", "group__term__congress", "deputy").order_by("group__code", "role", "deputy__code")

    def exported(self, user: Any) -> QuerySet[GroupMembership]:
        groups = DeputyGroup.objects.visible_to(user).in_force().order_by()
        return self.with_all(GroupMembership.objects.in_force().filter(group__in=groups))

    def choices(self) -> dict[str, list[str]]:
        return {"area": AreaBook().towns()}

    def settle(self, records: list[Record], plan: Plan) -> None:
        areas, people, today = AreaBook(), finding.People(serving=True), timezone.localdate()
        if areas.home is None:
            raise DomainError("尚未登记本级人民代表大会。请先在“基础数据”中登记，再导入代表小组。")
        terms = roster.TermBook(areas)
        stored = {(group.term_id, group.name): group for group in DeputyGroup.objects.in_force().select_related("area")}
        held = {(row.group_id, row.deputy_id): row for row in GroupMembership.objects.filter(ends_on=None).select_related("deputy")}
        leaders = {row.group_id: row.deputy for row in held.values() if row.role == GroupRole.LEADER}
        new_leaders: dict[tuple[int, str], Deputy] = {}
        seen: dict[tuple[int, str, int], int] = {}
        plan.work = []
        for record in records:
            given = record.given
            place = None
            if "area" in given:
                try:
                    place = areas.find(given["area"])
                except ValueError as error:
                    plan.reject(record, "area", str(error))
            if not record.ok:
                continue
            try:
                term = terms.term(terms.congress(given.get("level", CongressLevel.DISTRICT), place), None)
            except ValueError as error:
                plan.reject(record, "level", str(error))
                continue
            group = stored.get((term.pk, given["name"]))
            if group is None and place is None:
                plan.reject(record, "area", "新编的小组须填写所在区划")
            elif place and not place.path.startswith(term.congress.area.path):
                plan.reject(record, "area", f"{place.name}不在{term.congress.area}")
            path = group.area.path if group else place.path if place else ""
            try:
                deputy = people.find(given.get("code"), given.get("deputy"), path)
            except ValueError as error:
                plan.reject(record, "code" if given.get("code") else "deputy", str(error))
                continue
            if (on := given.get("starts_on")) and on > today:
                plan.reject(record, "starts_on", "不能晚于今天")
            elif on and group and on < group.starts_on:
                plan.reject(record, "starts_on", "不能早于小组成立日期")
            key = (term.pk, given["name"])
            if (first := seen.setdefault((*key, deputy.pk), record.number)) != record.number:
                plan.reject(record, "deputy", f"与第 {first} 行重复")
            row = held.get((group.pk, deputy.pk)) if group else None
            role = given.get("role") or (row.role if row else GroupRole.MEMBER)
            if role == GroupRole.LEADER:
                leader = new_leaders.setdefault(key, deputy)
                old = leaders.get(group.pk) if group else None
                if leader != deputy or (old and old != deputy):
                    plan.reject(record, "role", f"一个小组只有一名组长，“{given['name']}”的组长是{old or leader}")
            if not record.ok:
                continue
            action = CREATED if row is None else UPDATED if row.role != role else UNCHANGED
            before = {} if row is None else {"role": row.role}
            after = {"name": given["name"], "deputy": deputy.name, "role": role} if row is None else {"role": role}
            plan.rows.append(PlannedRow(record.number, action, deputy.code, f"{given['name']} {deputy.name}", before, after))
            if action != UNCHANGED:
                plan.work.append((term, place.pk if place else None, group, deputy, role, given))

    def write(self, plan: Plan, actor: Actor) -> None:
        made: dict[tuple[int, str], DeputyGroup] = {}
        today = timezone.localdate()
        for term, area, group, deputy, role, given in plan.work:
            key = (term.pk, name := given["name"])
            if group is None and key not in made:
                made[key] = groups.create_group(
                    actor=actor,
                    name=name,
                    term=Term.objects.get(pk=term.pk),
                    area=Area.objects.get(pk=area),
                    field=given.get("field") or "",
                    starts_on=min(other.get("starts_on") or today for *_, other in plan.work if other["name"] == name),
                )
            groups.place(actor=actor, group=group or made[key], deputy=deputy, role=role, starts_on=given.get("starts_on"))


class LiaisonResource(SheetResource):
    """组成人员 and the deputies they keep in touch with."""

    key = "liaisons"
    list_url = "deputies:liaisons"
    label = "组成人员联系代表"
    hint = "一行一名组成人员和一名所联系的代表；还没有登记的组成人员一并登记。不在文件里的联系不变。"

    member_code = Column(
        "组成人员编号", values.code, "member__mandate__deputy__code", synonyms=["组成人员代表编号"], help="有同名代表的须填写"
    )
    member = Column(
        "组成人员",
        partial(values.name, limit=40),
        "member__mandate__deputy__name",
        required=True,
        synonyms=["组成人员姓名", "常委会组成人员"],
        example="李卫东",
    )
    post = Column(
        "职务", partial(values.optional_text, limit=40), "member__post", synonyms=["常委会职务"], help="不填时为委员", example="副主任"
    )
    code = Column("代表编号", values.code, "deputy__code", synonyms=["所联系代表编号"], help="有同名代表的须填写")
    deputy = Column(
        "所联系代表",
        partial(values.name, limit=40),
        "deputy__name",
        required=True,
        synonyms=["联系代表", "代表姓名", "代表"],
        example="韦建国",
    )
    starts_on = Column("开始日期", values.date, "starts_on", show=roster.day, help="不填时为导入当日")

    class Meta:
        model = DeputyLiaison
        fields = ("member_code", "member", "post", "code", "deputy", "starts_on")

    def exported(self, user: Any) -> QuerySet[DeputyLiaison]:
        rows = DeputyLiaison.objects.visible_to(user).in_force().select_related("member__mandate__deputy", "deputy")
        return rows.order_by("member__position", "member", "starts_on", "pk")

    def settle(self, records: list[Record], plan: Plan) -> None:
        people, today, rule = finding.People(serving=True), timezone.localdate(), liaisons.rule()
        members = {member.mandate_id: member for member in StandingMember.objects.in_force().select_related("mandate")}
        held = set(DeputyLiaison.objects.filter(ends_on=None).values_list("member__mandate", "deputy"))
        count = Counter(mandate for mandate, _ in held)
        seen: dict[tuple[int, int], int] = {}
        posts: dict[int, str] = {}
        plan.work = []
        for record in records:
            if not record.ok:
                continue
            given = record.given
            try:
                person = people.find(given.get("member_code"), given["member"])
            except ValueError as error:
                plan.reject(record, "member_code" if given.get("member_code") else "member", str(error))
                continue
            seats = [
                seat
                for seat in people.seats[person.pk]
                if seat.term.congress.level == CongressLevel.DISTRICT and seat.status == MandateStatus.ACTIVE
            ]
            if not seats:
                plan.reject(record, "member", f"{person}不是在任的区级代表，不能任常委会组成人员")
                continue
            seat = max(seats, key=lambda each: each.term.number)
            try:
                deputy = people.find(given.get("code"), given["deputy"])
            except ValueError as error:
                plan.reject(record, "code" if given.get("code") else "deputy", str(error))
                continue
            known, since = members.get(seat.pk), given.get("starts_on")
            if deputy.pk == person.pk:
                plan.reject(record, "deputy", "组成人员不能联系本人")
            elif all(each.status != MandateStatus.ACTIVE for each in people.seats[deputy.pk]):
                plan.reject(record, "deputy", f"{deputy}现在不在任")
            if since and not (known.starts_on if known else seat.starts_on) <= since <= today:
                plan.reject(record, "starts_on", "应在任职之后，且不晚于今天")
            link = (seat.pk, deputy.pk)
            if (first := seen.setdefault(link, record.number)) != record.number:
                plan.reject(record, "deputy", f"与第 {first} 行重复")
            elif link not in held:
                count[seat.pk] += 1
                if count[seat.pk] > rule.most_deputies:
                    plan.reject(record, "deputy", f"{person}联系的代表超过 {rule.most_deputies} 名，请删去一名或先结束原有的联系")
            if not record.ok:
                continue
            post = posts[seat.pk] = given.get("post") or posts.get(seat.pk) or (known.post if known else _POSTS[-1])
            changes_post = known is None or known.post != post
            action = CREATED if link not in held else UPDATED if changes_post else UNCHANGED
            before = {"post": known.post} if known and changes_post else {}
            after = ({"member": person.name, "deputy": deputy.name} if link not in held else {}) | ({"post": post} if changes_post else {})
            plan.rows.append(PlannedRow(record.number, action, person.code, f"{person.name}联系{deputy.name}", before, after))
            if action != UNCHANGED:
                plan.work.append((seat, known, post, deputy, since))

    def write(self, plan: Plan, actor: Actor) -> None:
        for seat, known, post, deputy, since in plan.work:
            member = StandingMember.objects.filter(mandate=seat, ends_on=None).first()
            if member is None or member.post != post:
                member = liaisons.appoint(
                    actor=actor,
                    mandate=seat,
                    post=post,
                    starts_on=known.starts_on if known else seat.starts_on,
                    position=known.position if known else (_POSTS.index(post) if post in _POSTS else len(_POSTS)),
                )
            liaisons.link(actor=actor, member=member, deputy=deputy, starts_on=since)
