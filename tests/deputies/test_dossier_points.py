"""Points reckoned by hand: base, per extra, cap and level, figures that nobody registered, and peers where there are enough."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from congress.enums import CongressLevel
from congress.periods import Period
from deputies.enums import EndReason, MandateStatus
from deputies.models import Deputy, Mandate, PeerRule, PointRule
from deputies.services import duty_drafts, points
from tests.deputies.dossiers import city_term, colleagues, counting, honour, meet, rule, town_term
from tests.factories import DeputyFactory, MandateFactory

pytestmark = pytest.mark.django_db
Y2025 = Period.year(2025)
LAST = datetime.date(2025, 12, 31)


@pytest.fixture
def no_rules(db):
    PointRule.objects.all().delete()


@pytest.fixture
def mo(personas):
    return Deputy.objects.get(user=personas.deputy)


def only(deputy, period=Y2025, day=LAST):
    (standing,) = points.standings([deputy.pk], period, day)[0][deputy.pk]
    return standing


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0", "0"), ("3.99", "0"), ("4", "4"), ("4.9", "4"), ("5", "4.5"), ("7", "5.5"), ("19", "11.5"), ("20", "12"), ("400", "12")],
)
def test_base_per_extra_and_cap(value, expected):
    contacts = PointRule(needed=Decimal(4), base=Decimal(4), per_extra=Decimal("0.5"), cap=Decimal(12))
    assert points.points_for(contacts, Decimal(value)) == Decimal(expected)


def test_a_rule_says_how_it_counts():
    made = PointRule(needed=Decimal(4), base=Decimal(4), per_extra=Decimal("0.50"), cap=Decimal(12))
    assert points.explained(made, "次") == "满4次得4分，每多1次加0.5分"
    made.per_extra = Decimal(0)
    assert points.explained(made, "次") == "满4次得4分"


def test_the_shipped_table_counts_what_is_recorded(mo, district):
    """6 contacts: 4 + 2 × 0.5. 2 honours: 4 + 2. Records of another year count nothing."""
    meet(mo, district, 6)
    meet(mo, district, 9, year=2024)
    honour(mo)
    honour(mo, "先进个人")
    standing = only(mo)
    told = {each.rule.label: (each.value, each.points) for each in standing.scored}
    assert len(told) == 12 and standing.cap == 100
    assert told["联系选民"] == (6, Decimal(5)) and told["表彰奖励"] == (2, Decimal(6)) and told["向选民述职"] == (0, 0)
    assert told["学习培训"] == told["接待选民"] == (0, 0)
    assert standing.total == Decimal(11)


def test_a_figure_counts_from_the_day_it_is_registered(mo, no_rules, monkeypatch):
    rule("elsewhere.course_hours", "4", "2", "0.5", "8")
    assert (only(mo).scored[0].value, only(mo).total) == (None, 0)
    counting(monkeypatch, "elsewhere.course_hours", {mo.pk: "7.5"}, unit="学时")
    assert (only(mo).scored[0].value, only(mo).total) == (Decimal("7.5"), Decimal("3.5"))
    assert only(mo).scored[0].how == "满4学时得2分，每多1学时加0.5分"


def test_a_figure_about_others_is_none_about_deputies(mo, no_rules, monkeypatch):
    rule("platforms.areas", "1", "5", "0", "5")
    counting(monkeypatch, "platforms.areas", {mo.pk: 3}, subject="area")
    assert (only(mo).scored[0].value, only(mo).total) == (None, 0)


def test_a_rule_that_rests_counts_nothing(mo, district, no_rules):
    rule("deputies.contacts", "1", "5", "0", "5", is_active=False)
    meet(mo, district, 2)
    assert (only(mo).scored, only(mo).total) == ((), 0)


def test_a_level_may_have_a_rule_of_its_own(mo, district, no_rules):
    """She serves in the district and in her town: the town's own rule takes the general one's place there, and there only."""
    MandateFactory(deputy=mo, term=town_term(district), area=district.town1)
    rule("deputies.contacts", "1", "1", "1", "10")
    rule("deputies.contacts", "1", "3", "0", "3", level=CongressLevel.TOWN)
    rule("deputies.honours", "1", "2", "0", "2")
    rule("deputies.contacts", "1", "2", "0", "2", level=CongressLevel.DISTRICT, argument="phone")
    meet(mo, district, 4)
    honour(mo)
    in_district, in_town = points.standings([mo.pk], Y2025, LAST)[0][mo.pk]
    assert (in_district.level, in_district.total, len(in_district.scored)) == (CongressLevel.DISTRICT, 6, 3)
    assert (in_town.level, in_town.total, len(in_town.scored)) == (CongressLevel.TOWN, 5, 2)


def test_the_database_holds_what_a_rule_must_be(no_rules):
    rule("deputies.contacts", "1", "1", "0", "1")
    for wrong in (("1", "1", "0", "1"), ("1", "5", "0", "4"), ("0", "1", "0", "1")):
        with pytest.raises(IntegrityError), transaction.atomic():
            rule("deputies.contacts", *wrong)
    rule("deputies.contacts", "1", "1", "0", "1", argument="visit")
    assert PointRule.objects.count() == 2


# ---- peers


def test_peers_are_compared_from_ten_on(mo, district, no_rules):
    rule("deputies.contacts", "1", "1", "1", "10")
    others = colleagues(district, 8)
    meet(mo, district, 3)
    peers = only(mo).peers
    assert (peers.count, peers.least, peers.are_enough, peers.mean, peers.place) == (9, 10, False, None, None)
    others += colleagues(district, 1)
    meet(others[0], district, 5)
    for other in others[1:3]:
        meet(other, district, 3)
    peers = only(mo).peers
    assert (peers.count, peers.are_enough, peers.place) == (10, True, 2)
    assert peers.mean == Decimal("1.40")  # (5 + 3 + 3 + 3) / 10
    assert only(others[1]).peers.place == 2 and only(others[3]).peers.place == 5 and only(others[0]).peers.place == 1


def test_the_least_number_of_peers_is_editable(mo, district):
    colleagues(district, 1)
    assert not only(mo).peers.are_enough
    PeerRule.objects.update(least_peers=2)
    assert only(mo).peers.are_enough
    PeerRule.objects.all().delete()
    assert only(mo).peers.least == 10


def test_peers_are_those_in_office_on_the_last_day(mo, district, no_rules):
    PeerRule.objects.update(least_peers=2)
    gone, suspended, left_later, new = colleagues(district, 4)
    ended = {"status": MandateStatus.ENDED, "end_reason": EndReason.RESIGNED}
    Mandate.objects.filter(deputy=gone).update(ends_on=datetime.date(2025, 6, 1), **ended)
    Mandate.objects.filter(deputy=suspended).update(status=MandateStatus.SUSPENDED, end_reason=EndReason.CRIMINAL_CASE)
    Mandate.objects.filter(deputy=left_later).update(ends_on=datetime.date(2026, 1, 1), **ended)
    Mandate.objects.filter(deputy=new).update(starts_on=datetime.date(2026, 1, 1))
    assert only(mo).peers.count == 2
    assert (only(left_later).peers.place, only(gone).peers.place, only(suspended).peers.place) == (1, None, None)
    assert only(gone).peers.count == 2
    assert (only(new).level, only(new).peers) == ("", None)
    assert only(gone, Period.year(2026), datetime.date(2026, 12, 31)).level == ""


def test_each_level_has_its_own_peers(mo, district):
    MandateFactory(deputy=mo, term=city_term(), area=district.town1)
    colleagues(district, 9)
    in_district, in_city = points.standings([mo.pk], Y2025, LAST)[0][mo.pk]
    assert [(each.word, each.peers.count, each.peers.are_enough) for each in (in_district, in_city)] == [
        ("区代表", 10, True),
        ("市代表", 1, False),
    ]


def test_three_cost_as_many_queries_as_one(mo, district):
    everyone = [mo.pk, *(deputy.pk for deputy in colleagues(district, 12))]
    counts = []
    for ids in (everyone[:1], everyone[:3], everyone):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            found, _ = points.standings(ids, Y2025, LAST)
        assert set(found) == set(ids)
        counts.append(len(caught))
    figures_asked = {each.figure for each in PointRule.objects.all()}
    assert len(set(counts)) == 1 and counts[0] <= 3 + 2 * len(figures_asked)


# ---- the draft of a duty report reads the same numbers


def test_a_duty_report_is_drafted_from_the_same_numbers(mo, district, monkeypatch):
    meet(mo, district, 6)
    honour(mo)
    counting(monkeypatch, "elsewhere.articles", {}, unit="篇")
    counted = points.Counted([mo.pk], Y2025)
    told = {figure.key: value for figure, value in points.numbers(mo.pk, counted) if value}
    assert told == {"deputies.contacts": 6, "deputies.honours": 1}
    (sentence,) = duty_drafts.sentences(mo.pk, datetime.date(2025, 1, 1), datetime.date(2025, 12, 31))
    assert sentence == "2025年，联系选民6次，表彰奖励1项。"


def test_somebody_without_a_seat_has_points_and_no_peers(district, no_rules):
    rule("deputies.honours", "1", "2", "0", "2")
    alone = DeputyFactory()
    honour(alone)
    assert (only(alone).word, only(alone).total, only(alone).peers) == ("代表", 2, None)
