"""Duty rules (三个一、六个一 and every other quota) as data."""

from django.db import models

from activities.enums import DutyPeriod, DutySubject
from activities.querysets import DutyRuleQuerySet
from congress.enums import CongressLevel


class DutyRule(models.Model):
    """At least ``minimum`` (and at most ``maximum``) of what its figures count, for every such subject and period.

    ``family`` joins rules people know under one name, such as 三个一. A rule that is switched off or changed does not rewrite
    what a closed period showed: it holds for the periods whose last day lies from ``starts_on`` to ``ends_on``. Written by
    ``services.duties`` only.
    """

    code = models.SlugField("标识", max_length=40, unique=True)
    family = models.CharField("所属", max_length=20, blank=True, help_text="如：三个一、六个一")
    name = models.CharField("名称", max_length=60)
    subject = models.CharField("对象", max_length=16, choices=DutySubject)
    level = models.CharField("代表层级", max_length=10, choices=CongressLevel, blank=True, help_text="只对某一级代表的填写")
    kinds = models.CharField(
        "类别",
        max_length=80,
        blank=True,
        help_text="只对某几类平台或者区划的填写类别代码，用“|”隔开，如：activity_centre|deputies_home；空着适用于各类",
    )
    period = models.CharField("周期", max_length=8, choices=DutyPeriod)
    minimum = models.DecimalField("不少于", max_digits=7, decimal_places=2)
    maximum = models.DecimalField("不超过", max_digits=7, decimal_places=2, null=True, blank=True)
    basis = models.CharField("依据", max_length=160, blank=True)
    starts_on = models.DateField("起用日期", null=True, blank=True)
    ends_on = models.DateField("停用日期", null=True, blank=True)
    position = models.PositiveSmallIntegerField("顺序", default=0)

    objects = DutyRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "履职要求"
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(condition=models.Q(subject__in=DutySubject.values), name="duty_subject_known"),
            models.CheckConstraint(condition=models.Q(period__in=DutyPeriod.values), name="duty_period_known"),
            models.CheckConstraint(
                condition=models.Q(maximum__isnull=True) | models.Q(maximum__gte=models.F("minimum")), name="duty_maximum_not_below_minimum"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DutyRuleFigure(models.Model):
    """A figure that counts towards a rule; the values of several are added up."""

    rule = models.ForeignKey(DutyRule, models.CASCADE, related_name="figures", verbose_name="履职要求")
    figure = models.CharField("指标", max_length=60)
    argument = models.CharField("范围", max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "计入的指标"
        ordering = ["rule", "pk"]
        constraints = [models.UniqueConstraint(fields=["rule", "figure", "argument"], name="duty_figure_once")]

    def __str__(self) -> str:
        return f"{self.figure} {self.argument}".rstrip()


class DutyReminder(models.Model):
    """That the subjects behind of a rule were reminded at this stage of the period: once, whatever runs twice."""

    rule = models.ForeignKey(DutyRule, models.CASCADE, related_name="reminders")
    period = models.CharField("周期", max_length=20)
    stage = models.CharField("时点", max_length=8)  # "half" or "end"
    sent_at = models.DateTimeField(auto_now_add=True)
    count = models.PositiveIntegerField("提醒对象数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "履职提醒"
        constraints = [models.UniqueConstraint(fields=["rule", "period", "stage"], name="duty_reminded_once")]

    def __str__(self) -> str:
        return f"{self.rule} {self.period}"
