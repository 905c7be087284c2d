"""Who may do what with deputies' records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from congress.enums import Role
from congress.rules import has_any_role, is_district_staff, is_office
from deputies.enums import OPEN_WITH_SOMEBODY

if TYPE_CHECKING:
    from congress.models import Area, User
    from deputies.models import (
        ContactDraft,
        Deed,
        Deputy,
        DeputyGroup,
        DutyReport,
        ElectoralDistrict,
        Opinion,
        StandingMember,
        VoterContact,
    )


@rules.predicate
def is_own_record(user: User, deputy: Deputy | None) -> bool:
    return deputy is not None and deputy.user_id == user.pk


@rules.predicate
def works_where_deputy_serves(user: User, deputy: Deputy | None) -> bool:
    """Town staff, for deputies with a mandate in their area."""
    if deputy is None or not user.is_authenticated:
        return False
    paths = user.access.area_paths(Role.TOWN_OFFICE)
    return bool(paths) and any(mandate.area.path.startswith(path) for mandate in deputy.mandates.all() for path in paths)


rules.add_perm("deputies.view_deputies", has_any_role)
rules.add_perm("deputies.view_contact", is_district_staff | is_own_record | works_where_deputy_serves)
rules.add_perm("deputies.manage_deputies", is_office)


# ---- voter contacts


@rules.predicate
def is_deputy_person(user: User) -> bool:
    """Whether the account is a deputy's, in office or not: a draft made offline may arrive after the mandate ended."""
    return user.is_authenticated and (user.access.has(Role.DEPUTY) or hasattr(user, "deputy"))


@rules.predicate
def holds_deputy_role(user: User) -> bool:
    return user.is_authenticated and user.access.has(Role.DEPUTY)


@rules.predicate
def is_handling_staff(user: User) -> bool:
    return user.is_authenticated and user.access.has(Role.HANDLING_UNIT, Role.DISPATCHER)


@rules.predicate
def is_town_staff(user: User) -> bool:
    return user.is_authenticated and user.access.has(Role.TOWN_OFFICE)


@rules.predicate
def took_part(user: User, contact: VoterContact | None) -> bool:
    """The deputies of a contact and whoever entered it, as long as they hold a role."""
    if contact is None or not user.is_authenticated or not user.access.roles:
        return False
    return contact.author_id == user.pk or any(deputy.user_id == user.pk for deputy in contact.deputies.all())


@rules.predicate
def works_where_contact_was(user: User, contact: VoterContact | None) -> bool:
    """Town staff, for contacts in their area and those of their deputies. Asks for ``deputies__mandates__area``."""
    if contact is None or not user.is_authenticated:
        return False
    paths = tuple(user.access.area_paths(Role.TOWN_OFFICE))
    return bool(paths) and (contact.area.path.startswith(paths) or any(works_where_deputy_serves(user, d) for d in contact.deputies.all()))


@rules.predicate
def works_where_draft_waits(user: User, draft: ContactDraft | None) -> bool:
    if draft is None or not user.is_authenticated:
        return False
    paths = tuple(user.access.area_paths(Role.TOWN_OFFICE))
    return bool(paths) and draft.area.path.startswith(paths)


rules.add_perm("deputies.record_contact", is_deputy_person | is_town_staff | is_office)
rules.add_perm("deputies.record_contact_for", is_own_record | works_where_deputy_serves | is_office)
rules.add_perm("deputies.import_contacts", is_town_staff | is_office)
rules.add_perm("deputies.export_contacts", is_district_staff | is_town_staff | holds_deputy_role)
rules.add_perm("deputies.import_opinions", is_town_staff | is_office)
rules.add_perm("deputies.export_opinions", is_district_staff | is_town_staff | holds_deputy_role | is_handling_staff)
rules.add_perm("deputies.import_voters", is_town_staff)
rules.add_perm("deputies.export_voters", is_town_staff | is_office)
rules.add_perm("deputies.export_deputies", is_district_staff | is_town_staff)
rules.add_perm("deputies.correct_contact", took_part | works_where_contact_was)
rules.add_perm("deputies.open_voters", took_part | works_where_contact_was)
rules.add_perm("deputies.open_liaison_voter", is_own_record | works_where_deputy_serves)
rules.add_perm("deputies.settle_draft", works_where_draft_waits)
rules.add_perm("deputies.print_notebook", is_district_staff | is_own_record | works_where_deputy_serves)


# ---- opinions: deputies record, pass on and see; towns, the office and units see to them (代表法 art. 31)


@rules.predicate
def raised_it(user: User, opinion: Opinion | None) -> bool:
    """One of the deputies who passed the voter's words on."""
    if opinion is None or not user.is_authenticated or not user.access.roles:
        return False
    return any(deputy.user_id == user.pk for deputy in opinion.deputies.all())


@rules.predicate
def works_where_opinion_is(user: User, opinion: Opinion | None) -> bool:
    """Town staff, for opinions in their area and those of their deputies."""
    if opinion is None or not user.is_authenticated:
        return False
    paths = tuple(user.access.area_paths(Role.TOWN_OFFICE))
    return bool(paths) and (opinion.area.path.startswith(paths) or any(works_where_deputy_serves(user, d) for d in opinion.deputies.all()))


