"""Activities (代表活动) from plan to feedback, and who takes part (代表法 art. 26–33; source speech 四)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from activities.enums import ActivityKind, ActivityState, ForwardingState, ParticipationState, SignInMethod
from activities.querysets import ActivityFileQuerySet, ActivityQuerySet, ForwardingQuerySet, ParticipationQuerySet
from congress.models import Area, Organisation, StoredFile
from deputies.models import Deputy, DeputyGroup
from platforms.models import Platform


class Theme(models.Model):
    """A subject such as 乡村振兴; a tag staff edit."""

    name = models.CharField("主题", max_length=20, unique=True)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "活动主题"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Activity(models.Model):
    """One activity. ``state`` is moved only by ``activities.services.activities``.

    ``organiser`` is the organ that answers for it; ``group`` or ``platform`` is set when one of them holds it. ``area`` is
    where it counts: the organiser's area unless another is chosen.
    """

    code = models.CharField("编号", max_length=32, unique=True)
    title = models.CharField("名称", max_length=80)
    kind = models.CharField("形式", max_length=20, choices=ActivityKind)
    state = models.CharField("状态", max_length=12, choices=ActivityState, default=ActivityState.PLANNED)
    organiser = models.ForeignKey(Organisation, models.PROTECT, related_name="activities", verbose_name="组织单位")
    group = models.ForeignKey(DeputyGroup, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name="代表小组")
    platform = models.ForeignKey(Platform, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name="履职平台")
    area = models.ForeignKey(Area, models.PROTECT, related_name="activities", verbose_name="所在区划")
    starts_at = models.DateTimeField("开始时间", db_index=True)
    ends_at = models.DateTimeField("结束时间")
    place = models.CharField("地点", max_length=80)
    themes = models.ManyToManyField(Theme, blank=True, related_name="activities", verbose_name="主题")
    partners = models.CharField("联合单位", max_length=120, blank=True, help_text="如：区法院、区检察院、区公安分局")
    objective = models.TextField("目的")
    sign_up_until = models.DateTimeField("报名截止", null=True, blank=True)
    plan_item = models.ForeignKey(
        "activities.AnnualPlanItem", models.SET_NULL, null=True, blank=True, related_name="activities", verbose_name="年度计划事项"
    )
    training = models.ForeignKey(
        "activities.TrainingBatch", models.SET_NULL, null=True, blank=True, related_name="activities", verbose_name="培训班次"
    )
    hours = models.DecimalField("学时", max_digits=4, decimal_places=1, default=0, validators=[MinValueValidator(0)])
    copied_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="copies", verbose_name="复制自")
    minutes = models.TextField("活动记录", blank=True)
    finding = models.TextField("发现的问题", blank=True)
    result = models.TextField("成效", blank=True)
    report = models.TextField("活动报告", blank=True)
    cancel_reason = models.CharField("取消原因", max_length=200, blank=True)
    is_public = models.BooleanField("可公开", default=False)
    secret = models.CharField(max_length=64, editable=False)  # SECURITY: the sign-in codes are made of it
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField(default=0)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "代表活动"
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=ActivityKind.values), name="activity_kind_known"),
            models.CheckConstraint(condition=models.Q(state__in=ActivityState.values), name="activity_state_known"),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="activity_ends_after_start"),
            models.CheckConstraint(
                condition=models.Q(group__isnull=True) | models.Q(platform__isnull=True), name="activity_of_group_or_platform"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Participation(models.Model):
    """A deputy's part in an activity. One row however often she signs in."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="participations", verbose_name="活动")
    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="participations", verbose_name="代表")
    state = models.CharField("状态", max_length=12, choices=ParticipationState, default=ParticipationState.INVITED)
    leave_reason = models.CharField("请假事由", max_length=200, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="准假人")
    signed_in_at = models.DateTimeField("签到时间", null=True, blank=True)
    method = models.CharField("签到方式", max_length=8, choices=SignInMethod, blank=True)
    spoke = models.TextField("发言要点", blank=True)
    rating = models.PositiveSmallIntegerField("活动评分", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)])
    comment = models.CharField("评价意见", max_length=200, blank=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "参加情况"
        ordering = ["activity", "deputy__code"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "deputy"], name="participation_once"),
            models.CheckConstraint(condition=models.Q(state__in=ParticipationState.values), name="participation_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state=ParticipationState.PRESENT) | models.Q(signed_in_at__isnull=False),
                name="present_has_sign_in_time",
            ),
            models.CheckConstraint(condition=models.Q(rating__isnull=True) | models.Q(rating__range=(1, 5)), name="rating_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.deputy}参加{self.activity}"


class ActivityFile(StoredFile):
    """A photo or document of an activity."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="files", verbose_name="活动")

    objects = ActivityFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "活动材料"
        ordering = ["uploaded_at"]


class Forwarding(models.Model):
    """The report handed to the body concerned, whose feedback falls due (代表法 art. 31)."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="forwardings", verbose_name="活动")
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="forwardings", verbose_name="转交单位")
    state = models.CharField("状态", max_length=10, choices=ForwardingState, default=ForwardingState.SENT)
    asked = models.TextField("转交的意见")
    sent_on = models.DateField("转交日期")
    due_on = models.DateField("反馈期限")
    feedback = models.TextField("反馈情况", blank=True)
    answered_on = models.DateField("反馈日期", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="反馈人"
    )

    objects = ForwardingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "转交反馈"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "body"], name="forwarded_once_to_a_body"),
            models.CheckConstraint(condition=models.Q(state__in=ForwardingState.values), name="forwarding_state_known"),
            models.CheckConstraint(
                condition=models.Q(state=ForwardingState.SENT, answered_on__isnull=True)
                | models.Q(state=ForwardingState.ANSWERED, answered_on__isnull=False) & ~models.Q(feedback=""),
                name="answered_forwarding_has_feedback",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity}转交{self.body}"


class ActivityRule(models.Model):
    """What the congress asks of activities, editable: one row."""

    code_seconds = models.PositiveSmallIntegerField(
        "签到码更换间隔（秒）", default=30, validators=[MinValueValidator(10), MaxValueValidator(300)]
    )
    remind_days = models.PositiveSmallIntegerField("活动前几日提醒", default=1, validators=[MaxValueValidator(30)])
    feedback_months = models.PositiveSmallIntegerField(
        "反馈期限（个月）", default=1, validators=[MinValueValidator(1), MaxValueValidator(12)], help_text="各地规定为1个月至3个月"
    )

    class Meta:
        verbose_name = verbose_name_plural = "活动要求"

    def __str__(self) -> str:
        return "活动要求"


class CalendarFeed(models.Model):
    """A person's secret calendar address. SECURITY: whoever knows the token reads the person's activities; it can be replaced."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed", verbose_name="账号")
    token = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField("生成时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "日历订阅"

    def __str__(self) -> str:
        return f"{self.user}的日历"
