"""``manage.py start_district``: a new installation gets its district and its three administrators, once."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from congress.enums import Role
from congress.models import AuditEntry, Congress, Organisation, User
from tests.factories import AreaFactory

pytestmark = pytest.mark.django_db


def start(*arguments: str) -> str:
    out = StringIO()
    call_command("start_district", *arguments, stdout=out)
    return out.getvalue()


def test_founds_the_district_and_three_admins_who_can_sign_in(client):
    said = start("469901", "榕江区")
    passwords = dict(line.split() for line in said.splitlines() if line.startswith("  "))
    assert {name: sorted(User.objects.get(username=name).access.roles) for name in passwords} == {
        "sysadmin": [Role.SYSTEM_ADMIN],
        "secadmin": [Role.SECURITY_ADMIN],
        "auditor": [Role.AUDIT_ADMIN],
    }
    assert client.login(username="secadmin", password=passwords["secadmin"])
    assert str(Congress.objects.home()) == "榕江区人民代表大会"
    assert [o.name for o in Organisation.objects.all()] == ["榕江区人大常委会", "榕江区人大常委会代表工作委员会"]
    assert AuditEntry.objects.get(action="congress.found").target_ref == "469901"


def test_second_call_is_refused_and_changes_nothing():
    start("469901", "榕江区")
    with pytest.raises(CommandError, match="本系统已用于榕江区人民代表大会，不能再次初始化。"):
        start("469902", "青山区")
    assert User.objects.count() == 3


def test_takes_over_divisions_imported_before():
    area = AreaFactory(code="469901", name="榕江区", kind="district")
    start("469901", "榕江区")
    assert Congress.objects.home().area == area


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("4699", "区（县）的区划代码是 6 位数字，不是“4699”。"), ("469903", "区划代码 469903 已登记为镇“第69903镇”。")],
)
def test_refuses_a_code_that_is_no_districts(code, sentence):
    AreaFactory(code="469903", kind="town")
    with pytest.raises(CommandError) as refusal:
        start(code, "榕江区")
    assert str(refusal.value) == sentence
    assert not User.objects.exists()
