"""Deeds, honours and nominations: who may what, the quota's arithmetic, the pages."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from congress import todos
from congress.errors import DomainError
from deputies.enums import DeedState, MandateStatus, NominationState
from deputies.models import Deed, Deputy, Honour, Mandate, Nomination, NominationRound, StandingMember
from deputies.services import honours
from tests.factories import MandateFactory

pytestmark = pytest.mark.django_db

ON = datetime.date(2026, 3, 5)
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"


@pytest.fixture
def deputy(personas):
    return Deputy.objects.get(user=personas.deputy)


@pytest.fixture
def deed(personas, deputy):
    return honours.write_deed(actor=personas.deputy, deputy=deputy, title="带头修渠", story="自筹三万元。", on=ON)


# ---- deeds


def test_a_deed_is_written_handed_in_approved_and_made_public(deed, personas, deputy):
    assert honours.write_deed(actor=personas.deputy, deputy=deputy, title="带头修渠", story="自筹三万元。", on=ON) == deed
    with pytest.raises(DomainError, match="不能转为"):
        honours.approve_deed(actor=personas.office, deed=deed)
    assert honours.submit_deed(actor=personas.town1, deed=deed).state == DeedState.SUBMITTED
    assert honours.submit_deed(actor=personas.town1, deed=deed).state == DeedState.SUBMITTED
    with pytest.raises(DomainError, match="不能再改"):
        honours.write_deed(actor=personas.deputy, deputy=deputy, deed=deed, title="改", story="改", on=ON)
    assert [todo.title for todo in todos.waiting_for(personas.office) if todo.kind == "创先争优"] == ["审核事迹：带头修渠"]
    back = honours.return_deed(actor=personas.office, deed=deed, reason="请补照片。")
    assert (back.state, back.returned_reason) == (DeedState.DRAFT, "请补照片。")
    assert honours.return_deed(actor=personas.office, deed=deed, reason="请补照片。").pk == deed.pk
    photo = SimpleUploadedFile("渠.gif", GIF, "image/gif")
    honours.write_deed(actor=personas.deputy, deputy=deputy, deed=deed, title="带头修渠", story="自筹三万元。", on=ON, photos=[photo])
    assert deed.photos.count() == 1
    honours.submit_deed(actor=personas.deputy, deed=deed)
    done = honours.approve_deed(actor=personas.office, deed=deed)
    assert (done.state, done.is_public, done.approved_by, done.returned_reason) == (DeedState.APPROVED, False, personas.office, "")
    assert honours.approve_deed(actor=personas.office, deed=deed, is_public=True).is_public
    assert not honours.approve_deed(actor=personas.office, deed=deed, is_public=False).is_public


def test_deeds_that_cannot_be(personas, deputy):
    for fields, words in (
        ({"title": " "}, "请写明标题和事迹"),
        ({"on": timezone.localdate() + datetime.timedelta(days=1)}, "还没有到"),
        ({"photos": [SimpleUploadedFile("a.txt", b"text")]}, "没有保存|未保存"),
    ):
        with pytest.raises(DomainError, match=words):
            honours.write_deed(actor=personas.deputy, deputy=deputy, **{"title": "题", "story": "事", "on": ON, **fields})
    assert not Deed.objects.exists()


@pytest.mark.parametrize("name", ["town2", "leader", "unit", "dispatcher", "visitor", "sysadmin", "assessor"])
def test_others_write_and_approve_nothing(name, deed, deputy, personas):
    actor = getattr(personas, name)
    for refused in (
        lambda: honours.write_deed(actor=actor, deputy=deputy, title="题", story="事", on=ON),
        lambda: honours.submit_deed(actor=actor, deed=deed),
        lambda: honours.approve_deed(actor=actor, deed=deed),
        lambda: honours.return_deed(actor=actor, deed=deed, reason="不"),
        lambda: honours.record_honour(actor=actor, deputy=deputy, name="优秀", level="区级", awarded_by="区人大", on=ON),
        lambda: honours.open_round(
            actor=actor, year=2026, quota_percent=Decimal(20), excludes_leaders=True, closes_on=timezone.localdate()
        ),
    ):
        with pytest.raises(PermissionDenied):
            refused()
    with pytest.raises(PermissionDenied):
        honours.approve_deed(actor=personas.town1, deed=deed)


def test_honours_are_entered_once(personas, deputy):
    fields = {"deputy": deputy, "name": "优秀人大代表", "level": "市级", "awarded_by": "市人大常委会", "on": ON}
    assert honours.record_honour(actor=personas.office, **fields) == honours.record_honour(actor=personas.office, **fields)
    with pytest.raises(DomainError, match="还没有到"):
        honours.record_honour(actor=personas.office, **{**fields, "on": timezone.localdate() + datetime.timedelta(days=1)})


# ---- nominations


@pytest.mark.parametrize(
    ("percent", "serving", "places"),
    [
        ("20", 0, 0),
        ("20", 1, 1),
        ("20", 4, 1),
        ("20", 9, 1),
        ("20", 10, 2),
        ("20", 14, 2),
        ("20", 15, 3),
        ("33.33", 3, 1),
        ("33.34", 6, 2),
        ("100", 7, 7),
        ("0.5", 50, 1),
    ],
)
def test_quota(percent, serving, places):
    assert honours.quota(Decimal(percent), serving) == places


@pytest.fixture
def round(personas):
    closes = timezone.localdate() + datetime.timedelta(days=10)
    return honours.open_round(actor=personas.office, year=2026, quota_percent=Decimal(20), excludes_leaders=True, closes_on=closes)


def test_a_deputy_of_several_levels_counts_once(district, personas, deputy):
    MandateFactory(deputy=deputy, term__number=9, term__congress=district.congress, area=district.town1)
    ended = MandateFactory(term=district.term, area=district.town1)
    Mandate.objects.filter(pk=ended.pk).update(status=MandateStatus.ENDED, ends_on=ON, end_reason="resigned")
    assert honours.serving_within(district.town1) == 1
    assert honours.serving_within(district.area) == 1


def test_a_town_nominates_within_its_quota(round, district, personas, deputy):
    others = [MandateFactory(term=district.term, area=district.town1).deputy for _ in range(9)]  # ten serve: two places
    leader = Mandate.objects.get(deputy=others[0])
    StandingMember.objects.create(mandate=leader, post="副主任", starts_on=ON)
    far = MandateFactory(term=district.term, area=district.town2).deputy

    def put_forward(person, actor=personas.town1):
        return honours.nominate(actor=actor, round=round, area=district.town1, deputy=person, grounds="履职积极。")

    for person in (others[0], far):
        with pytest.raises(DomainError, match="不能由东岭镇推荐"):
            put_forward(person)
    with pytest.raises(PermissionDenied):
        put_forward(deputy, personas.town2)
    with pytest.raises(PermissionDenied):
        put_forward(deputy, personas.office)
    first = put_forward(deputy)
    assert put_forward(deputy) == first
    put_forward(others[1])
    with pytest.raises(DomainError, match="推荐名额为 2 名，已经用完"):
        put_forward(others[2])
    with pytest.raises(DomainError, match="请写明理由"):
        honours.examine(actor=personas.office, nomination=first, passes=False)
    with pytest.raises(PermissionDenied):
        honours.examine(actor=personas.town1, nomination=first, passes=True)
    honours.examine(actor=personas.office, nomination=first, passes=False, opinion="本年未参加视察。")
    assert put_forward(others[2]).state == NominationState.NOMINATED  # a refused one frees its place
    NominationRound.objects.update(excludes_leaders=False)
    round.refresh_from_db()
    assert others[0] in honours.eligible(round, district.town1)
    NominationRound.objects.update(closes_on=timezone.localdate() - datetime.timedelta(days=1))
    with pytest.raises(DomainError, match="截止"):
        put_forward(others[3])


def test_the_meeting_decides_once(round, district, personas, deputy):
    mine = honours.nominate(actor=personas.town1, round=round, area=district.town1, deputy=deputy, grounds="履职积极。")
    decide = {"actor": personas.office, "round": round, "meeting": "区八届人大常委会第六十次主任会议", "on": ON, "chosen": [mine]}
    with pytest.raises(DomainError, match="还有推荐没有审查"):
        honours.decide(**decide)
    honours.examine(actor=personas.office, nomination=mine, passes=True)
    with pytest.raises(DomainError, match="请写明审定的主任会议"):
        honours.decide(**{**decide, "meeting": " "})
    with pytest.raises(DomainError, match="请勾选"):
        honours.decide(**{**decide, "chosen": []})
    with pytest.raises(PermissionDenied):
        honours.decide(**{**decide, "actor": personas.town1})
    made = honours.decide(**decide)
    assert [(h.deputy, h.name, h.level, h.awarded_by, h.on) for h in made] == [
        (deputy, "2026年度优秀人大代表", "区级", "榕江区人大常委会", ON)
    ]
    assert honours.decide(**decide) == list(Honour.objects.all())
    assert Nomination.objects.get().state == NominationState.HONOURED
    with pytest.raises(DomainError, match="已经主任会议审定"):
        honours.examine(actor=personas.office, nomination=mine, passes=False, opinion="改")


# ---- pages


def test_pages_of_deeds(deed, personas, district, signed_in):
    def listed(person):
        page = signed_in(person).get("/deeds/")
        assert page.status_code == 200
        return page["X-Total-Count"]

    assert [listed(getattr(personas, name)) for name in ("office", "town1", "deputy", "town2", "unit", "visitor")] == list("111000")
    client = signed_in(personas.deputy)
    assert client.get("/deeds/new/").status_code == 200
    assert signed_in(personas.leader).get("/deeds/new/").status_code == 403
    assert signed_in(personas.town2).get(f"/deeds/{deed.code}/").status_code == 404
    refused = client.post("/deeds/new/", {"title": "带头", "story": "", "on": "2026-03-05"})
    assert refused.status_code == 422 and "带头" in refused.content.decode()
    data = {"title": "修桥", "story": "自筹。", "on": "2026-03-06", "photos": SimpleUploadedFile("桥.gif", GIF, "image/gif")}
    answer = client.post("/deeds/new/", {**data, "deputy": deed.deputy.pk})
    made = Deed.objects.get(title="修桥")
    assert answer["Location"] == f"/deeds/{made.code}/"
    photo = made.photos.get()
    shown = client.get(f"/deeds/photos/{photo.pk}/thumbnail/")
    assert shown.status_code == 200 and shown["Content-Type"] == "image/jpeg"
    assert b"".join(shown.streaming_content)
    assert signed_in(personas.town2).get(f"/deeds/photos/{photo.pk}/").status_code == 404
    assert client.post(f"/deeds/{made.code}/submit/").status_code == 302
    assert client.post(f"/deeds/{made.code}/approve/").status_code == 403
    office = signed_in(personas.office)
    assert office.post(f"/deeds/{made.code}/return/", {"reason": ""}).status_code == 422
    assert office.post(f"/deeds/{made.code}/approve/", {"public": "on"}).status_code == 302
    assert "可公开" in signed_in(personas.town2).get(f"/deeds/{made.code}/").content.decode()


def test_pages_of_honours_and_nominations(round, deputy, personas, district, signed_in):
    office, town = signed_in(personas.office), signed_in(personas.town1)
    entered = {"code": deputy.code, "name": "优秀代表", "level": "市级", "awarded_by": "市人大常委会", "on": "2026-01-05"}
    assert office.post("/honours/", {**entered, "code": "nobody"}).status_code == 422
    assert town.post("/honours/", entered).status_code == 403
    assert office.post("/honours/", entered).status_code == 302
    assert [
        town.get(f"/honours/{query}")["X-Total-Count"] for query in ("", "?year=2026", "?year=2025", "?level=市级", "?q=优秀", "?year=x")
    ] == list("110111")
    page = town.get("/nominations/2026/")
    assert (page.context["places"], page.context["left"]) == (1, 1)
    assert town.post("/nominations/2026/nominate/", {"deputy": deputy.pk, "grounds": ""}).status_code == 422
    assert town.post("/nominations/2026/nominate/", {"deputy": deputy.pk, "grounds": "履职积极"}).status_code == 302
    assert town.get("/nominations/2026/").context["left"] == 0
    assert town.post(f"/nominations/2026/{deputy.code}/examine/", {"passes": "1"}).status_code == 403
    assert office.post(f"/nominations/2026/{deputy.code}/examine/", {"passes": "1"}).status_code == 302
    assert office.post("/nominations/2026/decide/", {"meeting": "", "on": str(ON), "chosen": deputy.code}).status_code == 422
    assert (
        office.post("/nominations/2026/decide/", {"meeting": "第六十次主任会议", "on": str(ON), "chosen": deputy.code}).status_code == 302
    )
    assert Honour.objects.count() == 2
    assert signed_in(personas.deputy).get("/nominations/2026/").status_code == 403
    assert signed_in(personas.unit).get("/nominations/").status_code == 403


@pytest.mark.parametrize("address", ["/deeds/", "/deeds/{code}/", "/honours/", "/nominations/", "/nominations/2026/"])
@pytest.mark.parametrize("name", ["office", "town1"])
def test_number_of_queries_stays_the_same(address, name, deed, round, deputy, personas, district, signed_in, django_assert_max_num_queries):
    client = signed_in(getattr(personas, name))
    address = address.format(code=deed.code)

    def queries():
        with django_assert_max_num_queries(15) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    def more(person):
        Deed.objects.create(code=f"X{person.pk}", deputy=person, title="题", story="事", on=ON, written_by=personas.office)
        Honour.objects.create(deputy=person, name="优秀", level="区级", awarded_by="区人大", on=ON)
        Nomination.objects.create(round=round, deputy=person, area=district.town1, grounds="好", nominated_by=personas.town1)

    more(deputy)
    few = queries()
    for _ in range(3):
        more(MandateFactory(term=district.term, area=district.town1).deputy)
    assert queries() == few


def test_a_deed_handed_in_is_not_opened_to_be_changed(deed, personas, signed_in):
    client, address = signed_in(personas.deputy), f"/deeds/{deed.code}/edit/"
    typed = {"title": "换个题目", "story": "新写的一段。", "on": "2026-03-05"}
    assert client.get(address).status_code == 200
    assert client.post(f"/deeds/{deed.code}/submit/").status_code == 302
    told = client.get(address)
    assert told.status_code == 409 and "不能再改" in told.content.decode()
    late = client.post(address, typed)
    assert late.status_code == 422 and "不能再改" in late.content.decode() and "新写的一段。" in late.content.decode()
