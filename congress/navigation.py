"""The left navigation: five parts of the source speech, filled by the apps. A part without entries is not shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from congress.models import User

PARTS = (
    ("training", "学习培训", "learn"),
    ("platforms", "平台建设", "platform"),
    ("contacts", "联系与述职", "contact"),
    ("activities", "代表活动", "activity"),
    ("suggestions", "建议督办", "suggest"),
    ("master_data", "基础数据", "ledger"),
    ("administration", "系统管理", "gear"),
)


@dataclass(frozen=True)
class Entry:
    """One link. ``url_name`` is reversed without arguments; ``shown_to(user)`` must not query."""

    part: str
    label: str
    url_name: str
    shown_to: Callable[[User], bool]


_entries: list[Entry] = []


def register(entry: Entry) -> None:
    if entry.part not in {key for key, _, _ in PARTS}:
        raise ValueError(f"unknown part {entry.part!r}")
    if entry not in _entries:
        _entries.append(entry)


def for_user(user: User) -> list[tuple[str, str, list[Entry]]]:
    """(label, icon, entries) of every part that has something for this person."""
    parts = [(label, icon, [e for e in _entries if e.part == key and e.shown_to(user)]) for key, label, icon in PARTS]
    return [part for part in parts if part[2]]
