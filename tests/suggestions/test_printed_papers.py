"""What is printed of suggestions: what it says, who may have it, that a withheld name stays withheld, and that it is the same twice."""

from __future__ import annotations

import datetime
import html
import io
import re
from collections.abc import Callable

import pdfplumber
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from docx import Document as open_docx

from congress.documents import registry, renderer
from congress.documents.errors import PaperError
from congress.errors import DomainError
from congress.models import Document, DocumentBatch
from suggestions.enums import Grade, HandlingRole, HandlingState, LimitKind, ReminderKind
from suggestions.models import Handling, Suggestion
from suggestions.services import evaluating, proposing, reminding, replying, supervising, units
from suggestions.services.papers import kinds, many, one
from suggestions.tables.suggestions import WITHHELD
from tests.factories import MandateFactory, RoleGrantFactory, UserFactory
from tests.suggestions import papers

pytestmark = pytest.mark.django_db
CODE = "8-6"
MM = 25.4 / 72


def year() -> int:
    return timezone.localdate().year


def read(document: Document) -> tuple[str, list[str]]:
    """The text of the PDF without spaces and line ends, and of each page."""
    with pdfplumber.open(io.BytesIO(renderer.produce(document).data)) as pdf:
        pages = ["".join(char["text"] for char in page.chars).replace(" ", "").replace("\u2002", "") for page in pdf.pages]
    return "".join(pages), pages


def html_of(document: Document) -> str:
    """The words of the document before it is laid out, which is quicker to have."""
    body = renderer.to_html(document).partition("<body>")[2]
    return re.sub(r"\s", "", html.unescape(re.sub(r"<[^>]+>", "", body)))


def words_of(document: Document) -> str:
    word = open_docx(io.BytesIO(renderer.produce(document).data))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in word.paragraphs), *cells])


def first(batch: DocumentBatch, kind: str = "") -> Document:
    rows = batch.documents.select_related("batch").order_by("position")
    return (rows.filter(kind=kind) if kind else rows)[0]


def fresh(suggestion: Suggestion) -> Suggestion:
    return Suggestion.objects.get(pk=suggestion.pk)


@pytest.fixture
def row(personas, district) -> Suggestion:
    return papers.accepted(personas, district, cosigners=("黄㛃", "阿依古丽·买买提", "林𠮷祥"))


@pytest.fixture
def part(personas, district, row) -> Handling:
    return papers.handling(personas, district, row, support=True)


@pytest.fixture
def fellow(district) -> Callable[[], object]:
    """Another deputy of the congress."""

    def make():
        user = UserFactory(name="同届代表")
        RoleGrantFactory(user=user, role="deputy", organisation=district.office)
        MandateFactory(term=district.term, area=district.villages[2], deputy__user=user)
        return user

    return make


# ---- the form


def test_a_form_has_all_its_fields(personas, row, part):
    text, pages = read(first(one.request(actor=personas.office, suggestion=fresh(row), key="form")))
    for words in (
        *("榕江区第八届人民代表大会第六次会议", "代表建议、批评和意见", "第1号", papers.TITLE, "代表莫", "上岭村", "0124", "138****0124"),
        *("黄㛃、阿依古丽·买买提、林𠮷祥（共3名）", "一、事由", "二、具体建议", "✓专题调研", "✓走访选民", "□视察", "✓同意公开全文"),
        *("✓希望办理前加强沟通", "□仅供参考", "主办：榕江区交通运输局；协办：榕江区财政局", "3个月内答复代表", "提出日期"),
    ):
        assert words in text
    assert "13800000124" not in text
    assert len(pages) == 1 and pages[0].endswith("—1—")


def test_a_bill_states_its_matter_its_grounds_and_its_scheme(personas, district):
    batch = one.request(actor=personas.office, suggestion=papers.bill(personas, district), key="form")
    text = html_of(first(batch))
    assert all(words in text for words in ("议案", "案由", "一、案由、案据", "二、方案", "（共10名）"))


def test_a_long_text_runs_over_pages_and_nothing_is_lost(personas, district):
    request = "\n".join(f"{n}．请修复第{n}段村道，并增设路灯、排水沟和警示标志，保障学生上学安全。" for n in range(1, 70))
    _, pages = read(first(one.request(actor=personas.office, suggestion=papers.accepted(personas, district, request=request), key="form")))
    assert len(pages) == 6
    assert "69．请修复" in "".join(pages) and "提出日期" in pages[-1]


