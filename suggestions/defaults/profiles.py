"""Rule profiles: the shipped default, and what seven local regulations on deputies' suggestions set.

Limits are written as the calendar reads them: 10wd, 3m, 30d. The default is a proposal drawn from the others; a congress
edits its own. Regulations: 重庆 2017-11-30, 青岛 2021-07-29, 河南 2017-07-28, 浙江 2016-05-27, 山东 2017-05-19, 上海 2015,
北京 2014-01-22. Three months, and six for wide or difficult matters, are the law's (代表法 art. 51).
"""

from __future__ import annotations

from typing import Any

from suggestions.enums import LimitKind, Settlement

DEFAULT = "通用规则"

_ANSWER = {LimitKind.ANSWER: "3m", LimitKind.ANSWER_LONG: "6m"}
PROFILES: dict[str, dict[LimitKind, str]] = {
    DEFAULT: {
        LimitKind.ASSIGN: "10wd",
        LimitKind.SIGN: "5wd",
        LimitKind.RETURN: "10wd",
        LimitKind.REASSIGN: "10wd",
        LimitKind.CONTACT: "20wd",
        LimitKind.SUPPORT: "1m",
        **_ANSWER,
        LimitKind.EVALUATE: "20wd",
        LimitKind.REHANDLE: "1m",
        LimitKind.PUBLISH: "20wd",
    },
    "重庆": {
        LimitKind.ASSIGN: "10wd",
        LimitKind.RETURN: "10wd",
        LimitKind.REASSIGN: "10wd",
        LimitKind.CONTACT: "20wd",
        LimitKind.SUPPORT: "30wd",
        **_ANSWER,
        LimitKind.EVALUATE: "20wd",
        LimitKind.REHANDLE: "2m",
    },
    "青岛": {LimitKind.ASSIGN: "5wd", LimitKind.RETURN: "5wd", LimitKind.SUPPORT: "1m", **_ANSWER},
    "河南": {
        LimitKind.RETURN: "10wd",
        LimitKind.REASSIGN: "10wd",
        LimitKind.SUPPORT: "2m",
        **_ANSWER,
        LimitKind.EVALUATE: "10wd",
        LimitKind.REHANDLE: "1m",
    },
    "浙江": {LimitKind.ASSIGN: "7d", LimitKind.RETURN: "10d", LimitKind.SUPPORT: "2m", **_ANSWER, LimitKind.REHANDLE: "1m"},
    "山东": {LimitKind.ASSIGN: "5d", LimitKind.RETURN: "5d", LimitKind.SUPPORT: "1m", **_ANSWER, LimitKind.REHANDLE: "1m"},
    "上海": {LimitKind.ASSIGN: "7wd", LimitKind.RETURN: "7wd", LimitKind.SUPPORT: "1m", **_ANSWER, LimitKind.REHANDLE: "1m"},
    "北京": {**_ANSWER, LimitKind.EVALUATE: "15wd", LimitKind.REHANDLE: "2m"},
}

SCHEMES: dict[str, tuple[tuple[str, str, Settlement], ...]] = {
    "方案一": (
        ("A", "已经解决、基本解决或者采纳", Settlement.SETTLED),
        ("B", "正在解决或者有关工作已启动", Settlement.UNDER_WAY),
        ("C", "列入规划、计划逐步解决", Settlement.PLANNED),
        ("D", "受条件限制难以解决或者留作参考", Settlement.REFERENCE),
    ),
    "方案二": (
        ("A", "已经解决或者基本解决", Settlement.SETTLED),
        ("B", "正在解决或者列入规划逐步解决", Settlement.UNDER_WAY),
        ("C", "受目前条件限制，以后解决", Settlement.PLANNED),
        ("D", "留作参考", Settlement.REFERENCE),
    ),
}

# The union of what the regulations name.
GROUNDS = (
    "涉及代表本人及其亲属的个人问题",
    "代转人民群众来信、申诉、控告或者检举",
    "涉及具体司法案件",
    "属于学术探讨、产品推介或者广告",
    "属于法律政策咨询",
    "涉及招标投标等具体经济活动",
    "没有实际内容",
    "不属于本级国家机关职权范围",
    "可能与本人或者特定个人、单位的利益有关联",
)

CATEGORIES = ("农业农村", "工业和商贸", "城乡建设", "交通水利", "教育", "卫生健康", "社会保障", "生态环境", "公共安全", "文化旅游", "其他")

WEIGHTS = (
    ("suggestions.timeliness", "按期答复", "20"),
    ("suggestions.consultation_rate", "面商", "20"),
    ("suggestions.satisfaction", "代表满意", "20"),
    ("suggestions.settlement_rate", "办成", "20"),
    ("suggestions.fulfilment_rate", "承诺落实", "10"),
    ("suggestions.quality", "答复质量", "10"),
)


def ship(scheme_model: Any, class_model: Any, ground_model: Any, category_model: Any) -> None:
    """Adds the dictionaries that are absent. Takes the models, so that a migration can pass its own."""
    for name, classes in SCHEMES.items():
        scheme, is_new = scheme_model.objects.get_or_create(name=name)
        if is_new:
            class_model.objects.bulk_create(
                class_model(scheme=scheme, code=code, meaning=meaning, settlement=settlement) for code, meaning, settlement in classes
            )
    for position, text in enumerate(GROUNDS, start=1):
        ground_model.objects.get_or_create(text=text, defaults={"position": position})
    for position, name in enumerate(CATEGORIES, start=1):
        category_model.objects.get_or_create(name=name, defaults={"position": position})
