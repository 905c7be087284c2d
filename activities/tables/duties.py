"""Duties as tables: the rules with their counts, the subjects of a rule, and subjects by rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString

from activities.duties import Fulfilment, Subject
from activities.duties.upcoming import sentence
from activities.enums import DutyPeriod, DutyState
from activities.models import DutyRule
from congress import charts, figures
from congress.tables import Column, Table, link
from congress.templatetags.frame import cn_date, tag

TONES = {
    DutyState.MET: ("ok", "check"),
    DutyState.EXCEEDED: ("warn", "alert"),
    DutyState.ON_COURSE: ("info", "run"),
    DutyState.AT_RISK: ("warn", "alert"),
    DutyState.MISSED: ("bad", "x"),
    DutyState.NO_DATA: ("", "minus"),
}
_MET = (DutyState.MET, DutyState.EXCEEDED)


class Count(NamedTuple):
    """A rule, how many of its subjects are in each state, and the address of them all."""

    rule: DutyRule
    states: Counter[DutyState]
    when: str
    address: Callable[..., str]


def state_tag(state: DutyState) -> SafeString:
    return tag(*TONES[state], state.label)


def asks(rule: DutyRule) -> str:
    """每季度不少于 1 次, or 届内 2 至 3 名."""
    unit = _unit(rule)
    least = _amount(rule.minimum, unit)
    when = DutyPeriod(rule.period).label
    if rule.maximum is not None:
        return f"{when} {charts.plain(rule.minimum)} 至 {_amount(rule.maximum, unit)}"
    return f"{when}不少于 {least}"


def _unit(rule: DutyRule) -> str | None:
    units = [figure.unit for each in rule.figures.all() if (figure := figures.find(each.figure)) is not None]
    return units[0] if units else None


def _amount(value: Decimal, unit: str | None) -> str:
    if unit == "":
        return f"{charts.plain(value * 100)}%"
    return f"{charts.plain(value)} {unit or '次'}"


def counts_table(page_of: Callable[[DutyRule], str], has_most: bool) -> Table[Count]:
    """One row a rule; each number leads to those it counts."""

    def name(count: Count) -> SafeString:
        basis = f'<br><span class="muted small">{escape(count.rule.basis)}</span>' if count.rule.basis else ""
        return SafeString(f"{link(page_of(count.rule), count.rule.name, 'strong')}{basis}")

    def number(*states: DutyState) -> Callable[[Count], SafeString | str]:
        def cell(count: Count) -> SafeString | str:
            found = sum(count.states[state] for state in states)
            return link(count.address(state=states[0].value), found) if found else "0"

        return cell

    def share(count: Count) -> SafeString | str:
        whole = sum(count.states.values()) - count.states[DutyState.NO_DATA]
        if not whole:
            return SafeString('<span class="muted">暂无数据</span>') if count.states[DutyState.NO_DATA] else "—"
        part = Decimal(sum(count.states[state] for state in _MET)) / whole
        return SafeString(f'<span class="share">{charts.share(part, width=120)}<span>{charts.plain(round(part * 100, 1))}%</span></span>')

    return Table(
        "履职要求完成情况",
        [
            Column("要求", name, is_heading=True),
            Column("标准", lambda count: asks(count.rule)),
            Column("时段", lambda count: count.when),
            Column("已完成", number(DutyState.MET), css="num"),
            Column("进行中", number(DutyState.ON_COURSE), css="num"),
            Column("有风险", number(DutyState.AT_RISK), css="num"),
            Column("未完成", number(DutyState.MISSED), css="num"),
            *([Column("超出上限", number(DutyState.EXCEEDED), css="num")] if has_most else []),
            Column("完成率", share, css="gap"),
        ],
    )


def value_html(row: Fulfilment) -> SafeString | str:
    """The value as a link to the records that count."""
    if row.value is None:
        return "—"
    words = _amount(row.value, _unit(row.rule))
    return link(row.url, words) if row.value and row.url else words


def rows_table(several_rules: bool) -> Table[Fulfilment]:
    """One row a subject and window."""

    def who(row: Fulfilment) -> SafeString:
        where = row.subject.area_name if row.subject.area != row.subject.code else ""
        below = f'<br><span class="muted small">{escape(where)}</span>' if where else ""
        return SafeString(f"{link(row.page, row.subject.name, 'strong')}{below}")

    def when(row: Fulfilment) -> SafeString:
        since = f'<br><span class="muted small">{cn_date(row.since)}起</span>' if row.is_late else ""
        return SafeString(f"{escape(row.window.label)}{since}")

    def requirement(row: Fulfilment) -> SafeString:
        return SafeString(f'{escape(full_name(row.rule))}<br><span class="muted small">{escape(asks(row.rule))}</span>')

    return Table(
        "履职要求完成情况",
        [
            Column("对象", who, is_heading=True),
            *([Column("要求", requirement)] if several_rules else []),
            Column("时段", when),
            Column("已计", value_html, css="num"),
            Column("情况", lambda row: state_tag(row.state), css="gap", is_labelled=False),
            Column("说明", lambda row: sentence(row) or "—"),
        ],
    )


def full_name(rule: DutyRule) -> str:
    return f"{rule.family}·{rule.name}" if rule.family else rule.name


class Line(NamedTuple):
    """One subject with its fulfilments of a family's rules, None where a rule does not ask it."""

    subject: Subject
    rows: Sequence[Fulfilment | None]

    @property
    def met(self) -> int:
        return sum(row is not None and row.is_met for row in self.rows)

    @property
    def asked(self) -> int:
        return sum(row is not None and row.value is not None for row in self.rows)


def matrix_table(family: str, rules: Sequence[DutyRule]) -> Table[Line]:
    """Subjects by rules; a cell leads to the records that count, or to what is lacking."""

    def who(line: Line) -> SafeString:
        where = line.subject.area_name if line.subject.area != line.subject.code else ""
        below = f'<br><span class="muted small">{escape(where)}</span>' if where else ""
        return SafeString(f'<span class="strong">{escape(line.subject.name)}</span>{below}')

    def cell(index: int) -> Callable[[Line], SafeString | str]:
        def show(line: Line) -> SafeString | str:
            row = line.rows[index]
            if row is None:
                return "—"
            address = row.url if row.is_met and row.url else row.page
            return link(address, state_tag(row.state), "plain")

        return show

    return Table(
        f"{family}完成情况",
        [
            Column("对象", who, is_heading=True),
            *(Column(rule.name, cell(index)) for index, rule in enumerate(rules)),
            Column("合计", lambda line: f"{line.met}/{line.asked}", css="num"),
        ],
    )
