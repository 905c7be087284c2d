"""Many at one moment: exactly one wins, the others read who was faster; nothing is lost or sent twice."""

from __future__ import annotations

import pytest
from django.db import connection

from congress.enums import Role
from congress.errors import DomainError
from congress.models import AuditEntry, Notification, User
from suggestions.enums import (
    Grade,
    HandlingRole,
    HandlingState,
    LimitKind,
    Outcome,
    Publicity,
    ReminderKind,
    ReplyState,
    RequestState,
    SuggestionState,
)
from suggestions.models import Clock, Evaluation, Reminder, Reply, ReplyClass, Suggestion
from suggestions.services import assigning, evaluating, examining, proposing, reminding, replying, requests, units
from tests.deputies.contacts import at_once
from tests.factories import OrganisationFactory, UserFactory, make_district, make_personas

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 100 if connection.vendor == "postgresql" else 30  # SQLite lets one write at a time, and the others wait their turn
THREADS = 50  # at one moment: a database has places for some hundred connections, and other runs want some too


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


def many_at_once(calls):
    """``at_once`` for more calls than threads: each thread takes its share one after another, against all the others."""
    shares = [calls[n::THREADS] for n in range(min(THREADS, len(calls)))]
    return [answer for answers in at_once([lambda share=share: [call() for call in share] for share in shares]) for answer in answers]


def in_hand(district, personas, **unit_roles) -> Suggestion:
    """Assigned to the district's unit and signed for, with more units by name and role."""
    row = examining.examine(actor=personas.office, suggestion=handed_in(personas), outcome=Outcome.ACCEPT)
    lead = HandlingRole.SEPARATE if HandlingRole.SEPARATE in unit_roles.values() else HandlingRole.LEAD
    organs = {district.unit: lead}
    for name, role in unit_roles.items():
        organ = OrganisationFactory(code=name, name=f"{name}局", kind="handling_unit", area=district.area)
        UserFactory(username=name, name=f"{name}人", role=Role.HANDLING_UNIT, role__organisation=organ)
        organs[organ] = role
    assigning.assign(actor=personas.dispatcher, suggestion=row, units=organs)
    for part in row.handlings.order_by("pk"):
        units.sign_for(actor=worker_of(part), handling=part)
    row.refresh_from_db()
    return row


def worker_of(part) -> User:
    return User.objects.in_role(Role.HANDLING_UNIT, organisation=part.unit).get()


def to_sign(part):
    """A reply that waits for signature."""
    actor, reply_class = worker_of(part), ReplyClass.objects.order_by("pk")[0]
    reply = replying.draft(actor=actor, handling=part, text="已列入计划。", reply_class=reply_class, publicity=Publicity.FULL)
    return replying.ask_signature(actor=actor, reply=reply)


def told_once_each() -> bool:
    """Nobody has two notices of one thing."""
    keys = list(Notification.objects.values_list("user", "key"))
    return len(keys) == len(set(keys))


