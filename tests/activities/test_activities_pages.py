"""The pages of activities: what they say, what they keep, how many questions they ask."""

from __future__ import annotations

import datetime
import io
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from openpyxl import load_workbook
from PIL import Image

from activities.enums import ActivityKind, ActivityState, ParticipationState
from activities.models import Activity, CalendarFeed, Forwarding, Theme
from activities.services import activities, activities_invitations, activities_results
from congress import todos
from congress.models import AuditEntry, Document
from congress.services import documents
from deputies.enums import GroupRole
from deputies.models import Deputy
from tests.activities import playing
from tests.factories import GroupFactory, MembershipFactory
from tests.factories.activities import ActivityFactory, ParticipationFactory

pytestmark = pytest.mark.django_db
MOST = 15


@pytest.fixture
def me(personas) -> Deputy:
    return Deputy.objects.get(user=personas.deputy)


def typed(district, **more: object) -> dict[str, object]:
    return {
        "title": "食品安全视察",
        "kind": ActivityKind.INSPECTION.value,
        "organiser": district.town1_office.pk,
        "starts_at": "2030-05-08T09:00",
        "ends_at": "2030-05-08T11:00",
        "place": "圩市",
        "objective": "检查留样。",
        **more,
    }


def text(response) -> str:
    return response.content.decode()


# ---- lists


def activities_in_number(district, count: int) -> None:
    for n in range(count):
        group = GroupFactory(term=district.term, area=district.town1)
        activity = ActivityFactory(area=district.town1, organiser=district.town1_office, group=group, title=f"活动{n}")
        ParticipationFactory(activity=activity)


def forwardings_in_number(district, count: int) -> None:
    today = timezone.localdate()
    for _ in range(count):
        activity = ActivityFactory(area=district.town1, organiser=district.town1_office, state=ActivityState.FORWARDED)
        Forwarding.objects.create(activity=activity, body=district.unit, asked="请办理。", sent_on=today, due_on=today)


def groups_in_number(district, count: int) -> None:
    GroupFactory.create_batch(count, term=district.term, area=district.town1)


LISTS = {
    "/activities/": activities_in_number,
    "/activities/calendar/": activities_in_number,
    "/activities/calendar/?view=week": activities_in_number,
    "/activities/forwardings/": forwardings_in_number,
    "/activities/groups/": groups_in_number,
}


