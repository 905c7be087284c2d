"""Loading the demo, once, into an empty database."""

from __future__ import annotations

from random import Random

from django.db import transaction

from congress import demo
from congress.models import Area, Organisation, User
from congress.services import audit
from deputies.demo import contacts, duty_reports, groups, honours, liaisons, opinions
from platforms.demo import deputies, people, photos, places, rounds, sites
from platforms.demo.clock import on_day
from platforms.demo.people import Account


class AlreadyLoaded(Exception):
    """The demo is there; nothing was changed."""


class OtherData(Exception):
    """The database holds data of its own, which the demo must not mix with."""


@transaction.atomic
def load(*, password: str, scale: int = 1, seed: int = 2026, with_rounds: bool = True) -> list[Account]:
    """Fills an empty database with the fictional district and returns its accounts.

    ``scale`` multiplies villages, deputies and platforms; photos are made for the first 60 platforms only. Published
    rounds leave their documents waiting for the worker. Raises AlreadyLoaded on the second call and OtherData when the
    database is not empty; either way nothing is written.
    """
    if Area.objects.filter(code=places.DISTRICT_CODE).exists() and User.objects.filter(username="office").exists():
        raise AlreadyLoaded
    if Area.objects.exists() or Organisation.objects.exists() or User.objects.exists():
        raise OtherData
    random = Random(seed)
    territory = places.make(random, scale)
    everyone = people.make(territory, password)
    deputies.make(random, territory, everyone, scale)
    platforms = sites.make(random, territory, everyone)
    photos.make(random, platforms, everyone)
    groups.load(Random(seed))
    liaisons.load(Random(seed))
    contacts.load(Random(seed), sites.QUALITY)
    duty_reports.load(Random(seed), on_day, sites.QUALITY)
    demo.load_parts(seed, early=True)
    if with_rounds:
        rounds.make(random, everyone)
    opinions.load(Random(seed), on_day)
    honours.load(Random(seed), on_day)
    contacts.join_opinions()
    demo.load_parts(seed)
    audit.record(audit.SYSTEM, "congress.load_demo", everyone.congress, changes={"scale": [None, scale], "seed": [None, seed]})
    return everyone.accounts
