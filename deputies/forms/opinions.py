"""Forms of opinions. They check what is typed; what is allowed the services say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from congress.enums import OrganisationKind, Role
from congress.models import Area, Organisation, User
from deputies.enums import Urgency, Way
from deputies.forms.fields import chosen_place, place_choices
from deputies.models import Deputy, OpinionCategory
from deputies.services import contacts
from deputies.services.opinions import RESPONSIBLE, THROUGH

_MOST_SENTENCES = 12
_ENDS = re.compile(r"[^。！？；!?;\n]+[。！？；!?;]*")
_NO_WORDS = "请写明选民反映了什么。"
_DATE = {"type": "date"}
_PASSED_ON = [choice for choice in Way.choices if choice[0] != Way.ON_THE_SPOT]


def sentences(text: str) -> list[str]:
    """What a contact says, one sentence each, without repeats."""
    found = [part.strip() for part in _ENDS.findall(text)]
    return list(dict.fromkeys(part for part in found if part))[:_MOST_SENTENCES]


def responsible_choices(paths: Iterable[str] | None, *, may_direct: bool) -> QuerySet[Organisation]:
    """Who a matter of areas with those paths can be given to: any unit for those who direct it, else the town and the office.

    Without ``paths`` (None) it may be of anywhere in the district.
    """
    found = Organisation.objects.active().filter(kind__in=RESPONSIBLE if may_direct else THROUGH)
    if paths is None:
        return found.order_by("kind", "code")
    above = {code for path in paths for code in path.split("/") if code}
    elsewhere = Q(kind__in=[OrganisationKind.PRESIDIUM, OrganisationKind.BRANCH_OFFICE]) & ~Q(area__code__in=above)
    return found.exclude(elsewhere).order_by("kind", "code")


def _categories() -> list[tuple[Any, Any]]:
    """The categories in use as a select with groups; a category without children stands for itself. One query."""
    rows = list(OpinionCategory.objects.filter(is_active=True))
    children: dict[int, list[tuple[int, str]]] = {}
    for row in rows:
        if row.parent_id:
            children.setdefault(row.parent_id, []).append((row.pk, row.name))
    tops = [(row.name, children[row.pk]) if row.pk in children else (row.pk, row.name) for row in rows if row.parent_id is None]
    return [("", "暂不分类"), *tops]


class _Responsible(forms.ModelChoiceField):
    def label_from_instance(self, obj: Organisation) -> str:
        return obj.short_name or obj.name


class OpinionForm(forms.Form):
    """Makes one sentence of a contact a matter to follow."""

    sentence = forms.ChoiceField(label="选民说的哪一句", required=False, widget=forms.RadioSelect)
    text = forms.CharField(
        label="反映的事",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="写清是什么事、在哪里。不要写选民的姓名和电话。",
        error_messages={"required": _NO_WORDS},
    )
    category = forms.TypedChoiceField(label="类别", required=False, coerce=int, empty_value=None)
    place = forms.CharField(label="地点", required=False, max_length=80)
    urgency = forms.ChoiceField(label="紧急程度", choices=Urgency.choices, widget=forms.RadioSelect, initial=Urgency.ORDINARY)
    way = forms.ChoiceField(label="去向", choices=Way.choices, initial=Way.TOWN)
    result = forms.CharField(
        label="怎么答复的", required=False, max_length=2000, widget=forms.Textarea({"rows": 2}), help_text="去向选“当场答复”的必填。"
    )
    responsible = _Responsible(Organisation.objects.none(), label="交给谁", required=False, empty_label="先记下，由镇（街道）人大转办")
    due_on = forms.DateField(label="答复期限", required=False, widget=forms.DateInput(_DATE, format="%Y-%m-%d"))

    def __init__(self, *args: Any, words: str, paths: Iterable[str] | None, may_direct: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = sentences(words)
        if len(found) > 1:
            self.fields["sentence"].choices = [*((part, part) for part in found), (words, "整段")]  # type: ignore[attr-defined]
            self.fields["sentence"].initial = found[0]
            self.fields["text"].label = "换个说法"
        else:
            del self.fields["sentence"]
            self.fields["text"].initial = words
            self.fields["text"].required = True
        self.fields["category"].choices = _categories()  # type: ignore[attr-defined]
        self.fields["responsible"].queryset = responsible_choices(paths, may_direct=may_direct)  # type: ignore[attr-defined]
        if not may_direct:
            del self.fields["due_on"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        data["text"] = data.get("text", "") or data.get("sentence", "")
        if not data["text"] and "text" not in self.errors:
            self.add_error("text", _NO_WORDS)
        if data.get("way") == Way.ON_THE_SPOT:
            data["responsible"] = data["due_on"] = None
            if not data.get("result", "").strip():
                self.add_error("result", "当场答复的，请写明是怎么答复的。")
        return data


class LoneOpinionForm(OpinionForm):
    """A matter that came without a contact: by letter, or raised at a meeting. Asks whose it is and where."""

    deputy = forms.CharField(label="反映的代表", required=False)
    area = forms.CharField(label="村（社区）", required=False)
    field_order = ["deputy", "text", "area", "place"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        own = Deputy.objects.filter(user=user).prefetch_related(contacts.mandates())
        self.me = own.first() if user.access.has(Role.DEPUTY) else None
        self.on_behalf = user.access.has(Role.TOWN_OFFICE, Role.OFFICE)
        self.seats = contacts.mandates_on(self.me, timezone.localdate()) if self.me else []
        self.own_paths = [contacts.place_of(seat).path for seat in self.seats]
        paths = None if user.access.is_office else user.access.area_paths(Role.TOWN_OFFICE) if self.on_behalf else self.own_paths
        super().__init__(*args, words="", paths=paths, may_direct=self.on_behalf, **kwargs)
        if self.on_behalf:
            self.fields["deputy"].widget = forms.Select(choices=self._deputies)
            if self.me:
                self.fields["deputy"].initial = self.me.code
        else:
            del self.fields["deputy"]
        self.fields["area"].widget = forms.Select(choices=self._areas)

    def _deputies(self) -> list[tuple[str, str]]:
        rows = Deputy.objects.visible_to(self.user).serving().order_by("name", "code").values_list("code", "name", "position")
        return [("", "请选择"), *((code, f"{name}（{position or code}）") for code, name, position in rows)]

    def _areas(self) -> list[tuple[str, str]]:
        return place_choices(self.user, self.seats)

    def clean_area(self) -> Area | None:
        return chosen_place(self.user, self.seats, self.cleaned_data["area"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        deputy = self.me
        if self.on_behalf:
            seen = Deputy.objects.visible_to(self.user).filter(code=data.get("deputy") or "").prefetch_related(contacts.mandates())
            deputy = seen.first()
            if deputy is None:
                self.add_error("deputy", "请选择反映意见的代表。")
        data["deputies"] = [deputy] if deputy else []
        seats = contacts.mandates_on(deputy, timezone.localdate()) if deputy else []
        if data.get("area") is None and seats:
            data["area"] = contacts.place_of(seats[0])
        return data


class StepForm(forms.Form):
    """A step of an opinion. ``version`` is the one the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class PassOnForm(StepForm):
    way = forms.ChoiceField(label="去向", choices=_PASSED_ON, initial=Way.TOWN)
    responsible = _Responsible(
        Organisation.objects.none(), label="交给谁", error_messages={"required": "请选择交给谁办理。"}, empty_label="请选择"
    )
    due_on = forms.DateField(label="答复期限", required=False, widget=forms.DateInput(_DATE, format="%Y-%m-%d"))
    note = forms.CharField(label="说明", required=False, max_length=500, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, area: Area, may_direct: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = responsible_choices([area.path], may_direct=may_direct)  # type: ignore[attr-defined]
        if not may_direct:
            del self.fields["due_on"]


class TakeForm(StepForm):
    note = forms.CharField(label="打算怎么办", required=False, max_length=500, widget=forms.Textarea({"rows": 2}))


class AnswerForm(StepForm):
    result = forms.CharField(
        label="办理结果",
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text="做了什么，什么时候做完；一时办不到的，写明原因和打算。",
        error_messages={"required": "请写明办理的结果。"},
    )


class TellForm(StepForm):
    on = forms.DateField(label="哪一天告知的", widget=forms.DateInput(_DATE, format="%Y-%m-%d"), initial=timezone.localdate)


class CloseForm(StepForm):
    is_settled = forms.TypedChoiceField(
        label="选民怎么说",
        choices=[("yes", "已解决"), ("no", "没有解决"), ("unsaid", "没有表示")],
        coerce=lambda value: {"yes": True, "no": False}.get(value),
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择选民的意见。"},
    )


class ReopenForm(StepForm):
    reason = forms.CharField(
        label="为什么重新办理", max_length=500, widget=forms.Textarea({"rows": 2}), error_messages={"required": "请写明为什么重新办理。"}
    )
    due_on = forms.DateField(label="新的答复期限", required=False, widget=forms.DateInput(_DATE, format="%Y-%m-%d"))
