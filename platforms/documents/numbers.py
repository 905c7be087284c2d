"""Numbers and lists as official papers write them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

NONE = "—"
_DIGITS = "一二三四五六七八九"


def dec(value: Any) -> Decimal:
    """A JSON number as the decimal it was written as."""
    return Decimal(str(value))


def score(value: Any) -> str:
    """A score with one decimal, two where it needs them; a dash for none."""
    if value is None:
        return NONE
    number = dec(value).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{number:.1f}" if number == number.quantize(Decimal("0.1")) else f"{number:.2f}"


def column(values: Sequence[Any], form: Callable[[str], str] = str) -> list[str]:
    """Scores of one column, all with as many decimals as the one that needs most; dashes for None."""
    numbers = [None if value is None else dec(value).quantize(Decimal("0.01"), ROUND_HALF_UP) for value in values]
    places = 2 if any(number != number.quantize(Decimal("0.1")) for number in numbers if number is not None) else 1
    return [NONE if number is None else form(f"{number:.{places}f}") for number in numbers]


def points(value: Any) -> str:
    """A maximum: 20, 2.5."""
    number = dec(value).normalize()
    return f"{number:f}"


def change(now: Any, before: Any) -> str:
    """A difference with its sign: ＋2.5, －0.9, 0; a dash when there is nothing to compare with."""
    if now is None or before is None:
        return NONE
    difference = dec(now) - dec(before)
    return f"{'＋' if difference > 0 else '－'}{score(abs(difference))}" if difference else "0"


def off(value: Any) -> str:
    """Points taken off: －1.0, a dash for none."""
    return f"－{score(value)}" if value else NONE


def percent(rate: Any) -> str:
    """A share as 92.9%, the whole as 100%."""
    value = (dec(rate) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return "100%" if value == 100 else f"{value}%"


def ordinal(number: int) -> str:
    """1 to 99 as 一, 十, 十二, 二十三."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens - 1]}十") + (_DIGITS[ones - 1] if ones else "")


def day(value: datetime.date | str | None) -> str:
    """2026年10月19日, without leading zeros; "" for none."""
    if not value:
        return ""
    date = datetime.date.fromisoformat(value) if isinstance(value, str) else value
    return f"{date.year}年{date.month}月{date.day}日"


def names(values: Iterable[str], at_most: int = 0) -> str:
    """甲、乙、丙, or 甲、乙等5个单位 when there are more than ``at_most``."""
    found = list(values)
    if at_most and len(found) > at_most:
        return f"{'、'.join(found[:at_most])}等{len(found)}个单位"
    return "、".join(found)


def mean(values: Sequence[Decimal]) -> Decimal | None:
    return sum(values, Decimal(0)) / len(values) if values else None
