"""Congresses, their terms (届) and sessions (次会议)."""

from django.db import models

from congress.enums import CongressLevel
from congress.models.areas import Area
from congress.querysets import CongressQuerySet


class Congress(models.Model):
    """A people's congress, and how its documents are headed. The one of level ``district`` is whose portal this is."""

    area = models.OneToOneField(Area, models.PROTECT, related_name="congress", verbose_name="区划")
    level = models.CharField("层级", max_length=10, choices=CongressLevel)
    name = models.CharField("全称", max_length=80, help_text="如：榕江区人民代表大会")
    short_name = models.CharField("简称", max_length=40, help_text="如：榕江区人大")
    seal_character = models.CharField("标志字", max_length=1, help_text="页面左上角的一个字，如：榕")
    document_issuer = models.CharField("发文机关", max_length=80, blank=True, help_text="如：榕江区人大常委会办公室")
    document_heading = models.CharField("发文机关标志", max_length=80, blank=True, help_text="红头，如：榕江区人大常委会办公室文件")
    document_prefix = models.CharField("机关代字", max_length=20, blank=True, help_text="如：榕人办发")
    help_phone = models.CharField("求助电话", max_length=30, blank=True)

    objects = CongressQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "人民代表大会"
        ordering = ["area__code"]
        constraints = [models.CheckConstraint(condition=models.Q(level__in=CongressLevel.values), name="congress_level_known")]

    def __str__(self) -> str:
        return self.name


class Term(models.Model):
    """A 届: from the first session of one to the first session of the next, nominally five years (代表法 art. 2)."""

    congress = models.ForeignKey(Congress, models.PROTECT, related_name="terms", verbose_name="人民代表大会")
    number = models.PositiveSmallIntegerField("届次")
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期", null=True, blank=True, help_text="下一届第一次会议召开时填写")

    class Meta:
        verbose_name = verbose_name_plural = "届"
        ordering = ["congress", "number"]
        constraints = [
            models.UniqueConstraint(fields=["congress", "number"], name="term_once_per_congress"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=models.F("starts_on")), name="term_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.congress.short_name}第{self.number}届"


class Session(models.Model):
    """A 次会议 of a term (组织法 art. 14: at least one a year, towns usually two)."""

    term = models.ForeignKey(Term, models.PROTECT, related_name="sessions", verbose_name="届")
    number = models.PositiveSmallIntegerField("会次")
    starts_on = models.DateField("开幕日期")
    ends_on = models.DateField("闭幕日期")

    class Meta:
        verbose_name = verbose_name_plural = "会议"
        ordering = ["term", "number"]
        constraints = [
            models.UniqueConstraint(fields=["term", "number"], name="session_once_per_term"),
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="session_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.term}第{self.number}次会议"
