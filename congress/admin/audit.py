"""The audit trail: for the audit administrator to read, for nobody to change."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.http import content_disposition_header

from congress import audit_actions
from congress.admin.base import RuledAdmin, person
from congress.models import AuditEntry
from congress.services import audit


class _Line:
    """Gives csv.writer's row back instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def _plain(cell: object) -> str:
    """SECURITY: a cell that begins like a formula would run when the file is opened in Excel."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text


class ActionFilter(admin.SimpleListFilter):
    title = "操作"
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sorted(audit_actions.actions().items(), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return queryset.filter(action=self.value()) if self.value() else queryset


def _model_of(row: AuditEntry) -> type[Model] | None:
    try:
        return apps.get_model(row.target_type) if row.target_type else None
    except LookupError:
        return None


def _word(model: type[Model] | None, name: str) -> str:
    """A field's Chinese name: the model's own, else the one its app registered, else the name itself."""
    for field in model._meta.get_fields() if model else ():
        if name in (field.name, getattr(field, "attname", "")) and hasattr(field, "verbose_name"):
            return str(field.verbose_name)
    return audit_actions.label(name)


@admin.register(AuditEntry)
class AuditEntryAdmin(RuledAdmin):
    rule = "congress.read_audit"
    change_list_template = "admin/congress/auditentry/change_list.html"
    list_display = ["at", "actor_name", "action_label", "target_name", "target_ref", "outcome", "reason", "ip"]
    list_filter = ["outcome", "at", ActionFilter]
    search_fields = ["actor_name", "target_name", "target_ref", "reason", "ip"]
    fields = [
        "at",
        "actor_name",
        "ip",
        "agent",
        "action_label",
        "kind",
        "target_ref",
        "target_name",
        "outcome",
        "reason",
        "differences",
    ]
    readonly_fields = ["action_label", "kind", "differences"]
    show_full_result_count = False
    actions = None

    def get_urls(self) -> list[URLPattern]:
        return [path("export/", self.admin_site.admin_view(self.export), name="congress_auditentry_export"), *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """The rows of the list as it is filtered, as CSV that Excel opens. Reading them out is an act of its own."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_changelist_instance(request).get_queryset(request)
        audit.record(person(request), "congress.export_audit", ref=request.GET.urlencode())
        lines = csv.writer(_Line())

        def written() -> Iterator[str]:
            yield "\ufeff" + lines.writerow(
                ["时间", "操作人", "来源地址", "终端", "操作", "对象类别", "对象编号", "对象", "结果", "说明", "变更"]
            )
            for row in rows.iterator(chunk_size=1000):
                at = timezone.localtime(row.at).isoformat(sep=" ", timespec="seconds")
                cells = [at, row.actor_name, row.ip, row.agent, self.action_label(row), self.kind(row), row.target_ref, row.target_name]
                yield lines.writerow(
                    [_plain(cell) for cell in [*cells, row.get_outcome_display(), row.reason, json.dumps(row.changes, ensure_ascii=False)]]
                )

        response = StreamingHttpResponse(written(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = content_disposition_header(True, "审计记录.csv")
        return response

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="操作", ordering="action")
    def action_label(self, row: AuditEntry) -> str:
        return audit_actions.label(row.action)

    @admin.display(description="对象类别")
    def kind(self, row: AuditEntry) -> str:
        model = _model_of(row)
        return str(model._meta.verbose_name) if model else row.target_type

    @admin.display(description="变更")
    def differences(self, row: AuditEntry) -> str:
        model = _model_of(row)
        lines = []
        for name, value in row.changes.items():
            before, after = value if isinstance(value, list) and len(value) == 2 else (None, value)
            shown = [audit_actions.label(str(side)) if side not in (None, "") else "（空）" for side in (before, after)]
            lines.append((_word(model, name), *shown))
        return format_html_join("", "<div>{}：{} → {}</div>", lines) if lines else "无"
