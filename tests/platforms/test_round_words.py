"""The audit trail speaks Chinese about rounds."""

import re

import pytest
from django.conf import settings

from congress import audit_actions

SERVICES = sorted((settings.BASE_DIR / "platforms" / "services").glob("*.py"))


@pytest.mark.parametrize("module", SERVICES, ids=lambda path: path.stem)
def test_every_recorded_action_has_a_word(module):
    used = set(re.findall(r'"(platforms\.[a-z_]+)"', module.read_text(encoding="utf-8")))
    assert used - audit_actions.actions().keys() == set()
