"""One area's report: its score and how it comes about, every item beside last quarter's, what to put right, its platforms."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from congress.models import Document
from platforms.documents import sentences
from platforms.documents.edition import Edition, Row, scored
from platforms.documents.numbers import NONE, change, day, dec, off, ordinal, percent, points, score
from platforms.enums import PlatformKind, RectificationState


def build(document: Document) -> dict[str, Any]:
    """The template's context. ``document.subject`` is the area's code."""
    edition = Edition.of(document)
    area = edition.area[document.subject]
    before = _previous_area(edition, area["code"])
    platforms = sorted(edition.platforms_of(area["code"]), key=lambda row: (-dec(row["score"] or 0), row["code"]))
    return {
        "edition": edition,
        "title": f"{area['name']}{edition.label}人大代表履职平台考评情况",
        "area": area,
        "meta": _meta(edition, area),
        "summary": _summary(edition, area),
        "formula": _formula(edition, area),
        "groups": _groups(edition, area, before),
        "comparison": _comparison(edition, area, before),
        "extras": _extras(edition, area),
        "rectifications": rectification_rows(edition, edition.rectifications_of(area=area["code"])),
        "platforms": [_platform_row(row) for row in platforms],
        "platform_average": score(area["platform_average"]),
        "issued_on": day(edition.bulletin.issued_on),
    }


def rectification_rows(edition: Edition, rows: list[Row]) -> list[Row]:
    return [
        {
            "code": row["code"],
            "platform": edition.platform[row["platform"]]["name"] if row["platform"] in edition.platform else NONE,
            "item": edition.items[row["item"]]["name"] if row["item"] in edition.items else row["item"],
            "problem": row["problem"],
            "due": day(row["due_on"]),
            "state": RectificationState(row["state"]).label,
        }
        for row in rows
    ]


def _previous_area(edition: Edition, code: str) -> Row | None:
    if edition.previous is None:
        return None
    return next((area for area in edition.previous["areas"] if area["code"] == code), None)


def _meta(edition: Edition, area: Row) -> Row:
    return {
        "score": score(area["score"]),
        "grade": area["grade"],
        "rank": f"第{area['rank']}名（共{len(edition.areas)}个单位）",
        "rank_in_kind": f"第{area['rank_in_kind']}名",
        "previous": f"{score(area['previous_score'])}分，第{area['previous_rank']}名"
        if area["previous_score"] is not None
        else "没有参加考评",
        "change": change(area["score"], area["previous_score"]),
        "assessor": area["assessor"],
    }


def _summary(edition: Edition, area: Row) -> str:
    average = dec(area["score"]) - dec(edition.results["average"])
    beside = (
        f"{'高' if average > 0 else '低'}于全{edition.place}平均分{score(abs(average))}分" if average else f"与全{edition.place}平均分相同"
    )
    rates = sorted(
        (
            (group, value / edition.group_max(group))
            for group in edition.groups
            if (value := edition.group_scores[area["code"], group]) is not None
        ),
        key=lambda pair: -pair[1],
    )
    text = f"本季度得分{score(area['score'])}分，等次为{area['grade']}，{beside}。"
    if len(rates) > 1:
        text += f"得分率最高的大项是{rates[0][0]}（{percent(rates[0][1])}），最低的是{rates[-1][0]}（{percent(rates[-1][1])}）。"
    return text


def _formula(edition: Edition, area: Row) -> str:
    weight = dec(area["platform_weight"])
    base = f"基础分{score(area['base'])}＝自身得分{score(area['own_score'])}×{points((1 - weight) * 100)}%"
    if area["platform_average"] is not None:
        base += f"＋平台均分{score(area['platform_average'])}×{points(weight * 100)}%"
    bonus = f"＋加分{score(area['bonus'])}" if area["bonus"] else ""
    deduction = f"－扣分{score(area['deduction'])}" if area["deduction"] else ""
    return f"{base}；总分{score(area['score'])}＝基础分{score(area['base'])}{bonus}{deduction}。"


def _groups(edition: Edition, area: Row, before: Row | None) -> list[Row]:
    """大项 with the area's own items; of platform items the average over its platforms."""
    platforms = edition.platforms_of(area["code"])
    own = {row["code"]: row for row in area["items"]}
    old = {row["code"]: row["score"] for row in before["items"]} if before else {}
    found = []
    for number, (group, items) in enumerate(edition.groups.items(), start=1):
        value = edition.group_scores[area["code"], group]
        average = edition.group_averages[group]
        rows = [_own_item(item, own[item["code"]], old.get(item["code"])) for item in items if item["code"] in own]
        rows += [_platform_item(item, platforms) for item in items if item["subject"] == "platform" and platforms]
        found.append(
            {
                "name": f"{ordinal(number)}、{group}",
                "max": points(edition.group_max(group)),
                "score": score(value),
                "average": score(average),
                "rows": rows,
            }
        )
    return found


