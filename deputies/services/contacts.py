"""Recording what deputies heard from voters (联系选民), once and only once, and correcting it."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction
from django.db.models import F, Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone

from congress import codes
from congress.access import may
from congress.enums import CongressLevel
from congress.errors import Conflict, DomainError
from congress.models import Area, User
from congress.services import audit, files
from congress.services.notices import notify
from deputies.enums import Channel, MandateStatus
from deputies.models import ContactDraft, ContactPhoto, ContactRevision, ContactVoter, Deputy, DraftPhoto, Mandate, VoterContact

MOST_PHOTOS = 9
CLOCKS_DIFFER = datetime.timedelta(minutes=15)  # a phone's clock may be ahead of ours by this much
FIELDS = ("channel", "at", "area", "place", "people", "text", "result")  # what a correction may change
_LEVELS = [CongressLevel.DISTRICT, CongressLevel.TOWN, CongressLevel.CITY]  # a deputy of several is at home in the first


class MandateEnded(DomainError):
    """A deputy had no mandate on the day of the contact. What was typed can be left with the town's staff.

    ``fact`` is the sentence without what to do about it.
    """

    def __init__(self, fact: str, way_out: str = "") -> None:
        super().__init__(fact + way_out)
        self.fact = fact


@dataclass(frozen=True)
class Voter:
    """Who was met, as far as it was told."""

    name: str = ""
    phone: str = ""
    address: str = ""


def mandates() -> Prefetch[Any]:
    """A deputy's mandates with everything asked of them here, for ``prefetch_related``."""
    return Prefetch("mandates", Mandate.objects.select_related("area", "electoral_district__area", "term__congress"))


def mandates_on(deputy: Deputy, day: datetime.date) -> list[Mandate]:
    """The mandates in force on that day, the district's first. One that ended on the day is over."""
    found = [
        mandate
        for mandate in deputy.mandates.all()
        if mandate.starts_on <= day
        and (mandate.status == MandateStatus.ACTIVE or (mandate.status == MandateStatus.ENDED and mandate.ends_on > day))  # type: ignore[operator]
    ]
    return sorted(found, key=lambda mandate: _LEVELS.index(CongressLevel(mandate.term.congress.level)))


def record(
    *,
    actor: User,
    key: str,
    deputies: Sequence[Deputy],
    channel: str,
    at: datetime.datetime,
    text: str,
    area: Area | None = None,
    place: str = "",
    people: int | None = None,
    result: str = "",
    voters: Sequence[Voter] = (),
    photos: Iterable[File[Any] | files.Examined] = (),
    draft: ContactDraft | None = None,
    awaits_opinion: bool = False,
) -> VoterContact:
    """Keeps one contact. The same ``key`` again, also at the same moment, gives the record that is there and adds nothing.

    Deputies enter their own, alone or with others; town staff those of their town's deputies, and stay its author. Without
    ``area`` it is the first deputy's electoral district. ``draft`` is settled by the record. With ``awaits_opinion`` somebody
    is to see to what was said: it stays a to-do until an opinion is recorded. At most nine queries, and three for each photo.

    Raises PermissionDenied for somebody else's deputies, MandateEnded for a deputy without a mandate on that day, and
    DomainError for a day to come, no deputy, no text or a photo that can't be kept.
    """
    if found := _of_key(key, actor):
        return found
    deputies = list(dict.fromkeys(deputies))
    prefetch_related_objects(deputies, mandates())
    at, seat = settle_seat(actor=actor, deputies=deputies, at=at, area=area, text=text)
    examined = examine_photos(photos)

    def write(code: str) -> VoterContact:
        contact = VoterContact.objects.create(
            key=key,
            code=code,
            channel=Channel(channel),
            at=at,
            area=area or place_of(seat),
            electoral_district=seat.electoral_district,
            place=place,
            people=people or max(len(voters), 1),
            text=text.strip(),
            result=result.strip(),
            author=actor,
            awaits_opinion=awaits_opinion,
        )
        VoterContact.deputies.through.objects.bulk_create(
            VoterContact.deputies.through(votercontact_id=contact.pk, deputy_id=deputy.pk) for deputy in deputies
        )
        ContactVoter.objects.bulk_create(
            ContactVoter(contact=contact, name=voter.name, phone=voter.phone, address=voter.address) for voter in voters
        )
        for photo in examined:
            files.store(ContactPhoto, photo, actor, contact=contact)
        if draft is not None:
            _settle(draft, actor, contact=contact)
        audit.record(
            actor, "deputies.record_contact", contact, changes={"deputies": [None, [deputy.code for deputy in deputies]]}
        )  # SECURITY: no word of what was said, and no voter, goes into the audit trail
        return contact

    contact = codes.with_code(VoterContact, f"LX{timezone.localdate().year}-", write, lambda: _of_key(key, actor))
    _tell(contact, deputies, actor)
    return contact


