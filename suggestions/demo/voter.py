"""The matter that is told whole: a voter's words, the contact, the opinion, the suggestion, the result, the word back to her."""

from __future__ import annotations

import datetime
from collections.abc import Generator

from django.utils import timezone

from congress.models import User
from deputies.enums import Channel, OpinionState, Way
from deputies.models import Mandate
from deputies.services import contacts, opinions
from deputies.services.contacts import Voter
from suggestions.demo.answered import VOTER_MATTER, VOTER_SAID
from suggestions.demo.cast import Cast
from suggestions.demo.lives import live
from suggestions.demo.play import Date, days
from suggestions.models import Suggestion

Life = Generator[Date, Date, None]


_TOLD = 86  # days after it is handed in: the answer has come, and the deputy has judged it


def life(cast: Cast, known: dict[str, Suggestion]) -> Life:
    seat, actor = _deputy(cast)
    handed_in = cast.today - days(VOTER_MATTER.life.ago)
    day = yield handed_in - days(24)
    at = timezone.make_aware(datetime.datetime.combine(day, datetime.time(8, 20)))
    contact = contacts.record(
        actor=actor,
        key="demo-suggestion-voter",
        deputies=[seat.deputy],
        channel=Channel.VISIT,
        at=at,
        text=VOTER_SAID,
        place="二队坡上",
        voters=[Voter(name="韦桂兰", phone="13900009901")],
        awaits_opinion=True,
    )
    opinion = opinions.record(actor=actor, contact=contact, text=VOTER_SAID, way=Way.SUGGESTION)
    yield from live(cast, VOTER_MATTER, known, seat, (opinion,))


def word_back(cast: Cast, known: dict[str, Suggestion]) -> Life:
    """A life beside the matter's, which goes on with its promise. Closing the suggestion answered the opinion."""
    _, actor = _deputy(cast)
    day = yield cast.today - days(VOTER_MATTER.life.ago - _TOLD)
    opinion = known[VOTER_MATTER.title].opinions.get()
    while opinion.state != OpinionState.ANSWERED:  # holidays came between
        day = yield day + days(3)
        opinion.refresh_from_db()
    opinion = opinions.tell_voter(actor=actor, opinion=opinion, version=opinion.version, on=day)
    yield day + days(1)
    opinions.close(actor=actor, opinion=opinion, version=opinion.version, is_settled=True)


def _deputy(cast: Cast) -> tuple[Mandate, User]:
    """The deputy with an account who serves in the town."""
    town = cast.town_seats[0].term.congress.area.path
    seat = next((seat for seat in cast.seats if seat.deputy.user_id and seat.area.path.startswith(town)), cast.seats[0])
    return seat, cast.author(seat)
