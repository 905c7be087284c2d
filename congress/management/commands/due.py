"""``manage.py due``: the last day of a time limit, with the calculation."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from congress.errors import DomainError
from congress.workdays import Calendar, Limit, parse_date


class Command(BaseCommand):
    help = "计算期限的最后一日，并列出算法。出错时说明原因，退出码为 1。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="start", required=True, metavar="日期", help="起算日期，如 2026-11-23")
        parser.add_argument("--limit", required=True, metavar="期限", help="10wd（工作日）、3m（月）或 30d（日）")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, start: str, limit: str, **options: Any) -> None:
        try:
            deadline = Calendar.load().due(parse_date(start), Limit.parse(limit))
        except DomainError as refusal:
            self.stderr.write(str(refusal))
            sys.exit(1)
        if options["json"]:
            self.stdout.write(_json(deadline.due_on.isoformat(), deadline.provisional, deadline.steps))
            return
        day = deadline.due_on
        self.stdout.write(f"{day.year}年{day.month}月{day.day}日" + ("（暂定）" if deadline.provisional else ""))
        for number, step in enumerate(deadline.steps, 1):
            self.stdout.write(f"{number}. {step}")


def _json(due: str, provisional: bool, steps: list[str]) -> str:
    return json.dumps({"due": due, "provisional": provisional, "steps": steps}, ensure_ascii=False)
