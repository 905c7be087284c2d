"""Excel in and out for all that deputies leave behind: one module a topic, each a kind of file of ``congress.imports``.

``roster`` matches the rows of a register to people; ``finding`` finds the people, seats and places that other rows speak of.
"""

from __future__ import annotations

from congress.imports import kinds
from deputies.resources.contacts import ContactResource
from deputies.resources.links import GroupResource, LiaisonResource
from deputies.resources.register import DeputyResource

KINDS = (DeputyResource, GroupResource, LiaisonResource, ContactResource)


def register() -> None:
    """Called once, when the app is ready."""
    for resource in KINDS:
        kinds.register(resource)
