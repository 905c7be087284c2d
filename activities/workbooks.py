"""Tables of this app as .xlsx."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from django.db.models import Avg, Count, Q, QuerySet
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from activities.enums import ParticipationState
from activities.models import Activity

_ACTIVITY_HEADS = (
    ("编号", 16), ("名称", 32), ("形式", 12), ("组织单位", 24), ("代表小组", 20), ("开始时间", 18), ("结束时间", 18), ("地点", 20),
    ("联合单位", 20), ("主题", 16), ("名单", 8), ("到会", 8), ("目的", 40), ("发现的问题", 40), ("成效", 40), ("平均评分", 10), ("状态", 10),
)  # fmt: skip


def sheet_of(title: str, heads: Sequence[tuple[str, int]], rows: Iterable[Sequence[object]]) -> tuple[bytes, int]:
    """A workbook of one sheet with a frozen first row, and how many rows it has beneath. ``heads`` are titles and widths."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, (_, width) in enumerate(heads, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width

    def cell(value: object, *, bold: bool = False) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, value=value)
        if isinstance(value, str):
            made.data_type = "s"  # SECURITY: a text that begins with “=” is text, never a formula
        if bold:
            made.font = Font(bold=True)
        else:
            made.alignment = Alignment(vertical="top", wrap_text=True)
        return made

    sheet.append([cell(head, bold=True) for head, _ in heads])
    count = 0
    for row in rows:
        count += 1
        sheet.append([cell(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), count


def activities_table(rows: QuerySet[Activity]) -> tuple[bytes, int]:
    """The activities as a workbook, and how many they are. Two queries for every thousand."""
    present = Q(participations__state=ParticipationState.PRESENT)
    rows = (
        rows.select_related("organiser", "group")
        .prefetch_related("themes")
        .annotate(invited=Count("participations"), came=Count("participations", filter=present), mean=Avg("participations__rating"))
    )
    return sheet_of("代表活动", _ACTIVITY_HEADS, map(_activity, rows.iterator(chunk_size=1000)))


def _activity(row: Activity) -> tuple[object, ...]:
    start, end = timezone.localtime(row.starts_at), timezone.localtime(row.ends_at)
    return (
        row.code,
        row.title,
        row.get_kind_display(),
        row.organiser.name,
        row.group.name if row.group else "",
        f"{start:%Y-%m-%d %H:%M}",
        f"{end:%Y-%m-%d %H:%M}",
        row.place,
        row.partners,
        "、".join(theme.name for theme in row.themes.all()),
        row.invited,  # type: ignore[attr-defined]
        row.came,  # type: ignore[attr-defined]
        row.objective,
        row.finding,
        row.result,
        round(row.mean, 1) if row.mean is not None else "",  # type: ignore[attr-defined]
        row.get_state_display(),
    )
