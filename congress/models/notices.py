"""Notices inside the product."""

from django.conf import settings
from django.db import models

from congress.querysets import NotificationQuerySet


class Notification(models.Model):
    """One sentence for one person, with the page where it can be acted on. Sent by ``congress.services.notices``."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", verbose_name="收件人")
    text = models.CharField("内容", max_length=200)
    url = models.CharField("地址", max_length=200, blank=True)
    key = models.CharField(max_length=120, help_text="one event, one key: sending twice leaves one notice")
    created_at = models.DateTimeField("时间", auto_now_add=True)
    read_at = models.DateTimeField("已读时间", null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_once_per_event")]
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="notices_newest_first"),
            models.Index(fields=["user", "read_at"], name="notices_unread"),
        ]

    def __str__(self) -> str:
        return self.text
