"""A bulletin printed by a real worker process: killed half-way, it loses nothing, and nothing is rendered twice."""

from __future__ import annotations

import datetime
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone

from congress.enums import DocumentState
from congress.models import Document, DocumentBatch
from congress.services.documents import LEASE
from congress.tasks import resume_documents
from platforms.services.publishing import publish
from tests.platforms import playing
from tests.processes import Worker

pytestmark = pytest.mark.worker


@pytest.fixture
def batch(worker: Worker, personas, score_table, district) -> DocumentBatch:
    """A round just published: its documents have been asked for, and no worker runs yet."""
    playing.make_platforms(district)
    round = playing.play_to_objection(personas, playing.open_round(personas), share="0.8")
    bulletin = publish(actor=personas.office, round=round, on=playing.AFTER)
    assert set(bulletin.batch.documents.values_list("state", flat=True)) == {DocumentState.WAITING}
    return bulletin.batch


def wait_until(done: Callable[[], bool], seconds: int = 90) -> None:
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise AssertionError(f"not done after {seconds} s: {list(Document.objects.values_list('kind', 'state', 'error'))}")
        time.sleep(0.05)


def all_ready(batch: DocumentBatch) -> bool:
    return not batch.documents.exclude(state=DocumentState.READY).exists()


def kept(batch: DocumentBatch) -> dict[int, tuple]:
    """What was made of each ready document, down to when its file was written."""
    ready = batch.documents.ready()
    return {each.pk: (each.sha256, each.attempts, each.file.name, Path(each.file.path).stat().st_mtime_ns) for each in ready}


def test_the_worker_prints_what_was_asked_for(worker, batch):
    worker.start(concurrency=2)
    wait_until(lambda: all_ready(batch))
    assert batch.documents.count() == 3 + 4 + 4
    assert {attempts for _, attempts, _, _ in kept(batch).values()} == {1}


def test_a_killed_worker_loses_nothing(worker, batch):
    rendering = batch.documents.filter(state=DocumentState.RENDERING)

    def caught_half_way() -> bool:
        worker.signal(signal.SIGSTOP)
        if batch.documents.ready().count() >= 2 and rendering.exists():
            return True
        worker.signal(signal.SIGCONT)
        return False

    worker.start()
    wait_until(caught_half_way)
    worker.kill()
    before, cut_short = kept(batch), list(rendering.values_list("pk", flat=True))
    assert 2 <= len(before) < batch.documents.count()
    assert len(cut_short) == 1

    past = timezone.now() - LEASE - datetime.timedelta(seconds=1)  # as if the killed worker's lease had run out
    DocumentBatch.objects.filter(pk=batch.pk).update(created_at=past)
    batch.documents.filter(state=DocumentState.RENDERING).update(claimed_at=past)
    batch.documents.ready().update(ready_at=past)
    worker.start()
    resume_documents.delay()  # what beat sends every minute
    wait_until(lambda: all_ready(batch))
    after = kept(batch)
    assert {pk: after[pk] for pk in before} == before
    assert {pk: after[pk][1] for pk in cut_short} == dict.fromkeys(cut_short, 2)
    assert {attempts for pk, (_, attempts, _, _) in after.items() if pk not in cut_short} == {1}
