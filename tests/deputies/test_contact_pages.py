"""The pages of voter contacts: who sees which, the form with its refusals, opening voters, drafts, the list's filters and workbook."""

import datetime
import io
import json
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook
from PIL import Image

from congress import figures, search, todos
from congress.enums import CongressLevel
from congress.models import Area, AuditEntry
from congress.periods import Period
from deputies import tasks
from deputies.enums import EndReason, MandateStatus
from deputies.models import ContactDraft, Mandate, VoterContact, VoterLiaison
from deputies.services import contacts, privacy
from deputies.services.contacts import Voter
from tests.deputies.contacts import make_people, moment, record
from tests.factories import CongressFactory, ElectoralDistrictFactory, TermFactory, VoterLiaisonFactory

pytestmark = pytest.mark.django_db
JSON = {"headers": {"Accept": "application/json"}}


@pytest.fixture
def people(district, personas):
    return make_people(district, personas)


@pytest.fixture
def three(people, personas):
    """A visit of 莫 in March, a call of 韦 in May entered by the town, a reception of 唐 in town2 last year."""
    return (
        record(personas.deputy, people.mo, at=moment(2026, 3, 2), voters=[Voter("王小明", "13800000001", "上岭村3组")]),
        record(personas.town1, people.wei, at=moment(2026, 5, 4), channel="phone", text="=卫生室缺降压药", place="圩场"),
        record(personas.town2, people.tang, at=moment(2025, 12, 30), channel="reception", text="机耕路积水"),
    )


def typed(**fields):
    return {"key": "typed-key-0001", "channel": "visit", "text": "路灯坏了", **fields}


def photo():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "gray").save(out, "JPEG")
    return SimpleUploadedFile("路灯.jpg", out.getvalue())


def end_mandates(deputy):
    on = datetime.date(2026, 6, 30)
    Mandate.objects.filter(deputy=deputy).update(status=MandateStatus.ENDED, ends_on=on, end_reason=EndReason.MOVED_AWAY)


def listed(client, query=""):
    page = client.get(f"/contacts/{query}")
    assert page.status_code == 200
    assert page["X-Total-Count"] == str(len(page.context["rows"]))
    return {contact.code for contact in page.context["rows"]}


# ---- the list


def test_everybody_sees_their_own_part(three, personas, signed_in):
    march, may, december = (contact.code for contact in three)
    assert listed(signed_in(personas.office)) == listed(signed_in(personas.leader)) == {march, may, december}
    assert listed(signed_in(personas.town1)) == {march, may}
    assert listed(signed_in(personas.town2)) == {december}
    assert listed(signed_in(personas.deputy)) == {march}
    assert listed(signed_in(personas.visitor)) == set()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?period=2026", {0, 1}),
        ("?period=2026Q2", {1}),
        ("?period=2025-12", {2}),
        ("?period=x", {0, 1, 2}),
        ("?channel=phone", {1}),
        ("?area=469901101", {0, 1}),
        ("?deputy=D-WEI", {1}),
        ("?q=降压药", {1}),
        ("?q=韦桂兰 圩场", {1}),
        ("?q=塘尾", set()),
        ("?q=王小明", set()),
        ("?channel=phone&period=2026Q1", set()),
    ],
)
def test_filters(query, found, three, personas, signed_in):
    assert listed(signed_in(personas.office), query) == {three[number].code for number in found}


def test_lists_and_pages_ask_the_same_however_many_rows(people, personas, signed_in, django_assert_max_num_queries):
    def queries(user, path):
        client = signed_in(user)
        with django_assert_max_num_queries(15) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    made = record(personas.deputy, people.mo, voters=[Voter("王")], photos=[photo()])
    contacts.correct(actor=personas.deputy, contact=made, version=0, reason="数错了", people=2)
    contacts.keep_draft(actor=personas.deputy, key="first-draft", payload="{}", reason="终止")
    paths = [
        (user, path) for user in (personas.office, personas.town1, personas.deputy) for path in ("/contacts/", f"/contacts/{made.code}/")
    ]
    paths += [
        (personas.town1, "/contacts/drafts/"),
        (personas.town1, "/contacts/new/"),
        (personas.deputy, "/contacts/new/"),
    ]
    before = [queries(*each) for each in paths]
    for _ in range(3):
        record(personas.deputy, people.mo, people.wei, voters=[Voter("王"), Voter("李")])
        contacts.keep_draft(actor=personas.deputy, key=f"k{VoterContact.objects.count()}", payload="{}", reason="终止")
    assert [queries(*each) for each in paths] == before


