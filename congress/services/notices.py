"""Sending notices inside the product."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from congress.models import Notification, User


def notify(users: Iterable[User], *, text: str, key: str, url: str = "") -> None:
    """Leaves one notice for each person when the transaction commits. The same key again is a no-op for the person."""
    people = {user.pk for user in users}

    def send() -> None:
        told = set(Notification.objects.filter(key=key, user__in=people).values_list("user_id", flat=True))
        Notification.objects.bulk_create(Notification(user_id=pk, text=text, url=url, key=key) for pk in sorted(people - told))

    transaction.on_commit(send)


def mark_read(*, user: User, notices: Iterable[Notification] | None = None) -> int:
    """Marks the person's given notices, or all, as read and returns how many were unread before."""
    unread = Notification.objects.visible_to(user).unread()
    if notices is not None:
        unread = unread.filter(pk__in=[notice.pk for notice in notices])
    return unread.update(read_at=timezone.now())
