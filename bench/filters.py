"""Filtered lists: a hundred rows that fit every filter, alone and among ten thousand that do not."""

from __future__ import annotations

import datetime
from urllib.parse import urlencode

from django.utils import timezone

from bench.district import Scene, name, scene
from bench.harness import Figures, benchmark, undone
from bench.lists import client_of, load_time
from deputies.enums import Channel
from deputies.models import Deputy, DeputyGroup, ElectoralDistrict, GroupMembership, Mandate, VoterContact, VoterLiaison
from deputies.pinyin import initials

FITTING, ROWS = 100, 10_000
ELECTED_ON = datetime.date(2021, 9, 28)


def _deputies(where: Scene, count: int) -> list[Deputy]:
    """The first hundred have a seat in 上岭村, which a group and an electoral district share; the others sit elsewhere."""
    term, (_, village, *others) = where.district.term, where.district.villages
    elsewhere = [area for area in others if not where.district.town1.contains(area)]
    districts = ElectoralDistrict.objects.bulk_create(
        ElectoralDistrict(
            code=f"BX{n:05d}", name=f"第{n}选区", term=term, area=village if n == 0 else elsewhere[n % len(elsewhere)], seats=3
        )
        for n in range(max(count // FITTING, 1))
    )
    deputies = Deputy.objects.bulk_create(
        (
            Deputy(
                code=f"B{n:06d}", name=f"王{name(n)}", initials=f"w{initials(name(n))}"[:40], phone=f"139{n:08d}", position="村党支部书记"
            )
            for n in range(count)
        ),
        batch_size=2000,
    )
    Mandate.objects.bulk_create(
        (
            Mandate(
                deputy=deputy,
                term=term,
                area=districts[n // FITTING].area,
                electoral_district=districts[n // FITTING],
                card_number=f"{n:06d}",
                starts_on=ELECTED_ON,
            )
            for n, deputy in enumerate(deputies)
        ),
        batch_size=2000,
    )
    groups = DeputyGroup.objects.bulk_create(
        DeputyGroup(code=f"BG{n:04d}", name=f"第{n}小组", term=term, area=where.district.town1, starts_on=ELECTED_ON) for n in range(40)
    )
    GroupMembership.objects.bulk_create(
        (
            GroupMembership(group=groups[0 if n < FITTING else 1 + n % 39], deputy=deputy, starts_on=ELECTED_ON)
            for n, deputy in enumerate(deputies)
        ),
        batch_size=2000,
    )
    return deputies


def _work(where: Scene, deputies: list[Deputy], each: int = 1) -> None:
    """So many contacts for every deputy, an hour apart, and two fixed voters, which are too few."""
    now = timezone.now()
    contacts = VoterContact.objects.bulk_create(
        (
            VoterContact(
                key=f"bench-{n:07d}",
                code=f"LX2025-{n:07d}",
                channel=Channel.VISIT,
                at=now - datetime.timedelta(minutes=n % 20_000),
                area=where.district.villages[1 if n // each < FITTING else 3],
                text=f"第{n}件：村口的路灯坏了三盏，晚上孩子放学看不清路。",
                author=where.people.deputy,
            )
            for n in range(len(deputies) * each)
        ),
        batch_size=2000,
    )
    link = VoterContact.deputies.through
    link.objects.bulk_create(
        (link(votercontact_id=contact.pk, deputy_id=deputies[n // each].pk) for n, contact in enumerate(contacts)), batch_size=2000
    )
    VoterLiaison.objects.bulk_create(
        (VoterLiaison(deputy=deputy, name="", starts_on=ELECTED_ON) for deputy in deputies for _ in range(2)), batch_size=2000
    )


REGISTER = {"area": "469901101", "level": "district", "term": "8", "status": "active", "group": "BG0000", "district": "第0选区", "q": "w"}
CONTACTS = {"area": "469901101", "level": "district", "term": "8", "group": "BG0000", "channel": "visit", "q": "路灯"}


def _ratio(path: str) -> Figures:
    where = scene()
    client = client_of(where.office)
    while True:
        times = []
        for count in (FITTING, ROWS):
            with undone():
                _work(where, _deputies(where, count))
                times.append(load_time(client, path))
                shown = client.get(path)["X-Total-Count"]
                if shown != str(FITTING):
                    raise RuntimeError(f"{path} showed {shown} of {count} rows")
        yield times[1] / times[0]


for _quota in ("fixed_voters", "contacts", "duty_report"):
    _path = f"/deputies/?{urlencode({**REGISTER, 'quota': f'{_quota}:no'})}"
    benchmark(f"list of deputies, every filter on, {_quota}: 100 fitting of 10,000 against 100 of 100", 1.3)(
        lambda path=_path: _ratio(path)
    )

_year = str(timezone.localdate().year)
_contacts_path = f"/contacts/?{urlencode({**CONTACTS, 'period': _year})}"
benchmark("list of contacts, every filter on: 100 fitting of 10,000 against 100 of 100", 1.3)(lambda: _ratio(_contacts_path))
