"""What workers do for the ground floor."""

from __future__ import annotations

from celery import shared_task

from congress.enums import DocumentState
from congress.services import documents


@shared_task(name="congress.tasks.render_document")
def render_document(document_id: int) -> None:
    """Renders one document; does nothing when another worker has it or it is ready. Tries again after a passing fault."""
    if documents.render(document_id) == DocumentState.WAITING:
        render_document.apply_async((document_id,), countdown=5)


@shared_task(name="congress.tasks.resume_documents")
def resume_documents() -> int:
    """Sends again what a killed worker or a lost message left unfinished. Returns how many."""
    found = documents.unfinished_without_worker()
    for document_id in found:
        render_document.delay(document_id)
    return len(found)
