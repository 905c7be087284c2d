"""One platform's sheet: items with scores and reasons, photos, the trend, what to put right, and the place for signatures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from congress import charts
from congress.charts import Point
from congress.documents.fetcher import media_url
from congress.models import Document
from congress.periods import Period
from platforms.documents.area_report import rectification_rows
from platforms.documents.edition import Edition, Row, scored
from platforms.documents.numbers import NONE, change, day, dec, ordinal, points, score
from platforms.enums import PlatformKind
from platforms.models import CrossAssignment, Evidence, Platform

_BARE = {"suggested": None, "self": None, "reason": "", "problem": ""}  # a bonus item carries its score only
PHOTOS = 6
QUARTERS = 6


def build(document: Document) -> dict[str, Any]:
    """The template's context. ``document.subject`` is the platform's code; photos are those stored until the round was published."""
    edition = Edition.of(document)
    row = edition.platform[document.subject]
    platform = Platform.objects.filter(code=row["code"]).first()
    pictures = list(_pictures(edition, row["code"]))
    return {
        "edition": edition,
        "title": f"{edition.congress.area.name}人大代表履职平台考评表",
        "platform": row,
        "number": f"{row['code']}",
        "meta": _meta(edition, row, platform),
        "groups": _groups(edition, row),
        "total": _total(row),
        "pictures": [{"url": media_url(str(p.file.name)), "caption": _caption(p)} for p in pictures],
        "photos": [p.file.name for p in pictures],
        "trend": _trend(edition, row),
        "rectifications": rectification_rows(edition, edition.rectifications_of(platform=row["code"])),
    }


def _meta(edition: Edition, row: Row, platform: Platform | None) -> Row:
    area = edition.area.get(row["area"])
    assigned = CrossAssignment.objects.select_related("assessor", "leader").filter(round=edition.round, area__code=row["area"]).first()
    marks = [
        word
        for word, held in (("示范平台", platform and platform.is_demonstration), ("特色平台", platform and platform.is_specialty))
        if held
    ]
    return {
        "area": area["name"] if area else row["area"],
        "kind": PlatformKind(row["kind"]).label,
        "marks": "、".join(marks) or NONE,
        "address": (platform.address if platform else "") or NONE,
        "assessor": str(assigned.assessor) if assigned else NONE,
        "leader": assigned.leader.name if assigned and assigned.leader else NONE,
        "assessed_on": day(timezone.localdate(assigned.cross_submitted_at)) if assigned and assigned.cross_submitted_at else NONE,
        "score": score(row["score"]),
        "previous": f"{score(row['previous_score'])}分（{change(row['score'], row['previous_score'])}）"
        if row["previous_score"] is not None
        else NONE,
    }


def _groups(edition: Edition, row: Row) -> list[Row]:
    """大项 that platforms are scored in, each with the platform's items; bonus items come last."""
    own = {item["code"]: item for item in row["items"]} | {item["code"]: {**_BARE, **item} for item in row["bonus_items"]}
    sets = [(name, [i for i in items if i["code"] in own]) for name, items in edition.groups.items()]
    sets.append(("加分项", [item for item in edition.table["items"] if item["is_bonus"] and item["code"] in own]))
    found, number = [], 0
    for group, (name, items) in enumerate(((n, i) for n, i in sets if i), start=1):
        rows = []
        for item in items:
            number += 1
            rows.append(_item(number, item, own[item["code"]]))
        codes = {item["code"] for item in items}
        most = sum((dec(item["max"]) for item in items), dec(0))
        found.append({"name": f"{ordinal(group)}、{name}", "max": points(most), "score": score(scored(own.values(), codes)), "rows": rows})
    return found


def _item(number: int, item: Row, row: Row) -> Row:
    lost = row["score"] is not None and dec(row["score"]) < dec(row["max"]) and not item["is_bonus"]
    notes = [text for text in (row["reason"].rstrip("。；"), f"问题：{row['problem']}" if row["problem"] else "") if text]
    return {
        "number": number,
        "name": item["name"],
        "max": points(row["max"]),
        "self": score(row["self"]),
        "suggested": score(row["suggested"]),
        "score": score(row["score"]),
        "lost": lost,
        "note": "；".join(notes),
    }


def _total(row: Row) -> str:
    bonus = f"，加分{score(row['bonus'])}" if row["bonus"] else ""
    deduction = f"，扣分{score(row['deduction'])}" if row["deduction"] else ""
    return f"合计（折合百分制{bonus}{deduction}）"


def _pictures(edition: Edition, code: str) -> Iterable[Evidence]:
    """Photos of this round's scores first, then of the platform itself, the oldest first; PDFs and other files are left out."""
    until = edition.bulletin.published_at
    images = Evidence.objects.filter(content_type__startswith="image/", uploaded_at__lte=until).order_by("uploaded_at", "pk")
    scores = images.filter(item_score__assessment__round=edition.round, item_score__assessment__platform__code=code).select_related(
        "item_score__item"
    )
    return [*scores[:PHOTOS], *images.filter(platform__code=code)[:PHOTOS]][:PHOTOS]


def _caption(photo: Evidence) -> str:
    words = photo.caption or (photo.item_score.item.name if photo.item_score else "平台照片")
    return f"{words}（{day(timezone.localdate(photo.uploaded_at))}上传）"


def _trend(edition: Edition, row: Row) -> str:
    """The last six quarters as a line; "" for a single one, which is no trend."""
    history = row["history"][-QUARTERS:]
    if len(history) < 2:
        return ""
    averages = _averages(edition)
    marks = [
        Point(_quarter(entry["round"]), dec(entry["score"]) if entry["score"] is not None else None, averages.get(entry["round"]))
        for entry in history
    ]
    return charts.trend(
        f"{row['name']}近{len(history)}个季度得分", marks, name="本平台", other="全部平台平均", width=760, height=200, paper=True
    )


def _averages(edition: Edition) -> dict[str, Any]:
    """Quarter → average over all platforms that were scored in it."""
    found: dict[str, list[Any]] = {}
    for platform in edition.platforms:
        for entry in platform["history"]:
            if entry["score"] is not None:
                found.setdefault(entry["round"], []).append(dec(entry["score"]))
    return {code: sum(values, dec(0)) / len(values) for code, values in found.items()}


def _quarter(code: str) -> str:
    label = Period.parse(code).label
    return label.replace("年", "年 ", 1)
