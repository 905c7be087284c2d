"""Entering platforms, their photos and their checks."""

from __future__ import annotations

from typing import Any

from django import forms

from congress.access import may
from congress.enums import TOWN_LEVEL, VILLAGE_LEVEL, OrganisationKind, Role
from congress.models import Area, Organisation, User
from congress.upload_fields import UploadsField
from platforms.enums import CheckState, PlatformKind
from platforms.models import Platform
from platforms.services.platforms import FIELDS, MARKS

_GUIDING = (OrganisationKind.STANDING_COMMITTEE, OrganisationKind.DEPUTIES_OFFICE)


class AreaField(forms.ModelChoiceField):
    """Where a platform stands. A village is shown with its town, because names repeat."""

    def label_from_instance(self, obj: Area) -> str:
        return obj.name if obj.is_town_level or obj.parent is None else f"{obj.parent.name} {obj.name}"


class PlatformForm(forms.ModelForm):
    """What the person may write of a platform: town staff only places in their own unit, and no marks."""

    area = AreaField(label="所在区划", queryset=Area.objects.none(), help_text="镇、街道、农场，或其下的村、社区；所属镇（街道）由此确定。")

    class Meta:
        model = Platform
        fields = FIELDS
        widgets = {"founded_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "host_company": "特色平台依托的企业或合作社，如：平岭镇金花茶种植合作社。",
            "opening_hours": "如：每月15日 9:00—11:30，工作日可预约。",
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].required = False
        self.fields["code"].help_text = "" if self.instance.pk else "留空由系统按所属镇（街道）编号。"
        self.fields["kind"].choices = PlatformKind.choices
        self.fields["area"].queryset = self._areas(user)
        if may(user, "platforms.mark_platform"):
            self.fields["guiding_leader"].queryset = User.objects.in_role(Role.LEADER) | User.objects.filter(
                pk=self.instance.guiding_leader_id
            )
            self.fields["guiding_leader"].empty_label = "未安排"
            self.fields["guiding_office"].queryset = Organisation.objects.active().filter(kind__in=_GUIDING)
            self.fields["guiding_office"].empty_label = "未安排"
        else:
            for name in MARKS:
                del self.fields[name]

    @staticmethod
    def _areas(user: User) -> Any:
        areas = Area.objects.active().filter(kind__in=(*TOWN_LEVEL, *VILLAGE_LEVEL)).select_related("parent").order_by("path")
        if user.access.is_office:
            return areas
        units = user.access.area_ids(Role.TOWN_OFFICE)
        return areas.filter(pk__in=units) | areas.filter(parent__in=units)

    def clean_code(self) -> str:
        return self.cleaned_data["code"].strip() or self.instance.code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("host_company") and not cleaned.get("is_specialty"):
            self.add_error("host_company", "填写依托企业（合作社）的应是特色平台。请勾选“特色平台”，或清空此项。")
        return cleaned


class CheckForm(forms.Form):
    """How the platform stands to one item, with what shows it."""

    state = forms.ChoiceField(
        label="是否达标", choices=CheckState.choices, widget=forms.RadioSelect, error_messages={"required": "请选择达标、不全或缺。"}
    )
    note = forms.CharField(
        label="说明",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="不全或缺的，写明差什么，如：未见专款台账。",
    )
    uploads = UploadsField()


class PhotosForm(forms.Form):
    """Photos of the platform itself."""

    uploads = UploadsField(required=True, label="添加照片")
    caption = forms.CharField(label="照片说明", required=False, max_length=120)
