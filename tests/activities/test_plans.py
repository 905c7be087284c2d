"""The annual plan's rules: drafting, the four steps of 代表法 art. 43, progress, and the activities that fulfil it."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from activities.enums import ActivityKind, ActivityState, PlanState
from activities.models import Activity, AnnualPlan, AnnualPlanItem
from activities.plan_progress import Standing, standing
from activities.services import plans
from congress import todos
from congress.errors import Conflict, DomainError
from congress.models import AuditEntry, Notification
from deputies.services.guards import FieldRefused
from tests.factories import MandateFactory
from tests.factories.activities import ActivityFactory, AnnualPlanFactory, AnnualPlanItemFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
OTHERS = ["leader", "town1", "deputy", "unit", "visitor", "sysadmin"]


@pytest.fixture
def plan(district, personas):
    return plans.draft(actor=personas.office, year=TODAY.year)


def add(actor, plan, **more):
    plan.refresh_from_db()
    organ = more.pop("responsible", None) or plan.congress.area.organisations.get(code="DGW")
    fields = {"text": "组织代表视察", "kind": "inspection", "count": 2, "first_month": 3, "last_month": 6, "responsible": organ, **more}
    return plans.save_item(actor=actor, plan=plan, version=plan.version, **fields)


def texts(plan):
    return list(plan.items.order_by("position").values_list("position", "text"))


# ---- drafting


def test_a_year_has_one_plan(plan, personas, district):
    assert (plan.code, plan.state, str(plan)) == (f"JH{TODAY.year}", PlanState.DRAFT, f"{TODAY.year}年代表工作计划")
    assert plans.draft(actor=personas.office, year=TODAY.year) == plan
    with pytest.raises(FieldRefused, match="年度应在"):
        plans.draft(actor=personas.office, year=TODAY.year + 3)
    assert AuditEntry.objects.filter(action="activities.draft_plan").count() == 1


def test_last_years_plan_is_copied_with_its_year_moved_on(plan, personas):
    plans.write_preface(actor=personas.office, plan=plan, version=0, preface=f"{TODAY.year}年，深入贯彻。")
    add(personas.office, plan, text=f"开展{TODAY.year}年主题活动")
    add(personas.office, plan, text="组织培训", kind="", count=1)
    copy = plans.draft(actor=personas.office, year=TODAY.year + 1, copied_from=plan)
    assert copy.preface == f"{TODAY.year + 1}年，深入贯彻。"
    assert texts(copy) == [(1, f"开展{TODAY.year + 1}年主题活动"), (2, "组织培训")]
    assert texts(plan) == [(1, f"开展{TODAY.year}年主题活动"), (2, "组织培训")]
    item = copy.items.get(position=1)
    assert (item.kind, item.count, item.first_month, item.last_month) == ("inspection", 2, 3, 6)


def test_items_are_added_once_changed_moved_and_removed(plan, personas):
    one = add(personas.office, plan, text="甲")
    assert add(personas.office, plan, text="甲") == one
    two, three = add(personas.office, plan, text="乙"), add(personas.office, plan, text="丙")
    assert plans.move_item(actor=personas.office, item=three, direction=plans.UP)
    assert texts(plan) == [(1, "甲"), (2, "丙"), (3, "乙")]
    assert plans.move_item(actor=personas.office, item=one, direction=plans.DOWN)
    assert texts(plan) == [(1, "丙"), (2, "甲"), (3, "乙")]
    assert not plans.move_item(actor=personas.office, item=three, direction=plans.UP)
    assert not plans.move_item(actor=personas.office, item=two, direction=plans.DOWN)
    plan.refresh_from_db()
    changed = plans.save_item(
        actor=personas.office, plan=plan, version=plan.version, item=one, text="甲（改）", kind="", count=1, first_month=1, last_month=1,
        responsible=one.responsible,
    )  # fmt: skip
    assert (changed.text, changed.position) == ("甲（改）", 2)
    assert plans.remove_item(actor=personas.office, item=three)
    assert not plans.remove_item(actor=personas.office, item=three)
    assert texts(plan) == [(1, "甲（改）"), (2, "乙")]
    with pytest.raises(Conflict, match="这一项刚才已由他人删去"):
        plans.save_item(
            actor=personas.office, plan=plan, version=0, item=three, text="丙", kind="", count=1, first_month=1, last_month=1,
            responsible=one.responsible,
        )  # fmt: skip


def test_two_people_at_one_plan_do_not_overwrite_each_other(plan, personas):
    seen = plan.version
    item = add(personas.office, plan)
    with pytest.raises(Conflict, match="您填写的内容还在本页"):
        plans.write_preface(actor=personas.office, plan=plan, version=seen, preface="新的要求")
    with pytest.raises(Conflict):
        plans.save_item(
            actor=personas.office, plan=plan, version=seen, item=item, text="改", kind="", count=1, first_month=1, last_month=1,
            responsible=item.responsible,
        )  # fmt: skip
    plan.refresh_from_db()
    assert plan.preface == ""


def test_items_that_cannot_be(plan, personas):
    with pytest.raises(FieldRefused, match="结束月份不能早于开始月份"):
        add(personas.office, plan, first_month=6, last_month=3)
    AnnualPlanItem.objects.bulk_create(
        AnnualPlanItem(plan=plan, position=n, text=f"第{n}项", responsible=plan.congress.area.organisations.get(code="DGW"))
        for n in range(1, 61)
    )
    with pytest.raises(DomainError, match="最多 60 项"):
        add(personas.office, plan)
    item = plan.items.get(position=1)
    ActivityFactory(plan_item=item)
    with pytest.raises(DomainError, match="已有 1 次活动，不能删去"):
        plans.remove_item(actor=personas.office, item=item)


# ---- the four steps


def test_adopted_told_and_published(plan, personas, district, django_capture_on_commit_callbacks):
    MandateFactory(term=district.term, area=district.town2)  # a deputy without an account
    with pytest.raises(DomainError, match="还没有事项，不能提交通过"):
        plans.adopt(actor=personas.office, plan=plan, meeting="第六十次主任会议", on=TODAY)
    add(personas.office, plan)
    for more, sentence in (({"meeting": " "}, "请写明通过计划的主任会议"), ({"on": TODAY + datetime.timedelta(days=1)}, "还没有到")):
        with pytest.raises(FieldRefused, match=sentence):
            plans.adopt(actor=personas.office, plan=plan, **{"meeting": "第六十次主任会议", "on": TODAY, **more})
    with pytest.raises(Conflict):
        plans.tell(actor=personas.office, plan=plan)
    with django_capture_on_commit_callbacks(execute=True):
        adopted = plans.adopt(actor=personas.office, plan=plan, meeting="第六十次主任会议", on=TODAY)
        assert plans.adopt(actor=personas.office, plan=plan, meeting="第六十次主任会议", on=TODAY).version == adopted.version
        with pytest.raises(Conflict):
            plans.adopt(actor=personas.office, plan=plan, meeting="第六十一次主任会议", on=TODAY)
        with pytest.raises(Conflict):
            plans.publish(actor=personas.office, plan=plan)
        told = plans.tell(actor=personas.office, plan=plan)
        assert plans.tell(actor=personas.office, plan=plan).told_at == told.told_at
        published = plans.publish(actor=personas.office, plan=plan)
        assert plans.publish(actor=personas.office, plan=plan).published_at == published.published_at
        assert plans.tell(actor=personas.office, plan=plan).state == PlanState.PUBLISHED
    assert list(Notification.objects.filter(key__startswith="plan-").values_list("user", "text")) == [
        (personas.deputy.pk, f"《榕江区人大常委会{TODAY.year}年代表工作计划》已经第六十次主任会议通过，现向您通报，请查阅。")
    ]
    actions = AuditEntry.objects.filter(action__in=["activities.adopt_plan", "activities.tell_plan", "activities.publish_plan"])
    assert actions.count() == 3


def test_an_adopted_plan_is_frozen_until_it_goes_back_to_the_meeting(plan, personas, django_capture_on_commit_callbacks):
    item = add(personas.office, plan)
    activity = ActivityFactory(plan_item=item)
    plans.adopt(actor=personas.office, plan=plan, meeting="第六十次主任会议", on=TODAY - datetime.timedelta(days=30))
    with django_capture_on_commit_callbacks(execute=True):
        plans.tell(actor=personas.office, plan=plan)
    for refused in (
        lambda: add(personas.office, plan, text="新的"),
        lambda: plans.write_preface(actor=personas.office, plan=plan, version=plan.version, preface="改"),
        lambda: plans.move_item(actor=personas.office, item=item, direction=plans.UP),
        lambda: plans.remove_item(actor=personas.office, item=item),
    ):
        with pytest.raises(DomainError, match="不能再改。需要调整的，请重新提交主任会议"):
            refused()
    with pytest.raises(FieldRefused, match="请写明调整计划的原因"):
        plans.reopen(actor=personas.office, plan=plan, reason=" ")
    again = plans.reopen(actor=personas.office, plan=plan, reason="增加专项活动")
    assert (again.state, again.meeting, again.adopted_on, again.told_at) == (PlanState.DRAFT, "", None, None)
    assert plans.reopen(actor=personas.office, plan=plan, reason="增加专项活动").version == again.version
    entry = AuditEntry.objects.get(action="activities.reopen_plan")
    assert (entry.changes["meeting"], entry.reason) == (["第六十次主任会议", ""], "增加专项活动")
    add(personas.office, plan, text="专项活动")
    plans.adopt(actor=personas.office, plan=plan, meeting="第六十二次主任会议", on=TODAY)
    with django_capture_on_commit_callbacks(execute=True):
        plans.tell(actor=personas.office, plan=plan)  # adopted anew, told anew
    assert Notification.objects.filter(user=personas.deputy, key__startswith="plan-").count() == 2
    activity.refresh_from_db()
    assert activity.plan_item == item


@pytest.mark.parametrize("name", OTHERS)
def test_others_change_nothing(name, plan, personas):
    actor = getattr(personas, name)
    item = add(personas.office, plan)
    for refused in (
        lambda: plans.draft(actor=actor, year=TODAY.year + 1),
        lambda: add(actor, plan),
        lambda: plans.write_preface(actor=actor, plan=plan, version=plan.version, preface="改"),
        lambda: plans.move_item(actor=actor, item=item, direction=plans.UP),
        lambda: plans.remove_item(actor=actor, item=item),
        lambda: plans.adopt(actor=actor, plan=plan, meeting="会议", on=TODAY),
        lambda: plans.tell(actor=actor, plan=plan),
        lambda: plans.publish(actor=actor, plan=plan),
        lambda: plans.reopen(actor=actor, plan=plan, reason="改"),
        lambda: plans.fulfil(actor=actor, item=item, activities=[]),
        lambda: plans.release(actor=actor, item=item, activity=ActivityFactory()),
        lambda: plans.request_documents(actor=actor, plan=plan),
    ):
        with pytest.raises(PermissionDenied):
            refused()


def test_who_sees_which(plan, personas):
    item = AnnualPlanItemFactory(plan=plan)
    assert [name for name, user in personas.all().items() if AnnualPlan.objects.visible_to(user)] == ["office", "leader"]
    plans.adopt(actor=personas.office, plan=plan, meeting="会议", on=TODAY)
    unseen = [name for name, user in personas.all().items() if not AnnualPlan.objects.visible_to(user)]
    assert (unseen, item.plan) == (["visitor"], plan)


# ---- progress


@pytest.mark.parametrize(
    ("months", "done", "day", "expected"),
    [
        ((3, 6), 2, (2026, 1, 1), Standing.DONE),
        ((3, 6), 0, (2026, 2, 28), Standing.AHEAD),
        ((3, 6), 0, (2026, 3, 1), Standing.RUNNING),
        ((3, 6), 1, (2026, 2, 1), Standing.RUNNING),
        ((3, 6), 1, (2026, 5, 31), Standing.NEXT_MONTH),
        ((3, 6), 1, (2026, 6, 30), Standing.THIS_MONTH),
        ((3, 6), 1, (2026, 7, 1), Standing.LATE),
        ((12, 12), 1, (2027, 1, 1), Standing.LATE),
        ((1, 1), 0, (2025, 12, 31), Standing.NEXT_MONTH),
        ((1, 2), 0, (2025, 11, 30), Standing.AHEAD),
    ],
)
def test_where_an_item_stands(months, done, day, expected):
    item = AnnualPlanItem(plan=AnnualPlan(year=2026), count=2, first_month=months[0], last_month=months[1])
    item.done = done
    assert standing(item, datetime.date(*day)) is expected


def test_activities_fulfil_an_item_once_they_took_place(plan, personas, district):
    item, other = add(personas.office, plan), add(personas.office, plan, text="组织调研")
    at = timezone.now()
    held, coming, cancelled = (
        ActivityFactory(area=district.town1, organiser=district.town1_office, starts_at=at, state=state)
        for state in (ActivityState.HELD, ActivityState.ANNOUNCED, ActivityState.CANCELLED)
    )
    assert plans.fulfil(actor=personas.office, item=item, activities=[held, coming, cancelled]) == 3
    assert plans.fulfil(actor=personas.office, item=item, activities=[held]) == 0
    found = AnnualPlanItem.objects.with_progress().get(pk=item.pk)
    assert (found.done, found.coming) == (1, 1)
    assert plans.fulfil(actor=personas.office, item=other, activities=[held]) == 1  # one activity counts once
    assert AnnualPlanItem.objects.with_progress().get(pk=item.pk).done == 0
    assert plans.release(actor=personas.office, item=other, activity=held)
    assert not plans.release(actor=personas.office, item=other, activity=held)
    last_year = ActivityFactory(starts_at=at - datetime.timedelta(days=400))
    with pytest.raises(DomainError, match=f"不是{TODAY.year}年的活动"):
        plans.fulfil(actor=personas.office, item=item, activities=[last_year, held])
    assert not Activity.objects.filter(pk=held.pk, plan_item=item).exists()


# ---- what waits for whom


def waiting(user):
    return [(todo.title, todo.due_on) for todo in todos.waiting_for(user) if todo.kind == "年度计划"]


def on(monkeypatch, day):
    monkeypatch.setattr(timezone, "localdate", lambda *args: day)


def test_the_office_is_asked_for_next_years_plan_in_december(personas, district, monkeypatch):
    year = TODAY.year
    AnnualPlanFactory(congress=district.congress, state=PlanState.PUBLISHED, meeting="会议", adopted_on=TODAY)
    on(monkeypatch, datetime.date(year, 11, 30))
    assert waiting(personas.office) == []
    on(monkeypatch, datetime.date(year, 12, 1))
    assert waiting(personas.office) == [(f"拟订{year + 1}年代表工作计划", datetime.date(year, 12, 31))]
    assert waiting(personas.town1) == waiting(personas.leader) == []
    draft = AnnualPlanFactory(congress=district.congress, year=year + 1)
    AnnualPlanItemFactory(plan=draft)
    assert waiting(personas.office) == [(f"把{year + 1}年代表工作计划提交主任会议", datetime.date(year, 12, 31))]
    on(monkeypatch, datetime.date(year + 1, 2, 1))
    assert waiting(personas.office) == [(f"把{year + 1}年代表工作计划提交主任会议", datetime.date(year + 1, 3, 31))]
    plans.adopt(actor=personas.office, plan=draft, meeting="会议", on=TODAY)
    assert (f"向代表通报{year + 1}年代表工作计划", None) in waiting(personas.office)
    plans.tell(actor=personas.office, plan=draft)
    assert (f"向社会公布{year + 1}年代表工作计划", None) in waiting(personas.office)
    plans.publish(actor=personas.office, plan=draft)
    assert f"{year + 1}年" not in str([row for row in waiting(personas.office) if row[1] is None])


def test_items_wait_for_their_organ_and_late_ones_for_the_office(personas, district, monkeypatch):
    plan = AnnualPlanFactory(congress=district.congress, state=PlanState.PUBLISHED, meeting="会议", adopted_on=TODAY)
    town = AnnualPlanItemFactory(plan=plan, text="镇的视察", responsible=district.town1_office, first_month=5, last_month=6)
    AnnualPlanItemFactory(plan=plan, text="区的调研", responsible=district.office, first_month=5, last_month=6)
    year = plan.year
    june = datetime.date(year, 6, 30)
    on(monkeypatch, datetime.date(year, 5, 31))
    assert waiting(personas.office) == waiting(personas.town1) == []
    on(monkeypatch, datetime.date(year, 6, 1))
    assert waiting(personas.office) == [("完成计划事项：区的调研", june)]
    assert waiting(personas.town1) == [("完成计划事项：镇的视察", june)]
    on(monkeypatch, datetime.date(year, 7, 1))
    assert [title for title, _ in waiting(personas.office)] == ["完成计划事项：区的调研", "完成计划事项：镇的视察"]
    assert waiting(personas.town2) == []
    ActivityFactory(plan_item=town, state=ActivityState.CLOSED, kind=ActivityKind.INSPECTION)
    assert waiting(personas.town1) == []
