"""Documents: how far a batch is, printing one, taking all, and sending failed ones again."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from congress import listing
from congress.access import may
from congress.documents import registry, zipping
from congress.enums import DocumentState
from congress.errors import DomainError
from congress.models import Document, DocumentBatch
from congress.services import documents as document_services


@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    rows = DocumentBatch.objects.visible_to(request.user).with_progress().select_related("requested_by").order_by("-created_at")
    return listing.render_list(request, "documents/batches.html", rows)


@require_safe
def batch(request: HttpRequest, key: str) -> HttpResponse:
    """The batch with its documents. Asked by htmx, only the part that changes; it asks again until all are settled."""
    found, documents = _batch(request, key)
    states = list(documents.values_list("state", flat=True))
    ready, failed = states.count(DocumentState.READY), states.count(DocumentState.FAILED)
    context = {
        "batch": found,
        "total": len(states),
        "ready": ready,
        "failed": failed,
        "waiting": states.count(DocumentState.WAITING),
        "rendering": states.count(DocumentState.RENDERING),
        "settled": ready + failed == len(states),
        "may_retry": may(request.user, "congress.retry_documents"),
    }
    template = "documents/_progress.html" if request.htmx else "documents/batch.html"
    return listing.render_list(request, template, documents, context)


@require_safe
def document(request: HttpRequest, key: str, position: int) -> HttpResponseBase:
    """One file: a PDF opens in the browser, anything else (or ``?save``) is saved under its Chinese name."""
    found = get_object_or_404(Document.objects.visible_to(request.user).select_related("batch"), batch__key=key, position=position)
    if found.state != DocumentState.READY:
        raise DomainError(f"《{found.title}》还没有生成，请稍后再打开。")
    content_type = registry.find(found.kind).content_type
    response = FileResponse(default_storage.open(found.file.name), content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(content_type != registry.PDF or "save" in request.GET, found.filename)
    response["Cache-Control"] = "private, no-cache"
    response["Content-Encoding"] = "identity"  # compressed inside already: keeps GZipMiddleware off, and the length known
    return response


@require_safe
def archive(request: HttpRequest, key: str) -> HttpResponseBase:
    """A ZIP of all ready documents of the batch, streamed."""
    found, documents = _batch(request, key)
    ready = list(documents.ready())
    if not ready:
        raise DomainError("还没有生成好的文件，请稍后再下载。")
    members = zipping.unique_names((row.filename, row.file.name) for row in ready)
    response = StreamingHttpResponse(
        zipping.stream((name, default_storage.path(path)) for name, path in members), content_type="application/zip"
    )
    response["Content-Disposition"] = content_disposition_header(True, f"{found.title}.zip")
    response["Content-Encoding"] = "identity"
    return response


@require_POST
def retry(request: HttpRequest, key: str) -> HttpResponse:
    found, _ = _batch(request, key)
    if not may(request.user, "congress.retry_documents"):
        raise PermissionDenied
    document_services.retry(actor=request.user, batch=found)
    return redirect("document_batch", key=key)


def _batch(request: HttpRequest, key: str) -> tuple[DocumentBatch, QuerySet[Document]]:
    """The batch, and of its documents those the person may print; 404 when that is none."""
    found = get_object_or_404(DocumentBatch.objects.visible_to(request.user), key=key)
    return found, found.documents.visible_to(request.user).order_by("position")
