"""What came of a reply: evaluation, commitments, supervision, appraisal (代表法 art. 52; source speech 五)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from congress.models import Congress, Organisation, StoredFile
from deputies.models import Mandate
from suggestions.enums import CommitmentState, Grade, SupervisionMethod
from suggestions.models.handling import Reply
from suggestions.models.suggestions import Suggestion
from suggestions.querysets import CommitmentQuerySet, KeySupervisionQuerySet, SupervisionPhotoQuerySet, UnitReportQuerySet


class Evaluation(models.Model):
    """A deputy's judgement of one reply: attitude and result apart."""

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="evaluations", verbose_name="答复")
    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="evaluations", verbose_name="代表")
    attitude = models.CharField("办理态度", max_length=16, choices=Grade)
    result = models.CharField("办理结果", max_length=16, choices=Grade)
    text = models.TextField("意见", blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("评价时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "代表评价"
        ordering = ["reply", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["reply", "mandate"], name="evaluation_once"),
            models.CheckConstraint(
                condition=~models.Q(result=Grade.NOT_SATISFIED) | ~models.Q(text=""), name="dissatisfaction_is_explained"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mandate.deputy}评价{self.reply}"


class Commitment(models.Model):
    """A promise of a reply (承诺台账). Carried over years and terms until kept; evaluated again when due."""

    code = models.CharField("编号", max_length=32, unique=True)
    reply = models.ForeignKey(Reply, models.PROTECT, related_name="commitments", verbose_name="答复")
    text = models.TextField("承诺事项")
    due_on = models.DateField("完成期限", db_index=True)
    state = models.CharField("状态", max_length=10, choices=CommitmentState, default=CommitmentState.OPEN)
    progress = models.TextField("落实情况", blank=True)
    reported_on = models.DateField("报告日期", null=True, blank=True)
    grade = models.CharField("代表评价", max_length=16, choices=Grade, blank=True)
    comment = models.TextField("评价意见", blank=True)
    evaluated_on = models.DateField("评价日期", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "承诺事项"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=CommitmentState.values), name="commitment_state_known"),
            models.CheckConstraint(
                condition=models.Q(state=CommitmentState.OPEN) | models.Q(reported_on__isnull=False), name="reported_commitment_has_day"
            ),
        ]

    def __str__(self) -> str:
        return f"承诺事项{self.code}"


class CommitmentPhoto(StoredFile):
    """What the place looks like now that the promise is said to be kept."""

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="photos", verbose_name="承诺事项")

    class Meta:
        verbose_name = verbose_name_plural = "承诺落实照片"
        ordering = ["uploaded_at"]


