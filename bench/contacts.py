"""Voter contacts: what saving one costs, how the list bears ten thousand, and the weight of 记一笔 on a phone."""

from __future__ import annotations

import datetime
import itertools

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.district import Scene, scene
from bench.harness import Figures, benchmark, repeated, undone
from bench.lists import LOADS, client_of
from bench.weight import weigh
from deputies.enums import Channel
from deputies.models import Deputy, VoterContact

ROWS = (100, 10_000)
_CONTROL = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


def add_contacts(where: Scene, count: int) -> None:
    """Contacts of one deputy through the year, the newest an hour old."""
    deputy = Deputy.objects.get(user=where.people.deputy)
    now = timezone.now()
    rows = VoterContact.objects.bulk_create(
        (
            VoterContact(
                key=f"bench-{n:06d}",
                code=f"LX2025-{n:06d}",
                channel=Channel.values[n % 6],
                at=now - datetime.timedelta(hours=n),
                area=where.district.villages[1],
                text=f"第{n}件：村口的路灯坏了三盏，晚上孩子放学看不清路。",
                author=where.people.deputy,
            )
            for n in range(1, count + 1)
        ),
        batch_size=1000,
    )
    link = VoterContact.deputies.through
    link.objects.bulk_create((link(votercontact_id=row.pk, deputy_id=deputy.pk) for row in rows), batch_size=2000)


@benchmark("queries: saving a contact on a phone, request and all", 12, unit="", times=1)
def saving() -> Figures:
    """Of the whole request; what opens and closes a transaction is not counted."""
    where = scene()
    client = client_of(where.people.deputy)
    for number in itertools.count():
        typed = {"key": f"bench-save-{number}", "channel": "visit", "text": "路灯坏了", "voters_name": ["王小明", "李四"]}
        with CaptureQueriesContext(connection) as asked:
            answer = client.post("/contacts/new/", typed, headers={"Accept": "application/json"})
        if answer.status_code != 200:
            raise RuntimeError(f"saving answered {answer.status_code}")
        yield sum(not query["sql"].startswith(_CONTROL) for query in asked)


@benchmark("list of contacts, 10,000 rows against 100", 1.3)
def many_contacts() -> Figures:
    where = scene()
    client = client_of(where.office)
    while True:
        times = []
        for rows in ROWS:
            with undone():
                add_contacts(where, rows)
                times.append(_load(client))
        yield times[1] / times[0]


def _load(client: Client) -> float:
    client.get("/contacts/")
    return min(repeated(lambda: client.get("/contacts/"), LOADS))


@benchmark("weight of 记一笔, first visit", 60, unit="KB", times=1)
def form_on_a_phone() -> Figures:
    """The form, its styles, scripts and icons, and what its worker fetches beside them: itself and the page without a person."""
    where = scene()
    client = client_of(where.people.deputy)
    while True:
        yield (weigh(client, "/contacts/new/") + weigh(client, "/worker.js") + weigh(Client(), "/contacts/offline/") - _shared()) / 1000


def _shared() -> int:
    """What the page without a person has in common with the form: its worker finds it fetched already."""
    page = Client().get("/contacts/offline/", headers={"Accept-Encoding": "gzip"})
    return weigh(Client(), "/contacts/offline/") - len(page.getvalue()) - sum(len(name) + len(value) + 4 for name, value in page.items())
