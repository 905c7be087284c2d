"""The register narrowed by area, group, level, term, electoral district, quota and words; and its workbook."""

import datetime
import io

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from congress import search
from congress.enums import CongressLevel, Role
from congress.models import AuditEntry
from deputies import quotas
from deputies.enums import BallotMethod, DutyReportState, EndReason, MandateStatus
from deputies.models import BallotAspect, Deputy, DutyReport, DutyReportMeeting, DutyReportRule, LiaisonRule, Mandate
from deputies.pinyin import initials
from deputies.services import liaisons
from tests.deputies.contacts import make_people, record
from tests.factories import (
    CongressFactory,
    ElectoralDistrictFactory,
    GroupFactory,
    MandateFactory,
    MembershipFactory,
    RoleGrantFactory,
    TermFactory,
    VoterLiaisonFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(district, personas):
    found = make_people(district, personas)
    for deputy in Deputy.objects.all():
        deputy.initials = initials(deputy.name)
        deputy.phone = {"D-WEI": "13812345678", "D-TANG": "13912345678"}.get(deputy.code, "13600000001")
        deputy.save()
    return found


@pytest.fixture
def rule(db):
    LiaisonRule.objects.all().delete()
    return LiaisonRule.objects.create(least_voters=2, most_voters=3, least_contacts=2)


def listed(client, query):
    page = client.get(f"/deputies/?{query}")
    assert page.status_code == 200
    names = {deputy.name for deputy in Deputy.objects.all() if f'/deputies/{deputy.code}/"' in page.content.decode()}
    assert page["X-Total-Count"] == str(len(names))
    return names


def met(key):
    quota = quotas.find(key)
    return tuple({deputy.name for deputy in quota.met(Deputy.objects.all(), is_met)} for is_met in (True, False))


def test_fixed_voters_within_the_rule(people, rule):
    for deputy, count in ((people.mo, 2), (people.wei, 4)):
        VoterLiaisonFactory.create_batch(count, deputy=deputy)
    VoterLiaisonFactory(deputy=people.tang, ends_on=datetime.date(2023, 1, 1))
    assert met("fixed_voters") == ({people.mo.name}, {"韦桂兰", "唐海燕"})
    LiaisonRule.objects.update(least_voters=0)
    assert met("fixed_voters") == ({people.mo.name, "唐海燕"}, {"韦桂兰"})
    Mandate.objects.filter(deputy=people.mo).update(status=MandateStatus.SUSPENDED, end_reason=EndReason.CRIMINAL_CASE)
    assert met("fixed_voters") == ({"唐海燕"}, {"韦桂兰"})  # nobody asks it of whom is not in office


def test_contacts_of_this_year(people, rule, personas):
    now = timezone.now()
    for deputies in ((people.mo, people.wei), (people.mo,)):
        record(personas.office, *deputies, at=now)
    record(personas.office, people.wei, at=now - datetime.timedelta(days=400))
    assert met("contacts") == ({people.mo.name}, {"韦桂兰", "唐海燕"})
    LiaisonRule.objects.update(least_contacts=0)
    assert met("contacts") == ({people.mo.name, "韦桂兰", "唐海燕"}, set())


def held(seat, on_site=True, on=datetime.date(2024, 5, 1)):
    meeting = DutyReportMeeting.objects.create(
        code=f"SZ-{DutyReportMeeting.objects.count()}",
        electoral_district=seat.electoral_district or ElectoralDistrictFactory(term=seat.term, area=seat.area),
        planned_on=on,
        held_on=on,
        state=DutyReportState.HELD,
        method=BallotMethod.PAPER,
    )
    DutyReport.objects.create(meeting=meeting, mandate=seat, is_on_site=on_site)


def test_duty_reports_count_as_the_coverage_counts_them(people, district):
    BallotAspect.objects.get_or_create(name="联系选民")
    held(people.mo.mandates.get())
    held(people.wei.mandates.get(), on_site=False)
    held(people.tang.mandates.get(), on=datetime.date(2020, 1, 1))  # before she was elected
    assert met("duty_report") == ({people.mo.name}, {"韦桂兰", "唐海燕"})
    town = TermFactory(congress=CongressFactory(area=district.town1, level=CongressLevel.TOWN), number=12)
    MandateFactory(deputy=people.mo, term=town, area=district.town1, starts_on=datetime.date(2025, 1, 1))
    assert met("duty_report") == (set(), {people.mo.name, "韦桂兰", "唐海燕"})  # the later seat still asks for one
    held(people.mo.mandates.get(term=town), on=datetime.date(2025, 5, 1))
    assert met("duty_report") == ({people.mo.name}, {"韦桂兰", "唐海燕"})
    DutyReportRule.objects.update_or_create(pk=1, defaults={"least_per_term": 2})
    assert met("duty_report")[0] == set()


def test_quotas_are_registered_once():
    assert [quota.key for quota in quotas.registered()][:3] == ["fixed_voters", "contacts", "duty_report"]
    with pytest.raises(ValueError, match="registered twice"):
        quotas.register(quotas.Quota("contacts", "联系", lambda rows, is_met: rows))


def test_the_list_by_every_filter(people, rule, district, personas, signed_in, django_assert_max_num_queries):
    client = signed_in(personas.office)
    group = GroupFactory(term=district.term, area=district.town1)
    MembershipFactory(group=group, deputy=people.wei)
    seat = people.wei.mandates.get().electoral_district
    for query, names in (
        ("area=469901101", {people.mo.name, "韦桂兰"}),
        ("level=district&term=8", {people.mo.name, "韦桂兰", "唐海燕"}),
        ("level=town", set()),
        ("term=9", set()),
        ("status=ended", set()),
        (f"group={group.code}", {"韦桂兰"}),
        ("district=东岭第一", {"韦桂兰"}),
        (f"district={seat.code}", {"韦桂兰"}),
        ("quota=contacts:no", {people.mo.name, "韦桂兰", "唐海燕"}),
        ("quota=contacts:yes", set()),
        ("quota=nothing:yes", {people.mo.name, "韦桂兰", "唐海燕"}),
    ):
        assert listed(client, query) == names, query
    every = f"area=469901101&level=district&term=8&status=active&group={group.code}&district=东岭&q=wgl&quota="
    for quota in quotas.registered():
        with django_assert_max_num_queries(20):  # five are those of a quota that is reckoned, such as 三个一
            assert client.get(f"/deputies/?{every}{quota.key}:no")["X-Total-Count"] == "1"


def test_found_by_name_initials_code_and_the_end_of_a_telephone(people, personas, signed_in):
    office, town, deputy = (signed_in(person) for person in (personas.office, personas.town1, personas.deputy))
    for words in ("桂兰", "wgl", "WG", "D-WEI"):
        assert listed(office, f"q={words}") == {"韦桂兰"}
    assert listed(office, "q=12345678") == listed(office, "q=5678") == {"韦桂兰", "唐海燕"}
    assert listed(office, "q=678") == set()  # three digits would tell too many
    assert listed(town, "q=5678") == {"韦桂兰"}
    assert listed(deputy, "q=5678") == set()
    assert listed(deputy, "q=0001") == {people.mo.name}  # her own
    found = {searcher.key: [hit.title for hit in hits] for searcher, hits in search.everywhere(personas.town1, "5678")}
    assert found["deputies"] == ["韦桂兰"]
    assert [hit.title for searcher, hits in search.everywhere(personas.office, "wgl") for hit in hits if searcher.key == "deputies"] == [
        "韦桂兰"
    ]


def test_the_end_of_a_telephone_is_not_told_beyond_ones_own_town(people, district, personas, signed_in):
    """Staff of one town who also lead a group in another see those deputies, but not their telephones."""
    RoleGrantFactory(user=personas.town1, role=Role.GROUP_OFFICER, organisation=district.town2_office)
    client = signed_in(personas.town1)
    assert listed(client, "q=唐海燕") == {"唐海燕"}
    assert listed(client, "q=5678") == {"韦桂兰"}


def test_the_workbook_holds_what_the_list_shows(people, personas, signed_in):
    def names(person, query=""):
        answer = signed_in(person).get(f"/deputies/export.xlsx{query}")
        assert answer.status_code == 200
        return [row[1] for row in load_workbook(io.BytesIO(answer.content)).active.iter_rows(min_row=2, values_only=True)]

    assert names(personas.office, "?area=469901102") == ["唐海燕"]
    assert set(names(personas.town1)) == {people.mo.name, "韦桂兰"}
    told = AuditEntry.objects.filter(action="congress.export_file", actor=personas.town1).get()
    assert (told.target_ref, told.reason) == ("deputies", "代表 2 行")
    for person in (personas.deputy, personas.unit, personas.visitor):
        assert signed_in(person).get("/deputies/export.xlsx").status_code == 403


def test_how_often_deputies_meet_voters_is_asked_by_the_office(rule, personas, signed_in):
    fields = {"least_deputies": 2, "most_deputies": 3, "least_voters": 2, "most_voters": 3}
    client = signed_in(personas.office)
    assert client.post("/liaisons/rule/", {**fields, "least_contacts": 400}).status_code == 422
    assert client.post("/liaisons/rule/", {**fields, "least_contacts": 6}).status_code == 302
    assert liaisons.rule().least_contacts == 6
    assert AuditEntry.objects.get(action="deputies.change_liaison_rule").changes == {"least_contacts": [2, 6]}
