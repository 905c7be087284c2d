"""Printed documents: what was asked for, how far it is, and the file with its SHA-256."""

from django.conf import settings
from django.db import models

from congress.enums import DocumentState
from congress.querysets import DocumentBatchQuerySet, DocumentQuerySet


class DocumentBatch(models.Model):
    """Documents that belong together, such as all of one bulletin; its progress is counted from their states."""

    key = models.CharField(
        max_length=80, unique=True, help_text="what the batch is for, e.g. bulletin-2026Q3-1; asking twice gives the same batch"
    )
    title = models.CharField("名称", max_length=120)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="申请人")
    created_at = models.DateTimeField("申请时间", auto_now_add=True)

    objects = DocumentBatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "文件批次"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title


class Document(models.Model):
    """One printable document. The worker that turns ``waiting`` into ``rendering`` by a conditional UPDATE renders it.

    A claim older than the lease is anyone's again, so that a killed worker loses nothing; a ready document is never
    rendered a second time.
    """

    batch = models.ForeignKey(DocumentBatch, models.CASCADE, related_name="documents", verbose_name="批次")
    kind = models.CharField("种类", max_length=40)
    subject = models.CharField("对象编号", max_length=60)
    title = models.CharField("标题", max_length=160)
    filename = models.CharField("文件名", max_length=120)
    position = models.PositiveIntegerField("顺序", default=0)
    state = models.CharField("状态", max_length=12, choices=DocumentState, default=DocumentState.WAITING)
    claimed_at = models.DateTimeField(null=True, editable=False)
    claim = models.UUIDField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    error = models.CharField("原因", max_length=300, blank=True)
    file = models.FileField("文件", upload_to="documents/%Y/%m", max_length=120, blank=True)
    sha256 = models.CharField("校验值", max_length=64, blank=True)
    size = models.PositiveIntegerField("字节数", null=True)
    pages = models.PositiveIntegerField("页数", null=True)
    ready_at = models.DateTimeField("生成时间", null=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "文件"
        ordering = ["batch", "position", "pk"]
        indexes = [
            models.Index(fields=["batch", "position"], name="documents_in_order"),
            models.Index(fields=["batch", "kind", "state"], name="documents_by_state"),  # progress is counted from it alone
        ]
        constraints = [
            models.UniqueConstraint(fields=["batch", "kind", "subject"], name="document_once_per_batch"),
            models.CheckConstraint(condition=models.Q(state__in=DocumentState.values), name="document_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state=DocumentState.READY) | (~models.Q(sha256="") & ~models.Q(file="")), name="ready_document_has_file"
            ),
        ]

    def __str__(self) -> str:
        return self.title
