"""Fields that several of the register's forms share: days, places, and a deputy by name or code."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from congress.models import Area
from deputies.models import Deputy
from deputies.services.guards import FieldRefused


class DayField(forms.DateField):
    """A day, chosen from the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class PlaceField(forms.ModelChoiceField):
    """An area. A village is shown with its town, because names repeat; give the queryset with ``parent``."""

    def label_from_instance(self, obj: Area) -> str:
        return obj.name if obj.is_town_level or obj.parent is None or not obj.parent.is_town_level else f"{obj.parent.name} {obj.name}"


class DeputyField(forms.CharField):
    """One deputy, by code or by a name that only one has. Set ``queryset`` in the form's constructor; the browser suggests."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}), **kwargs)
        self.queryset: QuerySet[Deputy] = Deputy.objects.none()

    def offer(self, queryset: QuerySet[Deputy], list_id: str) -> list[tuple[str, str]]:
        """Lets the field choose among these, and gives (code, words) for the page's <datalist> of that id."""
        self.queryset = queryset
        self.widget.attrs["list"] = list_id
        rows = queryset.order_by("code").values_list("code", "name", "position")
        return [(code, f"{name} {position}".strip()) for code, name, position in rows]

    def clean(self, value: Any) -> Deputy | None:
        text = super().clean(value).split(" ")[0]
        if not text:
            return None
        found = list(self.queryset.filter(code=text)) or list(self.queryset.filter(name=text).order_by("code")[:4])
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(f"没有可选的代表“{text}”。请核对姓名，或填写代表编号。")
        raise ValidationError(f"叫“{text}”的代表不止一名：{'、'.join(row.code for row in found)}。请填写代表编号。")


def show_refusal(form: forms.BaseForm, refusal: Exception) -> None:
    """Puts a service's refusal beside the field it speaks of, or above the form."""
    field = refusal.field if isinstance(refusal, FieldRefused) and refusal.field in form.fields else None
    form.add_error(field, str(refusal))
