"""From 记一笔 on a deputy's phone to what the voter says of the result, through the town's staff and the unit."""

import re

from playwright.sync_api import expect

from deputies.models import Opinion
from tests.browser.conftest import PHONE, fits
from tests.deputies.contacts import make_people

SAID = "竹根村口的路灯坏了三盏。孩子放学看不清路。"


def test_from_a_few_words_to_a_result(visit, district, personas):
    make_people(district, personas)
    phone = visit(personas.deputy, width=PHONE)
    phone.goto("/contacts/new/")
    phone.get_by_label("选民说了什么").fill(SAID)
    phone.get_by_label("需要有人去办").check()
    phone.locator("details.fill summary").click()
    phone.get_by_label("选民姓名或称呼").fill("王小明")
    phone.get_by_role("button", name="保存").click()
    expect(phone).to_have_url(re.compile(r"/contacts/LX\d{4}-000001/opinions/new/"))
    fits(phone)
    phone.get_by_label("竹根村口的路灯坏了三盏。", exact=True).check()
    phone.get_by_role("button", name="登记意见").click()
    expect(phone).to_have_url(re.compile(r"/opinions/YJ\d{4}-000001/"))
    address = f"/opinions/{Opinion.objects.get().code}/"

    town = visit(personas.town1)
    town.goto(address)
    town.locator("summary", has_text="转办").click()
    town.get_by_label("去向").select_option(label="转部门")
    town.get_by_label("交给谁").select_option(label=district.unit.name)
    town.get_by_role("button", name="转办").click()
    expect(town.get_by_text("已转办。")).to_be_visible()

    unit = visit(personas.unit)
    unit.goto(address)
    expect(unit.get_by_text("王**")).to_be_visible()
    unit.get_by_role("button", name="查看完整信息").click()
    expect(unit.get_by_text("王小明")).to_be_visible()
    unit.goto(address)
    unit.get_by_role("button", name="开始办理").click()
    expect(unit.get_by_text("已开始办理。")).to_be_visible()
    unit.get_by_label("办理结果").fill("三盏都换了新灯。")
    unit.get_by_role("button", name="答复").click()
    expect(unit.get_by_text("已答复，已通知代表告知选民。")).to_be_visible()
    expect(unit.get_by_role("button", name="查看完整信息")).to_have_count(0)

    phone.goto("/")
    phone.get_by_role("link", name=re.compile("^告知选民：")).click()
    phone.get_by_role("button", name="告知选民").click()
    phone.get_by_label("已解决", exact=True).check()
    phone.get_by_role("button", name="办结").click()
    expect(phone.get_by_text("已办结。", exact=True)).to_be_visible()
    fits(phone)
    done = Opinion.objects.get()
    assert (done.state, done.is_settled, done.result) == ("closed", True, "三盏都换了新灯。")
