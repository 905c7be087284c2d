"""What is printed of an activity: the notice, the sheet to sign on, and the record with photos."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone

from activities.enums import ParticipationState
from activities.models import Activity, Participation
from activities.services.activities import when
from activities.services.activities_papers import NOTICE, PAPERS, RECORD, SHEET
from congress.documents import registry
from congress.documents.fetcher import media_url
from congress.documents.registry import DocumentKind
from congress.documents.titles import title_lines
from congress.models import Congress, Document

if TYPE_CHECKING:
    from congress.models import User

_SPARE = 4  # empty lines for whoever comes without being on the list
_PICTURES = 6


def _seen_by(user: User) -> Q:
    """Whoever sees the activity."""
    return Q(subject__in=Activity.objects.visible_to(user).values("code"))


def notice(document: Document) -> dict[str, Any]:
    """The notice with the list of those invited; its date is the day it was asked for."""
    activity, people = _read(document)
    until = activity.sign_up_until
    return {
        "activity": activity,
        "congress": Congress.objects.home(),
        "title": f"关于举行“{activity.title}”的通知",
        "title_lines": title_lines(["关于举行", f"“{activity.title}”", "的通知"]),
        "when": when(activity),
        "until": _moment(until) if until else "",
        "people": [row for row in people if row.state != ParticipationState.ABSENT],
        "issued": timezone.localdate(document.batch.created_at),
        "issued_on": _day(timezone.localdate(document.batch.created_at)),
    }


def sheet(document: Document) -> dict[str, Any]:
    """Names in code order with room to sign, two columns a page; what was signed on the screen is filled in."""
    activity, people = _read(document)
    lines: list[dict[str, str]] = [
        {"number": str(number), "name": row.deputy.name, "position": row.deputy.position, "signed": _signed(row)}
        for number, row in enumerate(people, start=1)
    ]
    lines += [
        {"number": str(number), "name": "", "position": "", "signed": ""} for number in range(len(lines) + 1, len(lines) + 1 + _SPARE)
    ]
    return {
        "activity": activity,
        "congress": Congress.objects.home(),
        "when": when(activity),
        "rows": _side_by_side(lines),
        "total": len(people),
        "made_on": timezone.localtime(activity.created_at).date(),
    }


def record(document: Document) -> dict[str, Any]:
    """What came of it: attendance, minutes, finding, result, speeches, forwarding, the first photos."""
    activity, people = _read(document)
    pictures = [file for file in activity.files.order_by("uploaded_at", "pk") if file.is_image][:_PICTURES]
    by_state = {state: [row.deputy.name for row in people if row.state == state] for state in ParticipationState}
    return {
        "activity": activity,
        "congress": Congress.objects.home(),
        "when": when(activity),
        "themes": "、".join(activity.themes.values_list("name", flat=True)),
        "attendance": [(state.label, len(names), "、".join(names)) for state, names in by_state.items() if names],
        "speeches": [(row.deputy.name, row.spoke) for row in people if row.spoke],
        "forwardings": [
            (row.body.name, _day(row.sent_on), _day(row.due_on), row.feedback or "（待反馈）")
            for row in activity.forwardings.select_related("body")
        ],
        "pictures": [{"url": media_url(str(file.file.name)), "caption": file.original_name} for file in pictures],
        "photos": [file.file.name for file in pictures],
        "made_on": timezone.localtime(activity.created_at).date(),
    }


def _read(document: Document) -> tuple[Activity, list[Participation]]:
    rows = Activity.objects.select_related("organiser", "group", "platform", "area")
    activity = rows.get(code=document.subject)
    return activity, list(activity.participations.select_related("deputy").order_by("deputy__code"))


def _signed(row: Participation) -> str:
    if row.state == ParticipationState.PRESENT and row.signed_in_at:
        return f"{timezone.localtime(row.signed_in_at):%H:%M} {row.get_method_display()}"
    return "请假" if row.state == ParticipationState.ON_LEAVE else ""


def _side_by_side(lines: Sequence[dict[str, str]]) -> list[tuple[dict[str, str], dict[str, str]]]:
    """The first half on the left, the second on the right."""
    half = (len(lines) + 1) // 2
    empty = {"number": "", "name": "", "position": "", "signed": ""}
    right = [*lines[half:], *[empty] * (2 * half - len(lines))]
    return list(zip(lines[:half], right, strict=True))


def _day(day: datetime.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _moment(at: datetime.datetime) -> str:
    local = timezone.localtime(at)
    return f"{_day(local.date())} {local:%H:%M}"


def register() -> None:
    """Called once, when the app is ready."""
    builders = {NOTICE: notice, SHEET: sheet, RECORD: record}
    for kind, title in PAPERS:
        registry.register(
            DocumentKind(kind, title, _seen_by, f"documents/activities/{kind.removeprefix('activity_')}.html", builders[kind])
        )
