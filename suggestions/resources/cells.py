"""What the cells of a ledger of suggestions mean: 届次 and 会次, numbers of any shape, answer classes in letters and in words."""

from __future__ import annotations

import re
from typing import Any

from congress.imports import values
from congress.imports.coded import by_label
from suggestions.enums import Grade, Publicity, Settlement, SuggestionKind

KINDS = by_label(SuggestionKind.choices, {"建议": "suggestion", "建议、批评和意见": "suggestion", "建议批评和意见": "suggestion"})
KIND_LABELS = [str(label) for label in SuggestionKind.labels]
GRADES = by_label(Grade.choices, {"很满意": "satisfied", "较满意": "basically", "比较满意": "basically"})
GRADE_LABELS = [str(label) for label in Grade.labels]
PUBLICITIES = by_label(Publicity.choices, {"公开": "full", "主动公开": "full", "摘要": "summary", "否": "none", "不予公开": "none"})
PUBLICITY_LABELS = [str(label) for label in Publicity.labels]
CLASS_WORDS = "A、B、C、D，或者解决采纳、正在解决、列入计划、留作参考"

# Words by which offices told what came of it, where they had no letters.
SETTLEMENTS = {
    **dict.fromkeys(("解决采纳", "采纳", "已采纳", "已解决", "已经解决", "基本解决", "解决", "办结", "已办结"), Settlement.SETTLED),
    **dict.fromkeys(("正在解决", "正在办理", "部分解决", "逐步解决"), Settlement.UNDER_WAY),
    **dict.fromkeys(("列入计划", "列入规划", "计划解决", "列入计划解决", "列入规划计划", "以后解决"), Settlement.PLANNED),
    **dict.fromkeys(("留作参考", "解释说明", "作参考", "暂难解决", "难以解决", "不能解决"), Settlement.REFERENCE),
}
_NUMBER = re.compile(r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff.\-〔〕()（）]*")
_SESSION = re.compile(r"(?:第)?([0-9〇零一二三四五六七八九十两]+)(?:次(?:会议)?)?")
_BETWEEN = frozenset({"闭会", "闭会期间", "闭会期"})


def number(raw: Any) -> str | None:
    """A 建议号 as the paper has it: 31, 004, Y19, 闭字1, 173169; 第31号 is 31. Excel's 31.0 is 31."""
    value = values.half_width(raw).replace(" ", "")
    if match := re.fullmatch(r"(\d+)\.0+", value):
        value = match[1]
    value = value.removeprefix("第").removesuffix("号").removeprefix("第")
    if not value or value in {"-", "—", "/"}:
        return None
    if len(value) > 20:
        raise ValueError(f"有 {len(value)} 个字符，最多 20 个")
    if not _NUMBER.fullmatch(value):
        raise ValueError("建议号只能含数字、字母和汉字")
    return value


def session(raw: Any) -> int | None:
    """A 会次: 三次, 第三次会议, 3; 0 for 闭会期间, which says that it was none."""
    value = values.half_width(raw).replace(" ", "")
    value = re.sub(r"^(\d+)\.0+$", r"\1", value)
    if not value or value in {"-", "—", "/"}:
        return None
    if value in _BETWEEN:
        return 0
    match = _SESSION.fullmatch(value)
    found = values.chinese_number(match[1]) if match else None
    if not found:
        raise ValueError("应写作“第三次会议”或 3；闭会期间提出的不填")
    return found


def show_session(found: Any) -> str:
    return f"第{found}次会议" if found else ""


def show_term(found: Any) -> str:
    return f"第{found}届" if found else ""


def answer_class(raw: Any) -> str | None:
    """A letter A to D (A类, "A类（已经解决）"), or a ``Settlement`` where words tell what came of it."""
    value = re.sub(r"[\s()（）]", "", values.half_width(raw))
    if not value or value in {"-", "—", "/", "未知", "不详"}:
        return None
    if match := re.match(r"([A-Da-d])(?:类|$)", value):
        return match[1].upper()
    for word in (value, value.removesuffix("问题"), value.removesuffix("类")):
        if word in SETTLEMENTS:
            return SETTLEMENTS[word].value
    if value in Settlement.values:
        return value
    raise ValueError(f"应是{CLASS_WORDS}")
