"""Loads the suggestions: earlier years in bulk, the last session's and those since by the services, told day by day."""

from __future__ import annotations

import datetime
from random import Random

from django.db.models import F
from django.utils import timezone

from congress import demo
from congress.models import Notification
from suggestions.demo import desk, opening, past, voter
from suggestions.demo.answered import MATTERS as ANSWERED
from suggestions.demo.answered import TOWN_MATTERS
from suggestions.demo.between import MATTERS as BETWEEN
from suggestions.demo.cast import Cast, gather
from suggestions.demo.earlier import is_plain
from suggestions.demo.handling import supervise
from suggestions.demo.lives import days_of, live
from suggestions.demo.play import Life, play
from suggestions.demo.session import MATTERS as IN_SESSION
from suggestions.models import Suggestion

_UNREAD = datetime.timedelta(days=10)  # older notices count as read


def load(random: Random) -> None:
    """Fills the district that is there. Does nothing where there are suggestions, or nobody to propose and handle them."""
    if Suggestion.objects.exists():
        return
    today = timezone.localdate()
    cast = gather(random, today)
    if cast is None:
        return
    past.make(cast)
    play(_lives(cast), cast.calendar, today - datetime.timedelta(days=1))
    desk.make(cast)
    opening.make(cast)
    old = Notification.objects.filter(url__startswith="/suggestions/", created_at__lt=timezone.now() - _UNREAD)
    old.update(read_at=F("created_at"))


def _lives(cast: Cast) -> list[Life]:
    known: dict[str, Suggestion] = {}
    lives = []
    played = [matter for matter in IN_SESSION if not is_plain(matter)]  # the others are there already
    for matter in (*played, *BETWEEN, *ANSWERED, *TOWN_MATTERS):
        lives.append(live(cast, matter, known))
        if matter.life.key:
            lives.append(supervise(cast, matter, known, days_of(cast, matter)[2]))
    lives += [voter.life(cast, known), voter.word_back(cast, known)]
    return lives


def register() -> None:
    """Called once, when the app is ready."""
    demo.register(demo.Part("suggestions", 50, load))