def settle_seat(
    *, actor: User, deputies: Sequence[Deputy], at: datetime.datetime, area: Area | None, text: str
) -> tuple[datetime.datetime, Mandate]:
    """The moment and the mandate a new contact belongs to. Asks nothing where the deputies come with their ``mandates()``.

    Raises PermissionDenied for somebody else's deputies, MandateEnded for a deputy without a mandate on that day, and
    DomainError for a day to come, no deputy or no text.
    """
    if not deputies:
        raise DomainError("请选择代表，至少一名。")
    if not any(may(actor, "deputies.record_contact_for", deputy) for deputy in deputies):
        raise PermissionDenied
    at = _past(at)
    seat = _seat(deputies, at, area)
    if not text.strip():
        raise DomainError("请写明选民说了什么，一两句话就可以。")
    return at, seat


@transaction.atomic
def correct(*, actor: User, contact: VoterContact, version: int, reason: str, **fields: Any) -> VoterContact:
    """Changes what a contact says and keeps the earlier text with the reason. Without a difference it writes nothing.

    ``version`` is the one the person saw: Conflict is raised when somebody corrected it since. Raises PermissionDenied, and
    DomainError without a reason or for a day to come or outside a deputy's mandate.
    """
    if unknown := fields.keys() - set(FIELDS):
        raise TypeError(f"not fields of a contact: {sorted(unknown)}")
    if not may(actor, "deputies.correct_contact", contact):
        raise PermissionDenied
    now = VoterContact.objects.select_for_update(of=("self",)).select_related("area").get(pk=contact.pk)
    if now.version != version:
        raise Conflict("这条记录刚才已由他人更正。您填写的内容还在本页，请刷新后对照再改。")
    if "at" in fields:
        fields["at"] = _past(fields["at"])
    before = {name: getattr(now, name) for name in fields}
    changes = audit.difference(before, fields)
    if not changes:
        return now
    if not reason.strip():
        raise DomainError("请写明更正的原因。")
    if "text" in fields and not fields["text"].strip():
        raise DomainError("请写明选民说了什么，一两句话就可以。")
    if changes.keys() & {"at", "area"}:
        deputies = list(now.deputies.prefetch_related(mandates()))
        seat = _seat(deputies, fields.get("at", now.at), fields.get("area", now.area))
        fields["electoral_district"] = seat.electoral_district
    changed = VoterContact.objects.filter(pk=now.pk, version=version).update(**fields, version=F("version") + 1)
    if not changed:
        raise Conflict("这条记录刚才已由他人更正。您填写的内容还在本页，请刷新后对照再改。")
    ContactRevision.objects.create(
        contact=now, before={name: _plain(before[name]) for name in changes}, reason=reason.strip()[:200], corrected_by=actor
    )
    audit.record(actor, "deputies.correct_contact", now, changes={"fields": [None, sorted(changes)]}, reason=reason.strip())
    return VoterContact.objects.select_related("area").get(pk=now.pk)


