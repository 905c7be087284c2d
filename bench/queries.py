"""How many queries a page makes: the same for one row, three and three hundred, and few."""

from __future__ import annotations

import sys

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.district import Scene, add_deputies, add_towns, scene
from bench.harness import Figures, benchmark, undone
from bench.lists import client_of
from bench.playing import add_rectifications, open_round, to_cross_scoring, to_objection
from congress.models import Document, DocumentBatch, Notification, Organisation
from platforms.models import Assessment, Rectification

SIZES = (1, 3, 300)
Counts = dict[str, int]


def _count(client: Client, path: str) -> int:
    """The page's queries once caches are warm; other requests' locks and savepoints are not counted."""
    client.get(path)
    with CaptureQueriesContext(connection) as made:
        answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in made)


def _count_pages(where: Scene, rows: int) -> Counts:
    """Every list and detail page with so many rows: deputies, towns, notices, documents, platforms, sheets, rectifications."""
    with undone():
        counts = _with_registers(where, rows)
    with undone():
        return counts | _in_round(where, rows)


def _with_registers(where: Scene, rows: int) -> Counts:
    add_deputies(where, rows)
    towns = add_towns(where, rows)
    Organisation.objects.bulk_create(
        Organisation(code=f"B{n}", name=f"第{n}单位", kind="presidium", area=town) for n, town in enumerate(towns)
    )
    Notification.objects.bulk_create(Notification(user=where.office, text=f"第 {n} 条", key=f"b{n}") for n in range(rows))
    batches = DocumentBatch.objects.bulk_create(
        DocumentBatch(key=f"b{n}", title=f"第{n}批", requested_by=where.office) for n in range(rows)
    )
    for batch in batches:
        Document.objects.create(batch=batch, kind="bulletin", subject="b", title="通报", filename="通报.pdf")
    Document.objects.bulk_create(
        Document(batch=batches[0], kind="platform_sheet", subject=f"b{n}", title=f"第{n}份", filename=f"{n}.pdf") for n in range(rows)
    )
    office = client_of(where.office)
    paths = ["/deputies/", "/deputies/B000000/", "/areas/", "/organisations/", "/notices/", "/documents/", "/documents/b0/", "/imports/"]
    return {path: _count(office, path) for path in paths}


def _in_round(where: Scene, rows: int) -> Counts:
    people = where.people
    towns = add_towns(where, rows)
    round = open_round(where, 2 * rows + 8, [*where.district.towns, *towns])
    home = f"/rounds/{round.code}"
    own = Assessment.objects.filter(round=round, area=where.district.town1, platform__isnull=False).order_by("code")[0].code
    town, office, leader = client_of(people.town1), client_of(where.office), client_of(people.leader)
    counts = {path: _count(town, path) for path in ("/", f"{home}/", f"{home}/areas/{where.district.town1.code}/", f"{home}/self/{own}/")}
    round = to_cross_scoring(round)
    other = Assessment.objects.filter(round=round, assignment__assessor=where.district.town1, platform__isnull=False).order_by("code")[0]
    first = other.scores.order_by("item__position")[0].item.code
    counts["a sheet being scored"] = _count(town, f"{home}/score/{other.code}/")
    counts["an item being scored"] = _count(town, f"{home}/score/{other.code}/{first}/")
    add_rectifications(where, rows)
    to_objection(round)
    fixed = Rectification.objects.order_by("code")[0].code
    for path in (
        *("/", "/platforms/", f"/platforms/{own}/", "/standards/", "/rounds/", f"{home}/", f"{home}/ranking/", f"{home}/items/"),
        *(f"{home}/items/{first}/", f"{home}/departures/", f"{home}/objections/", f"{home}/deductions/", f"{home}/sheets/{own}/"),
        *(f"{home}/areas/{where.district.town1.code}/", "/rectifications/", f"/rectifications/{fixed}/"),
    ):
        counts[f"{path} (office)"] = _count(office, path)
    counts[f"{home}/sign-off/"] = _count(leader, f"{home}/sign-off/")
    return counts


@benchmark("queries: any list or detail page, 300 and 3 rows against 1", 1, times=1)
def same_for_any_rows() -> Figures:
    where = scene()
    while True:
        one, three, many = (_count_pages(where, rows) for rows in SIZES)
        for path in one:
            if len({one[path], three[path], many[path]}) > 1:
                print(f"     {path}: {one[path]}, {three[path]}, {many[path]} queries", file=sys.stderr)
        yield max(max(one[path], three[path], many[path]) / min(one[path], three[path], many[path]) for path in one)


@benchmark("queries: the most any list or detail page makes", 15, unit="", times=1)
def few() -> Figures:
    where = scene()
    while True:
        counts = _count_pages(where, SIZES[-1])
        for path, count in counts.items():
            if count > 15:
                print(f"     {path}: {count} queries", file=sys.stderr)
        yield max(counts.values())
