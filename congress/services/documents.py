"""Documents as work: asked for once, claimed by one worker, finished even when a worker is killed half-way.

A document goes waiting → rendering → ready or failed. A worker claims it by one conditional UPDATE and owns it for
``LEASE``; a claim past its lease is anyone's. Whoever finishes must still hold its own claim, so a document is made
ready exactly once.
"""

from __future__ import annotations

import datetime
import hashlib
import logging
import os
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from congress.documents import registry, renderer
from congress.documents.errors import PaperError
from congress.enums import DocumentState
from congress.models import Document, DocumentBatch, User
from congress.services import audit
from congress.services.notices import notify

logger = logging.getLogger(__name__)

LEASE = datetime.timedelta(seconds=120)
MAX_ATTEMPTS = 3
EXHAUSTED = f"连续{MAX_ATTEMPTS}次没有完成。请稍后重试；仍不成功的，请联系系统管理员查看后台日志。"


@dataclass(frozen=True)
class Wanted:
    """One document asked for. ``filename`` comes without a suffix: the kind adds its own."""

    kind: str
    subject: str
    title: str
    filename: str


@transaction.atomic
def request_batch(*, key: str, title: str, actor: audit.Actor, documents: Sequence[Wanted]) -> DocumentBatch:
    """Asks for documents; workers start once the transaction commits.

    The same key again gives the batch as it was, and asks for nothing more. Raises KeyError for an unknown kind.
    """
    batch, created = DocumentBatch.objects.get_or_create(
        key=key, defaults={"title": title[:120], "requested_by": actor if isinstance(actor, User) else None}
    )
    if not created:
        return batch
    rows = Document.objects.bulk_create(
        Document(
            batch=batch,
            kind=wanted.kind,
            subject=wanted.subject,
            title=wanted.title[:160],
            filename=_filename(wanted),
            position=position,
        )
        for position, wanted in enumerate(documents, start=1)
    )
    audit.record(actor, "congress.request_documents", batch, changes={"documents": [0, len(rows)]}, ref=key)
    _send_on_commit([row.pk for row in rows])
    return batch


def render(document_id: int) -> str | None:
    """Renders the document when it waits, or when its worker's lease is over. Returns the state this call brought it to.

    Safe to call at any time and by many workers at once: whoever does not get the claim does nothing and returns None.
    A fault that may pass (a full disk, a busy database) leaves it waiting until its attempts are used up.
    """
    claim = _claim(document_id)
    if claim is None:
        return None
    document = Document.objects.select_related("batch__requested_by").get(pk=document_id)
    try:
        paper = renderer.produce(document)
        digest = hashlib.sha256(paper.data).hexdigest()
        name = _store(document, digest, paper.data)
    except PaperError as refusal:
        return _settle(document, claim, DocumentState.FAILED, error=str(refusal)[:300])
    except Exception:
        logger.exception("document %s, attempt %s", document_id, document.attempts)
        if document.attempts >= MAX_ATTEMPTS:
            return _settle(document, claim, DocumentState.FAILED, error=EXHAUSTED)
        return _settle(document, claim, DocumentState.WAITING)
    return _settle(
        document,
        claim,
        DocumentState.READY,
        error="",
        file=name,
        sha256=digest,
        size=len(paper.data),
        pages=paper.pages,
        ready_at=timezone.now(),
    )


def render_batch(batch: DocumentBatch) -> None:
    """Renders in this process what no other worker is at; for commands that can't wait for a worker."""
    for _ in range(MAX_ATTEMPTS):
        waiting = list(batch.documents.unfinished().values_list("pk", flat=True))
        if not waiting:
            return
        for document_id in waiting:
            render(document_id)


