"""Both liaisons: two or three deputies a member, sealed voters, who is missing and what was heard."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from congress.enums import CongressLevel
from congress.errors import DomainError
from congress.models import AuditEntry
from deputies.enums import EndReason, MandateStatus
from deputies.models import Deputy, DeputyLiaison, LiaisonRecord, LiaisonRule, StandingMember, VoterLiaison
from deputies.services import liaisons
from deputies.services.guards import FieldRefused
from tests.factories import (
    CongressFactory,
    DeputyFactory,
    DeputyLiaisonFactory,
    ElectoralDistrictFactory,
    MandateFactory,
    StandingMemberFactory,
    TermFactory,
    UserFactory,
    VoterLiaisonFactory,
)

pytestmark = pytest.mark.django_db
APPOINTED = datetime.date(2021, 10, 8)


@pytest.fixture
def member(district):
    deputy = DeputyFactory(code="M-1", name="容慧", user=UserFactory(username="rong"))
    return StandingMemberFactory(mandate=MandateFactory(deputy=deputy, term=district.term, area=district.area), post="副主任")


def deputies_of(district, count):
    return [
        MandateFactory(deputy=DeputyFactory(name=f"代表{'甲乙丙丁戊'[n]}"), term=district.term, area=district.town1).deputy
        for n in range(count)
    ]


def test_a_fourth_deputy_is_refused_with_the_way_out(member, district, personas):
    people = deputies_of(district, 4)
    for deputy in people[:3]:
        liaisons.link(actor=personas.office, member=member, deputy=deputy)
    with pytest.raises(FieldRefused) as refusal:
        liaisons.link(actor=personas.office, member=member, deputy=people[3])
    assert str(refusal.value) == (
        "容慧已联系代表甲、代表乙、代表丙 3 名代表。每名组成人员联系 2 至 3 名，不能再增加代表丁。需要更换的，请先结束其中一名的联系。"
    )
    rows = AuditEntry.objects.count()
    liaisons.link(actor=personas.office, member=member, deputy=people[0])
    assert AuditEntry.objects.count() == rows and DeputyLiaison.objects.count() == 3
    liaisons.change_rule(actor=personas.office, most_deputies=4)
    assert liaisons.link(actor=personas.office, member=member, deputy=people[3]).deputy == people[3]
    liaisons.unlink(actor=personas.office, liaison=DeputyLiaison.objects.get(deputy=people[0]))
    liaisons.unlink(actor=personas.office, liaison=DeputyLiaison(pk=0, member=member))
    assert DeputyLiaison.objects.filter(ends_on=None).count() == 3


def test_whom_a_member_cannot_be_linked_with(member, district, personas):
    ended = MandateFactory(
        term=district.term, area=district.town1, status=MandateStatus.ENDED, end_reason=EndReason.DIED, ends_on=datetime.date(2025, 1, 1)
    )
    with pytest.raises(FieldRefused, match="现在不在任"):
        liaisons.link(actor=personas.office, member=member, deputy=ended.deputy)
    with pytest.raises(FieldRefused, match="不能联系本人"):
        liaisons.link(actor=personas.office, member=member, deputy=member.mandate.deputy)
    gone = liaisons.dismiss(actor=personas.office, member=member)
    assert gone.ends_on == timezone.localdate() - datetime.timedelta(days=1)
    assert liaisons.dismiss(actor=personas.office, member=member).ends_on == gone.ends_on
    with pytest.raises(DomainError, match="已不是常委会组成人员"):
        liaisons.link(actor=personas.office, member=member, deputy=deputies_of(district, 1)[0])


def test_appointing_a_member(district, personas):
    seat = MandateFactory(term=district.term, area=district.town1)
    given = {"actor": personas.office, "mandate": seat, "post": "委员", "starts_on": APPOINTED}
    member = liaisons.appoint(**given)
    assert liaisons.appoint(**given) == member
    assert AuditEntry.objects.filter(action="deputies.appoint_standing_member").count() == 1
    assert liaisons.appoint(**given | {"post": "副主任"}).post == "副主任"
    town = TermFactory(congress=CongressFactory(area=district.town1, level=CongressLevel.TOWN), number=12)
    with pytest.raises(FieldRefused, match="乡镇人民代表大会不设常委会"):
        liaisons.appoint(**given | {"mandate": MandateFactory(term=town, area=district.town1)})
    with pytest.raises(FieldRefused, match="任职日期应在当选之后"):
        liaisons.appoint(**given | {"mandate": MandateFactory(term=district.term), "starts_on": datetime.date(2020, 1, 1)})


@pytest.mark.parametrize("name", ["leader", "town1", "deputy", "unit", "visitor"])
def test_only_the_office_arranges_the_liaisons(name, member, district, personas):
    actor, deputy = getattr(personas, name), deputies_of(district, 1)[0]
    row = DeputyLiaisonFactory(member=member, deputy=deputy)
    for step in (
        lambda: liaisons.appoint(actor=actor, mandate=member.mandate, post="x", starts_on=APPOINTED),
        lambda: liaisons.dismiss(actor=actor, member=member),
        lambda: liaisons.link(actor=actor, member=member, deputy=deputy),
        lambda: liaisons.unlink(actor=actor, liaison=row),
        lambda: liaisons.change_rule(actor=actor, most_deputies=9),
        lambda: liaisons.keep_record(actor=actor, liaison=row, on=timezone.localdate(), heard="x"),
    ):
        with pytest.raises(PermissionDenied):
            step()


def test_what_was_heard_is_kept_once(member, district, personas):
    row = DeputyLiaisonFactory(member=member, deputy=deputies_of(district, 1)[0])
    own = member.mandate.deputy.user
    first = liaisons.keep_record(actor=own, liaison=row, on=datetime.date(2026, 3, 1), heard=" 路灯不亮 ")
    assert first.heard == "路灯不亮"
    assert liaisons.keep_record(actor=own, liaison=row, on=datetime.date(2026, 3, 1), heard="路灯不亮") == first
    for on, heard, sentence in (
        (datetime.date(2099, 1, 1), "x", "不能晚于今天"),
        (datetime.date(2021, 1, 1), "x", "请核对日期"),
        (datetime.date(2026, 3, 1), " ", "请写明听到的情况"),
    ):
        with pytest.raises(FieldRefused, match=sentence):
            liaisons.keep_record(actor=own, liaison=row, on=on, heard=heard)


# ---- fixed voters


@pytest.fixture
def own(district, personas):
    """The deputy persona with her seat in 上岭村."""
    deputy = Deputy.objects.get(user=personas.deputy)
    Deputy.objects.filter(pk=deputy.pk).update(code="D-1", name="莫桂英")
    deputy.refresh_from_db()
    return deputy


def add(actor, deputy, **fields):
    given = {"name": "王小明", "phone": "13800000001", "mandate": deputy.mandates.get()} | fields
    return liaisons.add_voter(actor=actor, deputy=deputy, **given)


def test_voters_are_sealed_and_counted(own, personas):
    voter = add(personas.deputy, own)
    assert add(personas.town1, own) == voter
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, phone FROM deputies_voterliaison")
        assert not any("王" in text or "138" in text for text in cursor.fetchone())
    assert "王小明" not in str(list(AuditEntry.objects.values()))
    LiaisonRule.objects.update(least_voters=1, most_voters=1)
    with pytest.raises(FieldRefused, match="已有 1 名固定联系选民，每名代表不超过 1 名"):
        add(personas.deputy, own, name="另一人")
    for name in ("office", "leader", "town2", "unit", "visitor"):
        with pytest.raises(PermissionDenied):
            add(getattr(personas, name), own, name="另一人")
    liaisons.end_voter(actor=personas.deputy, liaison=voter)
    assert not VoterLiaison.objects.exists()  # entered today by mistake


def test_a_suspended_deputy_takes_no_voters(own, personas):
    own.mandates.update(status=MandateStatus.SUSPENDED, end_reason=EndReason.CRIMINAL_CASE)
    with pytest.raises(FieldRefused, match="现在无效"):
        add(personas.town1, own)


def test_voters_are_masked_and_each_opening_is_audited(own, personas, signed_in):
    voter = VoterLiaisonFactory(deputy=own, name="王小明", phone="13812340001", address="上岭村三组12号")
    for name, sees in {"deputy": 200, "town1": 200, "office": 200, "leader": 403, "town2": 404, "visitor": 404}.items():
        page = signed_in(getattr(personas, name)).get("/deputies/D-1/voters/")
        assert page.status_code == sees, name
        text = page.content.decode()
        assert "王小明" not in text and "13812340001" not in text
        if sees == 200:
            assert "王**" in text and "138****0001" in text
    client = signed_in(personas.town1)
    opened = client.post("/deputies/D-1/voters/open/", {"voter": voter.pk})
    assert "王小明" in opened.content.decode() and opened["Cache-Control"] == "no-store"
    entry = AuditEntry.objects.get(action="deputies.open_voters")
    assert entry.actor == personas.town1 and "王" not in str(entry.changes) + entry.target_name
    assert signed_in(personas.office).post("/deputies/D-1/voters/open/", {"voter": voter.pk}).status_code == 403
    gone = client.post("/deputies/D-1/voters/open/", {"voter": "x"}, follow=True)
    assert "没有找到这名选民" in gone.content.decode() and AuditEntry.objects.filter(action="deputies.open_voters").count() == 1


def test_a_voter_is_entered_and_ended_on_the_page(own, personas, signed_in):
    client = signed_in(personas.deputy)
    given = {"name": "李㛃", "phone": "138 0000 0002", "address": "", "mandate": own.mandates.get().pk}
    assert client.post("/deputies/D-1/voters/", given).url == "/deputies/D-1/voters/"
    voter = VoterLiaison.objects.get()
    assert (voter.name, voter.phone) == ("李㛃", "13800000002")
    empty = client.post("/deputies/D-1/voters/", given | {"name": ""})
    assert empty.status_code == 422 and 'value="138 0000 0002"' in empty.content.decode()
    assert signed_in(personas.office).post("/deputies/D-1/voters/", given).status_code == 403
    assert client.post("/deputies/D-1/voters/end/", {"voter": voter.pk}).url == "/deputies/D-1/voters/"
    assert not VoterLiaison.objects.exists()


# ---- pages


def listed(client, address):
    page = client.get(address)
    assert page.status_code == 200
    assert page["X-Total-Count"] == str(len(page.context["page"].object_list))
    return page


def test_who_is_missing_who_has_too_many_and_what_was_heard(member, district, personas, signed_in):
    people = deputies_of(district, 4)
    few = StandingMemberFactory(mandate=MandateFactory(deputy=DeputyFactory(name="甘志"), term=district.term), position=2)
    row = DeputyLiaisonFactory(member=few, deputy=people[0])
    for deputy in people:
        DeputyLiaisonFactory(member=member, deputy=deputy)
    LiaisonRecord.objects.create(liaison=row, on=timezone.localdate(), heard="村道窄", entered_by=personas.office)
    client = signed_in(personas.office)
    page = listed(client, "/liaisons/")
    assert [(key, count) for key, _, count in page.context["tabs"]] == [("", 2), ("few", 1), ("many", 1), ("silent", 1)]
    assert "缺 1" in page.content.decode() and "多 1" in page.content.decode() and "村道窄" in page.content.decode()
    assert [row.mandate.deputy.name for row in listed(client, "/liaisons/?state=few").context["page"]] == ["甘志"]
    assert [row.mandate.deputy.name for row in listed(client, "/liaisons/?state=silent").context["page"]] == ["容慧"]
    assert listed(client, "/liaisons/?q=代表丁")["X-Total-Count"] == "1"
    assert listed(signed_in(personas.town1), "/liaisons/")["X-Total-Count"] == "2"
    assert listed(signed_in(personas.town2), "/liaisons/")["X-Total-Count"] == "0"
    assert listed(signed_in(member.mandate.deputy.user), "/liaisons/")["X-Total-Count"] == "0"  # an account without a role


def test_a_members_page(member, district, personas, signed_in):
    people = deputies_of(district, 4)
    client = signed_in(personas.office)
    for deputy in people[:3]:
        assert client.post("/liaisons/M-1/link/", {"deputy": deputy.code}).url == "/liaisons/M-1/"
    refused = client.post("/liaisons/M-1/link/", {"deputy": people[3].code})
    assert refused.status_code == 422 and "不能再增加代表丁" in refused.content.decode()
    row = DeputyLiaison.objects.get(deputy=people[0])
    given = {"liaison": row.pk, "on": timezone.localdate().isoformat(), "heard": "村道窄"}
    assert client.post("/liaisons/M-1/records/", given).url == "/liaisons/M-1/"
    wrong = client.post("/liaisons/M-1/records/", given | {"on": "2099-01-01", "heard": "没保存的话"})
    assert wrong.status_code == 422 and "没保存的话" in wrong.content.decode()
    assert client.post(f"/liaisons/M-1/unlink/{people[1].code}/").url == "/liaisons/M-1/"
    assert {link.deputy for link in DeputyLiaison.objects.filter(ends_on=None)} == {people[0], people[2]}
    assert "登记容慧离任？" in client.get("/liaisons/M-1/dismiss/").content.decode()
    assert client.post("/liaisons/M-1/dismiss/").url == "/liaisons/"
    for name in ("leader", "town1"):
        assert signed_in(getattr(personas, name)).post("/liaisons/M-1/link/", {"deputy": people[3].code}).status_code in (403, 404)
    assert signed_in(personas.town2).get("/liaisons/M-1/").status_code == 404


def test_appointing_and_the_rule_on_their_pages(district, personas, signed_in):
    deputy = MandateFactory(deputy=DeputyFactory(code="M-2", name="甘志"), term=district.term, area=district.town1).deputy
    client = signed_in(personas.office)
    given = {"deputy": "甘志", "post": "委员", "position": "3", "starts_on": "2021-10-08"}
    assert client.post("/liaisons/new/", given).url == "/liaisons/M-2/"
    assert StandingMember.objects.get().mandate.deputy == deputy
    wrong = client.post(
        "/liaisons/rule/", {"least_deputies": 3, "most_deputies": 2, "least_voters": 5, "most_voters": 20, "least_contacts": 4}
    )
    assert wrong.context["form"].errors["most_deputies"] == ["上限不能小于下限（3）。"]
    assert (
        client.post(
            "/liaisons/rule/", {"least_deputies": 2, "most_deputies": 5, "least_voters": 5, "most_voters": 20, "least_contacts": 4}
        ).status_code
        == 302
    )
    assert LiaisonRule.objects.get().most_deputies == 5
    for name in ("leader", "town1", "deputy"):
        assert signed_in(getattr(personas, name)).get("/liaisons/new/").status_code == 403
        assert signed_in(getattr(personas, name)).get("/liaisons/rule/").status_code == 403


def test_deputies_and_how_many_voters_they_have(own, district, personas, signed_in):
    for _ in range(6):
        VoterLiaisonFactory(deputy=own)
    MandateFactory(deputy=DeputyFactory(name="韦三"), term=district.term, area=district.town2)
    page = listed(signed_in(personas.office), "/liaisons/voters/")
    assert [(key, count) for key, _, count in page.context["tabs"]] == [("", 2), ("few", 1), ("many", 0), ("silent", 2)]
    assert listed(signed_in(personas.office), "/liaisons/voters/?area=469901102")["X-Total-Count"] == "1"
    assert listed(signed_in(personas.deputy), "/liaisons/voters/")["X-Total-Count"] == "1"
    assert listed(signed_in(personas.town2), "/liaisons/voters/")["X-Total-Count"] == "1"
    assert "王小明" not in page.content.decode()


def test_waiting_voters_are_given_away_on_their_page(own, district, personas, signed_in):
    seat = own.mandates.get().electoral_district
    voter = VoterLiaisonFactory(deputy=own, electoral_district=seat, ends_on=datetime.date(2026, 3, 1), awaits_successor=True)
    to = MandateFactory(
        deputy=DeputyFactory(code="D-9", name="黄六"), term=district.term, area=district.town1, electoral_district=seat
    ).deputy
    client = signed_in(personas.town1)
    assert listed(client, "/liaisons/voters/waiting/")["X-Total-Count"] == "1"
    assert listed(signed_in(personas.town2), "/liaisons/voters/waiting/")["X-Total-Count"] == "0"
    for name in ("leader", "deputy", "unit"):
        assert signed_in(getattr(personas, name)).get("/liaisons/voters/waiting/").status_code == 403
    wrong = client.post("/liaisons/voters/waiting/", {"voter": voter.pk, "deputy": "没有"})
    assert wrong.status_code == 422 and "没有可选的代表“没有”" in wrong.content.decode()
    assert client.post("/liaisons/voters/waiting/", {"voter": voter.pk, "deputy": "D-9"}).url == "/liaisons/voters/waiting/"
    assert VoterLiaison.objects.get(handed_from=voter).deputy == to


def test_queries_stay_the_same(member, own, district, personas, signed_in, django_assert_max_num_queries):
    client = signed_in(personas.office)
    addresses = ["/liaisons/", "/liaisons/M-1/", "/liaisons/voters/", "/deputies/D-1/voters/", "/liaisons/voters/waiting/"]

    def queries():
        found = []
        for address in addresses:
            with django_assert_max_num_queries(15) as asked:
                client.get(address)
            found.append(len(asked))
        return found

    def more():
        row = DeputyLiaisonFactory(member=member, deputy=MandateFactory(term=district.term, area=district.town1).deputy)
        LiaisonRecord.objects.create(liaison=row, on=timezone.localdate(), heard="x", entered_by=personas.office)
        DeputyLiaisonFactory(member=StandingMemberFactory(mandate=MandateFactory(term=district.term)), deputy=own)
        seat = ElectoralDistrictFactory(term=district.term, area=district.town1)
        VoterLiaisonFactory(deputy=own, electoral_district=seat)
        VoterLiaisonFactory(deputy=own, electoral_district=seat, ends_on=datetime.date(2026, 1, 1), awaits_successor=True)

    more()
    once = queries()
    for _ in range(3):
        more()
    assert queries() == once
