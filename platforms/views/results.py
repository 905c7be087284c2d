"""A round's result: the page after publication, the ranking before it, items and departures across all units."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, ExpressionWrapper, F, FloatField, Max, Min, Q
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from congress import charts, listing
from congress.access import may
from congress.enums import DocumentState
from congress.models import Document, DocumentBatch
from platforms import explaining
from platforms.enums import RectificationState
from platforms.models import AssessmentRound, Bulletin, ItemScore, Rectification
from platforms.progress import DEPARTS
from platforms.services import printing, totals
from platforms.tables import RECTIFICATION_FIELDS, rectifications_table
from platforms.views.finding import require, round_at
from platforms.views.rectifications import OPEN_FIRST

_LOW = 80  # charts mark units below 良好
_GRADE_LOOKS = (("ok", "star"), ("info", "check"), ("warn", "alert"), ("bad", "late"))
_SHOWN = 8


@dataclass(frozen=True)
class Row:
    """One unit in the ranking. ``area`` is its entry in the result."""

    area: dict[str, Any]
    rank: str
    chart: SafeString
    change: Decimal | None
    moved: int | None
    tone: str
    icon: str

    @property
    def climbed(self) -> int:
        return abs(self.moved or 0)


def rows_of(results: dict[str, Any]) -> list[Row]:
    """The ranking, best first; 并列 marks shared ranks."""
    areas = results["areas"]
    shared = {rank for rank in (area["rank"] for area in areas) if sum(a["rank"] == rank for a in areas) > 1}
    grades = [grade["name"] for grade in results["table"]["grades"]]
    low = lowest(results)
    made = []
    for area in areas:
        now, before = area["score"], area["previous_score"]
        tone, icon = _GRADE_LOOKS[min(grades.index(area["grade"]) if area["grade"] in grades else 3, 3)]
        made.append(
            Row(
                area=area,
                rank=f"并列 {area['rank']}" if area["rank"] in shared else str(area["rank"]),
                chart=charts.change(
                    f"{area['name']}得分", now=now, before=before, mean=results["average"], low=low, high=100, is_low=now < _LOW
                ),
                change=None if before is None else Decimal(str(now)) - Decimal(str(before)),
                moved=None if area["previous_rank"] is None else area["previous_rank"] - area["rank"],
                tone=tone,
                icon=icon,
            )
        )
    return made


def lowest(results: dict[str, Any]) -> int:
    """Where the ranking's charts begin: the ten below the lowest score, now or before."""
    scores = [score for area in results["areas"] for score in (area["score"], area["previous_score"]) if score is not None]
    return int(min(scores, default=0) // 10 * 10)


def _ranking(results: dict[str, Any]) -> dict[str, Any]:
    low = lowest(results)
    return {
        "rows": rows_of(results),
        "results": results,
        "how": explaining.ranking(results["table"]),
        "scale": charts.scale([tick for tick in range(low, 101, 10)], low=low, high=100),
    }


@require_safe
def ranking(request: HttpRequest, code: str) -> HttpResponse:
    """The ranking as it stands, before it is told to anyone: for the office and the leaders."""
    round = round_at(request, code)
    require(request, "platforms.watch_ranking", round)
    results = totals.standings(round)
    sheets = [*results["areas"], *results["platforms"]]
    unscored = sum(line["score"] is None for sheet in sheets for line in (*sheet["items"], *sheet["bonus_items"]))
    return render(request, "platforms/rounds/ranking.html", {"round": round, "unscored": unscored, **_ranking(results)})


def result_page(request: HttpRequest, round: AssessmentRound) -> HttpResponse:
    """The published result in the version asked for (``?version=``), the latest by default."""
    versions = list(round.bulletins.defer("results").order_by("-version"))
    asked = request.GET.get("version", "")
    chosen = next((b for b in versions if str(b.version) == asked), None) if asked else versions[0]
    if chosen is None:
        raise Http404
    bulletin = Bulletin.objects.select_related("batch").get(pk=chosen.pk)
    results = bulletin.results
    found = Rectification.objects.filter(round=round)
    mine = Rectification.objects.visible_to(request.user).filter(round=round)
    states = dict(found.order_by().values_list("state").annotate(Count("pk")))
    rectifications = list(mine.order_by(*OPEN_FIRST).values_list(*RECTIFICATION_FIELDS, named=True)[:_SHOWN])
    departed = ItemScore.objects.filter(assessment__round=round).aggregate(total=Count("pk"), departed=Count("pk", filter=DEPARTS))
    context = {
        "round": round,
        "bulletin": bulletin,
        "versions": versions,
        "figs": _figs(results, states, departed, round),
        "losses": [(loss, charts.share(loss["rate"], is_low=loss["rate"] < 0.6)) for loss in results["losses"][:5]],
        "rectifications": rectifications_table(rectifications, request=request, today=timezone.localdate()) if rectifications else "",
        "states": {
            "total": sum(states.values()),
            "open": states.get(RectificationState.OPEN, 0),
            "reported": states.get(RectificationState.REPORTED, 0),
            "verified": states.get(RectificationState.VERIFIED, 0),
        },
        "may_correct": may(request.user, "platforms.correct", round),
        **_ranking(results),
        **_printed(request, bulletin.batch),
    }
    return render(request, "platforms/rounds/result.html", context)


def _figs(results: dict[str, Any], states: dict[str, int], departed: dict[str, int], round: AssessmentRound) -> list[dict[str, Any]]:
    areas, scores = results["areas"], [area["score"] for area in results["areas"]]
    best = results["table"]["grades"][0]["name"]
    before = results["previous_average"]
    gap = None if before is None else Decimal(str(results["average"])) - Decimal(str(before))
    old = [area["previous_score"] for area in areas if area["previous_score"] is not None]
    minimum = results["table"]["grades"][0]["minimum"]
    total = sum(states.values())
    rectifications = f"{reverse('platforms:rectifications')}?round={round.code}"
    return [
        {
            "label": "全区平均", "value": _plain(results["average"]), "unit": "分", "url": "#rank",
            "note": "" if gap is None else "与上季持平" if not gap else f"较上季{'高' if gap > 0 else '低'} {_plain(abs(gap))} 分",
            "tone": "" if not gap else "up" if gap > 0 else "down",
        },
        {
            "label": best, "value": sum(area["grade"] == best for area in areas), "unit": f"/ {len(areas)} 家", "url": "#rank",
            "note": f"上季 {sum(score >= minimum for score in old)} 家" if old else "",
        },
        {
            "label": "最高与最低相差", "value": _plain(_spread(scores)), "unit": "分", "url": "#rank",
            "note": f"上季 {_plain(_spread(old))} 分" if old else "",
        },
        {
            "label": "整改", "value": states.get(RectificationState.VERIFIED, 0), "unit": f"/ {total} 项", "url": rectifications if total else "",
            "note": f"待复核 {states.get(RectificationState.REPORTED, 0)} 项，整改中 {states.get(RectificationState.OPEN, 0)} 项",
        },
        {
            "label": "打分与建议值不同", "value": departed["departed"], "unit": f"/ {departed['total']} 处", "note": "均已写明理由",
            "url": reverse("platforms:departures", args=[round.code]) if departed["departed"] else "",
        },
    ]  # fmt: skip


def _spread(scores: list[float]) -> Decimal:
    return Decimal(str(max(scores, default=0))) - Decimal(str(min(scores, default=0)))


def _plain(value: Any) -> str:
    return charts.plain(value)


@require_safe
def documents(request: HttpRequest, code: str) -> HttpResponse:
    """How far the documents of the latest version are; the page asks again until all are settled."""
    round = round_at(request, code)
    bulletin = get_object_or_404(
        Bulletin.objects.defer("results").select_related("batch"), round=round, version=request.GET.get("version") or "1"
    )
    return render(request, "platforms/rounds/_documents.html", {"round": round, "bulletin": bulletin, **_printed(request, bulletin.batch)})


@dataclass(frozen=True)
class Printed:
    """One kind of a bulletin's documents: a single file, or a count of files."""

    title: str
    note: str
    total: int
    ready: int
    failed: int
    running: bool
    single: tuple[int, int | None] | None = None  # position and pages

    @property
    def is_settled(self) -> bool:
        return self.ready + self.failed == self.total


_KINDS = (
    (printing.BULLETIN, "通报", "公文格式，主送各镇（街道）"),
    (printing.BULLETIN_WORD, "通报 Word 稿", "可改后送签"),
    (printing.SCORE_TABLE, "得分总表", "Excel"),
    (printing.AREA_REPORT, "镇（街道）考评情况", ""),
    (printing.PLATFORM_SHEET, "平台考评表", ""),
)
_SINGLE = (printing.BULLETIN, printing.BULLETIN_WORD, printing.SCORE_TABLE)


def _printed(request: HttpRequest, batch: DocumentBatch | None) -> dict[str, Any]:
    """How far each kind is, and where the single files are; one query."""
    if batch is None:
        return {"printed": [], "settled": True, "bulletin_pdf": None}
    rows = Document.objects.visible_to(request.user).filter(batch=batch).order_by().values_list("kind", "state")
    counts: dict[str, dict[str, int]] = {}
    places: dict[str, tuple[int, int | None]] = {}
    for kind, state, number, position, pages in rows.annotate(Count("pk"), Min("position"), Max("pages")):
        counts.setdefault(kind, {})[state] = number
        places[kind] = (position, pages)
    printed = [
        Printed(
            title=title,
            note=note,
            total=sum(counts[kind].values()),
            ready=counts[kind].get(DocumentState.READY, 0),
            failed=counts[kind].get(DocumentState.FAILED, 0),
            running=bool(counts[kind].get(DocumentState.RENDERING)),
            single=places[kind] if kind in _SINGLE else None,
        )
        for kind, title, note in _KINDS
        if kind in counts
    ]
    is_ready = counts.get(printing.BULLETIN, {}).get(DocumentState.READY)
    return {
        "printed": printed,
        "settled": all(each.is_settled for each in printed),
        "batch": batch,
        "bulletin_pdf": places[printing.BULLETIN][0] if is_ready else None,
    }


@require_safe
def items(request: HttpRequest, code: str) -> HttpResponse:
    """Every item of the table with its mean over all subjects, the worst first."""
    round = round_at(request, code)
    require(request, "platforms.compare_units", round)
    rate = ExpressionWrapper(F("average") / F("max_score"), output_field=FloatField())
    rows = (
        round.table.items.annotate(
            average=Avg(Coalesce("scores__decided_score", "scores__cross_score"), filter=Q(scores__assessment__round=round)),
            subjects=Count("scores", filter=Q(scores__assessment__round=round)),
            losers=Count("scores", filter=Q(scores__assessment__round=round) & _LOST),
        )
        .annotate(rate=rate)
        .order_by("is_bonus", "rate", "position")
    )
    return listing.render_list(request, "platforms/rounds/items.html", rows, {"round": round})


_LOST = Q(scores__decided_score__lt=F("scores__max_score")) | Q(
    scores__decided_score__isnull=True, scores__cross_score__lt=F("scores__max_score")
)


@require_safe
def item(request: HttpRequest, code: str, item: str) -> HttpResponse:
    """One item over all units and platforms; ``?lost=1`` those that lost points."""
    round = round_at(request, code)
    require(request, "platforms.compare_units", round)
    found = get_object_or_404(round.table.items, code=item)
    rows = _scores(request, round).filter(item=found).annotate(final=Coalesce("decided_score", "cross_score"))
    lost = request.GET.get("lost") == "1"
    if lost:
        rows = rows.filter(final__lt=F("max_score"))
    rows = rows.order_by("final", "assessment__area__position", "assessment__code")
    return listing.render_list(request, "platforms/rounds/item.html", rows, {"round": round, "item": found, "lost": lost})


@require_safe
def departures(request: HttpRequest, code: str) -> HttpResponse:
    """Scores that depart from their suggestion, with the reason."""
    round = round_at(request, code)
    require(request, "platforms.compare_units", round)
    rows = _scores(request, round).filter(DEPARTS)
    if area := request.GET.get("area", ""):
        rows = rows.filter(assessment__area__code=area)
    areas = [assignment.area for assignment in round.assignments.select_related("area")]
    rows = rows.order_by("assessment__area__position", "assessment__area__code", "assessment__code", "item__position")
    return listing.render_list(request, "platforms/rounds/departures.html", rows, {"round": round, "areas": areas, "area": area})


def _scores(request: HttpRequest, round: AssessmentRound):
    return (
        ItemScore.objects.visible_to(request.user)
        .filter(assessment__round=round)
        .select_related("item", "assessment__area", "assessment__platform")
    )
