"""A suggestion's page: what each person may do with it now, and what a refused step keeps."""

from __future__ import annotations

import pytest

from suggestions.enums import CosignState, SuggestionState
from suggestions.models import Suggestion
from suggestions.services import proposing


@pytest.fixture
def seat(personas):
    return personas.deputy.deputy.mandates.get()


@pytest.fixture
def draft(personas, seat) -> Suggestion:
    return proposing.draft(
        actor=personas.deputy, proposer=seat, title="关于修复上岭村道的建议", basis="村道破损。", request="由交通部门修复。"
    )


def act(client, suggestion: Suggestion, key: str, **data: object):
    return client.post(f"/suggestions/{suggestion.code}/do/{key}/", data)


def test_a_deputy_hands_in_and_takes_back(personas, draft, signed_in):
    client = signed_in(personas.deputy)
    page = client.get(f"/suggestions/{draft.code}/")
    assert [action.key for action, _ in page.context["actions"]] == ["edit", "submit", "withdraw"]
    assert act(client, draft, "submit").status_code == 302
    refused = act(client, draft, "withdraw", reason=" ")
    assert refused.status_code == 422 and "请写明撤回的原因。" in refused.content.decode()
    assert act(client, draft, "withdraw", reason="问题已经解决。").status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.withdrawn_because) == (SuggestionState.WITHDRAWN, "问题已经解决。")
    late = act(client, draft, "submit")
    assert late.status_code == 422 and "该建议现为“撤回”，不能再次提交。" in late.content.decode()


def test_nobody_else_takes_an_authors_step(personas, draft, signed_in):
    proposing.submit(actor=personas.deputy, suggestion=draft)
    assert act(signed_in(personas.office), draft, "withdraw", reason="不要了").status_code == 403
    assert act(signed_in(personas.town2), draft, "withdraw", reason="不要了").status_code == 404
    assert act(signed_in(personas.deputy), draft, "nonsense").status_code == 404


def test_a_deputy_asked_to_sign_along_confirms_in_person(personas, district, draft, signed_in):
    other = proposing_deputy(district)
    proposing.ask_cosigner(actor=personas.deputy, suggestion=draft, mandate=other.deputy.mandates.get())
    client = signed_in(other)
    assert [action.key for action, _ in client.get(f"/suggestions/{draft.code}/").context["actions"]] == ["cosign"]
    assert act(client, draft, "cosign").status_code == 422
    assert act(client, draft, "cosign", agrees="yes").status_code == 302
    assert draft.cosigners.get().state == CosignState.CONFIRMED
    assert act(signed_in(personas.deputy), draft, "cosign", agrees="yes").status_code == 403


def proposing_deputy(district):
    """Another deputy of the same congress, with an account."""
    from congress.enums import Role
    from tests.factories import DeputyFactory, MandateFactory, RoleGrantFactory, UserFactory

    user = UserFactory(username="second", name="代表韦")
    RoleGrantFactory(user=user, role=Role.DEPUTY, organisation=district.town2_office)
    MandateFactory(deputy=DeputyFactory(name="代表韦", user=user), term=district.term, area=district.town2)
    return user
