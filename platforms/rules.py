"""Who may do what with platforms and rounds. Role predicates and state predicates are apart, joined with & and |.

A permission is role & state: it decides what a page offers. A service asks for the role predicate alone and tells a wrong
state as a sentence, so that a button pressed too late explains itself. Predicates take any record of a round: the
assignment itself, or a sheet, score or objection that leads to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rules
from django.utils import timezone

from congress.enums import Role
from congress.rules import has_any_role, is_district_staff, is_leader, is_office
from platforms.enums import OPEN_ROUND, AssignmentState, ObjectionState, RectificationState, RoundState

if TYPE_CHECKING:
    from congress.models import User
    from platforms.models import AssessmentRound, CrossAssignment

ASSESSING = (Role.TOWN_OFFICE, Role.ASSESSOR)


def assignment_of(record: Any) -> CrossAssignment:
    """The assignment that an objection, a score, a sheet or a deduction belongs to, or the assignment itself."""
    for step in ("item_score", "assessment", "assignment"):
        record = getattr(record, step, record)
    return record


def round_of(record: Any) -> AssessmentRound:
    """The round of an assignment's record, a bulletin or a rectification, or the round itself."""
    record = assignment_of(record)
    return getattr(record, "round", record)


# ---- roles in a round


@rules.predicate
def works_in_any_area(user: User) -> bool:
    return user.is_authenticated and user.access.has(*ASSESSING)


@rules.predicate
def works_in_assessed_area(user: User, record: Any) -> bool:
    """Staff of the town or subdistrict that is assessed. An assessor only helps to assess others."""
    return user.is_authenticated and record is not None and assignment_of(record).area_id in user.access.area_ids(Role.TOWN_OFFICE)


@rules.predicate
def works_in_assessing_area(user: User, record: Any) -> bool:
    """Staff or assessors of the town that assesses. SECURITY: nobody who also works for the assessed town, whatever else they hold."""
    if not user.is_authenticated or record is None:
        return False
    assignment, areas = assignment_of(record), user.access.area_ids(*ASSESSING)
    return assignment.assessor_id in areas and assignment.area_id not in areas


@rules.predicate
def works_in_rectifying_area(user: User, rectification: Any) -> bool:
    return user.is_authenticated and rectification is not None and rectification.area_id in user.access.area_ids(Role.TOWN_OFFICE)


@rules.predicate
def assesses_rectifying_area(user: User, rectification: Any) -> bool:
    """The unit that assesses the area in a later round still open, which looks at what was to be put right."""
    if not user.is_authenticated or rectification is None:
        return False
    areas = user.access.area_ids(*ASSESSING)
    if not areas or rectification.area_id in areas:
        return False
    later = rectification.area.assessed_in.filter(assessor__in=areas, round__state__in=OPEN_ROUND)
    return later.exclude(round=rectification.round_id).exists()


# ---- states of a round


@rules.predicate
def round_is_open(user: User, record: Any) -> bool:
    return record is not None and round_of(record).state in OPEN_ROUND


@rules.predicate
def round_is_published(user: User, record: Any) -> bool:
    return record is not None and round_of(record).state == RoundState.PUBLISHED


@rules.predicate
def round_is_before_sign_off(user: User, record: Any) -> bool:
    return record is not None and round_of(record).state in (RoundState.SELF_SCORING, RoundState.CROSS_SCORING)


@rules.predicate
def round_is_in_sign_off(user: User, record: Any) -> bool:
    return record is not None and round_of(record).state == RoundState.SIGN_OFF


@rules.predicate
def round_is_in_objection(user: User, record: Any) -> bool:
    return record is not None and round_of(record).state == RoundState.OBJECTION


@rules.predicate
def objection_window_is_open(user: User, record: Any) -> bool:
    until = round_of(record).objection_until if record is not None else None
    return until is not None and timezone.localdate() <= until


@rules.predicate
def is_self_scoring(user: User, record: Any) -> bool:
    return record is not None and assignment_of(record).state == AssignmentState.SELF_SCORING


@rules.predicate
def is_cross_scoring(user: User, record: Any) -> bool:
    return record is not None and assignment_of(record).state == AssignmentState.CROSS_SCORING


@rules.predicate
def is_scored(user: User, record: Any) -> bool:
    return record is not None and assignment_of(record).state == AssignmentState.SCORED


@rules.predicate
def objection_is_raised(user: User, objection: Any) -> bool:
    return objection is not None and objection.state == ObjectionState.RAISED


@rules.predicate
def rectification_is_open(user: User, rectification: Any) -> bool:
    return rectification is not None and rectification.state == RectificationState.OPEN


@rules.predicate
def rectification_is_reported(user: User, rectification: Any) -> bool:
    return rectification is not None and rectification.state == RectificationState.REPORTED


# ---- roles at a platform


@rules.predicate
def works_in_platforms_unit(user: User, platform: Any) -> bool:
    """Town staff of the town or subdistrict the platform belongs to; of any, when no platform is given."""
    units = user.access.area_ids(Role.TOWN_OFFICE) if user.is_authenticated else frozenset()
    return bool(units) if platform is None else platform.unit_id in units


@rules.predicate
def uploaded_it(user: User, evidence: Any) -> bool:
    return user.is_authenticated and evidence is not None and evidence.uploaded_by_id == user.pk


# ---- permissions: platforms, standards and evidence
rules.add_perm("platforms.add_platform", is_office | works_in_platforms_unit)
rules.add_perm("platforms.change_platform", is_office | works_in_platforms_unit)
rules.add_perm("platforms.mark_platform", is_office)
rules.add_perm("platforms.check_standard", is_office | works_in_platforms_unit)
rules.add_perm("platforms.manage_standards", is_office)
rules.add_perm("platforms.delete_evidence", is_office | uploaded_it)
# ---- permissions: the round
rules.add_perm("platforms.manage_score_table", is_office)
rules.add_perm("platforms.open_round", is_office)
rules.add_perm("platforms.view_round", is_district_staff | works_in_any_area | has_any_role & round_is_published)
rules.add_perm("platforms.redraw", is_office & round_is_before_sign_off)
rules.add_perm("platforms.adjust_assignment", is_office & round_is_before_sign_off)
rules.add_perm("platforms.set_deadlines", is_office & round_is_open)
rules.add_perm("platforms.edit_bulletin_texts", is_office & round_is_open)
rules.add_perm("platforms.deduct", is_office & round_is_open)
rules.add_perm("platforms.publish", is_office & round_is_in_objection)
rules.add_perm("platforms.correct", is_office & round_is_published)
rules.add_perm("platforms.watch_ranking", is_district_staff)
rules.add_perm("platforms.compare_units", is_district_staff | has_any_role & round_is_published)
# ---- one area's assessment
rules.add_perm("platforms.self_score", works_in_assessed_area & is_self_scoring)
rules.add_perm("platforms.cross_score", works_in_assessing_area & is_cross_scoring)
rules.add_perm("platforms.sign_off", is_leader & round_is_in_sign_off & is_scored)
rules.add_perm("platforms.send_back", is_leader & round_is_in_sign_off & is_scored)
rules.add_perm("platforms.object", works_in_assessed_area & round_is_in_objection & objection_window_is_open)
rules.add_perm("platforms.decide_objection", is_office & round_is_in_objection & objection_is_raised)
# ---- what must be put right
rules.add_perm("platforms.report_rectification", works_in_rectifying_area & rectification_is_open)
rules.add_perm("platforms.review_rectification", is_office | assesses_rectifying_area)
rules.add_perm("platforms.verify_rectification", (is_office | assesses_rectifying_area) & rectification_is_reported)
