"""What activities add to the frame: navigation, search, to-dos, panels and words of the audit trail."""

from types import ModuleType

from activities.frame import activities, booklets, duties, forums

PARTS: tuple[ModuleType, ...] = (activities, forums, duties, booklets)