def test_a_draft_is_its_authors_only_and_unfinished_ones_are_refused(personas, district):
    seat = papers.seat_of(personas)
    draft = proposing.draft(actor=personas.deputy, proposer=seat, title="关于路灯的建议", basis="", request="")
    with pytest.raises(DomainError, match="请先写好标题、事由和具体建议，再印制专用纸"):
        one.request(actor=personas.deputy, suggestion=draft, key="form")
    draft = proposing.save(actor=personas.deputy, suggestion=draft, version=draft.version, basis="路灯坏了。", request="请修。")
    batch = one.request(actor=personas.deputy, suggestion=draft, key="form")
    assert one.request(actor=personas.deputy, suggestion=draft, key="form") == batch
    with pytest.raises(PermissionDenied):
        one.request(actor=personas.office, suggestion=draft, key="form")
    proposing.submit(actor=personas.deputy, suggestion=draft)
    assert [name for name, user in personas.all().items() if Document.objects.visible_to(user).filter(batch=batch).exists()] == ["deputy"]


def test_who_may_not_know_the_name_gets_a_form_without_it(personas, district, fellow):
    row = papers.accepted(personas, district, withholds_identity=True, cosigners=("附议乙",))
    papers.handling(personas, district, row)
    named = one.request(actor=personas.unit, suggestion=fresh(row), key="form")
    nameless = one.request(actor=personas.dispatcher, suggestion=fresh(row), key="form")
    assert "代表莫" in html_of(first(named))
    text = html_of(first(nameless))
    assert WITHHELD in text and not any(name in text for name in ("代表莫", "附议乙", "0124", "上岭村"))
    other = fellow()
    seen = {who: set(Document.objects.visible_to(user).filter(batch__in=[named, nameless]).values_list("batch", flat=True)) for who, user in
            {"fellow": other, "dispatcher": personas.dispatcher, "leader": personas.leader, "unit": personas.unit, "office": personas.office}.items()}  # fmt: skip
    assert seen["fellow"] == seen["dispatcher"] == seen["leader"] == {nameless.pk}
    assert seen["unit"] == seen["office"] == {named.pk, nameless.pk}


# ---- the answer and the sheet to judge it


def test_whom_a_letter_is_for_stands_in_it_once(personas, row, part):
    reply = papers.sent(personas, part, text="代表莫等代表：\n已列入年度计划。")
    text, _ = read(first(one.request(actor=personas.deputy, suggestion=fresh(row), key="reply", of=one.subject(reply)), kinds.REPLY))
    assert "代表莫等代表：" not in text and text.count("代表：") == 1 and "已列入年度计划。" in text


def test_an_answer_as_a_letter(personas, row, part):
    deputy = row.proposer.deputy
    units.consult(actor=personas.unit, handling=part, deputy=deputy, on=timezone.localdate(), way="上门面商", text="已沟通。")
    due = timezone.localdate() + datetime.timedelta(days=200)
    reply = papers.sent(personas, part, promises=[replying.Promise("完善停车场标识", due)])
    batch = one.request(actor=personas.deputy, suggestion=fresh(row), key="reply", of=one.subject(reply))
    text, _ = read(first(batch, kinds.REPLY))
    day = timezone.localdate()
    for words in (
        *("签发人：梁局长", "榕交函〔2026〕46号", "是否公开：全文公开", "办理结果：A", "关于对区八届人大六次会议第1号代表建议的答复"),
        *("代表莫、黄㛃、阿依古丽·买买提、林𠮷祥代表：", f"你们提出的《{papers.TITLE}》（第1号建议）收悉。", "经会同榕江区财政局研究办理"),
        *(f"于{day.year}年{day.month}月{day.day}日与代表沟通", "一、关于建设临时公共停车场。", "完善停车场标识，于"),
        *("附件：代表建议办理情况意见征询表", "（联系人：覃卫东，联系电话：0770-0000000）"),
        "抄送：榕江区人大常委会代表工委，榕江区政府督查室，榕江区财政局。",
    ):
        assert words in text
    said = words_of(first(batch, kinds.REPLY_WORD))
    assert all(words in said for words in ("签发人：梁局长", "办理结果：A", "设置泊位86个", "于", "抄送：榕江区人大常委会代表工委"))


