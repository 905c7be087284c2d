"""Sending notices inside the product."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from congress.models import Notification, User


def notify(users: Iterable[User], *, text: str, key: str, url: str = "") -> None:
    """Leaves one notice for each person when the transaction commits. The same key again is a no-op for the person."""
    people = {user.pk for user in users}

    def send() -> None:
        told = set(Notification.objects.filter(key=key, user__in=people).values_list("user_id", flat=True))
        Notification.objects.bulk_create(Notification(user_id=pk, text=text, url=url, key=key) for pk in sorted(people - told))

    transaction.on_commit(send)
