"""Pages of supervision, the year's end and figures: what each person finds, that numbers and lists agree, and what they cost."""

from __future__ import annotations

import datetime
import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from congress import todos
from suggestions.enums import CommitmentState, Grade, SupervisionMethod
from suggestions.models import Commitment, KeySupervision, RuleProfile, SpotCheck, SuggestionCategory, UnitReport
from suggestions.services import supervising
from suggestions.services.profiles import profile_of
from tests.factories import OrganisationFactory, RoleGrantFactory, UserFactory
from tests.suggestions.answered import accepted, answered
from tests.suggestions.answering import another_deputy
from tests.suggestions.test_supervision import picture

YEAR = timezone.localdate().year
MOST = 18  # a page with filters
MOST_FIGURES = 24  # one of each figure that is weighed


def today() -> datetime.date:
    return timezone.localdate()


def choose(personas, suggestion, **fields) -> KeySupervision:
    told = {"year": YEAR, "meeting": "第五十二次主任会议", "decided_on": today(), "leader": personas.leader, **fields}
    return supervising.choose(actor=personas.office, suggestion=suggestion, **told)


def queries(client, address: str) -> tuple[int, int]:
    """(rows told, queries asked)."""
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address)
    assert page.status_code == 200
    return int(page["X-Total-Count"]), len(asked)


# ---- supervision


def test_the_year_says_how_many_are_lacking_and_many_are_chosen_at_once(personas, signed_in):
    rows = [accepted(personas, f"关于修路的建议{n}") for n in range(3)]
    client = signed_in(personas.leader)
    assert f"{YEAR}年已确定 0 件，按规定每年不少于 3 件，尚缺 3 件。" in client.get("/suggestions/key/").content.decode()
    page = client.get("/suggestions/key/choose/", {"code": rows[0].code})
    assert (page["X-Total-Count"], [row.code for row, *_, picked in page.context["rows"] if picked]) == ("3", [rows[0].code])
    told = {"year": YEAR, "meeting": "第五十二次主任会议", "decided_on": today().isoformat(), "leader": personas.leader.pk}
    empty = client.post("/suggestions/key/choose/", told)
    assert empty.status_code == 422 and "请先勾选" in empty.content.decode()
    refused = client.post("/suggestions/key/choose/", {**told, "meeting": "", "code": [rows[0].code]})
    assert refused.status_code == 422 and "请填写确定重点督办的主任会议。" in refused.content.decode()
    assert [row.code for row, *_, picked in refused.context["rows"] if picked] == [rows[0].code]
    done = client.post("/suggestions/key/choose/", {**told, "code": [rows[0].code, rows[1].code]})
    assert done.status_code == 302 and KeySupervision.objects.count() == 2
    assert "尚缺 1 件" in client.get("/suggestions/key/").content.decode()
    late = client.post("/suggestions/key/choose/", {**told, "code": [rows[0].code]})
    assert late.status_code == 422 and "有 1 件不能确定为重点督办" in late.content.decode()
    assert client.get("/suggestions/key/", {"progress": "none"})["X-Total-Count"] == "2"
    assert client.get("/suggestions/key/", {"progress": "done"})["X-Total-Count"] == "0"
    assert "尚缺" not in signed_in(personas.deputy).get("/suggestions/key/").content.decode()


def test_it_is_chosen_on_the_thread(personas, signed_in):
    suggestion = accepted(personas)
    client = signed_in(personas.office)
    told = {"year": YEAR, "meeting": "第五十二次主任会议", "decided_on": today().isoformat(), "leader": personas.leader.pk}
    assert client.post(f"/suggestions/{suggestion.code}/do/choose-key/", {**told, "leader": ""}).status_code == 422
    assert client.post(f"/suggestions/{suggestion.code}/do/choose-key/", told).status_code == 302
    page = client.get(f"/suggestions/{suggestion.code}/")
    assert {"supervise", "change-key"} <= {action.key for action, _ in page.context["actions"]}
    assert (
        f"/suggestions/{suggestion.code}/supervision/"
        in signed_in(personas.deputy).get(f"/suggestions/{suggestion.code}/").content.decode()
    )
    assert signed_in(personas.deputy).post(f"/suggestions/{suggestion.code}/do/choose-key/", told).status_code == 403


