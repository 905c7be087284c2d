"""The secret ballot at a duty report (述职评议): slips with a code, votes without a name, counts by paper or by scanning.

SECURITY: nothing may link a vote to a slip or a person. A slip knows only that it was used; votes go into counts, and the
audit trail says that a slip of the meeting was used, not which, from where, or for what.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from congress.errors import DomainError
from congress.models import DocumentBatch
from congress.services import audit, documents
from congress.services.documents import Wanted
from deputies.enums import BallotGrade, BallotMethod, DutyReportState
from deputies.models import BallotAspect, BallotSlip, DutyReport, DutyReportBallot, DutyReportMeeting
from deputies.services.guards import FieldRefused, require

SLIPS = "duty_slips"  # the kind of document
MOST_SLIPS = 1000
SHORTEST, LONGEST = 5, 240  # minutes a ballot by scanning may be open
_TOKEN = 26  # base32 letters: 130 bits, which nobody guesses

Line = tuple[int, int]  # a report's and an aspect's key: one line of the slip


class SlipRefused(DomainError):
    """A code that can't be voted with. ``status`` is the answer to give: 404 for a code of no slip, 409 for the rest."""

    def __init__(self, sentence: str, status: int = 409) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class AspectCount:
    """How one report was rated in one aspect."""

    aspect: BallotAspect
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def share(self, grade: str) -> float:
        """The grade's part of the votes in this aspect, from 0 to 1."""
        return self.counts[grade] / self.total if self.total else 0.0


@dataclass(frozen=True)
class ReportCount:
    """How one report was rated."""

    report: DutyReport
    aspects: list[AspectCount]

    @property
    def counts(self) -> dict[str, int]:
        """All votes by grade, over the aspects."""
        return {grade.value: sum(row.counts[grade] for row in self.aspects) for grade in BallotGrade}

    @property
    def satisfied(self) -> float:
        """满意率: the part of all votes, over the aspects, that says 满意."""
        total = sum(self.counts.values())
        return self.counts[BallotGrade.SATISFIED] / total if total else 0.0


# ---- what others read


def results(meeting: DutyReportMeeting) -> list[ReportCount]:
    """The counts of every report in every aspect of the meeting. Three queries.

    SECURITY: of a ballot by scanning not to be shown before the announcement: two looks would tell the votes between them.
    """
    reports = list(meeting.reports.select_related("mandate__deputy", "mandate__term__congress").order_by("pk"))
    aspects = list(meeting.aspects.all())
    counted = {
        (report, aspect, grade): count
        for report, aspect, grade, count in DutyReportBallot.objects.filter(report__meeting=meeting).values_list(
            "report", "aspect", "grade", "count"
        )
    }
    return [
        ReportCount(
            report,
            [AspectCount(a, {grade.value: counted.get((report.pk, a.pk, grade.value), 0) for grade in BallotGrade}) for a in aspects],
        )
        for report in reports
    ]


def slip_counts(meeting: DutyReportMeeting) -> tuple[int, int]:
    """How many slips with a code there are, and how many were used."""
    used = list(meeting.slips.order_by().values_list("used_at", flat=True))
    return len(used), sum(1 for at in used if at is not None)


def has_votes(meeting: DutyReportMeeting) -> bool:
    return DutyReportBallot.objects.filter(report__meeting=meeting, count__gt=0).exists()


def is_open(meeting: DutyReportMeeting) -> bool:
    """Whether votes by scanning count now."""
    return (
        meeting.state == DutyReportState.HELD
        and meeting.method == BallotMethod.SCAN
        and meeting.closes_at is not None
        and meeting.closes_at > timezone.now()
    )


def token_of(meeting: DutyReportMeeting, number: int) -> str:
    """A slip's code. It is made from the server's secret key and not kept, so that the database alone lets nobody vote."""
    digest = salted_hmac("deputies.ballots", f"{meeting.code}/{number}", algorithm="sha256").digest()
    return base64.b32encode(digest)[:_TOKEN].decode().lower()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


# ---- before and around the vote


