"""Voters' names, phones and addresses: masked for everybody, opened only by those who handle the matter.

Sealed at rest (个人信息保护法 art. 51). Each opening leaves a row in the audit trail, and none of what was read.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from congress.access import may
from congress.models import User
from congress.models.terms import Term
from congress.sealed import masked_name, masked_phone
from congress.services import audit
from deputies.models import ContactVoter, Opinion, VoterContact, VoterLiaison

KEPT_AFTER_TERM = datetime.timedelta(days=365)  # what the notice at the form promises


@dataclass(frozen=True)
class Person:
    """A voter as shown on a screen or on paper, masked or opened."""

    name: str
    phone: str
    address: str

    def __str__(self) -> str:
        return self.name or "选民（未留姓名）"


def masked(voter: ContactVoter | VoterLiaison) -> Person:
    """王**, 138****0001, and the first three characters of an address."""
    return Person(masked_name(voter.name), masked_phone(voter.phone), f"{voter.address[:3]}***" if voter.address else "")


@transaction.atomic
def open_voters(*, actor: User, contact: VoterContact) -> list[Person]:
    """The contact's voters in full. Each call leaves an audit row. Raises PermissionDenied for whoever does not handle it."""
    if not may(actor, "deputies.open_voters", contact):
        raise PermissionDenied
    found = [Person(voter.name, voter.phone, voter.address) for voter in contact.voters.all()]
    audit.record(actor, "deputies.open_voters", contact, changes={"voters": [None, len(found)]})
    return found


@transaction.atomic
def open_voters_of_opinion(*, actor: User, opinion: Opinion) -> list[Person]:
    """The voters behind an opinion in full, for the organisation that has it in hand. Each call leaves an audit row.

    Raises PermissionDenied for anybody else, and for the organisation itself once the matter is answered or closed.
    """
    if not may(actor, "deputies.open_opinion_voters", opinion):
        raise PermissionDenied
    voters = ContactVoter.objects.filter(contact=opinion.contact_id) if opinion.contact_id else ()
    found = [Person(voter.name, voter.phone, voter.address) for voter in voters]
    audit.record(actor, "deputies.open_voters", opinion, changes={"voters": [None, len(found)]}, ref=opinion.code)
    return found


@transaction.atomic
def open_liaison_voter(*, actor: User, liaison: VoterLiaison) -> Person:
    """A fixed voter in full. Each call leaves an audit row. Raises PermissionDenied for all but the deputy and her town's staff."""
    if not may(actor, "deputies.open_liaison_voter", liaison.deputy):
        raise PermissionDenied
    audit.record(actor, "deputies.open_voters", liaison)
    return Person(liaison.name, liaison.phone, liaison.address)


@transaction.atomic
def forget_voters(*, on: datetime.date | None = None) -> int:
    """Deletes the voters of contacts in terms that ended more than a year ago (个人信息保护法 art. 19, 47); returns how many.

    The contacts stay, without the names. Called again it finds nothing.
    """
    over = (on or timezone.localdate()) - KEPT_AFTER_TERM
    ended = Term.objects.filter(ends_on__lte=over).order_by("-ends_on").values_list("ends_on", flat=True).first()
    if ended is None:
        return 0
    until = timezone.make_aware(datetime.datetime.combine(ended, datetime.time()))
    gone, _ = ContactVoter.objects.filter(contact__at__lt=until).delete()
    if gone:
        audit.record(audit.SYSTEM, "deputies.forget_voters", changes={"voters": [gone, 0]})
    return gone