def test_a_supervision_from_first_visit_to_result(personas, signed_in):
    row = choose(personas, accepted(personas))
    client, here = signed_in(personas.leader), f"/suggestions/{row.suggestion.code}/supervision/"
    assert [todo.title for todo in todos.waiting_for(personas.leader)] == ["开展督办：关于修路的建议"]
    later = today() + datetime.timedelta(days=5)
    assert client.post(here, {"do": "next", "method": "meeting", "on": later.isoformat()}).status_code == 302
    assert [(todo.title, todo.due_on) for todo in todos.waiting_for(personas.leader)] == [("督办会：关于修路的建议", later)]
    event = {"do": "event", "method": "inspection", "on": today().isoformat(), "place": "上岭村", "minutes": "看了三处。"}
    refused = client.post(here, {**event, "minutes": ""})
    assert refused.status_code == 422 and "请写明督办情况。" in refused.content.decode() and 'value="上岭村"' in refused.content.decode()
    assert client.post(here, {**event, "photos": [picture()]}).status_code == 302
    held = row.events.get()
    page = signed_in(personas.deputy).get(here).content.decode()
    assert "看了三处。" in page and f"/suggestions/key/photos/{held.photos.get().pk}/thumbnail/" in page
    assert "登记督办活动" not in page
    small = client.get(f"/suggestions/key/photos/{held.photos.get().pk}/thumbnail/")
    assert (small.status_code, small["Content-Type"]) == (200, "image/jpeg")
    assert client.get(f"{here}{held.pk}/").status_code == 200
    assert client.post(f"{here}{held.pk}/", {**event, "minutes": "看了四处。"}).status_code == 302
    assert client.post(here, {"do": "result", "result": ""}).status_code == 422
    assert client.post(here, {"do": "result", "result": "已修通。"}).status_code == 302
    assert client.post(here, {"do": "nonsense"}).status_code == 404
    assert list(todos.waiting_for(personas.leader)) == []
    assert client.get("/suggestions/key/mine/?progress=done")["X-Total-Count"] == "1"
    late = client.post(here, {"do": "drop", "reason": "填错"})
    assert late.status_code == 422 and "已经开展督办，不能取消" in late.content.decode()
    assert client.post(f"/suggestions/key/photos/{held.photos.get().pk}/drop/").status_code == 302
    assert not held.photos.exists()


def test_a_mistake_leads_back_to_the_suggestion(personas, signed_in):
    row = choose(personas, accepted(personas))
    client, code = signed_in(personas.office), row.suggestion.code
    assert client.post(f"/suggestions/{code}/supervision/", {"do": "drop", "reason": "填错"})["Location"] == f"/suggestions/{code}/"
    assert client.get(f"/suggestions/{code}/supervision/").status_code == 404


def test_a_name_that_is_withheld_is_withheld_here_too(personas, district, signed_in):
    other = another_deputy(district)
    row = choose(personas, accepted(personas, withholds_identity=True))
    minutes = f"{personas.deputy.name}到会，提出三点意见。"
    supervising.hold_event(
        actor=personas.office, supervision=row, method=SupervisionMethod.MEETING, on=today(), minutes=minutes, photos=[picture()]
    )
    here, photo = f"/suggestions/{row.suggestion.code}/supervision/", row.events.get().photos.get()
    for user, is_told in ((personas.office, True), (personas.deputy, True), (other, False), (personas.dispatcher, False)):
        client = signed_in(user)
        page = client.get(here).content.decode()
        assert ("代表莫到会" in page, "领衔代表到会" in page, f"/photos/{photo.pk}/" in page) == (is_told, not is_told, is_told), user
        assert client.get(f"/suggestions/key/photos/{photo.pk}/").status_code == (200 if is_told else 404)


# ---- the year's end


def test_a_sample_is_drawn_and_scored_line_by_line(personas, district, signed_in):
    replies = [answered(personas, district) for _ in range(2)]
    client, here = signed_in(personas.office), f"/suggestions/appraisal/{YEAR}/checks/"
    assert client.get(here)["X-Total-Count"] == "0"
    draw = {"do": "draw", "until": today().isoformat(), "per_unit": 5, "seed": "364"}
    assert client.post(here, {**draw, "seed": ""}).status_code == 422
    assert signed_in(personas.leader).post(here, draw).status_code == 403
    assert client.post(here, draw).status_code == 302
    assert client.get(here)["X-Total-Count"] == "2"
    one, two = (reply.pk for reply in replies)
    half = client.post(here, {f"score-{one}": "88", f"note-{one}": "实在", f"score-{two}": "一百"})
    assert half.status_code == 422 and "评分应为0至100的整数。" in half.content.decode() and 'value="一百"' in half.content.decode()
    assert list(SpotCheck.objects.values_list("reply", "score", "note")) == [(one, 88, "实在")]
    assert client.post(here, {f"score-{one}": "88", f"note-{one}": "实在", f"score-{two}": "70"}).status_code == 302
    assert SpotCheck.objects.count() == 2


