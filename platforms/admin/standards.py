"""Standards in the staff admin: editing one that platforms were checked against makes its next version."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from congress.admin.base import RuledAdmin, person
from platforms.models import Standard, StandardItem
from platforms.services.standards import ItemData, create_standard, revise_standard

_FIELDS = ("name", "scope", "source", "position")


class ItemForm(forms.ModelForm):
    """A code, once given, stays: figures and score tables refer to it."""

    class Meta:
        model = StandardItem
        fields = ["position", "code", "name", "short_name", "requirement"]
        widgets = {
            "code": forms.TextInput(attrs={"size": 16}),
            "name": forms.TextInput(attrs={"size": 22}),
            "short_name": forms.TextInput(attrs={"size": 8}),
            "requirement": forms.Textarea(attrs={"rows": 3, "cols": 30}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].required = False
            self.fields["code"].disabled = bool(self.instance.pk)
            self.fields["code"].help_text = "留空自动编号"


class ItemInline(admin.TabularInline):
    model = StandardItem
    form = ItemForm
    extra = 0
    min_num = 1

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.access.is_office)  # type: ignore[union-attr]

    def has_add_permission(self, request: HttpRequest, obj: Standard | None = None) -> bool:
        return self.has_view_permission(request) and (obj is None or obj.is_current)

    has_change_permission = has_delete_permission = has_add_permission  # type: ignore[assignment]


@admin.register(Standard)
class StandardAdmin(RuledAdmin):
    """Earlier versions can be read, not edited, and none is deleted: checks of the past stand on them."""

    rule = "platforms.manage_standards"
    fields = ["name", "key", "scope", "source", "position"]
    list_display = ["name", "key", "version", "scope", "size", "is_current"]
    list_filter = ["is_current", "scope"]
    search_fields = ["name", "key", "items__name"]
    inlines = [ItemInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Standard]:
        return super().get_queryset(request).annotate(size=Count("items"))

    @admin.display(description="项目数", ordering="size")
    def size(self, standard: Standard) -> int:
        return int(standard.size)  # type: ignore[attr-defined]

    def get_readonly_fields(self, request: HttpRequest, obj: Standard | None = None) -> list[str]:
        return ["key"] if obj else []

    def has_change_permission(self, request: HttpRequest, obj: Standard | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_current)

    def has_view_permission(self, request: HttpRequest, obj: Standard | None = None) -> bool:
        return super().has_change_permission(request, None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Standard, form: forms.ModelForm, change: bool) -> None:
        """Waits for the items: one service writes them together, in ``save_related``."""

    def construct_change_message(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, add: bool = False) -> list[Any]:
        """Nothing: what changed is in the audit trail, and the formsets saved nothing by themselves."""
        return []

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        items = [
            ItemData(data["code"], data["name"], data["short_name"], data["requirement"], data["position"])
            for formset in formsets
            for data in formset.cleaned_data
            if data and not data.get("DELETE")
        ]
        fields = {name: form.cleaned_data[name] for name in _FIELDS}
        if not change:
            form.instance.pk = create_standard(actor=person(request), key=form.cleaned_data["key"], items=items, **fields).pk
            return
        saved = revise_standard(actor=person(request), standard=form.instance, items=items, **fields)
        if saved.pk != form.instance.pk:
            messages.info(request, f"已有平台按原版检查过，修改存为第{saved.version}版并立即施行，达标情况按项目编号带入。")
