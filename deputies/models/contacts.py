"""Voter contacts (联系选民), the deputy's daily record, with what earlier versions said."""

from django.conf import settings
from django.db import models

from congress.models import Area, StoredFile
from congress.sealed import SealedField
from deputies.enums import Channel
from deputies.models.register import Deputy, ElectoralDistrict
from deputies.places import joined
from deputies.querysets import ContactDraftQuerySet, ContactPhotoQuerySet, DraftPhotoQuerySet, VoterContactQuerySet


class VoterContact(models.Model):
    """One meeting between deputies and voters.

    ``key`` is made by the form on the phone before anything is sent: ten retries or two devices give one record. ``author``
    typed it; when town staff enter it for a deputy who keeps paper, author and deputy differ. Never deleted; a correction
    keeps the earlier text in ``ContactRevision``.
    """

    key = models.CharField("幂等键", max_length=64, unique=True, editable=False)
    code = models.CharField("编号", max_length=32, unique=True)
    deputies = models.ManyToManyField(Deputy, related_name="contacts", verbose_name="代表")
    channel = models.CharField("方式", max_length=12, choices=Channel)
    at = models.DateTimeField("时间", db_index=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="voter_contacts", verbose_name="所在区划")
    electoral_district = models.ForeignKey(
        ElectoralDistrict, models.PROTECT, null=True, blank=True, related_name="voter_contacts", verbose_name="选区"
    )
    place = models.CharField("地点", max_length=80, blank=True)
    people = models.PositiveSmallIntegerField("选民人数", default=1)
    text = models.TextField("内容")
    result = models.TextField("处理情况", blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="记录人")
    created_at = models.DateTimeField("记录时间", auto_now_add=True)
    awaits_opinion = models.BooleanField("需要有人去办", default=False, help_text="还没有从中登记意见")
    version = models.PositiveIntegerField(default=0)

    objects = VoterContactQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "联系选民记录"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(channel__in=Channel.values), name="contact_channel_known"),
            models.CheckConstraint(condition=models.Q(people__gte=1), name="contact_with_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.code}"

    @property
    def where(self) -> str:
        """The area and the place in it. Asks for ``area``."""
        return joined(self.area.name, self.place)


class ContactVoter(models.Model):
    """A voter who was met, when the name was given at all. SECURITY: sealed; see ``deputies.services.privacy``."""

    contact = models.ForeignKey(VoterContact, models.CASCADE, related_name="voters", verbose_name="联系记录")
    name = SealedField("姓名", blank=True, default="")
    phone = SealedField("电话", blank=True, default="")
    address = SealedField("住址", blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "选民"
        ordering = ["contact", "pk"]

    def __str__(self) -> str:
        return f"{self.contact}的选民"


class ContactRevision(models.Model):
    """What a contact said before a correction."""

    contact = models.ForeignKey(VoterContact, models.CASCADE, related_name="revisions", verbose_name="联系记录")
    before = models.JSONField("更正前")
    reason = models.CharField("更正原因", max_length=200)
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="更正人")
    corrected_at = models.DateTimeField("更正时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "更正记录"
        ordering = ["contact", "-pk"]

    def __str__(self) -> str:
        return f"{self.contact}的更正"


class ContactPhoto(StoredFile):
    """A photo of a contact."""

    contact = models.ForeignKey(VoterContact, models.CASCADE, related_name="photos", verbose_name="联系记录")

    objects = ContactPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "联系照片"
        ordering = ["uploaded_at"]


class ContactDraft(models.Model):
    """What a deputy typed after her mandate had ended, often unknowingly on a phone without signal: kept for the town's staff.

    They enter it for whoever it belongs to, or set it aside with a reason. ``payload`` is the form as it was sent, sealed as
    a whole because it may name voters.
    """

    key = models.CharField("幂等键", max_length=64, unique=True, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="填写人")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="交由哪里办")
    payload = SealedField("内容")
    reason = models.CharField("没有登记的原因", max_length=300)
    sent_at = models.DateTimeField("收到时间", auto_now_add=True)
    contact = models.OneToOneField(VoterContact, models.SET_NULL, null=True, blank=True, related_name="draft", verbose_name="登记成的记录")
    settled_at = models.DateTimeField("办结时间", null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="经办人")
    note = models.CharField("不予登记的原因", max_length=200, blank=True)

    objects = ContactDraftQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "待核对的联系记录"
        ordering = ["sent_at", "pk"]

    def __str__(self) -> str:
        return f"{self.author}交来的联系记录"


class DraftPhoto(StoredFile):
    """A photo that came with a draft."""

    draft = models.ForeignKey(ContactDraft, models.CASCADE, related_name="photos", verbose_name="待核对的联系记录")

    objects = DraftPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "待核对的照片"
        ordering = ["uploaded_at"]
