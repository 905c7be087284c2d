"""Planning a duty report, holding it, the written report and the voters' questions, and what nobody may change afterwards."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from congress import figures
from congress.enums import CongressLevel
from congress.errors import Conflict, DomainError
from congress.models import AuditEntry, Document, Notification
from congress.periods import Period
from deputies.enums import BallotMethod, DutyReportState, EndReason, MandateStatus
from deputies.figures import duty_reports as duty_coverage
from deputies.models import BallotAspect, DutyReportMeeting, DutyReportRule
from deputies.services import ballots, duty_drafts, duty_reports
from tests.deputies import duty
from tests.factories import CongressFactory, DeputyFactory, MandateFactory, TermFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def seats(district):
    return duty.make_seats(district)


@pytest.fixture
def town(personas):
    return personas.town1


def test_the_product_ships_five_aspects():
    assert list(BallotAspect.objects.values_list("name", flat=True)) == ["政治素质", "依法履职", "联系选民", "为民办事", "廉洁自律"]
    assert DutyReportRule.objects.get().least_voters == 30


# ---- planning


def test_a_meeting_is_planned_once_and_the_deputies_are_told(seats, town, personas, django_capture_on_commit_callbacks):
    duty.give_account(seats.wei, personas.deputy)
    with django_capture_on_commit_callbacks(execute=True):
        meeting = duty.plan(town, seats)
        again = duty.plan(town, seats)
    assert again == meeting and DutyReportMeeting.objects.count() == 1
    assert meeting.code == f"SZ{TODAY().year}-000001"
    assert meeting.aspects.count() == 5
    assert [report.mandate for report in meeting.reports.all()] == [seats.wei, seats.mo]
    assert list(Notification.objects.values_list("user__username", flat=True)) == ["deputy"]
    assert AuditEntry.objects.filter(action="deputies.plan_duty_report").count() == 1


@pytest.mark.parametrize("who", ["town2", "deputy", "leader", "unit"])
def test_only_the_towns_staff_and_the_office_plan(seats, personas, who):
    with pytest.raises(PermissionDenied):
        duty.plan(getattr(personas, who), seats)
    assert duty.plan(personas.office, seats).state == DutyReportState.PLANNED


def test_what_can_not_be_planned(seats, town):
    def refused(**fields):
        with pytest.raises(DomainError) as refusal:
            duty.plan(town, seats, **fields)
        return str(refusal.value)

    assert refused(mandates=[]) == "请选择述职的代表，至少一名。"
    assert refused(mandates=[seats.tang]) == "唐海燕不是东岭第一选区所在镇（街道）的代表，不能在这里安排述职。"
    town_term = TermFactory(congress=CongressFactory(area=seats.wei.area, level=CongressLevel.TOWN))
    both = MandateFactory(deputy=seats.wei.deputy, term=town_term, area=seats.wei.area)
    assert "有代表选了两次" in refused(mandates=[seats.wei, both])
    assert refused(planned_on=datetime.date(2021, 9, 27)) == "日期早于榕江区人大第8届开始的2021年9月28日，请核对。"
    assert "一年以后" in refused(planned_on=TODAY() + datetime.timedelta(days=400))
    seats.mo.status, seats.mo.end_reason = MandateStatus.SUSPENDED, EndReason.CRIMINAL_CASE
    seats.mo.save()
    assert refused() == "莫英的代表资格现为“暂停执行职务”，不能安排述职。"
    meeting = duty.plan(town, seats, mandates=[seats.wei])
    seats.mo.status, seats.mo.end_reason = MandateStatus.ACTIVE, ""
    seats.mo.save()
    assert refused() == f"东岭第一选区当天已安排述职会（{meeting.code}）。请在那次述职会中增减代表，或另选日期。"
    BallotAspect.objects.update(is_active=False)
    assert "还没有在用的评议方面" in refused(planned_on=duty.yesterday())


def test_a_plan_changes_until_votes_are_counted(seats, town):
    meeting = duty.plan(town, seats, method=BallotMethod.SCAN)
    ballots.issue_slips(actor=town, meeting=meeting, total=3)
    later = TODAY() + datetime.timedelta(days=5)

    def changed(**fields):
        given = {"planned_on": later, "place": "村委会", "method": BallotMethod.SCAN, "mandates": [seats.wei], **fields}
        return duty_reports.change(actor=town, meeting=meeting, **given)

    entries = AuditEntry.objects.filter(action="deputies.change_duty_report")
    assert [report.mandate for report in changed().reports.all()] == [seats.wei]
    changed()
    assert entries.count() == 1
    changed(mandates=[seats.wei, seats.mo], method=BallotMethod.PAPER)
    assert meeting.slips.count() == 0
    held = duty.hold(town, meeting)
    ballots.enter_tally(actor=town, meeting=held, handed_out=42, collected=40, counts=duty.tally(held, 40))
    with pytest.raises(DomainError, match="测评已经开始"):
        changed(mandates=[seats.wei], method=BallotMethod.PAPER)
    with pytest.raises(DomainError, match="计划日期不再修改"):
        changed(planned_on=TODAY(), mandates=[seats.wei, seats.mo], method=BallotMethod.PAPER)


def test_a_deputy_who_has_written_is_not_taken_off(seats, town):
    meeting = duty.plan(town, seats)
    report = meeting.reports.get(mandate=seats.mo)
    duty_reports.write_report(actor=town, report=report, text="各位选民：", saw=duty_reports.seen(""))
    with pytest.raises(DomainError, match="莫英已有述职报告或询问记录"):
        duty_reports.change(actor=town, meeting=meeting, planned_on=TODAY(), place="", method="paper", mandates=[seats.wei])
    with pytest.raises(DomainError, match="莫英已写述职报告"):
        duty_reports.cancel(actor=town, meeting=meeting, reason="改期")


def test_a_planned_meeting_is_cancelled_with_a_reason(seats, town, personas):
    meeting = duty.plan(town, seats)
    with pytest.raises(PermissionDenied):
        duty_reports.cancel(actor=personas.town2, meeting=meeting, reason="改期")
    with pytest.raises(DomainError, match="请写明取消的原因"):
        duty_reports.cancel(actor=town, meeting=meeting, reason=" ")
    duty_reports.cancel(actor=town, meeting=meeting, reason="台风")
    assert not DutyReportMeeting.objects.exists()
    held = duty.hold(town, duty.plan(town, seats))
    with pytest.raises(DomainError, match="已举行，不能取消"):
        duty_reports.cancel(actor=town, meeting=held, reason="台风")


# ---- the meeting


def test_a_meeting_is_held_with_few_voters_and_a_warning(seats, town):
    meeting = duty.plan(town, seats)
    rule = duty_reports.current_rule()
    assert duty_reports.warnings(meeting, rule) == []
    held = duty.hold(town, meeting, voters_present=12, on_site=[meeting.reports.get(mandate=seats.wei)])
    assert (held.state, held.voters_present) == (DutyReportState.HELD, 12)
    assert [report.is_on_site for report in held.reports.order_by("pk")] == [True, False]
    assert duty_reports.warnings(held, rule) == ["到会选民 12 人，少于要求的 30 人。"]
    duty.hold(town, meeting, voters_present=12, on_site=[meeting.reports.get(mandate=seats.wei)])
    assert AuditEntry.objects.filter(action="deputies.hold_duty_report").count() == 1


def test_what_can_not_have_been_held(seats, town, personas):
    meeting = duty.plan(town, seats)

    def refused(**fields):
        with pytest.raises(DomainError) as refusal:
            duty.hold(town, meeting, **fields)
        return str(refusal.value)

    assert "今天之后" in refused(held_on=TODAY() + datetime.timedelta(days=1))
    assert "早于本届开始" in refused(held_on=datetime.date(2020, 1, 1))
    assert refused(place=" ") == "请填写述职会的地点。"
    assert refused(voters_present=0) == "请填写到会选民人数。"
    assert refused(on_site=[]) == "请选择到场述职的代表，至少一名。"
    seats.mo.status, seats.mo.end_reason, seats.mo.ends_on = MandateStatus.ENDED, EndReason.RESIGNED, duty.yesterday()
    seats.mo.save()
    assert "莫英在" in refused() and "不在任" in refused()
    with pytest.raises(PermissionDenied):
        duty.hold(personas.deputy, meeting)


# ---- report and questions


def test_a_report_is_written_by_its_deputy_and_kept_from_being_overwritten(seats, town, personas):
    meeting = duty.plan(town, seats)
    report = meeting.reports.get(mandate=seats.wei)
    with pytest.raises(PermissionDenied):
        duty_reports.write_report(actor=personas.deputy, report=report, text="不是我的", saw=duty_reports.seen(""))
    duty.give_account(seats.wei, personas.deputy)
    first = duty_reports.write_report(actor=personas.deputy, report=report, text="一稿", saw=duty_reports.seen(""))
    assert duty_reports.write_report(actor=personas.deputy, report=report, text="一稿", saw="whatever").text == "一稿"
    with pytest.raises(Conflict):
        duty_reports.write_report(actor=town, report=report, text="另一稿", saw=duty_reports.seen(""))
    duty_reports.write_report(actor=town, report=report, text="二稿", saw=duty_reports.seen(first.text))
    assert meeting.reports.get(pk=report.pk).text == "二稿"
    told = AuditEntry.objects.filter(action="deputies.write_duty_report").order_by("pk").values_list("changes__letters", flat=True)
    assert list(told) == [[0, 2], [2, 2]]


def test_a_draft_says_what_is_registered_year_by_year(seats, town, monkeypatch):
    def three(ids, period, argument=""):
        return dict.fromkeys(ids, 3) if period.code == "2025" else {}

    monkeypatch.setitem(figures._figures, "test.visits", figures.Figure("test.visits", "走访选民", "次", "deputy", three))
    report = duty.plan(town, seats).reports.select_related("mandate__deputy", "mandate__area", "mandate__term__congress").first()
    text = duty_drafts.draft(report, until=datetime.date(2026, 11, 1))
    assert "我是榕江区人大第8届代表韦桂兰，由东岭镇东岭第一选区选举产生。" in text
    assert "\n2025年，走访选民3次。\n" in text
    assert "〔" not in text
    DutyReportRule.objects.update(report_template="〔姓名〕：〔履职数据〕")
    assert duty_drafts.draft(report, until=datetime.date(2024, 1, 1)) == "韦桂兰：（系统中还没有登记的履职记录，请自行填写。）"


def test_questions_and_answers_are_kept(seats, town):
    meeting = duty.plan(town, seats)
    report = meeting.reports.get(mandate=seats.wei)
    asked = [("路什么时候修？", "已列入计划。"), (" ", ""), ("水费为什么涨？", "")]
    nothing = duty_reports.seen_questions([])
    with pytest.raises(DomainError, match="请先登记述职会的举行情况"):
        duty_reports.record_questions(actor=town, report=report, questions=asked, saw=nothing)
    duty.hold(town, meeting)
    duty_reports.record_questions(actor=town, report=report, questions=asked, saw=nothing)
    duty_reports.record_questions(actor=town, report=report, questions=asked, saw=nothing)
    kept = [("路什么时候修？", "已列入计划。"), ("水费为什么涨？", "")]
    assert list(report.questions.values_list("question", "answer")) == kept
    with pytest.raises(DomainError, match="只填了答复"):
        duty_reports.record_questions(actor=town, report=report, questions=[("", "好的")], saw=duty_reports.seen_questions(kept))
    with pytest.raises(Conflict):
        duty_reports.record_questions(actor=town, report=report, questions=[("别的", "")], saw=nothing)


# ---- announcing


def test_a_result_is_announced_once_with_its_sheet(seats, town, personas):
    meeting = duty.announce_on_paper(town, seats)
    assert (meeting.state, meeting.slips_collected) == (DutyReportState.ANNOUNCED, 40)
    assert duty_reports.announce(actor=town, meeting=meeting).announced_at == meeting.announced_at
    assert list(Document.objects.values_list("kind", "subject")) == [("duty_result", meeting.code)]
    with pytest.raises(PermissionDenied):
        duty_reports.announce(actor=personas.deputy, meeting=meeting)


def test_nothing_is_announced_before_it_is_counted(seats, town):
    meeting = duty.plan(town, seats)
    with pytest.raises(DomainError, match="还没有登记举行"):
        duty_reports.announce(actor=town, meeting=meeting)
    duty.hold(town, meeting)
    with pytest.raises(DomainError, match="还没有填写计票结果"):
        duty_reports.announce(actor=town, meeting=meeting)


def test_after_the_announcement_nothing_changes(seats, town):
    meeting = duty.announce_on_paper(town, seats)
    report = meeting.reports.first()
    attempts = [
        lambda: duty.hold(town, meeting, voters_present=50),
        lambda: ballots.enter_tally(actor=town, meeting=meeting, handed_out=42, collected=41, counts=duty.tally(meeting, 41)),
        lambda: duty_reports.write_report(actor=town, report=report, text="补写", saw=duty_reports.seen("")),
        lambda: duty_reports.record_questions(actor=town, report=report, questions=[("问", "答")], saw=duty_reports.seen_questions([])),
        lambda: duty_reports.change(actor=town, meeting=meeting, planned_on=TODAY(), place="别处", method="paper", mandates=[seats.wei]),
        lambda: duty_reports.cancel(actor=town, meeting=meeting, reason="撤"),
        lambda: ballots.issue_slips(actor=town, meeting=meeting, total=3),
        lambda: ballots.open_voting(actor=town, meeting=meeting, minutes=30),
        lambda: ballots.close_voting(actor=town, meeting=meeting),
    ]
    for attempt in attempts:
        with pytest.raises(DomainError, match="日宣布，述职会的内容不能再改"):
            attempt()


# ---- figures


def test_one_report_counts_for_both_mandates_of_a_deputy(district, seats, town):
    town_term = TermFactory(congress=CongressFactory(area=district.town1, level=CongressLevel.TOWN))
    MandateFactory(deputy=seats.wei.deputy, term=town_term, area=district.town1)
    meeting = duty.plan(town, seats)
    assert [row.reports_held for row in duty_coverage.mandates_on(TODAY()).filter(deputy=seats.wei.deputy)] == [0, 0]
    duty.hold(town, meeting)
    rows = duty_coverage.mandates_on(TODAY()).filter(deputy=seats.wei.deputy)
    assert [(row.reports_held, row.last_report) for row in rows] == [(1, TODAY())] * 2
    yesterday = duty_coverage.mandates_on(duty.yesterday()).filter(deputy=seats.wei.deputy)
    assert [row.reports_held for row in yesterday] == [0, 0]


def test_coverage_counts_district_and_town_mandates_that_reported_on_site(district, seats, town):
    city = TermFactory(congress=CongressFactory(area=district.area.parent or district.villages[0], level=CongressLevel.CITY))
    MandateFactory(deputy=DeputyFactory(), term=city, area=district.town1)
    period = Period.year(TODAY().year)
    areas = [district.town1.pk, district.town2.pk, district.area.pk]
    assert figures.values("deputies.duty_reports", areas, period) == {}
    meeting = duty.plan(town, seats)
    duty.hold(town, meeting, on_site=[meeting.reports.get(mandate=seats.wei)])
    values = figures.values("deputies.duty_reports", areas, period)
    assert {pk: round(float(value), 3) for pk, value in values.items()} == {district.town1.pk: 0.333, district.area.pk: 0.25}
    assert figures.values("deputies.duty_reports", areas, Period.year(TODAY().year - 1)) == {}
    deputies = [seats.wei.deputy_id, seats.mo.deputy_id]
    assert figures.values("deputies.duty_reports_of", deputies, period) == {seats.wei.deputy_id: 1}
    DutyReportRule.objects.update(least_per_term=2)
    assert figures.values("deputies.duty_reports", areas, period) == {}
