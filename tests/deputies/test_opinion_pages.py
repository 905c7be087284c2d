"""The pages of opinions: the list with its filters, one opinion, registering, taking steps."""

import datetime

import pytest
from django.utils import timezone

from congress.models import AuditEntry
from deputies.enums import EndReason, MandateStatus, OpinionState, Urgency, Way
from deputies.forms.opinions import sentences
from deputies.models import ContactVoter, Deputy, Mandate, Opinion, OpinionCategory
from tests.factories import DeputyFactory, MandateFactory
from tests.factories.opinions import OpinionContactFactory, OpinionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact(district, personas):
    made = OpinionContactFactory(code="LX2026-000007", area=district.villages[1], author=personas.deputy)
    made.deputies.add(Deputy.objects.get(user=personas.deputy))
    return made


@pytest.fixture
def opinions(district, personas):
    """路灯 of the deputy, in the unit's hands and late; 水渠 answered; 校车 of nobody's in town2."""
    deputy = Deputy.objects.get(user=personas.deputy)
    light = OpinionFactory(
        code="YJ2026-1",
        text="路灯坏了",
        area=district.villages[1],
        way=Way.DEPARTMENT,
        urgency=Urgency.URGENT,
        state=OpinionState.IN_HAND,
        responsible=district.unit,
        due_on=timezone.localdate() - datetime.timedelta(days=3),
        category=OpinionCategory.objects.get(name="路灯与公共设施"),
    )
    canal = OpinionFactory(
        code="YJ2026-2",
        text="水渠堵了",
        area=district.town1,
        state=OpinionState.ANSWERED,
        result="已清淤。",
        responsible=district.town1_office,
    )
    bus = OpinionFactory(code="YJ2026-3", text="要校车", area=district.town2, way=Way.CITY)
    light.deputies.add(deputy)
    canal.deputies.add(deputy)
    return {"路灯": light, "水渠": canal, "校车": bus}


def listed(client, query=""):
    page = client.get(f"/opinions/{query}")
    assert page.status_code == 200
    found = {row.text[:2] for row in page.context["page"]}
    assert page["X-Total-Count"] == str(len(found))
    return found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"路灯", "水渠", "要校"}),
        ("?state=in_hand", {"路灯"}),
        ("?state=overdue", {"路灯"}),
        ("?state=nonsense", {"路灯", "水渠", "要校"}),
        ("?way=city", {"要校"}),
        ("?urgency=urgent", {"路灯"}),
        ("?area=469901101", {"路灯", "水渠"}),
        ("?area=469901", {"路灯", "水渠", "要校"}),
        ("?responsible=JTJ", {"路灯"}),
        ("?q=YJ2026-3", {"要校"}),
        ("?q=水渠", {"水渠"}),
        ("?settled=yes", set()),
        ("?period=1999", set()),
        ("?told=2026", set()),
        ("?period=x", {"路灯", "水渠", "要校"}),
    ],
)
def test_filters(query, found, opinions, personas, signed_in):
    assert listed(signed_in(personas.office), query) == found


def test_category_filter_takes_its_children(opinions, personas, signed_in):
    client = signed_in(personas.office)
    assert listed(client, f"?category={OpinionCategory.objects.get(name='村镇建设').pk}") == {"路灯"}
    assert listed(client, f"?category={OpinionCategory.objects.get(name='路灯与公共设施').pk}") == {"路灯"}
    assert listed(client, f"?category={OpinionCategory.objects.get(name='交通道路').pk}") == set()


def test_lists_of_each(opinions, personas, signed_in):
    assert listed(signed_in(personas.deputy)) == {"路灯", "水渠"}
    assert listed(signed_in(personas.unit)) == {"路灯"}
    assert listed(signed_in(personas.town2)) == {"要校"}
    assert listed(signed_in(personas.visitor)) == set()
    own = Deputy.objects.get(user=personas.deputy)
    assert listed(signed_in(personas.office), f"?deputy={own.code}") == {"路灯", "水渠"}


@pytest.mark.parametrize("address", ["/opinions/", "/opinions/new/", "/opinions/YJ2026-1/", "/contacts/LX2026-000007/opinions/new/"])
def test_number_of_queries_stays_the_same(address, opinions, contact, district, personas, signed_in, django_assert_max_num_queries):
    client = signed_in(personas.town1)

    def queries():
        with django_assert_max_num_queries(17) as asked:  # fifteen, and two for the panels of the floors above
            assert client.get(address).status_code == 200
        return len(asked)

    few = queries()
    for _ in range(3):
        more = OpinionFactory(area=district.town1, responsible=district.unit, state=OpinionState.PASSED_ON)
        more.deputies.add(MandateFactory(term=district.term, area=district.town1).deputy)
        opinions["路灯"].deputies.add(DeputyFactory())
        opinions["路灯"].steps.create(state=OpinionState.IN_HAND, responsible=district.unit, actor=personas.unit)
    assert queries() == few


