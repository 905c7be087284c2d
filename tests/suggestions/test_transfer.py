"""A deputy leaves, a term ends: what she proposed goes on, and somebody else judges. And the word back to the voter."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from congress import todos
from congress.errors import DomainError
from congress.models import Notification
from deputies.enums import EndReason, OpinionState, Way
from deputies.models import Mandate
from deputies.services import mandates, opinions, terms
from suggestions.enums import SuggestionState
from suggestions.models import Suggestion
from suggestions.services import evaluating, judges, proposing, transfer
from tests.suggestions.answering import another_deputy, answer, answered, assigned, seat_of

S = SuggestionState


def leave(personas, mandate: Mandate) -> Mandate:
    return mandates.end(actor=personas.office, mandate=mandate, reason=EndReason.MOVED_AWAY, on=timezone.localdate())


def passed_on(row: Suggestion) -> list[str]:
    return list(row.steps.filter(text__contains="继续").values_list("text", flat=True))


def test_the_next_cosigner_judges_and_then_the_office(district, personas, django_capture_on_commit_callbacks):
    other = another_deputy(district)
    row = answered(district, personas, cosigners=(other,))
    with django_capture_on_commit_callbacks(execute=True):
        ended = leave(personas, seat_of(personas))
    row = Suggestion.objects.get(pk=row.pk)
    assert judges.judge_of(row).deputy == other.deputy
    assert passed_on(row) == ["领衔代表代表莫代表资格终止，这件建议继续办理，由附议代表代表韦评价。"]
    assert Notification.objects.filter(user=other, text__startswith="请您接续评价").count() == 1
    assert f"评价答复：{row.title}" in [todo.title for todo in todos.waiting_for(other)]
    transfer.pass_on(personas.office, [ended], timezone.localdate())
    assert len(passed_on(row)) == 1
    leave(personas, other.deputy.mandates.get())
    row = Suggestion.objects.get(pk=row.pk)
    assert judges.judge_of(row) is None and row.state == S.REPLIED
    assert passed_on(row)[1:] == ["领衔代表代表莫代表资格终止，这件建议继续办理，由人大办理机构代为评价、提出处理意见。"]
    assert f"提出处理意见：{row.title}" in [todo.title for todo in todos.waiting_for(personas.office)]


def test_what_the_successor_said_already_counts_at_once(district, personas):
    other = another_deputy(district)
    row = answered(district, personas, cosigners=(other,))
    reply = row.handlings.get().replies.get()
    evaluating.evaluate(actor=other, reply=reply, mandate=other.deputy.mandates.get(), attitude="satisfied", result="satisfied")
    row.refresh_from_db()
    assert row.state == S.REPLIED
    leave(personas, seat_of(personas))
    row.refresh_from_db()
    assert row.state == S.CLOSED


def test_a_suspended_deputy_judges_again_when_she_is_back(district, personas):
    row = answered(district, personas)
    seat = seat_of(personas)
    today = timezone.localdate()
    mandates.suspend(actor=personas.office, mandate=seat, reason=EndReason.CRIMINAL_CASE, on=today)
    assert judges.judge_of(Suggestion.objects.get(pk=row.pk)) is None
    mandates.resume(actor=personas.office, mandate=seat, on=today)
    assert judges.judge_of(Suggestion.objects.get(pk=row.pk)) == seat


def test_open_suggestions_stay_with_the_congress_at_a_change_of_term(district, personas, django_capture_on_commit_callbacks):
    row, other = assigned(district, personas), assigned(district, personas)
    with django_capture_on_commit_callbacks(execute=True):
        terms.change_of_term(
            actor=personas.office, congress=district.congress, number=district.term.number + 1, starts_on=timezone.localdate()
        )
    for each in (row, other):
        each.refresh_from_db()
        assert each.state == S.ASSIGNED
        (text,) = passed_on(each)
        assert text == "换届，领衔代表代表莫任期届满。这件建议由本级人大继续督办，由人大办理机构代为评价、提出处理意见。"
    (asked,) = Notification.objects.filter(user=personas.unit, text__startswith="换届")
    assert "上届代表的 2 件建议" in asked.text
    answer(row.handlings.get())
    assert evaluating.close(actor=personas.office, suggestion=row, text="已修好。").state == S.CLOSED


def test_a_deputy_whose_mandate_ended_proposes_signs_and_withdraws_no_more(district, personas):
    other = another_deputy(district)
    row = answered(district, personas)
    draft = proposing.draft(actor=personas.deputy, proposer=seat_of(personas), title="关于架桥的建议", basis="缺桥。", request="架桥。")
    asked = proposing.ask_cosigner(actor=personas.deputy, suggestion=draft, mandate=other.deputy.mandates.get())
    leave(personas, other.deputy.mandates.get())
    with pytest.raises(DomainError, match="代表韦的代表资格现为“资格终止”，不能附议。"):
        proposing.answer_cosigning(actor=other, cosigner=asked, agrees=True)
    leave(personas, seat_of(personas))
    with pytest.raises(DomainError, match="不能提出建议"):
        proposing.draft(actor=personas.office, proposer=seat_of(personas), title="再提")
    with pytest.raises(DomainError, match="不能提出建议"):
        proposing.submit(actor=personas.deputy, suggestion=draft)
    with pytest.raises(DomainError, match="继续办理，不能撤回"):
        proposing.withdraw(actor=personas.deputy, suggestion=row, reason="不要了")


# ---- the word back to the voter


def opinion_of(personas, district, way: str = Way.SUGGESTION, **fields):
    return opinions.record(
        actor=personas.deputy, text="村道破损。", way=way, deputies=[personas.deputy.deputy], area=district.villages[1], **fields
    )


def test_a_closed_suggestion_asks_its_deputy_to_tell_the_voter(district, personas, django_capture_on_commit_callbacks):
    grown = opinion_of(personas, district)
    row = answered(district, personas, opinions=[grown])
    with django_capture_on_commit_callbacks(execute=True):
        evaluating.evaluate(
            actor=personas.deputy,
            reply=row.handlings.get().replies.get(),
            mandate=seat_of(personas),
            attitude="satisfied",
            result="satisfied",
        )
    grown.refresh_from_db()
    assert grown.state == OpinionState.ANSWERED
    assert grown.result == f"已由代表建议《{row.title}》办理完毕。\n榕江区交通运输局答复：已经解决、基本解决或者采纳。已列入年度计划。"
    assert f"告知选民：{grown.title}" in [todo.title for todo in todos.waiting_for(personas.deputy)]
    told = opinions.tell_voter(actor=personas.deputy, opinion=grown, version=grown.version, on=timezone.localdate())
    assert opinions.close(actor=personas.deputy, opinion=told, version=told.version, is_settled=True).state == OpinionState.CLOSED


def test_an_opinion_that_somebody_else_has_in_hand_is_left_to_them(district, personas, django_capture_on_commit_callbacks):
    passed = opinion_of(personas, district, Way.TOWN, responsible=district.town1_office)
    passed = opinions.take_in_hand(actor=personas.town1, opinion=passed, version=passed.version)
    row = answered(district, personas, opinions=[passed])
    with django_capture_on_commit_callbacks(execute=True):
        evaluating.evaluate(
            actor=personas.deputy,
            reply=row.handlings.get().replies.get(),
            mandate=seat_of(personas),
            attitude="satisfied",
            result="satisfied",
        )
    passed.refresh_from_db()
    assert passed.state == OpinionState.IN_HAND
    assert Notification.objects.filter(user=personas.deputy, text__startswith="由选民意见形成的建议已办结").count() == 1


def test_an_opinion_that_was_only_passed_on_is_answered_by_its_suggestion(district, personas, django_capture_on_commit_callbacks):
    passed = opinion_of(personas, district, Way.TOWN, responsible=district.town1_office)
    row = answered(district, personas, opinions=[passed])
    reply = row.handlings.get().replies.get()
    with django_capture_on_commit_callbacks(execute=True):
        evaluating.evaluate(actor=personas.deputy, reply=reply, mandate=seat_of(personas), attitude="satisfied", result="satisfied")
    passed.refresh_from_db()
    assert passed.state == OpinionState.ANSWERED and passed.result.startswith(f"已由代表建议《{row.title}》办理完毕。")
    told = f"转给本单位的选民意见已由代表建议办理，不用再答复：{passed.title}"
    assert Notification.objects.filter(user=personas.town1, text=told).count() == 1
    assert f"告知选民：{passed.title}" in [todo.title for todo in todos.waiting_for(personas.deputy)]


def test_what_is_not_public_is_not_put_into_the_opinion(district, personas):
    grown = opinion_of(personas, district)
    row = assigned(district, personas, opinions=[grown])
    answer(row.handlings.get(), publicity="none", publicity_reason="涉密", text="内部情况。")
    evaluating.evaluate(
        actor=personas.deputy, reply=row.handlings.get().replies.get(), mandate=seat_of(personas), attitude="satisfied", result="satisfied"
    )
    grown.refresh_from_db()
    assert "内部情况" not in grown.result and grown.state == OpinionState.ANSWERED


def test_todos_have_their_day(district, personas):
    row = answered(district, personas)
    todo = next(todo for todo in todos.waiting_for(personas.deputy) if todo.title.startswith("评价答复"))
    assert todo.due_on == row.clocks.get(kind="evaluate").due_on and todo.due_on > timezone.localdate() + datetime.timedelta(days=20)
    assert todo.detail == "榕江区交通运输局"
