"""The form 记一笔, and the one that corrects what was recorded."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from congress.enums import Role
from congress.models import Area, User
from congress.phones import normalised
from congress.upload_fields import UploadsField
from deputies.enums import Channel
from deputies.forms.fields import chosen_place, place_choices
from deputies.models import Deputy, VoterContact
from deputies.services import contacts
from deputies.services.contacts import Voter

PHOTOS = "image/*,.heic,.heif"
_MOST_TEXT = 5000
_MOST_VOTERS = 50


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class VotersField(forms.Field):
    """Rows of name, phone and address under one name; cleans to ``Voter``s, leaving blank rows out."""

    class Rows(forms.Widget):
        def value_from_datadict(self, data: Any, files: MultiValueDict, name: str) -> list[tuple[str, str, str]]:
            if not hasattr(data, "getlist"):
                return list(data.get(name, []))
            columns = [data.getlist(f"{name}_{part}") for part in ("name", "phone", "address")]
            count = max(map(len, columns))
            rows = zip(*([*column, *[""] * (count - len(column))] for column in columns), strict=True)
            return [(name, phone, address) for name, phone, address in rows]

    widget = Rows

    def clean(self, value: Any) -> list[Voter]:
        rows = [tuple(" ".join(part.split()) for part in row) for row in value or ()]
        voters = [Voter(name, normalised(phone), address) for name, phone, address in rows if name or phone or address]
        if len(voters) > _MOST_VOTERS:
            raise forms.ValidationError(f"一次最多登记 {_MOST_VOTERS} 名选民；人多的只填人数。")
        for voter in voters:
            if len(voter.name) > 40 or len(voter.phone) > 30 or len(voter.address) > 120:
                raise forms.ValidationError("选民的姓名、电话或住址太长，请核对。")
            if any("\x00" in part for part in (voter.name, voter.phone, voter.address)):
                raise forms.ValidationError("选民的姓名、电话或住址里有不能保存的符号，请核对。")
        return voters


class WhatAndWhere(forms.Form):
    """What both forms ask: how, when, where, how many, what was said and what was answered."""

    channel = forms.ChoiceField(
        label="怎么联系的", choices=Channel.choices, widget=forms.RadioSelect, error_messages={"required": "请选择怎么联系的。"}
    )
    text = forms.CharField(
        label="选民说了什么",
        max_length=_MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "一两句话就够，可用输入法的语音键"}),
        error_messages={"required": "请写明选民说了什么，一两句话就可以。"},
    )
    at = forms.DateTimeField(
        label="时间",
        required=False,
        widget=MomentInput,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        error_messages={"invalid": "请按“年月日 时分”填写时间。"},
    )
    area = forms.CharField(label="村（社区）", required=False)
    place = forms.CharField(label="地点", required=False, max_length=80, widget=forms.TextInput(attrs={"placeholder": "如：村口文化广场"}))
    people = forms.IntegerField(label="选民人数", required=False, min_value=1, max_value=9999)
    result = forms.CharField(label="当场怎么答复的", required=False, max_length=_MOST_TEXT, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        # A list of areas costs a query, which a form that is saved need not ask: it is read when the page is drawn.
        self.fields["area"].widget = forms.Select(choices=self._areas)

    def _areas(self) -> list[tuple[str, str]]:
        return place_choices(self.user, self.seats())

    def seats(self) -> list[Any]:
        return []

    def clean_area(self) -> Area | None:
        return chosen_place(self.user, self.seats(), self.cleaned_data["area"])


class ContactForm(WhatAndWhere):
    """记一笔. A deputy enters her own; town staff and the office choose whose it is.

    ``owner`` is whose form it is: one kept on a phone must not be sent under the next person's account.
    """

    key = forms.CharField(
        max_length=64,
        widget=forms.HiddenInput,
        validators=[RegexValidator(r"^[0-9A-Za-z-]{8,64}\Z", "这份表单已失效，请重新打开“记一笔”。")],
        error_messages={"required": "这份表单已失效，请重新打开“记一笔”。"},
    )
    owner = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    deputy = forms.CharField(label="代表", required=False)
    companions = forms.MultipleChoiceField(label="同去的代表", required=False)
    voters = VotersField(label="选民", required=False)
    photos = UploadsField(label="照片", help_text="")
    follow = forms.BooleanField(label="需要有人去办", required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.me: Deputy | None = Deputy.objects.filter(user=user).prefetch_related(contacts.mandates()).first()
        self.on_behalf = user.access.has(Role.TOWN_OFFICE, Role.OFFICE)
        self.initial = {
            "key": str(uuid.uuid4()),
            "owner": str(user.pk),
            "channel": Channel.VISIT,
            "at": timezone.localtime(),
            "deputy": self.me.code if self.me else "",
            **self.initial,
        }
        self.fields["photos"].widget.attrs.update(accept=PHOTOS)
        if self.on_behalf:
            self.fields["deputy"].widget = forms.Select(choices=self._deputies)
        else:
            del self.fields["deputy"]
        self.fields["companions"].widget = forms.SelectMultiple(choices=self._companions, attrs={"size": 4})
        self.fields["companions"].valid_value = lambda value: True  # asked of the database in clean(), together

    def seats(self) -> list[Any]:
        return list(self.me.mandates.all()) if self.me else []

    @property
    def summary(self) -> str:
        """When and where in one line, as far as it was typed."""
        at = self["at"].value()
        return f"{at.month}月{at.day}日 {at:%H:%M}" if isinstance(at, datetime.datetime) else str(at or "现在").replace("T", " ")

    @property
    def voter_rows(self) -> list[tuple[str, str, str]]:
        """What was typed, and always one row to type in."""
        typed = self["voters"].value() or []
        return [row for row in typed if any(row)] or [("", "", "")]

    def _deputies(self) -> list[tuple[str, str]]:
        return [("", "请选择"), *self._serving()]

    def _companions(self) -> list[tuple[str, str]]:
        return [choice for choice in self._serving() if self.on_behalf or self.me is None or choice[0] != self.me.code]

    def _serving(self) -> list[tuple[str, str]]:
        if not hasattr(self, "_found"):
            rows = Deputy.objects.visible_to(self.user).serving().order_by("name", "code").values_list("code", "name", "position")
            self._found = [(code, f"{name}（{position or code}）") for code, name, position in rows]
        return self._found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("owner") and cleaned["owner"] != str(self.user.pk):
            self.add_error(None, "这份内容是另一个账号填写的，没有保存。请用原来的账号登录后再发送。")
        wanted = [code for code in (cleaned.get("deputy") if self.on_behalf else "", *cleaned.get("companions", ())) if code]
        own = [self.me] if self.me and (not self.on_behalf or self.me.code in wanted) else []
        others = [code for code in wanted if not own or code != own[0].code]
        found = list(Deputy.objects.visible_to(self.user).filter(code__in=others).prefetch_related(contacts.mandates())) if others else []
        if len(found) < len(set(others)):
            self.add_error("deputy" if self.on_behalf else "companions", "有的代表不在您可以查看的范围内，请重新选择。")
        if self.on_behalf and not cleaned.get("deputy"):
            self.add_error("deputy", "请选择代表。")
        order = {code: place for place, code in enumerate(wanted)}
        cleaned["deputies"] = sorted([*own, *found], key=lambda deputy: order.get(deputy.code, -1))
        return cleaned

    def entered(self) -> dict[str, Any]:
        """What ``contacts.record`` takes."""
        names = ("key", "deputies", "channel", "text", "area", "place", "people", "result", "voters", "photos")
        given = {name: self.cleaned_data[name] for name in names}
        return {**given, "at": self.cleaned_data["at"] or timezone.now(), "awaits_opinion": self.cleaned_data["follow"]}


class VotersForm(forms.Form):
    """A contact's voters put right or deleted, as they asked."""

    voters = VotersField(label="选民", required=False)
    reason = forms.CharField(
        label="更正或者删除的原因",
        max_length=200,
        error_messages={"required": "请写明更正或者删除的原因。"},
        help_text="如：选民要求删除。要删除的，把这一行清空。更正前的信息不保留。",
    )

    @property
    def voter_rows(self) -> list[tuple[str, str, str]]:
        return list(self["voters"].value() or [])


