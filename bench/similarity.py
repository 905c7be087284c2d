"""Finding earlier suggestions like one being written: against the bare question to its own index, and as the years go by."""

from __future__ import annotations

import itertools
import statistics
from random import Random

from django.db.models import Count
from django.utils import timezone

from bench.district import scene
from bench.harness import Figures, benchmark, repeated, undone
from congress.models import User
from deputies.models import Deputy, Mandate
from suggestions.enums import Occasion
from suggestions.models import Suggestion, TitleGram
from suggestions.services import similarity

FEW, MANY = 1_000, 100_000
ASKED = 40
_PLACES = "东西南北上下前后长石青红白黄黑龙虎凤牛马羊山水田林江河湖海溪塘湾桥坡岭坪冲洞井泉沙岩竹松梅兰桂荷莲"
_MATTERS = (
    "村道",
    "水渠",
    "路灯",
    "校舍",
    "卫生室",
    "农贸市场",
    "排污管网",
    "公交站",
    "停车场",
    "养老院",
    "文化广场",
    "饮水工程",
    "河堤",
    "桥梁",
    "垃圾站",
    "图书室",
)
_ACTS = ("修复", "新建", "扩建", "改造", "整治", "管护", "亮化", "硬化")
_TAILS = ("", "工作", "问题", "项目", "步伐", "力度")


def titles(count: int) -> list[str]:
    """Made-up titles of the usual shape, with the usual repetitions."""
    random = Random(2026)
    places = ["".join(pair) for pair in itertools.product(_PLACES, repeat=2)]
    return [
        f"关于加强{random.choice(places)}{random.choice('村镇社')}{random.choice(_MATTERS)}{random.choice(_ACTS)}{random.choice(_TAILS)}的建议"
        for _ in range(count)
    ]


def _fill(count: int) -> list[str]:
    where = scene()
    term, author = where.district.term, User.objects.order_by("pk")[0]
    deputy = Deputy.objects.create(code="BENCH", name="代表")
    seat = Mandate.objects.create(deputy=deputy, term=term, area=where.district.town1, starts_on=timezone.localdate())
    made = titles(count)
    rows = Suggestion.objects.bulk_create(
        [
            Suggestion(
                code=f"B{n:06d}", congress=term.congress, term=term, occasion=Occasion.BETWEEN_SESSIONS,
                title=title, basis="", request="", proposer=seat, created_by=author,
            )
            for n, title in enumerate(made)
        ],
        batch_size=2_000,
    )  # fmt: skip
    similarity.index(rows)
    return made


def _typical(asked: list[str]) -> float:
    return statistics.median(seconds for title in asked for seconds in repeated(lambda title=title: similarity.find(title), 1))


@benchmark("similarity: a look-up among 100,000 titles against one among 1,000", 5, times=1)
def as_the_years_go_by() -> Figures:
    while True:
        with undone():
            few = _typical(_fill(FEW)[:ASKED])
        with undone():
            yield _typical(_fill(MANY)[:ASKED]) / few


@benchmark("similarity: a look-up against the bare question to its own index", 2, times=1)
def against_its_own_index() -> Figures:
    asked = _fill(MANY)[:ASKED]

    def bare(title: str) -> None:
        found = TitleGram.objects.filter(gram__in=similarity.grams(title)).values_list("suggestion").annotate(shared=Count("pk"))
        list(found.order_by("-shared", "-suggestion")[:40])

    while True:
        ratios = [
            repeated(lambda title=title: similarity.find(title), 1)[0] / repeated(lambda title=title: bare(title), 1)[0] for title in asked
        ]
        yield statistics.median(ratios)