def locked(meeting: DutyReportMeeting, actor: audit.Actor) -> DutyReportMeeting:
    """The meeting, nobody else's until the transaction ends. Raises PermissionDenied, and DomainError after the announcement."""
    rows = DutyReportMeeting.objects.select_for_update(of=("self",))
    found = rows.select_related("electoral_district__area", "electoral_district__term").get(pk=meeting.pk)
    require(actor, "deputies.manage_duty_reports_of", found.electoral_district)
    refuse_announced(found)
    return found


def refuse_announced(meeting: DutyReportMeeting) -> None:
    if meeting.announced_at is not None:
        day = timezone.localdate(meeting.announced_at)
        raise DomainError(f"评议结果已于{day.year}年{day.month}月{day.day}日宣布，述职会的内容不能再改。")


@transaction.atomic
def issue_slips(*, actor: audit.Actor, meeting: DutyReportMeeting, total: int) -> DocumentBatch:
    """Makes slips with a code until there are ``total``, and asks for the sheets of the new ones. The same total again gives
    the sheets that are there. Raises PermissionDenied, FieldRefused for a total out of range, DomainError for a paper ballot.
    """
    meeting = locked(meeting, actor)
    if meeting.method != BallotMethod.SCAN:
        raise DomainError("这次述职会用纸质选票测评。要用扫码选票的，请先修改测评方式。")
    if not 1 <= total <= MOST_SLIPS:
        raise FieldRefused("total", f"选票应为 1 至 {MOST_SLIPS} 张。")
    there = meeting.slips.count()
    if total < there:
        raise FieldRefused("total", f"已有 {there} 张选票，总数不能再减少。多出的选票不发即可。")
    if total == there:
        last = DocumentBatch.objects.filter(key__startswith=f"duty-slips-{meeting.code}-").order_by("-created_at", "-pk").first()
        if last is not None:
            return last
    first = there + 1
    BallotSlip.objects.bulk_create(
        BallotSlip(meeting=meeting, number=number, token_hash=hash_of(token_of(meeting, number))) for number in range(first, total + 1)
    )
    audit.record(actor, "deputies.issue_slips", meeting, changes={"slips": [there, total]})
    title = f"{meeting}扫码选票（第{first}—{total}张）"
    return documents.request_batch(
        key=f"duty-slips-{meeting.code}-{first}-{total}",
        title=title,
        actor=actor,
        documents=[Wanted(SLIPS, meeting.code, title, title)],
    )


@transaction.atomic
def open_voting(*, actor: audit.Actor, meeting: DutyReportMeeting, minutes: int) -> DutyReportMeeting:
    """Lets slips be used for so many minutes from now; called again it sets the end anew.

    Raises PermissionDenied, FieldRefused for a time out of range, and DomainError before the meeting is held or has slips.
    """
    meeting = locked(meeting, actor)
    if meeting.method != BallotMethod.SCAN:
        raise DomainError("这次述职会用纸质选票测评，不需要开始扫码。")
    if meeting.state != DutyReportState.HELD:
        raise DomainError("请先登记述职会的举行情况，再开始扫码测评。")
    if not SHORTEST <= minutes <= LONGEST:
        raise FieldRefused("minutes", f"扫码测评时间应为 {SHORTEST} 至 {LONGEST} 分钟。")
    if not meeting.slips.exists():
        raise DomainError("还没有生成扫码选票。请先生成并打印选票。")
    _make_lines(meeting)
    before, meeting.closes_at = meeting.closes_at, timezone.now() + datetime.timedelta(minutes=minutes)
    meeting.save(update_fields=["closes_at"])
    audit.record(actor, "deputies.open_voting", meeting, changes=audit.difference({"closes_at": before}, {"closes_at": meeting.closes_at}))
    return meeting


@transaction.atomic
def close_voting(*, actor: audit.Actor, meeting: DutyReportMeeting) -> DutyReportMeeting:
    """Ends the vote by scanning now. Called when it is over already, a no-op. Raises PermissionDenied."""
    meeting = locked(meeting, actor)
    now = timezone.now()
    if meeting.closes_at is None or meeting.closes_at <= now:
        return meeting
    before, meeting.closes_at = meeting.closes_at, now
    meeting.save(update_fields=["closes_at"])
    audit.record(actor, "deputies.close_voting", meeting, changes=audit.difference({"closes_at": before}, {"closes_at": now}))
    return meeting


