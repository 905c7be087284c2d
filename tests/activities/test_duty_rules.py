"""Keeping duty rules without rewriting the past, and reminding those who are behind."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.duties import Reckoning
from activities.models import DutyReminder, DutyRule, DutyRuleFigure
from activities.services import duties
from activities.tasks import remind_duties
from congress.enums import Role
from congress.errors import DomainError
from congress.models import AuditEntry, Notification
from congress.periods import Period
from deputies.models import Deputy, DeputyGroup
from tests import factories
from tests.activities.test_duties import TODAY, contact, day, small

pytestmark = pytest.mark.django_db
__all__ = ["small"]
CONTACTS = [("deputies.contacts", "")]


@pytest.fixture
def on(monkeypatch):
    """Sets the day."""

    def set_day(today):
        monkeypatch.setattr(timezone, "localdate", lambda value=None, tz=None: today if value is None else value.astimezone().date())

    set_day(TODAY)
    return set_day


def new(actor, **more):
    given = {"code": "visits", "name": "走访", "subject": "deputy", "period": "quarter", "minimum": Decimal(1), "counted": CONTACTS}
    return duties.create_rule(actor=actor, **(given | more))


def minimum_in(period, code="voter-contacts"):
    """What was asked in a period, by whichever version held then."""
    rules = DutyRule.objects.held_in(Period.parse(period)).filter(code__startswith=code)
    return {(row.rule.code, row.rule.minimum) for row in Reckoning(Period.parse(period), today=TODAY).rows(rules)}


# ---- keeping


def test_a_new_rule_holds_from_the_period_under_way(personas, on):
    rule = new(personas.office, family="联系", maximum=Decimal(9), basis="办法")
    assert (rule.starts_on, rule.ends_on) == (day("2026-07-01"), None)
    assert [(each.figure, each.argument) for each in rule.figures.all()] == CONTACTS
    entry = AuditEntry.objects.get(action="activities.create_dutyrule")
    assert (entry.actor, entry.target_ref, entry.changes["figures"]) == (personas.office, "visits", [None, "deputies.contacts"])


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"code": "receptions"}, "标识“receptions”已有要求使用，请另取一个。"),
        ({"code": "matrix"}, "标识“matrix”已有要求使用，请另取一个。"),
        ({"starts_on": datetime.date(2026, 6, 30)}, "起用日期不能早于2026年7月1日：此前的周期已经结束，不再追加要求。"),
        ({"counted": []}, "请至少选一项计入的指标。"),
        ({"counted": CONTACTS * 2}, "同一指标和范围只计一次，请删去重复的一行。"),
        ({"subject": "town"}, "“联系选民”不是按镇人大统计的指标，请另选。"),
    ],
)
def test_a_new_rule_that_is_refused(personas, on, more, sentence):
    before = DutyRule.objects.count()
    with pytest.raises(DomainError, match=sentence):
        new(personas.office, **more)
    assert DutyRule.objects.count() == before


def test_a_term_rule_begins_with_the_term(district, personas, on):
    assert new(personas.office, period="term").starts_on == district.term.starts_on


def test_asking_for_more_leaves_closed_periods_as_they_were(small, personas, on):
    rule = DutyRule.objects.get(code="voter-contacts")
    made = duties.change_rule(actor=personas.office, rule=rule, counted=CONTACTS, minimum=Decimal(6))
    rule.refresh_from_db()
    assert (made.code, made.minimum, made.starts_on, made.ends_on) == ("voter-contacts-2", 6, day("2026-01-01"), None)
    assert (rule.minimum, rule.ends_on) == (4, day("2025-12-31"))
    assert minimum_in("2025") == {("voter-contacts", 4)}
    assert minimum_in("2026") == {("voter-contacts-2", 6)}
    assert AuditEntry.objects.get(action="activities.new_dutyrule_version").changes["minimum"] == ["4.00", "6"]
    # The version itself began with the period under way: no closed period knows it, so it changes in place.
    again = duties.change_rule(actor=personas.office, rule=made, counted=[("deputies.contacts", "visit")], minimum=Decimal(5))
    assert (again.pk, again.minimum) == (made.pk, 5)
    assert DutyRuleFigure.objects.get(rule=again).argument == "visit"
    with pytest.raises(DomainError, match="“联系选民”已于2025年12月31日停用，不再修改。"):
        duties.change_rule(actor=personas.office, rule=rule, counted=CONTACTS, minimum=Decimal(1))


def test_names_change_in_place_and_the_same_again_writes_nothing(small, personas, on):
    rule = DutyRule.objects.get(code="receptions")
    counted = [("activities.receptions", "")]
    assert duties.change_rule(actor=personas.office, rule=rule, counted=counted, name="接待日").pk == rule.pk
    rule.refresh_from_db()
    assert rule.name == "接待日"
    assert AuditEntry.objects.get(action="activities.change_dutyrule").changes == {"name": ["接待选民日", "接待日"]}
    duties.change_rule(actor=personas.office, rule=rule, counted=counted, name="接待日")
    assert AuditEntry.objects.filter(action="activities.change_dutyrule").count() == 1


def test_a_rule_is_ended_but_not_before_what_is_closed(small, personas, on):
    rule = DutyRule.objects.get(code="receptions")
    counted = [("activities.receptions", "")]
    with pytest.raises(DomainError, match="停用日期不能早于2026年7月31日"):
        duties.change_rule(actor=personas.office, rule=rule, counted=counted, ends_on=day("2026-07-30"))
    with pytest.raises(DomainError, match="起用日期不能这样改：2026年8月1日以前的周期已经结束"):
        duties.change_rule(actor=personas.office, rule=rule, counted=counted, starts_on=day("2026-08-01"))
    assert duties.change_rule(actor=personas.office, rule=rule, counted=counted, ends_on=day("2026-08-31")).ends_on == day("2026-08-31")
    rules = DutyRule.objects.filter(code="receptions").prefetch_related("figures")
    assert {row.window.code for row in Reckoning(Period.parse("2026Q3"), today=day("2026-09-20")).rows(rules)} == {"2026-07", "2026-08"}


# ---- the staff admin


def fill(rule, **more):
    given = {
        "family": rule.family, "name": rule.name, "basis": rule.basis, "position": rule.position, "subject": rule.subject,
        "level": rule.level, "kinds": rule.kinds, "period": rule.period, "minimum": rule.minimum, "maximum": rule.maximum or "",
        "starts_on": rule.starts_on or "", "ends_on": rule.ends_on or "", "figures-TOTAL_FORMS": 1, "figures-INITIAL_FORMS": 1,
        "figures-0-id": rule.figures.get().pk, "figures-0-rule": rule.pk, "figures-0-figure": rule.figures.get().figure,
        "figures-0-argument": rule.figures.get().argument,
    }  # fmt: skip
    return given | more


def test_the_admin_makes_a_version_and_says_what_is_refused(small, personas, signed_in, on):
    office = signed_in(personas.office)
    rule = DutyRule.objects.get(code="voter-contacts")
    address = reverse("admin:activities_dutyrule_change", args=[rule.pk])
    refused = office.post(address, fill(rule, minimum="6", ends_on="2025-01-01"))
    assert refused.status_code == 200
    assert "停用日期不能早于2025年12月31日" in refused.content.decode()
    refused = office.post(address, fill(rule, **{"figures-0-figure": "activities.held"}))
    assert "“组织活动”不是按代表统计的指标，请另选。" in refused.content.decode()
    saved = office.post(address, fill(rule, minimum="6"), follow=True)
    assert "新的要求（voter-contacts-2）从2026年1月1日起计算" in saved.content.decode()
    assert DutyRule.objects.get(code="voter-contacts-2").minimum == 6
    page = office.get(address).content.decode()
    assert 'name="minimum"' not in page  # ended: for reading


def test_the_admin_adds_a_rule_with_its_figures(small, personas, signed_in, on):
    rule = DutyRule.objects.get(code="voter-contacts")
    data = fill(rule, code="visits", name="走访", minimum="2", **{"figures-INITIAL_FORMS": 0, "figures-0-id": "", "figures-0-rule": ""})
    signed_in(personas.office).post(reverse("admin:activities_dutyrule_add"), data)
    made = DutyRule.objects.get(code="visits")
    assert (made.minimum, made.starts_on, made.figures.get().figure) == (2, day("2026-01-01"), "deputies.contacts")


# ---- reminding


@pytest.fixture
def people(small, personas):
    """The deputy of town1 and a second deputy with an account; one town deputy without."""
    deputy = Deputy.objects.get(user=personas.deputy)
    other = factories.UserFactory(role=Role.DEPUTY, role__organisation=small.town1_office)
    Deputy.objects.filter(code="D-ANN").update(user=other)
    return deputy, other


def notices(user):
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("text", flat=True))


def test_whoever_is_behind_is_told_once_at_half_time_and_once_before_the_end(
    small, personas, people, on, django_capture_on_commit_callbacks
):
    deputy, ann = people
    DutyRule.objects.exclude(code__in=["voter-contacts", "group-activities"]).delete()
    contact(deputy, small.villages[1], "2026-01-05", "2026-02-05", "2026-03-05", "2026-04-05")

    def run(today):
        on(day(today))
        with django_capture_on_commit_callbacks(execute=True):
            return remind_duties()

    assert run("2026-07-02") == 0  # of the year 182 of 365 days are over
    assert run("2026-07-03") == 1
    assert notices(ann) == ["履职提醒：联系选民（2026年）还差 1 次。"]
    assert run("2026-07-03") == 0
    assert run("2026-08-20") == 1  # half of the quarter: the first group's town is told
    group = DeputyGroup.objects.get(code="G1")
    assert notices(personas.town1) == [f"履职提醒：代表小组活动（2026年第三季度）{group}未完成。"]
    assert notices(personas.deputy) == []  # has her four
    assert notices(personas.town2) == []
    assert run("2026-11-02") == 1  # 305 days: more than five sixths
    assert notices(ann) == ["履职提醒：联系选民（2026年）还差 1 次。"] * 2
    assert sorted(DutyReminder.objects.values_list("rule__code", "period", "stage")) == [
        ("group-activities", "2026Q3", "half"),
        ("voter-contacts", "2026", "end"),
        ("voter-contacts", "2026", "half"),
    ]
    assert run("2026-11-16") == 1  # the groups' next quarter
    assert Notification.objects.filter(user=ann).first().url == "/duties/rows/?period=2026-11&state=behind"


def test_one_notice_names_everything_that_is_missing(small, personas, people, on, django_capture_on_commit_callbacks):
    _, ann = people
    on(day("2026-08-10"))
    with django_capture_on_commit_callbacks(execute=True):
        duties.remind()
    (text,) = notices(ann)
    assert text.startswith("履职提醒：三个一·参加视察（届内）还差 1 次；")
    assert len(text) <= 200
    (text,) = notices(personas.town1)
    assert "六个一·代表学习培训（2026年）还差 1 次" in text
    assert len(text) <= 200


def test_a_stage_that_came_too_late_is_left_out(small, people, on):
    DutyRule.objects.exclude(code="group-activities").delete()
    on(day("2026-09-29"))
    duties.remind()
    assert list(DutyReminder.objects.values_list("period", "stage", "count")) == [("2026Q3", "end", 1)]
