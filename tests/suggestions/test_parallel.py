"""Many at one moment: exactly one wins, the others read who was faster; nothing is lost or sent twice."""

from __future__ import annotations

import pytest
from django.db import connection

from congress.errors import DomainError
from congress.models import AuditEntry, Notification
from suggestions.enums import HandlingRole, HandlingState, Outcome, RequestState, SuggestionState
from suggestions.models import Clock, Suggestion
from suggestions.services import assigning, examining, proposing, requests, units
from tests.deputies.contacts import at_once
from tests.factories import OrganisationFactory, make_district, make_personas

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 100 if connection.vendor == "postgresql" else 30  # SQLite lets one write at a time, and the others wait their turn


@pytest.fixture
def people(transactional_db):
    district = make_district()
    return district, make_personas(district)


def handed_in(personas) -> Suggestion:
    seat = personas.deputy.deputy.mandates.get()
    row = proposing.draft(actor=personas.deputy, proposer=seat, title="关于修路的建议", basis="路坏了。", request="修路。")
    return proposing.submit(actor=personas.deputy, suggestion=row)


def won_or_told(call):
    """What came of a call: "won", or the sentence that was read."""

    def run() -> str:
        try:
            call()
        except DomainError as refusal:
            return str(refusal)
        return "won"

    return run


def test_dispatchers_assign_at_one_moment(people):
    district, personas = people
    row = examining.examine(actor=personas.office, suggestion=handed_in(personas), outcome=Outcome.ACCEPT)
    organs = [OrganisationFactory(code=f"U{n}", name=f"第{n}局", kind="handling_unit", area=district.area) for n in range(6)]
    told = at_once(
        [
            won_or_told(lambda unit=unit: assigning.assign(actor=personas.dispatcher, suggestion=row, units={unit: HandlingRole.LEAD}))
            for unit in organs
        ]
    )
    winner = row.handlings.get().unit
    assert sorted(told) == sorted(["won", *[f"该建议已由督查罗交{winner}办理，请刷新后查看。"] * 5])
    assert AuditEntry.objects.filter(action="suggestions.assign").count() == 1
    assert (
        Clock.objects.filter(handling__isnull=False).values("kind").distinct().count()
        == Clock.objects.filter(handling__isnull=False).count()
    )


def test_a_hundred_accept_and_return_at_one_moment(people):
    _, personas = people
    row = handed_in(personas)
    outcomes = [Outcome.ACCEPT, Outcome.IMPROVE] * (MANY // 2)
    told = at_once(
        [
            won_or_told(
                lambda outcome=outcome: examining.examine(actor=personas.office, suggestion=row, outcome=outcome, explanation="请补充。")
            )
            for outcome in outcomes
        ]
    )
    row.refresh_from_db()
    assert row.examinations.count() == 1
    lost = {
        SuggestionState.ACCEPTED: "该建议现为“待交办”，不能转为“退回修改”。",
        SuggestionState.RETURNED: "该建议现为“退回修改”，不能转为“待交办”。",
    }
    # Those who asked for what happened are told so; the others read what it is now.
    assert sorted(told) == sorted(["won"] * (MANY // 2) + [lost[SuggestionState(row.state)]] * (MANY // 2))
    assert Notification.objects.filter(user=personas.deputy).count() == 1


def test_numbers_follow_one_another_at_one_moment(people):
    _, personas = people
    rows = [handed_in(personas) for _ in range(8)]
    at_once([lambda row=row: examining.examine(actor=personas.office, suggestion=row, outcome=Outcome.ACCEPT) for row in rows])
    assert sorted(Suggestion.objects.values_list("number", flat=True)) == list(range(1, 9))


def test_a_unit_signs_while_its_return_is_granted(people):
    district, personas = people
    row = examining.examine(actor=personas.office, suggestion=handed_in(personas), outcome=Outcome.ACCEPT)
    assigning.assign(actor=personas.dispatcher, suggestion=row, units={district.unit: HandlingRole.LEAD})
    handling = row.handlings.get()
    request = requests.ask_return(actor=personas.unit, handling=handling, reason="不属本单位职责。")
    told = at_once(
        [
            won_or_told(lambda: requests.decide_return(actor=personas.office, request=request, grants=True)),
            won_or_told(lambda: requests.decide_return(actor=personas.office, request=request, grants=False, note="请办理。")),
            won_or_told(lambda: units.claim(actor=personas.unit, handling=handling)),
        ]
    )
    handling.refresh_from_db()
    request.refresh_from_db()
    row.refresh_from_db()
    granted = request.state == RequestState.GRANTED
    assert sorted(told)[:2] == ["won", "won"] and "这项申请已由韦工委审定为" in sorted(told)[2]
    assert handling.state == (HandlingState.RETURNED if granted else HandlingState.IN_HAND)
    assert row.state == (SuggestionState.ACCEPTED if granted else SuggestionState.IN_HAND)
