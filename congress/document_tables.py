"""Batches of documents, and the documents of one batch, as tables."""

from __future__ import annotations

from html import escape
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.safestring import SafeString

from congress.enums import DocumentState
from congress.models import Document, DocumentBatch
from congress.tables import Column, Table, addresses, link
from congress.templatetags.frame import cn_time, tag

_STATES = {
    DocumentState.READY: ("ok", "check", "已生成"),
    DocumentState.FAILED: ("bad", "alert", "未能生成"),
    DocumentState.RENDERING: ("info", "run", "正在生成"),
    DocumentState.WAITING: ("", "wait", "排队"),
}


def batches_table() -> Table[Any]:
    """Of batches ``with_progress``, whose counts the type does not know."""
    to_batch = addresses("document_batch")
    return Table(
        "文件批次",
        [
            Column("名称", lambda batch: link(to_batch(batch.key), batch.title, "strong"), is_heading=True),
            Column("已生成", lambda batch: f"{batch.ready} / {batch.total}", css="num"),
            Column("状态", _progress),
            Column("申请人", lambda batch: batch.requested_by or "系统"),
            Column("申请时间", lambda batch: cn_time(batch.created_at)),
        ],
        css="pair",
    )


def _progress(batch: Any) -> SafeString:
    if batch.failed:
        return tag("bad", "alert", "有文件未能生成")
    if batch.ready == batch.total:
        return tag("ok", "check", "已全部生成")
    return tag("info", "run", "正在生成")


def documents_table(batch: DocumentBatch) -> Table[Document]:
    """Of one batch."""
    root = addresses("document_batch")(batch.key)

    def title(document: Document) -> SafeString:
        ready = document.state == DocumentState.READY
        words = link(f"{root}{document.position}/", document.title, "strong") if ready else escape(document.title)
        fault = f'<br><span class="small">{escape(document.error)}</span>' if document.error else ""
        return SafeString(f"{words}{fault}")

    def take(document: Document) -> str:
        return link(f"{root}{document.position}/?save", "下载") if document.state == DocumentState.READY else ""

    return Table(
        "文件列表",
        [
            Column("序号", lambda document: document.position, css="num"),
            Column("文件", title, css="gap", is_heading=True),
            Column("状态", lambda document: tag(*_STATES[DocumentState(document.state)])),
            Column("页数", lambda document: "—" if document.pages is None else document.pages, css="num"),
            Column("大小", lambda document: filesizeformat(document.size) if document.size else "—", css="num"),
            Column("校验值", _digest, css="gap"),
            Column("操作", take, is_labelled=False),
        ],
        css="pair",
    )


def _digest(document: Document) -> str:
    if not document.sha256:
        return "—"
    return SafeString(f'<span title="SHA-256：{escape(document.sha256)}">{escape(document.sha256[:8])}</span>')