def _make_lines(meeting: DutyReportMeeting) -> None:
    """The counts a vote adds to, at 0 where they are missing: a vote then only ever updates."""
    reports, aspects = list(meeting.reports.values_list("pk", flat=True)), list(meeting.aspects.values_list("pk", flat=True))
    rows = DutyReportBallot.objects.filter(report__meeting=meeting)
    there = set(rows.values_list("report", "aspect", "grade"))
    DutyReportBallot.objects.bulk_create(
        DutyReportBallot(report_id=report, aspect_id=aspect, grade=grade)
        for report in reports
        for aspect in aspects
        for grade in BallotGrade
        if (report, aspect, grade.value) not in there
    )


# ---- the vote


def slip_of(token: str) -> BallotSlip:
    """The slip that can be voted with now. Raises SlipRefused, with the sentence for the voter, for any other code."""
    rows = BallotSlip.objects.select_related("meeting__electoral_district")
    slip = rows.filter(token_hash=hash_of(token)).first() if len(token) == _TOKEN else None
    if slip is None:
        raise SlipRefused("这不是有效的选票二维码。请扫描本次述职会发给您的选票，或向会场工作人员询问。", 404)
    if slip.used_at is not None:
        raise SlipRefused("这张选票已经投过，一张选票只能投一次。如果不是您投的，请向会场工作人员说明。")
    _refuse_closed(slip.meeting)
    return slip


def _refuse_closed(meeting: DutyReportMeeting) -> None:
    if meeting.state == DutyReportState.ANNOUNCED:
        raise SlipRefused("这次述职会的评议结果已经宣布，选票不再有效。")
    if meeting.method != BallotMethod.SCAN:
        raise SlipRefused("这次述职会改用纸质选票测评，请向会场工作人员领取纸质选票。")
    if meeting.state != DutyReportState.HELD or meeting.closes_at is None:
        raise SlipRefused("测评还没有开始。请等主持人宣布开始后，再扫一次。")
    if meeting.closes_at <= timezone.now():
        raise SlipRefused("测评已经截止，这张选票没有计入。请向会场工作人员询问。")


@transaction.atomic
def cast(*, token: str, choices: Mapping[Line, str]) -> None:
    """Counts one slip, once. ``choices`` gives a grade for every line. Six queries.

    Votes of one meeting wait for one another, and for closing and announcing, so that none is counted after. Raises
    SlipRefused as ``slip_of`` does, also for whoever comes second with the same code, and DomainError for missing lines.
    """
    slip = slip_of(token)
    meeting = DutyReportMeeting.objects.select_for_update(of=("self",)).get(pk=slip.meeting_id)
    _refuse_closed(meeting)
    rows = {
        (report, aspect, grade): pk
        for pk, report, aspect, grade in DutyReportBallot.objects.filter(report__meeting=meeting).values_list(
            "pk", "report", "aspect", "grade"
        )
    }
    lines = {(report, aspect) for report, aspect, _ in rows}
    chosen = [pk for line in lines if (pk := rows.get((*line, choices.get(line, "")))) is not None]
    if not lines or len(chosen) < len(lines) or choices.keys() - lines:
        raise DomainError("还有没选的项目。请每一项都选好后再提交。")
    if not BallotSlip.objects.filter(pk=slip.pk, used_at__isnull=True).update(used_at=timezone.now()):
        raise SlipRefused("这张选票已经投过，一张选票只能投一次。如果不是您投的，请向会场工作人员说明。")
    DutyReportBallot.objects.filter(pk__in=chosen).update(count=F("count") + 1)
    # SECURITY: without the voter's address and terminal, without the slip's number, and without a word of the vote.
    origin = audit.origin.set(audit.Origin())
    try:
        audit.record(None, "deputies.use_slip", slip.meeting)
    finally:
        audit.origin.reset(origin)


# ---- the tally of paper slips


