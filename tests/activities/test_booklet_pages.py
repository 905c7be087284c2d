"""The pages of booklets: towns, platforms, a set, a booklet with its photos; bound as PDF and all of a town as one batch."""

import io
import zipfile

import pdfplumber
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from activities.models import Booklet, PaperTick
from congress.documents.renderer import produce
from congress.models import Document, DocumentBatch
from congress.services.documents import render_batch
from deputies.enums import Channel
from deputies.models import Deputy
from deputies.services import contacts
from deputies.services.contacts import Voter
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre(district):
    return factories.PlatformFactory(code="PT-11", name="东岭镇代表之家", area=district.town1, unit=district.town1)


@pytest.fixture
def home(district):
    return factories.PlatformFactory(code="PT-12", name="上岭村联络站", area=district.villages[1], unit=district.town1)


@pytest.fixture
def contact(personas):
    mo = Deputy.objects.get(user=personas.deputy)
    return contacts.record(
        actor=personas.deputy, key="c1", deputies=[mo], channel=Channel.VISIT, at=timezone.now(), text="卫生室缺降压药𠮷",
        voters=[Voter("王小明", "13800000001")],
    )  # fmt: skip


def text(response):
    return response.content.decode()


def picture(name="封面.jpg", colour="#9b2424"):
    made = io.BytesIO()
    Image.new("RGB", (8, 6), colour).save(made, "JPEG")
    return SimpleUploadedFile(name, made.getvalue(), "image/jpeg")


def test_from_the_district_to_one_booklet(centre, home, contact, personas, signed_in):
    client = signed_in(personas.office)
    towns = client.get("/booklets/")
    assert towns["X-Total-Count"] == "1" and "/booklets/units/469901101/" in text(towns)
    unit = client.get("/booklets/units/469901101/")
    assert unit["X-Total-Count"] == "2" and "一册五簿三档案" in text(unit)
    shelf = client.get("/booklets/PT-12/")
    assert shelf["X-Total-Count"] == "9" and "代表联系走访选民登记簿" not in text(shelf) and "联系走访选民登记簿" in text(shelf)
    complete = client.get("/booklets/PT-12/?state=complete")["X-Total-Count"]
    assert int(complete) + sum(int(client.get(f"/booklets/PT-12/?state={state}")["X-Total-Count"]) for state in ("short", "empty")) == 9
    page = client.get("/booklets/PT-12/village-books.4/")
    assert page["X-Total-Count"] == "1" and "卫生室缺降压药𠮷" in text(page)
    assert "王**" in text(page) and "王小明" not in text(page) and "13800000001" not in text(page)
    assert client.get("/booklets/PT-12/town-books.4/").status_code == 404


def test_who_assesses_sees_how_full_but_does_not_read(centre, contact, personas, signed_in):
    client = signed_in(personas.town2)
    page = text(client.get("/booklets/PT-11/"))
    assert "代表联系走访选民登记簿" in page and "/booklets/PT-11/town-books.8/" not in page
    assert client.get("/booklets/PT-11/town-books.8/").status_code == 403


def test_photos_tick_a_paper_booklet(centre, personas, signed_in):
    client = signed_in(personas.town1)
    page = "/booklets/PT-11/town-books.16/"
    none = client.post(f"{page}photos/", {})
    assert none.status_code == 422 and "请先选择照片" in text(none)
    mixed = client.post(f"{page}photos/", {"photos": [picture(), SimpleUploadedFile("坏.jpg", b"no picture")]})
    assert mixed.status_code == 422 and "坏.jpg" in text(mixed) and "已保存 1 张照片" in text(mixed)
    photo = PaperTick.objects.get()
    shown = client.get(f"/booklets/photos/{photo.pk}/thumbnail/")
    assert shown["Content-Type"] == "image/jpeg" and f"/booklets/photos/{photo.pk}/" in text(client.get(page))
    assert signed_in(personas.town2).get(f"/booklets/photos/{photo.pk}/").status_code == 404
    assert client.post(f"/booklets/photos/{photo.pk}/remove/").status_code == 302
    assert not PaperTick.objects.exists()


def test_a_platforms_pages_say_what_the_records_say(home, contact, personas, signed_in):
    client = signed_in(personas.town1)
    assert 'hx-get="/booklets/PT-12/summary/"' in text(client.get("/platforms/PT-12/"))
    assert "还没有记录，应有" in text(client.get("/booklets/PT-12/summary/"))
    check = text(client.get("/platforms/PT-12/checks/village-books.4/"))
    today = timezone.localdate()
    assert f"系统记录：{today.year}年 1 条，最近 {today.year}年{today.month}月{today.day}日" in check
    assert "系统记录" not in text(client.get("/platforms/PT-12/checks/ten-haves.1/"))
    assert "系统记录" not in text(signed_in(personas.deputy).get("/platforms/PT-12/checks/village-books.4/"))


