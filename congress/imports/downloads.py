"""Workbooks as answers to a request, for the import pages and the staff admin."""

from __future__ import annotations

from typing import cast
from urllib.parse import quote

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from congress.imports import sheets
from congress.imports.resource import SheetResource
from congress.models import User
from congress.services import audit


def workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=sheets.CONTENT_TYPE)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return response


def rows(request: HttpRequest, resource: SheetResource, stored: QuerySet) -> HttpResponse:
    """Stored rows as a workbook. Who took personal data out is in the audit trail."""
    content, count = sheets.current(resource, stored)
    audit.record(cast(User, request.user), "congress.export_file", ref=resource.key, reason=resource.told(count))
    return workbook(content, f"{resource.label}{timezone.localdate():%Y-%m-%d}")
