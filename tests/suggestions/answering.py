"""Suggestions brought to the point where the deputies have something to judge."""

from __future__ import annotations

from typing import Any

from congress.enums import Role
from congress.models import Organisation, User
from deputies.models import Mandate
from suggestions.enums import HandlingRole, Outcome, Publicity
from suggestions.models import Handling, Reply, ReplyClass, Suggestion
from suggestions.services import assigning, examining, proposing, replying, units
from tests.factories import DeputyFactory, District, MandateFactory, Personas, RoleGrantFactory, UserFactory
from tests.suggestions import playing

TITLE = "关于修复上岭村道的建议"


def seat_of(personas: Personas) -> Mandate:
    return Mandate.objects.get(deputy__user=personas.deputy)


def another_deputy(district: District, name: str = "代表韦") -> User:
    """One of town2, in the same congress, with an account."""
    user = UserFactory(name=name)
    RoleGrantFactory(user=user, role=Role.DEPUTY, organisation=district.town2_office)
    MandateFactory(deputy=DeputyFactory(name=name, user=user), term=district.term, area=district.town2)
    return user


def assigned(
    district: District, personas: Personas, *, cosigners: tuple[User, ...] = (), more: tuple[Organisation, ...] = (), **fields: Any
):
    """An assigned suggestion of the deputy, signed along by ``cosigners``; with ``more`` units each answers by itself."""
    row = proposing.draft(
        actor=personas.deputy,
        proposer=seat_of(personas),
        **{"title": TITLE, "basis": "村道破损。", "request": "由交通部门修复。", **fields},
    )
    for user in cosigners:
        cosigner = proposing.ask_cosigner(actor=personas.deputy, suggestion=row, mandate=user.deputy.mandates.get())
        proposing.answer_cosigning(actor=user, cosigner=cosigner, agrees=True)
    proposing.submit(actor=personas.deputy, suggestion=row)
    row = examining.examine(actor=personas.office, suggestion=row, outcome=Outcome.ACCEPT)
    role = HandlingRole.SEPARATE if more else HandlingRole.LEAD
    return assigning.assign(actor=personas.dispatcher, suggestion=row, units=dict.fromkeys((district.unit, *more), role))


def answer(handling: Handling, *promises: replying.Promise, **fields: Any) -> Reply:
    """The unit's next reply, signed for where it was not yet."""
    actor = User.objects.in_role(Role.HANDLING_UNIT, organisation=handling.unit).first()
    if actor is None:
        actor = UserFactory(name=f"{handling.unit}经办人")
        RoleGrantFactory(user=actor, role=Role.HANDLING_UNIT, organisation=handling.unit)
    handling = units.sign_for(actor=actor, handling=handling)
    values = {
        "text": "已列入年度计划。",
        "reply_class": ReplyClass.objects.filter(code="A").order_by("pk")[0],
        "publicity": Publicity.FULL,
        **fields,
    }
    reply = replying.draft(actor=actor, handling=handling, **values)
    return playing.signed(reply, actor=actor, promises=promises)


def answered(
    district: District, personas: Personas, *promises: replying.Promise, cosigners: tuple[User, ...] = (), **fields: Any
) -> Suggestion:
    row = assigned(district, personas, cosigners=cosigners, **fields)
    answer(row.handlings.get(), *promises)
    row.refresh_from_db()
    return row
