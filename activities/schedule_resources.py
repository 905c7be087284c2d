"""The fixed reception days of platforms as columns of a file: one row is one platform."""

from __future__ import annotations

import datetime
import re
from functools import partial
from typing import Any

from django.db.models import QuerySet

from activities.enums import DayRule, Shift
from activities.models import ReceptionSchedule
from activities.services import receptions_schedules
from activities.services.receptions_schedules import FIELDS, Wanted
from congress.imports import values
from congress.imports.coded import by_label, label_of
from congress.imports.plan import CREATED, UNCHANGED, UPDATED, Plan, PlannedRow, Record
from congress.imports.resource import Column, SheetResource
from congress.services.audit import Actor
from congress.workdays import WEEKDAYS
from platforms.models import Platform

_RULES = by_label(DayRule.choices, {"日期": "date", "固定日期": "date", "星期": "weekday", "工作日": "workday"})
_SHIFTS = by_label(Shift.choices, {"顺延": "later", "推后": "later", "提前": "earlier", "不变": "keep", "不顺延": "keep"})
_DAYS = {
    word: str(number) for number, day in enumerate("一二三四五六日", start=1) for word in (f"星期{day}", f"周{day}", f"礼拜{day}", day)
} | {
    "周天": "7",
    "星期天": "7",
}
_FRESH = {"starts_at": datetime.time(9), "ends_at": datetime.time(11, 30)}  # the model's defaults, as times
_RULE_LABELS, _SHIFT_LABELS = [str(label) for label in DayRule.labels], [str(label) for label in Shift.labels]


def _read_time(raw: Any) -> datetime.time | None:
    """9:00, 09：30, or a cell of Excel's own time. Raises ValueError."""
    if isinstance(raw, datetime.datetime):
        return raw.time()
    if isinstance(raw, datetime.time):
        return raw
    if isinstance(raw, datetime.timedelta):
        return (datetime.datetime.min + raw).time()
    text = values.half_width(raw)
    if not text:
        return None
    match = re.fullmatch(r"(上午|下午)?\s*(\d{1,2})[:.点时](\d{2})?分?(:\d{2})?", text)
    if not match or int(match[2]) > 23 or int(match[3] or 0) > 59:
        raise ValueError("应写作 9:00")
    hour = int(match[2]) + (12 if match[1] == "下午" and int(match[2]) < 12 else 0)
    return datetime.time(hour, int(match[3] or 0))


def _read_weekday(raw: Any) -> int | None:
    found = values.choice(raw, _DAYS, WEEKDAYS)
    return int(found) if found else None


