"""A file somebody uploaded, after its content was looked at."""

import uuid

from django.conf import settings
from django.db import models


def private_path(instance: "StoredFile", filename: str) -> str:
    """A path that tells nothing: the person's own file name is kept in a column, never on disk."""
    return f"files/{instance.pk.hex[:2]}/{instance.pk.hex}{instance.suffix}"


class StoredFile(models.Model):
    """Base of each app's evidence and attachments: content type sniffed, size bounded, EXIF and GPS stripped.

    Made by ``congress.services.files.store``; the app that owns the concrete table decides who may read it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.FileField("文件", upload_to=private_path, max_length=120)
    thumbnail = models.FileField("缩略图", upload_to="thumbnails/%Y/%m", max_length=120, blank=True)
    original_name = models.CharField("原文件名", max_length=160)
    content_type = models.CharField("类型", max_length=80)
    suffix = models.CharField(max_length=8)
    size = models.PositiveIntegerField("字节数")
    sha256 = models.CharField("校验值", max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")
