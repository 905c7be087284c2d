"""``manage.py print_document notebook|dossier CODE --period 2026 --out FILE.pdf``: one document about one deputy, at once."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandError, CommandParser

from congress.documents import registry, renderer
from congress.documents.errors import PaperError
from congress.errors import DomainError
from congress.models import Document, DocumentBatch
from congress.periods import Period
from deputies.services.notebooks import batch_key


class Command(BaseCommand):
    help = "印制一名代表一个时段的文件，如记事簿（notebook）、履职档案（dossier），写入 --out 指定的文件。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", help="文件种类：notebook（记事簿）、dossier（履职档案）")
        parser.add_argument("code", help="代表编号")
        parser.add_argument("--period", required=True, help="时段：2026、2026H1、2026Q3 或 2026-09")
        parser.add_argument("--out", required=True, type=Path, help="输出文件")

    def handle(self, *args: Any, kind: str, code: str, period: str, out: Path, **options: Any) -> None:
        try:
            found = registry.find(kind)
        except KeyError:
            known = "、".join(f"{each.key}（{each.title}）" for each in registry.registered())
            raise CommandError(f"没有“{kind}”这种文件。可以印制的有：{known}。") from None
        try:
            when = Period.parse(unicodedata.normalize("NFKC", period).strip().upper())
        except ValueError as error:
            raise CommandError(str(error)) from error
        # Rows that are never saved: a kind reads its subject and the batch's key, and nothing else of them.
        document = Document(kind=kind, subject=code, title=found.title, batch=DocumentBatch(key=batch_key(kind, when, "print")))
        try:
            paper = renderer.produce(document)
        except ObjectDoesNotExist:
            raise CommandError(f"没有编号为“{code}”的代表，或者“{found.title}”不按代表印制。") from None
        except (PaperError, DomainError) as refusal:
            raise CommandError(str(refusal)) from refusal
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_bytes(paper.data)
        except OSError as error:
            raise CommandError(f"无法写入“{out}”：{error.strerror}。") from error
        pages = f"，{paper.pages} 页" if paper.pages else ""
        self.stdout.write(f"已写入 {out}{pages}。")
