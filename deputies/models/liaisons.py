"""The two liaisons (双联系): standing members with deputies, deputies with voters."""

from django.core.validators import MaxValueValidator
from django.db import models

from congress.sealed import SealedField
from deputies.models.register import Deputy, ElectoralDistrict, Mandate
from deputies.querysets import DeputyLiaisonQuerySet, StandingMemberQuerySet, VoterLiaisonQuerySet


class StandingMember(models.Model):
    """A mandate that also sits on the standing committee (常委会组成人员)."""

    mandate = models.OneToOneField(Mandate, models.CASCADE, related_name="standing_membership", verbose_name="代表资格")
    post = models.CharField("职务", max_length=40, help_text="如：主任、副主任、委员")
    position = models.PositiveSmallIntegerField("排序", default=0)
    starts_on = models.DateField("任职日期")
    ends_on = models.DateField("离任日期", null=True, blank=True)

    objects = StandingMemberQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "常委会组成人员"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.mandate.deputy.name


class LiaisonRule(models.Model):
    """How many liaisons there should be, editable: one row.

    Two or three deputies a standing member is the source speech's own number; how many voters a deputy keeps in touch with,
    and how often, it leaves to the congress.
    """

    least_deputies = models.PositiveSmallIntegerField("组成人员联系代表不少于（名）", default=2, validators=[MaxValueValidator(50)])
    most_deputies = models.PositiveSmallIntegerField("组成人员联系代表不超过（名）", default=3, validators=[MaxValueValidator(50)])
    least_voters = models.PositiveSmallIntegerField("代表联系选民不少于（名）", default=5, validators=[MaxValueValidator(500)])
    most_voters = models.PositiveSmallIntegerField("代表联系选民不超过（名）", default=20, validators=[MaxValueValidator(500)])
    least_contacts = models.PositiveSmallIntegerField("代表每年联系选民不少于（次）", default=4, validators=[MaxValueValidator(366)])

    class Meta:
        verbose_name = verbose_name_plural = "双联系要求"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(most_deputies__gte=models.F("least_deputies")), name="liaison_rule_deputies_in_order"
            ),
            models.CheckConstraint(condition=models.Q(most_voters__gte=models.F("least_voters")), name="liaison_rule_voters_in_order"),
        ]

    def __str__(self) -> str:
        return (
            f"组成人员联系 {self.least_deputies} 至 {self.most_deputies} 名代表，代表联系 {self.least_voters} 至 {self.most_voters} 名选民"
        )


class DeputyLiaison(models.Model):
    """A standing member's fixed link with a deputy: two or three each (source speech, part 三（一）; 代表法 art. 44)."""

    member = models.ForeignKey(StandingMember, models.CASCADE, related_name="liaisons", verbose_name="组成人员")
    deputy = models.ForeignKey(Deputy, models.CASCADE, related_name="liaisons", verbose_name="所联系的代表")
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期", null=True, blank=True)

    objects = DeputyLiaisonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "组成人员联系代表"
        ordering = ["member", "starts_on"]
        constraints = [models.UniqueConstraint(fields=["member", "deputy", "starts_on"], name="deputy_liaison_once")]

    def __str__(self) -> str:
        return f"{self.member}联系{self.deputy}"


class LiaisonRecord(models.Model):
    """One contact of a standing member with a deputy, and what was heard."""

    liaison = models.ForeignKey(DeputyLiaison, models.CASCADE, related_name="records", verbose_name="联系关系")
    on = models.DateField("日期")
    heard = models.TextField("听到的情况")
    entered_by = models.ForeignKey("congress.User", models.PROTECT, related_name="+", verbose_name="记录人")
    entered_at = models.DateTimeField("记录时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "联系代表记录"
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.liaison} {self.on}"


class VoterLiaison(models.Model):
    """A fixed voter of a deputy. SECURITY: name, phone and address are sealed; reading them goes through the audited service.

    When the mandate ends the liaison ends with it and ``awaits_successor``, until the voter is handed over: then the
    successor has a row of her own, ``handed_from`` this one.
    """

    deputy = models.ForeignKey(Deputy, models.CASCADE, related_name="voter_liaisons", verbose_name="代表")
    electoral_district = models.ForeignKey(
        ElectoralDistrict, models.PROTECT, null=True, blank=True, related_name="voter_liaisons", verbose_name="选区"
    )
    name = SealedField("选民姓名")
    phone = SealedField("电话", blank=True, default="")
    address = SealedField("住址", blank=True, default="")
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期", null=True, blank=True)
    awaits_successor = models.BooleanField("待移交", default=False, editable=False)
    handed_from = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="handed_to", verbose_name="移交自"
    )

    objects = VoterLiaisonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "固定联系选民"
        ordering = ["deputy", "starts_on", "pk"]

    def __str__(self) -> str:
        return f"{self.deputy}的固定联系选民"
