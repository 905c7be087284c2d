"""Forms of training: a batch of the plan, the day that reaches those left, a material with its test."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from activities.forms.activities import MomentField
from activities.models import TrainingBatch, TrainingMaterial
from activities.services import materials
from activities.services.activities import Overlap
from congress.enums import AreaKind, CongressLevel, OrganisationKind, Role
from congress.errors import DomainError
from congress.models import Area, Organisation, Term, User
from congress.upload_fields import UploadsField
from deputies.forms.fields import DayField, PlaceField, show_refusal

_ORGANS = (
    OrganisationKind.STANDING_COMMITTEE,
    OrganisationKind.DEPUTIES_OFFICE,
    OrganisationKind.PRESIDIUM,
    OrganisationKind.BRANCH_OFFICE,
)
MONTHS = [(month, f"{month}月") for month in range(1, 13)]
_MOST_TEXT = 50_000
_TEST_EXAMPLE = "1. 代表小组每季度至少活动几次？\nA. 一次\nB. 两次\n答案：A"


class BatchForm(forms.Form):
    """A batch of the year's plan. Town staff enter those of their town, the office all."""

    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    name = forms.CharField(
        label="班次名称",
        max_length=60,
        help_text="如：新任代表履职培训班",
        error_messages={"required": "请填写班次名称。"},
    )
    topic = forms.CharField(
        label="专题",
        max_length=60,
        help_text="如：代表法和议案建议撰写",
        error_messages={"required": "请填写专题。"},
    )
    organiser = forms.ModelChoiceField(
        Organisation.objects.none(), label="组织单位", empty_label=None, error_messages={"required": "请选择组织单位。"}
    )
    area = PlaceField(
        label="面向区划",
        queryset=Area.objects.none(),
        empty_label=None,
        help_text="这个区划内的在任代表为应训代表。",
        error_messages={"required": "请选择面向的区划。"},
    )
    level = forms.ChoiceField(label="代表层级", choices=[("", "各级代表"), *CongressLevel.choices], required=False)
    term = forms.ModelChoiceField(Term.objects.none(), label="届", required=False, empty_label="不限", help_text="只面向某一届代表的选择。")
    planned_month = forms.TypedChoiceField(label="计划月份", choices=MONTHS, coerce=int, initial=lambda: timezone.localdate().month)
    hours = forms.DecimalField(label="计划学时", min_value=0, max_value=200, max_digits=4, decimal_places=1, help_text="如：8")
    places = forms.IntegerField(label="计划人数", min_value=1, max_value=10_000)

    def __init__(self, *args: Any, user: User, batch: TrainingBatch | None = None, **kwargs: Any) -> None:
        if batch is not None:
            kwargs["initial"] = {name: getattr(batch, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        organs = Organisation.objects.active().filter(kind__in=_ORGANS).order_by("area__position", "code")
        areas = Area.objects.active().exclude(kind=AreaKind.CITY).select_related("parent").order_by("path")
        areas = areas.exclude(kind__in=(AreaKind.VILLAGE, AreaKind.COMMUNITY))
        role = Role.OFFICE
        if not user.access.is_office:
            role, own_areas, own_organs = Role.TOWN_OFFICE, Q(pk__in=[]), Q(pk__in=[])
            for path in user.access.area_paths(role):
                own_areas |= Q(path__startswith=path)
                own_organs |= Q(area__path__startswith=path)
            areas, organs = areas.filter(own_areas), organs.filter(own_organs)
        self.fields["area"].queryset = areas
        self.fields["organiser"].queryset = organs
        self.fields["term"].queryset = Term.objects.filter(ends_on__isnull=True).select_related("congress").order_by("congress__area__path")
        if batch is None:
            self.fields["year"].initial = timezone.localdate().year
            self.fields["organiser"].initial = next(iter(user.access.organisation_ids(role)), None)
            self.fields["area"].initial = next(iter(user.access.area_ids(role)), None)

    def clean_term(self) -> Term | None:
        return self.cleaned_data["term"] or None


class InviteForm(forms.Form):
    """When and where the day is that reaches those the term has not reached."""

    title = forms.CharField(label="活动名称", max_length=80, error_messages={"required": "请填写活动名称。"})
    starts_at = MomentField(label="开始时间", error_messages={"required": "请填写开始时间。"})
    ends_at = MomentField(label="结束时间", error_messages={"required": "请填写结束时间。"})
    place = forms.CharField(label="地点", max_length=80, error_messages={"required": "请填写地点。"})
    hours = forms.DecimalField(label="学时", min_value=0, max_value=200, max_digits=4, decimal_places=1)
    sign_up_until = MomentField(label="报名截止", required=False, help_text="不填的，活动开始前都可以报名。")
    despite_overlap = forms.BooleanField(label="时间重叠也邀请", required=False)

    def __init__(self, *args: Any, batch: TrainingBatch, **kwargs: Any) -> None:
        kwargs["initial"] = {"title": f"{batch.name}（补训）", "hours": batch.hours}
        super().__init__(*args, **kwargs)
        self.asks_overlap = bool(self.data.get("despite_overlap"))

    def show(self, refusal: DomainError) -> None:
        """A refusal beside its field; an overlap also brings the box that insists."""
        self.asks_overlap = self.asks_overlap or isinstance(refusal, Overlap)
        show_refusal(self, refusal)

    def clean_starts_at(self) -> datetime.datetime:
        starts = self.cleaned_data["starts_at"]
        if starts <= timezone.now():
            raise forms.ValidationError("开始时间已过，请改为今后的时间。")
        return starts


class MaterialForm(forms.Form):
    """A text, files, or both; with questions and a pass mark where a short test goes with it."""

    title = forms.CharField(label="标题", max_length=80, error_messages={"required": "请填写标题。"})
    batch = forms.ModelChoiceField(TrainingBatch.objects.none(), label="培训班次", required=False, empty_label="不属于班次，面向全体代表")
    text = forms.CharField(
        label="正文",
        max_length=_MOST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="一行一段。只发文件的可以不填。",
    )
    uploads = UploadsField(label="文件", help_text="PDF、Word（.docx）、Excel（.xlsx）或照片，每个不超过 20 MB。")
    hours = forms.DecimalField(
        label="学时", min_value=0, max_value=99, max_digits=4, decimal_places=1, initial=1, help_text="学完或测试及格后登记，只记一次。"
    )
    published_on = DayField(label="发布日期", initial=timezone.localdate, help_text="到了这一天，代表才看得到。")
    questions = forms.CharField(
        label="测试题",
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10, "placeholder": _TEST_EXAMPLE}),
        help_text="先写题目，再写选项，每项一行；选项下面写“答案：A”。题与题之间空一行。不需要测试的不填。",
    )
    pass_mark = forms.IntegerField(
        label="及格分", min_value=1, max_value=100, required=False, help_text="满分 100 分；有测试题的填写，如：60"
    )

    def __init__(self, *args: Any, user: User, material: TrainingMaterial | None = None, batch: TrainingBatch | None = None, **kwargs: Any):
        if material is not None:
            kwargs["initial"] = {
                **{name: getattr(material, name) for name in ("title", "batch", "text", "hours", "published_on", "pass_mark")},
                "questions": materials.written(material.questions.all()),
            }
        elif batch is not None:
            kwargs["initial"] = {"batch": batch}
        super().__init__(*args, **kwargs)
        rows = TrainingBatch.objects.managed_by(user).filter(year__gte=timezone.localdate().year - 1)
        if material is not None and material.batch_id:
            rows = rows | TrainingBatch.objects.filter(pk=material.batch_id)
        self.fields["batch"].queryset = rows
        if not user.access.is_office:
            self.fields["batch"].required = True
            self.fields["batch"].empty_label = None
            self.fields["batch"].error_messages["required"] = "请选择培训班次。面向全体代表的资料由代表工委发布。"

    def clean_questions(self) -> list[materials.Question]:
        try:
            return materials.read_questions(self.cleaned_data["questions"])
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
