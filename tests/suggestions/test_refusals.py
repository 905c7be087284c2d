"""Every step that the tables of states do not know, asked of each service: refused with its sentence, and nothing written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps

from congress.errors import DomainError
from congress.models import Notification, User
from suggestions.enums import CommitmentState, Grade, HandlingRole, HandlingState, Outcome, Publicity, ReplyState, SuggestionState
from suggestions.models import Commitment, Ground, Handling, Reply, ReplyClass, Suggestion
from suggestions.services import assigning, evaluating, examining, proposing, replying, requests, supervising, units
from tests.factories import OrganisationFactory
from tests.suggestions import playing

S, H, C = SuggestionState, HandlingState, CommitmentState

# The states' names as people read them.
NAMES = {
    S.DRAFT: "起草", S.SUBMITTED: "待审查", S.RETURNED: "退回修改", S.AS_LETTER: "作来信转办", S.ACCEPTED: "待交办", S.ASSIGNED: "已交办",
    S.IN_HAND: "办理中", S.REPLIED: "已答复", S.REHANDLING: "重新办理", S.CONVENED: "代工委召集研究", S.CLOSED: "办结", S.WITHDRAWN: "撤回",
}  # fmt: skip
PARTS = {
    H.ASSIGNED: "待签收",
    H.IN_HAND: "办理中",
    H.RETURN_ASKED: "申请退回",
    H.RETURNED: "已退回",
    H.DONE: "已答复",
    H.ENDED: "终止办理",
}
_MOVE = "该建议现为“{now}”，不能转为“{to}”。"
FROZEN = set(S) - {S.DRAFT, S.RETURNED}
NEVER_ASSIGNED = {S.DRAFT, S.SUBMITTED, S.RETURNED, S.AS_LETTER, S.WITHDRAWN}

# Service → the sentence, and the states in which it is read. In all others the step is taken, or it was taken already.
OF_SUGGESTION: dict[str, tuple[str, set[SuggestionState]]] = {
    "save": ("该建议现为“{now}”，文本已不能修改。", FROZEN),
    "submit": ("该建议现为“{now}”，不能再次提交。", FROZEN - {S.SUBMITTED}),
    "accept": (_MOVE.replace("{to}", "待交办"), set(S) - {S.SUBMITTED, S.ACCEPTED}),
    "improve": (_MOVE.replace("{to}", "退回修改"), set(S) - {S.SUBMITTED, S.RETURNED}),
    "letter": (_MOVE.replace("{to}", "作来信转办"), set(S) - {S.SUBMITTED, S.AS_LETTER}),
    "withdraw": (_MOVE.replace("{to}", "撤回"), {S.AS_LETTER, S.REPLIED, S.REHANDLING, S.CONVENED, S.CLOSED}),
    "merge": ("《关于修复上岭村道的建议》现为“{now}”，不能并案。", set(S) - {S.ACCEPTED, S.ASSIGNED, S.IN_HAND}),
    "assign": (_MOVE.replace("{to}", "已交办"), NEVER_ASSIGNED),
    "add_unit": ("该建议现为“{now}”，不能增加承办单位。", set(S) - {S.ASSIGNED, S.IN_HAND}),
    "rehandle": (_MOVE.replace("{to}", "重新办理"), set(S) - {S.REPLIED, S.CONVENED, S.REHANDLING}),
    "close": (_MOVE.replace("{to}", "办结"), set(S) - {S.REPLIED, S.CONVENED, S.CLOSED}),
    "choose": ("该建议现为“{now}”，不能确定为重点督办。", {S.DRAFT, S.SUBMITTED, S.RETURNED, S.AS_LETTER, S.CLOSED, S.WITHDRAWN}),
}
_PART = "榕江区交通运输局的{role}现为“{now}”，不能转为“{to}”。"
OF_PART: dict[str, tuple[str, set[HandlingState]]] = {
    "sign_for": ("该件现为“{now}”，不能签收。", {H.RETURN_ASKED, H.RETURNED, H.DONE, H.ENDED}),
    "ask_return": (_PART.replace("{role}", "主办").replace("{to}", "申请退回"), {H.RETURN_ASKED, H.RETURNED, H.DONE, H.ENDED}),
    "claim": ("该件现为“{now}”，不用再认领。", {H.RETURNED, H.DONE, H.ENDED}),
    "consult": ("该件现为“{now}”，不用再登记沟通情况。", {H.RETURNED, H.ENDED}),
    "write": ("该件现为“{now}”，请先签收再起草答复。", set(H) - {H.IN_HAND}),
    "send": (_PART.replace("{role}", "主办").replace("{to}", "已答复"), set(H) - {H.IN_HAND}),
    "give_opinion": (_PART.replace("{role}", "协办").replace("{to}", "已答复"), set(H) - {H.IN_HAND}),
}
OF_PROMISE: dict[str, dict[CommitmentState, str]] = {
    "report": {C.KEPT: "该承诺事项现为“已落实”，不能转为“待评价”。"},
    "call_kept": {
        C.OPEN: "该承诺事项现为“落实中”，不能转为“已落实”。",
        C.NOT_KEPT: "该承诺事项现为“未落实”，不能转为“已落实”。",
    },
    "call_not_kept": {
        C.OPEN: "该承诺事项现为“落实中”，不能转为“未落实”。",
        C.KEPT: "该承诺事项现为“已落实”，不能转为“未落实”。",
    },
}


# ---- one matter, and each service as its right person calls it


@dataclass(frozen=True)
class Matter:
    suggestion: Suggestion
    part: Handling
    other: Suggestion
    people: dict[str, User]
    services: dict[str, Callable[[], Any]]


@pytest.fixture
def matter(personas, district) -> Matter:
    part = playing.in_hand(personas, district)
    suggestion = part.suggestion
    other = playing.accepted(personas, title="关于修复下岭村道的建议")
    agri = OrganisationFactory(code="NYJ", name="榕江区农业农村局", kind="handling_unit", area=district.area)
    ground = Ground.objects.order_by("position")[0]
    given = {"suggestion": suggestion}
    deputy, office, leader, unit = personas.deputy, personas.office, personas.leader, personas.unit
    today = playing.days_from_now(0)

    def now() -> Suggestion:
        return Suggestion.objects.get(pk=suggestion.pk)

    services: dict[str, Callable[[], Any]] = {
        "save": lambda: proposing.save(actor=deputy, suggestion=now(), version=now().version, basis="另有两处塌方。"),
        "submit": lambda: proposing.submit(actor=deputy, **given),
        "accept": lambda: examining.examine(actor=office, outcome=Outcome.ACCEPT, **given),
        "improve": lambda: examining.examine(actor=office, outcome=Outcome.IMPROVE, explanation="请补充。", **given),
        "letter": lambda: examining.examine(actor=office, outcome=Outcome.LETTER, grounds=[ground], explanation="是来信。", **given),
        "withdraw": lambda: proposing.withdraw(actor=deputy, reason="已经解决。", **given),
        "merge": lambda: examining.merge(actor=office, into=other, **given),
        "assign": lambda: assigning.assign(actor=office, units={agri: HandlingRole.LEAD}, **given),
        "add_unit": lambda: assigning.add_unit(actor=office, unit=agri, role=HandlingRole.SUPPORT, **given),
        "rehandle": lambda: evaluating.rehandle(actor=office, handlings=[Handling.objects.get(pk=part.pk)], text="请重新办理。", **given),
        "close": lambda: evaluating.close(actor=office, text="予以办结。", **given),
        "choose": lambda: supervising.choose(
            actor=office, year=today.year, meeting="第五十二次主任会议", decided_on=today, leader=leader, **given
        ),
        "sign_for": lambda: units.sign_for(actor=unit, handling=part),
        "ask_return": lambda: requests.ask_return(actor=unit, handling=part, reason="不属职责。"),
        "claim": lambda: units.claim(actor=unit, handling=part),
        "consult": lambda: units.consult(actor=unit, handling=part, deputy=deputy.deputy, on=today, way="电话", text="已与代表沟通。"),
        "write": lambda: replying.draft(actor=unit, handling=part, text="已列入计划。"),
        "give_opinion": lambda: units.give_opinion(actor=unit, handling=part, text="无不同意见。"),
    }
    return Matter(suggestion, part, other, personas.all(), services)


def everything() -> dict[str, list[Any]]:
    """Every row of the suggestions' tables, and of the trail and the notices."""
    models = [model for model in apps.get_app_config("suggestions").get_models() if model._meta.label_lower != "suggestions.gramcount"]
    models += [apps.get_model("congress.AuditEntry"), Notification]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in models}


