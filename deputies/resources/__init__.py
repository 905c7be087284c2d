"""Excel in and out for all that deputies leave behind: one module a topic, each a kind of file of ``congress.imports``.

``roster`` matches the rows of a register to people; ``finding`` finds the people, seats and places that other rows speak of.
"""

from __future__ import annotations

from congress.imports import kinds
from deputies.resources.contacts import ContactResource
from deputies.resources.districts import ElectoralDistrictResource
from deputies.resources.duty_reports import DutyReportResource
from deputies.resources.honours import HonourResource
from deputies.resources.links import GroupResource, LiaisonResource
from deputies.resources.opinions import OpinionResource
from deputies.resources.register import DeputyResource
from deputies.resources.voters import VoterLiaisonResource

KINDS = (
    ElectoralDistrictResource,
    DeputyResource,
    GroupResource,
    LiaisonResource,
    VoterLiaisonResource,
    ContactResource,
    OpinionResource,
    DutyReportResource,
    HonourResource,
)


def register() -> None:
    """Called once, when the app is ready."""
    for resource in KINDS:
        kinds.register(resource)
