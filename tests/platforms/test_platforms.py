"""Entering and changing platforms."""

import pytest

from congress.errors import DomainError
from congress.models import AuditEntry
from platforms.enums import PlatformKind, RoundState
from platforms.models import Platform
from platforms.services.platforms import create_platform, unit_of, update_platform
from tests.factories import AssessmentFactory, CrossAssignmentFactory, PlatformFactory, RoundFactory

pytestmark = pytest.mark.django_db


def enter(actor, area, **fields) -> Platform:
    return create_platform(actor=actor, area=area, name="新站", kind=PlatformKind.CONTACT_STATION, **fields)


def test_the_unit_is_the_nearest_town_above(district):
    village = next(area for area in district.villages if area.name == "上岭村")
    assert unit_of(village) == district.town1
    assert unit_of(district.street1) == district.street1
    with pytest.raises(DomainError, match="“榕江区”不属于任何镇或街道。平台应设在镇、街道、农场或其下的村、社区。"):
        unit_of(district.area)


def test_a_platform_gets_its_unit_and_the_next_code(district, personas):
    first = enter(personas.office, district.villages[1])
    second = enter(personas.office, district.villages[1])
    other = enter(personas.office, district.town1)
    assert (first.unit, first.code) == (district.town1, "469901101201-P001")
    assert (second.unit, second.code) == (district.town1, "469901101201-P002")
    assert (other.unit, other.code) == (district.town1, "469901101-P001")
    assert AuditEntry.objects.filter(action="platforms.create_platform").count() == 3


def test_a_code_is_given_out_once(district, personas):
    enter(personas.office, district.town1, code=" P-1 ")
    with pytest.raises(DomainError, match="平台编号 P-1 已由“新站”使用，请另编一个，或留空由系统编号。"):
        enter(personas.office, district.town2, code="P-1")
    assert Platform.objects.count() == 1


def test_a_change_is_audited_with_its_differences_and_made_once(district, personas):
    platform = PlatformFactory(area=district.town1)
    for _ in range(2):
        platform = update_platform(actor=personas.town1, platform=platform, phone="0770-1", name=platform.name)
    entry = AuditEntry.objects.get(action="platforms.update_platform")
    assert (entry.actor, entry.changes) == (personas.town1, {"phone": ["", "0770-1"]})


def test_moving_within_the_unit_or_to_another_one(district, personas):
    platform = PlatformFactory(area=district.villages[1])
    assert update_platform(actor=personas.office, platform=platform, area=district.villages[2]).unit == district.town1
    assert update_platform(actor=personas.office, platform=platform, area=district.villages[3]).unit == district.town2


def test_a_platform_in_an_unfinished_round_stays_with_its_unit(district, personas):
    platform = PlatformFactory(area=district.villages[1])
    round = RoundFactory(congress=district.congress)
    AssessmentFactory(assignment=CrossAssignmentFactory(round=round, area=district.town1, assessor=district.town2), platform=platform)
    with pytest.raises(DomainError, match="通报发布前不能改属其他镇（街道）"):
        update_platform(actor=personas.office, platform=platform, area=district.villages[3])
    with pytest.raises(DomainError, match="已参加过考评，编号 .* 写在通报里，不能再改。"):
        update_platform(actor=personas.office, platform=platform, code="NEW")
    platform.refresh_from_db()
    assert (platform.unit, platform.area) == (district.town1, district.villages[1])
    assert update_platform(actor=personas.office, platform=platform, area=district.villages[2]).area == district.villages[2]
    round.state, round.signed_off_on = RoundState.PUBLISHED, round.opened_on
    round.save()
    assert update_platform(actor=personas.office, platform=platform, area=district.villages[3]).unit == district.town2


def test_an_unknown_field_is_refused(district, personas):
    with pytest.raises(TypeError):
        update_platform(actor=personas.office, platform=PlatformFactory(area=district.town1), unit=district.town2)


def test_the_admin_writes_through_the_same_services(district, personas, signed_in):
    client = signed_in(personas.office)
    typed = {"name": "下岭之家", "kind": "deputies_home", "area": district.villages[2].pk, "code": "", "is_active": "on"}
    assert client.post("/admin/platforms/platform/add/", typed).status_code == 302
    platform = Platform.objects.get()
    assert (platform.code, platform.unit) == ("469901101202-P001", district.town1)
    address = f"/admin/platforms/platform/{platform.pk}/change/"
    assert client.post(address, {**typed, "code": platform.code, "area": district.villages[3].pk}).status_code == 302
    platform.refresh_from_db()
    assert platform.unit == district.town2
    assert AuditEntry.objects.filter(action="platforms.update_platform").count() == 1
    PlatformFactory(area=district.town1, code="P-1", name="旧站")
    answer = client.post(address, {**typed, "code": "P-1"})
    assert "平台编号 P-1 已由" in answer.content.decode() or "已存在" in answer.content.decode()
    assert client.get("/admin/platforms/platform/")["X-Total-Count"] == "2"
    assert signed_in(personas.leader).get("/admin/platforms/platform/").status_code != 200
