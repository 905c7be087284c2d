"""The matter that is told whole: a voter's words, the contact, the opinion, the suggestion, the result, the word back to her."""

from __future__ import annotations

import datetime
from collections.abc import Generator

from django.utils import timezone

from congress.models import Organisation
from deputies.enums import Channel, OpinionState, Way
from deputies.models import Opinion
from deputies.services import contacts, opinions
from deputies.services.contacts import Voter
from suggestions.demo.answered import VOTER_MATTER, VOTER_SAID
from suggestions.demo.cast import Cast
from suggestions.demo.lives import live
from suggestions.demo.play import Date, days
from suggestions.models import Suggestion

Life = Generator[Date, Date, None]


def life(cast: Cast, known: dict[str, Suggestion]) -> Life:
    town = cast.town_seats[0].term.congress.area.path
    seat = next((seat for seat in cast.seats if seat.deputy.user_id and seat.area.path.startswith(town)), cast.seats[0])
    path = next((path for path in cast.staff if seat.area.path.startswith(path)), "")
    actor, staff = cast.author(seat), cast.staff.get(path, cast.office)
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
    yield handed_in - days(20)
    organ = Organisation.objects.get(pk=staff.access.held[0].organisation_id)
    opinion = opinions.pass_on(actor=staff, opinion=opinion, version=opinion.version, way=Way.SUGGESTION, responsible=organ)
    yield from live(cast, VOTER_MATTER, known, seat, (opinion,))
    opinion = Opinion.objects.get(pk=opinion.pk)
    suggestion = known[VOTER_MATTER.title]
    suggestion.refresh_from_db()
    closed = suggestion.closed_on or cast.today
    yield closed + days(1)
    opinion.refresh_from_db()
    if opinion.state != OpinionState.ANSWERED:
        opinion = opinions.answer(actor=staff, opinion=opinion, version=opinion.version, result=VOTER_MATTER.answer)
    day = yield closed + days(3)
    opinion = opinions.tell_voter(actor=actor, opinion=opinion, version=opinion.version, on=day)
    yield day + days(1)
    opinions.close(actor=actor, opinion=opinion, version=opinion.version, is_settled=True)
