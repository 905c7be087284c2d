"""One matter from a voter's sentence to the word back to her: 记一笔 on a deputy's phone, suggestion, office, dispatcher, unit, reply."""

import re

from django.utils import timezone
from playwright.sync_api import Page, expect

from deputies.models import Opinion
from suggestions.enums import SuggestionState
from suggestions.models import Suggestion
from tests.browser.conftest import DESK, PHONE, fits
from tests.deputies.contacts import make_people

SAID = "救护车开不到二队坡上。上个月半夜发病的老人是用门板抬下来的。"
MATTER = "救护车开不到二队坡上。"
TITLE = "关于拓宽上岭村进屯路的建议"
BASIS = "上岭村二队坡上十二户，路窄坡陡，救护车开不到，上个月半夜发病的老人是用门板抬下来的。"
REQUEST = "由交通部门拓宽进屯路六百米，在坡下设急救停靠点。"
ANSWER = "进屯路六百米已列入今年计划，十月底前完成；坡下急救停靠点已经划好。"


def do(page: Page, key: str) -> None:
    """Presses the button of one step on the matter's page, opening it where it is folded."""
    step = page.locator(f"details#{key}")
    if not step.locator("button[type=submit]").is_visible():
        step.locator("summary").click()
    step.locator("button[type=submit]").click()


def fill(page: Page, key: str, **values: str) -> None:
    step = page.locator(f"details#{key}")
    if not step.locator("button[type=submit]").is_visible():
        step.locator("summary").click()
    for name, value in values.items():
        step.locator(f"[name={name}]").fill(value)


def test_from_a_voters_sentence_to_the_word_back_to_her(visit, district, personas):
    make_people(district, personas)
    phone = visit(personas.deputy, width=PHONE)

    # The deputy notes what the voter said, and makes a suggestion of it.
    phone.goto("/contacts/new/")
    phone.get_by_label("选民说了什么").fill(SAID)
    phone.get_by_label("需要有人去办").check()
    phone.locator("details.fill summary").click()
    phone.get_by_label("选民姓名或称呼").fill("韦桂兰")
    phone.get_by_role("button", name="保存").click()
    expect(phone).to_have_url(re.compile(r"/contacts/LX\d{4}-000001/opinions/new/"))
    phone.get_by_label(MATTER, exact=True).check()
    phone.get_by_label("去向").select_option(label="形成代表建议")
    phone.get_by_role("button", name="登记意见").click()
    expect(phone).to_have_url(re.compile(r"/opinions/YJ\d{4}-000001/"))
    voters_words = phone.url
    phone.get_by_role("button", name="写成建议").click()
    expect(phone).to_have_url(re.compile(r"/suggestions/JY\d{4}-000001/edit/"))
    fits(phone)
    phone.locator("[name=title]").fill(TITLE)
    phone.locator("[name=basis]").fill(BASIS)
    phone.locator("[name=request]").fill(REQUEST)
    phone.get_by_role("button", name="保存并提交").click()
    expect(phone).to_have_url(re.compile(r"/suggestions/JY\d{4}-000001/(\?.*)?$"))
    fits(phone)
    suggestion = Suggestion.objects.get()
    assert (suggestion.state, list(suggestion.opinions.all())) == (SuggestionState.SUBMITTED, [Opinion.objects.get()])
    address = f"/suggestions/{suggestion.code}/"

    # The office examines it, the government's dispatcher gives it to a unit.
    office = visit(personas.office, width=DESK)
    office.goto("/")
    office.get_by_role("link", name=f"审查：{TITLE}").click()
    office.get_by_label("予以受理", exact=True).check()
    office.get_by_role("button", name="确定").click()
    expect(office.get_by_text("待交办", exact=True).first).to_be_visible()
    dispatcher = visit(personas.dispatcher, width=DESK)
    dispatcher.goto(address)
    fill(dispatcher, "assign", answering=district.unit.name, instruction="请与代表面商后答复。")
    do(dispatcher, "assign")
    expect(dispatcher.get_by_text(f"已交{district.unit.name}办理。")).to_be_visible()

    # The unit signs for it, talks with the deputy, who confirms, and answers.
    unit = visit(personas.unit, width=DESK)
    unit.goto(address)
    do(unit, "sign")
    expect(unit.get_by_text(f"{district.unit.name}已签收，开始办理。")).to_be_visible()
    fill(unit, "consult", way="上门面商", text="到坡上看了路，代表同意先修最窄的一段。")
    do(unit, "consult")
    expect(unit.get_by_text(re.compile("^已登记，已请"))).to_be_visible()
    phone.goto(address)
    do(phone, "confirm-consultation")
    expect(phone.get_by_text("已确认，感谢您。")).to_be_visible()
    fits(phone)
    unit.goto(address)
    unit.get_by_role("link", name="写答复").click()
    unit.locator("[name=text]").first.fill(ANSWER)
    unit.get_by_label(re.compile("^A类")).check()
    unit.get_by_label("全文公开", exact=True).check()
    unit.get_by_role("button", name="保存并送签").click()
    expect(unit.get_by_text("已送签。单位负责人审核后签发。")).to_be_visible()
    unit.locator("[name=signer]").fill("梁局长")
    unit.get_by_role("button", name="签发", exact=True).click()
    suggestion.refresh_from_db()
    assert suggestion.state == SuggestionState.REPLIED

    # The deputy reads the answer and judges it; the matter is closed.
    phone.goto("/")
    phone.get_by_role("link", name=re.compile(f"评价.*{TITLE}")).first.click()
    expect(phone.get_by_text(ANSWER)).to_be_visible()
    fits(phone)
    for name in ("attitude", "result"):
        phone.locator(f"[name={name}][value=satisfied]").check()
    phone.get_by_role("button", name="提交评价").click()
    expect(phone.get_by_text("评价已记下，这件建议办结。")).to_be_visible()

    # And the voter is told.
    phone.goto(voters_words)
    phone.get_by_role("button", name="告知选民").click()
    phone.get_by_label("已解决", exact=True).check()
    phone.get_by_role("button", name="办结").click()
    expect(phone.get_by_text("已办结。", exact=True)).to_be_visible()
    fits(phone)

    suggestion.refresh_from_db()
    opinion = Opinion.objects.get()
    assert (suggestion.state, suggestion.closed_on) == (SuggestionState.CLOSED, timezone.localdate())
    assert (opinion.state, opinion.is_settled, opinion.told_on) == ("closed", True, timezone.localdate())
    assert ANSWER in opinion.result
    assert list(suggestion.steps.order_by("pk").values_list("state", flat=True))[-1] == SuggestionState.CLOSED
    phone.goto(address)
    for words in (MATTER, ANSWER):  # the thread tells it whole
        expect(phone.get_by_text(words).first).to_be_visible()
    fits(phone)
