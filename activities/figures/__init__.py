"""What this app counts. Each figure answers for all subjects at once."""

from types import ModuleType

from activities.figures import activities, booklets, duties, forums, receptions, training

PARTS: tuple[ModuleType, ...] = (
    activities,
    forums,
    receptions,
    duties,
    training,
    booklets,
)
