"""Self-scores and cross-scores: who may, when, which, and what happens when two are at it."""

import threading
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from congress.errors import Conflict, DomainError
from congress.models import AuditEntry, Notification
from platforms.enums import AssignmentState, RoundState
from platforms.models import Deduction, ItemScore
from platforms.services import scoring
from platforms.services.phases import advance
from tests.platforms import playing


@pytest.fixture
def round(district, personas, score_table):
    playing.make_platforms(district)
    return playing.open_round(personas)


@pytest.fixture
def mine(round, district):
    """东岭镇's assignment."""
    return round.assignments.select_related("round", "area", "assessor").get(area=district.town1)


def refused(sentence, call, **kwargs):
    with pytest.raises(DomainError) as refusal:
        call(**kwargs)
    assert str(refusal.value) == sentence


@pytest.mark.django_db
class TestSelfScoring:
    def test_is_saved_and_recorded(self, round, personas):
        row = playing.score_of(round, "PT-11", "P1")
        saved = scoring.score_self(actor=personas.town1, item_score=row, score=Decimal("42.5"), note=" 牌子已换 ", version=0)
        assert (saved.self_score, saved.self_note, saved.version) == (Decimal("42.5"), "牌子已换", 1)
        entry = AuditEntry.objects.get(action="platforms.score_self")
        assert (entry.target_ref, entry.changes) == ("PT-11.P1", {"self_score": [None, "42.5"], "self_note": ["", "牌子已换"]})

    def test_the_same_again_is_a_no_op(self, round, personas):
        row = playing.score_of(round, "PT-11", "P1")
        for _ in range(2):
            scoring.score_self(actor=personas.town1, item_score=row, score=Decimal(40), version=0)
        assert ItemScore.objects.get(pk=row.pk).version == 1
        assert AuditEntry.objects.filter(action="platforms.score_self").count() == 1

    @pytest.mark.parametrize(
        ("score", "sentence"),
        [
            ("50.5", "“项目0”应在0至50分之间。"), ("-0.5", "“项目0”应在0至50分之间。"), ("NaN", "“项目0”应在0至50分之间。"),
            ("7.25", "“项目0”按0.5分为一档打分，不能打7.25分。"),
        ],
    )  # fmt: skip
    def test_refuses_a_score_the_table_does_not_allow(self, round, personas, score, sentence):
        row = playing.score_of(round, "PT-11", "P1")
        refused(sentence, scoring.score_self, actor=personas.town1, item_score=row, score=Decimal(score), version=0)
        assert ItemScore.objects.get(pk=row.pk).self_score is None

    def test_is_the_units_own_staffs(self, round, personas):
        row = playing.score_of(round, "PT-11", "P1")
        for user in (
            personas.office,
            personas.leader,
            personas.town2,
            personas.street1,
            personas.assessor,
            personas.deputy,
            personas.visitor,
        ):
            with pytest.raises(PermissionDenied):
                scoring.score_self(actor=user, item_score=row, score=Decimal(1), version=0)

    def test_submitting_needs_every_item(self, round, mine, personas):
        row = playing.score_of(round, "PT-11", "P1")
        scoring.score_self(actor=personas.town1, item_score=row, score=Decimal(1), version=0)
        refused("还有6个项目没有自评分，补齐后才能提交。", scoring.submit_self, actor=personas.town1, assignment=mine)

    def test_submitting_in_time_hands_over_without_deduction(self, round, mine, personas):
        playing.score_all_self(mine)
        for _ in range(2):
            done = scoring.submit_self(actor=personas.town1, assignment=mine, on=playing.IN_TIME)
        assert (done.state, done.self_submitted_by) == (AssignmentState.CROSS_SCORING, personas.town1)
        assert AuditEntry.objects.filter(action="platforms.submit_self").count() == 1
        assert not Deduction.objects.exists()
        row = playing.score_of(round, "PT-11", "P1")
        refused(
            "东岭镇的自评已经提交或截止，不能再修改。",
            scoring.score_self,
            actor=personas.town1,
            item_score=row,
            score=Decimal(1),
            version=1,
        )

    def test_submitting_late_costs_the_deduction_once(self, round, mine, personas):
        playing.score_all_self(mine)
        for _ in range(2):
            scoring.submit_self(actor=personas.town1, assignment=mine, on=playing.LATE)
        deduction = Deduction.objects.get(assignment=mine)
        assert (deduction.points, deduction.reason, deduction.is_automatic) == (1, "自评应于8月31日前提交，实际于9月1日提交", True)


