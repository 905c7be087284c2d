"""The table that turns figures into a dossier's points; editable (practice: base, per extra, cap)."""

from decimal import Decimal

from django.db import models


class PointRule(models.Model):
    """Points for one figure: ``base`` for reaching ``needed``, ``per_extra`` for each one more, never above ``cap``."""

    figure = models.CharField("指标", max_length=60, help_text="已登记的指标，如 deputies.contacts")
    label = models.CharField("名称", max_length=40)
    level = models.CharField("适用层级", max_length=10, blank=True, help_text="空着适用于各级代表")
    needed = models.DecimalField("起算值", max_digits=6, decimal_places=2, default=Decimal(1))
    base = models.DecimalField("基础分", max_digits=6, decimal_places=2, default=Decimal(0))
    per_extra = models.DecimalField("每多一次加分", max_digits=6, decimal_places=2, default=Decimal(0))
    cap = models.DecimalField("封顶分", max_digits=6, decimal_places=2)
    position = models.PositiveSmallIntegerField("顺序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "积分规则"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["figure", "level"], name="point_rule_once"),
            models.CheckConstraint(condition=models.Q(cap__gte=models.F("base")), name="point_cap_not_below_base"),
            models.CheckConstraint(condition=models.Q(needed__gt=0), name="point_needed_positive"),
        ]

    def __str__(self) -> str:
        return self.label
