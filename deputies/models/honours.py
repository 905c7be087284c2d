"""创先争优: deeds, honours and yearly nominations."""

from django.conf import settings
from django.db import models

from congress.models import Area, StoredFile
from deputies.enums import DeedState, NominationState
from deputies.models.register import Deputy
from deputies.querysets import DeedQuerySet, HonourQuerySet, NominationQuerySet


class Deed(models.Model):
    """What a deputy did, told with photos. ``is_public`` marks it for the public site after approval (代表法 art. 56)."""

    code = models.CharField("编号", max_length=32, unique=True)
    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="deeds", verbose_name="代表")
    title = models.CharField("标题", max_length=80)
    story = models.TextField("事迹")
    on = models.DateField("日期")
    state = models.CharField("状态", max_length=10, choices=DeedState, default=DeedState.DRAFT)
    is_public = models.BooleanField("可公开", default=False)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="填写人")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="审核人")
    approved_at = models.DateTimeField("审核时间", null=True)
    returned_reason = models.CharField("退回理由", max_length=200, blank=True)

    objects = DeedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "先进事迹"
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=DeedState.values), name="deed_state_known"),
            models.CheckConstraint(
                condition=models.Q(is_public=False) | models.Q(state=DeedState.APPROVED), name="public_deed_is_approved"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class DeedPhoto(StoredFile):
    deed = models.ForeignKey(Deed, models.CASCADE, related_name="photos", verbose_name="事迹")

    class Meta:
        verbose_name = verbose_name_plural = "事迹照片"
        ordering = ["uploaded_at"]


class Honour(models.Model):
    """A commendation a deputy received."""

    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="honours", verbose_name="代表")
    name = models.CharField("称号", max_length=80)
    level = models.CharField("级别", max_length=20, help_text="如：区级、市级、自治区级")
    awarded_by = models.CharField("授予单位", max_length=80)
    on = models.DateField("授予日期")

    objects = HonourQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "表彰奖励"
        ordering = ["-on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["deputy", "name", "on"], name="honour_once")]

    def __str__(self) -> str:
        return self.name


class NominationRound(models.Model):
    """One year's choice of outstanding deputies. Quota and exclusions are data (``practice`` differs from place to place)."""

    year = models.PositiveSmallIntegerField("年度", unique=True)
    quota_percent = models.DecimalField("名额比例（%）", max_digits=5, decimal_places=2, default=20)
    excludes_leaders = models.BooleanField("常委会组成人员不参评", default=True)
    closes_on = models.DateField("推荐截止")
    meeting = models.CharField("审定会议", max_length=60, blank=True, help_text="如：区八届人大常委会第六十次主任会议")
    decided_on = models.DateField("审定日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "优秀代表评选"
        ordering = ["-year"]

    def __str__(self) -> str:
        return f"{self.year}年度优秀代表评选"


class Nomination(models.Model):
    """A deputy put forward by a town, examined by the office, decided by the chairpersons' meeting."""

    round = models.ForeignKey(NominationRound, models.PROTECT, related_name="nominations", verbose_name="评选")
    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="nominations", verbose_name="代表")
    area = models.ForeignKey(Area, models.PROTECT, related_name="nominations", verbose_name="推荐单位")
    grounds = models.TextField("推荐理由")
    state = models.CharField("状态", max_length=12, choices=NominationState, default=NominationState.NOMINATED)
    opinion = models.CharField("审查意见", max_length=300, blank=True)
    nominated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="推荐人")
    nominated_at = models.DateTimeField("推荐时间", auto_now_add=True)

    objects = NominationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "推荐"
        ordering = ["round", "area__position", "deputy__code"]
        constraints = [
            models.UniqueConstraint(fields=["round", "deputy"], name="nominated_once_a_round"),
            models.CheckConstraint(condition=models.Q(state__in=NominationState.values), name="nomination_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.round}：{self.deputy}"
