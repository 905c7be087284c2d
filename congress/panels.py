"""Fragments an app adds to a page of a lower floor: the home desk, one's own account, a platform, a deputy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True)
class Panel:
    """``context(request, subject)`` returns the template's context, or None when there is nothing to show."""

    page: str
    key: str
    template: str
    context: Callable[[HttpRequest, Any], dict[str, Any] | None]


_panels: dict[tuple[str, str], Panel] = {}


def register(panel: Panel) -> None:
    _panels[panel.page, panel.key] = panel


def render(page: str, request: HttpRequest, subject: Any = None) -> list[str]:
    """The fragments of a page, in the order they were registered, already escaped HTML."""
    rendered: list[str] = []
    for panel in _panels.values():
        if panel.page == page and (context := panel.context(request, subject)) is not None:
            rendered.append(render_to_string(panel.template, context, request))
    return rendered
