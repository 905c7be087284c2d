"""Recording a contact once and only once, what is refused, and corrections that keep the earlier text."""

import datetime
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from congress import todos
from congress.errors import Conflict, DomainError
from congress.models import AuditEntry, Notification
from deputies.enums import EndReason, MandateStatus, Way
from deputies.models import ContactDraft, ContactVoter, Deputy, Mandate, VoterContact
from deputies.services import contacts, opinions
from deputies.services.contacts import Voter
from tests.deputies.contacts import at_once, make_people, moment, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(district, personas):
    return make_people(district, personas)


def photo(name="路灯.jpg", size=(40, 30), kind="JPEG"):
    out = io.BytesIO()
    Image.new("RGB", size, "gray").save(out, kind)
    return SimpleUploadedFile(name, out.getvalue())


def end_mandates(deputy, on):
    Mandate.objects.filter(deputy=deputy).update(status=MandateStatus.ENDED, ends_on=on, end_reason=EndReason.MOVED_AWAY)


def test_a_deputy_records_her_own(people, personas, district):
    made = record(
        personas.deputy,
        people.mo,
        at=moment(2026, 3, 2),
        place="文化广场",
        voters=[Voter("王小明𠮷", "13800000001", "上岭村3组"), Voter("㛃")],
        text=" 路灯坏了😀 ",
    )
    made = VoterContact.objects.get(pk=made.pk)
    assert made.code == f"LX{timezone.localdate().year}-000001"
    assert made.text == "路灯坏了😀"
    assert (made.area, made.electoral_district.area, made.people, made.author) == (
        district.villages[1],
        district.villages[1],
        2,
        personas.deputy,
    )
    assert [(v.name, v.phone) for v in made.voters.all()] == [("王小明𠮷", "13800000001"), ("㛃", "")]
    entry = AuditEntry.objects.get(action="deputies.record_contact")
    assert (entry.target_ref, entry.changes) == (made.code, {"deputies": [None, [people.mo.code]]})
    assert "王小明" not in str(ContactVoter.objects.filter(contact=made).extra(select={"raw": "name"}).values_list("raw"))


def test_the_same_key_gives_the_same_record(people, personas):
    first = record(personas.deputy, people.mo, key="the-same-key")
    again = record(personas.deputy, people.mo, key="the-same-key", text="别的话")
    assert again == first and again.text == first.text
    assert VoterContact.objects.count() == AuditEntry.objects.filter(action="deputies.record_contact").count() == 1


def test_another_persons_key_tells_nothing(people, personas):
    record(personas.deputy, people.mo, key="the-same-key")
    with pytest.raises(Conflict, match="这份表单已经用过"):
        record(personas.town1, people.wei, key="the-same-key")


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_the_same_moment_gives_one_record(people, personas):
    assert (
        at_once([lambda: record(personas.deputy, people.mo, key="the-same-key").code] * 4) == [f"LX{timezone.localdate().year}-000001"] * 4
    )
    assert VoterContact.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_codes_stay_apart_at_the_same_moment(people, personas):
    codes = at_once([lambda: record(personas.deputy, people.mo).code for _ in range(8)])
    assert sorted(codes) == [f"LX{timezone.localdate().year}-{number:06d}" for number in range(1, 9)]


def test_saving_asks_at_most_twelve_questions(people, personas, signed_in):
    with CaptureQueriesContext(connection) as asked:
        record(personas.deputy, people.mo, people.wei, voters=[Voter("王"), Voter("李")])
    assert without_savepoints(asked) <= 9
    client = signed_in(personas.deputy)
    posted = {
        "key": "posted-key-1",
        "channel": "phone",
        "text": "话",
        "voters_name": ["王", "李"],
        "voters_phone": ["1", ""],
        "voters_address": ["", ""],
    }
    with CaptureQueriesContext(connection) as asked:
        assert client.post("/contacts/new/", posted).status_code == 302
    assert without_savepoints(asked) <= 12, [query["sql"][:90] for query in asked]


def without_savepoints(asked):
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in asked)


def test_town_staff_enter_for_their_deputies_and_stay_the_author(people, personas):
    Deputy.objects.filter(pk=people.wei.pk).update(user=personas.visitor)
    people.wei.refresh_from_db()
    made = record(personas.town1, people.wei, people.mo)
    assert made.author == personas.town1
    assert set(made.deputies.all()) == {people.wei, people.mo}
    with pytest.raises(PermissionDenied):
        record(personas.town1, people.tang)
    with pytest.raises(PermissionDenied):
        record(personas.deputy, people.wei)
    with pytest.raises(PermissionDenied):
        record(personas.leader, people.wei)


