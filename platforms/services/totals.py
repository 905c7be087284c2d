"""The one definition of scores, ranks and grades. Every page, bulletin and file takes them from here.

A platform's score: its items as a percentage of their maxima, plus its bonus items. An area's: its own items as a
percentage × (1 − weight) + the mean of its platforms' scores × weight + bonus, capped, − deductions, never below 0; an
area without platforms is scored on its own items alone (weight 0). Scores are rounded half up to hundredths, once for a
platform and once for an area; what an area's score is made of is rounded only where it is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from congress.enums import AreaKind
from platforms.enums import RectificationState
from platforms.models import Assessment, AssessmentRound, Bulletin, CrossAssignment, Deduction, Grade, ItemScore, Rectification, ScoreItem

Number = int | float
HISTORY = 8  # rounds in a platform's history, this one included
_HUNDREDTH = Decimal("0.01")
_RANKED_TOGETHER = {AreaKind.TOWNSHIP: AreaKind.TOWN, AreaKind.ETHNIC_TOWNSHIP: AreaKind.TOWN}


def results(round: AssessmentRound, corrected: Mapping[int, Decimal] | None = None) -> dict[str, Any]:
    """The round's whole result as JSON-ready data, in the shape that bulletins keep, in a constant number of queries.

    ``corrected`` maps item scores' primary keys to scores that replace them.
    """
    return {**standings(round, corrected=corrected), "rectifications": _rectifications(round)}


def standings(
    round: AssessmentRound, assignments: Iterable[CrossAssignment] | None = None, corrected: Mapping[int, Decimal] | None = None
) -> dict[str, Any]:
    """The result without the list of what must be put right, for pages that show a round under way: a missing score shows
    as None and counts as 0. Areas stand in the order of their ranks. ``assignments`` are the round's, with area and
    assessor, where the caller has them already. Six queries besides.
    """
    assignments = list(round.assignments.select_related("area", "assessor") if assignments is None else assignments)
    items = {item.pk: item for item in round.table.items.all()}
    grades = list(round.table.grades.order_by("-minimum"))
    sheets = _sheets(round, items, corrected or {})
    earlier = _earlier_results(round)
    last = earlier[-1] if earlier else None
    platforms = _platforms(round, assignments, sheets, earlier)
    areas = _areas(round, assignments, sheets, platforms, grades, last)
    return {
        "round": round.code,
        "label": round.period.label,
        "table": {
            "name": round.table.name,
            "version": round.table.version,
            "platform_weight": plain(round.table.platform_weight),
            "bonus_cap": plain(round.table.bonus_cap),
            "items": [
                {"code": i.code, "group": i.group, "name": i.name, "subject": i.subject, "max": plain(i.max_score), "is_bonus": i.is_bonus}
                for i in items.values()
            ],
            "grades": [{"name": grade.name, "minimum": plain(grade.minimum)} for grade in grades],
        },
        "average": plain(rounded(mean(Decimal(str(area["score"])) for area in areas))),
        "previous_average": last["average"] if last else None,
        "areas": areas,
        "platforms": platforms,
        "losses": _losses(items.values(), sheets),
    }


def rounded(score: Decimal) -> Decimal:
    """To hundredths, half up."""
    return score.quantize(_HUNDREDTH, ROUND_HALF_UP)


def mean(scores: Iterable[Decimal]) -> Decimal:
    scores = list(scores)
    return sum(scores, Decimal(0)) / len(scores) if scores else Decimal(0)


def plain(number: Decimal | None) -> Number | None:
    """A JSON number that reads as people write it: 92 and 88.5."""
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def percentage(lines: Iterable[tuple[ScoreItem, Decimal | None]]) -> Decimal:
    """Base items' scores out of their maxima, as a percentage; unrounded."""
    earned = possible = Decimal(0)
    for item, score in lines:
        if not item.is_bonus:
            earned += score or 0
            possible += item.max_score
    return earned / possible * 100 if possible else Decimal(0)


def grade_of(score: Decimal, grades: Iterable[Grade]) -> str:
    """``grades`` from the best down."""
    return next((grade.name for grade in grades if score >= grade.minimum), "")


def ranks(scores: Mapping[str, Number]) -> dict[str, int]:
    """Ranks by score, the best first; ties share a rank and the next one is skipped (1, 2, 2, 4)."""
    order = sorted(scores.values(), reverse=True)
    first: dict[Number, int] = {}
    for position, score in enumerate(order, start=1):
        first.setdefault(score, position)
    return {code: first[score] for code, score in scores.items()}