def test_the_workbook_masks_voters_and_holds_no_formula(three, personas, signed_in):
    answer = signed_in(personas.town1).get("/contacts/export.xlsx?period=2026")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["编号", three[1].code, three[0].code]
    assert (rows[0][8], rows[1][8]) == ("内容", "'=卫生室缺降压药")
    assert (rows[0][10], rows[2][10], rows[2][11]) == ("选民姓名", "王**", "138****0001")
    told = AuditEntry.objects.get(action="congress.export_file")
    assert (told.actor, told.target_ref, told.reason) == (personas.town1, "contacts", "联系选民记录 2 行")


def test_the_workbook_is_for_those_who_keep_or_look_after_contacts(three, personas, signed_in):
    for person in (personas.office, personas.leader, personas.deputy):
        assert signed_in(person).get("/contacts/export.xlsx").status_code == 200
    for person in (personas.unit, personas.sysadmin, personas.visitor):
        client = signed_in(person)
        assert client.get("/contacts/export.xlsx").status_code == 403
        assert "contacts/export.xlsx" not in client.get("/contacts/").content.decode()


def test_search_finds_contacts_one_may_see(three, personas):
    found = {searcher.key: [hit.url for hit in hits] for searcher, hits in search.everywhere(personas.town1, "降压药")}
    assert found["contacts"] == [f"/contacts/{three[1].code}/"]
    assert "contacts" not in {searcher.key for searcher, _ in search.everywhere(personas.town2, "降压药")}


# ---- 记一笔


def test_the_form_is_for_deputies_town_staff_and_the_office(people, personas, signed_in):
    answers = {name: signed_in(user).get("/contacts/new/").status_code for name, user in personas.all().items()}
    allowed = {"office", "town1", "town2", "street1", "farm1", "deputy"}
    assert answers == {name: 200 if name in allowed else 403 for name in answers}


def test_a_deputy_saves_without_script(people, personas, signed_in):
    client = signed_in(personas.deputy)
    page = client.get("/contacts/new/")
    assert page.context["form"]["key"].value() and "姓名、电话和住址" in page.content.decode()
    posted = typed(
        owner=str(personas.deputy.pk),
        at="2026-03-02T09:30",
        companions=["D-WEI"],
        people="3",
        voters_name=["王小明", "", "㛃"],
        voters_phone=["+86 138-0000-0001", "", ""],
        voters_address=["", "", ""],
        photos=[photo(), photo()],
    )
    answer = client.post("/contacts/new/", posted)
    made = VoterContact.objects.get()
    assert answer.url == f"/contacts/{made.code}/"
    assert set(made.deputies.all()) == {people.mo, people.wei}
    assert (timezone.localtime(made.at).hour, made.people, made.photos.count()) == (9, 3, 2)
    assert [(v.name, v.phone) for v in made.voters.all()] == [("王小明", "13800000001"), ("㛃", "")]
    again = client.post("/contacts/new/", typed(text="再来一次"))
    assert again.url == answer.url and VoterContact.objects.count() == 1


def test_saving_leads_on_to_the_opinion(people, personas, signed_in):
    client = signed_in(personas.deputy)
    answer = client.post("/contacts/new/", typed(follow="on"))
    made = VoterContact.objects.get()
    assert made.awaits_opinion and answer.url == f"/contacts/{made.code}/opinions/new/"
    assert "现在没空登记意见，以后可以从“待办”里接着办" in client.get(answer.url).content.decode()
    assert client.post("/contacts/new/", typed(follow="on"), **JSON).json()["url"] == answer.url
    page = client.get(f"/contacts/{made.code}/").content.decode()
    assert "还没有登记意见" in page and "不用办了" in page
    assert client.post(f"/contacts/{made.code}/needs-no-opinion/").url == f"/contacts/{made.code}/"
    assert "不用办了" not in client.get(f"/contacts/{made.code}/").content.decode()
    refused = client.post("/contacts/new/", typed(key="typed-key-0002", text="", follow="on"))
    assert 'name="follow" checked' in refused.content.decode()


