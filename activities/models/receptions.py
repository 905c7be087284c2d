"""Reception days (接待选民日) and their rota (source speech 四（二）; 代表法 art. 28)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from activities.enums import DayRule, DutyTurn, ReceptionState, RotaState, Shift, SwapState, WishKind
from activities.querysets import (
    ReceptionDayQuerySet,
    ReceptionDutyQuerySet,
    ReceptionScheduleQuerySet,
    ReceptionWishQuerySet,
    RotaQuerySet,
    SwapRequestQuerySet,
)
from deputies.models import Deputy, VoterContact
from platforms.models import Platform


class ReceptionSchedule(models.Model):
    """A platform's fixed day of the month, and how many deputies receive."""

    platform = models.OneToOneField(Platform, models.CASCADE, related_name="reception_schedule", verbose_name="履职平台")
    rule = models.CharField("日期规则", max_length=8, choices=DayRule, default=DayRule.DATE)
    number = models.PositiveSmallIntegerField("第几", default=15, validators=[MinValueValidator(1), MaxValueValidator(31)])
    weekday = models.PositiveSmallIntegerField("星期", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(7)])
    shift = models.CharField("遇节假日", max_length=8, choices=Shift, default=Shift.LATER)
    starts_at = models.TimeField("开始时间", default="09:00")
    ends_at = models.TimeField("结束时间", default="11:30")
    deputies = models.PositiveSmallIntegerField("每次值班代表", default=2, validators=[MinValueValidator(1), MaxValueValidator(10)])
    notice_days = models.PositiveSmallIntegerField("提前几日公告", default=3, validators=[MinValueValidator(1), MaxValueValidator(30)])
    is_active = models.BooleanField("在用", default=True)

    objects = ReceptionScheduleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "接待日安排"
        ordering = ["platform"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="reception_ends_after_start"),
            models.CheckConstraint(
                condition=~models.Q(rule=DayRule.WEEKDAY) | models.Q(weekday__range=(1, 7)), name="weekday_rule_names_weekday"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform}接待日"


