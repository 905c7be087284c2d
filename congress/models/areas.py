"""The territory and who works in it."""

from django.db import models

from congress.enums import TOWN_LEVEL, WITH_CONGRESS, AreaKind, OrganisationKind
from congress.querysets import AreaQuerySet, OrganisationQuerySet


class Area(models.Model):
    """A 区划 in the territory tree, known by its statistical code.

    ``path`` holds the codes from the root down, each followed by a slash ("450603/450603001/"), so that a subtree is
    one prefix match. It is written only by ``congress.services.areas``.
    """

    code = models.CharField("区划代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类别", max_length=20, choices=AreaKind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级区划")
    path = models.CharField(max_length=80, db_index=True, editable=False)
    position = models.PositiveIntegerField("排序", default=0)
    is_active = models.BooleanField("在用", default=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "区划"
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=AreaKind.values), name="area_kind_known"),
            models.CheckConstraint(condition=~models.Q(path=""), name="area_has_path"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_town_level(self) -> bool:
        return self.kind in TOWN_LEVEL

    @property
    def has_congress(self) -> bool:
        """Whether the area elects a congress of its own (组织法 art. 59: a subdistrict does not)."""
        return self.kind in WITH_CONGRESS

    def contains(self, other: "Area") -> bool:
        """Whether ``other`` is this area or lies in it."""
        return other.path.startswith(self.path)


class Organisation(models.Model):
    """An organ or unit that works in an area: 代表工委, 主席团, 街道工委, 承办单位."""

    code = models.CharField("单位代码", max_length=32, unique=True)
    name = models.CharField("名称", max_length=80)
    short_name = models.CharField("简称", max_length=40, blank=True)
    kind = models.CharField("类别", max_length=20, choices=OrganisationKind)
    area = models.ForeignKey(Area, models.PROTECT, related_name="organisations", verbose_name="所在区划")
    phone = models.CharField("电话", max_length=30, blank=True)
    address = models.CharField("地址", max_length=120, blank=True)
    is_active = models.BooleanField("在用", default=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=OrganisationKind.values), name="organisation_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name