@pytest.mark.django_db(transaction=True)
def test_the_deputy_is_told_of_what_was_entered_for_her(people, personas):
    made = record(personas.town1, people.mo, at=moment(2026, 3, 2))
    note = Notification.objects.get(user=personas.deputy)
    assert note.text == "东岭李记了一次您3月2日的联系选民（走访），请核对。"
    assert note.url == f"/contacts/{made.code}/"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"at": timezone.now() + datetime.timedelta(days=1)}, "还没有到，没有保存"),
        ({"text": "  "}, "请写明选民说了什么"),
        ({"at": moment(2020, 1, 1)}, "还不是代表"),
        ({"photos": [SimpleUploadedFile("说明.pdf", b"%PDF-1.4")]}, "“说明.pdf”不是照片"),
        ({"photos": [SimpleUploadedFile("坏.jpg", b"\xff\xd8\xff")]}, "“坏.jpg”：图片已损坏"),
    ],
)
def test_refusals_are_sentences(change, sentence, people, personas):
    with pytest.raises(DomainError, match=sentence):
        record(personas.deputy, people.mo, **change)
    assert not VoterContact.objects.exists()


def test_nobody_and_the_suspended_are_refused(people, personas):
    with pytest.raises(DomainError, match="请选择代表"):
        record(personas.deputy)
    Mandate.objects.filter(deputy=people.mo).update(status=MandateStatus.SUSPENDED, end_reason=EndReason.CRIMINAL_CASE)
    with pytest.raises(DomainError, match="暂停执行代表职务"):
        record(personas.deputy, people.mo)


def test_a_clock_a_little_ahead_is_taken_as_now(people, personas):
    made = record(personas.deputy, people.mo, at=timezone.now() + datetime.timedelta(minutes=5))
    assert made.at <= timezone.now()


def test_an_ended_mandate_takes_no_more_contacts_but_those_before(people, personas):
    end_mandates(people.mo, datetime.date(2026, 6, 30))
    assert record(personas.deputy, people.mo, at=moment(2026, 6, 29)).pk
    with pytest.raises(contacts.MandateEnded, match="已于2026年6月30日终止（迁出或者调离本行政区域）"):
        record(personas.deputy, people.mo, at=moment(2026, 6, 30))


def test_what_came_too_late_is_left_with_the_towns_staff(people, personas):
    end_mandates(people.mo, datetime.date(2026, 6, 30))

    def keep():
        return contacts.keep_draft(actor=personas.deputy, key="late-key-1", payload='{"text": ["话"]}', reason="终止", photos=[photo()])

    draft = keep()
    assert keep() == draft and ContactDraft.objects.count() == 1 and draft.photos.count() == 1
    assert list(ContactDraft.objects.to_handle_by(personas.town1)) == [draft]
    assert not ContactDraft.objects.to_handle_by(personas.town2).exists()
    with pytest.raises(PermissionDenied):
        contacts.keep_draft(actor=personas.office, key="late-key-2", payload="{}", reason="")
    made = record(personas.town1, people.wei, draft=draft)
    draft.refresh_from_db()
    assert (draft.contact, draft.settled_by) == (made, personas.town1)
    assert contacts.drop_draft(actor=personas.town1, draft=draft, note="重复").note == ""


def test_a_draft_is_dropped_with_a_reason_by_the_towns_staff(people, personas):
    draft = contacts.keep_draft(actor=personas.deputy, key="late-key-1", payload="{}", reason="终止")
    with pytest.raises(PermissionDenied):
        contacts.drop_draft(actor=personas.town2, draft=draft, note="重复")
    with pytest.raises(DomainError, match="请写明不予登记的原因"):
        contacts.drop_draft(actor=personas.town1, draft=draft, note=" ")
    assert contacts.drop_draft(actor=personas.town1, draft=draft, note="重复").settled_by == personas.town1
    assert contacts.drop_draft(actor=personas.town1, draft=draft, note="另一个原因").note == "重复"


def test_photos_lose_their_metadata(people, personas, real_data):
    names = ("photos/pillow_hopper.heif", "photos/pillow_exif_gps.jpg")
    uploads = [SimpleUploadedFile(name.rpartition("/")[2], (real_data / "uploads" / name).read_bytes()) for name in names]
    made = record(personas.deputy, people.mo, photos=uploads)
    assert {row.content_type for row in made.photos.all()} == {"image/jpeg"}
    for row in made.photos.all():
        with row.file.open("rb") as stream, Image.open(stream) as picture:
            assert dict(picture.getexif()) == {}


