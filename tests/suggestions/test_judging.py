"""What the deputies think of a reply, on their page and on paper, and what the office concludes in their place."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from congress.errors import DomainError
from deputies.enums import EndReason
from deputies.services import mandates
from suggestions.enums import Grade, HandlingState, LimitKind, ReminderKind, SuggestionState
from suggestions.models import Clock, Evaluation, Reminder, RuleProfile, Suggestion
from suggestions.services import evaluating, judges
from suggestions.services.profiles import profile_of
from tests.factories import OrganisationFactory
from tests.suggestions.answering import another_deputy, answer, answered, assigned, seat_of

S = SuggestionState


def judge(client, suggestion: Suggestion, **data: object):
    return client.post(f"/suggestions/{suggestion.code}/evaluate/", data)


def steps_of(client, suggestion: Suggestion) -> list[str]:
    return [action.key for action, _ in client.get(f"/suggestions/{suggestion.code}/").context["actions"]]


def test_a_deputy_judges_on_her_page(district, personas, signed_in):
    row = answered(district, personas)
    client = signed_in(personas.deputy)
    assert steps_of(client, row) == ["evaluate"]
    page = client.get(f"/suggestions/{row.code}/evaluate/")
    assert page.status_code == 200 and "已列入年度计划。" in page.content.decode()
    assert judge(client, row, attitude="satisfied").status_code == 422
    refused = judge(client, row, attitude="satisfied", result="not_satisfied")
    assert refused.status_code == 422 and "不满意的，请写明意见" in refused.content.decode()
    assert judge(client, row, attitude="satisfied", result="basically").status_code == 302
    row.refresh_from_db()
    assert row.state == S.CLOSED
    assert client.get(f"/suggestions/{row.code}/evaluate/").status_code == 302


def test_nobody_else_judges_for_her(district, personas, signed_in):
    row = answered(district, personas)
    assert judge(signed_in(personas.unit), row, attitude="satisfied", result="satisfied").status_code == 403
    assert judge(signed_in(personas.town2), row, attitude="satisfied", result="satisfied").status_code == 404
    reply = row.handlings.get().replies.get()
    with pytest.raises(PermissionDenied):
        evaluating.evaluate(actor=personas.unit, reply=reply, mandate=seat_of(personas), attitude="satisfied", result="satisfied")
    other = another_deputy(district)
    with pytest.raises(DomainError, match="不是这件建议的提出人或者附议人"):
        evaluating.evaluate(
            actor=personas.office, reply=reply, mandate=other.deputy.mandates.get(), attitude="satisfied", result="satisfied"
        )


def test_the_office_enters_what_was_written_on_paper(district, personas, signed_in):
    other = another_deputy(district)
    row = answered(district, personas, cosigners=(other,))
    client = signed_in(personas.office)
    assert steps_of(client, row)[0] == "evaluate-paper"
    seat = other.deputy.mandates.get()
    assert judge(client, row, attitude="satisfied", result="satisfied").status_code == 422  # whose paper?
    assert judge(client, row, mandate=seat.pk, attitude="satisfied", result="basically").status_code == 302
    written = Evaluation.objects.get()
    assert (written.mandate, written.entered_by, written.result) == (seat, personas.office, Grade.BASICALLY)
    row.refresh_from_db()
    assert row.state == S.REPLIED  # a co-signer's word stands beside; the leading deputy's decides
    assert judge(client, row, attitude="satisfied", result="satisfied").status_code == 302
    row.refresh_from_db()
    assert row.state == S.CLOSED
    assert "（按纸质征询表登记）" in row.steps.filter(text__contains="评价").first().text


def test_a_cosigner_judges_only_where_the_rules_ask_every_one(district, personas, signed_in):
    other = another_deputy(district)
    row = answered(district, personas, cosigners=(other,))
    assert steps_of(signed_in(other), row) == ["evaluate"]
    RuleProfile.objects.update(answer_every_cosigner=False)
    assert steps_of(signed_in(other), row) == []
    reply = row.handlings.get().replies.get()
    with pytest.raises(DomainError, match="由代表莫代表全体联名代表评价"):
        evaluating.evaluate(actor=other, reply=reply, mandate=other.deputy.mandates.get(), attitude="satisfied", result="satisfied")


def test_each_units_answer_is_judged_by_itself(district, personas, signed_in):
    other = OrganisationFactory(code="NYJ", name="榕江区农业农村局", kind="handling_unit", area=district.area)
    row = assigned(district, personas, more=(other,))
    first, second = row.handlings.order_by("pk")
    reply = answer(first)
    answer(second)
    client = signed_in(personas.deputy)
    page = client.get(f"/suggestions/{row.code}/evaluate/").content.decode()
    assert "对哪个单位的答复" in page
    assert judge(client, row, attitude="satisfied", result="satisfied").status_code == 422
    assert judge(client, row, reply=reply.pk, attitude="satisfied", result="not_satisfied", text="没有动工。").status_code == 302
    row.refresh_from_db()
    assert row.state == S.REPLIED
    assert judge(client, row, attitude="satisfied", result="satisfied").status_code == 302
    row.refresh_from_db()
    assert row.state == S.REHANDLING
    assert list(row.handlings.order_by("pk").values_list("state", "round")) == [(HandlingState.IN_HAND, 2), (HandlingState.DONE, 1)]


def refuse(personas, row: Suggestion) -> Suggestion:
    reply = row.handlings.get().replies.order_by("-round")[0]
    evaluating.evaluate(
        actor=personas.deputy, reply=reply, mandate=seat_of(personas), attitude="satisfied", result="not_satisfied", text="没有动工。"
    )
    row.refresh_from_db()
    return row


def test_after_a_second_refusal_the_office_convenes_and_concludes(district, personas, signed_in):
    row = refuse(personas, answered(district, personas))
    first = row.handlings.get().replies.get()
    answer(row.handlings.get(), text="已经开工。")
    with pytest.raises(DomainError, match="对这次答复已经作过评价"):
        evaluating.evaluate(actor=personas.deputy, reply=first, mandate=seat_of(personas), attitude="satisfied", result="satisfied")
    row = refuse(personas, row)
    assert row.state == S.CONVENED
    client = signed_in(personas.office)
    assert "conclude" in steps_of(client, row)
    address = f"/suggestions/{row.code}/do/conclude/"
    assert client.post(address, {"outcome": "close"}).status_code == 422
    assert signed_in(personas.deputy).post(address, {"outcome": "close", "text": "办结"}).status_code == 403
    client = signed_in(personas.office)
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    late = client.post(address, {"outcome": "rehandle", "text": "限期动工。", "convened_on": tomorrow})
    assert late.status_code == 422 and "召集研究的日期不能晚于今天" in late.content.decode()
    done = client.post(address, {"outcome": "rehandle", "text": "限期动工。", "convened_on": timezone.localdate()})
    assert done.status_code == 302
    row.refresh_from_db()
    assert (row.state, row.handlings.get().round) == (S.REHANDLING, 3)
    assert row.steps.order_by("-pk")[0].text.endswith("召集研究：限期动工。")
    assert row.clocks.filter(kind=LimitKind.REHANDLE, round=3).count() == 1
    evaluating.rehandle(actor=personas.office, suggestion=row, handlings=[row.handlings.get()], text="再交一次。")
    assert row.handlings.get().round == 3


def test_what_nobody_judges_is_concluded_only_after_the_reminders(district, personas, signed_in):
    row = answered(district, personas)
    client = signed_in(personas.office)
    assert "conclude" not in steps_of(client, row)
    with pytest.raises(DomainError, match="请先由代表莫评价。评价期满并催评2次"):
        evaluating.close(actor=personas.office, suggestion=row, text="办结")
    clock = Clock.objects.get(suggestion=row, kind=LimitKind.EVALUATE)
    Clock.objects.filter(pk=clock.pk).update(due_on=timezone.localdate() - datetime.timedelta(days=1))
    Reminder.objects.create(clock=clock, kind=ReminderKind.SOON, on=timezone.localdate())
    with pytest.raises(DomainError, match="请先由代表莫评价"):
        evaluating.rehandle(actor=personas.office, suggestion=row, handlings=[row.handlings.get()], text="重办")
    Reminder.objects.create(clock=clock, kind=ReminderKind.LATE, on=timezone.localdate())
    assert "conclude" in steps_of(client, row)
    assert evaluating.close(actor=personas.office, suggestion=row, text="代表经两次催评没有评价，办结。").state == S.CLOSED
    assert evaluating.close(actor=personas.office, suggestion=row, text="再办").state == S.CLOSED
    assert not Evaluation.objects.exists()


def test_what_is_for_reference_needs_no_judgement(district, personas):
    row = answered(district, personas, for_reference=True)
    assert evaluating.close(actor=personas.office, suggestion=row, text="仅供参考，办结。").state == S.CLOSED


def test_a_deputy_who_is_no_longer_in_office_does_not_judge(district, personas, signed_in):
    row = answered(district, personas)
    profile_of(district.congress)
    client = signed_in(personas.deputy)
    seat = seat_of(personas)
    mandates.end(actor=personas.office, mandate=seat, reason=EndReason.MOVED_AWAY, on=timezone.localdate())
    reply = row.handlings.get().replies.get()
    with pytest.raises(DomainError, match="代表莫的代表资格现为“资格终止”，不能再评价，这件建议由人大办理机构提出处理意见。"):
        evaluating.evaluate(actor=personas.office, reply=reply, mandate=seat, attitude="satisfied", result="satisfied")
    assert client.get(f"/suggestions/{row.code}/evaluate/").status_code in (302, 404)
    row = Suggestion.objects.get(pk=row.pk)
    assert judges.judge_of(row) is None
    assert evaluating.close(actor=personas.office, suggestion=row, text="已经修好，办结。").state == S.CLOSED


def test_the_page_costs_the_same_for_any_number_of_answers(district, personas, signed_in):
    more = tuple(OrganisationFactory(code=f"X{number}", kind="handling_unit", area=district.area) for number in range(2))
    rows = [answered(district, personas), assigned(district, personas, more=more)]
    for handling in rows[1].handlings.order_by("pk"):
        answer(handling)
    client = signed_in(personas.deputy)
    counts = []
    for row in rows:
        with CaptureQueriesContext(connection) as made:
            assert client.get(f"/suggestions/{row.code}/evaluate/").status_code == 200
        counts.append(len(made))
    assert counts[0] == counts[1] <= 15
