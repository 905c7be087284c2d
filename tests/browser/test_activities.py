"""Signing in to an activity with two machines: the hall's screen and a deputy's phone."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from activities.models import Activity, ActivityRule
from activities.services import activities_sign_in
from deputies.models import Deputy
from tests.activities import playing
from tests.browser.conftest import DESK, PHONE, fits


@pytest.fixture
def activity(personas, district) -> Activity:
    ActivityRule.objects.create(code_seconds=30)
    deputy = Deputy.objects.get(user=personas.deputy)
    return playing.under_way(personas.town1, district, [deputy, *playing.deputies(district, 2)])


def scanned(activity: Activity, seconds_ago: int = 0) -> str:
    """Where the code leads that the screen shows, or showed."""
    code = activities_sign_in.code_now(activity, timezone.now() - datetime.timedelta(seconds=seconds_ago))
    return reverse("activities:sign_in", args=[activity.code, code])


def test_a_phone_scans_the_screen(visit, personas, activity):
    screen = visit(personas.town1, width=DESK)
    screen.goto(reverse("activities:screen", args=[activity.code]))
    expect(screen.get_by_role("img", name="签到二维码")).to_be_visible()
    expect(screen.locator(".wall__count b")).to_have_text("0")
    fits(screen)
    phone = visit(personas.deputy, width=PHONE)
    phone.goto(scanned(activity))  # the page sends itself
    expect(phone.get_by_role("heading", level=1)).to_have_text("已签到")
    expect(phone.locator("main")).to_contain_text("代表莫")
    fits(phone)
    expect(screen.locator(".wall__count b")).to_have_text("1", timeout=15_000)
    expect(screen.locator("main")).to_contain_text("刚刚签到：代表莫")
    assert activity.participations.present().count() == 1


def test_a_photograph_sent_on_is_worth_nothing(visit, personas, activity):
    phone = visit(personas.deputy, width=PHONE, mode="elder", refusals=True)
    phone.goto(scanned(activity, seconds_ago=90))
    expect(phone.locator("main")).to_contain_text("请回到会场，重新扫描屏幕上的二维码")
    fits(phone)
    assert not activity.participations.present().exists()


def test_sign_up_and_ask_for_leave_on_the_phone(visit, personas, district):
    deputy = Deputy.objects.get(user=personas.deputy)
    activity = playing.announced(personas.town1, district, [deputy])
    phone = visit(personas.deputy, width=PHONE)
    phone.goto("/")
    phone.get_by_role("button", name="我要参加").first.click()
    expect(phone.locator("main")).to_contain_text("已报名")
    phone.get_by_role("link", name="请假").click()
    phone.fill("textarea[name=reason]", "外出务工，赶不回来")
    phone.get_by_role("button", name="提交请假").click()
    expect(phone.locator("main")).to_contain_text("申请请假")
    desk = visit(personas.town1, width=DESK)
    desk.goto(reverse("activities:activity", args=[activity.code]))
    desk.get_by_role("button", name="准假", exact=True).click()
    expect(desk.locator("main")).to_contain_text("准假 1")


def test_the_list_is_ticked_and_the_rest_absent(visit, personas, activity, width):
    page = visit(personas.town1, width=width)
    page.goto(reverse("activities:attendance", args=[activity.code]))
    page.get_by_label("代表莫").check()
    expect(page.locator("[data-picked]")).to_have_text("已选 1 名")
    fits(page)
    page.get_by_role("button", name="保存，其余记缺席").click()
    expect(page.locator("main")).to_contain_text("到会 1 名，缺席 2 名")
