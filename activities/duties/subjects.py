"""Whom a duty rule asks: deputies by their mandates, standing members, groups, towns, platforms, each with the days they were there."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q

from activities.duties.windows import Window
from activities.enums import DutyPeriod, DutySubject
from activities.models import DutyRule
from congress.enums import TOWN_LEVEL, WITH_CONGRESS, AreaKind, CongressLevel, Role
from congress.models import Area, Congress, User
from deputies.enums import MandateStatus
from deputies.models import DeputyGroup, GroupMembership, Mandate, StandingMember
from platforms.models import Platform

# What the figures registry calls each subject.
FIGURE_SUBJECTS = {
    DutySubject.DEPUTY: "deputy",
    DutySubject.STANDING_MEMBER: "standing_member",
    DutySubject.GROUP: "group",
    DutySubject.TOWN: "area",
    DutySubject.SUBDISTRICT: "area",
    DutySubject.DISTRICT: "area",
    DutySubject.PLATFORM: "platform",
}
OWN_LEVELS = (CongressLevel.DISTRICT, CongressLevel.TOWN)  # the city's deputies are the city's matter
_DAY = datetime.timedelta(days=1)


class Subject(NamedTuple):
    """One of those asked. ``area`` is the code of its area, ``path`` that area's path; ``user`` the account of a person."""

    pk: int
    code: str
    name: str
    area: str
    area_name: str
    path: str
    user: int | None = None


class Stay(NamedTuple):
    """From when until when (both included, None for always) a subject is asked; ``term`` and ``level`` of its seat or group."""

    subject: Subject
    starts_on: datetime.date | None = None
    ends_on: datetime.date | None = None
    level: str = ""
    kind: str = ""
    term: int | None = None


@dataclass(frozen=True)
class Scope:
    """What somebody may see: everything where ``paths`` is None, else what lies in them and what is the person's own."""

    paths: tuple[str, ...] | None = None
    deputies: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()

    def among(self, path: str, own: str = "", keys: Iterable[int] = ()) -> Q:
        """Rows whose area's path (by that field) is in sight, or that are one's own."""
        if self.paths is None:
            return Q()
        seen = Q(**{f"{own}__in": list(keys)}) if own and keys else Q(pk__in=[])
        for prefix in self.paths:
            seen |= Q(**{f"{path}__startswith": prefix})
        return seen


EVERYBODY = Scope()


def scope_of(user: User) -> Scope:
    """District staff see all; town staff their town's; a deputy her own duties and her groups'. At most one query."""
    access = user.access
    if access.is_district_staff:
        return EVERYBODY
    paths = tuple(sorted(access.area_paths(Role.TOWN_OFFICE)))
    deputies: set[int] = set()
    groups: set[int] = set()
    if access.has(Role.DEPUTY, Role.GROUP_OFFICER):
        deputy = getattr(user, "deputy", None)
        if deputy is not None:
            deputies.add(deputy.pk)
            groups.update(GroupMembership.objects.in_force().filter(deputy=deputy).values_list("group", flat=True))
    return Scope(paths, frozenset(deputies), frozenset(groups))


