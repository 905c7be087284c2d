"""Forms of examination: the check-list, and joining like ones."""

from __future__ import annotations

from typing import Any

from django import forms

from suggestions.enums import Outcome
from suggestions.forms.actions import ActionForm
from suggestions.models import Ground, Suggestion


class ExamineForm(forms.Form):
    grounds = forms.ModelMultipleChoiceField(
        Ground.objects.none(),
        label="有没有不应当作为建议提出的情形",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="逐项核对，有的勾选；都没有的，不勾选。",
    )
    outcome = forms.ChoiceField(
        label="处理结果", choices=Outcome.choices, widget=forms.RadioSelect, error_messages={"required": "请选择处理结果。"}
    )
    is_difficult = forms.BooleanField(label="涉及面广、办理难度大，六个月内答复", required=False)
    explanation = forms.CharField(
        label="说明",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="退回、作来信转办或者请其修改的，写明理由，代表会看到。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grounds"].queryset = Ground.objects.filter(is_active=True)  # type: ignore[attr-defined]


class MergeForm(ActionForm):
    into = forms.CharField(
        label="并入哪一件",
        max_length=32,
        help_text="填写主件的编号或者建议号。并案一起办理，分别答复。",
        error_messages={"required": "请填写主件的编号或者建议号。"},
    )

    def clean_into(self) -> Suggestion:
        words = self.cleaned_data["into"].strip()
        rows = Suggestion.objects.run_by(self.user).filter(term=self.suggestion.term_id)
        found = rows.filter(code=words).first()
        number = words.removeprefix("第").removesuffix("号")
        if found is None and number.isdecimal():
            found = rows.filter(number=int(number), kind=self.suggestion.kind).first()
        if found is None:
            raise forms.ValidationError(f"本届没有编号为“{words}”的建议，请核对。")
        return found
