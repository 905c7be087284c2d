"""Printing: what the documents service adds to bare WeasyPrint, and what a second worker brings."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from bench.harness import Figures, benchmark, seconds
from congress.celery import app
from congress.documents import renderer
from congress.enums import DocumentState
from congress.models import Document, DocumentBatch
from congress.services import documents
from congress.tasks import render_document
from platforms.models import Bulletin
from tests.platforms.published import make_bulletin

KINDS = ("bulletin", "area_report", "platform_sheet")
PATIENCE = 120  # seconds a worker may take before the benchmark gives up


def _some(bulletin: Bulletin, sheets: int) -> list[Document]:
    """The bulletin, as many area reports as fit, and platform sheets: a small round's PDFs."""
    batch = bulletin.batch
    assert isinstance(batch, DocumentBatch)
    found = [list(batch.documents.filter(kind=kind).order_by("position")) for kind in KINDS]
    return found[0] + found[1][: sheets // 3] + found[2][:sheets]


def _wait_again(rows: list[Document]) -> None:
    Document.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=DocumentState.WAITING, attempts=0, claim=None, claimed_at=None, file="", sha256="", ready_at=None
    )


@benchmark("paper: a round's PDFs in one process against bare WeasyPrint on the same HTML", 1.15)
def one_process() -> Figures:
    rows = _some(make_bulletin(), 3)
    pages = [renderer._html(row) for row in rows]
    weasyprint = renderer.engine()
    documents.render(rows[0].pk)  # fonts are read once per process
    while True:
        _wait_again(rows)
        ours = bare = 0.0
        for row, (html, photos) in zip(rows, pages, strict=True):
            bare += seconds(lambda html=html, photos=photos: print_barely(weasyprint, html, photos))
            ours += seconds(lambda pk=row.pk: documents.render(pk))
        if Document.objects.filter(pk__in=[row.pk for row in rows], state=DocumentState.READY).count() < len(rows):
            raise RuntimeError("not every document was rendered")
        yield ours / bare


def print_barely(weasyprint: Any, html: str, photos: Any) -> None:
    """WeasyPrint as it comes, with its own way to justify a line."""
    from congress.documents import cjk  # it brings WeasyPrint along, which must not be imported before the fonts are settled

    own = cjk.inline.justify_line, cjk.Layout.set_text
    cjk.inline.justify_line, cjk.Layout.set_text = cjk._stretch_spaces, cjk._set_text
    try:
        weasyprint.HTML(string=html, base_url="paper:", url_fetcher=renderer._fetcher(weasyprint, photos)).write_pdf(**renderer.OPTIONS)
    finally:
        cjk.inline.justify_line, cjk.Layout.set_text = own


@benchmark("paper: two workers on two cores, times faster than one", 1.7, at_least=True, keeps_own_rows=True)
def two_workers() -> Figures:
    """Real Celery workers. Both run all the time; for the turn of one, the other is stopped in its tracks."""
    rows = _some(make_bulletin(), 12)
    app.control.purge()
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "congress", "worker", "--pool", "solo", "--loglevel", "ERROR"]
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    environment = {**os.environ, "BENCH_WORKER": "1", "PYTHONWARNINGS": "ignore"}
    workers = [subprocess.Popen([*command, "--hostname", f"bench{n}@%h"], env=environment) for n in (1, 2)]
    try:
        for worker, other in (workers, workers[::-1]):
            with_stopped(other, lambda: _print_all(rows[1:3]))  # fonts are read once per process
            assert worker.poll() is None
        while True:
            one = with_stopped(workers[1], lambda: _print_all(rows))
            yield one / _print_all(rows)
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGCONT)
            worker.terminate()
        for worker in workers:
            worker.wait(30)


def with_stopped(worker: subprocess.Popen, work: Callable[[], float]) -> float:
    worker.send_signal(signal.SIGSTOP)
    try:
        return work()
    finally:
        worker.send_signal(signal.SIGCONT)


def _print_all(rows: list[Document]) -> float:
    """Seconds from sending the tasks until every document is ready."""
    _wait_again(rows)
    keys = [row.pk for row in rows]
    start = time.perf_counter()
    for key in keys:
        render_document.delay(key)
    while Document.objects.filter(pk__in=keys, state=DocumentState.READY).count() < len(keys):
        if time.perf_counter() - start > PATIENCE:
            raise RuntimeError("the workers did not print everything in time")
        time.sleep(0.02)
    return time.perf_counter() - start
