"""What is printed of a session, a year or a day: lists and letters to units, the bound answers, the year's report."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from congress.errors import DomainError
from congress.models import Congress, DocumentBatch, Organisation, User
from congress.services.documents import Wanted
from suggestions.enums import UNIT_ROLES, ReminderKind
from suggestions.models import (
    Clock,
    Commitment,
    Consultation,
    Cosigner,
    Evaluation,
    KeySupervision,
    ProfileLimit,
    Reminder,
    Reply,
    RuleProfile,
    SpotCheck,
    SupervisionEvent,
)
from suggestions.services.moves import require
from suggestions.services.papers import kinds
from suggestions.services.papers.asking import ask
from suggestions.services.papers.scopes import Scope

LETTERS = (ReminderKind.LATE, ReminderKind.SUPERVISION)
# A volume of some hundred pages is what a press binds, and is done well within a worker's lease.
PER_VOLUME = 40
WORD = "（Word 稿）"


def assignment_list(*, actor: User, congress: Congress, code: str) -> DocumentBatch:
    """交办清单. Raises PermissionDenied, and DomainError where nothing was assigned."""
    require(actor, "suggestions.print_assignments", congress)
    scope = Scope.parse(congress, code)
    if not scope.handlings().exists():
        raise DomainError(f"{scope.short}还没有交办的建议，不能印制交办清单。")
    title = f"{scope.short}代表建议交办清单"
    about = f"{congress.area.code}/{code}"
    wanted = [Wanted(kinds.LIST, about, title, title)]
    return ask(actor=actor, name=f"assignments-{congress.area.code}-{code}", title=title, told=_assigned(scope), wanted=wanted)


def dispatch_letters(*, actor: User, congress: Congress, code: str, unit: Organisation | None = None) -> DocumentBatch:
    """交办通知, one a unit as PDF and Word; of one ``unit`` also for its own people.

    Raises PermissionDenied, and DomainError where nothing was assigned.
    """
    if unit is None or unit.pk not in actor.access.organisation_ids(*UNIT_ROLES):
        require(actor, "suggestions.print_assignments", congress)
    scope = Scope.parse(congress, code)
    rows = scope.handlings().filter(unit=unit) if unit else scope.handlings()
    units = list(Organisation.objects.filter(pk__in=rows.order_by().values("unit")).order_by("code"))
    if not units:
        raise DomainError(f"{scope.short}还没有交办的建议，不能印制交办通知。")
    wanted = []
    for each in units:
        about, name = letter_subject(congress, each, code), f"交办通知_{each.short_name or each.name}_{code}"
        wanted.append(Wanted(kinds.DISPATCH, about, f"交办通知：{each}", name))
        wanted.append(Wanted(kinds.DISPATCH_WORD, about, f"交办通知：{each}{WORD}", name))
    title = f"{scope.short}代表建议交办通知{f'（{units[0]}）' if unit else f'（{len(units)}个单位）'}"
    return ask(
        actor=actor,
        name=f"dispatch-{congress.area.code}-{code}{f'-{unit.pk}' if unit else ''}",
        title=title,
        told=[[each.pk for each in units], *_assigned(scope)],
        wanted=wanted,
    )


def reminder_letter(*, actor: User, congress: Congress, unit: Organisation, on: datetime.date, kind: str) -> DocumentBatch:
    """催办函 or 督办通知: all of which a unit was reminded on the day. Raises PermissionDenied, and DomainError where there is none."""
    if unit.pk not in actor.access.organisation_ids(*UNIT_ROLES):
        require(actor, "suggestions.print_assignments", congress)
    rows = reminders(congress, unit, on, kind)
    if kind not in LETTERS or not rows.exists():
        raise DomainError("这一天没有向该单位催办或者督办，不能印制。请先在建议页面催办。")
    supervises = kind == ReminderKind.SUPERVISION
    name = "督办通知" if supervises else "催办函"
    pair = (kinds.SUPERVISION, kinds.SUPERVISION_WORD) if supervises else (kinds.REMINDER, kinds.REMINDER_WORD)
    about, title = letter_subject(congress, unit, f"{on:%Y%m%d}"), f"{name}：{unit}（{on.year}年{on.month}月{on.day}日）"
    file = f"{name}_{unit.short_name or unit.name}_{on:%Y%m%d}"
    return ask(
        actor=actor,
        name=f"{pair[0].replace('_', '-')}-{unit.pk}-{on:%Y%m%d}",
        title=title,
        told=[rows, Clock.objects.filter(reminders__in=rows).distinct()],
        wanted=[Wanted(pair[0], about, title, file), Wanted(pair[1], about, f"{title}{WORD}", file)],
    )


def reminders(congress: Congress, unit: Organisation, on: datetime.date, kind: str) -> Any:
    return Reminder.objects.filter(clock__suggestion__congress=congress, clock__handling__unit=unit, on=on, kind=kind)


def booklet(*, actor: User, congress: Congress, code: str) -> DocumentBatch:
    """汇编: all suggestions of a session or a year with their answers, in volumes that workers render one by one.

    Raises PermissionDenied, and DomainError where nothing was accepted.
    """
    require(actor, "suggestions.print_yearly", congress)
    scope = Scope.parse(congress, code)
    numbers = [f"{kind[0]}{number}" for kind, number in scope.suggestions().values_list("kind", "number")]
    if not numbers:
        raise DomainError(f"{scope.short}还没有受理的建议，不能汇编。")
    volumes = [numbers[start : start + PER_VOLUME] for start in range(0, len(numbers), PER_VOLUME)]
    title = f"{scope.short}代表建议及办理答复汇编"
    wanted = []
    for place, held in enumerate(volumes, start=1):
        which = f"第{place}册" if len(volumes) > 1 else ""
        about = f"{congress.area.code}/{code}/{place}-{len(volumes)}/{held[0]}-{held[-1]}"
        wanted.append(Wanted(kinds.VOLUME, about, f"{title}{which}", f"{title}{which}"))
    rows = scope.suggestions().order_by()
    replies = Reply.objects.filter(handling__suggestion__in=rows.values("pk"))
    told = [
        [each.subject for each in wanted],
        *_assigned(scope),
        Cosigner.objects.filter(suggestion__in=rows.values("pk")),
        replies,
        Evaluation.objects.filter(reply__in=replies.values("pk")),
        Commitment.objects.filter(reply__in=replies.values("pk")),
    ]
    return ask(actor=actor, name=f"booklet-{congress.area.code}-{code}", title=title, told=told, wanted=wanted)


def report(*, actor: User, congress: Congress, year: int) -> DocumentBatch:
    """办理情况报告 of the year as it stands today (代表法 art. 51). Raises PermissionDenied, and DomainError where there is nothing to report."""
    require(actor, "suggestions.print_yearly", congress)
    scope, today = Scope.parse(congress, f"{year}"), timezone.localdate()
    if year > today.year:
        raise DomainError(f"{year}年还没有到，不能印制办理情况报告。")
    if not scope.suggestions().exists():
        raise DomainError(f"{year}年没有受理的代表建议，不能印制办理情况报告。")
    title = f"{congress.short_name}{year}年代表建议办理情况报告"
    about = f"{congress.area.code}/{year}/{today:%Y%m%d}"
    wanted = [Wanted(kinds.REPORT, about, title, title), Wanted(kinds.REPORT_WORD, about, f"{title}{WORD}", title)]
    replies = Reply.objects.filter(handling__suggestion__congress=congress)
    told = [
        about,
        *_assigned(scope),
        replies,
        Evaluation.objects.filter(reply__in=replies.values("pk")),
        Commitment.objects.filter(reply__in=replies.values("pk")),
        Consultation.objects.filter(handling__suggestion__congress=congress),
        SpotCheck.objects.filter(reply__in=replies.values("pk")),
        KeySupervision.objects.filter(suggestion__congress=congress, year=year),
        SupervisionEvent.objects.filter(supervision__suggestion__congress=congress),
    ]
    return ask(actor=actor, name=f"report-{congress.area.code}-{year}", title=title, told=told, wanted=wanted)


def letter_subject(congress: Congress, unit: Organisation, code: str) -> str:
    """The area first and the unit's key between strokes, so that a condition on it needs no other table."""
    return f"{congress.area.code}/{unit.pk}/{code}"


def _assigned(scope: Scope) -> list[Any]:
    """What lists and letters tell: the matters, the units' parts, until when, and the rules of the congress."""
    parts = scope.handlings()
    return [
        scope.suggestions(),
        parts,
        Clock.objects.filter(handling__in=parts.order_by().values("pk")),
        RuleProfile.objects.filter(congress=scope.congress),
        ProfileLimit.objects.filter(profile__congress=scope.congress),
    ]
