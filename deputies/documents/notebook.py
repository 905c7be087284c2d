"""《代表联系选民记事簿》: an A5 booklet of one deputy's contacts in one period. Voters are masked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from congress.enums import CongressLevel
from congress.models import Congress, Document
from deputies.enums import Channel, OpinionState
from deputies.models import Deputy, GroupMembership, Opinion, VoterContact
from deputies.places import joined
from deputies.services import contacts, privacy
from deputies.services.notebooks import period_of

_LEVEL_WORDS = {CongressLevel.CITY: "市", CongressLevel.DISTRICT: "区", CongressLevel.TOWN: "镇"}
_COUNTS = {2: "两", 3: "三"}
_DONE = (OpinionState.ANSWERED, OpinionState.CLOSED)


def build(document: Document) -> dict[str, Any]:
    """The template's context. ``document.subject`` is the deputy's code. Raises Deputy.DoesNotExist."""
    period = period_of(document)
    deputy = Deputy.objects.prefetch_related(contacts.mandates()).get(code=document.subject)
    rows = list(
        VoterContact.objects.filter(deputies=deputy)
        .within(period)
        .order_by("at", "pk")
        .select_related("area")
        .prefetch_related("voters", "deputies", "opinions__responsible")
    )
    entries = [_entry(number, row, deputy) for number, row in enumerate(rows, start=1)]
    congress = Congress.objects.home()
    return {
        "deputy": deputy,
        "congress": congress,
        "maker": f"{congress.short_name if congress else ''}常委会代表工作机构印制",
        "period": period,
        "cover": _cover(deputy, period.end),
        "entries": entries,
        "channels": _channels(rows),
        "total": _sums(rows),
        "made_on": max((timezone.localdate(row.created_at) for row in rows), default=period.start),
    }


def _cover(deputy: Deputy, day: Any) -> list[tuple[str, str]]:
    held = [mandate for mandate in deputy.mandates.all() if mandate.starts_on <= day and (mandate.ends_on is None or mandate.ends_on > day)]
    levels = [word for level, word in _LEVEL_WORDS.items() if any(mandate.term.congress.level == level for mandate in held)]
    together = f"{'、'.join(levels)}{_COUNTS[len(levels)]}级" if len(levels) > 1 else "".join(levels)
    seat = next((mandate for mandate in held if mandate.electoral_district), held[0] if held else None)
    group = GroupMembership.objects.in_force(day).filter(deputy=deputy).select_related("group").order_by("starts_on").first()
    place = joined(seat.area.name, seat.electoral_district.name if seat.electoral_district else "", "") if seat else ""
    lines = [
        ("代表姓名", deputy.name),
        ("代表层级", f"{together}人大代表" if together else ""),
        ("选　　区", place),
        ("代表小组", f"{group.group.name}（{group.get_role_display()}）" if group else ""),
        ("代表证号", seat.card_number if seat else ""),
    ]
    return [(name, value or "　") for name, value in lines]


def _entry(number: int, contact: VoterContact, deputy: Deputy) -> dict[str, Any]:
    at = timezone.localtime(contact.at)
    opinions = list(contact.opinions.all())
    others = [other.name for other in contact.deputies.all() if other.pk != deputy.pk]
    return {
        "number": number,
        "day": f"{at.year}年{at.month}月{at.day}日",
        "channel": contact.get_channel_display(),
        "where": joined(contact.area.name, contact.place, ""),
        "voters": _voters(contact),
        "together": "、".join(others),
        "text": contact.text,
        "answered": contact.result,
        "opinions": [_opinion(opinion) for opinion in opinions],
        "state": _state(opinions),
    }


def _voters(contact: VoterContact) -> str:
    named = [privacy.masked(voter).name for voter in contact.voters.all() if voter.name]
    left = contact.people - len(named)
    if not named:
        return f"选民{contact.people}人（未留姓名）"
    return "、".join(named) + (f"等{contact.people}人" if left > 0 else "")


def _opinion(opinion: Opinion) -> dict[str, str]:
    where = opinion.responsible.name if opinion.responsible else ""
    told = opinion.told_on
    return {
        "way": f"{opinion.code}，{opinion.get_way_display()}{f'（{where}）' if where else ''}",
        "result": opinion.result or opinion.get_state_display(),
        "told": f"{told.year}年{told.month}月{told.day}日告知选民" if told else "",
    }


def _state(opinions: Sequence[Opinion]) -> str:
    if not opinions:
        return ""
    return "✓ 已办结" if all(opinion.state in _DONE for opinion in opinions) else "… 办理中"


def _sums(rows: Sequence[VoterContact]) -> dict[str, int]:
    opinions = [opinion for row in rows for opinion in row.opinions.all()]
    done = sum(1 for opinion in opinions if opinion.state in _DONE)
    return {
        "times": len(rows),
        "people": sum(row.people for row in rows),
        "opinions": len(opinions),
        "done": done,
        "open": len(opinions) - done,
    }


def _channels(rows: Sequence[VoterContact]) -> list[dict[str, Any]]:
    """A line for each channel that was used, in the vocabulary's order."""
    used = Counter(row.channel for row in rows)
    return [{"name": label, **_sums([row for row in rows if row.channel == value])} for value, label in Channel.choices if used[value]]
