"""Promises: the ledger, the unit's report, the deputy's word, carried over until they are kept."""

from __future__ import annotations

import datetime
import io

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from congress import todos
from congress.errors import DomainError
from congress.models import AuditEntry, Notification
from suggestions.enums import CommitmentState, Grade
from suggestions.models import Commitment, CommitmentPhoto
from suggestions.services import evaluating, promises, replying
from tests.suggestions.answering import another_deputy, answered

LEDGER = "/suggestions/commitments/"


@pytest.fixture
def promised(district, personas):
    def make(*texts: str, days: int = 100, **fields) -> list[Commitment]:
        due = timezone.localdate() + datetime.timedelta(days=100)
        row = answered(district, personas, *[replying.Promise(text, due) for text in texts], **fields)
        made = Commitment.objects.filter(reply__handling__suggestion=row)
        made.update(due_on=timezone.localdate() + datetime.timedelta(days=days))
        return list(made.order_by("pk"))

    return make


def codes(response) -> list[str]:
    return [row.code for row in response.context["page"].object_list]


def test_the_unit_reports_and_the_deputy_judges(district, personas, promised, signed_in):
    (row,) = promised("修复村道", days=20)
    address = f"{LEDGER}{row.code}/"
    unit, deputy = signed_in(personas.unit), None
    assert [todo.title for todo in todos.waiting_for(personas.unit) if "承诺" in todo.title] == ["报告承诺落实情况：修复村道"]
    assert unit.get(address).status_code == 200
    assert unit.post(f"{address}report/", {"progress": " "}).status_code == 422
    assert unit.post(f"{address}report/", {"progress": "已修复，6月30日通车。"}).status_code == 302
    deputy = signed_in(personas.deputy)
    assert "评价承诺落实：修复村道" in [todo.title for todo in todos.waiting_for(personas.deputy)]
    assert deputy.post(f"{address}report/", {"progress": "我说的"}).status_code == 403
    refused = deputy.post(f"{address}judge/", {"grade": "not_satisfied"})
    assert refused.status_code == 422 and "不满意的，请写明还差什么" in refused.content.decode()
    assert deputy.post(f"{address}judge/", {"grade": "not_satisfied", "comment": "还差路灯。"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.grade) == (CommitmentState.NOT_KEPT, Grade.NOT_SATISFIED)
    assert signed_in(personas.unit).post(f"{address}report/", {"progress": "路灯已装。"}).status_code == 302
    assert signed_in(personas.deputy).post(f"{address}judge/", {"grade": "satisfied"}).status_code == 302
    row.refresh_from_db()
    assert row.state == CommitmentState.KEPT
    late = signed_in(personas.unit).post(f"{address}report/", {"progress": "再报一次。"})
    assert late.status_code == 422 and "现为“已落实”" in late.content.decode()
    told = list(row.reply.handling.suggestion.steps.filter(text__contains="承诺事项“修复村道”").values_list("text", flat=True))
    assert [text.partition("：")[2] for text in told] == ["已修复，6月30日通车。", "不满意，还差路灯。", "路灯已装。", "满意"]


def test_who_may_not_report_or_judge(district, personas, promised, signed_in):
    other = another_deputy(district)
    (row,) = promised("修复村道", cosigners=(other,))
    with pytest.raises(PermissionDenied):
        evaluating.report_commitment(actor=personas.office, commitment=row, progress="已修复。")
    evaluating.report_commitment(actor=personas.unit, commitment=row, progress="已修复。")
    with pytest.raises(PermissionDenied):
        evaluating.judge_commitment(actor=personas.unit, commitment=row, grade=Grade.SATISFIED)
    with pytest.raises(DomainError, match="承诺事项由代表莫评价"):
        evaluating.judge_commitment(actor=other, commitment=row, grade=Grade.SATISFIED)
    assert signed_in(personas.town2).get(f"{LEDGER}{row.code}/").status_code == 404
    judged = evaluating.judge_commitment(actor=personas.office, commitment=row, grade=Grade.BASICALLY)
    assert evaluating.judge_commitment(actor=personas.office, commitment=row, grade=Grade.BASICALLY) == judged


def test_photos_show_what_the_place_looks_like(district, personas, promised, signed_in, photo_file):
    (row,) = promised("修复村道")
    client = signed_in(personas.unit)
    wrong = client.post(f"{LEDGER}{row.code}/report/", {"progress": "已修复。", "photos": SimpleUploadedFile("a.pdf", b"%PDF-1.4 ...")})
    assert wrong.status_code == 422 and "这里只收照片" in wrong.content.decode()
    assert client.post(f"{LEDGER}{row.code}/report/", {"progress": "已修复。", "photos": photo_file}).status_code == 302
    photo = CommitmentPhoto.objects.get(commitment=row)
    for name in ("", "thumbnail/"):
        shown = signed_in(personas.deputy).get(f"{LEDGER}photos/{photo.pk}/{name}")
        assert shown.status_code == 200 and b"".join(shown.streaming_content).startswith(b"\xff\xd8")
        assert signed_in(personas.town2).get(f"{LEDGER}photos/{photo.pk}/{name}").status_code == 404


@pytest.fixture
def photo_file():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    return SimpleUploadedFile("road.jpg", out.getvalue(), "image/jpeg")


def test_the_ledger_carries_over_what_is_not_kept(district, personas, promised, signed_in):
    late, kept, soon = promised("架桥", "修路", "装灯")
    Commitment.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - datetime.timedelta(days=800))
    Commitment.objects.filter(pk=kept.pk).update(state=CommitmentState.KEPT, reported_on=timezone.localdate())
    client = signed_in(personas.office)
    assert codes(client.get(LEDGER)) == [late.code, soon.code]
    assert codes(client.get(LEDGER, {"due": "late"})) == [late.code]
    assert codes(client.get(LEDGER, {"state": "kept"})) == [kept.code]
    assert codes(client.get(LEDGER, {"state": "all", "unit": "JTJ", "area": district.town1.code})) == [soon.code, kept.code, late.code]
    assert codes(client.get(LEDGER, {"area": district.town2.code})) == []
    assert codes(client.get(LEDGER, {"due": str(soon.due_on.year), "q": "装灯"})) == [soon.code]
    assert [(key, count) for key, _, count in client.get(LEDGER).context["tabs"]] == [
        ("pending", 2),
        ("open", 2),
        ("reported", 0),
        ("kept", 1),
        ("not_kept", 0),
        ("all", 3),
    ]
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{LEDGER}export/", {"state": "all"}).content))
    sheet = [[cell.value for cell in row] for row in book.active.rows]
    assert [row[1] for row in sheet] == ["承诺事项", "装灯", "修路", "架桥"] and len(sheet[1]) == 13
    assert AuditEntry.objects.filter(action="suggestions.export_commitments").count() == 1
    assert codes(signed_in(personas.town2).get(LEDGER)) == []