def trail() -> list[str]:
    return list(AuditEntry.objects.filter(action__startswith="suggestions.").order_by("pk").values_list("action", flat=True))


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
    told = many_at_once(
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
    # One decision holds and the other reads whose it was; a claim is good unless the part had gone back before it.
    late = "该件现为“已退回”，不用再认领。"
    claimed = handling.claimed_by == personas.unit
    assert claimed or granted
    assert sorted(told) == sorted(["won", f"这项申请已由韦工委审定为“{request.get_state_display()}”。", "won" if claimed else late])
    assert handling.state == (HandlingState.RETURNED if granted else HandlingState.IN_HAND)
    assert row.state == (SuggestionState.ACCEPTED if granted else SuggestionState.IN_HAND)


def test_a_unit_answers_while_a_colleague_asks_to_return_it(people):
    district, personas = people
    row = in_hand(district, personas)
    part = row.handlings.get()
    reply = to_sign(part)
    told = at_once(
        [
            won_or_told(lambda: replying.send(actor=personas.unit, reply=reply, signer="梁局长")),
            won_or_told(lambda: requests.ask_return(actor=personas.unit, handling=part, reason="不属本单位职责。")),
        ]
    )
    part.refresh_from_db()
    row.refresh_from_db()
    reply.refresh_from_db()
    won, lost = sorted(told, key=len)
    assert won == "won"
    if part.state == HandlingState.DONE:
        assert lost == "榕江区交通运输局的主办现为“已答复”，不能转为“申请退回”。"
        assert (row.state, reply.state, part.return_requests.count()) == (SuggestionState.REPLIED, ReplyState.SENT, 0)
    else:
        assert part.state == HandlingState.RETURN_ASKED
        assert lost == "榕江区交通运输局的主办现为“申请退回”，不能转为“已答复”。"
        assert (row.state, reply.state, part.return_requests.count()) == (SuggestionState.IN_HAND, ReplyState.REVIEW, 1)
    assert told_once_each()


def test_a_unit_answers_while_the_office_takes_it_back(people):
    district, personas = people
    row = in_hand(district, personas)
    part = row.handlings.get()
    reply = to_sign(part)
    request = requests.ask_return(actor=personas.unit, handling=part, reason="不属本单位职责。")
    told = at_once(
        [
            won_or_told(lambda: replying.send(actor=personas.unit, reply=reply, signer="梁局长")),
            *[won_or_told(lambda: requests.decide_return(actor=personas.office, request=request, grants=True)) for _ in range(3)],
        ]
    )
    part.refresh_from_db()
    row.refresh_from_db()
    reply.refresh_from_db()
    assert sorted(told)[:3] == ["won"] * 3
    assert sorted(told)[3] in {f"榕江区交通运输局的主办现为“{now}”，不能转为“已答复”。" for now in ("申请退回", "已退回")}
    assert (part.state, row.state, reply.state) == (HandlingState.RETURNED, SuggestionState.ACCEPTED, ReplyState.REVIEW)
    assert trail().count("suggestions.grant_return") == trail().count("suggestions.back_to_assignment") == 1
    assert row.clocks.filter(kind=LimitKind.REASSIGN).count() == 1
    assert told_once_each()


def test_a_hundred_answer_take_back_and_return_at_one_moment(people):
    district, personas = people
    row = in_hand(district, personas)
    part = row.handlings.get()
    reply = to_sign(part)
    before = len(trail())
    kinds = [
        lambda: replying.send(actor=personas.unit, reply=reply, signer="梁局长"),
        lambda: proposing.withdraw(actor=personas.deputy, suggestion=row, reason="问题已经解决。"),
        lambda: requests.ask_return(actor=personas.unit, handling=part, reason="不属本单位职责。"),
    ]
    told = many_at_once([won_or_told(kinds[n % 3]) for n in range(MANY)])
    part.refresh_from_db()
    row.refresh_from_db()
    reply.refresh_from_db()
    assert (row.state, part.state, reply.state) in {
        (SuggestionState.REPLIED, HandlingState.DONE, ReplyState.SENT),
        (SuggestionState.WITHDRAWN, HandlingState.ENDED, ReplyState.REVIEW),
    }
    taken_back = ["suggestions.withdraw", "suggestions.end_handling"]
    assert trail()[before:] in (["suggestions.send_reply", "suggestions.reply"], taken_back, ["suggestions.ask_return", *taken_back])
    assert len(told) == MANY and told.count("won") >= MANY // 3
    assert all("现为“" in sentence for sentence in told if sentence != "won")
    assert row.steps.filter(state=row.state).count() == 1
    assert told_once_each()


def test_units_that_answer_each_answer_at_one_moment(people):
    district, personas = people
    row = in_hand(district, personas, a=HandlingRole.SEPARATE, b=HandlingRole.SEPARATE)
    replies = {part: to_sign(part) for part in row.handlings.order_by("pk")}
    told = at_once(
        [
            won_or_told(lambda part=part, reply=reply: replying.send(actor=worker_of(part), reply=reply, signer="局长"))
            for part, reply in replies.items()
            for _ in range(3)
        ]
    )
    row.refresh_from_db()
    assert told == ["won"] * 9
    assert row.state == SuggestionState.REPLIED and set(Reply.objects.values_list("state", flat=True)) == {ReplyState.SENT}
    assert trail().count("suggestions.reply") == 1 and trail().count("suggestions.send_reply") == 3
    assert row.clocks.filter(kind=LimitKind.EVALUATE).count() == 1
    assert Notification.objects.filter(user=personas.deputy, text__contains="已答复，请评价").count() == 3
    assert told_once_each()


def test_a_judgement_and_its_opposite_at_one_moment(people):
    district, personas = people
    row = in_hand(district, personas)
    reply = replying.send(actor=personas.unit, reply=to_sign(row.handlings.get()), signer="梁局长")
    seat = personas.deputy.deputy.mandates.get()

    def judge(grade, text):
        return won_or_told(
            lambda: evaluating.evaluate(actor=personas.deputy, reply=reply, mandate=seat, attitude=Grade.SATISFIED, result=grade, text=text)
        )

    told = at_once([judge(Grade.SATISFIED, "") for _ in range(4)] + [judge(Grade.NOT_SATISFIED, "没有动工。") for _ in range(4)])
    row.refresh_from_db()
    given = Evaluation.objects.get()
    assert sorted(told) == sorted(["won"] * 4 + ["对这次答复已经作过评价。"] * 4)
    assert row.state == (SuggestionState.CLOSED if given.result == Grade.SATISFIED else SuggestionState.REHANDLING)
    assert row.clocks.filter(kind=LimitKind.REHANDLE).count() == (row.state == SuggestionState.REHANDLING)
    assert told_once_each()


def test_two_beats_of_one_morning_remind_once(people):
    district, personas = people
    row = in_hand(district, personas)
    clock = row.clocks.get(kind=LimitKind.ANSWER)
    sent = at_once([lambda: reminding.send_due(clock.due_on) for _ in range(4)])
    assert sum(sent) == Reminder.objects.count()
    assert Reminder.objects.filter(clock=clock, kind=ReminderKind.SOON).count() == 1
    assert told_once_each()
