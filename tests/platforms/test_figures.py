"""The figures about standards and marks, through the registry."""

from decimal import Decimal

import pytest

from congress import figures
from congress.periods import Period
from platforms.enums import CheckState
from platforms.models import StandardItem
from tests.factories import PlatformFactory, StandardCheckFactory

pytestmark = pytest.mark.django_db
Q3 = Period.quarter(2026, 3)


def checked(platform, code: str, state: str = CheckState.MET) -> None:
    StandardCheckFactory(platform=platform, item=StandardItem.objects.get(code=code), state=state)


def test_an_item_counts_one_half_or_nothing(district):
    met, partly, missing, unseen = (PlatformFactory(area=district.town1) for _ in range(4))
    checked(met, "ten-haves.6")
    checked(partly, "ten-haves.6", CheckState.PARTLY)
    checked(missing, "ten-haves.6", CheckState.NOT_YET)
    found = figures.values("platforms.standard_item", [met.pk, partly.pk, missing.pk, unseen.pk], Q3, "ten-haves.6")
    assert found == {met.pk: Decimal(1), partly.pk: Decimal("0.5")}


def test_a_share_is_of_the_standards_that_apply(district):
    village, town = PlatformFactory(area=district.villages[1]), PlatformFactory(area=district.town1)
    for code in ("village-books.1", "village-books.2"):
        checked(village, code)
    checked(village, "village-books.3", CheckState.PARTLY)
    checked(town, "town-books.1")
    found = figures.values("platforms.standard_share", [village.pk, town.pk], Q3, "town-books|subdistrict-books|village-books")
    assert found == {village.pk: Decimal("0.2778"), town.pk: Decimal("0.0625")}


def test_gaps_are_all_items_not_met(district):
    village = PlatformFactory(area=district.villages[1])
    checked(village, "ten-haves.1")
    checked(village, "ten-haves.2", CheckState.PARTLY)
    assert figures.values("platforms.gaps", [village.pk], Q3) == {village.pk: Decimal(20)}


def test_marks_are_counted_by_unit(district):
    PlatformFactory(area=district.villages[1], is_specialty=True, is_demonstration=True)
    PlatformFactory(area=district.town1, is_specialty=True)
    PlatformFactory(area=district.town1, is_specialty=True, is_active=False)
    PlatformFactory(area=district.town2)
    areas = [district.town1.pk, district.town2.pk]
    assert figures.values("platforms.specialty_count", areas, Q3) == {district.town1.pk: Decimal(2)}
    assert figures.values("platforms.demonstration_count", areas, Q3) == {district.town1.pk: Decimal(1)}


@pytest.mark.parametrize("key", ["platforms.standard_item", "platforms.standard_share", "platforms.gaps"])
def test_many_subjects_cost_no_more_queries_than_one(district, key, django_assert_max_num_queries):
    platforms = [PlatformFactory(area=district.town1) for _ in range(3)]
    for subjects in (platforms[:1], platforms):
        with django_assert_max_num_queries(3):
            figures.values(key, [platform.pk for platform in subjects], Q3, "ten-haves.6" if key.endswith("item") else "")


def test_more_subjects_than_a_query_may_name(district, monkeypatch):
    monkeypatch.setattr("congress.figures.MOST_PARAMETERS", 1)
    first, second, other = (PlatformFactory(area=district.town1, is_specialty=True) for _ in range(3))
    for platform in (first, second, other):
        checked(platform, "ten-haves.6")
    wanted = [first.pk, second.pk]
    assert figures.values("platforms.standard_item", wanted, Q3, "ten-haves.6") == {pk: Decimal(1) for pk in wanted}
    assert figures.values("platforms.standard_share", wanted, Q3, "ten-haves") == {pk: Decimal("0.1000") for pk in wanted}
    assert figures.values("platforms.specialty_count", [district.town1.pk, district.town2.pk], Q3) == {district.town1.pk: Decimal(3)}


def test_each_figure_leads_to_its_records(district):
    platform = PlatformFactory(area=district.town1, code="P-7")
    key = figures.find("platforms.standard_item")
    assert key.records(platform.code, Q3, "ten-haves.6") == "/platforms/P-7/checks/ten-haves.6/"
    assert figures.find("platforms.gaps").records(platform.code, Q3, "") == "/platforms/P-7/#standing"
    assert figures.find("platforms.specialty_count").records(district.town1.code, Q3, "") == "/platforms/?unit=469901101&specialty=1"
