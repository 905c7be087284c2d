"""What the printed documents say, that rare names print, and that the same input gives the same bytes."""

from __future__ import annotations

import datetime
import hashlib
import io
import subprocess
import sys
import zipfile

import pdfplumber
import pytest
from django.conf import settings
from docx import Document as open_docx
from docx.shared import Mm
from openpyxl import load_workbook
from PIL import Image

from congress.documents import renderer
from congress.documents.errors import PaperError
from congress.models import Document
from platforms.documents import sentences
from platforms.documents.bulletin import head_lines
from platforms.documents.edition import Edition
from platforms.models import Bulletin, Evidence
from platforms.services.printing import request_documents
from tests.factories import PlatformFactory, UserFactory
from tests.platforms.published import document, make_bulletin
from tests.platforms.results import make_results
from tests.processes import environment

pytestmark = pytest.mark.django_db
RARE = ["黄㛃", "林𠮷祥", "大菉镇", "阿依古丽·买买提"]
HTML_KINDS = ["bulletin", "area_report", "platform_sheet"]


def text_of(paper: renderer.Paper) -> str:
    with pdfplumber.open(io.BytesIO(paper.data)) as pdf:
        return "".join(char["text"] for page in pdf.pages for char in page.chars)


def body(bulletin: Bulletin) -> str:
    return "".join(block.lead + block.text for block in sentences.body(Edition(bulletin)))


# ---- all documents


def test_a_bulletin_asks_for_itself_the_table_every_area_and_every_platform():
    bulletin = make_bulletin(make_results(areas=3))
    kinds = list(bulletin.batch.documents.order_by("position").values_list("kind", flat=True))
    assert kinds == ["bulletin", "bulletin_word", "score_table", *["area_report"] * 3, *["platform_sheet"] * 15]
    assert bulletin.batch.key == "bulletin-2026Q3-1"
    assert request_documents(actor=bulletin.published_by or UserFactory(), bulletin=bulletin) == bulletin.batch
    assert Document.objects.filter(batch=bulletin.batch).count() == 21


@pytest.mark.parametrize("kind", [*HTML_KINDS, "bulletin_word", "score_table"])
def test_rare_names_print_on_every_document(kind):
    results = make_results(areas=3)
    area, platform = results["areas"][0], results["platforms"][0]
    platform.update(name=f"{RARE[0]}代表之家", area=area["code"])
    platform["items"][0].update(reason=f"抽查代表{RARE[3]}", problem=f"{RARE[1]}的记录不全")
    area["name"] = area["assessor"] = RARE[2]
    results["rectifications"].insert(
        0,
        {"code": "ZG2026Q3-000", "area": area["code"], "platform": platform["code"], "item": platform["items"][0]["code"],
         "problem": f"{RARE[1]}、{RARE[3]}的记录不全", "due_on": "2026-11-20", "state": "open"},
    )  # fmt: skip
    bulletin = make_bulletin(results, highlights=f"代表{'、'.join(RARE)}履职突出。")
    subject = {"area_report": area["code"], "platform_sheet": platform["code"]}.get(kind, "")
    paper = renderer.produce(document(bulletin, kind, subject))
    if kind in HTML_KINDS:
        found = text_of(paper)
        assert [name for name in ("𠮷", "·", "㛃") if name not in found] == []


@pytest.mark.parametrize("kind", HTML_KINDS)
def test_a_character_without_a_glyph_stops_any_document(kind):
    results = make_results(areas=3)
    results["platforms"][0]["name"] = "\U0002ebf0代表之家"
    for row in results["rectifications"]:
        row["platform"] = results["platforms"][0]["code"]
    bulletin = make_bulletin(results)
    subject = {"area_report": results["platforms"][0]["area"], "platform_sheet": results["platforms"][0]["code"]}.get(kind, "")
    with pytest.raises(PaperError, match="^字库中没有“\U0002ebf0”（U\\+2EBF0）"):
        renderer.produce(document(bulletin, kind, subject))


@pytest.mark.parametrize("kind", [*HTML_KINDS, "bulletin_word", "score_table"])
def test_the_same_input_gives_the_same_bytes(kind):
    found = document(make_bulletin(make_results(areas=3)), kind)
    assert renderer.produce(found).data == renderer.produce(found).data


def test_another_process_gives_the_same_bytes(tmp_path):
    html = renderer.to_html(document(make_bulletin(make_results(areas=3)), "platform_sheet"))
    (tmp_path / "sheet.html").write_text(html, encoding="utf-8")
    code = (
        "import django, hashlib, pathlib, sys; django.setup()\nfrom congress.documents import renderer\n"
        "print(hashlib.sha256(renderer.to_pdf(pathlib.Path(sys.argv[1]).read_text(encoding='utf-8')).data).hexdigest())"
    )
    env = environment(PYTHONHASHSEED="7", TZ="UTC")
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "sheet.html")],
        env=env,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == hashlib.sha256(renderer.to_pdf(html).data).hexdigest()


