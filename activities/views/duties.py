"""Duties: every rule with its counts, the subjects of a rule, subjects by rules, and one subject with what counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from activities.defaults.duty_rules import SIX, THREE
from activities.duties import Fulfilment, Reckoning, Scope, scope_of
from activities.duties.upcoming import coming, sentence
from activities.duties.workbook import duties_workbook
from activities.enums import DutyPeriod, DutyState, DutySubject
from activities.models import DutyRule
from activities.tables.duties import Count, Line, asks, counts_table, full_name, matrix_table, rows_table, state_tag, value_html
from congress import charts, listing
from congress.context import frame_of
from congress.documents.registry import XLSX
from congress.models import Area
from congress.periods import Period
from congress.services import audit

_NO_SUCH_PERIOD = "“时段”应写作 2026、2026H1、2026Q3 或 2026-09，已列出当前的情况。"
_BEHIND = (DutyState.ON_COURSE, DutyState.AT_RISK, DutyState.MISSED)
_DONE = (DutyState.MET, DutyState.EXCEEDED)
STATES = (*((state.value, state.label) for state in DutyState), ("done", "已完成（含超出上限）"), ("behind", "尚未完成"))
_GROUPS = {"done": _DONE, "behind": _BEHIND}


@dataclass(frozen=True)
class _Asked:
    """What a page was asked: the period, the area, and who asks."""

    period: Period
    code: str
    area: Area | None
    area_code: str
    scope: Scope
    is_wrong: bool
    units: list[Area]
    reckoning: Reckoning

    @property
    def query(self) -> dict[str, str]:
        return {name: value for name, value in (("period", self.code), ("area", self.area_code)) if value}

    @property
    def filters(self) -> dict[str, Any]:
        """What the filter form of every page shows."""
        today = timezone.localdate()
        choices = [Period.containing(today, "month"), Period.containing(today, "quarter"), Period.containing(today, "quarter").previous]
        choices += [Period.containing(today, "half"), Period.year(today.year), Period.year(today.year - 1)]
        return {
            "asked_period": self.code,
            "asked_area": self.area_code,
            "periods": list(dict.fromkeys([*choices, *([self.period] if self.code else [])])),
            "units": self.units,
            "elsewhere": self.area if self.area and self.area not in self.units else None,
            "wrong_period": _NO_SUCH_PERIOD if self.is_wrong else "",
        }


def _ask(request: HttpRequest) -> _Asked:
    """``?period=`` (this month where empty: every rule's period under way, as it stands today) and ``?area=``."""
    today = timezone.localdate()
    words, code = request.GET.get("period", "").strip().upper(), request.GET.get("area", "").strip()
    is_wrong = False
    try:
        period = Period.parse(words) if words else Period.containing(today, "month")
    except ValueError:
        period, words, is_wrong = Period.containing(today, "month"), "", True
    home = frame_of(request).congress
    scope = scope_of(request.user)
    units = list(Area.objects.active().town_level().within(home.area)) if home and scope.paths is None else []
    area = next((unit for unit in units if unit.code == code), None) or (Area.objects.filter(code=code).first() if code else None)
    within = area.path if area else ("nowhere" if code else "")
    return _Asked(period, words, area, code, scope, is_wrong, units, Reckoning(period, today=today, scope=scope, within=within, home=home))


def _sees_any(request: HttpRequest) -> bool:
    return bool(request.user.access.roles)


# ---- every rule with its counts


def _tab_of(rule: DutyRule) -> str:
    return rule.family or DutySubject(rule.subject).label


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The rules of one tab (a family such as 三个一, or the other rules of one kind of subject), each with how many are how far.

    A deputy has few of each, and gets them as they are.
    """
    if frame_of(request).in_hand:
        return _rows(request, None)
    asked = _ask(request)
    held = list(DutyRule.objects.held_in(asked.period)) if _sees_any(request) else []
    tabs = list(dict.fromkeys(_tab_of(rule) for rule in held))
    tab = request.GET.get("tab", "")
    tab = tab if tab in tabs else next(iter(tabs), "")
    rules = [rule for rule in held if _tab_of(rule) == tab]
    found = asked.reckoning.of(rules)
    counts = [
        Count(rule, Counter(row.state for row in found[rule.pk]), _when(rule, found[rule.pk]), partial(_rule_address, rule, asked))
        for rule in rules
    ]
    counts = [count for count in counts if count.states or asked.scope.paths is None]
    page = listing.page_of(request, counts)
    context = {
        **asked.filters,
        "page": page,
        "table": counts_table(lambda rule: _rule_address(rule, asked), any(rule.maximum is not None for rule in rules)).render(
            page.object_list
        ),
        "tabs": tabs,
        "tab": tab,
        "has_matrix": any(rule.family for rule in rules),
        "matrix": f"{reverse('activities:duty_matrix')}?{urlencode({'family': tab, **asked.query})}",
        "may_edit": request.user.access.is_office,
    }
    response = render(request, "activities/duties/overview.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _when(rule: DutyRule, found: list[Fulfilment]) -> str:
    """The windows reckoned, in words: 2026年11月, 2026年1月至2026年11月, or 青溪镇人大第17届等 9 届."""
    labels = list(dict.fromkeys(row.window.label for row in found))
    if len(labels) > 1 and rule.period == DutyPeriod.TERM:
        return f"{labels[0]}等 {len(labels)} 届"
    return f"{labels[0]}至{labels[-1]}" if len(labels) > 1 else "".join(labels) or "—"


def _rule_address(rule: DutyRule, asked: _Asked, **more: str) -> str:
    query = urlencode({**asked.query, **more})
    return f"{reverse('activities:duty_rule', args=[rule.code])}{'?' if query else ''}{query}"


# ---- subjects


@require_safe
def rule_rows(request: HttpRequest, rule: str) -> HttpResponse:
    """The subjects of one rule."""
    return _rows(request, _rule(request, rule))


@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """The subjects of all rules, or of those of ``?family=``: what reminders and the figure of A05 lead to."""
    return _rows(request, None)


def _rule(request: HttpRequest, code: str) -> DutyRule:
    if not _sees_any(request):
        raise Http404("没有角色的账号看不到履职要求")
    return get_object_or_404(DutyRule.objects.prefetch_related("figures"), code=code)


def _found(request: HttpRequest, rule: DutyRule | None, asked: _Asked) -> tuple[dict[str, str], list[Fulfilment]]:
    filters = {name: request.GET.get(name, "").strip() for name in ("state", "family", "q")}
    rules: list[DutyRule] = [rule] if rule else []
    if rule is None and _sees_any(request):
        held = DutyRule.objects.held_in(asked.period)
        rules = list(held.of_families(filters["family"].split("|")) if filters["family"] else held)
    found = asked.reckoning.rows(rules)
    if filters["state"]:
        wanted = _GROUPS.get(filters["state"], (filters["state"],))
        found = [row for row in found if row.state in wanted]
    if filters["q"]:
        words = filters["q"].lower()
        found = [row for row in found if words in row.subject.name.lower() or row.subject.code.lower().startswith(words)]
    return filters, found


def _rows(request: HttpRequest, rule: DutyRule | None) -> HttpResponse:
    asked = _ask(request)
    filters, found = _found(request, rule, asked)
    page = listing.page_of(request, found)
    context = {
        **asked.filters,
        "page": page,
        "table": rows_table(several_rules=rule is None).render(page.object_list),
        "rule": rule,
        "asks": asks(rule) if rule else "",
        "asked": filters,
        "filtered": bool(asked.area_code or filters["state"] or filters["q"]),
        "states": STATES,
        "export": f"{reverse('activities:duty_rows_xlsx')}?{urlencode({**asked.query, **filters, 'rule': rule.code if rule else ''})}",
        "here": reverse("activities:duty_rule", args=[rule.code]) if rule else reverse("activities:duty_rows"),
    }
    response = render(request, "activities/duties/rows.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook. Who took it out is in the audit trail."""
    code = request.GET.get("rule", "").strip()
    rule = _rule(request, code) if code else None
    _, found = _found(request, rule, _ask(request))
    audit.record(request.user, "activities.export_duties", changes={"rows": [None, len(found)]})
    response = HttpResponse(duties_workbook(found), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, "履职要求完成情况.xlsx")
    return response


@require_safe
def subject(request: HttpRequest, rule: str, code: str) -> HttpResponse:
    """One subject of a rule: how far, how that is reckoned, the records that count and what still would.

    ``X-Total-Count`` is the value: this is where the rules lead that add up several figures.
    """
    found = _rule(request, rule)
    asked = _ask(request)
    mine = [row for row in asked.reckoning.rows([found]) if row.subject.code == code]
    if not mine:
        raise Http404("这一时段没有这个对象的要求")
    row = mine[-1]
    context = {
        "row": row,
        "rule": found,
        "name": full_name(found),
        "asks": asks(found),
        "value": value_html(row),
        "state": state_tag(row.state),
        "lacks": sentence(row),
        "lists": [(figure.label, figure.records(code, row.period, argument)) for figure, argument in row.counted],
        "coming": coming(row, request.user),
        "others": [(each, state_tag(each.state), value_html(each)) for each in mine[:-1]],
    }
    response = render(request, "activities/duties/subject.html", context)
    response["X-Total-Count"] = charts.plain(row.value or 0)
    return response


# ---- subjects by rules


@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """Towns by the six things, deputies by the three, and how even the towns are (the speech's own complaint: 不平衡)."""
    asked = _ask(request)
    held = [rule for rule in DutyRule.objects.held_in(asked.period) if rule.family] if _sees_any(request) else []
    families = list(dict.fromkeys(rule.family for rule in held)) or [THREE, SIX]
    family = request.GET.get("family", "")
    family = family if family in families else families[0]
    rules = [rule for rule in held if rule.family == family]
    state = request.GET.get("state", "")
    found = asked.reckoning.of(rules)
    lines = _lines(rules, found)
    balance = _balance(lines, asked)
    if state in _GROUPS:
        lines = [line for line in lines if (line.met == line.asked) == (state == "done")]
    page = listing.page_of(request, lines)
    context = {
        **asked.filters,
        "page": page,
        "table": matrix_table(family, rules).render(page.object_list),
        "families": families,
        "family": family,
        "state": state,
        "filtered": bool(asked.area_code or state in _GROUPS),
        "when": "、".join(dict.fromkeys(_when(rule, found[rule.pk]) for rule in rules)),
        **balance,
    }
    response = render(request, "activities/duties/matrix.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _lines(rules: list[DutyRule], found: Mapping[int, list[Fulfilment]]) -> list[Line]:
    """Each subject with its latest fulfilment of each rule."""
    subjects = {row.subject.pk: row.subject for rule in rules for row in found[rule.pk]}
    latest = [{row.subject.pk: row for row in found[rule.pk]} for rule in rules]
    return [Line(each, [rows.get(pk) for rows in latest]) for pk, each in subjects.items()]


def _balance(lines: list[Line], asked: _Asked) -> dict[str, Any]:
    """The share of the duties met by town, the lowest first, with the mean; for those who see all towns."""
    sums: dict[str, tuple[int, int]] = {}
    for unit in asked.units:
        inside = [line for line in lines if line.subject.path.startswith(unit.path)]
        if total := sum(line.asked for line in inside):
            sums[unit.name] = sum(line.met for line in inside), total
    if len(sums) < 2:
        return {"chart": SafeString(""), "towns": []}
    shares = sorted((Decimal(met) * 100 / total, name, met, total) for name, (met, total) in sums.items())
    mean = round(sum(share for share, *_ in shares) / len(shares), 1)
    bars = [charts.Bar(name, share, f"{met}/{total}", "low" if share < mean else "now") for share, name, met, total in shares]
    chart = charts.bars("各镇（街道）完成比例", bars, ticks=(0, 50, 100), mean=mean, width=520)
    return {
        "chart": chart,
        "mean": mean,
        "towns": [(name, met, total, charts.plain(round(share, 1))) for share, name, met, total in shares],
    }
