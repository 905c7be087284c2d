"""The import pages: who may, what they show, and that nothing is written before the confirmation."""

import datetime
import io
import re

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from congress.models import Area, AuditEntry, ImportFile
from tests import workbooks

pytestmark = pytest.mark.django_db

GOOD = [["区划代码", "名称"], ["469901101", "新岭镇"], ["469901103", "南山镇"]]
BAD = [*GOOD, ["469901199201", "某村"]]


def uploaded(rows=GOOD, name="区划.xlsx"):
    return SimpleUploadedFile(name, workbooks.xlsx(rows).getvalue())


@pytest.fixture
def office(personas, signed_in):
    return signed_in(personas.office)


def upload(client, rows=GOOD):
    response = client.post("/imports/areas/", {"file": uploaded(rows)})
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def fingerprint(page):
    return re.search(r'name="fingerprint" value="(\w+)"', page.content.decode())[1]


@pytest.mark.parametrize("address", ["/imports/areas/", "/imports/areas/template.xlsx", "/imports/areas/export.xlsx"])
def test_office_only(address, personas, signed_in):
    assert signed_in(personas.office).get(address).status_code == 200
    for person in (personas.leader, personas.town1, personas.deputy, personas.sysadmin, personas.visitor):
        assert signed_in(person).get(address).status_code == 403


def test_unknown_kind_is_no_page(office):
    assert office.get("/imports/nothing/").status_code == 404


def test_upload_preview_confirm(office, personas):
    address = upload(office)
    page = office.get(address)
    assert page["X-Total-Count"] == "2"
    text = page.content.decode()
    assert "<del>东岭镇</del> → <ins>新岭镇</ins>" in text
    assert "南山镇" in text
    assert Area.objects.filter(name="新岭镇").count() == 0
    kept = ImportFile.objects.get()
    assert default_storage.exists(kept.file.name)
    for _ in range(2):
        assert office.post(address, {"fingerprint": fingerprint(page)}).status_code == 302
    assert Area.objects.filter(name__in=["新岭镇", "南山镇"]).count() == 2
    assert AuditEntry.objects.filter(action="congress.import_file", actor=personas.office).count() == 1
    kept.refresh_from_db()
    assert (kept.created, kept.updated, kept.unchanged, kept.file.name) == (1, 1, 0, "")
    assert "区划已导入" in office.get(address).content.decode()
    assert "区划.xlsx" in office.get("/imports/").content.decode()


def test_confirmed_content_is_removed(office, django_capture_on_commit_callbacks):
    address = upload(office)
    stored = ImportFile.objects.get().file.name
    with django_capture_on_commit_callbacks(execute=True):
        office.post(address, {"fingerprint": fingerprint(office.get(address))})
    assert not default_storage.exists(stored)


def test_preview_that_no_longer_holds_is_shown_again(office, district):
    address = upload(office)
    told = fingerprint(office.get(address))
    Area.objects.filter(pk=district.town1.pk).update(name="改名镇")
    page = office.post(address, {"fingerprint": told}, follow=True)
    assert "预览之后数据有了变化" in page.content.decode()
    assert "改名镇" in page.content.decode()
    assert not Area.objects.filter(code="469901103").exists()


def test_rejected_rows_stop_everything_and_can_be_downloaded(office):
    address = upload(office, BAD)
    page = office.get(address)
    assert page["X-Total-Count"] == "1"
    text = page.content.decode()
    assert "所属镇（街道）469901199 不存在，请先导入该镇" in text
    assert "确认导入" not in text
    assert "有 1 行不能导入，没有写入任何内容" in office.post(address, {}, follow=True).content.decode()
    assert not Area.objects.filter(code="469901103").exists()
    book = openpyxl.load_workbook(io.BytesIO(office.get(f"{address}rejected.xlsx").content))
    assert [[cell.value for cell in row] for row in book.active] == [
        ["文件行号", "原因", "区划代码", "名称"],
        [4, "区划代码：所属镇（街道）469901199 不存在，请先导入该镇", "469901199201", "某村"],
    ]


