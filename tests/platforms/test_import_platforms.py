"""Importing platforms: where they stand, and what may be said of them."""

import io

import pytest

from congress.imports import running, sheets
from congress.services.audit import SYSTEM
from platforms.enums import PlatformKind
from platforms.models import Platform
from platforms.resources import PlatformResource
from tests import workbooks
from tests.factories import PlatformFactory

pytestmark = pytest.mark.django_db

HEAD = ["平台名称", "类别", "所属镇（街道）", "所在村（社区）", "示范", "特色", "依托企业", "分片联系领导", "分片联系工委", "挂牌时间"]


def run(*rows, head=HEAD):
    return running.run(actor=SYSTEM, resource=PlatformResource(), source=workbooks.xlsx([head, *rows]), filename="平台.xlsx")


def reasons(plan):
    return [(r.row, r.column, r.value, r.reason) for r in plan.rejected]


def test_platforms_of_town_and_village(district, personas):
    rows = [
        ["上岭村代表联络站", "", "东岭镇", "上岭村", "√", "是", "榕江果业合作社", "黄主任", "ZX1", "2021年9月28日"],
        ["东岭镇代表之家", "之家", "东岭镇", "", "否", "", "", "", "东岭镇人大主席团", ""],
        ["代表履职活动中心", "", "", "侨兴社区", "", "", "", "", "", "2022.1"],
    ]
    plan = run(*rows)
    assert (reasons(plan), plan.counts["created"]) == ([], 3)
    assert list(
        Platform.objects.order_by("code").values_list(
            "code",
            "name",
            "kind",
            "area__name",
            "unit__name",
            "is_demonstration",
            "is_specialty",
            "host_company",
            "guiding_leader__name",
            "guiding_office__code",
        )
    ) == [
        ("469901101-P001", "东岭镇代表之家", PlatformKind.DEPUTIES_HOME, "东岭镇", "东岭镇", False, False, "", None, "ZX1"),
        (
            "469901101201-P001",
            "上岭村代表联络站",
            PlatformKind.CONTACT_STATION,
            "上岭村",
            "东岭镇",
            True,
            True,
            "榕江果业合作社",
            "黄主任",
            "ZX1",
        ),
        ("469901501001-P001", "代表履职活动中心", PlatformKind.ACTIVITY_CENTRE, "侨兴社区", "红星华侨农场", False, False, "", None, None),
    ]
    assert run(*rows).changes_nothing


def test_same_name_in_every_village(district):
    rows = [["代表联络站", "", town, village] for town, village in (("东岭镇", "上岭村"), ("东岭镇", "下岭村"), ("西塘镇", "塘边村"))]
    assert reasons(run(*rows, head=HEAD[:4])) == []
    assert Platform.objects.count() == 3
    assert run(*rows, head=HEAD[:4]).changes_nothing
    assert reasons(run(["代表联络站", "", "东岭镇", ""], head=HEAD[:4])) == [
        (2, "平台名称", "代表联络站", "同名的平台有 2 个，请填写平台编号")
    ]


def test_what_a_row_may_not_say(district, personas):
    plan = run(
        ["甲站", "站", "东岭镇", "塘边村", "", "", "", "", "", ""],
        ["乙", "", "东岭镇", "", "", "", "", "", "", ""],
        ["丙站", "站", "", "", "", "", "", "", "", ""],
        ["丁站", "站", "榕江区", "", "", "", "", "", "", ""],
        ["戊站", "站", "东岭镇", "", "大概", "否", "某公司", "", "", ""],
        ["己站", "站", "东岭镇", "", "", "否", "某公司", "", "", ""],
        ["庚站", "站", "东岭镇", "", "", "", "", "无此人", "无此单位", ""],
    )
    assert reasons(plan) == [
        (2, "所在村（社区）", "塘边村", "东岭镇没有名为“塘边村”的区划，请先导入区划，或改填区划代码"),
        (3, "类别", "", "由名称看不出类别，请填写类别"),
        (4, "所属镇（街道）", "", "请填写所属镇（街道）"),
        (5, "所属镇（街道）", "榕江区", "榕江区不是镇、乡、街道或农场"),
        (6, "示范", "大概", "应填“是”或“否”"),
        (7, "依托企业", "某公司", "只有特色平台才填依托企业，请把“特色平台”填为“是”或删去企业"),
        (8, "分片联系领导", "无此人", "没有姓名为“无此人”的领导账号，请先开通账号或留空"),
        (8, "分片联系工委", "无此单位", "没有名为“无此单位”的单位，请先导入单位或留空"),
    ]
    assert not Platform.objects.exists()


def test_known_platform_keeps_its_village_when_the_cell_is_blank(district):
    platform = PlatformFactory(area=district.villages[1], unit=district.town1, name="上岭站")
    plan = run([platform.code, "上岭代表联络站", "东岭镇"], head=["平台编号", "名称", "所属镇"])
    assert (reasons(plan), plan.counts["updated"]) == ([], 1)
    platform.refresh_from_db()
    assert (platform.name, platform.area, platform.unit) == ("上岭代表联络站", district.villages[1], district.town1)
    assert reasons(run([platform.code, "上岭代表联络站", "西塘镇"], head=["平台编号", "名称", "所属镇"])) == [
        (2, "所属镇", "西塘镇", "平台换了镇（街道），请同时填写所在村（社区）")
    ]


def test_export_imports_again_as_zero_changes(personas, district):
    PlatformFactory(area=district.villages[1], unit=district.town1)
    PlatformFactory(
        area=district.town2,
        unit=district.town2,
        guiding_leader=personas.leader,
        guiding_office=district.town1_office,
        is_specialty=True,
        host_company="果业",
    )
    content, count = sheets.current(PlatformResource(), PlatformResource().exported(personas.office))
    plan = running.run(actor=SYSTEM, resource=PlatformResource(), source=io.BytesIO(content), filename="x.xlsx")
    assert (reasons(plan), plan.changes_nothing, count) == ([], True, 2)
