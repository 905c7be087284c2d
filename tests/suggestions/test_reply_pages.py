"""A unit's reply in the browser: written, saved by itself, put before the signer, sent; and what is refused."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from congress.enums import Role
from congress.errors import DomainError
from congress.models import Notification
from suggestions.enums import Publicity, ReplyState, SuggestionState
from suggestions.models import Handling, Reply, RuleProfile
from suggestions.services import evaluating, reply_files, replying, units
from tests.factories import DeputyFactory, MandateFactory, RoleGrantFactory, UserFactory
from tests.suggestions import playing, unitwork

NEXT_YEAR = timezone.localdate().year + 1


@pytest.fixture
def part(personas, district) -> Handling:
    return unitwork.in_hand(personas, district)


def fetched(client, file) -> int:
    """The answer's status, the file read to its end."""
    response = client.get(f"/suggestions/replies/files/{file.pk}/")
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code


def address(part: Handling, more: str = "") -> str:
    return f"/suggestions/{part.suggestion.code}/reply/{more}"


def sheet(reply: Reply | None = None, **typed: object) -> dict[str, object]:
    """The form as a browser sends it: complete but for what ``typed`` changes."""
    promises = typed.pop("promises", [("", "")])
    data = {
        "version": "" if reply is None else reply.version,
        "text": "已列入年度计划，九月底前修复。",
        "reply_class": unitwork.class_of("A").pk,
        "publicity": Publicity.FULL,
        "publicity_reason": "",
        "summary": "",
        "document_number": "榕交函〔2026〕12号",
        "contact_person": "梁工",
        "contact_phone": "0770-1234567",
        "promise-TOTAL_FORMS": len(promises),
        "promise-INITIAL_FORMS": 0,
        "then": "save",
    }
    for number, (text, day) in enumerate(promises):
        data |= {f"promise-{number}-text": text, f"promise-{number}-due_on": day}
    return data | typed


