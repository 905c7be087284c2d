"""Suggestions on the floors below: booklets, dossiers, points, forum matters, opinions, search and the home desk."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities import booklets
from congress import figures, search
from congress.periods import Period
from deputies import dossier
from deputies.services import points
from suggestions.dossier import KEPT_BACK
from suggestions.enums import Grade
from suggestions.figures.totals import Totals, totals
from suggestions.models import KeySupervision, Reply, Suggestion
from suggestions.services import evaluating, examining, proposing
from suggestions.tables.suggestions import WITHHELD
from tests.activities import forums as forum_playing
from tests.suggestions import playing

pytestmark = pytest.mark.django_db


def year() -> Period:
    return Period.year(timezone.localdate().year)


@pytest.fixture
def deputy(personas):
    return playing.seat_of(personas.deputy).deputy


def cosigned(personas, district, **fields) -> Suggestion:
    """One that a colleague of town2 signed along, accepted."""
    other = playing.colleague(district)
    row = playing.draft(personas.deputy, **fields)
    asked = proposing.ask_cosigner(actor=personas.deputy, suggestion=row, mandate=playing.seat_of(other))
    proposing.answer_cosigning(actor=other, cosigner=asked, agrees=True)
    proposing.submit(actor=personas.deputy, suggestion=row)
    return examining.examine(actor=personas.office, suggestion=row, outcome="accept")


def entries(area) -> list[booklets.Entry]:
    return list(booklets.find("suggestions").read(area, year(), "").entries)


def words(entry: booklets.Entry) -> str:
    return "\n".join(text for _, text in entry.lines)


# ---- booklets


def test_the_register_of_suggestions_is_bound_from_the_records(personas, district):
    reply = playing.replied(personas, district)
    playing.submitted(personas, title="关于架桥的建议")  # not accepted
    (entry,) = entries(district.town1)
    assert (entry.key, entry.on, entry.title) == (
        ("suggestion", reply.handling.suggestion_id),
        timezone.localdate(),
        "建议第1号　关于修复上岭村道的建议",
    )
    assert "代表莫" in words(entry) and "榕江区交通运输局（主办）" in words(entry) and "已列入年度计划。" in words(entry)
    assert entries(district.town2) == []
    source = booklets.find("suggestions")
    assert not source.is_reserved
    assert [row[3:5] for row in booklets.asked([(source, "")], year())] == [(district.villages[1].path, 1)]


def test_the_register_keeps_names_and_answers_that_are_not_for_all(personas, district):
    reply = playing.replied(personas, district, withholds_identity=True)
    Reply.objects.filter(pk=reply.pk).update(publicity="none", publicity_reason="涉及个人信息")
    (entry,) = entries(district.town1)
    assert WITHHELD in words(entry) and "代表莫" not in words(entry)
    assert "答复不公开" in words(entry) and "已列入年度计划。" not in words(entry)


def test_the_register_asks_the_same_questions_however_many(personas, district):
    costs = []
    for n in range(3):
        playing.replied(personas, district, title=f"关于第{n}件事的建议")
        with CaptureQueriesContext(connection) as made:
            assert len(entries(district.area)) == n + 1
        costs.append(len(made))
    assert costs[0] == costs[2]


# ---- dossiers and points


def test_a_dossier_tells_what_she_led_and_signed_along(personas, district, deputy):
    row = cosigned(personas, district)
    playing.accepted(personas, title="关于架桥的建议", withholds_identity=True)
    section = next(each for each in dossier.sections() if each.key == "suggestions")
    other = row.cosigners.get().mandate.deputy
    with CaptureQueriesContext(connection) as made:
        found = section.lines([deputy.pk, other.pk], year())
    assert len(made) == 3
    assert [(line.text, line.note, line.url) for line in found[deputy.pk]] == [
        ("建议第1号《关于修复上岭村道的建议》", "领衔，待交办", f"/suggestions/{row.code}/"),
        (KEPT_BACK, "领衔，待交办", ""),
    ]
    assert [(line.text, line.note) for line in found[other.pk]] == [("建议第1号《关于修复上岭村道的建议》", "附议，待交办")]
    assert section.lines([deputy.pk], Period.year(2020)) == {}


def test_the_list_behind_the_section_has_all_of_it(personas, district, signed_in):
    row = cosigned(personas, district)
    other = row.cosigners.get().mandate.deputy
    client = signed_in(personas.office)
    asked = {f"of={other.code}": 1, f"cosigner={other.code}": 1, f"deputy={other.code}": 0}
    assert {query: int(client.get(f"/suggestions/?{query}")["X-Total-Count"]) for query in asked} == asked


def test_figures_and_their_days_agree(personas, district, deputy):
    row = cosigned(personas, district)
    other = row.cosigners.get().mandate.deputy
    KeySupervision.objects.create(
        suggestion=row, year=year().start.year, meeting="第三次", decided_on=timezone.localdate(), leader=personas.leader
    )
    for key, argument, subject in (
        ("suggestions.proposed", "", deputy),
        ("suggestions.proposed", "cosigned", other),
        ("suggestions.key", "", deputy),
    ):
        figure = figures.find(key)
        assert figure.counts([subject.pk], year(), argument) == {subject.pk: Decimal(1)}
        assert figure.days([subject.pk], year(), [argument]) == {argument: {subject.pk: [timezone.localdate()]}}
        assert figure.counts([subject.pk], Period.year(2020), argument) == {}
    keys = {figure.key for figure in points.about_deputies()}
    assert {"suggestions.proposed", "suggestions.key"} <= keys


def test_a_deputys_page_names_the_newest_but_not_what_she_withholds(personas, district, deputy, signed_in):
    playing.accepted(personas)
    playing.accepted(personas, title="关于架桥的建议", withholds_identity=True)
    page = signed_in(personas.town1).get(f"/deputies/{deputy.code}/").content.decode()
    assert "关于修复上岭村道的建议" in page and "关于架桥的建议" not in page
    assert "关于架桥的建议" in signed_in(personas.office).get(f"/deputies/{deputy.code}/").content.decode()


# ---- what suggestions grow from


def test_a_matter_told_at_a_forum_becomes_a_suggestion(personas, district, deputy, signed_in):
    item = forum_playing.make(district, personas).sent().items.order_by("pk")[0]
    seat = item.deputy.mandates.get()
    client = signed_in(personas.office)
    assert "写成建议" in client.get(f"/forums/items/{item.code}/").content.decode()
    answer = client.post(f"/suggestions/from-forum/{item.code}/", {"seat": seat.pk})
    made = Suggestion.objects.get()
    assert (answer.url, made.forum_item, made.proposer, made.origin) == (f"/suggestions/{made.code}/edit/", item, seat, "民情反映会")
    assert item.text in made.basis and made.title in client.get(f"/forums/items/{item.code}/").content.decode()
    assert client.post(f"/suggestions/from-forum/{item.code}/", {"seat": "999"}).status_code == 404
    assert signed_in(personas.unit).post(f"/suggestions/from-forum/{item.code}/", {"seat": seat.pk}).status_code in {403, 404}


# ---- search and home


def test_search_finds_what_the_person_may_see(personas, district):
    row = playing.accepted(personas)
    playing.submitted(personas, title="关于架桥的建议")

    def hits(user, text):
        return [hit.title for searcher, found in search.everywhere(user, text) if searcher.key == "suggestions" for hit in found]

    assert hits(personas.office, "架桥") == ["关于架桥的建议"]
    assert hits(personas.dispatcher, "架桥") == []
    assert hits(personas.dispatcher, row.code) == [row.title]
    assert hits(personas.unit, row.code) == []


def test_the_years_totals_reckoned_by_hand(personas, district):
    replies = [playing.replied(personas, district, letter, title=f"关于{letter}的建议") for letter in "ABA"]
    playing.accepted(personas, title="关于架桥的建议")
    for reply, grade in zip(replies, (Grade.SATISFIED, Grade.NOT_SATISFIED), strict=False):
        evaluating.evaluate(
            actor=personas.deputy, reply=reply, mandate=playing.seat_of(personas.deputy), attitude="satisfied", result=grade, text="意见。"
        )
    with CaptureQueriesContext(connection) as made:
        found = totals(Suggestion.objects.all(), year())
    assert (found, len(made)) == (Totals(4, 3, 3, Decimal(1) / 2, Decimal(2) / 3, None), 4)
    assert totals(Suggestion.objects.all(), Period.year(2020)) == Totals(0, 0, 0, None, None, None)


def test_the_home_desk_leads_from_each_number_to_its_records(personas, district, signed_in):
    reply = playing.replied(personas, district)
    playing.accepted(personas, title="关于架桥的建议")
    reply.handling.suggestion.clocks.update(due_on=timezone.localdate() - datetime.timedelta(days=1), state="running", stopped_on=None)
    for name, count in {"office": 2, "leader": 2, "town1": 2}.items():
        client = signed_in(getattr(personas, name))
        page = client.get("/")
        assert "今年受理建议" in page.content.decode(), name
        address = re.search(r'href="(/suggestions/\?[^"]*period=[^"]*)"', page.content.decode())[1].replace("&amp;", "&")
        assert client.get(address)["X-Total-Count"] == str(count)
    assert "今年受理建议" not in signed_in(personas.town2).get("/").content.decode()
    assert "今年受理建议" not in signed_in(personas.unit).get("/").content.decode()
