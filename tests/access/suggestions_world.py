"""What suggestions add to the world: the keys under which the table names them, one function a topic."""

from __future__ import annotations

import datetime
import io

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from activities.models import ForumItem
from congress.services import files
from suggestions.enums import HandlingRole
from suggestions.models import AssignmentTemplate, Commitment, Reply, ReplyFile, SavedFilter
from suggestions.services import assigning, evaluating, proposing, publicity, replying, reporting, supervising, units
from tests.factories import District, Personas
from tests.suggestions import answered, answering, playing, unitwork


def make(district: District, personas: Personas) -> dict[str, object]:
    return {
        # ---- proposing
        **_proposing(personas),
        # ---- lists
        **_lists(district, personas),
        # ---- supervision and the year's end
        **_supervision(district, personas),
        # ---- units
        **_units(district, personas),
        # ---- after the reply
        **_judging(district, personas),
        # ---- papers
        "district": district.area.code,
        "this year": f"{timezone.localdate().year}",
    }


def _proposing(personas: Personas) -> dict[str, object]:
    """A draft with a file, and one that waits to be examined."""
    own = playing.draft(personas.deputy)
    file = proposing.attach(actor=personas.deputy, suggestion=own, found=[files.examine(ContentFile(b"%PDF-1.4 x", "附件.pdf"))])[0]
    return {"own draft": own.code, "file of the draft": file.pk, "submitted suggestion": playing.submitted(personas).code}


def _supervision(district: District, personas: Personas) -> dict[str, object]:
    """A key suggestion that the unit answered, an event with a photo, and the unit's report."""
    reply = answered.answered(personas, district)
    suggestion, today = reply.handling.suggestion, timezone.localdate()
    row = supervising.choose(
        actor=personas.office,
        suggestion=suggestion,
        year=today.year,
        meeting="第五十二次主任会议",
        decided_on=today,
        leader=personas.leader,
    )
    event = supervising.hold_event(
        actor=personas.leader, supervision=row, method="inspection", on=today, minutes="看了三处。", photos=[_picture()]
    )
    paper = SimpleUploadedFile("报告.pdf", b"%PDF-1.4 x")
    return {
        "key suggestion": suggestion.code,
        "supervision event": event.pk,
        "supervision photo": event.photos.get().pk,
        "unit report": reporting.hand_in(actor=personas.unit, unit=district.unit, year=today.year, upload=paper).pk,
        "this year": today.year,
    }


def _picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    return SimpleUploadedFile("现场.png", out.getvalue())


def _lists(district: District, personas: Personas) -> dict[str, object]:
    """A matter that waits for assignment, a template to assign it with, and the office's own filter."""
    template = AssignmentTemplate.objects.create(name="交通类", instruction="请实地查看。")
    template.answering.add(district.unit)
    told = ForumItem.objects.filter(deputy__user=personas.deputy).order_by("-pk")[0]
    return {
        "told at a forum": told.code,
        "seat of who told it": told.deputy.mandates.get().pk,
        "accepted suggestion": playing.accepted(personas).code,
        "assignment template": template.pk,
        "saved filter": SavedFilter.objects.create(user=personas.office, name="超期", query="due=late").pk,
    }


def _units(district: District, personas: Personas) -> dict[str, object]:
    """The unit's parts: to sign for, in hand, talked about, before the signer, answered; one it supports, and one of a unit
    that has nobody.
    """
    talked = unitwork.in_hand(personas, district)
    units.consult(
        actor=personas.unit,
        handling=talked,
        deputy=playing.seat_of(personas.deputy).deputy,
        on=talked.assigned_on,
        way="电话",
        text="谈过。",
    )
    waiting = unitwork.drafted(personas, unitwork.in_hand(personas, district), uploads=("答复函.pdf",))
    waiting = replying.ask_signature(actor=personas.unit, reply=waiting)
    answer = unitwork.replied(personas, unitwork.in_hand(personas, district), uploads=("答复函.pdf",))
    helped, left = unitwork.accepted(personas), unitwork.accepted(personas)
    roles = {district.town2_office: HandlingRole.LEAD, district.unit: HandlingRole.SUPPORT}
    assigning.assign(actor=personas.dispatcher, suggestion=helped, units=roles)
    units.sign_for(actor=personas.unit, handling=helped.handlings.get(unit=district.unit))
    gone = unitwork.another_unit(district, "CXJ", "榕江区撤销局")
    assigning.assign(actor=personas.dispatcher, suggestion=left, units={gone: HandlingRole.LEAD})
    return {
        "part to sign for": unitwork.assigned(personas, district).suggestion.code,
        "part in hand": unitwork.in_hand(personas, district).suggestion.code,
        "part with a talk": talked.suggestion.code,
        "part before the signer": waiting.handling.suggestion.code,
        "file of a draft": waiting.files.get().pk,
        "file of an answer": answer.files.get().pk,
        "part in support": helped.code,
        "part of a unit that is gone": left.code,
    }


def _judging(district: District, personas: Personas) -> dict[str, object]:
    """One that waits to be judged, with a promise that was reported with a photo; and one that everybody may read, with a file."""
    due = timezone.localdate() + datetime.timedelta(days=60)
    replied = answering.answered(district, personas, replying.Promise("修复村道", due))
    promise = Commitment.objects.get(reply__handling__suggestion=replied)
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(picture, "JPEG")
    photo = files.examine(ContentFile(picture.getvalue(), "road.jpg"))
    evaluating.report_commitment(actor=personas.unit, commitment=promise, progress="已修复。", photos=[photo])
    published = answering.answered(district, personas, title="关于架桥的建议")
    reply = Reply.objects.get(handling__suggestion=published)
    open_file, inner = (files.store(ReplyFile, photo, personas.unit, reply=reply) for _ in range(2))
    publicity.publish(actor=personas.office, suggestion=published, reply_files=[open_file])
    return {
        "replied suggestion": replied.code,
        "commitment": promise.code,
        "commitment photo": promise.photos.get().pk,
        "published suggestion": published.code,
        "published file": open_file.pk,
        "inner file": inner.pk,
    }
