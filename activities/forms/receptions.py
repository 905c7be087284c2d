"""Forms of reception days: schedules, a rota, who stands on a day, the window, swaps and wishes. What is allowed the services say."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone

from activities.enums import DayRule, Shift, WishKind
from activities.models import ReceptionDay, ReceptionSchedule
from activities.services import receptions_schedules
from activities.services.rota import MOST_MONTHS
from congress.models import Area, User
from congress.upload_fields import UploadsField
from congress.workdays import WEEKDAYS
from deputies.forms.contacts import PHOTOS, VotersField, WhatAndWhere
from deputies.forms.fields import DayField

_WEEKDAYS = [("", "—"), *((number, name) for number, name in enumerate(WEEKDAYS, start=1))]


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class ScheduleForm(forms.Form):
    """A platform's fixed day. One row of the table, or the line that is laid over all of a town."""

    rule = forms.ChoiceField(label="日期规则", choices=DayRule.choices, initial=DayRule.DATE)
    number = forms.IntegerField(label="第几", min_value=1, max_value=31, initial=15)
    weekday = forms.TypedChoiceField(label="星期", choices=_WEEKDAYS, coerce=int, empty_value=None, required=False)
    shift = forms.ChoiceField(label="遇节假日", choices=Shift.choices, initial=Shift.LATER)
    starts_at = forms.TimeField(label="开始", widget=TimeInput, initial=datetime.time(9))
    ends_at = forms.TimeField(label="结束", widget=TimeInput, initial=datetime.time(11, 30))
    deputies = forms.IntegerField(label="每次几名", min_value=1, max_value=10, initial=2)
    notice_days = forms.IntegerField(label="提前几日公告", min_value=1, max_value=30, initial=3)
    is_active = forms.BooleanField(label="在用", required=False, initial=True)

    def __init__(self, *args: Any, schedule: ReceptionSchedule | None = None, name: str = "", **kwargs: Any) -> None:
        initial = {field: getattr(schedule, field) for field in receptions_schedules.FIELDS} if schedule else {}
        super().__init__(*args, initial={**initial, **kwargs.pop("initial", {})}, **kwargs)
        if name:
            for label, field in self.fields.items():
                field.widget.attrs["aria-label"] = f"{name}：{self.fields[label].label}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and (wrong := receptions_schedules.fault(cleaned)):
            self.add_error(wrong[0], f"{wrong[1]}。")
        return cleaned

    @property
    def sentences(self) -> list[str]:
        """Every error with the name of its field, for a row of a table."""
        return [f"{self.fields[name].label}：{' '.join(map(str, errors))}" for name, errors in self.errors.items() if name in self.fields]


class MonthField(forms.CharField):
    """A month, as its first day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"), **kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return datetime.datetime.strptime(text, "%Y-%m").date()
        except ValueError:
            raise forms.ValidationError("请按“2027-01”的样子填写月份。") from None


class RotaForm(forms.Form):
    """Which months, and the platforms of which towns."""

    first_month = MonthField(label="从哪个月排起", error_messages={"required": "请填写从哪个月排起。"})
    months = forms.IntegerField(label="排几个月", min_value=1, max_value=MOST_MONTHS, initial=12)
    areas = forms.MultipleChoiceField(
        label="哪些镇（街道）的平台", widget=forms.CheckboxSelectMultiple, error_messages={"required": "请至少选择一个镇（街道）。"}
    )

    def __init__(self, *args: Any, units: Sequence[tuple[Area, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["areas"].choices = [(unit.code, f"{unit.name}（{count} 个平台）") for unit, count in units]  # type: ignore[attr-defined]
        if len(units) == 1:
            self.initial.setdefault("areas", [units[0][0].code])


class DutiesForm(forms.Form):
    """Who stands on a day. ``confirmed`` is sent once the person has read what the choice breaks."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    deputies = forms.MultipleChoiceField(label="值班代表", error_messages={"required": "请至少勾选一名代表。"})
    confirmed = forms.CharField(required=False)

    def __init__(self, *args: Any, candidates: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputies"].choices = [(str(pk), name) for pk, name in candidates]  # type: ignore[attr-defined]

    def chosen(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["deputies"]]


class CancelReceptionForm(forms.Form):
    reason = forms.CharField(
        label="取消的原因",
        max_length=200,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "请写明取消的原因。"},
        help_text="会告诉值班代表，并显示在接待日的页面上。",
    )


