"""Who may do what with the annual plan: the office draws it up and sees it through, everyone with a role reads it."""

from __future__ import annotations

import rules

from congress.rules import has_any_role, is_office

rules.add_perm("activities.see_plans", has_any_role)
rules.add_perm("activities.manage_plans", is_office)
