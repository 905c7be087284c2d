"""A deputy of town1 with a colleague, and how tests record their contacts."""

from __future__ import annotations

import datetime
import itertools
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.utils import timezone

from congress.models import User
from deputies.models import Deputy, VoterContact
from deputies.services import contacts
from tests.factories import DeputyFactory, District, ElectoralDistrictFactory, MandateFactory, Personas

_keys = itertools.count(1)


@dataclass(frozen=True)
class People:
    """``mo`` has the account ``personas.deputy`` and a seat in 上岭村 of town1, ``wei`` one in town1, ``tang`` one in town2."""

    mo: Deputy
    wei: Deputy
    tang: Deputy


def make_people(district: District, personas: Personas) -> People:
    wei = DeputyFactory(code="D-WEI", name="韦桂兰")
    seat = ElectoralDistrictFactory(term=district.term, area=district.town1, name="东岭第一选区")
    MandateFactory(deputy=wei, term=district.term, area=district.town1, electoral_district=seat)
    tang = DeputyFactory(code="D-TANG", name="唐海燕")
    MandateFactory(deputy=tang, term=district.term, area=district.town2)
    return People(Deputy.objects.get(user=personas.deputy), wei, tang)


def moment(year: int, month: int, day: int, hour: int = 10) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime(year, month, day, hour))


def record(actor: User, *deputies: Deputy, **fields: Any) -> VoterContact:
    given = {
        "key": f"test-key-{next(_keys):06d}",
        "channel": "visit",
        "at": timezone.now() - datetime.timedelta(hours=1),
        "text": "村口的路灯坏了三盏，晚上孩子放学看不清路。",
        **fields,
    }
    return contacts.record(actor=actor, deputies=list(deputies), **given)


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Runs the calls in threads that start together; gives their answers. All have ended when it returns: one that wrote on
    would write into the next test."""
    gate, answers, faults = threading.Barrier(len(calls)), [], []

    def run(call: Callable[[], Any]) -> None:
        try:
            gate.wait(60)
            answers.append(call())
        except Exception as fault:  # told to the test below
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    return answers