@pytest.mark.django_db
class TestTheClock:
    def test_waits_for_the_deadline(self, round):
        assert advance(round=round, on=round.self_scoring_until).state == RoundState.SELF_SCORING

    def test_ends_self_scoring_when_all_have_submitted(self, round):
        playing.submit_all_self(round)
        round.refresh_from_db()
        assert round.state == RoundState.CROSS_SCORING
        assert not Deduction.objects.exists()

    def test_closes_what_is_not_submitted_after_the_deadline(self, round, mine, personas, django_capture_on_commit_callbacks):
        playing.score_all_self(mine)
        scoring.submit_self(actor=personas.town1, assignment=mine, on=playing.IN_TIME)
        with django_capture_on_commit_callbacks(execute=True):
            for _ in range(2):
                assert advance(round=round, on=playing.LATE).state == RoundState.CROSS_SCORING
        late = Deduction.objects.select_related("assignment__area").order_by("assignment__area__code")
        assert [(d.assignment.area.name, d.points, d.reason) for d in late] == [
            ("城中街道", 1, "至8月31日截止未提交自评"), ("西塘镇", 1, "至8月31日截止未提交自评"), ("红星华侨农场", 1, "至8月31日截止未提交自评"),
        ]  # fmt: skip
        closed = round.assignments.get(area__name="西塘镇")
        assert (closed.state, closed.self_submitted_at) == (AssignmentState.CROSS_SCORING, None)
        assert not ItemScore.objects.filter(assessment__assignment=closed, self_score__isnull=False).exists()
        refused("自评已于8月31日截止，未提交的已按现有内容转入交叉评。", scoring.submit_self, actor=personas.town2, assignment=closed)
        assert Notification.objects.filter(key="cross-scoring-2026Q3").count() == 4

    def test_does_not_end_cross_scoring_without_all_scores(self, round):
        playing.submit_all_self(round)
        round.refresh_from_db()
        assert advance(round=round, on=playing.AFTER).state == RoundState.CROSS_SCORING

    def test_ends_cross_scoring_with_the_last_submission(self, round):
        playing.submit_all_self(round)
        playing.submit_all_cross(round)
        round.refresh_from_db()
        assert round.state == RoundState.SIGN_OFF


