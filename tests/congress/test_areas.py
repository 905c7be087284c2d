"""The territory tree: parents and paths."""

import pytest

from congress.enums import AreaKind
from congress.errors import DomainError
from congress.models import Area, AuditEntry
from congress.services import areas
from congress.services.audit import SYSTEM
from tests.factories import AreaFactory

pytestmark = pytest.mark.django_db


def paths():
    return dict(Area.objects.values_list("code", "path"))


def test_create_writes_the_path_and_an_audit_row(personas, district):
    village = areas.create(actor=personas.office, code="469901101203", name="新村", kind=AreaKind.VILLAGE, parent=district.town1)
    assert village.path == "469901/469901101/469901101203/"
    entry = AuditEntry.objects.get(action="congress.create_area")
    assert (entry.actor, entry.target_ref) == (personas.office, "469901101203")
    with pytest.raises(DomainError, match="已经登记"):
        areas.create(actor=personas.office, code="469901101203", name="新村", kind=AreaKind.VILLAGE, parent=district.town1)


def test_create_refuses_a_parent_of_no_higher_level(district):
    with pytest.raises(DomainError, match="镇不能作为镇的上级区划"):
        areas.create(actor=SYSTEM, code="469901103", name="南山镇", kind=AreaKind.TOWN, parent=district.town1)


def test_rename_twice_is_audited_once(district):
    for _ in range(2):
        areas.rename(actor=SYSTEM, area=district.town1, name="新岭镇")
    assert Area.objects.get(pk=district.town1.pk).name == "新岭镇"
    assert AuditEntry.objects.get(action="congress.rename_area").changes == {"name": ["东岭镇", "新岭镇"]}


def test_move_takes_the_subtree_along(district):
    other = AreaFactory(code="469902", name="江东区", kind=AreaKind.DISTRICT)
    for _ in range(2):
        moved = areas.move(actor=SYSTEM, area=district.town1, parent=other)
    assert moved.path == "469902/469901101/"
    assert Area.objects.get(code="469901101201").path == "469902/469901101/469901101201/"
    assert AuditEntry.objects.filter(action="congress.move_area").count() == 1
    assert areas.move(actor=SYSTEM, area=moved, parent=None).path == "469901101/"


def test_move_into_itself_is_refused(district):
    with pytest.raises(DomainError, match="在东岭镇之内"):
        areas.move(actor=SYSTEM, area=district.town1, parent=district.villages[1])


def test_district_adopts_the_towns_that_waited_with_all_they_hold():
    town = areas.create(actor=SYSTEM, code="450603101", name="大菉镇", kind=AreaKind.TOWN)
    areas.create(actor=SYSTEM, code="450603101201", name="那厚村", kind=AreaKind.VILLAGE, parent=town)
    areas.create(actor=SYSTEM, code="450604101", name="他区的镇", kind=AreaKind.TOWN)
    areas.create(actor=SYSTEM, code="4506", name="防城港市", kind=AreaKind.CITY)
    assert paths()["450603101"] == "450603101/"  # a city does not adopt towns
    areas.create(actor=SYSTEM, code="450603", name="防城区", kind=AreaKind.DISTRICT, parent=Area.objects.get(code="4506"))
    assert paths() == {
        "4506": "4506/",
        "450603": "4506/450603/",
        "450603101": "4506/450603/450603101/",
        "450603101201": "4506/450603/450603101/450603101201/",
        "450604101": "450604101/",
    }
    assert Area.objects.get(code="450603101").parent.code == "450603"


def test_city_adopts_districts():
    areas.create(actor=SYSTEM, code="450603", name="防城区", kind=AreaKind.DISTRICT)
    areas.create(actor=SYSTEM, code="450603101", name="大菉镇", kind=AreaKind.TOWN, parent=Area.objects.get(code="450603"))
    areas.create(actor=SYSTEM, code="4506", name="防城港市", kind=AreaKind.CITY)
    assert paths() == {"4506": "4506/", "450603": "4506/450603/", "450603101": "4506/450603/450603101/"}
