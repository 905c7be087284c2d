"""What can go wrong on paper, as sentences."""

from congress.errors import DomainError


class PaperError(DomainError):
    """A document that can't be made as it stands; trying again without a change would not help."""
