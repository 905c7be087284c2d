"""Importing areas and organisations, by the service and by the command."""

import json

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from congress.enums import AreaKind, OrganisationKind
from congress.errors import Conflict, DomainError
from congress.imports import running, sheets
from congress.models import Area, AuditEntry, Organisation
from congress.resources import AreaResource, OrganisationResource, kind_of
from congress.services.audit import SYSTEM
from tests import workbooks

pytestmark = pytest.mark.django_db

TOWNS = "code,name,areaCode,cityCode,provinceCode\n450603001,水营街道,450603,4506,45\n450603101,大菉镇,450603,4506,45\n450603450,小峰经济作物场,450603,4506,45\n"
VILLAGES = (
    "code,name,streetCode,streetName,areaCode,cityCode,provinceCode\n"
    "450603001003,那里蒙社区,450603001,水营街道,450603,4506,45\n"
    "450603101201,那厚村委会,450603101,大菉镇,450603,4506,45\n"
)


def run(source, resource=AreaResource, name="表.csv", **more):
    return running.run(actor=SYSTEM, resource=resource(), source=source, filename=name, **more)


def table(*rows, **more):
    return workbooks.xlsx(rows, **more)


def reasons(plan):
    return [(r.row, r.column, r.value, r.reason) for r in plan.rejected]


def test_towns_then_villages_land_under_their_towns():
    assert run(workbooks.csv(TOWNS)).counts == {"created": 3, "updated": 0, "unchanged": 0}
    assert run(workbooks.csv(VILLAGES)).counts == {"created": 2, "updated": 0, "unchanged": 0}
    assert list(Area.objects.order_by("code").values_list("code", "name", "kind", "parent__code", "path")) == [
        ("450603001", "水营街道", "subdistrict", None, "450603001/"),
        ("450603001003", "那里蒙社区", "community", "450603001", "450603001/450603001003/"),
        ("450603101", "大菉镇", "town", None, "450603101/"),
        ("450603101201", "那厚村委会", "village", "450603101", "450603101/450603101201/"),
        ("450603450", "小峰经济作物场", "farm", None, "450603450/"),
    ]


def test_second_import_changes_and_writes_nothing(django_assert_num_queries):
    run(workbooks.csv(TOWNS))
    before = AuditEntry.objects.count()
    with django_assert_num_queries(3):  # savepoint, the areas, release
        plan = run(workbooks.csv(TOWNS))
    assert plan.counts == {"created": 0, "updated": 0, "unchanged": 3}
    assert AuditEntry.objects.count() == before


def test_import_leaves_one_audit_row_with_counts_and_changed_cells(personas):
    run(workbooks.csv(TOWNS))
    resource = AreaResource()
    running.run(actor=personas.office, resource=resource, source=workbooks.csv(TOWNS.replace("水营街道", "水云街道")), filename="表.csv")
    entry = AuditEntry.objects.filter(action="congress.import_file").first()
    assert (entry.actor, entry.target_ref) == (personas.office, "areas")
    assert entry.changes == {"created": [0, 0], "updated": [0, 1], "第 2 行 水云街道 名称": ["水营街道", "水云街道"]}
    assert "表.csv SHA-256 " in entry.reason


def test_towns_are_adopted_when_their_district_arrives():
    run(workbooks.csv(TOWNS))
    run(workbooks.csv(VILLAGES))
    plan = run(workbooks.csv("code,name,cityCode,provinceCode\n450603,防城区,4506,45\n"))
    assert plan.notes == ["已登记的 3 个下级区划将归入新增的防城区。", "1 个区划的上级尚未登记，先独立列出，待上级导入后自动归入。"]
    assert Area.objects.get(code="450603001003").path == "450603/450603001/450603001003/"
    assert run(workbooks.csv(TOWNS)).changes_nothing
    assert run(workbooks.csv(VILLAGES)).changes_nothing


def test_parents_and_children_in_one_file_in_any_order():
    run(table(["区划代码", "名称"], ["450603101201", "那厚村"], ["450603101", "大菉镇"], ["450603", "防城区"]))
    assert Area.objects.get(code="450603101201").path == "450603/450603101/450603101201/"


def test_village_without_its_town_is_rejected_and_nothing_written():
    run(workbooks.csv(TOWNS))
    plan = run(workbooks.csv(VILLAGES + "450603099201,某村,450603099,某镇,450603,4506,45\n"))
    assert reasons(plan) == [(4, "streetCode", "450603099", "所属镇（街道）450603099 不存在，请先导入该镇")]
    assert Area.objects.count() == 3


