"""The annual plan of deputy work (年度代表工作计划, 代表法 art. 43)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from activities.enums import ActivityKind, PlanState
from activities.querysets.plans import AnnualPlanItemQuerySet, AnnualPlanQuerySet
from congress.models import Congress, Organisation


class AnnualPlan(models.Model):
    """A congress's plan for a year."""

    code = models.CharField("编号", max_length=32, unique=True)
    congress = models.ForeignKey(Congress, models.PROTECT, related_name="annual_plans", verbose_name="人民代表大会")
    year = models.PositiveSmallIntegerField("年度", validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    preface = models.TextField("总体要求", blank=True)
    state = models.CharField("状态", max_length=10, choices=PlanState, default=PlanState.DRAFT)
    meeting = models.CharField("通过的会议", max_length=60, blank=True, help_text="如：第五十二次主任会议")
    adopted_on = models.DateField("通过日期", null=True, blank=True)
    told_at = models.DateTimeField("通报时间", null=True, blank=True)
    published_at = models.DateTimeField("公布时间", null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="拟订人")
    version = models.PositiveIntegerField(default=0)

    objects = AnnualPlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "年度代表工作计划"
        ordering = ["-year", "congress"]
        constraints = [
            models.UniqueConstraint(fields=["congress", "year"], name="one_plan_a_year"),
            models.CheckConstraint(condition=models.Q(state__in=PlanState.values), name="plan_state_known"),
            models.CheckConstraint(
                condition=models.Q(state=PlanState.DRAFT) | models.Q(adopted_on__isnull=False) & ~models.Q(meeting=""),
                name="adopted_plan_names_meeting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年代表工作计划"


class AnnualPlanItem(models.Model):
    """One piece of work; the activities that name it fulfil it."""

    plan = models.ForeignKey(AnnualPlan, models.CASCADE, related_name="items", verbose_name="年度计划")
    position = models.PositiveSmallIntegerField("序号")
    text = models.CharField("工作内容", max_length=200)
    kind = models.CharField("活动形式", max_length=20, choices=ActivityKind, blank=True)
    count = models.PositiveSmallIntegerField("计划次数", default=1, validators=[MinValueValidator(1)])
    first_month = models.PositiveSmallIntegerField("从（月）", default=1, validators=[MinValueValidator(1), MaxValueValidator(12)])
    last_month = models.PositiveSmallIntegerField("至（月）", default=12, validators=[MinValueValidator(1), MaxValueValidator(12)])
    responsible = models.ForeignKey(Organisation, models.PROTECT, related_name="plan_items", verbose_name="责任单位")

    objects = AnnualPlanItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "计划事项"
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="plan_item_position_once"),
            models.CheckConstraint(condition=models.Q(last_month__gte=models.F("first_month")), name="plan_item_months_in_order"),
        ]

    def __str__(self) -> str:
        return self.text
