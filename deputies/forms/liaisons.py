"""The two liaisons: members, their deputies, what was heard, and fixed voters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import F
from django.utils import timezone

from congress.enums import CongressLevel
from congress.phones import normalised
from deputies.forms.fields import DayField, DeputyField
from deputies.models import Deputy, DeputyLiaison, LiaisonRule, Mandate


class MemberForm(forms.Form):
    """A deputy who sits on the standing committee."""

    deputy = DeputyField(label="代表", help_text="填姓名或代表编号；应是在任的区级代表。")
    post = forms.CharField(label="职务", max_length=40, initial="委员", help_text="如：主任、副主任、委员。")
    position = forms.IntegerField(label="排序", min_value=0, max_value=999, initial=0, help_text="数小的排在前面。")
    starts_on = DayField(label="任职日期")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seats = Mandate.objects.serving().filter(term__congress__level=CongressLevel.DISTRICT)
        self.offered = self.fields["deputy"].offer(Deputy.objects.filter(pk__in=seats.values("deputy")), "deputies-offered")


class LinkForm(forms.Form):
    """Another deputy for a standing member."""

    deputy = DeputyField(label="代表", help_text="填姓名或代表编号。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = self.fields["deputy"].offer(Deputy.objects.serving(), "deputies-offered")


class RecordForm(forms.Form):
    """What a member heard from one of her deputies."""

    liaison = forms.ModelChoiceField(label="代表", queryset=DeputyLiaison.objects.none(), empty_label="请选择")
    on = DayField(label="日期")
    heard = forms.CharField(label="听到的情况", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, liaisons: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["liaison"].queryset = liaisons
        self.fields["liaison"].label_from_instance = lambda liaison: liaison.deputy.name
        self.fields["on"].initial = timezone.localdate()


class RuleForm(forms.ModelForm):
    class Meta:
        model = LiaisonRule
        fields = ("least_deputies", "most_deputies", "least_voters", "most_voters", "least_contacts")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for kind in ("deputies", "voters"):
            least, most = cleaned.get(f"least_{kind}"), cleaned.get(f"most_{kind}")
            if least is not None and most is not None and most < least:
                self.add_error(f"most_{kind}", f"上限不能小于下限（{least}）。")
        return cleaned


class MandateField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Mandate) -> str:
        where = obj.electoral_district or obj.area
        return f"{obj.term} {where}"


class VoterForm(forms.Form):
    """A fixed voter; the name is sealed at rest."""

    name = forms.CharField(label="选民姓名", max_length=40)
    phone = forms.CharField(label="电话", max_length=30, required=False)
    address = forms.CharField(label="住址", max_length=120, required=False)
    mandate = MandateField(label="选区", queryset=Mandate.objects.none(), empty_label=None)

    def __init__(self, *args: Any, deputy: Deputy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seats = deputy.mandates.serving().select_related("term__congress", "area", "electoral_district")
        self.fields["mandate"].queryset = seats.order_by(F("electoral_district").asc(nulls_last=True), "pk")

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_phone(self) -> str:
        return normalised(self.cleaned_data["phone"])


class SuccessorForm(forms.Form):
    """Who takes over a waiting voter."""

    deputy = DeputyField(label="接手代表")