class Rota(models.Model):
    """One drawing of turns for months and platforms, by the solver. Adopted it becomes days and duties.

    ``unmet`` says, per wish or rule that could not be kept, why: a list of {"day", "platform", "text"}. A worker claims it by
    one conditional UPDATE and owns it for a lease, as documents have it; town by town it leaves what is drawn.
    """

    code = models.CharField("编号", max_length=32, unique=True)
    first_month = models.DateField("起始月")
    months = models.PositiveSmallIntegerField("月数", validators=[MinValueValidator(1), MaxValueValidator(12)])
    platforms = models.ManyToManyField(Platform, related_name="rotas", verbose_name="履职平台")
    state = models.CharField("状态", max_length=8, choices=RotaState, default=RotaState.WAITING)
    done = models.PositiveSmallIntegerField("已排平台", default=0)
    total = models.PositiveSmallIntegerField("平台总数", default=0)
    unmet = models.JSONField("没有满足的要求", default=list)
    error = models.CharField("没有排出的原因", max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="排班人")
    made_at = models.DateTimeField("排班时间", auto_now_add=True)
    claim = models.UUIDField(null=True, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField("次数", default=0, editable=False)

    objects = RotaQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "排班"
        ordering = ["-made_at"]
        constraints = [models.CheckConstraint(condition=models.Q(state__in=RotaState.values), name="rota_state_known")]

    def __str__(self) -> str:
        return f"{self.first_month.year}年{self.first_month.month}月起{self.months}个月的轮值表"


class RotaDay(models.Model):
    """A day of a rota as it was drawn, and adjusted by hand, before anybody is told. Adopting makes a ``ReceptionDay`` of it."""

    rota = models.ForeignKey(Rota, models.CASCADE, related_name="drafts", verbose_name="排班")
    platform = models.ForeignKey(Platform, models.CASCADE, related_name="rota_days", verbose_name="履职平台")
    month = models.DateField("月份")  # its first day
    on = models.DateField("日期")
    moved_from = models.DateField("原定日期", null=True, blank=True)
    moved_because = models.CharField("调整原因", max_length=100, blank=True)
    starts_at = models.TimeField("开始时间")
    ends_at = models.TimeField("结束时间")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "排班草稿"
        ordering = ["on", "platform"]
        constraints = [models.UniqueConstraint(fields=["rota", "platform", "month"], name="rota_day_once_a_month")]

    def __str__(self) -> str:
        return f"{self.platform}{self.on.year}年{self.on.month}月{self.on.day}日"


class RotaTurn(models.Model):
    """A deputy on a drawn day."""

    day = models.ForeignKey(RotaDay, models.CASCADE, related_name="turns", verbose_name="排班草稿")
    deputy = models.ForeignKey(Deputy, models.CASCADE, related_name="rota_turns", verbose_name="代表")
    turn = models.CharField("来源", max_length=10, choices=DutyTurn, default=DutyTurn.DRAWN)

    class Meta:
        verbose_name = verbose_name_plural = "排班草稿的代表"
        ordering = ["day", "deputy__code"]
        constraints = [models.UniqueConstraint(fields=["day", "deputy"], name="rota_turn_once")]

    def __str__(self) -> str:
        return f"{self.deputy} {self.day}"


class ReceptionDay(models.Model):
    """One reception at one platform. One a month by its schedule; moved off holidays, with the reason kept."""

    code = models.CharField("编号", max_length=32, unique=True)
    platform = models.ForeignKey(Platform, models.PROTECT, related_name="reception_days", verbose_name="履职平台")
    month = models.DateField("月份")  # its first day
    on = models.DateField("日期", db_index=True)
    moved_from = models.DateField("原定日期", null=True, blank=True)
    moved_because = models.CharField("调整原因", max_length=100, blank=True)
    starts_at = models.TimeField("开始时间")
    ends_at = models.TimeField("结束时间")
    state = models.CharField("状态", max_length=10, choices=ReceptionState, default=ReceptionState.PLANNED)
    announced_at = models.DateTimeField("公告时间", null=True, blank=True)
    rota = models.ForeignKey(Rota, models.SET_NULL, null=True, blank=True, related_name="days", verbose_name="排班")
    note = models.TextField("接待情况", blank=True)
    is_public = models.BooleanField("可公开", default=False)
    version = models.PositiveIntegerField(default=0)

    objects = ReceptionDayQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "接待选民日"
        ordering = ["on", "platform"]
        constraints = [
            models.UniqueConstraint(fields=["platform", "on"], name="reception_once_a_day"),
            models.CheckConstraint(condition=models.Q(state__in=ReceptionState.values), name="reception_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.platform}{self.on.year}年{self.on.month}月{self.on.day}日接待"


class ReceptionDuty(models.Model):
    """A deputy's turn at a reception day."""

    day = models.ForeignKey(ReceptionDay, models.CASCADE, related_name="duties", verbose_name="接待日")
    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="reception_duties", verbose_name="代表")
    turn = models.CharField("来源", max_length=10, choices=DutyTurn, default=DutyTurn.DRAWN)
    was_present = models.BooleanField("到场", null=True, blank=True)
    note = models.CharField("说明", max_length=120, blank=True)

    objects = ReceptionDutyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "值班代表"
        ordering = ["day", "deputy__code"]
        constraints = [models.UniqueConstraint(fields=["day", "deputy"], name="reception_duty_once")]

    def __str__(self) -> str:
        return f"{self.deputy} {self.day}"


class ReceptionWish(models.Model):
    """When a deputy cannot, or would gladly, take a turn."""

    deputy = models.ForeignKey(Deputy, models.CASCADE, related_name="reception_wishes", verbose_name="代表")
    kind = models.CharField("类别", max_length=12, choices=WishKind)
    starts_on = models.DateField("从")
    ends_on = models.DateField("至")
    note = models.CharField("说明", max_length=100, blank=True)

    objects = ReceptionWishQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "值班意愿"
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="wish_ends_after_start"),
            models.CheckConstraint(condition=models.Q(kind__in=WishKind.values), name="wish_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.deputy}{self.get_kind_display()}"


class SwapRequest(models.Model):
    """A deputy asks another to take her turn. ``is_open`` is True or null, so that a duty has one open request at most."""

    duty = models.ForeignKey(ReceptionDuty, models.CASCADE, related_name="swaps", verbose_name="值班")
    to = models.ForeignKey(Deputy, models.CASCADE, related_name="swaps_asked", verbose_name="对方代表")
    reason = models.CharField("原因", max_length=120, blank=True)
    state = models.CharField("状态", max_length=10, choices=SwapState, default=SwapState.ASKED)
    is_open = models.BooleanField(null=True, default=True, editable=False)
    asked_at = models.DateTimeField("提出时间", auto_now_add=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    objects = SwapRequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "换班"
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=SwapState.values), name="swap_state_known"),
            models.CheckConstraint(
                condition=models.Q(state=SwapState.ASKED, is_open=True) | ~models.Q(state=SwapState.ASKED) & models.Q(is_open=None),
                name="swap_open_while_asked",
            ),
            models.UniqueConstraint(fields=["duty", "is_open"], name="one_open_swap_a_duty"),
        ]

    def __str__(self) -> str:
        return f"{self.duty}换{self.to}"


class ReceptionRecord(models.Model):
    """The voter contact entered at the window of a reception day."""

    day = models.ForeignKey(ReceptionDay, models.PROTECT, related_name="records", verbose_name="接待日")
    contact = models.OneToOneField(VoterContact, models.CASCADE, related_name="reception", verbose_name="联系选民记录")

    class Meta:
        verbose_name = verbose_name_plural = "接待记录"
        ordering = ["day", "pk"]

    def __str__(self) -> str:
        return f"{self.day}的记录"