class Register:
    """The subjects in force between two days, each kind read once when first asked. ``within`` narrows them to one area's path."""

    def __init__(self, first: datetime.date, last: datetime.date, scope: Scope, within: str, home: Congress | None = None) -> None:
        self.first, self.last, self.scope, self.within = first, last, scope, within
        self._stays: dict[str, list[Stay]] = {}
        self._home = home

    @property
    def home(self) -> Congress | None:
        if self._home is None:
            self._home = Congress.objects.home()
        return self._home

    def stays(self, subject: str) -> list[Stay]:
        kind = FIGURE_SUBJECTS[DutySubject(subject)]
        if kind not in self._stays:
            readers: dict[str, Callable[[], list[Stay]]] = {
                "deputy": self._deputies,
                "standing_member": self._members,
                "group": self._groups,
                "area": self._areas,
                "platform": self._platforms,
            }
            self._stays[kind] = readers[kind]()
        return self._stays[kind]

    def _seen(self, path: str, own: str = "", keys: Iterable[int] = ()) -> Q:
        return self.scope.among(path, own, keys) & (Q(**{f"{path}__startswith": self.within}) if self.within else Q())

    def _deputies(self) -> list[Stay]:
        """Mandates that were in force at some time; one that is suspended today is left out, as in the coverage of duty reports."""
        still = Q(status=MandateStatus.ACTIVE) | Q(status=MandateStatus.ENDED, ends_on__gt=self.first)
        rows = Mandate.objects.filter(still, self._seen("area__path", "deputy", self.scope.deputies), starts_on__lte=self.last)
        return [
            Stay(Subject(*row[:7]), row[7], row[8] - _DAY if row[8] else None, row[9], "", row[10])
            for row in rows.order_by("area__path", "deputy__code", "term__congress__level").values_list(
                *("deputy", "deputy__code", "deputy__name", "area__code", "area__name", "area__path", "deputy__user"),
                *("starts_on", "ends_on", "term__congress__level", "term"),
            )
        ]

    def _members(self) -> list[Stay]:
        """What standing members owe is the district's matter: beside its staff only they themselves see it."""
        own = Q() if self.scope.paths is None else Q(mandate__deputy__in=self.scope.deputies)
        here = Q(mandate__area__path__startswith=self.within) if self.within else Q()
        rows = StandingMember.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=self.first), own, here, starts_on__lte=self.last)
        seat = "mandate__deputy"
        return [
            Stay(Subject(*row[:7]), row[7], row[8], row[9], "", row[10])
            for row in rows.order_by("position", "pk").values_list(
                *("pk", f"{seat}__code", f"{seat}__name", "mandate__area__code", "mandate__area__name", "mandate__area__path"),
                *(f"{seat}__user", "starts_on", "ends_on", "mandate__term__congress__level", "mandate__term"),
            )
        ]

    def _groups(self) -> list[Stay]:
        rows = DeputyGroup.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=self.first),
            self._seen("area__path", "pk", self.scope.groups),
            starts_on__lte=self.last,
        )
        return [
            Stay(Subject(*row[:6]), row[6], row[7], row[8], "", row[9])
            for row in rows.order_by("area__position", "area__code", "code").values_list(
                *("pk", "code", "name", "area__code", "area__name", "area__path"),
                *("starts_on", "ends_on", "term__congress__level", "term"),
            )
        ]

    def _areas(self) -> list[Stay]:
        """The home district and its towns, subdistricts and farms in use."""
        if self.home is None:
            return []
        root = self.home.area
        rows = Area.objects.active().within(root).filter(Q(kind__in=TOWN_LEVEL) | Q(pk=root.pk), self._seen("path"))
        return [
            Stay(Subject(row[0], row[1], row[2], row[1], row[2], row[3]), kind=row[4])
            for row in rows.order_by("position", "code").values_list("pk", "code", "name", "path", "kind")
        ]

    def _platforms(self) -> list[Stay]:
        rows = Platform.objects.active().filter(self._seen("area__path"), Q(founded_on__isnull=True) | Q(founded_on__lte=self.last))
        return [
            Stay(Subject(row[0], row[1], row[2], row[3], row[4], row[5]), row[6], kind=row[7])
            for row in rows.order_by("unit__position", "unit__code", "kind", "code").values_list(
                *("pk", "code", "name", "area__code", "area__name", "area__path", "founded_on", "kind"),
            )
        ]


def asked_of(
    rule: DutyRule, windows: list[Window], register: Register, terms: Mapping[int, Window]
) -> list[tuple[Window, Subject, datetime.date]]:
    """Whom the rule asks in each window, and since when: the window's first day, or the subject's own where that is later.

    Those in force on the window's last counted day. A person with several mandates is asked once in a month, quarter, half-year or
    year, and in a term once for each mandate.
    """
    chosen = [stay for stay in register.stays(rule.subject) if _fits(rule, stay, register)]
    found: list[tuple[Window, Subject, datetime.date]] = []
    for window in windows:
        since: dict[int, datetime.date] = {}
        subjects: dict[int, Subject] = {}
        for stay in chosen:
            if rule.period == DutyPeriod.TERM and _term(stay, register, terms) != window.term:
                continue
            start = stay.starts_on
            if (start is not None and start > window.until) or (stay.ends_on is not None and stay.ends_on < window.until):
                continue
            pk = stay.subject.pk
            first = window.start if start is None or start < window.start else start
            if pk not in subjects:
                subjects[pk], since[pk] = stay.subject, first
            elif first < since[pk]:
                since[pk] = first
        found += [(window, subject, since[pk]) for pk, subject in subjects.items()]
    return found


def _fits(rule: DutyRule, stay: Stay, register: Register) -> bool:
    """Whether a rule's level and kinds take the subject in."""
    if rule.kinds and stay.kind and stay.kind not in rule.kinds.split("|"):
        return False
    match rule.subject:
        case DutySubject.DEPUTY:
            return stay.level == rule.level if rule.level else stay.level in OWN_LEVELS
        case DutySubject.STANDING_MEMBER | DutySubject.GROUP:
            return not rule.level or stay.level == rule.level
        case DutySubject.TOWN:
            return stay.kind in WITH_CONGRESS
        case DutySubject.SUBDISTRICT:
            return stay.kind in (AreaKind.SUBDISTRICT, AreaKind.FARM)
        case DutySubject.DISTRICT:
            return stay.kind not in TOWN_LEVEL
        case _:
            return True


def _term(stay: Stay, register: Register, terms: Mapping[int, Window]) -> int | None:
    """The term a subject belongs to: that of its seat or group, a town's own congress's, else the district's."""
    if stay.term is not None:
        return stay.term
    own = terms.get(stay.subject.pk) if stay.kind in WITH_CONGRESS else None
    home = terms.get(register.home.area_id) if own is None and register.home else None
    window = own or home
    return window.term if window else None
