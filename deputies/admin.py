"""Deputies, their mandates and electoral districts in the staff admin."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from congress.admin.base import AuditedAdmin
from congress.admin.excel import ExcelMixin
from deputies.models import Deputy, ElectoralDistrict, Mandate, OpinionCategory
from deputies.pinyin import initials
from deputies.resources import DeputyResource


class MandateInline(admin.TabularInline):
    """For reading: seats are entered, corrected and ended on the deputy's page, where services hold their rules."""

    model = Mandate
    extra = 0
    fields = ["term", "area", "electoral_district", "card_number", "starts_on", "status", "ends_on", "end_reason"]

    def has_view_permission(self, request, obj=None) -> bool:
        return request.user.access.is_office

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(Deputy)
class DeputyAdmin(ExcelMixin, AuditedAdmin):
    rule = "deputies.manage_deputies"
    resource_classes = [DeputyResource]
    list_display = ["name", "code", "sex", "nationality", "position", "phone"]
    list_filter = ["sex", "mandates__status", "mandates__term"]
    search_fields = ["name", "code", "phone"]
    autocomplete_fields = ["user"]
    inlines = [MandateInline]

    def save_model(self, request: HttpRequest, obj: Deputy, form: ModelForm, change: bool) -> None:
        obj.initials = initials(obj.name)
        super().save_model(request, obj, form, change)

    def exported_rows(self, queryset: QuerySet[Deputy]) -> QuerySet[Mandate]:
        """The resource's rows are mandates: one line for each seat of the deputies listed."""
        return DeputyResource.with_all(Mandate.objects.filter(deputy__in=queryset.order_by()))


@admin.register(ElectoralDistrict)
class ElectoralDistrictAdmin(AuditedAdmin):
    rule = "deputies.manage_deputies"
    list_display = ["name", "code", "term", "area", "seats"]
    list_filter = ["term"]
    list_select_related = ["term__congress", "area"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["term", "area"]


@admin.register(OpinionCategory)
class OpinionCategoryAdmin(AuditedAdmin):
    rule = "deputies.manage_deputies"
    list_display = ["name", "parent", "position", "is_active"]
    list_filter = ["is_active", "parent"]
    list_select_related = ["parent"]
    search_fields = ["name"]