class CorrectForm(WhatAndWhere):
    """What a correction may change. ``version`` is the record as the person saw it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="更正原因", max_length=200, error_messages={"required": "请写明更正的原因。"}, help_text="更正前的内容会保留，可以查看。"
    )

    def __init__(self, *args: Any, user: User, contact: VoterContact, **kwargs: Any) -> None:
        self.contact = contact
        initial = {
            **{name: getattr(contact, name) for name in contacts.FIELDS},
            "at": timezone.localtime(contact.at),
            "area": contact.area.code,
            "version": contact.version,
        }
        super().__init__(*args, user=user, initial=initial, **kwargs)
        self.fields["at"].required = self.fields["people"].required = True

    def _areas(self) -> list[tuple[str, str]]:
        choices = [choice for choice in super()._areas() if choice[0]]
        own = self.contact.area
        return choices if own.code in dict(choices) else [(own.code, own.name), *choices]

    def clean_area(self) -> Area:
        return super().clean_area() or self.contact.area

    def changes(self) -> dict[str, Any]:
        """The fields that differ; the minute shown at the form does not make a difference of seconds."""
        new = {name: self.cleaned_data[name] for name in contacts.FIELDS}
        if new["at"] == self.contact.at.replace(second=0, microsecond=0):
            new["at"] = self.contact.at
        return new
