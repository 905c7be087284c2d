"""The form of a template of assignment."""

from __future__ import annotations

from typing import Any

from django import forms

from suggestions.forms.fields import UnitsField, handling_units, offered
from suggestions.models import AssignmentTemplate


class TemplateForm(forms.Form):
    name = forms.CharField(label="名称", max_length=40, help_text="如：交通类建议。", error_messages={"required": "请给模板起个名称。"})
    answering = UnitsField(label="主办（分办）单位", required=False, help_text="写一个为主办，写几个（用顿号隔开）为分办。")
    supporting = UnitsField(label="协办单位", required=False, help_text="几个单位之间用顿号隔开。")
    instruction = forms.CharField(label="交办意见", required=False, max_length=500, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, template: AssignmentTemplate | None = None, **kwargs: Any) -> None:
        if template is not None:
            kwargs["initial"] = {
                "name": template.name,
                "instruction": template.instruction,
                "answering": _names(template.answering.all()),
                "supporting": _names(template.supporting.all()),
            }
        super().__init__(*args, **kwargs)
        units = handling_units()
        for name in ("answering", "supporting"):
            self.fields[name].units = units  # type: ignore[attr-defined]
        self.offered = offered(units)


def _names(units: Any) -> str:
    return "、".join(unit.short_name or unit.name for unit in units)
