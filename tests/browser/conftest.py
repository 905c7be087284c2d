"""The product's web server on the test database, and Chromium in front of it.

``visit(personas.office, width=360)`` gives a page signed in as that person. When the test ends, any console error, failed
request, request to another origin or uncaught script error on its pages fails it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright

from congress.models import User
from tests.browser import chromium
from tests.processes import Site

PHONE, DESK = 360, 1440

# Playwright keeps an event loop in the tests' own thread; the tests themselves stay synchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def site(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Site]:
    with django_db_blocker.unblock():
        server = Site()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser(django_db_setup) -> Iterator[Browser]:
    program = chromium.find()
    if program is None:
        pytest.fail("No Chromium found: install it or set CHROMIUM.")
    shipped = connection._test_serialized_contents
    with sync_playwright() as playwright:
        # Beside Playwright's event loop Django opens another connection; it too must know what the migrations ship.
        connection._test_serialized_contents = shipped
        running = playwright.chromium.launch(executable_path=program, args=chromium.FLAGS)
        yield running
        running.close()


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def width(request) -> int:
    """A test that asks for it runs on a phone and at a desk."""
    return request.param


Visit = Callable[..., Page]


@pytest.fixture
def visit(site: Site, browser: Browser, settings, transactional_db) -> Iterator[Visit]:
    """``visit(user, width=PHONE, mode="", dark=False, refusals=False, offline=False)``: a page in a context of its own.

    ``user`` None is a visitor. ``refusals`` accepts answers from 400 to 499, which Chromium reports on its console, and
    ``offline`` that the test cuts the network.
    """
    settings.MEDIA_ROOT = site.media  # where the web server looks, which serves more than one test
    contexts, faults = [], []

    def open_page(
        user: User | None = None, *, width: int = DESK, mode: str = "", dark: bool = False, refusals: bool = False, offline: bool = False
    ) -> Page:
        context = browser.new_context(
            base_url=site.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": 780 if width < 700 else 900},
        )
        contexts.append(context)
        cookies = {"mode": mode} if mode else {}
        if user is not None:
            client = Client()
            client.force_login(user, backend=django_settings.AUTHENTICATION_BACKENDS[0])
            cookies["sessionid"] = client.cookies["sessionid"].value
        context.add_cookies([{"name": name, "value": value, "url": site.url} for name, value in cookies.items()])

        def on_console(message: ConsoleMessage) -> None:
            expected = refusals and "status of 4" in message.text or offline and "ERR_INTERNET_DISCONNECTED" in message.text
            if message.type == "error" and not expected:
                faults.append(f"console on {page.url}: {message.text}")

        def on_response(response: Response) -> None:
            if response.status >= (500 if refusals else 400):
                faults.append(f"{response.status} for {response.url}")

        def on_request(request) -> None:
            if urlsplit(request.url).scheme in {"http", "https"} and not request.url.startswith(f"{site.url}/"):
                faults.append(f"request to another origin: {request.url}")

        context.on("console", on_console)
        context.on("response", on_response)
        context.on("request", on_request)
        context.on("weberror", lambda error: faults.append(f"script: {error.error}"))
        page = context.new_page()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def fits(page: Page) -> None:
    """Nothing on the page scrolls sideways."""
    wide = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide[0] <= wide[1], f"{page.url} is {wide[0]} px wide in a window of {wide[1]}"
