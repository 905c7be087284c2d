"""Areas and organisations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from congress.admin.base import AuditedAdmin, person
from congress.admin.excel import ExcelMixin
from congress.models import Area, Organisation
from congress.resources import AreaResource, OrganisationResource
from congress.services import areas
from congress.services.areas import CODE_LENGTHS, stands_above


class AreaForm(forms.ModelForm):
    """Holds what the tree needs, so that a refusal stands at its field."""

    class Meta:
        model = Area
        fields = ["code", "name", "kind", "parent", "position", "is_active"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        code, kind, parent = data.get("code", self.instance.code), data.get("kind", self.instance.kind), data.get("parent")
        if code and kind and kind not in CODE_LENGTHS.get(len(code), ()):
            self.add_error(
                "kind" if "kind" in data else None, "类别与区划代码的位数不符：市 4 位，区（县）6 位，镇街 9 位，村（社区）12 位。"
            )
        elif parent and kind and not stands_above(parent.kind, kind):
            self.add_error("parent", f"{parent.get_kind_display()}不能作为它的上级区划。")
        if parent and self.instance.pk and self.instance.contains(parent):
            self.add_error("parent", "上级区划不能在它自己之内。")
        return data


@admin.register(Area)
class AreaAdmin(ExcelMixin, AuditedAdmin):
    rule = "congress.manage_master_data"
    resource_classes = [AreaResource]
    form = AreaForm
    list_display = ["name", "code", "kind", "parent", "position", "is_active"]
    list_filter = ["kind", "is_active"]
    list_select_related = ["parent"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["parent"]
    ordering = ["path"]

    def get_readonly_fields(self, request: HttpRequest, obj: Area | None = None) -> list[str]:
        return ["code"] if obj else []

    def save_model(self, request: HttpRequest, obj: Area, form: forms.ModelForm, change: bool) -> None:
        actor, parent = person(request), obj.parent
        if not change:
            made = areas.create(actor=actor, code=obj.code, name=obj.name, kind=obj.kind, parent=parent, position=obj.position)
            obj.pk, obj.path = made.pk, made.path
        else:
            stored = Area.objects.get(pk=obj.pk)
            stored = areas.move(actor=actor, area=areas.rename(actor=actor, area=stored, name=obj.name), parent=parent)
            obj.path = stored.path
        super().save_model(request, obj, form, change=True)


@admin.register(Organisation)
class OrganisationAdmin(ExcelMixin, AuditedAdmin):
    resource_classes = [OrganisationResource]
    rule = "congress.manage_master_data"
    reading_rule = "congress.read_organisations"
    list_display = ["name", "code", "kind", "area", "phone", "is_active"]
    list_filter = ["kind", "is_active"]
    list_select_related = ["area"]
    search_fields = ["name", "short_name", "code"]
    autocomplete_fields = ["area"]