class _Sheet:
    """One assessment with its lines: (item, what counts, suggested, self-score, reason, problem), in the table's order."""

    __slots__ = ("area", "code", "kind", "lines", "name", "platform")

    def __init__(self, area: int, platform: int | None, code: str, name: str, kind: str) -> None:
        self.area, self.platform, self.code, self.name, self.kind = area, platform, code, name, kind
        self.lines: list[tuple[ScoreItem, Decimal | None, Decimal | None, Decimal | None, str, str]] = []

    @property
    def percentage(self) -> Decimal:
        return percentage((line[0], line[1]) for line in self.lines)

    @property
    def bonus(self) -> Decimal:
        return sum((line[1] or Decimal(0) for line in self.lines if line[0].is_bonus), Decimal(0))

    def items(self) -> list[dict[str, Any]]:
        return [
            {
                "code": item.code,
                "max": plain(item.max_score),
                "score": plain(score),
                "suggested": plain(suggested),
                "self": plain(own),
                "reason": reason,
                "problem": problem,
            }
            for item, score, suggested, own, reason, problem in self.lines
            if not item.is_bonus
        ]

    def bonus_items(self) -> list[dict[str, Any]]:
        return [{"code": i.code, "max": plain(i.max_score), "score": plain(score)} for i, score, *_ in self.lines if i.is_bonus]


def _sheets(round: AssessmentRound, items: Mapping[int, ScoreItem], corrected: Mapping[int, Decimal]) -> list[_Sheet]:
    """All sheets of the round, areas' and platforms', with their lines."""
    found = Assessment.objects.filter(round=round).order_by("area__position", "area__code", "platform__kind", "code")
    sheets = {
        pk: _Sheet(area, platform, code, name, kind)
        for pk, area, platform, code, name, kind in found.values_list(
            "pk", "area_id", "platform_id", "code", "platform__name", "platform__kind"
        )
    }
    rows = ItemScore.objects.filter(assessment__round=round).order_by("item__position", "item_id")
    for pk, sheet, item, cross, decided, suggested, own, reason, problem in rows.values_list(
        "pk", "assessment_id", "item_id", "cross_score", "decided_score", "suggested", "self_score", "reason", "problem"
    ).iterator(chunk_size=5000):
        score = corrected.get(pk, cross if decided is None else decided)
        sheets[sheet].lines.append((items[item], score, suggested, own, reason, problem))
    return list(sheets.values())


