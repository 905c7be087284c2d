"""What a deputy's dossier tells of her suggestions: those she led and those she signed along, as they were accepted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.urls import reverse
from django.utils.http import urlencode

from congress.periods import Period
from congress.tables import addresses
from deputies import dossier
from deputies.dossier import Line, Section
from suggestions.enums import CosignState, SuggestionState
from suggestions.models import Cosigner, Suggestion
from suggestions.tables.suggestions import number_of

POSITION = 500  # between what the activities tell and the duty reports
# SECURITY: a dossier is printed and kept; the matter itself would name who withholds her name.
KEPT_BACK = "应代表要求不公开内容的建议"
_FIELDS = ("pk", "code", "number", "old_number", "kind", "title", "state", "accepted_on", "withholds_identity")


def lines(deputy_ids: Collection[int], period: Period) -> Mapping[int, Sequence[Line]]:
    """Three queries."""
    to = addresses("suggestions:detail")
    found: dict[int, list[Line]] = {}
    led = Suggestion.objects.within(period).filter(proposer__deputy__in=deputy_ids).order_by("accepted_on", "pk")
    rows = [(row.proposer__deputy, row, "领衔") for row in led.values_list("proposer__deputy", *_FIELDS, named=True)]
    signed = Cosigner.objects.filter(
        mandate__deputy__in=deputy_ids,
        state=CosignState.CONFIRMED,
        suggestion__accepted_on__range=(period.start, period.end),
    ).order_by("suggestion__accepted_on", "pk")
    of = {row.pk: row for row in Suggestion.objects.filter(pk__in=signed.values("suggestion")).values_list(*_FIELDS, named=True)}
    rows += [(deputy, of[pk], "附议") for deputy, pk in signed.values_list("mandate__deputy", "suggestion")]
    for deputy, row, role in rows:
        note = f"{role}，{SuggestionState(row.state).label}"
        if row.withholds_identity:
            line = Line(row.accepted_on, KEPT_BACK, "", note)
        else:
            line = Line(row.accepted_on, f"{number_of(row)}《{row.title}》", to(row.code), note)
        found.setdefault(deputy, []).append(line)
    return found


def _list(code: str, period: Period) -> str:
    return f"{reverse('suggestions:list')}?{urlencode({'of': code, 'period': period.code})}"


def register() -> None:
    """Called once, when the app is ready."""
    dossier.register(Section("suggestions", "提出议案建议", POSITION, lines, "件", _list))
