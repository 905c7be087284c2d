"""Uploads between preview and confirmation: nobody has to send a file twice."""

from __future__ import annotations

import hashlib
from typing import BinaryIO, cast

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from congress.errors import DomainError
from congress.imports import kinds, running
from congress.imports.plan import CREATED, UNCHANGED, UPDATED, Plan
from congress.imports.reading import MAX_BYTES, UnreadableFile, sniff
from congress.imports.resource import SheetResource
from congress.models import ImportFile, User


def resource_of(upload: ImportFile) -> SheetResource:
    resource = kinds.find(upload.kind)
    if resource is None:
        raise DomainError("这一种类的导入已不再提供。")
    return resource()


def keep(*, actor: User, resource: SheetResource, uploaded: UploadedFile) -> ImportFile:
    """Stores an upload whose table can be found. Raises UnreadableFile and keeps nothing when it can't.

    Uploads abandoned for a week are removed at the same time, because they hold personal data.
    """
    if (uploaded.size or 0) > MAX_BYTES:
        raise UnreadableFile(f"文件超过 {MAX_BYTES // 2**20} MB，请拆成几个文件后分别导入。")
    name = (uploaded.name or "")[-160:]
    running.read(resource, cast(BinaryIO, uploaded), name)
    uploaded.seek(0)
    data = uploaded.read()
    content_type, suffix = sniff(data)
    upload = ImportFile(
        kind=resource.key,
        original_name=name,
        content_type=content_type,
        suffix=suffix,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        uploaded_by=actor,
    )
    upload.file.save(name, ContentFile(data), save=False)
    upload.save(force_insert=True)
    for abandoned in ImportFile.objects.abandoned():
        discard(upload=abandoned)
    return upload


def preview(upload: ImportFile, actor: User) -> tuple[SheetResource, Plan]:
    """What confirming would do now."""
    resource = resource_of(upload)
    resource.actor = actor
    with upload.file.open("rb") as source:
        return resource, running.preview(resource, cast(BinaryIO, source), upload.original_name)


def confirm(*, actor: User, upload: ImportFile, expected: str) -> ImportFile:
    """Imports the kept file and removes it. Confirming twice imports once.

    Raises Conflict when the data changed since the preview, DomainError when rows are rejected; nothing is written then.
    """
    with transaction.atomic():
        upload = ImportFile.objects.select_for_update().get(pk=upload.pk)
        if upload.confirmed_at:
            return upload
        with upload.file.open("rb") as source:
            plan = running.run(
                actor=actor, resource=resource_of(upload), source=cast(BinaryIO, source), filename=upload.original_name, expected=expected
            )
        if plan.rejected:
            raise DomainError(f"有 {len(plan.rejected_rows)} 行不能导入，没有写入任何内容。请改正后重新上传。")
        counts = plan.counts
        upload.created, upload.updated, upload.unchanged = counts[CREATED], counts[UPDATED], counts[UNCHANGED]
        upload.confirmed_at = timezone.now()
        stored, storage = upload.file.name, upload.file.storage
        upload.file = ""
        upload.save()
        transaction.on_commit(lambda: storage.delete(str(stored)))
        return upload


def discard(*, upload: ImportFile) -> None:
    """Removes an upload that was not confirmed, with its content. A second time is a no-op."""
    if upload.confirmed_at is None:
        upload.file.delete(save=False)
        ImportFile.objects.filter(pk=upload.pk).delete()