def test_a_draft_is_for_its_unit_and_goes_out_of_date(personas, row, part):
    draft = papers.drafted(personas, part)
    about = one.subject(draft)
    assert about == f"{row.code}/JTJ/1/draft"
    batch = one.request(actor=personas.unit, suggestion=fresh(row), key="reply", of=about)
    assert "签发人" not in html_of(first(batch))
    for user in (personas.office, personas.deputy, personas.dispatcher):
        with pytest.raises(PermissionDenied):
            one.request(actor=user, suggestion=fresh(row), key="reply", of=about)
        assert not Document.objects.visible_to(user).filter(batch=batch).exists()
    papers.sent(personas, part)
    with pytest.raises(PaperError, match="答复已有变化"):
        renderer.produce(first(batch))
    with pytest.raises(DomainError, match="答复已有变化，请刷新后再印制"):
        one.request(actor=personas.unit, suggestion=fresh(row), key="reply", of=about)


def test_an_answer_that_is_kept_from_others_is_no_letter_for_them(personas, district, row, part, fellow):
    other = fellow()
    reply = papers.sent(personas, part)
    batch = one.request(actor=other, suggestion=fresh(row), key="reply", of=one.subject(reply))
    assert Document.objects.visible_to(other).filter(batch=batch).count() == 2
    kept = papers.accepted(personas, district, title="关于涉密事项的建议")
    secret = papers.sent(personas, papers.handling(personas, district, kept), publicity="none", publicity_reason="涉及秘密")
    with pytest.raises(PermissionDenied):
        one.request(actor=other, suggestion=fresh(kept), key="reply", of=one.subject(secret))
    batch = one.request(actor=personas.deputy, suggestion=fresh(kept), key="reply", of=one.subject(secret))
    assert not Document.objects.visible_to(other).filter(batch=batch).exists()


def test_what_is_not_there_yet_is_refused_in_a_sentence(personas, row, part):
    with pytest.raises(DomainError, match="还没有答复，不能印制"):
        one.request(actor=personas.unit, suggestion=fresh(row), key="reply", of=f"{row.code}/JTJ/1")
    draft = papers.drafted(personas, part, text="")
    with pytest.raises(DomainError, match="请直接打开附件"):
        one.request(actor=personas.unit, suggestion=fresh(row), key="reply", of=one.subject(draft))
    with pytest.raises(DomainError, match="还没有发出，不能印制意见征询表"):
        one.request(actor=personas.office, suggestion=fresh(row), key="consultation", of=one.subject(draft))
    with pytest.raises(DomainError, match="没有确定为重点督办"):
        one.request(actor=personas.office, suggestion=fresh(row), key="key")
    with pytest.raises(DomainError, match="还没有催办或者督办记录"):
        one.request(actor=personas.office, suggestion=fresh(row), key="reminder", of="1")
    with pytest.raises(DomainError, match="不能印制交办通知"):
        one.request(actor=personas.office, suggestion=fresh(row), key="dispatch", of="0")


def test_each_deputy_has_a_sheet_and_what_was_judged_is_ticked(personas, row, part):
    reply = papers.sent(personas, part)
    evaluating.evaluate(
        actor=personas.deputy, reply=reply, mandate=row.proposer, attitude=Grade.SATISFIED, result=Grade.BASICALLY, text="请尽快完善。"
    )
    batch = one.request(actor=personas.office, suggestion=fresh(row), key="consultation", of=one.subject(reply))
    text, pages = read(first(batch))
    assert len(pages) == 4
    assert "对办理态度✓满意□基本满意□不满意" in pages[0] and "对办理结果□满意✓基本满意□不满意" in pages[0] and "请尽快完善。" in pages[0]
    assert "黄㛃" in pages[1] and "✓" not in pages[1]
    assert "请自收到答复之日起20个工作日内评价" in text and "1个月内重新办理" in text
    with pytest.raises(PermissionDenied):
        one.request(actor=personas.leader, suggestion=fresh(row), key="consultation", of=one.subject(reply))


# ---- lists and letters to units


