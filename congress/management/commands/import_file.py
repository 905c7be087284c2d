"""``manage.py import_file KIND FILE``: the command of the import pages, for operators and scripts."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from congress.errors import DomainError
from congress.imports import kinds, running
from congress.services.audit import SYSTEM

_SHOWN = 50


class Command(BaseCommand):
    help = "Imports areas, organisations, deputies or platforms from .xlsx, .xls or .csv: all rows, or none when one is rejected."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=[resource.key for resource in kinds.registered()])
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, kind: str, file: Path, dry_run: bool, json: bool, **options: Any) -> None:
        resource_class = kinds.find(kind)
        assert resource_class is not None  # argparse has checked the name
        resource = resource_class()
        try:
            with file.open("rb") as source:
                if dry_run:
                    plan = running.preview(resource, source, file.name)
                else:
                    plan = running.run(actor=SYSTEM, resource=resource, source=source, filename=file.name)
        except OSError as error:
            self._refuse(json, file, f"文件打不开：{error.strerror}。")
        except DomainError as refusal:
            self._refuse(json, file, str(refusal))
        result = running.outcome(plan, written=not dry_run)
        if json:
            self.stdout.write(_dump(result))
        else:
            self._tell(resource.label, result, plan.notes, dry_run)
        if result["rejected"]:
            sys.exit(1)

    def _refuse(self, as_json: bool, file: Path, sentence: str) -> None:
        """The whole file can't be read: one rejection without a row, exit 1."""
        if not as_json:
            raise CommandError(sentence)
        rejected = [{"row": None, "column": None, "value": file.name, "reason": sentence}]
        self.stdout.write(_dump({"created": 0, "updated": 0, "unchanged": 0, "rejected": rejected}))
        sys.exit(1)

    def _tell(self, label: str, result: dict[str, Any], notes: list[str], dry_run: bool) -> None:
        rejected = result["rejected"]
        for note in notes:
            self.stdout.write(note)
        for item in rejected[:_SHOWN]:
            self.stdout.write(f"第 {item['row']} 行，{item['column']}“{item['value']}”：{item['reason']}")
        if len(rejected) > _SHOWN:
            self.stdout.write(f"……另有 {len(rejected) - _SHOWN} 条，用 --json 查看全部。")
        if rejected:
            self.stdout.write(f"{label}：有 {len({item['row'] for item in rejected})} 行不能导入，没有写入任何内容。")
        else:
            done = "将" if dry_run else "已"
            self.stdout.write(
                f"{label}：{done}新增 {result['created']} 行，{done}更新 {result['updated']} 行，未变 {result['unchanged']} 行。"
            )


def _dump(result: dict[str, Any]) -> str:
    return json.dumps(result, ensure_ascii=False, indent=2)
