"""People's accounts, and the roles they hold at an organisation from one day until another."""

from functools import cached_property
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

from congress.access import Access
from congress.enums import THREE_ADMINS, Role
from congress.models.areas import Organisation
from congress.querysets import RoleGrantQuerySet, UserManager


class User(AbstractUser):
    """One person's account. What the person may do comes from ``RoleGrant`` rows, through ``user.access``."""

    first_name = last_name = None  # type: ignore[assignment]
    name = models.CharField("姓名", max_length=40)
    phone = models.CharField("手机号", max_length=20, unique=True, null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @cached_property
    def access(self) -> Access:
        """The roles in force today, read once per request."""
        return Access.of(self)


class RoleGrant(models.Model):
    """A role held at an organisation, from the first day to the last, both included.

    One person may hold several: deputy, group leader and town official at once. Granted and ended by
    ``congress.services.accounts``, which refuses a second of the 三员; ``sole_admin`` lets the database hold that too:
    it is true on a 三员 grant without an end and NULL on any other, and unique per person.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="grants", verbose_name="账号")
    role = models.CharField("角色", max_length=20, choices=Role)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="grants", verbose_name="单位")
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期", null=True, blank=True)
    sole_admin = models.BooleanField(null=True, default=None, editable=False)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ["user", "role", "starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "organisation", "starts_on"], name="grant_once"),
            models.UniqueConstraint(fields=["user", "sole_admin"], name="one_of_three_admins"),
            models.CheckConstraint(
                condition=models.Q(role__in=THREE_ADMINS, ends_on__isnull=True, sole_admin=True)
                | (models.Q(sole_admin__isnull=True) & (~models.Q(role__in=THREE_ADMINS) | models.Q(ends_on__isnull=False))),
                name="sole_admin_marks_open_admin_grants",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")), name="grant_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}：{self.organisation}{self.get_role_display()}"