def test_unreadable_file_is_refused_on_the_form(office):
    page = office.post("/imports/areas/", {"file": SimpleUploadedFile("区划.xlsx", b"<html>")})
    assert page.status_code == 200
    assert "文件是网页格式" in page.content.decode()
    assert not ImportFile.objects.exists()
    assert "请选择文件。" in office.post("/imports/areas/", {}).content.decode()


def test_file_that_changes_nothing_says_so(office, district):
    address = upload(office, [["区划代码", "名称"], ["469901101", "东岭镇"]])
    assert "完全一致" in office.get(address).content.decode()


def test_discard_removes_the_upload(office):
    address = upload(office)
    stored = ImportFile.objects.get().file.name
    assert office.post(address, {"discard": "1"}).status_code == 302
    assert (ImportFile.objects.exists(), default_storage.exists(stored)) == (False, False)
    assert office.get(address).status_code == 404


def test_uploads_of_a_week_ago_are_removed(office):
    upload(office)
    old = ImportFile.objects.get()
    ImportFile.objects.update(uploaded_at=old.uploaded_at - datetime.timedelta(days=8))
    upload(office)
    assert not ImportFile.objects.filter(pk=old.pk).exists()
    assert not default_storage.exists(old.file.name)


def test_somebody_elses_upload_is_the_offices_too_but_nobody_elses(office, personas, signed_in):
    address = upload(office)
    assert signed_in(personas.leader).get(address).status_code == 403
    assert office.get(address.replace("areas", "deputies")).status_code == 404


def test_big_previews_come_in_pages(office):
    address = upload(
        office,
        [
            ["区划代码", "名称"],
            *([f"4699011012{n:02d}"[:12], f"村{n}"] for n in range(3, 99)),
            *([f"4699011022{n:02d}", f"寨{n}"] for n in range(3, 99)),
        ],
    )
    page = office.get(address)
    assert page["X-Total-Count"] == "192"
    assert page.content.decode().count("<ins>") + page.content.decode().count('class="cells"') == 100
    assert office.get(f"{address}?page=2").content.decode().count('class="cells"') == 92


def test_export_is_audited(office, personas):
    response = office.get("/imports/organisations/export.xlsx")
    assert response["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E5%8D%95%E4%BD%8D")
    assert openpyxl.load_workbook(io.BytesIO(response.content)).active.max_row == 9
    entry = AuditEntry.objects.get(action="congress.export_file")
    assert (entry.actor, entry.target_ref, entry.reason) == (personas.office, "organisations", "单位 8 行")


MODELS = {"congress_area": 11, "congress_organisation": 8, "deputies_deputy": 1, "platforms_platform": 0}


@pytest.mark.parametrize("model", MODELS)
def test_admin_lists_lead_here_and_export(model, office):
    listing = office.get(reverse(f"admin:{model}_changelist")).content.decode()
    assert "从 Excel 导入" in listing
    export = reverse(f"admin:{model}_export")
    assert export in listing
    response = office.get(export)
    assert response["Content-Type"].startswith("application/vnd.openxml")
    assert openpyxl.load_workbook(io.BytesIO(response.content)).active.max_row == 1 + MODELS[model]
    assert AuditEntry.objects.filter(action="congress.export_file").count() == 1


def test_admin_exports_what_its_list_shows(office):
    response = office.get(reverse("admin:congress_area_export"), {"kind__exact": "community"})
    rows = list(openpyxl.load_workbook(io.BytesIO(response.content)).active.values)
    assert [row[1] for row in rows] == ["名称", "榕树社区", "侨兴社区"]


def test_admin_export_is_for_the_office(personas, signed_in):
    assert signed_in(personas.sysadmin).get(reverse("admin:congress_organisation_export")).status_code == 403
