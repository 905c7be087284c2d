"""Fields that several of the register's forms share: days, places, and a deputy by name or code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from congress.enums import TOWN_LEVEL, VILLAGE_LEVEL, Role
from congress.models import Area, User
from deputies.models import Deputy, Mandate
from deputies.services.guards import FieldRefused


class DayField(forms.DateField):
    """A day, chosen from the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class PlaceField(forms.ModelChoiceField):
    """An area. A village is shown with its town, because names repeat; give the queryset with ``parent``."""

    def label_from_instance(self, obj: Area) -> str:
        return obj.name if obj.is_town_level or obj.parent is None or not obj.parent.is_town_level else f"{obj.parent.name} {obj.name}"


def place_choices(user: User, seats: Sequence[Mandate]) -> list[tuple[str, str]]:
    """Towns and villages where the person works or sits; the office's are the district's. One query."""
    access = user.access
    areas = Area.objects.active().filter(kind__in=(*TOWN_LEVEL, *VILLAGE_LEVEL)).order_by("path")
    if not access.is_office:
        paths = [mandate.area.path for mandate in seats] or list(access.area_paths(Role.TOWN_OFFICE, Role.DEPUTY))
        units = {"/".join(path.split("/")[:3]) for path in paths}
        found = areas.none()
        for unit in units:
            found |= areas.filter(path__startswith=unit)
        areas = found
    return [("", "按代表所在选区"), *((area.code, area.name) for area in areas)]


def chosen_place(user: User, seats: Sequence[Mandate], code: str) -> Area | None:
    """The area of that code, None for no code. Raises ValidationError for one the person does not know."""
    if not code:
        return None
    known = {mandate.area.code: mandate.area for mandate in seats}
    area = known.get(code) or Area.objects.active().visible_to(user).filter(code=code).first()
    if area is None:
        raise ValidationError("没有这个村（社区），请重新选择。")
    return area


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