def unfinished_without_worker(now: datetime.datetime | None = None) -> list[int]:
    """Documents to send again: claims past their lease, and what waits while no worker moves.

    What merely waits its turn is not sent again as long as the queue moves, so that a long queue isn't doubled every
    minute. Documents whose every attempt ended with a killed worker are given up here.
    """
    over = (now or timezone.now()) - LEASE
    lapsed = Document.objects.filter(state=DocumentState.RENDERING, claimed_at__lt=over)
    lapsed.filter(attempts__gte=MAX_ATTEMPTS).update(state=DocumentState.FAILED, claim=None, claimed_at=None, error=EXHAUSTED)
    found = list(lapsed.order_by("pk").values_list("pk", flat=True))
    moving = Document.objects.filter(Q(state=DocumentState.RENDERING, claimed_at__gte=over) | Q(ready_at__gte=over)).exists()
    if not moving:
        waiting = Document.objects.filter(state=DocumentState.WAITING, batch__created_at__lt=over)
        found += waiting.order_by("pk").values_list("pk", flat=True)
    return found


@transaction.atomic
def retry(*, actor: audit.Actor, batch: DocumentBatch) -> int:
    """Sends the batch's failed documents once more and returns how many. With none failed, a no-op."""
    failed = list(batch.documents.filter(state=DocumentState.FAILED).values_list("pk", flat=True))
    again = [
        pk
        for pk in failed
        if Document.objects.filter(pk=pk, state=DocumentState.FAILED).update(
            state=DocumentState.WAITING, attempts=0, error="", claim=None, claimed_at=None
        )
    ]
    if again:
        audit.record(actor, "congress.retry_documents", batch, changes={"documents": [0, len(again)]}, ref=batch.key)
        _send_on_commit(again)
    return len(again)


def _claim(document_id: int) -> uuid.UUID | None:
    now, claim = timezone.now(), uuid.uuid4()
    free = Q(state=DocumentState.WAITING) | Q(state=DocumentState.RENDERING, claimed_at__lt=now - LEASE)
    claimed = Document.objects.filter(free, pk=document_id, attempts__lt=MAX_ATTEMPTS).update(
        state=DocumentState.RENDERING, claim=claim, claimed_at=now, attempts=F("attempts") + 1
    )
    return claim if claimed else None


def _settle(document: Document, claim: uuid.UUID, state: DocumentState, **values: object) -> str | None:
    """Ends the claim, if it is still held: a worker that outlived its lease changes nothing."""
    held = Document.objects.filter(pk=document.pk, state=DocumentState.RENDERING, claim=claim)
    if not held.update(state=state, claim=None, claimed_at=None, **values):
        return None
    if state != DocumentState.WAITING and not document.batch.documents.unfinished().exists():
        _tell(document.batch)
    return state


def _tell(batch: DocumentBatch) -> None:
    """Tells who asked, once, that the whole batch is done."""
    if batch.requested_by is None:
        return
    total, ready = batch.documents.count(), batch.documents.ready().count()
    text = (
        f"“{batch.title}”的{total}份文件已全部生成。"
        if ready == total
        else f"“{batch.title}”有{total - ready}份文件未能生成，请查看原因后重试。"
    )
    notify([batch.requested_by], text=text, key=f"documents-{batch.key}-{ready}", url=reverse("document_batch", args=[batch.key]))


def _store(document: Document, digest: str, data: bytes) -> str:
    """Writes the file whole or not at all. Its name follows its content: a second writer of the same document either
    replaces it with the same bytes or writes beside it, and never under a ready document's hash."""
    name = f"documents/{document.batch.key}/{document.position:04d}-{digest[:16]}{registry.find(document.kind).suffix}"
    path = Path(default_storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".part-", delete=False) as draft:
        draft.write(data)
        draft.flush()
        os.fsync(draft.fileno())
    os.replace(draft.name, path)
    return name


def _filename(wanted: Wanted) -> str:
    """A name every file system takes: what Windows forbids becomes full-width or a space."""
    safe = wanted.filename.translate(str.maketrans('\\/:*?"<>|\r\n\t', "＼／：＊？”＜＞｜   ")).strip(" .")
    suffix = registry.find(wanted.kind).suffix
    return f"{safe[: 120 - len(suffix)]}{suffix}"


def _send_on_commit(document_ids: Sequence[int]) -> None:
    from congress.tasks import render_document

    def send() -> None:
        for pk in document_ids:
            render_document.delay(pk)

    # A broker that is down must not undo the request: beat sends again what no worker took up.
    transaction.on_commit(send, robust=True)
