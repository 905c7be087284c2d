"""Tables of this app as .xlsx."""

from __future__ import annotations

import io

from django.db.models import QuerySet
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from deputies.models import VoterContact
from deputies.services import privacy

_CONTACT_HEADS = (
    ("编号", 16), ("时间", 18), ("代表", 16), ("方式", 8), ("区划", 14), ("选区", 14), ("地点", 20), ("人数", 6),
    ("选民", 14), ("内容", 60), ("处理情况", 40), ("记录人", 10),
)  # fmt: skip


def contacts_table(rows: QuerySet[VoterContact]) -> tuple[bytes, int]:
    """The workbook, voters masked, and how many rows it has. Rows come with everything prefetched."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("联系选民记录")
    sheet.freeze_panes = "A2"
    for (_, width), letter in zip(_CONTACT_HEADS, "ABCDEFGHIJKL", strict=True):
        sheet.column_dimensions[letter].width = width

    def cell(value: object, *, bold: bool = False) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, value=value)
        if isinstance(value, str):
            made.data_type = "s"  # SECURITY: a text that begins with “=” is text, never a formula
        if bold:
            made.font = Font(bold=True)
        else:
            made.alignment = Alignment(vertical="top", wrap_text=True)
        return made

    sheet.append([cell(head, bold=True) for head, _ in _CONTACT_HEADS])
    count = 0
    for contact in rows.iterator(chunk_size=1000):
        count += 1
        at = timezone.localtime(contact.at)
        values = (
            contact.code,
            f"{at:%Y-%m-%d %H:%M}",
            "、".join(deputy.name for deputy in contact.deputies.all()),
            contact.get_channel_display(),
            contact.area.name,
            contact.electoral_district.name if contact.electoral_district else "",
            contact.place,
            contact.people,
            "、".join(str(privacy.masked(voter)) for voter in contact.voters.all()),
            contact.text,
            contact.result,
            contact.author.name,
        )
        sheet.append([cell(value) for value in values])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), count
