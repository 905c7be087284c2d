"""Score tables in the staff admin. Once a round has started with a table it can be read and copied, no longer changed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Max, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.functional import lazy

from congress import figures
from congress.admin.base import AuditedAdmin, person
from congress.errors import DomainError
from congress.services import audit
from congress.workdays import Limit
from platforms.enums import Subject
from platforms.models import DeductionRule, Grade, ScoreItem, ScoreTable
from platforms.services import tables

_LIMITS = ("self_scoring_limit", "cross_scoring_limit", "sign_off_limit", "objection_limit", "rectification_limit")
_FROZEN = "本版已用于考评，不再修改。需要调整的，请在列表中勾选本版，执行“另存为新版本”，修改后再“设为现行”。"
_OPEN = "本版尚未用于考评，可以修改。考评开始时按现行的一版冻结。"


def _figure_choices() -> list[tuple[str, str]]:
    return [("", "暂无系统建议"), *((each.key, f"{each.label}（{each.key}）") for each in figures.registered())]


class TableForm(forms.ModelForm):
    class Meta:
        model = ScoreTable
        fields = ["name", "platform_weight", "bonus_cap", "score_step", "rectify_below", "opens_before_end", *_LIMITS]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for name in _LIMITS:
            if name in data:
                try:
                    data[name] = str(Limit.parse(data[name]))
                except DomainError as refusal:
                    self.add_error(name, str(refusal))
        if data.get("score_step") is not None and data["score_step"] <= 0:
            self.add_error("score_step", "打分间隔应大于0。")
        return data


class ItemForm(forms.ModelForm):
    """The figure is chosen from the registered ones; a key that nobody has registered yet stays as it is."""

    figure = forms.ChoiceField(label="指标", required=False, choices=lazy(_figure_choices, list)())

    class Meta:
        model = ScoreItem
        fields = [
            "position", "code", "group", "name", "subject", "max_score", "is_bonus", "criteria", "evidence",
            "figure", "figure_argument", "method", "full_at",
        ]  # fmt: skip
        widgets = {"criteria": forms.Textarea(attrs={"rows": 3, "cols": 60})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        key = self.instance.figure
        if "figure" in self.fields and key and figures.find(key) is None:
            self.fields["figure"].choices = [*_figure_choices(), (key, f"尚未启用（{key}）")]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        figure = figures.find(data.get("figure") or "")
        if figure is not None and "subject" in data and figure.subject != data["subject"]:
            known = {subject.value: subject.label for subject in Subject}
            wanted = Subject(data["subject"]).label
            self.add_error("figure", f"“{figure.label}”不是按{wanted}统计的指标（统计对象：{known.get(figure.subject, '代表')}）。")
        return data


class _OfTable:
    """An inline opens and closes with its table."""

    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.access.is_office)  # type: ignore[union-attr]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request) and (obj is None or obj.frozen_at is None)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request, obj)


class ItemInline(_OfTable, admin.StackedInline):
    model = ScoreItem
    form = ItemForm
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("position", "code", "group", "name"), ("subject", "max_score", "is_bonus"), "criteria", "evidence",
                    ("figure", "figure_argument"), ("method", "full_at"),
                ]
            },
        )
    ]  # fmt: skip


class RuleInline(_OfTable, admin.TabularInline):
    model = DeductionRule
    fields = ["position", "code", "name", "points", "trigger"]


class GradeInline(_OfTable, admin.TabularInline):
    model = Grade
    fields = ["name", "minimum"]


@admin.register(ScoreTable)
class ScoreTableAdmin(AuditedAdmin):
    rule = "platforms.manage_score_table"
    form = TableForm
    unaudited = ("frozen_at",)
    list_display = ["name", "version", "is_current", "platform_sum", "area_sum", "bonus_sum", "platform_weight", "frozen_at"]
    list_display_links = ["name"]
    search_fields = ["name", "items__name"]
    readonly_fields = ["version", "is_current", "platform_sum", "area_sum", "bonus_sum"]
    inlines = [ItemInline, RuleInline, GradeInline]
    actions = ["save_as_new_version", "make_current"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScoreTable]:
        return super().get_queryset(request).prefetch_related("items")

    def get_fieldsets(self, request: HttpRequest, obj: ScoreTable | None = None) -> Any:
        weights = ["platform_weight", "bonus_cap", "score_step", "rectify_below"]
        sums = [("platform_sum", "area_sum", "bonus_sum")] if obj else []
        return [
            (
                None,
                {
                    "fields": ["name", *([("version", "is_current")] if obj else [])],
                    "description": _FROZEN if obj and obj.frozen_at else _OPEN,
                },
            ),
            ("分值与权重", {"fields": [*sums, *weights]}),
            ("期限", {"fields": ["opens_before_end", *_LIMITS], "description": "10wd 为 10 个工作日，1m 为 1 个月，30d 为 30 日。"}),
        ]

    @admin.display(description="平台项目合计")
    def platform_sum(self, table: ScoreTable) -> str:
        return f"{tables.sums(table)[Subject.PLATFORM].normalize():f}"

    @admin.display(description="镇（街道）项目合计")
    def area_sum(self, table: ScoreTable) -> str:
        return f"{tables.sums(table)[Subject.AREA].normalize():f}"

    @admin.display(description="加分项合计")
    def bonus_sum(self, table: ScoreTable) -> str:
        return f"{tables.sums(table)['bonus'].normalize():f}"

    def has_change_permission(self, request: HttpRequest, obj: ScoreTable | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.frozen_at is None)

    def has_view_permission(self, request: HttpRequest, obj: ScoreTable | None = None) -> bool:
        return super().has_change_permission(request, None)

    def has_delete_permission(self, request: HttpRequest, obj: ScoreTable | None = None) -> bool:
        return obj is not None and obj.frozen_at is None and not obj.is_current and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def save_model(self, request: HttpRequest, obj: ScoreTable, form: forms.ModelForm, change: bool) -> None:
        if not change:
            obj.version = (ScoreTable.objects.aggregate(last=Max("version"))["last"] or 0) + 1
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: forms.ModelForm, formset: BaseInlineFormSet, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        changes = {
            **{str(row): [None, "新增"] for row in formset.new_objects},
            **{str(row): ["修改", fields] for row, fields in formset.changed_objects},
            **{str(row): ["删除", None] for row in formset.deleted_objects},
        }
        if changes:
            audit.record(person(request), f"platforms.change_{formset.model._meta.model_name}s", form.instance, changes=changes)

    @admin.action(description="另存为新版本", permissions=["view"])
    def save_as_new_version(self, request: HttpRequest, queryset: QuerySet[ScoreTable]) -> None:
        for table in queryset:
            made = tables.new_version(actor=person(request), table=table)
            self.message_user(request, f"已另存为《{made}》，修改后请设为现行。", messages.SUCCESS)

    @admin.action(description="设为现行", permissions=["view"])
    def make_current(self, request: HttpRequest, queryset: QuerySet[ScoreTable]) -> None:
        if queryset.count() != 1:
            self.message_user(request, "请只勾选一版。", messages.ERROR)
            return
        try:
            table = tables.make_current(actor=person(request), table=queryset[0])
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, f"《{table}》已设为现行，下一次考评按此进行。", messages.SUCCESS)
