"""Forms for beginning and writing a suggestion. They check what is typed; what is allowed the services say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from activities.models import ForumItem
from congress.enums import Role
from congress.models import Congress, Organisation, Session, User
from congress.upload_fields import UploadsField
from deputies.forms.fields import DeputyField
from deputies.models import Deputy, DeputyGroup, Mandate, Opinion
from suggestions.enums import HANDLES, PublicityWish, SuggestionKind
from suggestions.forms.fields import MandatesField
from suggestions.models import Suggestion, SuggestionCategory

_MOST_OPINIONS = 30


class _ShortName(forms.ModelChoiceField):
    def label_from_instance(self, obj: Organisation) -> str:
        return obj.short_name or obj.name


class _Words(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Opinion) -> str:
        return f"{obj.title}（{obj.code}）"


class _Item(forms.ModelChoiceField):
    def label_from_instance(self, obj: ForumItem) -> str:
        return f"{obj.forum.topic}：{obj.text[:30]}"


class BeginForm(forms.Form):
    """Whose suggestion it is, to which congress, and when; the words come on the next page or out of a Word file."""

    deputy = DeputyField(
        label="领衔代表", help_text="代表交来纸质原件的，由工作人员代为登记。", error_messages={"required": "请填写领衔代表。"}
    )
    congress = forms.ModelChoiceField(
        Congress.objects.none(), label="向哪一级人大提出", empty_label=None, error_messages={"required": "请选择向哪一级人大提出。"}
    )
    kind = forms.ChoiceField(label="种类", choices=SuggestionKind.choices, widget=forms.RadioSelect, initial=SuggestionKind.SUGGESTION)
    session = forms.ModelChoiceField(
        Session.objects.none(),
        label="在哪次会议上提出",
        required=False,
        empty_label="闭会期间提出",
        help_text="会议期间提出的，请选择会议。",
    )
    word = forms.FileField(
        label="从 Word 文件导入",
        required=False,
        widget=forms.ClearableFileInput({"accept": ".docx"}),
        help_text="只收 .docx。会取出标题、事由和具体建议，请在下一页核对；原文件留作附件。",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        own = Mandate.objects.serving().filter(deputy__user=user)
        self.offered: list[tuple[str, str]] = []
        congresses = Congress.objects.order_by("level", "pk")
        if user.access.is_office:
            self.offered = self.fields["deputy"].offer(Deputy.objects.visible_to(user), "deputies")  # type: ignore[attr-defined]
        elif paths := user.access.area_paths(Role.TOWN_OFFICE):
            here = Q(pk__in=[])
            for path in paths:
                here |= Q(area__path__startswith=path)
            seats = Mandate.objects.serving().filter(here)
            self.offered = self.fields["deputy"].offer(Deputy.objects.filter(pk__in=seats.values("deputy")), "deputies")  # type: ignore[attr-defined]
            congresses = congresses.filter(pk__in=seats.values("term__congress"))
        else:
            del self.fields["deputy"]
            congresses = congresses.filter(pk__in=own.values("term__congress"))
        self.fields["congress"].queryset = congresses  # type: ignore[attr-defined]
        sessions = Session.objects.filter(term__congress__in=congresses, term__ends_on=None).select_related("term__congress")
        self.fields["session"].queryset = sessions.order_by("-starts_on")  # type: ignore[attr-defined]
        today = timezone.localdate()
        self.fields["session"].initial = sessions.filter(starts_on__lte=today, ends_on__gte=today).first()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        deputy = data.get("deputy") if "deputy" in self.fields else Deputy.objects.filter(user=self.user).first()
        if deputy is not None and data.get("congress"):
            seats = Mandate.objects.filter(deputy=deputy, term__congress=data["congress"]).select_related(
                "deputy", "area", "term__congress"
            )
            data["seat"] = seats.order_by("-term__number").first()
            if data["seat"] is None:
                self.add_error("congress", f"{deputy}不是{data['congress']}代表，请另选。")
        return data


class WriteForm(forms.Form):
    """The suggestion's own sheet (建议专用纸). Nothing is required until it is handed in."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label="标题", required=False, max_length=80, help_text="一事一议，如：关于修复上岭村道的建议。")
    basis = forms.CharField(label="事由", required=False, max_length=20_000, widget=forms.Textarea({"rows": 8}))
    request = forms.CharField(label="具体建议", required=False, max_length=20_000, widget=forms.Textarea({"rows": 8}))
    kind = forms.ChoiceField(label="种类", choices=SuggestionKind.choices, widget=forms.RadioSelect)
    category = forms.ModelChoiceField(SuggestionCategory.objects.none(), label="类别", required=False, empty_label="暂不分类")
    opinions = _Words(Opinion.objects.none(), label="来自选民意见", required=False, widget=forms.CheckboxSelectMultiple)
    forum_item = _Item(ForumItem.objects.none(), label="来自民情反映会", required=False, empty_label="不是")
    origin = forms.CharField(label="形成方式", required=False, max_length=100, help_text="如：专题调研、座谈、走访。")
    proposed_unit = _ShortName(Organisation.objects.none(), label="建议由谁承办", required=False, empty_label="由交办机关确定")
    delegation = forms.ModelChoiceField(
        DeputyGroup.objects.none(),
        label="代表团（小组）",
        required=False,
        empty_label="代表个人（联名）提出",
        help_text="以代表团名义提出的，请选择。",
    )
    cosigners = MandatesField(
        label="请哪些代表附议", required=False, help_text="写姓名，几名之间用顿号隔开。保存后通知他们，由本人确认，未确认的不计入。"
    )
    publicity_wish = forms.ChoiceField(label="公开意愿", choices=PublicityWish.choices, widget=forms.RadioSelect)
    wants_consultation = forms.BooleanField(label="希望承办单位办理时当面沟通", required=False)
    for_reference = forms.BooleanField(label="仅供参考，不需书面答复", required=False)
    withholds_identity = forms.BooleanField(label="除办理机关外，不公开我的姓名", required=False)
    files = UploadsField(label="附件")

    def __init__(self, *args: Any, user: User, suggestion: Suggestion, **kwargs: Any) -> None:
        initial = {name: getattr(suggestion, name) for name in _STORED} | {
            "opinions": list(suggestion.opinions.values_list("pk", flat=True))
        }
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)
        if suggestion.kind == SuggestionKind.BILL:
            self.fields["basis"].label, self.fields["request"].label = "案由和案据", "方案"
        deputy = suggestion.proposer.deputy_id
        linked = Q(suggestions=suggestion)
        recent = Opinion.objects.filter(deputies=deputy).order_by("-pk").values("pk")[:_MOST_OPINIONS]
        self.fields["opinions"].queryset = Opinion.objects.filter(Q(pk__in=list(recent.values_list("pk", flat=True))) | linked).distinct()  # type: ignore[attr-defined]
        items = ForumItem.objects.filter(Q(deputy=deputy) | Q(pk=suggestion.forum_item_id)).select_related("forum").order_by("-pk")
        self.fields["forum_item"].queryset = items  # type: ignore[attr-defined]
        self.fields["category"].queryset = SuggestionCategory.objects.filter(Q(is_active=True) | Q(pk=suggestion.category_id))  # type: ignore[attr-defined]
        self.fields["proposed_unit"].queryset = Organisation.objects.active().filter(kind__in=HANDLES).order_by("code")  # type: ignore[attr-defined]
        groups = DeputyGroup.objects.in_force().filter(term=suggestion.term_id, memberships__deputy=deputy, memberships__ends_on=None)
        self.fields["delegation"].queryset = groups.distinct()  # type: ignore[attr-defined]
        peers = Mandate.objects.filter(term=suggestion.term_id).exclude(pk=suggestion.proposer_id).select_related("deputy", "area")
        self.offered = self.fields["cosigners"].offer(peers.order_by("deputy__code"))  # type: ignore[attr-defined]

    def typed(self) -> dict[str, Any]:
        """What ``proposing.save`` takes."""
        return {name: value for name, value in self.cleaned_data.items() if name in _SAVED}


_SAVED = (
    *("title", "basis", "request", "kind", "category", "opinions", "forum_item", "origin", "proposed_unit", "delegation"),
    *("publicity_wish", "wants_consultation", "for_reference", "withholds_identity"),
)
_STORED = (*(name for name in _SAVED if name != "opinions"), "version")
