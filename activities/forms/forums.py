"""Forms of opinion forums. They check what is typed; what is allowed the services say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from activities.models import ForumItem, OpinionForum
from activities.services.forums import ORGANISERS, units
from congress.enums import Role
from congress.models import Area, Organisation, User
from deputies.forms.fields import DayField, DeputyField, PlaceField
from deputies.models import Deputy, Mandate, Opinion

_MOST = 4000


class _Unit(forms.ModelChoiceField):
    def label_from_instance(self, obj: Organisation) -> str:
        return obj.short_name or obj.name


class _OpinionChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Opinion) -> str:
        return f"{obj.code} {obj.title}"


def _words(label: str, rows: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=_MOST, widget=forms.Textarea({"rows": rows}), **kwargs)


class VersionForm(forms.Form):
    """A step of a forum. ``version`` is the one the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ForumForm(VersionForm):
    """Opens a forum, or changes one that still collects."""

    topic = forms.CharField(label="主题", max_length=80, help_text="一次集中反映一个方面的问题，如：小餐饮店食品安全管理。")
    area = PlaceField(queryset=Area.objects.none(), label="范围", help_text="这个范围内的在任代表都可以报送意见。")
    organiser = _Unit(queryset=Organisation.objects.none(), label="主办单位")
    collect_until = DayField(label="征集截止")
    planned_on = DayField(label="计划举行日期", help_text="每半年举行一次，所属半年按这个日期确定。")
    place = forms.CharField(label="地点", max_length=80, required=False)

    def __init__(self, *args: Any, user: User, forum: OpinionForum | None = None, **kwargs: Any) -> None:
        initial = {"version": 0}
        if forum is not None:
            names = ("version", "topic", "organiser", "collect_until", "planned_on", "place")
            initial = {name: getattr(forum, name) for name in names}
        super().__init__(*args, initial={**initial, **kwargs.pop("initial", {})}, **kwargs)
        own = user.access.area_ids(Role.OFFICE, Role.TOWN_OFFICE)
        areas: QuerySet[Area] = Area.objects.filter(pk__in=own).select_related("parent")
        organs = Organisation.objects.active().filter(kind__in=ORGANISERS, area__in=own)
        if user.access.is_office:
            areas = (areas | Area.objects.active().town_level().select_related("parent")).order_by("path")
            organs = Organisation.objects.active().filter(kind__in=ORGANISERS)
        if forum is not None:
            del self.fields["area"]
        else:
            self.fields["area"].queryset = areas  # type: ignore[attr-defined]
            self.fields["area"].initial = areas.first()
        self.fields["organiser"].queryset = organs.order_by("kind", "code")  # type: ignore[attr-defined]
        self.fields["organiser"].initial = self.fields["organiser"].initial or organs.order_by("kind", "code").first()


class CancelForm(forms.Form):
    reason = forms.CharField(label="取消的原因", max_length=200, widget=forms.Textarea({"rows": 2}))


class SendInForm(forms.Form):
    """A deputy's matter, in her own words or from a voter's opinion that was to come here."""

    opinion = _OpinionChoice(Opinion.objects.none(), label="来自选民意见", required=False, empty_label="不是，另外反映")
    text = _words("反映的问题和建议", 6, help_text="是什么问题、在哪里、影响多少人、建议怎么办。不要写选民的姓名和电话。")

    def __init__(self, *args: Any, opinions: QuerySet[Opinion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opinion"].queryset = opinions  # type: ignore[attr-defined]
        if not opinions:
            del self.fields["opinion"]


class SendInForDeputyForm(SendInForm):
    """The staff's way in: for any deputy of the forum's area, with the unit where it is clear already."""

    field_order = ["deputy", "opinion", "text", "unit"]
    deputy = DeputyField(label="反映的代表", help_text="填写姓名；重名的填写代表编号。")
    unit = _Unit(Organisation.objects.none(), label="承办单位", required=False, empty_label="以后再定")

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        serving = Mandate.objects.serving().within(area)
        self.deputies = self.fields["deputy"].offer(Deputy.objects.filter(pk__in=serving.values("deputy")), "deputies")  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units()  # type: ignore[attr-defined]


class ArrangeForm(VersionForm):
    """The agenda's order and the unit of each matter, one line a matter."""

    def __init__(self, *args: Any, items: list[ForumItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        # One reading of the units for all lines.
        choices = [("", "未定"), *((str(unit.pk), unit.short_name or unit.name) for unit in units())]
        for item in items:
            self.fields[f"order-{item.code}"] = forms.IntegerField(
                label=f"第{item.number}件的顺序", min_value=1, max_value=999, initial=item.number
            )
            self.fields[f"unit-{item.code}"] = forms.TypedChoiceField(
                label=f"第{item.number}件的承办单位",
                required=False,
                choices=choices,
                coerce=int,
                empty_value=None,
                initial=str(item.unit_id or ""),
            )

    def lines(self) -> list[tuple[ForumItem, Any, Any]]:
        return [(item, self[f"order-{item.code}"], self[f"unit-{item.code}"]) for item in self.items]

    def order(self) -> dict[str, int]:
        return {item.code: self.cleaned_data[f"order-{item.code}"] for item in self.items}

    def given(self) -> dict[str, Organisation | None]:
        asked = {item.code: self.cleaned_data[f"unit-{item.code}"] for item in self.items}
        found = Organisation.objects.in_bulk([pk for pk in asked.values() if pk])
        return {code: found.get(pk) if pk else None for code, pk in asked.items()}


class HoldForm(VersionForm):
    held_on = DayField(label="举行日期", initial=timezone.localdate)
    place = forms.CharField(label="地点", max_length=80)


class SummaryForm(VersionForm):
    summary = _words("会议情况", 5, required=False, help_text="参加的领导和部门、总体情况，写入意见清单的正文。")


class SendForm(VersionForm):
    months = forms.IntegerField(label="反馈期限（个月）", min_value=1, max_value=12, help_text="自交办之日起算；个别事项可以另定日期。")


class MinutesForm(forms.Form):
    """What a clerk types while people speak. ``saw`` marks the words that were there when the typing began.

    It is a text field that is not shown, because a draft given back after a lost connection must bring its own mark along:
    otherwise it would pass for written over what a colleague has saved since.
    """

    spoken = _words("代表发言", 7, required=False)
    response = _words("部门当场回应", 7, required=False)
    saw = forms.CharField(max_length=16, widget=forms.TextInput({"hidden": True}))


class TextForm(forms.Form):
    text = _words("反映的问题和建议", 6)
    saw = forms.CharField(max_length=16, widget=forms.HiddenInput)


class AssignForm(forms.Form):
    unit = _Unit(Organisation.objects.none(), label="承办单位", empty_label="请选择")
    due_on = DayField(label="反馈期限", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units()  # type: ignore[attr-defined]


class FeedbackForm(forms.Form):
    feedback = _words("研究办理情况", 6, help_text="采纳的，写明怎么做、什么时候做完；没有采纳的，写明原因。")
    is_adopted = forms.TypedChoiceField(
        label="是否采纳",
        choices=[("yes", "采纳"), ("no", "未采纳")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择是否采纳。"},
    )
    saw = forms.CharField(max_length=16, widget=forms.HiddenInput)
