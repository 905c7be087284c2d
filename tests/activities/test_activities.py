"""An activity from its plan to its end: each step, the second call and the refused caller."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from activities.enums import ActivityKind, ActivityState, ParticipationState
from activities.models import Activity, Forwarding, Participation, Theme
from activities.services import activities, activities_calendar, activities_invitations, activities_results
from activities.services.activities import Overlap
from congress.errors import Conflict, DomainError
from congress.models import AuditEntry, Notification
from congress.services.audit import SYSTEM
from congress.workdays import Answer, Calendar
from deputies.enums import GroupRole
from deputies.models import Deputy
from deputies.services.guards import FieldRefused
from tests.activities import playing
from tests.factories import GroupFactory, MembershipFactory

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def me(personas) -> Deputy:
    """The deputy with an account."""
    return Deputy.objects.get(user=personas.deputy)


def notices(user) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("text", flat=True))


# ---- planning


def test_plan_gives_consecutive_codes_and_secrets(personas, district):
    first, second = (playing.planned(personas.town1, district) for _ in range(2))
    year = timezone.localdate().year
    assert [first.code, second.code] == [f"HD{year}-000001", f"HD{year}-000002"]
    assert first.secret != second.secret
    assert (first.state, first.area, first.created_by) == (ActivityState.PLANNED, district.town1, personas.town1)
    entry = AuditEntry.objects.get(action="activities.plan_activity", target_ref=first.code)
    assert entry.changes["title"] == [None, "农田水利视察"]
    assert first.secret not in str(entry.changes)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"ends_at": datetime.timedelta(0)}, "ends_at"),
        ({"ends_at": datetime.timedelta(hours=-1)}, "ends_at"),
        ({"ends_at": datetime.timedelta(days=16)}, "ends_at"),
        ({"sign_up_until": datetime.timedelta(hours=1)}, "sign_up_until"),
    ],
)
def test_times_out_of_order_are_refused(personas, district, fields, field):
    start = timezone.now() + datetime.timedelta(days=3)
    with pytest.raises(FieldRefused) as refusal:
        playing.planned(personas.town1, district, starts_at=start, **{name: start + shift for name, shift in fields.items()})
    assert refusal.value.field == field
    assert Activity.objects.count() == 0


def test_who_may_plan_for_whom(personas, district, me):
    group = GroupFactory(term=district.term, area=district.town1)
    playing.planned(personas.office, district)
    for user in (personas.town2, personas.deputy, personas.leader, personas.unit):
        with pytest.raises(PermissionDenied):
            playing.planned(user, district)
    with pytest.raises(PermissionDenied):
        playing.planned(personas.deputy, district, group=group)
    MembershipFactory(group=group, deputy=me, role=GroupRole.LIAISON)
    assert playing.planned(personas.deputy, district, group=group).group == group
    with pytest.raises(PermissionDenied):
        playing.planned(personas.deputy, district)  # an officer plans for the group, not for the town


def test_a_change_is_audited_and_nothing_changed_writes_nothing(personas, district):
    activity = playing.planned(personas.town1, district)
    theme = Theme.objects.create(name="乡村振兴")
    same = activities.change(actor=personas.town1, activity=activity, version=0, place=activity.place, themes=[])
    assert same.version == 0
    after = activities.change(actor=personas.town1, activity=activity, version=0, place="下岭村", themes=[theme])
    assert (after.version, after.place) == (1, "下岭村")
    entry = AuditEntry.objects.get(action="activities.change_activity")
    assert entry.changes == {"place": ["镇政府会议室", "下岭村"], "themes": [[], ["乡村振兴"]]}
    with pytest.raises(Conflict):
        activities.change(actor=personas.town1, activity=activity, version=0, place="上岭村")


def test_it_can_not_be_handed_to_another_towns_organ(personas, district):
    activity = playing.planned(personas.town1, district)
    with pytest.raises(PermissionDenied):
        activities.change(actor=personas.town1, activity=activity, version=0, organiser=district.town2_office)


def test_moved_across_a_quarters_end_it_counts_in_the_other_quarter(personas, district):
    march = timezone.make_aware(datetime.datetime(2026, 3, 31, 15))
    activity = playing.planned(personas.town1, district, starts_at=march, ends_at=march + HOUR)
    day = datetime.timedelta(days=1)
    after = activities.change(actor=personas.town1, activity=activity, version=0, starts_at=march + day, ends_at=march + day + HOUR)
    assert activities.quarter_of(after).code == "2026Q2"
    assert AuditEntry.objects.get(action="activities.change_activity").changes["quarter"] == ["2026年第一季度", "2026年第二季度"]


def test_copies_take_the_list_along_and_are_made_once(personas, district):
    people = playing.deputies(district, 2)
    activity = playing.announced(personas.town1, district, people, sign_up_until=timezone.now() + datetime.timedelta(days=1))
    people[1].mandates.update(status="ended", ends_on=timezone.localdate(), end_reason="died")
    starts = [activity.starts_at + datetime.timedelta(days=7 * n) for n in (1, 2)]
    made = activities.copy(actor=personas.town1, activity=activity, starts=starts)
    assert [each.starts_at for each in made] == starts
    assert {(each.state, each.copied_from_id, each.ends_at - each.starts_at) for each in made} == {
        (ActivityState.PLANNED, activity.pk, datetime.timedelta(hours=2))
    }
    assert made[0].sign_up_until - made[0].starts_at == activity.sign_up_until - activity.starts_at
    assert [list(each.participations.values_list("deputy", flat=True)) for each in made] == [[people[0].pk]] * 2
    assert activities.copy(actor=personas.town1, activity=activity, starts=starts) == []
    with pytest.raises(DomainError, match="一次最多复制 24 次"):
        activities.copy(actor=personas.town1, activity=activity, starts=[activity.starts_at + HOUR * n for n in range(1, 27)])


# ---- inviting


def test_inviting_many_asks_few_questions(personas, district, django_assert_max_num_queries):
    activity = playing.planned(personas.town1, district)
    people = playing.deputies(district, 60)
    with django_assert_max_num_queries(14):
        assert activities_invitations.invite(actor=personas.town1, activity=activity, deputies=[d.pk for d in people]) == 60
    assert activities_invitations.invite(actor=personas.town1, activity=activity, deputies=[people[0].pk]) == 0
    assert Participation.objects.filter(state=ParticipationState.INVITED).count() == 60


def test_town_staff_invite_deputies_of_their_town_only(personas, district):
    activity = playing.planned(personas.town1, district)
    other = playing.deputies(district, 1, district.town2)[0]
    with pytest.raises(DomainError, match=f"{other.name}不在任，或者不在您能邀请的范围"):
        activities_invitations.invite(actor=personas.town1, activity=activity, deputies=[other.pk])
    assert activities_invitations.invite(actor=personas.office, activity=activity, deputies=[other.pk]) == 1
    with pytest.raises(PermissionDenied):
        activities_invitations.invite(actor=personas.town2, activity=activity, deputies=[other.pk])


def test_a_deputy_at_two_places_is_named_and_may_be_insisted_on(personas, district):
    people = playing.deputies(district, 2)
    first = playing.announced(personas.town1, district, people[:1], title="上午的调研")
    second = playing.planned(personas.town1, district, title="同时的座谈")
    keys = [deputy.pk for deputy in people]
    with pytest.raises(Overlap) as refusal:
        activities_invitations.invite(actor=personas.town1, activity=second, deputies=keys)
    assert f"{people[0].name}代表同一时间还要参加“上午的调研”（{first.code}" in str(refusal.value)
    assert second.participations.count() == 0
    assert activities_invitations.invite(actor=personas.town1, activity=second, deputies=keys, despite_overlap=True) == 2


def test_activities_that_only_touch_and_cancelled_ones_do_not_overlap(personas, district):
    people = playing.deputies(district, 1)
    first = playing.announced(personas.town1, district, people)
    after = playing.planned(personas.town1, district, starts_at=first.ends_at, ends_at=first.ends_at + HOUR)
    assert activities_invitations.invite(actor=personas.town1, activity=after, deputies=[people[0].pk]) == 1
    with pytest.raises(Overlap):
        activities.change(actor=personas.town1, activity=after, version=0, starts_at=first.starts_at)
    activities.cancel(actor=personas.town1, activity=first, reason="台风")
    activities.change(actor=personas.town1, activity=after, version=0, starts_at=first.starts_at)


# ---- notice, sign-up and leave


def test_the_notice_goes_out_once(personas, district, me, django_capture_on_commit_callbacks):
    activity = playing.planned(personas.town1, district)
    with pytest.raises(DomainError, match="还没有邀请代表"):
        activities.announce(actor=personas.town1, activity=activity)
    activities_invitations.invite(actor=personas.town1, activity=activity, deputies=[me.pk])
    with django_capture_on_commit_callbacks(execute=True):
        activities.announce(actor=personas.town1, activity=activity)
        activities.announce(actor=personas.town1, activity=activity)
    assert notices(personas.deputy) == [f"请参加“农田水利视察”：{activities.when(activity)}，镇政府会议室，请报名或请假。"]


def test_no_notice_for_a_time_that_is_past(personas, district):
    activity = playing.planned(personas.town1, district, starts_in=-HOUR)
    with pytest.raises(DomainError, match="已过，不能再发通知"):
        activities.announce(actor=personas.town1, activity=activity)
    assert activities.hold(actor=personas.town1, activity=activity).state == ActivityState.HELD  # entered late


def test_sign_up_and_leave(personas, district, me, django_capture_on_commit_callbacks):
    activity = playing.announced(personas.town1, district, [me])
    row = activity.participations.get()
    assert activities_invitations.sign_up(actor=personas.deputy, participation=row).state == ParticipationState.SIGNED_UP
    assert activities_invitations.sign_up(actor=personas.deputy, participation=row).state == ParticipationState.SIGNED_UP
    with pytest.raises(DomainError, match="请写明请假事由"):
        activities_invitations.ask_leave(actor=personas.deputy, participation=row, reason=" ")
    asked = activities_invitations.ask_leave(actor=personas.deputy, participation=row, reason="住院")
    assert (asked.state, asked.leave_reason) == (ParticipationState.LEAVE_ASKED, "住院")
    with pytest.raises(PermissionDenied):
        activities_invitations.decide_leave(actor=personas.deputy, participation=row, granted=True)
    with django_capture_on_commit_callbacks(execute=True):
        granted = activities_invitations.decide_leave(actor=personas.town1, participation=row, granted=True)
        activities_invitations.decide_leave(actor=personas.town1, participation=row, granted=True)
    assert (granted.state, granted.decided_by) == (ParticipationState.ON_LEAVE, personas.town1)
    assert notices(personas.deputy) == ["您申请不参加“农田水利视察”，已准假。"]
    assert "住院" not in str(list(AuditEntry.objects.values_list("changes", "reason")))


def test_a_refused_leave_leaves_the_deputy_expected(personas, district, me):
    activity = playing.announced(personas.town1, district, [me])
    row = activity.participations.get()
    with pytest.raises(DomainError, match="没有待批的请假"):
        activities_invitations.decide_leave(actor=personas.town1, participation=row, granted=False)
    activities_invitations.ask_leave(actor=personas.deputy, participation=row, reason="家中有事")
    assert activities_invitations.decide_leave(actor=personas.town1, participation=row, granted=False).state == ParticipationState.SIGNED_UP


def test_sign_up_closes(personas, district, me):
    activity = playing.announced(personas.town1, district, [me])
    row = activity.participations.get()
    Activity.objects.update(sign_up_until=timezone.now() - HOUR)
    with pytest.raises(DomainError, match="截止"):
        activities_invitations.sign_up(actor=personas.deputy, participation=row)
    activities_invitations.ask_leave(actor=personas.deputy, participation=row, reason="外出")  # until it begins
    Activity.objects.update(starts_at=timezone.now() - HOUR, sign_up_until=None)
    with pytest.raises(DomainError, match="活动已经开始"):
        activities_invitations.sign_up(actor=personas.deputy, participation=row)


def test_a_cancelled_activity_keeps_its_sign_ups_and_tells_everyone(personas, district, me, django_capture_on_commit_callbacks):
    activity = playing.announced(personas.town1, district, [me])
    row = activity.participations.get()
    activities_invitations.sign_up(actor=personas.deputy, participation=row)
    with pytest.raises(FieldRefused):
        activities.cancel(actor=personas.town1, activity=activity, reason="")
    with pytest.raises(PermissionDenied):
        activities.cancel(actor=personas.town2, activity=activity, reason="台风")
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            activities.cancel(actor=personas.town1, activity=activity, reason="台风")
    assert notices(personas.deputy) == [f"“农田水利视察”（{activities.when(activity)}）已取消：台风"]
    row.refresh_from_db()
    assert row.state == ParticipationState.SIGNED_UP
    with pytest.raises(DomainError, match="活动已取消"):
        activities_invitations.sign_up(actor=personas.deputy, participation=row)
    with pytest.raises(Conflict):
        activities.hold(actor=personas.town1, activity=Activity.objects.get(pk=activity.pk)) if activity.starts_at < timezone.now() else (
            activities.announce(actor=personas.town1, activity=activity)
        )


def test_who_leaves_the_list_is_told(personas, district, me, django_capture_on_commit_callbacks):
    activity = playing.announced(personas.town1, district, [me, *playing.deputies(district, 1)])
    with django_capture_on_commit_callbacks(execute=True):
        assert activities_invitations.uninvite(actor=personas.town1, activity=activity, deputy=me)
        assert not activities_invitations.uninvite(actor=personas.town1, activity=activity, deputy=me)
    assert notices(personas.deputy) == ["“农田水利视察”的参加名单有调整，您不用参加了。"]
    assert activity.participations.count() == 1


def test_reminded_once(personas, district, me, django_capture_on_commit_callbacks):
    activity = playing.announced(personas.town1, district, [me], starts_in=datetime.timedelta(hours=20))
    playing.announced(personas.town1, district, [me], starts_in=datetime.timedelta(days=5))
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            assert activities_calendar.remind() == 1
    assert notices(personas.deputy) == [f"提醒：“农田水利视察”{activities.when(activity)}举行，镇政府会议室。"]


# ---- what came of it


def test_before_it_begins_it_has_not_taken_place(personas, district):
    activity = playing.planned(personas.town1, district)
    with pytest.raises(DomainError, match="还没有开始"):
        activities.hold(actor=personas.town1, activity=activity)


def results(activity: Activity, actor, **more: object) -> Activity:
    texts = {"minutes": "查看了三处水渠。", "finding": "下岭村水渠淤塞。", "result": "镇里答应月底前清淤。", "report": "视察报告全文。"}
    return activities_results.record(
        actor=actor, activity=activity, version=Activity.objects.get(pk=activity.pk).version, **{**texts, **more}
    )


def test_quality_is_asked_for_before_it_closes(personas, district, me):
    activity = playing.held(personas.town1, district, [me])
    with pytest.raises(DomainError, match="还没有填写活动记录、发现的问题、成效，不能办结"):
        activities.close(actor=personas.town1, activity=activity)
    with pytest.raises(PermissionDenied):
        results(activity, personas.deputy)
    before = results(activity, personas.town1)
    assert results(activity, personas.town1).version == before.version  # the same again
    with pytest.raises(Conflict):
        activities_results.record(actor=personas.town1, activity=activity, version=0, minutes="另写")
    assert activities.close(actor=personas.town1, activity=activity).state == ActivityState.CLOSED
    assert activities.close(actor=personas.town1, activity=activity).state == ActivityState.CLOSED
    with pytest.raises(DomainError, match="已办结，不能再修改"):
        activities.change(actor=personas.town1, activity=activity, version=before.version + 1, place="别处")


def test_forwarded_with_a_day_answered_and_closed(personas, district, me, django_capture_on_commit_callbacks):
    activity = playing.held(personas.town1, district, [me])
    activity.participations.update(state=ParticipationState.PRESENT, signed_in_at=timezone.now())
    with pytest.raises(DomainError, match="还没有活动记录和报告"):
        activities_results.forward(actor=personas.town1, activity=activity, bodies=[district.unit], asked="请清淤。")
    results(activity, personas.town1)
    with pytest.raises(PermissionDenied):
        activities_results.forward(actor=personas.deputy, activity=activity, bodies=[district.unit], asked="请清淤。")
    with django_capture_on_commit_callbacks(execute=True):
        (row,) = activities_results.forward(actor=personas.town1, activity=activity, bodies=[district.unit], asked="请清淤。")
    assert activities_results.forward(actor=personas.town1, activity=activity, bodies=[district.unit], asked="请清淤。") == []
    due = Calendar.load().due(timezone.localdate(), "1m")
    assert row.due_on == due.due_on
    assert activities_results.steps_of(row, Calendar.load()) == due.steps
    assert notices(personas.unit) == [
        f"东岭镇人大主席团转来“农田水利视察”的意见，请在{due.due_on.month}月{due.due_on.day}日前反馈办理情况。"
    ]
    with pytest.raises(DomainError, match="榕江区交通运输局还没有反馈"):
        activities.close(actor=personas.town1, activity=activity)
    with pytest.raises(PermissionDenied):
        activities_results.answer(actor=personas.dispatcher, forwarding=row, feedback="已清淤。")
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            answered = activities_results.answer(actor=personas.unit, forwarding=row, feedback="已清淤。")
    assert (answered.answered_by, answered.answered_on) == (personas.unit, timezone.localdate())
    assert notices(personas.deputy) == ["榕江区交通运输局反馈了“农田水利视察”的办理情况。"]
    with pytest.raises(Conflict):
        activities_results.answer(actor=personas.unit, forwarding=row, feedback="又一说。")
    assert activities.close(actor=personas.town1, activity=activity).state == ActivityState.CLOSED


def test_awaited_feedback_moves_with_the_calendar(personas, district, me):
    activity = playing.held(personas.town1, district, [me])
    results(activity, personas.town1)
    (row,) = activities_results.forward(actor=personas.town1, activity=activity, bodies=[district.unit], asked="请清淤。")
    before = Calendar.load()
    after = Calendar({**before.overrides, row.due_on: Answer(False, "三月三放假")})
    assert activities_results.move_deadlines(before, after, SYSTEM) == 1
    row.refresh_from_db()
    assert row.due_on == after.due(row.sent_on, "1m").due_on
    assert activities_results.move_deadlines(before, after, SYSTEM) == 0  # not what the calendar before gave: it stays


def test_only_those_who_were_there_rate(personas, district, me):
    activity = playing.held(personas.town1, district, [me])
    row = activity.participations.get()
    with pytest.raises(DomainError, match="只有到会的代表"):
        activities_results.rate(actor=personas.deputy, participation=row, rating=5)
    activity.participations.update(state=ParticipationState.PRESENT, signed_in_at=timezone.now())
    with pytest.raises(PermissionDenied):
        activities_results.rate(actor=personas.town1, participation=row, rating=5)
    for rating in (0, 6):
        with pytest.raises(DomainError, match="1 分到 5 分"):
            activities_results.rate(actor=personas.deputy, participation=row, rating=rating)
    for _ in range(2):
        activities_results.rate(actor=personas.deputy, participation=row, rating=4, comment="看得细。")
    assert activity.participations.values_list("rating", "comment").get() == (4, "看得细。")
    assert AuditEntry.objects.filter(action="activities.rate").count() == 1


# ---- who sees what


def codes(user, rows=Activity) -> set[str]:
    return set(rows.objects.visible_to(user).values_list("code", flat=True))


def test_who_sees_which_activities(personas, district, me):
    plan = playing.planned(personas.town1, district)
    told = playing.announced(personas.town1, district, playing.deputies(district, 1))
    far = playing.announced(
        personas.office, district, playing.deputies(district, 1, district.town2), organiser=district.town2_office, title="西塘镇的活动"
    )
    invited = playing.announced(personas.office, district, [me], organiser=district.office, kind=ActivityKind.STANDING_MEETING)
    everything = {plan.code, told.code, far.code, invited.code}
    assert codes(personas.office) == codes(personas.leader) == everything
    assert codes(personas.town1) == {plan.code, told.code, invited.code}
    assert codes(personas.town2) == {far.code}
    assert codes(personas.deputy) == {told.code, invited.code}
    for user in (personas.unit, personas.dispatcher, personas.assessor, personas.visitor, personas.auditor):
        assert codes(user) == set()


def test_a_groups_officer_sees_what_the_group_plans(personas, district, me):
    group = GroupFactory(term=district.term, area=district.town1)
    plan = playing.planned(personas.town1, district, group=group)
    assert codes(personas.deputy) == set()
    MembershipFactory(group=group, deputy=me, role=GroupRole.LEADER)
    assert codes(personas.deputy) == {plan.code}


def test_a_unit_sees_what_was_forwarded_to_it(personas, district, me):
    activity = playing.held(personas.town1, district, [me])
    results(activity, personas.town1)
    activities_results.forward(actor=personas.town1, activity=activity, bodies=[district.unit, district.town2_office], asked="请清淤。")
    seen = {name: Forwarding.objects.visible_to(user).count() for name, user in personas.all().items()}
    assert {name: count for name, count in seen.items() if count} == {
        "office": 2, "leader": 2, "town1": 2, "town2": 1, "deputy": 2, "unit": 1,
    }  # fmt: skip
