"""The first minute: signing in, and the home desk."""

import re

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from playwright.sync_api import expect

from tests.browser.conftest import fits
from tests.factories import PASSWORD


@pytest.fixture
def office(personas):
    """The office's account with a password hashed as the running server reads it."""
    hasher = PBKDF2PasswordHasher()
    personas.office.password = hasher.encode(PASSWORD, hasher.salt())
    personas.office.save()
    return personas.office


def test_sign_in_and_see_the_desk(visit, office, width):
    page = visit(width=width)
    page.goto("/")
    expect(page).to_have_url(re.compile("/accounts/login/"))
    fits(page)
    page.fill("input[name=login]", office.username)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page).to_have_url("/")
    expect(page.locator("body")).to_contain_text("工作台")
    fits(page)


def test_a_wrong_password_keeps_what_was_typed(visit, office):
    page = visit(refusals=True)
    page.goto("/accounts/login/")
    page.fill("input[name=login]", office.username)
    page.fill("input[name=password]", "not-the-password")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=login]")).to_have_value(office.username)
    expect(page.locator("body")).to_contain_text("账号或密码不对")


@pytest.mark.parametrize("mode", ["", "elder"])
def test_the_desk_fits_in_every_mode(visit, personas, width, mode):
    page = visit(personas.office, width=width, mode=mode, dark=not mode)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    fits(page)
