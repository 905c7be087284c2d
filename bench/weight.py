"""What a phone takes over the wire when it first opens a page: the page, its styles, scripts and pictures, as the server sends them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.test import Client

from bench.district import scene
from bench.harness import Figures, benchmark
from bench.lists import client_of
from bench.playing import open_round, to_cross_scoring
from platforms.models import Assessment

PHONE = {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br", "HTTP_USER_AGENT": "Mozilla/5.0 (Linux; Android 13) Mobile"}
FONTS = (".woff", ".woff2", ".ttf", ".otf")


class _Parts(HTMLParser):
    """Addresses a browser fetches by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attributes}
        if tag == "link" and {"stylesheet", "icon", "preload", "manifest"} & set(told.get("rel", "").split()):
            self.found.add(told.get("href", ""))
        elif tag in {"script", "img", "source"}:
            self.found.add(told.get("src", ""))
        elif tag == "use":
            self.found.add(told.get("href", "").partition("#")[0])

    handle_startendtag = handle_starttag


def weigh(client: Client, address: str) -> int:
    """Bytes of heads and bodies. Raises RuntimeError for a font or another origin."""
    waiting, seen, total = [address], {address}, 0
    while waiting:
        path = waiting.pop()
        answer = client.get(path, **PHONE)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        total += sum(len(name) + len(value) + 4 for name, value in answer.items()) + len(answer.getvalue())
        plain = client.get(path, HTTP_ACCEPT_ENCODING="identity").getvalue()
        parts: set[str] = set()
        if answer["Content-Type"].startswith("text/html"):
            reader = _Parts()
            reader.feed(plain.decode())
            parts = reader.found
        elif answer["Content-Type"].startswith("text/css"):
            parts = set(re.findall(r"""(?:url\(|@import\s+)["']?([^"')\s]+)""", plain.decode()))
        for part in parts - {""}:
            if part.startswith("data:"):
                continue
            found = urlsplit(urljoin(path, part))
            if found.netloc or found.path.endswith(FONTS):
                raise RuntimeError(f"{path} asks for {part}")
            if found.path not in seen:
                seen.add(found.path)
                waiting.append(found.path)
    return total


@benchmark("weight of a phone page, first visit", 80, unit="KB", times=1)
def phone_page() -> Figures:
    """The heaviest of signing in, the deputy's and the town's home, scoring an item on site and a platform's page."""
    where = scene()
    round = to_cross_scoring(open_round(where, 20))
    sheet = Assessment.objects.filter(round=round, assignment__assessor=where.district.town1, platform__isnull=False).first()
    assert sheet is not None
    item = sheet.scores.order_by("item__position").first().item
    pages = [
        (Client(), "/accounts/login/"),
        (client_of(where.people.deputy), "/"),
        (client_of(where.people.town1), "/"),
        (client_of(where.people.town1), f"/rounds/{round.code}/score/{sheet.code}/"),
        (client_of(where.people.town1), f"/rounds/{round.code}/score/{sheet.code}/{item.code}/"),
        (client_of(where.people.town1), f"/platforms/{sheet.code}/"),
    ]
    while True:
        yield max(weigh(client, path) for client, path in pages) / 1000
