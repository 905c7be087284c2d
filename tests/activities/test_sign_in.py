"""Signing in: the code that changes, the list, and everybody at once."""

from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities.enums import ActivityState, ParticipationState, SignInMethod
from activities.models import Activity, ActivityRule, Participation
from activities.services import activities, activities_sign_in
from activities.services.activities_sign_in import Tally
from congress.enums import Role
from congress.errors import DomainError
from congress.models import AuditEntry
from deputies.models import Deputy
from tests.activities import playing
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(personas) -> Deputy:
    return Deputy.objects.get(user=personas.deputy)


@pytest.fixture
def activity(personas, district, me) -> Activity:
    return playing.under_way(personas.town1, district, [me, *playing.deputies(district, 3)])


def states(activity: Activity) -> dict[str, str]:
    return dict(activity.participations.values_list("deputy__name", "state"))


# ---- the code


def test_a_code_is_good_in_its_window_and_the_next():
    ActivityRule.objects.create(code_seconds=30)
    activity = Activity(secret="a", code="HD1")
    start = datetime.datetime(2026, 5, 8, 1, tzinfo=datetime.UTC)  # the beginning of a window
    code = activities_sign_in.code_now(activity, start)
    seconds = {
        shift: activities_sign_in.is_good(activity, code, start + datetime.timedelta(seconds=shift)) for shift in (-1, 0, 29, 30, 59, 60)
    }
    assert seconds == {-1: False, 0: True, 29: True, 30: True, 59: True, 60: False}
    assert not activities_sign_in.is_good(Activity(secret="b", code="HD1"), code, start)
    assert len({activities_sign_in.code_now(activity, start + datetime.timedelta(seconds=30 * n)) for n in range(50)}) == 50


def test_the_rule_says_how_long_a_window_is():
    ActivityRule.objects.create(code_seconds=120)
    activity = Activity(secret="a", code="HD1")
    start = datetime.datetime(2026, 5, 8, 1, tzinfo=datetime.UTC)
    assert activities_sign_in.code_now(activity, start) == activities_sign_in.code_now(activity, start + datetime.timedelta(seconds=119))


# ---- by scanning


def test_a_double_scan_is_the_same_record(personas, activity, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):  # with the savepoint and the audit row
        assert activities_sign_in.scan(actor=personas.deputy, activity=activity) is True
    row = activity.participations.get(deputy__user=personas.deputy)
    assert (row.state, row.method) == (ParticipationState.PRESENT, SignInMethod.SCAN)
    assert activities_sign_in.scan(actor=personas.deputy, activity=activity) is False
    assert activity.participations.get(pk=row.pk).signed_in_at == row.signed_in_at
    assert AuditEntry.objects.filter(action="activities.sign_in").count() == 1


@pytest.mark.parametrize("state", [ParticipationState.ON_LEAVE, ParticipationState.LEAVE_ASKED, ParticipationState.ABSENT])
def test_whoever_comes_after_all_is_present(personas, activity, state):
    activity.participations.update(state=state)
    assert activities_sign_in.scan(actor=personas.deputy, activity=activity) is True
    assert activity.participations.get(deputy__user=personas.deputy).state == ParticipationState.PRESENT


def test_strangers_are_refused_in_words(personas, district, activity):
    uninvited = playing.deputies(district, 1)[0]
    uninvited.user = UserFactory(role=Role.DEPUTY, role__organisation=district.town1_office)
    uninvited.save()
    for user, sentence in ((uninvited.user, "您不在这次活动的名单里"), (personas.town1, "不是代表账号")):
        with pytest.raises(DomainError, match=sentence):
            activities_sign_in.scan(actor=user, activity=activity)
    assert not activity.participations.present().exists()


