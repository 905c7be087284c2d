"""Groups, and who is in them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from congress.enums import Role
from congress.models import Area, Term, User
from deputies.enums import GroupRole
from deputies.forms.fields import DayField, DeputyField, PlaceField
from deputies.models import Deputy, DeputyGroup


class GroupForm(forms.ModelForm):
    """A group of a running term. Town staff only in their own area; the term is fixed once the group is there."""

    area = PlaceField(label="所在区划", queryset=Area.objects.none(), empty_label="请选择")
    starts_on = DayField(label="成立日期")

    class Meta:
        model = DeputyGroup
        fields = ("name", "term", "area", "field", "starts_on")

    def __init__(self, *args: Any, user: User, terms: list[Term], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = Area.objects.active().select_related("parent").order_by("path")
        if not user.access.is_office:
            own = Area.objects.none()
            for path in user.access.area_paths(Role.TOWN_OFFICE):
                own = own | areas.filter(path__startswith=path)
            areas = own
        self.fields["area"].queryset = areas.exclude(kind="city")
        if self.instance.pk:
            del self.fields["term"]
        else:
            self.fields["term"].queryset = Term.objects.filter(pk__in=[term.pk for term in terms]).select_related("congress")
            self.fields["term"].initial = terms[0].pk if terms else None
            self.fields["term"].empty_label = "请选择"
            self.fields["starts_on"].initial = timezone.localdate()

    def validate_unique(self) -> None:
        """The service says which group has the name, in a sentence."""


class PlaceInGroupForm(forms.Form):
    """A deputy for the group, in one of its roles."""

    deputy = DeputyField(label="代表", help_text="填姓名或代表编号；市、区、镇各级代表都可以编入。")
    role = forms.ChoiceField(label="职务", choices=GroupRole.choices, initial=GroupRole.MEMBER)

    def __init__(self, *args: Any, group: DeputyGroup, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        near = Deputy.objects.visible_to(user).serving()
        if not user.access.is_office or group.area.is_town_level:
            near = near.filter(mandates__area__path__startswith=group.area.path).distinct()
        self.offered = self.fields["deputy"].offer(near, "deputies-offered")
        self.fields["deputy"].queryset = Deputy.objects.visible_to(user)
