"""Key suggestions: chosen, headed, followed by events to a result; each call twice, and by those who may not."""

from __future__ import annotations

import datetime
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from congress.enums import Role
from congress.errors import DomainError
from congress.models import AuditEntry, Notification
from suggestions.enums import SuggestionState, SupervisionMethod
from suggestions.models import KeySupervision, SupervisionEvent
from suggestions.services import supervising
from tests.factories import RoleGrantFactory, UserFactory
from tests.suggestions.answered import accepted, answered

M = SupervisionMethod
DAY = datetime.timedelta(days=1)


def today() -> datetime.date:
    return timezone.localdate()


def picture(name: str = "现场.png", colour: str = "red") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue())


@pytest.fixture
def suggestion(personas):
    return accepted(personas)


def choose(personas, suggestion, actor=None, **fields):
    told = {"year": 2026, "meeting": "第五十二次主任会议", "decided_on": today(), "leader": personas.leader, **fields}
    return supervising.choose(actor=actor or personas.office, suggestion=suggestion, **told)


@pytest.fixture
def row(personas, suggestion) -> KeySupervision:
    return choose(personas, suggestion)


def test_a_meeting_decides_and_a_leader_heads(personas, suggestion, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        row = choose(personas, suggestion)
    assert choose(personas, suggestion) == row
    assert (row.year, row.meeting, row.leader) == (2026, "第五十二次主任会议", personas.leader)
    assert Notification.objects.get(user=personas.leader).text == "请您领衔督办：关于修路的建议"
    assert Notification.objects.filter(user=personas.deputy, text__contains="重点督办建议").count() == 1
    assert AuditEntry.objects.filter(action="suggestions.choose_key").count() == 1
    other = UserFactory(username="leader2", name="覃副主任")
    RoleGrantFactory(user=other, role=Role.LEADER)
    assert choose(personas, suggestion, leader=other).leader == other
    assert KeySupervision.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"meeting": " "}, "请填写确定重点督办的主任会议"),
        ({"decided_on": datetime.date(2100, 1, 1)}, "不能晚于今天"),
        ({"leader": "unit"}, "不是常委会领导"),
    ],
)
def test_what_is_no_decision(personas, suggestion, fields, sentence):
    if fields.get("leader"):
        fields = {"leader": personas.unit}
    with pytest.raises(DomainError, match=sentence):
        choose(personas, suggestion, **fields)


def test_who_may_not_choose_and_what_cannot_be_chosen(personas, district, suggestion):
    for name in ("deputy", "unit", "town1", "dispatcher"):
        with pytest.raises(PermissionDenied):
            choose(personas, suggestion, actor=getattr(personas, name))
    closed = answered(personas, district, "A", "satisfied").handling.suggestion
    with pytest.raises(DomainError, match="现为“办结”，不能确定为重点督办"):
        choose(personas, closed)


def test_many_at_once_keep_nothing_else_back(personas, district, suggestion):
    closed = answered(personas, district, "A", "satisfied").handling.suggestion
    done, refused = supervising.choose_batch(
        actor=personas.leader,
        suggestions=[suggestion, closed],
        year=2026,
        meeting="第五十二次主任会议",
        decided_on=today(),
        leader=personas.leader,
    )
    assert (done, refused) == (1, ["《关于修路的建议》：该建议现为“办结”，不能确定为重点督办。"])


def test_an_event_is_entered_once_with_its_photos(personas, row):
    told = {"actor": personas.leader, "supervision": row, "method": M.INSPECTION, "on": today(), "minutes": "看了三处。", "place": "上岭村"}
    event = supervising.hold_event(**told, photos=[picture()])
    assert supervising.hold_event(**told, photos=[picture(), picture("b.png", "blue")]) == event
    assert (SupervisionEvent.objects.count(), event.photos.count()) == (1, 2)
    assert all(photo.thumbnail for photo in event.photos.all())
    assert row.suggestion.steps.filter(text="现场视察：看了三处。").count() == 1
    with pytest.raises(PermissionDenied):
        supervising.hold_event(**{**told, "actor": personas.unit})
    for fields, sentence in (
        ({"on": today() + DAY}, "不晚于今天"),
        ({"on": row.decided_on - DAY}, "在确定重点督办之后"),
        ({"minutes": " "}, "请写明督办情况"),
    ):
        with pytest.raises(DomainError, match=sentence):
            supervising.hold_event(**{**told, **fields})
    with pytest.raises(DomainError, match="“会议.pdf”不是照片"):
        supervising.hold_event(**told, photos=[SimpleUploadedFile("会议.pdf", b"%PDF-1.4 x")])


