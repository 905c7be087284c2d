"""The working calendar in the staff admin: single days, a range, or a whole holiday notice pasted in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from congress.access import may
from congress.errors import DomainError
from congress.holiday_notice import EXAMPLE, Day, days_in_range, read_notice
from congress.models import CalendarDay, User
from congress.services import calendar
from congress.workdays import WEEKDAYS

_ANSWERS = [(False, "休息"), (True, "上班")]


class NoticeForm(forms.Form):
    """The text of a notice. ``clean`` reads it; ``days`` holds what it says."""

    year = forms.IntegerField(label="年度", min_value=2000, max_value=2099, help_text="通知安排的是哪一年的节假日")
    source = forms.CharField(label="依据", max_length=120, help_text="通知的名称或文号，如：国办发明电〔2026〕8号")
    text = forms.CharField(
        label="通知正文", widget=forms.Textarea(attrs={"rows": 12, "cols": 80}), help_text=f"从政府网站复制后粘贴，例如：{EXAMPLE}"
    )

    days: list[Day]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "text" in data and "year" in data:
            try:
                self.days = read_notice(data["text"], data["year"])
            except DomainError as refusal:
                self.add_error("text", str(refusal))
        return data


class RangeForm(forms.Form):
    """Consecutive days with one and the same answer."""

    first = forms.DateField(label="开始日期", help_text="如 2027-04-08", widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label="结束日期", help_text="含当日；只有一天的，与开始日期相同", widget=forms.DateInput(attrs={"type": "date"}))
    is_workday = forms.TypedChoiceField(
        label="这几天", choices=_ANSWERS, coerce=lambda value: value == "True", initial=False, widget=forms.RadioSelect
    )
    name = forms.CharField(label="说明", max_length=60, help_text="如：广西三月三放假、国庆节调休上班")
    source = forms.CharField(label="依据", max_length=120, required=False, help_text="通知的名称或文号")

    days: list[Day]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if {"first", "last", "is_workday", "name"} <= data.keys():
            try:
                self.days = days_in_range(data["first"], data["last"], is_workday=data["is_workday"], name=data["name"])
            except DomainError as refusal:
                self.add_error("last", str(refusal))
        return data


@admin.register(CalendarDay)
class CalendarDayAdmin(admin.ModelAdmin):
    """Staff's own days go before the published data. Every way in ends in ``congress.services.calendar``."""

    list_display = ["date", "weekday", "is_workday", "name", "source"]
    list_filter = ["is_workday"]
    search_fields = ["name", "source"]
    date_hierarchy = "date"
    ordering = ["-date"]
    change_list_template = "admin/congress/calendarday/change_list.html"

    @admin.display(description="星期")
    def weekday(self, row: CalendarDay) -> str:
        return WEEKDAYS[row.date.weekday()]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "congress.manage_master_data")

    def has_view_permission(self, request: HttpRequest, obj: CalendarDay | None = None) -> bool:
        return may(request.user, "congress.manage_master_data")

    has_add_permission = has_module_permission
    has_change_permission = has_delete_permission = has_view_permission  # type: ignore[assignment]

    def get_readonly_fields(self, request: HttpRequest, obj: CalendarDay | None = None) -> list[str]:
        return ["date"] if obj else []

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: forms.ModelForm, change: bool) -> None:
        saved = calendar.save_days(actor=_person(request), days=[Day(obj.date, obj.is_workday, obj.name)], source=obj.source)
        obj.pk = CalendarDay.objects.get(date=obj.date).pk
        _tell(request, saved)

    def delete_model(self, request: HttpRequest, obj: CalendarDay) -> None:
        _tell(request, calendar.remove_days(actor=_person(request), dates=[obj.date]))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CalendarDay]) -> None:
        _tell(request, calendar.remove_days(actor=_person(request), dates=queryset.values_list("date", flat=True)))

    def get_urls(self) -> list[URLPattern]:
        mine = [
            path("notice/", self.admin_site.admin_view(self.enter_notice), name="congress_calendarday_notice"),
            path("range/", self.admin_site.admin_view(self.enter_range), name="congress_calendarday_range"),
        ]
        return mine + super().get_urls()

    def enter_notice(self, request: HttpRequest) -> HttpResponse:
        """Paste, check the days read from it, save. The text stays in the form in between."""
        return self._enter(request, NoticeForm, "粘贴放假通知", {"year": timezone.localdate().year + 1})

    def enter_range(self, request: HttpRequest) -> HttpResponse:
        return self._enter(request, RangeForm, "录入一段日期", {})

    def _enter(
        self, request: HttpRequest, form_class: Callable[..., NoticeForm | RangeForm], title: str, initial: dict[str, Any]
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = form_class(request.POST or None, initial=initial)
        preview: list[tuple[Day, str, str]] = []
        if request.method == "POST" and form.is_valid():
            if "save" in request.POST:
                try:
                    saved = calendar.save_days(actor=_person(request), days=form.days, source=form.cleaned_data["source"])
                except DomainError as refusal:
                    form.add_error(None, str(refusal))
                else:
                    messages.success(request, f"已保存：新增 {saved.created} 天，更改 {saved.updated} 天，未变 {saved.unchanged} 天。")
                    _tell(request, saved)
                    return redirect(reverse("admin:congress_calendarday_changelist"))
            else:
                preview = _compare(form.days)
        context = {**self.admin_site.each_context(request), "opts": self.model._meta, "title": title, "form": form, "preview": preview}
        return render(request, "admin/congress/calendarday/enter.html", context)


def _compare(days: Iterable[Day]) -> list[tuple[Day, str, str]]:
    """Each day with its weekday and what will happen to it, for a look before saving."""
    days = list(days)
    known = {row.date: (row.is_workday, row.name) for row in CalendarDay.objects.filter(date__in=[day.date for day in days])}
    return [
        (
            day,
            WEEKDAYS[day.date.weekday()],
            "新增" if day.date not in known else "未变" if known[day.date] == (day.is_workday, day.name) else f"原为{known[day.date][1]}",
        )
        for day in days
    ]


def _person(request: HttpRequest) -> User:
    """Whoever signs the change; the admin's own gate let nobody else through."""
    assert isinstance(request.user, User)
    return request.user


def _tell(request: HttpRequest, saved: calendar.Saved) -> None:
    """Says which deadlines moved."""
    for label, count in saved.moved.items():
        messages.info(request, f"按新的日历重新计算了期限：{label} {count} 项。")
