"""Duty reports (向选民述职) with questions and a secret ballot, at least once a term on site (source speech 三（二）; 代表法 art. 58)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from deputies.defaults.duty_reports import TEMPLATE
from deputies.enums import BallotGrade, BallotMethod, DutyReportState
from deputies.models.register import ElectoralDistrict, Mandate
from deputies.querysets import DutyReportQuerySet


class BallotAspect(models.Model):
    """An aspect voters rate. Editable; a meeting keeps the aspects it started with."""

    name = models.CharField("评议方面", max_length=20)
    position = models.PositiveSmallIntegerField("顺序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "评议方面"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["name"], name="ballot_aspect_once")]

    def __str__(self) -> str:
        return self.name


class DutyReportMeeting(models.Model):
    """A meeting in an electoral district where one or several deputies report."""

    code = models.CharField("编号", max_length=32, unique=True)
    electoral_district = models.ForeignKey(ElectoralDistrict, models.PROTECT, related_name="duty_report_meetings", verbose_name="选区")
    planned_on = models.DateField("计划日期")
    held_on = models.DateField("举行日期", null=True, blank=True)
    place = models.CharField("地点", max_length=80, blank=True)
    voters_present = models.PositiveSmallIntegerField("到会选民", null=True, blank=True)
    state = models.CharField("状态", max_length=12, choices=DutyReportState, default=DutyReportState.PLANNED)
    method = models.CharField("测评方式", max_length=8, choices=BallotMethod, default=BallotMethod.PAPER)
    aspects = models.ManyToManyField(BallotAspect, blank=True, related_name="meetings", verbose_name="评议方面")
    slips_handed_out = models.PositiveSmallIntegerField("发出选票", null=True, blank=True)
    slips_collected = models.PositiveSmallIntegerField("收回选票", null=True, blank=True)
    closes_at = models.DateTimeField("扫码投票截止", null=True, blank=True)
    announced_at = models.DateTimeField("宣布时间", null=True, blank=True)

    objects = DutyReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "述职会"
        ordering = ["-planned_on", "code"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=DutyReportState.values), name="duty_report_state_known"),
            models.CheckConstraint(
                condition=models.Q(state=DutyReportState.PLANNED) | models.Q(held_on__isnull=False), name="held_meeting_has_date"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.electoral_district}述职会"


class DutyReport(models.Model):
    """One deputy's report at a meeting. The text is drafted from the dossier and exported to Word."""

    meeting = models.ForeignKey(DutyReportMeeting, models.CASCADE, related_name="reports", verbose_name="述职会")
    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="duty_reports", verbose_name="代表资格")
    is_on_site = models.BooleanField("现场述职", default=True)
    text = models.TextField("述职报告", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "述职"
        ordering = ["meeting", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "mandate"], name="duty_report_once_a_meeting")]

    def __str__(self) -> str:
        return f"{self.mandate.deputy}述职"


class DutyReportQuestion(models.Model):
    """A voter's question at the meeting and the answer."""

    report = models.ForeignKey(DutyReport, models.CASCADE, related_name="questions", verbose_name="述职")
    question = models.TextField("询问")
    answer = models.TextField("答复", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "选民询问"
        ordering = ["report", "pk"]

    def __str__(self) -> str:
        return self.question[:40]


class BallotSlip(models.Model):
    """The right to vote once at one meeting. SECURITY: a slip knows that it was used, never what was voted; only its token's
    hash is kept, and the votes are counted into ``DutyReportBallot`` without a link back."""

    meeting = models.ForeignKey(DutyReportMeeting, models.CASCADE, related_name="slips")
    token_hash = models.CharField(max_length=64, unique=True)
    number = models.PositiveSmallIntegerField("票号")
    used_at = models.DateTimeField("使用时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "选票"
        ordering = ["meeting", "number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="slip_number_once")]

    def __str__(self) -> str:
        return f"{self.meeting}第{self.number}号票"


class DutyReportBallot(models.Model):
    """The count of one grade for one aspect of one report: tallied from paper or counted up by scanned slips."""

    report = models.ForeignKey(DutyReport, models.CASCADE, related_name="ballots", verbose_name="述职")
    aspect = models.ForeignKey(BallotAspect, models.PROTECT, related_name="ballots", verbose_name="评议方面")
    grade = models.CharField("等次", max_length=16, choices=BallotGrade)
    count = models.PositiveIntegerField("票数", default=0)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="计票人")

    class Meta:
        verbose_name = verbose_name_plural = "测评结果"
        ordering = ["report", "aspect", "grade"]
        constraints = [
            models.UniqueConstraint(fields=["report", "aspect", "grade"], name="ballot_count_once"),
            models.CheckConstraint(condition=models.Q(grade__in=BallotGrade.values), name="ballot_grade_known"),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.aspect} {self.get_grade_display()}：{self.count}"


class DutyReportRule(models.Model):
    """What the congress asks of duty reports, editable: one row."""

    least_voters = models.PositiveSmallIntegerField(
        "到会选民不少于", default=30, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    least_per_term = models.PositiveSmallIntegerField("每届现场述职不少于（次）", default=1, validators=[MinValueValidator(1)])
    report_template = models.TextField(
        "述职报告提纲",
        default=TEMPLATE,
        help_text="〔届次〕〔姓名〕〔选区〕〔履职数据〕起草时自动填写，其余文字原样带入。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "述职要求"

    def __str__(self) -> str:
        return "述职要求"
