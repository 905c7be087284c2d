"""What a round leaves behind: bulletins that never change, and what must be put right."""

from django.conf import settings
from django.db import models

from congress.models import Area, DocumentBatch
from platforms.enums import RectificationState
from platforms.models.platforms import Platform
from platforms.models.rounds import AssessmentRound, ItemScore
from platforms.models.tables import ScoreItem
from platforms.querysets import BulletinQuerySet, RectificationQuerySet


class Bulletin(models.Model):
    """One published version of a round's result (通报). ``results`` is the whole result as it was; a correction is a new version with a name."""

    round = models.ForeignKey(AssessmentRound, models.PROTECT, related_name="bulletins", verbose_name="考评")
    version = models.PositiveSmallIntegerField("版本", default=1)
    name = models.CharField("名称", max_length=60, blank=True, help_text="更正版的名称，如：第一次更正")
    reason = models.CharField("更正原因", max_length=300, blank=True)
    number = models.CharField("发文字号", max_length=40, blank=True, help_text="如：榕人办发〔2026〕27号")
    issued_on = models.DateField("成文日期")
    published_at = models.DateTimeField("发布时间", auto_now_add=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="发布人")
    results = models.JSONField("结果")
    batch = models.OneToOneField(DocumentBatch, models.SET_NULL, null=True, related_name="bulletin", verbose_name="文件")

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通报"
        ordering = ["round", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["round", "version"], name="bulletin_version_once"),
            models.CheckConstraint(condition=models.Q(version=1) | (~models.Q(name="") & ~models.Q(reason="")), name="correction_is_named"),
        ]

    def __str__(self) -> str:
        return f"{self.round}通报{f'（{self.name}）' if self.name else ''}"


class Correction(models.Model):
    """A score changed by a corrected bulletin; the scored row itself stays as published."""

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="corrections", verbose_name="通报")
    item_score = models.ForeignKey(ItemScore, models.PROTECT, related_name="corrections", verbose_name="项目得分")
    score = models.DecimalField("更正后得分", max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = verbose_name_plural = "更正"
        constraints = [models.UniqueConstraint(fields=["bulletin", "item_score"], name="item_corrected_once_a_bulletin")]

    def __str__(self) -> str:
        return f"{self.item_score}：{self.score}"


class Rectification(models.Model):
    """A 整改 item: made on publishing, carried into each following round until it is verified."""

    code = models.CharField("编号", max_length=24, unique=True)
    round = models.ForeignKey(AssessmentRound, models.PROTECT, related_name="rectifications", verbose_name="考评")
    area = models.ForeignKey(Area, models.PROTECT, related_name="rectifications", verbose_name="镇（街道）")
    platform = models.ForeignKey(Platform, models.PROTECT, null=True, blank=True, related_name="rectifications", verbose_name="平台")
    item = models.ForeignKey(ScoreItem, models.PROTECT, related_name="rectifications", verbose_name="项目")
    problem = models.CharField("问题", max_length=300)
    due_on = models.DateField("整改期限")
    state = models.CharField("状态", max_length=10, choices=RectificationState, default=RectificationState.OPEN)
    report = models.TextField("整改情况", blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="报告人")
    reported_at = models.DateTimeField("报告时间", null=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="复核人")
    verified_at = models.DateTimeField("复核时间", null=True)
    returned_reason = models.CharField("退回理由", max_length=300, blank=True)

    objects = RectificationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "整改"
        ordering = ["due_on", "code"]
        indexes = [models.Index(fields=["state", "due_on", "code"], name="rectification_worklist")]  # the list's own order
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=RectificationState.values), name="rectification_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state=RectificationState.VERIFIED) | models.Q(verified_at__isnull=False),
                name="verified_rectification_has_date",
            ),
            models.CheckConstraint(
                condition=models.Q(state=RectificationState.OPEN) | ~models.Q(report=""), name="reported_rectification_has_report"
            ),
        ]

    def __str__(self) -> str:
        return self.problem
