"""What rows about deputies' work have in common: whom they speak of, where, when, and how long texts are read.

Such rows only add: what is there already is compared, and corrected on its own page, where the reason is kept.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from congress.imports import values
from congress.imports.lookups import AreaBook, Place
from congress.imports.plan import CREATED, UNCHANGED, Plan, PlannedRow, Record
from congress.imports.resource import SheetResource
from congress.services.audit import Actor
from deputies.enums import MandateStatus
from deputies.models import Deputy, Mandate
from deputies.resources import roster
from deputies.services import contacts

_BETWEEN = re.compile(r"[、,，;；/\n]+")
_CLOCK = re.compile(r"(.+?)[ T]*(\d{1,2})(?:[:：点时](\d{1,2})?(?::\d{1,2})?分?)$")
LEVELS = {"city": "市", "district": "区", "town": "镇"}


def show_level(level: Any) -> str:
    return LEVELS.get(str(level), "")


def prose(raw: Any, limit: int = 5000) -> str | None:
    """A long text with its line breaks; None for a blank cell."""
    lines = values.shown(raw).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    value = "\n".join(values.text(line) or "" for line in lines).strip()
    if len(value) > limit:
        raise ValueError(f"有 {len(value)} 个字，最多 {limit} 个字")
    return value or None


def several(raw: Any) -> tuple[str, ...] | None:
    """Names or codes in one cell, set apart by 、 or a comma."""
    found = tuple(name for part in _BETWEEN.split(values.shown(raw)) if (name := values.name(part)))
    return found or None


def several_codes(raw: Any) -> tuple[str, ...] | None:
    found = tuple(code for part in _BETWEEN.split(values.half_width(raw)) if (code := values.code(part)))
    return found or None


def show_several(found: Any) -> str:
    return "、".join(found or ())


def moment(raw: Any) -> datetime.datetime | None:
    """A day with its time, or the beginning of the day where only that is known."""
    if isinstance(raw, datetime.datetime):
        return timezone.make_aware(raw.replace(tzinfo=None, second=0, microsecond=0))
    text = values.half_width(raw)
    hour = minute = 0
    if (match := _CLOCK.fullmatch(text)) and not isinstance(raw, datetime.date):
        hour, minute = int(match[2]), int(match[3] or 0)
        if hour > 23 or minute > 59:
            raise ValueError("时间应写作 14:30")
        raw = match[1]
    day = values.date(raw)
    return None if day is None else timezone.make_aware(datetime.datetime(day.year, day.month, day.day, hour, minute))


def show_moment(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def show_date(day: Any) -> str:
    return roster.day(day)


class People:
    """Deputies by code and by name, with their mandates. Two queries.

    ``serving`` leaves those out who have no mandate in force, and their ended mandates; without it rows may speak of the past.
    """

    def __init__(self, *, serving: bool) -> None:
        self.kind = "在任代表" if serving else "代表"
        self.by_code: dict[str, Deputy] = {}
        self.by_name: dict[str, list[Deputy]] = {}
        self.seats: dict[int, list[Mandate]] = {}
        for deputy in Deputy.objects.select_related("user").prefetch_related(contacts.mandates()).order_by("code"):
            seats = [seat for seat in deputy.mandates.all() if not serving or seat.status != MandateStatus.ENDED]
            if serving and not seats:
                continue
            self.by_code[deputy.code] = deputy
            self.by_name.setdefault(deputy.name, []).append(deputy)
            self.seats[deputy.pk] = seats

    def find(self, code: str | None, name: str | None, path: str = "") -> Deputy:
        """By code, else the one of that name, in the area of ``path`` where names repeat. Raises ValueError."""
        if code:
            if code not in self.by_code:
                raise ValueError(f"没有编号为 {code} 的{self.kind}")
            if name and self.by_code[code].name != name:
                raise ValueError(f"编号 {code} 的代表是{self.by_code[code].name}，不是{name}")
            return self.by_code[code]
        if not name:
            raise ValueError("请填写代表姓名或代表编号")
        found = self.by_name.get(name, [])
        if len(found) > 1:
            found = [each for each in found if any(seat.area.path.startswith(path) for seat in self.seats[each.pk])] or found
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValueError(f"没有姓名为“{name}”的{self.kind}")
        raise ValueError(f"叫“{name}”的{self.kind}有 {len(found)} 名：{'、'.join(each.code for each in found[:3])}，请填写代表编号")

    def find_all(self, codes: Sequence[str] | None, names: Sequence[str] | None, path: str = "") -> list[Deputy]:
        """Those of a cell with several codes, or several names, or both in the same order. Raises ValueError."""
        codes, names = codes or (), names or ()
        if codes and names and len(codes) != len(names):
            raise ValueError(f"代表编号有 {len(codes)} 个，代表姓名有 {len(names)} 个，请核对")
        count = max(len(codes), len(names), 1)
        pairs = zip(codes or [""] * count, names or [""] * count, strict=True)
        return list(dict.fromkeys(self.find(code, name, path) for code, name in pairs))


def path_of(areas: AreaBook, text: str | None) -> str:
    """The path of the area a row names, where it names just one; "" otherwise."""
    try:
        return areas.find(text).path if text else ""
    except ValueError:
        return ""


class AddingResource(SheetResource):
    """Base of the kinds whose rows only add. What is there already must agree, and is otherwise left to its own page."""

    #: what to do with a row that says something else than what is there
    way_out: ClassVar[str] = "已登记的内容请在其页面上更正"

    areas: AreaBook

    def before_export(self, queryset: Any, **kwargs: Any) -> None:
        self.areas = AreaBook()

    def dehydrate_area(self, row: Any) -> str:
        return str(values.neutral(self.areas.label(row.area_id)))

    def choices(self) -> dict[str, list[str]]:
        return {"area": AreaBook().towns()} if "area" in self.columns() else {}

    def show(self, name: str, value: Any) -> str:
        return self.areas.name(value) if name == "area" else super().show(name, value)

    def find_area(self, record: Record, plan: Plan, within: str = "") -> Place | None:
        """The place a row names, put into ``given`` as its key: in the area of the path ``within`` where names repeat."""
        text = record.given.get("area")
        if text is None:
            return None
        held = self.areas.by_code.get(within.rstrip("/").rpartition("/")[2]) if within else None
        town = self.areas.town_of(held) if held else None
        place = None
        for inside in (town, None):
            try:
                place = self.areas.find(text, inside)
                break
            except ValueError as error:
                if inside is None:
                    plan.reject(record, "area", str(error))
        record.given["area"] = place.pk if place else None
        return place

    def agrees(self, record: Record, plan: Plan, stored: Mapping[str, Any], ref: str) -> bool:
        """Whether a row says what is stored; else it is rejected at the first cell that differs."""
        for name, value in record.given.items():
            if name in stored and stored[name] != value:
                plan.reject(record, name, f"与已登记的（{ref}）不同。{self.way_out}")
                return False
        return True

    def unchanged(self, record: Record, plan: Plan, key: str, label: str) -> None:
        plan.rows.append(PlannedRow(record.number, UNCHANGED, key, label))

    def created(self, record: Record, plan: Plan, key: str, label: str, after: Mapping[str, Any]) -> None:
        plan.rows.append(PlannedRow(record.number, CREATED, key, label, {}, dict(after)))


def person_of(actor: Actor) -> models.Model | None:
    """The account behind an import, or None for the operators' command."""
    return actor if isinstance(actor, models.Model) else None
