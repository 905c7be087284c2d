"""What this floor adds to the demo district: one module a topic, registered in the order in which they need each other."""

from types import ModuleType

from activities.demo import activities, booklets, forums, plans, receptions, training

PARTS: tuple[ModuleType, ...] = (activities, forums, booklets, receptions, training, plans)
