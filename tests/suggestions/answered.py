"""Suggestions as tests need them: accepted, in a unit's hands, answered and judged."""

from __future__ import annotations

import datetime

from django.utils import timezone

from suggestions.enums import HandlingRole, LimitKind, Outcome, Publicity
from suggestions.models import Clock, Reply, ReplyClass, Suggestion
from suggestions.services import assigning, evaluating, examining, proposing, replying, units
from tests.suggestions import playing


def accepted(personas, title: str = "关于修路的建议", **fields: object) -> Suggestion:
    """One more suggestion of the deputy, accepted."""
    seat = personas.deputy.deputy.mandates.get()
    row = proposing.draft(actor=personas.deputy, proposer=seat, title=title, basis="路坏了。", request="修路。", **fields)
    proposing.submit(actor=personas.deputy, suggestion=row)
    return examining.examine(actor=personas.office, suggestion=row, outcome=Outcome.ACCEPT)


def answered(
    personas,
    district,
    letter: str = "A",
    grade: str = "",
    *,
    talked: bool = False,
    late: bool = False,
    unit=None,
    person=None,
    promises: tuple[replying.Promise, ...] = (),
    **fields: object,
) -> Reply:
    """The unit's reply of class ``letter`` to one more suggestion of the deputy, judged where a ``grade`` is given."""
    unit, person = unit or district.unit, person or personas.unit
    row = accepted(personas, **fields)
    seat = row.proposer
    assigning.assign(actor=personas.dispatcher, suggestion=row, units={unit: HandlingRole.LEAD})
    handling = units.sign_for(actor=person, handling=row.handlings.get())
    if talked:
        units.consult(actor=person, handling=handling, deputy=seat.deputy, on=timezone.localdate(), way="电话", text="已沟通。")
    if late:
        yesterday = timezone.localdate() - datetime.timedelta(days=1)
        Clock.objects.filter(handling=handling, kind=LimitKind.ANSWER).update(due_on=yesterday)
    reply_class = ReplyClass.objects.filter(code=letter).order_by("pk")[0]
    reply = replying.draft(actor=person, handling=handling, text="答复。", reply_class=reply_class, publicity=Publicity.FULL)
    reply = playing.signed(reply, actor=person, promises=promises)
    if grade:
        evaluating.evaluate(actor=personas.deputy, reply=reply, mandate=seat, attitude="satisfied", result=grade, text="意见。")
    return reply