def test_duplicate_codes_name_both_rows():
    plan = run(workbooks.csv(TOWNS + "450603101,大录镇,450603,4506,45\n"))
    assert reasons(plan) == [(3, "code", "450603101", "与第 5 行重复"), (5, "code", "450603101", "与第 3 行重复")]
    assert not Area.objects.exists()


def test_all_reasons_are_given_at_once():
    plan = run(
        table(
            ["区划代码*", "区划名称", "类别"],
            ["12345", "甲镇", ""],
            ["450603101", "", "镇"],
            ["450603102", "乙镇", "省"],
            ["450603103", "丙镇", "村"],
        )
    )
    assert reasons(plan) == [
        (2, "区划代码*", "12345", "区划代码应是 4 位（市）、6 位（区县）、9 位（镇、街道）或 12 位（村、社区）数字"),
        (3, "区划名称", "", "不能为空"),
        (4, "类别", "省", "应是市、区（县）、镇、乡、民族乡、街道、农场、村、社区之一"),
        (5, "类别", "村", "村的区划代码不是 9 位"),
    ]


def test_a_clerks_workbook():
    """Title and notes above, header over two rows, numbers as numbers, blank and repeated rows, a total."""
    source = table(
        ["防城区镇（街道）名单", None, None, None],
        ["说明：1、* 为必填", None, None, None],
        [None, None, None, None],
        ["序号", "基本情况", None, "备注"],
        [None, "统计用区划\n代码（必填）*", "区划\n名称*", None],
        [1, 450603001, "水营街道", "=1+1"],
        ["一、镇", None, None, None],
        [2, "４５０６０３１０１", "大菉　镇", None],
        [None, None, None, None],
        ["序号", "统计用区划\n代码（必填）*", "区划\n名称*", "备注"],
        [3, "450603102000", "华石镇", None],
        ["合计", 3, None, None],
        ["填表人：韦某", None, None, None],
        merged=["A1:D1", "B4:C4", "A4:A5", "A7:D7"],
    )
    plan = run(source)
    assert reasons(plan) == []
    assert list(Area.objects.order_by("code").values_list("code", "name")) == [
        ("450603001", "水营街道"),
        ("450603101", "大菉镇"),
        ("450603102", "华石镇"),
    ]
    assert plan.table.skipped == [
        (1, "标题或说明"),
        (2, "标题或说明"),
        (4, "标题或说明"),
        (7, "小标题"),
        (10, "重复的表头"),
        (12, "合计"),
        (13, "注释"),
    ]


def test_cells_merged_downwards_hold_for_all_their_rows(district):
    source = table(["名称", "所在区划", "类别"], ["甲局", "西塘镇", "承办单位"], ["乙局", None, "承办单位"], merged=["B2:B3"])
    assert reasons(run(source, OrganisationResource)) == []
    assert set(Organisation.objects.filter(name__in=["甲局", "乙局"]).values_list("area", flat=True)) == {district.town2.pk}


def test_file_without_a_header_or_a_required_column():
    with pytest.raises(DomainError, match="没有找到表头。表头应写明“区划代码”、“名称”等列"):
        run(table(["姓名", "性别"], ["莫英", "女"]))
    with pytest.raises(DomainError, match="表头（第 1 行）缺少“名称”列"):
        run(table(["区划代码", "类别"], ["450603101", "镇"]))
    with pytest.raises(DomainError, match="没有数据行"):
        run(table(["区划代码", "名称"]))


def test_moved_area_stays_unless_the_file_names_its_parent(district):
    Area.objects.filter(code="469901101201").update(parent=district.town2, path="469901/469901102/469901101201/")
    assert run(table(["区划代码", "名称"], ["469901101201", "上岭村"])).changes_nothing
    run(table(["区划代码", "名称", "上级区划代码"], ["469901101201", "上岭村", "469901101"]))
    assert Area.objects.get(code="469901101201").path == "469901/469901101/469901101201/"


def test_preview_tells_every_cell_and_writes_nothing(district):
    resource = AreaResource()
    plan = running.preview(
        resource, table(["区划代码", "名称", "排序"], ["469901101", "新岭镇", "9"], ["469901103", "南山镇", ""]), "x.xlsx"
    )
    assert [(row.number, row.action, row.key, resource.cells(row)) for row in plan.rows] == [
        (2, "updated", "469901101", [("名称", "东岭镇", "新岭镇"), ("排序", "2", "9")]),
        (
            3,
            "created",
            "469901103",
            [("区划代码", "", "469901103"), ("名称", "", "南山镇"), ("类别", "", "镇"), ("上级区划代码", "", "469901")],
        ),
    ]
    assert Area.objects.get(pk=district.town1.pk).name == "东岭镇"