class ScheduleResource(SheetResource):
    """接待日安排. A platform is known by its code, else by its name."""

    key = "reception-schedules"
    list_url = "activities:reception_schedules"
    label = "接待日安排"
    hint = "按平台编号对应，没有编号的按平台名称对应。空格表示不改原有内容；新的安排没有填写的，按每月15日、遇节假日顺延、每次2名代表。"

    code = Column("平台编号", values.code, "platform__code", synonyms=["编号", "平台代码"], example="450603101-P001")
    name = Column(
        "平台名称", partial(values.name, limit=80), "platform__name", synonyms=["名称", "平台", "履职平台"], example="平安镇人大代表之家"
    )
    rule = Column(
        "日期规则",
        partial(values.choice, words=_RULES, allowed=_RULE_LABELS),
        "rule",
        show=label_of(DayRule),
        synonyms=["规则"],
        example=_RULE_LABELS[0],
        choices=_RULE_LABELS,
    )
    number = Column(
        "第几", partial(values.whole_number, low=1, high=31), "number", required=True, synonyms=["日期", "接待日", "几日"], example="15"
    )
    weekday = Column(
        "星期",
        _read_weekday,
        "weekday",
        show=lambda number: WEEKDAYS[int(number) - 1] if number else "",
        synonyms=["星期几", "周几"],
        help="规则为第几个星期几的填写",
        choices=list(WEEKDAYS),
    )
    shift = Column(
        "遇节假日",
        partial(values.choice, words=_SHIFTS, allowed=_SHIFT_LABELS),
        "shift",
        show=label_of(Shift),
        synonyms=["逢节假日", "节假日"],
        example=_SHIFT_LABELS[0],
        choices=_SHIFT_LABELS,
    )
    starts_at = Column("开始时间", _read_time, "starts_at", show=lambda at: f"{at:%H:%M}" if at else "", synonyms=["开始"], example="9:00")
    ends_at = Column("结束时间", _read_time, "ends_at", show=lambda at: f"{at:%H:%M}" if at else "", synonyms=["结束"], example="11:30")
    deputies = Column(
        "每次值班代表", partial(values.whole_number, low=1, high=10), "deputies", synonyms=["值班代表", "每次几名", "代表人数"], example="2"
    )
    notice_days = Column("提前几日公告", partial(values.whole_number, low=1, high=30), "notice_days", synonyms=["公告天数"], example="3")
    is_active = Column("在用", values.yes_or_no, "is_active", synonyms=["是否在用"], example="是", choices=["是", "否"])

    class Meta:
        model = ReceptionSchedule
        fields = ("code", "name", *FIELDS)

    def exported(self, user: Any) -> QuerySet[ReceptionSchedule]:
        rows = ReceptionSchedule.objects.managed_by(user).select_related("platform__unit")
        return rows.order_by("platform__unit__position", "platform__code")

    def settle(self, records: list[Record], plan: Plan) -> None:
        rows = list(Platform.objects.active().select_related("unit", "reception_schedule"))
        by_code = {row.code: row for row in rows}
        by_name: dict[str, list[Platform]] = {}
        for row in rows:
            by_name.setdefault(row.name, []).append(row)
        fresh = {name: _default(name) for name in FIELDS}
        seen: dict[int, int] = {}
        plan.work = []
        for record in records:
            platform = self._platform(record, plan, by_code, by_name)
            if platform is None or not record.ok:
                continue
            if (first := seen.setdefault(platform.pk, record.number)) != record.number:
                plan.reject(record, "code" if "code" in record.given else "name", f"与第 {first} 行重复")
                continue
            schedule = getattr(platform, "reception_schedule", None)
            stored = {name: getattr(schedule, name) for name in FIELDS} if schedule else None
            fields = {**(stored or fresh), **{name: value for name, value in record.given.items() if name in FIELDS}}
            if fields["rule"] != DayRule.WEEKDAY:
                fields["weekday"] = None
            if wrong := receptions_schedules.fault(fields):
                plan.reject(record, *wrong)
                continue
            after = {name: value for name, value in fields.items() if stored is None or stored[name] != value}
            action = CREATED if stored is None else UPDATED if after else UNCHANGED
            before = {name: stored[name] for name in after} if stored else {}
            plan.rows.append(PlannedRow(record.number, action, platform.code, platform.name, before, after))
            if action != UNCHANGED:
                plan.work.append(Wanted(platform, fields))

    def _platform(self, record: Record, plan: Plan, by_code: dict[str, Platform], by_name: dict[str, list[Platform]]) -> Platform | None:
        code, name = record.given.get("code"), record.given.get("name")
        if code:
            if code not in by_code:
                plan.reject(record, "code", "没有这个编号的在用平台")
            return by_code.get(code)
        if not name:
            plan.reject(record, "code", "平台编号和平台名称至少填一项")
            return None
        found = by_name.get(name, [])
        if len(found) != 1:
            plan.reject(record, "name", f"同名的平台有 {len(found)} 个，请填写平台编号" if found else "没有这个名称的在用平台")
            return None
        return found[0]

    def write(self, plan: Plan, actor: Actor) -> None:
        receptions_schedules.keep(actor=actor, wanted=plan.work)


def _default(name: str) -> Any:
    """What a new schedule has where the file says nothing."""
    return _FRESH[name] if name in _FRESH else getattr(ReceptionSchedule(), name)
