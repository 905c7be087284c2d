"""The bulletin (通报) as an official document: text, ranking table, three annexes and 版记."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from congress import charts
from congress.charts import Bar
from congress.models import Document
from platforms.documents import sentences
from platforms.documents.edition import Edition, Row
from platforms.documents.numbers import NONE, column, day, dec, mean, points, score

CROWDED = 10  # with more groups than this the score table is set smaller
TONES = ("now", "mid", "low")  # by grade, the best darkest


def build(document: Document) -> dict[str, Any]:
    """The template's context. The same bulletin gives the same context on every call."""
    edition = Edition.of(document)
    return {
        "edition": edition,
        "title": sentences.title(edition),
        "heading_scale": heading_scale(edition.heading),
        "title_lines": sentences.broken_title(edition),
        "body": list(sentences.body(edition)),
        "ranking": ranking_rows(edition),
        "has_kinds": has_kinds(edition),
        "annexes": sentences.annex_names(edition),
        "matrix": matrix(edition),
        "matrix_note": sentences.table_note(edition),
        "chart": chart(edition),
        "chart_note": chart_note(edition),
        "rectifications": rectification_rows(edition),
        "issued_on": day(edition.bulletin.issued_on),
    }


def heading_scale(heading: str) -> str:
    """How much the red heading's letters, 18.6 mm wide, are narrowed so that the whole is at most 150 mm wide."""
    return f"{min(0.75, 150 / (18.6 * len(heading))):.3f}"


def has_kinds(edition: Edition) -> bool:
    """Whether towns, subdistricts and farms are also ranked among their own kind."""
    return len({area["kind"] for area in edition.areas}) > 1


def ranking_rows(edition: Edition) -> list[Row]:
    scores = column([area["score"] for area in edition.areas])
    return [
        {
            "rank": area["rank"],
            "name": area["name"],
            "score": total,
            "grade": area["grade"],
            "rank_in_kind": area["rank_in_kind"],
            "previous_rank": area["previous_rank"] or NONE,
            "change": sentences.changed(area),
        }
        for area, total in zip(edition.areas, scores, strict=True)
    ]


def matrix(edition: Edition) -> Row:
    """Annex 1: areas by groups, what the total is made of, and at the foot averages and rates.

    Each column has its own number of decimals, the same from head to foot.
    """
    groups = list(edition.groups)
    columns = [_with_mean([edition.group_scores[area["code"], group] for area in edition.areas]) for group in groups]
    columns += [_with_mean([area[key] for area in edition.areas]) for key in ("own_score", "platform_average", "base")]
    columns.append(_with_mean([area["bonus"] for area in edition.areas], lambda text: NONE if not float(text) else text))
    columns.append(_with_mean([area["deduction"] for area in edition.areas], lambda text: NONE if not float(text) else f"－{text}"))
    columns.append(_with_mean([area["score"] for area in edition.areas]))
    rates = dict(edition.group_rates)
    return {
        "is_crowded": len(groups) > CROWDED,
        "heads": [head_lines(group, 2 if len(groups) > CROWDED else 3) for group in groups],
        "maxima": [points(edition.group_max(group)) for group in groups]
        + ["100", "100", "100", f"≤{points(edition.table['bonus_cap'])}", NONE, NONE],
        "rows": [
            {"rank": area["rank"], "name": area["name"], "cells": [cells[number] for cells in columns], "grade": area["grade"]}
            for number, area in enumerate(edition.areas)
        ],
        "averages": [cells[-1] for cells in columns],
        "rates": [f"{rates[group] * 100:.1f}" if group in rates else NONE for group in groups],
    }


def _with_mean(values: list[Any], form: Callable[[str], str] = str) -> list[str]:
    return column([*values, mean([dec(value) for value in values if value is not None])], form)


def head_lines(head: str, most: int) -> list[str]:
    """A narrow column's head: at most ``most`` characters a line, as even as can be, broken at 、 where there is one."""
    found = []
    for part in head.translate(str.maketrans("", "", "“”《》")).split("、"):
        lines = math.ceil(len(part) / most)
        size = math.ceil(len(part) / max(lines, 1))
        found += [part[start : start + size] for start in range(0, len(part), size)]
    return found


def chart(edition: Edition) -> str:
    """Annex 2: the scores as bars, the best first, over the grades' bands."""
    order = [grade["name"] for grade in edition.grades]
    said = column([area["score"] for area in edition.areas])
    rows = [
        Bar(area["name"], dec(area["score"]), f"{total}（{area['rank']}）", TONES[min(order.index(area["grade"]), len(TONES) - 1)])
        for area, total in zip(edition.areas, said, strict=True)
    ]
    edges = [dec(grade["minimum"]) for grade in edition.grades if dec(grade["minimum"]) > 0]
    bands = [(low, high, name) for low, high, name in zip(edges, [Decimal(100), *edges], order, strict=False)]
    title = f"{edition.label}考评得分"
    return charts.bars(title, rows, ticks=[0, *reversed(edges), 100], bands=bands, mean=dec(edition.results["average"]), paper=True)


def chart_note(edition: Edition) -> str:
    order = [grade["name"] for grade in edition.grades][: len(TONES)]
    shades = "、".join(
        f"{name}{'及以下' if n == len(TONES) - 1 and len(edition.grades) > len(TONES) else ''}" for n, name in enumerate(order)
    )
    return (
        f"注：横轴为考评总分，条形右侧为得分及名次；红色竖线为全{edition.place}平均分{score(edition.results['average'])}分；"
        f"条形由深至浅依次为{shades}。"
    )


def rectification_rows(edition: Edition) -> list[Row]:
    """Annex 3, in the units' order of rank."""
    rank = {area["code"]: area["rank"] for area in edition.areas}
    rows = sorted(edition.rectifications, key=lambda row: (rank.get(row["area"], len(rank) + 1), row["code"]))
    found = []
    for row in rows:
        unit, platform = edition.area.get(row["area"]), edition.platform.get(row["platform"] or "")
        found.append(
            {
                "unit": unit["name"] if unit else row["area"],
                "platform": sentences.short_name(platform, unit) if platform else NONE,
                "item": edition.items[row["item"]]["name"] if row["item"] in edition.items else row["item"],
                "problem": row["problem"],
                "due": day(row["due_on"]),
            }
        )
    return found
