"""Numbers about suggestions, reckoned by hand."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from congress import figures
from congress.periods import Period
from suggestions.enums import CommitmentState, Grade, HandlingRole, LimitKind, Outcome, Publicity
from suggestions.models import Clock, Commitment, Reply, ReplyClass, RuleProfile, Suggestion
from suggestions.services import appraising, assigning, evaluating, examining, proposing, replying, spot_checks, units
from tests.factories import OrganisationFactory
from tests.suggestions import playing

TODAY = timezone.localdate


@pytest.fixture
def seat(personas):
    return personas.deputy.deputy.mandates.get()


@pytest.fixture
def answer(personas, district, seat):
    """``answer("A", "satisfied")``: one more suggestion of the deputy, answered by the unit and judged."""

    def make(letter: str, grade: str = "", *, talked: bool = False, late: bool = False) -> Reply:
        row = proposing.draft(actor=personas.deputy, proposer=seat, title="关于修路的建议", basis="路坏了。", request="修路。")
        proposing.submit(actor=personas.deputy, suggestion=row)
        row = examining.examine(actor=personas.office, suggestion=row, outcome=Outcome.ACCEPT)
        assigning.assign(actor=personas.dispatcher, suggestion=row, units={district.unit: HandlingRole.LEAD})
        handling = units.sign_for(actor=personas.unit, handling=row.handlings.get())
        if talked:
            units.consult(actor=personas.unit, handling=handling, deputy=seat.deputy, on=TODAY(), way="电话", text="已沟通。")
        if late:
            Clock.objects.filter(handling=handling, kind=LimitKind.ANSWER).update(due_on=TODAY() - datetime.timedelta(days=1))
        reply_class = ReplyClass.objects.filter(code=letter).order_by("pk")[0]
        reply = replying.draft(actor=personas.unit, handling=handling, text="答复。", reply_class=reply_class, publicity=Publicity.FULL)
        reply = playing.signed(reply, actor=personas.unit)
        if grade:
            evaluating.evaluate(actor=personas.deputy, reply=reply, mandate=seat, attitude=Grade.SATISFIED, result=grade, text="意见。")
        return reply

    return make


def value(key: str, subject: object, argument: str = "") -> Decimal | None:
    return figures.values(key, [subject.pk], Period.containing(TODAY(), "year"), argument).get(subject.pk)


def test_rates_of_a_unit(district, seat, answer):
    answer("A", Grade.SATISFIED, talked=True)
    answer("A", Grade.NOT_SATISFIED)
    answer("B", Grade.BASICALLY, late=True)
    reply = answer("C")
    Commitment.objects.create(code="CN1", reply=reply, text="修路", due_on=TODAY(), state=CommitmentState.KEPT, reported_on=TODAY())
    Commitment.objects.create(code="CN2", reply=reply, text="架桥", due_on=TODAY())
    unit = district.unit
    assert value("suggestions.answered", unit) == 4
    assert value("suggestions.timeliness", unit) == Decimal(3) / 4
    assert value("suggestions.consultation_rate", unit) == Decimal(1) / 4
    assert value("suggestions.satisfaction", unit) == Decimal(2) / 3
    assert value("suggestions.satisfaction", unit, "attitude") == 1
    assert value("suggestions.settlement_rate", unit) == Decimal(1) / 2
    assert value("suggestions.fulfilment_rate", unit) == Decimal(1) / 2
    assert value("suggestions.settled", district.town1) == Decimal(1) / 2
    assert value("suggestions.settled", district.area) == Decimal(1) / 2
    assert value("suggestions.settled", district.town2) is None
    assert value("suggestions.proposed", seat.deputy) == 4
    assert value("suggestions.proposed", seat.deputy, "cosigned") is None


def test_the_appraisal_marks_a_small_sample_and_ranks_the_rest(personas, district, answer):
    replies = [answer("A", Grade.SATISFIED, talked=True) for _ in range(2)]
    weights, (row,) = appraising.table(district.congress, TODAY().year)
    assert [weight.label for weight in weights] == ["按期答复", "面商", "代表满意", "办成", "承诺落实", "答复质量"]
    assert (row.unit, row.answered, row.shares, row.score, row.rank) == (district.unit, 2, (1, 1, 1, 1, None, None), None, None)
    RuleProfile.objects.update(least_sample=2)
    spot_checks.score(actor=personas.office, reply=replies[0], score=50)
    _, (row,) = appraising.table(district.congress, TODAY().year)
    assert (row.shares[-1], row.score, row.rank) == (Decimal("0.5"), Decimal("94.4"), 1)  # 80 of 80, and 5 of 10; nothing was promised


def test_the_appraisal_costs_the_same_for_any_number_of_units(district, answer):
    counts = []
    answer("A")
    for number in range(2):
        with CaptureQueriesContext(connection) as made:
            appraising.table(district.congress, TODAY().year)
        counts.append(len(made))
        OrganisationFactory(code=f"X{number}", kind="handling_unit", area=district.area)
        answer("B")
    assert counts[0] == counts[1]
    assert Suggestion.objects.count() == 3
