"""换届: a new term begins, and nothing of the old one goes on by accident (代表法 art. 2)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from congress.enums import Role
from congress.models import Congress, Term, User
from congress.services import audit
from congress.services.notices import notify
from deputies.enums import EndReason, MandateStatus
from deputies.models import Mandate
from deputies.services import closing as closings
from deputies.services import handover
from deputies.services.closing import Closing
from deputies.services.guards import FieldRefused, require
from deputies.services.mandates import keep_changes


@dataclass(frozen=True)
class Change:
    """A change of term as it would be made, or was."""

    term: Term
    last_day: datetime.date
    closing: Closing
    handed_over: int = 0

    @property
    def waiting(self) -> int:
        """Voters who end without a successor."""
        return len(self.closing.voters) - self.handed_over


def preview(*, congress: Congress, number: int, starts_on: datetime.date) -> Change:
    """What ``change_of_term`` would end. Writes nothing. Raises FieldRefused as it does."""
    term, old = _terms(congress, number, starts_on)
    return _change(term, old, starts_on)


@transaction.atomic
def change_of_term(*, actor: audit.Actor, congress: Congress, number: int, starts_on: datetime.date) -> Change:
    """Begins term ``number`` on that day and ends what belongs to the earlier ones on the day before.

    Mandates end with 任期届满, and with them groups, liaisons and the deputies' roles. Voters go to the successors where the
    new term's seats are entered already, and wait for them where not. The term may have been entered before, with its new
    deputies; they are left alone. Called again it finds nothing to do.

    Raises PermissionDenied, and FieldRefused for a number that is not the next or a day to come or too early.
    """
    require(actor, "deputies.change_term")
    Congress.objects.select_for_update(of=("self",)).get(pk=congress.pk)
    term, old = _terms(congress, number, starts_on)
    fresh = term.pk is None
    if fresh:
        term.save()
    change = _change(term, old, starts_on)
    open_terms = [row for row in old if row.ends_on is None or row.ends_on > change.last_day]
    for row in open_terms:
        row.ends_on = change.last_day
        row.save(update_fields=["ends_on"])
    mandates = list(change.closing.mandates)
    for mandate in mandates:
        mandate.status, mandate.ends_on, mandate.end_reason = MandateStatus.ENDED, change.last_day, EndReason.TERM_ENDED
    Mandate.objects.bulk_update(mandates, ["status", "ends_on", "end_reason"], batch_size=500)
    keep_changes(actor, mandates, change.last_day, reason=EndReason.TERM_ENDED, note=f"{term}开始")
    closings.close(actor=actor, closing=change.closing, last_day=change.last_day)
    handed = handover.settle_waiting(actor=actor, term=term)
    counts = {name: [count, 0] for name, count in change.closing.counts.items() if count}
    if not (fresh or open_terms or counts or handed):
        return Change(term, change.last_day, change.closing)
    audit.record(
        actor,
        "deputies.change_of_term",
        congress,
        changes={"term": [None, str(term)], "starts_on": [None, str(starts_on)], **counts, "handed_over": [0, handed]},
        ref=congress.area.code,
    )
    notify(
        User.objects.in_role(Role.OFFICE, Role.TOWN_OFFICE),
        text=f"{term}自{starts_on.year}年{starts_on.month}月{starts_on.day}日开始，上届 {len(mandates)} 名代表的资格已届满。",
        url=reverse("deputies:terms"),
        key=f"change-of-term-{term.pk}",
    )
    return Change(term, change.last_day, change.closing, handed)


def _terms(congress: Congress, number: int, starts_on: datetime.date) -> tuple[Term, list[Term]]:
    """The new term, entered or not yet, and all earlier ones."""
    terms = {row.number: row for row in Term.objects.filter(congress=congress).select_related("congress__area")}
    old = [row for row in terms.values() if row.number < number]
    known = terms.get(number)
    if later := [row for row in terms.values() if row.number > number]:
        raise FieldRefused("number", f"{congress.short_name}已登记到第{max(row.number for row in later)}届，不能再换到第{number}届。")
    if old and number != max(row.number for row in old) + 1:
        raise FieldRefused(
            "number",
            f"{congress.short_name}最近一届是第{max(row.number for row in old)}届，下一届应为第{max(row.number for row in old) + 1}届。",
        )
    if known and known.starts_on != starts_on:
        day = known.starts_on
        raise FieldRefused("starts_on", f"{known}已登记为{day.year}年{day.month}月{day.day}日开始，请填写同一日期，或先在“届次”中改正。")
    if starts_on > timezone.localdate():
        raise FieldRefused("starts_on", "新一届第一次会议还没有召开。请在开幕当日或之后办理换届。")
    for row in old:
        if starts_on <= row.starts_on + datetime.timedelta(days=1):
            raise FieldRefused(
                "starts_on", f"开始日期应晚于{row}的开始日期（{row.starts_on.year}年{row.starts_on.month}月{row.starts_on.day}日）。"
            )
    return known or Term(congress=congress, number=number, starts_on=starts_on), old


def _change(term: Term, old: list[Term], starts_on: datetime.date) -> Change:
    last_day = starts_on - datetime.timedelta(days=1)
    running = Mandate.objects.filter(term__in=old).filter(~Q(status=MandateStatus.ENDED))
    mandates = list(running.select_related("deputy", "area", "term__congress", "electoral_district").order_by("area__path", "deputy__code"))
    return Change(term, last_day, closings.gather(mandates, last_day, old))
