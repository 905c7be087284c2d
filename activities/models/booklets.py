"""Booklets and files (册、记、簿、档案): live views of the records, never a second entry (source speech 二（一）)."""

from django.db import models

from activities.querysets.booklets import PaperTickQuerySet
from congress.models import StoredFile
from platforms.models import Platform


class Booklet(models.Model):
    """What one item of a standard (town-books.3 …) collects.

    ``sources`` names, one a line, what is bound into it: keys of ``activities.booklets``, with an argument after a space.
    The line "paper", or no line at all, says that it is kept on paper and ticked with a photo each year.
    """

    item_code = models.CharField("标准项目编号", max_length=40, unique=True, help_text="如 town-books.3")
    title = models.CharField("封面名称", max_length=60)
    sources = models.TextField("收录的记录", blank=True)
    least = models.PositiveSmallIntegerField("每年不少于（条）", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "册簿档"
        ordering = ["item_code"]

    def __str__(self) -> str:
        return self.title


class PaperTick(StoredFile):
    """A photo that shows a paper-only booklet of a platform in a year."""

    booklet = models.ForeignKey(Booklet, models.CASCADE, related_name="ticks", verbose_name="册簿档")
    platform = models.ForeignKey(Platform, models.CASCADE, related_name="paper_ticks", verbose_name="履职平台")
    year = models.PositiveSmallIntegerField("年度")

    objects = PaperTickQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "纸质材料"
        ordering = ["booklet", "platform", "-year"]