def test_the_appraisal_leads_to_the_records_and_is_settled(personas, district, signed_in):
    answered(personas, district, "A", Grade.SATISFIED, talked=True)
    answered(personas, district, "B", Grade.NOT_SATISFIED, late=True)
    RuleProfile.objects.update(least_sample=1)
    client, here = signed_in(personas.office), f"/suggestions/appraisal/?year={YEAR}"
    page = client.get(here).content.decode()
    counts = {}
    for address, words in re.findall(r'<a href="(/suggestions/\?[^"]+)">([^<]+)</a>', page):
        counts[words, address] = client.get(html.unescape(address))["X-Total-Count"]
    assert sorted((words, count) for (words, _), count in counts.items()) == [("2", "2"), *[("50%", "1")] * 4]
    settle = f"/suggestions/appraisal/{YEAR}/settle/"
    assert client.get(settle).status_code == 200
    assert client.post(settle).status_code == 302
    assert "已定稿" in client.get(here).content.decode()
    assert client.post(f"/suggestions/appraisal/{YEAR}/reopen/", {"reason": ""}).status_code == 422
    assert client.post(f"/suggestions/appraisal/{YEAR}/reopen/", {"reason": "算错"}).status_code == 302
    assert "未定稿" in client.get(here).content.decode()
    RuleProfile.objects.update(least_sample=5)
    assert "样本不足（少于 5 件）" in client.get(here).content.decode()


def test_a_unit_reports_and_reads_what_was_said(personas, district, signed_in):
    answered(personas, district)
    profile_of(district.congress)
    RuleProfile.objects.update(reports_month=today().month)
    waiting = [todo.title for todo in todos.waiting_for(personas.unit)]
    assert f"报送{YEAR}年办理情况报告" in waiting
    unit, office, here = signed_in(personas.unit), signed_in(personas.office), f"/suggestions/reports/{YEAR}/JTJ/"
    assert unit.post(here, {"do": "file"}).status_code == 422
    wrong = unit.post(here, {"do": "file", "file": SimpleUploadedFile("a.txt", b"words")})
    assert wrong.status_code == 422
    assert unit.post(here, {"do": "file", "file": SimpleUploadedFile("报告.pdf", b"%PDF-1.4 x")}).status_code == 302
    row = UnitReport.objects.get()
    assert f"报送{YEAR}年办理情况报告" not in [todo.title for todo in todos.waiting_for(personas.unit)]
    kept = unit.get(f"/suggestions/reports/files/{row.pk}/")
    assert kept["Content-Disposition"].startswith("attachment") and b"".join(kept.streaming_content) == b"%PDF-1.4 x"
    assert unit.post(here, {"do": "words", "on": today().isoformat(), "text": "好"}).status_code == 403
    assert office.post(here, {"do": "words", "on": today().isoformat(), "text": ""}).status_code == 422
    assert office.post(here, {"do": "words", "on": today().isoformat(), "text": "办成率还要提高。"}).status_code == 302
    assert "办成率还要提高。" in unit.get(here).content.decode()
    late = unit.post(here, {"do": "file", "file": SimpleUploadedFile("b.pdf", b"%PDF-1.4 y")})
    assert late.status_code == 422 and "已经审议，不能再换" in late.content.decode()
    assert office.get(f"/suggestions/reports/?year={YEAR}&state=done")["X-Total-Count"] == "1"
    assert office.get(f"/suggestions/reports/?year={YEAR}&state=none")["X-Total-Count"] == "0"


# ---- figures

LINK = re.compile(r'<a href="(/suggestions/(?:commitments/)?\?[^"]*)">(\d+)</a>')


@pytest.mark.parametrize("by", ["unit", "town", "category", "year"])
def test_each_number_has_a_list_of_just_as_many(by, personas, district, signed_in):
    other = OrganisationFactory(code="NYJ", name="榕江区农业农村局", kind="handling_unit", area=district.area)
    someone = UserFactory(username="unit2", name="农业黄")
    RoleGrantFactory(user=someone, role="handling_unit", organisation=other)
    category = SuggestionCategory.objects.order_by("position")[0]
    answered(personas, district, "A", Grade.SATISFIED, talked=True, category=category)
    answered(personas, district, "A", Grade.NOT_SATISFIED, category=category)
    reply = answered(personas, district, "B", Grade.BASICALLY, late=True)
    answered(personas, district, "C", unit=other, person=someone)
    day = {"reply": reply, "due_on": today()}
    Commitment.objects.create(code="CN1", text="修路", state=CommitmentState.KEPT, reported_on=today(), **day)
    Commitment.objects.create(code="CN2", text="架桥", **day)
    client = signed_in(personas.office)
    page = client.get(f"/suggestions/figures/?by={by}&year={YEAR}")
    body = page.content.decode()
    assert page["X-Total-Count"] == {"unit": "2", "town": "1", "category": "2", "year": "1"}[by]
    for name, told, of in (
        ("按期答复率", "75%", "3/4"),
        ("面商率", "25%", "1/4"),
        ("满意率", "66.7%", "2/3"),
        ("办成率", "50%", "2/4"),
        ("落实率", "50%", "1/2"),
    ):
        (fig,) = [each for each in page.context["figs"] if each["label"] == name]
        assert (fig["value"], fig["note"].split()[0]) == (told, of), name
    (apart,) = [fig for fig in page.context["figs"] if fig["label"] == "未评价"]
    assert (apart["value"], apart["note"]) == (1, "不计入满意率") and client.get(apart["url"])["X-Total-Count"] == "1"
    links = LINK.findall(body)
    assert len(links) >= 12 and sum("commitments" in address for address, _ in links) >= 4
    for address, number in links:
        assert client.get(html.unescape(address))["X-Total-Count"] == number, address


