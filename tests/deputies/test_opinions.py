"""Opinions: every step, by every person, and what it leaves behind."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from congress import figures, todos
from congress.errors import Conflict, DomainError
from congress.models import AuditEntry, Notification
from congress.periods import Period
from deputies.enums import OPINION_TRANSITIONS, OpinionState, Way
from deputies.models import Deputy, Opinion, OpinionCategory, OpinionStep
from deputies.services import opinions
from tests.deputies.contacts import at_once
from tests.factories.opinions import OpinionContactFactory, OpinionFactory

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 23)


@pytest.fixture
def deputy(personas):
    return Deputy.objects.get(user=personas.deputy)


@pytest.fixture
def contact(district, personas, deputy):
    made = OpinionContactFactory(area=district.villages[1], author=personas.deputy)
    made.deputies.add(deputy)
    return made


@pytest.fixture
def opinion(district, personas, deputy):
    made = OpinionFactory(area=district.villages[1], created_by=personas.deputy, text="村口的路灯坏了")
    made.deputies.add(deputy)
    return made


def put(opinion, state, responsible=None, **fields):
    """The opinion as if it had come to that state."""
    if state in (OpinionState.ANSWERED, OpinionState.CLOSED):
        fields = {"result": "已换新灯。", **fields}
    Opinion.objects.filter(pk=opinion.pk).update(state=state, responsible=responsible, **fields)
    return Opinion.objects.get(pk=opinion.pk)


def steps_of(opinion):
    return list(opinion.steps.values_list("state", flat=True))


# ---- recording


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_contact", [True, False])
def test_the_same_words_at_the_same_moment_give_one_opinion(has_contact, contact, personas, deputy, district):
    whose = {"contact": contact} if has_contact else {"deputies": [deputy], "area": district.town1}

    def record():
        return opinions.record(actor=personas.deputy, text="村口的路灯坏了。", way=Way.TOWN, **whose).code

    assert at_once([record] * 4) == [f"YJ{timezone.localdate().year}-000001"] * 4
    assert Opinion.objects.count() == OpinionStep.objects.count() == 1


def test_a_sentence_of_a_contact_becomes_a_matter(contact, personas, deputy, district, django_capture_on_commit_callbacks):
    category = OpinionCategory.objects.get(name="路灯与公共设施")
    with django_capture_on_commit_callbacks(execute=True):
        made = opinions.record(actor=personas.deputy, contact=contact, text=" 村口的路灯坏了。 ", way=Way.TOWN, category=category)
    assert made.code == f"YJ{timezone.localdate().year}-000001"
    assert (made.text, made.state, made.area, made.contact, list(made.deputies.all())) == (
        "村口的路灯坏了。",
        OpinionState.RECORDED,
        district.villages[1],
        contact,
        [deputy],
    )
    assert steps_of(made) == ["recorded"]
    assert Notification.objects.get().user == personas.town1
    assert AuditEntry.objects.get(action="deputies.record_opinion").target_ref == made.code
    assert opinions.record(actor=personas.deputy, contact=contact, text="村口的路灯坏了。", way=Way.VILLAGE) == made
    assert Opinion.objects.count() == 1


def test_answered_on_the_spot_needs_the_answer_and_is_answered_at_once(contact, personas):
    with pytest.raises(DomainError, match="请写明是怎么答复的"):
        opinions.record(actor=personas.deputy, contact=contact, text="怎么办医保", way=Way.ON_THE_SPOT)
    made = opinions.record(actor=personas.deputy, contact=contact, text="怎么办医保", way=Way.ON_THE_SPOT, result="告知到镇政务中心办理。")
    assert (made.state, made.result, made.responsible) == (OpinionState.ANSWERED, "告知到镇政务中心办理。", None)
    assert steps_of(made) == ["recorded", "answered"]


def test_recorded_and_passed_on_in_one_go(contact, personas, district):
    made = opinions.record(actor=personas.deputy, contact=contact, text="路灯", way=Way.TOWN, responsible=district.town1_office)
    assert (made.state, made.responsible) == (OpinionState.PASSED_ON, district.town1_office)
    with pytest.raises(DomainError, match="代表不直接处理问题"):
        opinions.record(actor=personas.deputy, contact=contact, text="修路", way=Way.DEPARTMENT, responsible=district.unit)
    assert not Opinion.objects.filter(text="修路").exists()


def test_recorded_alone_by_the_deputys_own_people(personas, deputy, district):
    fields = {"text": "水渠堵了", "way": Way.TOWN, "deputies": [deputy], "area": district.villages[1]}
    made = opinions.record(actor=personas.town1, **fields)
    assert opinions.record(actor=personas.town1, **fields) == made
    with pytest.raises(PermissionDenied):
        opinions.record(actor=personas.town2, **fields)
    with pytest.raises(PermissionDenied):
        opinions.record(actor=personas.town1, **{**fields, "deputies": []})
    with pytest.raises(DomainError, match="请选择意见所在"):
        opinions.record(actor=personas.town1, **{**fields, "area": None})
    with pytest.raises(DomainError, match="请写明选民反映了什么"):
        opinions.record(actor=personas.town1, **{**fields, "text": " "})


@pytest.mark.parametrize("name", ["town2", "leader", "unit", "dispatcher", "sysadmin", "secadmin", "auditor", "visitor", "assessor"])
def test_others_record_nothing_from_a_contact(name, contact, personas):
    with pytest.raises(PermissionDenied):
        opinions.record(actor=getattr(personas, name), contact=contact, text="路灯", way=Way.TOWN)
    assert not Opinion.objects.exists()


# ---- every step by every person. The matter lies in town1 and is in the hands of the handling unit.

STEPS = {
    "pass_on": (OpinionState.PASSED_ON, {"office", "town1", "unit"}),
    "take_in_hand": (OpinionState.IN_HAND, {"unit"}),
    "answer": (OpinionState.ANSWERED, {"office", "unit"}),
    "close": (OpinionState.CLOSED, {"office", "town1", "deputy"}),
    "reopen": (OpinionState.REOPENED, {"office", "town1", "deputy"}),
}
PEOPLE = "office leader town1 town2 street1 farm1 assessor deputy dispatcher unit sysadmin secadmin auditor visitor".split()


def take(step, actor, opinion, district, version=None):
    given = {
        "pass_on": {"way": Way.TOWN, "responsible": district.town1_office},
        "take_in_hand": {},
        "answer": {"result": "已换新灯。"},
        "close": {"is_settled": True},
        "reopen": {"reason": "又坏了。"},
    }[step]
    return getattr(opinions, step)(actor=actor, opinion=opinion, version=opinion.version if version is None else version, **given)


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("step", STEPS)
def test_who_takes_which_step(step, name, opinion, personas, district):
    state, allowed = STEPS[step]
    before = {"close": OpinionState.ANSWERED, "reopen": OpinionState.CLOSED}.get(step, OpinionState.PASSED_ON)
    opinion = put(opinion, before, district.unit, way=Way.DEPARTMENT, told_on=TODAY if step == "close" else None)
    actor = getattr(personas, name)
    if name in allowed:
        assert take(step, actor, opinion, district).state == state
    elif (step, name) == ("pass_on", "deputy"):
        with pytest.raises(DomainError, match="正由榕江区交通运输局办理"):
            take(step, actor, opinion, district)
    else:
        with pytest.raises(PermissionDenied):
            take(step, actor, opinion, district)
        assert not opinion.steps.exists()


@pytest.mark.parametrize("before", OpinionState)
@pytest.mark.parametrize("step", STEPS)
def test_steps_the_table_does_not_know_are_refused(step, before, opinion, personas, district):
    state = STEPS[step][0]
    opinion = put(opinion, before, district.unit, way=Way.DEPARTMENT, told_on=TODAY, is_settled=before == "closed" or None)
    actor = {"take_in_hand": personas.unit, "answer": personas.unit}.get(step, personas.office)
    if state in OPINION_TRANSITIONS[before]:
        after = take(step, actor, opinion, district)
        assert after.state == state and after.version == opinion.version + 1
        assert steps_of(opinion) == [state]
    elif state == before:  # the same again
        assert take(step, actor, opinion, district).version == opinion.version
        assert steps_of(opinion) == []
    else:
        with pytest.raises(DomainError, match="不能转为"):
            take(step, actor, opinion, district)
        assert steps_of(opinion) == []


@pytest.mark.parametrize("step", STEPS)
def test_whoever_comes_second_is_told(step, opinion, personas, district):
    before = {"close": OpinionState.ANSWERED, "reopen": OpinionState.CLOSED}.get(step, OpinionState.PASSED_ON)
    opinion = put(opinion, before, district.unit, way=Way.DEPARTMENT, version=3, told_on=TODAY)
    actor = personas.unit if step in ("take_in_hand", "answer") else personas.office
    with pytest.raises(Conflict, match="刚才已由他人办理"):
        take(step, actor, opinion, district, version=2)
    assert Opinion.objects.get(pk=opinion.pk).state == before


def test_the_whole_way_leaves_every_step_dated_with_a_responsible(contact, personas, district, django_capture_on_commit_callbacks):
    def told(person):
        return [text.partition("：")[0] for text in Notification.objects.filter(user=person).order_by("pk").values_list("text", flat=True)]

    with django_capture_on_commit_callbacks(execute=True):
        made = opinions.record(actor=personas.deputy, contact=contact, text="修路", way=Way.TOWN, responsible=district.town1_office)
    due = timezone.localdate() + datetime.timedelta(days=30)
    with django_capture_on_commit_callbacks(execute=True):
        made = opinions.pass_on(
            actor=personas.town1, opinion=made, version=made.version, way=Way.DEPARTMENT, responsible=district.unit, due_on=due
        )
    assert made.due_on == due
    for step in (opinions.take_in_hand, opinions.answer):
        extra = {"result": "已列入计划。"} if step is opinions.answer else {}
        with django_capture_on_commit_callbacks(execute=True):
            made = step(actor=personas.unit, opinion=made, version=made.version, **extra)
    with pytest.raises(DomainError, match="还没有告知选民"):
        opinions.close(actor=personas.deputy, opinion=made, version=made.version, is_settled=True)
    made = opinions.tell_voter(actor=personas.deputy, opinion=made, version=made.version, on=timezone.localdate())
    assert opinions.tell_voter(actor=personas.deputy, opinion=made, version=0, on=timezone.localdate()).version == made.version
    with django_capture_on_commit_callbacks(execute=True):
        made = opinions.close(actor=personas.deputy, opinion=made, version=made.version, is_settled=False)
    with django_capture_on_commit_callbacks(execute=True):
        made = opinions.reopen(actor=personas.deputy, opinion=made, version=made.version, reason="还是没有动工。")
    assert (made.result, made.told_on, made.is_settled, made.responsible, made.due_on) == ("", None, None, district.unit, None)
    assert steps_of(made) == ["recorded", "passed_on", "passed_on", "in_hand", "answered", "answered", "closed", "reopened"]
    responsible = [step.responsible for step in OpinionStep.objects.filter(opinion=made).order_by("pk")]
    assert responsible == [None, district.town1_office] + [district.unit] * 6
    assert told(personas.unit) == ["选民意见转来办理", "选民意见已办结，选民认为没有解决。修路", "选民意见需要重新办理"]
    assert told(personas.deputy) == ["您反映的意见已转榕江区交通运输局", "榕江区交通运输局正在办理", "您反映的意见已有答复，请告知选民"]
    assert told(personas.town1) == ["选民意见转来办理"]


def test_days_and_texts_that_cannot_be(opinion, personas, district):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    with pytest.raises(DomainError, match="已经过去"):
        opinions.pass_on(
            actor=personas.office, opinion=opinion, version=0, way=Way.TOWN, responsible=district.town1_office, due_on=yesterday
        )
    with pytest.raises(DomainError, match="不能承办"):
        opinions.pass_on(actor=personas.office, opinion=opinion, version=0, way=Way.TOWN, responsible=district.committee)
    with pytest.raises(DomainError, match="转到哪里"):
        opinions.pass_on(actor=personas.office, opinion=opinion, version=0, way=Way.ON_THE_SPOT, responsible=district.unit)
    with pytest.raises(DomainError, match="还没有转给承办单位"):
        opinions.answer(actor=personas.office, opinion=opinion, version=0, result="好")
    with pytest.raises(DomainError, match="有了答复才能"):
        opinions.tell_voter(actor=personas.deputy, opinion=opinion, version=0, on=timezone.localdate())
    opinion = put(opinion, OpinionState.ANSWERED, district.unit)
    with pytest.raises(DomainError, match="还没有到"):
        opinions.tell_voter(actor=personas.deputy, opinion=opinion, version=0, on=timezone.localdate() + datetime.timedelta(days=1))
    with pytest.raises(DomainError, match="早于登记日期"):
        opinions.tell_voter(actor=personas.deputy, opinion=opinion, version=0, on=yesterday)
    with pytest.raises(DomainError, match="请写明为什么"):
        opinions.reopen(actor=personas.deputy, opinion=opinion, version=0, reason=" ")
    assert not opinion.steps.exists()


# ---- who sees it, what waits, and the figures


def test_everybody_sees_their_own_part(opinion, personas, district):
    def seeing():
        return {name for name, person in personas.all().items() if Opinion.objects.visible_to(person).exists()}

    assert seeing() == {"office", "leader", "town1", "deputy"}
    put(opinion, OpinionState.PASSED_ON, district.unit)
    assert seeing() == {"office", "leader", "town1", "deputy", "unit"}


def test_todos(opinion, personas, district):
    def waits(person):
        return [todo.title for todo in todos.waiting_for(person) if todo.kind == "选民意见"]

    assert waits(personas.town1) == ["转办：村口的路灯坏了"] and waits(personas.deputy) == waits(personas.unit) == []
    put(opinion, OpinionState.PASSED_ON, district.unit)
    assert waits(personas.unit) == ["办理：村口的路灯坏了"] and waits(personas.town1) == []
    put(opinion, OpinionState.IN_HAND, district.unit)
    assert waits(personas.unit) == ["答复：村口的路灯坏了"]
    put(opinion, OpinionState.ANSWERED, district.unit)
    assert waits(personas.deputy) == ["告知选民：村口的路灯坏了"] and waits(personas.unit) == []
    put(opinion, OpinionState.ANSWERED, district.unit, told_on=TODAY)
    assert waits(personas.deputy) == ["问选民是否解决：村口的路灯坏了"]
    put(opinion, OpinionState.CLOSED, district.unit)
    assert waits(personas.deputy) == []


def test_figures(opinion, deputy, district, personas, django_assert_num_queries):
    now = timezone.localdate()
    year = Period.year(now.year)
    with django_assert_num_queries(1):
        assert figures.values("deputies.opinions", [deputy.pk], year) == {deputy.pk: 1}
    assert figures.values("deputies.opinions", [deputy.pk], year, Way.CITY) == {}
    assert figures.values("deputies.opinions", [deputy.pk], year.previous) == {}
    areas = [district.area.pk, district.town1.pk, district.town2.pk]
    assert figures.values("deputies.opinions_settled", areas, year) == {}
    put(opinion, OpinionState.CLOSED, district.unit, told_on=now, is_settled=True)
    with django_assert_num_queries(2):
        assert figures.values("deputies.opinions_settled", areas, year) == {district.area.pk: 1, district.town1.pk: 1}
    put(opinion, OpinionState.CLOSED, district.unit, is_settled=False)
    assert figures.values("deputies.opinions_settled", areas, year) == {}


def test_shipped_categories_have_two_levels():
    assert OpinionCategory.objects.filter(parent=None).count() == 12
    assert not OpinionCategory.objects.filter(parent__parent__isnull=False).exists()
