"""What was kept on paper so far, entered many at once by the rules of the single services; each import is one transaction.

The caller, an import, writes the audit row of the whole. Statements grow by one for each few hundred rows, not with each row.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from congress import codes
from congress.access import may
from congress.models import Area, Organisation, User
from congress.services.audit import Actor
from congress.services.notices import notify
from deputies.enums import BallotGrade, BallotMethod, Channel, DutyReportState, OpinionState, Urgency, Way
from deputies.models import (
    BallotAspect,
    ContactVoter,
    Deputy,
    DutyReport,
    DutyReportBallot,
    DutyReportMeeting,
    ElectoralDistrict,
    Mandate,
    Opinion,
    OpinionCategory,
    OpinionStep,
    VoterContact,
    VoterLiaison,
)
from deputies.services import contacts
from deputies.services.contacts import Voter
from deputies.services.guards import FieldRefused, person, require
from deputies.services.opinions import RESPONSIBLE

# ---- voter contacts


@dataclass(frozen=True)
class ContactEntry:
    """One contact. Deputies come with their ``contacts.mandates()``. The rest is as for ``contacts.record``."""

    key: str
    deputies: Sequence[Deputy]
    channel: str
    at: datetime.datetime
    text: str
    area: Area | None = None
    place: str = ""
    people: int | None = None
    result: str = ""
    voters: Sequence[Voter] = ()


@transaction.atomic
def record_contacts(*, actor: User, entries: Sequence[ContactEntry]) -> list[VoterContact]:
    """Keeps the entries, whose keys must be new, with ``actor`` as their author; every deputy gets one notice.

    Raises as ``contacts.settle_seat`` does, and IntegrityError for a key or a code that somebody took at the same moment.
    """
    if not entries:
        return []
    prefix = f"LX{timezone.localdate().year}-"
    number = _next(VoterContact, prefix)
    made: list[VoterContact] = []
    for entry in entries:
        at, seat = contacts.settle_seat(actor=actor, deputies=entry.deputies, at=entry.at, area=entry.area, text=entry.text)
        contact = VoterContact(
            key=entry.key,
            code=f"{prefix}{number + len(made):06d}",
            channel=Channel(entry.channel),
            at=at,
            area=entry.area or contacts.place_of(seat),
            electoral_district=seat.electoral_district,
            place=entry.place,
            people=entry.people or max(len(entry.voters), 1),
            text=entry.text.strip(),
            result=entry.result.strip(),
            author=actor,
        )
        made.append(contact)
    VoterContact.objects.bulk_create(made)
    link = VoterContact.deputies.through
    both = list(zip(made, entries, strict=True))
    link.objects.bulk_create(link(votercontact_id=contact.pk, deputy_id=deputy.pk) for contact, entry in both for deputy in entry.deputies)
    ContactVoter.objects.bulk_create(
        ContactVoter(contact=contact, name=voter.name, phone=voter.phone, address=voter.address)
        for contact, entry in both
        for voter in entry.voters
    )
    people = {deputy.user_id for entry in entries for deputy in entry.deputies} - {None, actor.pk}
    notify(
        [User(pk=pk) for pk in people],
        text=f"{actor.name}导入了您的联系选民记录，请核对。",
        key=f"contacts-{made[0].code}-{made[-1].code}",
        url=reverse("deputies:contacts"),
    )
    return made


# ---- opinions of earlier years


@dataclass(frozen=True)
class OpinionEntry:
    """One matter as it stands: what came of it so far decides its state. Deputies come with their ``contacts.mandates()``."""

    deputies: Sequence[Deputy]
    text: str
    area: Area
    way: str
    recorded_on: datetime.date
    category: OpinionCategory | None = None
    place: str = ""
    urgency: str = Urgency.ORDINARY
    responsible: Organisation | None = None
    due_on: datetime.date | None = None
    result: str = ""
    told_on: datetime.date | None = None
    is_settled: bool | None = None

    @property
    def state(self) -> OpinionState:
        if self.told_on:
            return OpinionState.CLOSED
        if self.result:
            return OpinionState.ANSWERED
        return OpinionState.PASSED_ON if self.responsible else OpinionState.RECORDED

    @property
    def states(self) -> list[tuple[OpinionState, datetime.date]]:
        """The steps it took, with their days; of those nobody wrote down a day it is the day it was recorded."""
        steps = [(OpinionState.RECORDED, self.recorded_on)]
        if self.responsible:
            steps.append((OpinionState.PASSED_ON, self.recorded_on))
        if self.result:
            steps.append((OpinionState.ANSWERED, self.told_on or self.recorded_on))
        if self.told_on:
            steps.append((OpinionState.CLOSED, self.told_on))
        return steps


def refuse_opinion(*, actor: User, entry: OpinionEntry) -> None:
    """Raises PermissionDenied for somebody else's deputies, and FieldRefused, by the entry's fields, for what can't be."""
    if not any(may(actor, "deputies.record_contact_for", deputy) for deputy in entry.deputies):
        raise PermissionDenied
    if entry.recorded_on > timezone.localdate():
        raise FieldRefused("recorded_on", "登记日期还没有到")
    for deputy in entry.deputies:
        if not contacts.mandates_on(deputy, entry.recorded_on):
            raise FieldRefused("recorded_on", f"{deputy}这一天不在任")
    if entry.responsible and entry.responsible.kind not in RESPONSIBLE:
        raise FieldRefused("responsible", f"“{entry.responsible}”不能承办选民意见")
    if entry.way == Way.ON_THE_SPOT and not entry.result:
        raise FieldRefused("result", "当场答复的，请写明是怎么答复的")
    if entry.result and entry.way != Way.ON_THE_SPOT and entry.responsible is None:
        raise FieldRefused("responsible", "已有结果的，请填写承办单位")
    if entry.told_on:
        if not entry.result:
            raise FieldRefused("result", "已告知选民的，请填写办理结果")
        if not entry.recorded_on <= entry.told_on <= timezone.localdate():
            raise FieldRefused("told_on", "应在登记之后，且不晚于今天")
    elif entry.is_settled is not None:
        raise FieldRefused("told_on", "填写了是否解决的，请填写告知选民日期")


