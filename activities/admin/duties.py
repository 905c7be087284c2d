"""Duty rules in the staff admin: a change of what is asked ends the rule and makes its next version, so that the past stays."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import lazy

from activities.duties.subjects import FIGURE_SUBJECTS
from activities.models import DutyRule, DutyRuleFigure
from activities.services import duties as service
from congress import figures
from congress.admin.base import RuledAdmin, person
from congress.errors import DomainError

_FIELDS = (*service.NAMING, *service.COUNTING, "starts_on", "ends_on")
_HINT = (
    "履职要求对最后一日在起用日期至停用日期之间的周期有效。已经结束的周期不改写：改动对象、周期、标准或者计入的指标时，"
    "原要求自动停用到上一周期为止，从本周期起按新的一条计算。不再要求的，填写停用日期。"
)


def _figure_choices() -> list[tuple[str, str]]:
    subjects = set(FIGURE_SUBJECTS.values())
    return [("", "请选择"), *((each.key, f"{each.label}（{each.key}）") for each in figures.registered() if each.subject in subjects)]


class FigureForm(forms.ModelForm):
    """The figure is chosen from the registered ones; a key that nobody has registered yet stays as it is."""

    figure = forms.ChoiceField(label="指标", choices=lazy(_figure_choices, list)())

    class Meta:
        model = DutyRuleFigure
        fields = ["figure", "argument"]
        help_texts = {"argument": "活动形式等的代码，几种用“|”隔开，如：research|enforcement_check"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        key = self.instance.figure
        if "figure" in self.fields and key and figures.find(key) is None:
            self.fields["figure"].choices = [*_figure_choices(), (key, f"尚未启用（{key}）")]  # type: ignore[attr-defined]


def _counted(formset: BaseInlineFormSet) -> list[tuple[str, str]]:
    return [(data["figure"], data["argument"]) for data in formset.cleaned_data if data and not data.get("DELETE")]


class FigureFormSet(BaseInlineFormSet):
    """Says what the service would refuse while the form is still on the screen."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors) or not self.instance.subject or not self.instance.period:
            return
        fields = {name: getattr(self.instance, name) for name in _FIELDS}
        try:
            if self.instance.pk:
                service.refuse_change(rule=self.instance, counted=_counted(self), **fields)
            elif self.instance.code:
                service.refuse_new(counted=_counted(self), code=self.instance.code, **fields)
        except DomainError as refusal:
            raise ValidationError(str(refusal)) from refusal


class FigureInline(admin.TabularInline):
    model = DutyRuleFigure
    form = FigureForm
    formset = FigureFormSet
    extra = 0
    min_num = 1

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.access.is_office)  # type: ignore[union-attr]

    def has_add_permission(self, request: HttpRequest, obj: DutyRule | None = None) -> bool:
        return self.has_view_permission(request) and (obj is None or not _is_over(obj))

    has_change_permission = has_delete_permission = has_add_permission  # type: ignore[assignment]


class FamilyFilter(admin.SimpleListFilter):
    """By 所属; a rule of its own has none, which the stock filter shows as a link without words."""

    title = "所属"
    parameter_name = "family"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        families = DutyRule.objects.exclude(family="").order_by("family").values_list("family", flat=True).distinct()
        return [*((family, family) for family in families), ("-", "单列")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[DutyRule]) -> QuerySet[DutyRule]:
        if self.value() is None:
            return queryset
        return queryset.filter(family="" if self.value() == "-" else self.value())


def _is_over(rule: DutyRule) -> bool:
    return rule.ends_on is not None and rule.ends_on < timezone.localdate()


@admin.register(DutyRule)
class DutyRuleAdmin(RuledAdmin):
    """None is deleted: the past stands on them."""

    rule = "activities.manage_duty_rules"
    fieldsets = [
        (None, {"fields": ["family", "name", "code", "basis", "position"], "description": _HINT}),
        ("要求", {"fields": [("subject", "level", "kinds"), "period", ("minimum", "maximum"), ("starts_on", "ends_on")]}),
    ]
    list_display = ["name", "family", "subject", "level", "period", "minimum", "maximum", "starts_on", "ends_on"]
    list_filter = [FamilyFilter, "subject", "period"]
    search_fields = ["name", "code", "family"]
    inlines = [FigureInline]

    def get_readonly_fields(self, request: HttpRequest, obj: DutyRule | None = None) -> list[str]:
        return ["code"] if obj else []

    def has_change_permission(self, request: HttpRequest, obj: DutyRule | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or not _is_over(obj))

    def has_view_permission(self, request: HttpRequest, obj: DutyRule | None = None) -> bool:
        return super().has_change_permission(request, None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: DutyRule, form: forms.ModelForm, change: bool) -> None:
        """Waits for the figures: one service writes them together, in ``save_related``."""

    def construct_change_message(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, add: bool = False) -> list[Any]:
        """Nothing: what changed is in the audit trail, and the formsets saved nothing by themselves."""
        return []

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        counted = [pair for formset in formsets for pair in _counted(formset)]
        fields = {name: form.cleaned_data[name] for name in _FIELDS}
        if not change:
            form.instance.pk = service.create_rule(actor=person(request), counted=counted, code=form.cleaned_data["code"], **fields).pk
            return
        saved = service.change_rule(actor=person(request), rule=form.instance, counted=counted, **fields)
        if saved.pk != form.instance.pk:
            messages.info(request, f"原要求已用于结束的周期，到上一周期为止；新的要求（{saved.code}）从{_cn(saved.starts_on)}起计算。")


def _cn(day: Any) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
