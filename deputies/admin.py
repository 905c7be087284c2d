"""Deputies, their mandates and electoral districts in the staff admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.functional import lazy

from congress import figures
from congress.admin.base import AuditedAdmin
from congress.admin.excel import ExcelMixin
from deputies.models import BallotAspect, Deputy, DutyReportRule, ElectoralDistrict, Mandate, OpinionCategory, PeerRule, PointRule
from deputies.pinyin import initials
from deputies.resources.register import DeputyResource
from deputies.services import points


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


def _figure_choices() -> list[tuple[str, str]]:
    return [("", "请选择"), *((each.key, f"{each.label}（{each.key}）") for each in points.about_deputies())]


class PointRuleForm(forms.ModelForm):
    """The figure is chosen from the registered ones about deputies; a key that nobody has registered yet stays as it is."""

    figure = forms.ChoiceField(label="指标", choices=lazy(_figure_choices, list)(), error_messages={"required": "请选择指标。"})

    class Meta:
        model = PointRule
        fields = ["position", "label", "figure", "argument", "level", "needed", "base", "per_extra", "cap", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        key = self.instance.figure
        if "figure" in self.fields and key and figures.find(key) is None:
            self.fields["figure"].choices = [*_figure_choices(), (key, f"尚未启用（{key}）")]  # type: ignore[attr-defined]

    def clean_argument(self) -> str:
        """Several kinds one after the other, with one comma between them however they were typed."""
        return ",".join(part.strip() for part in self.cleaned_data["argument"].replace("，", ",").split(",") if part.strip())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        base, cap = data.get("base"), data.get("cap")
        if base is not None and cap is not None and cap < base:
            self.add_error("cap", "封顶分不能低于基础分。")
        same = PointRule.objects.filter(figure=data.get("figure"), argument=data.get("argument", ""), level=data.get("level", ""))
        if data.get("figure") and same.exclude(pk=self.instance.pk).exists():
            self.add_error("figure", "同一指标、限定和层级已有一条规则，请修改那一条。")
        return data


@admin.register(PointRule)
class PointRuleAdmin(AuditedAdmin):
    """What each kind of work counts in a dossier. Dossiers on paper keep the points they were printed with."""

    rule = "deputies.manage_deputies"
    form = PointRuleForm
    list_display = ["label", "for_level", "counts", "needed", "base", "per_extra", "cap", "is_active"]
    list_filter = ["is_active", "level"]
    search_fields = ["label", "figure"]

    @admin.display(description="适用层级", ordering="level")
    def for_level(self, rule: PointRule) -> str:
        return rule.get_level_display() or "各级"

    @admin.display(description="指标", ordering="figure")
    def counts(self, rule: PointRule) -> str:
        figure = figures.find(rule.figure)
        name = figure.label if figure else f"尚未启用（{rule.figure}）"
        return f"{name}：{rule.argument.replace(',', '、')}" if rule.argument else name


@admin.register(PeerRule)
class PeerRuleAdmin(AuditedAdmin):
    """One row."""

    rule = "deputies.manage_deputies"
    list_display = ["__str__", "least_peers"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not PeerRule.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: PeerRule | None = None) -> bool:
        return False
