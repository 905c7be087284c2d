"""Who proposes, examines, assigns, handles and judges. Role predicates and state predicates apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from congress.enums import CongressLevel, Role
from congress.rules import is_district_staff, is_leader, is_office
from suggestions.enums import EDITABLE, UNIT_ROLES, SuggestionState

if TYPE_CHECKING:
    from congress.models import User
    from suggestions.models import Cosigner, Handling, Suggestion


@rules.predicate
def proposes(user: User, suggestion: Suggestion | None) -> bool:
    """The leading deputy herself."""
    return suggestion is not None and suggestion.proposer.deputy.user_id == user.pk


@rules.predicate
def typed_it(user: User, suggestion: Suggestion | None) -> bool:
    """Staff who enter a paper original for a deputy."""
    return suggestion is not None and suggestion.created_by_id == user.pk


@rules.predicate
def runs(user: User, suggestion: Suggestion | None) -> bool:
    """The organ that answers for the congress's suggestions: the deputies' office, in a town its presidium (代表法 art. 51)."""
    if suggestion is None or not user.is_authenticated:
        return False
    if suggestion.congress.level == CongressLevel.TOWN:
        return suggestion.congress.area_id in user.access.area_ids(Role.TOWN_OFFICE)
    return user.access.is_office


@rules.predicate
def dispatches(user: User, suggestion: Suggestion | None) -> bool:
    """The government's dispatcher in the congress's area."""
    return suggestion is not None and user.is_authenticated and suggestion.congress.area_id in user.access.area_ids(Role.DISPATCHER)


@rules.predicate
def may_be_edited(user: User, suggestion: Suggestion | None) -> bool:
    return suggestion is not None and suggestion.state in EDITABLE


@rules.predicate
def is_accepted(user: User, suggestion: Suggestion | None) -> bool:
    return suggestion is not None and suggestion.accepted_on is not None


@rules.predicate
def is_submitted(user: User, suggestion: Suggestion | None) -> bool:
    return suggestion is not None and suggestion.state == SuggestionState.SUBMITTED


@rules.predicate
def is_asked(user: User, cosigner: Cosigner | None) -> bool:
    return cosigner is not None and cosigner.mandate.deputy.user_id == user.pk


@rules.predicate
def works_for_unit(user: User, handling: Handling | None) -> bool:
    return handling is not None and user.is_authenticated and handling.unit_id in user.access.organisation_ids(*UNIT_ROLES)


@rules.predicate
def runs_its_suggestion(user: User, handling: Handling | None) -> bool:
    return handling is not None and runs(user, handling.suggestion)


@rules.predicate
def handles(user: User, suggestion: Suggestion | None) -> bool:
    """Somebody of a unit that has or had it in hand."""
    if suggestion is None or not user.is_authenticated:
        return False
    units = user.access.organisation_ids(*UNIT_ROLES)
    return bool(units) and any(row.unit_id in units for row in suggestion.handlings.all())


@rules.predicate
def names_are_open(user: User, suggestion: Suggestion | None) -> bool:
    return suggestion is not None and not suggestion.withholds_identity


@rules.predicate
def enters_suggestions(user: User) -> bool:
    return user.is_authenticated and user.access.has(Role.DEPUTY, Role.OFFICE, Role.TOWN_OFFICE)


@rules.predicate
def signs_along(user: User, suggestion: Suggestion | None) -> bool:
    return suggestion is not None and any(row.mandate.deputy.user_id == user.pk for row in suggestion.cosigners.all())


@rules.predicate
def is_deputy(user: User) -> bool:
    return user.is_authenticated and user.access.has(Role.DEPUTY)


@rules.predicate
def works_at_the_desk(user: User) -> bool:
    """Whoever gives suggestions to units."""
    return user.is_authenticated and user.access.has(Role.OFFICE, Role.TOWN_OFFICE, Role.DISPATCHER)


@rules.predicate
def keeps_the_past(user: User) -> bool:
    return user.is_authenticated and user.access.has(Role.OFFICE, Role.TOWN_OFFICE)


@rules.predicate
def has_suggestions(user: User) -> bool:
    """Whoever has a list of them; the list's workbook holds no more than the list."""
    return user.is_authenticated and user.access.has(
        Role.DEPUTY, Role.LEADER, Role.HANDLING_UNIT, Role.OFFICE, Role.TOWN_OFFICE, Role.DISPATCHER
    )


rules.add_perm("suggestions.write_suggestion", enters_suggestions)
rules.add_perm("suggestions.edit_suggestion", (proposes | typed_it) & may_be_edited)
rules.add_perm("suggestions.hand_in_suggestion", proposes | typed_it)
rules.add_perm("suggestions.answer_cosigning", is_asked)
rules.add_perm("suggestions.examine_suggestion", runs)
rules.add_perm("suggestions.assign_suggestion", runs | (dispatches & is_accepted))
rules.add_perm("suggestions.decide_request", runs_its_suggestion)
rules.add_perm("suggestions.handle_suggestion", works_for_unit)
rules.add_perm("suggestions.mark_reply_file", works_for_unit | runs_its_suggestion)
rules.add_perm("suggestions.read_replies", proposes | typed_it | signs_along | runs | dispatches | handles | is_leader)
rules.add_perm("suggestions.hold_clock", runs)
rules.add_perm("suggestions.see_names", names_are_open | proposes | typed_it | signs_along | runs | handles)
rules.add_perm("suggestions.see_inner_steps", runs | dispatches | handles | is_leader)
rules.add_perm("suggestions.withdraw_suggestion", proposes | typed_it)
rules.add_perm("suggestions.evaluate_reply", proposes | signs_along | runs)
rules.add_perm("suggestions.close_suggestion", runs)
rules.add_perm("suggestions.publish_suggestion", runs)
rules.add_perm("suggestions.supervise_suggestion", is_office | is_leader)
rules.add_perm("suggestions.change_rules", is_office)
rules.add_perm("suggestions.view_figures", is_district_staff)
rules.add_perm("suggestions.join_suggestion", is_deputy)
rules.add_perm("suggestions.keep_templates", works_at_the_desk)
rules.add_perm("suggestions.import_suggestions", keeps_the_past)
rules.add_perm("suggestions.export_suggestions", has_suggestions)