def test_confirming_a_preview_that_no_longer_holds_is_refused(district):
    file = [["区划代码", "名称"], ["469901101", "新岭镇"]]
    expected = running.preview(AreaResource(), table(*file), "x.xlsx").fingerprint
    Area.objects.filter(pk=district.town1.pk).update(name="改过的镇")
    with pytest.raises(Conflict, match="预览之后数据有了变化"):
        run(table(*file), expected=expected)
    assert Area.objects.get(pk=district.town1.pk).name == "改过的镇"


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        ("4506", "防城港市", AreaKind.CITY),
        ("450681", "东兴市", AreaKind.DISTRICT),
        ("450603001", "水营街道", AreaKind.SUBDISTRICT),
        ("450603001", "水营街道办事处", AreaKind.SUBDISTRICT),
        ("450603101", "大菉镇", AreaKind.TOWN),
        ("450603203", "滩营乡", AreaKind.TOWNSHIP),
        ("450603209", "十万山瑶族乡", AreaKind.ETHNIC_TOWNSHIP),
        ("450603450", "小峰经济作物场", AreaKind.FARM),
        ("451402500", "左江华侨农场", AreaKind.FARM),
        ("450123400", "隆安华侨管理区", AreaKind.FARM),
        ("450603001008", "木头滩社区居委会", AreaKind.COMMUNITY),
        ("450603101201", "那厚村委会", AreaKind.VILLAGE),
        ("450603101202", "某村", AreaKind.VILLAGE),
        ("450603450498", "场部生活区", AreaKind.COMMUNITY),
        ("45", "广西", None),
    ],
)
def test_kind_follows_from_code_and_name(code, name, kind):
    assert kind_of(code, name) == kind


# ---- organisations


def test_organisations_with_and_without_codes(district):
    file = [
        ["单位名称", "简称", "类别", "所属镇（街道）", "联系电话"],
        ["东岭镇人大主席团", "东岭主席团", "主席团", "东岭镇", ""],
        ["榕江区教育局", "教育局", "", "", "0770-2822222"],
        ["榕江区水利局", "水利局", "部门", "469901", "13800000000"],
    ]
    plan = run(table(*file), OrganisationResource)
    assert reasons(plan) == []
    assert [row.action for row in plan.rows] == ["updated", "created", "created"]
    assert list(
        Organisation.objects.filter(name__endswith="局")
        .exclude(code="JTJ")
        .order_by("code")
        .values_list("code", "name", "kind", "area__code", "phone")
    ) == [
        ("469901-D001", "榕江区教育局", OrganisationKind.HANDLING_UNIT, "469901", "0770-2822222"),
        ("469901-D002", "榕江区水利局", OrganisationKind.HANDLING_UNIT, "469901", "13800000000"),
    ]
    assert Organisation.objects.get(code="ZX1").short_name == "东岭主席团"
    assert run(table(*file), OrganisationResource).changes_nothing


def test_organisation_rows_that_make_no_sense(district):
    plan = run(
        table(["名称", "类别", "所在区划"], ["甲", "", "东岭镇"], ["乙局", "", "无名镇"], ["丙局", "", ""], ["丙局", "", ""]),
        OrganisationResource,
    )
    assert reasons(plan) == [
        (2, "类别", "", "由名称看不出类别，请填写类别"),
        (3, "所在区划", "无名镇", "没有名为“无名镇”的区划，请先导入区划，或改填区划代码"),
        (4, "名称", "丙局", "与第 5 行重复"),
        (5, "名称", "丙局", "与第 4 行重复"),
    ]


# ---- out again


@pytest.mark.parametrize("resource", [AreaResource, OrganisationResource])
def test_export_imports_again_as_zero_changes(resource, personas):
    content, count = sheets.current(resource(), resource().exported(personas.office))
    plan = run(workbooks.io.BytesIO(content), resource)
    assert reasons(plan) == []
    assert (plan.counts["unchanged"], plan.changes_nothing) == (count, True)
    assert count == resource._meta.model.objects.count()


def test_export_neutralises_formulas_and_they_come_back_the_same(district, personas):
    Organisation.objects.filter(code="JTJ").update(address="=1+1", name="@局")
    content, _ = sheets.current(OrganisationResource(), OrganisationResource().exported(personas.office))
    cells = [cell.value for row in openpyxl.load_workbook(workbooks.io.BytesIO(content)).active for cell in row]
    assert "'=1+1" in cells and "'@局" in cells
    assert not [value for value in cells if isinstance(value, str) and value[:1] in "=+-@"]
    assert run(workbooks.io.BytesIO(content), OrganisationResource).changes_nothing


