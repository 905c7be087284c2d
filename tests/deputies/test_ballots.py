"""The secret ballot: one vote a slip, only for its own meeting and only while it is open; paper counts that add up."""

import datetime
import threading

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from congress.errors import DomainError
from congress.models import AuditEntry, DocumentBatch
from congress.services import audit
from deputies.enums import BallotGrade, BallotMethod, DutyReportState
from deputies.models import BallotSlip, DutyReportMeeting
from deputies.services import ballots, duty_reports
from deputies.services.ballots import SlipRefused
from tests.deputies import duty
from tests.factories import make_district, make_personas

pytestmark = pytest.mark.django_db


@pytest.fixture
def seats(district):
    return duty.make_seats(district)


@pytest.fixture
def town(personas):
    return personas.town1


def cast(meeting, number, grade=BallotGrade.SATISFIED):
    ballots.cast(token=ballots.token_of(meeting, number), choices=duty.votes(meeting, grade))


def refusal_of(meeting, number):
    with pytest.raises(SlipRefused) as refusal:
        cast(meeting, number)
    return str(refusal.value)


# ---- scanning


def test_each_slip_counts_once(seats, town):
    meeting = duty.open_by_scanning(town, seats)
    cast(meeting, 1)
    cast(meeting, 2, BallotGrade.BASICALLY)
    assert duty.counted(meeting) == {(1, 1, 0)}
    assert refusal_of(meeting, 1) == "这张选票已经投过，一张选票只能投一次。如果不是您投的，请向会场工作人员说明。"
    assert duty.counted(meeting) == {(1, 1, 0)}
    assert ballots.slip_counts(meeting) == (3, 2)


def test_a_vote_costs_six_queries(seats, town):
    meeting = duty.open_by_scanning(town, seats)
    choices = duty.votes(meeting)
    with CaptureQueriesContext(connection) as asked:
        ballots.cast(token=ballots.token_of(meeting, 1), choices=choices)
    assert len([query for query in asked if "SAVEPOINT" not in query["sql"]]) == 6


def test_nothing_links_a_vote_to_a_slip_or_a_phone(seats, town):
    meeting = duty.open_by_scanning(town, seats)
    audit.origin.set(audit.Origin("10.0.0.9", "Voter's phone"))
    cast(meeting, 2, BallotGrade.NOT_SATISFIED)
    entry = AuditEntry.objects.get(action="deputies.use_slip")
    assert (entry.target_ref, entry.changes, entry.reason, entry.ip, entry.agent) == (meeting.code, {}, "", None, "")
    assert (entry.actor, entry.actor_name) == (None, "未登录")
    assert audit.origin.get().ip == "10.0.0.9"
    audit.origin.set(audit.Origin())
    fields = {field.name for field in BallotSlip._meta.get_fields()}
    assert fields == {"id", "meeting", "token_hash", "number", "used_at"}
    assert not BallotSlip.objects.filter(token_hash=ballots.token_of(meeting, 2)).exists()


def test_a_slip_of_another_meeting_counts_only_there(seats, town):
    meeting = duty.open_by_scanning(town, seats)
    other = duty.open_by_scanning(town, seats, planned_on=duty.yesterday(), mandates=[seats.mo])
    with pytest.raises(DomainError, match="还有没选的项目"):
        ballots.cast(token=ballots.token_of(other, 1), choices=duty.votes(meeting))
    assert ballots.slip_counts(other) == (3, 0)
    cast(other, 1)
    assert (duty.counted(meeting), duty.counted(other)) == ({(0, 0, 0)}, {(1, 0, 0)})


@pytest.mark.parametrize("token", ["", "a", "a" * 26, "汉" * 26, "x" * 500])
def test_a_code_of_no_slip_is_told_so(seats, town, token):
    duty.open_by_scanning(town, seats)
    with pytest.raises(SlipRefused, match="不是有效的选票二维码") as refusal:
        ballots.cast(token=token, choices={})
    assert refusal.value.status == 404


