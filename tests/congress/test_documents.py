"""Documents as work: asked for once, claimed by one, finished after a kill, given up with a sentence."""

import datetime
import hashlib
import os
import threading
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from congress.documents import registry
from congress.documents.errors import PaperError
from congress.documents.registry import XLSX, DocumentKind
from congress.enums import DocumentState
from congress.models import AuditEntry, Document, DocumentBatch, Notification
from congress.services import documents
from congress.services.documents import EXHAUSTED, LEASE, MAX_ATTEMPTS, Wanted

pytestmark = pytest.mark.django_db


class Slip:
    """A printable kind whose renderer counts its calls and fails as told."""

    def __init__(self) -> None:
        self.rendered: list[str] = []
        self.faults: list[Exception] = []

    def render(self, document: Document) -> bytes:
        self.rendered.append(document.subject)
        if self.faults:
            raise self.faults.pop(0)
        return f"slip {document.subject}".encode()


@pytest.fixture
def slip(monkeypatch) -> Slip:
    made = Slip()
    kind = DocumentKind("slip", "条子", lambda user: Q(), render=made.render, content_type=XLSX)
    monkeypatch.setitem(registry._kinds, "slip", kind)
    return made


def ask(actor, *subjects: str, key: str = "slips-1") -> DocumentBatch:
    wanted = [Wanted("slip", subject, f"条子{subject}", f"条子{subject}") for subject in subjects]
    return documents.request_batch(key=key, title="条子", actor=actor, documents=wanted)


def test_a_document_becomes_a_file_with_its_hash(slip, personas):
    batch = ask(personas.office, "a")
    document = batch.documents.get()
    assert documents.render(document.pk) == DocumentState.READY
    document.refresh_from_db()
    assert (document.state, document.attempts, document.size, document.error) == (DocumentState.READY, 1, 6, "")
    assert document.sha256 == hashlib.sha256(b"slip a").hexdigest()
    assert Path(document.file.path).read_bytes() == b"slip a"
    assert document.filename == "条子a.xlsx"
    assert (document.claim, document.claimed_at) == (None, None)


def test_asking_twice_gives_the_same_batch_and_nothing_more(slip, personas):
    first, second = ask(personas.office, "a", "b"), ask(personas.office, "a", "b", "c")
    assert first == second
    assert list(first.documents.values_list("subject", "position")) == [("a", 1), ("b", 2)]
    assert AuditEntry.objects.filter(action="congress.request_documents").count() == 1


def test_an_unknown_kind_is_refused(personas):
    with pytest.raises(KeyError):
        documents.request_batch(key="x", title="x", actor=personas.office, documents=[Wanted("nothing", "", "x", "x")])


def test_a_ready_document_is_never_rendered_twice(slip, personas):
    document = ask(personas.office, "a").documents.get()
    documents.render(document.pk)
    assert documents.render(document.pk) is None
    assert slip.rendered == ["a"]


def test_of_two_workers_one_gets_the_claim(slip, personas):
    document = ask(personas.office, "a").documents.get()
    claim = documents._claim(document.pk)
    assert claim is not None
    assert documents.render(document.pk) is None
    assert slip.rendered == []


@pytest.mark.django_db(transaction=True)
def test_of_two_threads_one_renders(slip, personas):
    document = ask(personas.office, "a").documents.get()
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
    assert slip.rendered == ["a"]


def test_a_claim_past_its_lease_is_anyones_and_the_late_worker_changes_nothing(slip, personas):
    document = ask(personas.office, "a").documents.get()
    late = documents._claim(document.pk)
    Document.objects.update(claimed_at=timezone.now() - LEASE - datetime.timedelta(seconds=1))
    assert documents.render(document.pk) == DocumentState.READY
    before = Document.objects.values().get()
    document.refresh_from_db()
    assert documents._settle(document, late, DocumentState.FAILED, error="太晚") is None
    assert Document.objects.values().get() == before
    assert before["attempts"] == 2


def test_a_passing_fault_is_tried_again_three_times_at_most(slip, personas):
    document = ask(personas.office, "a").documents.get()
    slip.faults = [OSError("disk full")] * MAX_ATTEMPTS
    assert [documents.render(document.pk) for _ in range(MAX_ATTEMPTS + 1)] == ["waiting", "waiting", "failed", None]
    document.refresh_from_db()
    assert (document.state, document.error, document.attempts) == (DocumentState.FAILED, EXHAUSTED, MAX_ATTEMPTS)


