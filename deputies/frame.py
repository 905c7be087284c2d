"""What deputies add to the frame: the register in the navigation, and deputies in the search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from congress import navigation, panels, search
from congress.models import User
from deputies.models import Deputy, Mandate


def _has_role(user: User) -> bool:
    return bool(user.access.roles)


def _find(user: User, words: str) -> Iterable[search.Hit]:
    for deputy in Deputy.objects.visible_to(user).filter(name__icontains=words)[: search.LIMIT]:
        yield search.Hit(
            deputy.name, reverse("deputies:detail", args=[deputy.code]), " · ".join(filter(None, [deputy.code, deputy.position]))
        )


def _own_seats(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """Whom one represents, at the head of a deputy's own home. One query."""
    own = Mandate.objects.serving().filter(deputy__user=request.user)  # type: ignore[misc]
    seats = list(own.select_related("deputy", "term__congress__area", "area", "electoral_district").order_by("term__congress__area__path"))
    return {"deputy": seats[0].deputy, "seats": seats} if seats else None


def register() -> None:
    """Called once, when the app is ready."""
    navigation.register(navigation.Entry("contacts", "代表名册", "deputies:list", _has_role))
    search.register(search.Searcher("deputies", "代表", _find, lambda words: f"{reverse('deputies:list')}?{urlencode({'q': words})}"))
    panels.register(panels.Panel("home.deputy", "deputies", "deputies/home.html", _own_seats))
