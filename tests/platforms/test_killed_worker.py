"""Documents and real workers: one killed half-way loses nothing, and of two threads one renders."""

from __future__ import annotations

import datetime
import hashlib
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from congress.enums import DocumentState
from congress.models import Document
from congress.services import documents
from congress.services.documents import LEASE
from congress.tasks import render_document
from tests.platforms.published import make_bulletin
from tests.platforms.results import make_results


def wait(until: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "the worker did not get that far"
        time.sleep(0.05)


@pytest.mark.worker
def test_a_worker_killed_half_way_loses_nothing_and_renders_nothing_twice(worker):
    bulletin = make_bulletin(make_results(areas=3))
    rows = Document.objects.filter(batch=bulletin.batch)
    worker.start()
    wait(lambda: rows.ready().count() >= 2 and rows.filter(state=DocumentState.RENDERING).exists())
    worker.kill()
    done = {row["id"]: row for row in rows.ready().values()}
    assert 2 <= len(done) < rows.count()
    assert not rows.exclude(pk__in=done).filter(file__gt="").exists()

    # Two minutes later, as the clock would: the lease is over, and beat sends what nobody is at.
    rows.filter(state=DocumentState.RENDERING).update(claimed_at=timezone.now() - LEASE - datetime.timedelta(seconds=1))
    again = documents.unfinished_without_worker(timezone.now() + LEASE * 2)
    assert set(again) == set(rows.exclude(pk__in=done).values_list("pk", flat=True))
    for pk in again:
        render_document.delay(pk)
    worker.start()
    wait(lambda: rows.ready().count() == rows.count())

    assert {row["id"]: row for row in rows.filter(pk__in=done).values()} == done
    assert set(rows.values_list("state", flat=True)) == {"ready"}
    assert sorted(rows.values_list("attempts", flat=True))[:-1] == [1] * (rows.count() - 1)
    for row in rows:
        assert hashlib.sha256(Path(row.file.path).read_bytes()).hexdigest() == row.sha256


@pytest.mark.django_db(transaction=True)
def test_of_two_threads_one_renders():
    document = Document.objects.get(batch=make_bulletin(make_results(areas=3)).batch, kind="score_table")
    barrier, states = threading.Barrier(2), []

    def work() -> None:
        try:
            barrier.wait()
            states.append(documents.render(document.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(states, key=str) == [None, DocumentState.READY]
    document.refresh_from_db()
    assert document.attempts == 1