def test_what_can_not_be_printed_fails_at_once_with_its_sentence(slip, personas):
    document = ask(personas.office, "a").documents.get()
    slip.faults = [PaperError("字库中没有“龘”。")]
    assert documents.render(document.pk) == DocumentState.FAILED
    document.refresh_from_db()
    assert (document.error, document.attempts) == ("字库中没有“龘”。", 1)


def test_retry_sends_failed_ones_again_and_the_second_call_nothing(slip, personas):
    batch = ask(personas.office, "a", "b")
    slip.faults = [PaperError("坏"), PaperError("坏")]
    documents.render_batch(batch)
    assert documents.retry(actor=personas.office, batch=batch) == 2
    assert documents.retry(actor=personas.office, batch=batch) == 0
    documents.render_batch(batch)
    assert set(batch.documents.values_list("state", "attempts", "error")) == {("ready", 1, "")}
    assert AuditEntry.objects.filter(action="congress.retry_documents").count() == 1


def test_render_batch_outlasts_passing_faults(slip, personas):
    batch = ask(personas.office, "a", "b")
    slip.faults = [OSError("busy")]
    documents.render_batch(batch)
    assert set(batch.documents.values_list("state", flat=True)) == {"ready"}
    assert slip.rendered == ["a", "b", "a"]


def test_lapsed_claims_are_sent_again_and_a_waiting_queue_only_when_nothing_moves(slip, personas):
    batch = ask(personas.office, "a", "b", "c")
    lapsed, running, waiting = batch.documents.order_by("position")
    now = timezone.now()
    for document, since in ((lapsed, LEASE + datetime.timedelta(seconds=5)), (running, datetime.timedelta(seconds=5))):
        documents._claim(document.pk)
        Document.objects.filter(pk=document.pk).update(claimed_at=now - since)
    DocumentBatch.objects.update(created_at=now - LEASE * 2)
    assert documents.unfinished_without_worker(now) == [lapsed.pk]
    documents._settle(running, Document.objects.get(pk=running.pk).claim, DocumentState.WAITING)
    assert documents.unfinished_without_worker(now) == [lapsed.pk, running.pk, waiting.pk]


def test_a_document_that_kills_every_worker_is_given_up(slip, personas):
    document = ask(personas.office, "a").documents.get()
    Document.objects.update(state="rendering", attempts=MAX_ATTEMPTS, claim="0" * 32, claimed_at=timezone.now() - LEASE * 2)
    assert documents.unfinished_without_worker() == []
    document.refresh_from_db()
    assert (document.state, document.error) == (DocumentState.FAILED, EXHAUSTED)


def test_a_half_written_file_is_never_seen(slip, personas, monkeypatch):
    document = ask(personas.office, "a").documents.get()

    def torn(source, target):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", torn)
        with pytest.raises(KeyboardInterrupt):
            documents.render(document.pk)
    folder = Path(default_storage.path("documents/slips-1"))
    assert [path.name.startswith(".part-") for path in folder.iterdir()] == [True]
    document.refresh_from_db()
    assert (document.state, document.file.name) == (DocumentState.RENDERING, "")


def test_the_last_document_tells_who_asked(slip, personas, django_capture_on_commit_callbacks):
    batch = ask(personas.office, "a", "b")
    with django_capture_on_commit_callbacks(execute=True):
        documents.render_batch(batch)
    notice = Notification.objects.get(user=personas.office)
    assert (notice.text, notice.url) == ("“条子”的2份文件已全部生成。", "/documents/slips-1/")


def test_workers_start_when_the_request_commits(slip, personas, eager_tasks, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        batch = ask(personas.office, "a", "b")
        assert slip.rendered == []
    assert slip.rendered == ["a", "b"]
    assert set(batch.documents.values_list("state", flat=True)) == {"ready"}


@pytest.mark.parametrize(
    ("asked", "stored"),
    [
        ("考评表", "考评表.xlsx"),
        ("A/B:C*?", "A／B：C＊？.xlsx"),
        ("..\\etc\npasswd", "＼etc passwd.xlsx"),
        ("长" * 200, "长" * 115 + ".xlsx"),
    ],
)
def test_file_names_suit_every_file_system(slip, asked, stored):
    assert documents._filename(Wanted("slip", "", "", asked)) == stored


def test_a_kind_needs_a_template_or_a_renderer_and_a_key_of_its_own(slip):
    with pytest.raises(ValueError, match="either a template"):
        DocumentKind("odd", "怪", lambda user: Q())
    with pytest.raises(ValueError, match="registered twice"):
        registry.register(DocumentKind("slip", "另", lambda user: Q(), render=slip.render))
