"""What the audit trail's actions, and the field names and values in its changes, are called in Chinese.

Each app adds its own words in ``AppConfig.ready()``.
"""

from __future__ import annotations

from collections.abc import Mapping

_labels: dict[str, str] = {}


def register(labels: Mapping[str, str]) -> None:
    _labels.update(labels)


def label(name: str) -> str:
    """The Chinese word, or the name itself when nobody registered one."""
    return _labels.get(name, name)


def actions() -> dict[str, str]:
    """The actions alone: "app.verb" and its word."""
    return {name: word for name, word in _labels.items() if "." in name}
