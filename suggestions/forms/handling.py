"""Forms of what a unit does with its part, and of what the organ that runs the matter does with its clocks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from congress.models import Organisation, User
from deputies.models import Deputy
from suggestions.enums import CosignState, HandlingRole
from suggestions.forms.actions import ActionForm
from suggestions.forms.fields import DayField, UnitsField, handling_units, offered
from suggestions.models import Clock, Consultation, Handling
from suggestions.parts import own_part, own_parts
from suggestions.services.profiles import profile_of
from suggestions.services.units import people_of

WAYS = ("上门面商", "座谈", "邀请代表到现场", "电话", "视频")


def _text(label: str, required: str, rows: int = 3, most: int = 2000, hint: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea({"rows": rows}), error_messages={"required": required}, help_text=hint
    )


class HandOverForm(ActionForm):
    to = forms.ModelChoiceField(User.objects.none(), label="交给谁", required=False, empty_label="放回，由同事认领")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        part = own_part(self.user, self.suggestion, lambda row: row.claimed_by_id == self.user.pk)
        if part is not None:
            self.fields["to"].queryset = people_of(part).exclude(pk=self.user.pk).order_by("name")  # type: ignore[attr-defined]


class OpinionForm(ActionForm):
    text = _text("协办意见", "请写明协办意见。", rows=5, hint="主办单位会看到，用于统一答复代表。")


class _DeputyChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Deputy) -> str:
        return f"{obj.name}（{obj.code}）"


class ConsultForm(ActionForm):
    deputy = _DeputyChoice(Deputy.objects.none(), label="同哪名代表", empty_label=None, error_messages={"required": "请选择代表。"})
    on = DayField(label="哪一天", error_messages={"required": "请填写面商的日期。"})
    way = forms.CharField(
        label="方式",
        max_length=20,
        widget=forms.TextInput({"list": "ways", "autocomplete": "off"}),
        error_messages={"required": "请填写方式，如：上门面商、电话、座谈。"},
    )
    text = _text("沟通情况", "请写明沟通的情况。", hint="代表会看到，并请代表确认。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        signed = [row.mandate.deputy_id for row in self.suggestion.cosigners.all() if row.state == CosignState.CONFIRMED]
        ids = [self.suggestion.proposer.deputy_id, *signed]
        self.fields["deputy"].queryset = Deputy.objects.filter(pk__in=ids).order_by("code")  # type: ignore[attr-defined]
        self.fields["deputy"].initial = ids[0]
        self.fields["on"].initial = timezone.localdate()
        self.datalists = {"ways": [(way, "") for way in WAYS]}


class _ConsultationChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Consultation) -> str:
        return f"{obj.on.year}年{obj.on.month}月{obj.on.day}日，{obj.way}：{obj.text}"


class ConfirmConsultationForm(ActionForm):
    consultation = _ConsultationChoice(
        Consultation.objects.none(),
        label="承办单位登记的沟通情况",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择要确认的一次。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Consultation.objects.filter(handling__suggestion=self.suggestion, deputy__user=self.user, confirmed_at=None)
        self.fields["consultation"].queryset = rows.order_by("on", "pk")  # type: ignore[attr-defined]
        if not self.is_bound:
            self.fields["consultation"].initial = rows.first()


class AskReturnForm(ActionForm):
    reason = _text("退回理由", "请写明退回的理由。", hint="写明不属于本单位职责的依据。")
    proposed_unit = UnitsField(label="建议改由哪个单位办理", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = {part.unit_id for part in own_parts(self.user, self.suggestion)}
        units = [unit for unit in handling_units() if unit.pk not in held]
        self.fields["proposed_unit"].units = units  # type: ignore[attr-defined]
        self.datalists = {"units": offered(units)}

    def clean_proposed_unit(self) -> Organisation | None:
        found = self.cleaned_data["proposed_unit"]
        if len(found) > 1:
            raise forms.ValidationError("请只写一个单位。")
        return found[0] if found else None


class AskExtensionForm(ActionForm):
    months = forms.TypedChoiceField(label="延期", coerce=int, error_messages={"required": "请选择延期几个月。"})
    reason = _text("延期理由", "请写明延期的理由。", hint="由代表工委（镇人大主席团）审定，同意的通知代表。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = profile_of(self.suggestion.congress).longest_extension
        self.fields["months"].choices = [(number, f"{number}个月") for number in range(1, most + 1)]  # type: ignore[attr-defined]


# ---- clocks, and units that are gone


class _ClockChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Clock) -> str:
        return _clock_label(obj)


class _ClockChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Clock) -> str:
        return _clock_label(obj)


def _clock_label(clock: Clock) -> str:
    whose = clock.handling.unit.short_name or clock.handling.unit.name if clock.handling else ""
    return f"{whose}{clock.get_kind_display()}，{clock.due_on.year}年{clock.due_on.month}月{clock.due_on.day}日截止"


class UrgeForm(ActionForm):
    clocks = _ClockChoices(
        Clock.objects.none(), label="催办哪些期限", widget=forms.CheckboxSelectMultiple, error_messages={"required": "请勾选要催办的期限。"}
    )
    text = forms.CharField(
        label="催办的话",
        required=False,
        max_length=200,
        widget=forms.Textarea({"rows": 2}),
        help_text="不写的，用“请抓紧办理”。承办单位所有人员收到，抄送交办人员。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Clock.objects.pressing().filter(suggestion=self.suggestion).select_related("handling__unit").order_by("due_on", "pk")
        self.fields["clocks"].queryset = rows  # type: ignore[attr-defined]
        if not self.is_bound:
            today = timezone.localdate()
            late = [clock.pk for clock in rows if clock.due_on < today]
            self.fields["clocks"].initial = late or [clock.pk for clock in rows[:1]]


class PauseForm(ActionForm):
    clock = _ClockChoice(
        Clock.objects.none(), label="暂停哪个期限", empty_label=None, widget=forms.RadioSelect, error_messages={"required": "请选择期限。"}
    )
    reason = _text("原因", "请写明暂停计时的原因。", rows=2, most=200, hint="承办单位会看到；恢复后，剩余的时间从恢复之日继续计算。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Clock.objects.pressing().filter(suggestion=self.suggestion, due_on__gte=timezone.localdate())
        self.fields["clock"].queryset = rows.select_related("handling__unit").order_by("due_on", "pk")  # type: ignore[attr-defined]
        if not self.is_bound:
            answers = [clock for clock in self.fields["clock"].queryset if clock.kind.startswith("answer")]  # type: ignore[attr-defined]
            self.fields["clock"].initial = answers[0] if answers else None


class ResumeForm(ActionForm):
    clock = _ClockChoice(
        Clock.objects.none(), label="恢复哪个期限", empty_label=None, widget=forms.RadioSelect, error_messages={"required": "请选择期限。"}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Clock.objects.paused().filter(suggestion=self.suggestion).select_related("handling__unit").order_by("due_on", "pk")
        self.fields["clock"].queryset = rows  # type: ignore[attr-defined]
        if not self.is_bound:
            self.fields["clock"].initial = rows.first()


class _PartChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Handling) -> str:
        return f"{obj.unit}（{HandlingRole(obj.role).label}）"


class ReplaceUnitForm(ActionForm):
    handling = _PartChoice(
        Handling.objects.none(), label="哪个单位", empty_label=None, widget=forms.RadioSelect, error_messages={"required": "请选择单位。"}
    )
    unit = UnitsField(label="改交哪个单位", error_messages={"required": "请填写接手的单位。"})
    instruction = forms.CharField(label="交办意见", required=False, max_length=500, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Handling.objects.without_staff().filter(suggestion=self.suggestion).select_related("unit")
        self.fields["handling"].queryset = rows  # type: ignore[attr-defined]
        if not self.is_bound:
            self.fields["handling"].initial = rows.first()
        units = handling_units()
        self.fields["unit"].units = units  # type: ignore[attr-defined]
        self.fields["unit"].widget.attrs["list"] = "units-instead"  # another step of the page has a list of its own
        self.datalists = {"units-instead": offered(units)}

    def clean_unit(self) -> Organisation:
        found = self.cleaned_data["unit"]
        if len(found) != 1:
            raise forms.ValidationError("改交一个单位，请只写一个。")
        return found[0]
