"""What a unit does on a matter's page, and what the office does about its clocks."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from congress.errors import DomainError
from congress.models import Notification
from suggestions.enums import ClockAct, ClockState, Grade, HandlingRole, HandlingState, LimitKind, RequestState, SuggestionState
from suggestions.models import Clock, Handling, Reminder
from suggestions.services import assigning, claiming, evaluating, holding, replacing, replying, requests, units
from tests.suggestions import playing, unitwork

TODAY = timezone.localdate


@pytest.fixture
def part(personas, district) -> Handling:
    return unitwork.assigned(personas, district)


@pytest.fixture
def colleague(district):
    return unitwork.worker(district.unit, "colleague", "交通何")


def act(client, part: Handling, key: str, **data: object):
    return client.post(f"/suggestions/{part.suggestion.code}/do/{key}/", data)


def keys(client, part: Handling) -> list[str]:
    return [action.key for action, _ in client.get(f"/suggestions/{part.suggestion.code}/").context["actions"]]


def test_a_unit_signs_claims_and_hands_over(personas, part, colleague, signed_in, django_capture_on_commit_callbacks):
    client = signed_in(personas.unit)
    assert keys(client, part) == ["sign", "claim", "consult", "ask-return"]
    for _ in range(2):  # a second click is no second signing
        assert act(client, part, "sign").status_code == 302
    part.refresh_from_db()
    assert (part.state, part.signed_by, part.suggestion.state) == (HandlingState.IN_HAND, personas.unit, SuggestionState.IN_HAND)
    assert keys(client, part) == ["reply", "claim", "consult", "ask-extension", "ask-return"]
    assert act(client, part, "claim").status_code == 302
    assert act(signed_in(colleague), part, "claim").status_code == 422
    assert "这件建议已由交通梁认领。" in act(signed_in(colleague), part, "claim").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert act(client, part, "hand-over", to=colleague.pk).status_code == 302
    part.refresh_from_db()
    assert part.claimed_by == colleague
    assert Notification.objects.get(user=colleague).text == "交通梁移交给您办理：关于修复上岭村道的建议"
    assert act(signed_in(colleague), part, "hand-over", to="").status_code == 302
    part.refresh_from_db()
    assert part.claimed_by is None


def test_only_whoever_has_it_hands_it_over_to_somebody_of_the_unit(personas, district, part, colleague):
    claiming.hand_over(actor=colleague, handling=part, to=None)  # nobody has it: so it is
    with pytest.raises(DomainError, match="还没有人认领"):
        claiming.hand_over(actor=colleague, handling=part, to=personas.unit)
    units.claim(actor=personas.unit, handling=part)
    with pytest.raises(DomainError, match="由交通梁经办，请由本人移交"):
        claiming.hand_over(actor=colleague, handling=part, to=None)
    with pytest.raises(DomainError, match="不是榕江区交通运输局的经办人员"):
        claiming.hand_over(actor=personas.unit, handling=part, to=personas.town1)
    with pytest.raises(PermissionDenied):
        claiming.hand_over(actor=personas.office, handling=part, to=personas.unit)
    personas.unit.grants.update(ends_on=TODAY() - datetime.timedelta(days=1))
    assert units.claim(actor=colleague, handling=part).claimed_by == colleague  # whoever had it is gone


def test_others_take_no_step_of_a_unit(personas, district, part, signed_in):
    for key in ("sign", "claim", "hand-over", "consult", "ask-return", "ask-extension", "opinion"):
        assert act(signed_in(personas.office), part, key).status_code == 403, key
        assert act(signed_in(personas.town2), part, key).status_code == 404, key
    stranger = unitwork.worker(unitwork.another_unit(district), "other", "农业覃")
    assert act(signed_in(stranger), part, "sign").status_code == 404


def test_a_presidium_works_on_what_it_was_given(personas, district, signed_in):
    row = unitwork.accepted(personas)
    assigning.assign(actor=personas.dispatcher, suggestion=row, units={district.town2_office: HandlingRole.LEAD})
    part = row.handlings.get()
    assert act(signed_in(personas.town2), part, "sign").status_code == 302
    assert Handling.objects.without_staff().count() == 0


def test_a_return_is_asked_for_with_a_reason_within_the_limit(personas, district, part, signed_in):
    other, client = unitwork.another_unit(district), signed_in(personas.unit)
    refused = act(client, part, "ask-return", reason=" ", proposed_unit="没有这个局")
    assert refused.status_code == 422
    assert "请写明退回的理由。" in refused.content.decode() and "没有叫“没有这个局”的承办单位" in refused.content.decode()
    assert act(client, part, "ask-return", reason="属农业农村部门职责。", proposed_unit="榕江区农业农村局").status_code == 302
    request = part.return_requests.get()
    assert (request.proposed_unit, request.state) == (other, RequestState.ASKED)
    requests.decide_return(actor=personas.office, request=request, grants=False, note="请办理。")
    Clock.objects.filter(kind=LimitKind.RETURN).update(due_on=datetime.date(2026, 1, 5))
    page = client.get(f"/suggestions/{part.suggestion.code}/")
    assert "ask-return" not in [action.key for action, _ in page.context["actions"]] and "期限已过" in page.content.decode()
    late = act(client, part, "ask-return", reason="再申请。")
    assert late.status_code == 422 and "申请退回的期限（2026年1月5日）已过，请按期办理。" in late.content.decode()
    assert "再申请。" in late.content.decode()


def test_an_extension_is_asked_for_and_granted(personas, district, signed_in):
    part = unitwork.in_hand(personas, district)
    client = signed_in(personas.unit)
    assert act(client, part, "ask-extension", months="9", reason="涉及面广。").status_code == 422
    assert act(client, part, "ask-extension", months="2", reason="涉及面广。").status_code == 302
    assert "ask-extension" not in keys(client, part)
    assert "decide-extension" in keys(signed_in(personas.office), part)


def test_a_supporting_unit_gives_its_opinion(personas, district, signed_in):
    other = unitwork.another_unit(district)
    part = unitwork.in_hand(personas, district, supports=(other,))
    helper = unitwork.worker(other, "helper", "农业覃")
    support = part.suggestion.handlings.get(unit=other)
    client = signed_in(helper)
    assert keys(client, support) == ["sign", "claim", "ask-return"]
    assert act(client, support, "sign").status_code == 302
    assert act(client, support, "opinion", text="").status_code == 422
    assert act(client, support, "opinion", text="同意，资金从涉农资金中安排。").status_code == 302
    page = signed_in(personas.unit).get(f"/suggestions/{part.suggestion.code}/").content.decode()
    assert "同意，资金从涉农资金中安排。" in page
    assert "同意，资金从涉农资金中安排。" not in signed_in(personas.deputy).get(f"/suggestions/{part.suggestion.code}/").content.decode()


def test_a_talk_is_recorded_and_confirmed_by_the_deputy(personas, district, part, signed_in):
    client, deputy = signed_in(personas.unit), personas.deputy.deputy
    wrong = act(client, part, "consult", deputy=deputy.pk, on="2026-02-30", way="电话", text="已说明情况。")
    assert wrong.status_code == 422
    page = wrong.content.decode()
    assert "没有2026年2月30日这一天，请核对。" in page and "已说明情况。" in page and 'value="2026-02-30"' in page
    future = act(client, part, "consult", deputy=deputy.pk, on="2099-01-05", way="电话", text="已说明情况。")
    assert "面商日期应在交办之后，且不晚于今天。" in future.content.decode()
    assert act(client, part, "consult", deputy=deputy.pk, on=TODAY().isoformat(), way="上门面商", text="已说明情况。").status_code == 302
    talk = part.consultations.get()
    mine = signed_in(personas.deputy)
    assert "confirm-consultation" in keys(mine, part)
    assert act(client, part, "confirm-consultation", consultation=talk.pk).status_code == 403
    assert act(mine, part, "confirm-consultation", consultation=talk.pk).status_code == 302
    talk.refresh_from_db()
    assert talk.confirmed_at is not None
    assert keys(mine, part) == ["withdraw"]


# ---- the office about the clocks


def test_the_office_holds_a_clock_with_a_reason_and_lets_it_run_on(personas, district, signed_in):
    part = unitwork.in_hand(personas, district)
    clock = units.answer_clock(part)
    client = signed_in(personas.office)
    assert act(client, part, "pause", clock=clock.pk, reason="").status_code == 422
    assert act(signed_in(personas.dispatcher), part, "pause", clock=clock.pk, reason="等材料").status_code == 403
    assert act(client, part, "pause", clock=clock.pk, reason="代表要求补充材料").status_code == 302
    clock.refresh_from_db()
    assert clock.state == ClockState.PAUSED
    page = client.get(f"/suggestions/{part.suggestion.code}/").content.decode()
    assert "变动记录" in page and "暂停：代表要求补充材料（韦工委）" in page
    assert holding.pause(actor=personas.office, clock=clock, reason="再说").events.count() == 2
    assert act(client, part, "resume", clock=clock.pk).status_code == 302
    assert holding.resume(actor=personas.office, clock=clock).state == ClockState.RUNNING
    assert list(clock.events.values_list("act", flat=True)) == [ClockAct.STARTED, ClockAct.PAUSED, ClockAct.RESUMED]


def test_an_answer_given_while_the_clock_was_held_is_in_time(personas, district):
    part = unitwork.in_hand(personas, district)
    clock = holding.pause(actor=personas.office, clock=units.answer_clock(part), reason="等材料")
    unitwork.replied(personas, part)
    clock.refresh_from_db()
    assert (clock.state, clock.stopped_on, clock.stopped_on <= clock.due_on) == (ClockState.STOPPED, TODAY(), True)


def test_urging_from_the_page_tells_unit_and_dispatcher_once_a_day(personas, district, part, signed_in, django_capture_on_commit_callbacks):
    clock = part.clocks.get(kind=LimitKind.ANSWER)
    with django_capture_on_commit_callbacks(execute=True):
        assert act(signed_in(personas.office), part, "urge", clocks=[clock.pk], text="请于本周内答复。").status_code == 302
    told = Notification.objects.filter(text__contains="请于本周内答复。").values_list("user__username", "text")
    assert sorted(told) == [("dispatcher", "抄送催办：请于本周内答复。"), ("unit", "请于本周内答复。")]
    assert act(signed_in(personas.office), part, "urge", clocks=[clock.pk]).status_code == 302
    assert Reminder.objects.count() == 1
    assert act(signed_in(personas.unit), part, "urge", clocks=[clock.pk]).status_code == 403


# ---- a unit that is gone


def test_the_part_of_a_unit_that_is_gone_goes_to_another_one(personas, district, signed_in):
    part = unitwork.in_hand(personas, district)
    other = unitwork.another_unit(district)
    unitwork.worker(other, "other", "农业覃")
    office = signed_in(personas.office)
    with pytest.raises(DomainError, match="仍在办理，不能直接改交"):
        replacing.replace_unit(actor=personas.office, handling=part, unit=other)
    district.unit.is_active = False
    district.unit.save()
    assert "改交其他单位：关于修复上岭村道的建议" in office.get("/").content.decode()
    page = office.get(f"/suggestions/{part.suggestion.code}/").content.decode()
    assert "改交其他单位" in page
    assert act(office, part, "replace-unit", handling=part.pk, unit="榕江区交通运输局").status_code == 422
    assert act(office, part, "replace-unit", handling=part.pk, unit="榕江区农业农村局").status_code == 302
    part.refresh_from_db()
    row = part.suggestion.handlings.get(unit=other)
    assert (part.state, row.state, row.role) == (HandlingState.ENDED, HandlingState.ASSIGNED, HandlingRole.LEAD)
    assert not part.clocks.exclude(state=ClockState.STOPPED).exists()
    assert set(row.clocks.values_list("kind", flat=True)) == {LimitKind.SIGN, LimitKind.RETURN, LimitKind.CONTACT, LimitKind.ANSWER}
    assert replacing.replace_unit(actor=personas.office, handling=part, unit=other) == row
    with pytest.raises(PermissionDenied):
        replacing.replace_unit(actor=personas.unit, handling=part, unit=other)


def test_a_unit_without_an_account_is_told_to_whoever_gave_it_out(personas, district, part, signed_in):
    assert "改交其他单位" not in signed_in(personas.dispatcher).get("/").content.decode()
    personas.unit.grants.update(ends_on=TODAY() - datetime.timedelta(days=1))
    page = signed_in(personas.dispatcher).get("/").content.decode()
    assert "改交其他单位：关于修复上岭村道的建议" in page and "榕江区交通运输局没有在用的经办账号" in page
    assert keys(signed_in(personas.dispatcher), part)[0] == "add-unit"
    assert "replace-unit" in keys(signed_in(personas.dispatcher), part)


def test_in_a_second_round_the_other_unit_answers_again(personas, district):
    part = unitwork.in_hand(personas, district)
    seat = personas.deputy.deputy.mandates.get()
    first = unitwork.replied(personas, part)
    evaluating.evaluate(actor=personas.deputy, reply=first, mandate=seat, attitude="satisfied", result="not_satisfied", text="没有动工。")
    other = unitwork.another_unit(district)
    worker_of_other = unitwork.worker(other, "other", "农业覃")
    district.unit.is_active = False
    district.unit.save()
    part.refresh_from_db()
    row = replacing.replace_unit(actor=personas.dispatcher, handling=part, unit=other)
    assert (row.round, set(row.clocks.values_list("kind", "round"))) == (2, {(LimitKind.SIGN, 2), (LimitKind.REHANDLE, 2)})
    row = units.sign_for(actor=worker_of_other, handling=row)
    reply = replying.draft(actor=worker_of_other, handling=row, text="已动工。", reply_class=unitwork.class_of("B"), publicity="full")
    reply = playing.signed(reply, actor=worker_of_other, signer="覃局长")
    evaluating.evaluate(actor=personas.deputy, reply=reply, mandate=seat, attitude=Grade.SATISFIED, result=Grade.SATISFIED)
    row.suggestion.refresh_from_db()
    assert row.suggestion.state == SuggestionState.CLOSED


def test_the_page_costs_the_same_for_one_unit_and_three(personas, district, signed_in):
    one = unitwork.assigned(personas, district)
    others = tuple(unitwork.another_unit(district, f"N{n}", f"第{n}局") for n in range(3))
    for other in others:
        unitwork.worker(other, other.code.lower(), "经办人")
    four = unitwork.assigned(personas, district, supports=others)
    counts = []
    for row in (one, four):
        for person in (personas.unit, personas.office):
            client = signed_in(person)
            with CaptureQueriesContext(connection) as made:
                client.get(f"/suggestions/{row.suggestion.code}/")
            counts.append(len(made))
    assert counts[:2] == counts[2:]
