"""Deputies' reports to their voters (向选民述职): planned by electoral district, held, questioned, announced (代表法 art. 58)."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from congress import codes
from congress.errors import Conflict, DomainError
from congress.models import Area, DocumentBatch, User
from congress.services import audit, documents
from congress.services.documents import Wanted
from congress.services.notices import notify
from deputies.enums import BallotMethod, DutyReportState, MandateStatus
from deputies.models import (
    BallotAspect,
    BallotSlip,
    DutyReport,
    DutyReportMeeting,
    DutyReportQuestion,
    DutyReportRule,
    ElectoralDistrict,
    Mandate,
)
from deputies.services import ballots
from deputies.services.ballots import locked, refuse_announced
from deputies.services.guards import FieldRefused, require

RESULT, WORD = "duty_result", "duty_report_word"  # kinds of document
Question = tuple[str, str]  # what was asked, and the answer


def current_rule() -> DutyReportRule:
    """What is asked of duty reports; the product's own defaults while nobody has set any."""
    return DutyReportRule.objects.order_by("pk").first() or DutyReportRule()


def candidates(electoral_district: ElectoralDistrict) -> QuerySet[Mandate]:
    """Who may report in the electoral district: the deputies in office of its town, those it elected and others."""
    area: Area = electoral_district.area
    town = area if area.is_town_level or area.parent is None else area.parent
    rows = Mandate.objects.serving().filter(area__path__startswith=town.path)
    return rows.select_related("deputy", "term__congress", "electoral_district").order_by("term__congress__level", "deputy__code")


def warnings(meeting: DutyReportMeeting, rule: DutyReportRule) -> list[str]:
    """What a meeting as held lacks; sentences to show, nothing is refused for it."""
    if meeting.state == DutyReportState.PLANNED or meeting.voters_present is None or meeting.voters_present >= rule.least_voters:
        return []
    return [f"到会选民 {meeting.voters_present} 人，少于要求的 {rule.least_voters} 人。"]


