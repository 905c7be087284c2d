"""Sign-off, sending back, objections and deductions."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from congress.errors import DomainError
from congress.models import AuditEntry, Notification
from platforms.enums import AssignmentState, ObjectionState, RoundState
from platforms.models import Deduction, ItemScore, Objection
from platforms.services import deductions, reviewing, scoring
from tests.platforms import playing

pytestmark = pytest.mark.django_db


@pytest.fixture
def round(district, personas, score_table):
    playing.make_platforms(district)
    return playing.open_round(personas)


@pytest.fixture
def scored(round):
    playing.submit_all_self(round)
    playing.submit_all_cross(round)
    round.refresh_from_db()
    return round


@pytest.fixture
def objecting(scored, personas):
    return playing.sign_all_off(personas, scored)


def refused(sentence, call, **kwargs):
    with pytest.raises(DomainError) as refusal:
        call(**kwargs)
    assert str(refusal.value) == sentence


class TestSignOff:
    def test_some_first_then_the_rest_opens_the_objection_window(self, scored, personas, django_capture_on_commit_callbacks):
        first, *rest = scored.assignments.all()
        round = reviewing.sign_off(
            actor=personas.leader, round=scored, assignments=[first], meeting="第五十二次主任会议", on=playing.SIGNED_ON
        )
        assert (round.state, round.meeting) == (RoundState.SIGN_OFF, "第五十二次主任会议")
        with django_capture_on_commit_callbacks(execute=True):
            round = reviewing.sign_off(actor=personas.leader, round=scored, assignments=[first, *rest], on=playing.SIGNED_ON)
        assert (round.state, round.signed_off_on, round.objection_until) == (
            RoundState.OBJECTION, playing.SIGNED_ON, datetime.date(2026, 9, 22),
        )  # fmt: skip
        assert AuditEntry.objects.filter(action="platforms.sign_off").count() == 2
        assert Notification.objects.filter(key="objection-2026Q3").count() == 4

    def test_twice_is_a_no_op(self, objecting, personas):
        again = reviewing.sign_off(actor=personas.leader, round=objecting, assignments=objecting.assignments.all(), on=playing.AFTER)
        assert again.signed_off_on == playing.SIGNED_ON
        assert AuditEntry.objects.filter(action="platforms.sign_off").count() == 1

    def test_waits_for_every_unit(self, round, personas):
        playing.submit_all_self(round)
        refused(
            "各单位的交叉评分还没有全部提交，不能审定。",
            reviewing.sign_off, actor=personas.leader, round=round, assignments=round.assignments.all(),
        )  # fmt: skip

    def test_is_the_leaders(self, scored, personas):
        for user in (personas.office, personas.town1, personas.assessor, personas.visitor):
            with pytest.raises(PermissionDenied):
                reviewing.sign_off(actor=user, round=scored, assignments=scored.assignments.all())
            with pytest.raises(PermissionDenied):
                reviewing.send_back(actor=user, assignment=scored.assignments.first(), reason="补照片")

    def test_what_is_sent_back_is_scored_again(self, scored, personas, district, django_capture_on_commit_callbacks):
        mine = scored.assignments.select_related("round").get(area=district.town1)
        with django_capture_on_commit_callbacks(execute=True):
            for _ in range(2):
                back = reviewing.send_back(actor=personas.leader, assignment=mine, reason="缺现场照片")
        assert (back.state, back.returned_reason) == (AssignmentState.CROSS_SCORING, "缺现场照片")
        assessor = playing.staff_of(mine.assessor_id)
        assert list(Notification.objects.filter(user=assessor).values_list("text", flat=True)) == ["对东岭镇的评分已退回：缺现场照片"]
        refused(
            "东岭镇已退回重评，提交后才能审定。",
            reviewing.sign_off, actor=personas.leader, round=scored, assignments=scored.assignments.all(),
        )  # fmt: skip
        row = playing.score_of(scored, "PT-11", "P1")
        scoring.score_cross(actor=assessor, item_score=row, score=Decimal(40), version=row.version)
        assert scoring.submit_cross(actor=assessor, assignment=mine).returned_reason == ""
        assert playing.sign_all_off(personas, scored).state == RoundState.OBJECTION

    def test_sending_back_needs_a_reason_and_comes_before_sign_off(self, objecting, personas):
        one = objecting.assignments.select_related("round", "area").first()
        refused("请写明退回的理由。", reviewing.send_back, actor=personas.leader, assignment=one, reason=" ")
        refused(f"{one.area}现为“已审定”，不能退回。", reviewing.send_back, actor=personas.leader, assignment=one, reason="补")


class TestObjections:
    @pytest.fixture
    def row(self, objecting):
        return playing.score_of(objecting, "PT-11", "P1")

    def test_upheld_changes_what_counts(self, row, personas, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            for _ in range(2):
                objection = reviewing.raise_objection(actor=personas.town1, item_score=row, text="牌子在另一侧", on=playing.SIGNED_ON)
        assert Objection.objects.count() == 1
        assert (
            Notification.objects.get(user=personas.office, key=f"objection-raised-{objection.pk}").text
            == "东岭镇对“项目0”的得分提出异议，请答复。"
        )
        with django_capture_on_commit_callbacks(execute=True):
            for _ in range(2):
                reviewing.decide_objection(
                    actor=personas.office, objection=objection, state=ObjectionState.UPHELD, decision="经核实", score=Decimal("48.5")
                )
        kept = ItemScore.objects.get(pk=row.pk)
        assert (kept.cross_score, kept.decided_score, kept.final_score) == (50, Decimal("48.5"), Decimal("48.5"))
        assert (
            Notification.objects.get(user=personas.town1, key=f"objection-decided-{objection.pk}").text == "对“项目0”的异议已答复：采纳。"
        )
        assert AuditEntry.objects.get(action="platforms.decide_objection").changes == {
            "state": ["raised", "upheld"], "score": ["50.00", "48.5"],
        }  # fmt: skip

    def test_dismissed_leaves_the_score(self, row, personas):
        objection = reviewing.raise_objection(actor=personas.town1, item_score=row, text="请再看", on=playing.SIGNED_ON)
        decided = {"actor": personas.office, "objection": objection}
        reviewing.decide_objection(state=ObjectionState.DISMISSED, decision="照片清楚", **decided)
        assert ItemScore.objects.get(pk=row.pk).final_score == 50
        refused(
            "该异议已由韦工委答复（维持原评分），请刷新后查看。",
            reviewing.decide_objection, state=ObjectionState.UPHELD, decision="改", score=Decimal(1), **decided,
        )  # fmt: skip

    def test_an_answer_is_complete(self, row, personas):
        objection = reviewing.raise_objection(actor=personas.town1, item_score=row, text="请再看", on=playing.SIGNED_ON)
        decide = {"call": reviewing.decide_objection, "actor": personas.office, "objection": objection}
        refused("请写明答复的内容。", state=ObjectionState.DISMISSED, decision=" ", **decide)
        refused("采纳异议的，请填写该项目的新得分。", state=ObjectionState.UPHELD, decision="改", **decide)
        refused("“项目0”应在0至50分之间。", state=ObjectionState.UPHELD, decision="改", score=Decimal(51), **decide)
        refused("请选择采纳或者维持原评分。", state=ObjectionState.RAISED, decision="改", **decide)
        objection.refresh_from_db()
        assert objection.state == ObjectionState.RAISED

    def test_are_raised_within_the_window_once_an_item(self, row, personas):
        raising = {"call": reviewing.raise_objection, "actor": personas.town1, "item_score": row}
        refused("异议期已于9月22日截止，不能再提出异议。", text="晚了", on=playing.AFTER, **raising)
        refused("请写明异议的内容。", text=" ", on=playing.SIGNED_ON, **raising)
        reviewing.raise_objection(actor=personas.town1, item_score=row, text="请再看", on=datetime.date(2026, 9, 22))
        refused("“项目0”已由东岭李提出异议，不能重复提出。", text="再看一次", on=playing.SIGNED_ON, **raising)

    def test_are_not_raised_before_sign_off(self, scored, personas):
        row = playing.score_of(scored, "PT-11", "P1")
        refused(
            "还没有进入异议期，审定后才能提出异议。",
            reviewing.raise_objection, actor=personas.town1, item_score=row, text="早", on=playing.SIGNED_ON,
        )  # fmt: skip

    def test_are_the_units_and_the_offices(self, row, personas):
        for user in (personas.office, personas.leader, personas.town2, personas.street1, personas.farm1, personas.assessor):
            with pytest.raises(PermissionDenied):
                reviewing.raise_objection(actor=user, item_score=row, text="异议", on=playing.SIGNED_ON)
        objection = reviewing.raise_objection(actor=personas.town1, item_score=row, text="请再看", on=playing.SIGNED_ON)
        for user in (personas.leader, personas.town1, personas.town2):
            with pytest.raises(PermissionDenied):
                reviewing.decide_objection(actor=user, objection=objection, state=ObjectionState.DISMISSED, decision="不")


class TestDeductions:
    def test_by_the_office_once_for_a_reason(self, round, personas, score_table, district):
        rule = score_table.deduction_rules.get(code="false")
        mine = round.assignments.select_related("round", "area").get(area=district.town1)
        for _ in range(2):
            made = deductions.deduct(actor=personas.office, assignment=mine, rule=rule, count=2, reason="接待记录系补记")
        assert Deduction.objects.get() == made
        assert (made.points, made.entered_by, made.is_automatic) == (10, personas.office, False)
        for _ in range(2):
            deductions.remove_deduction(actor=personas.office, deduction=made)
        assert not Deduction.objects.exists()
        assert AuditEntry.objects.filter(action="platforms.remove_deduction").count() == 1

    def test_refuses_what_makes_no_sense(self, round, personas, score_table):
        from tests.factories.platforms import make_score_table

        mine = round.assignments.select_related("round", "area").first()
        rule = score_table.deduction_rules.get(code="false")
        deduct = {"call": deductions.deduct, "actor": personas.office, "assignment": mine}
        refused("请写明扣分事由。", rule=rule, reason="", **deduct)
        refused("扣分次数至少为1。", rule=rule, reason="补记", count=0, **deduct)
        other = make_score_table().deduction_rules.get(code="false")
        refused("该扣分规则不属于本次考评所用的考评细则。", rule=other, reason="补记", **deduct)

    def test_is_the_offices(self, round, personas, score_table):
        mine = round.assignments.select_related("round", "area").first()
        rule = score_table.deduction_rules.get(code="false")
        for user in (personas.leader, personas.town1, personas.assessor):
            with pytest.raises(PermissionDenied):
                deductions.deduct(actor=user, assignment=mine, rule=rule, reason="补记")
