"""Office files whose bytes depend on their content only: openpyxl and python-docx write the clock into them."""

from __future__ import annotations

import datetime
import re
import zipfile
from io import BytesIO

_CLOCK = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")


def steady(data: bytes, on: datetime.date) -> bytes:
    """The same .xlsx or .docx with every clock set to noon of ``on``, the document's own date."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "docProps/core.xml":
                content = _CLOCK.sub(rb"\g<1>" + f"{on.isoformat()}T12:00:00Z".encode() + rb"\g<3>", content)
            fixed = zipfile.ZipInfo(entry.filename, (on.year, on.month, on.day, 12, 0, 0))
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.external_attr = 0o644 << 16
            packed.writestr(fixed, content)
    return target.getvalue()
