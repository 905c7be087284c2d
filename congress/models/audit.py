"""The audit trail: who, when, from where, what changed, with success or refused."""

from django.conf import settings
from django.db import models

from congress import audit_actions
from congress.enums import Outcome
from congress.querysets import AuditQuerySet


class AuditEntry(models.Model):
    """One act. Insert-only: the queryset refuses to change or delete, and the database's own triggers do too.

    Kept at least six months (网络安全法); what the row says stands alone, so it outlives the account it names.
    """

    at = models.DateTimeField("时间", auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False, related_name="+", verbose_name="账号"
    )
    actor_name = models.CharField("操作人", max_length=60)
    ip = models.GenericIPAddressField("来源地址", null=True)
    agent = models.CharField("终端", max_length=200, blank=True)
    action = models.CharField("操作", max_length=60, db_index=True)
    target_type = models.CharField("对象类别", max_length=60, blank=True)
    target_ref = models.CharField("对象编号", max_length=80, blank=True, db_index=True)
    target_name = models.CharField("对象", max_length=160, blank=True)
    changes = models.JSONField("变更", default=dict, blank=True)
    outcome = models.CharField("结果", max_length=10, choices=Outcome, default=Outcome.SUCCESS)
    reason = models.CharField("说明", max_length=300, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(condition=models.Q(outcome__in=Outcome.values), name="audit_outcome_known")]

    def __str__(self) -> str:
        return f"{self.actor_name} {audit_actions.label(self.action)}"
