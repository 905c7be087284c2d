"""The year's batches of training as columns of a file: one row is one batch."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from django.db.models import QuerySet

from activities.models import TrainingBatch
from congress.enums import OrganisationKind
from congress.imports import values
from congress.imports.coded import CodedResource
from congress.imports.plan import Plan, Record
from congress.imports.resource import Column
from congress.models import Organisation
from deputies.resources.register import read_level

_ORGANS = (
    OrganisationKind.DEPUTIES_OFFICE,
    OrganisationKind.STANDING_COMMITTEE,
    OrganisationKind.PRESIDIUM,
    OrganisationKind.BRANCH_OFFICE,
)
_DIGITS = 6  # of the running number, as codes made one by one have it


def read_hours(raw: Any) -> Decimal | None:
    """Hours with one decimal at most: 8, 8.5, 8学时."""
    value = values.half_width(raw).removesuffix("学时").removesuffix("课时").strip()
    if not value:
        return None
    try:
        hours = Decimal(value)
    except InvalidOperation:
        raise ValueError("应是数字，如 8 或 4.5") from None
    if not hours.is_finite() or not 0 <= hours <= 200:
        raise ValueError("应在 0 到 200 之间")
    if hours != round(hours, 1):
        raise ValueError("最多一位小数")
    return round(hours, 1)


def read_month(raw: Any) -> int | None:
    """3, 3月 or 2026年3月."""
    value = values.half_width(raw).rpartition("年")[2].removesuffix("份").removesuffix("月")
    return values.whole_number(value, 1, 12)


def read_year(raw: Any) -> int | None:
    return values.whole_number(values.half_width(raw).removesuffix("度").removesuffix("年"), 2000, 2100)


class TrainingBatchResource(CodedResource):
    """培训班次."""

    key = "training"
    list_url = "activities:training"
    label = "培训班次"
    hint = "一行一个班次，按编号对应；没有编号的，按年度、名称和面向区划对应，没有的新增。不在文件里的班次不变。"
    code_infix = ""

    code = Column("编号", values.code, "code", synonyms=["班次编号"], help="新班次不填，由系统编号")
    year = Column("年度", read_year, "year", synonyms=["年份", "计划年度"], required=True, example="2026")
    name = Column(
        "班次名称", partial(values.name, limit=60), "name", synonyms=["名称", "班次", "培训班"], required=True, example="新任代表履职培训班"
    )
    topic = Column(
        "专题", partial(values.text, limit=60), "topic", synonyms=["培训内容", "主题"], required=True, example="代表法和议案建议撰写"
    )
    organiser = Column(
        "组织单位", partial(values.name, limit=80), "organiser__name", synonyms=["主办单位"], help="不填时为面向区划的人大机关"
    )
    area = Column(
        "面向区划",
        values.name,
        "area__name",
        synonyms=["所在区划", "区划", "镇（街道）"],
        required=True,
        help="填区、镇、街道或农场的名称",
        example="平安镇",
    )
    level = Column(
        "代表层级",
        read_level,
        "level",
        show=lambda level: {"city": "市", "district": "区", "town": "镇"}.get(str(level), ""),
        help="市、区或镇；空着为各级代表",
        choices=["市", "区", "镇"],
    )
    planned_month = Column("计划月份", read_month, "planned_month", synonyms=["月份", "时间"], required=True, example="3")
    hours = Column("计划学时", read_hours, "hours", synonyms=["学时", "课时"], required=True, example="8")
    places = Column("计划人数", partial(values.whole_number, low=1, high=10_000), "places", synonyms=["人数"], required=True, example="60")

    class Meta:
        model = TrainingBatch
        fields = ("code", "year", "name", "topic", "organiser", "area", "level", "planned_month", "hours", "places")

    def exported(self, user: Any) -> QuerySet[TrainingBatch]:
        return TrainingBatch.objects.visible_to(user).select_related("organiser", "area").order_by("-year", "planned_month", "code")

    def choices(self) -> dict[str, list[str]]:
        return {"organiser": list(Organisation.objects.active().filter(kind__in=_ORGANS).order_by("code").values_list("name", flat=True))}

    def prepare(self) -> None:
        super().prepare()
        self._organs = list(Organisation.objects.active().filter(kind__in=_ORGANS).select_related("area").order_by("code"))
        self._names = {organ.pk: organ.name for organ in self._organs}
        self._met: dict[tuple[int, str, int], Record] = {}
        self._next: dict[int, int] = {}

    def resolve(self, record: Record, plan: Plan) -> None:
        given = record.given
        place = self.find_area(record, plan, "area")
        if "organiser" in given:
            found = [organ for organ in self._organs if given["organiser"] in (organ.name, organ.short_name, organ.code)]
            if len(found) == 1:
                given["organiser"] = found[0].pk
            else:
                plan.reject(
                    record, "organiser", f"没有名为“{given['organiser']}”的人大机关" if not found else "同名的单位不止一个，请填写单位代码"
                )
                return
        elif place is not None and "code" not in given:
            own = next((organ for organ in self._organs if organ.area_id == place.pk), None)
            if own is None:
                plan.reject(record, "organiser", f"{place.name}没有登记人大机关，请填写组织单位")
                return
            given["organiser"] = own.pk
        if place is not None and "organiser" in given:
            organ = next(organ for organ in self._organs if organ.pk == given["organiser"])
            if not place.path.startswith(organ.area.path):
                plan.reject(record, "organiser", f"{organ.name}不在{place.name}，也不是上级单位")

    def _match(self, record: Record, plan: Plan) -> dict[str, Any] | None:
        """By code, else by year, name and area: a batch of the same name is held again the next year."""
        given = record.given
        if "code" in given:
            return self._by_code.get(given["code"])
        rows = self._by_place.get((given["name"], given["area"]), [])
        return next((row for row in rows if row["year"] == given["year"]), None)

    def complete(self, record: Record, stored: dict[str, Any] | None, plan: Plan) -> None:
        given = record.given
        key = (given["year"], given["name"], given["area"])
        if (first := self._met.setdefault(key, record)) is not record:
            plan.reject(record, "name", f"与第 {first.number} 行重复")
            plan.reject(first, "name", f"与第 {record.number} 行重复")
            return
        if stored is None and "code" in given:
            plan.reject(record, "code", "没有这个编号的班次；新班次请不填编号，由系统编号")
        elif stored is None:
            given.setdefault("level", "")
            given["code"] = self._code(given["year"])

    def _code(self, year: int) -> str:
        """The next one of the year: PX2026-000012."""
        prefix = f"PX{year}-"
        if year not in self._next:
            taken = [
                int(code.removeprefix(prefix))
                for code in self._by_code
                if code.removeprefix(prefix).isdecimal() and code.startswith(prefix)
            ]
            self._next[year] = max(taken, default=0)
        self._next[year] += 1
        return f"{prefix}{self._next[year]:0{_DIGITS}d}"

    def show(self, name: str, value: Any) -> str:
        if name == "organiser":
            return self._names.get(value, "")
        return self.areas.name(value) if name == "area" else super().show(name, value)
