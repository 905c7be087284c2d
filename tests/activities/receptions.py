"""A town with platforms, fixed days and deputies, on a day whose holidays are published; and how tests draw rotas there."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from activities.models import Rota
from activities.services import rota as rotas
from congress.models import Area, User
from deputies.models import Deputy
from platforms.models import Platform
from tests.factories import DeputyFactory, District, ElectoralDistrictFactory, MandateFactory, Personas, PlatformFactory
from tests.factories.activities import ReceptionScheduleFactory

TODAY = datetime.date(2026, 3, 2)  # a Monday; the year's holidays are published
APRIL = datetime.date(2026, 4, 1)


@dataclass(frozen=True)
class Scene:
    """东岭镇: a centre for the town and a home in 上岭村, both on the 15th; ``mo`` of 上岭村 has the account ``personas.deputy``."""

    centre: Platform
    home: Platform
    mo: Deputy
    deputies: tuple[Deputy, ...]

    @property
    def platforms(self) -> list[Platform]:
        return [self.centre, self.home]


def make_scene(district: District, personas: Personas, deputies: int = 7) -> Scene:
    """``deputies`` more of the town beside ``mo``, all of 下岭村's electoral district."""
    mo = Deputy.objects.get(user=personas.deputy)
    others = make_deputies(district, district.villages[2], deputies)
    centre = PlatformFactory(code="P-C", name="东岭镇人大代表履职活动中心", area=district.town1)
    home = PlatformFactory(code="P-H", name="东岭镇上岭村人大代表之家", area=district.villages[1])
    for platform in (centre, home):
        ReceptionScheduleFactory(platform=platform)
    return Scene(centre, home, mo, tuple(others))


def make_deputies(
    district: District, area: Area, count: int, *, starts_on: datetime.date = datetime.date(2021, 9, 28), prefix: str = "R"
) -> list[Deputy]:
    seat = ElectoralDistrictFactory(term=district.term, area=area)
    people = [DeputyFactory(code=f"{prefix}{number:02d}", name=f"{prefix}代表{number}") for number in range(1, count + 1)]
    for each in people:
        MandateFactory(deputy=each, term=district.term, area=area, electoral_district=seat, starts_on=starts_on)
    return people


def draw(actor: User, platforms: Sequence[Platform], first_month: datetime.date = APRIL, months: int = 3) -> Rota:
    """Asks for a rota and draws it here."""
    rota = rotas.request(actor=actor, first_month=first_month, months=months, platforms=list(platforms))
    rotas.draw(rota.pk)
    rota.refresh_from_db()
    return rota


def turns(rota: Rota) -> dict[tuple[str, datetime.date], list[str]]:
    """By platform's code and day, the deputies' codes."""
    rows = rota.drafts.prefetch_related("turns__deputy", "platform")
    return {(row.platform.code, row.on): [turn.deputy.code for turn in row.turns.all()] for row in rows}


def loads(rota: Rota) -> dict[str, int]:
    found: dict[str, int] = {}
    for codes in turns(rota).values():
        for code in codes:
            found[code] = found.get(code, 0) + 1
    return found


def told(rota: Rota) -> list[str]:
    return [each["text"] for each in rota.unmet]


def fields(**changed: Any) -> dict[str, Any]:
    """A schedule's fields as the service takes them."""
    return {
        "rule": "date", "number": 15, "weekday": None, "shift": "later", "starts_at": datetime.time(9), "ends_at": datetime.time(11, 30),
        "deputies": 2, "notice_days": 3, "is_active": True, **changed,
    }  # fmt: skip
