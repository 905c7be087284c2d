"""What is printed of a round. Everything is built from the bulletin's stored result, so that a print never drifts from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from congress import navigation
from congress.documents import registry
from congress.documents.registry import DOCX, NOBODY, XLSX, DocumentKind
from congress.enums import Role
from platforms.documents import area_report, bulletin, platform_sheet, word, workbook
from platforms.models import Platform
from platforms.services import printing

if TYPE_CHECKING:
    from congress.models import User


def _told_to_all(user: User) -> Q:
    """A bulletin and its score table are told to everyone who holds a role."""
    return Q() if user.access.roles else NOBODY


def _district_staff(user: User) -> Q:
    return Q() if user.access.is_district_staff else NOBODY


def _own_area(user: User) -> Q:
    """An area's report: the district's staff, and those who work or sit for that area."""
    if user.access.is_district_staff:
        return Q()
    return Q(subject__in=_codes(user))


def _own_platforms(user: User) -> Q:
    """A platform's sheet carries photos taken as evidence: the district's staff, and the town it belongs to."""
    if user.access.is_district_staff:
        return Q()
    return Q(subject__in=Platform.objects.filter(unit__code__in=_codes(user)).values("code"))


def _codes(user: User) -> list[str]:
    return [held.area_code for held in user.access.held if held.role in (Role.TOWN_OFFICE, Role.ASSESSOR)]


def register() -> None:
    """Called once, when the app is ready."""
    for kind in (
        DocumentKind(printing.BULLETIN, "考评情况通报", _told_to_all, "documents/platforms/bulletin.html", bulletin.build),
        DocumentKind(printing.BULLETIN_WORD, "考评情况通报（Word 稿）", _district_staff, render=word.render, content_type=DOCX),
        DocumentKind(printing.SCORE_TABLE, "考评得分表", _told_to_all, render=workbook.render, content_type=XLSX),
        DocumentKind(printing.AREA_REPORT, "镇（街道）考评情况", _own_area, "documents/platforms/area_report.html", area_report.build),
        DocumentKind(
            printing.PLATFORM_SHEET, "平台考评表", _own_platforms, "documents/platforms/platform_sheet.html", platform_sheet.build
        ),
    ):
        registry.register(kind)
    navigation.register(navigation.Entry("platforms", "印制文件", "document_batches", lambda user: bool(user.access.roles)))