def _own_item(item: Row, row: Row, old: Any) -> Row:
    return {
        "name": item["name"],
        "max": points(row["max"]),
        "self": score(row["self"]),
        "suggested": score(row["suggested"]),
        "score": score(row["score"]),
        "change": change(row["score"], old),
        "lost": row["score"] is not None and dec(row["score"]) < dec(row["max"]),
        "note": "",
    }


def _platform_item(item: Row, platforms: list[Row]) -> Row:
    scores = [total for platform in platforms if (total := scored(platform["items"], {item["code"]})) is not None]
    average = sum(scores, Decimal(0)) / len(scores) if scores else None
    losers = sum(value < dec(item["max"]) for value in scores)
    return {
        "name": item["name"],
        "max": points(item["max"]),
        "self": NONE,
        "suggested": NONE,
        "score": score(average),
        "change": NONE,
        "lost": bool(losers),
        "note": f"{len(scores)}个平台平均" + (f"，{losers}个失分" if losers else ""),
    }


def _comparison(edition: Edition, area: Row, before: Row | None) -> str:
    """与上季度比较, in a sentence or two."""
    if area["previous_score"] is None:
        return "上季度没有考评结果，不作比较。"
    moved = dec(area["score"]) - dec(area["previous_score"])
    text = f"总分由{score(area['previous_score'])}分变为{score(area['score'])}分（{sentences.changed(area)}），名次由第{area['previous_rank']}名变为第{area['rank']}名。" if moved else (
        f"总分与上季度相同，名次由第{area['previous_rank']}名变为第{area['rank']}名。"
    )  # fmt: skip
    if before is None:
        return text
    old = {row["code"]: row["score"] for row in before["items"] if row["score"] is not None}
    moves = [
        (edition.items[row["code"]]["name"], dec(row["score"]) - dec(old[row["code"]]))
        for row in area["items"]
        if row["score"] is not None and row["code"] in old
    ]
    for word, chosen in (("提高", [m for m in moves if m[1] > 0]), ("降低", [m for m in moves if m[1] < 0])):
        if chosen:
            top = sorted(chosen, key=lambda move: -abs(move[1]))[:3]
            text += f"{word}较多的项目：{'，'.join(f'{name}{word}{score(abs(value))}分' for name, value in top)}。"
    return text


def _extras(edition: Edition, area: Row) -> list[Row]:
    """Bonus items that earned something, and deductions with their reasons."""
    found = [
        {
            "kind": "加分",
            "name": edition.items[row["code"]]["name"],
            "points": f"＋{score(row['score'])}",
            "reason": f"上限{points(row['max'])}分",
        }
        for row in area["bonus_items"]
        if row["score"]
    ]
    for row in area["deductions"]:
        times = f"（{row['count']}次）" if row["count"] > 1 else ""
        found.append({"kind": "扣分", "name": f"{row['name']}{times}", "points": off(row["points"]), "reason": row["reason"]})
    return found


def _platform_row(row: Row) -> Row:
    return {
        "name": row["name"],
        "kind": PlatformKind(row["kind"]).label,
        "score": score(row["score"]),
        "previous": score(row["previous_score"]),
        "change": change(row["score"], row["previous_score"]),
        "problems": "；".join(item["problem"] for item in row["items"] if item["problem"]) or NONE,
    }
