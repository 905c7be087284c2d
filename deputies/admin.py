"""Deputies, their mandates and electoral districts in the staff admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from congress.admin.base import AuditedAdmin
from congress.admin.excel import ExcelMixin
from deputies.models import BallotAspect, Deputy, DutyReportRule, ElectoralDistrict, Mandate, OpinionCategory
from deputies.pinyin import initials
from deputies.resources.register import DeputyResource


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


@admin.register(BallotAspect)
class BallotAspectAdmin(AuditedAdmin):
    """An aspect that meetings are rated in keeps its name: results announced under it must not come to say something else."""

    rule = "deputies.manage_deputies"
    list_display = ["name", "position", "is_active"]
    search_fields = ["name"]

    def get_readonly_fields(self, request: HttpRequest, obj: BallotAspect | None = None) -> list[str]:
        return ["name"] if obj and obj.ballots.exists() else []

    def has_delete_permission(self, request: HttpRequest, obj: BallotAspect | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and (obj.ballots.exists() or obj.meetings.exists()))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


@admin.register(DutyReportRule)
class DutyReportRuleAdmin(AuditedAdmin):
    """One row."""

    rule = "deputies.manage_deputies"
    list_display = ["__str__", "least_voters", "least_per_term"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not DutyReportRule.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: DutyReportRule | None = None) -> bool:
        return False
