"""What this floor adds to the demo district: a session's suggestions, those between sessions, a town's, and earlier years'."""

from types import ModuleType

from suggestions.demo import load

PARTS: tuple[ModuleType, ...] = (load,)