@rules.predicate
def answers_for_opinion(user: User, opinion: Opinion | None) -> bool:
    """Somebody of the organisation that has it in hand."""
    if opinion is None or opinion.responsible_id is None or not user.is_authenticated:
        return False
    return opinion.responsible_id in user.access.organisation_ids(Role.HANDLING_UNIT, Role.TOWN_OFFICE, Role.DISPATCHER, Role.OFFICE)


@rules.predicate
def is_in_hand(user: User, opinion: Opinion | None) -> bool:
    """It was given to somebody and has no answer yet."""
    return opinion is not None and opinion.state in OPEN_WITH_SOMEBODY


rules.add_perm("deputies.add_opinion", holds_deputy_role | is_town_staff | is_office)
rules.add_perm("deputies.record_opinion", took_part | works_where_contact_was | is_office)
rules.add_perm("deputies.direct_opinion_of", works_where_contact_was | is_office)
rules.add_perm("deputies.direct_opinion", works_where_opinion_is | is_office)
rules.add_perm("deputies.pass_on_opinion", raised_it | answers_for_opinion | works_where_opinion_is | is_office)
rules.add_perm("deputies.take_opinion_in_hand", answers_for_opinion)
# A voter's name and phone are for those who have the matter in hand (个人信息保护法 art. 6), and only as long as they have.
rules.add_perm("deputies.open_opinion_voters", answers_for_opinion & is_in_hand)
rules.add_perm("deputies.answer_opinion", answers_for_opinion | is_office)
rules.add_perm("deputies.answer_on_the_spot", raised_it | works_where_opinion_is | is_office)
rules.add_perm("deputies.follow_opinion", raised_it | works_where_opinion_is | is_office)


# ---- mandates, groups, the two liaisons


@rules.predicate
def works_where_group_is(user: User, group: DeputyGroup | None) -> bool:
    """Town staff, for groups of their area."""
    if group is None or not user.is_authenticated:
        return False
    paths = tuple(user.access.area_paths(Role.TOWN_OFFICE))
    return bool(paths) and group.area.path.startswith(paths)


@rules.predicate
def is_the_member(user: User, member: StandingMember | None) -> bool:
    """The standing member herself."""
    return member is not None and user.is_authenticated and member.mandate.deputy.user_id == user.pk


rules.add_perm("deputies.manage_mandates", is_office)
rules.add_perm("deputies.change_term", is_office)
rules.add_perm("deputies.add_group", is_office | is_town_staff)
rules.add_perm("deputies.change_group", is_office | works_where_group_is)
rules.add_perm("deputies.manage_liaisons", is_office)
rules.add_perm("deputies.record_liaison", is_office | is_the_member)
rules.add_perm("deputies.manage_voters", is_own_record | works_where_deputy_serves)
rules.add_perm("deputies.hand_over_voters", is_office | works_where_deputy_serves)


# ---- duty reports: the town's staff and the office see to the meeting, a deputy writes her own report


@rules.predicate
def works_where_voters_live(user: User, electoral_district: ElectoralDistrict | None) -> bool:
    """Town staff, for the electoral districts of their area."""
    if electoral_district is None or not user.is_authenticated:
        return False
    paths = tuple(user.access.area_paths(Role.TOWN_OFFICE))
    return bool(paths) and electoral_district.area.path.startswith(paths)


@rules.predicate
def is_own_report(user: User, report: DutyReport | None) -> bool:
    return report is not None and user.is_authenticated and report.mandate.deputy.user_id == user.pk


@rules.predicate
def works_where_report_is_given(user: User, report: DutyReport | None) -> bool:
    return report is not None and works_where_voters_live(user, report.meeting.electoral_district)


rules.add_perm("deputies.plan_duty_reports", is_office | is_town_staff)
rules.add_perm("deputies.manage_duty_reports_of", is_office | works_where_voters_live)
rules.add_perm("deputies.write_duty_report", is_office | is_own_report | works_where_report_is_given)


# ---- deeds, honours and nominations


@rules.predicate
def tells_of_own_deputy(user: User, deed: Deed | None) -> bool:
    """The deputy herself, her town's staff, and whoever wrote it as long as she holds a role."""
    if deed is None or not user.is_authenticated:
        return False
    wrote = deed.written_by_id == user.pk and bool(user.access.roles)
    return wrote or is_own_record(user, deed.deputy) or works_where_deputy_serves(user, deed.deputy)


rules.add_perm("deputies.write_deed_of", is_own_record | works_where_deputy_serves | is_office)
rules.add_perm("deputies.write_deed", tells_of_own_deputy | is_office)
rules.add_perm("deputies.approve_deed", is_office)
rules.add_perm("deputies.record_honour", is_office)
rules.add_perm("deputies.run_nominations", is_office)
rules.add_perm("deputies.see_nominations", is_town_staff | is_district_staff)


# ---- dossiers: her own, her town's staff theirs, the office and the leaders all


@rules.predicate
def works_in_area(user: User, area: Area | None) -> bool:
    """Town staff, for their own area."""
    if area is None or not user.is_authenticated:
        return False
    paths = tuple(user.access.area_paths(Role.TOWN_OFFICE))
    return bool(paths) and area.path.startswith(paths)


rules.add_perm("deputies.view_dossier", is_district_staff | is_own_record | works_where_deputy_serves)
rules.add_perm("deputies.print_dossiers", is_district_staff | is_town_staff)
rules.add_perm("deputies.print_dossiers_of", is_district_staff | works_in_area)