def refused(call: Callable[[], Any], sentence: str) -> None:
    before = everything()
    with pytest.raises(DomainError, match=f"^{re.escape(sentence)}$"):
        call()
    assert everything() == before


@pytest.mark.parametrize("service", OF_SUGGESTION)
def test_a_suggestions_states(matter, service):
    sentence, states = OF_SUGGESTION[service]
    for state in sorted(states):
        given = {"assigned_on": None} if service == "assign" else {}
        Suggestion.objects.filter(pk=matter.suggestion.pk).update(state=state, **given)
        if service == "rehandle":
            Handling.objects.filter(pk=matter.part.pk).update(state=H.DONE)
        refused(matter.services[service], sentence.format(now=NAMES[state]))


@pytest.mark.parametrize("state", sorted(set(S) - NEVER_ASSIGNED - {S.ACCEPTED}))
def test_whoever_assigns_it_again_reads_who_did(matter, state):
    Suggestion.objects.filter(pk=matter.suggestion.pk).update(state=state)
    refused(matter.services["assign"], "该建议已由督查罗交榕江区交通运输局办理，请刷新后查看。")


@pytest.mark.parametrize("service", [name for name in OF_PART if name != "send"])
def test_a_parts_states(matter, service):
    sentence, states = OF_PART[service]
    role = HandlingRole.SUPPORT if service == "give_opinion" else HandlingRole.LEAD
    for state in sorted(states):
        Handling.objects.filter(pk=matter.part.pk).update(state=state, role=role)
        refused(matter.services[service], sentence.format(now=PARTS[state]))


