"""The list of suggestions: its cuts, what it costs, what is done with ticked rows, and the workbook of it."""

from __future__ import annotations

import datetime
import io

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from congress.models import AuditEntry, Notification, Session
from suggestions.enums import HandlingRole, LimitKind, SuggestionState
from suggestions.models import AssignmentTemplate, Clock, KeySupervision, Reminder, SavedFilter, Suggestion, SuggestionCategory
from suggestions.services import assigning, evaluating, proposing, requests
from suggestions.tables.suggestions import WITHHELD
from tests.factories import OrganisationFactory, TermFactory
from tests.suggestions import playing
from tests.suggestions.playing import days_from_now

pytestmark = pytest.mark.django_db
MOST = 15
LIST = "/suggestions/"


@pytest.fixture
def office(personas, signed_in):
    return signed_in(personas.office)


def told(client, query: str = "") -> int:
    page = client.get(f"{LIST}?{query}")
    assert page.status_code == 200
    return int(page["X-Total-Count"])


def workbook(answer) -> list[dict[str, object]]:
    assert answer.status_code == 200
    head, *rows = load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


# ---- the cuts


def test_every_filter_cuts_to_exact_rows(personas, district, office):
    session = Session.objects.create(term=district.term, number=2, starts_on=datetime.date(2026, 1, 10), ends_on=datetime.date(2026, 1, 13))
    category = SuggestionCategory.objects.get(name="交通水利")
    playing.submitted(personas, title="关于架桥的建议")
    reply = playing.replied(personas, district, title="关于修渠的建议", session=session)
    Suggestion.objects.filter(title="关于修渠的建议").update(category=category)
    evaluating.evaluate(
        actor=personas.deputy,
        reply=reply,
        mandate=playing.seat_of(personas.deputy),
        attitude="satisfied",
        result="not_satisfied",
        text="没修。",
    )
    key = reply.handling.suggestion
    KeySupervision.objects.create(suggestion=key, year=2026, meeting="第三次", decided_on=timezone.localdate(), leader=personas.leader)
    year = timezone.localdate().year
    asked = {
        "": 2,
        "state=all": 2,
        "state=submitted": 1,
        "state=rehandling": 1,
        "state=closed": 0,
        "state=nonsense": 2,
        "q=架桥": 1,
        "q=第1号": 1,
        f"q={key.code}": 1,
        "q=没有": 0,
        "area=469901101": 2,
        "area=469901102": 0,
        "level=district": 2,
        "level=town": 0,
        "term=8": 2,
        "term=9": 0,
        "session=2": 1,
        "session=x": 2,
        f"category={category.pk}": 1,
        "unit=JTJ": 1,
        "unit=JYJ": 0,
        f"deputy={playing.seat_of(personas.deputy).deputy.code}": 2,
        "cosigner=D-X": 0,
        "kind=suggestion": 2,
        "kind=bill": 0,
        f"period={year}": 1,
        f"period={year - 1}": 0,
        f"answered={year}": 1,
        f"answered={year - 1}": 0,
        "unit=JTJ&timely=yes": 1,
        "unit=JTJ&timely=no": 0,
        "consulted=yes": 0,
        "consulted=no": 1,
        "satisfied=yes": 0,
        "satisfied=no": 1,
        "settlement=settled": 1,
        "settlement=reference": 0,
        "checked=yes": 0,
        "key=yes": 1,
        "key=2026": 1,
        "key=2025": 0,
    }
    assert {query: told(office, query) for query in asked} == asked


def test_due_this_week_late_and_newly_late(personas, district, office):
    today = timezone.localdate()
    rows = [playing.in_hand(personas, district, title=f"关于修第{n}段路的建议") for n in range(4)]
    for row, due_on in zip(
        rows, (today, today - datetime.timedelta(days=3), today - datetime.timedelta(days=40), days_from_now(60)), strict=True
    ):
        Clock.objects.filter(suggestion=row.suggestion).exclude(kind=LimitKind.ANSWER).delete()
        Clock.objects.filter(suggestion=row.suggestion).update(due_on=due_on)
    assert {due: told(office, f"due={due}") for due in ("week", "late", "new", "nonsense")} == {
        "week": 1,
        "late": 2,
        "new": 1,
        "nonsense": 4,
    }
    assert [row.title for row in office.get(LIST).context["page"]] == [rows[n].suggestion.title for n in (2, 1, 0, 3)]


