"""The office's pages of seats and terms, the composition, and who finds whom in the register."""

import datetime

import pytest
from django.utils import timezone

from congress.enums import CongressLevel
from deputies.enums import EndReason, MandateStatus
from deputies.models import Deputy, Mandate, VoterLiaison
from deputies.pinyin import initials
from deputies.services import mandates
from tests.factories import (
    CongressFactory,
    DeputyFactory,
    ElectoralDistrictFactory,
    GroupFactory,
    MandateFactory,
    MembershipFactory,
    TermFactory,
    VoterLiaisonFactory,
)

pytestmark = pytest.mark.django_db
SEAT = "/deputies/D-1/mandates/469901-8/"


@pytest.fixture
def seat(district):
    return ElectoralDistrictFactory(code="XQ1", name="第1选区", term=district.term, area=district.town1, seats=2)


@pytest.fixture
def ying(district, seat):
    deputy = DeputyFactory(code="D-1", name="莫桂英", initials="mgy", nationality="壮族", born_on=datetime.date(1950, 5, 1), party="群众")
    MandateFactory(deputy=deputy, term=district.term, area=district.town1, electoral_district=seat, card_number="8-001")
    return deputy


# ---- names by their letters


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("莫桂英", "mgy"),
        ("曾小单", "zxd"),
        ("覃㛃珍", "qjz"),
        ("黄𠮷安", "hja"),
        ("古丽娜·买买提", "glnmmt"),
        ("Anna 李", "annal"),
        ("", ""),
    ],
)
def test_initials(name, letters):
    assert initials(name) == letters


@pytest.mark.parametrize(("words", "found"), [("mgy", True), ("MG", True), ("gy", False), ("莫桂", True)])
def test_the_register_is_searched_by_letters(words, found, ying, personas, signed_in):
    assert (signed_in(personas.office).get(f"/deputies/?q={words}")["X-Total-Count"] == "1") is found


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("sex=female", 2),
        ("nationality=壮族", 1),
        ("age=46—55岁", 0),
        ("age=61岁及以上", 1),
        ("age=-", 1),
        ("party=-", 1),
        ("education=-", 2),
        ("group=G-1", 1),
    ],
)
def test_filters_of_the_composition(query, count, ying, district, personas, signed_in):
    MembershipFactory(group=GroupFactory(code="G-1", term=district.term, area=district.town1), deputy=ying)
    page = signed_in(personas.office).get(f"/deputies/?{query}")
    assert page["X-Total-Count"] == str(count)


def test_every_number_of_the_composition_opens_its_list(ying, district, personas, signed_in):
    town_term = TermFactory(congress=CongressFactory(area=district.town1, level=CongressLevel.TOWN), number=12)
    MandateFactory(deputy=ying, term=town_term, area=district.villages[1])
    client = signed_in(personas.office)
    page = client.get("/deputies/composition/")
    assert page["X-Total-Count"] == "2"
    checked = 0
    for part in page.context["parts"]:
        assert "<svg" in part["chart"]
        for share, _, url in part["shares"]:
            assert client.get(url)["X-Total-Count"] == str(share.count), (part["key"], share)
            checked += 1
    assert checked == 12
    assert {part["key"]: part["note"] for part in page.context["parts"] if part["note"]} == {"level": "兼任几级代表的，各级都计入"}
    narrowed = client.get("/deputies/composition/?level=town")
    assert narrowed["X-Total-Count"] == "1"
    assert signed_in(personas.town2).get("/deputies/composition/")["X-Total-Count"] == "0"


# ---- seats


PAGES = ["/deputies/new/", "/deputies/D-1/mandates/new/", SEAT, f"{SEAT}step/", "/terms/", "/terms/change/?congress=1&number=9"]


@pytest.mark.parametrize("address", PAGES)
def test_only_the_office_opens_the_pages_of_seats(address, ying, personas, signed_in):
    expected = {"office": {200, 422}, "leader": {403}, "town1": {403}, "deputy": {403}, "town2": {403, 404}, "visitor": {403, 404}}
    for name, answers in expected.items():
        assert signed_in(getattr(personas, name)).get(address).status_code in answers, name


