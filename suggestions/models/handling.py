"""Handling by units (交办、签收、退回、协办、延期、面商、答复) and its clocks (代表法 art. 51)."""

from django.conf import settings
from django.db import models

from congress.models import Organisation, StoredFile
from deputies.models import Deputy
from suggestions.enums import (
    ClockAct,
    ClockState,
    HandlingRole,
    HandlingState,
    LimitKind,
    Publicity,
    ReminderKind,
    ReplyState,
    RequestState,
)
from suggestions.models.profiles import ReplyClass
from suggestions.models.suggestions import Suggestion
from suggestions.querysets import ClockQuerySet, HandlingQuerySet, ReplyQuerySet


class Handling(models.Model):
    """A unit's part in a suggestion. A unit that returned it and gets it again has a second row."""

    suggestion = models.ForeignKey(Suggestion, models.PROTECT, related_name="handlings", verbose_name="建议")
    unit = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="handlings", verbose_name="承办单位")
    role = models.CharField("角色", max_length=10, choices=HandlingRole)
    state = models.CharField("状态", max_length=14, choices=HandlingState, default=HandlingState.ASSIGNED)
    round = models.PositiveSmallIntegerField("第几次办理", default=1)
    assigned_on = models.DateField("交办日期")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="交办人")
    instruction = models.TextField("交办意见", blank=True)
    signed_at = models.DateTimeField("签收时间", null=True, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签收人")
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="经办人"
    )
    opinion = models.TextField("协办意见", blank=True)
    opinion_on = models.DateField("协办意见日期", null=True, blank=True)
    done_on = models.DateField("答复日期", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = HandlingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "承办"
        ordering = ["suggestion", "role", "pk"]
        indexes = [models.Index(fields=["unit", "state"], name="handling_of_unit")]  # an inbox among all that the unit ever answered
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=HandlingRole.values), name="handling_role_known"),
            models.CheckConstraint(condition=models.Q(state__in=HandlingState.values), name="handling_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.unit}{self.get_role_display()}{self.suggestion}"


class Clock(models.Model):
    """One limit running for a suggestion or a unit's part in it. ``steps`` is how the day was worked out (怎么算的).

    ``limit`` is the profile's as it was on the day the clock started.
    """

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, db_index=False, related_name="clocks", verbose_name="建议")
    handling = models.ForeignKey(
        Handling, models.CASCADE, null=True, blank=True, db_index=False, related_name="clocks", verbose_name="承办"
    )
    kind = models.CharField("期限", max_length=12, choices=LimitKind)
    round = models.PositiveSmallIntegerField("第几次办理", default=1)
    state = models.CharField("状态", max_length=8, choices=ClockState, default=ClockState.RUNNING)
    starts_on = models.DateField("起算日")
    limit = models.CharField("长度", max_length=6)
    due_on = models.DateField("截止日", db_index=True)
    steps = models.JSONField("怎么算的", default=list)
    is_provisional = models.BooleanField("日历待定", default=False)
    paused_on = models.DateField("暂停日", null=True, blank=True)
    stopped_on = models.DateField("办毕日", null=True, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办理时限"
        ordering = ["due_on", "pk"]
        indexes = [  # few run; those of past years have stopped
            models.Index(fields=["state", "due_on"], name="clock_running"),
            models.Index(fields=["suggestion", "state", "due_on"], name="clock_of_suggestion"),
            models.Index(fields=["handling", "state", "due_on"], name="clock_of_part"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=LimitKind.values), name="clock_kind_known"),
            models.CheckConstraint(condition=models.Q(state__in=ClockState.values), name="clock_state_known"),
            models.CheckConstraint(
                condition=models.Q(state=ClockState.STOPPED, stopped_on__isnull=False)
                | ~models.Q(state=ClockState.STOPPED) & models.Q(stopped_on__isnull=True),
                name="stopped_clock_has_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.suggestion}{self.get_kind_display()}期限"


class ClockEvent(models.Model):
    """What was done to a clock: pausing and extending leave a trace."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="events", verbose_name="时限")
    act = models.CharField("变动", max_length=12, choices=ClockAct)
    on = models.DateField("日期")
    due_on = models.DateField("变动后截止日", null=True, blank=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="经手人")

    class Meta:
        verbose_name = verbose_name_plural = "时限变动"
        ordering = ["clock", "pk"]

    def __str__(self) -> str:
        return f"{self.clock}{self.get_act_display()}"


class ReturnRequest(models.Model):
    """A unit asks to be relieved: reason and the unit it proposes instead. ``is_open`` is True or null: one at a time."""

    handling = models.ForeignKey(Handling, models.CASCADE, related_name="return_requests", verbose_name="承办")
    reason = models.TextField("退回理由")
    proposed_unit = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="建议改由")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申请人")
    asked_on = models.DateField("申请日期")
    state = models.CharField("状态", max_length=8, choices=RequestState, default=RequestState.ASKED)
    is_open = models.BooleanField(null=True, default=True, editable=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审定人")
    decided_on = models.DateField("审定日期", null=True, blank=True)
    note = models.CharField("审定意见", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "退回申请"
        ordering = ["-asked_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["handling", "is_open"], name="one_open_return_request")]

    def __str__(self) -> str:
        return f"{self.handling}申请退回"


class Extension(models.Model):
    """A unit asks for more time; with the office's consent the answer clock moves, and keeps its trace."""

    handling = models.ForeignKey(Handling, models.CASCADE, related_name="extensions", verbose_name="承办")
    months = models.PositiveSmallIntegerField("延期（个月）")
    reason = models.TextField("延期理由")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申请人")
    asked_on = models.DateField("申请日期")
    state = models.CharField("状态", max_length=8, choices=RequestState, default=RequestState.ASKED)
    is_open = models.BooleanField(null=True, default=True, editable=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审定人")
    decided_on = models.DateField("审定日期", null=True, blank=True)
    note = models.CharField("审定意见", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "延期申请"
        ordering = ["-asked_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["handling", "is_open"], name="one_open_extension"),
            models.CheckConstraint(condition=models.Q(months__gte=1), name="extension_of_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.handling}申请延期"


class Consultation(models.Model):
    """面商: the unit talks with the deputy before answering; the deputy confirms what was recorded."""

    handling = models.ForeignKey(Handling, models.CASCADE, related_name="consultations", verbose_name="承办")
    deputy = models.ForeignKey(Deputy, models.PROTECT, related_name="consultations", verbose_name="代表")
    on = models.DateField("日期")
    way = models.CharField("方式", max_length=20, help_text="如：上门面商、电话、座谈")
    text = models.TextField("沟通情况")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    confirmed_at = models.DateTimeField("代表确认时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "面商"
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.handling}面商"


class Reply(models.Model):
    """A unit's answer of one round. A supporting unit gives an opinion to the lead unit instead."""

    handling = models.ForeignKey(Handling, models.PROTECT, related_name="replies", verbose_name="承办")
    round = models.PositiveSmallIntegerField("第几次答复", default=1)
    state = models.CharField("状态", max_length=8, choices=ReplyState, default=ReplyState.DRAFT)
    document_number = models.CharField("文号", max_length=40, blank=True)
    text = models.TextField("答复内容", blank=True)
    reply_class = models.ForeignKey(ReplyClass, models.PROTECT, null=True, blank=True, related_name="replies", verbose_name="类别")
    publicity = models.CharField("公开方式", max_length=8, choices=Publicity, blank=True)
    publicity_reason = models.CharField("不公开理由", max_length=200, blank=True)
    summary = models.TextField("公开摘要", blank=True)
    contact_person = models.CharField("联系人", max_length=20, blank=True)
    contact_phone = models.CharField("联系电话", max_length=30, blank=True)
    # What it will promise, as typed: [{"text": …, "due_on": "2027-05-01"}]. Sent, they become ``Commitment`` rows.
    promises = models.JSONField("拟承诺事项", default=list, blank=True)
    signer = models.CharField("签发人", max_length=20, blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="起草人")
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发账号"
    )
    sent_on = models.DateField("答复日期", null=True, blank=True)
    published_on = models.DateField("公开日期", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "答复"
        ordering = ["handling", "round"]
        constraints = [
            models.UniqueConstraint(fields=["handling", "round"], name="reply_once_a_round"),
            models.CheckConstraint(condition=models.Q(state__in=ReplyState.values), name="reply_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state=ReplyState.SENT)
                | models.Q(sent_on__isnull=False, reply_class__isnull=False) & ~models.Q(publicity=""),
                name="sent_reply_has_class_and_publicity",
            ),
            models.CheckConstraint(
                condition=~models.Q(publicity=Publicity.NONE) | ~models.Q(publicity_reason=""), name="withheld_reply_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handling}第{self.round}次答复"


class ReplyFile(StoredFile):
    """The letter as uploaded, or an attachment."""

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="files", verbose_name="答复")
    is_public = models.BooleanField("可公开", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "答复附件"
        ordering = ["uploaded_at"]


class Reminder(models.Model):
    """What a unit was sent about a clock: once for each day and kind, whatever runs twice."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="reminders", verbose_name="时限")
    kind = models.CharField("种类", max_length=12, choices=ReminderKind)
    on = models.DateField("日期")
    text = models.TextField("内容", blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="发出人")

    class Meta:
        verbose_name = verbose_name_plural = "催办"
        ordering = ["-on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["clock", "kind", "on"], name="reminder_once_a_day")]

    def __str__(self) -> str:
        return f"{self.clock}{self.get_kind_display()}"
