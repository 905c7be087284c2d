"""记一笔 on a phone whose signal comes and goes: what is typed is kept, and sent once and only once."""

import datetime
import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from deputies.enums import EndReason, MandateStatus
from deputies.models import ContactDraft, Mandate, VoterContact
from tests.browser.conftest import PHONE, fits
from tests.deputies.contacts import make_people

SAID = "竹根村口的路灯坏了三盏，晚上孩子放学看不清路。"


@pytest.fixture
def people(district, personas):
    return make_people(district, personas)


def picture() -> dict[str, object]:
    out = io.BytesIO()
    Image.effect_noise((2400, 1800), 80).save(out, "JPEG", quality=90)
    return {"name": "路灯.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def ready(page):
    """The worker has everything it needs for the next time."""
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")


def signal(page, there):
    page.context.set_offline(not there)


def test_a_contact_typed_without_a_signal_is_sent_once_when_it_is_back(visit, personas, people):
    page = visit(personas.deputy, width=PHONE, offline=True)
    page.goto("/contacts/new/")
    ready(page)
    fits(page)
    signal(page, False)
    expect(page.get_by_text("没有网络，照常填写")).to_be_visible()
    page.get_by_label("选民说了什么").fill(SAID)
    page.get_by_label("电话", exact=True).check()
    page.get_by_label("需要有人去办").check()
    page.locator("details.fill summary").click()
    page.get_by_label("选民姓名或称呼").fill("王小明")
    page.get_by_text("再加一位").click()
    page.get_by_label("选民姓名或称呼").nth(1).fill("㛃")
    page.set_input_files("input[name=photos]", picture())
    expect(page.locator("[data-count]")).to_have_text(" 1 张")
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"草稿已存在本机 \d\d:\d\d"))
    page.get_by_role("button", name="保存").click()
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"已存在本机 \d\d:\d\d，联网后自动发送"))
    expect(page.locator("[data-waiting] li")).to_have_count(1)
    expect(page.locator("[data-waiting] li")).to_contain_text("照片 1 张")
    expect(page.get_by_label("选民说了什么")).to_have_value("")
    fits(page)
    assert not VoterContact.objects.exists()

    signal(page, True)
    expect(page.locator("[data-waiting]")).to_be_hidden()
    made = VoterContact.objects.get()
    assert (made.text, made.channel, made.photos.count(), made.awaits_opinion) == (SAID, "phone", 1, True)
    assert [voter.name for voter in made.voters.all()] == ["王小明", "㛃"]
    page.reload()
    ready(page)
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert VoterContact.objects.count() == 1
    page.goto("/")
    expect(page.get_by_role("link", name=re.compile("登记意见：竹根村口的路灯"))).to_be_visible()


def test_the_form_opens_without_a_signal_and_two_pages_send_one_record(visit, personas, people):
    page = visit(personas.deputy, width=PHONE, offline=True)
    page.goto("/contacts/new/")
    ready(page)
    signal(page, False)
    page.goto("/contacts/new/")
    expect(page.get_by_role("heading", level=1)).to_have_text("记一笔")
    fits(page)
    page.get_by_label("选民说了什么").fill(SAID)
    page.get_by_role("button", name="保存").click()
    expect(page.locator("[data-waiting] li")).to_have_count(1)
    other = page.context.new_page()
    other.goto("/contacts/new/")
    expect(other.locator("[data-waiting] li")).to_have_count(1)
    signal(page, True)
    expect(page.locator("[data-waiting]")).to_be_hidden()
    expect(other.locator("[data-waiting]")).to_be_hidden()
    assert VoterContact.objects.get().text == SAID


def test_nothing_typed_is_lost_by_leaving_or_by_a_refusal(visit, personas, people):
    page = visit(personas.deputy, width=PHONE, refusals=True)
    page.goto("/contacts/new/")
    page.get_by_label("选民说了什么").fill(SAID)
    expect(page.locator("[data-saved]")).to_have_text(re.compile("草稿已存在本机"))
    page.goto("/")
    page.goto("/contacts/new/")
    expect(page.get_by_label("选民说了什么")).to_have_value(SAID)
    page.locator("details.fill summary").click()
    page.get_by_label("时间").fill("2099-01-01T10:00")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("还没有到，没有保存")).to_be_visible()
    expect(page.get_by_label("选民说了什么")).to_have_value(SAID)
    page.get_by_label("时间").fill("2026-03-02T10:00")
    page.get_by_role("button", name="保存").click()
    expect(page).to_have_url(re.compile(r"/contacts/LX\d{4}-000001/"))
    page.goto("/contacts/new/")
    expect(page.get_by_label("选民说了什么")).to_have_value("")


