"""Voters' opinions of earlier years, as they stand, and opinions as a workbook. One row is one matter."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone

from congress.errors import DomainError
from congress.imports import values
from congress.imports.coded import by_label, label_of
from congress.imports.lookups import AreaBook
from congress.imports.plan import Plan, Record
from congress.imports.resource import Column
from congress.models import Area, Organisation, User
from congress.services.audit import Actor
from deputies.enums import OpinionState, Urgency, Way
from deputies.models import Deputy, Opinion, OpinionCategory
from deputies.resources import finding
from deputies.resources.finding import AddingResource, People
from deputies.services import batches
from deputies.services.batches import OpinionEntry
from deputies.services.guards import FieldRefused

_WAYS = by_label(Way.choices, {"当场解决": "on_the_spot", "转村": "village", "转镇": "town", "转街道": "town", "转有关部门": "department"})
_WAY_LABELS = [str(label) for label in Way.labels]
_URGENCIES = by_label(Urgency.choices, {"普通": "ordinary", "急": "urgent"})
_URGENCY_LABELS = [str(label) for label in Urgency.labels]
_COMPARED = ("text", "area", "place", "urgency", "way", "due_on", "result", "told_on", "is_settled")


def _read_state(raw: Any) -> str | None:
    return values.choice(raw, by_label(OpinionState.choices), [str(label) for label in OpinionState.labels])


class OpinionResource(AddingResource):
    """选民意见. Of a new row the result, the day the voter was told and who sees to it decide how far the matter is."""

    key = "opinions"
    list_url = "deputies:opinions"
    label = "选民意见"
    hint = (
        "补录以往的意见：一行一件，办到哪一步由结果、告知日期和承办单位得出。有编号的行只作核对；代表、登记日期和内容都相同的视为同一件。"
    )
    import_rule = "deputies.import_opinions"
    export_rule = "deputies.export_opinions"
    way_out = "已登记的意见请在其页面上办理"

    code = Column("编号", values.code, "code", synonyms=["意见编号"], help="新的意见不填")
    recorded_on = Column(
        "登记日期",
        values.date,
        "created_at",
        get=lambda opinion: timezone.localdate(opinion.created_at),
        show=finding.show_date,
        required=True,
        synonyms=["日期", "反映日期", "收集日期"],
        example="2025年6月12日",
    )
    deputy_codes = Column(
        "代表编号",
        finding.several_codes,
        "deputies",
        get=lambda opinion: [deputy.code for deputy in opinion.deputies.all()],
        show=finding.show_several,
        help="有同名代表的须填写",
    )
    deputies = Column(
        "代表",
        finding.several,
        "deputies",
        get=lambda opinion: [deputy.name for deputy in opinion.deputies.all()],
        show=finding.show_several,
        synonyms=["代表姓名", "反映的代表", "姓名"],
        help="几名代表的用顿号隔开",
        example="韦建国",
    )
    text = Column(
        "内容", finding.prose, "text", required=True, synonyms=["意见内容", "反映的事", "意见", "社情民意"], example="村口路灯坏了三盏"
    )
    category = Column(
        "类别", partial(values.name, limit=40), "category__name", synonyms=["意见类别"], help="在用的意见类别", example="交通出行"
    )
    area = Column(
        "所在区划",
        values.name,
        "area__name",
        synonyms=["区划", "村（社区）", "镇（街道）", "所属镇（街道）"],
        help="不填时为代表所在镇（街道）",
        example="平安镇和平村",
    )
    place = Column("地点", partial(values.optional_text, limit=80), "place")
    urgency = Column(
        "紧急程度",
        partial(values.choice, words=_URGENCIES, allowed=_URGENCY_LABELS),
        "urgency",
        show=label_of(Urgency),
        help="不填时为一般",
        choices=_URGENCY_LABELS,
    )
    way = Column(
        "去向",
        partial(values.choice, words=_WAYS, allowed=_WAY_LABELS),
        "way",
        show=label_of(Way),
        required=True,
        synonyms=["处理方式", "办理方式"],
        example="转部门",
        choices=_WAY_LABELS,
    )
    responsible = Column(
        "承办单位",
        partial(values.name, limit=80),
        "responsible__name",
        synonyms=["承办", "办理单位", "责任单位"],
        help="单位的全称、简称或代码",
        example="交通运输局",
    )
    due_on = Column("答复期限", values.date, "due_on", show=finding.show_date)
    result = Column("结果", finding.prose, "result", synonyms=["办理结果", "答复", "答复内容", "办理情况"])
    told_on = Column("告知选民日期", values.date, "told_on", show=finding.show_date, synonyms=["告知日期", "反馈日期"])
    is_settled = Column(
        "选民认为已解决", values.yes_or_no, "is_settled", synonyms=["是否解决", "已解决"], help="选民没有表示的不填", choices=["是", "否"]
    )
    state = Column("状态", _read_state, "state", show=label_of(OpinionState), help="由各列得出，不读取")

    class Meta:
        model = Opinion
        fields = (
            *("code", "recorded_on", "deputy_codes", "deputies", "text", "category", "area", "place", "urgency", "way"),
            *("responsible", "due_on", "result", "told_on", "is_settled", "state"),
        )

    @staticmethod
    def with_all(rows: QuerySet[Opinion]) -> QuerySet[Opinion]:
        return rows.order_by("-created_at", "-pk").select_related("area", "category", "responsible").prefetch_related("deputies")

    def exported(self, user: Any) -> QuerySet[Opinion]:
        return self.with_all(Opinion.objects.visible_to(user))

    def settle(self, records: list[Record], plan: Plan) -> None:
        if not isinstance(self.actor, User):
            raise DomainError("选民意见须记在导入人名下，请用本人账号在“导入与导出”中导入。")
        self.areas, people = AreaBook(), People(serving=False)
        self._read_tables()
        by_code, by_words = self._stored()
        found = []
        for record in records:
            deputies = self._deputies(record, plan, people)
            seats = people.seats[deputies[0].pk] if deputies else []
            place = self.find_area(record, plan, seats[0].area.path if seats else "")
            found.append((record, deputies, place.pk if place else seats[0].area_id if seats else None))
        areas = Area.objects.in_bulk({pk for _, _, pk in found if pk})
        seen: dict[Any, int] = {}
        plan.work = []
        for record, deputies, area in found:
            category, responsible = self._category(record, plan), self._organisation(record, plan)
            if not record.ok or not deputies:
                continue
            given = record.given
            given["deputies"] = frozenset(deputy.pk for deputy in deputies)
            label = f"{'、'.join(deputy.name for deputy in deputies)}：{given['text'][:30]}"
            key = (given["deputies"], given["recorded_on"], given["text"])
            if (first := seen.setdefault(given.get("code") or key, record.number)) != record.number:
                plan.reject(record, "text", f"与第 {first} 行重复")
                continue
            code = given.get("code")
            stored = by_code.get(code) if code else by_words.get(key)
            if code and stored is None:
                plan.reject(record, "code", f"没有编号为 {code} 的意见；新的意见请不要填写编号")
            elif stored is not None:
                said = given.pop("state", None)
                if self.agrees(record, plan, stored, stored["code"]):
                    self.unchanged(record, plan, stored["code"], label)
                given["state"] = said
            elif area is None:
                plan.reject(record, "area", "请填写所在区划")
            else:
                self._add(record, plan, deputies, areas[area], category, responsible, label)

    def _add(
        self,
        record: Record,
        plan: Plan,
        deputies: list[Deputy],
        area: Area,
        category: OpinionCategory | None,
        responsible: Organisation | None,
        label: str,
    ) -> None:
        given = record.given
        entry = OpinionEntry(
            deputies=deputies,
            text=given["text"],
            area=area,
            way=given["way"],
            recorded_on=given["recorded_on"],
            category=category,
            place=given.get("place") or "",
            urgency=given.get("urgency") or Urgency.ORDINARY,
            responsible=responsible,
            due_on=given.get("due_on"),
            result=given.get("result") or "",
            told_on=given.get("told_on"),
            is_settled=given.get("is_settled"),
        )
        try:
            batches.refuse_opinion(actor=cast(User, self.actor), entry=entry)
        except PermissionDenied:
            plan.reject(record, "deputies", "不是您所在镇（街道）的代表，不能代为登记")
        except FieldRefused as refusal:
            plan.reject(record, refusal.field, str(refusal))
        if record.ok:
            plan.work.append(entry)
            shown = {name: value for name, value in given.items() if name not in {"deputy_codes", "state"}}
            names = tuple(deputy.name for deputy in deputies)
            after = shown | {"deputies": names, "area": area.pk, "state": entry.state.value}
            self.created(record, plan, deputies[0].code, label, after)

    def _read_tables(self) -> None:
        """Categories and organisations, which rows name in words."""
        self._categories: dict[str, list[OpinionCategory]] = {}
        for category in OpinionCategory.objects.select_related("parent").order_by("position", "pk"):
            self._categories.setdefault(category.name, []).append(category)
        self._organisations: dict[str, list[Organisation]] = {}
        for organisation in Organisation.objects.order_by("code"):
            for name in {organisation.name, organisation.short_name, organisation.code} - {""}:
                self._organisations.setdefault(name, []).append(organisation)

    def _category(self, record: Record, plan: Plan) -> OpinionCategory | None:
        name = record.given.get("category")
        found = self._categories.get(name, []) if name else []
        if name and not found:
            plan.reject(record, "category", f"没有名为“{name}”的意见类别，请先在基础数据中增加")
        return found[0] if found else None

    def _organisation(self, record: Record, plan: Plan) -> Organisation | None:
        name = record.given.get("responsible")
        found = self._organisations.get(name, []) if name else []
        if name and len(found) != 1:
            plan.reject(
                record, "responsible", f"没有名为“{name}”的单位" if not found else f"名为“{name}”的单位有 {len(found)} 个，请填写单位代码"
            )
            return None
        if found:
            record.given["responsible"] = found[0].name
        return found[0] if found else None

    def _deputies(self, record: Record, plan: Plan, people: People) -> list[Deputy]:
        given = record.given
        try:
            return people.find_all(given.get("deputy_codes"), given.get("deputies"), finding.path_of(self.areas, given.get("area")))
        except ValueError as error:
            plan.reject(record, "deputies" if given.get("deputies") else "deputy_codes", str(error))
            return []

    def _stored(self) -> tuple[dict[str, dict[str, Any]], dict[Any, dict[str, Any]]]:
        """All opinions by code, and by who, when and what. Two queries."""
        deputies: dict[int, set[int]] = {}
        for opinion, deputy in Opinion.deputies.through.objects.values_list("opinion", "deputy"):
            deputies.setdefault(opinion, set()).add(deputy)
        by_code, by_words = {}, {}
        names = ("pk", "code", "created_at", "category__name", "responsible__name", *_COMPARED)
        for row in Opinion.objects.order_by().values(*names):
            row["deputies"] = frozenset(deputies.get(row["pk"], ()))
            row["recorded_on"] = timezone.localdate(row.pop("created_at"))
            row["category"], row["responsible"] = row.pop("category__name"), row.pop("responsible__name")
            row |= {name: finding.prose(row[name]) for name in ("text", "result")} | {"place": values.optional_text(row["place"])}
            by_code[row["code"]] = by_words[row["deputies"], row["recorded_on"], row["text"]] = row
        return by_code, by_words

    def write(self, plan: Plan, actor: Actor) -> None:
        batches.record_opinions(actor=cast(User, actor), entries=plan.work)
