"""A file somebody uploaded to import, kept from the preview to the confirmation."""

from django.db import models

from congress.models.files import StoredFile
from congress.querysets import ImportFileQuerySet


class ImportFile(StoredFile):
    """One upload of one kind. The content is removed once it is imported, or a week after nobody confirmed it."""

    kind = models.CharField("种类", max_length=20)
    confirmed_at = models.DateTimeField("导入时间", null=True, blank=True)
    created = models.PositiveIntegerField("新增", default=0)
    updated = models.PositiveIntegerField("更新", default=0)
    unchanged = models.PositiveIntegerField("未变", default=0)

    objects = ImportFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入文件"
        ordering = ["-uploaded_at"]
