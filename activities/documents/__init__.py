"""What this app prints: one module a topic."""

from types import ModuleType

from activities.documents import activities, booklets, forums, plans, receptions

PARTS: tuple[ModuleType, ...] = (
    activities,
    forums,
    receptions,
    plans,
    booklets,
)