def test_each_sees_her_own_part(personas, district, signed_in):
    playing.submitted(personas)
    playing.assigned(personas, district, title="关于修渠的建议")
    seen = {
        name: told(signed_in(getattr(personas, name)), "state=all") for name in ("office", "leader", "town1", "town2", "dispatcher", "unit")
    }
    assert seen == {"office": 2, "leader": 2, "town1": 2, "town2": 0, "dispatcher": 1, "unit": 1}
    assert told(signed_in(personas.deputy)) == 2
    assert told(signed_in(playing.colleague(district)), "state=all") == 1


def test_tabs_count_and_a_page_out_of_range_is_the_last(personas, office):
    for n in range(3):
        playing.submitted(personas, title=f"关于第{n}件事的建议")
    page = office.get(f"{LIST}?page=99")
    assert [(key, count) for key, _, count in page.context["tabs"]][:2] == [("open", 3), ("submitted", 3)]
    assert len(page.context["page"].object_list) == 3


def test_all_the_years_are_counted_only_so_far_unless_they_are_filtered(personas, district, office, monkeypatch):
    monkeypatch.setattr("congress.listing.MOST_COUNTED", 2)
    for number in range(3):
        playing.submitted(personas, title=f"关于修路的建议{number}")
    page = office.get(f"{LIST}?state=all")
    assert "共 2 件以上，请按时间、届次等筛选" in page.content.decode() and "X-Total-Count" not in page
    assert told(office, "q=修路") == 3 and "件以上" not in office.get(f"{LIST}?q=修路").content.decode()


def test_an_empty_list_says_what_to_do(personas, office, signed_in):
    assert "写建议" in office.get(LIST).content.decode()
    assert "没有符合条件的建议" in office.get(f"{LIST}?q=架桥").content.decode()
    assert "代表提出的建议受理、交办后" in signed_in(personas.unit).get(LIST).content.decode()


@pytest.mark.parametrize("name", ["office", "dispatcher", "unit", "deputy"])
@pytest.mark.parametrize("query", ["", "state=all&q=路", "due=late", "state=all&unit=JTJ&timely=yes"])
def test_the_list_asks_the_same_questions_however_many_rows(name, query, personas, district, signed_in):
    client, costs = signed_in(getattr(personas, name)), {}
    for count in (1, 3):
        with transaction.atomic():
            for n in range(count):
                reply = playing.replied(personas, district, title=f"关于修第{n}段路的建议")
                Suggestion.objects.filter(pk=reply.handling.suggestion_id).update(withholds_identity=True)
            client.get(f"{LIST}?{query}")
            with CaptureQueriesContext(connection) as made:
                client.get(f"{LIST}?{query}")
            costs[count] = len(made)
            transaction.set_rollback(True)
    assert costs[1] == costs[3] or query == "due=late"
    assert max(costs.values()) <= MOST + 6, costs  # six of them for the session, its person and her roles


def test_names_that_are_withheld_are_not_in_the_list_nor_behind_a_deputys_filter(personas, district, signed_in):
    playing.assigned(personas, district, withholds_identity=True)
    other = signed_in(playing.colleague(district))
    page = other.get(f"{LIST}?state=all").content.decode()
    assert WITHHELD in page and "代表莫" not in page
    code = playing.seat_of(personas.deputy).deputy.code
    assert told(other, f"deputy={code}&state=all") == 0
    assert told(signed_in(personas.unit), f"deputy={code}&state=all") == 1


# ---- saved filters


def test_a_saved_filter_is_ones_own_and_keeps_only_what_the_list_knows(personas, office, signed_in):
    for _ in range(2):
        answer = office.post("/suggestions/filters/", {"name": "超期", "due": "late", "evil": "1"})
        assert answer.status_code == 302
    row = SavedFilter.objects.get()
    assert (row.user, row.query) == (personas.office, "due=late")
    assert "超期" in office.get(LIST).content.decode()
    signed_in(personas.leader).post(f"/suggestions/filters/{row.pk}/drop/")
    assert SavedFilter.objects.exists()
    office.post(f"/suggestions/filters/{row.pk}/drop/")
    assert not SavedFilter.objects.exists()


