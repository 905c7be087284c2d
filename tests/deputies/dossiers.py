"""How tests fill a deputy's dossier: contacts, honours, other deputies of her level, and figures of floors not built here."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Mapping
from decimal import Decimal

from congress import figures
from congress.enums import CongressLevel
from congress.figures import Figure
from congress.models import Term
from deputies.models import Deputy, Honour, PointRule, VoterContact
from tests.deputies.contacts import moment
from tests.factories import AreaFactory, CongressFactory, DeputyFactory, District, MandateFactory, TermFactory, UserFactory

_numbers = itertools.count(1)


def meet(deputy: Deputy, district: District, count: int, year: int = 2025, month: int = 3, text: str = "村口的路灯坏了三盏。") -> None:
    """Voter contacts of the deputy, written as rows: what recording them takes is tested elsewhere."""
    author = UserFactory(username="dossier-author")
    for _ in range(count):
        number = next(_numbers)
        made = VoterContact.objects.create(
            key=f"dossier-{number}",
            code=f"LX{year}-8{number:05d}",
            channel="visit",
            at=moment(year, month, number % 27 + 1),
            area=district.town1,
            place="榕树下",
            people=2,
            text=text,
            author=author,
        )
        made.deputies.add(deputy)


def honour(deputy: Deputy, name: str = "优秀人大代表", on: datetime.date = datetime.date(2025, 12, 18)) -> Honour:
    return Honour.objects.create(deputy=deputy, name=name, level="区级", awarded_by="榕江区人大常委会", on=on)


def town_term(district: District) -> Term:
    """The term of 东岭镇's own congress."""
    congress = CongressFactory(area=district.town1, level=CongressLevel.TOWN, name="东岭镇人民代表大会", short_name="东岭镇人大")
    return TermFactory(congress=congress, number=12)


def city_term() -> Term:
    area = AreaFactory(code="469900", name="榕城市", kind="city")
    congress = CongressFactory(area=area, level=CongressLevel.CITY, name="榕城市人民代表大会", short_name="榕城市人大")
    return TermFactory(congress=congress, number=6)


def colleagues(district: District, count: int, term: Term | None = None) -> list[Deputy]:
    """Others in office at the level of the term, the district's by default."""
    return [MandateFactory(deputy=DeputyFactory(), term=term or district.term, area=district.town2).deputy for _ in range(count)]


def rule(figure: str, needed: str, base: str, extra: str, cap: str, level: str = "", argument: str = "", **fields: object) -> PointRule:
    given = {"label": figure, "position": next(_numbers), **fields}
    numbers = {"needed": Decimal(needed), "base": Decimal(base), "per_extra": Decimal(extra), "cap": Decimal(cap)}
    return PointRule.objects.create(figure=figure, argument=argument, level=level, **numbers, **given)


def counting(monkeypatch, key: str, values: Mapping[int, object], unit: str = "次", subject: str = "deputy") -> None:
    """A figure as a floor above would register it, for one test."""
    found = {pk: Decimal(str(value)) for pk, value in values.items()}
    figure = Figure(key, key, unit, subject, lambda ids, period, argument: found, lambda code, period, argument: f"/{key}/{argument}")
    monkeypatch.setitem(figures._figures, key, figure)