@pytest.mark.parametrize("address", ["/booklets/", "/booklets/units/469901101/", "/booklets/PT-12/", "/booklets/PT-12/village-books.4/"])
def test_queries_do_not_grow(address, home, district, personas, contact, signed_in):
    client = signed_in(personas.office)

    def look(count):
        for number in range(count):
            factories.PlatformFactory(area=district.villages[1], unit=district.town1)
            contacts.record(
                actor=personas.deputy, key=f"q{count}{number}", deputies=list(contact.deputies.all()), channel=Channel.PHONE,
                at=timezone.now(), text=f"事情{count}{number}",
            )  # fmt: skip
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    few = look(1)
    assert look(3) == few <= 15


# ---- bound


def test_a_booklet_is_bound_with_cover_contents_and_page_numbers(home, contact, personas, signed_in):
    client = signed_in(personas.town1)
    answer = client.post("/booklets/PT-12/village-books.4/print/", {"period": "2026"})
    assert answer.status_code == 302
    assert client.post("/booklets/PT-12/village-books.4/print/", {"period": "2026"}).url == answer.url
    document = Document.objects.select_related("batch").get()
    paper = produce(document)
    with pdfplumber.open(io.BytesIO(paper.data)) as pdf:
        pages = [page.extract_text().replace(" ", "") for page in pdf.pages]
        assert {(round(page.width), round(page.height)) for page in pdf.pages} == {(595, 842)}
    assert "联系走访选民登记簿" in pages[0] and "编制单位东岭镇人大主席团" in pages[0] and "—1—" not in pages[0]
    assert "目录" in pages[1].replace("　", "") and pages[1].rstrip().endswith("—2—")
    assert "卫生室缺降压药𠮷" in pages[2] and "王**" in pages[2] and pages[2].rstrip().endswith("—3—")
    assert "王小明" not in "".join(pages)
    assert produce(document).data == paper.data


def test_a_register_lies_across(home, personas, signed_in):
    signed_in(personas.town1).post("/booklets/PT-12/village-books.1/print/")
    with pdfplumber.open(io.BytesIO(produce(Document.objects.select_related("batch").get()).data)) as pdf:
        assert [(round(page.width), round(page.height)) for page in pdf.pages] == [(595, 842), (595, 842), (842, 595)]
        assert personas.deputy.name in pdf.pages[2].extract_text()


def test_photos_of_paper_are_bound_in(centre, personas, signed_in):
    client = signed_in(personas.town1)
    client.post("/booklets/PT-11/town-books.16/photos/", {"photos": [picture()]})
    client.post("/booklets/PT-11/town-books.16/print/")
    with pdfplumber.open(io.BytesIO(produce(Document.objects.select_related("batch").get()).data)) as pdf:
        assert sum(len(page.images) for page in pdf.pages) == 1


def test_all_of_a_town_is_one_batch_and_a_zip(centre, home, contact, personas, signed_in):
    Booklet.objects.exclude(item_code__in=["village-books.4", "town-books.8"]).delete()
    client = signed_in(personas.town1)
    answer = client.post("/booklets/units/469901101/print/")
    batch = DocumentBatch.objects.get()
    assert answer.url == f"/documents/{batch.key}/" and batch.documents.count() == 2
    render_batch(batch)
    names = zipfile.ZipFile(io.BytesIO(b"".join(client.get(f"{answer.url}all.zip").streaming_content))).namelist()
    year = timezone.localdate().year
    assert sorted(names) == [
        f"东岭镇_上岭村联络站_04_联系走访选民登记簿_{year}.pdf",
        f"东岭镇_东岭镇代表之家_08_代表联系走访选民登记簿_{year}.pdf",
    ]
    assert signed_in(personas.town2).get(answer.url).status_code == 404
    assert signed_in(personas.leader).get(answer.url).status_code == 200
    assert signed_in(personas.town2).post("/booklets/units/469901101/print/").status_code == 403


def test_staff_change_what_a_booklet_collects(centre, personas, signed_in):
    client = signed_in(personas.office)
    booklet = Booklet.objects.get(item_code="town-books.8")
    address = f"/admin/activities/booklet/{booklet.pk}/change/"
    sent = {"item_code": "town-books.8", "title": "联系簿", "sources": " contacts visit \n\npaper", "least": 3}
    wrong = client.post(address, {**sent, "sources": "contact"})
    assert wrong.status_code == 200 and "没有“contact”这种记录" in text(wrong)
    assert "没有编号为" in text(client.post(address, {**sent, "item_code": "town-books.99"}))
    assert client.post(address, sent).status_code == 302
    booklet.refresh_from_db()
    assert (booklet.sources, booklet.least) == ("contacts visit\npaper", 3)
