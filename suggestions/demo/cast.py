"""Who takes part in the demo's suggestions, and the dictionaries they use."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from django.utils import timezone

from congress.enums import OrganisationKind, Role
from congress.models import Congress, Organisation, Session, User
from congress.workdays import Calendar
from deputies.models import DeputyGroup, Mandate, Opinion
from suggestions.demo import units
from suggestions.demo.matters import Matter
from suggestions.models import Ground, ReplyClass, SuggestionCategory
from suggestions.services.profiles import profile_of

_KNOWN_EVERY = 5  # of the matters is led by a deputy who has an account


@dataclass
class Cast:
    random: Random
    today: datetime.date
    calendar: Calendar
    session: Session
    office: User
    dispatcher: User
    leaders: list[User]
    staff: dict[str, User]  # by the area's path
    units: Mapping[str, Organisation]
    people: Mapping[int, User]  # by the unit's pk
    seats: list[Mandate]  # of the district's congress, those with an account first
    town_seats: list[Mandate]
    categories: dict[str, SuggestionCategory]
    classes: dict[str, ReplyClass]
    grounds: list[Ground]
    opinions: list[Opinion]
    letters: dict[int, int] = field(default_factory=dict)  # how many answers a unit has sent, by its pk
    turn: int = 0

    def unit(self, key: str) -> Organisation:
        return self.units.get(key) or next(iter(self.units.values()))

    def seat(self, matter: Matter) -> Mandate:
        """Whose it is: every few of a deputy with an account, the others in turn."""
        seats = self.town_seats if matter.town else self.seats
        known = [seat for seat in seats if seat.deputy.user_id]
        if matter.life.from_opinions:
            told = {deputy.pk for opinion in self.opinions for deputy in opinion.deputies.all()}
            return next((seat for seat in seats if seat.deputy_id in told), seats[0])
        self.turn += 1
        if known and (self.turn % _KNOWN_EVERY == 0 or (matter.town and self.turn % 2)):
            return known[self.turn // _KNOWN_EVERY % len(known)]
        others = seats[len(known) :] or seats
        return others[self.turn % len(others)]

    def others(self, seat: Mandate, count: int) -> list[Mandate]:
        """Deputies of the same term to sign along; one with an account among them, where it is not hers."""
        rest = [each for each in (self.town_seats if seat in self.town_seats else self.seats) if each.pk != seat.pk]
        known = [each for each in rest if each.deputy.user_id][:1]
        return (known + self.random.sample(rest[len(known) :], min(count, len(rest) - len(known))))[:count]

    def author(self, seat: Mandate) -> User:
        """The deputy herself, or the staff of her town who typed it for her."""
        if seat.deputy.user:
            return seat.deputy.user
        return next((user for path, user in self.staff.items() if seat.area.path.startswith(path)), self.office)

    def group(self, seat: Mandate) -> DeputyGroup | None:
        return DeputyGroup.objects.filter(term=seat.term, memberships__deputy=seat.deputy).order_by("pk").first() or (
            DeputyGroup.objects.filter(term=seat.term).order_by("pk").first()
        )

    def moment(self, day: datetime.date, number: int) -> datetime.datetime:
        """An hour of the day, for what is written in bulk."""
        return timezone.make_aware(datetime.datetime.combine(day, datetime.time(9 + number % 8, number * 7 % 60)))

    def examiner(self, matter: Matter) -> User:
        return self._of_town() if matter.town else self.office

    def assigner(self, matter: Matter) -> User:
        return self._of_town() if matter.town else self.dispatcher

    def _of_town(self) -> User:
        return self.staff[self.town_seats[0].term.congress.area.path]


def gather(random: Random, today: datetime.date) -> Cast | None:
    """None on a district without a session, staff or deputies."""
    home = Congress.objects.home()
    session = Session.objects.filter(term__congress=home, ends_on__lt=today).select_related("term").order_by("-starts_on").first()
    office, dispatcher = _first(Role.OFFICE), _first(Role.DISPATCHER)
    towns = Congress.objects.filter(level="town", area__path__contains="/").select_related("area").order_by("area__code")
    if home is None or session is None or office is None or dispatcher is None or not towns:
        return None
    presidiums = Organisation.objects.filter(kind__in=[OrganisationKind.PRESIDIUM, OrganisationKind.BRANCH_OFFICE]).select_related("area")
    staff = {organ.area.path: user for organ in presidiums.order_by("code") if (user := _first(Role.TOWN_OFFICE, organ))}
    town = next(iter(towns))
    for congress in (home, *towns):
        profile = profile_of(congress)
        profile.name, profile.basis = f"{congress.area.name}代表建议办理规则", "代表法第五十一条、第五十二条和本级代表建议办理办法"
        profile.save(update_fields=["name", "basis"])
    organs, people = units.make(home, town.area)
    seats = Mandate.objects.serving().select_related("deputy__user", "area", "term__congress__area")
    own = sorted(seats.filter(term=session.term).order_by("pk"), key=lambda seat: (seat.deputy.user_id is None, seat.pk))
    known = sum(seat.deputy.user_id is not None for seat in own)
    rest = own[known:]
    random.shuffle(rest)
    town_seats = sorted(seats.filter(term__congress=town).order_by("pk"), key=lambda seat: (seat.deputy.user_id is None, seat.pk))
    if not own or not town_seats or town.area.path not in staff:
        return None
    return Cast(
        random=random,
        today=today,
        calendar=Calendar.load(),
        session=session,
        office=office,
        dispatcher=dispatcher,
        leaders=list(User.objects.in_role(Role.LEADER).order_by("pk")),
        staff=staff,
        units=organs,
        people=people,
        seats=own[:known] + rest,
        town_seats=town_seats,
        categories={row.name: row for row in SuggestionCategory.objects.all()},
        classes={row.code: row for row in profile_of(home).scheme.classes.all()},
        grounds=list(Ground.objects.order_by("position")),
        opinions=list(Opinion.objects.filter(way="suggestion").exclude(state="closed").prefetch_related("deputies").order_by("pk")),
    )


def _first(role: str, organisation: Organisation | None = None) -> User | None:
    return User.objects.in_role(role, organisation=organisation).order_by("pk").first()
