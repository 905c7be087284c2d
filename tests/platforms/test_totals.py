"""Totals, ranks and grades, compared with a second calculation that shares no code with the first."""

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from congress.enums import AreaKind
from congress.periods import Period
from platforms.models import ItemScore
from platforms.services import deductions, totals
from tests.factories import AreaFactory, PlatformFactory
from tests.platforms import playing

pytestmark = pytest.mark.django_db


def half_up(number: Fraction) -> Fraction:
    return Fraction(int(number * 100 + Fraction(1, 2)), 100)


def reckon(results: dict) -> dict[str, Fraction]:
    """Every area's score from what the file holds, in exact fractions."""
    scores: dict[str, Fraction] = {}
    of_area = defaultdict(list)
    for platform in results["platforms"]:
        earned = sum(Fraction(str(item["score"])) for item in platform["items"])
        scores[platform["code"]] = half_up(earned / sum(Fraction(str(item["max"])) for item in platform["items"]) * 100)
        of_area[platform["area"]].append(scores[platform["code"]])
    for area in results["areas"]:
        earned = sum(Fraction(str(item["score"])) for item in area["items"])
        own = earned / sum(Fraction(str(item["max"])) for item in area["items"]) * 100
        weight, mine = Fraction(str(area["platform_weight"])), of_area[area["code"]]
        base = own * (1 - weight) + (sum(mine) / len(mine) if mine else 0) * weight
        bonus = min(sum(Fraction(str(item["score"])) for item in area["bonus_items"]), Fraction(str(results["table"]["bonus_cap"])))
        scores[area["code"]] = half_up(max(base + bonus - Fraction(str(area["deduction"])), Fraction(0)))
    return scores


@pytest.fixture
def round(district, personas, score_table):
    playing.make_platforms(district)
    return playing.open_round(personas)


def give(round, code, **scores):
    for item, score in scores.items():
        ItemScore.objects.filter(assessment__round=round, assessment__code=code, item__code=item).update(cross_score=score)


def area_of(results, name):
    return next(area for area in results["areas"] if area["name"] == name)


class TestByHand:
    """The table: platform P1 50, P2 50; area A1 60, A2 40, bonus B1 5; weight 0.5."""

    def test_an_area_with_platforms(self, round):
        give(round, "469901101", A1=45, A2=30, B1=2)
        give(round, "PT-11", P1=50, P2=40)
        give(round, "PT-12", P1=25, P2=Decimal("37.5"))
        town = area_of(totals.results(round), "东岭镇")
        # own 75; platforms 90 and 62.5, mean 76.25; 75 × 0.5 + 76.25 × 0.5 + 2 = 77.625
        assert {key: town[key] for key in ("own_score", "platform_average", "platform_weight", "base", "bonus", "deduction", "score", "grade")} == {
            "own_score": 75, "platform_average": 76.25, "platform_weight": 0.5, "base": 75.63, "bonus": 2, "deduction": 0,
            "score": 77.63, "grade": "一般",
        }  # fmt: skip
        assert town["items"][0] == {"code": "A1", "max": 60, "score": 45, "suggested": None, "self": None, "reason": "", "problem": ""}
        assert town["bonus_items"] == [{"code": "B1", "max": 5, "score": 2}]

    def test_an_area_without_platforms_is_scored_on_its_own_items(self, round):
        give(round, "469901501", A1=60, A2=30, B1=0)
        farm = area_of(totals.results(round), "红星华侨农场")
        assert (farm["platform_weight"], farm["platform_average"], farm["score"], farm["grade"]) == (0, None, 90, "优秀")

    def test_the_bonus_is_capped(self, round, score_table):
        score_table.bonus_cap = 3
        score_table.save()
        round.refresh_from_db()
        give(round, "469901501", A1=60, A2=40, B1=5)
        farm = area_of(totals.results(round), "红星华侨农场")
        assert (farm["bonus"], farm["score"]) == (3, 103)

    def test_deductions_never_go_below_zero(self, round, personas, score_table):
        farm = round.assignments.select_related("round", "area").get(area__code="469901501")
        give(round, "469901501", A1=6, A2=0)
        rule = score_table.deduction_rules.get(code="false")
        deductions.deduct(actor=personas.office, assignment=farm, rule=rule, count=1, reason="补记")
        assert area_of(totals.results(round), "红星华侨农场")["score"] == 1
        deductions.deduct(actor=personas.office, assignment=farm, rule=rule, count=3, reason="再次补记")
        found = area_of(totals.results(round), "红星华侨农场")
        assert (found["deduction"], found["score"], found["grade"]) == (20, 0, "较差")
        assert found["deductions"] == [
            {"name": "记录不实", "count": 1, "points": 5, "reason": "补记"}, {"name": "记录不实", "count": 3, "points": 15, "reason": "再次补记"},
        ]  # fmt: skip

    def test_rounds_half_up_once_for_a_platform_and_once_for_an_area(self, round, score_table):
        score_table.items.filter(code="P2").update(max_score=30)
        ItemScore.objects.filter(item__code="P2").update(max_score=30)
        give(round, "PT-11", P1=Decimal("0.5"), P2=0)  # 0.5 of 80 is 0.625
        give(round, "PT-12", P1=0, P2=0)
        found = totals.results(round)
        assert found["platforms"][0]["score"] == 0.63
        assert area_of(found, "东岭镇")["platform_average"] == 0.32
        assert area_of(found, "东岭镇")["score"] == 0.16  # 0.315 × 0.5 = 0.1575

    @pytest.mark.parametrize(
        ("score", "grade"), [("90", "优秀"), ("89.99", "良好"), ("80", "良好"), ("60", "一般"), ("59.99", "较差"), ("0", "较差")]
    )
    def test_grades_begin_at_their_minimum(self, score_table, score, grade):
        assert totals.grade_of(Decimal(score), score_table.grades.order_by("-minimum")) == grade

    def test_an_objection_upheld_counts(self, round):
        give(round, "469901501", A1=60, A2=40)
        ItemScore.objects.filter(assessment__code="469901501", item__code="A2").update(decided_score=20)
        assert area_of(totals.results(round), "红星华侨农场")["score"] == 80

    def test_a_round_under_way_shows_what_is_missing_as_none(self, round):
        found = totals.results(round)
        assert {item["score"] for area in found["areas"] for item in area["items"]} == {None}
        assert {area["score"] for area in found["areas"]} == {0}


