"""Deputies, their mandates and the districts that elect them."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from congress.models import Area, Term
from deputies.enums import EndReason, MandateStatus, Sex
from deputies.places import joined
from deputies.querysets import DeputyQuerySet, MandateQuerySet


class ElectoralDistrict(models.Model):
    """A 选区; it elects one to three deputies (选举法 art. 25)."""

    code = models.CharField("选区编号", max_length=32, unique=True)
    name = models.CharField("名称", max_length=60)
    term = models.ForeignKey(Term, models.PROTECT, related_name="electoral_districts", verbose_name="届")
    area = models.ForeignKey(Area, models.PROTECT, related_name="electoral_districts", verbose_name="所在区划")
    seats = models.PositiveSmallIntegerField("应选名额", validators=[MinValueValidator(1), MaxValueValidator(3)])

    class Meta:
        verbose_name = verbose_name_plural = "选区"
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["term", "area", "name"], name="electoral_district_once"),
            models.CheckConstraint(condition=models.Q(seats__range=(1, 3)), name="electoral_district_has_1_to_3_seats"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def where(self) -> str:
        """青溪镇 第3选区. Asks for ``area``."""
        return joined(self.area.name, self.name)


class Deputy(models.Model):
    """The person; one person can hold several mandates at once (市、区、镇三级代表)."""

    code = models.CharField("代表编号", max_length=32, unique=True)
    name = models.CharField("姓名", max_length=40, db_index=True)
    initials = models.CharField("拼音首字母", max_length=40, blank=True, db_index=True, editable=False)
    sex = models.CharField("性别", max_length=8, choices=Sex, default=Sex.UNKNOWN)
    born_on = models.DateField("出生年月", null=True, blank=True, help_text="只知年月的，记为当月1日")
    nationality = models.CharField("民族", max_length=20, blank=True)
    education = models.CharField("学历", max_length=20, blank=True)
    party = models.CharField("党派", max_length=20, blank=True)
    trade = models.CharField("职业", max_length=40, blank=True)
    position = models.CharField("单位及职务", max_length=120, blank=True)
    phone = models.CharField("联系电话", max_length=20, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="deputy", verbose_name="账号"
    )

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "代表"
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=models.Q(sex__in=Sex.values), name="deputy_sex_known")]

    def __str__(self) -> str:
        return self.name


class Mandate(models.Model):
    """A 代表资格: a seat in one term, and why it ended (代表法 art. 61–63)."""

    deputy = models.ForeignKey(Deputy, models.CASCADE, related_name="mandates", verbose_name="代表")
    term = models.ForeignKey(Term, models.PROTECT, related_name="mandates", verbose_name="届")
    area = models.ForeignKey(Area, models.PROTECT, related_name="mandates", verbose_name="所属镇（街道）")
    electoral_district = models.ForeignKey(
        ElectoralDistrict, models.PROTECT, null=True, blank=True, related_name="mandates", verbose_name="选区"
    )
    card_number = models.CharField("代表证号", max_length=20, blank=True)
    status = models.CharField("状态", max_length=10, choices=MandateStatus, default=MandateStatus.ACTIVE)
    starts_on = models.DateField("当选日期")
    ends_on = models.DateField("终止日期", null=True, blank=True)
    end_reason = models.CharField("终止（暂停）原因", max_length=24, choices=EndReason, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "代表资格"
        ordering = ["deputy", "term"]
        indexes = [models.Index(fields=["term", "area"], name="mandate_by_term_and_area")]  # the filters of every list about deputies
        constraints = [
            models.UniqueConstraint(fields=["deputy", "term"], name="mandate_once_per_term"),
            models.CheckConstraint(condition=models.Q(status__in=MandateStatus.values), name="mandate_status_known"),
            models.CheckConstraint(
                condition=models.Q(status=MandateStatus.ACTIVE, ends_on__isnull=True, end_reason="")
                | models.Q(status=MandateStatus.SUSPENDED, ends_on__isnull=True) & ~models.Q(end_reason="")
                | models.Q(status=MandateStatus.ENDED, ends_on__isnull=False) & ~models.Q(end_reason=""),
                name="mandate_end_fields_fit_status",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.term}代表{self.deputy}"


class MandateChange(models.Model):
    """One step in a mandate's life (变动): begun, suspended, resumed, ended. Written by ``services.mandates`` only."""

    mandate = models.ForeignKey(Mandate, models.CASCADE, related_name="changes", verbose_name="代表资格")
    on = models.DateField("日期")
    status = models.CharField("变动后状态", max_length=10, choices=MandateStatus)
    reason = models.CharField("原因", max_length=24, choices=EndReason, blank=True)
    note = models.CharField("说明", max_length=120, blank=True, help_text="如：区八届人大常委会第四十一次会议公告")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="经办人")
    entered_at = models.DateTimeField("记录时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "资格变动"
        ordering = ["mandate", "on", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=MandateStatus.values), name="mandate_change_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.mandate}{self.get_status_display()}"