@transaction.atomic
def record_opinions(*, actor: User, entries: Sequence[OpinionEntry]) -> list[Opinion]:
    """Keeps matters as they stand, with dated steps. Raises as ``refuse_opinion`` does."""
    for entry in entries:
        refuse_opinion(actor=actor, entry=entry)
    numbers: dict[str, int] = {}
    made = []
    for entry in entries:
        prefix = f"YJ{entry.recorded_on.year}-"
        number = numbers[prefix] = numbers[prefix] + 1 if prefix in numbers else _next(Opinion, prefix)
        opinion = Opinion(
            code=f"{prefix}{number:06d}",
            text=entry.text.strip(),
            category=entry.category,
            area=entry.area,
            place=entry.place,
            urgency=Urgency(entry.urgency),
            way=Way(entry.way),
            state=entry.state,
            responsible=entry.responsible,
            due_on=entry.due_on,
            result=entry.result.strip(),
            told_on=entry.told_on,
            is_settled=entry.is_settled,
            created_by=actor,
        )
        made.append(opinion)
    Opinion.objects.bulk_create(made)
    link = Opinion.deputies.through
    both = list(zip(made, entries, strict=True))
    link.objects.bulk_create(link(opinion_id=opinion.pk, deputy_id=deputy.pk) for opinion, entry in both for deputy in entry.deputies)
    steps = []
    for opinion, entry in both:
        opinion.created_at = _noon(entry.recorded_on)
        for state, day in entry.states:
            words = entry.text if state == OpinionState.RECORDED else entry.result if state == OpinionState.ANSWERED else ""
            responsible = entry.responsible if state != OpinionState.RECORDED else None
            step = OpinionStep(opinion=opinion, state=state, way=entry.way, responsible=responsible, text=words.strip(), actor=actor)
            steps.append((step, day))
    OpinionStep.objects.bulk_create(step for step, _ in steps)
    for step, day in steps:
        step.at = _noon(day)
    # the days are those of the paper; both columns fill themselves with the moment of the insert
    Opinion.objects.bulk_update(made, ["created_at"], batch_size=300)
    OpinionStep.objects.bulk_update([step for step, _ in steps], ["at"], batch_size=300)
    return made


# ---- fixed voters


@dataclass(frozen=True)
class VoterEntry:
    """A fixed voter of a deputy, who comes with her ``contacts.mandates()``."""

    deputy: Deputy
    mandate: Mandate
    voter: Voter
    starts_on: datetime.date


@transaction.atomic
def add_voters(*, actor: Actor, entries: Sequence[VoterEntry]) -> list[VoterLiaison]:
    """Gives deputies fixed voters they do not have yet. Raises PermissionDenied for all but their town's staff and themselves."""
    for entry in entries:
        require(actor, "deputies.manage_voters", entry.deputy)
    return VoterLiaison.objects.bulk_create(
        VoterLiaison(
            deputy=entry.deputy,
            electoral_district_id=entry.mandate.electoral_district_id,
            name=entry.voter.name,
            phone=entry.voter.phone,
            address=entry.voter.address,
            starts_on=entry.starts_on,
        )
        for entry in entries
    )


# ---- duty reports of earlier years