def new_deputy(district, seat, **fields):
    return {
        "name": "黄㛃",
        "sex": "female",
        "area": district.town1.pk,
        "electoral_district": seat.pk,
        "card_number": "8-009",
        "starts_on": "2026-06-01",
    } | fields


def test_a_by_election_enters_person_and_seat(ying, seat, district, personas, signed_in):
    client = signed_in(personas.office)
    answer = client.post("/deputies/new/", new_deputy(district, seat))
    deputy = Deputy.objects.get(name="黄㛃")
    assert answer.url == f"/deputies/{deputy.code}/"
    assert (deputy.code, deputy.initials) == ("469901101-001", "hj")
    assert deputy.mandates.get().card_number == "8-009"
    full = client.post("/deputies/new/", new_deputy(district, seat, name="农五", card_number=""))
    assert full.status_code == 422
    assert "没有空缺" in full.content.decode() and 'value="农五"' in full.content.decode()
    assert not Deputy.objects.filter(name="农五").exists()


def test_a_taken_card_number_is_told_at_its_field(ying, seat, district, personas, signed_in):
    page = signed_in(personas.office).post("/deputies/new/", new_deputy(district, seat, card_number="8-001"))
    assert page.context["seat"].errors["card_number"] == ["代表证号 8-001 已由莫桂英（D-1）使用，同一届不能重复。"]


def test_another_seat_of_a_known_deputy(ying, district, personas, signed_in):
    town_term = TermFactory(congress=CongressFactory(area=district.town1, level=CongressLevel.TOWN), number=12)
    client = signed_in(personas.office)
    assert [term.pk for term in client.get("/deputies/D-1/mandates/new/").context["terms"]] == [town_term.pk]
    given = {"area": district.villages[1].pk, "electoral_district": "", "card_number": "", "starts_on": "2022-01-10"}
    assert client.post("/deputies/D-1/mandates/new/", given).url == "/deputies/D-1/"
    assert ying.mandates.filter(term=town_term, area=district.villages[1]).exists()


def test_an_end_is_asked_twice_and_names_what_goes_with_it(ying, seat, district, personas, signed_in):
    VoterLiaisonFactory(deputy=ying, electoral_district=seat)
    MembershipFactory(group=GroupFactory(term=district.term, area=district.town1), deputy=ying)
    client = signed_in(personas.office)
    given = {"step": "ended", "reason": "moved_away", "on": "2026-03-10", "note": "公告"}
    asked = client.post(f"{SEAT}step/", given)
    assert "代表小组职务 1 项、固定联系选民 1 名（转入待移交）" in asked.content.decode()
    assert ying.mandates.get().status == MandateStatus.ACTIVE
    assert client.post(f"{SEAT}step/", given | {"confirmed": "1"}).url == "/deputies/D-1/"
    mandate = ying.mandates.get()
    assert (mandate.status, mandate.end_reason, mandate.ends_on) == ("ended", EndReason.MOVED_AWAY, datetime.date(2026, 3, 10))
    text = client.get("/deputies/D-1/").content.decode()
    assert "资格变动" in text and "迁出或者调离本行政区域" in text
    assert client.post(f"{SEAT}step/", given | {"confirmed": "1"}).status_code == 409


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"step": "ended", "reason": "criminal_case", "on": "2026-03-10"}, "reason", "不是终止资格的原因"),
        ({"step": "suspended", "reason": "", "on": "2026-03-10"}, "reason", "请选择原因。"),
        ({"step": "suspended", "reason": "criminal_case", "on": "2099-01-01"}, "on", "日期不能晚于今天。"),
        ({"step": "ended", "reason": "resigned", "on": "2020-01-01"}, "on", "日期不能早于当选日期"),
    ],
)
def test_steps_that_are_refused_keep_what_was_typed(given, field, sentence, ying, personas, signed_in):
    page = signed_in(personas.office).post(f"{SEAT}step/", given)
    assert page.status_code == 422
    assert sentence in page.context["form"].errors[field][0]
    assert ying.mandates.get().status == MandateStatus.ACTIVE


