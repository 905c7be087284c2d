"""Opening a round, the draw in it, changing it by hand, its deadlines."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from congress import figures
from congress.enums import AreaKind
from congress.errors import DomainError
from congress.models import AuditEntry, Notification
from congress.periods import Period
from congress.services.audit import SYSTEM
from platforms.enums import RoundState, SuggestionMethod
from platforms.models import Assessment, AssessmentRound, CrossAssignment, ItemScore, Platform, ScoreTable
from platforms.services import rounds, scoring
from tests.factories import AreaFactory, PlatformFactory
from tests.platforms import playing

pytestmark = pytest.mark.django_db


@pytest.fixture
def round(district, personas, score_table, django_capture_on_commit_callbacks):
    playing.make_platforms(district)
    with django_capture_on_commit_callbacks(execute=True):
        return playing.open_round(personas)


def refused(sentence, call, **kwargs):
    with pytest.raises(DomainError) as refusal:
        call(**kwargs)
    assert str(refusal.value) == sentence


def assessors(round):
    return dict(round.assignments.values_list("area__name", "assessor__name"))


class TestOpening:
    def test_lays_out_a_sheet_for_each_area_and_platform(self, round, score_table):
        assert (round.code, round.state, round.opened_on, round.table) == (
            "2026Q3",
            RoundState.SELF_SCORING,
            playing.OPENED_ON,
            score_table,
        )
        assert set(Assessment.objects.values_list("code", "area__name", "platform__code")) == {
            ("469901101", "东岭镇", None), ("469901102", "西塘镇", None), ("469901001", "城中街道", None), ("469901501", "红星华侨农场", None),
            ("PT-11", "东岭镇", "PT-11"), ("PT-12", "东岭镇", "PT-12"), ("PT-21", "西塘镇", "PT-21"), ("PT-22", "西塘镇", "PT-22"),
        }  # fmt: skip
        assert sorted(ItemScore.objects.filter(assessment__code="PT-11").values_list("item__code", "max_score", "suggested")) == [
            ("P1", 50, None), ("P2", 50, None),
        ]  # fmt: skip
        assert ItemScore.objects.filter(assessment__code="469901101").count() == 3

    def test_freezes_the_table_and_counts_the_deadlines_in_working_days(self, round, score_table):
        score_table.refresh_from_db()
        assert score_table.frozen_at is not None
        deadlines = (round.self_scoring_until, round.cross_scoring_until, round.sign_off_until)
        assert deadlines == (datetime.date(2026, 8, 31), datetime.date(2026, 9, 14), datetime.date(2026, 9, 20))

    def test_is_recorded_and_told_to_every_town(self, round, personas):
        entry = AuditEntry.objects.get(action="platforms.open_round")
        assert (entry.actor, entry.target_ref) == (personas.office, "2026Q3")
        told = Notification.objects.filter(key="round-opened-2026Q3")
        assert {notice.user for notice in told} == {personas.town1, personas.town2, personas.street1, personas.farm1}
        assert {notice.text for notice in told} == {"2026年第三季度交叉考评已开始，请于8月31日前完成自评。"}

    def test_opening_twice_gives_the_same_round(self, round, personas):
        assert playing.open_round(personas, seed="另一个") == round
        assert (AssessmentRound.objects.count(), Assessment.objects.count(), round.seed) == (1, 8, "样本")

    def test_leaves_out_what_is_not_in_use(self, district, personas, score_table):
        playing.make_platforms(district)
        Platform.objects.filter(code="PT-12").update(is_active=False)
        district.farm1.is_active = False
        district.farm1.save()
        round = playing.open_round(personas)
        assert sorted(round.assessments.values_list("code", flat=True)) == sorted(
            ["469901001", "469901101", "469901102", "PT-11", "PT-21", "PT-22"]
        )

    def test_only_the_office_or_the_clock_opens(self, district, personas, score_table):
        for user in (personas.leader, personas.town1, personas.deputy, personas.visitor):
            with pytest.raises(PermissionDenied):
                rounds.open_round(actor=user, period=playing.QUARTER, on=playing.OPENED_ON)
        assert rounds.open_round(actor=SYSTEM, period=playing.QUARTER, on=playing.OPENED_ON).code == "2026Q3"

    def test_refuses_what_cannot_begin(self, district, personas, score_table):
        opening = {"call": rounds.open_round, "actor": personas.office, "on": playing.OPENED_ON}
        refused("2026年第四季度尚未开始，不能开始该季度的考评。", period=Period.parse("2026Q4"), **opening)
        refused("考评按季度进行，请选择一个季度。", period=Period.parse("2026"), **opening)
        score_table.grades.filter(minimum=0).delete()
        refused(f"《{score_table}》等次不完整：最低一等的最低分应为0。请修改后再开始考评。", period=playing.QUARTER, **opening)
        ScoreTable.objects.update(is_current=False)
        refused("没有现行的考评细则，不能开始考评。请先在“考评细则”中选定一版为现行。", period=playing.QUARTER, **opening)
        assert not AssessmentRound.objects.exists()
        assert ScoreTable.objects.get(pk=score_table.pk).frozen_at is None

    def test_refuses_fewer_than_three_units(self, district, personas, score_table):
        for area in (district.farm1, district.street1):
            area.is_active = False
            area.save()
        refused(
            "交叉考评至少要有3个镇（街道）参加，现在只有2个。请先录入或启用参加考评的镇（街道）。",
            rounds.open_round, actor=personas.office, period=playing.QUARTER, on=playing.OPENED_ON,
        )  # fmt: skip
        assert not AssessmentRound.objects.exists()

    def test_refuses_a_platform_whose_code_is_an_areas(self, district, personas, score_table):
        PlatformFactory(code="469901102", area=district.town1)
        refused(
            "平台编号“469901102”与区划代码相同，考评表无法区分。请先修改该平台的编号。",
            rounds.open_round, actor=personas.office, period=playing.QUARTER, on=playing.OPENED_ON,
        )  # fmt: skip
        assert not AssessmentRound.objects.exists()


class TestSuggestions:
    @pytest.fixture
    def figure(self, monkeypatch):
        """A figure about platforms that knows PT-11 (0.77), PT-12 (2) and PT-21 (0); its calls are counted."""
        calls = []

        def counts(ids, period, argument):
            calls.append((period.code, argument))
            known = dict(Platform.objects.filter(code__in=["PT-11", "PT-12", "PT-21"]).values_list("code", "pk"))
            return {known["PT-11"]: Decimal("0.77"), known["PT-12"]: Decimal(2), known["PT-21"]: Decimal(0)}

        monkeypatch.setitem(figures._figures, "test.figure", figures.Figure("test.figure", "样", "次", "platform", counts))
        return calls

    def test_follow_the_figure_on_the_tables_steps(self, district, personas, score_table, figure):
        score_table.items.filter(code="P1").update(figure="test.figure", figure_argument="甲")
        score_table.items.filter(code="P2").update(figure="test.figure", figure_argument="甲", method=SuggestionMethod.THRESHOLD)
        score_table.items.filter(code="A1").update(figure="test.figure")  # about platforms, so no answer for an area
        score_table.items.filter(code="A2").update(figure="nobody.registered")
        playing.make_platforms(district)
        round = playing.open_round(personas)
        rows = ItemScore.objects.filter(assessment__round=round, suggested__isnull=False)
        assert sorted(rows.values_list("assessment__code", "item__code", "suggested", "figure_value")) == [
            ("PT-11", "P1", Decimal("38.5"), Decimal("0.77")), ("PT-11", "P2", 0, Decimal("0.77")),
            ("PT-12", "P1", 50, 2), ("PT-12", "P2", 50, 2),
            ("PT-21", "P1", 0, 0), ("PT-21", "P2", 0, 0),
            ("PT-22", "P1", 0, 0), ("PT-22", "P2", 0, 0),
        ]  # fmt: skip
        assert figure == [("2026Q3", "甲")], "one question per figure and argument"

    def test_are_asked_again_when_cross_scoring_begins(self, district, personas, score_table, monkeypatch):
        answer = {"value": Decimal("0.5")}
        figure = figures.Figure("test.figure", "样", "次", "area", lambda ids, period, argument: dict.fromkeys(ids, answer["value"]))
        monkeypatch.setitem(figures._figures, "test.figure", figure)
        score_table.items.filter(code="A1").update(figure="test.figure")
        round = playing.open_round(personas)
        answer["value"] = Decimal(1)
        playing.submit_all_self(round)
        rows = ItemScore.objects.filter(item__code="A1").order_by().values_list("suggested", "figure_value").distinct()
        assert list(rows) == [(60, 1)]

    def test_reading_takes_the_same_queries_for_any_number_of_platforms(self, district, personas, score_table):
        def reading(period, platforms):
            for number in range(platforms):
                PlatformFactory(code=f"{period}-{number}", area=district.town1)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                playing.open_round(personas, Period.parse(period), Period.parse(period).end)
            return sum(query["sql"].startswith("SELECT") for query in queries)

        reading("2026Q1", 1)  # the first draw, without a last round
        assert reading("2026Q2", 2) == reading("2026Q3", 30)


class TestRedraw:
    def test_draws_again_with_another_seed(self, round, personas):
        before = assessors(round)
        seen = set()
        for seed in ("一", "二", "三", "四"):
            rounds.redraw(actor=personas.office, round=round, seed=seed)
            seen.add(tuple(sorted(assessors(round).items())))
        assert len(seen) > 1
        rounds.redraw(actor=personas.office, round=round, seed="样本")
        assert assessors(round) == before
        round.refresh_from_db()
        assert round.seed == "样本"
        assert AuditEntry.objects.filter(action="platforms.redraw").count() == 5

    def test_repeats_no_pair_of_the_last_round(self, round, personas):
        later = playing.open_round(personas, Period.parse("2026Q4"), datetime.date(2026, 11, 23))
        for seed in range(10):
            rounds.redraw(actor=personas.office, round=later, seed=str(seed))
            assert not set(assessors(later).items()) & set(assessors(round).items())

    def test_is_refused_once_a_cross_score_exists(self, round, personas):
        mine = round.assignments.select_related("area").get(area__name="东岭镇")
        playing.score_all_self(mine)
        scoring.submit_self(actor=personas.town1, assignment=mine, on=playing.IN_TIME)
        row = playing.score_of(round, "PT-11", "P1")
        scoring.score_cross(actor=playing.staff_of(mine.assessor_id), item_score=row, score=Decimal(40), version=row.version)
        before = assessors(round)
        refused(
            "交叉评分已经开始，不能重新抽签。确需调整的，可对尚未评分的单位逐个调整。",
            rounds.redraw, actor=personas.office, round=round, seed="新",
        )  # fmt: skip
        assert assessors(round) == before
        assert AssessmentRound.objects.get().seed == "样本"

    def test_is_the_offices(self, round, personas):
        for user in (personas.leader, personas.town1, personas.assessor):
            with pytest.raises(PermissionDenied):
                rounds.redraw(actor=user, round=round)


class TestAdjusting:
    @pytest.fixture
    def circle(self, district, personas, score_table):
        """Six assignments in the order of the circle: each one's assessor is the next one's area."""
        for number in range(2):
            AreaFactory(code=f"46990120{number}", name=f"新镇{number}", kind=AreaKind.TOWN, parent=district.area, position=10 + number)
        round = playing.open_round(personas)
        by_area = {a.area_id: a for a in round.assignments.select_related("area", "assessor", "round")}
        order = [next(iter(by_area.values()))]
        while len(order) < 6:
            order.append(by_area[order[-1].assessor_id])
        return order

    def pairs(self):
        return dict(CrossAssignment.objects.values_list("area_id", "assessor_id"))

    def test_swaps_so_that_the_load_stays_even(self, circle, personas):
        first, second, third, fourth, fifth, sixth = circle
        before = self.pairs()
        assert rounds.adjust(actor=personas.office, assignment=first, assessor=fifth.area).assessor == fifth.area
        assert self.pairs() == {**before, first.area_id: fifth.area_id, fourth.area_id: second.area_id}
        rounds.adjust(actor=personas.office, assignment=first, assessor=fifth.area)
        assert AuditEntry.objects.filter(action="platforms.adjust_assignment").count() == 1, "the same again changes nothing"

    def test_refuses_oneself_and_pairs(self, circle, personas, district):
        first, second, third, fourth, fifth, sixth = circle
        before = self.pairs()
        for assessor, sentence in (
            (first.area, f"这样调整后{first.area}将考评本单位，不能这样调整。"),
            (third.area, f"这样调整后{second.area}将考评本单位，不能这样调整。"),
            (fourth.area, f"这样调整后{third.area}与{second.area}将互相考评，不能这样调整。"),
            (sixth.area, f"这样调整后{first.area}与{sixth.area}将互相考评，不能这样调整。"),
            (district.area, "榕江区没有参加本次考评，不能担任考评单位。"),
        ):
            refused(sentence, rounds.adjust, actor=personas.office, assignment=first, assessor=assessor)
        assert self.pairs() == before

    def test_refuses_when_one_of_the_two_is_scored(self, circle, personas):
        first, second, third, fourth, fifth, sixth = circle
        ItemScore.objects.filter(assessment__assignment=fourth).update(cross_score=1)
        refused(
            f"{fifth.area}对{fourth.area}的交叉评分已经开始，不能再调整。",
            rounds.adjust, actor=personas.office, assignment=first, assessor=fifth.area,
        )  # fmt: skip

    def test_is_the_offices(self, circle, personas):
        for user in (personas.leader, personas.town1):
            with pytest.raises(PermissionDenied):
                rounds.adjust(actor=user, assignment=circle[0], assessor=circle[4].area)

    def test_a_leader_heads_an_assessment(self, circle, personas):
        for _ in range(2):
            assert rounds.appoint_leader(actor=personas.office, assignment=circle[0], leader=personas.leader).leader == personas.leader
        assert AuditEntry.objects.filter(action="platforms.appoint_leader").count() == 1
        refused(
            "东岭李不是常委会领导，不能担任带队领导。",
            rounds.appoint_leader, actor=personas.office, assignment=circle[0], leader=personas.town1,
        )  # fmt: skip


class TestDeadlines:
    def days(self, *numbers):
        fields = ("self_scoring_until", "cross_scoring_until", "sign_off_until")
        return {field: datetime.date(2026, 9, number) for field, number in zip(fields, numbers, strict=True)}

    def test_are_moved_and_recorded_once(self, round, personas):
        for _ in range(2):
            rounds.set_deadlines(actor=personas.office, round=round, **self.days(2, 16, 23))
        round.refresh_from_db()
        assert round.self_scoring_until == datetime.date(2026, 9, 2)
        assert AuditEntry.objects.get(action="platforms.set_deadlines").changes["self_scoring_until"] == ["2026-08-31", "2026-09-02"]

    def test_refuse_disorder(self, round, personas):
        disorder = "自评、交叉评、审定的截止日期应依次在后，且不早于考评开始之日。"
        refused(disorder, rounds.set_deadlines, actor=personas.office, round=round, **self.days(16, 2, 23))
        early = "审定后才开始异议期，现在还不能设定异议截止日期。"
        refused(early, rounds.set_deadlines, actor=personas.office, round=round, objection_until=playing.AFTER, **self.days(2, 16, 23))

    def test_and_texts_are_the_offices(self, round, personas):
        rounds.edit_bulletin_texts(actor=personas.office, round=round, highlights="亮点", problems="", demands="")
        round.refresh_from_db()
        assert round.highlights == "亮点"
        with pytest.raises(PermissionDenied):
            rounds.edit_bulletin_texts(actor=personas.town1, round=round, highlights="", problems="", demands="")
        with pytest.raises(PermissionDenied):
            rounds.set_deadlines(actor=personas.town1, round=round, **self.days(2, 16, 23))
