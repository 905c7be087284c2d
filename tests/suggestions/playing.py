"""How tests bring suggestions to where they need them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from congress.models import User
from deputies.models import Mandate
from suggestions.enums import HandlingRole, Outcome, Publicity
from suggestions.models import Handling, Reply, ReplyClass, Suggestion
from suggestions.services import assigning, examining, proposing, replying, units
from tests.factories import DeputyFactory, District, MandateFactory, Personas, RoleGrantFactory, UserFactory


def seat_of(user: User) -> Mandate:
    return Mandate.objects.select_related("deputy", "term__congress", "area").get(deputy__user=user)


def colleague(district: District, username: str = "second", name: str = "代表韦") -> User:
    """Another deputy of the same congress, of town2, with an account."""
    user = UserFactory(username=username, name=name)
    RoleGrantFactory(user=user, role="deputy", organisation=district.town2_office)
    MandateFactory(deputy=DeputyFactory(name=name, user=user), term=district.term, area=district.town2)
    return user


def draft(actor: User, seat: Mandate | None = None, **fields: Any) -> Suggestion:
    given = {"title": "关于修复上岭村道的建议", "basis": "村道破损。", "request": "由交通部门修复。", **fields}
    return proposing.draft(actor=actor, proposer=seat or seat_of(actor), **given)


def submitted(personas: Personas, **fields: Any) -> Suggestion:
    row = draft(personas.deputy, **fields)
    return proposing.submit(actor=personas.deputy, suggestion=row)


def accepted(personas: Personas, **fields: Any) -> Suggestion:
    return examining.examine(actor=personas.office, suggestion=submitted(personas, **fields), outcome=Outcome.ACCEPT)


def assigned(personas: Personas, district: District, **fields: Any) -> Suggestion:
    return assigning.assign(actor=personas.dispatcher, suggestion=accepted(personas, **fields), units={district.unit: HandlingRole.LEAD})


def in_hand(personas: Personas, district: District, **fields: Any) -> Handling:
    row = assigned(personas, district, **fields)
    return units.sign_for(actor=personas.unit, handling=row.handlings.get())


def replied(personas: Personas, district: District, letter: str = "A", **fields: Any) -> Reply:
    handling = in_hand(personas, district, **fields)
    reply = replying.draft(
        actor=personas.unit,
        handling=handling,
        text="已列入年度计划。",
        reply_class=ReplyClass.objects.filter(code=letter).order_by("pk")[0],
        publicity=Publicity.FULL,
    )
    return signed(reply, actor=personas.unit)


def signed(reply: Reply, *, actor: User, signer: str = "梁局长", promises: Iterable[replying.Promise] | None = None) -> Reply:
    """The draft put up for signature and sent."""
    reply = replying.ask_signature(actor=actor, reply=reply)
    return replying.send(actor=actor, reply=reply, signer=signer, promises=promises)


def days_from_now(days: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=days)