def test_an_event_is_put_right_and_its_photo_taken_away(personas, row):
    event = supervising.hold_event(
        actor=personas.office, supervision=row, method=M.MEETING, on=today(), minutes="开了会。", photos=[picture()]
    )
    told = {"actor": personas.office, "event": event, "method": M.FACE_TO_FACE, "on": today(), "minutes": "谈了话。"}
    for _ in range(2):
        changed = supervising.change_event(**told)
    assert (changed.method, changed.minutes) == (M.FACE_TO_FACE, "谈了话。")
    assert AuditEntry.objects.filter(action="suggestions.change_supervision_event").count() == 1
    with pytest.raises(PermissionDenied):
        supervising.change_event(**{**told, "actor": personas.deputy})
    photo = event.photos.get()
    with pytest.raises(PermissionDenied):
        supervising.remove_photo(actor=personas.unit, photo=photo)
    for _ in range(2):
        supervising.remove_photo(actor=personas.office, photo=photo)
    assert not event.photos.exists()
    assert AuditEntry.objects.filter(action="suggestions.remove_supervision_photo").count() == 1


def test_what_comes_next_is_done_with_once_it_was_held(personas, row, django_capture_on_commit_callbacks):
    later = today() + 3 * DAY
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            row = supervising.plan_next(actor=personas.office, supervision=row, method=M.MEETING, on=later)
    assert (row.next_method, row.next_on) == (M.MEETING, later)
    assert Notification.objects.filter(user=personas.leader, text__startswith="督办安排").count() == 1
    assert AuditEntry.objects.filter(action="suggestions.plan_supervision").count() == 1
    with pytest.raises(DomainError, match="不能早于今天"):
        supervising.plan_next(actor=personas.office, supervision=row, method=M.MEETING, on=today() - DAY)
    with pytest.raises(DomainError, match="请填写下一步督办的日期"):
        supervising.plan_next(actor=personas.office, supervision=row, method=M.MEETING, on=None)
    with pytest.raises(PermissionDenied):
        supervising.plan_next(actor=personas.town1, supervision=row, method="", on=None)
    supervising.hold_event(actor=personas.office, supervision=row, method=M.INSPECTION, on=today(), minutes="看了。")
    row.refresh_from_db()
    assert row.next_on == later  # another way than the planned one
    supervising.hold_event(actor=personas.office, supervision=row, method=M.MEETING, on=today(), minutes="开了会。")
    row.refresh_from_db()
    assert (row.next_method, row.next_on) == ("", None)


def test_the_result_ends_it(personas, row):
    with pytest.raises(DomainError, match="还没有登记督办活动"):
        supervising.conclude(actor=personas.leader, supervision=row, result="已修通。")
    supervising.hold_event(actor=personas.leader, supervision=row, method=M.MEETING, on=today(), minutes="开了会。")
    with pytest.raises(DomainError, match="请写明督办结果"):
        supervising.conclude(actor=personas.leader, supervision=row, result=" ")
    with pytest.raises(PermissionDenied):
        supervising.conclude(actor=personas.unit, supervision=row, result="已修通。")
    for _ in range(2):
        row = supervising.conclude(actor=personas.leader, supervision=row, result="已修通。")
    assert (row.result, row.concluded_on) == ("已修通。", today())
    assert AuditEntry.objects.filter(action="suggestions.conclude_supervision").count() == 1
    with pytest.raises(DomainError, match="不再安排督办"):
        supervising.plan_next(actor=personas.leader, supervision=row, method=M.MEETING, on=today())


def test_a_mistake_is_taken_back_before_anything_was_done(personas, row):
    with pytest.raises(PermissionDenied):
        supervising.drop(actor=personas.unit, supervision=row, reason="登记错了")
    with pytest.raises(DomainError, match="请写明取消"):
        supervising.drop(actor=personas.office, supervision=row, reason="")
    event = supervising.hold_event(actor=personas.office, supervision=row, method=M.MEETING, on=today(), minutes="开了会。")
    with pytest.raises(DomainError, match="已经开展督办，不能取消"):
        supervising.drop(actor=personas.office, supervision=row, reason="登记错了")
    event.delete()
    for _ in range(2):
        supervising.drop(actor=personas.office, supervision=row, reason="登记错了")
    assert not KeySupervision.objects.exists()
    with pytest.raises(DomainError, match="刚才已被取消"):
        supervising.conclude(actor=personas.office, supervision=row, result="好")
    row.suggestion.refresh_from_db()
    assert row.suggestion.state == SuggestionState.ACCEPTED
