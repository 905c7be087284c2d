"""Excel in the staff admin: the way to our import with its preview, and export of what the list shows."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from import_export.admin import ExportMixin
from import_export.formats.base_formats import CSV, XLSX

from congress.access import may
from congress.admin.base import person
from congress.services import audit


class ExcelMixin(ExportMixin):
    """Set ``resource_classes`` to the one resource of the table."""

    formats = (XLSX, CSV)
    export_formats = (XLSX, CSV)
    import_export_change_list_template = "admin/imports/change_list.html"
    show_change_form_export = False

    def has_export_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "congress.import_file")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        (resource,) = self.get_export_resource_classes(request)
        return super().changelist_view(request, {**(extra_context or {}), "import_kind": resource.key})

    def get_data_for_export(self, request: HttpRequest, queryset: QuerySet, **kwargs: Any) -> Any:
        """Who took personal data out is in the audit trail."""
        data = super().get_data_for_export(request, self.exported_rows(queryset), **kwargs)
        (resource,) = self.get_export_resource_classes(request)
        audit.record(person(request), "congress.export_file", ref=resource.key, reason=f"{resource.label} {len(data)} 行")
        return data

    def exported_rows(self, queryset: QuerySet) -> QuerySet:
        """The resource's rows for the rows of the list."""
        return queryset