class KeySupervision(models.Model):
    """A key suggestion: decided by a chairpersons' meeting, headed by a leader."""

    suggestion = models.OneToOneField(Suggestion, models.PROTECT, related_name="key_supervision", verbose_name="建议")
    year = models.PositiveSmallIntegerField("年度")
    meeting = models.CharField("主任会议", max_length=60, help_text="如：第五十二次主任会议")
    decided_on = models.DateField("确定日期")
    leader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="headed_suggestions", verbose_name="领衔领导")
    next_method = models.CharField("下一步方式", max_length=16, choices=SupervisionMethod, blank=True)
    next_on = models.DateField("下一步日期", null=True, blank=True)
    result = models.TextField("督办结果", blank=True)
    concluded_on = models.DateField("办结日期", null=True, blank=True)

    objects = KeySupervisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "重点督办"
        ordering = ["-year", "suggestion"]
        indexes = [models.Index(fields=["year"], name="key_supervision_year")]
        constraints = [
            models.CheckConstraint(condition=models.Q(concluded_on=None) | ~models.Q(result=""), name="concluded_supervision_has_result"),
            models.CheckConstraint(
                condition=models.Q(next_on=None, next_method="") | models.Q(next_on__isnull=False) & ~models.Q(next_method=""),
                name="next_supervision_has_day_and_method",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年重点督办：{self.suggestion}"


class SupervisionEvent(models.Model):
    """One of the five methods, with minutes and photos."""

    supervision = models.ForeignKey(KeySupervision, models.CASCADE, related_name="events", verbose_name="重点督办")
    method = models.CharField("方式", max_length=16, choices=SupervisionMethod)
    on = models.DateField("日期")
    place = models.CharField("地点", max_length=80, blank=True)
    minutes = models.TextField("督办情况")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")

    class Meta:
        verbose_name = verbose_name_plural = "督办活动"
        ordering = ["supervision", "on", "pk"]
        constraints = [models.CheckConstraint(condition=models.Q(method__in=SupervisionMethod.values), name="supervision_method_known")]

    def __str__(self) -> str:
        return f"{self.supervision}{self.get_method_display()}"


class SupervisionPhoto(StoredFile):
    event = models.ForeignKey(SupervisionEvent, models.CASCADE, related_name="photos", verbose_name="督办活动")

    objects = SupervisionPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督办照片"
        ordering = ["uploaded_at"]


class SpotCheck(models.Model):
    """The quality of a reply, looked at by hand for the year's appraisal of its unit."""

    reply = models.OneToOneField(Reply, models.CASCADE, related_name="spot_check", verbose_name="答复")
    score = models.PositiveSmallIntegerField("质量评分", validators=[MaxValueValidator(100)])
    note = models.CharField("说明", max_length=200, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="抽查人")
    checked_on = models.DateField("抽查日期")

    class Meta:
        verbose_name = verbose_name_plural = "答复质量抽查"
        ordering = ["-checked_on", "-pk"]
        constraints = [models.CheckConstraint(condition=models.Q(score__lte=100), name="spot_check_at_most_100")]

    def __str__(self) -> str:
        return f"抽查{self.reply}"


class UnitReport(StoredFile):
    """A unit's report on the year's handling, and what the deliberation said of it."""

    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="handling_reports", verbose_name="承办单位")
    year = models.PositiveSmallIntegerField("年度")
    deliberation = models.TextField("审议意见", blank=True)
    deliberated_on = models.DateField("审议日期", null=True, blank=True)

    objects = UnitReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办理情况报告"
        ordering = ["-year", "unit"]
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="unit_report_once_a_year")]


class SpotCheckDraw(models.Model):
    """How the year's sample of replies was drawn. With these four numbers anybody draws the same replies again."""

    congress = models.ForeignKey(Congress, models.CASCADE, related_name="spot_check_draws", verbose_name="人民代表大会")
    year = models.PositiveSmallIntegerField("年度")
    until = models.DateField("答复截至", help_text="只在这一天以前发出的答复中抽取")
    per_unit = models.PositiveSmallIntegerField("每个单位抽取（件）", validators=[MinValueValidator(1), MaxValueValidator(50)])
    seed = models.CharField("抽样号", max_length=20)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="抽样人")
    drawn_on = models.DateField("抽样日期")

    class Meta:
        verbose_name = verbose_name_plural = "质量抽查抽样"
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["congress", "year"], name="spot_check_draw_once_a_year")]

    def __str__(self) -> str:
        return f"{self.year}年度答复质量抽样"


class Appraisal(models.Model):
    """A year's appraisal of units as it was settled: what is edited afterwards, weights or records, does not rewrite it.

    ``content`` is what ``suggestions.services.appraising`` writes and reads: the weights and a line a unit.
    """

    congress = models.ForeignKey(Congress, models.CASCADE, related_name="appraisals", verbose_name="人民代表大会")
    year = models.PositiveSmallIntegerField("年度")
    content = models.JSONField("考评结果")
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="定稿人")
    settled_on = models.DateField("定稿日期")

    class Meta:
        verbose_name = verbose_name_plural = "承办单位考评"
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["congress", "year"], name="appraisal_once_a_year")]

    def __str__(self) -> str:
        return f"{self.year}年度承办单位考评"
