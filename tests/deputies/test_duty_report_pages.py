"""The pages of duty reports: who opens them, what the staff fill in, what a voter and the hall see."""

import datetime
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from congress import figures, todos
from congress.models import DocumentBatch
from congress.periods import Period
from congress.services.documents import render_batch
from deputies.enums import BallotGrade, BallotMethod, DutyReportState
from deputies.models import DutyReportMeeting
from deputies.services import ballots, duty_reports
from tests.deputies import duty

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def seats(district):
    return duty.make_seats(district)


@pytest.fixture
def town(personas):
    return personas.town1


def address(name, *arguments):
    return reverse(f"deputies:{name}", args=arguments)


def listed(client, query=""):
    page = client.get(f"/duty-reports/{query}")
    assert page.status_code == 200
    assert page["X-Total-Count"] == str(len(page.context["page"]))
    return [meeting.code for meeting in page.context["page"]]


# ---- lists


def test_meetings_are_listed_and_filtered(seats, town, personas, signed_in):
    client = signed_in(personas.leader)
    assert listed(client) == []
    announced = duty.announce_on_paper(town, seats)
    later = duty.plan(town, seats, planned_on=TODAY() + datetime.timedelta(days=3), mandates=[seats.mo])
    other = duty.plan(
        personas.town2, seats, electoral_district=seats.tang.electoral_district, mandates=[seats.tang], planned_on=duty.yesterday()
    )
    duty.hold(personas.town2, other, held_on=duty.yesterday())
    assert listed(client) == [later.code, announced.code, other.code]
    early = duty.plan(town, seats, planned_on=TODAY() + datetime.timedelta(days=30), mandates=[seats.wei])
    duty.hold(town, early, held_on=duty.yesterday())
    assert listed(client, "?state=held") == [other.code, early.code]
    DutyReportMeeting.objects.get(pk=early.pk).delete()
    assert listed(client, "?area=469901101") == [later.code, announced.code]
    assert listed(client, "?state=announced") == [announced.code]
    assert listed(client, "?coverage=counted") == [announced.code, other.code]
    assert listed(client, "?coverage=not") == [later.code]
    assert listed(client, f"?year={announced.held_on.year}&state=announced") == [announced.code]
    assert listed(client, "?year=1999") == []
    assert listed(client, "?year=nonsense&area=469901102") == [other.code]
    assert listed(client, "?deputy=D-YING") == [later.code, announced.code]
    assert signed_in(personas.visitor).get("/duty-reports/")["X-Total-Count"] == "0"


def test_lists_cost_the_same_for_one_row_and_three(seats, town, personas, signed_in):
    client = signed_in(personas.office)
    costs = []
    for days in range(3):
        duty.plan(town, seats, planned_on=TODAY() + datetime.timedelta(days=days))
        if days in (0, 2):
            counts = []
            for url in ("/duty-reports/", "/duty-reports/coverage/", "/duty-reports/deputies/", "/duty-reports/new/"):
                with CaptureQueriesContext(connection) as asked:
                    assert client.get(url).status_code == 200
                counts.append(len(asked))
            costs.append(counts)
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 15


def test_coverage_numbers_lead_to_their_deputies(seats, town, personas, signed_in):
    meeting = duty.plan(town, seats)
    duty.hold(town, meeting, on_site=[meeting.reports.get(mandate=seats.wei)])
    client = signed_in(personas.office)
    page = client.get("/duty-reports/coverage/")
    assert page["X-Total-Count"] == "4"
    assert [(fig["label"], fig["value"]) for fig in page.context["figs"]] == [
        ("在任区、镇代表", 4), ("届内已现场述职", 1), ("还没有述职", 3), ("覆盖率", "25%"),
    ]  # fmt: skip
    for fig in page.context["figs"][:3]:
        assert client.get(fig["url"])["X-Total-Count"] == str(fig["value"])
    links = re.findall(r'data-th="(在任区、镇代表|已述职|未述职)"[^>]*><a href="([^"]+)">(\d+)', page.content.decode())
    assert len(links) == 5
    for _, url, number in links:
        assert client.get(url.replace("&amp;", "&"))["X-Total-Count"] == number


