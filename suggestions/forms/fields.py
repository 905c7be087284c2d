"""Fields that several forms of suggestions share: units and deputies, several in one line, by name."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from congress.models import Organisation
from deputies.enums import MandateStatus
from deputies.models import Mandate
from suggestions.enums import HANDLES

_BETWEEN = re.compile(r"[、，,;；\s]+")


def handling_units() -> list[Organisation]:
    """Every organisation that can be given a suggestion. One query."""
    return list(Organisation.objects.active().filter(kind__in=HANDLES).order_by("code"))


def offered(units: Iterable[Organisation]) -> list[tuple[str, str]]:
    """(name, words beside it) for a page's <datalist>."""
    return [(unit.short_name or unit.name, unit.name if unit.short_name else "") for unit in units]


def named_units(text: str, units: Iterable[Organisation]) -> list[Organisation]:
    """The units named in a line, each by its name, short name or code. Raises ValidationError for one that is not known or not one."""
    known: dict[str, list[Organisation]] = {}
    for unit in units:
        for name in {unit.name, unit.short_name, unit.code} - {""}:
            known.setdefault(name, []).append(unit)
    found: list[Organisation] = []
    for name in filter(None, _BETWEEN.split(text.strip())):
        match known.get(name, []):
            case []:
                raise ValidationError(f"没有叫“{name}”的承办单位，请从提示的名称中选择。")
            case [unit]:
                found.append(unit)
            case several:
                raise ValidationError(f"叫“{name}”的单位不止一个：{'、'.join(unit.name for unit in several)}。请写全称。")
    return list(dict.fromkeys(found))


class UnitsField(forms.CharField):
    """One line of units. ``offer`` gives it the units to choose among."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 300)
        super().__init__(widget=forms.TextInput(attrs={"autocomplete": "off", "list": "units"}), **kwargs)
        self.units: list[Organisation] = []

    def clean(self, value: Any) -> list[Organisation]:
        return named_units(super().clean(value), self.units)


class MandatesField(forms.CharField):
    """One line of deputies of one term, by name or code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=600, widget=forms.TextInput(attrs={"autocomplete": "off", "list": "mandates"}), **kwargs)
        self.mandates: list[Mandate] = []

    def offer(self, mandates: Iterable[Mandate]) -> list[tuple[str, str]]:
        self.mandates = list(mandates)
        return [(row.deputy.name, f"{row.deputy.code} {row.area.name}") for row in self.mandates if row.status == MandateStatus.ACTIVE]

    def clean(self, value: Any) -> list[Mandate]:
        found: list[Mandate] = []
        for name in filter(None, _BETWEEN.split(super().clean(value).strip())):
            named = [row for row in self.mandates if name in (row.deputy.name, row.deputy.code)]
            if not named:
                raise ValidationError(f"本届没有叫“{name}”的代表，请核对姓名。")
            if len(named) > 1:
                raise ValidationError(f"叫“{name}”的代表不止一名：{'、'.join(row.deputy.code for row in named)}。请填写代表编号。")
            found.append(named[0])
        return list(dict.fromkeys(found))


_DAY = re.compile(r"^\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\s*$")


class DayInput(forms.DateInput):
    """A calendar to choose from. What is no day stands in a plain box, so that it is seen and can be put right."""

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        shown = context["widget"]["value"]
        if isinstance(shown, str) and (found := _DAY.match(shown)) and (day := _day(found)):
            context["widget"]["value"], shown = day.isoformat(), None
        context["widget"]["type"] = "text" if shown else "date"
        return context


class DayField(forms.DateField):
    """A day as people write it: 2026-09-30, 2026/9/30, 2026年9月30日. One that does not exist is called so by name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=DayInput(), **kwargs)

    def to_python(self, value: Any) -> datetime.date | None:
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        found = _DAY.match(value)
        if found is None:
            raise ValidationError("请填写日期，如：2026-09-30。")
        if (day := _day(found)) is None:
            year, month, number = (int(part) for part in found.groups())
            raise ValidationError(f"没有{year}年{month}月{number}日这一天，请核对。")
        return day


def _day(found: re.Match[str]) -> datetime.date | None:
    try:
        return datetime.date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
