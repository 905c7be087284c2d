"""Staff's own word on a day, over the published holiday arrangement."""

from django.db import models


class CalendarDay(models.Model):
    """A day that is off or worked against what the built-in data says: a new notice, a local holiday (如三月三)."""

    date = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("上班")
    name = models.CharField("说明", max_length=60, help_text="如：春节放假、国庆节调休上班、广西三月三")
    source = models.CharField("依据", max_length=120, blank=True, help_text="通知的名称或文号")

    class Meta:
        verbose_name = verbose_name_plural = "工作日历"
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {'上班' if self.is_workday else '休息'}"