def test_figures_lead_to_the_records_that_prove_them(district, seats, town, personas, signed_in):
    meeting = duty.plan(town, seats)
    duty.hold(town, meeting, on_site=[meeting.reports.get(mandate=seats.wei)])
    period = Period.containing(TODAY(), "quarter")
    client = signed_in(personas.office)
    area = figures.find("deputies.duty_reports")
    covered = client.get(area.records(district.town1.code, period, ""))
    assert [row.deputy.name for row in covered.context["page"]] == ["韦桂兰"]
    deputy = figures.find("deputies.duty_reports_of")
    url = deputy.records("D-WEI", period, "")
    assert parse_qs(urlsplit(url).query) == {"deputy": ["D-WEI"], "year": [period.code], "coverage": ["counted"]}
    assert client.get(url)["X-Total-Count"] == "1"
    assert client.get(deputy.records("D-YING", period, ""))["X-Total-Count"] == "0"


# ---- the staff's steps


def test_the_staff_take_a_meeting_from_plan_to_result(seats, town, signed_in, eager_tasks, django_capture_on_commit_callbacks):
    client = signed_in(town)
    first = client.get("/duty-reports/new/")
    assert [(row.name, waiting) for row, _, waiting in first.context["rows"]][:2] == [
        ("东岭第一选区", 2),
        (first.context["rows"][1][0].name, 1),
    ]
    plan = f"/duty-reports/new/?district={seats.district.code}"
    form = client.get(plan).context["form"]
    assert set(form["mandates"].initial) == {seats.wei.pk, seats.mo.pk}
    refused = client.post(plan, {"planned_on": TODAY(), "method": "paper", "place": "文化站"})
    assert refused.status_code == 422 and "请选择述职的代表，至少一名。" in refused.content.decode()
    assert 'value="文化站"' in refused.content.decode()
    client.post(plan, {"planned_on": TODAY(), "method": "paper", "place": "文化站", "mandates": [seats.wei.pk]})
    meeting = DutyReportMeeting.objects.get()
    assert client.post(address("edit_duty_report", meeting.code), {
        "planned_on": TODAY(), "method": "paper", "place": "文化站", "mandates": [seats.wei.pk, seats.mo.pk],
    }).status_code == 302  # fmt: skip
    report = address("duty_report_text", meeting.code, "D-WEI")
    drafted = client.get(f"{report}?draft=1").context["form"]
    assert "我是榕江区人大第8届代表韦桂兰" in drafted["text"].value()
    assert client.post(report, {"text": "各位选民：\n一、情况\n好。", "saw": drafted["saw"].value()}).status_code == 302
    conflict = client.post(report, {"text": "另一稿", "saw": drafted["saw"].value()})
    assert conflict.status_code == 422 and "另一稿" in conflict.content.decode()
    held = address("hold_duty_report", meeting.code)
    future = {
        "held_on": TODAY() + datetime.timedelta(days=1),
        "place": "文化站",
        "voters_present": 12,
        "on_site": meeting.reports.first().pk,
    }
    assert client.post(held, future).status_code == 422
    assert client.post(held, {**future, "held_on": TODAY()}).status_code == 302
    assert "到会选民 12 人，少于要求的 30 人。" in client.get(address("duty_report", meeting.code)).content.decode()
    questions = address("duty_questions", meeting.code, "D-WEI")
    saw = client.get(questions).context["form"].saw
    assert client.post(questions, {"question": ["", "路何时修？"], "answer": ["只有答复", ""], "saw": saw}).status_code == 422
    assert client.post(questions, {"question": ["路何时修？"], "answer": ["年底前。"], "saw": saw}).status_code == 302
    tally = address("duty_tally", meeting.code)
    cells = {f"r{report}a{aspect}{grade}": 0 for report, aspect in duty.lines(meeting) for grade in BallotGrade}
    cells |= {name: 11 for name in cells if name.endswith("satisfied") and "not_" not in name}
    wrong = client.post(tally, {"handed_out": 12, "collected": 12, **cells})
    assert wrong.status_code == 422 and "三项合计 11 票" in wrong.content.decode()
    assert client.post(tally, {"handed_out": 12, "collected": 11, **cells}).status_code == 302
    announce = address("announce_duty_report", meeting.code)
    assert "宣布" in client.get(announce).content.decode()
    assert DutyReportMeeting.objects.get().state == DutyReportState.HELD
    assert client.post(announce).status_code == 302
    page = client.get(address("duty_report", meeting.code)).content.decode()
    assert "路何时修？" in page and "各代表满意率：韦桂兰100%，莫英100%" in page
    for closed in ("edit_duty_report", "hold_duty_report", "duty_tally", "cancel_duty_report"):
        assert client.get(address(closed, meeting.code)).status_code == 409


