"""Minutes of an opinion forum: what a clerk typed and did not save comes back, and never passes over what another saved since."""

import pytest
from playwright.sync_api import expect

from activities.models import ForumItem
from tests.activities import forums as playing


@pytest.fixture
def page_of_minutes(district, personas):
    item = playing.make(district, personas).held().items.get(number=1)
    return f"/forums/items/{item.code}/minutes/"


def test_a_draft_meets_what_a_colleague_saved(visit, personas, page_of_minutes):
    mine, theirs = visit(personas.office, refusals=True), visit(personas.office)
    mine.goto(page_of_minutes)
    mine.get_by_label("代表发言").fill("我记的发言")
    expect(mine.locator("[data-saved]")).to_contain_text("草稿已存在本机")
    mine.goto("/forums/")  # leaves without saving

    theirs.goto(page_of_minutes)
    theirs.get_by_label("代表发言").fill("同事先保存的发言")
    theirs.get_by_role("button", name="保存，留在本件").click()
    expect(theirs.get_by_text("第1件已保存")).to_be_visible()

    mine.goto(page_of_minutes)
    expect(mine.get_by_label("代表发言")).to_have_value("我记的发言")
    mine.get_by_role("button", name="保存，留在本件").click()
    expect(mine.get_by_text("同事先保存的发言")).to_be_visible()
    expect(mine.get_by_label("代表发言")).to_have_value("我记的发言")
    assert ForumItem.objects.get(number=1).spoken == "同事先保存的发言"

    mine.get_by_label("代表发言").fill("同事先保存的发言。我记的发言")
    mine.get_by_role("button", name="保存，留在本件").click()
    expect(mine.get_by_text("第1件已保存")).to_be_visible()
    assert ForumItem.objects.get(number=1).spoken == "同事先保存的发言。我记的发言"
    mine.goto(page_of_minutes)
    expect(mine.locator("[data-saved]")).not_to_contain_text("草稿")
