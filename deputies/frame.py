"""What deputies add to the frame: the register in the navigation, and deputies in the search."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.http import urlencode

from congress import navigation, search
from congress.models import User
from deputies.models import Deputy


def _has_role(user: User) -> bool:
    return bool(user.access.roles)


def _find(user: User, words: str) -> Iterable[search.Hit]:
    for deputy in Deputy.objects.visible_to(user).filter(name__icontains=words)[: search.LIMIT]:
        yield search.Hit(
            deputy.name, reverse("deputies:detail", args=[deputy.code]), " · ".join(filter(None, [deputy.code, deputy.position]))
        )


def register() -> None:
    """Called once, when the app is ready."""
    navigation.register(navigation.Entry("contacts", "代表名册", "deputies:list", _has_role))
    search.register(search.Searcher("deputies", "代表", _find, lambda words: f"{reverse('deputies:list')}?{urlencode({'q': words})}"))
