"""Deputies' groups (代表小组), by area or field, with members of several levels (代表法 art. 26–27)."""

from django.db import models

from congress.models import Area, Term
from deputies.enums import GroupRole
from deputies.models.register import Deputy
from deputies.querysets import GroupMembershipQuerySet, GroupQuerySet


class DeputyGroup(models.Model):
    """A 代表小组 of one congress's term. ``field`` is set for a group by trade or subject, empty for one by area."""

    code = models.CharField("小组编号", max_length=32, unique=True)
    name = models.CharField("名称", max_length=60)
    term = models.ForeignKey(Term, models.PROTECT, related_name="groups", verbose_name="届")
    area = models.ForeignKey(Area, models.PROTECT, related_name="deputy_groups", verbose_name="所在区划")
    field = models.CharField("领域", max_length=40, blank=True, help_text="按领域编组的填写，如：农业、教育；按地域编组的空着")
    starts_on = models.DateField("成立日期")
    ends_on = models.DateField("撤销日期", null=True, blank=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "代表小组"
        ordering = ["area__position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["term", "name"], name="group_name_once_a_term"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")), name="group_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GroupMembership(models.Model):
    """A deputy in a group, from one day until another; leader, deputy leader and liaison are members too."""

    group = models.ForeignKey(DeputyGroup, models.CASCADE, related_name="memberships", verbose_name="小组")
    deputy = models.ForeignKey(Deputy, models.CASCADE, related_name="group_memberships", verbose_name="代表")
    role = models.CharField("职务", max_length=16, choices=GroupRole, default=GroupRole.MEMBER)
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期", null=True, blank=True)

    objects = GroupMembershipQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "小组成员"
        ordering = ["group", "role", "deputy__code"]
        constraints = [
            models.UniqueConstraint(fields=["group", "deputy", "starts_on"], name="group_member_once"),
            models.CheckConstraint(condition=models.Q(role__in=GroupRole.values), name="group_role_known"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="group_membership_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}{self.get_role_display()}{self.deputy}"
