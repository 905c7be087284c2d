"""Excel in the staff admin: the way to our import with its preview, and export of what the list shows."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from import_export.admin import ExportMixin

from congress.access import may
from congress.imports import downloads


class ExcelMixin(ExportMixin):
    """Set ``resource_classes`` to the one resource of the table."""

    import_export_change_list_template = "admin/imports/change_list.html"
    show_change_form_export = False

    def has_export_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "congress.import_file")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        (resource,) = self.get_export_resource_classes(request)
        return super().changelist_view(request, {**(extra_context or {}), "import_kind": resource.key})

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """The rows of the list with its filters, at once: all columns, so that the file imports again."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        (resource,) = self.get_export_resource_classes(request)
        return downloads.rows(request, resource(), self.exported_rows(self.get_export_queryset(request)))

    def exported_rows(self, queryset: QuerySet) -> QuerySet:
        """The resource's rows for the rows of the list."""
        return queryset