def test_from_the_sheet_to_the_deputy(personas, part, signed_in, django_capture_on_commit_callbacks):
    client = signed_in(personas.unit)
    page = client.get(address(part)).content.decode()
    assert "A类（已经解决、基本解决或者采纳）" in page and "代表希望面商，还没有登记面商" in page
    typed = sheet(then="review", promises=[("修复上岭村道", f"{NEXT_YEAR}-06-30"), ("安装路灯", f"{NEXT_YEAR}年9月1日"), ("", "")])
    assert client.post(address(part), typed | {"files": unitwork.pdf()}).status_code == 302
    reply = Reply.objects.get()
    assert (reply.state, reply.files.get().original_name) == (ReplyState.REVIEW, "答复函.pdf")
    review = client.get(address(part)).content.decode()
    assert "签发答复" in review and f"{NEXT_YEAR}年6月30日前：修复上岭村道" in review
    refused = client.post(address(part, "sign/"), {"signer": " "})
    assert refused.status_code == 422 and "请填写签发人。" in refused.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address(part, "sign/"), {"signer": "梁局长"}).status_code == 302
    assert client.post(address(part, "sign/"), {"signer": "梁局长"}).status_code == 302  # sent once
    reply.refresh_from_db()
    part.suggestion.refresh_from_db()
    assert (reply.state, reply.signer, part.suggestion.state) == (ReplyState.SENT, "梁局长", SuggestionState.REPLIED)
    days = [datetime.date(NEXT_YEAR, 6, 30), datetime.date(NEXT_YEAR, 9, 1)]
    assert list(reply.commitments.values_list("text", "due_on")) == [("修复上岭村道", days[0]), ("安装路灯", days[1])]
    assert Notification.objects.filter(user=personas.deputy, text__contains="已答复，请评价").count() == 1
    shown = signed_in(personas.deputy).get(f"/suggestions/{part.suggestion.code}/").content.decode()
    assert all(words in shown for words in ("已列入年度计划，九月底前修复。", "答复函.pdf", "签发人梁局长", "修复上岭村道", "全文公开"))
    assert client.get(address(part)).status_code == 302


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"reply_class": ""}, "请选择答复类别（A、B、C、D）。"),
        ({"publicity": ""}, "请选择答复的公开方式。"),
        ({"publicity": "none"}, "不公开的，请写明理由。"),
        ({"publicity": "summary"}, "摘要公开的，请填写公开摘要。"),
        ({"text": " "}, "请填写答复内容，或者上传答复函（Word 或者 PDF）。"),
        ({"promises": [("修路", f"{NEXT_YEAR}-02-30")]}, f"没有{NEXT_YEAR}年2月30日这一天，请核对。"),
        ({"promises": [("修路", "明年底")]}, "请填写日期，如：2026-09-30。"),
        ({"promises": [("修路", "2026-01-05")]}, "完成期限应在今天之后。"),
        ({"promises": [("修路", "")]}, "请填写完成期限。"),
        ({"promises": [("", f"{NEXT_YEAR}-06-30")]}, "请写明承诺做什么。"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(personas, part, signed_in, typed, sentence):
    response = signed_in(personas.unit).post(address(part), sheet(then="review", **typed))
    page = response.content.decode()
    assert response.status_code == 422 and sentence in page
    assert "榕交函〔2026〕12号" in page and "data-draft=" in page
    if "promises" in typed:
        assert typed["promises"][0][0] in page and typed["promises"][0][1] in page
    assert not Reply.objects.filter(state=ReplyState.REVIEW).exists()


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (unitwork.macro_docx, "文件带有宏，未保存。请另存为不带宏的 .docx 或 .xlsx 再传。"),
        (lambda: SimpleUploadedFile("答复函.pdf", b"MZ\x90\0 a program"), "这不是图片、PDF、Word（.docx）或 Excel（.xlsx）文件，未保存。"),
        (lambda: SimpleUploadedFile("答复函.doc", b"\xd0\xcf\x11\xe0old"), "这是旧格式的 Word 或 Excel 文件，可能带宏，未保存。"),
        (lambda: unitwork.pdf("扫描件.pdf", 50 * 2**20), "文件有 50.0 MB，超过了 20 MB，未保存。请压缩后再传。"),
    ],
)
def test_a_file_that_is_no_letter_is_refused_with_a_sentence(personas, part, signed_in, upload, sentence):
    response = signed_in(personas.unit).post(address(part), sheet() | {"files": upload()})
    page = response.content.decode()
    assert response.status_code == 422 and sentence in page and "已列入年度计划" in page
    assert not Reply.objects.exists()


def test_autosave_keeps_what_is_whole_and_tells_of_a_colleague(personas, district, part, signed_in):
    client = signed_in(personas.unit)
    half = sheet(text="正在", publicity="none", reply_class="", promises=[("修路", "")])
    first = client.post(address(part, "autosave/"), half)
    reply = Reply.objects.get()
    assert first.status_code == 200 and f'name="version" value="{reply.version}"' in first.content.decode()
    assert (reply.text, reply.publicity, reply.promises, reply.state) == ("正在", "", [], ReplyState.DRAFT)
    colleague = UserFactory(username="colleague", name="交通何")
    RoleGrantFactory(user=colleague, role=Role.HANDLING_UNIT, organisation=district.unit)
    other = signed_in(colleague)
    assert other.post(address(part), sheet(reply, text="同事写的。")).status_code == 302
    late = client.post(address(part, "autosave/"), sheet(reply, text="我写的。"))
    assert late.status_code == 409 and "刚由同事保存过" in late.content.decode()
    both = client.post(address(part), sheet(reply, text="我写的。"))
    page = both.content.decode()
    assert both.status_code == 409 and "同事写的。" in page and "我写的。" in page
    never_seen = client.post(address(part), sheet(None, text="没看见草稿就写的。"))
    assert never_seen.status_code == 409
    reply.refresh_from_db()
    assert client.post(address(part), sheet(reply, text="我写的。")).status_code == 302
    reply.refresh_from_db()
    assert reply.text == "我写的。"


