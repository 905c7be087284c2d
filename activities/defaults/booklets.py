"""What each booklet of the three sets (一册一记八簿六档案, 一册一记六簿四档案, 一册五簿三档案) collects, until staff decide otherwise.

A booklet is (item code, title on the cover, sources, how many records a year at least). The sources are keys of
``activities.booklets`` with their argument; the numbers follow what local rules ask for: a meeting of the presidium and an
activity of each group every quarter, a reception every month.
"""

from __future__ import annotations

from typing import Any

_VISITS = "activities inspection,research,enforcement_check,study_visit"
_SUPERVISION = "activities presidium,hearing,deliberation,inquiry,topic_collection"

BOOKLETS: tuple[tuple[str, str, tuple[str, ...], int], ...] = (
    ("town-books.1", "代表名册", ("register",), 1),
    ("town-books.2", "人大工作大事记", ("chronicle",), 4),
    ("town-books.3", "主席团会议记录簿", ("activities presidium",), 4),
    ("town-books.4", "学习培训记录簿", ("activities training",), 1),
    ("town-books.5", "代表小组活动记录簿", ("group_activities",), 4),
    ("town-books.6", "视察调研执法检查记录簿", (_VISITS,), 2),
    ("town-books.7", "代表接待选民登记簿", ("receptions",), 12),
    ("town-books.8", "代表联系走访选民登记簿", ("contacts",), 12),
    ("town-books.9", "代表述职评议登记簿", ("duty_reports",), 1),
    ("town-books.10", "议案建议办理督办登记簿", ("suggestions",), 1),
    ("town-books.11", "代表履职档案", ("dossiers",), 1),
    ("town-books.12", "人代会会议档案", ("activities session", "paper"), 1),
    ("town-books.13", "主席团与监督工作档案", (_SUPERVISION,), 4),
    ("town-books.14", "闭会期间代表活动档案", ("activities", "forums"), 4),
    ("town-books.15", "议案建议办理档案", ("suggestions",), 1),
    ("town-books.16", "制度文件与考评档案", ("assessments", "paper"), 1),
    ("subdistrict-books.1", "代表名册", ("register",), 1),
    ("subdistrict-books.2", "人大工委工作大事记", ("chronicle",), 4),
    ("subdistrict-books.3", "工委会议记录簿", ("activities presidium",), 4),
    ("subdistrict-books.4", "学习培训记录簿", ("activities training",), 1),
    ("subdistrict-books.5", "代表小组及视察调研活动记录簿", ("group_activities", _VISITS), 4),
    ("subdistrict-books.6", "代表接待选民登记簿", ("receptions",), 12),
    ("subdistrict-books.7", "代表联系选民与述职登记簿", ("contacts", "duty_reports"), 12),
    ("subdistrict-books.8", "建议意见办理督办登记簿", ("suggestions",), 1),
    ("subdistrict-books.9", "代表履职档案", ("dossiers",), 1),
    ("subdistrict-books.10", "工委工作与制度文件档案", ("activities presidium", "assessments", "paper"), 4),
    ("subdistrict-books.11", "代表活动档案", ("activities", "forums"), 4),
    ("subdistrict-books.12", "建议意见办理档案", ("suggestions",), 1),
    ("village-books.1", "代表名册", ("register",), 1),
    ("village-books.2", "学习活动记录簿", ("activities training", "group_activities"), 2),
    ("village-books.3", "接待选民登记簿", ("receptions",), 12),
    ("village-books.4", "联系走访选民登记簿", ("contacts",), 4),
    ("village-books.5", "社情民意收集办理登记簿", ("opinions",), 1),
    ("village-books.6", "述职与为民办实事登记簿", ("duty_reports", "deeds"), 1),
    ("village-books.7", "代表履职档案", ("dossiers",), 1),
    ("village-books.8", "代表活动档案", ("activities",), 1),
    ("village-books.9", "意见建议办理档案", ("opinions", "suggestions"), 1),
)


def ship(booklet_model: Any) -> int:
    """Adds the booklets whose item has none yet; answers how many. Takes the model, so that a migration can pass its own."""
    known = set(booklet_model.objects.values_list("item_code", flat=True))
    missing = [each for each in BOOKLETS if each[0] not in known]
    booklet_model.objects.bulk_create(
        booklet_model(item_code=code, title=title, sources="\n".join(sources), least=least) for code, title, sources, least in missing
    )
    return len(missing)
