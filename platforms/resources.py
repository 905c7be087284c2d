"""Platforms as columns of a file."""

from __future__ import annotations

import datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet

from congress.enums import Role
from congress.imports import values
from congress.imports.coded import CodedResource, by_label, label_of
from congress.imports.lookups import AreaBook
from congress.imports.plan import Plan, Record
from congress.imports.resource import Column
from congress.models import Organisation, User
from platforms.enums import PlatformKind
from platforms.models import Platform

_KINDS = by_label(
    PlatformKind.choices,
    {"履职活动中心": "activity_centre", "代表活动中心": "activity_centre", "活动中心": "activity_centre", "中心": "activity_centre"}
    | {"人大代表之家": "deputies_home", "家": "deputies_home", "之家": "deputies_home"}
    | {"代表联络站": "contact_station", "人大代表联络站": "contact_station", "联系站": "contact_station", "站": "contact_station"}
    | {"代表联络点": "contact_station", "联络点": "contact_station"},
)
_LABELS = [str(label) for label in PlatformKind.labels]
_TELLING = (("联络站", PlatformKind.CONTACT_STATION), ("之家", PlatformKind.DEPUTIES_HOME), ("活动中心", PlatformKind.ACTIVITY_CENTRE))


def _show_day(value: datetime.date | None) -> str:
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