@pytest.mark.parametrize(
    ("state", "starts_in", "sentence"),
    [
        (ActivityState.PLANNED, 0, "还没有发通知"),
        (ActivityState.CANCELLED, 0, "活动已取消"),
        (ActivityState.CLOSED, 0, "不能再扫码签到"),
        (ActivityState.ANNOUNCED, 130, "还没有到签到时间"),
        (ActivityState.ANNOUNCED, -250, "签到已经结束"),
        (ActivityState.ANNOUNCED, 110, ""),
        (ActivityState.HELD, -230, ""),
    ],
)
def test_when_one_can_sign_in(personas, activity, state, starts_in, sentence):
    start = timezone.now() + datetime.timedelta(minutes=starts_in)
    Activity.objects.update(state=state, starts_at=start, ends_at=start + datetime.timedelta(hours=2))
    activity.refresh_from_db()
    assert (sentence in activities_sign_in.why_closed(activity)) if sentence else activities_sign_in.why_closed(activity) == ""


# ---- the page a code leads to


def open_code(client: Client, activity: Activity, *, seconds_ago: int = 0):
    code = activities_sign_in.code_now(activity, timezone.now() - datetime.timedelta(seconds=seconds_ago))
    return reverse("activities:sign_in", args=[activity.code, code])


def test_scan_and_press(personas, activity, signed_in):
    client = signed_in(personas.deputy)
    address = open_code(client, activity)
    page = client.get(address)
    assert page.status_code == 200
    assert "代表莫签到" in page.content.decode()
    assert not activity.participations.present().exists()  # looking signs nobody in
    done = client.post(address, follow=True)
    assert done.redirect_chain == [(reverse("activities:signed_in", args=[activity.code]), 302)]
    assert "已签到" in done.content.decode()
    again = client.post(address, follow=True)
    assert "您已经签到过" in again.content.decode()
    assert activity.participations.present().count() == 1


def test_a_code_sent_on_is_refused(personas, activity, signed_in):
    client = signed_in(personas.deputy)
    for method in (client.get, client.post):
        refused = method(open_code(client, activity, seconds_ago=90))
        assert refused.status_code == 409
        assert "请回到会场，重新扫描屏幕上的二维码" in refused.content.decode()
    assert not activity.participations.present().exists()


def test_an_unknown_activity_says_no_more_than_a_stale_code(personas, signed_in):
    refused = signed_in(personas.deputy).get(reverse("activities:sign_in", args=["HD2026-999999", "abc"]))
    assert refused.status_code == 409
    assert "二维码已经更换" in refused.content.decode()


def test_signing_in_to_the_account_first_costs_nobody_the_scan(personas, activity, settings):
    """The browser remembers that it saw a good code; the same address on another phone is worth nothing by then."""
    client, elsewhere = Client(), Client()
    address = open_code(client, activity)
    led = client.get(address)
    assert led.url == f"{reverse('account_login')}?next={address}"
    for each in (client, elsewhere):
        each.force_login(personas.deputy, backend=settings.AUTHENTICATION_BACKENDS[0])
    later = timezone.now() + datetime.timedelta(minutes=5)
    with patch("django.utils.timezone.now", return_value=later):
        assert elsewhere.get(address).status_code == 409
        assert client.post(address).url == reverse("activities:signed_in", args=[activity.code])
    assert activity.participations.present().count() == 1


def test_what_a_browser_saw_is_forgotten(personas, activity, settings):
    client = Client()
    address = open_code(client, activity)
    client.get(address)
    client.force_login(personas.deputy, backend=settings.AUTHENTICATION_BACKENDS[0])
    with patch("django.utils.timezone.now", return_value=timezone.now() + datetime.timedelta(minutes=11)):
        assert client.post(address).status_code == 409


