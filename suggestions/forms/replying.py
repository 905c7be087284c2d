"""The reply's own sheet: its words, class, publicity and promises. Nothing is required until it is put before the signer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from congress.upload_fields import UploadsField
from suggestions.enums import Publicity
from suggestions.forms.fields import DayField
from suggestions.models import Reply, ReplyClass, Suggestion
from suggestions.services.profiles import profile_of
from suggestions.services.replying import FIELDS, MOST_PROMISES, Promise

_ROWS = 2  # empty rows for more promises
_NO_REASON = "不公开的，请写明理由。"


class ReplyForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label="答复内容",
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 14}),
        help_text="只写正文；抬头、落款由系统按公文格式排出。已有盖章文件的，可以只上传文件。",
    )
    files = UploadsField(
        label="答复函和附件",
        help_text="答复函用 Word（.docx，不带宏）或者 PDF；附件还可以是照片、Excel（.xlsx）。每个不超过 20 MB，扫描件过大的请压缩后再传。",
    )
    reply_class = forms.ModelChoiceField(
        ReplyClass.objects.none(), label="答复类别", required=False, empty_label=None, widget=forms.RadioSelect
    )
    publicity = forms.ChoiceField(label="公开方式", required=False, choices=Publicity.choices, widget=forms.RadioSelect)
    summary = forms.CharField(
        label="公开摘要", required=False, max_length=2000, widget=forms.Textarea({"rows": 3}), help_text="摘要公开的填写，对外只显示摘要。"
    )
    publicity_reason = forms.CharField(
        label="不公开理由",
        required=False,
        max_length=200,
        help_text="不公开的填写，如：涉及工作秘密、个人隐私。",
    )
    document_number = forms.CharField(label="文号", required=False, max_length=40, help_text="如：榕交函〔2026〕12号。")
    contact_person = forms.CharField(label="联系人", required=False, max_length=20)
    contact_phone = forms.CharField(label="联系电话", required=False, max_length=30, widget=forms.TextInput({"inputmode": "tel"}))

    def __init__(self, *args: Any, suggestion: Suggestion, reply: Reply | None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"version": reply.version if reply else ""}
        if reply:
            initial |= {name: getattr(reply, name) for name in _SHEET}
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)
        self.fields["reply_class"].queryset = ReplyClass.objects.filter(scheme=profile_of(suggestion.congress).scheme_id)  # type: ignore[attr-defined]
        if not suggestion.for_reference:
            return
        self.fields["text"].help_text = "代表只供参考、不需书面答复的，也请简要写明采纳情况。"

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("publicity") == Publicity.NONE and not data.get("publicity_reason"):
            self.add_error("publicity_reason", _NO_REASON)
        return data

    def typed(self) -> dict[str, Any]:
        """What ``replying.draft`` takes of what was typed rightly; an answer withheld without a reason is not yet withheld."""
        given = {name: self.cleaned_data[name] for name in _SHEET if name in self.cleaned_data}
        if "publicity_reason" in self.errors:
            given.pop("publicity", None)
        return given


_SHEET = tuple(name for name in FIELDS if name != "promises")


class PromiseForm(forms.Form):
    text = forms.CharField(label="承诺做什么", required=False, max_length=500)
    due_on = DayField(label="何时完成", required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        text, due_on = data.get("text"), data.get("due_on")
        if text and not due_on and "due_on" not in self.errors:
            self.add_error("due_on", "请填写完成期限。")
        if due_on and not text and "text" not in self.errors:
            self.add_error("text", "请写明承诺做什么。")
        if due_on and due_on <= timezone.localdate():
            self.add_error("due_on", "完成期限应在今天之后。")
        return data


class _Promises(forms.BaseFormSet):
    def promises(self) -> list[Promise]:
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("text")]
        return [Promise(row["text"], row["due_on"]) for row in rows]


_PromiseFormSet: Any = forms.formset_factory(PromiseForm, formset=_Promises, extra=_ROWS, max_num=MOST_PROMISES)


def promise_rows(reply: Reply | None, data: Any = None) -> Any:
    """The promises' rows, those of the draft and some empty ones."""
    return _PromiseFormSet(data, initial=reply.promises if reply else None, prefix="promise")


class SignForm(forms.Form):
    signer = forms.CharField(
        label="签发人",
        max_length=20,
        help_text="审核签发这份答复的单位负责人。",
        error_messages={"required": "请填写签发人。答复须经承办单位负责人审核签发。"},
    )


class GiveBackForm(forms.Form):
    note = forms.CharField(
        label="要修改什么", max_length=150, widget=forms.Textarea({"rows": 2}), error_messages={"required": "请写明要修改什么。"}
    )
