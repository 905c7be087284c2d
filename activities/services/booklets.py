"""Ticking booklets that are kept on paper, and asking for bound ones. What they hold is written elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from activities.models import Booklet, PaperTick
from activities.shelves import Shelf, State, Volume
from congress.errors import DomainError
from congress.models import Area, DocumentBatch, User
from congress.periods import Period
from congress.services import audit, documents, files
from congress.services.documents import Wanted
from congress.services.files import Examined
from deputies.services.guards import require
from deputies.services.notebooks import batch_key
from platforms.models import Platform

BOOKLET = "booklet"  # kind of document
MOST_PHOTOS = 20  # of one booklet in one year


def subject(platform: Platform, booklet: Booklet) -> str:
    """What a printed booklet is about: the unit first, so that a condition on it needs no other table."""
    return f"{platform.unit.code}/{platform.pk}/{booklet.pk}"


@transaction.atomic
def tick(*, actor: User, platform: Platform, booklet: Booklet, year: int, photos: Sequence[Examined]) -> list[PaperTick]:
    """Keeps photos that show a paper booklet of a platform in a year. A photo that is there already is not kept again.

    Raises PermissionDenied, and DomainError for no photo, another kind of file, a year to come, or too many photos.
    """
    require(actor, "activities.tick_paper", platform)
    if not photos:
        raise DomainError("请选择照片。")
    if any(not photo.content_type.startswith("image/") for photo in photos):
        raise DomainError("纸质材料请上传照片，不要上传其他文件。")
    if not 2000 <= year <= timezone.localdate().year:
        raise DomainError("年度不对，请重新选择。")
    Platform.objects.select_for_update().get(pk=platform.pk)
    there = PaperTick.objects.filter(booklet=booklet, platform=platform, year=year)
    known = set(there.values_list("sha256", flat=True))
    fresh = [photo for photo in photos if hashlib.sha256(photo.data).hexdigest() not in known]
    if len(known) + len(fresh) > MOST_PHOTOS:
        raise DomainError(f"每本每年至多 {MOST_PHOTOS} 张照片，请先删去不用的。")
    rows = [files.store(PaperTick, photo, actor, booklet=booklet, platform=platform, year=year) for photo in fresh]
    if rows:
        changes = {"booklet": [None, booklet.item_code], "year": [None, year], "photos": [len(known), len(known) + len(rows)]}
        audit.record(actor, "activities.tick_paper", platform, changes=changes)
    return rows


@transaction.atomic
def untick(*, actor: User, photo: PaperTick) -> None:
    """Takes a photo away. Raises PermissionDenied."""
    require(actor, "activities.tick_paper", photo.platform)
    audit.record(actor, "activities.untick_paper", photo.platform, changes={"booklet": [photo.booklet.item_code, None]})
    files.remove(photo)


def request_booklets(
    *, actor: User, shelves: Iterable[Shelf], period: Period, only: Booklet | None = None, area: Area | None = None
) -> DocumentBatch:
    """Asks for the bound booklets of platforms, or one of them. A second press within the same minute gives the same batch.

    Raises PermissionDenied for a platform the actor may not print, and DomainError where there is nothing to bind.
    """
    wanted = []
    platforms: list[Platform] = []
    for shelf in shelves:
        require(actor, "activities.print_booklets", shelf.platform)
        chosen = [volume for volume in shelf.volumes if volume.state != State.RESERVED and (only is None or volume.booklet == only)]
        platforms += [shelf.platform] if chosen else []
        wanted += [_wanted(shelf.platform, volume, period) for volume in chosen]
    if not wanted:
        raise DomainError("没有可以印制的册簿档。")
    one = platforms[0] if len(platforms) == 1 else None
    what = only.title if only else "册簿档"
    title = f"{area or one or '各平台'}{what}（{period}）"
    pressed = f"{actor.pk} {timezone.localtime():%Y%m%d%H%M} {[each.subject for each in wanted]}"
    return documents.request_batch(key=batch_key(BOOKLET, period, pressed), title=title, actor=actor, documents=wanted)


def _wanted(platform: Platform, volume: Volume, period: Period) -> Wanted:
    title = f"{platform}{volume.booklet.title}（{period}）"
    number = volume.item.code.rpartition(".")[2]
    name = f"{platform.unit.name}_{platform.name}_{number.zfill(2)}_{volume.booklet.title}_{period.code}"
    return Wanted(BOOKLET, subject(platform, volume.booklet), title, name)
