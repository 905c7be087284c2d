"""``manage.py duties --period 2026 [--area CODE] --json``: every duty of everybody, with how far it has come."""

from __future__ import annotations

import json
import unicodedata
from argparse import ArgumentParser
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from activities.duties import Fulfilment, Reckoning
from activities.models import DutyRule
from congress.charts import plain
from congress.models import Area
from congress.periods import Period


class Command(BaseCommand):
    help = (
        "列出各项履职要求的完成情况。按月、季度、半年、年计的，列出所问时段内已经开始的每个周期；"
        "届内的，列出所问时段最后一日（未到的算到今天）在任的各届。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--period", default="", metavar="时段", help="2026、2026H1、2026Q3 或 2026-09，默认今年")
        parser.add_argument("--area", default="", metavar="区划代码", help="只列该区划内的")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Reckoning(_period(options["period"]), within=_path(options["area"])).rows(
            DutyRule.objects.held_in(_period(options["period"]))
        )
        if options["json"]:
            self.stdout.write(json.dumps([_told(row) for row in rows], ensure_ascii=False))
            return
        for row in rows:
            value = "—" if row.value is None else plain(row.value)
            self.stdout.write(
                f"{row.rule.name}　{row.window.label}　{row.subject.name}　{value}/{plain(row.rule.minimum)}　{row.state.label}"
            )


def _period(words: str) -> Period:
    try:
        code = unicodedata.normalize("NFKC", words).strip().upper()
        return Period.parse(code) if code else Period.year(timezone.localdate().year)
    except ValueError as error:
        raise CommandError(str(error)) from error


def _path(code: str) -> str:
    if not code:
        return ""
    area = Area.objects.filter(code=code).first()
    if area is None:
        raise CommandError(f"没有代码为“{code}”的区划。")
    return str(area.path)


def _told(row: Fulfilment) -> dict[str, Any]:
    return {
        "rule": row.rule.code,
        "subject": row.subject.code,
        "area": row.subject.area,
        "value": _number(row.value),
        "minimum": _number(row.rule.minimum),
        "maximum": _number(row.rule.maximum),
        "state": row.state.value,
        "url": row.url,
        "period": row.window.code,
    }


def _number(value: Decimal | None) -> int | float | None:
    """Whole where it is whole; shares with four decimals."""
    if value is None:
        return None
    return int(value) if value == int(value) else round(float(value), 4)