def test_an_ended_mandate_leaves_the_draft_with_the_towns_staff(visit, personas, people):
    page = visit(personas.deputy, width=PHONE, offline=True)
    page.goto("/contacts/new/")
    signal(page, False)
    page.get_by_label("选民说了什么").fill(SAID)
    page.get_by_role("button", name="保存").click()
    expect(page.locator("[data-waiting] li")).to_have_count(1)
    Mandate.objects.filter(deputy=people.mo).update(
        status=MandateStatus.ENDED, ends_on=datetime.date(2026, 6, 30), end_reason=EndReason.MOVED_AWAY
    )
    signal(page, True)
    expect(page.locator("[data-waiting] li")).to_contain_text("已交镇（街道）人大")
    assert ContactDraft.objects.get().author == personas.deputy
    assert not VoterContact.objects.exists()


def test_an_ended_mandate_with_a_signal_offers_the_town(visit, personas, people):
    page = visit(personas.deputy, width=PHONE, refusals=True)
    page.goto("/contacts/new/")
    Mandate.objects.filter(deputy=people.mo).update(
        status=MandateStatus.ENDED, ends_on=datetime.date(2026, 6, 30), end_reason=EndReason.MOVED_AWAY
    )
    page.get_by_label("选民说了什么").fill(SAID)
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="交镇（街道）人大核对").click()
    expect(page.locator("[data-saved]")).to_contain_text("已交镇（街道）人大工作人员核对")
    assert ContactDraft.objects.get().reason.startswith("代表莫的代表资格已于2026年6月30日终止")


def test_the_next_person_on_the_phone_sees_nothing_and_signing_out_clears(visit, personas, people, site):
    page = visit(personas.deputy, width=PHONE)
    page.goto("/contacts/new/")
    page.get_by_label("选民说了什么").fill(SAID)
    expect(page.locator("[data-saved]")).to_have_text(re.compile("草稿已存在本机"))
    kept = "indexedDB.databases().then(() => contactQueue.all()).then((items) => items.length)"
    everything = (
        "new Promise((done) => { const asked = indexedDB.open('contacts', 1); asked.onsuccess = () => {"
        "const all = asked.result.transaction('items').objectStore('items').getAll(); all.onsuccess = () => done(all.result.length); }; })"
    )
    assert page.evaluate(kept) == 1

    other = visit(personas.town1, width=PHONE)
    cookie = next(each for each in other.context.cookies() if each["name"] == "sessionid")
    mine = next(each for each in page.context.cookies() if each["name"] == "sessionid")
    page.context.add_cookies([{"name": "sessionid", "value": cookie["value"], "url": site.url}])
    page.goto("/contacts/new/")
    expect(page.get_by_label("选民说了什么")).to_have_value("")
    assert (page.evaluate(kept), page.evaluate(everything)) == (0, 1)

    page.context.add_cookies([{"name": "sessionid", "value": mine["value"], "url": site.url}])
    page.goto("/me/")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    for _ in range(50):  # a busy machine may show the new address before the store is empty
        if page.evaluate(everything) == 0:
            break
        page.wait_for_timeout(100)
    assert page.evaluate(everything) == 0
    assert page.evaluate("localStorage.length") == 0


def test_no_personal_data_is_cached(visit, personas, people):
    page = visit(personas.deputy, width=PHONE)
    page.goto("/contacts/new/")
    ready(page)
    page.goto("/contacts/")
    kept = page.evaluate(
        "caches.keys().then(async (names) => { const found = []; for (const name of names) for (const request of await"
        " (await caches.open(name)).keys()) found.push([new URL(request.url).pathname, await (await caches.match(request)).text()]);"
        " return found; })"
    )
    assert "/contacts/offline/" in dict(kept) and "/contacts/new/" not in dict(kept) and "/contacts/" not in dict(kept)
    assert all(
        personas.deputy.name not in text and "csrf" not in text.replace("csrfmiddlewaretoken", "") or path.startswith("/static/")
        for path, text in kept
    )
