"""What is printed of a deputy. Kinds about a deputy and a period take the deputy's code as subject; the batch's key names the
period (``deputies.services.notebooks.batch_key`` and ``period_of``), and ``manage.py print_document`` prints them by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from congress.documents import registry
from congress.documents.registry import DocumentKind
from congress.enums import Role
from deputies.documents import dossier, duty_reports, notebook
from deputies.models import Deputy, Mandate
from deputies.services.dossiers import DOSSIER
from deputies.services.notebooks import NOTEBOOK

if TYPE_CHECKING:
    from congress.models import User


def of_own_deputies(user: User) -> Q:
    """Documents about a deputy: the district's staff, the deputy herself, and her town's staff."""
    if user.access.is_district_staff:
        return Q()
    own = Q(user=user)
    for path in user.access.area_paths(Role.TOWN_OFFICE):
        own |= Q(pk__in=Mandate.objects.filter(area__path__startswith=path).values("deputy"))
    return Q(subject__in=Deputy.objects.filter(own).values("code"))


def register() -> None:
    """Called once, when the app is ready."""
    registry.register(DocumentKind(NOTEBOOK, "代表联系选民记事簿", of_own_deputies, "documents/deputies/notebook.html", notebook.build))
    registry.register(DocumentKind(DOSSIER, "代表履职档案", of_own_deputies, "documents/deputies/dossier.html", dossier.build))
    duty_reports.register()