def test_a_forty_megapixel_photo_is_made_small(people, personas):
    made = record(personas.deputy, people.mo, photos=[photo(size=(7300, 5500))])
    with made.photos.get().file.open("rb") as stream, Image.open(stream) as picture:
        assert picture.size == (1600, 1205)


def test_photos_are_added_once_and_no_more_than_nine(people, personas):
    made = record(personas.deputy, people.mo, photos=[photo()])
    assert contacts.add_photos(actor=personas.deputy, contact=made, photos=[photo("又一次.jpg")]) == []
    colours = [photo(f"{width}.jpg", (width, 30)) for width in range(50, 59)]
    with pytest.raises(DomainError, match="一条记录最多 9 张照片，已有 1 张，还可以补充 8 张"):
        contacts.add_photos(actor=personas.deputy, contact=made, photos=colours)
    assert len(contacts.add_photos(actor=personas.town1, contact=made, photos=colours[:8])) == 8
    assert AuditEntry.objects.get(action="deputies.add_contact_photos").changes == {"photos": [1, 9]}
    for refused in (personas.town2, personas.leader, personas.office):
        with pytest.raises(PermissionDenied):
            contacts.add_photos(actor=refused, contact=made, photos=[photo()])
    with pytest.raises(DomainError, match="请选择照片"):
        contacts.add_photos(actor=personas.deputy, contact=made, photos=[])
    with pytest.raises(DomainError, match="“说明.pdf”不是照片"):
        contacts.add_photos(actor=personas.deputy, contact=made, photos=[SimpleUploadedFile("说明.pdf", b"%PDF-1.4")])


def test_what_somebody_is_to_see_to_waits_until_it_is_an_opinion(people, personas):
    def waiting(user):
        return [todo.url for todo in todos.waiting_for(user) if todo.title.startswith("登记意见：")]

    made = record(personas.town1, people.mo, awaits_opinion=True)
    assert waiting(personas.deputy) == waiting(personas.town1) == [f"/contacts/{made.code}/opinions/new/"]
    assert waiting(personas.office) == waiting(personas.leader) == waiting(personas.town2) == []
    opinions.record(actor=personas.deputy, contact=made, text="路灯坏了", way=Way.TOWN)
    assert waiting(personas.deputy) == []
    other = record(personas.deputy, people.mo, awaits_opinion=True)
    for refused in (personas.town2, personas.leader):
        with pytest.raises(PermissionDenied):
            contacts.needs_no_opinion(actor=refused, contact=other)
    assert not contacts.needs_no_opinion(actor=personas.town1, contact=other).awaits_opinion
    contacts.needs_no_opinion(actor=personas.deputy, contact=other)
    assert waiting(personas.deputy) == []
    assert AuditEntry.objects.get(action="deputies.needs_no_opinion").actor == personas.town1


def test_a_correction_keeps_the_earlier_text(people, personas):
    made = record(personas.deputy, people.mo, at=moment(2026, 3, 2), place="广场")
    after = contacts.correct(actor=personas.deputy, contact=made, version=0, reason="写错了", text="路灯坏了两盏", place="广场")
    assert (after.text, after.version) == ("路灯坏了两盏", 1)
    revision = made.revisions.get()
    assert revision.before == {"text": "村口的路灯坏了三盏，晚上孩子放学看不清路。"}
    assert (revision.reason, revision.corrected_by) == ("写错了", personas.deputy)
    same = contacts.correct(actor=personas.deputy, contact=after, version=1, reason="", text="路灯坏了两盏")
    assert same.version == 1 and made.revisions.count() == 1


def test_a_correction_refuses_the_late_the_stranger_and_the_careless(people, personas):
    made = record(personas.deputy, people.mo, at=moment(2026, 3, 2))
    contacts.correct(actor=personas.town1, contact=made, version=0, reason="核对", people=3)
    with pytest.raises(Conflict, match="已由他人更正"):
        contacts.correct(actor=personas.deputy, contact=made, version=0, reason="再改", people=4)
    with pytest.raises(PermissionDenied):
        contacts.correct(actor=personas.town2, contact=made, version=1, reason="改", people=4)
    with pytest.raises(DomainError, match="请写明更正的原因"):
        contacts.correct(actor=personas.deputy, contact=made, version=1, reason=" ", people=4)
    with pytest.raises(DomainError, match="还没有到"):
        contacts.correct(actor=personas.deputy, contact=made, version=1, reason="改", at=timezone.now() + datetime.timedelta(days=1))
    with pytest.raises(TypeError):
        contacts.correct(actor=personas.deputy, contact=made, version=1, reason="改", key="x")
    assert VoterContact.objects.get(pk=made.pk).people == 3
