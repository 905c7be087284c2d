"""Voters' names, phones and addresses: masked for everybody, opened only by those who handle the matter.

Sealed at rest (个人信息保护法 art. 51). Each opening leaves a row in the audit trail, and none of what was read.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from congress.access import may
from congress.errors import DomainError
from congress.models import User
from congress.models.terms import Term
from congress.sealed import masked_name, masked_phone
from congress.services import audit, files
from deputies.models import ContactDraft, ContactVoter, Opinion, VoterContact, VoterLiaison
from deputies.services.contacts import Voter

KEPT_FOR = datetime.timedelta(days=365)  # what the notices at the forms promise


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
def change_voters(*, actor: User, contact: VoterContact, voters: Sequence[Voter], reason: str) -> None:
    """Puts these in the place of the contact's voters, none to delete them, as voters may ask (个人信息保护法 art. 46, 47).

    What stood before is not kept. The same again is a no-op. Raises PermissionDenied for whoever does not handle the contact,
    and DomainError without a reason.
    """
    if not may(actor, "deputies.open_voters", contact):
        raise PermissionDenied
    VoterContact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    before = [Voter(row.name, row.phone, row.address) for row in ContactVoter.objects.filter(contact=contact)]
    if before == list(voters):
        return
    if not reason.strip():
        raise DomainError("请写明更正或者删除的原因。")
    ContactVoter.objects.filter(contact=contact).delete()
    ContactVoter.objects.bulk_create(
        ContactVoter(contact=contact, name=voter.name, phone=voter.phone, address=voter.address) for voter in voters
    )
    audit.record(actor, "deputies.change_voters", contact, changes={"voters": [len(before), len(voters)]}, reason=reason.strip())


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
    """Deletes voters' data whose time is over (个人信息保护法 art. 19, 47); returns of how many voters and drafts.

    A contact's voters go a year after the term it belongs to: that of its electoral district, and without one, when no term
    of its day is kept any more; the contact itself stays. A fixed voter goes a year after the liaison ended, unless a
    successor is awaited. A draft, which may name voters, goes with its photos a year after it was settled. Called again it
    finds nothing.
    """
    over = (on or timezone.localdate()) - KEPT_FOR
    kept_from = Term.objects.exclude(ends_on__lte=over).order_by("starts_on").values_list("starts_on", flat=True).first()
    of_no_district = Q(contact__electoral_district=None)
    if kept_from is not None:
        of_no_district &= Q(contact__at__lt=timezone.make_aware(datetime.datetime.combine(kept_from, datetime.time())))
    elif not Term.objects.exists():
        of_no_district = Q(pk__in=[])
    voters, _ = ContactVoter.objects.filter(Q(contact__electoral_district__term__ends_on__lte=over) | of_no_district).delete()
    fixed, _ = VoterLiaison.objects.filter(ends_on__lte=over, awaits_successor=False).delete()
    drafts = list(ContactDraft.objects.filter(settled_at__date__lte=over).defer("payload").prefetch_related("photos"))
    for draft in drafts:
        for photo in draft.photos.all():
            files.remove(photo)
        draft.delete()
    gone = {"voters": voters, "voter_liaisons": fixed, "drafts": len(drafts)}
    if any(gone.values()):
        audit.record(audit.SYSTEM, "deputies.forget_voters", changes={name: [count, 0] for name, count in gone.items() if count})
    return sum(gone.values())