def test_the_list_and_the_letters_of_a_session(personas, district, row, part):
    hidden = papers.accepted(personas, district, title="关于路灯的建议", withholds_identity=True)
    papers.handling(personas, district, hidden)
    listed = many.assignment_list(actor=personas.dispatcher, congress=district.congress, code=CODE)
    text = html_of(first(listed))
    assert "第八届人民代表大会第六次会议代表建议交办清单" in text and "共交办代表建议2件，涉及承办单位2个。" in text
    assert "代表莫等4名代表" in text and WITHHELD in text
    batch = many.dispatch_letters(actor=personas.office, congress=district.congress, code=CODE)
    assert many.dispatch_letters(actor=personas.office, congress=district.congress, code=CODE) == batch
    assert list(batch.documents.order_by("position").values_list("kind", flat=True)) == [kinds.DISPATCH, kinds.DISPATCH_WORD] * 2
    letters = {row.title: row for row in batch.documents.select_related("batch")}
    lead = html_of(letters["交办通知：榕江区交通运输局"])
    for words in (
        *(
            "榕江区交通运输局：",
            "共2件交由你单位办理（主办2件）",
            "5个工作日内签收",
            "20个工作日内与代表首次联系",
            "3个月内答复代表",
            "不超过6个月",
        ),
        *("附件：交由榕江区交通运输局办理的代表建议清单", "（交办意见：请会同市场开办方研究。）", WITHHELD, "抄送：榕江区政府督查室。"),
    ):
        assert words in lead
    support = words_of(
        letters[
            "交办通知：榕江区财政局（Word稿）" if "交办通知：榕江区财政局（Word稿）" in letters else "交办通知：榕江区财政局（Word 稿）"
        ]
    )
    assert "协办1件" in support and "1个月内将协办意见送主办单位" in support and "答复由单位负责人审核签发" not in support


def test_a_unit_may_have_its_own_letter_and_nobody_elses(personas, district, row, part):
    own = one.request(actor=personas.unit, suggestion=fresh(row), key="dispatch", of=str(part.pk))
    assert f"-{part.assigned_on:%Y%m%d}-" in own.key and own.documents.count() == 2
    assert Document.objects.visible_to(personas.unit).filter(batch=own).count() == 2
    every = many.dispatch_letters(actor=personas.office, congress=district.congress, code=CODE)
    assert set(Document.objects.visible_to(personas.unit).filter(batch=every).values_list("title", flat=True)) == {
        "交办通知：榕江区交通运输局", "交办通知：榕江区交通运输局（Word 稿）"
    }  # fmt: skip
    support = row.handlings.get(role=HandlingRole.SUPPORT)
    with pytest.raises(DomainError, match="不能印制交办通知"):
        one.request(actor=personas.unit, suggestion=fresh(row), key="dispatch", of=str(support.pk))
    for user in (personas.unit, personas.deputy, personas.leader, personas.town1):
        with pytest.raises(PermissionDenied):
            many.assignment_list(actor=user, congress=district.congress, code=CODE)
    Handling.objects.filter(pk=part.pk).update(state=HandlingState.ENDED)
    with pytest.raises(PaperError, match="已不承办这些建议"):
        renderer.produce(first(own))


def test_reminders_print_as_a_letter(personas, district, row, part):
    clock = part.clocks.get(kind=LimitKind.ANSWER)
    part.clocks.filter(pk=clock.pk).update(due_on=timezone.localdate() - datetime.timedelta(days=9))
    reminding.urge(actor=personas.dispatcher, clocks=[clock], text="请于本周内答复代表。")
    reminding.urge(actor=personas.office, clocks=[clock], kind=ReminderKind.SUPERVISION)
    offered = {offer.title: offer for offer in one.offers(personas.unit, fresh(row)) if offer.key == "reminder"}
    assert len(offered) == 2
    texts = {}
    for title, offer in offered.items():
        batch = one.request(actor=personas.unit, suggestion=fresh(row), key="reminder", of=offer.of)
        texts[title[:3]] = html_of(first(batch)), words_of(first(batch, batch.documents.get(position=2).kind))
    for words in ("关于催办代表建议的函", "已超过规定期限，尚未办结", "至今已超期9日", "请于本周内答复代表。"):
        assert words in texts["催办函"][0] and words in texts["催办函"][1].replace("\n", "")
    assert "关于督办代表建议的通知" in texts["督办通"][0] and "主要负责人亲自研究" in texts["督办通"][1]


