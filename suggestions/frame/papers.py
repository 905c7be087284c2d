"""What printing adds to the frame: the page of papers, and the papers beside a suggestion."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from congress import navigation, panels
from congress.enums import Role
from congress.models import Document, User
from suggestions.models import Suggestion
from suggestions.services.papers import kinds, one

_SHOWN = 6


def prints(user: User) -> bool:
    return user.access.has(Role.OFFICE, Role.TOWN_OFFICE, Role.DISPATCHER)


def _beside(request: HttpRequest, suggestion: Suggestion) -> dict[str, Any] | None:
    """What can be printed of it, and what was. At most five queries."""
    user: User = request.user  # type: ignore[assignment]
    offers = one.offers(user, suggestion)
    about = Q(subject=suggestion.code) | Q(subject__startswith=f"{suggestion.code}/")
    documents = Document.objects.visible_to(user).filter(about, kind__in=kinds.OF_ONE).select_related("batch")
    return {"suggestion": suggestion, "offers": offers, "documents": documents.order_by("-batch__created_at", "position")[:_SHOWN]}


def _to_papers(request: HttpRequest, asked: Any) -> dict[str, Any] | None:
    return {} if prints(request.user) else None  # type: ignore[arg-type]


def register() -> None:
    """Called once, when the app is ready."""
    navigation.register(navigation.Entry("suggestions", "建议文件", "suggestions:papers", prints))
    panels.register(panels.Panel("suggestion.aside", "papers", "suggestions/_papers.html", _beside))
    panels.register(panels.Panel("suggestions.list", "papers", "suggestions/_to_papers.html", _to_papers))
