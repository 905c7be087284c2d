"""A matter's life from draft to close, told by its services."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from congress.errors import Conflict, DomainError
from congress.models import AuditEntry, Notification
from deputies.models import Mandate
from suggestions.enums import (
    ClockState,
    CommitmentState,
    Grade,
    HandlingRole,
    HandlingState,
    LimitKind,
    Outcome,
    Publicity,
    ReplyState,
    RequestState,
    SuggestionKind,
    SuggestionState,
)
from suggestions.models import Clock, Ground, ReplyClass, Suggestion
from suggestions.services import assigning, evaluating, examining, proposing, replying, requests, units
from tests.factories import MandateFactory, OrganisationFactory
from tests.suggestions import playing

S, H = SuggestionState, HandlingState


@pytest.fixture
def seat(personas) -> Mandate:
    return Mandate.objects.get(deputy__user=personas.deputy)


@pytest.fixture
def draft(personas, seat) -> Suggestion:
    return proposing.draft(
        actor=personas.deputy, proposer=seat, title="关于修复上岭村道的建议", basis="村道破损。", request="由交通部门修复。"
    )


@pytest.fixture
def accepted(personas, draft) -> Suggestion:
    proposing.submit(actor=personas.deputy, suggestion=draft)
    return examining.examine(actor=personas.office, suggestion=draft, outcome=Outcome.ACCEPT)


@pytest.fixture
def handling(personas, district, accepted):
    assigning.assign(actor=personas.dispatcher, suggestion=accepted, units={district.unit: HandlingRole.LEAD})
    return units.sign_for(actor=personas.unit, handling=accepted.handlings.get())


def replied(personas, handling, **fields):
    reply_class = ReplyClass.objects.filter(code="A")[0]
    reply = replying.draft(
        actor=personas.unit,
        handling=handling,
        **{"text": "已列入年度计划。", "reply_class": reply_class, "publicity": Publicity.FULL, **fields},
    )
    return playing.signed(reply, actor=personas.unit)


def states(suggestion: Suggestion) -> list[str]:
    return list(suggestion.steps.order_by("pk").values_list("state", flat=True))


def test_from_draft_to_close(personas, seat, accepted, handling, django_capture_on_commit_callbacks):
    assert (accepted.number, accepted.accepted_on) == (1, timezone.localdate())
    with django_capture_on_commit_callbacks(execute=True):
        reply = replied(personas, handling)
    assert replying.send(actor=personas.unit, reply=reply, signer="梁局长") == reply
    accepted.refresh_from_db()
    assert (reply.state, accepted.state) == (ReplyState.SENT, S.REPLIED)
    assert Notification.objects.filter(user=personas.deputy, text__contains="已答复，请评价").count() == 1
    evaluating.evaluate(actor=personas.deputy, reply=reply, mandate=seat, attitude=Grade.SATISFIED, result=Grade.BASICALLY)
    accepted.refresh_from_db()
    assert (accepted.state, accepted.closed_on) == (S.CLOSED, timezone.localdate())
    assert states(accepted) == [S.DRAFT, S.SUBMITTED, S.ACCEPTED, S.ASSIGNED, S.IN_HAND, S.REPLIED, S.REPLIED, S.CLOSED]
    assert set(Clock.objects.exclude(state=ClockState.STOPPED).values_list("kind", flat=True)) == {LimitKind.PUBLISH}
    assert AuditEntry.objects.filter(action="suggestions.close", target_ref=accepted.code).count() == 1


def test_twice_unsatisfied_goes_to_the_office(personas, seat, accepted, handling):
    first = replied(personas, handling)
    with pytest.raises(DomainError, match="请写明意见"):
        evaluating.evaluate(actor=personas.deputy, reply=first, mandate=seat, attitude=Grade.SATISFIED, result=Grade.NOT_SATISFIED)
    evaluating.evaluate(
        actor=personas.deputy, reply=first, mandate=seat, attitude=Grade.SATISFIED, result=Grade.NOT_SATISFIED, text="没有动工。"
    )
    accepted.refresh_from_db()
    handling.refresh_from_db()
    assert (accepted.state, handling.state, handling.round) == (S.REHANDLING, H.IN_HAND, 2)
    clock = units.answer_clock(handling)
    assert clock is not None and clock.kind == LimitKind.REHANDLE
    second = replied(personas, handling)
    assert (second.round, second.pk != first.pk) == (2, True)
    evaluating.evaluate(
        actor=personas.deputy, reply=second, mandate=seat, attitude=Grade.SATISFIED, result=Grade.NOT_SATISFIED, text="仍未动工。"
    )
    accepted.refresh_from_db()
    assert accepted.state == S.CONVENED
    with pytest.raises(PermissionDenied):
        evaluating.close(actor=personas.unit, suggestion=accepted, text="办结")
    assert evaluating.close(actor=personas.office, suggestion=accepted, text="列入明年计划，转承诺台账。").state == S.CLOSED


def test_a_return_is_decided_by_the_office_and_starts_over(personas, district, accepted):
    other = OrganisationFactory(code="NYJ", name="榕江区农业农村局", kind="handling_unit", area=district.area)
    support = OrganisationFactory(code="CZJ", name="榕江区财政局", kind="handling_unit", area=district.area)
    assigning.assign(
        actor=personas.dispatcher, suggestion=accepted, units={district.unit: HandlingRole.LEAD, support: HandlingRole.SUPPORT}
    )
    lead = accepted.handlings.get(role=HandlingRole.LEAD)
    request = requests.ask_return(actor=personas.unit, handling=lead, reason="属农业农村局职责。", proposed_unit=other)
    assert requests.ask_return(actor=personas.unit, handling=lead, reason="再说一遍") == request
    with pytest.raises(PermissionDenied):
        requests.decide_return(actor=personas.dispatcher, request=request, grants=True)
    for _ in range(2):
        request = requests.decide_return(actor=personas.office, request=request, grants=True)
    accepted.refresh_from_db()
    assert (request.state, accepted.state) == (RequestState.GRANTED, S.ACCEPTED)
    assert set(accepted.handlings.values_list("state", flat=True)) == {H.RETURNED, H.ENDED}
    running = accepted.clocks.filter(state=ClockState.RUNNING)
    assert [clock.kind for clock in running] == [LimitKind.REASSIGN]
    with pytest.raises(DomainError, match="审定为"):
        requests.decide_return(actor=personas.office, request=request, grants=False, note="不行")
    assigning.assign(actor=personas.dispatcher, suggestion=accepted, units={other: HandlingRole.LEAD})
    accepted.refresh_from_db()
    assert accepted.state == S.ASSIGNED


def test_the_second_dispatcher_reads_who_was_faster(personas, district, accepted):
    other = OrganisationFactory(code="NYJ", name="榕江区农业农村局", kind="handling_unit", area=district.area)
    assigning.assign(actor=personas.dispatcher, suggestion=accepted, units={district.unit: HandlingRole.LEAD})
    with pytest.raises(Conflict, match="该建议已由督查罗交榕江区交通运输局办理，请刷新后查看"):
        assigning.assign(actor=personas.office, suggestion=accepted, units={other: HandlingRole.LEAD})
    assert accepted.handlings.count() == 1


def test_an_extension_moves_the_answer_clock(personas, accepted, handling):
    before = units.answer_clock(handling).due_on
    with pytest.raises(DomainError, match="延期合计不超过3个月"):
        requests.ask_extension(actor=personas.unit, handling=handling, months=4, reason="涉及面广")
    request = requests.ask_extension(actor=personas.unit, handling=handling, months=2, reason="涉及面广")
    requests.decide_extension(actor=personas.office, request=request, grants=True)
    clock = units.answer_clock(handling)
    assert (clock.limit, clock.due_on > before) == ("5m", True)
    with pytest.raises(DomainError, match="此前已延期2个月"):
        requests.ask_extension(actor=personas.unit, handling=handling, months=2, reason="仍未办完")


def test_a_bill_needs_ten_names(personas, seat):
    bill = proposing.draft(
        actor=personas.deputy, proposer=seat, kind=SuggestionKind.BILL, title="关于建设水库的议案", basis="缺水。", request="建水库。"
    )
    for number in range(9):
        mandate = MandateFactory(term=seat.term, area=seat.area)
        mandate.deputy.user = type(personas.deputy).objects.create(username=f"c{number}", name=f"代表{number}")
        mandate.deputy.save()
        row = proposing.ask_cosigner(actor=personas.deputy, suggestion=bill, mandate=mandate)
        if number < 8:
            proposing.answer_cosigning(actor=mandate.deputy.user, cosigner=row, agrees=True)
    with pytest.raises(DomainError, match="须10人以上，现有9人确认"):
        proposing.submit(actor=personas.deputy, suggestion=bill)
    proposing.answer_cosigning(actor=mandate.deputy.user, cosigner=row, agrees=True)
    assert proposing.submit(actor=personas.deputy, suggestion=bill).state == S.SUBMITTED
    assert proposing.submit(actor=personas.deputy, suggestion=bill).state == S.SUBMITTED


def test_what_should_not_be_a_suggestion_is_returned_with_a_word(personas, draft):
    proposing.submit(actor=personas.deputy, suggestion=draft)
    ground = Ground.objects.order_by("position")[0]
    with pytest.raises(DomainError, match="不能受理"):
        examining.examine(actor=personas.office, suggestion=draft, outcome=Outcome.ACCEPT, grounds=[ground])
    with pytest.raises(DomainError, match="理由"):
        examining.examine(actor=personas.office, suggestion=draft, outcome=Outcome.RETURN, grounds=[ground])
    returned = examining.examine(
        actor=personas.office, suggestion=draft, outcome=Outcome.RETURN, grounds=[ground], explanation="属个人问题。"
    )
    assert returned.state == S.RETURNED
    saved = proposing.save(actor=personas.deputy, suggestion=returned, version=returned.version, basis="村道破损，学生绕行。")
    assert (saved.basis, saved.versions.count()) == ("村道破损，学生绕行。", 1)
    with pytest.raises(Conflict):
        proposing.save(actor=personas.deputy, suggestion=returned, version=returned.version, basis="另一窗口")


def test_a_promise_is_judged_when_it_falls_due(personas, seat, accepted, handling):
    due = timezone.localdate() + datetime.timedelta(days=200)
    reply_class = ReplyClass.objects.filter(code="C")[0]
    reply = replying.draft(
        actor=personas.unit,
        handling=handling,
        text="明年修复。",
        reply_class=reply_class,
        publicity=Publicity.NONE,
        publicity_reason="涉密",
    )
    with pytest.raises(DomainError, match="^答复稿还没有送签，或者送签后又作了修改。请先送签，再审核签发。$"):
        replying.send(actor=personas.unit, reply=reply, signer="梁")
    replying.ask_signature(actor=personas.unit, reply=reply)
    with pytest.raises(DomainError, match="今后的完成期限"):
        replying.send(actor=personas.unit, reply=reply, signer="梁", promises=[replying.Promise("修复", timezone.localdate())])
    replying.send(actor=personas.unit, reply=reply, signer="梁", promises=[replying.Promise("修复村道", due)])
    (promise,) = reply.commitments.all()
    evaluating.report_commitment(actor=personas.unit, commitment=promise, progress="已修复。")
    with pytest.raises(DomainError, match="还差什么"):
        evaluating.judge_commitment(actor=personas.deputy, commitment=promise, grade=Grade.NOT_SATISFIED)
    judged = evaluating.judge_commitment(actor=personas.deputy, commitment=promise, grade=Grade.NOT_SATISFIED, comment="还差路灯。")
    assert judged.state == CommitmentState.NOT_KEPT
    evaluating.report_commitment(actor=personas.unit, commitment=promise, progress="路灯已装。")
    assert evaluating.judge_commitment(actor=personas.deputy, commitment=promise, grade=Grade.SATISFIED).state == CommitmentState.KEPT


def test_withdrawing_ends_the_units_part(personas, accepted, handling):
    with pytest.raises(DomainError, match="原因"):
        proposing.withdraw(actor=personas.deputy, suggestion=accepted, reason=" ")
    withdrawn = proposing.withdraw(actor=personas.deputy, suggestion=accepted, reason="问题已经解决。")
    handling.refresh_from_db()
    assert (withdrawn.state, handling.state) == (S.WITHDRAWN, H.ENDED)
    assert not Clock.objects.exclude(state=ClockState.STOPPED).exists()
    assert proposing.withdraw(actor=personas.deputy, suggestion=accepted, reason="再撤").state == S.WITHDRAWN
