"""The form by which the office opens a suggestion and its answers to the public."""

from __future__ import annotations

from typing import Any

from django import forms

from suggestions.forms.actions import ActionForm
from suggestions.models import ReplyFile, SuggestionFile


def _files(model: Any, label: str) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        model.objects.none(), label=label, required=False, widget=forms.CheckboxSelectMultiple, help_text="只公开勾选的。"
    )


class PublishForm(ActionForm):
    files = _files(SuggestionFile, "公开哪些建议附件")
    reply_files = _files(ReplyFile, "公开哪些答复附件")
    is_checked = forms.BooleanField(
        label="已核对：没有国家秘密、商业秘密，没有选民的姓名、电话、住址等个人信息",
        error_messages={"required": "请先核对，再勾选。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("files", SuggestionFile.objects.filter(suggestion=self.suggestion)),
            ("reply_files", ReplyFile.objects.filter(reply__handling__suggestion=self.suggestion)),
        ):
            field: Any = self.fields[name]
            field.queryset = rows.order_by("uploaded_at")
            field.initial = [row.pk for row in field.queryset if row.is_public]
            if not field.queryset:
                del self.fields[name]


class UnpublishForm(ActionForm):
    reason = forms.CharField(
        label="为什么不再公开", max_length=200, widget=forms.Textarea({"rows": 2}), error_messages={"required": "请写明为什么不再公开。"}
    )
