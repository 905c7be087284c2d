"""Entering seats, correcting them, and the steps of a mandate's life."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.utils import timezone

from congress.models import Area, Congress, Term
from congress.phones import normalised
from deputies.enums import END_REASONS, MANDATE_TRANSITIONS, SUSPENSION_REASONS, EndReason, MandateStatus, Sex
from deputies.forms.fields import DayField, PlaceField
from deputies.models import Deputy, ElectoralDistrict, Mandate
from deputies.services.register import FIELDS

_STEPS = {MandateStatus.SUSPENDED: "暂停执行职务", MandateStatus.ACTIVE: "恢复执行职务", MandateStatus.ENDED: "终止资格"}


class ElectoralDistrictField(forms.ModelChoiceField):
    """An electoral district with what is vacant in it; the queryset is annotated with ``sitting``."""

    def label_from_instance(self, obj: ElectoralDistrict) -> str:
        vacant = max(obj.seats - obj.sitting, 0)  # type: ignore[attr-defined]
        return f"{obj.name}（{obj.area.name}，应选 {obj.seats} 名，{f'缺 {vacant} 名' if vacant else '无空缺'}）"


class SeatForm(forms.Form):
    """One seat of a term."""

    area = PlaceField(label="所属镇（街道）", queryset=Area.objects.none(), empty_label="请选择")
    electoral_district = ElectoralDistrictField(
        label="选区",
        queryset=ElectoralDistrict.objects.none(),
        required=False,
        empty_label="未登记",
        help_text="每一选区应选 1 至 3 名代表。",
    )
    card_number = forms.CharField(label="代表证号", max_length=20, required=False, help_text="同一届内不重复。")
    starts_on = DayField(label="当选日期")

    def __init__(self, *args: Any, term: Term, mandate: Mandate | None = None, **kwargs: Any) -> None:
        if mandate:
            kwargs["initial"] = {name: getattr(mandate, name) for name in ("area", "electoral_district", "card_number", "starts_on")}
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = Area.objects.active().within(term.congress.area).select_related("parent").order_by("path")
        sitting = Count("mandates", filter=~Q(mandates__status=MandateStatus.ENDED))
        self.fields["electoral_district"].queryset = (
            ElectoralDistrict.objects.filter(term=term).select_related("area").annotate(sitting=sitting).order_by("area__path", "code")
        )


class PersonForm(forms.ModelForm):
    """What is known of a deputy as a person."""

    born_on = DayField(label="出生年月", required=False, help_text="只知年月的，填当月 1 日。")

    class Meta:
        model = Deputy
        fields = FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sex"].choices = Sex.choices

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_phone(self) -> str:
        return normalised(self.cleaned_data["phone"])

    def clean_born_on(self) -> Any:
        born = self.cleaned_data["born_on"]
        if born and born > timezone.localdate():
            raise forms.ValidationError("出生年月不能晚于今天。")
        return born


class StepForm(forms.Form):
    """Suspending, resuming or ending a mandate, as its state allows."""

    step = forms.ChoiceField(label="办理", widget=forms.RadioSelect)
    reason = forms.ChoiceField(label="原因", required=False)
    on = DayField(label="日期", help_text="公告或决定生效之日。")
    note = forms.CharField(label="依据", max_length=120, required=False, help_text="如：区八届人大常委会第四十一次会议公告。")

    def __init__(self, *args: Any, mandate: Mandate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = MANDATE_TRANSITIONS[MandateStatus(mandate.status)]
        self.fields["step"].choices = [(status.value, _STEPS[status]) for status in allowed]
        groups: list[Any] = [("", "恢复执行职务的不填")] if MandateStatus.ACTIVE in allowed else [("", "请选择")]
        if MandateStatus.SUSPENDED in allowed:
            groups.append(("暂停执行职务（代表法第六十一条）", [(reason.value, reason.label) for reason in SUSPENSION_REASONS]))
        groups.append(("终止资格（代表法第六十二条）", [(reason.value, reason.label) for reason in END_REASONS]))
        self.fields["reason"].choices = groups

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        step, reason = cleaned.get("step"), cleaned.get("reason", "")
        fitting = {MandateStatus.SUSPENDED: SUSPENSION_REASONS, MandateStatus.ENDED: END_REASONS}.get(step, ())
        if step in (MandateStatus.SUSPENDED, MandateStatus.ENDED) and reason not in fitting and "reason" not in self.errors:
            said = f"“{EndReason(reason).label}”不是{_STEPS[MandateStatus(step)]}的原因，请重选。" if reason else "请选择原因。"
            self.add_error("reason", said)
        return cleaned


class ChangeOfTermForm(forms.Form):
    """Which congress begins which term, and when."""

    congress = forms.ModelChoiceField(label="人民代表大会", queryset=Congress.objects.none(), empty_label=None)
    number = forms.IntegerField(label="新一届届次", min_value=1, max_value=99, help_text="如：9")
    starts_on = DayField(label="开始日期", help_text="新一届第一次会议开幕之日；上一届到前一日届满。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["congress"].queryset = Congress.objects.select_related("area").order_by("area__path")
