"""What activities add to the frame: navigation, search, to-dos, panels and words of the audit trail."""

from types import ModuleType

from activities.frame import activities, booklets, duties, forums, plans, receptions, training

PARTS: tuple[ModuleType, ...] = (
    activities,
    forums,
    receptions,
    duties,
    training,
    plans,
    booklets,
)