def test_a_filter_without_name_or_condition_is_refused(office):
    assert "请给这个筛选起个名称" in office.post("/suggestions/filters/", {"due": "late"}, follow=True).content.decode()
    assert "请先选好条件" in office.post("/suggestions/filters/", {"name": "空"}, follow=True).content.decode()
    assert not SavedFilter.objects.exists()


# ---- ticked rows


def bulk(client, do: str, *rows: Suggestion, **more: object):
    return client.post("/suggestions/bulk/", {"do": do, "code": [row.code for row in rows], **more})


def test_ticked_rows_go_to_the_sheet_of_assignment_with_a_template(personas, district, office):
    row, late = playing.accepted(personas), playing.assigned(personas, district, title="关于修渠的建议")
    template = AssignmentTemplate.objects.create(name="交通", instruction="请实地查看。")
    template.answering.add(district.unit)
    answer = bulk(office, "assign", row, late, template=template.pk)
    assert answer.url == f"/suggestions/assign/?code={row.code}&template={template.pk}"
    sheet = office.get(answer.url)
    assert [(line.suggestion, line.is_picked) for line in sheet.context["lines"]] == [(row, True)]
    assert (sheet.context["top"]["answering"], sheet.context["top"]["instruction"]) == (district.unit.name, "请实地查看。")
    assert "另有 1 件不在“待交办”" in sheet.content.decode()
    assert bulk(office, "assign", late).url == "/suggestions/?"


def test_ticked_rows_are_reminded_once_a_day_of_the_nearest_limit(personas, district, office, django_capture_on_commit_callbacks):
    handling, done = playing.in_hand(personas, district), playing.submitted(personas, title="关于架桥的建议")
    with django_capture_on_commit_callbacks(execute=True):
        answer = bulk(office, "remind", handling.suggestion, done, **{"was-due": "late", "was-state": "all", "was-evil": "x"})
    assert answer.url == "/suggestions/?due=late&state=all"
    page = office.get(answer.url).content.decode()
    assert "已催办 1 件。" in page and "《关于架桥的建议》：现为“待审查”，没有正在计时的期限" in page
    assert [reminder.clock.kind for reminder in Reminder.objects.all()] == [LimitKind.CONTACT]
    assert Notification.objects.filter(user=personas.unit, text__contains="请抓紧办理").count() == 1
    bulk(office, "remind", handling.suggestion)
    assert Reminder.objects.count() == 1


def test_ticked_rows_are_put_to_a_session(personas, district, office):
    day = datetime.date(2026, 1, 10)
    session = Session.objects.create(term=district.term, number=2, starts_on=day, ends_on=day)
    first = Session.objects.create(term=district.term, number=1, starts_on=day, ends_on=day)
    row, draft = playing.accepted(personas), playing.submitted(personas, title="关于架桥的建议")
    inside = playing.accepted(personas, title="关于修渠的建议", session=first)
    page = office.get(bulk(office, "session", row, draft, inside, to_session=session.pk).url).content.decode()
    assert "已将 1 件归入" in page and "受理后才能归入会次" in page and "是会议期间提出的，会次不能改" in page
    row.refresh_from_db()
    assert (row.session, row.occasion) == (session, "between_sessions")
    bulk(office, "session", row, to_session=session.pk)
    assert AuditEntry.objects.filter(action="suggestions.put_to_session").count() == 1
    other = Session.objects.create(
        term=TermFactory(congress=district.congress, number=9, starts_on=day), number=1, starts_on=day, ends_on=day
    )
    assert "不能归入该次会议" in office.get(bulk(office, "session", row, to_session=other.pk).url).content.decode()
    assert "请选择归入哪次会议" in office.get(bulk(office, "session", row).url).content.decode()


def test_ticked_rows_are_taken_out_and_nothing_ticked_is_said(personas, office):
    row, _ = playing.submitted(personas), playing.submitted(personas, title="关于架桥的建议")
    assert [line["标题"] for line in workbook(bulk(office, "export", row))] == [row.title]
    assert "请先勾选建议" in office.get(bulk(office, "remind").url).content.decode()
    assert "请选择要做的事" in office.get(bulk(office, "nonsense", row).url).content.decode()


