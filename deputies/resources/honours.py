"""Commendations of deputies (表彰奖励), one row each."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from congress.imports import values
from congress.imports.plan import UNCHANGED, Plan, PlannedRow, Record
from congress.imports.resource import Column, SheetResource, attnames, compare, update_rows
from congress.services.audit import Actor
from deputies.models import Honour
from deputies.resources import finding

_STORED = ("level", "awarded_by")


class HonourResource(SheetResource):
    """A row means the honour of that name that the deputy received on that day."""

    key = "honours"
    list_url = "deputies:honours"
    label = "表彰奖励"
    hint = "一行一项表彰，按代表、称号和授予日期对应；级别和授予单位按文件更新。"
    export_rule = "deputies.view_deputies"

    code = Column("代表编号", values.code, "deputy__code", synonyms=["编号"], help="有同名代表的须填写")
    deputy = Column("代表", partial(values.name, limit=40), "deputy__name", synonyms=["代表姓名", "姓名"], example="韦建国")
    name = Column(
        "称号",
        partial(values.name, limit=80),
        "name",
        required=True,
        synonyms=["荣誉称号", "表彰名称", "荣誉", "奖励名称"],
        example="优秀人大代表",
    )
    level = Column("级别", partial(values.name, limit=20), "level", required=True, synonyms=["表彰级别"], example="区级")
    awarded_by = Column(
        "授予单位",
        partial(values.name, limit=80),
        "awarded_by",
        required=True,
        synonyms=["表彰单位", "颁发单位"],
        example="防城区人大常委会",
    )
    on = Column(
        "授予日期",
        values.date,
        "on",
        show=finding.show_date,
        required=True,
        synonyms=["日期", "表彰日期", "授予时间", "表彰时间"],
        example="2025年12月30日",
    )

    class Meta:
        model = Honour
        fields = ("code", "deputy", "name", "level", "awarded_by", "on")

    @staticmethod
    def with_all(rows: QuerySet[Honour]) -> QuerySet[Honour]:
        return rows.select_related("deputy")

    def exported(self, user: Any) -> QuerySet[Honour]:
        return self.with_all(Honour.objects.visible_to(user))

    def settle(self, records: list[Record], plan: Plan) -> None:
        people, today = finding.People(serving=False), timezone.localdate()
        stored = {
            (row["deputy"], row["name"], row["on"]): row for row in Honour.objects.order_by().values("pk", "deputy", "name", "on", *_STORED)
        }
        seen: dict[Any, int] = {}
        new: list[dict[str, Any]] = []
        changes: dict[int, dict[str, Any]] = {}
        for record in records:
            given = record.given
            try:
                deputy = people.find(given.pop("code", None), given.get("deputy"))
            except ValueError as error:
                plan.reject(record, "deputy" if given.get("deputy") else "code", str(error))
                continue
            if (on := given.get("on")) and on > today:
                plan.reject(record, "on", "授予日期还没有到")
            if not record.ok:
                continue
            given["deputy"] = deputy.pk
            key = (deputy.pk, given["name"], on)
            if (first := seen.setdefault(key, record.number)) != record.number:
                plan.reject(record, "name", f"与第 {first} 行重复")
                continue
            action, before, after = compare(stored.get(key), given)
            plan.rows.append(PlannedRow(record.number, action, deputy.code, f"{deputy.name} {given['name']}", before, after))
            if key not in stored:
                new.append(after)
            elif action != UNCHANGED:
                changes[stored[key]["pk"]] = after
        self._names = {each.pk: each.name for each in people.by_code.values()}
        plan.work = (new, changes)

    def show(self, name: str, value: Any) -> str:
        return self._names.get(value, "") if name == "deputy" else super().show(name, value)

    def write(self, plan: Plan, actor: Actor) -> None:
        new, changes = plan.work
        Honour.objects.bulk_create(Honour(**attnames(Honour, given)) for given in new)
        update_rows(Honour, changes)
