"""What every table in the staff admin has in common: our rules decide, and each change is in the audit trail."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from congress.access import may
from congress.models import User
from congress.services import audit


def person(request: HttpRequest) -> User:
    """Whoever signs the change; the admin's own gate let nobody else through."""
    assert isinstance(request.user, User)
    return request.user


class RuledAdmin(admin.ModelAdmin):
    """Permissions from ``may()`` instead of permission rows, and ``X-Total-Count`` on the list.

    ``rule`` opens the table for changing; ``reading_rule`` opens it for looking, when that is another one.
    """

    rule: str
    reading_rule: str = ""
    list_per_page = 100
    list_max_show_all = 100

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, self.reading_rule or self.rule, obj) or self.has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request.user, self.rule)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, self.rule, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, self.rule, obj)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().changelist_view(request, {"title": self.opts.verbose_name_plural, **(extra_context or {})})
        listed = getattr(response, "context_data", None) or {}
        if "cl" in listed:
            response["X-Total-Count"] = str(listed["cl"].result_count)
        return response


class AuditedAdmin(RuledAdmin):
    """For tables without services of their own: what was added, changed or deleted goes into the audit trail as it is saved.

    Fields named in ``unaudited`` stay out of it: secrets, and what the clock writes.
    """

    unaudited: Collection[str] = ()

    def save_model(self, request: HttpRequest, obj: Model, form: forms.ModelForm, change: bool) -> None:
        audited = [field.attname for field in self.model._meta.concrete_fields if field.name not in self.unaudited]
        row = self.model._default_manager.filter(pk=obj.pk)
        before = row.values(*audited).first() or {}
        super().save_model(request, obj, form, change)
        after = self.model._default_manager.values(*audited).get(pk=obj.pk)
        changes = audit.difference(before, after)
        if changes:
            audit.record(
                person(request), f"{obj._meta.app_label}.{'change' if change else 'create'}_{obj._meta.model_name}", obj, changes=changes
            )

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        audit.record(person(request), f"{obj._meta.app_label}.delete_{obj._meta.model_name}", obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for obj in queryset:
            self.delete_model(request, obj)
