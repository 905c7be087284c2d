"""Deputies' fixed voters (固定联系选民). SECURITY: for the towns, which keep them; everybody else takes them out masked."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from congress.access import may
from congress.imports import values
from congress.imports.plan import Plan, Record
from congress.imports.resource import Column
from congress.models import User
from congress.services.audit import Actor
from deputies.enums import MandateStatus
from deputies.models import Deputy, Mandate, VoterLiaison
from deputies.resources import finding
from deputies.resources.finding import AddingResource
from deputies.services import batches, liaisons, privacy
from deputies.services.batches import VoterEntry
from deputies.services.contacts import Voter


def _whole(raw: Any, read: Any) -> str | None:
    """A cell of an open table; a masked one can't come in."""
    if "*" in values.shown(raw):
        raise ValueError("有隐去的字，请填写完整")
    found: str | None = read(raw)
    return found


class VoterLiaisonResource(AddingResource):
    """A row means the deputy's voter of that name and telephone. The audit trail learns of numbers, never of a voter."""

    key = "voter_liaisons"
    list_url = "deputies:voter_counts"
    label = "固定联系选民"
    hint = "一行一名选民，按代表、选民姓名和电话对应，已有的不重复登记。选民信息加密保存；导出的表含个人信息，请妥善保管。"
    import_rule = "deputies.import_voters"
    export_rule = "deputies.export_voters"
    way_out = "请在该代表的固定联系选民页面结束原有的联系，再重新登记"

    code = Column("代表编号", values.code, "deputy__code", synonyms=["编号"], help="有同名代表的须填写")
    deputy = Column("代表", partial(values.name, limit=40), "deputy__name", synonyms=["代表姓名"], example="韦建国")
    name = Column(
        "选民姓名", partial(_whole, read=partial(values.name, limit=40)), "name", required=True, synonyms=["选民"], example="王小明"
    )
    phone = Column("电话", partial(_whole, read=values.phone), "phone", synonyms=["联系电话", "选民电话", "手机"], example="13800000000")
    address = Column(
        "住址",
        partial(_whole, read=partial(values.optional_text, limit=120)),
        "address",
        synonyms=["地址", "选民住址"],
        example="和平村三组12号",
    )
    electoral_district = Column(
        "选区", partial(values.name, limit=60), "electoral_district__name", help="兼任几级的代表填写是哪个选区的选民"
    )
    starts_on = Column("开始日期", values.date, "starts_on", show=finding.show_date, help="不填时为导入当日", example="2026年1月5日")

    class Meta:
        model = VoterLiaison
        fields = ("code", "deputy", "name", "phone", "address", "electoral_district", "starts_on")

    # ---- out

    def exported(self, user: Any) -> QuerySet[VoterLiaison]:
        seats = Prefetch("deputy__mandates", Mandate.objects.select_related("area"))
        rows = VoterLiaison.objects.visible_to(user).in_force().select_related("deputy", "electoral_district").prefetch_related(seats)
        return rows.order_by("deputy__code", "starts_on", "pk")

    def before_export(self, queryset: Any, **kwargs: Any) -> None:
        self.opened = 0
        self._may: dict[int, bool] = {}

    def _person(self, liaison: VoterLiaison) -> privacy.Person:
        deputy = liaison.deputy
        if deputy.pk not in self._may:
            self._may[deputy.pk] = isinstance(self.actor, User) and may(self.actor, "deputies.open_liaison_voter", deputy)
        if not self._may[deputy.pk]:
            return privacy.masked(liaison)
        return privacy.Person(liaison.name, liaison.phone, liaison.address)

    def dehydrate_name(self, liaison: VoterLiaison) -> str:
        person = self._person(liaison)
        self.opened += self._may[liaison.deputy_id]
        return str(values.neutral(person.name))

    def dehydrate_phone(self, liaison: VoterLiaison) -> str:
        return str(values.neutral(self._person(liaison).phone))

    def dehydrate_address(self, liaison: VoterLiaison) -> str:
        return str(values.neutral(self._person(liaison).address))

    def told(self, count: int) -> str:
        return f"{super().told(count)}，其中 {self.opened} 行含选民个人信息"

    # ---- in

    def settle(self, records: list[Record], plan: Plan) -> None:
        people, today = finding.People(serving=True), timezone.localdate()
        held: dict[tuple[int, str, str], dict[str, Any]] = {}
        count: Counter[int] = Counter()
        for row in VoterLiaison.objects.filter(ends_on=None).order_by().values("deputy", "name", "phone", "address", "starts_on"):
            held[row["deputy"], row["name"], row["phone"]] = {"address": row["address"], "starts_on": row["starts_on"]}
            count[row["deputy"]] += 1
        most = liaisons.rule().most_voters
        seen: dict[Any, int] = {}
        plan.work = []
        for record in records:
            given = record.given
            try:
                deputy = people.find(given.get("code"), given.get("deputy"))
            except ValueError as error:
                plan.reject(record, "deputy" if given.get("deputy") else "code", str(error))
                continue
            if isinstance(self.actor, User) and not may(self.actor, "deputies.manage_voters", deputy):
                plan.reject(record, "deputy", "不是您所在镇（街道）的代表，不能代为登记")
            seat = self._seat(record, plan, deputy)
            since = given.get("starts_on", today)
            if since > today:
                plan.reject(record, "starts_on", "不能晚于今天")
            if not record.ok or seat is None:
                continue
            key = (deputy.pk, given["name"], given.get("phone", ""))
            label = f"{deputy.name}的选民{given['name']}"
            if (first := seen.setdefault(key, record.number)) != record.number:
                plan.reject(record, "name", f"与第 {first} 行重复")
            elif key in held:
                if self.agrees(record, plan, held[key], deputy.name):
                    self.unchanged(record, plan, deputy.code, label)
            else:
                count[deputy.pk] += 1
                if count[deputy.pk] > most:
                    plan.reject(record, "name", f"{deputy}的固定联系选民超过 {most} 名，需要更换的，请先结束其中一名的联系")
                    continue
                voter = Voter(given["name"], given.get("phone", ""), given.get("address", ""))
                plan.work.append(VoterEntry(deputy, seat, voter, since))
                shown = {name: value for name, value in given.items() if name != "code"} | {"deputy": deputy.name}
                self.created(record, plan, deputy.code, label, shown)

    def _seat(self, record: Record, plan: Plan, deputy: Deputy) -> Mandate | None:
        """The seat whose voter it is: that of the electoral district named, else the first one with a district."""
        seats = sorted(
            (seat for seat in deputy.mandates.all() if seat.status == MandateStatus.ACTIVE),
            key=lambda seat: (seat.electoral_district_id is None, seat.electoral_district_id or 0, seat.pk),
        )
        name = record.given.get("electoral_district")
        found = [seat for seat in seats if name is None or (seat.electoral_district and seat.electoral_district.name == name)]
        if not found:
            plan.reject(
                record, "electoral_district" if seats else "deputy", f"{deputy}不是“{name}”的代表" if seats else f"{deputy}现在不在任"
            )
            return None
        return found[0]

    def write(self, plan: Plan, actor: Actor) -> None:
        batches.add_voters(actor=actor, entries=plan.work)