def test_missing_opinions_are_shown_and_stop_the_signature(personas, district, signed_in):
    other = unitwork.another_unit(district)
    part = unitwork.in_hand(personas, district, supports=(other,))
    client = signed_in(personas.unit)
    assert "协办意见还没有收齐：榕江区农业农村局" in client.get(address(part)).content.decode()
    assert client.post(address(part), sheet(then="review")).status_code == 302
    assert "不能签发：榕江区农业农村局" in client.get(address(part)).content.decode()
    refused = client.post(address(part, "sign/"), {"signer": "梁局长"})
    assert refused.status_code == 422 and "协办意见还没有收齐：榕江区农业农村局。" in refused.content.decode()


def test_the_signer_sends_it_back_with_a_word(personas, part, signed_in, django_capture_on_commit_callbacks):
    client = signed_in(personas.unit)
    client.post(address(part), sheet(then="review"))
    assert client.post(address(part, "back/"), {"note": ""}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address(part, "back/"), {"note": "写明完成时间。"}).status_code == 302
    reply = Reply.objects.get()
    assert reply.state == ReplyState.DRAFT
    assert Notification.objects.filter(user=personas.unit, text__startswith="答复稿退回修改：写明完成时间。").count() == 1
    assert replying.give_back(actor=personas.unit, reply=reply, note="再说").version == reply.version
    with pytest.raises(PermissionDenied):
        replying.give_back(actor=personas.office, reply=reply, note="再说")


def test_only_the_answering_unit_writes(personas, district, part, signed_in):
    for name in ("office", "leader", "deputy", "dispatcher"):
        assert signed_in(getattr(personas, name)).get(address(part)).status_code == 403, name
    assert signed_in(personas.town2).get(address(part)).status_code == 404
    waiting = unitwork.assigned(personas, district)
    client = signed_in(personas.unit)
    assert client.get(address(waiting)).status_code == 302
    lost = client.post(address(waiting), sheet(text="先写再签。"))
    assert lost.status_code == 409 and "请先签收，再写答复。" in lost.content.decode() and "先写再签。" in lost.content.decode()


def test_a_class_of_a_scheme_that_was_replaced_is_chosen_anew(personas, part):
    reply = unitwork.drafted(personas, part)
    profile = RuleProfile.objects.get(congress=part.suggestion.congress)
    profile.scheme = type(profile.scheme).objects.exclude(pk=profile.scheme_id)[0]
    profile.save()
    with pytest.raises(DomainError, match="答复分类方案已经调整"):
        replying.ask_signature(actor=personas.unit, reply=reply)


# ---- files, and who reads what


def test_files_come_and_go_until_it_is_sent(personas, part, signed_in):
    client = signed_in(personas.unit)
    reply = unitwork.drafted(personas, part, uploads=("答复函.pdf", "预算表.pdf"))
    first, second = reply.files.all()
    assert fetched(client, first) == 200
    assert fetched(signed_in(personas.deputy), first) == 404
    assert client.post(f"/suggestions/replies/files/{second.pk}/drop/").status_code == 302
    playing.signed(reply, actor=personas.unit)
    assert client.post(f"/suggestions/replies/files/{first.pk}/drop/").status_code == 302
    assert reply.files.count() == 1  # sent: it stays
    reply.refresh_from_db()
    with pytest.raises(DomainError, match="答复已经发出"):
        reply_files.attach(actor=personas.unit, reply=reply, found=[])
    first.refresh_from_db()
    for public in (True, True, False):
        assert reply_files.mark(actor=personas.office, file=first, is_public=public).is_public == public
    with pytest.raises(PermissionDenied):
        reply_files.mark(actor=personas.deputy, file=first, is_public=True)


def other_deputy(district):
    """A deputy of the same congress who had no part in it."""
    user = UserFactory(username="second", name="代表韦")
    RoleGrantFactory(user=user, role=Role.DEPUTY, organisation=district.town2_office)
    MandateFactory(deputy=DeputyFactory(name="代表韦", user=user), term=district.term, area=district.town2)
    return user


