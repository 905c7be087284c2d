"""What activities add to the frame: navigation, search, to-dos, panels and words of the audit trail."""

from types import ModuleType

from activities.frame import activities, booklets, duties, forums, plans, training

PARTS: tuple[ModuleType, ...] = (
    activities,
    forums,
    duties,
    training,
    plans,
    booklets,
)
