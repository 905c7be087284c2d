"""Deputies, their mandates and electoral districts in the staff admin."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet

from congress.admin.base import AuditedAdmin
from congress.admin.excel import ExcelMixin
from deputies.models import Deputy, ElectoralDistrict, Mandate, OpinionCategory
from deputies.resources import DeputyResource


class MandateInline(admin.StackedInline):
    model = Mandate
    extra = 0
    autocomplete_fields = ["term", "area", "electoral_district"]
    fields = [
        ("term", "area"),
        ("electoral_district", "card_number"),
        ("starts_on", "status"),
        ("ends_on", "end_reason"),
    ]

    def has_view_permission(self, request, obj=None) -> bool:
        return request.user.access.is_office

    has_change_permission = has_delete_permission = has_view_permission

    def has_add_permission(self, request, obj=None) -> bool:
        return self.has_view_permission(request, obj)


@admin.register(Deputy)
class DeputyAdmin(ExcelMixin, AuditedAdmin):
    rule = "deputies.manage_deputies"
    resource_classes = [DeputyResource]
    list_display = ["name", "code", "sex", "nationality", "position", "phone"]
    list_filter = ["sex", "mandates__status", "mandates__term"]
    search_fields = ["name", "code", "phone"]
    autocomplete_fields = ["user"]
    inlines = [MandateInline]

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
