"""Importing ten thousand deputies from .xlsx, against the least that must be done and against import-export as it comes."""

from __future__ import annotations

import datetime
import io

import openpyxl
import tablib
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import ForeignKeyWidget
from python_calamine import CalamineWorkbook

from bench.district import Scene, name, scene
from bench.harness import Figures, benchmark, seconds, undone
from congress.imports import kinds, running
from congress.models import Area, Term
from congress.services.audit import SYSTEM
from deputies.models import Deputy, ElectoralDistrict, Mandate

ROWS = 10_000
STOCK_ROWS = 400  # import-export works row by row, so fewer rows take so much less of its time
HEADINGS = [
    "姓名",
    "性别",
    "民族",
    "出生年月",
    "学历",
    "党派",
    "单位及职务",
    "手机",
    "代表层级",
    "届次",
    "所属镇（街道）",
    "选区",
    "代表证号",
]
ELECTED_ON = datetime.date(2021, 9, 28)


def _row(where: Scene, number: int) -> list[str]:
    village = where.district.villages[number % len(where.district.villages)]
    return [
        name(number),
        "女" if number % 3 == 0 else "男",
        "壮族" if number % 2 else "汉",
        f"{1960 + number % 40}年{number % 12 + 1}月",
        "大专",
        "中共党员" if number % 2 else "群众",
        f"第{number}村党支部书记",
        f"139{number:08d}",
        "区",
        "第八届",
        where.district.towns[number % 4].name,
        f"{village.name}第{number // 36}选区",  # three deputies each
        f"8-{number:05d}",
    ]


def _workbook(headings: list[str], rows: list[list[str]], title: str = "") -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    if title:
        sheet.append([title])
    sheet.append(headings)
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _file(where: Scene) -> bytes:
    return _workbook(HEADINGS, [_row(where, number) for number in range(ROWS)], "榕江区第八届人民代表大会代表名册")


def _import(file: bytes) -> running.Plan:
    resource = kinds.find("deputies")
    assert resource is not None
    plan = running.run(actor=SYSTEM, resource=resource(), source=io.BytesIO(file), filename="代表名册.xlsx")
    if plan.rejected:
        raise RuntimeError(f"{len(plan.rejected)} rows rejected, the first: {plan.rejected[0]}")
    return plan


def _import_barely(where: Scene, file: bytes) -> None:
    """Reads the cells and inserts the same rows, without a check, a look-up or a comparison."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()[2:]
    towns = {town.name: town for town in where.district.towns}
    seats = sorted({(row[10], row[11]) for row in rows})
    made = ElectoralDistrict.objects.bulk_create(
        ElectoralDistrict(code=f"X{number}", name=title, term=where.district.term, area=towns[town], seats=1)
        for number, (town, title) in enumerate(seats)
    )
    districts = dict(zip(seats, made, strict=True))
    deputies = Deputy.objects.bulk_create(
        Deputy(
            code=f"X{number:06d}",
            name=row[0],
            sex="female" if row[1] == "女" else "male",
            nationality=row[2],
            born_on=datetime.date(int(row[3][:4]), int(row[3][5:-1]), 1),
            education=row[4],
            party=row[5],
            position=row[6],
            phone=row[7],
        )
        for number, row in enumerate(rows)
    )
    Mandate.objects.bulk_create(
        Mandate(
            deputy=deputy,
            term=where.district.term,
            area=towns[row[10]],
            electoral_district=districts[row[10], row[11]],
            card_number=row[12],
            starts_on=ELECTED_ON,
        )
        for deputy, row in zip(deputies, rows, strict=True)
    )


class StockDeputies(ModelResource):
    """What ``modelresource_factory(Deputy)`` gives."""

    class Meta:
        model = Deputy
        import_id_fields = ["code"]
        fields = ["code", "name", "sex", "nationality", "born_on", "education", "party", "position", "phone"]


class StockMandates(ModelResource):
    """The same for the second table, with import-export's own look-ups by name. Nothing else is checked."""

    deputy = Field("deputy", "deputy", ForeignKeyWidget(Deputy, "code"))
    term = Field("term", "term", ForeignKeyWidget(Term, "number"))
    area = Field("area", "area", ForeignKeyWidget(Area, "name"))

    class Meta:
        model = Mandate
        import_id_fields = ["deputy", "term"]
        fields = ["deputy", "term", "area", "card_number", "starts_on"]


def _stock_file(where: Scene) -> bytes:
    towns = where.district.towns
    rows = [
        [
            *(
                f"X{n:06d}",
                name(n),
                "male",
                "壮族",
                f"{1960 + n % 40}-{n % 12 + 1:02d}-01",
                "大专",
                "群众",
                f"第{n}村党支部书记",
                f"139{n:08d}",
            ),
            *(f"X{n:06d}", str(where.district.term.number), towns[n % 4].name, f"8-{n:05d}", str(ELECTED_ON)),
        ]
        for n in range(STOCK_ROWS)
    ]
    return _workbook([*StockDeputies.Meta.fields, *StockMandates.Meta.fields], rows)


def _import_stock(file: bytes) -> None:
    data = tablib.Dataset().load(io.BytesIO(file), format="xlsx")
    for resource in (StockDeputies(), StockMandates()):
        result = resource.import_data(data, raise_errors=True)
        if result.totals["new"] != STOCK_ROWS:
            raise RuntimeError(f"the stock resource imported {dict(result.totals)}")


@benchmark("import: 10,000 deputies against bare reading and bulk insert", 3)
def first_import() -> Figures:
    where = scene()
    file = _file(where)
    while True:
        with undone():
            bare = seconds(lambda: _import_barely(where, file))
        with undone():
            yield seconds(lambda: _import(file)) / bare


@benchmark("import: 10,000 deputies, times faster than stock ModelResources for the same two tables", 5, at_least=True)
def against_stock() -> Figures:
    where = scene()
    file, stock_file = _file(where), _stock_file(where)
    while True:
        with undone():
            stock = seconds(lambda: _import_stock(stock_file)) * ROWS / STOCK_ROWS
        with undone():
            yield stock / seconds(lambda: _import(file))


@benchmark("import: the same file again against the first time", 1)
def second_import() -> Figures:
    where = scene()
    file = _file(where)
    while True:
        with undone():
            first = seconds(lambda: _import(file))
            again = seconds(lambda: _import_nothing(file))
            yield again / first


def _import_nothing(file: bytes) -> None:
    if not _import(file).changes_nothing:
        raise RuntimeError("the second import was to change nothing")
