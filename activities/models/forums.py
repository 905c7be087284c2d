"""Opinion forums (民情反映会), half-yearly, in three phases (source speech 四（三）)."""

from django.conf import settings
from django.db import models

from activities.enums import ForumState
from activities.querysets.forums import ForumItemQuerySet, OpinionForumQuerySet
from congress.models import Area, Organisation
from deputies.models import Deputy, Opinion


class OpinionForum(models.Model):
    """One forum. ``period`` is its half-year, e.g. "2026H1"."""

    code = models.CharField("编号", max_length=32, unique=True)
    topic = models.CharField("主题", max_length=80)
    period = models.CharField("半年", max_length=8)
    area = models.ForeignKey(Area, models.PROTECT, related_name="opinion_forums", verbose_name="所在区划")
    organiser = models.ForeignKey(Organisation, models.PROTECT, related_name="opinion_forums", verbose_name="主办单位")
    state = models.CharField("阶段", max_length=12, choices=ForumState, default=ForumState.COLLECTING)
    collect_until = models.DateField("征集截止")
    planned_on = models.DateField("计划日期")
    held_on = models.DateField("举行日期", null=True, blank=True)
    place = models.CharField("地点", max_length=80, blank=True)
    summary = models.TextField("会议情况", blank=True)
    sent_on = models.DateField("交办日期", null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    version = models.PositiveIntegerField(default=0)

    objects = OpinionForumQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "民情反映会"
        ordering = ["-planned_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=ForumState.values), name="forum_state_known"),
            models.CheckConstraint(
                condition=models.Q(state=ForumState.COLLECTING) | models.Q(held_on__isnull=False), name="held_forum_has_date"
            ),
        ]

    def __str__(self) -> str:
        return f"“{self.topic}”民情反映会"


class ForumItem(models.Model):
    """One matter: collected before, spoken to and answered during, sent and fed back after.

    ``code`` stays with it; ``number`` is its place on the agenda, which the staff change.
    """

    code = models.CharField("编号", max_length=40, unique=True)
    forum = models.ForeignKey(OpinionForum, models.CASCADE, related_name="items", verbose_name="民情反映会")
    number = models.PositiveSmallIntegerField("序号")
    opinion = models.ForeignKey(Opinion, models.PROTECT, null=True, blank=True, related_name="forum_items", verbose_name="选民意见")
    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="forum_items", verbose_name="反映的代表")
    text = models.TextField("反映的问题和建议")
    unit = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="forum_items", verbose_name="承办单位")
    spoken = models.TextField("代表发言", blank=True)
    response = models.TextField("部门当场回应", blank=True)
    due_on = models.DateField("反馈期限", null=True, blank=True)
    feedback = models.TextField("反馈情况", blank=True)
    fed_back_on = models.DateField("反馈日期", null=True, blank=True)
    is_adopted = models.BooleanField("采纳", null=True, blank=True)

    objects = ForumItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "反映事项"
        ordering = ["forum", "number"]
        constraints = [
            models.UniqueConstraint(fields=["forum", "number"], name="forum_item_number_once"),
            models.UniqueConstraint(fields=["forum", "opinion"], name="forum_opinion_once"),
            models.CheckConstraint(
                condition=models.Q(fed_back_on__isnull=True) | ~models.Q(feedback=""), name="fed_back_item_has_feedback"
            ),
            models.CheckConstraint(
                condition=models.Q(fed_back_on__isnull=True, is_adopted__isnull=True)
                | models.Q(fed_back_on__isnull=False, is_adopted__isnull=False),
                name="fed_back_item_says_whether_adopted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.forum}第{self.number}项"
