"""The pages of opinion forums: a deputy's phone, the clerk's page a matter, both texts at a conflict, the units' inbox, papers."""

import io

import pdfplumber
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from docx import Document as read_word

from activities.enums import ForumState
from activities.models import ForumItem, OpinionForum
from activities.services import forum_items, forum_papers
from congress import todos
from congress.documents.renderer import produce
from congress.models import Document
from deputies.enums import Way
from deputies.models import Opinion
from deputies.services import opinions
from tests.activities import forums as playing
from tests.factories.activities import ForumItemFactory, OpinionForumFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def play(district, personas):
    return playing.make(district, personas)


def text(response):
    return response.content.decode()


def test_a_deputy_sends_in_from_the_phone(play, personas, signed_in):
    forum = play.open()
    client = signed_in(personas.deputy)
    assert f"/forums/{forum.code}/send-in/" in text(client.get("/"))
    assert [todo.title for todo in todos.waiting_for(personas.deputy) if todo.kind == "民情反映会"] == [f"报送意见：{playing.TOPIC}"]
    empty = client.post(f"/forums/{forum.code}/send-in/", {"text": ""})
    assert empty.status_code == 422
    answer = client.post(f"/forums/{forum.code}/send-in/", {"text": "路口没有红绿灯。"})
    item = forum.items.get()
    assert answer.url == f"/forums/items/{item.code}/?done=send-in-{forum.code}"
    assert f'data-draft-done="send-in-{forum.code}"' in text(client.get(answer.url))
    assert (item.deputy, item.text) == (play.mo, "路口没有红绿灯。")
    assert [todo for todo in todos.waiting_for(personas.deputy) if todo.kind == "民情反映会"] == []


def test_an_opinion_is_taken_along_from_its_page(play, personas, district, signed_in):
    opinion = opinions.record(actor=personas.deputy, text="荔枝卖不出去", way=Way.FORUM, deputies=[play.mo], area=district.town1)
    forum = play.open()
    client = signed_in(personas.deputy)
    way = f"/forums/{forum.code}/send-in/?opinion={opinion.code}"
    assert way in text(client.get(f"/opinions/{opinion.code}/"))
    assert "荔枝卖不出去" in text(client.get(way))
    client.post(f"/forums/{forum.code}/send-in/", {"opinion": opinion.pk, "text": "荔枝卖不出去"})
    item = ForumItem.objects.get()
    assert item.opinion == opinion
    assert f"/forums/items/{item.code}/" in text(client.get(f"/opinions/{opinion.code}/"))
    assert Opinion.objects.get().responsible == district.office


def test_the_staff_open_arrange_and_hold(play, personas, district, signed_in):
    client, today = signed_in(personas.office), timezone.localdate()
    asked = {
        "topic": "停车", "area": district.area.pk, "organiser": district.office.pk, "collect_until": today, "planned_on": today, "place": "",
        "version": 0,
    }  # fmt: skip
    late = client.post("/forums/new/", {**asked, "planned_on": "2020-01-01"})
    assert late.status_code == 422 and "计划日期早于征集截止日期" in text(late) and "停车" in text(late)
    assert client.post("/forums/new/", asked).status_code == 302
    forum = OpinionForum.objects.get()
    for deputy, words in (("D-WEI", "甲"), ("D-LAN", "乙")):
        assert client.post(f"/forums/{forum.code}/send-in/", {"deputy": deputy, "text": words, "unit": ""}).status_code == 302
    first, second = forum.items.order_by("number")
    sent = {f"order-{first.code}": 2, f"order-{second.code}": 1, f"unit-{first.code}": play.health.pk, f"unit-{second.code}": ""}
    assert client.post(f"/forums/{forum.code}/arrange/", {"version": 0, **sent}).status_code == 302
    assert list(forum.items.order_by("number").values_list("text", "unit__code")) == [("乙", None), ("甲", "WJJ")]
    stale = client.post(f"/forums/{forum.code}/arrange/", {"version": 0, **sent, f"order-{first.code}": 1})
    assert stale.status_code == 422 and "已由他人修改" in text(stale)
    nowhere = client.post(f"/forums/{forum.code}/hold/", {"version": 1, "held_on": today, "place": " "})
    assert nowhere.status_code == 422
    assert client.post(f"/forums/{forum.code}/hold/", {"version": 1, "held_on": today, "place": "会议室"}).status_code == 302
    forum.refresh_from_db()
    assert forum.state == ForumState.HELD
    unsent = client.post(f"/forums/{forum.code}/send/", {"version": 2, "months": 1})
    assert unsent.status_code == 422 and "第1件还没有确定承办单位" in text(unsent)


def test_two_clerks_see_both_texts(play, personas, signed_in):
    item = play.held().items.get(number=1)
    client, page = signed_in(personas.office), f"/forums/items/{item.code}/minutes/"
    mark = forum_items.seen_minutes(item)
    assert f'name="saw" value="{mark}"' in text(client.get(page)) and 'type="text" name="saw"' in text(client.get(page))
    first = client.post(page, {"spoken": "先到的发言", "response": "", "saw": mark, "go_on": "1"})
    following = item.forum.items.get(number=2)
    assert first.url == f"/forums/items/{following.code}/minutes/?done=minutes-{item.code}"
    second = client.post(page, {"spoken": "后到的发言", "response": "部门回应", "saw": mark})
    assert second.status_code == 409
    assert all(words in text(second) for words in ("先到的发言", "后到的发言", "部门回应"))
    item.refresh_from_db()
    assert item.spoken == "先到的发言"
    assert f'name="saw" value="{forum_items.seen_minutes(item)}"' in text(second)  # sent once more, it replaces knowingly
    again = client.post(page, {"spoken": "先到的发言。后到的发言", "response": "部门回应", "saw": forum_items.seen_minutes(item)})
    item.refresh_from_db()
    assert again.status_code == 302 and item.spoken == "先到的发言。后到的发言"
    last = item.forum.items.get(number=3)
    sent = {"spoken": "最后一件", "saw": forum_items.seen_minutes(last), "go_on": "1"}
    home = client.post(f"/forums/items/{last.code}/minutes/", sent)
    assert home.url == f"/forums/{item.forum.code}/?done=minutes-{last.code}"
    assert f'data-draft-done="minutes-{last.code}"' in text(client.get(home.url))


