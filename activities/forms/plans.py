"""Forms of the annual plan: beginning a draft, what it says, its items, and each step with its reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from activities.enums import ActivityKind
from activities.forms.training import MONTHS
from activities.models import Activity, AnnualPlan, AnnualPlanItem
from congress.enums import OrganisationKind
from congress.models import Organisation
from deputies.forms.fields import DayField

_ORGANS = (
    OrganisationKind.STANDING_COMMITTEE,
    OrganisationKind.DEPUTIES_OFFICE,
    OrganisationKind.PRESIDIUM,
    OrganisationKind.BRANCH_OFFICE,
)


class DraftForm(forms.Form):
    """The year, and whose items to begin with."""

    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    copied_from = forms.ModelChoiceField(
        AnnualPlan.objects.none(),
        label="从往年计划复制",
        required=False,
        empty_label="不复制，从空白开始",
        help_text="总体要求和全部事项一并复制，年份自动改过来，复制后可以增删修改。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = AnnualPlan.objects.order_by("-year")
        self.fields["copied_from"].queryset = plans
        years = list(plans.values_list("year", "pk"))
        today = timezone.localdate()
        taken = {year for year, _ in years}
        self.fields["year"].initial = next(year for year in range(today.year + (today.month >= 11), 2101) if year not in taken)
        self.fields["copied_from"].initial = years[0][1] if years else None


class PrefaceForm(forms.Form):
    preface = forms.CharField(
        label="总体要求",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="一行一段，印在计划正文的第一部分。",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class ItemForm(forms.Form):
    """One piece of work, when and how often, and who answers for it."""

    text = forms.CharField(
        label="工作内容",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="如：组织代表视察农村饮水安全工程建设情况",
        error_messages={"required": "请填写工作内容。"},
    )
    kind = forms.ChoiceField(label="活动形式", choices=[("", "不限"), *ActivityKind.choices], required=False)
    count = forms.IntegerField(label="计划次数", min_value=1, max_value=999, initial=1)
    first_month = forms.TypedChoiceField(label="从", choices=MONTHS, coerce=int, initial=1)
    last_month = forms.TypedChoiceField(label="至", choices=MONTHS, coerce=int, initial=12)
    responsible = forms.ModelChoiceField(
        Organisation.objects.none(), label="责任单位", empty_label="请选择", error_messages={"required": "请选择责任单位。"}
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, plan: AnnualPlan, item: AnnualPlanItem | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": plan.version}
        if item is not None:
            kwargs["initial"] |= {name: getattr(item, name) for name in self.base_fields if hasattr(item, name)}
        super().__init__(*args, **kwargs)
        kept = Q(pk=item.responsible_id) if item is not None else Q(pk__in=[])
        organs = Organisation.objects.filter(Q(is_active=True, kind__in=_ORGANS) | kept)
        self.fields["responsible"].queryset = organs.order_by("area__path", "code")


class AdoptForm(forms.Form):
    meeting = forms.CharField(
        label="通过的会议",
        max_length=60,
        help_text="如：区八届人大常委会第五十二次主任会议",
        error_messages={"required": "请写明通过计划的主任会议。"},
    )
    on = DayField(label="通过日期", initial=timezone.localdate)


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label="调整原因", max_length=200, widget=forms.Textarea(attrs={"rows": 3}), error_messages={"required": "请写明调整计划的原因。"}
    )


def _label(activity: Activity) -> str:
    day = timezone.localtime(activity.starts_at)
    return f"{day.month}月{day.day}日 {activity.title}（{activity.get_state_display()}）"


class FulfilForm(forms.Form):
    """Activities of the year that count towards no item yet."""

    activities = forms.ModelMultipleChoiceField(
        Activity.objects.none(),
        label="计入这一项的活动",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请勾选活动，至少一次。"},
    )

    def __init__(self, *args: Any, offered: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["activities"]
        field.queryset = offered
        field.label_from_instance = _label
