"""What a deputy of town1 leaves behind: contacts, opinions, her group, both liaisons, deeds, an honour and a nomination."""

from __future__ import annotations

import datetime
import io

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from deputies.enums import Channel, Way
from deputies.models import Deputy, Honour, NominationRound
from deputies.services import contacts, honours, opinions
from tests import factories
from tests.factories import District, Personas


def make(district: District, personas: Personas) -> dict[str, object]:
    """The keys that the table names these records by. The standing member's seat is in town2, so that town2 could err."""
    deputy = Deputy.objects.get(user=personas.deputy)
    return {
        **_contacts(personas, deputy),
        **_opinions(district, personas, deputy),
        **_liaisons(district, deputy),
        **_honours(district, personas, deputy),
    }


def _contacts(personas: Personas, deputy: Deputy) -> dict[str, object]:
    contact = _contact(personas, deputy, "access-contact", "村口的路灯坏了三盏。", photos=[_picture()])
    draft = contacts.keep_draft(actor=personas.deputy, key="access-draft", payload="{}", reason="没有在任的资格。", photos=[_picture()])
    return {
        "contact": contact.code,
        "contact photo": contact.photos.get().pk,
        "contact draft": draft.key,
        "draft photo": draft.photos.get().pk,
    }


def _contact(personas: Personas, deputy: Deputy, key: str, text: str, **more: object):
    at = timezone.now() - datetime.timedelta(hours=1)
    return contacts.record(actor=personas.deputy, key=key, deputies=[deputy], channel=Channel.VISIT, at=at, text=text, **more)


def _opinions(district: District, personas: Personas, deputy: Deputy) -> dict[str, object]:
    """One that the unit has, and one that waits for the town's staff."""
    contact = _contact(personas, deputy, "access-opinion", "村道坏了，水渠也堵了。")
    given = opinions.record(actor=personas.town1, contact=contact, text="村道坏了", way=Way.DEPARTMENT, responsible=district.unit)
    waiting = opinions.record(actor=personas.deputy, contact=contact, text="水渠堵了", way=Way.TOWN)
    return {"contact with opinions": contact.code, "opinion of unit": given.code, "opinion of town1": waiting.code}


def _liaisons(district: District, deputy: Deputy) -> dict[str, object]:
    group = factories.GroupFactory(term=district.term, area=district.town1)
    factories.MembershipFactory(group=group, deputy=deputy)
    seat = factories.MandateFactory(term=district.term, area=district.town2)
    member = factories.StandingMemberFactory(mandate=seat)
    factories.DeputyLiaisonFactory(member=member, deputy=deputy)
    voter = factories.VoterLiaisonFactory(deputy=deputy)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    waiting = factories.VoterLiaisonFactory(deputy=deputy, ends_on=yesterday, awaits_successor=True)
    return {"group": group.code, "member": seat.deputy.code, "voter": voter.pk, "waiting voter": waiting.pk}


def _honours(district: District, personas: Personas, deputy: Deputy) -> dict[str, object]:
    today = timezone.localdate()
    draft, submitted, approved = (
        honours.write_deed(actor=personas.deputy, deputy=deputy, title=title, story="多年如一日。", on=today, photos=[_picture()])
        for title in ("修路", "通水", "架桥")
    )
    submitted = honours.submit_deed(actor=personas.deputy, deed=submitted)
    approved = honours.submit_deed(actor=personas.deputy, deed=approved)
    honours.approve_deed(actor=personas.office, deed=approved)
    Honour.objects.create(deputy=deputy, name="优秀人大代表", level="区级", awarded_by="榕江区人大常委会", on=today)
    round = NominationRound.objects.create(year=2026, closes_on=today + datetime.timedelta(days=9))
    honours.nominate(actor=personas.town1, round=round, area=district.town1, deputy=deputy, grounds="履职积极。")
    return {
        "draft deed": draft.code,
        "submitted deed": submitted.code,
        "approved deed": approved.code,
        "draft deed photo": draft.photos.get().pk,
        "approved deed photo": approved.photos.get().pk,
    }


def _picture() -> ContentFile:
    picture = io.BytesIO()
    Image.new("RGB", (8, 6), "#1f5f8b").save(picture, "JPEG")
    return ContentFile(picture.getvalue(), name="现场.jpg")
