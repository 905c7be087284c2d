"""What this app prints: one module a topic."""

from types import ModuleType

PARTS: tuple[ModuleType, ...] = ()
