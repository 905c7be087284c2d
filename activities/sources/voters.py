"""What is done with voters: receptions, contacts, opinions, duty reports, deeds. Voters' names are masked wherever they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from activities.booklets import Entry, Part, Source, counted, told
from activities.enums import ReceptionState
from activities.models import ReceptionDay
from activities.sources.common import cn, days, filled, moments, names, where
from activities.sources.people import PLACES
from congress.models import Area
from congress.periods import Period
from deputies.enums import Channel, DeedState, DutyReportState
from deputies.models import Deed, DutyReportMeeting, Opinion, VoterContact
from deputies.services import privacy

AT_RECEPTION = (Channel.RECEPTION, Channel.WALK_IN)
_ELSEWHERE = tuple(channel for channel in Channel if channel not in AT_RECEPTION)
_PHOTOS = 2


def _voters(contact: VoterContact) -> str:
    """王**等5人; a voter who gave no name is a number."""
    named = [privacy.masked(voter).name for voter in contact.voters.all() if voter.name]
    if not named:
        return f"选民{contact.people}人（未留姓名）"
    return "、".join(named) + (f"等{contact.people}人" if contact.people > len(named) else "")


def _followed(opinions: Iterable[Opinion]) -> str:
    """Where a voter's words went and what came of it."""
    found = []
    for opinion in opinions:
        where = f"（{opinion.responsible}）" if opinion.responsible else ""
        told_on = f"，{cn(opinion.told_on)}告知选民" if opinion.told_on else ""
        found.append(f"{opinion.get_way_display()}{where}：{opinion.result or opinion.get_state_display()}{told_on}")
    return "\n".join(found)


def _contact_entry(contact: VoterContact) -> Entry:
    at = timezone.localtime(contact.at)
    return Entry(
        ("contact", contact.pk),
        at.date(),
        f"{contact.get_channel_display()}　{where(contact.area, contact.place)}",
        filled(
            ("代表", names(contact.deputies.all())),
            ("选民", _voters(contact)),
            ("反映事项", contact.text),
            ("当场答复", contact.result),
            ("转交办理", _followed(contact.opinions.all())),
        ),
        tuple(str(photo.file.name) for photo in list(contact.photos.all())[:_PHOTOS]),
    )


def _with_all(rows: QuerySet[Any]) -> QuerySet[Any]:
    opinions = Prefetch("opinions", Opinion.objects.select_related("responsible"))
    return rows.select_related("area").prefetch_related("deputies", "voters", "photos", opinions).order_by("at", "pk")


# ---- contacts


def _contacts(period: Period, argument: str) -> QuerySet[Any]:
    channels = [word for word in argument.split(",") if word] or _ELSEWHERE
    return VoterContact.objects.filter(channel__in=channels, **moments(period, "at"))


def _contact_facts(period: Period, argument: str) -> Sequence[QuerySet[Any]]:
    return [counted(_contacts(period, argument), path="area__path", on="at", is_time=True)]


def _read_contacts(area: Area, period: Period, argument: str) -> Part:
    rows = _with_all(_contacts(period, argument).filter(area__path__startswith=area.path))
    return Part("联系走访选民", tuple(_contact_entry(row) for row in rows))


# ---- receptions: the days that were held, and voters received outside of them


def _days(period: Period) -> QuerySet[Any]:
    return ReceptionDay.objects.filter(state=ReceptionState.HELD, **days(period, "on"))


def _received(period: Period) -> QuerySet[Any]:
    return VoterContact.objects.filter(channel__in=AT_RECEPTION, reception__isnull=True, **moments(period, "at"))


def _reception_facts(period: Period, argument: str) -> Sequence[QuerySet[Any]]:
    return [
        counted(_days(period), path="platform__area__path", on="on"),
        counted(_received(period), path="area__path", on="at", is_time=True),
    ]


def _read_receptions(area: Area, period: Period, argument: str) -> Part:
    held = _days(period).filter(platform__area__path__startswith=area.path).select_related("platform")
    held = held.prefetch_related(
        "duties__deputy", "records__contact__deputies", "records__contact__voters", "records__contact__opinions__responsible"
    )
    entries = [_day_entry(row) for row in held.order_by("on", "pk")]
    entries += [_contact_entry(row) for row in _with_all(_received(period).filter(area__path__startswith=area.path))]
    return Part("接待选民", tuple(sorted(entries, key=lambda entry: (entry.on, entry.key))))


def _day_entry(row: ReceptionDay) -> Entry:
    duties = list(row.duties.all())
    came = [duty.deputy for duty in duties if duty.was_present is not False]
    records = []
    for number, record in enumerate(row.records.all(), start=1):
        contact = record.contact
        said = [f"{_voters(contact)}：{contact.text}"]
        said += [f"答复：{contact.result}"] if contact.result else []
        said += [followed] if (followed := _followed(contact.opinions.all())) else []
        records.append((f"第{number}件", "\n".join(said)))
    return Entry(
        ("reception", row.pk),
        row.on,
        f"接待选民日　{row.platform}",
        filled(
            ("时间", f"{cn(row.on)}{row.starts_at:%H:%M}至{row.ends_at:%H:%M}"),
            ("接待代表", names(came)),
            ("接待情况", row.note),
            *records,
            ("合计", f"登记意见{len(records)}件" if records else "没有选民来反映意见" if not row.note else ""),
        ),
    )


