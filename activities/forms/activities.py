"""Forms about activities: planning, inviting, answering, signing in by list, what came of it, forwarding."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from activities.enums import ActivityKind
from activities.models import Activity, AnnualPlan, AnnualPlanItem, Participation, Theme, TrainingBatch
from activities.querysets.activities import officer_groups
from activities.services.activities import MOST_COPIES, Overlap
from congress.enums import AreaKind, OrganisationKind, Role
from congress.models import Area, Organisation, User
from congress.upload_fields import UploadsField
from congress.workdays import add_months
from deputies.forms.contacts import MomentInput
from deputies.forms.fields import DayField, PlaceField
from deputies.models import DeputyGroup
from platforms.models import Platform

_MOST_TEXT = 20000
_ORGANS = (
    OrganisationKind.STANDING_COMMITTEE,
    OrganisationKind.DEPUTIES_OFFICE,
    OrganisationKind.PRESIDIUM,
    OrganisationKind.BRANCH_OFFICE,
)
_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


class MomentField(forms.DateTimeField):
    """A day and an hour, chosen from the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {"invalid": "请按“年月日 时分”填写。", **kwargs.pop("error_messages", {})}
        super().__init__(widget=MomentInput, input_formats=_FORMATS, error_messages=messages, **kwargs)


def _under(paths: Iterable[str], field: str) -> Q:
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(**{f"{field}__startswith": path})
    return found


class PlanItemField(forms.ModelChoiceField):
    """An item of an annual plan, with its year and its number."""

    def label_from_instance(self, obj: AnnualPlanItem) -> str:
        return f"{obj.plan.year}年第{obj.position}项 {obj.text}"