def test_a_key_suggestion_has_its_notice(personas, row, part):
    supervising.choose(
        actor=personas.office,
        suggestion=row,
        year=year(),
        meeting="第五十二次主任会议",
        decided_on=timezone.localdate(),
        leader=personas.leader,
    )
    batch = one.request(actor=personas.leader, suggestion=fresh(row), key="key")
    text = html_of(first(batch))
    assert f"列为{year()}年重点督办建议，由黄主任领衔督办，由榕江区交通运输局主办，榕江区财政局协办" in text
    assert "榕江区交通运输局、榕江区财政局：" in words_of(first(batch, kinds.KEY_NOTICE_WORD))
    with pytest.raises(PermissionDenied):
        one.request(actor=personas.deputy, suggestion=fresh(row), key="key")


# ---- the bound volumes


@pytest.fixture
def session(personas, district) -> list[Suggestion]:
    """Four suggestions: answered, withheld and answered by name, kept from the public, and not assigned."""
    rows = [papers.accepted(personas, district, title=f"关于修复第{n}段村道的建议", withholds_identity=n == 2) for n in range(1, 5)]
    for n, row in enumerate(rows[:3], start=1):
        part = papers.handling(personas, district, row)
        kept = {"publicity": "none", "publicity_reason": "涉密", "text": "秘密内容。"} if n == 3 else {}
        papers.sent(personas, part, **{"text": f"代表莫同志：第{n}段村道已修复。", **kept})
    return rows


def test_the_volume_has_cover_contents_and_page_numbers_that_are_true(personas, district, session):
    batch = many.booklet(actor=personas.office, congress=district.congress, code=CODE)
    assert many.booklet(actor=personas.office, congress=district.congress, code=CODE) == batch
    text, pages = read(first(batch))
    assert all(words in pages[0] for words in ("榕江区人民代表大会", "汇编", "第八届人民代表大会第六次会议", "建议第1号至第4号，4件"))
    assert "—" not in pages[0]
    for n in range(1, 5):
        line = pages[1].partition(f"第{n}号关于修复第{n}段村道的建议")[2]
        told = int("".join(char for char in line.lstrip(".…")[:3] if char.isdigit())[:1])
        assert f"第{n}号关于修复第{n}段村道的建议" in pages[told - 1]
        assert f"—{told}—" in pages[told - 1]
    assert "尚未答复" in text and "本册收录4件，已答复3件" in text


def test_no_volume_tells_a_withheld_name_or_an_answer_that_is_not_public(personas, district, session):
    text = html_of(first(many.booklet(actor=personas.office, congress=district.congress, code=CODE)))
    assert "秘密内容" not in text and "答复内容不公开" in text
    hidden = text.rpartition("第2号关于修复第2段村道的建议")[2].partition("第3号关于修复第3段")[0]
    assert WITHHELD in hidden and "代表莫" not in hidden and "提出人同志：第2段村道已修复" in hidden
    assert "代表莫同志：第1段" in text


def test_many_are_bound_in_volumes_that_show_their_progress(personas, district, session, monkeypatch):
    monkeypatch.setattr(many, "PER_VOLUME", 3)
    monkeypatch.setattr("suggestions.documents.booklet.PER_VOLUME", 3)
    batch = many.booklet(actor=personas.office, congress=district.congress, code=CODE)
    rows = list(batch.documents.select_related("batch").order_by("position"))
    assert [each.title[-3:] for each in rows] == ["第1册", "第2册"]
    assert [each.subject for each in rows] == ["469901/8-6/1-2/s1-s3", "469901/8-6/2-2/s4-s4"]
    later = papers.accepted(personas, district, title="关于后来的建议")
    text, pages = read(rows[1])
    assert "第二册，共二册" in pages[0] and "第二册：建议第4号至建议第5号" in pages[1] and later.title not in text
    papers.printed(batch, kinds.VOLUME)
    assert batch.__class__.objects.with_progress().get(pk=batch.pk).ready == 2


# ---- the year's report


