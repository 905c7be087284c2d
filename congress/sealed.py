"""Text that is encrypted at rest: a voter's name, phone and address (个人信息保护法 art. 51).

The key comes from ``PERSONAL_DATA_KEYS`` (Fernet keys, the newest first, so that a key can be replaced without losing what
the older ones sealed) and falls back to one derived from ``SECRET_KEY``. What is sealed can't be searched or sorted by.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.db import models, transaction

_BATCH = 500


@functools.cache
def _box() -> MultiFernet:
    own = base64.urlsafe_b64encode(hashlib.sha256(b"personal data:" + settings.SECRET_KEY.encode()).digest())
    return MultiFernet([Fernet(key) for key in [*settings.PERSONAL_DATA_KEYS, own]])


def seal(text: str) -> str:
    return _box().encrypt(text.encode()).decode() if text else ""


def unseal(token: str) -> str:
    """Raises ValueError when no key fits: the keys were lost, and silence would look like an empty field."""
    if not token:
        return ""
    try:
        return _box().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise ValueError("sealed text opens with none of the keys in PERSONAL_DATA_KEYS") from error


class SealedField(models.TextField):
    """A text column that holds ciphertext; Python code sees the plain text."""

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else seal(str(value))

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else unseal(value)

    def get_lookup(self, lookup_name: str) -> Any:
        """Only ``isnull``: equal texts have different ciphertexts, so any other lookup would silently find nothing."""
        if lookup_name != "isnull":
            raise TypeError(f"{self.name} is sealed; it can't be looked up by {lookup_name}")
        return super().get_lookup(lookup_name)


def masked_name(name: str) -> str:
    """王** for 王小明; the first character stays."""
    return name[:1] + "*" * max(len(name) - 1, 0)


def masked_phone(phone: str) -> str:
    """138****0001; short numbers keep their last two digits."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "****" + phone[-2:] if phone else ""


def reseal_all() -> dict[str, int]:
    """Seals every sealed column anew with the newest key; returns how many rows of each table. May be run again.

    Each batch of rows is one transaction, so that a change made meanwhile is not overwritten by what was read before it.
    Raises ValueError when a row opens with none of the keys; the batches before it are done.
    """
    done: dict[str, int] = {}
    for model in apps.get_models():
        sealed = [field.attname for field in model._meta.concrete_fields if isinstance(field, SealedField)]
        if not sealed:
            continue
        count, last = 0, 0
        while True:
            with transaction.atomic():
                rows = list(model._base_manager.select_for_update().filter(pk__gt=last).order_by("pk").only("pk", *sealed)[:_BATCH])
                model._base_manager.bulk_update(rows, sealed)
            if not rows:
                break
            count, last = count + len(rows), rows[-1].pk
        done[str(model._meta.verbose_name)] = count
    return done