def test_who_opens_an_opinion(opinions, personas, signed_in):
    seeing = {name for name, person in personas.all().items() if signed_in(person).get("/opinions/YJ2026-1/").status_code == 200}
    assert seeing == {"office", "leader", "town1", "deputy", "unit"}


def test_a_sentence_is_chosen_on_the_phone(contact, district, personas, signed_in):
    client = signed_in(personas.deputy)
    page = client.get("/contacts/LX2026-000007/opinions/new/")
    form = page.context["form"]
    assert [value for value, _ in form.fields["sentence"].choices] == [*sentences(contact.text), contact.text]
    assert list(form.fields["responsible"].queryset) == [district.office, district.town1_office]
    assert form.initial["responsible"] == district.town1_office
    data = {
        "sentence": "水渠也堵了，请来看看。",
        "text": "",
        "way": "town",
        "urgency": "ordinary",
        "responsible": district.town1_office.pk,
        "category": "",
        "place": "村东",
    }
    answer = client.post("/contacts/LX2026-000007/opinions/new/", data)
    made = Opinion.objects.get()
    assert answer.status_code == 302 and answer["Location"] == f"/opinions/{made.code}/"
    assert (made.text, made.place, made.state, made.responsible) == (
        "水渠也堵了，请来看看。",
        "村东",
        OpinionState.PASSED_ON,
        district.town1_office,
    )
    refused = client.post("/contacts/LX2026-000007/opinions/new/", {**data, "way": "on_the_spot", "text": "怎么办低保"})
    assert refused.status_code == 422
    assert "怎么答复的" in refused.content.decode() and "怎么办低保" in refused.content.decode()
    assert Opinion.objects.count() == 1


def test_an_opinion_without_a_contact(district, personas, signed_in):
    client = signed_in(personas.deputy)
    page = client.get("/opinions/new/")
    form = page.context["form"]
    assert "deputy" not in form.fields and "sentence" not in form.fields and "due_on" not in form.fields
    assert list(form.fields["responsible"].queryset) == [district.office, district.town1_office]
    assert form.initial["responsible"] == district.town1_office
    data = {"text": "来信说水渠堵了", "way": "town", "urgency": "ordinary", "responsible": district.town1_office.pk}
    answer = client.post("/opinions/new/", data)
    made = Opinion.objects.get()
    assert answer.url == f"/opinions/{made.code}/"
    assert (made.contact, made.area, made.state, made.created_by) == (None, district.villages[1], OpinionState.PASSED_ON, personas.deputy)
    assert [deputy.user for deputy in made.deputies.all()] == [personas.deputy]
    assert client.post("/opinions/new/", data).url == answer.url and Opinion.objects.count() == 1
    refused = client.post("/opinions/new/", {**data, "text": " ", "place": "村东"})
    assert refused.status_code == 422 and "请写明选民反映了什么" in refused.content.decode() and 'value="村东"' in refused.content.decode()


def test_staff_record_an_opinion_for_a_deputy(district, personas, signed_in):
    own = Deputy.objects.get(user=personas.deputy)
    tang = MandateFactory(term=district.term, area=district.town2).deputy
    client = signed_in(personas.town1)
    page = client.get("/opinions/new/")
    assert [code for code, _ in page.context["form"].fields["deputy"].widget.choices] == ["", own.code]
    data = {"text": "会上说路灯坏了", "way": "department", "urgency": "urgent", "responsible": district.unit.pk, "due_on": "2099-01-01"}
    assert "请选择反映意见的代表" in client.post("/opinions/new/", data).content.decode()
    assert "请选择反映意见的代表" in client.post("/opinions/new/", {**data, "deputy": tang.code}).content.decode()
    client.post("/opinions/new/", {**data, "deputy": own.code, "area": district.villages[2].code})
    made = Opinion.objects.get()
    assert (made.area, made.responsible, made.state) == (district.villages[2], district.unit, OpinionState.PASSED_ON)
    signed_in(personas.office).post("/opinions/new/", {**data, "text": "区里的事", "deputy": tang.code})
    assert Opinion.objects.get(text="区里的事").area == district.town2
    allowed = {"office", "town1", "town2", "street1", "farm1", "deputy"}
    answers = {name: signed_in(user).get("/opinions/new/").status_code for name, user in personas.all().items()}
    assert answers == {name: 200 if name in allowed else 403 for name in answers}


def test_a_deputy_without_a_mandate_records_no_new_opinion(district, personas, signed_in):
    Mandate.objects.update(status=MandateStatus.SUSPENDED, end_reason=EndReason.CRIMINAL_CASE)
    data = {"text": "来信说水渠堵了", "way": "town", "urgency": "ordinary", "area": district.town1.code}
    refused = signed_in(personas.deputy).post("/opinions/new/", data)
    assert (
        refused.status_code == 422 and "现在没有在任的代表资格" in refused.content.decode() and "来信说水渠堵了" in refused.content.decode()
    )
    assert not Opinion.objects.exists()