def seen(words: str) -> str:
    """A short mark of a text as somebody saw it, to notice when it changed since."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]


# ---- planning


def plan(
    *,
    actor: audit.Actor,
    electoral_district: ElectoralDistrict,
    planned_on: datetime.date,
    mandates: Collection[Mandate],
    place: str = "",
    method: str = BallotMethod.PAPER,
) -> DutyReportMeeting:
    """Plans a meeting, with the aspects in use now, and tells the deputies. The same meeting again gives the one that is there.

    Raises PermissionDenied, FieldRefused for no deputies, one not in office or of another town, a day before the term, or a
    day on which the electoral district has another meeting; DomainError without any aspect to rate.
    """
    require(actor, "deputies.manage_duty_reports_of", electoral_district)
    with transaction.atomic():
        rows = ElectoralDistrict.objects.select_for_update(of=("self",)).select_related("area__parent", "term__congress")
        district = rows.get(pk=electoral_district.pk)
        _refuse_day(district, planned_on)
        _refuse_deputies(district, mandates)
        same = DutyReportMeeting.objects.filter(electoral_district=district, planned_on=planned_on).first()
        if same is not None:
            if set(same.reports.values_list("mandate", flat=True)) == {mandate.pk for mandate in mandates}:
                return same
            raise FieldRefused("planned_on", f"{district}当天已安排述职会（{same.code}）。请在那次述职会中增减代表，或另选日期。")
        aspects = list(BallotAspect.objects.filter(is_active=True))
        if not aspects:
            raise DomainError("还没有在用的评议方面。请代表工委先在基础数据的“评议方面”中设定。")

        def write(code: str) -> DutyReportMeeting:
            made = DutyReportMeeting.objects.create(
                code=code, electoral_district=district, planned_on=planned_on, place=place.strip(), method=BallotMethod(method)
            )
            made.aspects.set(aspects)
            DutyReport.objects.bulk_create(DutyReport(meeting=made, mandate=mandate) for mandate in _in_order(mandates))
            names = [mandate.deputy.code for mandate in _in_order(mandates)]
            audit.record(
                actor, "deputies.plan_duty_report", made, changes={"planned_on": [None, str(planned_on)], "deputies": [None, names]}
            )
            return made

        meeting = codes.with_code(DutyReportMeeting, f"SZ{planned_on.year}-", write)
        _tell(meeting, mandates, f"请于{_day(planned_on)}在{district}向选民述职，请提前准备述职报告。", f"planned-{planned_on:%Y%m%d}")
    return meeting


@transaction.atomic
def change(
    *,
    actor: audit.Actor,
    meeting: DutyReportMeeting,
    planned_on: datetime.date,
    mandates: Collection[Mandate],
    place: str,
    method: str,
) -> DutyReportMeeting:
    """Changes a plan. Without a difference it writes nothing. Slips that nobody used become void with another way of voting.

    Raises PermissionDenied, FieldRefused as ``plan`` does, and DomainError where votes were counted or a deputy to be taken
    off has written or been asked something.
    """
    meeting = locked(meeting, actor)
    rows = ElectoralDistrict.objects.select_for_update(of=("self",)).select_related("area__parent", "term__congress")
    district = rows.get(pk=meeting.electoral_district_id)
    there = {report.mandate_id: report for report in meeting.reports.select_related("mandate__deputy")}
    wanted = {mandate.pk: mandate for mandate in mandates}
    before = {"planned_on": meeting.planned_on, "place": meeting.place, "method": meeting.method}
    after = {"planned_on": planned_on, "place": place.strip(), "method": BallotMethod(method).value}
    changes = audit.difference(before, after)
    gone = [report for key, report in there.items() if key not in wanted]
    added = [mandate for key, mandate in wanted.items() if key not in there]
    if not (changes or gone or added):
        return meeting
    if "planned_on" in changes:
        if meeting.state != DutyReportState.PLANNED:
            raise FieldRefused("planned_on", "述职会已举行，计划日期不再修改。")
        _refuse_day(district, planned_on)
        if DutyReportMeeting.objects.filter(electoral_district=district, planned_on=planned_on).exclude(pk=meeting.pk).exists():
            raise FieldRefused("planned_on", f"{district}当天已安排另一次述职会，请另选日期。")
    if gone or added:
        _refuse_deputies(district, mandates, already=there)
    if (gone or added or "method" in changes) and not ballots.may_vote_be_void(meeting):
        raise DomainError("测评已经开始，不能再增减述职代表或更换测评方式。")
    for report in gone:
        if report.text.strip() or report.questions.exists():
            raise FieldRefused("mandates", f"{report.mandate.deputy}已有述职报告或询问记录，不能从本次述职会中去掉。")
    for name, value in after.items():
        setattr(meeting, name, value)
    if "method" in changes:
        ballots.void_slips(meeting)
    DutyReport.objects.filter(pk__in=[report.pk for report in gone]).delete()
    DutyReport.objects.bulk_create(DutyReport(meeting=meeting, mandate=mandate) for mandate in _in_order(added))
    meeting.save()
    if gone or added:
        changes["deputies"] = [
            sorted(report.mandate.deputy.code for report in there.values()),
            sorted(mandate.deputy.code for mandate in wanted.values()),
        ]
    audit.record(actor, "deputies.change_duty_report", meeting, changes=changes)
    told = added if "planned_on" not in changes else list(wanted.values())
    _tell(meeting, told, f"请于{_day(planned_on)}在{district}向选民述职，请提前准备述职报告。", f"planned-{planned_on:%Y%m%d}")
    return meeting


@transaction.atomic
def cancel(*, actor: audit.Actor, meeting: DutyReportMeeting, reason: str) -> None:
    """Takes a planned meeting away and tells the deputies. Raises PermissionDenied, DomainError once it was held, or where a
    report was written, and FieldRefused without a reason."""
    meeting = locked(meeting, actor)
    if meeting.state != DutyReportState.PLANNED:
        raise DomainError("述职会已举行，不能取消。")
    if not reason.strip():
        raise FieldRefused("reason", "请写明取消的原因。")
    reports = list(meeting.reports.select_related("mandate__deputy"))
    if written := [str(report.mandate.deputy) for report in reports if report.text.strip()]:
        raise DomainError(f"{'、'.join(written)}已写述职报告。请改期，不要取消；确需取消的，请先导出 Word 并清空报告。")
    audit.record(
        actor, "deputies.cancel_duty_report", meeting, changes={"planned_on": [str(meeting.planned_on), None]}, reason=reason.strip()
    )
    people = [report.mandate for report in reports]
    text = f"原定{_day(meeting.planned_on)}在{meeting.electoral_district}的述职会已取消：{reason.strip()}"
    _tell(meeting, people, text, "cancelled", url=reverse("deputies:duty_reports"))
    meeting.delete()


# ---- the report and the meeting


@transaction.atomic
def write_report(*, actor: audit.Actor, report: DutyReport, text: str, saw: str) -> DutyReport:
    """Keeps a report's text; ``saw`` marks the text the writer started from. The same text again writes nothing.

    Raises PermissionDenied, Conflict when somebody changed it since, DomainError after the announcement.
    """
    now = _locked_report(report)
    require(actor, "deputies.write_duty_report", now)
    refuse_announced(now.meeting)
    text = text.replace("\r\n", "\n").strip()
    if text == now.text:
        return now
    if saw != seen(now.text):
        raise Conflict("这份报告刚才已由他人修改。您填写的内容还在本页，请另开一页对照后再保存。")
    before, now.text = now.text, text
    now.save(update_fields=["text"])
    audit.record(
        actor,
        "deputies.write_duty_report",
        now.meeting,
        changes={"deputy": [None, now.mandate.deputy.code], "letters": [len(before), len(text)]},
    )
    return now


@transaction.atomic
def record_held(
    *,
    actor: audit.Actor,
    meeting: DutyReportMeeting,
    held_on: datetime.date,
    place: str,
    voters_present: int,
    on_site: Collection[DutyReport],
) -> DutyReportMeeting:
    """Records that the meeting took place and who reported on site; again, until the announcement, to put it right.

    Raises PermissionDenied, FieldRefused for a day to come or before the term, no place, nobody present or nobody on site, a
    deputy not in office that day, or fewer voters than slips that went out.
    """
    meeting = locked(meeting, actor)
    term = meeting.electoral_district.term
    if held_on > timezone.localdate():
        raise FieldRefused("held_on", "举行日期在今天之后。请在述职会举行当天或之后登记。")
    if held_on < term.starts_on:
        raise FieldRefused("held_on", f"举行日期早于本届开始的{_day(term.starts_on)}，请核对。")
    if not place.strip():
        raise FieldRefused("place", "请填写述职会的地点。")
    if voters_present < 1:
        raise FieldRefused("voters_present", "请填写到会选民人数。")
    if meeting.slips_handed_out is not None and voters_present < meeting.slips_handed_out:
        raise FieldRefused("voters_present", f"到会选民少于已登记发出的选票（{meeting.slips_handed_out} 张），请核对。")
    reports = list(meeting.reports.select_related("mandate__deputy"))
    present = {report.pk for report in on_site}
    if not present & {report.pk for report in reports}:
        raise FieldRefused("on_site", "请选择到场述职的代表，至少一名。")
    for report in reports:
        _refuse_out_of_office(report.mandate, held_on)
    before = {name: getattr(meeting, name) for name in ("state", "held_on", "place", "voters_present")}
    after = {"state": DutyReportState.HELD.value, "held_on": held_on, "place": place.strip(), "voters_present": voters_present}
    moved = [report for report in reports if report.is_on_site != (report.pk in present)]
    changes = audit.difference(before, after)
    if not changes and not moved:
        return meeting
    for name, value in after.items():
        setattr(meeting, name, value)
    meeting.save(update_fields=list(after))
    for report in moved:
        report.is_on_site = report.pk in present
    DutyReport.objects.bulk_update(moved, ["is_on_site"])
    names = [report.mandate.deputy.code for report in reports if report.pk in present]
    audit.record(actor, "deputies.hold_duty_report", meeting, changes={**changes, "on_site": [None, names]})
    return meeting


@transaction.atomic
def record_questions(*, actor: audit.Actor, report: DutyReport, questions: Sequence[Question], saw: str) -> None:
    """Keeps what voters asked and what was answered, in place of what was kept; ``saw`` is ``seen_questions`` of the earlier.

    Raises PermissionDenied, DomainError for an answer without a question, before the meeting or after the announcement, and
    Conflict when somebody changed them since.
    """
    now = _locked_report(report)
    require(actor, "deputies.manage_duty_reports_of", now.meeting.electoral_district)
    refuse_announced(now.meeting)
    if now.meeting.state == DutyReportState.PLANNED:
        raise DomainError("请先登记述职会的举行情况，再记录选民的询问。")
    given = [(asked.strip(), answer.strip()) for asked, answer in questions if asked.strip() or answer.strip()]
    if any(not asked for asked, _ in given):
        raise DomainError("有一条只填了答复。请补上选民的询问，或清空答复。")
    before = list(now.questions.order_by("pk").values_list("question", "answer"))
    if given == before:
        return
    if saw != seen_questions(before):
        raise Conflict("询问记录刚才已由他人修改。您填写的内容还在本页，请另开一页对照后再保存。")
    now.questions.all().delete()
    DutyReportQuestion.objects.bulk_create(DutyReportQuestion(report=now, question=asked, answer=answer) for asked, answer in given)
    audit.record(
        actor,
        "deputies.record_questions",
        now.meeting,
        changes={"deputy": [None, now.mandate.deputy.code], "questions": [len(before), len(given)]},
    )


def seen_questions(questions: Iterable[Question]) -> str:
    return seen("\n".join(f"{asked}\t{answer}" for asked, answer in questions))


@transaction.atomic
def announce(*, actor: audit.Actor, meeting: DutyReportMeeting) -> DutyReportMeeting:
    """Announces the result: from now on nothing of the meeting changes. Asks for the result's sheet and tells the deputies.

    Announced already, it is a no-op. Raises PermissionDenied, and DomainError before the meeting or while the ballot is not
    over and complete.
    """
    rows = DutyReportMeeting.objects.select_for_update(of=("self",)).select_related("electoral_district__area")
    meeting = rows.get(pk=meeting.pk)
    require(actor, "deputies.manage_duty_reports_of", meeting.electoral_district)
    if meeting.state == DutyReportState.ANNOUNCED:
        return meeting
    if meeting.state != DutyReportState.HELD:
        raise DomainError("述职会还没有登记举行，不能宣布结果。")
    counted = ballots.results(meeting)
    ballots.refuse_unfinished(meeting, counted)
    if meeting.method == BallotMethod.SCAN:
        meeting.slips_handed_out = BallotSlip.objects.filter(meeting=meeting).count()
        meeting.slips_collected = ballots.slip_counts(meeting)[1]
    meeting.state, meeting.announced_at = DutyReportState.ANNOUNCED, timezone.now()
    meeting.save(update_fields=["state", "announced_at", "slips_handed_out", "slips_collected"])
    audit.record(actor, "deputies.announce_duty_report", meeting, changes={"slips_collected": [None, meeting.slips_collected]})
    title = f"{meeting}评议结果"
    documents.request_batch(
        key=f"duty-result-{meeting.code}", title=title, actor=actor, documents=[Wanted(RESULT, meeting.code, title, title)]
    )
    _tell(meeting, [each.report.mandate for each in counted], f"{meeting}的评议结果已宣布。", "announced")
    return meeting


def request_word(*, actor: audit.Actor, report: DutyReport) -> DocumentBatch:
    """Asks for the written report as a Word file. An unchanged text gives the file that is there.

    Raises PermissionDenied, and DomainError without a text.
    """
    require(actor, "deputies.write_duty_report", report)
    if not report.text.strip():
        raise DomainError("述职报告还没有内容。请先起草并保存，再导出 Word。")
    title = f"{report.mandate.deputy}述职报告"
    return documents.request_batch(
        key=f"duty-word-{report.pk}-{seen(report.text)}", title=title, actor=actor, documents=[Wanted(WORD, str(report.pk), title, title)]
    )


# ---- guards and small parts


def _locked_report(report: DutyReport) -> DutyReport:
    """The report with its meeting held. Locks the meeting, as every write does, so that writes and the announcement queue."""
    DutyReportMeeting.objects.select_for_update(of=("self",)).get(pk=report.meeting_id)
    return DutyReport.objects.select_related("meeting__electoral_district__area", "mandate__deputy").get(pk=report.pk)


def _refuse_day(district: ElectoralDistrict, planned_on: datetime.date) -> None:
    if planned_on < district.term.starts_on:
        raise FieldRefused("planned_on", f"日期早于{district.term}开始的{_day(district.term.starts_on)}，请核对。")
    if district.term.ends_on and planned_on > district.term.ends_on:
        raise FieldRefused("planned_on", f"{district.term}已于{_day(district.term.ends_on)}结束，请选择新一届的选区。")
    if planned_on > timezone.localdate() + datetime.timedelta(days=366):
        raise FieldRefused("planned_on", "计划日期在一年以后，请核对。")


def _refuse_deputies(district: ElectoralDistrict, mandates: Collection[Mandate], already: Collection[int] = ()) -> None:
    """``already`` are the mandates of a plan that is there; what became of them since is told when the meeting is held."""
    if not mandates:
        raise FieldRefused("mandates", "请选择述职的代表，至少一名。")
    if len({mandate.deputy_id for mandate in mandates}) < len(mandates):
        raise FieldRefused("mandates", "有代表选了两次。兼任几级的代表一次述职即可，请只选其中一个代表资格。")
    allowed = set(candidates(district).filter(pk__in=[mandate.pk for mandate in mandates]).values_list("pk", flat=True))
    for mandate in mandates:
        if mandate.pk in already or mandate.pk in allowed:
            continue
        if mandate.status != MandateStatus.ACTIVE:
            raise FieldRefused("mandates", f"{mandate.deputy}的代表资格现为“{mandate.get_status_display()}”，不能安排述职。")
        raise FieldRefused("mandates", f"{mandate.deputy}不是{district}所在镇（街道）的代表，不能在这里安排述职。")


def _refuse_out_of_office(mandate: Mandate, on: datetime.date) -> None:
    out = mandate.ends_on
    if mandate.status == MandateStatus.SUSPENDED:
        out = (
            mandate.changes.filter(status=MandateStatus.SUSPENDED).order_by("-on").values_list("on", flat=True).first() or mandate.starts_on
        )
    if on < mandate.starts_on or (out is not None and out <= on):
        raise FieldRefused("held_on", f"{mandate.deputy}在{_day(on)}不在任。请核对日期，或先在“修改安排”中去掉这名代表。")


def _in_order(mandates: Iterable[Mandate]) -> list[Mandate]:
    return sorted(mandates, key=lambda mandate: mandate.deputy.code)


def _tell(meeting: DutyReportMeeting, mandates: Iterable[Mandate], text: str, event: str, url: str = "") -> None:
    people = [User(pk=mandate.deputy.user_id) for mandate in mandates if mandate.deputy.user_id]
    url = url or reverse("deputies:duty_report", args=[meeting.code])
    notify(people, text=text[:200], url=url, key=f"duty-report-{meeting.code}-{event}")


def _day(day: datetime.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def screen_key(meeting: DutyReportMeeting) -> str:
    """The secret part of the projector page's address: whoever knows it needs no account."""
    return salted_hmac("deputies.duty_reports.screen", meeting.code, algorithm="sha256").hexdigest()[:24]