@pytest.mark.parametrize(
    ("publicity", "words", "keeps"),
    [
        (Publicity.FULL, "已列入年度计划", "签发人梁局长"),
        (Publicity.SUMMARY, "摘要：明年修。", "已列入年度计划"),
        (Publicity.NONE, "这份答复不公开", "涉及工作秘密"),
    ],
)
def test_others_read_what_may_be_published(personas, district, part, signed_in, publicity, words, keeps):
    fields = {"publicity": publicity, "summary": "摘要：明年修。", "publicity_reason": "涉及工作秘密"}
    reply = unitwork.replied(personas, part, uploads=("内部.pdf", "公开.pdf"), **fields)
    inner, open_ = sorted(reply.files.all(), key=lambda row: row.original_name != "内部.pdf")
    reply_files.mark(actor=personas.unit, file=open_, is_public=True)
    stranger = signed_in(other_deputy(district))
    page = stranger.get(f"/suggestions/{part.suggestion.code}/").content.decode()
    assert words in page and keeps not in page and "内部.pdf" not in page
    assert ("公开.pdf" in page) == (publicity == Publicity.FULL)
    answer = 200 if publicity == Publicity.FULL else 404
    assert fetched(stranger, open_) == answer
    assert fetched(stranger, inner) == 404
    for name in ("deputy", "office", "leader", "dispatcher", "unit"):
        whole = signed_in(getattr(personas, name)).get(f"/suggestions/{part.suggestion.code}/").content.decode()
        assert "已列入年度计划" in whole and "内部.pdf" in whole, name
        assert fetched(signed_in(getattr(personas, name)), inner) == 200, name


def test_a_name_that_is_withheld_is_not_told_by_the_answer(personas, district, signed_in):
    part = unitwork.in_hand(personas, district, withholds_identity=True)
    deputy = personas.deputy.deputy
    units.consult(actor=personas.unit, handling=part, deputy=deputy, on=part.assigned_on, way="电话", text=f"同{deputy.name}谈过。")
    reply = unitwork.replied(personas, part, text=f"{deputy.name}代表：已列入计划。", uploads=("答复函.pdf",))
    for name, knows in (("unit", True), ("office", True), ("deputy", True), ("dispatcher", False), ("leader", False)):
        client = signed_in(getattr(personas, name))
        page = client.get(f"/suggestions/{part.suggestion.code}/").content.decode()
        main = page[page.index('id="main"') :]
        assert (deputy.name in main) == knows and "代表：已列入计划。" in main, name
        assert fetched(client, reply.files.get()) == (200 if knows else 404), name
    page = signed_in(personas.dispatcher).get("/suggestions/similar/?title=关于修复上岭村道的建议").content.decode()
    assert "已列入计划" not in page


def test_a_like_one_tells_no_more_of_its_answer_than_may_be_published(personas, district, part, signed_in):
    unitwork.replied(personas, part, publicity=Publicity.SUMMARY, summary="摘要：明年修。")
    page = signed_in(other_deputy(district)).get("/suggestions/similar/?title=关于修复上岭村道的建议").content.decode()
    assert "摘要：明年修。" in page and "已列入年度计划" not in page
    mine = signed_in(personas.deputy).get("/suggestions/similar/?title=关于修复上岭村道的建议").content.decode()
    assert "已列入年度计划" in mine


def test_the_second_round_shows_why_it_was_not_enough(personas, district, part, signed_in):
    seat = personas.deputy.deputy.mandates.get()
    first = unitwork.replied(personas, part)
    evaluating.evaluate(actor=personas.deputy, reply=first, mandate=seat, attitude="satisfied", result="not_satisfied", text="没有动工。")
    page = signed_in(personas.unit).get(address(part)).content.decode()
    assert "写答复（第2次）" in page and "没有动工。" in page
    part.refresh_from_db()
    assert units.answer_clock(part).kind == "rehandle"
