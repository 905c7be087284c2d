"""Reply classes, categories, grounds of examination and assignment templates in the staff admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest

from congress.admin.base import AuditedAdmin, person
from congress.models import Organisation
from congress.services import audit
from suggestions.enums import HANDLES
from suggestions.models import AssignmentTemplate, Ground, ReplyClass, ReplyScheme, SuggestionCategory


class ClassFormSet(BaseInlineFormSet):
    """A class that replies were given stays as it is: to change it would rewrite what they said."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        used = set(ReplyClass.objects.filter(scheme=self.instance, replies__isnull=False).values_list("pk", flat=True))
        for form in self.forms:
            if form.instance.pk in used and (form.has_changed() or form.cleaned_data.get("DELETE")):
                raise forms.ValidationError(
                    f"{form.instance.code}类已经用于答复，不能改动。需要调整的，请另立一个方案，再在“建议办理规则”中选用。"
                )


class ClassInline(admin.TabularInline):
    model = ReplyClass
    formset = ClassFormSet
    fields = ["code", "meaning", "settlement"]
    extra = 0
    min_num = 1

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.access.is_office)

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


@admin.register(ReplyScheme)
class ReplySchemeAdmin(AuditedAdmin):
    """A scheme that a profile uses, or replies were classed by, is not deleted."""

    rule = "suggestions.change_rules"
    list_display = ["name", "classes_told"]
    inlines = [ClassInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReplyScheme]:
        return super().get_queryset(request).prefetch_related("classes")

    @admin.display(description="分类")
    def classes_told(self, scheme: ReplyScheme) -> str:
        return "；".join(f"{row.code} {row.meaning}" for row in scheme.classes.all())

    def has_delete_permission(self, request: HttpRequest, obj: ReplyScheme | None = None) -> bool:
        in_use = obj is not None and (obj.profiles.exists() or obj.classes.filter(replies__isnull=False).exists())
        return super().has_delete_permission(request, obj) and not in_use

    def save_formset(self, request: HttpRequest, form: forms.ModelForm, formset: BaseInlineFormSet, change: bool) -> None:
        before = _classes(form.instance)
        super().save_formset(request, form, formset, change)
        if changes := audit.difference({"classes": before}, {"classes": _classes(form.instance)}):
            audit.record(person(request), "suggestions.change_reply_classes", form.instance, changes=changes)


def _classes(scheme: ReplyScheme) -> str:
    rows = ReplyClass.objects.filter(scheme=scheme).order_by("code")
    return "；".join(f"{row.code} {row.meaning}（{row.get_settlement_display()}）" for row in rows)


class _Dictionary(AuditedAdmin):
    """A word is put out of use; one that nothing refers to may be deleted. ``used_by`` counts what does."""

    rule = "suggestions.change_rules"
    list_editable = ()
    used_by = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(used=Count(self.used_by))

    @admin.display(description="已用（件）", ordering="used")
    def used(self, row: Any) -> int:
        return int(row.used)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and getattr(obj, self.used_by).exists())


@admin.register(SuggestionCategory)
class SuggestionCategoryAdmin(_Dictionary):
    list_display = ["name", "position", "is_active", "used"]
    search_fields = ["name"]
    used_by = "suggestions"


@admin.register(Ground)
class GroundAdmin(_Dictionary):
    list_display = ["text", "position", "is_active", "used"]
    search_fields = ["text"]
    used_by = "examinations"


@admin.register(AssignmentTemplate)
class AssignmentTemplateAdmin(AuditedAdmin):
    rule = "suggestions.change_rules"
    list_display = ["name", "instruction"]
    search_fields = ["name"]
    filter_horizontal = ["answering", "supporting"]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = Organisation.objects.active().filter(kind__in=HANDLES).order_by("code")
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        before = _units(form.instance)
        super().save_related(request, form, formsets, change)
        if changes := audit.difference(before, _units(form.instance)):
            audit.record(person(request), "suggestions.change_template_units", form.instance, changes=changes)


def _units(template: AssignmentTemplate) -> dict[str, str]:
    return {name: "、".join(unit.name for unit in getattr(template, name).order_by("code")) for name in ("answering", "supporting")}