def test_photos_are_added_on_the_record(people, personas, signed_in):
    made = record(personas.deputy, people.mo)
    client, address = signed_in(personas.deputy), f"/contacts/{made.code}/photos/"
    assert client.post(address, {"photos": [photo()]}).url == f"/contacts/{made.code}/"
    assert made.photos.count() == 1
    assert client.post(address, {"photos": [photo()]}).status_code == 302 and made.photos.count() == 1
    refused = client.post(address, {"photos": [SimpleUploadedFile("说明.txt", b"x")]})
    assert refused.status_code == 422 and "“说明.txt”" in refused.content.decode()
    assert signed_in(personas.office).post(address, {"photos": [photo()]}).status_code == 403
    assert signed_in(personas.town2).post(address, {"photos": [photo()]}).status_code == 404


def test_a_late_record_of_one_who_is_no_deputy_any_more_leads_home(people, personas, signed_in):
    end_mandates(people.mo)
    personas.deputy.grants.update(ends_on=datetime.date(2026, 6, 29))
    answer = signed_in(personas.deputy).post("/contacts/new/", typed(at="2026-06-29T10:00", follow="on"), **JSON)
    assert answer.json()["url"] == "/" and VoterContact.objects.count() == 1


def test_what_was_typed_stays_when_it_is_refused(people, personas, signed_in):
    answer = signed_in(personas.deputy).post("/contacts/new/", typed(at="2099-01-01T10:00", place="村口", voters_name=["王"]))
    text = answer.content.decode()
    assert answer.status_code == 422 and "还没有到，没有保存" in text
    assert "路灯坏了" in text and 'value="村口"' in text and 'value="王"' in text and "typed-key-0001" in text


def test_town_staff_choose_whose_it_is(people, personas, signed_in):
    client = signed_in(personas.town1)
    assert "请选择代表" in client.post("/contacts/new/", typed()).content.decode()
    assert "不在您可以查看的范围内" in client.post("/contacts/new/", typed(deputy="D-TANG")).content.decode()
    client.post("/contacts/new/", typed(deputy="D-WEI", companions=[people.mo.code], area="469901101202"))
    made = VoterContact.objects.get()
    assert (made.author, made.area.name, made.electoral_district.name) == (personas.town1, "下岭村", "东岭第一选区")
    assert set(made.deputies.all()) == {people.wei, people.mo}
    assert "（代记）" in client.get(f"/contacts/{made.code}/").content.decode()


def test_a_phone_is_answered_in_json(people, personas, signed_in):
    client = signed_in(personas.deputy)
    answer = client.post("/contacts/new/", typed(), **JSON)
    code = VoterContact.objects.get().code
    assert answer.json() == {"code": code, "url": f"/contacts/{code}/"}
    assert client.post("/contacts/new/", typed(), **JSON).json()["code"] == code
    answer = client.post("/contacts/new/", typed(key="typed-key-0002", text=""), **JSON)
    assert (answer.status_code, answer.json()) == (422, {"errors": {"text": "请写明选民说了什么，一两句话就可以。"}, "ended": False})


def test_another_accounts_draft_is_not_sent(people, personas, signed_in):
    answer = signed_in(personas.town1).post("/contacts/new/", typed(owner=str(personas.deputy.pk), deputy="D-WEI"), **JSON)
    assert answer.status_code == 422 and "另一个账号" in answer.json()["errors"]["__all__"]
    assert not VoterContact.objects.exists()


