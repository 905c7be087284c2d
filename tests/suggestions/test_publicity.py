"""What the public may read: only what the deputy, the unit and the office all allow."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from congress import todos
from congress.errors import DomainError
from suggestions.enums import ClockState, LimitKind, Publicity, PublicityWish
from suggestions.models import Reply, ReplyFile, SuggestionFile
from suggestions.services import evaluating, publicity
from tests.suggestions.answering import TITLE, answer, answered, assigned

LIST = "/suggestions/published/"


def replied(district, personas, reply: dict | None = None, **fields):
    row = assigned(district, personas, **fields)
    answer(row.handlings.get(), **(reply or {}))
    row.refresh_from_db()
    return row


def test_the_office_marks_what_everybody_may_read(district, personas, signed_in):
    row = replied(district, personas, {"text": "已列入计划。联系电话 13900001234。"}, basis="选民来电0771-2345678反映村道破损。")
    todo = next(todo for todo in todos.waiting_for(personas.office) if todo.title == "核对并公开 1 件答复")
    assert todo.due_on == row.clocks.get(kind=LimitKind.PUBLISH).due_on
    visitor = signed_in(personas.visitor)
    assert visitor.get(f"{LIST}{row.code}/").status_code == 404
    client = signed_in(personas.office)
    assert TITLE in client.get(LIST, {"state": "waiting"}).content.decode()
    address = f"/suggestions/{row.code}/do/publish/"
    assert client.post(address, {}).status_code == 422  # not looked at
    assert client.post(address, {"is_checked": "on"}).status_code == 302
    assert row.clocks.get(kind=LimitKind.PUBLISH).state == ClockState.STOPPED
    assert Reply.objects.get().published_on == timezone.localdate()
    assert client.get(LIST, {"state": "waiting"}).context["tabs"][1][2] == 0
    page = signed_in(personas.visitor).get(f"{LIST}{row.code}/").content.decode()
    assert "由交通部门修复。" in page and "已列入计划。联系电话 （号码略）。" in page and "选民来电（号码略）反映" in page
    assert "代表莫" in page and "13900001234" not in page and "2345678" not in page
    assert [each.code for each in signed_in(personas.visitor).get(LIST).context["page"].object_list] == [row.code]
    assert signed_in(personas.deputy).post(f"/suggestions/{row.code}/do/unpublish/", {"reason": "不妥"}).status_code == 403
    assert signed_in(personas.office).post(f"/suggestions/{row.code}/do/unpublish/", {"reason": "不妥"}).status_code == 302
    assert signed_in(personas.visitor).get(f"{LIST}{row.code}/").status_code == 404


def test_the_deputys_wish_and_the_units_decision_stand(district, personas):
    title_only = replied(district, personas, publicity_wish=PublicityWish.TITLE)
    summary = replied(district, personas, {"publicity": Publicity.SUMMARY, "summary": "摘要。", "text": "内部情况。"})
    withheld = replied(district, personas, {"text": "莫代表：代表莫提出的建议收悉。"}, withholds_identity=True, title="代表莫的建议")
    for row in (title_only, summary, withheld):
        publicity.publish(actor=personas.office, suggestion=row)
    shown = publicity.shown(title_only)
    assert (shown.title, shown.basis, shown.request, shown.replies[0].text) == (TITLE, "", "", "已列入年度计划。")
    shown = publicity.shown(summary)
    assert (shown.who, shown.basis, shown.replies[0].text, shown.replies[0].is_summary) == ("代表莫", "村道破损。", "摘要。", True)
    shown = publicity.shown(withheld)
    assert (shown.who, shown.title, shown.replies[0].text) == ("应代表要求不公开姓名", "某某的建议", "莫代表：某某提出的建议收悉。")


def test_what_must_not_be_published_is_refused(district, personas):
    unwanted = replied(district, personas, publicity_wish=PublicityWish.NONE)
    with pytest.raises(DomainError, match="代表认为这件建议不宜公开"):
        publicity.publish(actor=personas.office, suggestion=unwanted)
    assert not unwanted.clocks.filter(kind=LimitKind.PUBLISH).exists()
    kept = replied(district, personas, {"publicity": Publicity.NONE, "publicity_reason": "涉密"})
    with pytest.raises(DomainError, match="承办单位已定为不公开"):
        publicity.publish(actor=personas.office, suggestion=kept)
    with pytest.raises(DomainError, match="有了答复才能公开"):
        publicity.publish(actor=personas.office, suggestion=assigned(district, personas))
    row = answered(district, personas)
    with pytest.raises(PermissionDenied):
        publicity.publish(actor=personas.unit, suggestion=row)
    publicity.publish(actor=personas.office, suggestion=row)
    steps = row.steps.count()
    publicity.publish(actor=personas.office, suggestion=row)
    assert row.steps.count() == steps
    with pytest.raises(DomainError, match="为什么不再公开"):
        publicity.unpublish(actor=personas.office, suggestion=row, reason=" ")
    publicity.unpublish(actor=personas.office, suggestion=row, reason="更正")
    publicity.unpublish(actor=personas.office, suggestion=row, reason="更正")
    assert publicity.shown(row) is None


def test_many_are_marked_at_once_after_a_look(district, personas, signed_in):
    rows = [answered(district, personas) for _ in range(2)]
    answered(district, personas)
    client = signed_in(personas.office)
    codes = [row.code for row in rows]
    for data in ({}, {"code": codes}):
        assert client.post(f"{LIST}mark/", data).status_code == 302
    assert not Reply.objects.filter(published_on__isnull=False).exists()
    assert signed_in(personas.deputy).post(f"{LIST}mark/", {"code": codes, "is_checked": "yes"}).status_code == 403
    assert signed_in(personas.town1).post(f"{LIST}mark/", {"code": codes, "is_checked": "yes"}).status_code == 302  # not hers to mark
    assert not Reply.objects.filter(published_on__isnull=False).exists()
    signed_in(personas.office).post(f"{LIST}mark/", {"code": codes, "is_checked": "yes"})
    assert set(Reply.objects.filter(published_on__isnull=False).values_list("handling__suggestion__code", flat=True)) == set(codes)


def test_files_are_opened_one_by_one(district, personas, signed_in):
    row = answered(district, personas)
    reply = Reply.objects.get()
    common = {
        "original_name": "a.pdf",
        "content_type": "application/pdf",
        "suffix": ".pdf",
        "size": 1,
        "sha256": "",
        "uploaded_by": personas.unit,
    }
    files = [ReplyFile(reply=reply, **common), ReplyFile(reply=reply, **common), SuggestionFile(suggestion=row, **common)]
    for file in files:
        file.file.save("a.pdf", ContentFile(b"%PDF-1.4"))
    publicity.publish(actor=personas.office, suggestion=row, reply_files=[files[0]])
    client = signed_in(personas.visitor)

    def asked() -> list[int]:
        answers = [client.get(f"{LIST}files/{file.pk}/") for file in files]
        for shown in answers:
            b"".join(shown.streaming_content if shown.streaming else ())  # which closes the file
        return [shown.status_code for shown in answers]

    assert asked() == [200, 404, 404]
    publicity.publish(actor=personas.office, suggestion=row, files=[files[2]])
    assert asked() == [404, 404, 200]


def test_a_later_answer_waits_for_its_own_mark(district, personas):
    row = answered(district, personas)
    publicity.publish(actor=personas.office, suggestion=row)
    evaluating.evaluate(
        actor=personas.deputy,
        reply=Reply.objects.get(),
        mandate=row.proposer,
        attitude="satisfied",
        result="not_satisfied",
        text="没有动工。",
    )
    answer(row.handlings.get(), text="已经动工。")
    row.refresh_from_db()
    assert publicity.shown(row) is None
    publicity.publish(actor=personas.office, suggestion=row)
    assert [reply.text for reply in publicity.shown(row).replies] == ["已经动工。"]


def test_the_list_costs_the_same_for_any_number_of_rows(district, personas, signed_in):
    client = signed_in(personas.office)
    counts = []
    for number in (1, 2):
        for _ in range(number):
            publicity.publish(actor=personas.office, suggestion=answered(district, personas))
            answered(district, personas)
        found = []
        for state in ("published", "waiting"):
            with CaptureQueriesContext(connection) as made:
                assert client.get(LIST, {"state": state}).status_code == 200
            found.append(len(made))
        counts.append(found)
    assert counts[0] == counts[1] and max(counts[0]) <= 15