def look(client: Client, address: str) -> tuple[int, int]:
    """(rows told, queries asked)."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200
    return int(response["X-Total-Count"]), len(captured)


@pytest.mark.parametrize("address", LISTS)
def test_a_list_tells_its_rows_and_asks_the_same_questions(address, district, personas, signed_in):
    start = timezone.localtime() + datetime.timedelta(days=3)
    address = address if "calendar" not in address else f"{address}{'&' if '?' in address else '?'}on={start:%Y-%m-%d}"
    office = signed_in(personas.office)
    queries = {}
    for count in (1, 3, 30):
        with transaction.atomic():
            LISTS[address.split("on=")[0].rstrip("?&")](district, count)
            told, queries[count] = look(office, address)
            transaction.set_rollback(True)
        assert told == count
    assert queries[1] == queries[3] == queries[30] <= MOST


def test_filters(personas, district, signed_in):
    office = signed_in(personas.office)
    theme = Theme.objects.create(name="食品安全")
    march = timezone.make_aware(datetime.datetime(2026, 3, 5, 9))
    one = ActivityFactory(area=district.town1, organiser=district.town1_office, starts_at=march, title="圩市视察")
    one.themes.add(theme)
    ActivityFactory(area=district.town2, organiser=district.town2_office, kind=ActivityKind.RESEARCH, state=ActivityState.HELD)
    counts = {
        query: int(office.get(f"/activities/?{query}")["X-Total-Count"])
        for query in (
            "", "period=2026-03", "period=2026Q2", "kind=research", "kind=research|inspection", "state=held", "took=place",
            f"area={district.town1.code}", f"by={district.town2.code}", "theme=食品安全", "q=圩市", f"q={one.code}", "q=圩市 没有", "period=昨天",
        )
    }  # fmt: skip
    assert counts == {
        "": 2, "period=2026-03": 1, "period=2026Q2": 0, "kind=research": 1, "kind=research|inspection": 2, "state=held": 1,
        "took=place": 1, f"area={district.town1.code}": 1, f"by={district.town2.code}": 1, "theme=食品安全": 1, "q=圩市": 1,
        f"q={one.code}": 1, "q=圩市 没有": 0, "period=昨天": 2,
    }  # fmt: skip


def test_export(personas, district, signed_in, me):
    playing.held(personas.town1, district, [me], title="=1+1")
    book = load_workbook(io.BytesIO(signed_in(personas.town1).get("/activities/export.xlsx").content))
    rows = list(book.active.iter_rows(values_only=True))
    assert [rows[0][0], rows[0][1], rows[1][1], rows[1][10]] == ["编号", "名称", "=1+1", 1]
    assert book.active["B2"].data_type == "s"
    assert AuditEntry.objects.get(action="activities.export_activities").changes == {"rows": [None, 1]}
    assert load_workbook(io.BytesIO(signed_in(personas.town2).get("/activities/export.xlsx").content)).active.max_row == 1


# ---- planning


def test_plan_on_a_page_and_go_on_to_invite(personas, district, signed_in):
    client = signed_in(personas.town1)
    done = client.post("/activities/new/", typed(district))
    activity = Activity.objects.get()
    assert done.url == reverse("activities:invite", args=[activity.code])
    assert (activity.title, activity.area, timezone.localtime(activity.starts_at).hour) == ("食品安全视察", district.town1, 9)


def test_nothing_typed_is_lost(personas, district, signed_in):
    client = signed_in(personas.town1)
    page = client.post("/activities/new/", typed(district, ends_at="2030-05-08T08:00", partners="派出所"))
    assert page.status_code == 422
    assert "结束时间应晚于开始时间。" in text(page)
    for kept in ("食品安全视察", "2030-05-08T09:00", "2030-05-08T08:00", "圩市", "检查留样。", "派出所"):
        assert kept in text(page)
    page = client.post("/activities/new/", typed(district, organiser=district.town2_office.pk))
    assert page.status_code == 422 and Activity.objects.count() == 0


def test_a_groups_officer_is_offered_her_group_only(personas, district, me, signed_in):
    own, other = (GroupFactory(term=district.term, area=district.town1) for _ in range(2))
    MembershipFactory(group=own, deputy=me, role=GroupRole.LEADER)
    client = signed_in(personas.deputy)
    page = text(client.get("/activities/new/"))
    assert own.name in page and other.name not in page
    assert client.post("/activities/new/", typed(district)).status_code == 422  # of no group
    assert client.post("/activities/new/", typed(district, group=own.pk)).status_code == 302


def test_moved_across_a_quarters_end_the_page_says_so(personas, district, signed_in):
    march = timezone.make_aware(datetime.datetime(2026, 3, 31, 15))
    activity = playing.planned(personas.town1, district, starts_at=march, ends_at=march + datetime.timedelta(hours=1))
    address = reverse("activities:edit", args=[activity.code])
    client = signed_in(personas.town1)
    assert "活动按实际举行的日期计入所在季度、年度的数据。" in text(client.get(address))
    sent = typed(district, starts_at="2026-04-01T15:00", ends_at="2026-04-01T16:00", version=0)
    assert "活动从2026年第一季度移到了2026年第二季度" in text(client.post(address, sent, follow=True))
    stale = client.post(address, sent | {"place": "别处"})
    assert stale.status_code == 422 and "刚才已由他人修改" in text(stale) and "别处" in text(stale)


def test_a_new_time_at_which_somebody_is_busy_asks_for_a_tick(personas, district, signed_in):
    people = playing.deputies(district, 1)
    busy = playing.announced(personas.town1, district, people, title="先定的调研")
    later = playing.announced(personas.town1, district, people, starts_in=datetime.timedelta(days=9))
    address = reverse("activities:edit", args=[later.code])
    client = signed_in(personas.town1)
    hours = [f"{timezone.localtime(at):%Y-%m-%dT%H:%M}" for at in (busy.starts_at, busy.ends_at)]
    sent = typed(district, starts_at=hours[0], ends_at=hours[1], version=later.version)
    page = client.post(address, sent)
    assert page.status_code == 422
    assert f"“先定的调研”（{busy.code}" in text(page) and 'name="despite_overlap"' in text(page)
    assert client.post(address, sent | {"despite_overlap": "on"}).status_code == 302


def test_copy_every_month(personas, district, signed_in):
    activity = playing.planned(personas.town1, district)
    client = signed_in(personas.town1)
    sent = {"starts_at": "2030-01-31T09:00", "every": "month", "times": "3"}
    for _ in range(2):
        assert client.post(reverse("activities:copy", args=[activity.code]), sent).status_code == 302
    days = [timezone.localtime(at).date() for at in activity.copies.order_by("starts_at").values_list("starts_at", flat=True)]
    assert days == [datetime.date(2030, 1, 31), datetime.date(2030, 2, 28), datetime.date(2030, 3, 31)]


# ---- inviting


def test_whom_to_invite(personas, district, me, signed_in):
    others = playing.deputies(district, 2)
    far = playing.deputies(district, 1, district.town2)[0]
    group = GroupFactory(term=district.term, area=district.town1)
    MembershipFactory(group=group, deputy=others[0])
    activity = playing.planned(personas.office, district, organiser=district.office)
    address = reverse("activities:invite", args=[activity.code])
    client = signed_in(personas.office)

    def offered(query: str) -> set[str]:
        page = text(client.get(f"{address}?{query}"))
        return {deputy.name for deputy in (me, *others, far) if f'value="{deputy.code}"' in page}

    assert offered("") == set()
    assert offered(f"area={district.town1.code}") == {me.name, *(deputy.name for deputy in others)}
    assert offered(f"area={district.town1.code}&group={group.code}") == {others[0].name}
    assert offered("level=district") == {me.name, *(deputy.name for deputy in others), far.name}
    assert offered("level=town") == set()
    assert offered(f"names={far.name}、{me.code}") == {far.name, me.name}
    assert "没有找到：查无此人" in text(client.get(f"{address}?names=查无此人 {me.name}"))
    done = client.post(f"{address}?area={district.town1.code}", {"deputy": [me.code, others[0].code]}, follow=True)
    assert "新邀请 2 名代表" in text(done)
    assert "新邀请 1 名代表" in text(client.post(f"{address}?area={district.town1.code}", {"scope": "all"}, follow=True))


def test_who_is_busy_is_marked_and_asked_for_a_tick(personas, district, signed_in):
    people = playing.deputies(district, 2)
    busy = playing.announced(personas.town1, district, people[:1], title="先定的调研")
    activity = playing.planned(personas.town1, district)
    address = f"{reverse('activities:invite', args=[activity.code])}?area={district.town1.code}"
    client = signed_in(personas.town1)
    assert "先定的调研（" in text(client.get(address))
    codes = [deputy.code for deputy in people]
    page = client.post(address, {"deputy": codes})
    assert page.status_code == 422 and busy.code in text(page) and 'name="despite_overlap"' in text(page)
    assert all(f'value="{code}" checked' in text(page) for code in codes)
    assert client.post(address, {"deputy": codes, "despite_overlap": "1"}).status_code == 302
    assert activity.participations.count() == 2


# ---- the deputy


def test_one_tap_from_the_home_page(personas, district, me, signed_in):
    activity = playing.announced(personas.town1, district, [me])
    client = signed_in(personas.deputy)
    home = text(client.get("/"))
    assert "下一次活动" in home and reverse("activities:sign_up", args=[activity.code]) in home
    assert "报名或请假：农田水利视察" in home
    client.post(reverse("activities:sign_up", args=[activity.code]))
    home = text(client.get("/"))
    assert "已报名" in home and reverse("activities:sign_up", args=[activity.code]) not in home
    assert reverse("activities:leave", args=[activity.code]) in home


def test_why_somebody_has_leave_is_for_those_who_run_it(personas, district, me, signed_in):
    other = playing.deputies(district, 1)[0]
    activity = playing.announced(personas.town1, district, [me, other])
    row = activity.participations.get(deputy=other)
    activities_invitations.ask_leave(actor=personas.town1, participation=row, reason="住院治疗")
    address = activities.to_activity(activity)
    shown = {name: "住院治疗" in text(signed_in(getattr(personas, name)).get(address)) for name in ("office", "town1", "leader", "deputy")}
    assert shown == {"office": True, "town1": True, "leader": False, "deputy": False}


def test_she_is_told_that_she_is_wanted_elsewhere(personas, district, me, signed_in):
    first = playing.announced(personas.town1, district, [me], title="先定的调研")
    second = playing.planned(personas.town1, district, title="同时的座谈")
    activities_invitations.invite(actor=personas.town1, activity=second, deputies=[me.pk], despite_overlap=True)
    activities.announce(actor=personas.town1, activity=second)
    assert "同一时间您还要参加" in text(signed_in(personas.deputy).get(activities.to_activity(first)))


def test_a_rating_is_kept_without_its_giver(personas, district, me, signed_in):
    activity = playing.held(personas.town1, district, [me])
    activity.participations.update(state=ParticipationState.PRESENT, signed_in_at=timezone.now())
    signed_in(personas.deputy).post(reverse("activities:rate", args=[activity.code]), {"rating": "4", "comment": "看得细。"})
    page = text(signed_in(personas.town1).get(activities.to_activity(activity)))
    assert "4.0 分" in page and "看得细。" in page
    bad = signed_in(personas.deputy).post(reverse("activities:rate", args=[activity.code]), {"rating": "9"})
    assert bad.status_code == 409 and "请选择 1 分到 5 分" in text(bad)


# ---- one activity's page


def test_the_page_asks_the_same_questions_for_any_number(personas, district, me, signed_in):
    office = signed_in(personas.office)
    queries = {}
    for count in (1, 3, 30):
        activity = playing.announced(personas.office, district, [*playing.deputies(district, count)], title=f"活动{count}")
        with CaptureQueriesContext(connection) as captured:
            assert office.get(activities.to_activity(activity)).status_code == 200
        queries[count] = len(captured)
    assert queries[1] == queries[3] == queries[30] <= MOST


def test_minutes_and_speeches(personas, district, me, signed_in):
    activity = playing.held(personas.town1, district, [me])
    activity.participations.update(state=ParticipationState.PRESENT, signed_in_at=timezone.now())
    row = activity.participations.get()
    client = signed_in(personas.town1)
    address = reverse("activities:minutes", args=[activity.code])
    sent = {"minutes": "看了三处。", "finding": "淤塞。", "result": "清淤。", "version": activity.version, f"spoke{row.pk}": "盯到底。"}
    assert client.post(address, sent).status_code == 302
    page = text(client.get(activities.to_activity(activity)))
    assert all(words in page for words in ("看了三处。", "淤塞。", "清淤。", "盯到底。"))
    stale = client.post(address, sent | {"minutes": "另一个人写的"})
    assert stale.status_code == 422 and "另一个人写的" in text(stale)


def test_photos(personas, district, me, signed_in):
    activity = playing.held(personas.town1, district, [me])
    picture = io.BytesIO()
    Image.new("RGB", (8, 6), "#1f5f8b").save(picture, "JPEG")
    client = signed_in(personas.town1)
    add = reverse("activities:add_files", args=[activity.code])
    client.post(add, {"files": [SimpleUploadedFile("现场.jpg", picture.getvalue())]})
    file = activity.files.get()
    assert client.get(reverse("activities:thumbnail", args=[file.pk]))["Content-Type"] == "image/jpeg"
    refused = client.post(add, {"files": [SimpleUploadedFile("宏.exe", b"MZ\x00\x00")]})
    assert refused.status_code == 409 and "“宏.exe”" in text(refused)
    client.post(reverse("activities:remove_file", args=[file.pk]))
    assert not activity.files.exists()


def test_forward_and_answer_on_pages(personas, district, me, signed_in):
    activity = playing.held(personas.town1, district, [me])
    activities_results.record(actor=personas.town1, activity=activity, version=activity.version, minutes="看了。", report="报告全文")
    town = signed_in(personas.town1)
    page = town.get(reverse("activities:forward", args=[activity.code]))
    assert "怎么算的" in text(page) and "报告全文" in text(page)
    town.post(reverse("activities:forward", args=[activity.code]), {"bodies": [district.unit.pk], "asked": "请清淤。"})
    address = reverse("activities:forwarding", args=[activity.code, district.unit.code])
    unit = signed_in(personas.unit)
    assert [todo.title for todo in todos.waiting_for(personas.unit)] == ["反馈“农田水利视察”的意见"]
    assert unit.get(activities.to_activity(activity)).status_code == 404
    empty = unit.post(address, {"feedback": " "})
    assert empty.status_code == 422 and "请写明反馈情况。" in text(empty)
    early = unit.post(address, {"feedback": "已清淤。", "answered_on": "2020-01-01"})
    assert early.status_code == 422 and "已清淤。" in text(early)
    assert unit.post(address, {"feedback": "已清淤。"}).status_code == 302
    assert "已清淤。" in text(signed_in(personas.deputy).get(activities.to_activity(activity)))


@pytest.mark.parametrize("kind", ["activity_notice", "activity_sheet", "activity_record"])
def test_papers(personas, district, me, signed_in, eager_tasks, kind):
    activity = playing.held(personas.town1, district, [me, *playing.deputies(district, 20)])
    client = signed_in(personas.town1)
    for _ in range(2):
        led = client.post(reverse("activities:print", args=[activity.code, kind]))
        assert led.status_code == 302
    document = Document.objects.get()  # the same again is the same paper
    documents.render(document.pk)
    document.refresh_from_db()
    assert (document.state, document.error) == ("ready", "")
    assert Document.objects.visible_to(personas.deputy).count() == 1
    assert Document.objects.visible_to(personas.town2).count() == 0
    assert client.post(reverse("activities:print", args=[activity.code, "nonsense"])).status_code == 404


# ---- to-dos and home


def test_what_waits_for_whom(personas, district, me):
    asked = playing.announced(personas.town1, district, [me], title="有人请假的")
    activities_invitations.ask_leave(actor=personas.deputy, participation=asked.participations.get(), reason="外出")
    over = playing.announced(personas.town1, district, playing.deputies(district, 1), title="开过的")
    unwritten = playing.held(personas.town1, district, playing.deputies(district, 1), title="没有记录的")
    playing.held(personas.town1, district, playing.deputies(district, 1), title="昨天的")
    ago = timezone.now() - datetime.timedelta(days=4)
    Activity.objects.filter(pk__in=[over.pk, unwritten.pk]).update(starts_at=ago, ends_at=ago + datetime.timedelta(hours=1))
    titles = {todo.title for todo in todos.waiting_for(personas.town1) if todo.kind == "代表活动"}
    assert titles == {"审批代表莫的请假", "登记“开过的”的举行情况", "填写“没有记录的”的活动记录"}
    assert [todo for todo in todos.waiting_for(personas.town2) if todo.kind == "代表活动"] == []


def test_the_week_on_the_desk(personas, district, signed_in):
    playing.announced(personas.town1, district, playing.deputies(district, 1))
    playing.announced(personas.town1, district, playing.deputies(district, 1), starts_in=datetime.timedelta(days=9), title="下下周的")
    home = text(signed_in(personas.town1).get("/"))
    assert "七天内的活动" in home and "农田水利视察" in home and "下下周的" not in home
    assert "七天内没有活动" in text(signed_in(personas.town2).get("/"))


def test_search(personas, district, signed_in):
    playing.planned(personas.town1, district, title="荔枝产业调研")
    assert "荔枝产业调研" in text(signed_in(personas.town1).get("/search/?q=荔枝"))
    assert "荔枝产业调研" not in text(signed_in(personas.deputy).get("/search/?q=荔枝"))


# ---- calendar and feed


def test_the_calendar_shows_a_month_a_week_and_ones_own(personas, district, me, signed_in):
    at = timezone.make_aware(datetime.datetime(2026, 10, 8, 9))
    ActivityFactory(area=district.town1, organiser=district.town1_office, starts_at=at, title="十月的视察", state=ActivityState.ANNOUNCED)
    long = ActivityFactory(
        area=district.town1,
        organiser=district.town1_office,
        starts_at=at,
        ends_at=at + datetime.timedelta(days=3),
        state=ActivityState.HELD,
    )
    client = signed_in(personas.deputy)
    month = client.get("/activities/calendar/?on=2026-10-20")
    assert month["X-Total-Count"] == "2" and "2026年10月" in text(month) and "国庆" in text(month)
    assert text(month).count(long.title) == 8  # four days, as a table and as an agenda
    assert client.get("/activities/calendar/?on=2026-10-20&view=week")["X-Total-Count"] == "0"
    assert client.get("/activities/calendar/?on=2026-10-08&view=week")["X-Total-Count"] == "2"
    assert client.get("/activities/calendar/?on=2026-10-20&whose=mine")["X-Total-Count"] == "0"
    assert client.get("/activities/calendar/?on=never").status_code == 200


def events(address: str) -> dict[str, tuple[str, str]]:
    response = Client().get(urlsplit(address).path)
    assert response.status_code == 200 and response["Content-Type"].startswith("text/calendar")
    found = Calendar.from_ical(response.content)
    return {str(event["SUMMARY"]): (str(event["STATUS"]), str(event["LOCATION"])) for event in found.walk("VEVENT")}


def test_the_feed_is_read_without_signing_in_and_can_be_replaced(personas, district, me, signed_in):
    activity = playing.announced(personas.town1, district, [me], title="农田，水利；视察")
    playing.announced(personas.town1, district, playing.deputies(district, 1), title="别人的")
    client = signed_in(personas.deputy)
    client.post("/activities/calendar/feed/")
    first = CalendarFeed.objects.get(user=personas.deputy).token
    address = reverse("activities:feed", args=[first])
    assert address in text(client.get("/activities/calendar/"))
    assert events(address) == {"农田，水利；视察": ("CONFIRMED", "镇政府会议室")}
    activities.cancel(actor=personas.town1, activity=activity, reason="台风")
    assert events(address) == {"（取消）农田，水利；视察": ("CANCELLED", "镇政府会议室")}
    client.post("/activities/calendar/feed/")
    assert Client().get(address).status_code == 404
    assert first not in str(list(AuditEntry.objects.values_list("changes", flat=True)))
    personas.deputy.is_active = False
    personas.deputy.save()
    assert events(reverse("activities:feed", args=[CalendarFeed.objects.get().token])) == {}


def test_the_feed_of_staff_has_what_they_run(personas, district, signed_in):
    playing.planned(personas.town1, district, title="镇里的")
    playing.planned(personas.office, district, organiser=district.town2_office, title="别镇的")
    signed_in(personas.town1).post("/activities/calendar/feed/")
    assert list(events(reverse("activities:feed", args=[CalendarFeed.objects.get().token]))) == ["镇里的"]
