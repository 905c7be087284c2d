"""What voter contacts add to the frame: navigation, search, the deputy's home, to-dos, and their words in the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from congress import audit_actions, navigation, panels, search, todos
from congress.enums import CongressLevel, Role
from congress.models import User
from congress.periods import Period
from deputies.models import ContactDraft, Deputy, VoterContact
from deputies.places import joined
from deputies.services import contacts
from deputies.tables.contacts import shortened

WORDS = {
    "deputies.record_contact": "记录联系选民",
    "deputies.correct_contact": "更正联系记录",
    "deputies.add_contact_photos": "补充联系照片",
    "deputies.needs_no_opinion": "取消需要有人去办",
    "photos": "照片",
    "deputies.keep_contact_draft": "交来待核对的联系记录",
    "deputies.drop_contact_draft": "联系记录不予登记",
    "deputies.export_contacts": "导出联系选民记录",
    "deputies.open_voters": "查看选民信息",
    "deputies.change_voters": "更正或者删除选民信息",
    "deputies.forget_voters": "到期删除选民信息",
    "deputies": "代表",
    "voters": "选民",
    "drafts": "待核对的联系记录",
    "rows": "行数",
    "fields": "改动的内容",
    **{field.name: str(field.verbose_name) for field in VoterContact._meta.concrete_fields if field.name in contacts.FIELDS},
}
_LEVELS = {CongressLevel.CITY: "市", CongressLevel.DISTRICT: "区", CongressLevel.TOWN: "镇"}
_MOST_TODOS = 200
_COUNTS = {2: "两", 3: "三"}


def _sees_contacts(user: User) -> bool:
    return user.access.has(Role.OFFICE, Role.LEADER, Role.TOWN_OFFICE, Role.DEPUTY)


def _find(user: User, words: str) -> Iterable[search.Hit]:
    found = VoterContact.objects.visible_to(user).matching(words).select_related("area").prefetch_related("deputies")
    for contact in found[: search.LIMIT]:
        at = timezone.localtime(contact.at)
        names = "、".join(deputy.name for deputy in contact.deputies.all())
        detail = f"{names} · {at.year}年{at.month}月{at.day}日{contact.get_channel_display()} · {contact.area.name}"
        yield search.Hit(shortened(contact.text, 40), reverse("deputies:contact", args=[contact.code]), detail)


def _more(words: str) -> str:
    return f"{reverse('deputies:contacts')}?{urlencode({'q': words})}"


def _home_top(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """The deputy's levels and district, and how often she met voters this month. Three queries."""
    deputy = Deputy.objects.filter(user=request.user).prefetch_related(contacts.mandates()).first()  # type: ignore[misc]
    if deputy is None:
        return None
    today = timezone.localdate()
    month = Period.containing(today, "month")
    return {
        "seats": seats_of(deputy),
        "count": VoterContact.objects.filter(deputies=deputy).within(month).count(),
        "month": month.code,
    }


def seats_of(deputy: Deputy) -> str:
    """市、区、镇三级代表 · 青溪镇第三选区. Asks for the deputy's mandates."""
    held = contacts.mandates_on(deputy, timezone.localdate())
    if not held:
        return "现在没有在任的代表资格"
    levels = [word for level, word in _LEVELS.items() if any(mandate.term.congress.level == level for mandate in held)]
    words = f"{'、'.join(levels)}{_COUNTS[len(levels)]}级代表" if len(levels) > 1 else f"{levels[0]}人大代表"
    seat = next((mandate for mandate in held if mandate.electoral_district), held[0])
    return f"{words} · {joined(seat.area.name, seat.electoral_district.name if seat.electoral_district else '', '')}"


def _drafts(user: User) -> Iterable[todos.Todo]:
    """What deputies left with the town's staff. One query, for town staff only."""
    if not user.access.has(Role.TOWN_OFFICE):
        return
    for draft in ContactDraft.objects.to_handle_by(user).select_related("author"):
        address = f"{reverse('deputies:new_contact')}?{urlencode({'draft': draft.key})}"
        yield todos.Todo(
            f"核对{draft.author.name}交来的联系记录", address, "联系选民", user.access.post, detail=shortened(draft.reason, 40)
        )


def _awaiting(user: User) -> Iterable[todos.Todo]:
    """What somebody is to see to and is no opinion yet, for whoever entered it and its deputies. One query."""
    if not user.access.has(Role.DEPUTY, Role.TOWN_OFFICE, Role.OFFICE):
        return
    own = Q(author=user) | Q(pk__in=VoterContact.objects.filter(deputies__user=user).values("pk"))
    for contact in VoterContact.objects.filter(own, awaits_opinion=True).order_by("at", "pk")[:_MOST_TODOS]:
        address = reverse("deputies:new_opinion", args=[contact.code])
        yield todos.Todo(f"登记意见：{shortened(contact.text, 40)}", address, "联系选民", user.name)


def register() -> None:
    """Called once, when the app is ready."""
    audit_actions.register(WORDS)
    navigation.register(navigation.Entry("contacts", "联系选民", "deputies:contacts", _sees_contacts))
    search.register(search.Searcher("contacts", "联系选民记录", _find, _more))
    panels.register(panels.Panel("home.deputy.top", "contacts", "deputies/contacts/home_top.html", _home_top))
    todos.register(_drafts)
    todos.register(_awaiting)
