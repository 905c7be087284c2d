"""``manage.py publish_round 2026Q3 --out DIR [--json]``: publish, print everything, write results.json."""

from __future__ import annotations

import json
import shutil
import time
import unicodedata
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser

from congress.enums import DocumentState
from congress.errors import DomainError
from congress.models import Document, DocumentBatch
from congress.periods import Period
from congress.services.audit import SYSTEM
from congress.services.documents import render_batch, unfinished_without_worker
from platforms.enums import RoundState
from platforms.models import AssessmentRound, Bulletin
from platforms.services.printing import request_documents
from platforms.services.publishing import publish


class Command(BaseCommand):
    help = "通报一个季度的考评，在本进程内生成全部文件，写入 --out 目录和其中的 results.json。已通报的，输出最新版本。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("round", help="季度，如 2026Q3")
        parser.add_argument("--out", required=True, type=Path, help="输出目录，没有时新建")
        parser.add_argument("--number", default="", help="发文字号，如：榕人办发〔2026〕27号")
        parser.add_argument("--early-reason", default="", help="异议期未满而提前通报的理由")
        parser.add_argument("--json", action="store_true", help="同时在标准输出打印 results.json 的内容")

    def handle(self, *args: Any, **options: Any) -> None:
        code, out = unicodedata.normalize("NFKC", options["round"]).strip().upper(), options["out"]
        bulletin = self._bulletin(code, options["number"], options["early_reason"])
        batch = request_documents(actor=SYSTEM, bulletin=bulletin)
        _finish(batch)
        documents = list(batch.documents.order_by("position"))
        if failed := [document for document in documents if document.state != DocumentState.READY]:
            raise CommandError("\n".join(f"《{each.title}》没有生成。{each.error}" for each in failed))
        try:
            out.mkdir(parents=True, exist_ok=True)
            results = {**bulletin.results, "version": bulletin.version, "documents": [_write(document, out) for document in documents]}
            text = json.dumps(results, ensure_ascii=False, indent=1, sort_keys=True)  # PostgreSQL does not keep the order of keys
            (out / "results.json").write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(f"无法写入目录“{out}”：{error.strerror}。") from error
        self.stdout.write(text if options["json"] else f"已写入{out}：文件{len(documents)}份，results.json 1份。")

    def _bulletin(self, code: str, number: str, early_reason: str) -> Bulletin:
        """The round's latest bulletin, published now where it is not yet."""
        try:
            code = Period.parse(code).code
        except ValueError as error:
            raise CommandError(str(error)) from error
        round = AssessmentRound.objects.filter(code=code).first()
        if round is None:
            raise CommandError(f"没有{code}的考评。请先开始该季度的考评。")
        if round.state == RoundState.PUBLISHED:
            return round.bulletins.order_by("-version")[0]
        try:
            return publish(actor=SYSTEM, round=round, number=number, early_reason=early_reason)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal


def _finish(batch: DocumentBatch) -> None:
    """Renders what is free and waits for what a running worker has taken; a killed worker's share comes free with its lease."""
    render_batch(batch)
    while batch.documents.unfinished().exists():
        time.sleep(0.5)
        unfinished_without_worker()  # gives up what has used all its attempts
        render_batch(batch)


def _write(document: Document, out: Path) -> dict[str, Any]:
    """Copies the file under its own name, numbered in printing order so that equal names can't meet."""
    name = f"{document.position:04d}-{document.filename}"
    with default_storage.open(str(document.file.name)) as source, (out / name).open("wb") as target:
        shutil.copyfileobj(source, target)
    return {"kind": document.kind, "title": document.title, "path": name, "sha256": document.sha256, "pages": document.pages}