def test_a_matter_that_units_answer_apart_is_good_only_where_all_are(personas, district, signed_in):
    from suggestions.enums import HandlingRole
    from suggestions.services import assigning
    from tests.suggestions.answering import answer

    other = OrganisationFactory(code="NYJ", name="榕江区农业农村局", kind="handling_unit", area=district.area)
    row = accepted(personas)
    roles = dict.fromkeys((district.unit, other), HandlingRole.SEPARATE)
    assigning.assign(actor=personas.dispatcher, suggestion=row, units=roles)
    for handling in row.handlings.order_by("pk"):
        answer(handling)
    first = row.handlings.get(unit=district.unit)
    from suggestions.models import Consultation

    Consultation.objects.create(
        handling=first, deputy=row.proposer.deputy, on=today(), way="电话", text="已沟通。", entered_by=personas.unit
    )
    client = signed_in(personas.office)
    figs = {fig["label"]: fig["note"] for fig in client.get("/suggestions/figures/").context["figs"][1:]}
    assert (figs["面商率"], figs["按期答复率"], figs["办成率"]) == ("0/1 件", "1/1 件", "1/1 件")
    for asked, count in (("unit=JTJ&consulted=yes", "1"), ("consulted=yes", "0"), ("consulted=no", "1"), ("unit=NYJ&consulted=no", "1")):
        assert client.get(f"/suggestions/?answered={YEAR}&{asked}")["X-Total-Count"] == count, asked


# ---- what they cost


def test_pages_cost_the_same_for_any_number_of_rows(personas, district, signed_in):
    office, leader = signed_in(personas.office), signed_in(personas.leader)
    pages = {
        "/suggestions/key/": office,
        "/suggestions/key/mine/": leader,
        "/suggestions/key/choose/": office,
        f"/suggestions/appraisal/?year={YEAR}": office,
        f"/suggestions/reports/?year={YEAR}": office,
        "/suggestions/figures/?by=unit": office,
        "/suggestions/figures/?by=category": office,
    }
    counts: dict[str, list[int]] = {address: [] for address in pages}
    for number in range(2):
        for each in range(1 if not number else 3):
            unit = OrganisationFactory(code=f"U{number}{each}", name=f"承办单位{number}{each}", kind="handling_unit", area=district.area)
            person = UserFactory(username=f"u{number}{each}")
            RoleGrantFactory(user=person, role="handling_unit", organisation=unit)
            reply = answered(
                personas, district, "B", unit=unit, person=person, category=SuggestionCategory.objects.order_by("position")[each]
            )
            row = choose(personas, reply.handling.suggestion)
            supervising.hold_event(actor=personas.office, supervision=row, method=SupervisionMethod.MEETING, on=today(), minutes=f"{each}")
            accepted(personas)
        for address, client in pages.items():
            client.get(address)
            counts[address].append(queries(client, address)[1])
    assert {address: found for address, found in counts.items() if found[0] != found[1]} == {}
    assert {address: found for address, found in counts.items() if found[0] > (MOST_FIGURES if "appraisal" in address else MOST)} == {}


def test_one_supervision_costs_the_same_with_many_events(personas, signed_in):
    row = choose(personas, accepted(personas))
    client, here, counts = signed_in(personas.leader), f"/suggestions/{row.suggestion.code}/supervision/", []
    for number in range(2):
        for each in range(1 + 2 * number):
            told = {"method": SupervisionMethod.MEETING, "on": today(), "minutes": f"{number}{each}"}
            supervising.hold_event(actor=personas.office, supervision=row, **told, photos=[picture(colour="blue")])
        client.get(here)
        with CaptureQueriesContext(connection) as asked:
            client.get(here)
        counts.append(len(asked))
    assert counts[0] == counts[1]