def test_the_report_tells_the_years_numbers(personas, district, session):
    reply = session[0].handlings.get().replies.get()
    evaluating.evaluate(actor=personas.deputy, reply=reply, mandate=session[0].proposer, attitude=Grade.SATISFIED, result=Grade.SATISFIED)
    batch = many.report(actor=personas.office, congress=district.congress, year=year())
    text, (_, pages) = html_of(first(batch, kinds.REPORT)), read(first(batch, kinds.REPORT))
    said = words_of(first(batch, kinds.REPORT_WORD))
    for words in (
        *(f"关于榕江区{year()}年代表建议办理情况的报告", "全年受理代表提出的建议4件", "会议期间提出4件", "已答复3件，已办结1件"),
        *("按期答复率100%（3件中3件，样本较少）", "面商率0.0%（3件中0件，样本较少）", "满意率100%（1件中1件，样本较少）", "办成率100%"),
        *("另有2件代表尚未评价，不计入满意率", "1个单位答复不足5件，样本较少，只列数据，不参加排名", "本年度没有到期的承诺事项"),
    ):
        assert words in text and words in re.sub(r"\s", "", said)
    assert "榕江区交通运输局＊" in text and "附件3" in pages[-1] and "主要指标" in pages[-1] and f"—{len(pages)}—" in pages[-1]
    assert "█" in said


def test_a_year_without_suggestions_or_to_come_has_no_report(personas, district, row):
    with pytest.raises(DomainError, match="没有受理的代表建议"):
        many.report(actor=personas.office, congress=district.congress, year=year() - 1)
    with pytest.raises(DomainError, match="还没有到"):
        many.report(actor=personas.office, congress=district.congress, year=year() + 1)
    with pytest.raises(DomainError, match="还没有交办的建议，不能印制交办清单"):
        many.assignment_list(actor=personas.office, congress=district.congress, code=CODE)
    with pytest.raises(DomainError, match="没有这次会议、年度或者交办日期"):
        many.booklet(actor=personas.office, congress=district.congress, code="8-9")
    for user in (personas.dispatcher, personas.leader, personas.town1, personas.unit):
        with pytest.raises(PermissionDenied):
            many.report(actor=user, congress=district.congress, year=year())
        with pytest.raises(PermissionDenied):
            many.booklet(actor=user, congress=district.congress, code=CODE)


# ---- all of them


def every(personas, district, row, part) -> list[Document]:
    """One document of each kind."""
    reminding.urge(actor=personas.office, clocks=[part.clocks.get(kind=LimitKind.ANSWER)])
    reminding.urge(actor=personas.office, clocks=[part.clocks.get(kind=LimitKind.ANSWER)], kind=ReminderKind.SUPERVISION)
    supervising.choose(
        actor=personas.office,
        suggestion=row,
        year=year(),
        meeting="第五十二次主任会议",
        decided_on=timezone.localdate(),
        leader=personas.leader,
    )
    reply = papers.sent(personas, part)
    batches = [one.request(actor=personas.office, suggestion=fresh(row), key=key, of=of) for key, of in (
        ("form", ""), ("reply", one.subject(reply)), ("consultation", one.subject(reply)), ("key", ""),
    )]  # fmt: skip
    where = {"actor": personas.office, "congress": district.congress}
    batches += [many.reminder_letter(**where, unit=district.unit, on=timezone.localdate(), kind=kind) for kind in many.LETTERS]
    batches += [many.assignment_list(**where, code=CODE), many.dispatch_letters(**where, code=CODE), many.booklet(**where, code=CODE)]
    batches.append(many.report(**where, year=year()))
    found = {each.kind: each for batch in batches for each in batch.documents.select_related("batch").order_by("-position")}
    assert set(found) == {kind.key for kind in registry.registered() if kind.build and "suggestions" in kind.template or kind.key in _WORD}
    return list(found.values())


_WORD = (kinds.REPLY_WORD, kinds.KEY_NOTICE_WORD, kinds.REMINDER_WORD, kinds.SUPERVISION_WORD, kinds.DISPATCH_WORD, kinds.REPORT_WORD)


