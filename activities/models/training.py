"""Training (学习培训): the year's batches, materials to read, and short tests (代表法 art. 47; source speech 一)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from activities.querysets.training import MaterialFileQuerySet, ReadingQuerySet, TrainingBatchQuerySet, TrainingMaterialQuerySet
from congress.enums import CongressLevel
from congress.models import Area, Organisation, StoredFile, Term
from deputies.models import Deputy


class TrainingBatch(models.Model):
    """A batch of the year's training plan: for whom, about what, how many hours. Its days are activities of kind training."""

    code = models.CharField("编号", max_length=32, unique=True)
    year = models.PositiveSmallIntegerField("年度", validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    name = models.CharField("班次名称", max_length=60)
    topic = models.CharField("专题", max_length=60)
    organiser = models.ForeignKey(Organisation, models.PROTECT, related_name="training_batches", verbose_name="组织单位")
    area = models.ForeignKey(Area, models.PROTECT, related_name="training_batches", verbose_name="所在区划")
    term = models.ForeignKey(Term, models.PROTECT, null=True, blank=True, related_name="training_batches", verbose_name="届")
    level = models.CharField("代表层级", max_length=10, choices=CongressLevel, blank=True, help_text="空着适用于各级代表")
    planned_month = models.PositiveSmallIntegerField("计划月份", validators=[MinValueValidator(1), MaxValueValidator(12)])
    hours = models.DecimalField("计划学时", max_digits=4, decimal_places=1, validators=[MinValueValidator(0)])
    places = models.PositiveSmallIntegerField("计划人数", validators=[MinValueValidator(1)])

    objects = TrainingBatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "培训班次"
        ordering = ["-year", "planned_month", "code"]
        constraints = [models.CheckConstraint(condition=models.Q(planned_month__range=(1, 12)), name="training_month_1_to_12")]

    def __str__(self) -> str:
        return self.name


class TrainingMaterial(models.Model):
    """Something to read: a text, files, or both; ``pass_mark`` is set when a short test goes with it."""

    code = models.CharField("编号", max_length=32, unique=True)
    batch = models.ForeignKey(TrainingBatch, models.CASCADE, null=True, blank=True, related_name="materials", verbose_name="培训班次")
    title = models.CharField("标题", max_length=80)
    text = models.TextField("正文", blank=True)
    hours = models.DecimalField("学时", max_digits=4, decimal_places=1, default=0, validators=[MinValueValidator(0)])
    published_on = models.DateField("发布日期")
    pass_mark = models.PositiveSmallIntegerField("及格分", null=True, blank=True, validators=[MaxValueValidator(100)])

    objects = TrainingMaterialQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "学习资料"
        ordering = ["-published_on", "-pk"]

    def __str__(self) -> str:
        return self.title


class MaterialFile(StoredFile):
    """A file to read."""

    material = models.ForeignKey(TrainingMaterial, models.CASCADE, related_name="files", verbose_name="学习资料")

    objects = MaterialFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "资料文件"
        ordering = ["uploaded_at"]


class TestQuestion(models.Model):
    """A question with one right choice."""

    __test__ = False  # not a test of ours

    material = models.ForeignKey(TrainingMaterial, models.CASCADE, related_name="questions", verbose_name="学习资料")
    text = models.CharField("题目", max_length=200)
    choices = models.JSONField("选项")
    answer = models.PositiveSmallIntegerField("正确选项")
    position = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "测试题"
        ordering = ["material", "position", "pk"]

    def __str__(self) -> str:
        return self.text


class Reading(models.Model):
    """That a deputy read a material, and her best score of its test."""

    material = models.ForeignKey(TrainingMaterial, models.CASCADE, related_name="readings", verbose_name="学习资料")
    deputy = models.ForeignKey(Deputy, models.CASCADE, related_name="readings", verbose_name="代表")
    read_at = models.DateTimeField("学习时间", auto_now_add=True)
    score = models.PositiveSmallIntegerField("测试得分", null=True, blank=True, validators=[MaxValueValidator(100)])

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "学习记录"
        ordering = ["material", "deputy"]
        constraints = [models.UniqueConstraint(fields=["material", "deputy"], name="reading_once")]

    def __str__(self) -> str:
        return f"{self.deputy}学习《{self.material.title}》"
