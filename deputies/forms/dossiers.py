"""The form that asks for many dossiers at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from congress.enums import Role
from congress.models import Area, Congress, User
from congress.periods import Period

_YEARS = 6


class BatchForm(forms.Form):
    """Year and area. The office and the leaders choose the whole district or one town, town staff one of their own."""

    period = forms.TypedChoiceField(label="年度", coerce=Period.parse, error_messages={"required": "请选择年度。"})
    area = forms.ModelChoiceField(
        Area.objects.none(), label="镇（街道）", to_field_name="code", error_messages={"required": "请选择镇（街道）。"}
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this = timezone.localdate().year
        self.fields["period"].choices = [(str(year), f"{year}年") for year in range(this, this - _YEARS, -1)]  # type: ignore[attr-defined]
        areas: forms.ModelChoiceField = self.fields["area"]  # type: ignore[assignment]
        if user.access.is_district_staff:
            home, units = Congress.objects.home(), Area.objects.active().town_level()
            areas.queryset = units.within(home.area) if home else units
            areas.required, areas.empty_label = False, "全区"
        else:
            areas.queryset = Area.objects.filter(pk__in=user.access.area_ids(Role.TOWN_OFFICE))
            areas.empty_label = None
