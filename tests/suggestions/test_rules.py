"""Every permission × every state × every persona, and which matters each persona sees in which state.

The expected sets are written out here, from the law and the issue: they are not worked out by the code that they hold to account.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import rules
from django.contrib.auth.models import AnonymousUser

from congress.access import may
from congress.enums import CongressLevel, Role
from congress.models import Congress, Term, User
from suggestions.enums import CosignState, HandlingRole, HandlingState, SuggestionState
from suggestions.models import Cosigner, Handling, Suggestion
from tests.factories import District, MandateFactory, OrganisationFactory, Personas, UserFactory
from tests.factories.suggestions import SuggestionFactory
from tests.suggestions import playing

S, H = SuggestionState, HandlingState

# ---- what is expected: persona names by permission

EVERY_STATE = set(S)
EDITABLE = {S.DRAFT, S.RETURNED}
# Of a suggestion of the district's congress. The dispatcher assigns what was accepted, also what comes back to be assigned.
OF_DISTRICT: dict[str, set[str]] = {
    "suggestions.hand_in_suggestion": {"deputy"},
    "suggestions.examine_suggestion": {"office"},
    "suggestions.assign_suggestion": {"office"},
    "suggestions.see_names": {"deputy", "cosigner", "office", "unit", "support"},
    "suggestions.see_inner_steps": {"office", "dispatcher", "unit", "support", "leader"},
    "suggestions.withdraw_suggestion": {"deputy"},
    "suggestions.evaluate_reply": {"deputy", "cosigner", "office"},
    "suggestions.close_suggestion": {"office"},
}
# Of a town's own: its presidium is the organ (代表法 art. 51), the district's office is not, nor is the district's dispatcher.
OF_TOWN: dict[str, set[str]] = {
    "suggestions.hand_in_suggestion": {"deputy"},
    "suggestions.examine_suggestion": {"town1"},
    "suggestions.assign_suggestion": {"town1"},
    "suggestions.see_names": {"deputy", "town1"},
    "suggestions.see_inner_steps": {"town1", "leader"},
    "suggestions.withdraw_suggestion": {"deputy"},
    "suggestions.evaluate_reply": {"deputy", "town1"},
    "suggestions.close_suggestion": {"town1"},
}
EDIT = {state: {"deputy"} if state in EDITABLE else set() for state in S}
# The day of acceptance stands from acceptance on; a withdrawn one has it when it was taken back after.
DISPATCHED = {S.ACCEPTED, S.ASSIGNED, S.IN_HAND, S.REPLIED, S.REHANDLING, S.CONVENED, S.CLOSED}
# Of a unit's part, whatever its state: only those who work for that very unit handle it.
OF_PART = {"suggestions.handle_suggestion": {"unit"}, "suggestions.decide_request": {"office"}}
# Without a record.
OF_NOTHING: dict[str, set[str]] = {
    "suggestions.write_suggestion": {"office", "town1", "town2", "street1", "farm1", "deputy", "cosigner", "fellow"},
    "suggestions.supervise_suggestion": {"office", "leader"},
    "suggestions.change_rules": {"office"},
    "suggestions.view_figures": {"office", "leader"},
    "suggestions.keep_templates": {"office", "town1", "town2", "street1", "farm1", "dispatcher"},
    "suggestions.import_suggestions": {"office", "town1", "town2", "street1", "farm1"},
    "suggestions.export_suggestions": {
        *("office", "leader", "town1", "town2", "street1", "farm1", "dispatcher"),
        *("deputy", "cosigner", "fellow", "unit", "support", "stranger"),
    },
}
# Who finds it in a list. Drafts are their authors'; what was handed in is the staff's; fellow deputies read what was accepted.
AUTHORS = {"deputy", "cosigner"}
STAFF = {"office", "leader", "town1"}
ALL_WHO_READ = AUTHORS | STAFF | {"dispatcher", "fellow", "unit", "support"}
SEEN = {
    S.DRAFT: AUTHORS,
    S.SUBMITTED: AUTHORS | STAFF,
    S.RETURNED: AUTHORS | STAFF,
    S.AS_LETTER: AUTHORS | STAFF,
    S.WITHDRAWN: AUTHORS | STAFF,
    S.ACCEPTED: AUTHORS | STAFF | {"dispatcher", "fellow"},
    S.ASSIGNED: ALL_WHO_READ,
    S.IN_HAND: ALL_WHO_READ,
    S.REPLIED: ALL_WHO_READ,
    S.REHANDLING: ALL_WHO_READ,
    S.CONVENED: ALL_WHO_READ,
    S.CLOSED: ALL_WHO_READ,
}
WITH_UNITS = {S.ASSIGNED, S.IN_HAND, S.REPLIED, S.REHANDLING, S.CONVENED, S.CLOSED}


# ---- the world


@dataclass(frozen=True)
class World:
    people: dict[str, User]
    suggestion: Suggestion  # withheld names, so that seeing them is a right
    part: Handling
    town_suggestion: Suggestion

    def allowed(self, permission: str, record: object = None) -> set[str]:
        return {name for name, user in self.people.items() if may(user, permission, record)}

    def seeing(self, suggestion: Suggestion) -> set[str]:
        return {name for name, user in self.people.items() if Suggestion.objects.visible_to(user).filter(pk=suggestion.pk).exists()}


@pytest.fixture
def world(district: District, personas: Personas) -> World:
    people = personas.all()
    people["cosigner"] = playing.colleague(district)
    people["fellow"] = playing.colleague(district, "third", "代表谢")
    for key in ("support", "stranger"):
        unit = OrganisationFactory(code=key, name=f"{key}局", kind="handling_unit", area=district.area)
        people[key] = UserFactory(username=key, role=Role.HANDLING_UNIT, role__organisation=unit)
    seat = playing.seat_of(personas.deputy)
    suggestion = SuggestionFactory(proposer=seat, created_by=personas.deputy, withholds_identity=True)
    Cosigner.objects.create(suggestion=suggestion, mandate=playing.seat_of(people["cosigner"]), state=CosignState.CONFIRMED)
    today = playing.days_from_now(0)
    given = {"suggestion": suggestion, "assigned_on": today, "assigned_by": personas.dispatcher}
    part = Handling.objects.create(unit=district.unit, role=HandlingRole.LEAD, **given)
    support = people["support"].access.held[0].organisation_id
    Handling.objects.create(unit_id=support, role=HandlingRole.SUPPORT, **given)
    town = Congress.objects.create(area=district.town1, level=CongressLevel.TOWN, name="东岭镇人民代表大会", short_name="东岭镇人大")
    term = Term.objects.create(congress=town, number=17, starts_on=today)
    town_seat = MandateFactory(deputy=personas.deputy.deputy, term=term, area=district.villages[1])
    of_town = SuggestionFactory(proposer=town_seat, created_by=personas.deputy, withholds_identity=True)
    return World(people, suggestion, part, of_town)


def in_state(suggestion: Suggestion, state: SuggestionState) -> Suggestion:
    """The suggestion as it is in that state, with the days that it would have by then."""
    suggestion.state = state
    suggestion.accepted_on = playing.days_from_now(-9) if state in DISPATCHED else None
    return suggestion


def test_every_permission_is_held_to_account():
    named = {name for name in rules.permissions.permissions if name.startswith("suggestions.") and "paper" not in name}
    told = {*OF_DISTRICT, *OF_PART, *OF_NOTHING, "suggestions.edit_suggestion", "suggestions.answer_cosigning"}
    assert told <= named
    assert set(OF_TOWN) == set(OF_DISTRICT)


@pytest.mark.parametrize("permission", [name for name in OF_DISTRICT if name != "suggestions.assign_suggestion"])
def test_whatever_its_state(world, permission):
    assert {state: world.allowed(permission, in_state(world.suggestion, state)) for state in S} == dict.fromkeys(S, OF_DISTRICT[permission])
    assert {state: world.allowed(permission, in_state(world.town_suggestion, state)) for state in S} == dict.fromkeys(
        S, OF_TOWN[permission]
    )


def test_the_dispatcher_assigns_what_was_accepted(world):
    found = {state: world.allowed("suggestions.assign_suggestion", in_state(world.suggestion, state)) for state in S}
    assert found == {state: {"office", "dispatcher"} if state in DISPATCHED else {"office"} for state in S}
    found = {state: world.allowed("suggestions.assign_suggestion", in_state(world.town_suggestion, state)) for state in S}
    assert found == dict.fromkeys(S, {"town1"})


def test_the_text_is_open_until_it_is_handed_in(world):
    found = {state: world.allowed("suggestions.edit_suggestion", in_state(world.suggestion, state)) for state in S}
    assert found == EDIT


def test_who_typed_it_for_a_deputy_edits_and_takes_back_too(world):
    world.suggestion.created_by = world.people["town1"]
    for permission in ("suggestions.edit_suggestion", "suggestions.hand_in_suggestion", "suggestions.withdraw_suggestion"):
        assert world.allowed(permission, in_state(world.suggestion, S.DRAFT)) == {"deputy", "town1"}
    assert world.allowed("suggestions.see_names", world.suggestion) == OF_DISTRICT["suggestions.see_names"] | {"town1"}
    assert world.allowed("suggestions.evaluate_reply", world.suggestion) == OF_DISTRICT["suggestions.evaluate_reply"]


def test_open_names_are_everybodys(world):
    world.suggestion.withholds_identity = False
    assert world.allowed("suggestions.see_names", world.suggestion) == set(world.people)


@pytest.mark.parametrize("permission", OF_PART)
def test_a_units_part_whatever_its_state(world, permission):
    found = {}
    for state in H:
        world.part.state = state
        found[state] = world.allowed(permission, world.part)
    assert found == dict.fromkeys(H, OF_PART[permission])


def test_only_the_asked_deputy_confirms(world):
    row = world.suggestion.cosigners.get()
    for state in CosignState:
        row.state = state
        assert world.allowed("suggestions.answer_cosigning", row) == {"cosigner"}


@pytest.mark.parametrize("permission", OF_NOTHING)
def test_without_a_record(world, permission):
    assert world.allowed(permission) == OF_NOTHING[permission]


@pytest.mark.parametrize("permission", [*OF_DISTRICT, "suggestions.edit_suggestion", *OF_PART, "suggestions.answer_cosigning"])
def test_nobody_may_anything_about_nothing(world, permission):
    """But the leader, who reads the inner steps of every matter."""
    assert world.allowed(permission, None) == ({"leader"} if permission == "suggestions.see_inner_steps" else set())


@pytest.mark.parametrize("permission", [*OF_NOTHING])
def test_a_stranger_at_the_door_may_nothing(permission):
    assert not may(AnonymousUser(), permission)


def test_who_sees_it_in_which_state(world):
    """In the list and in its own page; everybody else is answered that there is no such matter."""
    found = {}
    for state in S:
        row = in_state(world.suggestion, state)
        row.submitted_at = None if state == S.DRAFT else world.part.suggestion.created_at
        row.save()
        if state not in WITH_UNITS:
            Handling.objects.filter(suggestion=row).update(suggestion=world.town_suggestion)  # not given to any unit yet
        found[state] = world.seeing(row)
        Handling.objects.filter(suggestion=world.town_suggestion).update(suggestion=row)
    assert found == SEEN


def test_a_draft_taken_back_before_it_was_handed_in_stays_its_authors(world):
    Handling.objects.all().delete()
    row = in_state(world.suggestion, S.WITHDRAWN)
    row.save()
    assert world.seeing(row) == AUTHORS


def test_a_unit_that_returned_it_keeps_what_it_had(world):
    for state in H:
        Handling.objects.filter(pk=world.part.pk).update(state=state)
        row = in_state(world.suggestion, S.IN_HAND)
        row.save()
        assert "unit" in world.seeing(row) and "stranger" not in world.seeing(row)
