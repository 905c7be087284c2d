"""Publishing once, correcting by a new version, and what is left to put right."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from congress.errors import DomainError
from congress.models import AuditEntry, Document, Notification
from congress.periods import Period
from congress.services.audit import SYSTEM
from platforms.enums import ObjectionState, RectificationState, RoundState
from platforms.models import Bulletin, Deduction, ItemScore, Rectification
from platforms.services import deductions, publishing, rectifications, reviewing, rounds, scoring
from tests.platforms import playing
from tests.platforms.test_scoring import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def round(district, personas, score_table):
    playing.make_platforms(district)
    round = playing.open_round(personas)
    playing.submit_all_self(round)
    playing.submit_all_cross(round, share="0.9")
    ItemScore.objects.filter(assessment__code="PT-11", item__code="P2").update(cross_score=20)
    ItemScore.objects.filter(assessment__code="469901501", item__code="A1").update(problem="接待选民日没有轮值表")
    return playing.sign_all_off(personas, round)


def publish(personas, round, **kwargs):
    return publishing.publish(actor=personas.office, round=round, **{"on": playing.AFTER, **kwargs})


def refused(sentence, call, *args, **kwargs):
    with pytest.raises(DomainError) as refusal:
        call(*args, **kwargs)
    assert str(refusal.value) == sentence


class TestPublishing:
    def test_fixes_the_result_and_asks_for_all_documents(self, round, personas, django_capture_on_commit_callbacks, monkeypatch):
        monkeypatch.setattr("congress.tasks.render_document.delay", lambda pk: None)
        with django_capture_on_commit_callbacks(execute=True):
            bulletin = publish(personas, round, number="榕人办发〔2026〕27号", issued_on=datetime.date(2026, 9, 24))
        round.refresh_from_db()
        assert (round.state, bulletin.version, bulletin.published_by) == (RoundState.PUBLISHED, 1, personas.office)
        assert [area["rank"] for area in bulletin.results["areas"]] == [1, 1, 1, 4]
        kinds = Document.objects.filter(batch=bulletin.batch).values_list("kind", flat=True)
        assert sorted(kinds) == sorted(["bulletin", "bulletin_word", "score_table", *["area_report"] * 4, *["platform_sheet"] * 4])
        told = Notification.objects.filter(key="published-2026Q3")
        people = {personas.town1, personas.town2, personas.street1, personas.farm1, personas.leader, personas.office}
        assert {notice.user for notice in told} == people
        assert AuditEntry.objects.get(action="platforms.publish_round").changes["number"] == [None, "榕人办发〔2026〕27号"]

    def test_twice_is_refused_and_leaves_the_first(self, round, personas):
        bulletin = publish(personas, round)
        published = bulletin.published_at.astimezone(datetime.timezone(datetime.timedelta(hours=8)))
        refused(
            f"2026年第三季度交叉考评已于{published.year}年{published.month}月{published.day}日通报，不能重复通报。如有错误，请发布更正。",
            publish, personas, round,
        )  # fmt: skip
        assert Bulletin.objects.get() == bulletin

    def test_waits_for_the_window_unless_told_why_not(self, round, personas):
        window = "异议期到2026年9月22日为止，期满后才能通报。确需提前的，请写明理由。"
        refused(window, publish, personas, round, on=datetime.date(2026, 9, 22))
        publish(personas, round, on=datetime.date(2026, 9, 22), early_reason="各单位均书面表示无异议")
        assert AuditEntry.objects.get(action="platforms.publish_round").reason == "各单位均书面表示无异议"

    def test_waits_for_every_objection(self, round, personas):
        row = playing.score_of(round, "PT-11", "P2")
        objection = reviewing.raise_objection(actor=personas.town1, item_score=row, text="已补齐", on=playing.SIGNED_ON)
        refused("还有1件异议没有答复，答复后才能通报。", publish, personas, round)
        reviewing.decide_objection(
            actor=personas.office, objection=objection, state=ObjectionState.UPHELD, decision="属实", score=Decimal(45)
        )
        results = publish(personas, round).results
        assert next(p for p in results["platforms"] if p["code"] == "PT-11")["score"] == 90

    def test_waits_for_sign_off(self, district, personas, score_table):
        later = playing.open_round(personas)
        refused("2026年第三季度交叉考评现为“自评”阶段，各单位全部审定后才能通报。", publish, personas, later)

    def test_is_the_offices(self, round, personas):
        for user in (personas.leader, personas.town1, personas.assessor, personas.visitor):
            with pytest.raises(PermissionDenied):
                publishing.publish(actor=user, round=round, on=playing.AFTER)

    def test_a_published_round_never_changes(self, round, personas, score_table):
        assignment = round.assignments.select_related("round", "area").first()
        rule = score_table.deduction_rules.get(code="false")
        deduction = deductions.deduct(actor=personas.office, assignment=assignment, rule=rule, reason="补记")
        publish(personas, round)
        before = Bulletin.objects.get().results
        row = playing.score_of(round, "PT-11", "P1")
        never = "2026年第三季度交叉考评已经通报，结果不再改变。如有错误，请发布更正。"
        for call, kwargs in (
            (deductions.deduct, {"actor": personas.office, "assignment": assignment, "rule": rule, "reason": "又一次"}),
            (deductions.remove_deduction, {"actor": personas.office, "deduction": deduction}),
            (rounds.redraw, {"actor": personas.office, "round": round}),
            (rounds.adjust, {"actor": personas.office, "assignment": assignment, "assessor": assignment.assessor}),
            (rounds.edit_bulletin_texts, {"actor": personas.office, "round": round, "highlights": "改", "problems": "", "demands": ""}),
            (reviewing.sign_off, {"actor": personas.leader, "round": round, "assignments": [assignment]}),
            (reviewing.send_back, {"actor": personas.leader, "assignment": assignment, "reason": "改"}),
            (reviewing.raise_objection, {"actor": personas.town1, "item_score": row, "text": "改", "on": playing.SIGNED_ON}),
            (scoring.submit_self, {"actor": SYSTEM, "assignment": assignment}),
        ):
            refused(never, call, **kwargs)
        refused(
            "对东岭镇的交叉评分已经提交，不能再修改。",
            scoring.score_cross, actor=SYSTEM, item_score=row, score=Decimal(1), version=row.version,
        )  # fmt: skip
        assert Bulletin.objects.get().results == before
        assert Deduction.objects.get() == deduction


class TestRectifications:
    def test_list_what_is_below_the_line_and_what_has_a_problem(self, round, personas):
        bulletin = publish(personas, round, issued_on=datetime.date(2026, 9, 24))
        found = Rectification.objects.order_by("code").values_list(
            "code", "area__name", "platform__code", "item__code", "problem", "due_on"
        )
        due = datetime.date(2026, 10, 26)  # a month on is a Saturday, so the Monday after
        assert list(found) == [
            ("ZG2026Q3-001", "东岭镇", "PT-11", "P2", "得分20分（满分50分），未达到整改线", due),
            ("ZG2026Q3-002", "红星华侨农场", None, "A1", "接待选民日没有轮值表", due),
        ]  # fmt: skip
        assert [each["code"] for each in bulletin.results["rectifications"]] == ["ZG2026Q3-001", "ZG2026Q3-002"]

    def test_go_from_open_to_reported_to_verified(self, round, personas, django_capture_on_commit_callbacks):
        publish(personas, round)
        one = Rectification.objects.get(code="ZG2026Q3-001")
        refused("请写明整改情况。", rectifications.report, actor=personas.town1, rectification=one, text="")
        refused("该项整改现为“整改中”，不能转为“已整改，已复核”。", rectifications.verify, actor=personas.office, rectification=one)
        with django_capture_on_commit_callbacks(execute=True):
            for _ in range(2):
                one = rectifications.report(actor=personas.town1, rectification=one, text="已补齐档案")
        assert (one.state, one.report, one.reported_by) == (RectificationState.REPORTED, "已补齐档案", personas.town1)
        assert Notification.objects.filter(user=personas.office, text__startswith="东岭镇报告已整改：").count() == 1
        refused("请写明退回的理由。", rectifications.send_back, actor=personas.office, rectification=one, reason="")
        for _ in range(2):
            one = rectifications.send_back(actor=personas.office, rectification=one, reason="缺照片")
        assert (one.state, one.returned_reason) == (RectificationState.OPEN, "缺照片")
        rectifications.report(actor=personas.town1, rectification=one, text="已补照片")
        for _ in range(2):
            one = rectifications.verify(actor=personas.office, rectification=one)
        assert (one.state, one.verified_by) == (RectificationState.VERIFIED, personas.office)
        acts = AuditEntry.objects.filter(target_ref="ZG2026Q3-001").order_by("pk").values_list("action", flat=True)
        assert list(acts) == [
            "platforms.report_rectification", "platforms.return_rectification", "platforms.report_rectification", "platforms.verify_rectification",
        ]  # fmt: skip

    def test_are_reported_by_the_unit_and_verified_by_others(self, round, personas):
        publish(personas, round)
        one = Rectification.objects.get(code="ZG2026Q3-001")
        for user in (personas.office, personas.leader, personas.town2, personas.deputy):
            with pytest.raises(PermissionDenied):
                rectifications.report(actor=user, rectification=one, text="已改")
        one = rectifications.report(actor=personas.town1, rectification=one, text="已改")
        for user in (personas.town1, personas.town2, personas.street1, personas.farm1, personas.leader):
            with pytest.raises(PermissionDenied):
                rectifications.verify(actor=user, rectification=one)

    def test_are_verified_by_the_next_rounds_assessors_too(self, round, personas, district):
        publish(personas, round)
        one = Rectification.objects.get(code="ZG2026Q3-001")
        rectifications.report(actor=personas.town1, rectification=one, text="已改")
        later = playing.open_round(personas, Period.parse("2026Q4"), datetime.date(2026, 11, 23))
        assessor = playing.staff_of(later.assignments.get(area=district.town1).assessor_id)
        assert rectifications.verify(actor=assessor, rectification=one).verified_by == assessor

    def test_overdue_cost_points_in_the_next_round_and_are_carried(self, round, personas, district):
        publish(personas, round)
        later = playing.open_round(personas, Period.parse("2026Q4"), datetime.date(2026, 11, 23))
        rectifications.report(actor=personas.farm1, rectification=Rectification.objects.get(code="ZG2026Q3-002"), text="已改")
        on = datetime.date(2026, 11, 27)
        for assignment in later.assignments.all():
            playing.score_all_self(assignment)
            scoring.submit_self(actor=playing.staff_of(assignment.area_id), assignment=assignment, on=on)
        playing.submit_all_cross(later, share="0.5", on=on)
        late = Deduction.objects.get(assignment__round=later)
        assert (late.assignment.area, late.points, late.reason) == (district.town1, 2, "整改逾期未完成1项：ZG2026Q3-001")
        playing.sign_all_off(personas, later, on=on)
        results = publish(personas, later, on=datetime.date(2026, 12, 10)).results
        codes = [each["code"] for each in results["rectifications"]]
        assert codes[:2] == ["ZG2026Q3-001", "ZG2026Q3-002"], "what nobody has verified is carried"
        twice = Rectification.objects.filter(round=later, platform__code="PT-11", item__code="P2")
        assert not twice.exists(), "and not listed a second time"
        assert Rectification.objects.filter(round=later, platform__code="PT-11", item__code="P1").count() == 1


class TestTheNextBulletin:
    def test_shows_the_last_rank_score_and_history(self, round, personas):
        first = publish(personas, round).results
        later = playing.open_round(personas, Period.parse("2026Q4"), datetime.date(2026, 11, 23))
        on = datetime.date(2026, 11, 27)
        playing.submit_all_self(later, on=on)
        playing.submit_all_cross(later, on=on)
        playing.sign_all_off(personas, later, on=on)
        second = publish(personas, later, on=datetime.date(2026, 12, 10)).results
        before = {area["code"]: area for area in first["areas"]}
        for area in second["areas"]:
            assert (area["previous_rank"], area["previous_score"]) == (before[area["code"]]["rank"], before[area["code"]]["score"])
        assert second["previous_average"] == first["average"]
        platform = next(each for each in second["platforms"] if each["code"] == "PT-11")
        assert platform["previous_score"] == 65
        assert platform["history"] == [{"round": "2026Q3", "score": 65}, {"round": "2026Q4", "score": 100}]


class TestCorrecting:
    def correct(self, personas, round, **kwargs):
        row = playing.score_of(round, "PT-11", "P2")
        given = {"name": "第一次更正", "reason": "录入有误", "changes": {row.pk: Decimal(45)}, **kwargs}
        return publishing.correct(actor=personas.office, round=round, **given)

    def test_is_a_new_named_version_beside_the_old(self, round, personas):
        first = publish(personas, round)
        before = Bulletin.objects.get(pk=first.pk).results
        for _ in range(2):
            second = self.correct(personas, round)
        assert (second.version, second.name, second.reason) == (2, "第一次更正", "录入有误")
        assert Bulletin.objects.count() == 2
        first.refresh_from_db()
        assert first.results == before
        assert ItemScore.objects.get(assessment__code="PT-11", item__code="P2").final_score == 20
        score = {p["code"]: p["score"] for p in second.results["platforms"]}
        assert score["PT-11"] == 90
        assert [area["rank"] for area in second.results["areas"]] == [1, 1, 1, 1]
        assert second.results["rectifications"] == before["rectifications"]
        assert second.batch != first.batch

    def test_a_second_correction_keeps_the_first(self, round, personas):
        publish(personas, round)
        self.correct(personas, round)
        other = playing.score_of(round, "PT-12", "P1")
        third = self.correct(personas, round, name="第二次更正", changes={other.pk: Decimal(50)})
        score = {p["code"]: p["score"] for p in third.results["platforms"]}
        assert (third.version, score["PT-11"], score["PT-12"]) == (3, 90, 95)

    def test_refuses_what_makes_no_sense(self, round, personas):
        refused("2026年第三季度交叉考评尚未通报，请直接修改评分，不必更正。", self.correct, personas, round)
        publish(personas, round)
        row = playing.score_of(round, "PT-11", "P2")
        refused("请填写更正的名称和原因。", self.correct, personas, round, name=" ")
        refused("请至少更正一个项目的得分。", self.correct, personas, round, changes={})
        refused("“项目1”应在0至50分之间。", self.correct, personas, round, changes={row.pk: Decimal(51)})
        refused("“项目1”的得分没有变化，不必更正。", self.correct, personas, round, changes={row.pk: Decimal(20)})
        refused("要更正的项目不属于本次考评，请刷新后再选。", self.correct, personas, round, changes={0: Decimal(1)})
        self.correct(personas, round)
        refused("已有名为“第一次更正”的更正，请另取名称。", self.correct, personas, round, changes={row.pk: Decimal(44)})
        assert Bulletin.objects.count() == 2

    def test_is_the_offices(self, round, personas):
        publish(personas, round)
        for user in (personas.leader, personas.town1):
            with pytest.raises(PermissionDenied):
                publishing.correct(actor=user, round=round, name="更正", reason="误", changes={1: Decimal(1)})


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_does(round, personas, monkeypatch):
    monkeypatch.setattr("congress.tasks.render_document.delay", lambda pk: None)
    answers = at_once(*[lambda: publish(personas, round)] * 2)
    assert sum(isinstance(answer, Bulletin) for answer in answers) == 1
    assert sum(isinstance(answer, DomainError) and "不能重复通报" in str(answer) for answer in answers) == 1
    assert Bulletin.objects.count() == 1
