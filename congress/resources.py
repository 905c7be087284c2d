"""Areas and organisations as columns of a file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db.models import QuerySet

from congress.enums import AreaKind, OrganisationKind
from congress.imports import values
from congress.imports.coded import CodedResource, by_label, label_of
from congress.imports.lookups import AreaBook, area_code
from congress.imports.plan import CREATED, UPDATED, Plan, PlannedRow, Record
from congress.imports.resource import Column, SheetResource, compare, update_rows
from congress.models import Area, Organisation
from congress.services import areas as area_service
from congress.services.audit import Actor

_KIND_WORDS = by_label(
    AreaKind.choices,
    {"区": "district", "县": "district", "市辖区": "district", "县级市": "district", "自治县": "district", "地级市": "city"}
    | {"街道办": "subdistrict", "街道办事处": "subdistrict", "瑶族乡": "ethnic_township", "壮族乡": "ethnic_township"}
    | {"华侨农场": "farm", "林场": "farm", "行政村": "village", "建制村": "village", "村委会": "village"}
    | {"居委会": "community", "生活区": "community", "农场生活区": "community"},
)
_KIND_LABELS = [str(label) for label in AreaKind.labels]
_FARM = re.compile(
    r"农场|林场|茶场|牧场|作物场|良种场|畜场|渔场|盐场|矿务局|铝业|[园产]业?园|开发区|管理区|投资区|旅游|保税|试验区|经济区|工业区|集聚区|华侨|场$|矿$"
)
_VILLAGE = re.compile(r"村$|村民?委|屯$|寨$")


def kind_of(code: str, name: str) -> str | None:
    """The kind that name and code tell: the level from the code's length, the rest from the name's ending.

    Units of town rank that are none of 镇、乡、街道 (code 400 and above: farms, development zones) are farms. None when the
    code has no known length.
    """
    match len(code):
        case 4:
            return AreaKind.CITY
        case 6:
            return AreaKind.DISTRICT
        case 9:
            if re.search(r"街道(办事处)?$", name):
                return AreaKind.SUBDISTRICT
            if re.search(r"民族乡$|.族乡$", name):
                return AreaKind.ETHNIC_TOWNSHIP
            if name.endswith("乡"):
                return AreaKind.TOWNSHIP
            if name.endswith("镇"):
                return AreaKind.TOWN
            if _FARM.search(name) or code[6] >= "4":
                return AreaKind.FARM
            return {"0": AreaKind.SUBDISTRICT, "1": AreaKind.TOWN}.get(code[6], AreaKind.TOWNSHIP)
        case 12:
            if re.search(r"社区|居民?委|生活区|居民会", name):
                return AreaKind.COMMUNITY
            if _VILLAGE.search(name) or code[9] in "25":
                return AreaKind.VILLAGE
            return AreaKind.COMMUNITY
    return None


def _read_area_code(raw: Any) -> str | None:
    code = values.code(raw)
    if code is not None and (not code.isdigit() or len(area_code(code)) not in area_service.CODE_LENGTHS):
        raise ValueError("区划代码应是 4 位（市）、6 位（区县）、9 位（镇、街道）或 12 位（村、社区）数字")
    return code


class AreaResource(SheetResource):
    """区划. The statistical bureau's own CSV files import as they are: the parent follows from the code."""

    key = "areas"
    list_url = "areas"
    label = "区划"
    hint = "按区划代码对应。先导入镇（街道），再导入村（社区）；上级区划由代码得出，不必填写。"

    code = Column(
        "区划代码",
        _read_area_code,
        "code",
        required=True,
        synonyms=["代码", "统计用区划代码", "行政区划代码", "统计代码", "编码"],
        help="国家统计局公布的区划代码：市 4 位，区县 6 位，镇（街道）9 位，村（社区）12 位",
        example="450603101",
    )
    name = Column(
        "名称",
        partial(values.name, limit=60),
        "name",
        required=True,
        synonyms=["区划名称", "行政区划名称", "单位名称"],
        help="使用本地通用名称",
        example="平安镇",
    )
    kind = Column(
        "类别",
        partial(values.choice, words=_KIND_WORDS, allowed=_KIND_LABELS),
        "get_kind_display",
        show=label_of(AreaKind),
        synonyms=["区划类别", "类型"],
        help="不填时由名称和代码得出",
        example="镇",
        choices=_KIND_LABELS,
    )
    parent = Column(
        "上级区划代码",
        _read_area_code,
        "parent__code",
        synonyms=["streetCode", "上级代码", "所属镇代码", "所属镇（街道）代码", "乡镇代码", "街道代码"],
        help="不填时由代码得出",
        example="450603",
    )
    position = Column(
        "排序", values.whole_number, "position", synonyms=["序位", "排列顺序"], help="同级区划按此数字由小到大排列", example="10"
    )
    is_active = Column(
        "在用", values.yes_or_no, "is_active", synonyms=["是否在用", "启用"], help="撤并的区划填“否”", example="是", choices=["是", "否"]
    )

    class Meta:
        model = Area
        fields = ("code", "name", "kind", "parent", "position", "is_active")
        import_id_fields = ("code",)

    def exported(self, user: Any) -> QuerySet:
        return Area.objects.visible_to(user).select_related("parent").order_by("path")

    def settle(self, records: list[Record], plan: Plan) -> None:
        names = ("pk", "code", "name", "kind", "parent", "position", "is_active")
        rows = Area.objects.order_by().values_list("pk", "code", "name", "kind", "parent__code", "position", "is_active")
        self.known: dict[str, dict[str, Any]] = {row[1]: dict(zip(names, row, strict=True)) for row in rows}
        in_file: dict[str, Record] = {}
        for record in records:
            for name in ("code", "parent"):
                if (code := record.given.get(name)) and code not in self.known:
                    record.given[name] = area_code(code)
            code = record.given.get("code")
            if code and (first := in_file.setdefault(code, record)) is not record:
                plan.reject(record, "code", f"与第 {first.number} 行重复")
                plan.reject(first, "code", f"与第 {record.number} 行重复")
        for record in records:
            if record.ok:
                self._settle_one(record, plan, in_file)
        self._tell_of_adoption(plan)

    def _settle_one(self, record: Record, plan: Plan, in_file: Mapping[str, Record]) -> None:
        given = record.given
        code, stored = given["code"], self.known.get(given["code"])
        given["kind"] = kind = given.get("kind") or (stored["kind"] if stored else kind_of(code, given["name"]))
        if kind not in area_service.CODE_LENGTHS[len(code)] and (stored is None or stored["kind"] != kind):
            plan.reject(record, "kind", f"{AreaKind(str(kind)).label}的区划代码不是 {len(code)} 位")
            return
        named = given.pop("parent", None)
        parent = self._parent(record, plan, named, in_file)
        if not record.ok:
            return
        # An area moved by hand stays where it is, unless the file itself names another parent.
        if parent and (named or stored is None or stored["parent"] is None):
            given["parent"] = parent
        action, before, after = compare(stored, given)
        plan.rows.append(PlannedRow(record.number, action, code, given["name"], before, after))

    def _parent(self, record: Record, plan: Plan, named: str | None, in_file: Mapping[str, Record]) -> str | None:
        """The parent's code, or None while the parent is unknown: a town may wait for its district, a village may not."""
        own = record.given["code"]
        derived = area_service.parent_code(own)
        code, at = named or derived, "parent" if named else "code"
        if code in in_file:
            above = in_file[code].given
            upper = str(above.get("kind") or kind_of(code, above.get("name", "")))
        elif code in self.known:
            upper = self.known[code]["kind"]
        elif len(own) == 12:
            plan.reject(record, at, f"所属镇（街道）{code} 不存在，请先导入该镇")
            return None
        elif code != derived:
            plan.reject(record, at, f"上级区划 {code} 不存在，请先导入该区划")
            return None
        else:
            return None
        if not area_service.stands_above(upper, record.given["kind"]):
            plan.reject(record, at, f"上级区划 {code} 的级别不高于本区划")
        return code

    def _tell_of_adoption(self, plan: Plan) -> None:
        created = {row.key: row.label for row in plan.rows if row.action == CREATED}
        waiting = Counter(area_service.parent_code(code) for code, row in self.known.items() if row["parent"] is None)
        plan.notes += [f"已登记的 {waiting[code]} 个下级区划将归入新增的{name}。" for code, name in created.items() if waiting[code]]
        alone = sum(1 for row in plan.rows if row.action == CREATED and len(row.key) > 4 and "parent" not in row.after)
        if alone:
            plan.notes.append(f"{alone} 个区划的上级尚未登记，先独立列出，待上级导入后自动归入。")

    def write(self, plan: Plan, actor: Actor) -> None:
        known = {area.code: area for area in Area.objects.all()}
        new = {
            row.key: Area(**{name: value for name, value in row.after.items() if name != "parent"})
            for row in plan.rows
            if row.action == CREATED
        }
        known |= new
        changed: dict[int, dict[str, Any]] = {}
        moved: dict[int, int | None] = {}
        for row in plan.rows:
            parent = known.get(row.after.get("parent", ""))
            if row.action == CREATED:
                new[row.key].parent = parent
            elif row.action == UPDATED:
                changed[known[row.key].pk] = {name: value for name, value in row.after.items() if name != "parent"}
        area_service.add_many(new.values())
        for row in plan.rows:
            if row.action == UPDATED and "parent" in row.after:
                moved[known[row.key].pk] = known[row.after["parent"]].pk
        update_rows(Area, changed)
        area_service.move_many(moved)


