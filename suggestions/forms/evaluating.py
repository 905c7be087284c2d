"""Forms of what comes after the reply: the deputy's judgement, and what the office decides in her place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from deputies.models import Mandate
from suggestions.enums import ANSWERING, Grade, HandlingState
from suggestions.forms.actions import ActionForm
from suggestions.models import Handling, Reply


def _grade(label: str, missing: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=Grade.choices, widget=forms.RadioSelect, error_messages={"required": missing})


class EvaluateForm(forms.Form):
    """One judgement of one reply. ``replies`` and ``mandates`` are what may be chosen; with one of each nothing is asked."""

    attitude = _grade("办理态度", "请选择对办理态度的评价。")
    result = _grade("办理结果", "请选择对办理结果的评价。")
    text = forms.CharField(
        label="意见",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="不满意的，写明还差什么，承办单位据此重新办理。",
    )

    def __init__(self, *args: Any, replies: Sequence[Reply], mandates: Sequence[Mandate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.replies, self.mandates = {str(row.pk): row for row in replies}, {str(row.pk): row for row in mandates}
        self.asks_reply, self.asks_mandate = len(replies) > 1, len(mandates) > 1
        if self.asks_mandate:
            choices = [(pk, str(row.deputy)) for pk, row in self.mandates.items()]
            self.fields["mandate"] = forms.ChoiceField(
                label="哪一名代表的征询表", choices=choices, error_messages={"required": "请选择代表。"}
            )
        if self.asks_reply:
            units = [(pk, str(row.handling.unit)) for pk, row in self.replies.items()]
            self.fields["reply"] = forms.ChoiceField(
                label="对哪个单位的答复",
                choices=units,
                widget=forms.RadioSelect,
                error_messages={"required": "请选择对哪个单位的答复作出评价。"},
            )

    def judgement(self) -> dict[str, Any]:
        """What ``evaluating.evaluate`` takes of a valid form."""
        data = self.cleaned_data
        reply = self.replies[data["reply"]] if self.asks_reply else next(iter(self.replies.values()))
        mandate = self.mandates[data["mandate"]] if self.asks_mandate else next(iter(self.mandates.values()))
        return {"reply": reply, "mandate": mandate, **{name: data[name] for name in ("attitude", "result", "text")}}


class ConcludeForm(ActionForm):
    """What the office decided after convening, or in the place of deputies who give no judgement."""

    CLOSE, REHANDLE = "close", "rehandle"

    outcome = forms.ChoiceField(
        label="处理结果",
        choices=[(CLOSE, "办结"), (REHANDLE, "交承办单位重新办理")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择处理结果。"},
    )
    units = forms.ModelMultipleChoiceField(
        Handling.objects.none(), label="由谁重新办理", required=False, widget=forms.CheckboxSelectMultiple
    )
    convened_on = forms.DateField(
        label="召集研究的日期",
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="没有召集会议的，不填。",
        error_messages={"invalid": "日期不存在，请重新选择。"},
    )
    text = forms.CharField(
        label="处理意见",
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="写明参加研究的单位、研究的意见，代表会看到。",
        error_messages={"required": "请写明处理意见。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self.suggestion.handlings.filter(role__in=ANSWERING, state=HandlingState.DONE).select_related("unit").order_by("pk")
        units: Any = self.fields["units"]
        units.queryset = rows
        units.label_from_instance = lambda row: row.unit.name
        self.answered = [row for row in self.suggestion.handlings.all() if row.role in ANSWERING and row.state == HandlingState.DONE]
        if len(self.answered) < 2:
            del self.fields["units"]

    def clean(self) -> dict[str, Any]:
        """Adds ``handlings``: the units chosen, or the only one that answered."""
        data = super().clean() or {}
        data["handlings"] = list(data.get("units", ())) if "units" in self.fields else self.answered
        return data
