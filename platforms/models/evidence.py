"""Photos and files that show something: of a platform, a check, a score, an objection or a rectification."""

from django.db import models

from congress.models import StoredFile
from platforms.models.platforms import Platform
from platforms.models.results import Rectification
from platforms.models.rounds import ItemScore, Objection
from platforms.models.standards import StandardCheck
from platforms.querysets import EvidenceQuerySet


class Evidence(StoredFile):
    """One file with exactly one thing it shows. Who may read it follows from that thing: ``visible_to``."""

    platform = models.ForeignKey(Platform, models.CASCADE, null=True, blank=True, related_name="photos")
    standard_check = models.ForeignKey(StandardCheck, models.CASCADE, null=True, blank=True, related_name="evidence")
    item_score = models.ForeignKey(ItemScore, models.CASCADE, null=True, blank=True, related_name="evidence")
    objection = models.ForeignKey(Objection, models.CASCADE, null=True, blank=True, related_name="evidence")
    rectification = models.ForeignKey(Rectification, models.CASCADE, null=True, blank=True, related_name="evidence")
    caption = models.CharField("说明", max_length=120, blank=True)

    objects = EvidenceQuerySet.as_manager()

    TARGETS = ("platform", "standard_check", "item_score", "objection", "rectification")

    class Meta:
        verbose_name = verbose_name_plural = "佐证材料"
        ordering = ["uploaded_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    platform__isnull=False,
                    standard_check__isnull=True,
                    item_score__isnull=True,
                    objection__isnull=True,
                    rectification__isnull=True,
                )
                | models.Q(
                    platform__isnull=True,
                    standard_check__isnull=False,
                    item_score__isnull=True,
                    objection__isnull=True,
                    rectification__isnull=True,
                )
                | models.Q(
                    platform__isnull=True,
                    standard_check__isnull=True,
                    item_score__isnull=False,
                    objection__isnull=True,
                    rectification__isnull=True,
                )
                | models.Q(
                    platform__isnull=True,
                    standard_check__isnull=True,
                    item_score__isnull=True,
                    objection__isnull=False,
                    rectification__isnull=True,
                )
                | models.Q(
                    platform__isnull=True,
                    standard_check__isnull=True,
                    item_score__isnull=True,
                    objection__isnull=True,
                    rectification__isnull=False,
                ),
                name="evidence_shows_one_thing",
            )
        ]
