"""Who may do what with activities: one module a topic, imported here so that they are declared."""

from activities.rules import activities as activities
from activities.rules import booklets as booklets
from activities.rules import duties as duties
from activities.rules import forums as forums
from activities.rules import plans as plans
from activities.rules import receptions as receptions
from activities.rules import training as training
