"""The pages of documents: progress, printing one, all as a ZIP, sending failed ones again; and who may see what."""

import io
import zipfile

import pytest
from django.urls import reverse

from congress.documents import zipping
from congress.documents.errors import PaperError
from congress.models import AuditEntry, Document
from congress.services import documents
from tests.congress.test_documents import Slip, ask, slip  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(slip: Slip, personas):  # noqa: F811
    made = ask(personas.office, "a", "b", "c")
    slip.faults = [PaperError("字库中没有“龘”。")]
    first, second, _ = made.documents.order_by("position")
    documents.render(first.pk)
    documents.render(second.pk)
    return made


def test_progress_counts_states_and_asks_again_until_settled(batch, personas, signed_in):
    client = signed_in(personas.office)
    page = client.get(reverse("document_batch", args=[batch.key]))
    text = page.content.decode()
    assert "已生成 1 份，共 3 份；正在生成 0 份，排队 1 份，未能生成 1 份。" in text
    assert "字库中没有“龘”。" in text
    assert 'hx-trigger="every 2s"' in text
    assert page["X-Total-Count"] == "3"
    fragment = client.get(reverse("document_batch", args=[batch.key]), headers={"HX-Request": "true"}).content.decode()
    assert fragment.startswith("<section")
    documents.render_batch(batch)
    text = client.get(reverse("document_batch", args=[batch.key])).content.decode()
    assert "2 份已生成，1 份未能生成。" in text
    assert "every 2s" not in text


def test_one_document_is_saved_under_its_chinese_name(batch, personas, signed_in):
    response = signed_in(personas.office).get(reverse("document", args=[batch.key, 2]))
    assert b"".join(response.streaming_content) == b"slip b"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E6%9D%A1%E5%AD%90b.xlsx"
    assert response["Content-Length"] == "6"
    response.close()


def test_a_document_that_is_not_ready_says_so(batch, personas, signed_in):
    response = signed_in(personas.office).get(reverse("document", args=[batch.key, 3]))
    assert response.status_code == 409
    assert "《条子c》还没有生成，请稍后再打开。" in response.content.decode()


def test_all_ready_documents_come_as_one_zip(batch, personas, signed_in):
    documents.retry(actor=personas.office, batch=batch)
    documents.render_batch(batch)
    response = signed_in(personas.office).get(reverse("document_archive", args=[batch.key]))
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {f"条子{n}.xlsx": f"slip {n}".encode() for n in "abc"}


def test_an_archive_without_ready_documents_is_refused(slip, personas, signed_in):  # noqa: F811
    ask(personas.office, "a", key="empty")
    response = signed_in(personas.office).get(reverse("document_archive", args=["empty"]))
    assert (response.status_code, "还没有生成好的文件" in response.content.decode()) == (409, True)


def test_equal_names_in_an_archive_are_told_apart():
    pairs = zipping.unique_names([("考评表.pdf", "1"), ("考评表.pdf", "2"), ("通报.pdf", "3")])
    assert list(pairs) == [("考评表.pdf", "1"), ("考评表（2）.pdf", "2"), ("通报.pdf", "3")]


def test_retry_is_for_district_staff(batch, personas, signed_in):
    documents.render_batch(batch)
    url = reverse("document_retry", args=[batch.key])
    assert signed_in(personas.town1).post(url).status_code == 403
    assert AuditEntry.objects.filter(action="congress.access", target_ref=url).count() == 1
    assert batch.documents.filter(state="failed").count() == 1
    assert signed_in(personas.office).get(url).status_code == 405
    assert signed_in(personas.office).post(url).status_code == 302
    assert batch.documents.filter(state="failed").count() == 0


@pytest.mark.parametrize("name", ["document_batch", "document_archive"])
def test_whoever_may_print_nothing_of_a_batch_does_not_find_it(name, batch, personas, signed_in):
    url = reverse(name, args=[batch.key])
    assert signed_in(personas.visitor).get(url).status_code == 404
    assert signed_in(personas.visitor).get(reverse("document", args=[batch.key, 2])).status_code == 404
    assert signed_in(personas.office).get(reverse(name, args=["nothing"])).status_code == 404


def test_the_list_of_batches(batch, personas, signed_in):
    page = signed_in(personas.office).get(reverse("document_batches"))
    assert page["X-Total-Count"] == "1"
    assert "有文件未能生成" in page.content.decode()
    assert signed_in(personas.visitor).get(reverse("document_batches"))["X-Total-Count"] == "0"


@pytest.mark.parametrize("name", ["document_batches", "document_batch"])
def test_pages_ask_the_same_number_of_queries_for_any_number_of_rows(name, slip, personas, signed_in, django_assert_max_num_queries):  # noqa: F811
    client, counts = signed_in(personas.office), []
    for number in (1, 3):
        for n in range(number):
            made = ask(personas.office, *"abc"[:number], key=f"rows-{number}-{n}")
        url = reverse(name, args=[made.key] if name == "document_batch" else [])
        with django_assert_max_num_queries(15) as asked:
            client.get(url)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert Document.objects.count() == 10
