"""Forms of the year's end: drawing and scoring a sample, reports, and what a deliberation said."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone

from deputies.forms.fields import DayField
from suggestions.services.spot_checks import MOST

_MOST_TEXT = 20_000


class DrawForm(forms.Form):
    """How the sample is drawn; the same four numbers draw the same replies again."""

    until = DayField(label="答复截至", help_text="只在年初至这一天发出的答复中抽取。", error_messages={"required": "请填写答复截至日期。"})
    per_unit = forms.IntegerField(
        label="每个单位抽取（件）",
        min_value=1,
        max_value=MOST,
        initial=3,
        help_text="答复件数不足的，全部抽取。",
        error_messages={"required": "请填写每个单位抽取的件数。"},
    )
    seed = forms.CharField(
        label="抽样号",
        max_length=20,
        help_text="当场商定的任意数字，如骰子点数。同一抽样号抽出的总是同一批，可以复核。",
        error_messages={"required": "请填写抽样号。"},
    )

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        last = min(timezone.localdate(), datetime.date(year, 12, 31))
        super().__init__(*args, initial={"until": last, **kwargs.pop("initial", {})}, **kwargs)


class ReportForm(forms.Form):
    file = forms.FileField(
        label="办理情况报告",
        widget=forms.ClearableFileInput({"accept": ".pdf,.docx"}),
        help_text="PDF 或者 Word（.docx），不超过 20 MB。审议以前可以重新上传，以最后一份为准。",
        error_messages={"required": "请选择要上传的报告。", "empty": "文件是空的，未保存。请重新选择。"},
    )


class DeliberationForm(forms.Form):
    on = DayField(label="审议日期", error_messages={"required": "请填写审议日期。"})
    text = forms.CharField(
        label="审议意见",
        max_length=_MOST_TEXT,
        widget=forms.Textarea({"rows": 6}),
        help_text="承办单位会看到。",
        error_messages={"required": "请填写审议意见。"},
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label="撤销定稿的原因", max_length=200, error_messages={"required": "请写明撤销定稿的原因。"})
