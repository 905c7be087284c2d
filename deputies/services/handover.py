"""Handing the fixed voters of ended mandates to the successors of the same electoral district, with a link to where they came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from congress.errors import DomainError
from congress.models import Term, User
from congress.services import audit
from congress.services.notices import notify
from deputies.models import Mandate, VoterLiaison
from deputies.services.guards import require


@transaction.atomic
def hand_over(*, actor: audit.Actor, liaison: VoterLiaison, to: Mandate) -> VoterLiaison:
    """Gives one waiting voter to a deputy. The same deputy again gives the row that is there.

    Raises PermissionDenied for all but the office and the old deputy's town staff, and DomainError when the voter is not
    waiting, or the deputy does not serve or belongs to another congress.
    """
    require(actor, "deputies.hand_over_voters", liaison.deputy)
    liaison = VoterLiaison.objects.select_for_update(of=("self",)).select_related("electoral_district__term").get(pk=liaison.pk)
    done = VoterLiaison.objects.filter(handed_from=liaison).select_related("deputy").first()
    if done and done.deputy_id == to.deputy_id:
        return done
    if done or not liaison.awaits_successor:
        raise DomainError(f"这名选民{f'已移交给{done.deputy}' if done else '现在不在待移交名单里'}，请刷新后查看。")
    if not Mandate.objects.serving().filter(pk=to.pk).exists():
        raise DomainError(f"{to.deputy}现在不在任，不能接手选民。请另选一名在任代表。")
    if liaison.electoral_district and liaison.electoral_district.term.congress_id != to.term.congress_id:
        raise DomainError(f"{to.deputy}不是同一级人民代表大会的代表，不能接手。请另选一名。")
    return _hand(actor, [(liaison, to)])[0]


@transaction.atomic
def hand_over_waiting(*, actor: audit.Actor, term: Term) -> int:
    """Gives the waiting voters of this congress to their successors in ``term`` and returns how many were given.

    A successor holds a seat of the electoral district of the same name, won after the old one ended: the same deputy when
    she was elected again, else of several the one with the fewest voters. Who has none stays in the list. Called again it
    finds nothing. Raises PermissionDenied.
    """
    require(actor, "deputies.manage_mandates")
    return settle_waiting(actor=actor, term=term)


def settle_waiting(*, actor: audit.Actor, term: Term) -> int:
    """``hand_over_waiting`` as part of another write, which has asked for its own permission."""
    waiting = list(
        VoterLiaison.objects.select_for_update(of=("self",))
        .filter(awaits_successor=True)
        .select_related("electoral_district__term", "deputy")
        .order_by("pk")
    )
    if not waiting:
        return 0
    seats = list(
        Mandate.objects.serving()
        .filter(term=term)
        .select_related("deputy", "electoral_district", "term__congress__area")
        .order_by("deputy__code")
    )
    load = Counter(
        dict(VoterLiaison.objects.filter(deputy__mandates__in=seats, ends_on=None).order_by().values_list("deputy").annotate(Count("pk")))
    )
    given = []
    for liaison in waiting:
        successors = _successors(liaison, term, seats)
        if successors:
            chosen = min(successors, key=lambda seat: (seat.deputy_id != liaison.deputy_id, load[seat.deputy_id], seat.deputy.code))
            load[chosen.deputy_id] += 1
            given.append((liaison, chosen))
    return len(_hand(actor, given))


def _successors(liaison: VoterLiaison, term: Term, seats: Iterable[Mandate]) -> list[Mandate]:
    old = liaison.electoral_district
    if old is None:
        return [seat for seat in seats if seat.deputy_id == liaison.deputy_id]
    if old.term.congress_id != term.congress_id:
        return []
    same = [seat for seat in seats if seat.electoral_district and seat.electoral_district.name == old.name]
    if len({seat.electoral_district_id for seat in same}) > 1:  # villages of several towns share a name
        same = [seat for seat in same if seat.electoral_district and seat.electoral_district.area_id == old.area_id]
    if old.term_id == term.pk:
        same = [seat for seat in same if liaison.ends_on and seat.starts_on > liaison.ends_on]
    return same


def _hand(actor: audit.Actor, given: list[tuple[VoterLiaison, Mandate]]) -> list[VoterLiaison]:
    if not given:
        return []
    made = VoterLiaison.objects.bulk_create(
        VoterLiaison(
            deputy=seat.deputy,
            electoral_district=seat.electoral_district,
            name=old.name,
            phone=old.phone,
            address=old.address,
            starts_on=max(seat.starts_on, old.ends_on or seat.starts_on),
            handed_from=old,
        )
        for old, seat in given
    )
    VoterLiaison.objects.filter(pk__in=[old.pk for old, _ in given]).update(awaits_successor=False)
    received = Counter(seat.deputy for _, seat in given)
    handed = ", ".join(f"{deputy.code}：{count}" for deputy, count in received.items())
    audit.record(actor, "deputies.hand_over_voters", changes={"voter_liaisons": [None, handed]}, ref=given[0][1].term.congress.area.code)
    for deputy, count in received.items():
        if deputy.user_id:
            notify(
                [User(pk=deputy.user_id)],
                text=f"有 {count} 名固定联系选民移交给您，请尽快联系。",
                url=reverse("deputies:voters", args=[deputy.code]),
                key=f"voters-handed-{deputy.pk}-{timezone.now():%Y%m%d%H%M%S}",
            )
    return made
