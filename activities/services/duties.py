"""Duty rules: keeping them without rewriting what closed periods showed, and reminding those who are behind."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from activities.duties import Fulfilment, Reckoning, Window
from activities.duties.reckoning import share_gone
from activities.duties.subjects import FIGURE_SUBJECTS
from activities.enums import DutyPeriod, DutyState, DutySubject
from activities.models import DutyReminder, DutyRule, DutyRuleFigure
from congress import figures
from congress.enums import Role
from congress.errors import DomainError
from congress.models import RoleGrant, Term, User
from congress.periods import Period
from congress.services import audit
from congress.services.notices import notify

NAMING = ("family", "name", "basis", "position")
COUNTING = ("subject", "level", "kinds", "period", "minimum", "maximum")
TAKEN = ("rows", "matrix")  # words of addresses beside the rules' codes
BEHIND = (DutyState.ON_COURSE, DutyState.AT_RISK, DutyState.MISSED)
STAGES = (("end", Decimal(5) / 6), ("half", Decimal(1) / 2))  # the share of the period that is over, the later stage first
_LONGEST = 200  # letters of a notice
_NAMED = 3

Counted = Sequence[tuple[str, str]]


# ---- keeping the rules


@transaction.atomic
def create_rule(*, actor: audit.Actor, counted: Counted, starts_on: datetime.date | None = None, **fields: Any) -> DutyRule:
    """Adds a rule with the (figure, argument) pairs that count. Without ``starts_on`` it holds from the period under way.

    Raises DomainError as ``refuse_new`` does.
    """
    refuse_new(counted=counted, starts_on=starts_on, **fields)
    rule = DutyRule.objects.create(starts_on=starts_on or current_start(fields["period"], fields.get("level", "")), **fields)
    _write_figures(rule, counted)
    audit.record(actor, "activities.create_dutyrule", rule, changes=audit.difference({}, _told(rule, counted)))
    return rule


def refuse_new(*, counted: Counted, starts_on: datetime.date | None = None, **fields: Any) -> None:
    """Raises DomainError when the code is taken, a figure does not count the rule's subjects, or it would begin in a closed period."""
    _refuse_figures(fields["subject"], counted)
    if DutyRule.objects.filter(code=fields["code"]).exists() or fields["code"] in TAKEN:
        raise DomainError(f"标识“{fields['code']}”已有要求使用，请另取一个。")
    current = current_start(fields["period"], fields.get("level", ""))
    if starts_on is not None and starts_on < current:
        raise DomainError(f"起用日期不能早于{_cn(current)}：此前的周期已经结束，不再追加要求。")


@transaction.atomic
def change_rule(*, actor: audit.Actor, rule: DutyRule, counted: Counted, **fields: Any) -> DutyRule:
    """Changes a rule as staff edited it; answers the rule that now holds. Without a difference nothing is written.

    What a closed period showed stays: where the rule held in one, a change of what it asks ends it on the day before the period
    under way and makes its next version, which holds from that period on. Names, basis and order change in place.
    Raises DomainError as ``refuse_change`` does.
    """
    rule = DutyRule.objects.select_for_update().get(pk=rule.pk)
    now = [(each.figure, each.argument) for each in rule.figures.all()]
    before = _fields_of(rule)
    wanted = {name: fields.get(name, value) for name, value in before.items()}
    if wanted == before and sorted(counted) == sorted(now):
        return rule
    refuse_change(rule=rule, counted=counted, **wanted)
    current = current_start(rule.period, rule.level)
    asks_else = any(wanted[name] != before[name] for name in COUNTING) or sorted(counted) != sorted(now)
    if asks_else and _has_closed(rule, current):
        return _next_version(actor, rule, wanted, counted, current)
    DutyRule.objects.filter(pk=rule.pk).update(**wanted)
    rule.refresh_from_db()
    if sorted(counted) != sorted(now):
        rule.figures.all().delete()
        _write_figures(rule, counted)
    changes = audit.difference(before | {"figures": _listed(now)}, wanted | {"figures": _listed(counted)})
    audit.record(actor, "activities.change_dutyrule", rule, changes=changes)
    return rule


