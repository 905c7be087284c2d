"""Suggestions and bills (代表建议、议案) as their proposers wrote them (代表法 art. 14, 15, 24, 36)."""

from django.conf import settings
from django.db import models

from activities.models import ForumItem
from congress.models import Congress, Organisation, Session, StoredFile, Term
from deputies.models import DeputyGroup, Mandate, Opinion
from suggestions.enums import CosignState, Occasion, Outcome, PublicityWish, SuggestionKind, SuggestionState
from suggestions.models.profiles import Ground, SuggestionCategory
from suggestions.querysets import SuggestionQuerySet


class Suggestion(models.Model):
    """One matter. ``state`` is moved only by ``suggestions.services``; the text is frozen from assignment on.

    ``proposer`` leads; ``delegation`` is set when a group proposed it. ``merged_into`` joins it to another for handling: they
    are handled together and answered each.
    """

    code = models.CharField("编号", max_length=32, unique=True)
    kind = models.CharField("种类", max_length=12, choices=SuggestionKind, default=SuggestionKind.SUGGESTION)
    congress = models.ForeignKey(Congress, models.PROTECT, related_name="suggestions", verbose_name="人民代表大会")
    term = models.ForeignKey(Term, models.PROTECT, related_name="suggestions", verbose_name="届")
    session = models.ForeignKey(Session, models.PROTECT, null=True, blank=True, related_name="suggestions", verbose_name="次会议")
    occasion = models.CharField("提出时间", max_length=20, choices=Occasion)
    number = models.PositiveIntegerField("建议号", null=True, blank=True, help_text="受理时编号")
    # Of earlier years, as the paper has it: 004, Y19, 闭字1. Numbers of those years began anew with every session.
    old_number = models.CharField("原建议号", max_length=20, blank=True)
    signer_count = models.PositiveSmallIntegerField("联名人数", null=True, blank=True, help_text="往年的建议没有附议代表姓名时")
    title = models.CharField("标题", max_length=80)
    basis = models.TextField("事由（案由、案据）")
    request = models.TextField("具体建议（方案）")
    category = models.ForeignKey(SuggestionCategory, models.PROTECT, null=True, blank=True, related_name="suggestions", verbose_name="类别")
    proposer = models.ForeignKey(Mandate, models.PROTECT, related_name="suggestions", verbose_name="领衔代表")
    delegation = models.ForeignKey(
        DeputyGroup, models.PROTECT, null=True, blank=True, related_name="suggestions", verbose_name="代表团（小组）"
    )
    opinions = models.ManyToManyField(Opinion, blank=True, related_name="suggestions", verbose_name="来自选民意见")
    forum_item = models.ForeignKey(
        ForumItem, models.SET_NULL, null=True, blank=True, related_name="suggestions", verbose_name="来自民情反映会"
    )
    origin = models.CharField("形成方式", max_length=100, blank=True, help_text="如：专题调研、座谈、走访")
    proposed_unit = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="建议由谁承办")
    wants_consultation = models.BooleanField("希望面商", default=True)
    for_reference = models.BooleanField("仅供参考，不需书面答复", default=False)
    publicity_wish = models.CharField("公开意愿", max_length=8, choices=PublicityWish, default=PublicityWish.FULL)
    withholds_identity = models.BooleanField("对承办单位以外不公开姓名", default=False)
    state = models.CharField("状态", max_length=12, choices=SuggestionState, default=SuggestionState.DRAFT)
    is_difficult = models.BooleanField("涉及面广、办理难度大", default=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="并入")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    accepted_on = models.DateField("受理日期", null=True, blank=True)
    assigned_on = models.DateField("交办日期", null=True, blank=True)
    replied_on = models.DateField("答复日期", null=True, blank=True)
    closed_on = models.DateField("办结日期", null=True, blank=True)
    withdrawn_because = models.CharField("撤回原因", max_length=200, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField(default=0)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "代表建议"
        ordering = ["-created_at", "-pk"]
        # Lists show what is under way; the years' closed ones must not slow them down.
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="suggestion_state"),
            models.Index(fields=["accepted_on"], name="suggestion_accepted"),
            models.Index(fields=["congress", "accepted_on"], name="suggestion_told"),  # what a congress's deputies and dispatcher see
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=SuggestionKind.values), name="suggestion_kind_known"),
            models.CheckConstraint(condition=models.Q(state__in=SuggestionState.values), name="suggestion_state_known"),
            models.CheckConstraint(condition=models.Q(occasion__in=Occasion.values), name="suggestion_occasion_known"),
            models.UniqueConstraint(fields=["term", "kind", "number"], name="suggestion_number_once"),
            models.CheckConstraint(condition=~models.Q(merged_into=models.F("pk")), name="suggestion_not_merged_into_itself"),
            models.CheckConstraint(
                condition=models.Q(occasion=Occasion.BETWEEN_SESSIONS) | models.Q(session__isnull=False), name="in_session_names_session"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class SuggestionVersion(models.Model):
    """What the text said when it was saved; autosaves of one sitting share a row."""

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="versions", verbose_name="建议")
    number = models.PositiveIntegerField("版次")
    title = models.CharField("标题", max_length=80)
    basis = models.TextField("事由")
    request = models.TextField("具体建议")
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="保存人")
    saved_at = models.DateTimeField("保存时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "建议版本"
        ordering = ["suggestion", "-number"]
        constraints = [models.UniqueConstraint(fields=["suggestion", "number"], name="suggestion_version_once")]

    def __str__(self) -> str:
        return f"{self.suggestion}第{self.number}版"


class Cosigner(models.Model):
    """A deputy asked to sign along; each confirms in person."""

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="cosigners", verbose_name="建议")
    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="cosigned", verbose_name="代表")
    state = models.CharField("状态", max_length=10, choices=CosignState, default=CosignState.ASKED)
    answered_at = models.DateTimeField("确认时间", null=True, blank=True)
    agrees_to_withdraw = models.BooleanField("同意撤回", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "附议代表"
        ordering = ["suggestion", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["suggestion", "mandate"], name="cosigner_once"),
            models.CheckConstraint(condition=models.Q(state__in=CosignState.values), name="cosign_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.mandate.deputy}附议{self.suggestion}"


class SuggestionFile(StoredFile):
    """An attachment of the text, or the Word file it was imported from."""

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="files", verbose_name="建议")
    is_public = models.BooleanField("可公开", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "建议附件"
        ordering = ["uploaded_at"]


class Examination(models.Model):
    """One look at a submitted text: which grounds apply, and what came of it."""

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="examinations", verbose_name="建议")
    grounds = models.ManyToManyField(Ground, blank=True, related_name="examinations", verbose_name="存在的情形")
    outcome = models.CharField("审查结果", max_length=8, choices=Outcome)
    explanation = models.TextField("说明", blank=True)
    examined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="审查人")
    examined_at = models.DateTimeField("审查时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "审查记录"
        ordering = ["suggestion", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(outcome=Outcome.ACCEPT) | ~models.Q(explanation=""), name="refusal_is_explained"),
        ]

    def __str__(self) -> str:
        return f"{self.suggestion}{self.get_outcome_display()}"


class SuggestionStep(models.Model):
    """One dated step in a matter's life, as the thread shows it."""

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="steps", verbose_name="建议")
    at = models.DateTimeField("时间", auto_now_add=True)
    state = models.CharField("状态", max_length=12, choices=SuggestionState)
    text = models.TextField("说明", blank=True)
    unit = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="经手人")
    is_inner = models.BooleanField("只对内", default=False)  # not for the deputy or the voter

    class Meta:
        verbose_name = verbose_name_plural = "办理经过"
        ordering = ["suggestion", "pk"]

    def __str__(self) -> str:
        return f"{self.suggestion}{self.get_state_display()}"