# ---- opinions


def _opinions(period: Period) -> QuerySet[Any]:
    return Opinion.objects.filter(**moments(period, "created_at"))


def _opinion_facts(period: Period, argument: str) -> Sequence[QuerySet[Any]]:
    return [counted(_opinions(period), path="area__path", on="created_at", is_time=True)]


def _read_opinions(area: Area, period: Period, argument: str) -> Part:
    rows = _opinions(period).filter(area__path__startswith=area.path).select_related("area", "category", "responsible", "contact")
    return Part("社情民意", tuple(_opinion_entry(row) for row in rows.prefetch_related("deputies").order_by("created_at", "pk")))


def _opinion_entry(row: Opinion) -> Entry:
    settled = {True: "选民认为已解决", False: "选民认为没有解决", None: ""}[row.is_settled]
    return Entry(
        ("opinion", row.pk),
        timezone.localdate(row.created_at),
        f"{row.code}　{row.category or '未分类'}",
        filled(
            ("来源", f"{row.contact.get_channel_display() if row.contact else '代表登记'}，{names(row.deputies.all())}反映"),
            ("地点", where(row.area, row.place)),
            ("内容", row.text),
            ("去向", f"{row.get_way_display()}{f'（{row.responsible}）' if row.responsible else ''}，{row.get_state_display()}"),
            ("办理结果", row.result),
            ("反馈", "，".join(filter(None, (f"{cn(row.told_on)}告知选民" if row.told_on else "", settled)))),
        ),
    )


# ---- duty reports


def _meetings(period: Period) -> QuerySet[Any]:
    return DutyReportMeeting.objects.filter(**days(period, "held_on"))


def _duty_facts(period: Period, argument: str) -> Sequence[QuerySet[Any]]:
    return [counted(_meetings(period), path="electoral_district__area__path", on="held_on")]


def _read_duty(area: Area, period: Period, argument: str) -> Part:
    rows = _meetings(period).filter(electoral_district__area__path__startswith=area.path).select_related("electoral_district__area")
    found = rows.prefetch_related("reports__mandate__deputy", "reports__questions", "reports__ballots__aspect").order_by("held_on", "pk")
    return Part("述职评议", tuple(_duty_entry(row) for row in found))


def _duty_entry(row: DutyReportMeeting) -> Entry:
    reports = list(row.reports.all())
    lines = [
        ("时间", cn(row.held_on)),
        ("地点", where(row.electoral_district.area, row.place)),
        ("述职代表", names(f"{each.mandate.deputy}（{'现场' if each.is_on_site else '书面'}）" for each in reports)),
        ("到会选民", f"{row.voters_present}人" if row.voters_present is not None else ""),
    ]
    for each in reports:
        for question in each.questions.all():
            lines.append((f"询问{each.mandate.deputy}", f"问：{question.question}\n答：{question.answer or '（没有记录答复）'}"))
    # SECURITY: what was voted stays hidden until it is announced.
    if row.state == DutyReportState.ANNOUNCED:
        lines += [(f"{each.mandate.deputy}评议", _ballot(each)) for each in reports]
    return Entry(("duty_report", row.pk), row.held_on or row.planned_on, str(row), filled(*lines))


def _ballot(report: Any) -> str:
    sums: dict[str, int] = {}
    for ballot in report.ballots.all():
        sums[ballot.get_grade_display()] = sums.get(ballot.get_grade_display(), 0) + ballot.count
    return "，".join(f"{grade}{count}票" for grade, count in sums.items())


# ---- deeds


def _deeds(period: Period) -> QuerySet[Any]:
    return Deed.objects.filter(state=DeedState.APPROVED, **days(period, "on"))


def _deed_facts(period: Period, argument: str) -> Sequence[QuerySet[Any]]:
    return [told(_deeds(period), what="deed", path=f"deputy__mandates__{place}", on="on") for place in PLACES]


def _read_deeds(area: Area, period: Period, argument: str) -> Part:
    here = Q(*[(f"deputy__mandates__{place}__startswith", area.path) for place in PLACES], _connector=Q.OR)
    rows = Deed.objects.filter(pk__in=_deeds(period).filter(here).values("pk")).select_related("deputy").prefetch_related("photos")
    entries = (
        Entry(
            ("deed", row.pk),
            row.on,
            row.title,
            filled(("代表", str(row.deputy)), ("事迹", row.story)),
            tuple(str(photo.file.name) for photo in list(row.photos.all())[:_PHOTOS]),
        )
        for row in rows.order_by("on", "pk")
    )
    return Part("为民办实事", tuple(entries))


SOURCES = (
    Source("contacts", "联系选民", _contact_facts, _read_contacts, frozenset(Channel.values)),
    Source("receptions", "接待选民", _reception_facts, _read_receptions),
    Source("opinions", "社情民意", _opinion_facts, _read_opinions),
    Source("duty_reports", "述职评议", _duty_facts, _read_duty),
    Source("deeds", "为民办实事", _deed_facts, _read_deeds),
)