# ---- the bulletin's sentences


def test_the_numbers_make_the_sentences():
    results = make_results()
    text = body(make_bulletin(results))
    first, last = results["areas"][0], results["areas"][-1]
    assert "对象为全区7个镇、1个农场、4个街道，以及所属的60个人大代表履职平台（代表履职活动中心12个、代表之家48个）" in text
    assert "设10个大项、34个小项，基础分100分，加分不超过10分，另设扣分项。总分中镇（街道）自身项目占60%，所属平台平均得分占40%。" in text
    assert (
        f"全区平均得分{results['average']}分，比上季度提高0.3分。其中，优秀（90分以上）10个，合格（80分以上不满90分）2个；没有一般、较差等次。"
        in text
    )
    assert f"最高分与最低分相差{round(first['score'] - last['score'], 2)}分" in text
    assert "经区八届人大常委会第五十二次主任会议审定，现将有关情况通报如下。" in text
    assert f"1．{last['name']}。" in text
    assert f"对照附件3所列{len(results['rectifications'])}项整改事项" in text


def test_what_staff_wrote_goes_in_as_written():
    bulletin = make_bulletin(
        highlights="（一）阵地建设提档升级\n江平镇一室多用。", problems="述职评议进度偏慢。", demands="（一）压实责任。主要负责同志亲自抓。"
    )
    blocks = [(block.kind, block.lead, block.text) for block in sentences.body(Edition(bulletin))]
    assert ("h3", "", "（一）阵地建设提档升级") in blocks
    assert ("p", "", "江平镇一室多用。") in blocks
    assert ("p", "", "述职评议进度偏慢。") in blocks
    assert ("p", "（一）压实责任。", "主要负责同志亲自抓。") in blocks
    assert "优势工作保持稳定" not in "".join(text for _, _, text in blocks)


def test_a_first_round_without_problems_compares_and_lists_nothing():
    results = make_results(areas=3)
    results.update(previous_average=None, rectifications=[], losses=[])
    for area in results["areas"]:
        area.update(previous_score=None, previous_rank=None, bonus=0, deductions=[])
    for platform in results["platforms"]:
        platform.update(previous_score=None, history=platform["history"][-1:])
    bulletin = make_bulletin(results)
    text = body(bulletin)
    assert "上季度" not in text
    assert "个性问题" not in text
    assert "附件3" not in text
    assert sentences.annex_names(Edition(bulletin))[-1] == "各镇（街道）考评得分情况图"
    for kind in HTML_KINDS:
        assert renderer.produce(document(bulletin, kind)).pages >= 1


def test_a_correction_is_named_in_title_text_and_file_names():
    first = make_bulletin(make_results(areas=3))
    second = Bulletin.objects.create(
        round=first.round, version=2, name="第一次更正", reason="平台登记有误", issued_on=first.issued_on, results=first.results
    )
    batch = request_documents(actor=UserFactory(), bulletin=second)
    assert sentences.title(Edition(second)).endswith("情况的通报（第一次更正）")
    assert "本通报为第一次更正。更正原因：平台登记有误。" in body(second)
    assert batch.documents.get(kind="bulletin").filename == "2026年第三季度（第一次更正）考评情况通报.pdf"


def test_addressees_follow_the_kinds_of_units():
    results = make_results()
    assert Edition(make_bulletin(results)).addressees == "各镇人大，榕华华侨农场人大工委，各街道人大工委"


def test_written_markup_stays_text():
    html = renderer.to_html(document(make_bulletin(make_results(areas=3), problems="<img src=file:///etc/passwd>"), "bulletin"))
    assert "&lt;img src=file:///etc/passwd&gt;" in html


# ---- area report and platform sheet


def test_an_area_report_shows_how_the_total_comes_about():
    results = make_results()
    area = results["areas"][0]
    text = text_of(renderer.produce(document(make_bulletin(results), "area_report", area["code"])))
    assert f"{area['name']}2026年第三季度人大代表履职平台考评情况" in text
    assert f"总分{area['score']}＝基础分{area['base']}" in text
    assert sum(f"{area['name']}第{n}代表之家" in text for n in range(2, 6)) == 4


def stored_photo(platform, color: str = "green") -> Evidence:
    photo = Evidence(
        platform=platform, caption="接待室", original_name="a.jpg", content_type="image/jpeg", suffix=".jpg", size=1, sha256="0" * 64
    )
    photo.uploaded_by = UserFactory()
    data = io.BytesIO()
    Image.new("RGB", (1200, 900), color).save(data, "JPEG")
    photo.file.save("a.jpg", io.BytesIO(data.getvalue()), save=False)
    photo.save()
    return photo