def test_the_screen_shows_a_code_and_who_came(personas, activity, signed_in):
    client = signed_in(personas.town1)
    page = client.get(reverse("activities:screen", args=[activity.code]))
    assert "<svg" in page.content.decode() and "名单 4 名" in page.content.decode()
    activities_sign_in.scan(actor=personas.deputy, activity=activity)
    fragment = client.get(reverse("activities:screen", args=[activity.code]), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment and "刚刚签到：代表莫" in fragment
    activities.cancel(actor=personas.town1, activity=activity, reason="台风")
    assert "<svg class" not in client.get(reverse("activities:screen", args=[activity.code])).content.decode().split("wall__all")[1]


# ---- by list


def test_forty_rows_in_one_post(personas, district, signed_in, django_assert_max_num_queries):
    activity = playing.under_way(personas.town1, district, playing.deputies(district, 40))
    rows = list(activity.participations.order_by("pk"))
    rows[38].state, rows[39].state = ParticipationState.ON_LEAVE, ParticipationState.LEAVE_ASKED
    Participation.objects.bulk_update(rows[38:], ["state"])
    data = {"present": [row.pk for row in rows[:30]], "rest_absent": "1"}
    client = signed_in(personas.town1)
    with django_assert_max_num_queries(30):
        answer = client.post(reverse("activities:attendance", args=[activity.code]), data, follow=True)
    assert "到会 30 名，缺席 8 名，准假 1 名，共 40 名。还有 1 份请假申请没有决定" in answer.content.decode()
    assert activities_sign_in.tally(activity) == Tally(present=30, absent=8, on_leave=1, undecided=1, total=40)
    assert set(activity.participations.present().values_list("method", flat=True)) == {SignInMethod.LIST}
    audits = AuditEntry.objects.filter(action="activities.record_attendance")
    assert [entry.changes for entry in audits] == [{"signed_in": [0, 30], "struck": [0, 0], "absentees": [0, 8]}]
    client.post(reverse("activities:attendance", args=[activity.code]), {**data, "shown_present": data["present"]})
    assert audits.count() == 1  # the same list again changes nothing


def test_who_scans_while_the_list_is_open_stays_present(personas, activity):
    """The clerk opened the page before, and sends it without a tick for her."""
    rows = {row.deputy.name: row for row in activity.participations.select_related("deputy")}
    others = [row.pk for name, row in rows.items() if name != "代表莫"]
    activities_sign_in.record_list(actor=personas.town1, activity=activity, present=others[:1])
    activities_sign_in.scan(actor=personas.deputy, activity=activity)
    stands = activities_sign_in.record_list(
        actor=personas.town1, activity=activity, present=others[1:], shown_present=others[:1], rest_absent=True
    )
    assert (stands.present, stands.absent) == (3, 1)
    assert Participation.objects.get(pk=others[0]).signed_in_at is None
    assert states(activity)["代表莫"] == ParticipationState.PRESENT


def test_the_list_is_for_those_who_run_it(personas, activity):
    for user in (personas.deputy, personas.town2, personas.leader):
        with pytest.raises(PermissionDenied):
            activities_sign_in.record_list(actor=user, activity=activity, present=[])
    activities.hold(actor=personas.town1, activity=activity)
    Activity.objects.update(state=ActivityState.CLOSED)
    with pytest.raises(DomainError, match="签到不能再改"):
        activities_sign_in.record_list(actor=personas.town1, activity=activity, present=[])


def test_no_list_before_the_day(personas, district):
    activity = playing.announced(personas.town1, district, playing.deputies(district, 1))
    with pytest.raises(DomainError, match="还没有到签到的时候"):
        activities_sign_in.record_list(actor=personas.town1, activity=activity, present=[])


def test_staff_add_whoever_came(personas, district, activity):
    guest = playing.deputies(district, 1, district.town2)[0]
    for _ in range(2):
        row = activities_sign_in.add_present(actor=personas.town1, activity=activity, deputy=guest)
    assert (row.state, row.method) == (ParticipationState.PRESENT, SignInMethod.STAFF)
    assert AuditEntry.objects.filter(action="activities.add_present").count() == 1


# ---- everybody at once


@pytest.mark.django_db(transaction=True)
def test_many_scans_at_one_moment_make_one_record_each(personas, district):
    """Each of twelve deputies scans three times, all at once, over connections of their own."""
    invited = playing.deputies(district, 12)
    for deputy in invited:
        deputy.user = UserFactory(role=Role.DEPUTY, role__organisation=district.town1_office)
        deputy.save()
    activity = playing.under_way(personas.town1, district, invited)

    def scan(user) -> bool:
        try:
            return activities_sign_in.scan(actor=user, activity=Activity.objects.get(pk=activity.pk))
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        first = list(pool.map(scan, [deputy.user for deputy in invited] * 3))
    assert sum(first) == 12
    assert activity.participations.present().count() == 12
    assert AuditEntry.objects.filter(action="activities.sign_in").count() == 12