@pytest.mark.django_db
class TestCrossScoring:
    @pytest.fixture
    def assessor(self, round, mine):
        playing.submit_all_self(round)
        return playing.staff_of(mine.assessor_id)

    def test_is_saved_and_recorded(self, round, assessor):
        row = playing.score_of(round, "PT-11", "P1")
        saved = scoring.score_cross(actor=assessor, item_score=row, score=Decimal(45), problem="触摸屏停用", version=row.version)
        assert (saved.cross_score, saved.problem, saved.scored_by, saved.version) == (45, "触摸屏停用", assessor, row.version + 1)
        assert AuditEntry.objects.get(action="platforms.score_cross").changes["cross_score"] == [None, "45"]

    def test_refuses_before_the_unit_has_submitted(self, round, mine, district):
        actor, row = playing.staff_of(mine.assessor_id), playing.score_of(round, "PT-11", "P1")
        for call in ({"item_score": row, "score": Decimal(1), "version": 0}, None):
            refused(
                "东岭镇还在自评，提交后才能交叉评分。",
                scoring.score_cross if call else scoring.submit_cross, actor=actor, **(call or {"assignment": mine}),
            )  # fmt: skip

    def test_a_departure_from_the_suggestion_needs_a_reason(self, round, assessor):
        row = playing.score_of(round, "PT-11", "P1")
        ItemScore.objects.filter(pk=row.pk).update(suggested=Decimal(40))
        call = {"actor": assessor, "item_score": row, "version": row.version}
        refused("“项目0”系统建议40分，评为45分，请写明理由。", scoring.score_cross, score=Decimal(45), reason="  ", **call)
        assert scoring.score_cross(score=Decimal(40), **call).reason == ""
        call["version"] += 1
        assert scoring.score_cross(score=Decimal(45), reason="现场已补齐", **call).cross_score == 45

    def test_refuses_a_score_above_its_maximum_and_keeps_what_was(self, round, assessor):
        row = playing.score_of(round, "PT-11", "P1")
        refused("“项目0”应在0至50分之间。", scoring.score_cross, actor=assessor, item_score=row, score=Decimal(51), version=row.version)
        assert ItemScore.objects.get(pk=row.pk).cross_score is None

    def test_is_the_assessing_units(self, round, mine, assessor, personas):
        row = playing.score_of(round, "PT-11", "P1")
        others = [personas.office, personas.leader, personas.town1, personas.deputy, personas.visitor]
        others += [user for user in (personas.town2, personas.street1, personas.farm1) if user != assessor]
        for user in others:
            with pytest.raises(PermissionDenied):
                scoring.score_cross(actor=user, item_score=row, score=Decimal(1), version=row.version)
            with pytest.raises(PermissionDenied):
                scoring.submit_cross(actor=user, assignment=mine)

    def test_an_older_version_is_told_who_was_faster(self, round, assessor):
        row = playing.score_of(round, "PT-11", "P1")
        first = scoring.score_cross(actor=assessor, item_score=row, score=Decimal(45), version=row.version)
        with pytest.raises(Conflict, match=rf"^{assessor}已于\d+月\d+日\d\d:\d\d将“项目0”评为45分，您的评分没有保存。请核对后再评。$"):
            scoring.score_cross(actor=assessor, item_score=row, score=Decimal(30), version=row.version)
        assert ItemScore.objects.get(pk=row.pk).cross_score == 45
        assert scoring.score_cross(actor=assessor, item_score=row, score=Decimal(45), version=row.version).version == first.version

    def test_submitting_needs_every_item_and_is_final(self, round, mine, assessor):
        row = playing.score_of(round, "PT-11", "P1")
        scoring.score_cross(actor=assessor, item_score=row, score=Decimal(1), version=row.version)
        refused("还有6个项目没有交叉评分，补齐后才能提交。", scoring.submit_cross, actor=assessor, assignment=mine)
        playing.score_all_cross(mine)
        for _ in range(2):
            assert scoring.submit_cross(actor=assessor, assignment=mine, on=playing.IN_TIME).state == AssignmentState.SCORED
        assert AuditEntry.objects.filter(action="platforms.submit_cross").count() == 1
        refused(
            "对东岭镇的交叉评分已经提交，不能再修改。",
            scoring.score_cross,
            actor=assessor,
            item_score=row,
            score=Decimal(1),
            version=row.version,
        )


def at_once(*calls):
    """Runs the calls in threads of their own, started together; answers what each returned or raised."""
    ready, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(number, call):
        try:
            ready.wait()
            answers[number] = call()
        except Exception as error:
            answers[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def test_of_two_who_score_one_item_exactly_one_wins(self, round, mine, personas):
        playing.submit_all_self(round)
        assessor, row = playing.staff_of(mine.assessor_id), playing.score_of(round, "PT-11", "P1")
        scores = [Decimal(10), Decimal(20), Decimal(30)]
        answers = at_once(
            *[lambda score=score: scoring.score_cross(actor=assessor, item_score=row, score=score, version=row.version) for score in scores]
        )
        won = [answer for answer in answers if isinstance(answer, ItemScore)]
        assert len(won) == 1
        assert sum(isinstance(answer, Conflict) for answer in answers) == 2
        kept = ItemScore.objects.get(pk=row.pk)
        assert (kept.cross_score, kept.version) == (won[0].cross_score, row.version + 1)

    def test_of_two_who_open_the_round_one_makes_it(self, district, personas, score_table):
        playing.make_platforms(district)
        answers = at_once(*[lambda: playing.open_round(personas).pk] * 2)
        assert answers[0] == answers[1]

    def test_a_score_and_the_submission_do_not_cross(self, round, mine):
        playing.submit_all_self(round)
        playing.score_all_cross(mine)
        assessor, row = playing.staff_of(mine.assessor_id), playing.score_of(round, "PT-11", "P1")
        scored, submitted = at_once(
            lambda: scoring.score_cross(actor=assessor, item_score=row, score=Decimal(1), version=row.version),
            lambda: scoring.submit_cross(actor=assessor, assignment=mine, on=playing.IN_TIME),
        )
        assert submitted.state == AssignmentState.SCORED
        kept = ItemScore.objects.get(pk=row.pk).cross_score
        assert (kept == 1) == isinstance(scored, ItemScore)
