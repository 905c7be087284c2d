"""Who may do what with activities: one module a topic, imported here so that they are declared."""

from activities.rules import receptions as receptions

from activities.rules import activities

__all__ = ["activities"]
from activities.rules import forums as forums
