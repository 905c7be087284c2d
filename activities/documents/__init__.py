"""What this app prints: one module a topic."""

from types import ModuleType

from activities.documents import activities, booklets, forums

PARTS: tuple[ModuleType, ...] = (activities, forums, booklets)
