"""A quarter's cross-assessment (交叉考评), as it goes on."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from congress.models import Area, Congress
from congress.periods import Period
from platforms.enums import AssignmentState, ObjectionState, RoundState
from platforms.models.platforms import Platform
from platforms.models.tables import DeductionRule, ScoreItem, ScoreTable
from platforms.querysets import AssessmentQuerySet, CrossAssignmentQuerySet, ItemScoreQuerySet, ObjectionQuerySet, RoundQuerySet


class AssessmentRound(models.Model):
    """One round a quarter. It keeps the score table it started with, and the seed of its draw."""

    code = models.CharField("编号", max_length=6, unique=True, help_text="如 2026Q3")
    congress = models.ForeignKey(Congress, models.PROTECT, related_name="rounds", verbose_name="人民代表大会")
    year = models.PositiveSmallIntegerField("年度", validators=[MinValueValidator(2000), MaxValueValidator(2999)])
    quarter = models.PositiveSmallIntegerField("季度", validators=[MinValueValidator(1), MaxValueValidator(4)])
    table = models.ForeignKey(ScoreTable, models.PROTECT, related_name="rounds", verbose_name="考评细则")
    state = models.CharField("阶段", max_length=16, choices=RoundState, default=RoundState.SELF_SCORING)
    seed = models.CharField("抽签种子", max_length=40)
    opened_on = models.DateField("开始日期")
    self_scoring_until = models.DateField("自评截止")
    cross_scoring_until = models.DateField("交叉评截止")
    sign_off_until = models.DateField("审定截止")
    objection_until = models.DateField("异议截止", null=True, blank=True)
    signed_off_on = models.DateField("审定日期", null=True, blank=True)
    meeting = models.CharField("审定会议", max_length=60, blank=True, help_text="如：区八届人大常委会第五十二次主任会议")
    highlights = models.TextField("主要做法和亮点", blank=True, help_text="写入通报第三部分，每段一行")
    problems = models.TextField("共性问题", blank=True, help_text="写入通报第四部分，每段一行")
    demands = models.TextField("下步要求", blank=True, help_text="写入通报第五部分，每段一行；空着则用默认写法")

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "季度考评"
        ordering = ["-year", "-quarter"]
        constraints = [
            models.UniqueConstraint(fields=["year", "quarter"], name="one_round_a_quarter"),
            models.CheckConstraint(condition=models.Q(quarter__range=(1, 4)), name="round_quarter_1_to_4"),
            models.CheckConstraint(condition=models.Q(state__in=RoundState.values), name="round_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state__in=[RoundState.OBJECTION, RoundState.PUBLISHED]) | models.Q(signed_off_on__isnull=False),
                name="signed_off_before_objection",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period.label}交叉考评"

    @property
    def period(self) -> Period:
        return Period.quarter(self.year, self.quarter)


class CrossAssignment(models.Model):
    """Who assesses whom (交叉考评): never one's own town. Carries how far the area's assessment is."""

    round = models.ForeignKey(AssessmentRound, models.CASCADE, related_name="assignments", verbose_name="考评")
    area = models.ForeignKey(Area, models.PROTECT, related_name="assessed_in", verbose_name="被考评单位")
    assessor = models.ForeignKey(Area, models.PROTECT, related_name="assesses_in", verbose_name="考评单位")
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="led_assignments", verbose_name="带队领导"
    )
    state = models.CharField("进度", max_length=16, choices=AssignmentState, default=AssignmentState.SELF_SCORING)
    self_submitted_at = models.DateTimeField("自评提交时间", null=True)
    self_submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    cross_submitted_at = models.DateTimeField("交叉评提交时间", null=True)
    cross_submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    signed_off_at = models.DateTimeField("审定时间", null=True)
    signed_off_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    returned_reason = models.CharField("退回理由", max_length=300, blank=True)

    objects = CrossAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "交叉安排"
        ordering = ["round", "area__position", "area__code"]
        constraints = [
            models.UniqueConstraint(fields=["round", "area"], name="area_assessed_once_a_round"),
            models.CheckConstraint(condition=~models.Q(area=models.F("assessor")), name="nobody_assesses_itself"),
            models.CheckConstraint(condition=models.Q(state__in=AssignmentState.values), name="assignment_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.assessor} → {self.area}"


class Assessment(models.Model):
    """One sheet: the area's own items, or one platform's. ``code`` is the area's or the platform's code."""

    assignment = models.ForeignKey(CrossAssignment, models.CASCADE, related_name="assessments", verbose_name="交叉安排")
    round = models.ForeignKey(AssessmentRound, models.CASCADE, related_name="assessments", verbose_name="考评")
    area = models.ForeignKey(Area, models.PROTECT, related_name="assessments", verbose_name="镇（街道）")
    platform = models.ForeignKey(Platform, models.PROTECT, null=True, blank=True, related_name="assessments", verbose_name="平台")
    code = models.CharField("编号", max_length=32)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "考评表"
        ordering = ["round", "area__position", "area__code", "code"]
        constraints = [models.UniqueConstraint(fields=["round", "code"], name="one_sheet_a_subject")]

    def __str__(self) -> str:
        return str(self.platform or self.area)


class ItemScore(models.Model):
    """One item on one sheet, from self-score to final score.

    ``version`` counts writes: a form carries the one it read, and a write against an older one is refused, so that of
    two people scoring one item at once exactly one wins. ``max_score`` repeats the frozen table's, so that the database
    itself refuses a score above it.
    """

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="scores", verbose_name="考评表")
    item = models.ForeignKey(ScoreItem, models.PROTECT, related_name="scores", verbose_name="项目")
    max_score = models.DecimalField("分值", max_digits=5, decimal_places=2)
    suggested = models.DecimalField("系统建议", max_digits=5, decimal_places=2, null=True)
    figure_value = models.DecimalField("指标值", max_digits=12, decimal_places=2, null=True)
    self_score = models.DecimalField("自评", max_digits=5, decimal_places=2, null=True, blank=True)
    self_note = models.CharField("自评说明", max_length=300, blank=True)
    cross_score = models.DecimalField("交叉评", max_digits=5, decimal_places=2, null=True, blank=True)
    reason = models.CharField("与建议不同的理由", max_length=300, blank=True)
    problem = models.CharField("存在问题", max_length=300, blank=True, help_text="写入整改清单")
    decided_score = models.DecimalField("异议后得分", max_digits=5, decimal_places=2, null=True, blank=True)
    scored_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="评分人")
    scored_at = models.DateTimeField("评分时间", null=True)
    version = models.PositiveIntegerField(default=0)

    objects = ItemScoreQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "项目得分"
        ordering = ["assessment", "item__position"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "item"], name="item_scored_once_a_sheet"),
            *[
                models.CheckConstraint(
                    condition=models.Q(**{f"{field}__isnull": True})
                    | models.Q(**{f"{field}__gte": 0, f"{field}__lte": models.F("max_score")}),
                    name=f"{field}_within_maximum",
                )
                for field in ("suggested", "self_score", "cross_score", "decided_score")
            ],
        ]

    def __str__(self) -> str:
        return f"{self.assessment} {self.item}"

    @property
    def final_score(self) -> Decimal | None:
        """What counts: the office's decision on an objection, else the assessors' score."""
        return self.cross_score if self.decided_score is None else self.decided_score


class Deduction(models.Model):
    """Points taken off an area in a round. Automatic ones carry the rule's trigger and are counted once."""

    assignment = models.ForeignKey(CrossAssignment, models.CASCADE, related_name="deductions", verbose_name="交叉安排")
    rule = models.ForeignKey(DeductionRule, models.PROTECT, related_name="deductions", verbose_name="扣分规则")
    count = models.PositiveSmallIntegerField("次数", default=1)
    reason = models.CharField("事由", max_length=300)
    is_automatic = models.BooleanField(default=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="认定人")
    entered_at = models.DateTimeField("认定时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "扣分"
        ordering = ["assignment", "rule__position", "pk"]
        constraints = [models.CheckConstraint(condition=models.Q(count__gte=1), name="deduction_counts_once_or_more")]

    def __str__(self) -> str:
        return f"{self.assignment.area} {self.rule}"

    @property
    def points(self) -> Decimal:
        return self.rule.points * self.count


class Objection(models.Model):
    """A unit objects to an item in the objection window; the office decides."""

    item_score = models.ForeignKey(ItemScore, models.CASCADE, related_name="objections", verbose_name="项目得分")
    text = models.TextField("异议")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人")
    raised_at = models.DateTimeField("提出时间", auto_now_add=True)
    state = models.CharField("状态", max_length=10, choices=ObjectionState, default=ObjectionState.RAISED)
    decision = models.TextField("答复", blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="答复人")
    decided_at = models.DateTimeField("答复时间", null=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "异议"
        ordering = ["-raised_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=ObjectionState.values), name="objection_state_known"),
            models.CheckConstraint(
                condition=models.Q(state=ObjectionState.RAISED) | (models.Q(decided_at__isnull=False) & ~models.Q(decision="")),
                name="decided_objection_has_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"对“{self.item_score.item}”的异议"
