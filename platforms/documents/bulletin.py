"""The bulletin (通报) as an official document: text, ranking table, three annexes and 版记."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from congress import charts
from congress.charts import Bar
from congress.models import Document
from platforms.documents import sentences
from platforms.documents.edition import Edition, Row
from platforms.documents.numbers import NONE, day, dec, mean, off, points, score

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
        "keep_ranking_whole": len(edition.areas) <= 16,
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
    return [
        {
            "rank": area["rank"],
            "name": area["name"],
            "score": score(area["score"]),
            "grade": area["grade"],
            "rank_in_kind": area["rank_in_kind"],
            "previous_rank": area["previous_rank"] or NONE,
            "change": sentences.changed(area),
        }
        for area in edition.areas
    ]


def matrix(edition: Edition) -> Row:
    """Annex 1: areas by groups, what the total is made of, and at the foot averages and rates."""
    groups = list(edition.groups)
    tail = [("own_score", score), ("platform_average", score), ("base", score), ("bonus", _gained), ("deduction", off), ("score", score)]
    rows = [
        {
            "rank": area["rank"],
            "name": area["name"],
            "cells": [score(edition.group_scores[area["code"], group]) for group in groups] + [form(area[key]) for key, form in tail],
            "grade": area["grade"],
        }
        for area in edition.areas
    ]
    averages = [edition.group_averages[group] for group in groups]
    means = [mean([dec(area[key]) for area in edition.areas if area[key] is not None]) for key, _ in tail]
    rates = dict(edition.group_rates)
    return {
        "heads": [wrapped(group) for group in groups],
        "maxima": [points(edition.group_max(group)) for group in groups] + ["100", "100", "100", f"≤{points(edition.table['bonus_cap'])}", NONE, NONE],
        "rows": rows,
        "averages": [score(value) for value in averages] + [form(value) for value, (_, form) in zip(means, tail, strict=True)],
        "rates": [score(rates[group] * 100) if group in rates else NONE for group in groups],
    }


def _gained(value: Any) -> str:
    return score(value) if value else NONE


def wrapped(head: str) -> str:
    """A column head without its quotation marks: in a narrow column they would stand alone in a line."""
    return head.translate(str.maketrans("", "", "“”《》"))


def chart(edition: Edition) -> str:
    """Annex 2: the scores as bars, the best first, over the grades' bands."""
    order = [grade["name"] for grade in edition.grades]
    rows = [
        Bar(area["name"], dec(area["score"]), f"{score(area['score'])}（{area['rank']}）", TONES[min(order.index(area["grade"]), len(TONES) - 1)])
        for area in edition.areas
    ]
    edges = [dec(grade["minimum"]) for grade in edition.grades if dec(grade["minimum"]) > 0]
    bands = [(low, high, name) for low, high, name in zip(edges, [Decimal(100), *edges], order, strict=False)]
    title = f"{edition.label}考评得分"
    return charts.bars(title, rows, ticks=[0, *reversed(edges), 100], bands=bands, mean=dec(edition.results["average"]), paper=True)


def chart_note(edition: Edition) -> str:
    order = [grade["name"] for grade in edition.grades][: len(TONES)]
    shades = "、".join(f"{name}{'及以下' if n == len(TONES) - 1 and len(edition.grades) > len(TONES) else ''}" for n, name in enumerate(order))
    return (
        f"注：横轴为考评总分，条形右侧为得分及名次；红色竖线为全{edition.place}平均分{score(edition.results['average'])}分；"
        f"条形由深至浅依次为{shades}。"
    )


def rectification_rows(edition: Edition) -> list[Row]:
    """Annex 3, in the units' order of rank."""
    rank = {area["code"]: area["rank"] for area in edition.areas}
    rows = sorted(edition.rectifications, key=lambda row: (rank.get(row["area"], len(rank) + 1), row["code"]))
    return [
        {
            "unit": edition.area[row["area"]]["name"] if row["area"] in edition.area else row["area"],
            "platform": edition.platform[row["platform"]]["name"] if row["platform"] in edition.platform else NONE,
            "item": edition.items[row["item"]]["name"] if row["item"] in edition.items else row["item"],
            "problem": row["problem"],
            "due": day(row["due_on"]),
        }
        for row in rows
    ]
