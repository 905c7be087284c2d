"""What activities add to the frame: navigation, search, to-dos, panels and words of the audit trail."""

from types import ModuleType

from activities.frame import booklets, forums

PARTS: tuple[ModuleType, ...] = (forums, booklets)
