"""Platforms (履职平台): where deputies meet voters."""

import re

from django.conf import settings
from django.db import models

from congress.models import Area, Organisation
from platforms.enums import PlatformKind
from platforms.querysets import PlatformQuerySet

_ENDING = re.compile(r"(?:人大)?代表(?:履职活动中心|联络站|之家)$")


class Platform(models.Model):
    """A 代表履职活动中心, 代表之家 or 联络站.

    ``unit`` is the town-level area it is assessed with; ``area`` the town or village where it stands. ``unit`` follows
    from ``area`` and is written only by ``platforms.services.platforms`` and the import.
    """

    code = models.CharField("平台编号", max_length=32, unique=True)
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类别", max_length=20, choices=PlatformKind)
    area = models.ForeignKey(Area, models.PROTECT, related_name="platforms", verbose_name="所在区划")
    unit = models.ForeignKey(Area, models.PROTECT, related_name="unit_platforms", verbose_name="所属镇（街道）", editable=False)
    address = models.CharField("地址", max_length=120, blank=True)
    opening_hours = models.CharField("开放时间", max_length=80, blank=True)
    phone = models.CharField("电话", max_length=30, blank=True)
    contact_name = models.CharField("负责人", max_length=40, blank=True)
    is_demonstration = models.BooleanField("示范平台", default=False)
    is_specialty = models.BooleanField("特色平台", default=False)
    host_company = models.CharField("依托企业（合作社）", max_length=80, blank=True)
    guiding_leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="guided_platforms", verbose_name="分片联系领导"
    )
    guiding_office = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="guided_platforms", verbose_name="分片联系工委"
    )
    founded_on = models.DateField("挂牌日期", null=True, blank=True)
    is_active = models.BooleanField("在用", default=True)

    objects = PlatformQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "履职平台"
        ordering = ["unit__position", "unit__code", "kind", "code"]
        indexes = [models.Index(fields=["unit", "kind", "code"], name="platforms_in_order")]  # the register is sorted without its rows
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=PlatformKind.values), name="platform_kind_known"),
            models.CheckConstraint(
                condition=models.Q(is_specialty=True) | models.Q(host_company=""), name="host_company_only_on_specialty"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """The name without its usual ending, for places that list many: 上岭村 of 上岭村人大代表之家."""
        return _ENDING.sub("", self.name) or self.name
