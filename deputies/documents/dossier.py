"""《代表履职档案》: A4, one deputy and period, as a personnel file looks: who she is, her points beside her peers, and every record.

A batch of hundreds is prepared at once, by each worker that takes part in it, with as many queries as one document.
"""

from __future__ import annotations

import datetime
import time
from typing import Any

from django.utils import timezone

from congress.charts import plain
from congress.models import Congress, Document, DocumentBatch
from congress.periods import Period
from deputies.dossier import cn, span
from deputies.enums import DutyState, MandateStatus
from deputies.models import Deputy, Mandate
from deputies.services import dossiers
from deputies.services.dossiers import Dossier, Owed
from deputies.services.notebooks import period_of
from deputies.services.points import Scored, Standing

_IDLE = 60  # seconds after which what was prepared for a batch is out of date
_STATES = {DutyState.MET: "✓ 已完成", DutyState.OPEN: "… 进行中", DutyState.SHORT: "× 未完成"}


class _Prepared:
    """The dossiers of one batch's unfinished documents, each given out once.

    A document that comes again, after a fault or a correction, is not found here any more, and then all that is unfinished
    is prepared anew.
    """

    def __init__(self) -> None:
        self._batch: tuple[Any, ...] = ()
        self._found: dict[str, Dossier] = {}
        self._used = 0.0

    def forget(self) -> None:
        """As in a worker that has just started."""
        self._batch, self._found = (), {}

    def take(self, document: Document, period: Period) -> Dossier:
        """Raises Deputy.DoesNotExist."""
        batch = (document.batch.pk, document.batch.created_at)
        now = time.monotonic()
        if batch != self._batch or now - self._used > _IDLE or document.subject not in self._found:
            self._found, self._batch = _collect(_codes(document.batch) | {document.subject}, period, _day(document, period)), batch
        self._used = now
        if document.subject not in self._found:
            raise Deputy.DoesNotExist(document.subject)
        return self._found.pop(document.subject)


def _codes(batch: DocumentBatch) -> set[str]:
    """Whose documents the batch still waits for; none for the document of a command, which is never saved."""
    if batch.pk is None:
        return set()
    return set(batch.documents.unfinished().filter(kind=dossiers.DOSSIER).values_list("subject", flat=True))


def _collect(codes: set[str], period: Period, day: datetime.date) -> dict[str, Dossier]:
    deputies = list(dossiers.with_mandates().filter(code__in=codes))
    found = dossiers.collect(deputies, period, day)
    return {deputy.code: found[deputy.pk] for deputy in deputies}


def _day(document: Document, period: Period) -> datetime.date:
    """The last day told of: the day the batch was asked for, or the period's last where that is over."""
    asked = document.batch.created_at
    return dossiers.until(period, timezone.localdate(asked) if asked else timezone.localdate())


prepared = _Prepared()


def build(document: Document) -> dict[str, Any]:
    """The template's context. ``document.subject`` is the deputy's code. Raises Deputy.DoesNotExist."""
    return context(prepared.take(document, period_of(document)), Congress.objects.home())


def context(dossier: Dossier, congress: Congress | None) -> dict[str, Any]:
    deputy = dossier.deputy
    return {
        "deputy": deputy,
        "congress": congress,
        "maker": f"{congress.short_name if congress else ''}常委会代表工作机构",
        "period": dossier.period,
        "made_on": dossier.day,
        "made": cn(dossier.day),
        "facts": _facts(deputy),
        "seats": [_seat(mandate) for mandate in dossier.mandates],
        "numbers": [(each.label, f"{plain(each.value)}{each.unit}") for each in dossier.numbers],
        "tables": [
            {
                "levels": levels,
                "rows": [_scored(each) for each in standing.scored],
                "total": plain(standing.total),
                "cap": plain(standing.cap),
            }
            for levels, standing in dossier.point_tables
        ],
        "peers": [peers_of(standing) for standing in dossier.standings],
        "duties": [_owed(each) for each in dossier.duties],
        "parts": [part for part in dossier.parts if part.lines],
        "without": "、".join(part.section.title for part in dossier.parts if not part.lines),
    }


def _facts(deputy: Deputy) -> list[list[tuple[str, str]]]:
    """The basic data, two or three to a row of the form."""
    born = f"{deputy.born_on.year}年{deputy.born_on.month}月" if deputy.born_on else ""
    rows = [
        [("姓　　名", deputy.name), ("性　　别", deputy.get_sex_display()), ("民　　族", deputy.nationality)],
        [("出生年月", born), ("学　　历", deputy.education), ("党　　派", deputy.party)],
        [("代表编号", deputy.code), ("联系电话", deputy.phone), ("职　　业", deputy.trade)],
    ]
    return [[(name, value or "未登记") for name, value in row] for row in rows]


def _seat(mandate: Mandate) -> dict[str, str]:
    ended = mandate.status == MandateStatus.ENDED and mandate.ends_on
    why = f"：{mandate.get_end_reason_display()}" if mandate.end_reason else ""
    return {
        "term": str(mandate.term),
        "place": f"{mandate.area.name}{mandate.electoral_district.name if mandate.electoral_district else ''}",
        "card": mandate.card_number or "未登记",
        "when": span(mandate.starts_on, mandate.ends_on if ended else None),
        "state": f"{mandate.get_status_display()}{why}",
    }


def _scored(each: Scored) -> dict[str, str]:
    return {
        "label": each.rule.label,
        "how": each.how,
        "value": "暂无数据" if each.value is None else f"{plain(each.value)}{each.unit}",
        "points": "—" if each.value is None else plain(each.points),
        "cap": plain(each.rule.cap),
    }


def _owed(each: Owed) -> dict[str, str]:
    done, duty = each.fulfilment, each.duty
    return {
        "label": duty.label,
        "asked": f"{done.span}不少于{plain(done.minimum)}{duty.unit}",
        "value": f"{plain(done.value)}{duty.unit}",
        "state": _STATES[done.state],
    }


def peers_of(standing: Standing) -> str:
    """Where the points stand among those of the level, in a sentence; that there are too few to say so, where there are."""
    peers = standing.peers
    if peers is None:
        return "本时段没有代表资格，不作比较。"
    if not peers.are_enough:
        return f"{standing.word}：同级代表不足{peers.least}名，不作比较。"
    among = f"{standing.word}：在任同级代表{peers.count}名，平均{plain(peers.mean or 0)}分"
    if peers.place is None:
        return f"{among}；本人期末不在任，不列名次。"
    return f"{among}，本人{plain(standing.total)}分，列第{peers.place}名。"
