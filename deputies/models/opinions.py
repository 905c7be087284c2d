"""Opinions (社情民意): one matter a voter raised, followed to what came of it. 代表不直接处理问题 (代表法 art. 31)."""

from django.conf import settings
from django.db import models

from congress.models import Area, Organisation
from deputies.enums import OpinionState, Urgency, Way
from deputies.models.contacts import VoterContact
from deputies.models.register import Deputy
from deputies.places import joined
from deputies.querysets import OpinionQuerySet


class OpinionCategory(models.Model):
    """A category staff edit; two levels."""

    name = models.CharField("类别", max_length=40)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级类别")
    position = models.PositiveSmallIntegerField("排序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "意见类别"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["parent", "name"], name="opinion_category_once")]

    def __str__(self) -> str:
        return self.name


class Opinion(models.Model):
    """One matter. ``state`` is moved only by ``deputies.services.opinions``; each move leaves an ``OpinionStep``."""

    code = models.CharField("编号", max_length=32, unique=True)
    contact = models.ForeignKey(VoterContact, models.PROTECT, null=True, blank=True, related_name="opinions", verbose_name="来自联系记录")
    deputies = models.ManyToManyField(Deputy, related_name="opinions", verbose_name="反映的代表")
    text = models.TextField("内容")
    category = models.ForeignKey(OpinionCategory, models.PROTECT, null=True, blank=True, related_name="opinions", verbose_name="类别")
    area = models.ForeignKey(Area, models.PROTECT, related_name="opinions", verbose_name="所在区划")
    place = models.CharField("地点", max_length=80, blank=True)
    urgency = models.CharField("紧急程度", max_length=10, choices=Urgency, default=Urgency.ORDINARY)
    way = models.CharField("去向", max_length=20, choices=Way)
    state = models.CharField("状态", max_length=12, choices=OpinionState, default=OpinionState.RECORDED)
    responsible = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="opinions", verbose_name="承办单位")
    due_on = models.DateField("答复期限", null=True, blank=True)
    result = models.TextField("结果", blank=True)
    told_on = models.DateField("告知选民日期", null=True, blank=True)
    is_settled = models.BooleanField("选民认为已解决", null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField(default=0)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "选民意见"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=OpinionState.values), name="opinion_state_known"),
            models.CheckConstraint(condition=models.Q(way__in=Way.values), name="opinion_way_known"),
            models.CheckConstraint(condition=models.Q(urgency__in=Urgency.values), name="opinion_urgency_known"),
            models.CheckConstraint(
                condition=~models.Q(state__in=[OpinionState.ANSWERED, OpinionState.CLOSED]) | ~models.Q(result=""),
                name="answered_opinion_has_result",
            ),
        ]

    def __str__(self) -> str:
        return f"选民意见{self.code}"

    @property
    def where(self) -> str:
        """The area and the place in it. Asks for ``area``."""
        return joined(self.area.name, self.place)

    @property
    def title(self) -> str:
        """The beginning of what was said, for lists and notices."""
        return self.text if len(self.text) <= 40 else f"{self.text[:39]}…"


class OpinionStep(models.Model):
    """One dated step of an opinion, with who is responsible from then on."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="steps", verbose_name="意见")
    at = models.DateTimeField("时间", auto_now_add=True)
    state = models.CharField("状态", max_length=12, choices=OpinionState)
    way = models.CharField("去向", max_length=20, choices=Way, blank=True)
    responsible = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="由谁办")
    text = models.TextField("说明", blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="经手人")

    class Meta:
        verbose_name = verbose_name_plural = "意见流转"
        ordering = ["opinion", "pk"]

    def __str__(self) -> str:
        return f"{self.opinion}{self.get_state_display()}"
