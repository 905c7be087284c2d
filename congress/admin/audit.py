"""The audit trail: for the audit administrator to read, for nobody to change."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join

from congress import audit_actions
from congress.admin.base import RuledAdmin
from congress.models import AuditEntry


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
    list_display = ["at", "actor_name", "action_label", "target_name", "target_ref", "outcome", "reason", "ip"]
    list_filter = ["outcome", "at", ActionFilter]
    search_fields = ["actor_name", "target_name", "target_ref", "reason", "ip"]
    fields = [
        "at",
        "actor_name",
        "ip",
        "agent",
        "action_label",
        "target_type",
        "target_ref",
        "target_name",
        "outcome",
        "reason",
        "differences",
    ]
    readonly_fields = ["action_label", "kind", "differences"]
    show_full_result_count = False
    actions = None
    search_help_text = "可查操作人、对象、编号、说明和来源地址"

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
