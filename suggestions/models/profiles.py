"""What each congress may decide differently: limits, numbers, dictionaries. Changing it never moves a clock that runs."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from congress.models import Congress
from suggestions.enums import LimitKind, Settlement


class ReplyScheme(models.Model):
    """A meaning of the classes A to D; two are in use in the country."""

    name = models.CharField("名称", max_length=40, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "答复分类方案"

    def __str__(self) -> str:
        return self.name


class ReplyClass(models.Model):
    scheme = models.ForeignKey(ReplyScheme, models.CASCADE, related_name="classes", verbose_name="方案")
    code = models.CharField("类", max_length=1)
    meaning = models.CharField("含义", max_length=60)
    settlement = models.CharField("计入", max_length=12, choices=Settlement)

    class Meta:
        verbose_name = verbose_name_plural = "答复分类"
        ordering = ["scheme", "code"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="reply_class_once"),
            models.CheckConstraint(condition=models.Q(settlement__in=Settlement.values), name="reply_class_settlement_known"),
        ]

    def __str__(self) -> str:
        return f"{self.code}类（{self.meaning}）"


class RuleProfile(models.Model):
    """The rules a congress handles suggestions by (practice: 10 working days to assign, three months to answer …)."""

    congress = models.OneToOneField(Congress, models.CASCADE, related_name="suggestion_rules", verbose_name="人民代表大会")
    name = models.CharField("名称", max_length=60)
    basis = models.CharField("依据", max_length=160, blank=True)
    scheme = models.ForeignKey(ReplyScheme, models.PROTECT, related_name="profiles", verbose_name="答复分类方案")
    bill_cosigners = models.PositiveSmallIntegerField(
        "议案联名人数不少于", default=10, help_text="县级10人，乡级5人（地方组织法第二十二条），含领衔人"
    )
    longest_extension = models.PositiveSmallIntegerField("延期不超过（个月）", default=3)
    reminders_before_excluded = models.PositiveSmallIntegerField(
        "催评几次后不计入满意率", default=2, help_text="代表经提醒仍不评价的，单独统计"
    )
    key_least = models.PositiveSmallIntegerField("每年重点督办不少于（件）", default=3)
    reports_month = models.PositiveSmallIntegerField(
        "办理情况报告几月底前报送",
        default=11,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text="承办单位每年报送一次，供常委会审议",
    )
    yellow_workdays = models.PositiveSmallIntegerField("黄灯（剩余工作日不足）", default=10)
    least_sample = models.PositiveSmallIntegerField("参加排名的件数不少于", default=5)
    cosigners_withdraw = models.BooleanField("联名建议撤回须全体同意", default=True)
    answer_every_cosigner = models.BooleanField("答复每一名联名代表", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "建议办理规则"

    def __str__(self) -> str:
        return self.name


class ProfileLimit(models.Model):
    """One limit, written as the calendar reads it: 10wd, 3m or 30d. A kind without a row has no limit."""

    profile = models.ForeignKey(RuleProfile, models.CASCADE, related_name="limits", verbose_name="规则")
    kind = models.CharField("期限", max_length=12, choices=LimitKind)
    limit = models.CharField("长度", max_length=6, help_text="10wd（10个工作日）、3m（3个月）、30d（30日）")

    class Meta:
        verbose_name = verbose_name_plural = "办理期限"
        ordering = ["profile", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "kind"], name="profile_limit_once"),
            models.CheckConstraint(condition=models.Q(kind__in=LimitKind.values), name="profile_limit_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.limit}"


class SuggestionCategory(models.Model):
    name = models.CharField("类别", max_length=40, unique=True)
    position = models.PositiveSmallIntegerField("排序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "建议类别"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Ground(models.Model):
    """A reason for which a text should not become a suggestion; nine are shipped."""

    text = models.CharField("不应当作为建议提出的情形", max_length=100, unique=True)
    position = models.PositiveSmallIntegerField("顺序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "审查情形"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class AppraisalWeight(models.Model):
    """What a part of the unit appraisal weighs (timeliness, consultation, satisfaction, settlement, quality)."""

    profile = models.ForeignKey(RuleProfile, models.CASCADE, related_name="weights", verbose_name="规则")
    figure = models.CharField("指标", max_length=60)
    label = models.CharField("名称", max_length=20)
    weight = models.DecimalField("权重", max_digits=5, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(100)])
    position = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "承办单位考评权重"
        ordering = ["profile", "position"]
        constraints = [models.UniqueConstraint(fields=["profile", "figure"], name="appraisal_weight_once")]

    def __str__(self) -> str:
        return f"{self.label} {self.weight}"
