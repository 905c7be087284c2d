"""Who may do what with duty rules: the office keeps them, everybody with a role reads those that concern her."""

from __future__ import annotations

import rules

from congress.rules import is_office

rules.add_perm("activities.manage_duty_rules", is_office)
