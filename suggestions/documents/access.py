"""Who may open what was printed: conditions on ``Document`` rows by their subjects (see ``services.papers``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from congress.documents.registry import NOBODY
from congress.enums import Role
from suggestions.enums import UNIT_ROLES
from suggestions.models import Reply, Suggestion
from suggestions.services.papers import kinds

if TYPE_CHECKING:
    from congress.models import User


def form(user: User) -> Q:
    """A form to whoever sees the suggestion; with a withheld name to those who may know it; a draft's to its authors."""
    if not user.access.roles:
        return NOBODY
    seen = Suggestion.objects.visible_to(user)
    return (
        Q(subject__in=seen.named_to(user).order_by().values("code"))
        | Q(subject__in=_codes(seen, kinds.NAMELESS))
        | Q(subject__in=_codes(Suggestion.objects.proposed_by(user), kinds.DRAFT))
    )


def reply(user: User) -> Q:
    """A sent answer to whoever may read it and know the deputies it is addressed to; a draft to its own unit."""
    if not user.access.roles:
        return NOBODY
    named = Suggestion.objects.visible_to(user).named_to(user).order_by().values("pk")
    sent = Reply.objects.told_to(user).filter(handling__suggestion__in=named)
    found = Q(subject__in=_replies(sent))
    if units := user.access.organisation_ids(*UNIT_ROLES):
        found |= Q(subject__in=_replies(Reply.objects.filter(handling__unit__in=units), kinds.DRAFT))
    return found


def near(user: User) -> Q:
    """Those who proposed it, run it or handle it."""
    if not user.access.roles:
        return NOBODY
    return Q(
        subject__in=_replies(Reply.objects.sent().filter(handling__suggestion__in=Suggestion.objects.near_to(user).order_by().values("pk")))
    )


def supervised(user: User) -> Q:
    """The notice of a key suggestion: the district's staff, and those who see and have to do with it."""
    if user.access.is_district_staff:
        return Q()
    if not user.access.has(Role.TOWN_OFFICE, Role.DISPATCHER, Role.HANDLING_UNIT):
        return NOBODY
    return Q(subject__in=Suggestion.objects.visible_to(user).order_by().values("code"))


def of_congress(user: User) -> Q:
    """Lists, booklets and reports: the district's staff all, a presidium and a dispatcher their own area's, which begins the subject."""
    if user.access.is_district_staff:
        return Q()
    found = NOBODY
    for held in user.access.held:
        if held.role in {Role.TOWN_OFFICE, Role.DISPATCHER}:
            found |= Q(subject__startswith=f"{held.area_code}/")
    return found


def of_unit(user: User) -> Q:
    """Letters to a unit: the staff of the congress, and the unit, whose key stands between strokes."""
    found = of_congress(user)
    for pk in sorted(user.access.organisation_ids(*UNIT_ROLES)):
        found |= Q(subject__contains=f"/{pk}/")
    return found


def _codes(rows: QuerySet[Suggestion], last: str) -> QuerySet[Any]:
    return rows.order_by().annotate(about=Concat("code", Value(f"/{last}"))).values("about")


def _replies(rows: QuerySet[Reply], last: str = "") -> QuerySet[Any]:
    """As ``services.papers.one.subject`` writes them."""
    parts = ["handling__suggestion__code", Value("/"), "handling__unit__code", Value("/"), Cast("round", CharField())]
    return rows.order_by().annotate(about=Concat(*parts, Value(f"/{last}" if last else ""), output_field=CharField())).values("about")