_ORGANISATION_WORDS = by_label(
    OrganisationKind.choices,
    {
        "常委会": "standing_committee",
        "代工委": "deputies_office",
        "代表工作委员会": "deputies_office",
        "主席团": "presidium",
        "镇人大主席团": "presidium",
        "乡人大主席团": "presidium",
        "人大街道工委": "branch_office",
        "街道工委": "branch_office",
        "街道人大工委": "branch_office",
        "农场工委": "branch_office",
        "政府督查室": "dispatcher",
        "督查室": "dispatcher",
        "部门": "handling_unit",
        "政府部门": "handling_unit",
    },
)
_ORGANISATION_LABELS = [str(label) for label in OrganisationKind.labels]
_TELLING_NAMES = (
    (re.compile(r"主席团"), OrganisationKind.PRESIDIUM),
    (re.compile(r"代表工(作委员会|委)|代工委"), OrganisationKind.DEPUTIES_OFFICE),
    (re.compile(r"人大.*(街道|农场|林场).*(工委|工作委员会)|(街道|农场|林场).*人大.*工"), OrganisationKind.BRANCH_OFFICE),
    (re.compile(r"(人大|人民代表大会)常(委会|务委员会)"), OrganisationKind.STANDING_COMMITTEE),
    (re.compile(r"督查室"), OrganisationKind.DISPATCHER),
    (re.compile(r"(局|委|委员会|办公室|办|中心|公司|院|部|会|政府|办事处)$"), OrganisationKind.HANDLING_UNIT),
)


