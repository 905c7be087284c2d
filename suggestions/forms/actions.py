"""The base of every form that a step of a suggestion asks for, and the steps of its authors."""

from __future__ import annotations

from typing import Any

from django import forms

from congress.models import User
from suggestions.models import Suggestion


class ActionForm(forms.Form):
    """A step of a suggestion. It is built for one person and one suggestion, and only when the step is open to her."""

    def __init__(self, *args: Any, user: User, suggestion: Suggestion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.suggestion = user, suggestion


class CosignForm(ActionForm):
    agrees = forms.TypedChoiceField(
        label="您的意见",
        choices=[("yes", "同意附议"), ("no", "不附议")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择是否附议。"},
    )


class WithdrawForm(ActionForm):
    reason = forms.CharField(
        label="撤回原因",
        max_length=200,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "请写明撤回的原因。"},
    )
