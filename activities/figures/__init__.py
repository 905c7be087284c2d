"""What this app counts. Each figure answers for all subjects at once."""

from types import ModuleType

from activities.figures import booklets, forums

PARTS: tuple[ModuleType, ...] = (forums, booklets)
