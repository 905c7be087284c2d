"""Stored files for those who may read them: the app's view has asked for permission, this sends."""

from __future__ import annotations

from django.http import FileResponse, Http404

from congress.models.files import StoredFile

_KEPT_A_DAY = "private, max-age=86400, immutable"  # what an address shows never changes


def send(row: StoredFile, *, thumbnail: bool = False) -> FileResponse:
    """The file, or its thumbnail where it has one. A photo opens in the page, anything else is a download.

    SECURITY: the type is the sniffed one, and only photos, which were drawn anew when they came, open inside the browser.
    Raises Http404 when the file is no longer on the disk.
    """
    is_small = thumbnail and bool(row.thumbnail)
    try:
        stream = (row.thumbnail if is_small else row.file).open("rb")
    except (FileNotFoundError, ValueError) as error:
        raise Http404("文件已不在服务器上") from error
    is_photo = is_small or row.is_image
    kind = "image/jpeg" if is_small else row.content_type
    response = FileResponse(stream, filename=row.original_name, content_type=kind, as_attachment=not is_photo)
    if is_photo:  # who may read a document is asked each time: its publicity can be taken back
        response["Cache-Control"] = _KEPT_A_DAY
    response["X-Content-Type-Options"] = "nosniff"
    return response