@dataclass
class MeetingEntry:
    """A meeting that was held, with the tally of its paper slips, or without one. ``counts`` is by mandate, aspect and grade."""

    electoral_district: ElectoralDistrict
    held_on: datetime.date
    place: str
    voters_present: int
    handed_out: int | None = None
    collected: int | None = None
    reports: dict[int, tuple[Mandate, bool]] = field(default_factory=dict)
    aspects: dict[int, BallotAspect] = field(default_factory=dict)
    counts: dict[tuple[int, int], Mapping[str, int]] = field(default_factory=dict)


def refuse_meeting(*, actor: Actor, entry: MeetingEntry) -> None:
    """Raises PermissionDenied for another town, and FieldRefused, by the entry's fields, for what can't be."""
    require(actor, "deputies.manage_duty_reports_of", entry.electoral_district)
    if entry.held_on > timezone.localdate():
        raise FieldRefused("held_on", "举行日期在今天之后")
    if entry.voters_present < 1:
        raise FieldRefused("voters_present", "请填写到会选民人数")
    if not any(on_site for _, on_site in entry.reports.values()):
        raise FieldRefused("is_on_site", "没有到场述职的代表")
    for mandate, _ in entry.reports.values():
        if mandate not in contacts.mandates_on(mandate.deputy, entry.held_on):
            raise FieldRefused("deputy", f"{mandate.deputy}在这一天不在任")
    if not entry.counts:
        return
    if not entry.collected or not entry.handed_out:
        raise FieldRefused("collected", "有测评结果的，请填写发出选票和收回选票")
    if entry.collected > entry.handed_out:
        raise FieldRefused("collected", f"收回的选票（{entry.collected} 张）多于发出的选票（{entry.handed_out} 张）")
    if entry.handed_out > entry.voters_present:
        raise FieldRefused("handed_out", f"发出的选票（{entry.handed_out} 张）多于到会选民（{entry.voters_present} 人）")
    for mandate, _ in entry.reports.values():
        for aspect in entry.aspects.values():
            counts = entry.counts.get((mandate.pk, aspect.pk))
            if counts is None:
                raise FieldRefused("aspect", f"缺少{mandate.deputy}“{aspect}”的测评结果")
            total = sum(counts.values())
            if total != entry.collected:
                raise FieldRefused("satisfied", f"{mandate.deputy}“{aspect}”三项合计 {total} 票，应等于收回的选票 {entry.collected} 张")


@transaction.atomic
def record_meetings(*, actor: Actor, entries: Sequence[MeetingEntry]) -> list[DutyReportMeeting]:
    """Keeps meetings of the past, announced where their tally is there. Raises as ``refuse_meeting`` does."""
    numbers: dict[str, int] = {}
    made = []
    for entry in entries:
        refuse_meeting(actor=actor, entry=entry)
        prefix = f"SZ{entry.held_on.year}-"
        number = numbers[prefix] = numbers[prefix] + 1 if prefix in numbers else _next(DutyReportMeeting, prefix)
        meeting = DutyReportMeeting(
            code=f"{prefix}{number:06d}",
            electoral_district=entry.electoral_district,
            planned_on=entry.held_on,
            held_on=entry.held_on,
            place=entry.place,
            voters_present=entry.voters_present,
            state=DutyReportState.ANNOUNCED if entry.counts else DutyReportState.HELD,
            method=BallotMethod.PAPER,
            slips_handed_out=entry.handed_out,
            slips_collected=entry.collected,
            announced_at=_noon(entry.held_on) if entry.counts else None,
        )
        made.append(meeting)
    DutyReportMeeting.objects.bulk_create(made)
    both = list(zip(made, entries, strict=True))
    in_use = {aspect.pk: aspect for aspect in BallotAspect.objects.filter(is_active=True)}
    link = DutyReportMeeting.aspects.through
    link.objects.bulk_create(
        link(dutyreportmeeting_id=meeting.pk, ballotaspect_id=aspect) for meeting, entry in both for aspect in entry.aspects or in_use
    )
    reports = {
        (meeting.pk, mandate.pk): DutyReport(meeting=meeting, mandate=mandate, is_on_site=on_site)
        for meeting, entry in both
        for mandate, on_site in entry.reports.values()
    }
    DutyReport.objects.bulk_create(reports.values())
    DutyReportBallot.objects.bulk_create(
        DutyReportBallot(report=reports[meeting.pk, mandate], aspect_id=aspect, grade=grade, count=counts[grade], entered_by=person(actor))
        for meeting, entry in both
        for (mandate, aspect), counts in entry.counts.items()
        for grade in BallotGrade
    )
    return made


def _next(model: type[VoterContact | Opinion | DutyReportMeeting], prefix: str) -> int:
    """The number of the next free code. Whoever takes it at the same moment makes the import fail as a whole."""
    return int(codes.next_code(model, prefix).removeprefix(prefix))


def _noon(day: datetime.date) -> datetime.datetime:
    """A moment of a day of which the paper says no more."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))