@transaction.atomic
def enter_tally(
    *, actor: audit.Actor, meeting: DutyReportMeeting, handed_out: int, collected: int, counts: Mapping[Line, Mapping[str, int]]
) -> None:
    """Keeps the counts of a paper ballot, in place of those before. Without a difference it writes nothing.

    Raises PermissionDenied, and DomainError, naming each line, where 满意, 基本满意 and 不满意 don't add up to the slips collected.
    """
    meeting = locked(meeting, actor)
    if meeting.method != BallotMethod.PAPER:
        raise DomainError("这次述职会用扫码选票测评，票数由系统统计，不用填写。")
    if meeting.state != DutyReportState.HELD:
        raise DomainError("请先登记述职会的举行情况，再填写计票结果。")
    _refuse_slips(meeting, handed_out, collected)
    before = results(meeting)
    _refuse_sums(before, collected, counts)
    _make_lines(meeting)
    person = actor if not isinstance(actor, audit.System) else None
    changed: list[DutyReportBallot] = []
    for ballot in DutyReportBallot.objects.filter(report__meeting=meeting, aspect__in=meeting.aspects.all()):
        count = counts[ballot.report_id, ballot.aspect_id][ballot.grade]
        if ballot.count != count:
            ballot.count, ballot.entered_by = count, person
            changed.append(ballot)
    was = {"slips_handed_out": meeting.slips_handed_out, "slips_collected": meeting.slips_collected}
    now = {"slips_handed_out": handed_out, "slips_collected": collected}
    changes = audit.difference(was, now)
    if not changed and not changes:
        return
    DutyReportBallot.objects.bulk_update(changed, ["count", "entered_by"])
    DutyReportMeeting.objects.filter(pk=meeting.pk).update(**now)
    audit.record(actor, "deputies.enter_tally", meeting, changes={**changes, "counts": [None, len(changed)]})


def _refuse_slips(meeting: DutyReportMeeting, handed_out: int, collected: int) -> None:
    if collected < 1:
        raise FieldRefused("collected", "请填写收回的有效选票数，至少 1 张。")
    if collected > handed_out:
        raise FieldRefused("collected", f"收回的选票（{collected} 张）多于发出的选票（{handed_out} 张），请核对。")
    if meeting.voters_present is not None and handed_out > meeting.voters_present:
        raise FieldRefused("handed_out", f"发出的选票（{handed_out} 张）多于到会选民（{meeting.voters_present} 人），请核对。")


def _refuse_sums(reports: Iterable[ReportCount], collected: int, counts: Mapping[Line, Mapping[str, int]]) -> None:
    wrong = []
    for each in reports:
        for row in each.aspects:
            given = counts.get((each.report.pk, row.aspect.pk), {})
            total = sum(given.get(grade, 0) for grade in BallotGrade)
            if total != collected or any(given.get(grade, -1) < 0 for grade in BallotGrade):
                wrong.append(f"{each.report.mandate.deputy}“{row.aspect}”三项合计 {total} 票")
    if wrong:
        raise DomainError(f"{'；'.join(wrong)}。每一方面的满意、基本满意、不满意合计应等于收回的选票 {collected} 张，请核对。")


def refuse_unfinished(meeting: DutyReportMeeting, counted: Iterable[ReportCount]) -> None:
    """Raises DomainError while the ballot is not over and complete."""
    if is_open(meeting):
        raise DomainError("扫码测评还没有截止。请先截止测评，再宣布结果。")
    totals = {row.total for each in counted for row in each.aspects}
    if meeting.method == BallotMethod.SCAN:
        _, used = slip_counts(meeting)
        if not used:
            raise DomainError("还没有收到选票，不能宣布结果。请先开始扫码测评；网络不通的，可改用纸质选票。")
        if totals != {used}:
            raise DomainError(f"各项票数与已投选票（{used} 张）不一致，不能宣布结果。请联系系统管理员核查。")
    elif not meeting.slips_collected or totals != {meeting.slips_collected}:
        raise DomainError("还没有填写计票结果，不能宣布。请先填写每名代表各方面的票数。")


def may_vote_be_void(meeting: DutyReportMeeting) -> bool:
    """Whether slips and lines may still be taken back: nothing was voted and the vote is not under way."""
    return not is_open(meeting) and not has_votes(meeting)


def void_slips(meeting: DutyReportMeeting) -> None:
    """Takes slips, lines and times of an unused ballot away. Inside a service that holds the meeting; audits nothing itself."""
    meeting.slips.all().delete()
    DutyReportBallot.objects.filter(report__meeting=meeting).delete()
    meeting.closes_at = meeting.slips_handed_out = meeting.slips_collected = None