def test_slips_count_only_between_opening_and_closing(seats, town):
    meeting = duty.plan(town, seats, method=BallotMethod.SCAN)
    ballots.issue_slips(actor=town, meeting=meeting, total=3)
    assert "测评还没有开始" in refusal_of(meeting, 1)
    duty.hold(town, meeting)
    assert "测评还没有开始" in refusal_of(meeting, 1)
    ballots.open_voting(actor=town, meeting=meeting, minutes=30)
    cast(meeting, 1)
    ballots.close_voting(actor=town, meeting=meeting)
    assert "测评已经截止" in refusal_of(meeting, 2)
    ballots.open_voting(actor=town, meeting=meeting, minutes=30)
    cast(meeting, 2)
    DutyReportMeeting.objects.update(closes_at=timezone.now() - datetime.timedelta(seconds=1))
    assert "测评已经截止" in refusal_of(meeting, 3)
    duty_reports.announce(actor=town, meeting=meeting)
    assert "已经宣布" in refusal_of(meeting, 3)
    assert duty.counted(meeting) == {(2, 0, 0)}


def test_every_line_must_be_chosen_and_known(seats, town):
    meeting = duty.open_by_scanning(town, seats)
    whole = duty.votes(meeting)
    line = next(iter(whole))
    for choices in (
        {},
        {key: grade for key, grade in whole.items() if key != line},
        {**whole, line: "excellent"},
        {**whole, (0, 0): "satisfied"},
    ):
        with pytest.raises(DomainError, match="还有没选的项目"):
            ballots.cast(token=ballots.token_of(meeting, 1), choices=choices)
    assert ballots.slip_counts(meeting) == (3, 0)
    assert duty.counted(meeting) == {(0, 0, 0)}


def test_slips_are_made_up_to_a_total(seats, town):
    meeting = duty.plan(town, seats, method=BallotMethod.SCAN)
    first = ballots.issue_slips(actor=town, meeting=meeting, total=3)
    assert ballots.issue_slips(actor=town, meeting=meeting, total=3) == first
    more = ballots.issue_slips(actor=town, meeting=meeting, total=5)
    assert list(DocumentBatch.objects.order_by("pk").values_list("key", flat=True)) == [
        f"duty-slips-{meeting.code}-1-3",
        f"duty-slips-{meeting.code}-4-5",
    ]
    assert more.documents.get().subject == meeting.code
    for total, sentence in ((4, "不能再减少"), (0, "选票应为"), (1001, "选票应为")):
        with pytest.raises(DomainError, match=sentence):
            ballots.issue_slips(actor=town, meeting=meeting, total=total)
    assert meeting.slips.count() == 5


def test_voting_opens_only_for_a_meeting_under_way_with_slips(seats, town):
    meeting = duty.plan(town, seats, method=BallotMethod.SCAN)

    def refused(minutes=30):
        with pytest.raises(DomainError) as refusal:
            ballots.open_voting(actor=town, meeting=meeting, minutes=minutes)
        return str(refusal.value)

    assert "先登记述职会的举行情况" in refused()
    duty.hold(town, meeting)
    assert "还没有生成扫码选票" in refused()
    assert "5 至 240 分钟" in refused(minutes=1)
    ballots.issue_slips(actor=town, meeting=meeting, total=3)
    opened = ballots.open_voting(actor=town, meeting=meeting, minutes=30)
    with pytest.raises(DomainError, match="扫码测评还没有截止"):
        duty_reports.announce(actor=town, meeting=opened)
    closed = ballots.close_voting(actor=town, meeting=opened)
    assert ballots.close_voting(actor=town, meeting=closed).closes_at == closed.closes_at
    with pytest.raises(DomainError, match="还没有收到选票"):
        duty_reports.announce(actor=town, meeting=closed)
    paper = duty.plan(town, seats, planned_on=duty.yesterday())
    with pytest.raises(DomainError, match="用纸质选票测评"):
        ballots.issue_slips(actor=town, meeting=paper, total=3)


