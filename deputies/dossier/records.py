"""What this app tells in a dossier: contacts, opinions, duty reports, honours and deeds, the two liaisons, groups, and changes
of mandates. Voters are never named. Each section asks the database once or twice for however many deputies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from congress.charts import plain
from congress.periods import Period
from congress.tables import addresses
from deputies import dossier
from deputies.dossier import Line, Section, cn, span
from deputies.enums import BallotGrade, Channel, DeedState, EndReason, GroupRole, MandateStatus, OpinionState
from deputies.models import (
    Deed,
    DeputyLiaison,
    DutyReport,
    GroupMembership,
    Honour,
    LiaisonRecord,
    MandateChange,
    Opinion,
    VoterContact,
    VoterLiaison,
)

_MOST = 120  # letters of what was said; the record itself has all of it
_CHANNELS, _STATES, _ROLES = dict(Channel.choices), dict(OpinionState.choices), dict(GroupRole.choices)
_STATUSES, _REASONS = dict(MandateStatus.choices), dict(EndReason.choices)


def _by_deputy(lines: Iterable[tuple[int, Line]]) -> Mapping[int, Sequence[Line]]:
    found: dict[int, list[Line]] = defaultdict(list)
    for deputy, line in lines:
        found[deputy].append(line)
    return found


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"


def _overlapping(period: Period) -> Q:
    """What was in force on some day of the period."""
    return Q(starts_on__lte=period.end) & (Q(ends_on__isnull=True) | Q(ends_on__gte=period.start))


def _list(name: str, word: str = "period", **fixed: str) -> Callable[[str, Period], str]:
    """The address of a list of a deputy's records; ``word`` is what it calls the period."""
    return lambda code, period: f"{reverse(name)}?{urlencode({'deputy': code, word: period.code, **fixed})}"


def contacts(deputy_ids: Collection[int], period: Period) -> Mapping[int, Sequence[Line]]:
    to = addresses("deputies:contact")
    rows = VoterContact.objects.within(period).filter(deputies__in=deputy_ids).order_by()
    fields = ("deputies", "code", "at", "channel", "area__name", "place", "people", "text", "result")
    return _by_deputy(
        (
            row.deputies,
            Line(
                timezone.localdate(row.at),
                f"{_CHANNELS[row.channel]}，{row.area__name}{row.place}，{row.people}人。{_shortened(row.text)}"
                + (f"（当场答复：{_shortened(row.result)}）" if row.result else ""),
                to(row.code),
            ),
        )
        for row in rows.values_list(*fields, named=True)
    )


def opinions(deputy_ids: Collection[int], period: Period) -> Mapping[int, Sequence[Line]]:
    to = addresses("deputies:opinion")
    days = (period.start, period.end)
    rows = Opinion.objects.filter(deputies__in=deputy_ids, created_at__date__range=days).order_by()
    fields = ("deputies", "code", "created_at", "text", "state", "responsible__name", "told_on")

    def note(row: object) -> str:
        told = f"，{cn(row.told_on)}告知选民" if row.told_on else ""  # type: ignore[attr-defined]
        unit = f"，{row.responsible__name}" if row.responsible__name else ""  # type: ignore[attr-defined]
        return f"{_STATES[row.state]}{unit}{told}"  # type: ignore[attr-defined]

    return _by_deputy(
        (row.deputies, Line(timezone.localdate(row.created_at), _shortened(row.text), to(row.code), note(row)))
        for row in rows.values_list(*fields, named=True)
    )


def duty_reports(deputy_ids: Collection[int], period: Period) -> Mapping[int, Sequence[Line]]:
    """Meetings held in the period, with the announced part of votes that say 满意."""
    to = addresses("deputies:duty_report")
    rows = (
        DutyReport.objects.filter(mandate__deputy__in=deputy_ids, meeting__held_on__range=(period.start, period.end))
        .order_by()
        .annotate(votes=Sum("ballots__count"), satisfied=Sum("ballots__count", filter=Q(ballots__grade=BallotGrade.SATISFIED)))
        .select_related("meeting__electoral_district", "mandate")
    )

    def result(report: DutyReport) -> str:
        votes, satisfied = report.votes, report.satisfied  # type: ignore[attr-defined]
        if report.meeting.announced_at is None or not votes:
            return ""
        return f"满意率{plain(round((satisfied or 0) / votes * 100, 1))}%"

    found = []
    for report in rows:
        meeting, way = report.meeting, "现场述职" if report.is_on_site else "书面述职"
        present = f"，到会选民{meeting.voters_present}人" if meeting.voters_present else ""
        held_on = meeting.held_on or meeting.planned_on
        found.append((report.mandate.deputy_id, Line(held_on, f"{meeting}，{way}{present}。", to(meeting.code), result(report))))
    return _by_deputy(found)


