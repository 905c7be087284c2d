"""Where suggestions show on the floors below: booklets, dossiers, forum matters, a deputy's page, and the year's figures at home."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from activities import booklets
from activities.models import ForumItem
from congress import panels
from congress.access import may
from congress.charts import plain
from congress.enums import Role
from congress.models import User
from congress.periods import Period
from deputies.models import Deputy, Mandate
from suggestions import dossier
from suggestions.enums import CommitmentState, Settlement
from suggestions.figures.totals import totals
from suggestions.frame.seats import seats_of
from suggestions.models import Suggestion
from suggestions.querysets.filtering import LATE
from suggestions.sources import SOURCE
from suggestions.tables.suggestions import state_tag

_SHOWN = 3


def _of_forum_item(request: HttpRequest, item: Any) -> dict[str, Any] | None:
    """A matter told at a forum can become a suggestion of its deputy; those it became are named. Two queries."""
    if not isinstance(item, ForumItem):
        return None
    user: User = request.user  # type: ignore[assignment]
    grown = list(Suggestion.objects.visible_to(user).filter(forum_item=item).order_by("pk"))
    seats = seats_of(user, Mandate.objects.filter(deputy=item.deputy_id)) if may(user, "suggestions.write_suggestion") else []
    if not grown and not seats:
        return None
    return {"item": item, "suggestions": [(row, state_tag(row.state)) for row in grown], "seats": seats}


def _of_deputy(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """The newest accepted ones that a deputy led, on her page. One query."""
    if not isinstance(subject, Deputy):
        return None
    seen = Suggestion.objects.visible_to(request.user).filter(proposer__deputy=subject, accepted_on__isnull=False)  # type: ignore[arg-type]
    rows = list(seen.named_to(request.user).order_by("-accepted_on", "-pk")[: _SHOWN + 1])  # type: ignore[arg-type]
    if not rows:
        return None
    return {"deputy": subject, "suggestions": [(row, state_tag(row.state)) for row in rows[:_SHOWN]], "has_more": len(rows) > _SHOWN}


def _of_year(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """The year's suggestions for the district's staff, a town's own for its staff. Five queries."""
    user: User = request.user  # type: ignore[assignment]
    if not user.access.has(Role.OFFICE, Role.LEADER, Role.TOWN_OFFICE):
        return None
    year = Period.year(timezone.localdate().year)
    rows, asked = Suggestion.objects.visible_to(user), {}
    if not user.access.is_district_staff:
        held = next((held for held in user.access.held if held.role == Role.TOWN_OFFICE), None)
        if held is None:
            return None
        rows, asked = rows.filter(proposer__area__path__contains=f"{held.area_code}/"), {"area": held.area_code}
    found = totals(rows, year)
    if not found.accepted and not found.answers:
        return None

    def to(**more: str) -> str:
        return f"{reverse('suggestions:list')}?{urlencode({**asked, **more})}"

    late = rows.due_between(None, timezone.localdate() - datetime.timedelta(days=1)).count()
    answered = {"answered": year.code}
    figs = [
        {"label": "今年受理建议", "value": found.accepted, "unit": "件", "note": f"已答复 {found.replied} 件", "url": to(period=year.code)},
        {"label": "已超期", "value": late, "unit": "件", "note": "有期限超过的建议", "url": to(due=LATE)},
        *_rate("代表满意率", found.satisfaction, to(**answered, satisfied="yes"), f"今年答复 {found.answers} 件"),
        *_rate("办成率", found.settlement, to(**answered, settlement=Settlement.SETTLED.value), "已经解决或者采纳的"),
        *_rate("承诺落实率", found.fulfilment, _promises(year) if user.access.is_district_staff else "", "到期的承诺事项"),
    ]
    return {"figs": figs}


def _promises(year: Period) -> str:
    return f"{reverse('suggestions:commitments')}?{urlencode({'due': year.code, 'state': CommitmentState.KEPT.value})}"


def _rate(label: str, share: Decimal | None, url: str, note: str) -> list[dict[str, Any]]:
    return [] if share is None else [{"label": label, "value": plain(round(share * 100, 1)), "unit": "%", "note": note, "url": url}]


def register() -> None:
    """Called once, when the app is ready."""
    booklets.register(SOURCE)
    dossier.register()
    panels.register(panels.Panel("forum_item", "suggestions", "suggestions/_forum_item.html", _of_forum_item))
    panels.register(panels.Panel("deputy", "suggestions", "suggestions/_deputy.html", _of_deputy))
    panels.register(panels.Panel("home.figures", "suggestions", "components/figs.html", _of_year))
