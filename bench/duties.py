"""Duties: every rule for everybody must cost the same per subject in a district as in a hundred of them, and few queries."""

from __future__ import annotations

import datetime
import statistics
from collections.abc import Iterable
from itertools import islice

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities.duties import Reckoning
from activities.enums import ActivityKind, ActivityState, ParticipationState, ReceptionState
from activities.models import Activity, DutyRule, Participation, ReceptionDay
from bench.district import Scene, add_deputies, add_platforms, add_towns, scene
from bench.harness import Figures, benchmark, seconds, undone
from congress.models import Area, Organisation
from congress.periods import Period
from deputies.enums import Channel
from deputies.models import Deputy, DeputyGroup, VoterContact
from platforms.models import Platform

DEPUTIES, TOWNS, GROUPS, PLATFORMS, ACTIVITIES = 600, 14, 40, 60, 120
TIMES = 100
TODAY = datetime.date(2026, 8, 10)
YEAR = Period.year(2026)
_ROWS = 2000


def add_all(where: Scene, times: int) -> None:
    """A district of the usual size, or so many of it in one: people, groups, platforms, and a year of what they did."""
    towns = add_towns(where, TOWNS * times)
    add_deputies(where, DEPUTIES * times)
    add_platforms(towns, PLATFORMS * times)
    groups = DeputyGroup.objects.bulk_create(
        (
            DeputyGroup(
                code=f"BG{n:05d}",
                name=f"第{n}小组",
                term=where.district.term,
                area=towns[n % len(towns)],
                starts_on=datetime.date(2021, 10, 8),
            )
            for n in range(GROUPS * times)
        ),
        batch_size=_ROWS,
    )
    _add_activities(where, towns, groups, ACTIVITIES * times)
    ReceptionDay.objects.bulk_create(
        (
            ReceptionDay(
                code=f"BJ{platform}-{month}",
                platform_id=platform,
                month=datetime.date(2026, month, 1),
                on=datetime.date(2026, month, 15),
                starts_at="09:00",
                ends_at="11:30",
                state=ReceptionState.HELD,
            )
            for platform in Platform.objects.values_list("pk", flat=True)
            for month in range(1, 8)
        ),
        batch_size=_ROWS,
    )
    _add_contacts(where)


def _add_activities(where: Scene, towns: list[Area], groups: list[DeputyGroup], count: int) -> None:
    organisers = Organisation.objects.bulk_create(
        (Organisation(code=f"BZ{n:05d}", name=f"{town.name}人大", kind="presidium", area=town) for n, town in enumerate(towns)),
        batch_size=_ROWS,
    )
    deputies = list(Deputy.objects.order_by("pk").values_list("pk", flat=True))
    kinds = [kind.value for kind in ActivityKind]
    rows = Activity.objects.bulk_create(
        (
            Activity(
                code=f"BH{n:06d}",
                title=f"第{n}次活动",
                kind=kinds[n % len(kinds)],
                state=ActivityState.CLOSED,
                organiser=organisers[n % len(organisers)],
                area=towns[n % len(towns)],
                group=groups[n % len(groups)] if n % 3 == 0 else None,
                starts_at=timezone.make_aware(datetime.datetime(2026, n % 7 + 1, n % 28 + 1, 9)),
                ends_at=timezone.make_aware(datetime.datetime(2026, n % 7 + 1, n % 28 + 1, 11)),
                place="会议室",
                objective="调研",
                secret=f"s{n}",
                created_by=where.office,
            )
            for n in range(count)
        ),
        batch_size=_ROWS,
    )
    Participation.objects.bulk_create(
        (
            Participation(activity_id=row.pk, deputy_id=deputy, state=ParticipationState.PRESENT, signed_in_at=row.starts_at)
            for n, row in enumerate(rows)
            for deputy in islice(_from(deputies, n * 15), 15)
        ),
        batch_size=_ROWS,
    )


def _add_contacts(where: Scene) -> None:
    """Two of each deputy in the year."""
    deputies = list(Deputy.objects.order_by("pk").values_list("pk", flat=True))
    village = where.district.villages[1]
    rows = VoterContact.objects.bulk_create(
        (
            VoterContact(
                key=f"bench-{n:06d}",
                code=f"LX2026-{n:06d}",
                channel=Channel.VISIT,
                at=timezone.make_aware(datetime.datetime(2026, n % 7 + 1, n % 28 + 1, 9)),
                area=village,
                text="村口的路灯坏了。",
                author=where.office,
            )
            for n in range(2 * len(deputies))
        ),
        batch_size=_ROWS,
    )
    link = VoterContact.deputies.through
    link.objects.bulk_create(
        (link(votercontact_id=row.pk, deputy_id=deputies[n % len(deputies)]) for n, row in enumerate(rows)), batch_size=_ROWS
    )


def _from(deputies: list[int], start: int) -> Iterable[int]:
    while True:
        yield deputies[start % len(deputies)]
        start += 1


def _reckon() -> int:
    return len(Reckoning(YEAR, today=TODAY).rows(DutyRule.objects.held_in(YEAR)))


@benchmark("duties: all rules, per subject, a hundred districts against one", 1.3)
def duties_scale() -> Figures:
    """The many rows are made once, because making them takes a minute."""
    where = scene()
    with undone():
        add_all(where, 1)
        rows = _reckon()
        small = statistics.median(seconds(_reckon) for _ in range(15)) / rows
    with undone():
        add_all(where, TIMES)
        rows = _reckon()
        while True:
            yield seconds(_reckon) / rows / small


@benchmark("queries: all duty rules for a district, per rule", 3, unit="", times=1)
def duty_queries() -> Figures:
    where = scene()
    while True:
        with undone():
            add_all(where, 1)
            with CaptureQueriesContext(connection) as asked:
                _reckon()
            yield len(asked) / DutyRule.objects.count()