def test_who_may_not_do_it_to_many(personas, district, signed_in):
    row = playing.in_hand(personas, district).suggestion
    answers = {
        (name, do): bulk(signed_in(getattr(personas, name)), do, row).status_code
        for name in ("leader", "unit", "deputy", "dispatcher", "visitor")
        for do in ("assign", "remind", "session", "export")
    }
    allowed = {key for key, status in answers.items() if status != 403}
    assert allowed == {
        *((name, "export") for name in ("leader", "unit", "deputy", "dispatcher")),
        ("dispatcher", "assign"),
        ("dispatcher", "remind"),
    }
    Reminder.objects.all().delete()
    town = signed_in(personas.town1)
    assert "不是由您交办的，不能催办" in town.get(bulk(town, "remind", row).url).content.decode()
    assert not Reminder.objects.exists()


# ---- the workbook


def test_the_workbook_has_every_row_of_the_cut(personas, district, office):
    for n in range(102):
        Suggestion.objects.filter(pk=playing.draft(personas.deputy, title=f"关于第{n}件事的建议").pk).update(
            state=SuggestionState.SUBMITTED, submitted_at=timezone.now()
        )
    playing.replied(personas, district, title="=HYPERLINK(关于修渠的建议)")
    assert len(workbook(office.get("/suggestions/export.xlsx"))) == 103
    (row,) = workbook(office.get("/suggestions/export.xlsx?state=replied"))
    assert (row["标题"], row["主办单位"], row["办理结果"], row["答复内容"]) == (
        "'=HYPERLINK(关于修渠的建议)",
        district.unit.name,
        "A",
        "已列入年度计划。",
    )
    entry = AuditEntry.objects.filter(action="congress.export_file").order_by("pk").last()
    assert (entry.target_ref, entry.reason) == ("suggestions", "代表建议 1 行")


def test_the_workbook_keeps_withheld_names(personas, district, signed_in):
    playing.assigned(personas, district, withholds_identity=True)
    (row,) = workbook(signed_in(playing.colleague(district)).get("/suggestions/export.xlsx?state=all"))
    assert (row["领衔代表"], row["代表编号"], row["附议代表"]) == (WITHHELD, None, None)
    (row,) = workbook(signed_in(personas.unit).get("/suggestions/export.xlsx?state=all"))
    assert row["领衔代表"] == "代表莫"
    assert signed_in(personas.visitor).get("/suggestions/export.xlsx").status_code == 403


def test_the_workbook_asks_the_same_questions_however_many_rows(personas, district, office):
    costs = []
    for n in range(3):
        playing.replied(personas, district, title=f"关于第{n}件事的建议")
        with CaptureQueriesContext(connection) as made:
            office.get("/suggestions/export.xlsx?state=all")
        costs.append(len(made))
    assert costs[0] == costs[2]


# ---- what units asked for


def test_requests_wait_oldest_first_and_are_decided_on_the_page(personas, district, office, signed_in):
    first, second = (playing.in_hand(personas, district, title=f"关于第{n}件事的建议") for n in range(2))
    requests.ask_return(actor=personas.unit, handling=first, reason="不属于本局职责。")
    requests.ask_extension(actor=personas.unit, handling=second, months=2, reason="需要勘测。")
    page = office.get("/suggestions/requests/")
    assert (page["X-Total-Count"], [each["kind"] for each in page.context["page"]]) == ("2", ["decide-return", "decide-extension"])
    row = page.context["page"][0]["row"]
    answer = office.post(f"/suggestions/{first.suggestion.code}/do/decide-return/", {"asked": row.pk, "back": "requests", "grants": "no"})
    assert answer.status_code == 422  # without a reason
    answer = office.post(
        f"/suggestions/{first.suggestion.code}/do/decide-return/",
        {"asked": row.pk, "back": "requests", "grants": "no", "note": "属于你局。"},
    )
    assert answer.url == "/suggestions/requests/"
    assert office.get("/suggestions/requests/")["X-Total-Count"] == "1"
    assert signed_in(personas.town1).get("/suggestions/requests/")["X-Total-Count"] == "0"
    assert signed_in(personas.unit).get("/suggestions/requests/").status_code == 403