def test_a_unit_finds_and_answers_its_matters(play, personas, signed_in):
    play.sent()
    client = signed_in(personas.unit)
    listed = client.get("/forums/items/?state=waiting")
    assert listed["X-Total-Count"] == "2"
    assert [todo.who for todo in todos.waiting_for(personas.unit) if todo.kind == "民情反映会"] == [
        personas.unit.access.held[0].organisation_name
    ] * 2
    item = ForumItem.objects.get(number=1)
    page = text(client.get(f"/forums/items/{item.code}/"))
    assert "填写反馈" in page and "确定承办单位" not in page
    sent = {"feedback": "已划线。", "saw": forum_items.seen_feedback(item)}
    assert client.post(f"/forums/items/{item.code}/feedback/", sent).status_code == 422
    assert client.post(f"/forums/items/{item.code}/feedback/", {**sent, "is_adopted": "yes"}).status_code == 302
    assert client.get("/forums/items/?state=waiting")["X-Total-Count"] == "1"
    stale = client.post(f"/forums/items/{item.code}/feedback/", {**sent, "feedback": "另一说法", "is_adopted": "no"})
    assert stale.status_code == 409 and "已划线。" in text(stale) and "另一说法" in text(stale)


def test_overdue_is_marked(play, personas, signed_in):
    play.sent()
    ForumItem.objects.filter(number=1).update(due_on="2026-01-05")
    client = signed_in(personas.office)
    assert client.get("/forums/items/?state=overdue")["X-Total-Count"] == "1"
    assert "超期" in text(client.get("/forums/items/?state=overdue"))
    waiting = [todo for todo in todos.waiting_for(personas.office) if todo.kind == "民情反映会"]
    assert [(todo.title, todo.detail) for todo in waiting] == [(f"催办：{playing.TOPIC}", "1 件反馈已超期")]


@pytest.mark.parametrize("address", ["/forums/", "/forums/items/", "one"])
def test_queries_do_not_grow(address, play, personas, signed_in, district):
    client = signed_in(personas.office)
    forum = OpinionForumFactory(
        area=district.town1, organiser=district.town1_office, state="sent", held_on="2026-11-01", sent_on="2026-11-02"
    )
    address = f"/forums/{forum.code}/" if address == "one" else address

    def look(count):
        for _ in range(count):
            OpinionForumFactory(area=district.town1, organiser=district.town1_office)
            ForumItemFactory(forum=forum, unit=district.unit, due_on="2026-12-01")
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    few = look(1)
    assert look(3) == few <= 15


# ---- papers


def words_of(document):
    with pdfplumber.open(io.BytesIO(produce(document).data)) as pdf:
        return "".join(page.extract_text() for page in pdf.pages).replace("\n", "").replace(" ", "")


def test_the_papers_hold_what_was_said(play, personas, signed_in):
    forum = play.sent()
    item = forum.items.get(number=1)
    forum_items.write_minutes(
        actor=personas.office, item=item, spoken="占道严重。", response="马上整治𠮷。", saw=forum_items.seen_minutes(item)
    )
    play.fed_back(item, text="已划定停车位。")
    client = signed_in(personas.office)
    for paper in forum_papers.PAPERS:
        assert client.post(f"/forums/{forum.code}/print/{paper}/").status_code == 302
        assert client.post(f"/forums/{forum.code}/print/{paper}/").status_code == 302
    found = {document.kind: document for document in Document.objects.select_related("batch")}
    assert sorted(found) == sorted([forum_papers.AGENDA, forum_papers.LIST, forum_papers.LIST_WORD, forum_papers.SUMMARY])
    assert Document.objects.count() == 4
    agenda, collated, summary = (words_of(found[kind]) for kind in (forum_papers.AGENDA, forum_papers.LIST, forum_papers.SUMMARY))
    assert "代表逐件反映" in agenda and "圩日占道经营" in agenda
    assert "榕江区人民政府：" in collated and "马上整治𠮷。" in collated and "3名代表反映了3件意见建议" in collated
    assert "已反馈1件，其中采纳1件，未采纳0件；尚未反馈2件" in summary and "已划定停车位" in summary
    word = read_word(io.BytesIO(produce(found[forum_papers.LIST_WORD]).data))
    assert [cell.text for cell in word.tables[0].rows[1].cells][:3] == ["1", "圩日占道经营，车过不去。", "代表莫"]
    assert produce(found[forum_papers.LIST_WORD]).data == produce(found[forum_papers.LIST_WORD]).data


def test_papers_wait_for_their_phase(play, personas, signed_in):
    forum = play.open()
    client = signed_in(personas.office)
    assert client.post(f"/forums/{forum.code}/print/agenda/").status_code == 409  # nothing to print yet
    play.add(forum, play.mo, "甲")
    assert client.post(f"/forums/{forum.code}/print/agenda/").status_code == 302
    assert client.post(f"/forums/{forum.code}/print/list/").status_code == 409
    assert client.post(f"/forums/{forum.code}/print/nothing/").status_code == 404
    assert signed_in(personas.deputy).get(f"/documents/{Document.objects.get().batch.key}/").status_code == 404
