"""Opinion forums: collecting, the agenda, the meeting, sending, feedback, figures, and who is refused."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from activities.enums import ForumState
from activities.models import ForumItem, OpinionForum
from activities.services import forum_items, forums
from congress import figures
from congress.errors import Conflict, DomainError
from congress.models import AuditEntry, Notification
from congress.periods import Period
from congress.services import calendar
from congress.workdays import Calendar
from deputies.enums import OpinionState, Way
from deputies.services import opinions
from deputies.services.guards import FieldRefused
from tests.activities import forums as playing

pytestmark = pytest.mark.django_db


@pytest.fixture
def play(district, personas):
    return playing.make(district, personas)


def texts(user):
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("text", flat=True))


def commit(callbacks, act):
    with callbacks(execute=True):
        return act()


# ---- before


def test_opening_tells_the_deputies_once(play, django_capture_on_commit_callbacks):
    forum = commit(django_capture_on_commit_callbacks, play.open)
    assert (forum.state, forum.period) == (ForumState.COLLECTING, Period.containing(forum.planned_on, "half").code)
    assert commit(django_capture_on_commit_callbacks, play.open) == forum
    day = forum.collect_until
    assert texts(play.personas.deputy) == [f"民情反映会征集意见：{playing.TOPIC}。请于{day.year}年{day.month}月{day.day}日前报送。"]
    assert AuditEntry.objects.filter(action="activities.open_forum").count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"topic": " "}, "topic"),
        ({"planned_on": datetime.date(2000, 1, 1)}, "planned_on"),
        ({"collect_until": datetime.date(2000, 1, 1)}, "collect_until"),
    ],
)
def test_opening_refuses_by_field(play, changed, field):
    with pytest.raises(FieldRefused) as refusal:
        play.open(**changed)
    assert refusal.value.field == field and not OpinionForum.objects.exists()


def test_a_town_runs_its_own_forum_only(play, district, personas):
    today = timezone.localdate()
    own = {"topic": "路灯", "collect_until": today, "planned_on": today}
    forum = forums.open_forum(actor=personas.town1, area=district.town1, organiser=district.town1_office, **own)
    assert forum.organiser == district.town1_office
    with pytest.raises(PermissionDenied):
        forums.open_forum(actor=personas.town1, area=district.area, organiser=district.office, **own)
    with pytest.raises(PermissionDenied):
        forums.open_forum(actor=personas.town1, area=district.town2, organiser=district.town2_office, **own)
    with pytest.raises(FieldRefused, match="不能主办"):
        forums.open_forum(actor=personas.office, area=district.area, organiser=district.town1_office, **own)
    for actor in (personas.leader, personas.deputy, personas.unit, personas.sysadmin):
        with pytest.raises(PermissionDenied):
            forums.open_forum(actor=actor, area=district.area, organiser=district.office, **own)


def test_a_change_of_the_day_is_told_and_no_change_writes_nothing(play, personas, django_capture_on_commit_callbacks):
    forum = commit(django_capture_on_commit_callbacks, play.open)
    same = {name: getattr(forum, name) for name in ("topic", "organiser", "collect_until", "planned_on", "place")}
    assert forums.change_forum(actor=personas.office, forum=forum, version=0, **same).version == 0
    later = {**same, "planned_on": forum.planned_on + datetime.timedelta(days=3)}
    changed = commit(
        django_capture_on_commit_callbacks, lambda: forums.change_forum(actor=personas.office, forum=forum, version=0, **later)
    )
    assert (changed.version, changed.planned_on) == (1, later["planned_on"])
    assert texts(personas.deputy)[-1].startswith("民情反映会日程有变：")
    with pytest.raises(Conflict):
        forums.change_forum(actor=personas.office, forum=forum, version=0, **{**later, "topic": "另一个"})


def test_a_deputy_sends_in_her_own(play, personas):
    forum = play.open()
    item = forum_items.add(actor=personas.deputy, forum=forum, deputy=play.mo, text=" 圩日占道经营。 ")
    assert (item.code, item.number, item.text) == (f"{forum.code}-001", 1, "圩日占道经营。")
    assert forum_items.add(actor=personas.deputy, forum=forum, deputy=play.mo, text="圩日占道经营。") == item
    with pytest.raises(FieldRefused, match="本人"):
        forum_items.add(actor=personas.deputy, forum=forum, deputy=play.wei, text="别人的")
    with pytest.raises(FieldRefused, match="由主办单位确定"):
        forum_items.add(actor=personas.deputy, forum=forum, deputy=play.mo, text="另一件", unit=play.health)
    for actor in (personas.town2, personas.unit, personas.leader, personas.visitor):
        with pytest.raises(PermissionDenied):
            forum_items.add(actor=actor, forum=forum, deputy=play.mo, text="不该登记")
    assert forum.items.count() == 1


def test_after_the_day_only_the_staff_add(play, personas):
    forum = play.open()
    OpinionForum.objects.update(collect_until=timezone.localdate() - datetime.timedelta(days=1))
    with pytest.raises(DomainError, match="截止"):
        forum_items.add(actor=personas.deputy, forum=forum, deputy=play.mo, text="晚了")
    assert play.add(forum, play.mo, "补报").number == 1
    with pytest.raises(FieldRefused, match="不是"):
        play.add(play.open(topic="镇上的", area=play.district.town2, organiser=play.district.town2_office), play.mo, "别镇的")


def test_an_opinion_becomes_a_matter_and_follows_it(play, personas, district):
    opinion = opinions.record(actor=personas.deputy, text="路灯坏了", way=Way.FORUM, deputies=[play.mo], area=district.town1)
    forum = play.open()
    item = forum_items.add(actor=personas.deputy, forum=forum, deputy=play.mo, text="路灯坏了", opinion=opinion)
    opinion.refresh_from_db()
    assert (opinion.state, opinion.responsible) == (OpinionState.PASSED_ON, district.office)
    assert forum_items.add(actor=personas.deputy, forum=forum, deputy=play.mo, text="改了说法", opinion=opinion) == item
    with pytest.raises(FieldRefused, match="另一次"):
        play.add(play.open(topic="另一次"), play.mo, "路灯", opinion=opinion)

    forum_items.assign(actor=personas.office, item=item, unit=district.unit, due_on=None)
    forum.refresh_from_db()
    sent = play.sent(forums.hold(actor=personas.office, forum=forum, version=0, held_on=timezone.localdate(), place="会议室"))
    opinion.refresh_from_db()
    item.refresh_from_db()
    assert (opinion.responsible, opinion.due_on, opinion.way) == (district.unit, item.due_on, Way.FORUM)
    forum_items.feed_back(actor=personas.unit, item=item, feedback="已修好。", is_adopted=True, saw=forum_items.seen_feedback(item))
    opinion.refresh_from_db()
    assert (opinion.state, opinion.result) == (OpinionState.ANSWERED, "已修好。")
    assert sent.state == ForumState.SENT


def test_an_opinion_that_goes_elsewhere_is_refused(play, personas, district):
    forum = play.open()
    other = opinions.record(actor=personas.deputy, text="水渠", way=Way.TOWN, deputies=[play.mo], area=district.town1)
    with pytest.raises(FieldRefused, match="去向"):
        forum_items.add(actor=personas.deputy, forum=forum, deputy=play.mo, text="水渠", opinion=other)
    mine = opinions.record(actor=personas.deputy, text="桥", way=Way.FORUM, deputies=[play.mo], area=district.town1)
    with pytest.raises(FieldRefused, match="不是韦桂兰反映的"):
        play.add(forum, play.wei, "桥", opinion=mine)


def test_the_agenda_is_put_in_order(play, personas, district):
    forum = play.open()
    first, second, third = (play.add(forum, play.mo, text) for text in ("甲", "乙", "丙"))
    forum = forum_items.arrange(
        actor=personas.office,
        forum=forum,
        version=0,
        order={third.code: 1, first.code: 2, second.code: 3},
        given={first.code: district.unit},
    )
    assert list(forum.items.order_by("number").values_list("text", "number")) == [("丙", 1), ("甲", 2), ("乙", 3)]
    assert ForumItem.objects.get(pk=first.pk).unit == district.unit
    again = forum_items.arrange(actor=personas.office, forum=forum, version=1, order={}, given={first.code: district.unit})
    assert again.version == 1
    with pytest.raises(Conflict):
        forum_items.arrange(actor=personas.office, forum=forum, version=0, order={second.code: 1}, given={})
    with pytest.raises(PermissionDenied):
        forum_items.arrange(actor=personas.deputy, forum=forum, version=1, order={second.code: 1}, given={})
    forum_items.withdraw(actor=personas.deputy, item=third)
    assert list(forum.items.order_by("number").values_list("text", "number")) == [("甲", 1), ("乙", 2)]


# ---- during


def test_the_meeting_needs_a_matter_a_place_and_a_day(play, personas):
    forum = play.open()
    today = timezone.localdate()
    with pytest.raises(DomainError, match="还没有一件"):
        forums.hold(actor=personas.office, forum=forum, version=0, held_on=today, place="会议室")
    play.add(forum, play.mo, "甲")
    with pytest.raises(FieldRefused, match="今天之后"):
        forums.hold(actor=personas.office, forum=forum, version=0, held_on=today + datetime.timedelta(days=1), place="会议室")
    with pytest.raises(FieldRefused, match="地点"):
        forums.hold(actor=personas.office, forum=forum, version=0, held_on=today, place=" ")
    held = forums.hold(actor=personas.office, forum=forum, version=0, held_on=today, place="会议室")
    assert (held.state, held.version) == (ForumState.HELD, 1)
    assert forums.hold(actor=personas.office, forum=forum, version=0, held_on=today, place="会议室").version == 1
    with pytest.raises(DomainError, match="会中反映"):
        forum_items.add(actor=personas.deputy, forum=forum, deputy=play.mo, text="会上才说")
    assert play.add(held, play.mo, "会上才说").number == 2


def test_minutes_never_overwrite_what_another_saved(play, personas):
    item = play.held().items.get(number=1)
    began = forum_items.seen_minutes(item)
    forum_items.write_minutes(actor=personas.office, item=item, spoken="占道严重。", response="马上整治。", saw=began)
    with pytest.raises(Conflict, match="两份内容"):
        forum_items.write_minutes(actor=personas.office, item=item, spoken="我的记录", response="", saw=began)
    item.refresh_from_db()
    assert (item.spoken, item.response) == ("占道严重。", "马上整治。")
    same = forum_items.write_minutes(actor=personas.office, item=item, spoken="占道严重。", response="马上整治。", saw="anything")
    assert same.spoken == "占道严重。" and AuditEntry.objects.filter(action="activities.minute_forum_item").count() == 1
    assert "占道" not in str(AuditEntry.objects.filter(action="activities.minute_forum_item").get().changes)
    for actor in (personas.deputy, personas.town1, personas.unit, personas.leader):
        with pytest.raises(PermissionDenied):
            forum_items.write_minutes(actor=actor, item=item, spoken="", response="", saw=forum_items.seen_minutes(item))


def test_nothing_is_minuted_before_the_meeting(play, personas):
    item = play.add(play.open(), play.mo, "甲")
    with pytest.raises(DomainError, match="会前征集"):
        forum_items.write_minutes(actor=personas.office, item=item, spoken="早了", response="", saw=forum_items.seen_minutes(item))


# ---- after


def test_sending_sets_the_day_and_tells_each_unit_once(play, personas, django_capture_on_commit_callbacks):
    forum = play.held()
    sent = commit(django_capture_on_commit_callbacks, lambda: play.sent(forum, months=2))
    due = Calendar.load().due(timezone.localdate(), "2m").due_on
    assert (sent.state, sent.sent_on) == (ForumState.SENT, timezone.localdate())
    assert set(sent.items.values_list("due_on", flat=True)) == {due}
    told = f"民情反映会交办2件意见，请于{due.year}年{due.month}月{due.day}日前反馈：{playing.TOPIC}"
    assert texts(personas.unit) == [told]
    assert texts(play.nurse)[0].startswith("民情反映会交办1件意见")
    assert commit(django_capture_on_commit_callbacks, lambda: play.sent(sent)).version == sent.version
    assert texts(personas.unit) == [told]


def test_sending_needs_a_unit_for_each(play, personas):
    forum = play.held()
    play.add(forum, play.mo, "没有单位")
    with pytest.raises(DomainError, match="第4件还没有确定承办单位"):
        play.sent(forum)
    with pytest.raises(FieldRefused, match="1至12"):
        play.sent(forum, months=0)
    with pytest.raises(PermissionDenied):
        forums.send(actor=personas.town1, forum=forum, version=forum.version, months=1)
    with pytest.raises(DomainError, match="不能转为"):
        early = play.open(topic="还没开会")
        play.add(early, play.mo, "甲", unit=play.health)
        play.sent(early)


def test_a_unit_answers_its_own_and_the_deputy_is_told(play, personas, django_capture_on_commit_callbacks):
    item = play.sent().items.get(number=1)
    saw = forum_items.seen_feedback(item)
    with pytest.raises(PermissionDenied):
        forum_items.feed_back(actor=play.nurse, item=item, feedback="不是我们的", is_adopted=False, saw=saw)
    with pytest.raises(FieldRefused, match="研究办理"):
        forum_items.feed_back(actor=personas.unit, item=item, feedback=" ", is_adopted=True, saw=saw)
    answer = commit(
        django_capture_on_commit_callbacks,
        lambda: forum_items.feed_back(actor=personas.unit, item=item, feedback="已划线。", is_adopted=True, saw=saw),
    )
    assert (answer.fed_back_on, answer.is_adopted) == (timezone.localdate(), True)
    assert texts(personas.deputy)[-1] == "您在民情反映会反映的意见已有反馈（采纳）：圩日占道经营，车过不去。"
    assert forum_items.feed_back(actor=personas.unit, item=item, feedback="已划线。", is_adopted=True, saw="old") == answer
    with pytest.raises(Conflict):
        forum_items.feed_back(actor=personas.unit, item=item, feedback="另一说法", is_adopted=False, saw=saw)
    with pytest.raises(DomainError, match="已经反馈"):
        forum_items.assign(actor=personas.office, item=item, unit=play.health, due_on=None)


def test_a_matter_changes_hands(play, personas, django_capture_on_commit_callbacks):
    item = play.sent().items.get(number=1)
    due = timezone.localdate() + datetime.timedelta(days=20)
    moved = commit(
        django_capture_on_commit_callbacks,
        lambda: forum_items.assign(actor=personas.office, item=item, unit=play.health, due_on=due),
    )
    assert (moved.unit, moved.due_on) == (play.health, due)
    assert texts(play.nurse)[-1].startswith("民情反映会交办1件意见")
    with pytest.raises(FieldRefused, match="已经过去"):
        forum_items.assign(actor=personas.office, item=item, unit=play.health, due_on=datetime.date(2020, 1, 1))
    with pytest.raises(FieldRefused, match="应有反馈期限"):
        forum_items.assign(actor=personas.office, item=item, unit=play.health, due_on=None)
    with pytest.raises(FieldRefused, match="不能承办"):
        forum_items.assign(actor=personas.office, item=item, unit=play.district.committee, due_on=due)


def test_it_closes_when_all_is_fed_back(play, personas):
    forum = play.sent()
    with pytest.raises(DomainError, match="第1、2、3件还没有反馈"):
        forums.close(actor=personas.office, forum=forum, version=forum.version)
    for number, item in enumerate(forum.items.all()):
        play.fed_back(item, is_adopted=number != 1)
    closed = forums.close(actor=personas.office, forum=forum, version=forum.version)
    assert closed.state == ForumState.CLOSED
    assert forums.close(actor=personas.office, forum=forum, version=0).version == closed.version
    item = closed.items.first()
    with pytest.raises(DomainError, match="已办结"):
        forum_items.feed_back(actor=personas.unit, item=item, feedback="改口", is_adopted=False, saw=forum_items.seen_feedback(item))


def test_a_forum_with_matters_is_not_cancelled(play, personas):
    forum = play.open()
    item = play.add(forum, play.mo, "甲")
    with pytest.raises(DomainError, match="1件"):
        forums.cancel_forum(actor=personas.office, forum=forum, reason="改期")
    forum_items.withdraw(actor=personas.office, item=item)
    with pytest.raises(FieldRefused):
        forums.cancel_forum(actor=personas.office, forum=forum, reason=" ")
    with pytest.raises(PermissionDenied):
        forums.cancel_forum(actor=personas.town1, forum=forum, reason="改期")
    forums.cancel_forum(actor=personas.office, forum=forum, reason="改期")
    assert not OpinionForum.objects.exists()


def test_a_changed_calendar_moves_the_days(play, personas):
    sent = play.sent(months=1)
    due = sent.items.first().due_on
    by_hand = sent.items.get(number=3)
    forum_items.assign(actor=personas.office, item=by_hand, unit=by_hand.unit, due_on=due + datetime.timedelta(days=5, weeks=1))
    calendar.save_days(actor=personas.office, days=[calendar.Day(due, False, "临时放假")])
    moved = Calendar.load().due(sent.sent_on, "1m").due_on
    assert moved > due and set(sent.items.filter(number__lt=3).values_list("due_on", flat=True)) == {moved}
    assert sent.items.get(number=3).due_on == due + datetime.timedelta(days=12)
    assert forums.recompute_due(Calendar.load(), Calendar.load(), personas.office) == 0


# ---- who sees what


def test_who_sees_a_forum_and_its_matters(play, personas, district):
    forum = play.sent()
    numbers = lambda user: sorted(ForumItem.objects.visible_to(user).values_list("number", flat=True))  # noqa: E731
    everyone = personas.all() | {"health": play.nurse}
    assert {name: numbers(user) for name, user in everyone.items()} == {
        **dict.fromkeys(everyone, []),
        **dict.fromkeys(["office", "leader", "dispatcher"], [1, 2, 3]),
        "deputy": [1],
        "town1": [1, 2],
        "town2": [3],
        "unit": [1, 2],
        "health": [3],
    }
    sees = {name for name, user in everyone.items() if OpinionForum.objects.visible_to(user).exists()}
    assert sees == {"office", "leader", "dispatcher", "deputy", "town1", "town2", "street1", "farm1", "unit", "health"}
    town = play.open(topic="镇上的", area=district.town2, organiser=district.town2_office)
    assert {name for name, user in everyone.items() if OpinionForum.objects.visible_to(user).filter(pk=town.pk).exists()} == {
        "office",
        "leader",
        "town2",
    }
    assert forum != town


# ---- figures


def test_figures_count_by_the_day_it_was_held(play, personas, district, signed_in):
    forum = play.sent()
    play.fed_back(forum.items.get(number=1))
    play.fed_back(forum.items.get(number=2), is_adopted=False)
    play.open(topic="还没举行")
    half = Period.containing(timezone.localdate(), "half")
    ids = [district.area.pk, district.town1.pk]
    assert figures.values("activities.forums", ids, half) == {district.area.pk: Decimal(1)}
    assert figures.values("activities.forums", ids, half.previous) == {}
    assert figures.values("activities.forum_adopted", ids, half) == {district.area.pk: Decimal(1)}
    assert figures.values("activities.forum_opinions", [play.mo.pk, play.lan.pk], half) == {play.mo.pk: 1, play.lan.pk: 1}
    client = signed_in(personas.office)
    for key, code, count in (
        ("activities.forums", district.area.code, "1"),
        ("activities.forum_adopted", district.area.code, "1"),
        ("activities.forum_opinions", play.mo.code, "1"),
    ):
        assert client.get(figures.find(key).records(code, half, ""))["X-Total-Count"] == count