class PlatformResource(CodedResource):
    """履职平台. ``unit`` follows from the area; a row without a code is matched by name and area."""

    key = "platforms"
    list_url = "platforms:list"
    label = "平台"
    hint = "有平台编号的按编号对应；没有编号的，按名称和所在村（社区）对应，新平台自动编号。空格表示不改原有内容。"
    helpers = ("town",)
    code_infix = "P"

    code = Column("平台编号", values.code, "code", synonyms=["编号", "平台代码"], help="不填时自动编号", example="450603101-P001")
    name = Column(
        "名称",
        partial(values.name, limit=80),
        "name",
        required=True,
        synonyms=["平台名称", "站点名称", "履职平台名称"],
        example="和平村代表联络站",
    )
    kind = Column(
        "类别",
        partial(values.choice, words=_KINDS, allowed=_LABELS),
        "get_kind_display",
        show=label_of(PlatformKind),
        synonyms=["平台类别", "平台类型", "类型"],
        help="不填时由名称得出",
        example="联络站",
        choices=_LABELS,
    )
    town = Column(
        "所属镇（街道）",
        values.name,
        "unit__name",
        synonyms=["镇（街道）", "镇街", "乡镇", "乡镇（街道）", "所在镇（街道）", "所属镇"],
        help="镇、乡、街道或农场的名称或代码",
        example="平安镇",
    )
    area = Column(
        "所在村（社区）",
        values.name,
        "area__name",
        synonyms=["所在区划", "村（社区）", "村社区", "所在村", "区划", "区划代码", "所属区划", "所在地"],
        help="村、社区的名称或代码；镇级平台不填",
        example="和平村",
    )
    address = Column("地址", partial(values.optional_text, limit=120), "address", synonyms=["详细地址", "地点"], example="和平村委会一楼")
    opening_hours = Column(
        "开放时间", partial(values.optional_text, limit=80), "opening_hours", synonyms=["接待时间"], example="每月15日 9:00—11:30"
    )
    phone = Column("电话", values.phone, "phone", synonyms=["联系电话", "联系方式"], example="0770-2822222")
    contact_name = Column("负责人", partial(values.name, limit=40), "contact_name", synonyms=["联系人", "站长", "管理员"], example="韦建国")
    is_demonstration = Column(
        "示范平台", values.yes_or_no, "is_demonstration", synonyms=["示范", "是否示范", "示范点"], example="否", choices=["是", "否"]
    )
    is_specialty = Column("特色平台", values.yes_or_no, "is_specialty", synonyms=["特色", "是否特色"], example="否", choices=["是", "否"])
    host_company = Column(
        "依托企业（合作社）",
        partial(values.name, limit=80),
        "host_company",
        synonyms=["依托企业", "依托单位", "企业（合作社）"],
        help="只有特色平台填写",
    )
    guiding_leader = Column(
        "分片联系领导",
        values.name,
        "guiding_leader__name",
        synonyms=["联系领导", "挂点领导", "分片领导"],
        help="已有账号的常委会领导姓名",
        example="李卫东",
    )
    guiding_office = Column(
        "分片联系工委",
        values.name,
        "guiding_office__name",
        synonyms=["联系工委", "挂点工委", "分片工委"],
        help="已登记单位的名称或代码",
        example="代表工委",
    )
    founded_on = Column(
        "挂牌日期", values.date, "founded_on", show=_show_day, synonyms=["挂牌时间", "建成时间", "成立时间"], example="2021年9月28日"
    )
    is_active = Column(
        "在用", values.yes_or_no, "is_active", synonyms=["是否在用", "启用"], help="停用的平台填“否”", example="是", choices=["是", "否"]
    )

    class Meta:
        model = Platform
        fields = (
            *("code", "name", "kind", "town", "area", "address", "opening_hours", "phone", "contact_name", "is_demonstration"),
            *("is_specialty", "host_company", "guiding_leader", "guiding_office", "founded_on", "is_active"),
        )
        import_id_fields = ("code",)

    def exported(self, user: Any) -> QuerySet:
        return Platform.objects.visible_to(user).select_related("unit", "area", "guiding_leader", "guiding_office")

    def before_export(self, queryset: QuerySet[Platform], **kwargs: Any) -> None:
        self.areas = AreaBook()

    def dehydrate_town(self, platform: Platform) -> str:
        return str(values.neutral(self.areas.label(platform.unit_id)))

    def dehydrate_area(self, platform: Platform) -> str:
        """A platform of the town itself leaves the column blank, as the template asks."""
        if platform.area_id == platform.unit_id:
            return ""
        return str(values.neutral(self.areas.label(platform.area_id, self.areas.by_pk[platform.unit_id])))

    def choices(self) -> dict[str, list[str]]:
        return {"town": AreaBook().towns()}

    def stored_fields(self) -> list[str]:
        return [*super().stored_fields(), "unit"]

    def prepare(self) -> None:
        super().prepare()
        leaders = User.objects.in_role(Role.LEADER, Role.OFFICE).values_list("pk", "name", "username")
        self.leaders = {word: pk for pk, name, username in leaders for word in (username, name)}
        self.leader_names = {pk: name for pk, name, _ in leaders}
        offices = Organisation.objects.active().values_list("pk", "name", "short_name", "code")
        self.offices = {word: pk for pk, *words in offices for word in words if word}
        self.office_names = {pk: name for pk, name, *_ in offices}

    def show(self, name: str, value: Any) -> str:
        match name:
            case "area" | "unit":
                return self.areas.name(value)
            case "guiding_leader":
                return self.leader_names.get(value, "")
            case "guiding_office":
                return self.office_names.get(value, "")
        return super().show(name, value)

    def same_place(self, given: dict[str, Any], stored: dict[str, Any]) -> bool:
        return "town" not in given or stored["unit"] == given["town"]

    def resolve(self, record: Record, plan: Plan) -> None:
        given = record.given
        town = self.find_area(record, plan, "town")
        if town and self.areas.town_of(town) is not town:
            plan.reject(record, "town", f"{town.name}不是镇、乡、街道或农场")
        if record.ok and "area" in given and (place := self.find_area(record, plan, "area", town)):
            unit = self.areas.town_of(place)
            if unit is None:
                plan.reject(record, "area", f"{place.name}不属于任何镇（街道），平台须设在镇、街道、村或社区")
            elif town and unit is not town:
                plan.reject(record, "area", f"{place.name}不在{town.name}")
            else:
                given["unit"] = unit.pk
        self._named(record, plan, "guiding_leader", self.leaders, "没有姓名为“{}”的领导账号，请先开通账号或留空")
        self._named(record, plan, "guiding_office", self.offices, "没有名为“{}”的单位，请先导入单位或留空")

    def _named(self, record: Record, plan: Plan, name: str, known: dict[str, int], reason: str) -> None:
        if name in record.given:
            word = record.given[name]
            if word in known:
                record.given[name] = known[word]
            else:
                plan.reject(record, name, reason.format(word))

    def complete(self, record: Record, stored: dict[str, Any] | None, plan: Plan) -> None:
        given = record.given
        if "area" not in given and "town" in given and (stored is None or stored["unit"] != given["town"]):
            if stored and stored["area"] != stored["unit"]:
                plan.reject(record, "town", "平台换了镇（街道），请同时填写所在村（社区）")
            given["area"] = given["unit"] = given["town"]
        if stored is None:
            if "area" not in given:
                plan.reject(record, "town", "请填写所属镇（街道）")
            if "kind" not in given:
                given["kind"] = next((kind for word, kind in _TELLING if word in given["name"]), None)
                if given["kind"] is None:
                    plan.reject(record, "kind", "由名称看不出类别，请填写类别")
        if given.get("host_company") and "is_specialty" not in given:
            given["is_specialty"] = True
        after = (stored or {}) | given
        if after.get("host_company") and not after.get("is_specialty"):
            plan.reject(record, "host_company", "只有特色平台才填依托企业，请把“特色平台”填为“是”或删去企业")
