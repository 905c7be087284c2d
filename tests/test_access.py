"""All roles × all addresses. An address that the table does not know fails the suite."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.contrib import admin
from django.db import transaction
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access import activities, people, suggestions, table
from tests.access import world as worlds
from tests.access.table import PERSONAS, Action, Page, Table
from tests.access.world import World

PAGES = (*table.PAGES, *people.PAGES, *activities.PAGES, *suggestions.PAGES)
ACTIONS = (*table.ACTIONS, *people.ACTIONS, *activities.ACTIONS, *suggestions.ACTIONS)
TABLES = (*table.TABLES, *people.TABLES, *activities.TABLES, *suggestions.TABLES)

NOT_SIGNED_IN = "nobody"
REFUSALS = {403, 404, 405}
OURS = ("congress.", "deputies.", "platforms.", "activities.", "suggestions.", "django.views.generic.")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    """Made once for all tests of this module, and undone after them."""
    media = override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("media")))
    with django_db_blocker.unblock(), media, transaction.atomic():
        yield worlds.make(django_settings.MEDIA_ROOT)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def signed_in_clients(world: World, django_db_blocker) -> dict[str, Client]:
    made = {NOT_SIGNED_IN: Client(raise_request_exception=False)}
    with django_db_blocker.unblock():
        for name, user in world.personas.all().items():
            made[name] = Client(raise_request_exception=False)
            made[name].force_login(user, backend=django_settings.AUTHENTICATION_BACKENDS[0])
    return made


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """A thousand refusals are the point here, and no news."""
    caplog.set_level(logging.CRITICAL, logger="django.request")


@pytest.fixture
def clients(world: World, signed_in_clients: dict[str, Client], settings, db) -> dict[str, Client]:
    settings.MEDIA_ROOT = world.media
    return signed_in_clients


def ask(client: Client, method: str, address: str, data: dict[str, object] | None = None) -> Any:
    """The answer; whatever the request wrote is undone."""
    with transaction.atomic():
        response = getattr(client, method)(address, data)
        if response.streaming:
            b"".join(response.streaming_content)  # which also closes the file
        transaction.set_rollback(True)
    return response


def answers(clients: dict[str, Client], method: str, address: str, data: dict[str, object] | None = None) -> dict[str, int]:
    return {name: ask(client, method, address, data).status_code for name, client in clients.items() if name != NOT_SIGNED_IN}


def posted(row: Page | Action, world: World) -> dict[str, object]:
    return {name: world.keys.get(word, word) for name, word in row.sends.items()}


def is_led_to_sign_in(client: Client, method: str, address: str) -> bool:
    response = ask(client, method, address)
    return response.status_code == 302 and reverse("account_login") in response.url


def expected(opens: str, answer: int, refused: str) -> dict[str, int]:
    return {name: answer if name in opens.split() else 403 if name in refused.split() else 404 for name in PERSONAS.split()}


def label(row: Any) -> str:
    return " ".join([row.name, *row.arguments])


LINK = re.compile(r'<a [^>]*href="([^"#]+)')
ELSEWHERE = ("/static/", "/documents/")  # a document may still be waiting for the printer; its page says so


@pytest.mark.parametrize("name", ["leader", "town2", "deputy", "unit", "visitor"])
def test_no_link_leads_where_one_may_not_go(name: str, world: World, clients: dict[str, Client]):
    dead: dict[str, str] = {}
    asked: dict[str, int] = {}
    for page in PAGES:
        if name not in page.opens.split() or page.answer != 200 or page.name == "deputies:offline":  # kept for whoever uses the phone
            continue
        here = reverse(page.name, args=[world.keys.get(word, word) for word in page.arguments])
        shown = ask(clients[name], "get", here)
        if not shown["Content-Type"].startswith("text/html"):
            continue
        for link in LINK.findall(shown.content.decode()):
            address = urljoin(here, html.unescape(link))
            if not address.startswith("/") or address.startswith(ELSEWHERE):
                continue
            if address not in asked:
                asked[address] = ask(clients[name], "get", address).status_code
            if asked[address] >= 400:
                dead[address] = f"{asked[address]} from {here}"
    assert dead == {}


@pytest.mark.parametrize("page", PAGES, ids=label)
def test_page(page: Page, world: World, clients: dict[str, Client]):
    address = reverse(page.name, args=[world.keys.get(word, word) for word in page.arguments])
    assert answers(clients, "get", address) == expected(page.opens, page.answer, page.refused)
    if not page.public:
        assert is_led_to_sign_in(clients[NOT_SIGNED_IN], "get", address)
    for name, status in answers(clients, "post", address, posted(page, world)).items():
        if name in page.posts.split():
            assert status not in REFUSALS and status < 500, f"{name} may post, but gets {status}"
        else:
            assert status in REFUSALS, f"{name} may not post, but gets {status}"


@pytest.mark.parametrize("action", ACTIONS, ids=label)
def test_action(action: Action, world: World, clients: dict[str, Client]):
    address = reverse(action.name, args=[world.keys.get(word, word) for word in action.arguments])
    assert set(answers(clients, "get", address).values()) == {405}
    if not action.public:
        assert is_led_to_sign_in(clients[NOT_SIGNED_IN], "post", address)
    for name, status in answers(clients, "post", address, posted(action, world)).items():
        if name in action.may.split():
            assert status not in REFUSALS and status < 500, f"{name} may, but gets {status}"
        else:
            assert status == (403 if name in action.refused.split() else 404), f"{name} gets {status}"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.model)
def test_admin_table(table: Table, world: World, clients: dict[str, Client]):
    key = world.row(apps.get_model(*table.model.split("_", 1)))
    rights = {
        "changelist": table.looks,
        "history": table.looks,
        "add": table.adds,
        "change": f"{table.looks} {table.changes}",
        "delete": table.deletes,
        **table.more,
    }
    for view, opens in rights.items():
        address = reverse(f"admin:{table.model}_{view}", args=[key] if view in ("history", "change", "delete") else [])
        got = answers(clients, "get", address)
        assert {name for name, status in got.items() if status == 200} == set(opens.split()), view
        assert {status for name, status in got.items() if name not in opens.split()} <= {403}, view
        assert is_led_to_sign_in(clients[NOT_SIGNED_IN], "get", address)
    for view, may in (("add", table.adds), ("change", table.changes), ("delete", table.deletes)):
        address = reverse(f"admin:{table.model}_{view}", args=[] if view == "add" else [key])
        refused = {name for name, status in answers(clients, "post", address).items() if status in REFUSALS}
        assert refused == set(PERSONAS.split()) - set(may.split()), view


def addresses(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[tuple[str, Any]]:
    """Every address of the resolver with its name and view."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        else:
            yield f"{namespace}{pattern.name or ''}", pattern.callback


def test_every_address_is_in_the_table():
    found = dict(addresses(get_resolver().url_patterns))
    own = {name for name, view in found.items() if not name.startswith("admin:") and view.__module__.startswith(OURS)}
    of_tables = {name.removeprefix("admin:") for name in found if name.startswith("admin:") and name.count("_") >= 2}
    known = {row.name for row in (*PAGES, *ACTIONS)}
    assert sorted(own - known - {"account_login"}) == []
    assert sorted(known - own) == []
    in_tables = {f"{t.model}_{view}" for t in TABLES for view in ("changelist", "add", "change", "history", "delete", *t.more)}
    assert sorted(of_tables - in_tables - {"password_change_done", "view_on_site", "auth_user_password_change"}) == []
    assert {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry} == {table.model for table in TABLES}
