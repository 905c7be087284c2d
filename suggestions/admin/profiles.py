"""Rule profiles in the staff admin, with their limits and weights. What is changed holds for clocks that start from then on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import lazy

from congress import figures
from congress.admin.base import AuditedAdmin, person
from congress.errors import DomainError
from congress.models import Congress
from congress.services import audit
from congress.workdays import Limit
from suggestions.models import AppraisalWeight, ProfileLimit, RuleProfile
from suggestions.services import profiles as service
from suggestions.services.appraising import ANSWERED

_HINT = (
    "改动只对以后起算的期限有效：正在计时的期限按起算时的规定，不改变；已经定稿的承办单位考评也不改变。"
    "期限写作 10wd（10个工作日）、3m（3个月）、30d（30日）；删去一行，就不再有这项期限。"
)


def _figure_choices() -> list[tuple[str, str]]:
    counted = [each for each in figures.registered() if each.subject == "unit" and each.key != ANSWERED]
    return [("", "请选择"), *((each.key, f"{each.label}（{each.key}）") for each in counted)]


class LimitForm(forms.ModelForm):
    class Meta:
        model = ProfileLimit
        fields = ["kind", "limit"]

    def clean_limit(self) -> str:
        try:
            return str(Limit.parse(self.cleaned_data["limit"]))
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class WeightForm(forms.ModelForm):
    """The figure is chosen from the registered ones; a key that nobody has registered yet stays as it is."""

    figure = forms.ChoiceField(label="指标", choices=lazy(_figure_choices, list)())

    class Meta:
        model = AppraisalWeight
        fields = ["position", "figure", "label", "weight"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        key = self.instance.figure
        if "figure" in self.fields and key and figures.find(key) is None:
            self.fields["figure"].choices = [*_figure_choices(), (key, f"尚未启用（{key}）")]


class _OfProfile:
    """An inline opens with its profile."""

    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.access.is_office)

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


class LimitInline(_OfProfile, admin.TabularInline):
    model = ProfileLimit
    form = LimitForm


class WeightInline(_OfProfile, admin.TabularInline):
    model = AppraisalWeight
    form = WeightForm


@admin.register(RuleProfile)
class RuleProfileAdmin(AuditedAdmin):
    """One of each congress; a congress without any gets the shipped one, so none is added or deleted by hand."""

    rule = "suggestions.change_rules"
    list_display = ["congress", "name", "scheme", "bill_cosigners", "key_least", "least_sample", "longest_extension"]
    list_select_related = ["congress", "scheme"]
    fieldsets = [
        (None, {"fields": ["congress", "name", "basis", "scheme"], "description": _HINT}),
        ("议案和联名", {"fields": ["bill_cosigners", "cosigners_withdraw", "answer_every_cosigner"]}),
        ("办理和评价", {"fields": ["longest_extension", "reminders_before_excluded", "yellow_workdays"]}),
        ("督办和考评", {"fields": ["key_least", "least_sample", "reports_month"]}),
    ]
    readonly_fields = ["congress"]
    inlines = [LimitInline, WeightInline]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if self.has_view_permission(request):
            for congress in Congress.objects.filter(suggestion_rules=None):
                service.profile_of(congress)
        return super().changelist_view(request, extra_context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: RuleProfile | None = None) -> bool:
        return False

    def save_formset(self, request: HttpRequest, form: forms.ModelForm, formset: BaseInlineFormSet, change: bool) -> None:
        """Limits go through their service, which leaves running clocks alone; of weights the audit trail keeps both sums."""
        if formset.model is ProfileLimit:
            rows = [data for data in formset.cleaned_data if data and not data.get("DELETE")]
            service.set_limits(actor=person(request), profile=form.instance, limits={row["kind"]: row["limit"] for row in rows})
            formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
            return
        before = _weights(form.instance)
        super().save_formset(request, form, formset, change)
        if changes := audit.difference({"weights": before}, {"weights": _weights(form.instance)}):
            audit.record(person(request), "suggestions.change_weights", form.instance, changes=changes)


def _weights(profile: RuleProfile) -> str:
    return "、".join(str(row) for row in profile.weights.order_by("position", "pk"))
