"""Voter contacts of this year, as many a quarter as the town's diligence, and the ones that opinions came from."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from random import Random

from django.db.models import F
from django.utils import timezone

from congress.enums import Role
from congress.models import Area, User
from congress.periods import Period
from deputies.demo.voters import ANYWHERE, TOWN_LIFE, VILLAGE, Said, draw_voter
from deputies.enums import Channel
from deputies.models import ContactVoter, Deputy, Mandate, Opinion, VoterContact

_CHANNELS = (
    [Channel.VISIT] * 9 + [Channel.RECEPTION] * 4 + [Channel.WALK_IN] * 3 + [Channel.PHONE] * 3 + [Channel.WECHAT] * 2 + [Channel.ONLINE]
)
_EAGER = 4  # a quarter, of each deputy who has an account
_Planned = tuple[datetime.datetime, Deputy, Mandate, User, Said, str]


def load(random: Random, diligence: Mapping[str, float]) -> None:
    """Contacts of every quarter of this year until now. ``diligence`` is, by a town's name, how many a deputy has a quarter.

    Does nothing where there are some.
    """
    if VoterContact.objects.exists():
        return
    now = timezone.localtime()
    planned: list[_Planned] = []
    for unit in Area.objects.active().town_level().order_by("code"):
        staff = User.objects.in_role(Role.TOWN_OFFICE).filter(grants__organisation__area=unit).order_by("pk").first()
        if staff is not None:
            planned += _of_unit(random, unit, staff, diligence.get(unit.name, 0.9), now)
    _write(random, sorted(planned, key=lambda each: each[0]))


def _of_unit(random: Random, unit: Area, staff: User, diligence: float, now: datetime.datetime) -> list[_Planned]:
    seats = (
        Mandate.objects.serving().within(unit).select_related("deputy__user", "area", "electoral_district").order_by("deputy__code", "pk")
    )
    by_deputy = {mandate.deputy_id: mandate for mandate in sorted(seats, key=lambda mandate: mandate.electoral_district_id is not None)}
    told: set[tuple[int, Said]] = set()  # nobody hears the same words twice
    villages = list(Area.objects.active().within(unit).village_level())
    matters = list(VILLAGE + ANYWHERE if unit.has_congress else TOWN_LIFE + ANYWHERE)
    found: list[_Planned] = []
    quarter = Period.quarter(now.year, 1)
    while quarter.start <= now.date():
        days = (min(quarter.end, now.date()) - quarter.start).days
        share = (days + 1) / 91
        met = random.sample(list(by_deputy.values()), round(len(by_deputy) * min(diligence, 1) * share))
        met += [mandate for mandate in by_deputy.values() if mandate.deputy.user_id for _ in range(max(1, round(_EAGER * share)))]
        random.shuffle(matters)
        for turn, mandate in enumerate(met):
            said = next(
                (each for each in matters[turn % len(matters) :] + matters if (mandate.deputy_id, each) not in told),
                matters[turn % len(matters)],
            )
            told.add((mandate.deputy_id, said))
            day = quarter.start + datetime.timedelta(days=random.randint(0, days))
            at = timezone.make_aware(
                datetime.datetime.combine(day, datetime.time(random.randint(8, 18), random.choice((0, 10, 20, 30, 40, 50))))
            )
            village = mandate.area.name if mandate.area != unit else random.choice(villages).name
            author = mandate.deputy.user or staff
            found.append((min(at, now), mandate.deputy, mandate, author, said, village))
        quarter = quarter.next
    return found


def _write(random: Random, planned: list[_Planned]) -> None:
    year = timezone.localdate().year
    rows = []
    for number, (at, _, mandate, author, said, village) in enumerate(planned, start=1):
        channel = random.choice(_CHANNELS)
        many = channel in (Channel.VISIT, Channel.RECEPTION) and random.random() < 0.3
        area = mandate.electoral_district.area if mandate.electoral_district else mandate.area
        rows.append(
            VoterContact(
                key=f"demo-contact-{number:06d}",
                code=f"LX{year}-{number:06d}",
                channel=channel,
                at=at,
                area=area,
                electoral_district=mandate.electoral_district,
                place="" if channel in (Channel.PHONE, Channel.WECHAT, Channel.ONLINE) else said.place.format(village=village),
                people=random.randint(2, 9) if many else 1,
                text=said.text.format(village=village),
                result=said.result,
                author=author,
            )
        )
    rows = VoterContact.objects.bulk_create(rows, batch_size=500)
    link = VoterContact.deputies.through
    link.objects.bulk_create(
        (link(votercontact_id=row.pk, deputy_id=deputy.pk) for row, (_, deputy, *_) in zip(rows, planned, strict=True)), batch_size=500
    )
    named = [row for row in rows if random.random() < 0.4]
    ContactVoter.objects.bulk_create(
        (ContactVoter(contact=row, **draw_voter(random, number)) for number, row in enumerate(named, start=1)), batch_size=500
    )
    VoterContact.objects.update(created_at=F("at") + datetime.timedelta(hours=3))
    VoterContact.objects.filter(created_at__gt=timezone.now()).update(created_at=F("at"))


def join_opinions() -> None:
    """Gives each opinion that stands alone the contact in which it was raised."""
    alone = list(
        Opinion.objects.filter(contact__isnull=True).select_related("area").prefetch_related("deputies").order_by("created_at", "pk")
    )
    last = VoterContact.objects.count()
    year = timezone.localdate().year
    for number, opinion in enumerate(alone, start=last + 1):
        deputy = opinion.deputies.all()[0]
        seat = Mandate.objects.serving().filter(deputy=deputy, area=opinion.area).select_related("electoral_district").first()
        contact = VoterContact.objects.create(
            key=f"demo-contact-{number:06d}",
            code=f"LX{year}-{number:06d}",
            channel=Channel.RECEPTION if number % 3 else Channel.VISIT,
            at=opinion.created_at,
            area=opinion.area,
            electoral_district=seat.electoral_district if seat else None,
            place=opinion.place,
            text=opinion.text,
            author_id=opinion.created_by_id,
        )
        contact.deputies.set(opinion.deputies.all())
        VoterContact.objects.filter(pk=contact.pk).update(created_at=opinion.created_at)
        Opinion.objects.filter(pk=opinion.pk).update(contact=contact)