def test_the_ledger_costs_the_same_for_any_number_of_rows(personas, promised, signed_in):
    client = signed_in(personas.office)
    counts = []
    for texts in (("修路",), ("架桥", "装灯", "植树")):
        promised(*texts)
        with CaptureQueriesContext(connection) as made:
            assert client.get(LEDGER).status_code == 200
        counts.append(len(made))
    assert counts[0] == counts[1] <= 15


def test_an_answer_that_is_withheld_keeps_its_promises_to_those_near(district, personas, promised, signed_in):
    (row,) = promised("修复村道")
    row.reply.publicity, row.reply.publicity_reason = "none", "涉密"
    row.reply.save()
    other = another_deputy(district)
    assert signed_in(other).get(f"{LEDGER}{row.code}/").status_code == 404
    assert signed_in(personas.deputy).get(f"{LEDGER}{row.code}/").status_code == 200


def test_units_are_reminded_once_when_a_promise_is_near_and_again_when_it_is_late(personas, promised, django_capture_on_commit_callbacks):
    near, late, far = promised("修路", "架桥", "植树")
    today = timezone.localdate()
    monday = today + datetime.timedelta(days=7 - today.weekday())
    Commitment.objects.filter(pk=near.pk).update(due_on=monday + datetime.timedelta(days=4))
    Commitment.objects.filter(pk=late.pk).update(due_on=monday - datetime.timedelta(days=3))
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            assert promises.remind_due(monday) == 2
    told = sorted(Notification.objects.filter(user=personas.unit, text__startswith="承诺事项").values_list("text", flat=True))
    assert told == ["承诺事项已超期1个工作日，请报告落实情况：架桥", "承诺事项还剩4个工作日到期：修路"]
    assert Notification.objects.filter(user=personas.office, text="榕江区交通运输局的承诺事项已超期：架桥").count() == 1
    assert far.due_on > monday
