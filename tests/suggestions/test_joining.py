"""Like ones found while writing, signed along, handled together and taken apart again; odd Word files."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from congress.errors import DomainError
from congress.models import AuditEntry, Notification
from deputies.enums import MandateStatus
from suggestions.enums import CosignState, HandlingRole, SuggestionState
from suggestions.models import Suggestion
from suggestions.services import assigning, evaluating, examining, joining, replying, units
from tests.factories import OrganisationFactory
from tests.suggestions import playing

pytestmark = pytest.mark.django_db
TITLE = "关于修复上岭村道的建议"


@pytest.fixture
def other(district, personas):
    return playing.colleague(district)


def like(client, title: str = "修复上岭村道路面", besides: str = ""):
    return client.get("/suggestions/similar/", {"title": title, "besides": besides})


# ---- signing along


def test_while_writing_a_like_one_can_be_signed_along(personas, other, signed_in, django_capture_on_commit_callbacks):
    row, client = playing.accepted(personas), signed_in(other)
    found = like(client)
    assert [(each["suggestion"], each["may_join"]) for each in found.context["alike"]] == [(row, True)]
    assert f"/suggestions/{row.code}/do/join/" in found.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"/suggestions/{row.code}/do/join/").status_code == 302
    signed = row.cosigners.get()
    assert (signed.mandate.deputy.user, signed.state) == (other, CosignState.CONFIRMED)
    assert Notification.objects.filter(user=personas.deputy, text="代表韦附议了您的建议：关于修复上岭村道的建议").count() == 1
    assert [each["may_join"] for each in like(client).context["alike"]] == [False]
    joining.sign_along(actor=other, suggestion=row)
    assert (row.cosigners.count(), AuditEntry.objects.filter(action="suggestions.sign_along").count()) == (1, 1)


def test_who_may_not_sign_along_and_when(personas, district, other, signed_in):
    row = playing.accepted(personas)
    with pytest.raises(PermissionDenied):
        joining.sign_along(actor=personas.office, suggestion=row)
    with pytest.raises(DomainError, match="您自己领衔"):
        joining.sign_along(actor=personas.deputy, suggestion=row)
    assert signed_in(personas.deputy).post(f"/suggestions/{row.code}/do/join/").status_code == 403
    seat = playing.seat_of(other)
    type(seat).objects.filter(pk=seat.pk).update(status=MandateStatus.SUSPENDED, end_reason="custody")
    with pytest.raises(DomainError, match="在任代表"):
        joining.sign_along(actor=other, suggestion=row)
    type(seat).objects.filter(pk=seat.pk).update(status=MandateStatus.ACTIVE, end_reason="")
    assigning.assign(actor=personas.dispatcher, suggestion=row, units={district.unit: HandlingRole.LEAD})
    late = signed_in(other).post(f"/suggestions/{row.code}/do/join/")
    assert late.status_code == 422 and "不能再附议" in late.content.decode()
    assert [each["may_join"] for each in like(signed_in(other)).context["alike"]] == [False]


def test_who_withholds_her_name_is_not_found_out_by_signing_along(personas, other, signed_in):
    row = playing.accepted(personas, withholds_identity=True)
    found = like(signed_in(other))
    assert [(each["may_join"], each["is_named"]) for each in found.context["alike"]] == [(False, False)]
    assert "代表莫" not in found.content.decode()
    with pytest.raises(DomainError, match="要求不公开姓名"):
        joining.sign_along(actor=other, suggestion=row)
    assert not row.cosigners.exists()


def test_looking_for_like_ones_asks_the_same_questions_however_many(personas, other, signed_in):
    client, costs = signed_in(other), []
    for n in range(3):
        playing.accepted(personas, title=f"关于修复上岭村道{'甲乙丙'[n]}段的建议")
        like(client)
        with CaptureQueriesContext(connection) as made:
            assert len(like(client).context["alike"]) == n + 1
        costs.append(len(made))
    assert costs[0] == costs[2] <= 15


# ---- handled together, answered each


def test_merged_ones_go_to_the_same_units_and_are_answered_each(personas, district, other):
    first = playing.accepted(personas)
    second = playing.accepted(personas, title="关于修复上岭村道路面的建议")
    joining.merge(actor=personas.office, suggestion=second, into=first)
    assigning.assign(actor=personas.dispatcher, suggestion=first, units={district.unit: HandlingRole.LEAD}, instruction="一并办理。")
    second.refresh_from_db()
    handling = second.handlings.get()
    assert (second.state, second.merged_into, handling.unit, handling.role) == (SuggestionState.ASSIGNED, first, district.unit, "lead")
    assert handling.instruction == "一并办理。"
    for row in (first, second):
        units.sign_for(actor=personas.unit, handling=row.handlings.get())
    reply_class = playing.ReplyClass.objects.filter(code="A").order_by("pk")[0]
    reply = replying.draft(actor=personas.unit, handling=first.handlings.get(), text="已修。", reply_class=reply_class, publicity="full")
    reply = playing.signed(reply, actor=personas.unit)
    evaluating.evaluate(
        actor=personas.deputy, reply=reply, mandate=playing.seat_of(personas.deputy), attitude="satisfied", result="satisfied", text=""
    )
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (SuggestionState.CLOSED, SuggestionState.IN_HAND)


def test_one_merged_later_goes_to_the_units_that_have_the_other(personas, district):
    first = playing.accepted(personas)
    helper = OrganisationFactory(code="CZJ", name="榕江区财政局", kind="handling_unit", area=district.area)
    assigning.assign(actor=personas.office, suggestion=first, units={district.unit: HandlingRole.LEAD, helper: HandlingRole.SUPPORT})
    second = playing.accepted(personas, title="关于修复上岭村道路面的建议")
    for _ in range(2):
        joining.merge(actor=personas.office, suggestion=second, into=first)
    assert {(row.unit.code, row.role) for row in second.handlings.all()} == {("JTJ", "lead"), ("CZJ", "support")}
    assert AuditEntry.objects.filter(action="suggestions.merge").count() == 1


def test_merging_is_refused_where_it_makes_no_sense(personas, district):
    first, second, third = (playing.accepted(personas, title=f"关于第{n}件事的建议") for n in range(3))
    waiting = playing.submitted(personas, title="关于架桥的建议")
    with pytest.raises(PermissionDenied):
        joining.merge(actor=personas.town1, suggestion=second, into=first)
    with pytest.raises(DomainError, match="不能并入自身"):
        joining.merge(actor=personas.office, suggestion=first, into=first)
    with pytest.raises(DomainError, match="现为“待审查”，不能并案"):
        joining.merge(actor=personas.office, suggestion=waiting, into=first)
    joining.merge(actor=personas.office, suggestion=second, into=first)
    with pytest.raises(DomainError, match="请选择主件"):
        joining.merge(actor=personas.office, suggestion=third, into=second)
    with pytest.raises(DomainError, match="下已有并案的建议"):
        joining.merge(actor=personas.office, suggestion=first, into=third)


def test_taken_apart_again_it_waits_for_its_own_assignment(personas, district, signed_in):
    first, second = (playing.accepted(personas, title=f"关于第{n}件事的建议") for n in range(2))
    client = signed_in(personas.office)
    assert client.post(f"/suggestions/{second.code}/do/merge/", {"into": "第1号"}).status_code == 302
    assert "并案" in client.get("/suggestions/").content.decode()
    assert client.post(f"/suggestions/{second.code}/do/separate/").status_code == 302
    examining.separate(actor=personas.office, suggestion=second)
    with pytest.raises(PermissionDenied):
        examining.separate(actor=personas.deputy, suggestion=second)
    assigning.assign(actor=personas.office, suggestion=first, units={district.unit: HandlingRole.LEAD})
    second.refresh_from_db()
    assert (second.state, second.merged_into) == (SuggestionState.ACCEPTED, None)
    assert AuditEntry.objects.filter(action="suggestions.separate").count() == 1
    refused = client.post(f"/suggestions/{second.code}/do/merge/", {"into": "第99号"})
    assert refused.status_code == 422 and "本届没有编号为“第99号”的建议" in refused.content.decode()


# ---- a Word file


def word(*lines: str) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def with_macro() -> bytes:
    kept = io.BytesIO(word("关于修路的建议"))
    with zipfile.ZipFile(kept, "a") as package:
        package.writestr("word/vbaProject.bin", b"macro")
    return kept.getvalue()


def test_a_word_file_becomes_a_draft(personas, district, signed_in):
    data = word("关于修复上岭村道的建议", "事由：村道破损。", "学生绕行。", "具体建议：", "由交通部门修复。")
    client = signed_in(personas.deputy)
    answer = client.post(
        "/suggestions/new/", {"congress": district.congress.pk, "kind": "suggestion", "word": SimpleUploadedFile("建议.docx", data)}
    )
    made = Suggestion.objects.get()
    assert (answer.url, made.title, made.basis, made.request) == (
        f"/suggestions/{made.code}/edit/",
        "关于修复上岭村道的建议",
        "村道破损。\n学生绕行。",
        "由交通部门修复。",
    )
    assert made.files.get().original_name == "建议.docx"


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("带宏.docx", with_macro(), "文件带有宏"),
        ("带宏.docm", with_macro(), "文件带有宏"),
        ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "旧格式"),
        ("坏.docx", b"PK\x03\x04broken", ""),
        ("空.docx", word(""), "文件里没有文字"),
        ("长.docx", word("字" * 20_001), "超过20000字"),
        ("图.docx", b"\x89PNG\r\n\x1a\n" + b"0" * 100, ""),
    ],
)
def test_an_odd_file_is_refused_with_a_clear_sentence_and_leaves_nothing(name, data, sentence, personas, district, signed_in):
    answer = signed_in(personas.deputy).post(
        "/suggestions/new/", {"congress": district.congress.pk, "kind": "suggestion", "word": SimpleUploadedFile(name, data)}
    )
    assert answer.status_code == 422
    (error,) = answer.context["form"].errors["word"]
    assert sentence in error and error.endswith("。")
    assert not Suggestion.objects.exists()
