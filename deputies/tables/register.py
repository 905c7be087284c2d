"""The register as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from django.utils.safestring import SafeString

from congress.tables import Column, Table, addresses, link
from congress.templatetags.frame import tag
from deputies.enums import MandateStatus, Sex
from deputies.models import Mandate
from deputies.places import joined

# What a row is read with: the names of values_list.
REGISTER_FIELDS = ("pk", "code", "name", "sex", "nationality", "position")
Line = tuple[Any, Sequence[Any]]  # the named values, and those of the deputy's mandates

_SEXES = dict(Sex.choices)
_STATUSES = dict(MandateStatus.choices)
_TONES = {MandateStatus.ACTIVE: ("ok", "check"), MandateStatus.SUSPENDED: ("warn", "alert")}


def mandates_of(deputies: Iterable[int]) -> Mapping[int, Sequence[Any]]:
    """The deputies' mandates as the table shows them, the newest of each level first. One query."""
    rows = (
        Mandate.objects.filter(deputy__in=list(deputies))
        .order_by("term__congress__level", "-term__number")
        .values_list("deputy", "term__congress__short_name", "term__number", "area__name", "electoral_district__name", "status", named=True)
    )
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.deputy, []).append(row)
    return found


def register_table(with_dossiers: bool = False) -> Table[Line]:
    """Made per page, because it holds the addresses of the address book in force. ``with_dossiers`` for the staff who may open them."""
    to_deputy = addresses("deputies:detail")

    def name(line: Line) -> SafeString:
        row = line[0]
        return SafeString(f'{link(to_deputy(row.code), row.name, "strong")}<br><span class="muted small">{escape(row.code)}</span>')

    to_dossier = addresses("deputies:dossier")
    dossiers = [Column[Line]("档案", lambda line: link(to_dossier(line[0].code), "履职档案", "tap"), is_labelled=False)]

    return Table(
        "代表名册",
        [
            Column("姓名", name, is_heading=True),
            Column("性别", lambda line: _SEXES[line[0].sex]),
            Column("民族", lambda line: line[0].nationality or "未登记"),
            Column("代表资格", lambda line: _mandates(line[1]), is_labelled=False),
            Column("单位及职务", lambda line: line[0].position or "未登记"),
            *(dossiers if with_dossiers else []),
        ],
    )


def _mandates(mandates: Sequence[Any]) -> SafeString:
    if not mandates:
        return SafeString('<span class="muted">没有登记代表资格</span>')
    return SafeString("".join(_mandate(mandate) for mandate in mandates))


def _mandate(mandate: Any) -> str:
    seat = escape(joined(mandate.area__name, mandate.electoral_district__name or ""))
    state = tag(*_TONES.get(mandate.status, ("", "minus")), _STATUSES[mandate.status])
    congress = escape(mandate.term__congress__short_name)
    return f"<div>{congress}第{mandate.term__number}届 · {seat} {state}</div>"