@transaction.atomic
def needs_no_opinion(*, actor: User, contact: VoterContact) -> VoterContact:
    """Takes back 需要有人去办, because nothing is left to be done. A second call is a no-op. Raises PermissionDenied."""
    if not may(actor, "deputies.record_opinion", contact):
        raise PermissionDenied
    if VoterContact.objects.filter(pk=contact.pk, awaits_opinion=True).update(awaits_opinion=False):
        audit.record(actor, "deputies.needs_no_opinion", contact)
    return VoterContact.objects.get(pk=contact.pk)


def add_photos(*, actor: User, contact: VoterContact, photos: Iterable[File[Any] | files.Examined]) -> list[ContactPhoto]:
    """Adds photos to a contact and returns the new ones; a photo that is there already is left out, so a second call adds none.

    Raises PermissionDenied, and DomainError for no photo, more than the contact may have, or one that can't be kept.
    """
    if not may(actor, "deputies.correct_contact", contact):
        raise PermissionDenied
    examined = examine_photos(photos)
    if not examined:
        raise DomainError("请选择照片。")
    with transaction.atomic():
        VoterContact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
        known = list(contact.photos.values_list("sha256", flat=True))
        found = {hashlib.sha256(photo.data).hexdigest(): photo for photo in examined}
        new = [photo for digest, photo in found.items() if digest not in known]
        if len(known) + len(new) > MOST_PHOTOS:
            raise DomainError(f"一条记录最多 {MOST_PHOTOS} 张照片，已有 {len(known)} 张，还可以补充 {MOST_PHOTOS - len(known)} 张。")
        stored = [files.store(ContactPhoto, photo, actor, contact=contact) for photo in new]
        if stored:
            audit.record(actor, "deputies.add_contact_photos", contact, changes={"photos": [len(known), len(known) + len(stored)]})
    return stored


def examine_photos(photos: Iterable[File[Any] | files.Examined]) -> list[files.Examined]:
    """Looks at photos before anything is written. Raises DomainError that names the one it refuses."""
    photos = list(photos)
    if len(photos) > MOST_PHOTOS:
        raise DomainError(f"一次最多 {MOST_PHOTOS} 张照片，这次选了 {len(photos)} 张。请去掉几张。")
    found = []
    for photo in photos:
        name = files.shown_name(photo.name or "")
        try:
            examined = photo if isinstance(photo, files.Examined) else files.examine(photo)
        except DomainError as refusal:
            raise DomainError(f"“{name}”：{refusal}") from refusal
        if examined.content_type != files.JPEG:
            raise DomainError(f"“{name}”不是照片，没有保存。请去掉后再保存。")
        found.append(examined)
    return found


@transaction.atomic
def keep_draft(*, actor: User, key: str, payload: str, reason: str, photos: Iterable[File[Any] | files.Examined] = ()) -> ContactDraft:
    """Leaves what a deputy typed with her town's staff, because no record could be made of it. The same key gives the same draft.

    Raises PermissionDenied for an account that never was a deputy's.
    """
    if found := ContactDraft.objects.filter(key=key, author=actor).first():
        return found
    deputy = Deputy.objects.filter(user=actor).first()
    last = Mandate.objects.filter(deputy=deputy).select_related("area").order_by("-starts_on").first() if deputy else None
    if last is None:
        raise PermissionDenied
    examined = examine_photos(photos)
    draft = ContactDraft.objects.create(key=key, author=actor, area=last.area, payload=payload, reason=reason[:300])
    for photo in examined:
        files.store(DraftPhoto, photo, actor, draft=draft)
    audit.record(actor, "deputies.keep_contact_draft", draft, reason=reason)
    return draft


@transaction.atomic
def drop_draft(*, actor: User, draft: ContactDraft, note: str) -> ContactDraft:
    """Sets a draft aside with the reason. A draft already settled stays as it is.

    Raises PermissionDenied for anyone but the town's staff, and DomainError without a reason.
    """
    if not may(actor, "deputies.settle_draft", draft):
        raise PermissionDenied
    if not note.strip():
        raise DomainError("请写明不予登记的原因。")
    if _settle(draft, actor, note=note.strip()[:200]):
        audit.record(actor, "deputies.drop_contact_draft", draft, reason=note.strip())
        notify(
            [draft.author],
            text=f"您交来的联系选民记录没有登记：{note.strip()[:120]}",
            key=f"draft-{draft.pk}",
            url=reverse("deputies:contacts"),
        )
    return ContactDraft.objects.get(pk=draft.pk)