def written(matter: Matter, **fields: Any) -> Reply:
    given = {"text": "已列入计划。", "reply_class": ReplyClass.objects.order_by("pk")[0], "publicity": Publicity.FULL, **fields}
    return replying.draft(actor=matter.people["unit"], handling=matter.part, **given)


def test_an_answer_is_sent_by_who_has_it_in_hand(matter):
    reply = replying.ask_signature(actor=matter.people["unit"], reply=written(matter))
    sentence, states = OF_PART["send"]
    for state in sorted(states):
        Handling.objects.filter(pk=matter.part.pk).update(state=state)
        refused(lambda: replying.send(actor=matter.people["unit"], reply=reply, signer="梁局长"), sentence.format(now=PARTS[state]))


def test_an_answers_own_states(matter, personas):
    unit, reply = matter.people["unit"], written(matter)
    seat = playing.seat_of(personas.deputy)
    judge = {"actor": personas.deputy, "reply": reply, "mandate": seat, "attitude": Grade.SATISFIED, "result": Grade.SATISFIED}
    for state in (ReplyState.DRAFT, ReplyState.REVIEW):
        Reply.objects.update(state=state)
        refused(lambda: evaluating.evaluate(**judge), "答复还没有发出，不能评价。")
    Reply.objects.update(state=ReplyState.DRAFT)
    playing.signed(reply, actor=unit)
    refused(lambda: replying.ask_signature(actor=unit, reply=reply), "答复已经发出。")
    Handling.objects.update(state=H.IN_HAND)
    refused(lambda: written(matter, text="另写一份。"), "答复已经发出，不能再改。")


@pytest.mark.parametrize("service", OF_PROMISE)
def test_a_promises_states(matter, personas, service):
    due = playing.days_from_now(200)
    playing.signed(written(matter), actor=matter.people["unit"], promises=[replying.Promise("修复村道", due)])
    promise = Commitment.objects.get()
    judge = {"actor": personas.deputy, "commitment": promise}
    calls = {
        "report": lambda: evaluating.report_commitment(actor=matter.people["unit"], commitment=promise, progress="已修好。"),
        "call_kept": lambda: evaluating.judge_commitment(grade=Grade.SATISFIED, **judge),
        "call_not_kept": lambda: evaluating.judge_commitment(grade=Grade.NOT_SATISFIED, comment="还差路灯。", **judge),
    }
    for state, sentence in OF_PROMISE[service].items():
        Commitment.objects.update(state=state, grade="", reported_on=playing.days_from_now(0))
        refused(calls[service], sentence)


def test_a_decided_request_is_not_decided_otherwise(matter):
    unit, office = matter.people["unit"], matter.people["office"]
    longer = requests.ask_extension(actor=unit, handling=matter.part, months=1, reason="涉及面广。")
    requests.decide_extension(actor=office, request=longer, grants=True)
    refused(
        lambda: requests.decide_extension(actor=office, request=longer, grants=False, note="不行。"), "这项申请已由韦工委审定为“同意”。"
    )
    back = requests.ask_return(actor=unit, handling=matter.part, reason="不属职责。")
    requests.decide_return(actor=office, request=back, grants=False, note="请办理。")
    refused(lambda: requests.decide_return(actor=office, request=back, grants=True), "这项申请已由韦工委审定为“不同意”。")


def test_an_extension_wants_a_limit_that_runs(matter):
    matter.part.clocks.all().delete()
    refused(
        lambda: requests.ask_extension(actor=matter.people["unit"], handling=matter.part, months=1, reason="涉及面广。"),
        "现在没有正在计算的答复期限，不需要延期。",
    )
