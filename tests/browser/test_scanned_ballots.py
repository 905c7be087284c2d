"""A vote by scanning: voters' phones without an account, the wall in the hall, and the result."""

import re

from playwright.sync_api import expect

from deputies.services import ballots
from tests.browser.conftest import PHONE, fits
from tests.deputies import duty


def test_voters_scan_vote_once_and_the_hall_sees_the_result(visit, district, personas):
    meeting = duty.open_by_scanning(personas.town1, duty.make_seats(district), slips=2)
    wall = visit(personas.town1)
    wall.goto(f"/duty-reports/{meeting.code}/screen/")
    expect(wall.get_by_text("已投选票，共 2 张")).to_be_visible()
    voter = visit(None, width=PHONE, mode="elder", refusals=True)
    slip = f"/ballot/{ballots.token_of(meeting, 1)}/"
    voter.goto(slip)
    fits(voter)
    voter.get_by_role("button", name="提交").click()
    for group in voter.locator("fieldset").all():
        group.get_by_label("满意", exact=True).check()
    voter.get_by_role("button", name="提交").click()
    expect(voter).to_have_url(re.compile("/ballot/thanks/"))
    fits(voter)
    voter.goto(slip)
    expect(voter.get_by_text("已经投过")).to_be_visible()
    wall.reload()
    expect(wall.locator("body")).to_contain_text("1")

    town = visit(personas.town1)
    town.goto(f"/duty-reports/{meeting.code}/")
    town.get_by_role("button", name="截止测评").click()
    town.get_by_role("link", name="宣布结果").click()
    town.get_by_role("button", name=re.compile("宣布")).click()
    expect(town.get_by_role("heading", name="评议结果")).to_be_visible()
    wall.reload()
    expect(wall.locator("body")).to_contain_text("100%")
    assert duty.counted(meeting) == {(1, 0, 0)}
