"""Platforms in the staff admin: the same services as the pages, and Excel in and out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from congress.admin.base import RuledAdmin, person
from congress.admin.excel import ExcelMixin
from congress.errors import DomainError
from platforms.models import Platform
from platforms.resources import PlatformResource
from platforms.services import platforms as service


class PlatformAdminForm(forms.ModelForm):
    class Meta:
        model = Platform
        fields = service.FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].required = False
            self.fields["code"].help_text = "留空由系统编号。"

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).strip() or self.initial.get("code", "")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("host_company") and not data.get("is_specialty"):
            self.add_error("host_company", "填写依托企业（合作社）的应是特色平台。请勾选“特色平台”，或清空此项。")
        stored = Platform.objects.select_related("unit").get(pk=self.instance.pk) if self.instance.pk else None
        try:
            service.refuse_change(stored, code=data.get("code", ""), area=data.get("area"))
        except DomainError as refusal:
            self.add_error(None, str(refusal))
        return data


@admin.register(Platform)
class PlatformAdmin(ExcelMixin, RuledAdmin):
    """A platform is put out of use, not deleted: its assessments keep its name."""

    rule = "congress.manage_master_data"
    resource_classes = [PlatformResource]
    form = PlatformAdminForm
    fieldsets = [
        (
            None,
            {"fields": ["name", "kind", "area", "code", "address", "opening_hours", "contact_name", "phone", "founded_on", "is_active"]},
        ),
        ("分片联系和标记", {"fields": ["guiding_leader", "guiding_office", "is_demonstration", "is_specialty", "host_company"]}),
    ]
    list_display = ["name", "code", "kind", "unit", "area", "is_demonstration", "is_specialty", "is_active"]
    list_filter = ["kind", "is_demonstration", "is_specialty", "is_active", "unit"]
    list_select_related = ["unit", "area"]
    search_fields = ["name", "code", "host_company", "area__name"]
    autocomplete_fields = ["area", "guiding_leader", "guiding_office"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Platform, form: forms.ModelForm, change: bool) -> None:
        if change:
            service.update_platform(actor=person(request), platform=obj, **form.cleaned_data)
        else:
            made = service.create_platform(actor=person(request), **form.cleaned_data)
            obj.pk, obj.code = made.pk, made.code
