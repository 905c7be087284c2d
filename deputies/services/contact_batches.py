"""Contacts that were kept on paper, entered many at once by the rules of ``contacts.record``."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from congress import codes
from congress.models import Area, User
from congress.services.notices import notify
from deputies.enums import Channel
from deputies.models import ContactVoter, Deputy, VoterContact
from deputies.services import contacts
from deputies.services.contacts import Voter


@dataclass(frozen=True)
class Entry:
    """One contact. Deputies come with their ``contacts.mandates()``. The rest is as for ``contacts.record``."""

    key: str
    deputies: Sequence[Deputy]
    channel: str
    at: datetime.datetime
    text: str
    area: Area | None = None
    place: str = ""
    people: int | None = None
    result: str = ""
    voters: Sequence[Voter] = ()


@transaction.atomic
def record_many(*, actor: User, entries: Sequence[Entry]) -> list[VoterContact]:
    """Keeps the entries, whose keys must be new, with ``actor`` as their author. The caller writes the audit row of the whole.

    Five statements for each five hundred entries; every deputy gets one notice. Raises as ``contacts.settle_seat`` does, and
    IntegrityError for a key or a code that somebody took at the same moment.
    """
    if not entries:
        return []
    prefix = f"LX{timezone.localdate().year}-"
    number = int(codes.next_code(VoterContact, prefix).removeprefix(prefix))
    made: list[VoterContact] = []
    for entry in entries:
        at, seat = contacts.settle_seat(actor=actor, deputies=entry.deputies, at=entry.at, area=entry.area, text=entry.text)
        contact = VoterContact(
            key=entry.key,
            code=f"{prefix}{number + len(made):06d}",
            channel=Channel(entry.channel),
            at=at,
            area=entry.area or contacts.place_of(seat),
            electoral_district=seat.electoral_district,
            place=entry.place,
            people=entry.people or max(len(entry.voters), 1),
            text=entry.text.strip(),
            result=entry.result.strip(),
            author=actor,
        )
        made.append(contact)
    VoterContact.objects.bulk_create(made)
    link = VoterContact.deputies.through
    both = list(zip(made, entries, strict=True))
    link.objects.bulk_create(link(votercontact_id=contact.pk, deputy_id=deputy.pk) for contact, entry in both for deputy in entry.deputies)
    ContactVoter.objects.bulk_create(
        ContactVoter(contact=contact, name=voter.name, phone=voter.phone, address=voter.address)
        for contact, entry in both
        for voter in entry.voters
    )
    people = {deputy.user_id for entry in entries for deputy in entry.deputies} - {None, actor.pk}
    notify(
        [User(pk=pk) for pk in people],
        text=f"{actor.name}导入了您的联系选民记录，请核对。",
        key=f"contacts-{made[0].code}-{made[-1].code}",
        url=reverse("deputies:contacts"),
    )
    return made
