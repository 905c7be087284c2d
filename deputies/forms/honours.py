"""Forms of deeds, honours and nominations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from congress.upload_fields import UploadsField
from deputies.models import Deputy

_DATE = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class _Person(forms.ModelChoiceField):
    def label_from_instance(self, obj: Deputy) -> str:
        return f"{obj.name}（{obj.code}）"


class DeedForm(forms.Form):
    deputy = _Person(Deputy.objects.none(), label="代表", empty_label="请选择", error_messages={"required": "请选择代表。"})
    title = forms.CharField(label="标题", max_length=80, error_messages={"required": "请写标题。"})
    on = forms.DateField(label="日期", widget=_DATE, initial=timezone.localdate)
    story = forms.CharField(
        label="事迹",
        max_length=5000,
        widget=forms.Textarea({"rows": 8}),
        help_text="写明时间、地点、做了什么、有什么效果。",
        error_messages={"required": "请写明事迹。"},
    )
    photos = UploadsField(label="照片", help_text="一次最多 9 张，每张不超过 20 MB；拍摄地点等信息会自动去除。")

    def __init__(self, *args: Any, deputies: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = deputies  # type: ignore[attr-defined]
        if not is_new:
            del self.fields["deputy"]


class ReturnDeedForm(forms.Form):
    reason = forms.CharField(label="退回理由", max_length=200, error_messages={"required": "请写明退回的理由。"})


class HonourForm(forms.Form):
    code = forms.CharField(
        label="代表编号", max_length=32, help_text="名册里姓名下面的编号。", error_messages={"required": "请填写代表编号。"}
    )
    name = forms.CharField(label="称号", max_length=80, error_messages={"required": "请填写称号。"})
    level = forms.CharField(label="级别", max_length=20, help_text="如：区级、市级、自治区级")
    awarded_by = forms.CharField(label="授予单位", max_length=80, error_messages={"required": "请填写授予单位。"})
    on = forms.DateField(label="授予日期", widget=_DATE)

    def clean_code(self) -> Deputy:
        deputy = Deputy.objects.filter(code=self.cleaned_data["code"].strip()).first()
        if deputy is None:
            raise forms.ValidationError("名册里没有这个编号的代表。")
        return deputy


class RoundForm(forms.Form):
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2099)
    quota_percent = forms.DecimalField(label="名额比例（%）", min_value=0, max_value=100, max_digits=5, decimal_places=2, initial=20)
    excludes_leaders = forms.BooleanField(label="常委会组成人员不参评", required=False, initial=True)
    closes_on = forms.DateField(label="推荐截止", widget=_DATE)


class NominateForm(forms.Form):
    deputy = _Person(Deputy.objects.none(), label="代表", empty_label="请选择", error_messages={"required": "请选择代表。"})
    grounds = forms.CharField(
        label="推荐理由", max_length=2000, widget=forms.Textarea({"rows": 4}), error_messages={"required": "请写明推荐理由。"}
    )

    def __init__(self, *args: Any, deputies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = deputies  # type: ignore[attr-defined]


class DecideForm(forms.Form):
    meeting = forms.CharField(
        label="审定会议",
        max_length=60,
        help_text="如：区八届人大常委会第六十次主任会议",
        error_messages={"required": "请写明审定的主任会议。"},
    )
    on = forms.DateField(label="审定日期", widget=_DATE, initial=timezone.localdate)
