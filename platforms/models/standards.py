"""Standards (十有、两展示、册簿档、四规范四提升) as versioned, editable data, and how each platform stands to them."""

from django.conf import settings
from django.db import models

from platforms.enums import CheckState, StandardScope
from platforms.models.platforms import Platform
from platforms.querysets import StandardCheckQuerySet, StandardQuerySet


class Standard(models.Model):
    """One named set of items, in one version. Only the current version of a key is checked against."""

    key = models.SlugField("标识", max_length=40)
    version = models.PositiveSmallIntegerField("版本", default=1)
    name = models.CharField("名称", max_length=40)
    scope = models.CharField("适用范围", max_length=16, choices=StandardScope)
    source = models.CharField("依据", max_length=160, blank=True)
    is_current = models.BooleanField("现行", default=True)
    position = models.PositiveSmallIntegerField("顺序", default=0)

    objects = StandardQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "建设标准"
        ordering = ["position", "key", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="standard_version_once"),
            models.CheckConstraint(condition=models.Q(scope__in=StandardScope.values), name="standard_scope_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（第{self.version}版）"


class StandardItem(models.Model):
    standard = models.ForeignKey(Standard, models.CASCADE, related_name="items", verbose_name="标准")
    code = models.CharField("编号", max_length=40, help_text="跨版本不变，指标按它取数，如 ten-haves.6")
    name = models.CharField("名称", max_length=60)
    short_name = models.CharField("简称", max_length=8, help_text="表头用，至多四字为宜")
    requirement = models.CharField("要求", max_length=300, blank=True)
    position = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "标准项目"
        ordering = ["standard", "position"]
        constraints = [models.UniqueConstraint(fields=["standard", "code"], name="standard_item_once")]

    def __str__(self) -> str:
        return self.name


class StandardCheck(models.Model):
    """How one platform stands to one item; no row means nobody has looked yet, and counts as 缺."""

    platform = models.ForeignKey(Platform, models.CASCADE, related_name="checks", verbose_name="平台")
    item = models.ForeignKey(StandardItem, models.CASCADE, related_name="checks", verbose_name="项目")
    state = models.CharField("状态", max_length=8, choices=CheckState)
    note = models.CharField("说明", max_length=300, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="检查人")
    checked_at = models.DateTimeField("检查时间")

    objects = StandardCheckQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "达标情况"
        ordering = ["platform", "item"]
        constraints = [
            models.UniqueConstraint(fields=["platform", "item"], name="check_once_per_item"),
            models.CheckConstraint(condition=models.Q(state__in=CheckState.values), name="check_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.item} {self.get_state_display()}"
