"""The year's appraisal of units as a table, and on a sheet."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from django.utils.safestring import SafeString

from congress import charts, figures
from congress.periods import Period
from congress.tables import Column, Table, link
from congress.templatetags.frame import tag
from suggestions.services.appraising import ANSWERED, Part, Row, Sheet

_TENTH = Decimal("0.1")


def percent(rate: Decimal | None) -> str:
    """97.5%, or a dash where there is nothing to judge by."""
    return "—" if rate is None else f"{charts.plain((rate * 100).quantize(_TENTH, ROUND_HALF_UP))}%"


def small_sample(least: int) -> SafeString:
    return tag("", "minus", f"样本不足（少于 {least} 件）")


def appraisal_table(sheet: Sheet) -> SafeString:
    """Each share leads to the records that it counts; those of a settled year may have moved since."""
    period = Period.year(sheet.year)

    def proved(figure: str, row: Row, words: str) -> SafeString | str:
        known = figures.find(figure)
        address = known.records(row.unit.code, period, "") if known and words != "—" else ""
        return link(address, words) if address else words

    def share(index: int, part: Part) -> Column[Row]:
        weight = charts.plain(part.weight)
        title = f"{part.label}（{weight}）" if part.weight else part.label
        return Column(title, lambda row: proved(part.figure, row, percent(row.shares[index])), css="num")

    def rank(row: Row) -> str:
        return "—" if row.rank is None else str(row.rank)

    def score(row: Row) -> SafeString | str:
        return small_sample(sheet.least) if row.score is None else SafeString(f"<b>{row.score}</b>")

    return Table(
        f"{sheet.year}年承办单位考评",
        [
            Column("名次", rank, css="num"),
            Column("承办单位", lambda row: row.unit.name, css="gap", is_heading=True),
            Column("答复（件）", lambda row: proved(ANSWERED, row, str(row.answered)), css="num"),
            *(share(index, part) for index, part in enumerate(sheet.parts)),
            Column("得分", score, css="num"),
        ],
    ).render(sheet.rows)


def sheet_heads(parts: Iterable[Part]) -> list[tuple[str, int]]:
    """Titles and widths of the workbook's columns."""
    named = [(f"{part.label}（权重{charts.plain(part.weight)}）" if part.weight else f"{part.label}（不计分）", 18) for part in parts]
    return [("名次", 8), ("承办单位编号", 14), ("承办单位", 32), ("答复件数", 10), *named, ("得分", 10), ("说明", 24)]


def sheet_rows(sheet: Sheet) -> Iterable[tuple[object, ...]]:
    """As numbers, so that a performance rating can go on reckoning: shares in percent with one decimal."""
    for row in sheet.rows:
        shares = [None if share is None else float((share * 100).quantize(_TENTH, ROUND_HALF_UP)) for share in row.shares]
        why = "" if row.score is not None else f"样本不足（少于{sheet.least}件），不排名"
        yield (row.rank, row.unit.code, row.unit.name, row.answered, *shares, None if row.score is None else float(row.score), why)
