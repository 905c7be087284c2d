"""Score tables (考评细则): items, deductions and grades, versioned and frozen once a round has started with them."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from platforms.enums import Subject, SuggestionMethod
from platforms.querysets import ScoreTableQuerySet


class ScoreTable(models.Model):
    """One version of the score table. ``frozen_at`` is set when a round starts with it; from then on it never changes.

    An area's total: own items as a percentage × (1 − ``platform_weight``) + mean of its platforms' scores ×
    ``platform_weight`` + bonus − deductions. Time limits are in the form of the ``due`` command (10wd, 1m, 30d).
    """

    version = models.PositiveSmallIntegerField("版本", unique=True)
    name = models.CharField("名称", max_length=80, help_text="如：考评细则（2026年版）")
    platform_weight = models.DecimalField(
        "平台得分权重",
        max_digits=4,
        decimal_places=3,
        default=Decimal("0.5"),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))],
        help_text="0 至 1。镇（街道）总分中平台平均分所占的比重，其余为镇（街道）自身项目",
    )
    bonus_cap = models.DecimalField("加分上限", max_digits=5, decimal_places=2, default=Decimal(10))
    score_step = models.DecimalField("打分间隔", max_digits=4, decimal_places=2, default=Decimal("0.5"))
    rectify_below = models.DecimalField(
        "整改线", max_digits=4, decimal_places=3, default=Decimal("0.6"), help_text="得分率低于此值的项目列入整改清单"
    )
    opens_before_end = models.PositiveSmallIntegerField("季末前几天开始", default=40)
    self_scoring_limit = models.CharField("自评期限", max_length=8, default="5wd")
    cross_scoring_limit = models.CharField("交叉评期限", max_length=8, default="10wd")
    sign_off_limit = models.CharField("审定期限", max_length=8, default="5wd")
    objection_limit = models.CharField("异议期限", max_length=8, default="3wd")
    rectification_limit = models.CharField("整改期限", max_length=8, default="1m")
    is_current = models.BooleanField("现行", default=False)
    frozen_at = models.DateTimeField("启用时间", null=True, blank=True, editable=False)

    objects = ScoreTableQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "考评细则"
        ordering = ["-version"]
        constraints = [models.CheckConstraint(condition=models.Q(platform_weight__range=(0, 1)), name="platform_weight_is_a_share")]

    def __str__(self) -> str:
        return self.name


class ScoreItem(models.Model):
    """One item. ``figure`` names a registered figure; while nobody has registered it, screens say 暂无系统建议."""

    table = models.ForeignKey(ScoreTable, models.CASCADE, related_name="items", verbose_name="考评细则")
    code = models.CharField("编号", max_length=20)
    group = models.CharField("大项", max_length=40)
    name = models.CharField("项目", max_length=80)
    subject = models.CharField("对象", max_length=8, choices=Subject)
    max_score = models.DecimalField("分值", max_digits=5, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))])
    is_bonus = models.BooleanField("加分项", default=False)
    criteria = models.TextField("评分标准", blank=True, help_text="每行一条")
    evidence = models.CharField("查看内容", max_length=160, blank=True)
    figure = models.CharField("指标", max_length=60, blank=True)
    figure_argument = models.CharField("指标参数", max_length=60, blank=True)
    method = models.CharField("建议方法", max_length=10, choices=SuggestionMethod, default=SuggestionMethod.RATIO)
    full_at = models.DecimalField("满分值", max_digits=8, decimal_places=2, default=Decimal(1))
    position = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "考评项目"
        ordering = ["table", "position"]
        constraints = [
            models.UniqueConstraint(fields=["table", "code"], name="score_item_once"),
            models.CheckConstraint(condition=models.Q(max_score__gt=0), name="score_item_max_positive"),
            models.CheckConstraint(condition=models.Q(full_at__gt=0), name="score_item_full_at_positive"),
        ]

    def __str__(self) -> str:
        return self.name


class DeductionRule(models.Model):
    """A reason to take points off. ``trigger`` says what the clock finds by itself; others are entered by hand."""

    LATE, UNRECTIFIED = "late", "unrectified"
    TRIGGERS = [(LATE, "自评迟交"), (UNRECTIFIED, "整改逾期未完成")]

    table = models.ForeignKey(ScoreTable, models.CASCADE, related_name="deduction_rules", verbose_name="考评细则")
    code = models.CharField("编号", max_length=20)
    name = models.CharField("扣分事项", max_length=80)
    points = models.DecimalField("每次扣分", max_digits=5, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))])
    trigger = models.CharField("自动认定", max_length=12, choices=TRIGGERS, blank=True)
    position = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "扣分规则"
        ordering = ["table", "position"]
        constraints = [models.UniqueConstraint(fields=["table", "code"], name="deduction_rule_once")]

    def __str__(self) -> str:
        return self.name


class Grade(models.Model):
    """A 等次: scores from ``minimum`` up to the next grade's."""

    table = models.ForeignKey(ScoreTable, models.CASCADE, related_name="grades", verbose_name="考评细则")
    name = models.CharField("等次", max_length=20)
    minimum = models.DecimalField("最低分", max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = verbose_name_plural = "等次"
        ordering = ["table", "-minimum"]
        constraints = [models.UniqueConstraint(fields=["table", "minimum"], name="grade_minimum_once")]

    def __str__(self) -> str:
        return self.name
