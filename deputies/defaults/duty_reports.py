"""What a new installation starts with for duty reports: the aspects voters rate, and the outline of a written report."""

from __future__ import annotations

from typing import Any

ASPECTS = ("政治素质", "依法履职", "联系选民", "为民办事", "廉洁自律")

# What stands in 〔〕 is filled in from the register and the figures; what stands in （） is for the deputy to write.
TEMPLATE = """各位选民：

我是〔届次〕代表〔姓名〕，由〔选区〕选举产生。现在报告任期以来履行代表职务的情况，请大家询问和评议。

一、履职基本情况
〔履职数据〕

二、联系选民、反映意见的情况
（写一两件选民提出、已有结果的事：谁提的，怎么反映的，结果如何。）

三、存在的不足
（写自己的不足，如联系选民不够经常、调查研究不够深入。）

四、今后打算
（写今后一年准备为选民做的事。）

以上报告，请评议。"""


def ship(aspect_model: Any, rule_model: Any) -> bool:
    """Adds the aspects and the one row of rules where there are none. Takes the models, so that a migration can pass its own."""
    if not rule_model.objects.exists():
        rule_model.objects.create(report_template=TEMPLATE)
    if aspect_model.objects.exists():
        return False
    aspect_model.objects.bulk_create(aspect_model(name=name, position=position) for position, name in enumerate(ASPECTS, start=1))
    return True
