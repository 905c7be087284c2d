from deputies.models.contacts import ContactDraft, ContactPhoto, ContactRevision, ContactVoter, DraftPhoto, VoterContact
from deputies.models.duty_reports import (
    BallotAspect,
    BallotSlip,
    DutyReport,
    DutyReportBallot,
    DutyReportMeeting,
    DutyReportQuestion,
    DutyReportRule,
)
from deputies.models.groups import DeputyGroup, GroupMembership
from deputies.models.honours import Deed, DeedPhoto, Honour, Nomination, NominationRound
from deputies.models.liaisons import DeputyLiaison, LiaisonRecord, LiaisonRule, StandingMember, VoterLiaison
from deputies.models.opinions import Opinion, OpinionCategory, OpinionStep
from deputies.models.points import PeerRule, PointRule
from deputies.models.register import Deputy, ElectoralDistrict, Mandate, MandateChange

__all__ = [
    "BallotAspect",
    "BallotSlip",
    "ContactDraft",
    "ContactPhoto",
    "ContactRevision",
    "ContactVoter",
    "Deed",
    "DeedPhoto",
    "Deputy",
    "DeputyGroup",
    "DeputyLiaison",
    "DraftPhoto",
    "DutyReport",
    "DutyReportBallot",
    "DutyReportMeeting",
    "DutyReportQuestion",
    "DutyReportRule",
    "ElectoralDistrict",
    "GroupMembership",
    "Honour",
    "LiaisonRecord",
    "LiaisonRule",
    "Mandate",
    "MandateChange",
    "Nomination",
    "NominationRound",
    "Opinion",
    "OpinionCategory",
    "OpinionStep",
    "PeerRule",
    "PointRule",
    "StandingMember",
    "VoterContact",
    "VoterLiaison",
]
