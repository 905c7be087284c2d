"""《代表联系选民记事簿》: asked for on the list, printed by command, voters masked."""

import io

import pdfplumber
import pytest
from django.core.management import CommandError, call_command

from congress.models import Document
from congress.periods import Period
from congress.services.documents import render_batch
from deputies.services.contacts import Voter, correct
from deputies.services.notebooks import period_of, request_notebook
from tests.deputies.contacts import make_people, moment, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(district, personas):
    found = make_people(district, personas)
    record(personas.deputy, found.mo, found.wei, at=moment(2026, 3, 2), voters=[Voter("王小明", "13800000001"), Voter("㛃")], people=5)
    record(personas.deputy, found.mo, at=moment(2026, 8, 4), channel="phone", text="卫生室缺降压药𠮷", result="已转告镇卫生院。")
    record(personas.town1, found.wei, at=moment(2026, 8, 5), text="别人的记录")
    return found


def text_of(data):
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return [page.extract_text() for page in pdf.pages], [(round(page.width), round(page.height)) for page in pdf.pages]


def test_the_command_prints_an_a5_booklet(people, tmp_path, capsys):
    out = tmp_path / "簿" / "记事簿.pdf"
    call_command("print_document", "notebook", people.mo.code, period="2026", out=out)
    pages, sizes = text_of(out.read_bytes())
    assert set(sizes) == {(420, 595)}
    assert f"{len(pages)} 页" in capsys.readouterr().out
    words = "".join(pages).replace("\n", "").replace(" ", "")
    assert "1．2026年3月2日走访" in words and "2．2026年8月4日电话" in words
    assert "王**、㛃等5人" in words and "同去代表韦桂兰" in words and "卫生室缺降压药𠮷" in words and "已转告镇卫生院" in words
    assert "王小明" not in words and "13800000001" not in words and "别人的记录" not in words
    call_command("print_document", "notebook", people.mo.code, period="2026Q1", out=out)
    assert "8月4日" not in "".join(text_of(out.read_bytes())[0])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nothing", "D-WEI", "2026"), "没有“nothing”这种文件。可以印制的有："),
        (("notebook", "NOBODY", "2026"), "没有编号为“NOBODY”的代表"),
        (("notebook", "D-WEI", "今年"), "不是时段"),
    ],
)
def test_the_command_refuses_in_sentences(arguments, sentence, people, tmp_path):
    kind, code, period = arguments
    with pytest.raises(CommandError, match=sentence):
        call_command("print_document", kind, code, period=period, out=tmp_path / "x.pdf")


def test_unchanged_records_give_the_same_batch(people, personas):
    year = Period.year(2026)
    batch = request_notebook(actor=personas.deputy, deputy=people.mo, period=year)
    assert request_notebook(actor=personas.deputy, deputy=people.mo, period=year) == batch
    row = batch.documents.get()
    assert (row.subject, row.title, period_of(row)) == (people.mo.code, "代表莫代表联系选民记事簿（2026年）", year)
    correct(actor=personas.deputy, contact=people.mo.contacts.first(), version=0, reason="改", people=9)
    assert request_notebook(actor=personas.deputy, deputy=people.mo, period=year) != batch


def test_a_notebook_is_for_the_deputy_her_town_and_the_district(people, personas, signed_in):
    asked = {"deputy": people.mo.code, "period": "2026"}
    answer = signed_in(personas.town1).post("/contacts/notebook/", asked)
    assert answer.status_code == 302 and answer.url.startswith("/documents/notebook-2026-")
    assert signed_in(personas.town2).post("/contacts/notebook/", asked).status_code == 404
    row = Document.objects.get()
    render_batch(row.batch)
    for user, status in (
        (personas.deputy, 200),
        (personas.town1, 200),
        (personas.office, 200),
        (personas.town2, 404),
        (personas.unit, 404),
    ):
        assert signed_in(user).get(f"{answer.url}1/").status_code == status


def test_a_colleague_may_not_print_it(people, personas, signed_in):
    assert signed_in(personas.deputy).post("/contacts/notebook/", {"deputy": "D-WEI"}).status_code in (403, 404)
    assert not Document.objects.exists()
