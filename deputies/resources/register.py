"""Deputies with their mandates as columns of a file: one row is one mandate, several rows may mean one deputy."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from django.db.models import QuerySet

from congress.enums import CongressLevel
from congress.errors import DomainError
from congress.imports import values
from congress.imports.coded import label_of
from congress.imports.lookups import AreaBook
from congress.imports.plan import Plan, Record
from congress.imports.resource import Column, SheetResource
from congress.services.audit import Actor
from deputies.enums import Sex
from deputies.models import Deputy, Mandate
from deputies.resources import roster

_SEX = {"男": "male", "女": "female", "男性": "male", "女性": "female", "M": "male", "F": "female", "m": "male", "f": "female"}
_LEVELS: dict[str, str] = {
    word: level
    for level, words in {
        CongressLevel.CITY: "市 市级 设区的市 市代表 市人大代表 市级代表",
        CongressLevel.DISTRICT: "区 县 区级 县级 区（县） 区(县) 县区 区代表 县代表 区人大代表 县人大代表 区级代表 县级代表",
        CongressLevel.TOWN: "镇 乡 镇级 乡级 乡镇 乡镇级 镇（乡） 镇(乡) 镇代表 乡代表 乡镇代表 镇人大代表 乡人大代表 镇级代表 乡级代表",
    }.items()
    for word in words.split()
}
_SHORT_LEVEL = {CongressLevel.CITY: "市", CongressLevel.DISTRICT: "区", CongressLevel.TOWN: "镇"}
_ETHNIC_GROUPS = frozenset(
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 "
    "仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺".split()
)


def read_level(raw: Any) -> str | None:
    value = values.half_width(raw).replace(" ", "")
    if re.search(r"[、,，/和兼]|两级|三级", value):
        raise ValueError("一行只填一个层级；兼任几级代表的，每级各填一行")
    return values.choice(value, _LEVELS, ["市", "区", "镇"])


def _read_nationality(raw: Any) -> str | None:
    """汉 is written out as 汉族; what is not one of the 56 stays as it is."""
    value = values.optional_text(raw, 20)
    return f"{value}族" if value in _ETHNIC_GROUPS else value


class DeputyResource(SheetResource):
    """代表 and 代表资格. ``roster`` matches rows to people, so that shared names don't merge."""

    key = "deputies"
    list_url = "deputies:list"
    label = "代表"
    hint = "先按代表编号对应，没有编号的按手机和姓名，再按姓名、出生年月和所属镇（街道）对应。一人兼任几级代表的，每级各填一行。空格表示不改原有内容。"

    code = Column("代表编号", values.code, "deputy__code", synonyms=["编号", "代表代码"], help="不填时自动编号", example="450603101-001")
    name = Column("姓名", partial(values.name, limit=40), "deputy__name", required=True, synonyms=["代表姓名", "名字"], example="韦建国")
    sex = Column(
        "性别",
        partial(values.choice, words=_SEX, allowed=["男", "女"]),
        "deputy__get_sex_display",
        show=label_of(Sex),
        example="男",
        choices=["男", "女"],
    )
    nationality = Column("民族", _read_nationality, "deputy__nationality", synonyms=["族别"], example="壮族")
    born_on = Column(
        "出生年月",
        values.birthday,
        "deputy__born_on",
        show=roster.month,
        synonyms=["出生日期", "出生年月日", "出生时间", "生日", "出生"],
        help="如 1970年1月、1970.10、1970-1-5",
        example="1970年1月",
    )
    education = Column(
        "学历", partial(values.optional_text, limit=20), "deputy__education", synonyms=["文化程度", "最高学历", "学历学位"], example="大专"
    )
    party = Column("党派", partial(values.optional_text, limit=20), "deputy__party", synonyms=["政治面貌", "党派名称"], example="中共党员")
    trade = Column(
        "职业", partial(values.optional_text, limit=40), "deputy__trade", synonyms=["职业类别", "代表构成", "界别"], example="农民"
    )
    position = Column(
        "单位及职务",
        partial(values.optional_text, limit=120),
        "deputy__position",
        synonyms=["单位和职务", "工作单位及职务", "工作单位和职务", "单位职务", "职务", "单位", "工作单位", "现任职务"],
        example="平安镇和平村党支部书记",
    )
    phone = Column(
        "手机",
        values.phone,
        "deputy__phone",
        synonyms=["联系电话", "手机号", "手机号码", "电话", "联系方式", "移动电话"],
        example="13800000000",
    )
    level = Column(
        "代表层级",
        read_level,
        "term__congress__level",
        show=lambda level: _SHORT_LEVEL.get(level, ""),
        synonyms=["层级", "级别", "代表级别", "代表类别", "几级代表"],
        help="市、区或镇；不填时为区",
        example="区",
        choices=["市", "区", "镇"],
    )
    term = Column(
        "届次", values.ordinal, "term__number", show=roster.ordinal, synonyms=["届", "届别"], help="不填时为本届", example="第八届"
    )
    area = Column(
        "所属镇（街道）",
        values.name,
        "area__name",
        synonyms=[
            "镇（街道）",
            "镇街",
            "乡镇",
            "乡镇（街道）",
            "乡镇街道",
            "所在镇（街道）",
            "所属乡镇",
            "所属镇",
            "所属区划",
            "所在区划",
            "代表团",
        ],
        help="镇、乡、街道或农场的名称或区划代码；区直机关的填区名",
        example="平安镇",
    )
    electoral_district = Column(
        "选区",
        partial(values.name, limit=60),
        "electoral_district__name",
        synonyms=["所属选区", "选区名称", "所在选区"],
        help="新的选区会一并建立",
        example="第12选区",
    )
    card_number = Column(
        "代表证号", partial(values.code, limit=20), "card_number", synonyms=["证号", "代表证编号", "代表证号码"], example="8-0123"
    )
    starts_on = Column(
        "当选日期",
        values.date,
        "starts_on",
        show=roster.day,
        synonyms=["当选时间", "选举日期"],
        help="不填时为本届开始之日",
        example="2021年9月28日",
    )

    class Meta:
        model = Mandate
        fields = (
            *("code", "name", "sex", "nationality", "born_on", "education", "party", "trade", "position", "phone"),
            *("level", "term", "area", "electoral_district", "card_number", "starts_on"),
        )

    @staticmethod
    def with_all(mandates: QuerySet[Mandate]) -> QuerySet[Mandate]:
        return mandates.select_related("deputy", "term__congress", "area", "electoral_district").order_by("deputy__code", "term")

    def exported(self, user: Any) -> QuerySet[Mandate]:
        return self.with_all(Mandate.objects.filter(deputy__in=Deputy.objects.visible_to(user).order_by()))

    def before_export(self, queryset: QuerySet[Mandate], **kwargs: Any) -> None:
        self.areas = AreaBook()

    def dehydrate_area(self, mandate: Mandate) -> str:
        return str(values.neutral(self.areas.label(mandate.area_id)))

    def choices(self) -> dict[str, list[str]]:
        return {"area": AreaBook().towns()}

    def show(self, name: str, value: Any) -> str:
        match name:
            case "area":
                return self.roster.areas.name(value)
            case "term":
                return self.roster.terms.show(value)
            case "electoral_district":
                return self.roster.show_district(value)
        return super().show(name, value)

    def settle(self, records: list[Record], plan: Plan) -> None:
        self.roster = roster.Roster()
        if self.roster.areas.home is None:
            raise DomainError("尚未登记本级人民代表大会。请先在“基础数据”中登记人民代表大会和届，再导入代表。")
        self.roster.settle(records, plan)

    def write(self, plan: Plan, actor: Actor) -> None:
        self.roster.write()
