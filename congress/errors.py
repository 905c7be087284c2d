"""Errors that are sentences: what a person did that can't be done, and what to do instead."""


class DomainError(Exception):
    """A step the rules refuse. The text is a complete Chinese sentence, shown to the person as it stands.

    Views need not catch it: ``RefusalMiddleware`` answers 409 with the sentence and a way back. A view that holds a
    form catches it and puts the sentence on the form, so that nothing typed is lost.
    """


class Conflict(DomainError):
    """Somebody else was faster: the row changed between reading and writing."""