def test_requests_ask_the_same_questions_however_many_rows(personas, district, office):
    costs = []
    for n in range(3):
        requests.ask_return(actor=personas.unit, handling=playing.in_hand(personas, district, title=f"关于第{n}件的建议"), reason="无关。")
        office.get("/suggestions/requests/")
        with CaptureQueriesContext(connection) as made:
            office.get("/suggestions/requests/")
        costs.append(len(made))
    assert costs[0] == costs[2] <= MOST


# ---- templates of assignment


def test_a_template_is_made_changed_and_dropped(personas, district, office):
    typed = {"name": "交通类", "answering": "榕江区交通运输局", "supporting": "", "instruction": "请实地查看。"}
    for _ in range(2):
        office.post("/suggestions/templates/new/", typed)
    row = AssignmentTemplate.objects.get()
    assert list(row.answering.all()) == [district.unit]
    refused = office.post("/suggestions/templates/new/", typed)
    assert (
        refused.status_code == 422 and "已有名为“交通类”的模板" in refused.content.decode() and "请实地查看。" in refused.content.decode()
    )
    address = f"/suggestions/templates/{row.pk}/"
    assert "交通类" in office.get("/suggestions/templates/").content.decode()
    assert office.get(address).context["form"].initial["answering"] == district.unit.name
    office.post(address, {**typed, "instruction": "请书面答复。"})
    office.post(address, {**typed, "instruction": "请书面答复。"})
    row.refresh_from_db()
    assert row.instruction == "请书面答复。"
    assert AuditEntry.objects.filter(action="suggestions.change_template").count() == 1
    for _ in range(2):
        office.post(f"/suggestions/templates/{row.pk}/drop/")
    assert not AssignmentTemplate.objects.exists()
    assert AuditEntry.objects.filter(action="suggestions.delete_template").count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": "空"}, "空的模板没有用处"),
        ({"name": "甲", "answering": "没有的局"}, "没有叫“没有的局”的承办单位"),
        ({"name": "甲", "answering": "榕江区交通运输局", "supporting": "榕江区交通运输局"}, "不能既主办又协办"),
        ({"name": "", "instruction": "请办"}, "请给模板起个名称"),
    ],
)
def test_what_a_template_may_not_be(typed, sentence, office):
    answer = office.post("/suggestions/templates/new/", typed)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert not AssignmentTemplate.objects.exists()


def test_templates_ask_the_same_questions_however_many_rows(district, office):
    costs = []
    for n in range(3):
        AssignmentTemplate.objects.create(name=f"模板{n}").answering.add(
            OrganisationFactory(code=f"X{n}", kind="handling_unit", area=district.area)
        )
        with CaptureQueriesContext(connection) as made:
            page = office.get("/suggestions/templates/")
        costs.append(len(made))
        assert page["X-Total-Count"] == str(n + 1)
    assert costs[0] == costs[2] <= MOST


def test_a_batch_is_assigned_row_by_row_and_what_was_typed_stays(personas, district, office):
    rows = [playing.accepted(personas, title=f"关于第{n}件事的建议") for n in range(2)]
    answer = office.post(
        "/suggestions/assign/",
        {
            "code": [row.code for row in rows],
            "answering": "榕江区交通运输局",
            f"answering-{rows[1].code}": "没有的局",
            "instruction": "请办。",
        },
    )
    assert answer.status_code == 422 and "没有叫“没有的局”的承办单位" in answer.content.decode() and "没有的局" in answer.content.decode()
    assert [row.role for row in rows[0].handlings.all()] == [HandlingRole.LEAD] and not rows[1].handlings.exists()
    late = office.post("/suggestions/assign/", {"code": rows[0].code, "answering": "榕江区交通运输局"})
    assert f"已由{personas.office}交" in late.content.decode()
    assert office.post("/suggestions/assign/", {}).status_code == 422


def test_a_deputys_cosigned_matter_is_among_her_own(personas, district, signed_in):
    row = playing.draft(personas.deputy)
    other = playing.colleague(district)
    proposing.ask_cosigner(actor=personas.deputy, suggestion=row, mandate=playing.seat_of(other))
    assert told(signed_in(other)) == 1
    assert assigning.assign_batch(actor=personas.office, rows=[]) == (0, [])