def test_a_draft_of_an_ended_mandate_reaches_the_towns_staff(people, personas, signed_in):
    end_mandates(people.mo)
    client = signed_in(personas.deputy)
    online = client.post("/contacts/new/", typed())
    assert online.status_code == 422 and 'name="hand_over"' in online.content.decode()
    posted = typed(hand_over="1", place="村口", voters_name=["王小明"], voters_phone=["1"], voters_address=[""], photos=[photo()])
    answer = client.post("/contacts/new/", posted, **JSON).json()
    assert answer["kept"] and "已交镇（街道）人大工作人员核对" in answer["sentence"]
    draft = ContactDraft.objects.get()
    assert "text" in json.loads(draft.payload) and "csrfmiddlewaretoken" not in draft.payload

    town = signed_in(personas.town1)
    assert [todo.title for todo in todos.waiting_for(personas.town1) if todo.kind == "联系选民"] == ["核对代表莫交来的联系记录"]
    assert "代表莫" in town.get("/contacts/drafts/").content.decode()
    address = f"/contacts/new/?draft={draft.key}"
    page = town.get(address).content.decode()
    assert "路灯坏了" in page and 'value="王小明"' in page and "/contacts/drafts/photos/" in page
    assert signed_in(personas.town2).get(address).status_code == 404
    assert client.get(address).status_code == 403
    town.post(address, typed(key="town-key-0001", deputy="D-WEI", at="2026-06-29T10:00", voters_name=["王小明"]))
    made = VoterContact.objects.get()
    draft.refresh_from_db()
    assert draft.contact == made and made.photos.count() == 1
    assert town.get(address).status_code == 409
    assert client.get("/contacts/drafts/photos/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_town_staff_drop_a_draft(people, personas, signed_in):
    draft = contacts.keep_draft(actor=personas.deputy, key="late-key-1", payload="{}", reason="终止")
    address = f"/contacts/drafts/{draft.key}/drop/"
    assert signed_in(personas.town2).post(address, {"note": "重复"}).status_code == 404
    assert signed_in(personas.deputy).post(address, {"note": "重复"}).status_code == 403
    assert signed_in(personas.town1).post(address, {"note": "重复"}).url == "/contacts/drafts/"
    assert ContactDraft.objects.get().note == "重复"


# ---- one record


def test_voters_are_masked_and_opened_only_by_those_who_handle_it(three, personas, signed_in):
    address = f"/contacts/{three[0].code}/"
    for user in (personas.office, personas.leader, personas.town1, personas.deputy):
        text = signed_in(user).get(address).content.decode()
        assert "王**" in text and "138****0001" in text and "王小明" not in text and "13800000001" not in text
    opened = signed_in(personas.town1).post(f"{address}voters/")
    assert "王小明" in opened.content.decode() and "no-store" in opened["Cache-Control"]
    assert signed_in(personas.deputy).post(f"{address}voters/").status_code == 200
    entries = AuditEntry.objects.filter(action="deputies.open_voters")
    assert {(entry.actor, entry.target_ref) for entry in entries} == {(personas.town1, three[0].code), (personas.deputy, three[0].code)}
    assert signed_in(personas.office).post(f"{address}voters/").status_code == 403
    assert signed_in(personas.town2).post(f"{address}voters/").status_code == 404


def test_voters_are_put_right_and_deleted_as_they_ask(three, personas, signed_in):
    client, address = signed_in(personas.town1), f"/contacts/{three[0].code}/voters/"
    assert 'value="王小明"' in client.post(address).content.decode()
    typed = {"voters_name": ["王小名", "李四"], "voters_phone": ["", ""], "voters_address": ["", ""]}
    refused = client.post(f"{address}change/", typed)
    assert refused.status_code == 422 and "请写明更正或者删除的原因" in refused.content.decode() and "王小名" in refused.content.decode()
    assert client.post(f"{address}change/", {**typed, "reason": "写错了"}).url == f"/contacts/{three[0].code}/"
    assert [voter.name for voter in three[0].voters.all()] == ["王小名", "李四"]
    client.post(f"{address}change/", {**typed, "reason": "再点一次"})
    blank = {name: ["", ""] for name in typed}
    client.post(f"{address}change/", {**blank, "reason": "选民要求删除"})
    assert not three[0].voters.exists()
    entries = AuditEntry.objects.filter(action="deputies.change_voters").order_by("pk")
    assert [(entry.changes, entry.reason) for entry in entries] == [
        ({"voters": [1, 2]}, "写错了"),
        ({"voters": [2, 0]}, "选民要求删除"),
    ]
    for name, status in (("office", 403), ("leader", 403), ("town2", 404), ("unit", 404)):
        assert signed_in(getattr(personas, name)).post(f"{address}change/", {**blank, "reason": "x"}).status_code == status


def test_a_correction_shows_what_stood_before(three, personas, signed_in):
    client, address = signed_in(personas.deputy), f"/contacts/{three[0].code}/correct/"
    form = client.get(address).context["form"]
    posted = {name: form[name].value() for name in form.fields if form[name].value() is not None} | {"at": "2026-03-02T10:00"}
    assert "请写明更正的原因" in client.post(address, posted).content.decode()
    posted |= {"text": "路灯坏了两盏", "reason": "数错了"}
    assert client.post(address, posted).url == f"/contacts/{three[0].code}/"
    text = client.get(f"/contacts/{three[0].code}/").content.decode()
    assert "路灯坏了两盏" in text and "数错了" in text and "村口的路灯坏了三盏" in text
    late = client.post(address, posted | {"text": "路灯坏了一盏"})
    assert late.status_code == 422 and "已由他人更正" in late.content.decode() and "路灯坏了一盏" in late.content.decode()
    assert signed_in(personas.office).get(address).status_code == 403
    assert signed_in(personas.town2).get(address).status_code == 404


def test_photos_are_for_those_who_see_the_record(people, personas, signed_in):
    row = record(personas.deputy, people.mo, photos=[photo()]).photos.get()
    for path in (f"/contacts/photos/{row.pk}/", f"/contacts/photos/{row.pk}/thumbnail/"):
        answer = signed_in(personas.town1).get(path)
        assert (answer.status_code, answer["Content-Type"], answer["X-Content-Type-Options"]) == (200, "image/jpeg", "nosniff")
        assert answer.getvalue().startswith(b"\xff\xd8")
        assert signed_in(personas.town2).get(path).status_code == 404


def test_voters_are_forgotten_a_year_after_the_term(three, district):
    assert privacy.forget_voters(on=datetime.date(2027, 1, 1)) == 0
    district.term.ends_on = datetime.date(2026, 9, 28)
    district.term.save()
    assert privacy.forget_voters(on=datetime.date(2027, 9, 27)) == 0
    assert privacy.forget_voters(on=datetime.date(2027, 9, 28)) == 1
    assert privacy.forget_voters(on=datetime.date(2027, 9, 28)) == 0
    assert VoterContact.objects.count() == 3


def test_voters_are_kept_as_long_as_the_contacts_own_term(people, personas, district):
    """The town's term is over, the district's goes on; a contact without an electoral district waits for the last of them."""
    town_term = TermFactory(congress=CongressFactory(area=district.town1, level=CongressLevel.TOWN), number=12)
    town_seat = ElectoralDistrictFactory(term=town_term, area=district.town1)
    own, towns, placeless = (record(personas.deputy, people.mo, at=moment(2026, 3, 2), voters=[Voter("王小明")]) for _ in range(3))
    VoterContact.objects.filter(pk=towns.pk).update(electoral_district=town_seat)
    VoterContact.objects.filter(pk=placeless.pk).update(electoral_district=None)
    town_term.ends_on = datetime.date(2026, 6, 30)
    town_term.save()
    assert privacy.forget_voters(on=datetime.date(2027, 6, 30)) == 1
    assert [contact.voters.count() for contact in (own, towns, placeless)] == [1, 0, 1]
    district.term.ends_on = datetime.date(2026, 9, 28)
    district.term.save()
    assert privacy.forget_voters(on=datetime.date(2027, 9, 28)) == 2


def test_fixed_voters_and_settled_drafts_are_forgotten_a_year_later(people, personas):
    ended = datetime.date(2025, 6, 30)
    gone = VoterLiaisonFactory(deputy=people.mo, ends_on=ended)
    waiting = VoterLiaisonFactory(deputy=people.mo, ends_on=ended, awaits_successor=True)
    successor = VoterLiaisonFactory(deputy=people.wei, starts_on=ended, handed_from=gone)
    open_draft = contacts.keep_draft(actor=personas.deputy, key="open-draft", payload="{}", reason="终止")
    settled = contacts.keep_draft(actor=personas.deputy, key="settled-draft", payload="{}", reason="终止", photos=[photo()])
    file = settled.photos.get().file
    ContactDraft.objects.filter(pk=settled.pk).update(settled_at=moment(2025, 6, 30), settled_by=personas.town1)
    assert privacy.forget_voters(on=datetime.date(2026, 6, 29)) == 0
    assert privacy.forget_voters(on=datetime.date(2026, 6, 30)) == 2
    assert privacy.forget_voters(on=datetime.date(2026, 6, 30)) == 0
    assert set(VoterLiaison.objects.all()) == {waiting, successor}
    assert list(ContactDraft.objects.all()) == [open_draft]
    entry = AuditEntry.objects.get(action="deputies.forget_voters")
    assert (entry.actor_name, entry.changes) == ("系统", {"voter_liaisons": [1, 0], "drafts": [1, 0]})
    assert file.storage.exists(file.name)  # taken away when the transaction commits


def test_beat_forgets_every_day(settings):
    entry = settings.CELERY_BEAT_SCHEDULE["forget-voters"]
    assert (entry["task"], entry["schedule"]) == (tasks.forget_voters.name, 86400.0)


# ---- home and figures


def test_the_deputys_home_counts_this_month(people, personas, signed_in):
    record(personas.deputy, people.mo, at=timezone.now())
    text = signed_in(personas.deputy).get("/").content.decode()
    month = timezone.localdate().strftime("%Y-%m")
    assert f'本月已联系选民 <a href="/contacts/?period={month}">1 次</a>' in text
    assert "区人大代表 · 上岭村" in text and 'href="/contacts/new/"' in text


def test_figures_of_deputies_and_areas(three, people, district, django_assert_num_queries):
    year = Period.year(2026)
    with django_assert_num_queries(1):
        assert figures.values("deputies.contacts", [people.mo.pk, people.wei.pk, people.tang.pk], year) == {
            people.mo.pk: 1,
            people.wei.pk: 1,
        }
    assert figures.values("deputies.contacts", [people.wei.pk], year, "visit") == {}
    ids = list(Area.objects.values_list("pk", flat=True))
    with django_assert_num_queries(4):
        found = figures.values("deputies.voter_contacts", ids, year)
    assert found[district.area.pk] == Decimal(2) / 3
    assert found[district.town1.pk] == 1
    assert district.town2.pk not in found
    assert figures.find("deputies.voter_contacts").records("469901101", year, "") == "/contacts/?area=469901101&period=2026"
    assert figures.find("deputies.contacts").records("D-WEI", Period.quarter(2026, 2), "phone") == (
        "/contacts/?deputy=D-WEI&period=2026Q2&channel=phone"
    )


# ---- what a phone keeps


def test_the_kept_page_knows_nobody(personas, signed_in, client):
    own = signed_in(personas.deputy)
    own.cookies["mode"] = "elder"
    page = own.get("/contacts/offline/")
    assert page.content == client.get("/contacts/offline/").content
    assert personas.deputy.name not in page.content.decode() and "csrf" not in page.content.decode()


def test_the_worker_the_manifest_and_the_session(personas, signed_in, client):
    worker = client.get("/worker.js")
    assert (worker["Service-Worker-Allowed"], worker["Content-Type"]) == ("/", "text/javascript")
    told = json.loads(worker.content.decode().partition("\n")[0].removeprefix("const TOLD = ").removesuffix(";"))
    assert told["shell"] == "/contacts/offline/" and {"/seal.svg", "/static/js/contact.js", "/static/img/icons.svg"} <= set(told["files"])
    manifest = client.get("/manifest.webmanifest")
    assert manifest["Content-Type"] == "application/manifest+json" and manifest.json()["start_url"] == "/contacts/new/"
    assert [(icon["sizes"], icon["purpose"]) for icon in manifest.json()["icons"]] == [
        ("any", "any"),
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    ]
    for size in (180, 192, 512):
        with Image.open(io.BytesIO(client.get(f"/icon-{size}.png").content)) as picture:
            assert (picture.format, picture.size) == ("PNG", (size, size))
    assert client.get("/icon-64.png").status_code == 404
    assert '<link rel="apple-touch-icon" href="/icon-180.png">' in client.get("/accounts/login/").content.decode()
    assert client.get("/contacts/session/").status_code == 302
    told = signed_in(personas.deputy).get("/contacts/session/").json()
    assert told["user"] == str(personas.deputy.pk) and told["token"]
    assert signed_in(personas.leader).get("/contacts/session/").json() == {"user": ""}
    policy = client.get("/accounts/login/")["Content-Security-Policy"]
    assert "worker-src 'self'" in policy and "manifest-src 'self'" in policy
