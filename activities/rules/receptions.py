"""Who may do what with reception days, schedules, rotas and swaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from congress.enums import Role
from congress.rules import is_district_staff, is_office
from deputies.rules import is_own_record, is_town_staff, works_where_deputy_serves

if TYPE_CHECKING:
    from activities.models import ReceptionDay, ReceptionDuty, Rota, SwapRequest
    from congress.models import User
    from platforms.models import Platform


@rules.predicate
def works_where_platform_is(user: User, platform: Platform | None) -> bool:
    """Town staff, for the platforms of their area."""
    if platform is None or not user.is_authenticated:
        return False
    return platform.unit.path.startswith(tuple(user.access.area_paths(Role.TOWN_OFFICE)) or ("-",))


@rules.predicate
def works_where_reception_is(user: User, day: ReceptionDay | None) -> bool:
    return day is not None and works_where_platform_is(user, day.platform)


@rules.predicate
def is_on_duty(user: User, day: ReceptionDay | None) -> bool:
    """One of the deputies of the day. Asks for ``duties__deputy``."""
    if day is None or not user.is_authenticated or not user.access.roles:
        return False
    return any(duty.deputy.user_id == user.pk for duty in day.duties.all())


@rules.predicate
def is_own_duty(user: User, duty: ReceptionDuty | None) -> bool:
    return duty is not None and user.is_authenticated and bool(user.access.roles) and duty.deputy.user_id == user.pk


@rules.predicate
def is_asked(user: User, swap: SwapRequest | None) -> bool:
    return swap is not None and user.is_authenticated and bool(user.access.roles) and swap.to.user_id == user.pk


@rules.predicate
def asked_for_it(user: User, swap: SwapRequest | None) -> bool:
    return swap is not None and is_own_duty(user, swap.duty)


@rules.predicate
def works_where_all_of_rota_is(user: User, rota: Rota | None) -> bool:
    """Town staff, for rotas of their own platforms alone. Asks for ``platforms__unit``."""
    if rota is None or not user.is_authenticated or not user.access.has(Role.TOWN_OFFICE):
        return False
    return all(works_where_platform_is(user, platform) for platform in rota.platforms.all())


rules.add_perm("activities.schedule_receptions", is_office | is_town_staff)
rules.add_perm("activities.schedule_receptions_of", is_office | works_where_platform_is)
rules.add_perm("activities.draw_rota", is_office | is_town_staff)
rules.add_perm("activities.change_rota", is_office | works_where_all_of_rota_is)
rules.add_perm("activities.see_rotas", is_district_staff | is_town_staff)
rules.add_perm("activities.manage_reception", is_office | works_where_reception_is)
rules.add_perm("activities.receive", is_office | works_where_reception_is | is_on_duty)
rules.add_perm("activities.swap_duty", is_own_duty)
rules.add_perm("activities.answer_swap", is_asked)
rules.add_perm("activities.withdraw_swap", asked_for_it)
rules.add_perm("activities.wish_for", is_own_record | works_where_deputy_serves | is_office)