def test_the_same_records_give_the_same_bytes_and_rare_names_print(personas, district, row, part):
    for document in every(personas, district, row, part):
        paper = renderer.produce(document)
        if document.kind in {*_WORD, kinds.FORM, kinds.REPLY}:
            assert renderer.produce(document).data == paper.data, document.kind
        else:
            assert renderer.to_html(document) == renderer.to_html(document), document.kind
        if document.kind in {kinds.FORM, kinds.REPLY, kinds.CONSULTATION, kinds.VOLUME}:
            with pdfplumber.open(io.BytesIO(paper.data)) as pdf:
                text = "".join(char["text"] for page in pdf.pages for char in page.chars)
                assert all(char in text for char in "㛃·𠮷"), document.kind
                assert pdf.doc.catalog["Lang"] == b"zh-CN" and "OutputIntents" in pdf.doc.catalog


def test_who_may_open_what(personas, district, row, part):
    documents = [each.pk for each in every(personas, district, row, part)]
    seen = {
        name: set(Document.objects.visible_to(user).filter(pk__in=documents).values_list("kind", flat=True))
        for name, user in personas.all().items()
    }
    everything = set(Document.objects.filter(pk__in=documents).values_list("kind", flat=True))
    near = {kinds.FORM, kinds.REPLY, kinds.REPLY_WORD}
    lists = {*kinds.OF_CONGRESS, *kinds.OF_UNITS}
    key = {kinds.KEY_NOTICE, kinds.KEY_NOTICE_WORD}
    assert seen["office"] == everything
    assert seen["leader"] == everything - {kinds.CONSULTATION}
    assert seen["dispatcher"] == near | lists | key
    assert seen["unit"] >= near | key | {kinds.CONSULTATION, kinds.REMINDER, kinds.SUPERVISION_WORD}
    assert not seen["unit"] & set(kinds.OF_CONGRESS)
    assert seen["deputy"] == near | {kinds.CONSULTATION}
    assert seen["town1"] == near | key
    for nobody in ("town2", "street1", "farm1", "assessor", "sysadmin", "secadmin", "auditor", "visitor"):
        assert seen[nobody] == set(), nobody


def test_a_character_without_a_glyph_stops_the_document(personas, district):
    row = papers.accepted(personas, district, title="关于\U0002ebf0路的建议")
    papers.handling(personas, district, row)
    batches = [
        one.request(actor=personas.office, suggestion=fresh(row), key="form"),
        many.assignment_list(actor=personas.office, congress=district.congress, code=CODE),
        many.booklet(actor=personas.office, congress=district.congress, code=CODE),
    ]
    for batch in batches:
        with pytest.raises(PaperError, match="^字库中没有“\U0002ebf0”（U\\+2EBF0）"):
            renderer.produce(first(batch))


def test_written_markup_stays_text(personas, row, part):
    reply = papers.sent(personas, part, text="<img src=file:///etc/passwd>已办。")
    batch = one.request(actor=personas.unit, suggestion=fresh(row), key="reply", of=one.subject(reply))
    assert "&lt;img src=file:///etc/passwd&gt;" in renderer.to_html(first(batch))


def test_a_letter_keeps_to_the_measures_of_the_standard(personas, row, part):
    """22 lines of 28 characters on a full page, the red lines 170 mm wide, the page number outside."""
    sentence = "有关单位认真落实工作部署，扎实推进停车设施建设，群众停车更加方便，解决群众急难愁盼问题更加及时，工作成效得到代表认可。"
    reply = papers.sent(personas, part, text="\n".join(sentence * 4 for _ in range(6)))
    batch = one.request(actor=personas.unit, suggestion=fresh(row), key="reply", of=one.subject(reply))
    with pdfplumber.open(io.BytesIO(renderer.produce(first(batch)).data)) as pdf:
        head, page = pdf.pages[0], pdf.pages[1]
        lines: dict[int, list[dict]] = {}
        for char in page.chars:
            if abs(char["size"] - 16) < 0.1 and char["text"].strip():
                lines.setdefault(round(char["bottom"]), []).append(char)
        assert len(lines) == 22
        assert max(len(row) for row in lines.values() if not any(char["text"].isascii() for char in row)) == 28
        assert min(char["x0"] for row in lines.values() for char in row) * MM == pytest.approx(26, abs=0.1)
        red = sorted({round(shape["width"] * MM) for shape in head.rects + head.lines + head.curves if shape["width"] * MM > 160})
        assert red == [170]
        foot = "".join(char["text"] for char in page.chars if char["top"] * MM > 262)
        assert foot.replace("\u2002", "") == "—2—"
        assert not [char for char in head.chars if char["top"] * MM > 265]