def test_a_meeting_page_costs_the_same_with_one_deputy_and_two(seats, town, signed_in):
    client = signed_in(town)
    one = duty.plan(town, seats, mandates=[seats.wei])
    two = duty.plan(town, seats, planned_on=duty.yesterday())
    counts = []
    for meeting in (one, two):
        with CaptureQueriesContext(connection) as asked:
            client.get(address("duty_report", meeting.code))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 15


def test_pages_are_for_those_whose_meeting_it_is(seats, town, personas, signed_in):
    meeting = duty.plan(town, seats)
    pages = ("edit_duty_report", "cancel_duty_report", "hold_duty_report", "duty_tally", "announce_duty_report")
    for who in (personas.town2, personas.leader, personas.deputy):
        client = signed_in(who)
        assert client.get(address("duty_report", meeting.code)).status_code == 200
        assert [client.get(address(name, meeting.code)).status_code for name in pages] == [403] * 5
        assert [client.post(address(name, meeting.code)).status_code for name in ("duty_slips", "duty_voting")] == [403, 403]
        assert client.post(address("duty_report_text", meeting.code, "D-WEI")).status_code == 403
        assert client.post(address("duty_report_word", meeting.code, "D-WEI")).status_code == 403
        assert client.get(address("duty_questions", meeting.code, "D-WEI")).status_code == 403
    assert signed_in(personas.town2).get(f"/duty-reports/new/?district={seats.district.code}").status_code == 404
    assert signed_in(personas.leader).get("/duty-reports/new/").status_code == 403
    visitor = signed_in(personas.visitor)
    assert visitor.get(address("duty_report", meeting.code)).status_code == 404
    assert visitor.get("/duty-reports/coverage/").status_code == 403
    assert Client().get(address("duty_report", meeting.code)).status_code == 302


def test_a_deputy_writes_her_own_report_on_the_phone(seats, town, personas, signed_in):
    duty.give_account(seats.wei, personas.deputy)
    meeting = duty.plan(town, seats)
    client = signed_in(personas.deputy)
    assert "起草报告" in client.get(address("duty_report", meeting.code)).content.decode()
    saw = client.get(address("duty_report_text", meeting.code, "D-WEI")).context["form"]["saw"].value()
    assert client.post(address("duty_report_text", meeting.code, "D-WEI"), {"text": "各位选民：", "saw": saw}).status_code == 302
    assert client.post(address("duty_report_text", meeting.code, "D-YING"), {"text": "x", "saw": saw}).status_code == 403
    assert "<textarea" not in client.get(address("duty_report_text", meeting.code, "D-YING")).content.decode()


def test_todos_name_near_meetings_open_results_and_unwritten_reports(seats, town, personas):
    duty.give_account(seats.wei, personas.deputy)
    near = duty.plan(town, seats, planned_on=TODAY() + datetime.timedelta(days=7))
    duty.plan(town, seats, planned_on=TODAY() + datetime.timedelta(days=8))
    held = duty.hold(town, duty.plan(town, seats, mandates=[seats.mo]))

    def waiting(user):
        return [(todo.title, todo.due_on) for todo in todos.waiting_for(user) if todo.kind == "述职评议"]

    assert waiting(town) == [(f"举行{near}", near.planned_on), (f"宣布{held}的评议结果", None)]
    assert waiting(personas.deputy) == [(f"准备述职报告：{near}", near.planned_on)]
    assert waiting(personas.town2) == waiting(personas.office) == []


# ---- the voter's slip


def test_a_voter_votes_without_an_account_or_cookies(seats, town):
    meeting = duty.open_by_scanning(town, seats)
    url = address("ballot", ballots.token_of(meeting, 1))
    phone = Client(enforce_csrf_checks=True)
    assert phone.get(url).status_code == 200
    choices = {f"r{report}a{aspect}": "satisfied" for report, aspect in duty.lines(meeting)}
    missing = dict(list(choices.items())[:-1])
    again = phone.post(url, missing)
    assert again.status_code == 422
    assert again.content.decode().count(" checked") == len(choices) - 1
    sent = phone.post(url, choices)
    assert (sent.status_code, sent.url) == (302, "/ballot/thanks/")
    assert "您的选票已计入" in phone.get("/ballot/thanks/").content.decode()
    assert duty.counted(meeting) == {(1, 0, 0)}
    for answer in (phone.get(url), phone.post(url, choices)):
        assert answer.status_code == 409
        assert "一张选票只能投一次" in answer.content.decode()
    assert duty.counted(meeting) == {(1, 0, 0)}


