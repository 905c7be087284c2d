"""What a person may do today: the roles in force, and the areas they reach. Built from one query per request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import rules

from congress.enums import THREE_ADMINS, Role

if TYPE_CHECKING:
    from congress.models import User


@dataclass(frozen=True)
class Held:
    """One role in force."""

    role: str
    organisation_id: int
    organisation_name: str
    area_id: int
    area_path: str
    organisation_short_name: str = ""

    @property
    def area_code(self) -> str:
        return self.area_path.rstrip("/").rpartition("/")[2]


class Access:
    """The roles a person holds today. Read it as ``user.access``."""

    def __init__(self, held: Iterable[Held] = ()) -> None:
        self.held = tuple(held)
        self.roles = frozenset(h.role for h in self.held)

    @classmethod
    def of(cls, user: User) -> Access:
        from congress.models import RoleGrant

        if not user.is_active or user.pk is None:
            return cls()
        rows = (
            RoleGrant.objects.in_force()
            .filter(user=user, organisation__is_active=True)
            .values_list(
                "role",
                "organisation_id",
                "organisation__name",
                "organisation__area_id",
                "organisation__area__path",
                "organisation__short_name",
            )
        )
        return cls(Held(*row) for row in rows)

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def is_office(self) -> bool:
        return Role.OFFICE in self.roles

    @property
    def is_leader(self) -> bool:
        return Role.LEADER in self.roles

    @property
    def is_district_staff(self) -> bool:
        """Those who see the whole district: the deputies' office and the leaders."""
        return self.has(Role.OFFICE, Role.LEADER)

    @property
    def is_any_admin(self) -> bool:
        return self.has(*THREE_ADMINS)

    def area_ids(self, *roles: str) -> frozenset[int]:
        """Areas of the organisations where one of the roles is held."""
        return frozenset(h.area_id for h in self.held if h.role in roles)

    def area_paths(self, *roles: str) -> frozenset[str]:
        return frozenset(h.area_path for h in self.held if h.role in roles)

    def organisation_ids(self, *roles: str) -> frozenset[int]:
        return frozenset(h.organisation_id for h in self.held if h.role in roles)

    @property
    def post(self) -> str:
        """The post shown beside the name in the top bar."""
        return self.held[0].organisation_short_name or self.held[0].organisation_name if self.held else ""


def may(user: Any, permission: str, obj: Any = None) -> bool:
    """Whether the rules allow ``permission`` (say "platforms.score_item") on ``obj``.

    Raises KeyError for a permission nobody declared, so that a misspelt name can't quietly refuse everyone.
    """
    if not rules.perm_exists(permission):
        raise KeyError(f"unknown permission {permission!r}")
    return rules.has_perm(permission, user, obj)
