"""A reception day from the adopted rota to the record: announcing, changing, swapping, the window, and who may do what."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities import tasks
from activities.enums import ReceptionState, RotaState, SwapState, WishKind
from activities.models import ReceptionDay, ReceptionDuty, ReceptionRecord, ReceptionSchedule, ReceptionWish, Rota, SwapRequest
from activities.services import receptions, receptions_schedules, receptions_swaps, rota_adopting
from activities.services.receptions_schedules import Wanted
from congress import figures
from congress.enums import Role
from congress.errors import Conflict, DomainError
from congress.models import AuditEntry, Document, Notification, User
from congress.periods import Period
from deputies.enums import EndReason, MandateStatus
from deputies.models import Mandate, VoterContact
from deputies.services import mandates
from deputies.services.guards import FieldRefused
from platforms.demo.clock import on_day
from platforms.models import ScoreItem
from tests.activities.receptions import TODAY, draw, fields, make_deputies, make_scene, turns
from tests.factories import MandateFactory, PlatformFactory, RoleGrantFactory, TermFactory, UserFactory
from tests.factories.activities import ReceptionDayFactory, ReceptionDutyFactory

D = datetime.date
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with on_day(TODAY):
        yield


@pytest.fixture
def scene(district, personas):
    return make_scene(district, personas)


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """Documents are asked for, and left to a worker that is not there."""
    monkeypatch.setattr("congress.tasks.render_document.delay", lambda *args: None)


MARCH = D(2026, 3, 16)


def make_day(scene, on=MARCH, state="planned", deputies=None, **more) -> ReceptionDay:
    day = ReceptionDayFactory(platform=scene.centre, on=on, state=state, **more)
    for deputy in deputies if deputies is not None else (scene.mo, scene.deputies[0]):
        ReceptionDutyFactory(day=day, deputy=deputy)
    return day


def people(day) -> list[str]:
    return list(day.duties.order_by("deputy__code").values_list("deputy__code", flat=True))


def account_of(deputy) -> User:
    deputy.user = UserFactory(name=deputy.name)
    deputy.save()
    return deputy.user


def with_role(deputy, district) -> User:
    user = account_of(deputy)
    RoleGrantFactory(user=user, role=Role.DEPUTY, organisation=district.town1_office)
    return user


# ---- adopting


def test_adopting_makes_days_and_tells_everybody(scene, personas, commit):
    rota = draw(personas.office, scene.platforms, months=3)
    with commit():
        done = rota_adopting.adopt(actor=personas.office, rota=rota)
    assert done == rota_adopting.Adopted(made=6)
    days = ReceptionDay.objects.order_by("code")
    assert [day.code for day in days] == [f"JD2026-{number:06d}" for number in range(1, 7)]
    assert {(day.platform.code, day.on): people(day) for day in days} == turns(rota)
    assert {day.state for day in days} == {ReceptionState.PLANNED}
    own = ReceptionDuty.objects.filter(deputy=scene.mo)
    told = Notification.objects.filter(user=personas.deputy).values_list("text", flat=True)
    first = own.order_by("day__on").first()
    assert list(told) == (
        [f"2026年4月至6月的接待选民轮值表已排定，您值班{own.count()}次，第一次是{first.day.on.month}月15日，{first.day.platform.name}。"]
        if own
        else []
    )
    assert Notification.objects.get(user=personas.town1).text == "2026年4月至6月的接待选民轮值表已排定。"
    entry = AuditEntry.objects.get(action="activities.adopt_rota")
    assert entry.changes == {"days_made": [0, 6], "days_redrawn": [0, 0], "days_kept": [0, 0]}


def test_adopting_twice_is_a_no_op(scene, personas):
    rota = draw(personas.town1, scene.platforms, months=2)
    rota_adopting.adopt(actor=personas.town1, rota=rota)
    before = list(ReceptionDuty.objects.values_list("pk", "deputy"))
    assert rota_adopting.adopt(actor=personas.town1, rota=rota) == rota_adopting.Adopted()
    assert list(ReceptionDuty.objects.values_list("pk", "deputy")) == before
    assert AuditEntry.objects.filter(action="activities.adopt_rota").count() == 1


def test_redrawing_replaces_only_planned_days(scene, personas):
    first = draw(personas.town1, [scene.centre], months=3)
    rota_adopting.adopt(actor=personas.town1, rota=first)
    april, may, june = ReceptionDay.objects.order_by("on")
    receptions.announce(actor=personas.town1, days=[april])
    ReceptionSchedule.objects.filter(platform=scene.centre).update(number=20)
    second = draw(personas.town1, [scene.centre], months=3)
    stay = may.duties.first()
    assert set(turns(second)) == {("P-C", D(2026, 5, 20)), ("P-C", D(2026, 6, 22))}
    assert rota_adopting.adopt(actor=personas.town1, rota=second) == rota_adopting.Adopted(redrawn=2)
    days = {day.code: day for day in ReceptionDay.objects.all()}
    assert len(days) == 3
    assert (days[april.code].on, days[april.code].state) == (D(2026, 4, 15), ReceptionState.ANNOUNCED)
    assert [days[row.code].on for row in (may, june)] == [D(2026, 5, 20), D(2026, 6, 22)]
    assert {("P-C", day.on): people(day) for day in (days[may.code], days[june.code])} == turns(second)
    assert ReceptionDuty.objects.filter(pk=stay.pk).exists() == (stay.deputy.code in turns(second)["P-C", D(2026, 5, 20)])


def test_adopting_late_leaves_past_days_out(scene, personas):
    rota = draw(personas.town1, [scene.centre], months=2)
    with on_day(D(2026, 4, 20)):
        assert rota_adopting.adopt(actor=personas.town1, rota=rota) == rota_adopting.Adopted(made=1, past=1)


def test_adopting_is_refused(scene, personas):
    rota = draw(personas.town1, scene.platforms, months=1)
    for user in (personas.town2, personas.leader, personas.deputy):
        with pytest.raises(PermissionDenied):
            rota_adopting.adopt(actor=user, rota=rota)
    Mandate.objects.filter(deputy=rota.drafts.first().turns.first().deputy).update(
        status=MandateStatus.SUSPENDED, end_reason=EndReason.CRIMINAL_CASE
    )
    with pytest.raises(DomainError, match="排的代表在排班以后离任或暂停职务。请先调整这些接待日，或重新排班。"):
        rota_adopting.adopt(actor=personas.town1, rota=rota)
    Rota.objects.update(state=RotaState.FAILED)
    with pytest.raises(DomainError, match="现在是“排不出”，不能采用"):
        rota_adopting.adopt(actor=personas.town1, rota=rota)
    assert not ReceptionDay.objects.exists()


def test_a_town_may_not_adopt_a_rota_of_others_too(scene, personas, district):
    make_deputies(district, district.town2, 3, prefix="T")
    west = PlatformFactory(code="P-W", area=district.town2)
    receptions_schedules.keep(actor=personas.office, wanted=[Wanted(west, fields())])
    rota = draw(personas.office, [*scene.platforms, west], months=1)
    with pytest.raises(PermissionDenied):
        rota_adopting.adopt(actor=personas.town1, rota=rota)
    assert Rota.objects.visible_to(personas.town1).get() == rota
    assert not Rota.objects.visible_to(personas.street1).exists()


def test_adopting_costs_the_same_queries_for_more_days(scene, personas):
    costs = []
    for number, months in ((4, 1), (5, 8)):
        rota = draw(personas.town1, scene.platforms, first_month=D(2026, number, 1), months=months)
        with CaptureQueriesContext(connection) as asked:
            rota_adopting.adopt(actor=personas.town1, rota=rota)
        costs.append(len(asked))
    assert costs[1] <= costs[0] + 2


# ---- announcing


def test_the_clock_announces_three_days_ahead(scene, personas, commit):
    near, far = make_day(scene, on=D(2026, 3, 5)), make_day(scene, on=D(2026, 3, 6))
    bare = make_day(scene, on=D(2026, 3, 4), deputies=[])
    with commit():
        assert tasks.announce_receptions() == 1
    near, far, bare = (ReceptionDay.objects.get(pk=day.pk) for day in (near, far, bare))
    assert (near.state, near.is_public, near.announced_at is not None) == (ReceptionState.ANNOUNCED, True, True)
    assert {far.state, bare.state} == {ReceptionState.PLANNED}
    assert Notification.objects.get(user=personas.deputy).text == f"3月5日 09:00请到{scene.centre.name}接待选民。"
    assert Document.objects.get().kind == receptions.NOTICE
    assert AuditEntry.objects.get(action="activities.announce_reception").actor_name == "系统"
    assert tasks.announce_receptions() == 0


def test_notice_days_follow_the_schedule(scene, personas):
    make_day(scene, on=D(2026, 3, 12))
    assert tasks.announce_receptions() == 0
    ReceptionSchedule.objects.filter(platform=scene.centre).update(notice_days=10)
    assert tasks.announce_receptions() == 1


def test_announcing_is_refused(scene, personas):
    day, bare, past = make_day(scene), make_day(scene, on=D(2026, 4, 1), deputies=[]), make_day(scene, on=D(2026, 2, 2))
    for user in (personas.town2, personas.deputy, personas.leader):
        with pytest.raises(PermissionDenied):
            receptions.announce(actor=user, days=[day])
    with pytest.raises(DomainError, match="还没有值班代表，请先安排再公告"):
        receptions.announce(actor=personas.town1, days=[bare])
    with pytest.raises(DomainError, match="日期已过，不必再公告"):
        receptions.announce(actor=personas.town1, days=[past])
    assert receptions.announce(actor=personas.town1, days=[day]) == [day]
    assert receptions.announce(actor=personas.town1, days=[day]) == []


# ---- cancelling and changing


def test_cancelling(scene, personas, commit):
    day = make_day(scene, state="announced", is_public=True)
    with pytest.raises(PermissionDenied):
        receptions.cancel(actor=personas.deputy, day=day, reason="台风")
    with pytest.raises(FieldRefused):
        receptions.cancel(actor=personas.town1, day=day, reason=" ")
    with commit():
        day = receptions.cancel(actor=personas.town1, day=day, reason="台风停办")
    assert (day.state, day.note, day.is_public) == (ReceptionState.CANCELLED, "台风停办", False)
    assert Notification.objects.get(user=personas.deputy).text == f"3月16日 09:00{scene.centre.name}的接待选民活动已取消：台风停办"
    assert receptions.cancel(actor=personas.town1, day=day, reason="别的").note == "台风停办"


def test_changing_who_stands_there(scene, personas, commit):
    day = make_day(scene, state="announced")
    wanted = [scene.deputies[1].pk, scene.deputies[0].pk]
    with commit():
        day = receptions.change_duties(actor=personas.town1, day=day, deputies=wanted, version=0)
    assert people(day) == sorted([scene.deputies[0].code, scene.deputies[1].code])
    assert dict(day.duties.values_list("deputy__code", "turn")) == {scene.deputies[0].code: "drawn", scene.deputies[1].code: "adjusted"}
    assert Notification.objects.get(user=personas.deputy).text.endswith("的接待选民值班不再由您承担。")
    assert Document.objects.filter(kind=receptions.NOTICE, subject=day.code).count() == 1
    assert receptions.change_duties(actor=personas.town1, day=day, deputies=wanted, version=0).version == 1
    with pytest.raises(Conflict):
        receptions.change_duties(actor=personas.town1, day=day, deputies=[scene.mo.pk], version=0)


def test_changing_is_refused(scene, personas, district):
    day, over = make_day(scene), make_day(scene, on=D(2026, 2, 16), state="held")
    [stranger] = make_deputies(district, district.town2, 1, prefix="T")
    with pytest.raises(PermissionDenied):
        receptions.change_duties(actor=personas.deputy, day=day, deputies=[scene.mo.pk], version=0)
    with pytest.raises(DomainError, match="现在是“已接待”，不能再改值班代表"):
        receptions.change_duties(actor=personas.town1, day=over, deputies=[scene.mo.pk], version=0)
    with pytest.raises(DomainError, match="没有代表资格"):
        receptions.change_duties(actor=personas.town1, day=day, deputies=[stranger.pk], version=0)
    other = ReceptionDayFactory(platform=scene.home, on=day.on)
    ReceptionDutyFactory(day=other, deputy=scene.deputies[3])
    with pytest.raises(DomainError, match="当天已在另一个平台值班"):
        receptions.change_duties(actor=personas.town1, day=day, deputies=[scene.deputies[3].pk], version=0)


# ---- the window


def visit(actor, day, scene, **more):
    given = {
        "key": "window-key-1",
        "deputies": [scene.mo],
        "text": "村口路灯坏了。",
        "at": datetime.datetime(2026, 3, 16, 9, 30, tzinfo=datetime.UTC),
    }
    return receptions.record_visitor(actor=actor, day=day, **{**given, **more})


def test_a_visitor_is_recorded_once(scene, personas):
    day = make_day(scene, state="announced")
    with on_day(D(2026, 3, 16), hour=18):
        contact = visit(personas.deputy, day, scene)
        assert visit(personas.deputy, day, scene) == contact
    assert (contact.channel, contact.place, contact.area) == ("reception", scene.centre.name, scene.centre.area)
    assert ReceptionRecord.objects.get().day == day
    assert VoterContact.objects.count() == 1


def test_the_window_is_refused(scene, personas):
    day = make_day(scene, state="announced")
    with pytest.raises(DomainError, match="还没有到，不能登记来访选民"):
        visit(personas.deputy, day, scene)
    with on_day(D(2026, 3, 16), hour=18):
        with pytest.raises(PermissionDenied):
            visit(personas.town2, day, scene)
        with pytest.raises(DomainError, match="不在这一天的值班代表里"):
            visit(personas.town1, day, scene, deputies=[scene.deputies[5]])
        receptions.cancel(actor=personas.town1, day=day, reason="停电")
        with pytest.raises(DomainError, match="已取消，不能登记来访选民"):
            visit(personas.town1, ReceptionDay.objects.get(pk=day.pk), scene)
    assert not ReceptionRecord.objects.exists()


def test_holding_a_day_without_visitors(scene, personas):
    day = make_day(scene, state="announced")
    with pytest.raises(DomainError, match="还没有到，不能登记接待情况"):
        receptions.hold(actor=personas.deputy, day=day, present=[scene.mo.pk])
    with on_day(D(2026, 3, 16)):
        with pytest.raises(PermissionDenied):
            receptions.hold(actor=personas.town2, day=day, present=[scene.mo.pk])
        with pytest.raises(FieldRefused, match="请勾选到场的代表"):
            receptions.hold(actor=personas.deputy, day=day, present=[scene.deputies[4].pk])
        day = receptions.hold(actor=personas.deputy, day=day, present=[scene.mo.pk], note="无来访。")
        assert (day.state, day.note) == (ReceptionState.HELD, "无来访。")
        assert dict(day.duties.values_list("deputy__code", "was_present")) == {scene.mo.code: True, scene.deputies[0].code: False}
        version = day.version
        assert receptions.hold(actor=personas.deputy, day=day, present=[scene.mo.pk], note="无来访。").version == version
        day = receptions.hold(actor=personas.town1, day=day, present=[scene.mo.pk, scene.deputies[0].pk], note="无来访。")
    assert day.duties.filter(was_present=True).count() == 2
    assert AuditEntry.objects.filter(action="activities.hold_reception").count() == 2


def test_a_day_whose_notice_was_never_put_up_is_held_all_the_same(scene, personas):
    day = make_day(scene)
    with on_day(D(2026, 3, 17)):
        day = receptions.hold(actor=personas.town1, day=day, present=[scene.mo.pk])
    assert (day.state, day.announced_at, day.is_public) == (ReceptionState.HELD, None, False)


def test_a_day_with_visitors_is_not_cancelled(scene, personas):
    day = make_day(scene, state="announced")
    with on_day(D(2026, 3, 16), hour=18):
        visit(personas.deputy, day, scene)
        with pytest.raises(DomainError, match="已登记来访选民，不能取消"):
            receptions.cancel(actor=personas.town1, day=day, reason="停电")
        receptions.hold(actor=personas.deputy, day=day, present=[scene.mo.pk])
    with pytest.raises(DomainError, match="现在是“已接待”，不能改为“已取消”"):
        receptions.cancel(actor=personas.town1, day=make_day(scene, on=D(2026, 2, 2), state="held"), reason="停电")


# ---- swaps


def test_a_swap_is_asked_and_agreed(scene, personas, district, commit):
    day = make_day(scene, state="announced")
    other = scene.deputies[2]
    user = with_role(other, district)
    duty = day.duties.get(deputy=scene.mo)
    with commit():
        swap = receptions_swaps.ask(actor=personas.deputy, duty=duty, to=other, reason="外出开会")
    assert receptions_swaps.ask(actor=personas.deputy, duty=duty, to=other) == swap
    assert Notification.objects.get(user=user).text == f"代表莫请您3月16日 09:00代为到{scene.centre.name}接待选民，请答复。"
    with pytest.raises(DomainError, match="还没有答复。请先撤回，再请别人"):
        receptions_swaps.ask(actor=personas.deputy, duty=duty, to=scene.deputies[3])
    with commit():
        swap = receptions_swaps.agree(actor=user, swap=swap)
    assert (swap.state, swap.is_open) == (SwapState.AGREED, None)
    duty.refresh_from_db()
    assert (duty.deputy, duty.turn, duty.note) == (other, "swapped", "与代表莫换班")
    for told in (personas.deputy, personas.town1):
        assert Notification.objects.filter(user=told, text__endswith=f"已由代表莫换为{other.name}。").count() == 1
    assert Document.objects.filter(kind=receptions.NOTICE).count() == 1
    assert receptions_swaps.agree(actor=user, swap=swap).answered_at == swap.answered_at
    with pytest.raises(DomainError, match="这次换班已换班，不能再答复"):
        receptions_swaps.refuse(actor=user, swap=swap)


def test_a_swap_is_declined_and_withdrawn(scene, personas, district, commit):
    day = make_day(scene)
    duty, other = day.duties.get(deputy=scene.mo), scene.deputies[2]
    user = with_role(other, district)
    with commit():
        swap = receptions_swaps.ask(actor=personas.deputy, duty=duty, to=other)
        receptions_swaps.refuse(actor=user, swap=swap)
    assert Notification.objects.get(user=personas.deputy).text == f"{other.name}不能代您3月16日 09:00值班，可以另请一名代表。"
    again = receptions_swaps.ask(actor=personas.deputy, duty=duty, to=other)
    with pytest.raises(PermissionDenied):
        receptions_swaps.withdraw(actor=user, swap=again)
    assert receptions_swaps.withdraw(actor=personas.deputy, swap=again).state == SwapState.WITHDRAWN
    assert receptions_swaps.withdraw(actor=personas.deputy, swap=again).state == SwapState.WITHDRAWN
    assert people(day) == sorted([scene.mo.code, scene.deputies[0].code])


def test_swaps_are_refused(scene, personas, district):
    day = make_day(scene)
    duty = day.duties.get(deputy=scene.mo)
    away, elsewhere = scene.deputies[1], scene.deputies[2]
    ReceptionWish.objects.create(deputy=away, kind=WishKind.AWAY, starts_on=day.on, ends_on=day.on)
    ReceptionDutyFactory(day=ReceptionDayFactory(platform=scene.home, on=day.on), deputy=elsewhere)
    [stranger] = make_deputies(district, district.town2, 1, prefix="T")
    for to, sentence in (
        (scene.deputies[0], f"{scene.deputies[0].name}这一天也在本平台值班，请另选一名代表。"),
        (scene.mo, "代表莫这一天也在本平台值班，请另选一名代表。"),
        (away, f"{away.name}登记了当天不能值班，请另选一名代表。"),
        (elsewhere, f"{elsewhere.name}当天已在另一个平台值班，请另选一名代表。"),
        (stranger, f"{stranger.name}在本镇（街道）没有代表资格，请另选一名代表。"),
    ):
        with pytest.raises(FieldRefused) as refusal:
            receptions_swaps.ask(actor=personas.deputy, duty=duty, to=to)
        assert str(refusal.value) == sentence
    with pytest.raises(PermissionDenied):
        receptions_swaps.ask(actor=personas.town1, duty=duty, to=scene.deputies[3])
    with on_day(day.on), pytest.raises(DomainError, match="已到或已结束，不能换班"):
        receptions_swaps.ask(actor=personas.deputy, duty=duty, to=scene.deputies[3])
    assert not SwapRequest.objects.exists()


def test_a_swap_that_no_longer_fits_is_not_agreed(scene, personas, district):
    day = make_day(scene)
    other = scene.deputies[2]
    user = with_role(other, district)
    swap = receptions_swaps.ask(actor=personas.deputy, duty=day.duties.get(deputy=scene.mo), to=other)
    ReceptionDutyFactory(day=ReceptionDayFactory(platform=scene.home, on=day.on), deputy=other)
    with pytest.raises(FieldRefused, match="当天已在另一个平台值班"):
        receptions_swaps.agree(actor=user, swap=swap)
    with pytest.raises(PermissionDenied):
        receptions_swaps.agree(actor=personas.deputy, swap=swap)


# ---- wishes


def test_wishes(scene, personas):
    given = {"deputy": scene.mo, "kind": "away", "starts_on": D(2026, 4, 1)}
    made = receptions_swaps.wish(actor=personas.deputy, **given)
    assert (made.ends_on, receptions_swaps.wish(actor=personas.town1, **given)) == (D(2026, 4, 1), made)
    with pytest.raises(PermissionDenied):
        receptions_swaps.wish(actor=personas.town2, **given)
    for more in ({"ends_on": D(2026, 3, 31)}, {"starts_on": D(2026, 2, 1)}, {"ends_on": D(2027, 5, 1)}):
        with pytest.raises(FieldRefused):
            receptions_swaps.wish(actor=personas.deputy, **{**given, **more})
    with pytest.raises(PermissionDenied):
        receptions_swaps.take_back(actor=personas.town2, wish=made)
    receptions_swaps.take_back(actor=personas.deputy, wish=made)
    receptions_swaps.take_back(actor=personas.deputy, wish=made)
    assert not ReceptionWish.objects.exists()


# ---- ended and suspended mandates


@pytest.mark.parametrize("step", ["end", "suspend"])
def test_duties_to_come_close_with_the_mandate(scene, personas, commit, step):
    past, coming, later = make_day(scene, on=D(2026, 2, 16), state="held"), make_day(scene), make_day(scene, on=D(2026, 4, 15))
    swap = receptions_swaps.ask(actor=personas.deputy, duty=coming.duties.get(deputy=scene.mo), to=scene.deputies[3])
    reason = EndReason.RESIGNED if step == "end" else EndReason.CRIMINAL_CASE
    with commit():
        getattr(mandates, step)(actor=personas.office, mandate=scene.mo.mandates.get(), reason=reason, on=TODAY)
    assert [people(day) for day in (past, coming, later)] == [
        sorted([scene.mo.code, scene.deputies[0].code]),
        [scene.deputies[0].code],
        [scene.deputies[0].code],
    ]
    assert not SwapRequest.objects.filter(pk=swap.pk).exists()
    told = Notification.objects.filter(user=personas.town1, key__startswith="duties-closed")
    assert [notice.text for notice in told] == ["代表莫离任或暂停职务，以后的2次接待选民值班已撤下，请补排。"]
    assert AuditEntry.objects.filter(action="activities.close_duty").count() == 2


def test_duties_stay_where_another_mandate_holds(scene, personas, district):
    day = make_day(scene)
    own = scene.mo.mandates.get()
    MandateFactory(deputy=scene.mo, term=TermFactory(congress=district.congress, number=9), area=district.town1)
    mandates.end(actor=personas.office, mandate=own, reason=EndReason.RESIGNED, on=TODAY)
    assert scene.mo.code in people(day)


# ---- schedules


def test_keeping_schedules(scene, personas):
    wanted = [Wanted(platform, fields(number=number)) for platform, number in zip(scene.platforms, (10, 15), strict=True)]
    assert receptions_schedules.keep(actor=personas.town1, wanted=wanted) == 1
    assert receptions_schedules.keep(actor=personas.town1, wanted=wanted) == 0
    assert AuditEntry.objects.get(action="activities.keep_schedule").changes == {"number": [15, 10]}
    with pytest.raises(PermissionDenied):
        receptions_schedules.keep(actor=personas.town2, wanted=wanted)
    for changed, sentence in (
        ({"rule": "weekday", "number": 6, "weekday": 1}, "最多填5"),
        ({"rule": "weekday", "number": 2}, "请选择星期几"),
        ({"ends_at": datetime.time(9)}, "结束时间应晚于开始时间"),
    ):
        with pytest.raises(DomainError, match=sentence):
            receptions_schedules.keep(actor=personas.town1, wanted=[Wanted(scene.centre, fields(**changed))])


# ---- figures


def test_figures_count_what_the_list_shows(scene, personas, signed_in, district):
    held = [make_day(scene, on=on, state="held") for on in (D(2026, 1, 15), D(2026, 2, 16))]
    make_day(scene, on=D(2025, 12, 15), state="held")
    make_day(scene, on=D(2026, 3, 2), state="announced")
    ReceptionDuty.objects.filter(day=held[0]).update(was_present=True)
    ReceptionDuty.objects.filter(day=held[1], deputy=scene.deputies[0]).update(was_present=True)
    period = Period.quarter(2026, 1)
    for key, subject, code, value in (
        ("activities.receptions", scene.centre.pk, scene.centre.code, 2),
        ("activities.reception_duties", scene.mo.pk, scene.mo.code, 1),
        ("activities.reception_duties", scene.deputies[0].pk, scene.deputies[0].code, 2),
        ("activities.receptions_held", district.town1.pk, district.town1.code, 2),
        ("activities.receptions_held", district.area.pk, district.area.code, 2),
    ):
        assert figures.values(key, [subject], period) == {subject: Decimal(value)}
        figure = figures.find(key)
        answer = signed_in(personas.office).get(figure.records(code, period, ""))
        assert answer.headers["X-Total-Count"] == str(value)
        if figure.days:
            assert len(figure.days([subject], period, [""])[""][subject]) == value


def test_score_item_is_suggested_from_the_figure():
    item = ScoreItem.objects.get(table__is_current=True, code="P14")
    assert (item.figure, item.full_at) == ("activities.receptions", Decimal(3))
    assert figures.find(item.figure).subject == "platform"
    assert reverse("activities:receptions") in figures.find(item.figure).records("P-C", Period.quarter(2026, 1), "")
