"""The table that turns figures into a dossier's points, and when points stand beside peers; both editable."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from congress.enums import CongressLevel

_NOT_BELOW_ZERO = [MinValueValidator(Decimal(0))]


class PointRule(models.Model):
    """Points for one figure: ``base`` for reaching ``needed``, ``per_extra`` for each whole one more, never above ``cap``.

    A rule of one level takes the place of the rule of all levels about the same figure and argument.
    """

    figure = models.CharField("指标", max_length=60)
    argument = models.CharField(
        "限定", max_length=120, blank=True, help_text="只计其中一部分的填写，如一种联系方式；活动类别可以填几类，用“|”隔开；空着计全部"
    )
    label = models.CharField("名称", max_length=40)
    level = models.CharField(
        "适用层级",
        max_length=10,
        blank=True,
        choices=CongressLevel,
        help_text="空着适用于各级代表；同一指标另有某一层级规则的，该层级按另立的规则计",
    )
    needed = models.DecimalField(
        "起算值", max_digits=6, decimal_places=2, default=Decimal(1), validators=[MinValueValidator(Decimal("0.01"))]
    )
    base = models.DecimalField("基础分", max_digits=6, decimal_places=2, default=Decimal(0), validators=_NOT_BELOW_ZERO)
    per_extra = models.DecimalField("每多一次加分", max_digits=6, decimal_places=2, default=Decimal(0), validators=_NOT_BELOW_ZERO)
    cap = models.DecimalField("封顶分", max_digits=6, decimal_places=2, validators=_NOT_BELOW_ZERO)
    position = models.PositiveSmallIntegerField("顺序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "积分规则"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["figure", "argument", "level"], name="point_rule_once"),
            models.CheckConstraint(condition=models.Q(cap__gte=models.F("base")), name="point_cap_not_below_base"),
            models.CheckConstraint(condition=models.Q(needed__gt=0), name="point_needed_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.label}（{self.get_level_display()}）" if self.level else self.label


class PeerRule(models.Model):
    """When a deputy's points stand beside those of her peers, editable: one row. A mean or a place among few says nothing."""

    least_peers = models.PositiveSmallIntegerField(
        "同级代表不少于（名）",
        default=10,
        validators=[MinValueValidator(2), MaxValueValidator(1000)],
        help_text="同级在任代表（含本人）不足这个数的，不显示平均分和名次",
    )

    class Meta:
        verbose_name = verbose_name_plural = "积分比较要求"

    def __str__(self) -> str:
        return f"同级代表不少于{self.least_peers}名的，作比较"
