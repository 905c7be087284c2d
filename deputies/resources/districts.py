"""Electoral districts (选区) of a term, with how many deputies each elects."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

from django.db.models import Count, QuerySet

from congress.enums import CongressLevel
from congress.errors import DomainError
from congress.imports import values
from congress.imports.lookups import AreaBook, NextCode
from congress.imports.plan import UNCHANGED, Plan, PlannedRow, Record
from congress.imports.resource import Column, SheetResource, attnames, compare, update_rows
from congress.services.audit import Actor
from deputies.enums import MandateStatus
from deputies.models import ElectoralDistrict, Mandate
from deputies.resources import finding, roster
from deputies.resources.register import read_level

_STORED = ("code", "name", "term", "area", "seats")


class ElectoralDistrictResource(SheetResource):
    """A row means the district of its code, else the one of its name in the area and term."""

    key = "electoral_districts"
    list_url = "deputies:list"
    label = "选区"
    hint = "有选区编号的按编号对应；没有编号的，按届次、所在区划和名称对应，新选区自动编号。空格表示不改原有内容。"

    code = Column("选区编号", values.code, "code", synonyms=["编号", "选区代码"], help="不填时自动编号", example="450603-8-012")
    name = Column("选区", partial(values.name, limit=60), "name", required=True, synonyms=["名称", "选区名称"], example="第12选区")
    level = Column(
        "层级",
        read_level,
        "term__congress__level",
        show=finding.show_level,
        synonyms=["代表层级"],
        help="区或镇；不填时为区",
        example="区",
        choices=["区", "镇"],
    )
    term = Column(
        "届次", values.ordinal, "term__number", show=roster.ordinal, synonyms=["届", "届别"], help="不填时为本届", example="第八届"
    )
    area = Column(
        "所在区划",
        values.name,
        "area__name",
        synonyms=["区划", "所属镇（街道）", "镇（街道）", "所在镇（街道）"],
        help="新的选区须填写",
        example="平安镇",
    )
    seats = Column(
        "应选名额",
        partial(values.whole_number, low=1, high=3),
        "seats",
        synonyms=["名额", "代表名额"],
        help="1 至 3 名；不填时为 1 名",
        example="2",
    )

    class Meta:
        model = ElectoralDistrict
        fields = ("code", "name", "level", "term", "area", "seats")

    def exported(self, user: Any) -> QuerySet[ElectoralDistrict]:
        return ElectoralDistrict.objects.select_related("term__congress", "area").order_by("code")

    def before_export(self, queryset: Any, **kwargs: Any) -> None:
        self.areas = AreaBook()

    def dehydrate_area(self, district: ElectoralDistrict) -> str:
        return str(values.neutral(self.areas.label(district.area_id)))

    def choices(self) -> dict[str, list[str]]:
        return {"area": AreaBook().towns()}

    def show(self, name: str, value: Any) -> str:
        match name:
            case "area":
                return self.areas.name(value)
            case "term":
                return self.terms.show(value)
        return super().show(name, value)

    def settle(self, records: list[Record], plan: Plan) -> None:
        self.areas = AreaBook()
        if self.areas.home is None:
            raise DomainError("尚未登记本级人民代表大会。请先在“基础数据”中登记人民代表大会和届，再导入选区。")
        self.terms = roster.TermBook(self.areas)
        rows = list(ElectoralDistrict.objects.order_by("code").values("pk", *_STORED))
        by_code = {row["code"]: row for row in rows}
        by_name = {(row["term"], row["area"], row["name"]): row for row in rows}
        serving = Mandate.objects.exclude(status=MandateStatus.ENDED).exclude(electoral_district=None)
        sitting = Counter(dict(serving.order_by().values_list("electoral_district").annotate(Count("pk"))))
        codes = NextCode([*by_code, *(record.given["code"] for record in records if "code" in record.given)])
        seen: dict[Any, int] = {}
        new: list[dict[str, Any]] = []
        changes: dict[int, dict[str, Any]] = {}
        for record in records:
            if not self._place(record, plan, by_code):
                continue
            given = record.given
            stored = by_code.get(given.get("code", "")) or by_name.get((given["term"], given["area"], given["name"]))
            key = stored["pk"] if stored else (given["term"], given["area"], given["name"])
            if (first := seen.setdefault(key, record.number)) != record.number:
                plan.reject(record, "name", f"与第 {first} 行重复")
                continue
            taken = by_name.get((given["term"], given["area"], given["name"]))
            if stored and taken and taken is not stored:
                plan.reject(record, "name", f"同一届、同一区划已有同名的选区（{taken['code']}）")
            if stored and given.get("seats", 3) < (held := sitting[stored["pk"]]):
                plan.reject(record, "seats", f"该选区已有 {held} 名在任代表，应选名额不能少于 {held} 名")
            if not record.ok:
                continue
            if stored is None:
                given.setdefault("seats", 1)
                term = self.terms.by_pk[given["term"]]
                given.setdefault("code", codes.after(f"{term.congress.area.code}-{term.number}"))
            action, before, after = compare(stored, given)
            plan.rows.append(PlannedRow(record.number, action, (stored or given)["code"], given["name"], before, after))
            if stored is None:
                new.append(after)
            elif action != UNCHANGED:
                changes[stored["pk"]] = after
        plan.work = (new, changes)

    def _place(self, record: Record, plan: Plan, by_code: dict[str, dict[str, Any]]) -> bool:
        """Puts the keys of area and term into ``given``; what is stored under the code stands where the row says nothing."""
        given = record.given
        stored = by_code.get(given.get("code", ""), {})
        place, at = None, "area"
        try:
            if "area" in given:
                place = self.areas.find(given["area"])
            elif stored:
                place = self.areas.by_pk[stored["area"]]
            else:
                raise ValueError("请填写所在区划")
            at = "level"
            known = self.terms.by_pk[stored["term"]] if stored else None
            if known and "level" not in given:
                congress = known.congress
            else:
                congress = self.terms.congress(given.get("level", CongressLevel.DISTRICT), place)
            at = "term"
            term = known if known and "term" not in given and known.congress == congress else self.terms.term(congress, given.get("term"))
            if not place.path.startswith(congress.area.path):
                at = "area"
                raise ValueError(f"{place.name}不在{congress.area}")
        except ValueError as error:
            plan.reject(record, at, str(error))
            return False
        given.pop("level", None)
        given["area"], given["term"] = place.pk, term.pk
        return record.ok

    def write(self, plan: Plan, actor: Actor) -> None:
        new, changes = plan.work
        ElectoralDistrict.objects.bulk_create(ElectoralDistrict(**attnames(ElectoralDistrict, given)) for given in new)
        update_rows(ElectoralDistrict, changes)