def _settle(draft: ContactDraft, actor: User, **fields: Any) -> int:
    return ContactDraft.objects.filter(pk=draft.pk, settled_at__isnull=True).update(settled_at=timezone.now(), settled_by=actor, **fields)


def _of_key(key: str, actor: User) -> VoterContact | None:
    """The record of that key. Raises Conflict when it is another person's, which says nothing about it."""
    found = VoterContact.objects.filter(key=key).first()
    if found is not None and found.author_id != actor.pk:
        raise Conflict("这份表单已经用过。请重新打开“记一笔”，再保存一次。")
    return found


def _past(at: datetime.datetime) -> datetime.datetime:
    now = timezone.now()
    if at > now + CLOCKS_DIFFER:
        local = timezone.localtime(at)
        raise DomainError(f"联系时间 {local.year}年{local.month}月{local.day}日 {local:%H:%M} 还没有到，没有保存。请改正时间。")
    return min(at, now)


def _seat(deputies: Sequence[Deputy], at: datetime.datetime, area: Area | None) -> Mandate:
    """The mandate the contact belongs to: the first deputy's, where possible one of the place. Raises MandateEnded."""
    day = timezone.localtime(at).date()
    by_deputy = [(deputy, mandates_on(deputy, day)) for deputy in deputies]
    for deputy, in_force in by_deputy:
        if not in_force:
            raise _why_not(deputy, day)
    own = by_deputy[0][1]
    if area is not None:
        for mandate in own:
            if place_of(mandate).contains(area) or mandate.area.contains(area):
                return mandate
    return own[0]


def place_of(mandate: Mandate) -> Area:
    """Where a seat's voters live: its electoral district, else the mandate's own area. Asks for both."""
    return mandate.electoral_district.area if mandate.electoral_district else mandate.area


def _why_not(deputy: Deputy, day: datetime.date) -> MandateEnded:
    """Why the deputy can't have met voters as a deputy on that day."""
    held = sorted(deputy.mandates.all(), key=lambda mandate: mandate.starts_on)
    when = f"{day.year}年{day.month}月{day.day}日"
    if not held:
        return MandateEnded(f"{deputy.name}没有登记代表资格，不能记联系选民。请先由代表工委登记。")
    if any(mandate.status == MandateStatus.SUSPENDED for mandate in held):
        return MandateEnded(f"{deputy.name}正在暂停执行代表职务，不能记联系选民。")
    last = held[-1]
    if last.ends_on and last.ends_on <= day:
        end = last.ends_on
        return MandateEnded(
            f"{deputy.name}的代表资格已于{end.year}年{end.month}月{end.day}日终止（{last.get_end_reason_display()}），{when}的联系不能再记在名下。",
            "内容没有丢失，可以交镇（街道）人大工作人员核对登记。",
        )
    start = held[0].starts_on
    return MandateEnded(f"{deputy.name}{start.year}年{start.month}月{start.day}日才当选，{when}还不是代表。请核对时间。")


def _tell(contact: VoterContact, deputies: Sequence[Deputy], actor: User) -> None:
    """The other deputies learn that a contact was recorded with them or for them."""
    others = [deputy.user_id for deputy in deputies if deputy.user_id not in (None, actor.pk)]
    if others:
        day = timezone.localtime(contact.at)
        notify(
            [User(pk=pk) for pk in others],
            text=f"{actor.name}记了一次您{day.month}月{day.day}日的联系选民（{contact.get_channel_display()}），请核对。",
            key=f"contact-{contact.pk}",
            url=reverse("deputies:contact", args=[contact.code]),
        )


def _plain(value: Any) -> Any:
    """A field's value as a revision keeps it."""
    if isinstance(value, Area):
        return value.name
    return value.isoformat() if isinstance(value, datetime.datetime) else value
