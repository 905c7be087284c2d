"""What this app prints: one module a topic."""

from types import ModuleType

from activities.documents import booklets, forums

PARTS: tuple[ModuleType, ...] = (forums, booklets)