def honours(deputy_ids: Collection[int], period: Period) -> Mapping[int, Sequence[Line]]:
    rows = Honour.objects.filter(deputy__in=deputy_ids, on__range=(period.start, period.end)).order_by()
    return _by_deputy(
        (row.deputy, Line(row.on, f"“{row.name}”，{row.awarded_by}", "", row.level))
        for row in rows.values_list("deputy", "on", "name", "awarded_by", "level", named=True)
    )


def deeds(deputy_ids: Collection[int], period: Period) -> Mapping[int, Sequence[Line]]:
    to = addresses("deputies:deed")
    rows = Deed.objects.filter(deputy__in=deputy_ids, on__range=(period.start, period.end), state=DeedState.APPROVED).order_by()
    return _by_deputy(
        (row.deputy, Line(row.on, f"{row.title}：{_shortened(row.story)}", to(row.code)))
        for row in rows.values_list("deputy", "code", "on", "title", "story", named=True)
    )


def liaisons(deputy_ids: Collection[int], period: Period) -> Mapping[int, Sequence[Line]]:
    """Who of the standing committee keeps in touch with her, with whom she does as a member, what was heard, and how many
    voters she keeps in touch with. Three queries."""
    ids, to = set(deputy_ids), addresses("deputies:liaison_member")
    either = Q(deputy__in=ids) | Q(member__mandate__deputy__in=ids)
    fields = ("deputy", "deputy__name", "member__post", "member__mandate__deputy", "member__mandate__deputy__name")
    code = "member__mandate__deputy__code"
    found = []
    links = DeputyLiaison.objects.filter(_overlapping(period), either).order_by()
    for deputy, name, post, member, member_name, key, starts_on, ends_on in links.values_list(*fields, code, "starts_on", "ends_on"):
        when = span(starts_on, ends_on)
        if deputy in ids:
            found.append((deputy, Line(starts_on, f"常委会{post}{member_name}固定联系", to(key), "", when)))
        if member in ids:
            found.append((member, Line(starts_on, f"作为常委会{post}固定联系代表{name}", to(key), "", when)))
    heard = LiaisonRecord.objects.filter(
        Q(liaison__deputy__in=ids) | Q(liaison__member__mandate__deputy__in=ids), on__range=(period.start, period.end)
    ).order_by()
    of_link = [f"liaison__{field}" for field in (*fields, code)]
    for on, text, deputy, name, post, member, member_name, key in heard.values_list("on", "heard", *of_link):
        if deputy in ids:
            found.append((deputy, Line(on, f"常委会{post}{member_name}联系本人：{_shortened(text)}", to(key))))
        if member in ids:
            found.append((member, Line(on, f"联系代表{name}：{_shortened(text)}", to(key))))
    voters = VoterLiaison.objects.in_force(period.end).filter(deputy__in=ids).order_by()
    for deputy, count in voters.values_list("deputy").annotate(Count("pk")):
        found.append((deputy, Line(period.end, f"固定联系选民{count}名", "", "", "统计时")))
    return _by_deputy(found)


def groups(deputy_ids: Collection[int], period: Period) -> Mapping[int, Sequence[Line]]:
    to = addresses("deputies:group")
    rows = GroupMembership.objects.filter(_overlapping(period), deputy__in=deputy_ids).order_by()
    fields = ("deputy", "starts_on", "ends_on", "role", "group__name", "group__code")
    return _by_deputy(
        (
            row.deputy,
            Line(row.starts_on, row.group__name, to(row.group__code), _ROLES[row.role], span(row.starts_on, row.ends_on)),
        )
        for row in rows.values_list(*fields, named=True)
    )


def changes(deputy_ids: Collection[int], period: Period) -> Mapping[int, Sequence[Line]]:
    rows = MandateChange.objects.filter(mandate__deputy__in=deputy_ids, on__range=(period.start, period.end)).order_by("pk")
    fields = ("mandate__deputy", "on", "status", "reason", "note", "mandate__term__congress__short_name", "mandate__term__number")
    found = []
    for deputy, on, status, reason, note, congress, number in rows.values_list(*fields):
        why = f"：{_REASONS[reason]}" if reason else ""
        found.append((deputy, Line(on, f"{congress}第{number}届代表资格{_STATUSES[status]}{why}", "", note)))
    return _by_deputy(found)


def register() -> None:
    """Called once, when the app is ready. The floors above stand in between: their positions are 200 to 500."""
    for section in (
        Section("contacts", "联系选民", 100, contacts, "次", _list("deputies:contacts")),
        Section("opinions", "反映选民意见", 150, opinions, "件", _list("deputies:opinions")),
        Section("duty_reports", "向选民述职", 600, duty_reports, "次", _list("deputies:duty_reports", "year")),
        Section("deeds", "先进事迹", 700, deeds, "件", _list("deputies:deeds", state=DeedState.APPROVED.value)),
        Section("honours", "表彰奖励", 750, honours, "项", _list("deputies:honours")),
        Section("liaisons", "双联系", 800, liaisons),
        Section("groups", "代表小组", 850, groups),
        Section("changes", "代表资格变动", 900, changes),
    ):
        dossier.register(section)