def test_correcting_a_seat_on_its_page(ying, seat, district, personas, signed_in):
    given = {"area": district.town1.pk, "electoral_district": seat.pk, "card_number": "8-111", "starts_on": "2021-09-28"}
    assert signed_in(personas.office).post(SEAT, given).url == "/deputies/D-1/"
    assert ying.mandates.get().card_number == "8-111"


# ---- 换届


def test_change_of_term_is_shown_first_and_asked_twice(ying, seat, district, personas, signed_in):
    VoterLiaisonFactory(deputy=ying, electoral_district=seat)
    GroupFactory(name="东岭镇代表小组", term=district.term, area=district.town1)
    client = signed_in(personas.office)
    given = {"congress": district.congress.pk, "number": "9", "starts_on": "2026-09-20"}
    shown = client.get("/terms/change/", given).content.decode()
    assert "将结束 2 名代表的资格" in shown and "莫桂英" in shown and "东岭镇代表小组" in shown and "固定联系选民 1 名" in shown
    assert "新一届还没有登记代表" in shown
    assert Mandate.objects.serving().count() == 2
    asked = client.post("/terms/change/", given).content.decode()
    assert "确认榕江区人大换到第9届？" in asked
    assert Mandate.objects.serving().count() == 2
    assert client.post("/terms/change/", given | {"confirmed": "1"}).url == "/terms/"
    assert Mandate.objects.serving().count() == 0
    rows = client.get("/terms/")
    assert rows["X-Total-Count"] == "2"
    assert [(str(term), waiting) for term, waiting in rows.context["rows"]] == [("榕江区人大第9届", 1), ("榕江区人大第8届", 0)]
    new = ElectoralDistrictFactory(name="第1选区", term=district.congress.terms.get(number=9), area=district.town1)
    MandateFactory(deputy=ying, term=new.term, area=district.town1, electoral_district=new, starts_on=datetime.date(2026, 9, 20))
    assert client.post("/terms/469901-9/hand-over/").url == "/liaisons/voters/waiting/"
    assert not VoterLiaison.objects.filter(awaits_successor=True).exists()


def test_a_refused_change_of_term_shows_the_form_again(ying, district, personas, signed_in):
    client = signed_in(personas.office)
    for method in (client.get, client.post):
        page = method("/terms/change/", {"congress": district.congress.pk, "number": "12", "starts_on": "2026-09-20"})
        assert page.status_code == 422
        assert page.context["form"].errors["number"] == ["榕江区人大最近一届是第8届，下一届应为第9届。"]


# ---- queries


def test_queries_stay_the_same(ying, seat, district, personas, signed_in, django_assert_max_num_queries):
    client = signed_in(personas.office)
    addresses = ["/deputies/", "/deputies/composition/", "/deputies/D-1/", "/terms/", f"{SEAT}step/", SEAT, "/deputies/new/"]

    def queries():
        found = []
        for address in addresses:
            with django_assert_max_num_queries(18) as asked:  # fifteen, and one for each panel of the floors above
                client.get(address)
            found.append(len(asked))
        return found

    once = queries()
    for number in range(3):
        MandateFactory(term=district.term, area=district.town2)
        town = CongressFactory(area=district.towns[number], level=CongressLevel.TOWN)
        MandateFactory(deputy=ying, term=TermFactory(congress=town, number=12), area=district.towns[number])
        MembershipFactory(group=GroupFactory(term=district.term, area=district.town1), deputy=ying)
    mandates.suspend(
        actor=personas.office, mandate=ying.mandates.get(term=district.term), reason=EndReason.CRIMINAL_CASE, on=timezone.localdate()
    )
    assert queries() == once