def test_a_slip_that_does_not_count_says_why(seats, town):
    meeting = duty.open_by_scanning(town, seats)
    url = address("ballot", ballots.token_of(meeting, 1))
    foreign = Client().get(address("ballot", "a" * 26))
    assert foreign.status_code == 404 and "不是有效的选票二维码" in foreign.content.decode()
    ballots.close_voting(actor=town, meeting=meeting)
    closed = Client().get(url)
    assert closed.status_code == 409 and "测评已经截止" in closed.content.decode()
    assert closed["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_a_voters_page_is_small_and_needs_no_script(seats, town):
    meeting = duty.open_by_scanning(town, seats)
    page = Client().get(address("ballot", ballots.token_of(meeting, 1))).content.decode()
    names = {name.split("#")[0] for name in re.findall(r'(?:href|src)="/static/([^"]+)"', page)}
    sizes = [Path(finders.find(re.sub(r"\.[0-9a-f]{12}\.", ".", name))).stat().st_size for name in names]
    assert len(page.encode()) + sum(sizes) <= 80 * 1024
    assert "htmx" not in " ".join(names) and "<script>" not in page and "style=" not in page


# ---- the projector


def test_the_hall_sees_how_many_voted_and_only_then_what(seats, town, personas, signed_in):
    meeting = duty.open_by_scanning(town, seats, slips=40)
    url = address("duty_screen_open", meeting.code, duty_reports.screen_key(meeting))
    ballots.cast(token=ballots.token_of(meeting, 1), choices=duty.votes(meeting, BallotGrade.NOT_SATISFIED))
    before = Client().get(url).content.decode()
    assert "<b>1</b><span>已投选票，共 40 张" in before and "不满意" not in before
    fragment = Client().get(url, headers={"HX-Request": "true"}).content.decode()
    assert fragment.lstrip().startswith('<div class="wall__all"') and "every 3s" in fragment
    assert "不满意" not in signed_in(town).get(address("duty_report", meeting.code)).content.decode()
    ballots.close_voting(actor=town, meeting=meeting)
    duty_reports.announce(actor=town, meeting=meeting)
    after = Client().get(url, headers={"HX-Request": "true"}).content.decode()
    assert "不满意" in after and "every 3s" not in after
    assert "满意率 <b>0%</b>" in after
    assert Client().get(address("duty_screen_open", meeting.code, "0" * 24)).status_code == 404
    assert Client().get(address("duty_screen", meeting.code)).status_code == 302
    assert signed_in(personas.deputy).get(address("duty_screen", meeting.code)).status_code == 200
    assert signed_in(personas.visitor).get(address("duty_screen", meeting.code)).status_code == 404


# ---- paper


def test_slips_result_and_report_are_printed(seats, town, personas, signed_in):
    meeting = duty.plan(town, seats, method=BallotMethod.SCAN)
    client = signed_in(town)
    client.post(address("duty_slips", meeting.code), {"total": 11})
    slips = DocumentBatch.objects.get()
    render_batch(slips)
    sheet = slips.documents.get()
    assert (sheet.state, sheet.pages, sheet.error) == ("ready", 2, "")
    assert signed_in(personas.town2).get(reverse("document", args=[slips.key, 1])).status_code == 404
    duty_reports.write_report(
        actor=town, report=meeting.reports.first(), text="各位选民：\n\n一、履职情况\n走访 3 次。", saw=duty_reports.seen("")
    )
    client.post(address("duty_report_word", meeting.code, "D-WEI"))
    word = DocumentBatch.objects.get(key__startswith="duty-word-")
    render_batch(word)
    assert word.documents.get().state == "ready"
    assert signed_in(personas.deputy).get(reverse("document", args=[word.key, 1])).status_code == 404
    duty.hold(town, meeting)
    client.post(address("duty_voting", meeting.code), {"minutes": 30})
    ballots.cast(token=ballots.token_of(meeting, 9), choices=duty.votes(meeting))
    client.post(address("duty_voting", meeting.code), {"close": "1"})
    client.post(address("announce_duty_report", meeting.code))
    result = DocumentBatch.objects.get(key=f"duty-result-{meeting.code}")
    render_batch(result)
    assert (result.documents.get().state, result.documents.get().error) == ("ready", "")
    assert signed_in(personas.leader).get(reverse("document", args=[result.key, 1])).status_code == 200


def test_slips_of_another_secret_key_are_not_printed(seats, town, settings):
    meeting = duty.plan(town, seats, method=BallotMethod.SCAN)
    batch = ballots.issue_slips(actor=town, meeting=meeting, total=2)
    settings.SECRET_KEY = "another"
    render_batch(batch)
    assert batch.documents.get().error.startswith("系统密钥更换过")
