"""Following one matter a voter raised, step by step, to what came of it.

代表不直接处理问题 (代表法 art. 31): a deputy records it, passes it on through the town or the office, and tells the voter.
Towns, the office and units take it in hand and answer. Every step leaves an ``OpinionStep``; ``_move`` alone sets a state.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone

from congress import codes
from congress.access import may
from congress.enums import OrganisationKind, Role
from congress.errors import Conflict, DomainError
from congress.models import Area, Organisation, User
from congress.services import audit
from congress.services.notices import notify
from deputies.enums import OPINION_TRANSITIONS, OpinionState, Urgency, Way
from deputies.models import Deputy, Opinion, OpinionCategory, OpinionStep, VoterContact
from deputies.services import contacts

# Deputies pass matters on to these, and a unit gives back to them what is not its own.
THROUGH = (OrganisationKind.PRESIDIUM, OrganisationKind.BRANCH_OFFICE, OrganisationKind.DEPUTIES_OFFICE)
RESPONSIBLE = (*THROUGH, OrganisationKind.DISPATCHER, OrganisationKind.HANDLING_UNIT)
_STAFF = (Role.HANDLING_UNIT, Role.TOWN_OFFICE, Role.DISPATCHER, Role.OFFICE)
_CHANGED = "这件意见刚才已由他人办理到下一步。您填写的内容还在本页，请刷新后对照再办。"


def record(
    *,
    actor: User,
    text: str,
    way: str,
    contact: VoterContact | None = None,
    deputies: Sequence[Deputy] = (),
    area: Area | None = None,
    category: OpinionCategory | None = None,
    place: str = "",
    urgency: str = Urgency.ORDINARY,
    result: str = "",
    responsible: Organisation | None = None,
    due_on: datetime.date | None = None,
) -> Opinion:
    """Makes a voter's words a matter to follow. The same words of the same contact again give the opinion that is there.

    From a contact it takes the contact's deputies and place, and the contact awaits it no more; alone (heard at a forum, come
    by letter) it needs both, and the same words by the same person on one day count as the same. A matter answered on the spot needs its result and is answered at once; any other is passed
    on at once when ``responsible`` is given, else it waits for the town's staff.

    Raises PermissionDenied for somebody else's contact or deputies, and DomainError for what is missing, or for a deputy who
    holds no mandate today where there is no contact that tells when she was told.
    """
    text, result = text.strip(), result.strip()
    deputies = list(contact.deputies.all()) if contact is not None else list(dict.fromkeys(deputies))
    area = contact.area if contact is not None and area is None else area
    _may_record(actor, contact, deputies)
    if not deputies:
        raise DomainError("请选择反映意见的代表，至少一名。")
    if area is None:
        raise DomainError("请选择意见所在的镇（街道）或者村（社区）。")
    if not text:
        raise DomainError("请写明选民反映了什么。")
    if way == Way.ON_THE_SPOT and not result:
        raise DomainError("当场答复的，请写明是怎么答复的。")
    if contact is None:
        _refuse_without_mandate(deputies)
    if found := _known(actor, contact, text):
        return found

    def write(code: str) -> Opinion:
        _one_at_a_time(actor, contact)
        if found := _known(actor, contact, text):
            return found
        opinion = Opinion.objects.create(
            code=code,
            contact=contact,
            text=text,
            category=category,
            area=area,
            place=place.strip(),
            urgency=Urgency(urgency),
            way=Way(way),
            created_by=actor,
        )
        opinion.deputies.set(deputies)
        if contact is not None:
            VoterContact.objects.filter(pk=contact.pk, awaits_opinion=True).update(awaits_opinion=False)
        OpinionStep.objects.create(opinion=opinion, state=OpinionState.RECORDED, way=opinion.way, text=text, actor=actor)
        audit.record(actor, "deputies.record_opinion", opinion, changes={"way": [None, opinion.way]}, ref=code)
        if way == Way.ON_THE_SPOT:
            return answer(actor=actor, opinion=opinion, version=0, result=result)
        if responsible is not None:
            return pass_on(actor=actor, opinion=opinion, version=0, way=way, responsible=responsible, due_on=due_on)
        _tell(opinion, _town_staff(area), actor, f"选民意见待转办：{opinion.title}")
        return opinion

    return codes.with_code(Opinion, f"YJ{timezone.localdate().year}-", write)


@transaction.atomic
def pass_on(
    *, actor: User, opinion: Opinion, version: int, way: str, responsible: Organisation, due_on: datetime.date | None = None, note: str = ""
) -> Opinion:
    """Gives it to who is to see to it, by ``due_on`` where one was set. The same again is a no-op.

    The town's staff and the office choose any unit; deputies, and units that give a matter back, only a town or the office.
    Raises PermissionDenied, Conflict, and DomainError for another way, a day that is past, or a step the table does not know.
    """
    _require(actor, "deputies.pass_on_opinion", opinion)
    opinion = _locked(opinion)
    if way not in Way.values or way == Way.ON_THE_SPOT:
        raise DomainError("请选择意见转到哪里。")
    if (opinion.state, opinion.way, opinion.responsible_id, opinion.due_on) == (OpinionState.PASSED_ON, way, responsible.pk, due_on):
        return opinion
    if not may_pass_on_now(actor, opinion):
        raise DomainError(f"这件意见正由{_short(opinion.responsible)}办理。如需改转，请联系所在镇（街道）人大。")
    if not responsible.is_active or responsible.kind not in RESPONSIBLE:
        raise DomainError(f"“{responsible}”不能承办选民意见，请另选单位。")
    if responsible.kind not in THROUGH and not may(actor, "deputies.direct_opinion", opinion):
        raise DomainError("代表不直接处理问题，请先转给所在镇（街道）人大或者代表工委，由其交有关单位办理。")
    if due_on is not None and due_on < timezone.localdate():
        raise DomainError(f"答复期限{due_on.year}年{due_on.month}月{due_on.day}日已经过去，请另定日期。")
    opinion = _move(
        actor, "deputies.pass_on_opinion", opinion, version, OpinionState.PASSED_ON, note, way=way, responsible=responsible, due_on=due_on
    )
    _tell(opinion, _people_of(responsible), actor, f"选民意见转来办理：{opinion.title}")
    _tell(opinion, _deputies_of(opinion), actor, f"您反映的意见已转{_short(responsible)}：{opinion.title}")
    return opinion


@transaction.atomic
def take_in_hand(*, actor: User, opinion: Opinion, version: int, note: str = "") -> Opinion:
    """The organisation it was given to begins to see to it. A second call is a no-op. Raises PermissionDenied, Conflict, DomainError."""
    _require(actor, "deputies.take_opinion_in_hand", opinion)
    opinion = _locked(opinion)
    if opinion.state == OpinionState.IN_HAND:
        return opinion
    opinion = _move(actor, "deputies.take_opinion_in_hand", opinion, version, OpinionState.IN_HAND, note)
    _tell(opinion, _deputies_of(opinion), actor, f"{_short(opinion.responsible)}正在办理：{opinion.title}")
    return opinion


@transaction.atomic
def answer(*, actor: User, opinion: Opinion, version: int, result: str) -> Opinion:
    """What came of it, by who has it in hand, or entered by the office for a unit without an account. The same result again is a no-op.

    Deputies and town staff answer only what was answered on the spot. Raises PermissionDenied, Conflict, and DomainError
    without a result or before anybody is responsible.
    """
    opinion, result = _locked(opinion), result.strip()
    on_the_spot = opinion.way == Way.ON_THE_SPOT and opinion.state == OpinionState.RECORDED
    _require(actor, "deputies.answer_on_the_spot" if on_the_spot else "deputies.answer_opinion", opinion)
    if not result:
        raise DomainError("请写明办理的结果。")
    if opinion.state == OpinionState.ANSWERED and opinion.result == result:
        return opinion
    if opinion.responsible_id is None and not on_the_spot:
        raise DomainError("这件意见还没有转给承办单位，请先转办，再答复。")
    opinion = _move(actor, "deputies.answer_opinion", opinion, version, OpinionState.ANSWERED, result, result=result)
    _tell(opinion, _deputies_of(opinion), actor, f"您反映的意见已有答复，请告知选民：{opinion.title}")
    return opinion


@transaction.atomic
def answer_from_above(*, actor: audit.Actor, opinion: Opinion, result: str) -> Opinion:
    """What came of the suggestion that it became. Answers it unless somebody has it in hand in another way.

    The higher floor has asked for permission in its own matter. An opinion that a unit sees to, or that has an answer, stays as
    it is: a second call is a no-op. One that was passed on and not yet taken in hand is answered, and the unit told. Its
    deputies are asked to tell the voter.
    """
    opinion = _locked(opinion)
    is_seen_to = opinion.way != Way.SUGGESTION and opinion.state in (OpinionState.IN_HAND, OpinionState.REOPENED)
    if is_seen_to or opinion.state in (OpinionState.ANSWERED, OpinionState.CLOSED):
        return opinion
    opinion = _move(
        actor, "deputies.answer_opinion", opinion, opinion.version, OpinionState.ANSWERED, result.strip(), result=result.strip()
    )
    _tell(opinion, _people_of(opinion.responsible), actor, f"转给本单位的选民意见已由代表建议办理，不用再答复：{opinion.title}")
    _tell(opinion, _deputies_of(opinion), actor, f"您反映的意见已有答复，请告知选民：{opinion.title}")
    return opinion


@transaction.atomic
def tell_voter(*, actor: User, opinion: Opinion, version: int, on: datetime.date) -> Opinion:
    """Keeps the day the voter was told the result. The same day again is a no-op.

    Raises PermissionDenied, Conflict, and DomainError before there is an answer, or for a day to come or before the matter
    was recorded.
    """
    _require(actor, "deputies.follow_opinion", opinion)
    opinion = _locked(opinion)
    if opinion.told_on == on:
        return opinion
    if opinion.state != OpinionState.ANSWERED:
        raise DomainError(f"这件意见现为“{opinion.get_state_display()}”，有了答复才能告知选民。")
    if on > timezone.localdate():
        raise DomainError("告知选民的日期还没有到，请改正。")
    if on < timezone.localdate(opinion.created_at):
        raise DomainError("告知选民的日期早于登记日期，请改正。")
    _write(actor, opinion, version, f"已于{on.year}年{on.month}月{on.day}日告知选民。", told_on=on)
    audit.record(actor, "deputies.tell_voter", opinion, changes={"told_on": [None, str(on)]})
    return _locked(opinion)


@transaction.atomic
def close(*, actor: User, opinion: Opinion, version: int, is_settled: bool | None) -> Opinion:
    """Ends it with what the voter says: settled, not settled, or nothing (None). The same again is a no-op.

    Raises PermissionDenied, Conflict, and DomainError before the voter was told.
    """
    _require(actor, "deputies.follow_opinion", opinion)
    opinion = _locked(opinion)
    if opinion.state == OpinionState.CLOSED and opinion.is_settled is is_settled:
        return opinion
    if opinion.state == OpinionState.ANSWERED and opinion.told_on is None:
        raise DomainError("还没有告知选民结果。请先告知选民，再办结。")
    said = {True: "选民认为已解决。", False: "选民认为没有解决。", None: "选民没有表示意见。"}[is_settled]
    opinion = _move(actor, "deputies.close_opinion", opinion, version, OpinionState.CLOSED, said, is_settled=is_settled)
    _tell(opinion, [*_people_of(opinion.responsible), *_deputies_of(opinion)], actor, f"选民意见已办结，{said}{opinion.title}")
    return opinion


@transaction.atomic
def reopen(*, actor: User, opinion: Opinion, version: int, reason: str, due_on: datetime.date | None = None) -> Opinion:
    """Sends it back to who had it in hand. The earlier result stays in the thread. The second call is a no-op.

    Raises PermissionDenied, Conflict, and DomainError without a reason, for a day that is past, or before there was an answer.
    """
    _require(actor, "deputies.follow_opinion", opinion)
    opinion, reason = _locked(opinion), reason.strip()
    if opinion.state == OpinionState.REOPENED:
        return opinion
    if not reason:
        raise DomainError("请写明为什么重新办理。")
    if due_on is not None and due_on < timezone.localdate():
        raise DomainError(f"答复期限{due_on.year}年{due_on.month}月{due_on.day}日已经过去，请另定日期。")
    opinion = _move(
        actor,
        "deputies.reopen_opinion",
        opinion,
        version,
        OpinionState.REOPENED,
        reason,
        result="",
        told_on=None,
        is_settled=None,
        due_on=due_on,
    )
    responsible = _people_of(opinion.responsible) if opinion.responsible_id else _town_staff(opinion.area)
    _tell(opinion, responsible, actor, f"选民意见需要重新办理：{opinion.title}")
    _tell(opinion, _deputies_of(opinion), actor, f"您反映的意见重新办理：{opinion.title}")
    return opinion


def may_pass_on_now(actor: User, opinion: Opinion) -> bool:
    """Deputies do not take away what somebody has in hand; who has it may give it back, and who directs it may move it."""
    waits = opinion.state in (OpinionState.RECORDED, OpinionState.REOPENED)
    return waits or may(actor, "deputies.direct_opinion", opinion) or may(actor, "deputies.take_opinion_in_hand", opinion)


def _may_record(actor: User, contact: VoterContact | None, deputies: Sequence[Deputy]) -> None:
    if contact is not None:
        _require(actor, "deputies.record_opinion", contact)
    elif not any(may(actor, "deputies.record_contact_for", deputy) for deputy in deputies):
        raise PermissionDenied


def _refuse_without_mandate(deputies: Sequence[Deputy]) -> None:
    prefetch_related_objects(deputies, contacts.mandates())
    for deputy in deputies:
        if not contacts.mandates_on(deputy, timezone.localdate()):
            raise DomainError(f"{deputy.name}现在没有在任的代表资格，不能登记新的意见。请另选代表。")


def _one_at_a_time(actor: User, contact: VoterContact | None) -> None:
    """Two at one moment wait for each other, so that the second finds what the first wrote."""
    rows: QuerySet[Any] = VoterContact.objects.filter(pk=contact.pk) if contact is not None else User.objects.filter(pk=actor.pk)
    rows.select_for_update().values_list("pk").first()


def _known(actor: User, contact: VoterContact | None, text: str) -> Opinion | None:
    same = Opinion.objects.filter(contact=contact, text=text)
    if contact is None:
        since = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        same = same.filter(created_by=actor, created_at__gte=since)
    return same.first()


def _require(actor: User, permission: str, record: Any) -> None:
    if not may(actor, permission, record):
        raise PermissionDenied


def _locked(opinion: Opinion) -> Opinion:
    """The opinion as it is now, locked to the end of the transaction, with its area and responsible."""
    return Opinion.objects.select_for_update(of=("self",)).select_related("area", "responsible", "category", "contact").get(pk=opinion.pk)


def _move(actor: audit.Actor, action: str, opinion: Opinion, version: int, state: OpinionState, text: str = "", **fields: Any) -> Opinion:
    """The one setter of ``state``. Raises Conflict for another version, and DomainError for a step the table does not know."""
    before = OpinionState(opinion.state)
    if opinion.version != version:
        raise Conflict(_CHANGED)
    if state not in OPINION_TRANSITIONS[before]:
        raise DomainError(f"这件意见现为“{before.label}”，不能转为“{state.label}”。")
    _write(actor, opinion, version, text, state=state, **fields)
    changes: dict[str, Any] = {"state": [before.value, state.value]}
    if "responsible" in fields:
        changes["responsible"] = [str(opinion.responsible or ""), str(fields["responsible"])]
    audit.record(actor, action, opinion, changes=changes)  # SECURITY: no word of what was said goes into the audit trail
    return _locked(opinion)


def _write(actor: audit.Actor, opinion: Opinion, version: int, text: str, **fields: Any) -> None:
    if not Opinion.objects.filter(pk=opinion.pk, version=version).update(**fields, version=F("version") + 1):
        raise Conflict(_CHANGED)
    OpinionStep.objects.create(
        opinion=opinion,
        state=fields.get("state", opinion.state),
        way=fields.get("way", ""),
        responsible=fields.get("responsible", opinion.responsible),
        text=text.strip(),
        actor=actor if isinstance(actor, User) else None,
    )


def _short(organisation: Organisation | None) -> str:
    return (organisation.short_name or organisation.name) if organisation else "有关单位"


def _people_of(organisation: Organisation | None) -> Iterable[User]:
    return User.objects.in_role(*_STAFF, organisation=organisation) if organisation else ()


def _town_staff(area: Area) -> Iterable[User]:
    """The town offices whose area holds this one."""
    codes_above = [code for code in area.path.split("/") if code]
    return User.objects.filter(
        pk__in=User.objects.in_role(Role.TOWN_OFFICE).values("pk"),
        grants__role=Role.TOWN_OFFICE,
        grants__organisation__area__code__in=codes_above,
    )


def _deputies_of(opinion: Opinion) -> Iterable[User]:
    return User.objects.filter(deputy__in=opinion.deputies.all(), is_active=True)


def _tell(opinion: Opinion, people: Iterable[User], actor: audit.Actor, text: str) -> None:
    url = reverse("deputies:opinion", args=[opinion.code])
    notify([person for person in people if person != actor], text=text[:200], url=url, key=f"opinion-{opinion.code}-{opinion.version}")
