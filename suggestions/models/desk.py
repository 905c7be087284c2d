"""What staff keep beside the matters themselves, to work faster: filters of their own, templates of assignment."""

from django.conf import settings
from django.db import models

from congress.models import Organisation


class SavedFilter(models.Model):
    """A person's own cut of the list: ``query`` is the address's part after the question mark."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="suggestion_filters", verbose_name="账号")
    name = models.CharField("名称", max_length=20)
    query = models.CharField("条件", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "常用筛选"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_filter_once")]

    def __str__(self) -> str:
        return self.name


class AssignmentTemplate(models.Model):
    """Words and units that assignments use again. One answering unit leads; several answer each."""

    name = models.CharField("名称", max_length=40, unique=True)
    instruction = models.TextField("交办意见", blank=True)
    answering = models.ManyToManyField(Organisation, blank=True, related_name="+", verbose_name="主办（分办）单位")
    supporting = models.ManyToManyField(Organisation, blank=True, related_name="+", verbose_name="协办单位")

    class Meta:
        verbose_name = verbose_name_plural = "交办模板"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