@pytest.mark.django_db(transaction=True)
def test_ten_phones_with_one_slip_make_one_vote():
    district = make_district()
    town = make_personas(district).town1
    meeting = duty.open_by_scanning(town, duty.make_seats(district), slips=10)
    choices = duty.votes(meeting)
    start, outcomes = threading.Barrier(10), []

    def vote():
        start.wait()
        try:
            ballots.cast(token=ballots.token_of(meeting, 1), choices=choices)
            outcomes.append("counted")
        except SlipRefused as refusal:
            outcomes.append(str(refusal))
        finally:
            connections.close_all()

    phones = [threading.Thread(target=vote) for _ in range(10)]
    for phone in phones:
        phone.start()
    for phone in phones:
        phone.join()
    assert outcomes.count("counted") == 1
    assert sum("已经投过" in outcome for outcome in outcomes) == 9
    assert duty.counted(meeting) == {(1, 0, 0)}


@pytest.mark.django_db(transaction=True)
def test_ten_slips_at_once_make_ten_votes():
    district = make_district()
    town = make_personas(district).town1
    meeting = duty.open_by_scanning(town, duty.make_seats(district), slips=10)
    choices = duty.votes(meeting)
    start, wrong = threading.Barrier(10), []

    def vote(number):
        start.wait()
        try:
            ballots.cast(token=ballots.token_of(meeting, number), choices=choices)
        except Exception as error:  # noqa: BLE001 - told below
            wrong.append(error)
        finally:
            connections.close_all()

    phones = [threading.Thread(target=vote, args=[number]) for number in range(1, 11)]
    for phone in phones:
        phone.start()
    for phone in phones:
        phone.join()
    assert wrong == []
    assert duty.counted(meeting) == {(10, 0, 0)}


# ---- paper


def test_a_tally_is_kept_and_may_be_put_right(seats, town):
    meeting = duty.hold(town, duty.plan(town, seats))
    counts = duty.tally(meeting, 38, 1, 1)
    for _ in range(2):
        ballots.enter_tally(actor=town, meeting=meeting, handed_out=42, collected=40, counts=counts)
    assert duty.counted(meeting) == {(38, 1, 1)}
    assert AuditEntry.objects.filter(action="deputies.enter_tally").count() == 1
    ballots.enter_tally(actor=town, meeting=meeting, handed_out=42, collected=41, counts=duty.tally(meeting, 41))
    assert duty.counted(meeting) == {(41, 0, 0)}


def test_a_tally_that_does_not_add_up_names_the_line(seats, town):
    meeting = duty.hold(town, duty.plan(town, seats))
    counts = duty.tally(meeting, 40)
    counts[duty.lines(meeting)[1]]["satisfied"] = 41
    with pytest.raises(DomainError) as refusal:
        ballots.enter_tally(actor=town, meeting=meeting, handed_out=42, collected=40, counts=counts)
    assert str(refusal.value) == ("韦桂兰“依法履职”三项合计 41 票。每一方面的满意、基本满意、不满意合计应等于收回的选票 40 张，请核对。")
    negative = duty.tally(meeting, 41, -1)
    with pytest.raises(DomainError, match="合计 40 票"):
        ballots.enter_tally(actor=town, meeting=meeting, handed_out=42, collected=40, counts=negative)
    assert duty.counted(meeting) == {(0, 0, 0)}


@pytest.mark.parametrize(
    ("handed_out", "collected", "sentence"),
    [(40, 41, "多于发出的选票"), (43, 40, "多于到会选民（42 人）"), (42, 0, "至少 1 张")],
)
def test_slips_out_and_back_are_checked(seats, town, handed_out, collected, sentence):
    meeting = duty.hold(town, duty.plan(town, seats))
    with pytest.raises(DomainError, match=sentence):
        ballots.enter_tally(actor=town, meeting=meeting, handed_out=handed_out, collected=collected, counts=duty.tally(meeting, collected))


def test_a_tally_needs_a_held_meeting_on_paper(seats, town):
    planned = duty.plan(town, seats)
    with pytest.raises(DomainError, match="先登记述职会的举行情况"):
        ballots.enter_tally(actor=town, meeting=planned, handed_out=1, collected=1, counts=duty.tally(planned, 1))
    scanned = duty.open_by_scanning(town, seats, planned_on=duty.yesterday())
    with pytest.raises(DomainError, match="用扫码选票测评"):
        ballots.enter_tally(actor=town, meeting=scanned, handed_out=1, collected=1, counts=duty.tally(scanned, 1))
    assert scanned.state == DutyReportState.HELD
