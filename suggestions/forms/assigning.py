"""Forms of assignment, and of what a unit asked for."""

from __future__ import annotations

from typing import Any

from django import forms

from congress.models import Organisation
from suggestions.enums import HandlingRole, RequestState
from suggestions.forms.actions import ActionForm
from suggestions.forms.fields import UnitsField, handling_units, offered
from suggestions.models import Extension, ReturnRequest

Units = dict[Organisation, HandlingRole]


def roles_of(answering: list[Organisation], supporting: list[Organisation]) -> Units:
    """One answering unit leads; several answer each. A unit named twice answers."""
    role = HandlingRole.LEAD if len(answering) == 1 else HandlingRole.SEPARATE
    return {**dict.fromkeys(supporting, HandlingRole.SUPPORT), **dict.fromkeys(answering, role)}


class AssignForm(ActionForm):
    answering = UnitsField(
        label="主办单位",
        help_text="写一个单位为主办；写几个单位（用顿号隔开）为分办，各自答复。",
        error_messages={"required": "请填写主办单位。"},
    )
    supporting = UnitsField(label="协办单位", required=False, help_text="几个单位之间用顿号隔开。")
    instruction = forms.CharField(label="交办意见", required=False, max_length=500, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = handling_units()
        for name in ("answering", "supporting"):
            self.fields[name].units = units  # type: ignore[attr-defined]
        self.datalists = {"units": offered(units)}
        if unit := self.suggestion.proposed_unit:
            self.fields["answering"].initial = unit.short_name or unit.name


class AddUnitForm(ActionForm):
    unit = UnitsField(label="增加哪个单位", error_messages={"required": "请填写要增加的单位。"})
    instruction = forms.CharField(label="交办意见", required=False, max_length=500, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = handling_units()
        self.fields["unit"].units = units  # type: ignore[attr-defined]
        self.datalists = {"units": offered(units)}

    def clean_unit(self) -> Organisation:
        found = self.cleaned_data["unit"]
        if len(found) != 1:
            raise forms.ValidationError("一次增加一个单位，请只写一个。")
        return found[0]


class _ReturnChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: ReturnRequest) -> str:
        better = f"，建议改由{obj.proposed_unit}办理" if obj.proposed_unit else ""
        return f"{obj.handling.unit}{better}：{obj.reason}"


class _ExtensionChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Extension) -> str:
        return f"{obj.handling.unit}申请延期{obj.months}个月：{obj.reason}"


_GRANTS: dict[str, Any] = {
    "choices": [("yes", "同意"), ("no", "不同意")],
    "coerce": lambda value: value == "yes",
    "widget": forms.RadioSelect,
    "error_messages": {"required": "请选择是否同意。"},
}


class _DecideForm(ActionForm):
    """``related`` is what its choices name."""

    related: tuple[str, ...] = ("handling__unit",)
    note = forms.CharField(
        label="审定意见",
        required=False,
        max_length=200,
        widget=forms.Textarea({"rows": 2}),
        help_text="不同意的，写明理由，承办单位会看到。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["asked"]
        rows = field.queryset.model.objects.filter(handling__suggestion=self.suggestion, state=RequestState.ASKED)
        field.queryset = rows.select_related(*self.related)
        if not self.is_bound:
            field.initial = rows.first()


class DecideReturnForm(_DecideForm):
    related = ("handling__unit", "proposed_unit")
    asked = _ReturnChoice(
        ReturnRequest.objects.none(),
        label="退回申请",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择一项申请。"},
    )
    grants = forms.TypedChoiceField(label="是否同意退回", **_GRANTS)
    field_order = ["asked", "grants", "note"]


class DecideExtensionForm(_DecideForm):
    asked = _ExtensionChoice(
        Extension.objects.none(),
        label="延期申请",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择一项申请。"},
    )
    grants = forms.TypedChoiceField(label="是否同意延期", **_GRANTS)
    field_order = ["asked", "grants", "note"]