def test_a_unit_opens_the_voters_only_while_it_has_the_matter_in_hand(opinions, contact, district, personas, signed_in):
    ContactVoter.objects.create(contact=contact, name="王小明", phone="13800000001")
    light = opinions["路灯"]
    Opinion.objects.filter(pk=light.pk).update(contact=contact)
    client, address = signed_in(personas.unit), "/opinions/YJ2026-1/"
    page = client.get(address).content.decode()
    assert "王**" in page and "138****0001" in page and "王小明" not in page and "13800000001" not in page
    opened = client.post(f"{address}voters/")
    assert "王小明" in opened.content.decode() and "13800000001" in opened.content.decode() and "no-store" in opened["Cache-Control"]
    entry = AuditEntry.objects.get(action="deputies.open_voters")
    assert (entry.actor, entry.target_ref, entry.changes) == (personas.unit, "YJ2026-1", {"voters": [None, 1]})
    assert "王小明" not in str(entry.changes) + entry.target_name
    assert client.get(f"/contacts/{contact.code}/").status_code == client.post(f"/contacts/{contact.code}/voters/").status_code == 404
    for name in ("office", "leader", "town1", "deputy"):
        assert signed_in(getattr(personas, name)).post(f"{address}voters/").status_code == 403, name
    for state in (OpinionState.ANSWERED, OpinionState.CLOSED):
        Opinion.objects.filter(pk=light.pk).update(state=state, result="换了新灯")
        assert client.post(f"{address}voters/").status_code == 403
        assert "王**" not in client.get(address).content.decode()
    Opinion.objects.filter(pk=light.pk).update(state=OpinionState.REOPENED)
    assert client.post(f"{address}voters/").status_code == 200
    assert AuditEntry.objects.filter(action="deputies.open_voters", outcome="success").count() == 2


def test_others_register_nothing(contact, personas, signed_in):
    assert signed_in(personas.leader).get("/contacts/LX2026-000007/opinions/new/").status_code == 403
    assert signed_in(personas.town2).get("/contacts/LX2026-000007/opinions/new/").status_code == 404


def test_steps_on_the_page(opinions, personas, signed_in):
    def steps(person, code):
        return [step.key for step, _ in signed_in(person).get(f"/opinions/{code}/").context["actions"]]

    assert steps(personas.unit, "YJ2026-1") == ["pass-on", "answer"]
    assert steps(personas.deputy, "YJ2026-1") == []
    assert steps(personas.town1, "YJ2026-1") == ["pass-on"]
    assert steps(personas.deputy, "YJ2026-2") == ["tell", "reopen"]
    assert steps(personas.leader, "YJ2026-2") == []
    client = signed_in(personas.unit)
    refused = client.post("/opinions/YJ2026-1/answer/", {"version": 0, "result": ""})
    assert refused.status_code == 422 and "请写明办理的结果" in refused.content.decode()
    stale = client.post("/opinions/YJ2026-1/answer/", {"version": 7, "result": "换了新灯"})
    assert stale.status_code == 422 and "刚才已由他人办理" in stale.content.decode() and "换了新灯" in stale.content.decode()
    assert client.post("/opinions/YJ2026-1/answer/", {"version": 0, "result": "换了新灯"}).status_code == 302
    assert client.post("/opinions/YJ2026-1/close/", {"version": 1, "is_settled": "yes"}).status_code == 403
    assert client.post("/opinions/YJ2026-1/nonsense/").status_code == 404
    deputy = signed_in(personas.deputy)
    assert deputy.post("/opinions/YJ2026-1/tell/", {"version": 1, "on": str(timezone.localdate())}).status_code == 302
    assert deputy.post("/opinions/YJ2026-1/close/", {"version": 2, "is_settled": "unsaid"}).status_code == 302
    done = Opinion.objects.get(code="YJ2026-1")
    assert (done.state, done.is_settled, done.result) == (OpinionState.CLOSED, None, "换了新灯")
    assert "选民没有表示意见" in deputy.get("/opinions/YJ2026-1/").content.decode()


def test_deputys_home_and_contact_show_what_became_of_it(opinions, contact, personas, signed_in):
    text = signed_in(personas.deputy).get("/").content.decode()
    assert "我反映的事" in text and "全部 2 件" in text and "路灯坏了" in text
    Opinion.objects.filter(code="YJ2026-1").update(contact=contact)
    text = signed_in(personas.deputy).get("/contacts/LX2026-000007/").content.decode()
    assert "从中提出的意见" in text and "/opinions/YJ2026-1/" in text and "/contacts/LX2026-000007/opinions/new/" in text


def test_sentences():
    assert sentences("路灯坏了。水渠也堵了！ 路灯坏了。\n没有标点") == ["路灯坏了。", "水渠也堵了！", "没有标点"]
    assert sentences("𠮷村的路；😀") == ["𠮷村的路；", "😀"]
    assert sentences("") == []
