"""The categories of voters' opinions a new installation starts with; staff edit them afterwards.

Two levels, after what towns' own ledgers of social conditions and public opinion (社情民意) sort by.
"""

from __future__ import annotations

from typing import Any

CATEGORIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("交通道路", ("道路修建养护", "公共交通", "停车与交通安全")),
    ("农业水利", ("农业生产", "农田水利", "渔业林业", "农产品销售")),
    ("村镇建设", ("饮水供水", "供电通信", "路灯与公共设施", "住房与宅基地", "物业管理")),
    ("生态环境", ("垃圾污水", "河道海域", "噪声与空气")),
    ("教育科技", ("学校布局与设施", "师资与收费", "学前教育")),
    ("医疗卫生", ("看病就医", "医疗保障", "公共卫生")),
    ("社会保障", ("养老服务", "救助低保", "就业务工", "残疾人事务")),
    ("文化体育", ("文化体育设施", "文物与民俗", "旅游")),
    ("土地权属", ("征地拆迁", "林地山界", "集体资产")),
    ("平安法治", ("社会治安", "矛盾调解", "消防与安全生产")),
    ("政务服务", ("办事效率", "基层作风", "政策咨询")),
    ("其他", ()),
)


def ship(category_model: Any) -> int:
    """Adds the list where there is no category yet; answers how many. Takes the model, so that a migration can pass its own."""
    if category_model.objects.exists():
        return 0
    added = 0
    for position, (name, children) in enumerate(CATEGORIES, start=1):
        parent = category_model.objects.create(name=name, position=position * 10)
        category_model.objects.bulk_create(
            category_model(name=child, parent=parent, position=position * 10 + number) for number, child in enumerate(children, start=1)
        )
        added += 1 + len(children)
    return added