class OrganisationResource(CodedResource):
    """单位. A row without a code is matched by name and area, and given a code when it is new."""

    key = "organisations"
    list_url = "organisations"
    label = "单位"
    hint = "有单位代码的按代码对应；没有代码的，按名称和所在区划对应，新单位自动编号。"
    code_infix = "D"

    code = Column(
        "单位代码",
        values.code,
        "code",
        synonyms=["代码", "编号", "单位编号", "统一社会信用代码"],
        help="不填时自动编号",
        example="450603-D001",
    )
    name = Column(
        "名称",
        partial(values.name, limit=80),
        "name",
        required=True,
        synonyms=["单位名称", "单位全称", "全称", "单位"],
        example="平安镇人大主席团",
    )
    short_name = Column("简称", partial(values.name, limit=40), "short_name", synonyms=["单位简称"], example="平安镇")
    kind = Column(
        "类别",
        partial(values.choice, words=_ORGANISATION_WORDS, allowed=_ORGANISATION_LABELS),
        "get_kind_display",
        show=label_of(OrganisationKind),
        synonyms=["单位类别", "类型", "单位性质"],
        help="不填时由名称得出",
        example="乡镇人大主席团",
        choices=_ORGANISATION_LABELS,
    )
    area = Column(
        "所在区划",
        values.name,
        "area__code",
        synonyms=["区划", "所在镇（街道）", "所属镇（街道）", "所属区划", "区划代码", "所在地", "区划名称"],
        help="区划名称或代码；不填时为本级区划",
        example="平安镇",
    )
    phone = Column("电话", values.phone, "phone", synonyms=["联系电话", "办公电话"], example="0770-2822222")
    address = Column(
        "地址", partial(values.optional_text, limit=120), "address", synonyms=["单位地址", "办公地址"], example="平安镇政府三楼"
    )
    is_active = Column(
        "在用", values.yes_or_no, "is_active", synonyms=["是否在用", "启用"], help="撤并的单位填“否”", example="是", choices=["是", "否"]
    )

    class Meta:
        model = Organisation
        fields = ("code", "name", "short_name", "kind", "area", "phone", "address", "is_active")
        import_id_fields = ("code",)

    def exported(self, user: Any) -> QuerySet:
        return Organisation.objects.visible_to(user).select_related("area")

    def choices(self) -> dict[str, list[str]]:
        return {"area": AreaBook().towns()}

    def show(self, name: str, value: Any) -> str:
        return self.areas.name(value) if name == "area" else super().show(name, value)

    def resolve(self, record: Record, plan: Plan) -> None:
        self.find_area(record, plan, "area")

    def complete(self, record: Record, stored: dict[str, Any] | None, plan: Plan) -> None:
        if stored:
            return
        given = record.given
        if "area" not in given:
            if self.areas.home is None:
                plan.reject(record, "area", "请填写所在区划")
                return
            given["area"] = self.areas.home.area_id
        if "kind" not in given:
            given["kind"] = next((kind for pattern, kind in _TELLING_NAMES if pattern.search(given["name"])), None)
            if given["kind"] is None:
                plan.reject(record, "kind", "由名称看不出类别，请填写类别")
