"""Drawing a year's rota must cost the same per platform, whether for 6 platforms or for 60 in one go."""

from __future__ import annotations

import datetime
import statistics

from django.utils import timezone

from activities.enums import RotaState
from activities.models import ReceptionSchedule
from activities.services import rota
from bench.district import Scene, add_platforms, add_towns, name, scene
from bench.harness import Figures, benchmark, seconds, undone
from congress.models import Area
from congress.workdays import add_months
from deputies.models import Deputy, ElectoralDistrict, Mandate
from platforms.models import Platform

SMALL, LARGE = 6, 60
PER_UNIT = 6  # platforms of one town
DEPUTIES = 40  # of one town
MONTHS = 12


@benchmark("rota: drawing 12 months, per platform, 60 platforms against 6", 1.3)
def drawing() -> Figures:
    where = scene()
    while True:
        small = statistics.median(_per_platform(where, SMALL) for _ in range(3))
        large = _per_platform(where, LARGE)
        print(f"     {large:.3f} s a platform of {LARGE}, {small:.3f} s of {SMALL}", flush=True)
        yield large / small


def _per_platform(where: Scene, count: int) -> float:
    with undone():
        units = add_towns(where, count // PER_UNIT)
        add_platforms(units, count)
        _people(where, units)
        platforms = list(Platform.objects.filter(unit__in=units).select_related("unit"))
        ReceptionSchedule.objects.bulk_create(
            ReceptionSchedule(
                platform=platform,
                number=5 + number % 4 * 6,
                starts_at=datetime.time(9),
                ends_at=datetime.time(11, 30),
            )
            for number, platform in enumerate(platforms)
        )
        first = add_months(timezone.localdate().replace(day=1), 1)[0]
        asked = rota.request(actor=where.office, first_month=first, months=MONTHS, platforms=platforms)
        taken = seconds(lambda: rota.draw(asked.pk))
        asked.refresh_from_db()
        if asked.state != RotaState.READY or asked.drafts.count() != count * MONTHS:
            raise RuntimeError(f"{asked}: {asked.state} {asked.error}")
        return taken / count


def _people(where: Scene, units: list[Area]) -> None:
    """Deputies of each town, half of them elected in its village."""
    villages = {village.parent_id: village for village in Area.objects.filter(parent__in=units)}
    deputies = Deputy.objects.bulk_create(
        (Deputy(code=f"BR{number:06d}", name=name(number)) for number in range(len(units) * DEPUTIES)), batch_size=1000
    )
    seats = ElectoralDistrict.objects.bulk_create(
        ElectoralDistrict(code=f"BR{area.code}", name="第一选区", term=where.district.term, area=area, seats=3)
        for unit in units
        for area in (unit, villages[unit.pk])
    )
    Mandate.objects.bulk_create(
        (
            Mandate(
                deputy=deputy,
                term=where.district.term,
                area=units[number // DEPUTIES],
                electoral_district=seats[number // DEPUTIES * 2 + number % 2],
                starts_on=where.district.term.starts_on,
            )
            for number, deputy in enumerate(deputies)
        ),
        batch_size=1000,
    )