class TestRanks:
    def test_ties_share_a_rank_and_the_next_is_skipped(self):
        assert totals.ranks({"a": 90, "b": 95.5, "c": 90, "d": 80}) == {"b": 1, "a": 2, "c": 2, "d": 4}

    def test_overall_and_among_the_kind(self, district, personas, score_table):
        AreaFactory(code="469901201", name="瑶乡", kind=AreaKind.ETHNIC_TOWNSHIP, parent=district.area, position=9)
        round = playing.open_round(personas)
        for code, own in (("469901101", 40), ("469901102", 60), ("469901201", 40), ("469901001", 60), ("469901501", 50)):
            give(round, code, A1=own, A2=40)
        found = [(a["name"], a["rank"], a["rank_in_kind"]) for a in totals.results(round)["areas"]]
        assert found == [("城中街道", 1, 1), ("西塘镇", 1, 1), ("红星华侨农场", 3, 1), ("东岭镇", 4, 2), ("瑶乡", 4, 2)]

    def test_losses_call_out_what_everyone_loses(self, round):
        for code, own in (("469901101", 30), ("469901102", 45), ("469901001", 60), ("469901501", 45)):
            give(round, code, A1=own, A2=30)
        for code in ("PT-11", "PT-12", "PT-21", "PT-22"):
            give(round, code, P1=50, P2=20)
        found = totals.results(round)["losses"]
        keys = ("code", "rate", "average", "losers", "subjects", "everyone")
        assert [tuple(loss[key] for key in keys) for loss in found] == [
            ("P2", 0.4, 20, 4, 4, True), ("A1", 0.75, 45, 3, 4, False), ("A2", 0.75, 30, 4, 4, True),
        ]  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_a_second_calculation(district, personas, score_table, seed):
    random = Random(seed)
    for number in range(12):
        PlatformFactory(code=f"R-{number}", area=random.choice(district.towns[:3]))
    score_table.platform_weight = Decimal(random.choice(["0.5", "0.4", "0.333", "0", "1"]))
    score_table.save()
    round = playing.open_round(personas)
    for row in ItemScore.objects.filter(assessment__round=round):
        row.cross_score = Decimal(random.randint(0, int(row.max_score * 2))) / 2
        row.save()
    for assignment in round.assignments.select_related("round", "area"):
        if random.random() < 0.5:
            rule = random.choice(list(score_table.deduction_rules.all()))
            deductions.deduct(actor=personas.office, assignment=assignment, rule=rule, count=random.randint(1, 3), reason="抽查")
    found = totals.results(round)
    told = {each["code"]: Fraction(str(each["score"])) for each in [*found["areas"], *found["platforms"]]}
    assert told == reckon(found)
    for area in found["areas"]:
        assert area["rank"] == 1 + sum(other["score"] > area["score"] for other in found["areas"])
    assert Fraction(str(found["average"])) == half_up(sum(told[a["code"]] for a in found["areas"]) / len(found["areas"]))


def test_takes_the_same_queries_for_any_number_of_platforms(district, personas, score_table):
    def queries(period: str, platforms: int) -> int:
        for number in range(platforms):
            PlatformFactory(code=f"{period}-{number}", area=district.town1)
        round = playing.open_round(personas, Period.parse(period), Period.parse(period).end)
        with CaptureQueriesContext(connection) as captured:
            totals.results(type(round).objects.select_related("table").get(pk=round.pk))
        return len(captured)

    assert queries("2026Q2", 3) == queries("2026Q3", 30) <= 12
