"""Earlier suggestions like one being written, without a search engine: any database can do it.

A title's pairs of characters are indexed once it is handed in. A look-up takes the rarest pairs of what is typed, as many as
together stand in at most ``_MOST`` titles, so that a hundred times the titles cost about the same; what they find is then
compared in full. Three queries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, F

from suggestions.models import GramCount, Suggestion, TitleGram

_MOST = 1_000  # titles that the look-up may touch
_CANDIDATES = 40
_LEAST = 0.3  # of the pairs of both titles in common
# Words that every title has, and that say nothing of its matter.
_FRAME = re.compile(r"关于|进一步|加强|加快|推进|完善|的?建议|的?议案|[\W\d_]+")


@dataclass(frozen=True)
class Alike:
    suggestion: Suggestion
    share: float  # 0 to 1: how much of both titles' pairs they share


def grams(title: str) -> frozenset[str]:
    """Pairs of neighbouring characters of what the title is about."""
    return frozenset(part[i : i + 2] for part in _FRAME.split(title) for i in range(len(part) - 1))


def find(title: str, *, among: Iterable[int] | None = None, besides: Suggestion | None = None, most: int = 5) -> list[Alike]:
    """The handed-in suggestions whose titles are most like this one, the likest first.

    What the reader may see is the caller's matter: she filters by ``among`` or shows titles and answers that are told to all.
    """
    wanted = grams(title)
    if not wanted:
        return []
    counts = dict(GramCount.objects.filter(gram__in=wanted).values_list("gram", "count"))
    rare: list[str] = []
    touched = 0
    for gram, count in sorted(counts.items(), key=lambda pair: (pair[1], pair[0])):
        if rare and touched + count > _MOST:
            break
        rare.append(gram)
        touched += count
    if not rare:
        return []
    found = TitleGram.objects.filter(gram__in=rare)
    if besides is not None:
        found = found.exclude(suggestion=besides)
    if among is not None:
        found = found.filter(suggestion__in=list(among))
    keys = [pk for pk, _ in found.values_list("suggestion").annotate(shared=Count("pk")).order_by("-shared", "-suggestion")[:_CANDIDATES]]
    rows = Suggestion.objects.filter(pk__in=keys).select_related("term__congress", "proposer__deputy")
    alike = [Alike(row, _share(wanted, grams(row.title))) for row in rows]
    return sorted((each for each in alike if each.share >= _LEAST), key=lambda each: (-each.share, -each.suggestion.pk))[:most]


@transaction.atomic
def index(suggestions: Iterable[Suggestion]) -> None:
    """Indexes the titles that are not indexed yet. Called when one is handed in, and by imports for all of theirs."""
    rows = list(suggestions)
    known = set(TitleGram.objects.filter(suggestion__in=[row.pk for row in rows]).values_list("suggestion", flat=True).distinct())
    made = [TitleGram(suggestion=row, gram=gram) for row in rows if row.pk not in known for gram in sorted(grams(row.title))]
    TitleGram.objects.bulk_create(made, batch_size=2_000)
    _count(gram.gram for gram in made)


@transaction.atomic
def reindex(suggestion: Suggestion) -> None:
    """After a title changed in a resubmission."""
    old = list(TitleGram.objects.filter(suggestion=suggestion).values_list("gram", flat=True))
    if set(old) == grams(suggestion.title):
        return
    TitleGram.objects.filter(suggestion=suggestion).delete()
    GramCount.objects.filter(gram__in=old).update(count=F("count") - 1)
    index([suggestion])


def _count(made: Iterable[str]) -> None:
    more: dict[str, int] = {}
    for gram in made:
        more[gram] = more.get(gram, 0) + 1
    rows = {row.gram: row for row in GramCount.objects.select_for_update().filter(gram__in=more).order_by("gram")}
    for gram, row in rows.items():
        row.count += more[gram]
    GramCount.objects.bulk_update(rows.values(), ["count"], batch_size=400)
    GramCount.objects.bulk_create([GramCount(gram=gram, count=count) for gram, count in sorted(more.items()) if gram not in rows])


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0
