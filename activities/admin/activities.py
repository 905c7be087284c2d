"""Themes, and what the congress asks of activities."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from activities.models import ActivityRule, Theme
from congress.admin.base import AuditedAdmin


@admin.register(Theme)
class ThemeAdmin(AuditedAdmin):
    """A theme is put out of use; one that no activity has may be deleted."""

    rule = "activities.set_up"
    list_display = ["name", "is_active"]
    search_fields = ["name"]

    def has_delete_permission(self, request: HttpRequest, obj: Theme | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.activities.exists())


@admin.register(ActivityRule)
class ActivityRuleAdmin(AuditedAdmin):
    """One row."""

    rule = "activities.set_up"
    list_display = ["__str__", "code_seconds", "remind_days", "feedback_months"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not ActivityRule.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: ActivityRule | None = None) -> bool:
        return False
