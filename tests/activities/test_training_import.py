"""Batches of training from a file, and back into it."""

import io
from decimal import Decimal

import pytest

from activities.models import TrainingBatch
from activities.services import training
from activities.training_resources import TrainingBatchResource
from congress.imports import running, sheets
from congress.services.audit import SYSTEM
from tests import workbooks

pytestmark = pytest.mark.django_db

HEAD = ["编号", "年度", "班次名称", "专题", "组织单位", "面向区划", "代表层级", "计划月份", "计划学时", "计划人数"]


def run(*rows, head=HEAD):
    return running.run(actor=SYSTEM, resource=TrainingBatchResource(), source=workbooks.xlsx([head, *rows]), filename="表.xlsx")


def reasons(plan):
    return [(r.row, r.column, r.reason) for r in plan.rejected]


def test_batches_come_in_once_and_change(district, personas):
    rows = [
        ["", "2026年度", "全员培训班", "代表法", "", "榕江区", "", "3月", "8学时", "200"],
        ["", "2026", "主席团学习班", "监督法", "东岭镇人大主席团", "东岭镇", "镇", "2026年5月", "4.5", "50"],
        ["", "2027", "全员培训班", "代表法", "代表工委", "榕江区", "区", "3", "8", "200"],
    ]
    district.office.short_name = "代表工委"
    district.office.save()
    assert reasons(run(*rows)) == []
    made = {
        (batch.code, batch.name, batch.organiser, batch.level, batch.planned_month, batch.hours) for batch in TrainingBatch.objects.all()
    }
    assert {row[1:] for row in made} == {
        ("全员培训班", TrainingBatch.objects.get(year=2026, area=district.area).organiser, "", 3, Decimal(8)),
        ("主席团学习班", district.town1_office, "town", 5, Decimal("4.5")),
        ("全员培训班", district.office, "district", 3, Decimal(8)),
    }
    assert {row[0] for row in made} == {"PX2026-000001", "PX2026-000002", "PX2027-000001"}
    again = run(*rows)
    assert (again.changed_rows, TrainingBatch.objects.count()) == ([], 3)
    rows[1][-1] = "60"
    changed = run(*rows)
    assert [row.after for row in changed.changed_rows] == [{"places": 60}]
    later = training.save_batch(
        actor=personas.office, year=2026, name="新班", topic="组织法", organiser=district.office, area=district.area, term=None, level="",
        planned_month=9, hours=Decimal(2), places=10,
    )  # fmt: skip
    assert later.code == "PX2026-000003"


def test_an_export_imports_as_nothing(district):
    run(["", "2026", "全员培训班", "代表法", "", "东岭镇", "镇", "3", "8", "200"])
    content, count = sheets.current(TrainingBatchResource(), TrainingBatch.objects.all())
    plan = running.run(actor=SYSTEM, resource=TrainingBatchResource(), source=io.BytesIO(content), filename="表.xlsx")
    assert (count, reasons(plan), plan.changed_rows) == (1, [], [])


def test_rows_that_cannot_be(district):
    plan = run(
        ["", "2026", "甲班", "代表法", "东岭镇人大主席团", "西塘镇", "", "13", "8", "200"],
        ["", "2026", "乙班", "代表法", "没有的单位", "东岭镇", "", "3", "8.55", "0"],
        ["PX2026-000009", "2026", "丙班", "代表法", "", "东岭镇", "", "3", "8", "20"],
        ["", "2026", "丁班", "代表法", "", "东岭镇", "", "3", "八", "20"],
        ["", "2026", "戊班", "代表法", "", "东岭镇", "", "3", "8", "20"],
        ["", "2026", "戊班", "代表法", "", "东岭镇", "", "4", "8", "20"],
        ["", "1999", "", "代表法", "", "上岭村", "", "4", "300", "20"],
    )
    assert reasons(plan) == [
        (2, "计划月份", "应在 1 到 12 之间"),
        (2, "组织单位", "东岭镇人大主席团不在西塘镇，也不是上级单位"),
        (3, "计划学时", "最多一位小数"),
        (3, "计划人数", "应在 1 到 10000 之间"),
        (3, "组织单位", "没有名为“没有的单位”的人大机关"),
        (4, "编号", "没有这个编号的班次；新班次请不填编号，由系统编号"),
        (5, "计划学时", "应是数字，如 8 或 4.5"),
        (6, "班次名称", "与第 7 行重复"),
        (7, "班次名称", "与第 6 行重复"),
        (8, "年度", "应在 2000 到 2100 之间"),
        (8, "班次名称", "不能为空"),
        (8, "计划学时", "应在 0 到 200 之间"),
        (8, "组织单位", "上岭村没有登记人大机关，请填写组织单位"),
    ]
    assert not TrainingBatch.objects.exists()
