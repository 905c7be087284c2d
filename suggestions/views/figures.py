"""Figures of handling: 满意率 beside 办成率 and 落实率, by unit, town, category and year, as charts with their values beneath."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from congress import charts, listing
from congress.access import may
from congress.enums import CongressLevel
from congress.models import Organisation
from congress.periods import Period
from congress.tables import Column, Table, link
from congress.territory import holding
from congress.views.areas import home_units
from suggestions.enums import CommitmentState
from suggestions.figures import counting
from suggestions.figures.counting import Counts, Share
from suggestions.figures.units import commitments_address, suggestions_address
from suggestions.models import SuggestionCategory
from suggestions.querysets.filtering import NO_CATEGORY
from suggestions.tables.appraisal import percent
from suggestions.views.supervising import year_of, years_around

BY = (("unit", "按承办单位"), ("town", "按镇（街道）"), ("category", "按类别"), ("year", "按年度"))
CHARTED = 10  # bars of one chart; the table has all
SPAN = 6  # years compared
# What a line tells beside the number answered: name, key of the list's filter.
RATES = (
    ("按期答复率", "timely"),
    ("面商率", "consulted"),
    ("满意率", "satisfied"),
    ("办成率", "settled"),
)
KEPT = "落实率"
UNJUDGED = "未评价"
# What is drawn, in this order: 满意率 never without what became of the matters.
DRAWN = (("满意率", "satisfied"), ("办成率", "settled"), (KEPT, "kept"))


@dataclass(frozen=True)
class Line:
    """One row: ``asked`` is what the list is asked for to show just these; None where no list can."""

    label: str
    counts: Counts
    asked: dict[str, str] | None


@require_safe
def figures_page(request: HttpRequest) -> HttpResponse:
    if not may(request.user, "suggestions.view_figures"):
        raise PermissionDenied
    by = request.GET.get("by", "")
    by = by if by in dict(BY) else "unit"
    level = request.GET.get("level", "")
    level = level if level in CongressLevel.values else ""
    year = year_of(request)
    period = Period.year(year)
    lines = _LINES[by](period, level)
    page = listing.page_of(request, lines)
    whole = Line("合计", _whole(by, period, level), {"answered": _span(period).code} if by == "year" else {"answered": period.code})
    context = {
        "by": by,
        "bys": BY,
        "level": level,
        "levels": [choice for choice in CongressLevel.choices if choice[0] != CongressLevel.CITY],
        "year": year,
        "years": years_around(year),
        "page": page,
        "figs": _figs(whole, level),
        "charts": _trends(lines) if by == "year" else _bars(lines, whole.counts),
        "is_cut": by != "year" and len(lines) > CHARTED,
        "most": CHARTED,
        "table": _table(dict(BY)[by], level).render([*page.object_list, whole]) if lines else "",
    }
    response = render(request, "suggestions/figures.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


# ---- lines


def _whole(by: str, period: Period, level: str) -> Counts:
    return counting.both(_span(period) if by == "year" else period, None, level).get(None, Counts())


def _span(period: Period) -> Period:
    return Period.span(Period.year(period.start.year - SPAN + 1).start, period.end)


def _units(period: Period, level: str) -> list[Line]:
    found = counting.both(period, counting.UNIT, level)
    units = Organisation.objects.in_bulk(list(found))
    lines = [Line(units[pk].short_name or units[pk].name, counts, {"unit": units[pk].code}) for pk, counts in found.items()]
    return sorted(_in(lines, period), key=lambda line: (-line.counts.answered, line.label))


def _towns(period: Period, level: str) -> list[Line]:
    units = home_units()
    above = holding({unit.path: unit.pk for unit in units})
    sums: dict[int | None, Counts] = {}
    for path, counts in counting.both(period, counting.PLACE, level).items():
        pk = next(above(path), None)
        sums[pk] = sums.get(pk, Counts()) + counts
    lines = [Line(unit.name, sums[unit.pk], {"area": unit.code}) for unit in units if unit.pk in sums]
    lines = _in(lines, period)
    return [*lines, Line("不在镇（街道）", sums[None], None)] if None in sums else lines


def _categories(period: Period, level: str) -> list[Line]:
    found = counting.both(period, counting.CATEGORY, level)
    rows = SuggestionCategory.objects.filter(pk__in=[pk for pk in found if pk])
    lines = [Line(row.name, found[row.pk], {"category": str(row.pk)}) for row in rows]
    if None in found:
        lines.append(Line("未分类", found[None], {"category": NO_CATEGORY}))
    return _in(lines, period)


def _years(period: Period, level: str) -> list[Line]:
    found = counting.both(_span(period), counting.YEAR, level)
    return [Line(f"{year}年", found[year], {"answered": str(year)}) for year in sorted(found)]


def _in(lines: list[Line], period: Period) -> list[Line]:
    return [Line(line.label, line.counts, {**(line.asked or {}), "answered": period.code}) for line in lines]


_LINES: dict[str, Callable[[Period, str], list[Line]]] = {"unit": _units, "town": _towns, "category": _categories, "year": _years}


# ---- how they look


def _figs(whole: Line, level: str) -> list[dict[str, Any]]:
    def address(**more: str) -> str:
        return suggestions_address(**(whole.asked or {}), level=level, **more)

    figs: list[dict[str, Any]] = [{"label": "答复建议", "value": whole.counts.answered, "unit": "件", "url": address()}]
    for name, key in RATES:
        share: Share = getattr(whole.counts, key)
        url = address(**{key: "yes"}) if share.good else ""
        figs.append({"label": name, "value": percent(share.rate), "note": _of(share), "url": url})
    unjudged, asked = whole.counts.unjudged, address(judged="no")
    figs.append({"label": UNJUDGED, "value": unjudged, "unit": "件", "note": "不计入满意率", "url": asked if unjudged else ""})
    figs.append({"label": KEPT, "value": percent(whole.counts.kept.rate), "note": _of(whole.counts.kept, "项"), "url": _kept(whole, level)})
    return figs


def _of(share: Share, unit: str = "件") -> str:
    return f"{share.good}/{share.total} {unit}" if share.total else "没有记录"


def _kept(line: Line, level: str, **more: str) -> str:
    """The promises behind 落实率, kept or all."""
    if line.asked is None:
        return ""
    asked = {("due" if name == "answered" else name): value for name, value in line.asked.items()}
    return commitments_address(**asked, level=level, **{"state": CommitmentState.KEPT.value, **more})


def _table(title: str, level: str) -> Table[Line]:
    def number(line: Line, words: str, **more: str) -> SafeString | str:
        if line.asked is None or words == "0":
            return words
        return link(suggestions_address(**line.asked, level=level, **more), words)

    def share(key: str) -> Callable[[Line], SafeString | str]:
        def cell(line: Line) -> SafeString | str:
            found: Share = getattr(line.counts, key)
            if not found.total:
                return SafeString('<span class="muted">—</span>')
            whole = number(line, str(found.total), **({"judged": "yes"} if key == "satisfied" else {}))
            good = number(line, str(found.good), **{key: "yes"})
            return SafeString(f'{percent(found.rate)}<br><span class="muted small">{good}/{whole}</span>')

        return cell

    def kept(line: Line) -> SafeString:
        found = line.counts.kept
        if not found.total:
            return SafeString('<span class="muted">—</span>')
        good, whole = _kept(line, level), _kept(line, level, state="all")
        told = f"{link(good, found.good) if good and found.good else found.good}/{link(whole, found.total) if whole else found.total}"
        return SafeString(f'{percent(found.rate)}<br><span class="muted small">{told}</span>')

    return Table(
        f"{title}的办理情况",
        [
            Column(title.removeprefix("按"), lambda line: line.label, is_heading=True),
            Column("答复（件）", lambda line: number(line, str(line.counts.answered)), css="num"),
            *(Column(name, share(key), css="num") for name, key in RATES),
            Column(f"{UNJUDGED}（件）", lambda line: number(line, str(line.counts.unjudged), judged="no"), css="num"),
            Column(KEPT, kept, css="num"),
        ],
        css="pair",
    )


def _bars(lines: list[Line], whole: Counts) -> list[tuple[str, SafeString]]:
    """The rates beside each other, the same rows in the same order, with a line at the whole."""
    shown = lines[:CHARTED]
    drawn = []
    for name, key in DRAWN:
        bars, mean = [], getattr(whole, key).rate
        for line in shown:
            share: Share = getattr(line.counts, key)
            is_low = share.rate is not None and mean is not None and share.rate < mean
            bars.append(charts.Bar(line.label, (share.rate or 0) * 100, _told(share), "low" if is_low else "now"))
        if any(getattr(line.counts, key).total for line in shown):
            overall = None if mean is None else round(mean * 100, 1)
            drawn.append((name, charts.bars(name, bars, ticks=(0, 50, 100), mean=overall, width=320)))
    return drawn


def _told(share: Share) -> str:
    """80% 4/5: a rate of few says so."""
    return f"{percent(share.rate)} {share.good}/{share.total}" if share.total else "—"


def _trends(lines: list[Line]) -> list[tuple[str, SafeString]]:
    def points(key: str, other: str) -> list[charts.Point]:
        return [charts.Point(line.label, _hundred(getattr(line.counts, key)), _hundred(getattr(line.counts, other))) for line in lines]

    if not lines:
        return []
    pairs = (
        ("办成率与满意率", "settled", "satisfied", "办成率", "满意率"),
        ("落实率与按期答复率", "kept", "timely", "落实率", "按期答复率"),
    )
    return [
        (title, charts.trend(title, points(key, other), name=name, other=beside, step=20, width=400))
        for title, key, other, name, beside in pairs
    ]


def _hundred(share: Share) -> Any:
    return None if share.rate is None else round(share.rate * 100, 1)
