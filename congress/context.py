"""What every page's frame shows: whose portal it is, how the person wants to see it, where one is."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse

from congress import navigation
from congress.enums import Role
from congress.models import Congress, User


class Frame:
    """The frame of one request's page. Everything that costs a query is worked out when a template first asks."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def congress(self) -> Congress | None:
        return Congress.objects.home()

    @property
    def short_name(self) -> str:
        return self.congress.short_name if self.congress else "人大"

    @property
    def product(self) -> str:
        return f"{self.short_name}代表工作平台"

    @property
    def seal(self) -> str:
        return self.congress.seal_character if self.congress else "代"

    @property
    def mode(self) -> str:
        """ "elder" for 长者模式, else nothing."""
        return "elder" if self.request.COOKIES.get("mode") == "elder" else ""

    @property
    def theme(self) -> str:
        """ "dark" or "light" when the person chose, else nothing: the device decides."""
        theme = self.request.COOKIES.get("theme", "")
        return theme if theme in {"dark", "light"} else ""

    @cached_property
    def in_hand(self) -> bool:
        """Whether the person is only a deputy: the frame is then the phone's."""
        roles = self.request.user.access.roles if self.request.user.is_authenticated else frozenset()
        return bool(roles) and roles <= {Role.DEPUTY, Role.GROUP_OFFICER}

    @property
    def template(self) -> str:
        """The frame for a page that everybody uses, such as one's own account."""
        if not self.request.user.is_authenticated:
            return "public.html"
        return "hand.html" if self.in_hand else "desk.html"

    @cached_property
    def navigation(self) -> list[dict[str, Any]]:
        """The parts with their entries; the entry whose address is the longest beginning of this page's is current."""
        parts: list[dict[str, Any]] = [
            {"label": label, "icon": icon, "entries": [{"label": entry.label, "url": reverse(entry.url_name)} for entry in entries]}
            for label, icon, entries in navigation.for_user(cast(User, self.request.user))
        ]
        entries = [entry for part in parts for entry in part["entries"]]
        here = max((e["url"] for e in entries if self.request.path.startswith(e["url"])), key=len, default="")
        for part in parts:
            for entry in part["entries"]:
                entry["current"] = entry["url"] == here
            part["current"] = any(entry["current"] for entry in part["entries"])
        return parts


def frame_of(request: HttpRequest) -> Frame:
    """The request's one frame."""
    if not hasattr(request, "frame"):
        request.frame = Frame(request)  # type: ignore[attr-defined]
    return request.frame  # type: ignore[attr-defined]


def frame(request: HttpRequest) -> dict[str, Any]:
    return {"frame": frame_of(request)}