def _platforms(
    round: AssessmentRound, assignments: Iterable[CrossAssignment], sheets: Iterable[_Sheet], earlier: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    area_codes = {assignment.area_id: assignment.area.code for assignment in assignments}
    past: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for result in earlier:
        for platform in result["platforms"]:
            past[platform["code"]].append({"round": result["round"], "score": platform["score"]})
    last_round = earlier[-1]["round"] if earlier else None
    made = []
    for sheet in sheets:
        if sheet.platform is None:
            continue
        score, before = plain(rounded(sheet.percentage + sheet.bonus)), past[sheet.code]
        made.append(
            {
                "code": sheet.code,
                "name": sheet.name,
                "area": area_codes[sheet.area],
                "kind": sheet.kind,
                "items": sheet.items(),
                "bonus_items": sheet.bonus_items(),
                "bonus": plain(sheet.bonus),
                "deduction": 0,
                "score": score,
                "previous_score": before[-1]["score"] if before and before[-1]["round"] == last_round else None,
                "history": [*before, {"round": round.code, "score": score}],
            }
        )
    return made


def _areas(
    round: AssessmentRound,
    assignments: Iterable[CrossAssignment],
    sheets: Iterable[_Sheet],
    platforms: Iterable[dict[str, Any]],
    grades: list[Grade],
    last: dict[str, Any] | None,
) -> list[dict[str, Any]]:
    own_sheets = {sheet.area: sheet for sheet in sheets if sheet.platform is None}
    of_platforms: dict[str, list[Decimal]] = defaultdict(list)
    for platform in platforms:
        of_platforms[platform["area"]].append(Decimal(str(platform["score"])))
    deductions: dict[int, list[Deduction]] = defaultdict(list)
    for deduction in Deduction.objects.filter(assignment__round=round).select_related("rule"):
        deductions[deduction.assignment_id].append(deduction)
    before = {area["code"]: area for area in last["areas"]} if last else {}
    made = []
    for assignment in assignments:
        area, sheet, taken = assignment.area, own_sheets[assignment.area_id], deductions[assignment.pk]
        weight = round.table.platform_weight if of_platforms[area.code] else Decimal(0)
        own, average = sheet.percentage, mean(of_platforms[area.code])
        base = own * (1 - weight) + average * weight
        bonus = min(sheet.bonus, round.table.bonus_cap)
        taken_off = sum((each.points for each in taken), Decimal(0))
        score = rounded(max(base + bonus - taken_off, Decimal(0)))
        previous = before.get(area.code, {})
        made.append(
            {
                "code": area.code,
                "name": area.name,
                "kind": area.kind,
                "assessor": assignment.assessor.name,
                "items": sheet.items(),
                "bonus_items": sheet.bonus_items(),
                "own_score": plain(rounded(own)),
                "platform_average": plain(rounded(average)) if of_platforms[area.code] else None,
                "platform_weight": plain(weight),
                "base": plain(rounded(base)),
                "bonus": plain(bonus),
                "deduction": plain(taken_off),
                "deductions": [
                    {"name": each.rule.name, "count": each.count, "points": plain(each.points), "reason": each.reason} for each in taken
                ],
                "score": plain(score),
                "grade": grade_of(score, grades),
                "previous_rank": previous.get("rank"),
                "previous_score": previous.get("score"),
            }
        )
    _rank(made)
    return sorted(made, key=lambda area: area["rank"])


def _rank(areas: list[dict[str, Any]]) -> None:
    """Overall, and among units of a kind: towns and townships together, subdistricts, farms."""
    overall = ranks({area["code"]: area["score"] for area in areas})
    kinds: dict[str, dict[str, Number]] = defaultdict(dict)
    for area in areas:
        kinds[_RANKED_TOGETHER.get(area["kind"], area["kind"])][area["code"]] = area["score"]
    within = {code: rank for scores in kinds.values() for code, rank in ranks(scores).items()}
    for area in areas:
        area["rank"], area["rank_in_kind"] = overall[area["code"]], within[area["code"]]


def _losses(items: Iterable[ScoreItem], sheets: Iterable[_Sheet]) -> list[dict[str, Any]]:
    """Base items on which anyone lost points, the worst first. ``losers`` of ``subjects`` did; "everyone" when they are equal."""
    scores: dict[int, list[Decimal]] = defaultdict(list)
    for sheet in sheets:
        for item, score, *_ in sheet.lines:
            scores[item.pk].append(score or Decimal(0))
    made = []
    for item in items:
        losers = sum(score < item.max_score for score in scores[item.pk])
        if item.is_bonus or not losers:
            continue
        average = mean(scores[item.pk])
        made.append(
            {
                "code": item.code,
                "name": item.name,
                "group": item.group,
                "rate": float((average / item.max_score).quantize(Decimal("0.0001"), ROUND_HALF_UP)),
                "average": plain(rounded(average)),
                "losers": losers,
                "subjects": len(scores[item.pk]),
                "everyone": losers == len(scores[item.pk]),
            }
        )
    return sorted(made, key=lambda loss: loss["rate"])


def _earlier_results(round: AssessmentRound) -> list[dict[str, Any]]:
    """The latest results of the published rounds before this one, oldest first, as many as a history shows."""
    rounds = AssessmentRound.objects.published().before(round).values("pk")[: HISTORY - 1]
    bulletins = Bulletin.objects.filter(round__in=rounds).order_by("round__year", "round__quarter", "version")
    return list({round_pk: found for round_pk, found in bulletins.values_list("round_id", "results")}.values())


def _rectifications(round: AssessmentRound) -> list[dict[str, Any]]:
    """What this round found, after what earlier ones found and nobody has verified yet."""
    found = Rectification.objects.filter(round=round) | Rectification.objects.filter(
        round__in=AssessmentRound.objects.before(round)
    ).exclude(state=RectificationState.VERIFIED)
    return [
        {"code": code, "area": area, "platform": platform, "item": item, "problem": problem, "due_on": due.isoformat(), "state": state}
        for code, area, platform, item, problem, due, state in found.order_by("code").values_list(
            "code", "area__code", "platform__code", "item__code", "problem", "due_on", "state"
        )
    ]
