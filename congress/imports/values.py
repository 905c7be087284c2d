"""What a cell means: each function returns a value, or raises ValueError with a reason a clerk understands."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import Any

_FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: " "}
# SECURITY: zero-width characters and text direction marks hide what a name says; they never belong in a cell.
_INVISIBLE = dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, *range(0x20), 0x7F])
_INVISIBLE.update({ord(c): " " for c in "\t\n\r\x0b\x0c\x85\u2028\u2029\u00a0"})
#: what a workbook's XML can't hold
CONTROLS = dict.fromkeys(c for c in range(0x20) if chr(c) not in "\t\n\r")
_DOTS = dict.fromkeys(map(ord, "•‧・∙⋅･"), "·")
_SPACES = re.compile(r"\s+")
_BETWEEN_CHINESE = re.compile(
    r"(?<=[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff·]) (?=[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff·])"
)
_INTEGRAL = re.compile(r"(\d+)\.0+")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_NOTHING = frozenset({"", "-", "--", "—", "——", "/", "／", "未知", "不详", "未填"})
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ERRORS = frozenset({"#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!"})
_EPOCH = datetime.date(1899, 12, 30)  # Excel's day 0, its invented 29 February 1900 allowed for
_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}


def shown(raw: Any) -> str:
    """The cell as a person sees it, for messages."""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, datetime.datetime) and raw.time() == datetime.time():
        raw = raw.date()
    return "" if raw is None else str(raw)


def text(raw: Any, limit: int | None = None) -> str | None:
    """Text without what cannot be seen; None for a blank cell. Full-width letters stay as they are written."""
    value = _SPACES.sub(" ", shown(raw).translate(_INVISIBLE)).strip()
    if value in _ERRORS:
        raise ValueError(f"单元格是公式错误 {value}，请改为实际内容")
    if value[:1] == "'" and value[1:].lstrip()[:1] in _FORMULA:  # the mark our own export sets before what Excel would take for a formula
        value = value[1:].lstrip()
    if limit is not None and len(value) > limit:
        raise ValueError(f"有 {len(value)} 个字，最多 {limit} 个字")
    return value or None


def half_width(raw: Any) -> str:
    """Digits, letters and spaces as a keyboard gives them."""
    return (text(raw) or "").translate(_FULL_WIDTH).strip()


def optional_text(raw: Any, limit: int | None = None) -> str | None:
    """Text in a column where 未知 or a dash means that nothing is known."""
    value = text(raw, limit)
    return None if value is None or value in _NOTHING else value


def name(raw: Any, limit: int | None = None) -> str | None:
    """A name: spaces set between Chinese characters for alignment go, one kind of middle dot stays."""
    value = text(raw)
    if value is None:
        return None
    value = _BETWEEN_CHINESE.sub("", value.replace("\u3000", " ")).translate(_DOTS)
    if limit is not None and len(value) > limit:
        raise ValueError(f"有 {len(value)} 个字，最多 {limit} 个字")
    return value


def code(raw: Any, limit: int = 32) -> str | None:
    """A code kept as text, though Excel made a number of it ("450603001.0")."""
    value = half_width(raw).replace(" ", "")
    if match := _INTEGRAL.fullmatch(value):
        value = match[1]
    if not value:
        return None
    if _SCIENTIFIC.fullmatch(value):
        raise ValueError("代码以科学记数法保存，已丢失位数；请把该列设为文本后重新填写")
    if len(value) > limit:
        raise ValueError(f"有 {len(value)} 个字符，最多 {limit} 个")
    if not re.fullmatch(r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z_.\-\u4e00-\u9fff]*", value):
        raise ValueError("编号只能含数字、字母、汉字、点和连字符")
    return value


def whole_number(raw: Any, low: int = 0, high: int = 1_000_000) -> int | None:
    value = half_width(raw).replace(",", "")
    if not value or value in _NOTHING:
        return None
    if match := _INTEGRAL.fullmatch(value):
        value = match[1]
    if not value.isascii() or not value.isdigit():
        raise ValueError("应是整数")
    if not low <= int(value) <= high:
        raise ValueError(f"应在 {low} 到 {high} 之间")
    return int(value)


def chinese_number(value: str) -> int | None:
    """ "十二" → 12, "12" → 12; None when it is no number up to 99."""
    if value.isascii() and value.isdigit():
        return int(value)
    tens, ten, units = value.rpartition("十")
    if not ten:
        return _DIGITS.get(value)
    high, low = _DIGITS.get(tens or "一"), _DIGITS.get(units or "零")
    return None if high is None or low is None else high * 10 + low


def ordinal(raw: Any) -> int | None:
    """A 届 or 次: 第八届, 八届, 8, 第12届."""
    value = half_width(raw).replace(" ", "")
    if not value:
        return None
    value = _INTEGRAL.sub(r"\1", value)
    match = re.search(r"第?([0-9〇零一二三四五六七八九十两]+)届", value)
    number = chinese_number(match[1] if match else value)
    if not number:
        raise ValueError("应写作“第八届”或 8")
    return number


def yes_or_no(raw: Any) -> bool | None:
    if isinstance(raw, bool):
        return raw
    value = half_width(raw).lower()
    if not value:
        return None
    if value in {"是", "√", "✓", "✔", "☑", "有", "对", "y", "yes", "true", "1", "1.0", "在用", "启用", "v"}:
        return True
    if value in {"否", "×", "✗", "✘", "x", "无", "不是", "n", "no", "false", "0", "0.0", "-", "—", "/", "☐", "停用", "撤销"}:
        return False
    raise ValueError("应填“是”或“否”")


def phone(raw: Any) -> str | None:
    """A mobile number of 11 digits, or a landline with its area code."""
    value = re.sub(r"[\s.]0$|[\s()（）]", "", half_width(raw)).replace("—", "-").replace("－", "-")
    if not value or value in _NOTHING or value == "无":
        return None
    value = re.sub(r"^(\+?86-?)(?=1\d)", "", value)
    if re.fullmatch(r"1[3-9]\d(-?\d{4}){2}", value):
        return value.replace("-", "")
    if re.fullmatch(r"(0\d{2,3}-?)?[2-9]\d{6,7}(-\d{1,5})?|[48]00-?\d{3}-?\d{4}|1\d{4}|12\d{3}", value):
        return value
    if re.search(r"[*xX]", value):
        raise ValueError("号码有隐去的数字，请填写完整")
    if re.search(r"[、,，;；/]", value):
        raise ValueError("一格只填一个号码")
    raise ValueError("不是 11 位手机号，也不是带区号的固定电话")


def _day(year: int, month: int, day: int) -> datetime.date:
    if not 1 <= month <= 12:
        raise ValueError(f"没有 {month} 月")
    try:
        return datetime.date(year, month, day)
    except ValueError:
        raise ValueError(f"{year}年{month}月没有 {day} 日") from None


def date(raw: Any) -> datetime.date | None:
    """A day, or the first of a month when only the month is known.

    Understands 2021.9, 2021年9月, 1970-1-5, 1970/01, 197001, 19700105, real Excel dates and their serial numbers. The
    number 1970.1 is refused: Excel drops the nought of 1970.10.
    """
    if isinstance(raw, datetime.datetime):
        return raw.date()
    if isinstance(raw, datetime.date):
        return raw
    if isinstance(raw, bool | datetime.time | datetime.timedelta):
        raise ValueError("不是日期")
    value = re.sub(r"(?<=\d)[ T]\d{1,2}:\d{2}.*|(出生|生|起)$", "", half_width(raw)).replace(" ", "")
    if not value or value in _NOTHING:
        return None
    if isinstance(raw, float) and re.fullmatch(r"(19|20)\d\d\.1", value):
        raise ValueError("数字分不清是 1 月还是 10 月，请写作“" + value[:4] + "年1月”或“" + value[:4] + "年10月”")
    if match := re.fullmatch(r"(\d{4})(?:[-/.．。]|年)(\d{1,2})(?:月?|(?:[-/.．。]|月)(\d{1,2})[日号]?)", value):
        year, month, day = match.groups()
        return _day(int(year), int(month), int(day or 1))
    value = _INTEGRAL.sub(r"\1", value)
    if re.fullmatch(r"(19|20)\d{2}(0[1-9]|1[0-2])", value):
        return _day(int(value[:4]), int(value[4:6]), 1)
    if re.fullmatch(r"(19|20)\d{6}", value):
        return _day(int(value[:4]), int(value[4:6]), int(value[6:]))
    if re.fullmatch(r"(19|20)\d{2}年?", value):
        raise ValueError("只有年份，请补上月份")
    if re.fullmatch(r"\d{5}(\.\d+)?", value) and 10_000 <= float(value) < 80_000:
        return _EPOCH + datetime.timedelta(days=int(float(value)))
    raise ValueError("不是日期，应写作“1970年1月”或“1970-1-5”")


def birthday(raw: Any) -> datetime.date | None:
    value = date(raw)
    if value is not None and not datetime.date(1900, 1, 1) <= value <= datetime.date.today():
        raise ValueError("出生年月应在 1900 年之后、今天之前")
    return value


def choice(raw: Any, words: dict[str, str], allowed: Iterable[str]) -> str | None:
    """One of a closed list, by its label or a common synonym."""
    value = half_width(raw).replace(" ", "")
    if not value or value in _NOTHING:
        return None
    if value in words:
        return words[value]
    raise ValueError("应是" + "、".join(allowed) + "之一")


def neutral(value: Any) -> Any:
    """Text for a workbook we hand out. SECURITY: what Excel would run as a formula gets a leading apostrophe."""
    return "'" + value if isinstance(value, str) and value[:1] in _FORMULA and value else value
