"""Where the demo refuses to be loaded."""

import pytest
from django.core.management import CommandError, call_command

from congress.models import Area
from tests.factories import AreaFactory


def test_it_does_not_mix_with_other_data(db):
    AreaFactory()
    with pytest.raises(CommandError, match="已有其他数据"):
        call_command("load_demo")
    assert Area.objects.count() == 1


def test_the_scale_is_a_number(db):
    with pytest.raises(CommandError, match="倍数"):
        call_command("load_demo", scale=0)
