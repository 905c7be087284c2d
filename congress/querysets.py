"""Ground-floor querysets that read like sentences."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, NoReturn, Self

from django.contrib.auth.models import UserManager as BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from congress.enums import TOWN_LEVEL, VILLAGE_LEVEL, CongressLevel, DocumentState

if TYPE_CHECKING:
    from congress.models import Area, AuditEntry, Congress, Document, DocumentBatch, ImportFile, Notification, Organisation, RoleGrant, User


class AreaQuerySet(models.QuerySet["Area"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def town_level(self) -> Self:
        """Towns, townships, subdistricts and farms: the units that are assessed."""
        return self.filter(kind__in=TOWN_LEVEL)

    def village_level(self) -> Self:
        return self.filter(kind__in=VILLAGE_LEVEL)

    def within(self, area: Area) -> Self:
        """The area itself and everything in it."""
        return self.filter(path__startswith=area.path)

    def visible_to(self, user: User) -> Self:
        """The territory is no secret: anyone with a role sees it; the names are on public notices anyway."""
        return self if user.access.roles else self.none()


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def visible_to(self, user: User) -> Self:
        return self if user.access.roles else self.none()

    def matching(self, words: str) -> Self:
        """Name or short name holds the words, or the code begins with them."""
        return self.filter(Q(name__icontains=words) | Q(short_name__icontains=words) | Q(code__startswith=words))


class CongressQuerySet(models.QuerySet["Congress"]):
    def home(self) -> Congress | None:
        """The district congress whose portal this is, or None on an empty installation."""
        return self.filter(level=CongressLevel.DISTRICT).select_related("area").order_by("pk").first()


class UserManager(BaseUserManager["User"]):
    def in_role(self, *roles: str, organisation: Organisation | None = None) -> models.QuerySet[User]:
        """Active accounts that hold one of the roles today, at ``organisation`` when given."""
        from congress.models import RoleGrant

        grants = RoleGrant.objects.in_force().filter(role__in=roles)
        if organisation is not None:
            grants = grants.filter(organisation=organisation)
        return self.filter(is_active=True, pk__in=grants.values("user"))


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def in_force(self, on: datetime.date | None = None) -> Self:
        on = on or timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Insert-only. SECURITY: the tables' own triggers hold this against anything that goes round the queryset."""

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("the audit trail is insert-only")

    update = delete = bulk_update = update_or_create = _refuse


class DocumentBatchQuerySet(models.QuerySet["DocumentBatch"]):
    def visible_to(self, user: User) -> Self:
        """Batches of which the person may print at least one document."""
        from congress.models import Document

        return self.filter(pk__in=Document.objects.visible_to(user).values("batch"))

    def with_progress(self) -> Self:
        """Annotates ``total``, ``ready`` and ``failed``."""
        return self.annotate(
            total=models.Count("documents"),
            ready=models.Count("documents", filter=Q(documents__state=DocumentState.READY)),
            failed=models.Count("documents", filter=Q(documents__state=DocumentState.FAILED)),
        )


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: User) -> Self:
        """What each registered kind lets the person print."""
        from congress.documents import registry

        return self.filter(registry.visible_to(user)) if user.access.roles else self.none()

    def unfinished(self) -> Self:
        return self.filter(state__in=[DocumentState.WAITING, DocumentState.RENDERING])

    def ready(self) -> Self:
        return self.filter(state=DocumentState.READY)


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(user=user)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class ImportFileQuerySet(models.QuerySet["ImportFile"]):
    def visible_to(self, user: User) -> Self:
        """Uploads hold personal data: people in the office confirm and repeat each other's imports, others see their own.

        Of a kind that the person may not import nothing opens, whoever uploaded it: the views ask for that first.
        """
        return self if user.access.is_office else self.filter(uploaded_by=user)

    def confirmed(self) -> Self:
        return self.filter(confirmed_at__isnull=False)

    def abandoned(self) -> Self:
        """Uploaded a week ago and never confirmed."""
        return self.filter(confirmed_at__isnull=True, uploaded_at__lt=timezone.now() - datetime.timedelta(days=7))
