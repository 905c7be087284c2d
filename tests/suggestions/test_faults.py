"""A database that fails in the midst of a step: state, rows, audit trail and notices change together, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from suggestions.enums import Grade, HandlingRole, Outcome, Publicity
from suggestions.models import Handling, ReplyClass
from suggestions.services import assigning, evaluating, examining, proposing, replying, requests, supervising, units
from tests.factories import OrganisationFactory
from tests.suggestions import playing
from tests.suggestions.test_refusals import everything

pytestmark = pytest.mark.django_db
_WRITES = ("INSERT", "UPDATE", "DELETE")


class Broken(Exception):
    """The connection went away."""


@contextmanager
def failing_at(number: int | None) -> Iterator[list[str]]:
    """Lets the writes before the ``number``th through, and raises in its place. Gives what was written; None only counts."""
    written: list[str] = []

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.lstrip().upper().startswith(_WRITES):
            written.append(sql)
            if len(written) == number:
                raise Broken
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield written


# ---- each step, made ready and taken: what is given is called, and the fault comes while it runs


def submit(personas, district) -> Callable[[], Any]:
    row = playing.draft(personas.deputy)
    return lambda: proposing.submit(actor=personas.deputy, suggestion=row)


def accept(personas, district) -> Callable[[], Any]:
    row = playing.submitted(personas)
    return lambda: examining.examine(actor=personas.office, suggestion=row, outcome=Outcome.ACCEPT)


def improve(personas, district) -> Callable[[], Any]:
    row = playing.submitted(personas)
    return lambda: examining.examine(actor=personas.office, suggestion=row, outcome=Outcome.IMPROVE, explanation="请补充。")


def merge(personas, district) -> Callable[[], Any]:
    row, into = playing.accepted(personas), playing.accepted(personas, title="关于修复下岭村道的建议")
    return lambda: examining.merge(actor=personas.office, suggestion=row, into=into)


def assign(personas, district) -> Callable[[], Any]:
    row = playing.accepted(personas)
    support = OrganisationFactory(code="CZJ", name="榕江区财政局", kind="handling_unit", area=district.area)
    roles = {district.unit: HandlingRole.LEAD, support: HandlingRole.SUPPORT}
    return lambda: assigning.assign(actor=personas.dispatcher, suggestion=row, units=roles)


def sign_for(personas, district) -> Callable[[], Any]:
    part = playing.assigned(personas, district).handlings.get()
    return lambda: units.sign_for(actor=personas.unit, handling=part)


def consult(personas, district) -> Callable[[], Any]:
    part, today = playing.in_hand(personas, district), playing.days_from_now(0)
    deputy = personas.deputy.deputy
    return lambda: units.consult(actor=personas.unit, handling=part, deputy=deputy, on=today, way="电话", text="已沟通。")


def give_opinion(personas, district) -> Callable[[], Any]:
    part = playing.in_hand(personas, district)
    Handling.objects.update(role=HandlingRole.SUPPORT)
    return lambda: units.give_opinion(actor=personas.unit, handling=part, text="无不同意见。")


def ask_return(personas, district) -> Callable[[], Any]:
    part = playing.in_hand(personas, district)
    return lambda: requests.ask_return(actor=personas.unit, handling=part, reason="不属职责。")


def grant_return(personas, district) -> Callable[[], Any]:
    request = ask_return(personas, district)()
    return lambda: requests.decide_return(actor=personas.office, request=request, grants=True)


def refuse_return(personas, district) -> Callable[[], Any]:
    request = ask_return(personas, district)()
    return lambda: requests.decide_return(actor=personas.office, request=request, grants=False, note="请办理。")


def extend(personas, district) -> Callable[[], Any]:
    part = playing.in_hand(personas, district)
    request = requests.ask_extension(actor=personas.unit, handling=part, months=2, reason="涉及面广。")
    return lambda: requests.decide_extension(actor=personas.office, request=request, grants=True)


def send(personas, district) -> Callable[[], Any]:
    part = playing.in_hand(personas, district)
    reply_class = ReplyClass.objects.order_by("pk")[0]
    reply = replying.draft(actor=personas.unit, handling=part, text="明年修复。", reply_class=reply_class, publicity=Publicity.FULL)
    reply = replying.ask_signature(actor=personas.unit, reply=reply)
    promises = [replying.Promise("修复村道", playing.days_from_now(200))]
    return lambda: replying.send(actor=personas.unit, reply=reply, signer="梁局长", promises=promises)


def judged(personas, district, result: str, text: str = "") -> Callable[[], Any]:
    reply = send(personas, district)()
    seat = playing.seat_of(personas.deputy)
    return lambda: evaluating.evaluate(actor=personas.deputy, reply=reply, mandate=seat, attitude=Grade.SATISFIED, result=result, text=text)


def close_satisfied(personas, district) -> Callable[[], Any]:
    return judged(personas, district, Grade.SATISFIED)


def handle_again(personas, district) -> Callable[[], Any]:
    return judged(personas, district, Grade.NOT_SATISFIED, "没有动工。")


def report_promise(personas, district) -> Callable[[], Any]:
    (promise,) = send(personas, district)().commitments.all()
    return lambda: evaluating.report_commitment(actor=personas.unit, commitment=promise, progress="已修好。")


def withdraw(personas, district) -> Callable[[], Any]:
    row = playing.in_hand(personas, district).suggestion
    return lambda: proposing.withdraw(actor=personas.deputy, suggestion=row, reason="已经解决。")


def choose(personas, district) -> Callable[[], Any]:
    row, today = playing.in_hand(personas, district).suggestion, playing.days_from_now(0)
    return lambda: supervising.choose(
        actor=personas.office, suggestion=row, year=today.year, meeting="第五十二次主任会议", decided_on=today, leader=personas.leader
    )


STEPS = (
    *(submit, accept, improve, merge, assign, sign_for, consult, give_opinion, ask_return, grant_return, refuse_return, extend),
    *(send, close_satisfied, handle_again, report_promise, withdraw, choose),
)


@pytest.mark.parametrize("ready", STEPS, ids=lambda ready: ready.__name__)
def test_a_step_is_whole_or_was_never_taken(ready, personas, district, django_capture_on_commit_callbacks):
    take = ready(personas, district)
    before = everything()
    with failing_at(None) as writes, transaction.atomic():
        take()
        transaction.set_rollback(True)
    assert everything() == before and len(writes) > 1
    for number in sorted({1, len(writes) // 2, len(writes)}):
        with django_capture_on_commit_callbacks() as notices, failing_at(number), pytest.raises(Broken):
            take()
        assert notices == []
        assert everything() == before
    with django_capture_on_commit_callbacks(execute=True):
        take()
    assert everything() != before