def test_template_has_drop_downs_notes_and_reads_as_empty(district):
    book = openpyxl.load_workbook(workbooks.io.BytesIO(sheets.template(OrganisationResource())))
    assert book.sheetnames == ["单位", "选项", "填写说明"]
    sheet = book["单位"]
    assert [cell.value for cell in sheet[1]] == ["单位代码", "名称*", "简称", "类别", "所在区划", "电话", "地址", "在用"]
    assert {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation} == {
        "D2:D5000": "'选项'!$D$1:$D$6",
        "E2:E5000": "'选项'!$E$1:$E$4",
        "H2:H5000": "'选项'!$H$1:$H$2",
    }
    assert [book["选项"].cell(row, 5).value for row in range(1, 5)] == ["城中街道", "东岭镇", "西塘镇", "红星华侨农场"]
    assert book["填写说明"]["A3"].value == "名称" and book["填写说明"]["B3"].value == "必填"
    with pytest.raises(DomainError, match="没有数据行"):
        run(workbooks.saved(book), OrganisationResource)


# ---- the command


def command(tmp_path, capsys, content, *options, kind="areas"):
    file = tmp_path / "表.csv"
    file.write_bytes(content.encode())
    code = 0
    try:
        call_command("import_file", kind, str(file), *options)
    except SystemExit as leaving:
        code = leaving.code
    return code, capsys.readouterr().out


def test_command_answers_in_json(tmp_path, capsys):
    code, out = command(tmp_path, capsys, TOWNS, "--dry-run", "--json")
    assert (code, json.loads(out)) == (0, {"created": 3, "updated": 0, "unchanged": 0, "rejected": []})
    assert not Area.objects.exists()
    command(tmp_path, capsys, TOWNS)
    code, out = command(tmp_path, capsys, TOWNS, "--json")
    assert (code, json.loads(out)) == (0, {"created": 0, "updated": 0, "unchanged": 3, "rejected": []})


def test_command_leaves_with_one_and_writes_nothing_when_a_row_is_rejected(tmp_path, capsys):
    bad = TOWNS + "4506,,,,\n"
    code, out = command(tmp_path, capsys, bad, "--json")
    rejected = [{"row": 5, "column": "name", "value": "", "reason": "不能为空"}]
    assert (code, json.loads(out)) == (1, {"created": 0, "updated": 0, "unchanged": 0, "rejected": rejected})
    code, out = command(tmp_path, capsys, bad)
    assert code == 1
    assert (
        out
        == "3 个区划的上级尚未登记，先独立列出，待上级导入后自动归入。\n第 5 行，name“”：不能为空\n区划：有 1 行不能导入，没有写入任何内容。\n"
    )
    assert not Area.objects.exists()


def test_command_refuses_an_unreadable_file(tmp_path, capsys):
    code, out = command(tmp_path, capsys, "<html>", "--json")
    assert code == 1
    assert json.loads(out)["rejected"] == [
        {
            "row": None,
            "column": None,
            "value": "表.csv",
            "reason": "文件是网页格式，只是改了名字。请在 Excel 中打开，另存为 .xlsx 后再导入。",
        }
    ]
    with pytest.raises(CommandError, match="网页格式"):
        command(tmp_path, capsys, "<html>")
    with pytest.raises(CommandError, match="文件打不开"):
        call_command("import_file", "areas", str(tmp_path / "没有.csv"))


def test_codes_of_other_lengths_that_are_already_in_use_stay(db):
    """A city registered with six digits is the same city when its own export comes back."""
    Area.objects.create(code="459900", name="榕州市", kind=AreaKind.CITY, path="459900/")
    rows = [["区划代码", "名称", "类别", "上级区划代码"], ["459900", "榕州市", "市", ""], ["459903", "榕江区", "区（县）", "459900"]]
    assert reasons(run(table(*rows))) == []
    assert Area.objects.get(code="459903").path == "459900/459903/"
    assert run(table(*rows)).changes_nothing


def test_names_that_cannot_be_printed_are_noted_in_the_preview(db):
    rows = [["区划代码", "名称"], ["450603101", "大菉镇"], ["450603102", "大\U0002ffff镇"]]
    plan = running.preview(AreaResource(), table(*rows), "x.xlsx")
    assert plan.notes[-1] == "第 3 行“大\U0002ffff镇”中的“\U0002ffff”没有字体可印，印制前请增加字体或核对用字。"
    assert plan.rejected == []
