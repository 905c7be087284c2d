"""Forms of a promise: what became of it, and what the deputy thinks of that."""

from __future__ import annotations

from django import forms

from congress.errors import DomainError
from congress.services import files
from congress.upload_fields import UploadsField
from suggestions.enums import Grade

MOST_PHOTOS = 9


class ReportForm(forms.Form):
    progress = forms.CharField(
        label="落实情况",
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text="写明做到哪一步、什么时候完成的。代表会看到，并据此评价。",
        error_messages={"required": "请写明落实情况。"},
    )
    photos = UploadsField(label="现场照片", help_text=f"最多 {MOST_PHOTOS} 张，每张不超过 20 MB；拍摄地点等信息会自动去除。")

    def clean_photos(self) -> list[files.Examined]:
        """Looked at here, before the transaction: a large photo takes half a second."""
        uploads = self.cleaned_data["photos"]
        if len(uploads) > MOST_PHOTOS:
            raise forms.ValidationError(f"照片最多 {MOST_PHOTOS} 张，请去掉几张再传。")
        try:
            found = [files.examine(upload) for upload in uploads]
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        if any(not each.content_type.startswith("image/") for each in found):
            raise forms.ValidationError("这里只收照片。其他材料请写在落实情况里。")
        return found


class JudgeForm(forms.Form):
    grade = forms.ChoiceField(
        label="落实得怎么样", choices=Grade.choices, widget=forms.RadioSelect, error_messages={"required": "请选择评价。"}
    )
    comment = forms.CharField(
        label="意见",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="不满意的，写明还差什么，承办单位继续落实后再次报告。",
    )
