"""What this app counts. Each figure answers for all subjects at once."""

from suggestions.figures import deputies, units

PARTS = (deputies, units)