class WindowForm(WhatAndWhere):
    """A visitor at the window. Place and channel follow from the day."""

    key = forms.CharField(
        max_length=64,
        widget=forms.HiddenInput,
        validators=[RegexValidator(r"^[0-9A-Za-z-]{8,64}\Z", "这份表单已失效，请重新打开接待窗口。")],
        error_messages={"required": "这份表单已失效，请重新打开接待窗口。"},
    )
    deputies = forms.MultipleChoiceField(
        label="接待的代表", widget=forms.CheckboxSelectMultiple, error_messages={"required": "请勾选接待的代表。"}
    )
    voters = VotersField(label="选民", required=False)
    photos = UploadsField(label="照片", help_text="")
    follow = forms.BooleanField(
        label="登记为意见，跟踪办理",
        required=False,
        help_text="由镇（街道）人大转有关单位办理，结果会告诉代表和选民。不要在内容里写选民的姓名和电话。",
    )

    def __init__(self, *args: Any, user: User, day: ReceptionDay, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        for name in ("channel", "area", "place"):  # they follow from the day
            del self.fields[name]
        self.day = day
        self.people = {str(duty.deputy.pk): duty.deputy for duty in day.duties.all()}
        self.fields["deputies"].choices = [(pk, deputy.name) for pk, deputy in self.people.items()]  # type: ignore[attr-defined]
        self.fields["photos"].widget.attrs.update(accept=PHOTOS)
        me = [pk for pk, deputy in self.people.items() if deputy.user_id == user.pk]
        now = timezone.localtime().replace(second=0, microsecond=0)
        start = timezone.make_aware(datetime.datetime.combine(day.on, day.starts_at))
        self.initial = {
            "key": str(uuid.uuid4()),
            "deputies": me or list(self.people),
            "at": now if day.on == now.date() else min(start, now),
            "people": 1,
            **self.initial,
        }

    @property
    def voter_rows(self) -> list[tuple[str, str, str]]:
        typed = self["voters"].value() or []
        return [row for row in typed if any(row)] or [("", "", "")]

    def clean_at(self) -> datetime.datetime:
        at = self.cleaned_data["at"]
        if at is None:
            return self.initial["at"]
        if timezone.localtime(at).date() != self.day.on:
            raise forms.ValidationError(f"时间应在接待当天，{self.day.on.month}月{self.day.on.day}日。")
        return at

    def entered(self) -> dict[str, Any]:
        """What ``receptions.record_visitor`` takes."""
        names = ("key", "text", "at", "people", "result", "voters", "photos")
        return {**{name: self.cleaned_data[name] for name in names}, "deputies": [self.people[pk] for pk in self.cleaned_data["deputies"]]}


class HoldForm(forms.Form):
    """Who was there, and what is to be said of the day."""

    present = forms.MultipleChoiceField(label="到场的代表", required=False, widget=forms.CheckboxSelectMultiple)
    note = forms.CharField(
        label="接待情况",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text="如：接待选民5人，反映农村道路、饮水问题3件。没有选民来访的，写“无来访”。",
    )

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["present"].choices = [(str(pk), name) for pk, name in people]  # type: ignore[attr-defined]

    def there(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["present"]]


class SwapForm(forms.Form):
    to = forms.ChoiceField(label="请谁代班", error_messages={"required": "请选择一名代表。"})
    reason = forms.CharField(label="原因", required=False, max_length=120, widget=forms.TextInput(attrs={"placeholder": "如：外出开会"}))

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", "请选择"), *choices]  # type: ignore[attr-defined]


class WishForm(forms.Form):
    kind = forms.ChoiceField(label="哪种情况", choices=WishKind.choices, widget=forms.RadioSelect, initial=WishKind.AWAY)
    starts_on = DayField(label="从", error_messages={"required": "请填写从哪一天起。"})
    ends_on = DayField(label="至", required=False, help_text="只有一天的，可以不填。")
    note = forms.CharField(label="说明", required=False, max_length=100, widget=forms.TextInput(attrs={"placeholder": "如：外出务工"}))
