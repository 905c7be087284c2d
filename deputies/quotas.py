"""Quotas of a deputy's work (完成情况), for the filter of the register: whoever has met one, and whoever has not.

An app registers its quotas when it is ready, so that those of a higher floor (三个一) stand in the same list. A quota speaks
of deputies in office only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from congress.periods import Period
from deputies.figures import contacts, duty_reports
from deputies.models import Deputy, Mandate, VoterLiaison
from deputies.services import liaisons

Met = Callable[["QuerySet[Deputy]", bool], "QuerySet[Deputy]"]


@dataclass(frozen=True)
class Quota:
    """``met(rows, True)`` are those of ``rows`` in office who have met it, ``met(rows, False)`` those in office who have not.

    Both are subqueries: nothing is counted row by row, and nobody who holds no mandate in force is in either.
    """

    key: str
    label: str
    met: Met


_quotas: dict[str, Quota] = {}


def register(quota: Quota) -> Quota:
    """Adds a quota. Raises ValueError when the key is taken by another one."""
    if quota.key in _quotas and _quotas[quota.key] is not quota:
        raise ValueError(f"quota {quota.key!r} is registered twice")
    _quotas[quota.key] = quota
    return quota


def find(key: str) -> Quota | None:
    return _quotas.get(key)


def registered() -> tuple[Quota, ...]:
    return tuple(_quotas.values())


def narrowed(rows: QuerySet[Deputy], asked: str) -> QuerySet[Deputy]:
    """Deputies asked for as "key:yes" or "key:no"; all of them for anything else."""
    key, _, answer = asked.partition(":")
    quota = find(key)
    return quota.met(rows, answer == "yes") if quota and answer in ("yes", "no") else rows


def among_serving(rows: QuerySet[Deputy], chosen: QuerySet, is_met: bool) -> QuerySet[Deputy]:
    """Of the deputies in office those whose key ``chosen`` selects in "deputy", or the others.

    ``chosen`` may be grouped. It is narrowed to ``rows``, so that the database does not count for everybody first.
    """
    chosen = chosen.filter(deputy__in=rows.order_by().values("pk"))
    rows = rows.filter(Exists(Mandate.objects.serving().filter(deputy=OuterRef("pk"))))
    return rows.filter(pk__in=chosen) if is_met else rows.exclude(pk__in=chosen)


# ---- those of this app


def _fixed_voters(rows: QuerySet[Deputy], is_met: bool) -> QuerySet[Deputy]:
    """As many fixed voters as the rule of the two liaisons asks, neither fewer nor more (source speech 三（一）)."""
    rule = liaisons.rule()
    counted = VoterLiaison.objects.in_force().order_by().values("deputy").annotate(count=Count("pk"))
    if not rule.least_voters:
        return among_serving(rows, counted.filter(count__gt=rule.most_voters).values("deputy"), not is_met)
    fitting = counted.filter(count__gte=rule.least_voters, count__lte=rule.most_voters)
    return among_serving(rows, fitting.values("deputy"), is_met)


def _contacts(rows: QuerySet[Deputy], is_met: bool) -> QuerySet[Deputy]:
    """As many contacts with voters this year as the rule of the two liaisons asks."""
    least = liaisons.rule().least_contacts
    if not least:
        return among_serving(rows, Mandate.objects.order_by().values("deputy"), is_met)
    return among_serving(rows, contacts.deputies_with(least, Period.year(timezone.localdate().year)), is_met)


def _duty_report(rows: QuerySet[Deputy], is_met: bool) -> QuerySet[Deputy]:
    """On site as often as asked in the term, for each district or town mandate (source speech 三（二）; 代表法 art. 58)."""
    today = timezone.localdate()
    reported = duty_reports.reported_by(today).filter(deputy__in=rows.order_by().values("pk")).order_by()
    asked = duty_reports.asked_on(today).filter(deputy=OuterRef("pk")).order_by()
    is_open = Exists(asked.exclude(pk__in=reported.values("pk")))
    return rows.filter(Exists(asked), ~is_open) if is_met else rows.filter(is_open)


def register_own() -> None:
    """Called once, when the app is ready."""
    register(Quota("fixed_voters", "固定联系选民", _fixed_voters))
    register(Quota("contacts", "本年联系选民", _contacts))
    register(Quota("duty_report", "届内现场述职", _duty_report))