def refuse_change(*, rule: DutyRule, counted: Counted, **fields: Any) -> None:
    """Raises DomainError for a rule that has ended before, for figures that don't fit, and for days that would change a closed period.

    ``rule`` is read anew, so that a form may give the one it has changed already.
    """
    stored = DutyRule.objects.get(pk=rule.pk)
    _refuse_figures(fields.get("subject", stored.subject), counted)
    current = current_start(stored.period, stored.level)
    if stored.ends_on is not None and stored.ends_on < current:
        raise DomainError(f"“{stored}”已于{_cn(stored.ends_on)}停用，不再修改。需要时请另加一条。")
    starts_on, ends_on = fields.get("starts_on", stored.starts_on), fields.get("ends_on", stored.ends_on)
    if starts_on != stored.starts_on and (_has_closed(stored, current) or starts_on is None or starts_on < current):
        raise DomainError(f"起用日期不能这样改：{_cn(current)}以前的周期已经结束，改动会改写当时的结果。")
    closed = current - datetime.timedelta(days=1)
    if ends_on is not None and ends_on != stored.ends_on and ends_on < closed:
        raise DomainError(f"停用日期不能早于{_cn(closed)}：此前的周期已经结束，改动会改写当时的结果。")


def _has_closed(rule: DutyRule, current: datetime.date) -> bool:
    """Whether the rule held in a period that is over."""
    return rule.starts_on is None or rule.starts_on < current


def _fields_of(rule: DutyRule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in (*NAMING, *COUNTING, "starts_on", "ends_on")}


def _next_version(actor: audit.Actor, rule: DutyRule, wanted: dict[str, Any], counted: Counted, current: datetime.date) -> DutyRule:
    ends_on = current - datetime.timedelta(days=1)
    DutyRule.objects.filter(pk=rule.pk).update(ends_on=ends_on)
    made = DutyRule.objects.create(code=_next_code(rule.code), **(wanted | {"starts_on": current}))
    _write_figures(made, counted)
    changes = {"code": [rule.code, made.code], "ends_on": [None, str(ends_on)], "starts_on": [None, str(current)]}
    differences = audit.difference({name: getattr(rule, name) for name in COUNTING}, {name: wanted[name] for name in COUNTING})
    audit.record(actor, "activities.new_dutyrule_version", made, changes={**differences, **changes, "figures": [None, _listed(counted)]})
    return made


def _next_code(code: str) -> str:
    """receptions, receptions-2, receptions-3."""
    base, _, end = code.rpartition("-")
    base, number = (base, int(end)) if base and end.isdecimal() else (code, 1)
    used = set(DutyRule.objects.filter(code__startswith=base).values_list("code", flat=True))
    while (following := f"{base[:36]}-{number + 1}") in used:
        number += 1
    return following


def current_start(period: str, level: str = "") -> datetime.date:
    """The first day of the period under way; what ended before it is closed. Of several terms under way the earliest counts."""
    today = timezone.localdate()
    if period != DutyPeriod.TERM:
        return Period.containing(today, period).start
    terms = Term.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today), starts_on__lte=today)
    if level:
        terms = terms.filter(congress__level=level)
    latest: dict[int, datetime.date] = dict(terms.order_by("number").values_list("congress", "starts_on"))
    return min(latest.values(), default=today)


def _refuse_figures(subject: str, counted: Counted) -> None:
    if not counted:
        raise DomainError("请至少选一项计入的指标。")
    if len(set(counted)) < len(counted):
        raise DomainError("同一指标和范围只计一次，请删去重复的一行。")
    wanted = FIGURE_SUBJECTS[DutySubject(subject)]
    for key, _ in counted:
        figure = figures.find(key)
        if figure is not None and figure.subject != wanted:
            raise DomainError(f"“{figure.label}”不是按{DutySubject(subject).label}统计的指标，请另选。")


def _write_figures(rule: DutyRule, counted: Counted) -> None:
    DutyRuleFigure.objects.bulk_create(DutyRuleFigure(rule=rule, figure=figure, argument=argument) for figure, argument in counted)


def _told(rule: DutyRule, counted: Counted) -> dict[str, Any]:
    return _fields_of(rule) | {"figures": _listed(counted)}


def _listed(counted: Counted) -> str:
    return "；".join(f"{figure} {argument}".strip() for figure, argument in sorted(counted))