class ActivityForm(forms.Form):
    """What is planned. A group's officers plan for their groups, town staff for their town, the office for all."""

    title = forms.CharField(label="名称", max_length=80, error_messages={"required": "请填写活动名称。"})
    kind = forms.ChoiceField(label="形式", choices=[("", "请选择"), *ActivityKind.choices], error_messages={"required": "请选择活动形式。"})
    organiser = forms.ModelChoiceField(
        label="组织单位", queryset=Organisation.objects.none(), empty_label=None, error_messages={"required": "请选择组织单位。"}
    )
    group = forms.ModelChoiceField(label="代表小组", queryset=DeputyGroup.objects.none(), required=False, empty_label="不是小组活动")
    platform = forms.ModelChoiceField(label="履职平台", queryset=Platform.objects.none(), required=False, empty_label="不在平台举行")
    area = PlaceField(label="所在区划", queryset=Area.objects.none(), required=False, empty_label="组织单位所在区划")
    starts_at = MomentField(
        label="开始时间", help_text="活动按实际举行的日期计入所在季度、年度的数据。", error_messages={"required": "请填写开始时间。"}
    )
    ends_at = MomentField(label="结束时间", error_messages={"required": "请填写结束时间。"})
    place = forms.CharField(label="地点", max_length=80, error_messages={"required": "请填写地点。"})
    objective = forms.CharField(
        label="目的",
        max_length=_MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明活动的目的：要了解什么、推动什么。"},
    )
    partners = forms.CharField(label="联合单位", max_length=120, required=False, help_text="如：区法院、区检察院、区公安分局")
    sign_up_until = MomentField(label="报名截止", required=False, help_text="不填的，活动开始前都可以报名。")
    themes = forms.ModelMultipleChoiceField(
        label="主题", queryset=Theme.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    plan_item = PlanItemField(label="年度计划事项", queryset=AnnualPlanItem.objects.none(), required=False, empty_label="不在年度计划内")
    training = forms.ModelChoiceField(
        label="培训班次", queryset=TrainingBatch.objects.none(), required=False, empty_label="不是培训班的活动"
    )
    hours = forms.DecimalField(label="学时", min_value=0, max_value=200, max_digits=4, decimal_places=1, required=False)
    despite_overlap = forms.BooleanField(label="时间重叠也邀请", required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, activity: Activity | None = None, **kwargs: Any) -> None:
        if activity is not None:
            kwargs["initial"] = {
                **{name: getattr(activity, name) for name in self.base_fields if hasattr(activity, name) and name != "themes"},
                "themes": list(activity.themes.all()),
            }
        super().__init__(*args, **kwargs)
        self.user, self.asks_overlap = user, False
        access = user.access
        towns = access.area_paths(Role.TOWN_OFFICE)
        organs = Organisation.objects.active().filter(kind__in=_ORGANS)
        areas = Area.objects.active().select_related("parent").order_by("path")
        groups = DeputyGroup.objects.in_force().select_related("area")
        platforms = Platform.objects.active().order_by("unit__position", "code")
        if access.is_office:
            first = next(iter(access.organisation_ids(Role.OFFICE)), None)
        elif towns:
            organs, areas = organs.filter(_under(towns, "area__path")), areas.filter(_under(towns, "path"))
            groups, platforms = groups.filter(_under(towns, "area__path")), platforms.filter(_under(towns, "unit__path"))
            first = next(iter(access.organisation_ids(Role.TOWN_OFFICE)), None)
        else:
            groups = groups.filter(pk__in=officer_groups(user))
            paths = [group.area.path for group in groups]
            codes = {code for path in paths for code in path.strip("/").split("/")}
            organs = organs.filter(area__code__in=codes).exclude(kind=OrganisationKind.STANDING_COMMITTEE)
            areas, platforms = areas.filter(_under(paths, "path")), platforms.filter(_under(paths, "unit__path"))
            first = next(iter(access.organisation_ids(Role.GROUP_OFFICER, Role.DEPUTY)), None)
            self.fields["group"].required = True
            self.fields["group"].empty_label = None
            self.fields["group"].error_messages["required"] = "请选择您负责的代表小组。"
        self.fields["organiser"].queryset = organs
        self.fields["group"].queryset = groups
        self.fields["platform"].queryset = platforms
        self.fields["area"].queryset = areas.exclude(kind=AreaKind.CITY)
        self.fields["themes"].queryset = (
            Theme.objects.filter(Q(is_active=True) | Q(activities=activity)).distinct()
            if activity
            else Theme.objects.filter(is_active=True)
        )
        this = timezone.localdate().year
        plans = AnnualPlan.objects.visible_to(user).filter(year__in=(this - 1, this, this + 1))
        items = AnnualPlanItem.objects.filter(plan__in=plans).select_related("plan")
        self.fields["plan_item"].queryset = items.order_by("-plan__year", "position")
        self.fields["training"].queryset = TrainingBatch.objects.filter(year__in=(this - 1, this, this + 1))
        self.initial.setdefault("organiser", first)

    def asked(self) -> dict[str, Any]:
        """What the services want."""
        data = dict(self.cleaned_data)
        for name in ("version", "despite_overlap"):
            data.pop(name)
        data["area"] = data["area"] or data["organiser"].area
        data["hours"] = data["hours"] or 0
        return data

    def show_overlap(self, refusal: Overlap) -> None:
        """Says where the deputies are expected, and offers the tick."""
        self.asks_overlap = True
        self.add_error(None, str(refusal))


class CopyForm(forms.Form):
    """When the same is to be held again."""

    EVERY = (("once", "只一次"), ("week", "每周"), ("fortnight", "每两周"), ("month", "每月"), ("quarter", "每季度"))
    starts_at = MomentField(label="开始时间", error_messages={"required": "请填写开始时间。"})
    every = forms.ChoiceField(label="重复", choices=EVERY, initial="once", widget=forms.RadioSelect)
    times = forms.IntegerField(
        label="共几次", min_value=1, max_value=MOST_COPIES, initial=1, help_text="只一次的填 1。每次活动都可以再单独修改。"
    )

    def starts(self) -> list[datetime.datetime]:
        """The same hour on each day, in Beijing; a month without that day has it on its last."""
        first, every = timezone.localtime(self.cleaned_data["starts_at"]), self.cleaned_data["every"]
        count = 1 if every == "once" else self.cleaned_data["times"]
        days = {"once": 0, "week": 7, "fortnight": 14}
        months = {"month": 1, "quarter": 3}
        found = []
        for number in range(count):
            if every in months:
                day, _ = add_months(first.date(), number * months[every])
            else:
                day = first.date() + datetime.timedelta(days=number * days[every])
            found.append(timezone.make_aware(datetime.datetime.combine(day, first.time())))
        return found


class ReasonForm(forms.Form):
    reason = forms.CharField(label="原因", max_length=200, error_messages={"required": "请写明原因。"})


class LeaveForm(forms.Form):
    reason = forms.CharField(
        label="请假事由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "如：外出务工，当天赶不回来"}),
        error_messages={"required": "请写明请假事由。"},
    )


class RateForm(forms.Form):
    rating = forms.TypedChoiceField(
        label="活动评分",
        coerce=int,
        choices=[(5, "5 分"), (4, "4 分"), (3, "3 分"), (2, "2 分"), (1, "1 分")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择 1 分到 5 分。"},
    )
    comment = forms.CharField(label="评价意见", max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ResultsForm(forms.Form):
    """Minutes and quality; below them what each of those present said."""

    minutes = forms.CharField(label="活动记录", max_length=_MOST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 8}))
    finding = forms.CharField(
        label="发现的问题",
        max_length=_MOST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="没有发现问题的写“无”。",
    )
    result = forms.CharField(
        label="成效",
        max_length=_MOST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="推动解决了什么、形成了什么意见。没有的写“无”。",
    )
    report = forms.CharField(
        label="活动报告",
        max_length=_MOST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="转交有关单位的报告。不转交的可以不写。",
    )
    is_public = forms.BooleanField(label="可以公开：名称、时间、地点和成效可在公开页面显示", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, activity: Activity, present: Iterable[Participation], **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(activity, name) for name in ("minutes", "finding", "result", "report", "is_public", "version")}
        super().__init__(*args, **kwargs)
        self.present = list(present)
        for row in self.present:
            self.fields[f"spoke{row.pk}"] = forms.CharField(
                label=row.deputy.name, max_length=2000, required=False, initial=row.spoke, widget=forms.Textarea(attrs={"rows": 2})
            )

    def speeches(self) -> list[Any]:
        return [self[f"spoke{row.pk}"] for row in self.present]

    def asked(self) -> dict[str, Any]:
        data = self.cleaned_data
        spoke = {row.pk: data[f"spoke{row.pk}"] for row in self.present}
        return {**{name: data[name] for name in ("minutes", "finding", "result", "report", "is_public", "version")}, "spoke": spoke}


class FilesForm(forms.Form):
    files = UploadsField(label="照片或文件")


class ForwardForm(forms.Form):
    """To whom, and what is asked of them. Bodies that have it already are not offered again."""

    bodies = forms.ModelMultipleChoiceField(
        label="转交单位",
        queryset=Organisation.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请选择转交单位，至少一个。"},
    )
    asked = forms.CharField(
        label="转交的意见和建议",
        max_length=_MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "请写明转交的意见和建议。"},
    )

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        kwargs["initial"] = {"asked": activity.report or activity.finding}
        super().__init__(*args, **kwargs)
        known = activity.forwardings.values("body")
        kinds = (OrganisationKind.HANDLING_UNIT, OrganisationKind.DISPATCHER, OrganisationKind.PRESIDIUM, OrganisationKind.BRANCH_OFFICE)
        rows = Organisation.objects.active().filter(kind__in=kinds).exclude(pk__in=known).exclude(pk=activity.organiser_id)
        self.fields["bodies"].queryset = rows.order_by("-kind", "code")


class AnswerForm(forms.Form):
    feedback = forms.CharField(
        label="反馈情况", max_length=_MOST_TEXT, widget=forms.Textarea(attrs={"rows": 6}), error_messages={"required": "请写明反馈情况。"}
    )
    answered_on = DayField(label="反馈日期", required=False, help_text="书面反馈后补录的，填来文日期；不填的为今天。")