def test_a_platform_sheet_shows_items_photos_trend_and_rectifications(district):
    results = make_results(areas=3)
    row = next(p for p in results["platforms"] if any(r["platform"] == p["code"] for r in results["rectifications"]))
    platform = PlatformFactory(code=row["code"], name=row["name"], area=district.town1)
    stored_photo(platform)
    bulletin = make_bulletin(results)
    late = stored_photo(platform, "red")
    Evidence.objects.filter(pk=late.pk).update(uploaded_at=bulletin.published_at + datetime.timedelta(seconds=1))
    paper = renderer.produce(document(bulletin, "platform_sheet", row["code"]))
    with pdfplumber.open(io.BytesIO(paper.data)) as pdf:
        assert sum(len(page.images) for page in pdf.pages) == 1
    text = text_of(paper)
    for word in (row["name"], "接待室（", "各季度得分", "ZG2026Q3-"):
        assert word in text


# ---- workbook and Word


def test_the_score_table_holds_numbers_and_no_formulas():
    results = make_results(areas=3)
    results["platforms"][0]["name"] = '=HYPERLINK("http://x","y")'
    results["rectifications"][0]["problem"] = "+1234"
    data = renderer.produce(document(make_bulletin(results), "score_table")).data
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["得分汇总", "自身项目得分", "平台得分", "整改事项"]
    summary = book["得分汇总"]
    assert [summary.cell(2, c).value for c in (1, 2, 3, 4)] == ["名次", "区划代码", "单位", "阵地硬件“十有”（20分）"]
    assert summary.cell(3, 3).value == results["areas"][0]["name"]
    assert results["areas"][0]["score"] in [cell.value for cell in summary[3]]
    assert summary.freeze_panes == "D3"
    platforms = book["平台得分"]
    cell = platforms["B3"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ('=HYPERLINK("http://x","y")', "s", True)
    assert not any(cell.data_type == "f" for sheet in book for row in sheet for cell in row)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 10, 19, 12, 0, 0)}


def test_the_word_file_has_the_official_page_and_chinese_faces():
    bulletin = make_bulletin(make_results(areas=3))
    word = open_docx(io.BytesIO(renderer.produce(document(bulletin, "bulletin_word")).data))
    page = word.sections[0]
    assert [
        round(side / Mm(1))
        for side in (page.page_width, page.page_height, page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    ] == [210, 297, 37, 35, 28, 26]
    assert word.settings.odd_and_even_pages_header_footer is True
    assert [section.orientation for section in word.sections] == [0, 1, 0]
    spaces = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
    runs = word.element.body.findall(".//w:r", spaces)
    faces = {run.find("w:rPr/w:rFonts", spaces).get(f"{{{spaces['w']}}}eastAsia") for run in runs}
    assert faces == {"仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"}
    text = "\n".join(paragraph.text for paragraph in word.paragraphs)
    for block in sentences.body(Edition(bulletin)):
        assert block.lead + block.text in text
    assert "PAGE" in page.even_page_footer._element.xml


# ---- who may print what


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("office", {"bulletin", "bulletin_word", "score_table", "area_report", "platform_sheet"}),
        ("leader", {"bulletin", "bulletin_word", "score_table", "area_report", "platform_sheet"}),
        ("town1", {"bulletin", "score_table", "area_report", "platform_sheet"}),
        ("town2", {"bulletin", "score_table"}),
        ("deputy", {"bulletin", "score_table"}),
        ("visitor", set()),
    ],
)
def test_who_may_print_what(who, seen, district, personas):
    results = make_results(areas=2)
    own = results["areas"][0]
    for holder in (own, *(p for p in results["platforms"] if p["area"] == own["code"])):
        holder["code" if holder is own else "area"] = district.town1.code
    first = next(p for p in results["platforms"] if p["area"] == district.town1.code)
    PlatformFactory(code=first["code"], area=district.town1)
    bulletin = make_bulletin(results)
    found = Document.objects.visible_to(getattr(personas, who)).filter(batch=bulletin.batch)
    assert set(found.values_list("kind", flat=True)) == seen
    if who == "town1":
        assert set(found.exclude(subject="").values_list("subject", flat=True)) == {district.town1.code, first["code"]}


@pytest.mark.parametrize(
    ("head", "most", "lines"),
    [
        ("学习培训", 3, ["学习", "培训"]),
        ("阵地硬件“十有”", 3, ["阵地硬", "件十有"]),
        ("三个一、六个一", 3, ["三个一", "六个一"]),
        ("双联系", 2, ["双联", "系"]),
    ],
)
def test_heads_of_narrow_columns_break_evenly(head, most, lines):
    assert head_lines(head, most) == lines