def _cn(day: datetime.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


# ---- reminding


@transaction.atomic
def remind(*, today: datetime.date | None = None) -> int:
    """Reminds whoever is behind of a rule once half of its period is over, and again once five sixths are.

    Each person gets one notice with all that is missing: deputies and standing members their own, town staff what their town, its
    groups and platforms lack, the office the district's. A stage is told once, however often this runs; one that came too late,
    because a later one is due already, is left out. Returns how many people were reminded.
    """
    today = today or timezone.localdate()
    rules = list(DutyRule.objects.held_in(Period.containing(today, "month")))
    found = Reckoning(Period.containing(today, "month"), today=today).of(rules)
    told = set(DutyReminder.objects.filter(rule__in=rules).values_list("rule", "period", "stage"))
    behind: list[Fulfilment] = []
    last = 0
    for rule in rules:
        windows: dict[Window, list[Fulfilment]] = defaultdict(list)
        for row in found[rule.pk]:
            windows[row.window].append(row)
        for window, rows in windows.items():
            stage = _stage(window, today)
            if not stage or (rule.pk, window.code, stage) in told:
                continue
            late = [row for row in rows if row.state in BEHIND]
            reminder, is_new = DutyReminder.objects.get_or_create(rule=rule, period=window.code, stage=stage, defaults={"count": len(late)})
            if is_new:
                behind += late
                last = reminder.pk
    people = _by_person(behind)
    users = {user.pk: user for user in User.objects.filter(pk__in=people, is_active=True)}
    for pk, user in users.items():
        notify([user], text=_sentence(people[pk]), key=f"duties-{last}", url=_address(today))
    return len(users)


def _stage(window: Window, today: datetime.date) -> str:
    gone = share_gone(window.start, window.end, today)
    return next((stage for stage, share in STAGES if gone >= share), "")


def _by_person(rows: Iterable[Fulfilment]) -> dict[int, list[Fulfilment]]:
    """Whose matter each row is. One query."""
    staff: dict[str, set[int]] = defaultdict(set)
    office: set[int] = set()
    grants = RoleGrant.objects.in_force().filter(role__in=[Role.TOWN_OFFICE, Role.OFFICE], organisation__is_active=True)
    for user, role, path in grants.values_list("user", "role", "organisation__area__path"):
        if role == Role.OFFICE:
            office.add(user)
        else:
            staff[path].add(user)
    found: dict[int, list[Fulfilment]] = defaultdict(list)
    for row in rows:
        match row.rule.subject:
            case DutySubject.DEPUTY | DutySubject.STANDING_MEMBER:
                people = {row.subject.user} if row.subject.user else set()
            case DutySubject.DISTRICT:
                people = office
            case _:
                people = {user for path, users in staff.items() if row.subject.path.startswith(path) for user in users}
        for user in people:
            found[user].append(row)
    return found


def _sentence(rows: Sequence[Fulfilment]) -> str:
    """履职提醒：三个一·参加视察（…）还差 1 次；接待选民日（2026年11月）上岭村人大代表之家等 4 个未完成。"""
    by_rule: dict[tuple[DutyRule, Window], list[Fulfilment]] = defaultdict(list)
    for row in rows:
        by_rule[row.rule, row.window].append(row)
    parts = [_part(rule, window, each) for (rule, window), each in by_rule.items()]
    for shown in range(len(parts), 0, -1):
        rest = f"；另有 {len(parts) - shown} 项" if shown < len(parts) else ""
        text = f"履职提醒：{'；'.join(parts[:shown])}{rest}。"
        if len(text) <= _LONGEST:
            return text
    return f"履职提醒：有 {len(parts)} 项履职要求尚未完成。"


def _part(rule: DutyRule, window: Window, rows: Sequence[Fulfilment]) -> str:
    name = f"{rule.family}·{rule.name}" if rule.family else rule.name
    when = "届内" if rule.period == DutyPeriod.TERM else window.label
    if rule.subject in (DutySubject.DEPUTY, DutySubject.STANDING_MEMBER, DutySubject.TOWN, DutySubject.SUBDISTRICT, DutySubject.DISTRICT):
        row = rows[0]
        return f"{name}（{when}）{row.lacks}"
    names = "、".join(row.subject.name for row in rows[:_NAMED])
    more = f"等 {len(rows)} 个" if len(rows) > _NAMED else ""
    return f"{name}（{when}）{names}{more}未完成"


def _address(today: datetime.date) -> str:
    asked = {"period": Period.containing(today, "month").code, "state": "behind"}
    return f"{reverse('activities:duty_rows')}?{urlencode(asked)}"
