"""A suggestion brought to where a test begins, by its services."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from congress.enums import Role
from congress.models import Organisation, User
from congress.services import files
from suggestions.enums import HandlingRole, Outcome, Publicity
from suggestions.models import Handling, Reply, ReplyClass, Suggestion
from suggestions.services import assigning, examining, proposing, reply_files, replying, units
from tests.factories import District, OrganisationFactory, Personas, RoleGrantFactory, UserFactory
from tests.suggestions import playing

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


def accepted(personas: Personas, title: str = "关于修复上岭村道的建议", **fields: Any) -> Suggestion:
    """The deputy's, handed in and accepted by the office."""
    seat = personas.deputy.deputy.mandates.get()
    row = proposing.draft(actor=personas.deputy, proposer=seat, title=title, basis="村道破损。", request="由交通部门修复。", **fields)
    proposing.submit(actor=personas.deputy, suggestion=row)
    return examining.examine(actor=personas.office, suggestion=row, outcome=Outcome.ACCEPT)


def assigned(
    personas: Personas, district: District, *, supports: tuple[Organisation, ...] = (), title: str = "关于修复上岭村道的建议", **fields: Any
) -> Handling:
    """Given to the unit, which leads. Gives its part."""
    roles = {district.unit: HandlingRole.LEAD, **dict.fromkeys(supports, HandlingRole.SUPPORT)}
    row = assigning.assign(actor=personas.dispatcher, suggestion=accepted(personas, title, **fields), units=roles)
    return row.handlings.get(unit=district.unit)


def in_hand(personas: Personas, district: District, **more: Any) -> Handling:
    return units.sign_for(actor=personas.unit, handling=assigned(personas, district, **more))


def drafted(personas: Personas, part: Handling, *, letter: str = "A", uploads: tuple[str, ...] = (), **fields: Any) -> Reply:
    given = {"text": "已列入年度计划，九月底前修复。", "publicity": Publicity.FULL, "reply_class": class_of(letter), **fields}
    reply = replying.draft(actor=personas.unit, handling=part, **given)
    reply_files.attach(actor=personas.unit, reply=reply, found=[files.examine(pdf(name)) for name in uploads])
    reply.refresh_from_db()
    return reply


def replied(personas: Personas, part: Handling, **more: Any) -> Reply:
    return playing.signed(drafted(personas, part, **more), actor=personas.unit)


def class_of(letter: str) -> ReplyClass:
    """Of the scheme that a new congress starts with."""
    return ReplyClass.objects.filter(code=letter).order_by("scheme", "pk")[0]


def worker(unit: Organisation, username: str, name: str) -> User:
    """Somebody with an account who works for the unit."""
    user = UserFactory(username=username, name=name)
    RoleGrantFactory(user=user, role=Role.HANDLING_UNIT, organisation=unit)
    return user


def another_unit(district: District, code: str = "NYJ", name: str = "榕江区农业农村局") -> Organisation:
    return OrganisationFactory(code=code, name=name, kind="handling_unit", area=district.area)


def pdf(name: str = "答复函.pdf", size: int = 0) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF + b"\0" * max(0, size - len(PDF)), "application/pdf")


def macro_docx() -> SimpleUploadedFile:
    """A Word file that carries macros, under an innocent name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "[Content_Types].xml", '<Types><Default ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
        )
        archive.writestr("word/document.xml", "<document/>")
        archive.writestr("word/vbaProject.bin", b"\0")
    return SimpleUploadedFile("答复函.docx", out.getvalue(), files.DOCX)
