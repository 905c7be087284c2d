"""A person's own filters of the list. They are hers alone, so nothing of them is in the audit trail."""

from __future__ import annotations

from django.db import transaction

from congress.errors import DomainError
from congress.models import User
from suggestions.models import SavedFilter

MOST = 20


@transaction.atomic
def save_filter(*, user: User, name: str, query: str) -> SavedFilter:
    """Keeps the cut under the name; the same name again is given the new cut. Raises DomainError without a name or conditions."""
    name = name.strip()[:20]
    if not name:
        raise DomainError("请给这个筛选起个名称。")
    if not query:
        raise DomainError("请先选好条件，再保存为常用筛选。")
    if len(query) > 400:
        raise DomainError("条件太多，请减少后再保存。")
    locked = User.objects.select_for_update().get(pk=user.pk)
    own = SavedFilter.objects.filter(user=locked)
    if not own.filter(name=name).exists() and own.count() >= MOST:
        raise DomainError(f"常用筛选最多保存{MOST}个，请先删去不用的。")
    row, _ = SavedFilter.objects.update_or_create(user=locked, name=name, defaults={"query": query})
    return row


def drop_filter(*, user: User, pk: int) -> None:
    """Takes one away; one that is gone already, or another person's, is left as it is."""
    SavedFilter.objects.filter(user=user, pk=pk).delete()
