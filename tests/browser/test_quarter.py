"""A quarter's last days, from a phone's window: two towns score on site, the office publishes, the bulletin opens."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from platforms.models import AssessmentRound, ItemScore
from tests.browser.conftest import PHONE, fits
from tests.platforms import playing
from tests.processes import Worker


@pytest.fixture
def round(district, personas, score_table) -> AssessmentRound:
    """Self-scores are in, and all cross-scores but two: A1 of 东岭镇, which 西塘镇 scores, and A1 of 西塘镇, which 城中街道 scores."""
    playing.make_platforms(district)
    made = playing.open_round(personas)
    towns = (district.town1, district.town2, district.street1, district.farm1)
    for area, assessor in zip(towns, (*towns[1:], towns[0]), strict=True):
        made.assignments.filter(area=area).update(assessor=assessor)
    playing.submit_all_self(made)
    ItemScore.objects.filter(item__code="A1").update(suggested=60, figure_value=1)
    for assignment in made.assignments.all():
        playing.score_all_cross(assignment)
    waiting = ItemScore.objects.filter(assessment__round=made, assessment__code__in=[town.code for town in towns[:2]], item__code="A1")
    waiting.update(cross_score=None, scored_by=None, scored_at=None)
    return made


def score_on_site(page: Page, round: AssessmentRound, area: str) -> None:
    """From the unit's page to the item, down two steps with the stepper, a reason, a problem; then hand it in."""
    page.goto(f"/rounds/{round.code}/areas/{area}/")
    fits(page)
    page.get_by_role("link", name="接着评分").click()
    page.locator(".rows").get_by_role("link").first.click()
    fits(page)
    score = page.get_by_label("我的打分")
    expect(score).to_have_value("60")
    reason = page.get_by_label("与建议不同，请说明理由")
    expect(reason).to_be_hidden()
    for _ in range(2):
        page.get_by_role("button", name=re.compile("^减")).click()
    expect(score).to_have_value("59")
    expect(reason).to_be_visible()
    reason.fill("抽查登记簿，有两次没有回访日期。")
    page.get_by_label("存在问题").fill("接待登记缺回访日期")
    expect(page.locator("[data-saved]")).to_contain_text("草稿已存在本机")
    page.reload()  # a lost connection: what was typed comes back
    expect(page.get_by_label("与建议不同，请说明理由")).to_have_value("抽查登记簿，有两次没有回访日期。")
    expect(page.get_by_label("我的打分")).to_have_value("59")
    page.get_by_role("button", name="保存，下一项").click()
    expect(page.get_by_text("第 2 项")).to_be_visible()
    expect(page.get_by_text("已评 3 / 3 项")).to_be_visible()
    page.goto(f"/rounds/{round.code}/areas/{area}/")
    page.get_by_role("button", name="提交评分").click()
    expect(page.get_by_text("交叉评分已提交")).to_be_visible()
    fits(page)


def test_two_towns_score_the_office_publishes_and_the_bulletin_opens(visit, settings, worker: Worker, round, district, personas):
    settings.MEDIA_ROOT = f"{settings.VAR_DIR}/media"  # where the web server looks, which serves more than one test
    worker.start(concurrency=2)
    score_on_site(visit(personas.town2, width=PHONE), round, district.town1.code)
    score_on_site(visit(personas.street1, width=PHONE), round, district.town2.code)
    for assignment in round.assignments.exclude(area__in=[district.town1, district.town2]):
        playing.scoring.submit_cross(actor=playing.staff_of(assignment.assessor_id), assignment=assignment)
    row = playing.score_of(round, district.town1.code, "A1")
    assert (row.cross_score, row.reason, row.scored_by) == (59, "抽查登记簿，有两次没有回访日期。", personas.town2)

    leader = visit(personas.leader, width=PHONE)
    leader.goto(f"/rounds/{round.code}/")
    leader.get_by_role("link", name="审定得分").click()
    fits(leader)
    leader.get_by_role("button", name="审定勾选的单位").click()
    expect(leader.get_by_text("各单位已全部审定")).to_be_visible()

    office = visit(personas.office, width=PHONE)
    office.goto(f"/rounds/{round.code}/")
    office.get_by_role("link", name="通报结果").click()
    fits(office)
    office.get_by_label("发文字号").fill("榕人办发〔2026〕27号")
    office.get_by_label("提前通报的理由").fill("各单位均书面表示没有异议。")
    office.get_by_role("button", name="下一步，确认通报").click()
    office.get_by_role("button", name="通报", exact=True).click()
    expect(office.get_by_role("heading", level=1)).to_contain_text("交叉考评结果")
    fits(office)
    expect(office.locator("#docs progress").last).to_have_attribute("value", "4", timeout=120_000)
    expect(office.locator("#docs").get_by_text("已生成", exact=True)).to_have_count(5, timeout=60_000)
    office.reload()
    address = office.get_by_role("link", name="打印通报").get_attribute("href")
    bulletin = office.request.get(address)
    assert bulletin.headers["content-type"] == "application/pdf"
    assert bulletin.body().startswith(b"%PDF-")


def test_scoring_works_without_script(visit, browser, site, round, district, personas):
    page = visit(personas.town2, width=PHONE)
    cookies = page.context.cookies()
    plain = browser.new_context(base_url=site.url, java_script_enabled=False, viewport={"width": PHONE, "height": 780})
    plain.add_cookies(cookies)
    page = plain.new_page()
    page.goto(f"/rounds/{round.code}/score/{district.town1.code}/A1/")
    page.get_by_label("我的打分").fill("59")
    page.get_by_role("button", name="保存，下一项").click()
    expect(page.get_by_text("请写明理由")).to_be_visible()
    expect(page.get_by_label("我的打分")).to_have_value("59")
    page.get_by_label("与建议不同，请说明理由").fill("有两次没有回访日期。")
    page.get_by_role("button", name="保存，下一项").click()
    expect(page.get_by_text("第 2 项")).to_be_visible()
    plain.close()
    assert playing.score_of(round, district.town1.code, "A1").cross_score == 59
