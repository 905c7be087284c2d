"""What drawing a rota rests on: a town's deputies with their mandates and wishes, the days to fill, and the turns that stand.

Gathered set-based, for one town or for all of a rota, and then plain values: the solver and the rules ask no database.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Min, Q

from activities.enums import ReceptionState, WishKind
from activities.models import ReceptionDay, ReceptionDuty, ReceptionSchedule, ReceptionWish, RotaTurn
from activities.reception_dates import day_of, months_from
from congress.models import Area
from congress.workdays import Calendar, add_months
from deputies.enums import MandateStatus
from deputies.models import Mandate
from platforms.models import Platform

_BEFORE = 3  # months looked back for a platform's reception before the first one drawn
Turns = dict[tuple[int, datetime.date], frozenset[int]]


@dataclass(frozen=True)
class Wish:
    kind: str
    starts_on: datetime.date
    ends_on: datetime.date

    def holds_on(self, day: datetime.date) -> bool:
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True)
class Candidate:
    """A deputy who may be asked to receive. ``seats`` are her mandates in force: since when, in which area, elected where."""

    pk: int
    code: str
    name: str
    since: datetime.date
    seats: tuple[tuple[datetime.date, str, str], ...]
    wishes: tuple[Wish, ...] = ()

    def serves(self, town: str, on: datetime.date) -> bool:
        return any(since <= on and area.startswith(town) for since, area, _ in self.seats)

    def is_new(self, on: datetime.date) -> bool:
        """In her first year as a deputy of any level."""
        return add_months(self.since, 12)[0] > on

    def is_of(self, area: str) -> bool:
        """Elected in the area where a platform stands, or by a district that holds it."""
        return any(place.startswith(area) or area.startswith(place) for _, _, place in self.seats)

    def wishes_on(self, on: datetime.date) -> frozenset[str]:
        return frozenset(wish.kind for wish in self.wishes if wish.holds_on(on))

    def is_away(self, on: datetime.date) -> bool:
        return WishKind.AWAY in self.wishes_on(on)


@dataclass(frozen=True)
class Slot:
    """A day to fill: one reception of one platform."""

    platform: int
    code: str
    name: str
    place: str  # the name of the area where the platform stands
    town: str  # paths
    area: str
    month: datetime.date
    on: datetime.date
    needed: int
    starts_at: datetime.time
    ends_at: datetime.time
    moved_from: datetime.date | None = None
    moved_because: str = ""

    @property
    def key(self) -> tuple[int, datetime.date]:
        return self.platform, self.on


@dataclass
class Town:
    """One drawing: ``slots`` to fill by ``candidates``, beside the turns that stand already.

    ``standing`` are receptions of the town's platforms that keep their deputies; ``busy`` who receives elsewhere on a day;
    ``loads`` how many turns each has in the same months already.
    """

    name: str
    path: str
    candidates: dict[int, Candidate]
    slots: list[Slot]
    standing: Turns = field(default_factory=dict)
    busy: dict[datetime.date, frozenset[int]] = field(default_factory=dict)
    loads: dict[int, int] = field(default_factory=dict)

    def able(self, slot: Slot) -> list[Candidate]:
        """Who may stand at the slot: in office that day, not away, and not receiving elsewhere by a turn that stands."""
        taken = self.busy.get(slot.on, frozenset())
        return [
            each
            for each in self.candidates.values()
            if each.serves(slot.town, slot.on) and not each.is_away(slot.on) and each.pk not in taken
        ]


def slots_of(
    platforms: Iterable[Platform], first_month: datetime.date, months: int, calendar: Calendar, after: datetime.date
) -> list[Slot]:
    """The days after ``after`` to fill for these platforms, by their schedules. A month whose day is announced, held or
    cancelled keeps it. Platforms come with area, unit and ``reception_schedule``. One query."""
    rows = list(platforms)
    last = add_months(first_month, months)[0]
    kept = set(
        ReceptionDay.objects.filter(platform__in=[row.pk for row in rows], month__gte=first_month, month__lt=last)
        .filter(~Q(state=ReceptionState.PLANNED) | Q(on__lte=after))
        .values_list("platform_id", "month")
    )
    found = []
    for platform in rows:
        schedule: ReceptionSchedule = platform.reception_schedule
        for month in months_from(first_month, months):
            fixed = day_of(schedule, month, calendar)
            if fixed.on > after and (platform.pk, month) not in kept:
                found.append(_slot(platform, schedule, month, fixed.on, fixed.moved_from, fixed.because))
    return found


def _slot(
    platform: Platform,
    schedule: ReceptionSchedule | None,
    month: datetime.date,
    on: datetime.date,
    moved_from: datetime.date | None = None,
    because: str = "",
) -> Slot:
    return Slot(
        platform=platform.pk,
        code=platform.code,
        name=platform.name,
        place=platform.area.name,
        town=platform.unit.path,
        area=platform.area.path,
        month=month,
        on=on,
        needed=schedule.deputies if schedule else 1,
        starts_at=schedule.starts_at if schedule else datetime.time(9),
        ends_at=schedule.ends_at if schedule else datetime.time(11, 30),
        moved_from=moved_from,
        moved_because=because[:100],
    )


def slot_at(platform: Platform, month: datetime.date, on: datetime.date) -> Slot:
    """The slot of a day that stands in a rota or in the calendar already. The platform comes with area, unit and schedule."""
    return _slot(platform, getattr(platform, "reception_schedule", None), month, on)


def towns_of(
    slots: Sequence[Slot],
    units: Mapping[str, Area],
    *,
    without: Collection[int] = (),
    redrawn: Iterable[Slot] = (),
    drafts_of: int | None = None,
) -> list[Town]:
    """The slots by town, in the order of ``units`` (by path), each with all that is known. Five queries for all towns together.

    ``without`` are reception days to leave out of what stands, and planned days of the slots and of ``redrawn`` are left out
    too. With ``drafts_of``, a rota, its drawn turns at other slots stand as well.
    """
    if not slots:
        return []
    by_town: dict[str, list[Slot]] = defaultdict(list)
    for slot in sorted(slots, key=lambda each: (each.on, each.code)):
        by_town[slot.town].append(slot)
    first = min(slot.month for slot in slots)
    end = add_months(max(slot.month for slot in slots), 1)[0]
    last = end - datetime.timedelta(days=1)
    everyone = _candidates(by_town, first, last)
    own = {(slot.platform, slot.month) for slot in slots}
    anew = own | {(slot.platform, slot.month) for slot in redrawn}
    turns = _duties(first, last, anew, without) + (_drafts(drafts_of, first, last, own) if drafts_of else [])
    found = []
    for path in sorted(by_town, key=lambda each: (units[each].position, units[each].code)):
        candidates = {pk: each for pk, each in everyone.items() if any(area.startswith(path) for _, area, _ in each.seats)}
        standing: dict[tuple[int, datetime.date], set[int]] = {}
        busy: dict[datetime.date, set[int]] = defaultdict(set)
        loads: dict[int, int] = defaultdict(int)
        for platform, town, month, on, deputy in turns:
            if town == path:
                standing.setdefault((platform, on), set()).add(deputy)
            if deputy in candidates:
                busy[on].add(deputy)
                loads[deputy] += first <= month < end
        found.append(
            Town(
                units[path].name,
                path,
                candidates,
                by_town[path],
                {key: frozenset(pks) for key, pks in standing.items()},
                {on: frozenset(pks) for on, pks in busy.items()},
                dict(loads),
            )
        )
    return found


def _candidates(paths: Iterable[str], first: datetime.date, last: datetime.date) -> dict[int, Candidate]:
    """Deputies in office in these towns, by code, with their wishes. Three queries. A suspended or ended mandate never counts."""
    here = Q(pk__in=[])
    for path in paths:
        here |= Q(area__path__startswith=path)
    people = Mandate.objects.filter(here, status=MandateStatus.ACTIVE, starts_on__lte=last).values("deputy")
    rows = (
        Mandate.objects.filter(status=MandateStatus.ACTIVE, deputy__in=people)
        .order_by("deputy__code", "pk")
        .values_list("deputy_id", "deputy__code", "deputy__name", "starts_on", "area__path", "electoral_district__area__path")
    )
    since = dict(Mandate.objects.filter(deputy__in=people).order_by().values_list("deputy").annotate(Min("starts_on")))
    wishes: dict[int, list[Wish]] = defaultdict(list)
    for pk, kind, starts_on, ends_on in (
        ReceptionWish.objects.filter(deputy__in=people, starts_on__lte=last, ends_on__gte=first)
        .order_by("pk")
        .values_list("deputy_id", "kind", "starts_on", "ends_on")
    ):
        wishes[pk].append(Wish(kind, starts_on, ends_on))
    seats: dict[int, list[tuple[datetime.date, str, str]]] = defaultdict(list)
    named: dict[int, tuple[str, str]] = {}
    for pk, code, name, starts_on, area, place in rows:
        named[pk] = (code, name)
        seats[pk].append((starts_on, area, place or area))
    return {pk: Candidate(pk, code, name, since[pk], tuple(seats[pk]), tuple(wishes[pk])) for pk, (code, name) in named.items()}


_Turn = tuple[int, str, datetime.date, datetime.date, int]  # platform, town's path, month, day, deputy
_FIELDS = ("day__platform_id", "day__platform__unit__path", "day__month", "day__on", "deputy_id")


def _duties(first: datetime.date, last: datetime.date, anew: set[tuple[int, datetime.date]], without: Collection[int]) -> list[_Turn]:
    """Every turn, from some months before to a month after, of days that are not drawn anew."""
    rows = ReceptionDuty.objects.filter(day__on__range=_reach(first, last)).exclude(day__state=ReceptionState.CANCELLED)
    if without:
        rows = rows.exclude(day__in=without)
    found = rows.order_by("day__on", "pk").values_list(*_FIELDS, "day__state")
    return [tuple(row[:5]) for row in found if row[5] != ReceptionState.PLANNED or (row[0], row[2]) not in anew]


def _drafts(rota: int, first: datetime.date, last: datetime.date, own: set[tuple[int, datetime.date]]) -> list[_Turn]:
    rows = RotaTurn.objects.filter(day__rota=rota, day__on__range=_reach(first, last))
    return [row for row in rows.order_by("day__on", "pk").values_list(*_FIELDS) if (row[0], row[2]) not in own]


def _reach(first: datetime.date, last: datetime.date) -> tuple[datetime.date, datetime.date]:
    return add_months(first, -_BEFORE)[0], add_months(last, 1)[0]