def test_word_names_the_chinese_faces(personas, row, part):
    reply = papers.sent(personas, part)
    batch = one.request(actor=personas.unit, suggestion=fresh(row), key="reply", of=one.subject(reply))
    word = open_docx(io.BytesIO(renderer.produce(first(batch, kinds.REPLY_WORD)).data))
    spaces = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
    runs = word.element.body.findall(".//w:r", spaces)
    faces = {run.find("w:rPr/w:rFonts", spaces).get(f"{{{spaces['w']}}}eastAsia") for run in runs}
    assert faces >= {"仿宋_GB2312", "黑体", "方正小标宋简体"} and None not in faces
    assert word.settings.odd_and_even_pages_header_footer is True


# ---- pages


def queries(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as told:
        work()
    return len(told)


def test_more_suggestions_cost_no_more_queries(personas, district, session, signed_in):
    where = {"actor": personas.office, "congress": district.congress}
    four = [
        first(many.booklet(**where, code=CODE)),
        first(many.assignment_list(**where, code=CODE)),
        first(many.report(**where, year=year())),
    ]
    before = [queries(lambda each=each: renderer.to_html(each)) for each in four]
    office = signed_in(personas.office)
    page = queries(lambda: office.get("/suggestions/papers/"))
    for n in range(3):
        more = papers.accepted(personas, district, title=f"关于又一件事{n}的建议")
        papers.sent(personas, papers.handling(personas, district, more))
    seven = [
        first(many.booklet(**where, code=CODE)),
        first(many.assignment_list(**where, code=CODE)),
        first(many.report(**where, year=year())),
    ]
    assert [queries(lambda each=each: renderer.to_html(each)) for each in seven] == before
    assert queries(lambda: office.get("/suggestions/papers/")) == page <= 22


def test_a_button_leads_to_the_progress_and_the_finished_paper_is_listed(personas, district, row, part, signed_in):
    client = signed_in(personas.office)
    page = client.get(f"/suggestions/{row.code}/").content.decode()
    assert "建议专用纸" in page and "交办通知（榕江区交通运输局）" in page and "还没有印制过" in page
    answer = client.post(f"/suggestions/{row.code}/papers/form/")
    batch = DocumentBatch.objects.get()
    assert answer.status_code == 302 and answer.url == f"/documents/{batch.key}/"
    assert client.post(f"/suggestions/{row.code}/papers/form/").url == answer.url
    assert client.post(f"/suggestions/{row.code}/papers/nothing/").status_code == 404
    papers.printed(batch, kinds.FORM)
    page = client.get(f"/suggestions/{row.code}/").content.decode()
    assert f'href="/documents/{batch.key}/1/">打开' in page
    opened = client.get(f"/documents/{batch.key}/1/")
    assert opened["Content-Type"] == "application/pdf" and b"".join(opened.streaming_content).startswith(b"%PDF")


def test_the_page_of_papers_prints_a_session_and_a_day(personas, district, row, part, signed_in):
    client = signed_in(personas.office)
    page = client.get("/suggestions/papers/").content.decode()
    assert "榕江区第八届人民代表大会第六次会议" in page and "受理 1 件，已交办 1 件，涉及承办单位 2 个，已答复 0 件。" in page
    sent = {"congress": "469901", "scope": f"{timezone.localdate():%Y%m%d}"}
    assert client.post("/suggestions/papers/dispatch/", sent).status_code == 302
    assert client.post("/suggestions/papers/report/", {**sent, "scope": CODE}).status_code == 409
    assert client.post("/suggestions/papers/nothing/", sent).status_code == 404
    assert client.post("/suggestions/papers/list/", {"congress": "nowhere", "scope": CODE}).status_code == 404
    page = client.get(f"/suggestions/papers/?scope={year()}").content.decode()
    assert "印制办理情况报告" in page and "交办的代表建议交办通知" in page
    page = signed_in(personas.dispatcher).get("/suggestions/papers/").content.decode()
    assert "印制交办清单" in page and "印制汇编" not in page
    assert "没有可以印制的文件" in signed_in(personas.street1).get("/suggestions/papers/").content.decode()
    assert signed_in(personas.deputy).get("/suggestions/papers/").status_code == 403
