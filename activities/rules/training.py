"""Who may do what with batches, materials and tests: the office all, town staff those of their area, deputies learn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from congress.enums import Role
from congress.rules import is_office

if TYPE_CHECKING:
    from activities.models import TrainingBatch, TrainingMaterial
    from congress.models import User


@rules.predicate
def is_town_staff(user: User) -> bool:
    return user.is_authenticated and user.access.has(Role.TOWN_OFFICE)


@rules.predicate
def works_where_batch_is(user: User, batch: TrainingBatch | None) -> bool:
    """Town staff, for batches of their area that an organ of their area holds."""
    if batch is None or not user.is_authenticated:
        return False
    paths = tuple(user.access.area_paths(Role.TOWN_OFFICE))
    return bool(paths) and batch.area.path.startswith(paths) and batch.organiser.area.path.startswith(paths)


@rules.predicate
def works_where_material_belongs(user: User, material: TrainingMaterial | None) -> bool:
    """Town staff, for the materials of their batches."""
    return material is not None and material.batch is not None and works_where_batch_is(user, material.batch)


@rules.predicate
def is_deputy(user: User) -> bool:
    return user.is_authenticated and user.access.has(Role.DEPUTY)


rules.add_perm("activities.plan_training", is_office | is_town_staff)
rules.add_perm("activities.manage_batch", is_office | works_where_batch_is)
rules.add_perm("activities.manage_material", is_office | works_where_material_belongs)
rules.add_perm("activities.learn", is_deputy)
