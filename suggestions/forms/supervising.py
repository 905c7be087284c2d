"""Forms of key supervision. They check what is typed; what is allowed the services say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from congress.enums import Role
from congress.models import User
from congress.upload_fields import UploadsField
from deputies.forms.fields import DayField
from suggestions.enums import SupervisionMethod
from suggestions.forms.actions import ActionForm
from suggestions.models import KeySupervision, Suggestion, SupervisionEvent

_MOST = 20_000
_METHOD = {"choices": SupervisionMethod.choices, "error_messages": {"required": "请选择督办方式。"}}


def leaders() -> QuerySet[User]:
    return User.objects.in_role(Role.LEADER).order_by("name", "pk")


class DecisionForm(forms.Form):
    """What a chairpersons' meeting decided, for one suggestion or for many."""

    year = forms.IntegerField(label="年度", min_value=2000, max_value=2199, error_messages={"required": "请填写年度。"})
    meeting = forms.CharField(
        label="主任会议",
        max_length=60,
        help_text="确定重点督办的会议，如：第五十二次主任会议。",
        error_messages={"required": "请填写确定重点督办的主任会议。"},
    )
    decided_on = DayField(label="确定日期", error_messages={"required": "请填写确定日期。"})
    leader = forms.ModelChoiceField(
        User.objects.none(), label="领衔领导", empty_label="请选择", error_messages={"required": "请选择领衔领导。"}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leader"].queryset = leaders()
        today = timezone.localdate()
        for name, value in (("year", today.year), ("decided_on", today)):
            self.initial.setdefault(name, value)


class ChooseForm(ActionForm, DecisionForm):
    """On the suggestion's own page; one that is decided already is put right there."""

    def __init__(self, *args: Any, user: User, suggestion: Suggestion, **kwargs: Any) -> None:
        known = KeySupervision.objects.filter(suggestion=suggestion).first()
        initial = {name: getattr(known, name) for name in ("year", "meeting", "decided_on", "leader")} if known else {}
        super().__init__(*args, user=user, suggestion=suggestion, initial=initial, **kwargs)


class EventForm(forms.Form):
    """One of the five methods, and what came of it."""

    method = forms.ChoiceField(label="督办方式", widget=forms.RadioSelect, **_METHOD)
    on = DayField(label="日期", error_messages={"required": "请填写督办日期。"})
    place = forms.CharField(label="地点", max_length=80, required=False)
    minutes = forms.CharField(
        label="督办情况",
        max_length=_MOST,
        widget=forms.Textarea({"rows": 5}),
        help_text="谁参加、看了什么、承办单位怎么说、提出了什么要求、什么时候再看。",
        error_messages={"required": "请写明督办情况。"},
    )
    photos = UploadsField(label="照片", help_text="可一次选 9 张，每张不超过 20 MB；照片中的拍摄地点等信息会自动去除。")

    def __init__(self, *args: Any, event: SupervisionEvent | None = None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"on": timezone.localdate()}
        if event is not None:
            initial = {name: getattr(event, name) for name in ("method", "on", "place", "minutes")}
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)


class NextForm(forms.Form):
    """What comes next; without a method nothing is planned."""

    method = forms.ChoiceField(label="下一步", choices=[("", "不安排"), *SupervisionMethod.choices], required=False)
    on = DayField(label="日期", required=False)


class ResultForm(forms.Form):
    result = forms.CharField(
        label="督办结果",
        max_length=_MOST,
        widget=forms.Textarea({"rows": 4}),
        help_text="问题解决到什么程度，还有哪些要继续跟踪。填写后本件督办结束，代表会看到。",
        error_messages={"required": "请写明督办结果。"},
    )


class DropForm(forms.Form):
    reason = forms.CharField(label="取消原因", max_length=200, error_messages={"required": "请写明取消重点督办的原因。"})
