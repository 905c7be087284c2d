"""What this app counts. Each figure answers for all subjects at once."""

from types import ModuleType

PARTS: tuple[ModuleType, ...] = ()
