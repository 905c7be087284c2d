"""The register of deputies, a deputy's page, and the figure of serving deputies."""

import datetime
from decimal import Decimal

import pytest

from congress import figures, search
from congress.enums import CongressLevel
from congress.models import Area
from congress.periods import Period
from deputies.enums import EndReason, MandateStatus
from deputies.models import Deputy
from tests.factories import CongressFactory, DeputyFactory, MandateFactory, TermFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(district, personas):
    """莫英 serves in district and town of town1, 韦三's mandate in town2 has ended."""
    ying = DeputyFactory(code="D-1", name="莫英", phone="13800004321", born_on=datetime.date(1975, 3, 1), position="教师")
    MandateFactory(deputy=ying, term=district.term, area=district.town1)
    town_term = TermFactory(
        congress=CongressFactory(area=district.town1, level=CongressLevel.TOWN), number=12, starts_on=datetime.date(2021, 8, 1)
    )
    MandateFactory(deputy=ying, term=town_term, area=district.villages[1])
    san = DeputyFactory(code="D-2", name="韦三", phone="13900001111")
    MandateFactory(
        deputy=san,
        term=district.term,
        area=district.town2,
        status=MandateStatus.ENDED,
        ends_on=datetime.date(2026, 6, 30),
        end_reason=EndReason.RESIGNED,
    )
    return {"英": ying, "三": san}


def listed(client, query=""):
    page = client.get(f"/deputies/{query}")
    assert page.status_code == 200
    names = {deputy.name for deputy in page.context["page"]}
    assert page["X-Total-Count"] == str(len(names))
    return names


def test_everybody_sees_their_own_part(people, personas, signed_in):
    assert listed(signed_in(personas.office)) == {"莫英", "韦三", "代表莫"}
    assert listed(signed_in(personas.leader)) == {"莫英", "韦三", "代表莫"}
    assert listed(signed_in(personas.town1)) == {"莫英", "代表莫"}
    assert listed(signed_in(personas.town2)) == {"韦三"}
    assert listed(signed_in(personas.visitor)) == set()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?area=469901101", {"莫英", "代表莫"}),
        ("?level=town", {"莫英"}),
        ("?level=town&area=469901102", set()),
        ("?status=ended", {"韦三"}),
        ("?status=active&area=469901102", set()),
        ("?term=12", {"莫英"}),
        ("?term=x", {"莫英", "韦三", "代表莫"}),
        ("?q=莫", {"莫英", "代表莫"}),
        ("?q=4321", {"莫英"}),
        ("?q=D-2", {"韦三"}),
    ],
)
def test_filters(query, names, people, personas, signed_in):
    assert listed(signed_in(personas.office), query) == names


def test_deputies_cannot_find_others_by_telephone(people, personas, signed_in):
    assert listed(signed_in(personas.deputy)) == {"莫英", "代表莫"}
    assert listed(signed_in(personas.deputy), "?q=4321") == set()


def test_page_of_a_deputy(people, personas, signed_in):
    text = signed_in(personas.office).get("/deputies/D-1/").content.decode()
    assert "榕江区人大第8届" in text and "东岭镇人大第12届" in text
    assert 'href="tel:13800004321"' in text
    assert "1975年3月" in text
    assert "教师" in text


def test_contact_is_shown_only_to_those_who_may(people, personas, signed_in):
    def sees_phone(person, code="D-1"):
        page = signed_in(person).get(f"/deputies/{code}/")
        assert page.status_code == 200
        return "tel:1" in page.content.decode()

    assert sees_phone(personas.leader) and sees_phone(personas.town1)
    assert not sees_phone(personas.deputy)
    own = Deputy.objects.get(user=personas.deputy)
    Deputy.objects.filter(pk=own.pk).update(phone="13700000000")
    assert sees_phone(personas.deputy, own.code)
    assert signed_in(personas.town2).get("/deputies/D-1/").status_code == 404
    assert signed_in(personas.office).get("/deputies/nobody/").status_code == 404


def test_number_of_queries_stays_the_same(district, personas, signed_in, django_assert_max_num_queries):
    client = signed_in(personas.office)

    def queries():
        with django_assert_max_num_queries(15) as asked:
            client.get("/deputies/")
        return len(asked)

    MandateFactory(term=district.term, area=district.town1)
    one = queries()
    for _ in range(3):
        MandateFactory(term=district.term, area=district.town2)
    assert queries() == one
    with django_assert_max_num_queries(18):  # fifteen, and one for each panel of the floor above
        client.get(f"/deputies/{Deputy.objects.first().code}/")


def test_serving_deputies_of_areas(people, district, django_assert_num_queries):
    ids = list(Area.objects.values_list("pk", flat=True))
    with django_assert_num_queries(2):
        now = figures.values("deputies.serving", ids, Period.quarter(2026, 3))
    assert now == {district.area.pk: 2, district.town1.pk: 2, district.villages[1].pk: 2}
    before = figures.values("deputies.serving", ids, Period.quarter(2026, 1))
    assert before[district.town2.pk] == Decimal(1)  # resigned on the last day of June
    assert figures.values("deputies.serving", ids, Period.quarter(2026, 3), "town") == {
        district.area.pk: 1,
        district.town1.pk: 1,
        district.villages[1].pk: 1,
    }
    assert figures.find("deputies.serving").records("469901101", Period.quarter(2026, 3), "") == "/deputies/?area=469901101&status=active"


def test_search_finds_deputies_areas_and_organisations(people, personas):
    found = {searcher.key: [hit.title for hit in hits] for searcher, hits in search.everywhere(personas.town1, "莫")}
    assert found["deputies"] == ["莫英", "代表莫"]
    found = {searcher.key: [hit.title for hit in hits] for searcher, hits in search.everywhere(personas.town1, "东岭")}
    assert found["areas"] == ["东岭镇"]
    assert found["organisations"] == ["东岭镇人大主席团"]
