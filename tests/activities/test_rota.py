"""Drawing rotas: what always holds, what is weighed, what is said of the rest, and that a killed worker loses nothing."""

from __future__ import annotations

import datetime
import itertools
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from activities import tasks
from activities.enums import RotaState, WishKind
from activities.models import ReceptionDuty, ReceptionSchedule, ReceptionWish, Rota
from activities.services import rota as rotas
from activities.services import rota_facts, rota_rules, rota_solver
from congress.models import AuditEntry, Notification
from deputies.enums import EndReason, MandateStatus
from deputies.models import Mandate
from deputies.services.guards import FieldRefused
from platforms.demo.clock import on_day
from tests.activities.receptions import APRIL, TODAY, draw, loads, make_deputies, make_scene, told, turns
from tests.factories import MandateFactory, PlatformFactory
from tests.factories.activities import ReceptionDayFactory, ReceptionDutyFactory, ReceptionScheduleFactory

D = datetime.date
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with on_day(TODAY):
        yield


@pytest.fixture
def scene(district, personas):
    return make_scene(district, personas)


def wish(deputy, kind, starts_on, ends_on):
    return ReceptionWish.objects.create(deputy=deputy, kind=kind, starts_on=starts_on, ends_on=ends_on)


# ---- what always holds


def test_every_day_has_its_number_and_nobody_two_places(scene, personas):
    rota = draw(personas.town1, scene.platforms, months=12)
    drawn = turns(rota)
    assert (rota.state, rota.done, rota.total, len(drawn)) == (RotaState.READY, 2, 2, 24)
    assert {len(codes) for codes in drawn.values()} == {2}
    by_day: dict[D, list[str]] = {}
    for (_, on), codes in drawn.items():
        by_day.setdefault(on, []).extend(codes)
    assert all(len(codes) == len(set(codes)) for codes in by_day.values())
    assert {on for _, on in drawn} >= {D(2026, 4, 15), D(2026, 8, 17), D(2027, 3, 15)}


def test_load_is_even(scene, personas):
    ReceptionSchedule.objects.filter(platform=scene.home).delete()
    found = loads(draw(personas.town1, [scene.centre], months=12))
    assert sorted(found.values()) == [3] * 8
    assert len(found) == 8


def test_same_input_same_rota(scene, personas):
    first, second = (draw(personas.town1, scene.platforms, months=6) for _ in range(2))
    assert first.pk != second.pk
    assert turns(first) == turns(second)


def test_nobody_on_days_away_or_without_a_mandate_in_force(scene, personas):
    away, later, suspended, ended = scene.deputies[:4]
    wish(away, WishKind.AWAY, D(2026, 4, 1), D(2026, 5, 31))
    Mandate.objects.filter(deputy=later).update(starts_on=D(2026, 5, 1))
    Mandate.objects.filter(deputy=suspended).update(status=MandateStatus.SUSPENDED, end_reason=EndReason.CRIMINAL_CASE)
    Mandate.objects.filter(deputy=ended).update(status=MandateStatus.ENDED, end_reason=EndReason.RESIGNED, ends_on=D(2026, 2, 1))
    drawn = turns(draw(personas.town1, scene.platforms))
    when = {code: {on for (_, on), codes in drawn.items() if code in codes} for code in (away.code, later.code, suspended.code, ended.code)}
    assert when[away.code] <= {D(2026, 6, 15)}
    assert when[later.code] <= {D(2026, 5, 15), D(2026, 6, 15)}
    assert when[suspended.code] == when[ended.code] == set()


def test_a_deputy_of_two_towns_stands_at_one_place_a_day(scene, personas, district):
    """In the second town only she and another serve; the first leaves her free where it can, and never takes her twice."""
    shared = scene.deputies[0]
    MandateFactory(deputy=shared, term=MandateFactory(term__number=9).term, area=district.town2)
    make_deputies(district, district.town2, 2, prefix="T")
    west = PlatformFactory(code="P-W", area=district.town2)
    ReceptionScheduleFactory(platform=west)
    drawn = turns(draw(personas.office, [*scene.platforms, west], months=6))
    for month in {on for _, on in drawn}:
        codes = list(itertools.chain.from_iterable(codes for (_, on), codes in drawn.items() if on == month))
        assert len(codes) == len(set(codes)) == 6


# ---- what is weighed


def test_not_twice_in_a_row(scene, personas):
    drawn = turns(draw(personas.town1, scene.platforms, months=12))
    for code in ("P-C", "P-H"):
        days = [set(codes) for (platform, _), codes in sorted(drawn.items(), key=lambda item: item[0][1]) if platform == code]
        assert all(not before & after for before, after in itertools.pairwise(days))


def test_not_in_a_row_with_what_stands_before(scene, personas):
    day = ReceptionDayFactory(platform=scene.centre, on=D(2026, 3, 16), state="announced")
    for deputy in scene.deputies[:3]:
        ReceptionDutyFactory(day=day, deputy=deputy)
    drawn = turns(draw(personas.town1, [scene.centre], months=1))
    assert not set(drawn["P-C", D(2026, 4, 15)]) & {deputy.code for deputy in scene.deputies[:3]}


def test_a_deputy_of_the_place_is_there_where_load_allows(scene, personas, district):
    make_deputies(district, district.villages[1], 2, prefix="L")
    drawn = turns(draw(personas.town1, scene.platforms, months=6))
    local = {"L01", "L02", scene.mo.code}
    assert all(local & set(codes) for (platform, _), codes in drawn.items() if platform == "P-H")


def test_new_deputies_stand_with_experienced_ones(scene, personas, district):
    Mandate.objects.filter(deputy__in=scene.deputies[2:]).update(starts_on=D(2026, 1, 10))
    rota = draw(personas.town1, [scene.centre], months=4)
    seasoned = {scene.mo.code, *(deputy.code for deputy in scene.deputies[:2])}
    assert all(seasoned & set(codes) for codes in turns(rota).values())


def test_wishes_are_heeded(scene, personas):
    rather_not, gladly = scene.deputies[:2]
    wish(rather_not, WishKind.RATHER_NOT, D(2026, 4, 1), D(2026, 4, 30))
    wish(gladly, WishKind.GLADLY, D(2026, 4, 1), D(2026, 4, 30))
    rota = draw(personas.town1, [scene.centre], months=4)
    april = turns(rota)["P-C", D(2026, 4, 15)]
    assert gladly.code in april and rather_not.code not in april
    assert told(rota) == []


def test_who_had_turns_in_these_months_has_fewer(scene, personas):
    """A platform drawn later takes those who stand less at the other ones."""
    for month in (4, 5, 6):
        day = ReceptionDayFactory(platform=scene.centre, on=D(2026, month, 20), state="announced")
        for deputy in scene.deputies[:4]:
            ReceptionDutyFactory(day=day, deputy=deputy)
    found = loads(draw(personas.town1, [scene.home], months=3))
    assert not set(found) & {deputy.code for deputy in scene.deputies[:4]}


# ---- what is said of the rest


def test_too_few_to_avoid_a_second_turn_in_a_row(scene, personas):
    for deputy in scene.deputies[1:]:
        wish(deputy, WishKind.AWAY, D(2026, 4, 1), D(2026, 6, 30))
    rota = draw(personas.town1, [scene.centre], months=3)
    names = {scene.mo.name, scene.deputies[0].name}
    assert rota.state == RotaState.READY
    assert sorted(each for each in told(rota) if "连续两次" in each) == sorted(
        f"{name}上一次（{before}月15日）也在本平台值班，连续两次：{on}还没有排在别处、可以值班的只有2名代表，未能避开连续值班。"
        for name in names
        for before, on in ((4, "5月15日"), (5, "6月15日"))
    )
    [uneven] = [each for each in told(rota) if "次数相差" in each]
    assert uneven.startswith("东岭镇值班次数相差3次，最多的") and "登记了不能值班的日期" in uneven


def test_a_place_without_a_deputy_of_its_own(scene, personas):
    Mandate.objects.filter(deputy=scene.mo).update(status=MandateStatus.ENDED, end_reason=EndReason.DIED, ends_on=D(2026, 2, 1))
    rota = draw(personas.town1, [scene.home], months=1)
    assert rota.unmet == [{"day": "2026-04-15", "platform": "P-H", "text": "没有上岭村选区的代表：上岭村选区没有在任代表。"}]


def test_a_place_whose_only_deputy_is_away(scene, personas):
    wish(scene.mo, WishKind.AWAY, D(2026, 4, 15), D(2026, 4, 15))
    rota = draw(personas.town1, [scene.home], months=1)
    assert told(rota) == ["没有上岭村选区的代表：上岭村选区的1名代表当天都不能值班，或已排在别处。"]


def test_only_new_deputies(scene, personas):
    Mandate.objects.update(starts_on=D(2026, 1, 10))
    rota = draw(personas.town1, [scene.centre], months=1)
    assert told(rota) == ["都是当选不满一年的代表，没有有经验的代表一同接待：当天可以值班的都是当选不满一年的代表。"]


def test_a_glad_wish_on_days_without_a_reception(scene, personas):
    wish(scene.mo, WishKind.GLADLY, D(2026, 4, 20), D(2026, 4, 22))
    rota = draw(personas.town1, [scene.centre], months=1)
    assert told(rota) == [f"{scene.mo.name}希望排在4月20日至4月22日，没有排上：这段时间没有接待日。"]


def test_a_rota_that_cannot_be_solved_says_which_rule_to_relax(scene, personas):
    for deputy in scene.deputies[:5]:
        wish(deputy, WishKind.AWAY, D(2026, 5, 1), D(2026, 5, 31))
    rota = draw(personas.town1, scene.platforms, months=3)
    sentence = (
        "东岭镇5月15日（2个平台）共需4名值班代表，当天可以值班的只有3名。"
        "请减少每次值班代表，或把其中平台的接待日错开，或与当天登记不能值班的5名代表商量。"
    )
    assert (rota.state, rota.error) == (RotaState.FAILED, sentence)
    assert rota.unmet == [{"day": "2026-05-15", "platform": "", "text": sentence}]
    assert not rota.drafts.exists()


def test_a_town_without_deputies_and_one_with_too_few_are_both_named(scene, personas, district):
    west = PlatformFactory(code="P-W", name="西塘镇人大代表之家", area=district.town2)
    ReceptionScheduleFactory(platform=west)
    rota = draw(personas.office, [west], months=2)
    assert rota.error == (
        "有2处排不出。西塘镇4月15日（西塘镇人大代表之家）共需2名值班代表，当天可以值班的只有0名。请减少每次值班代表。其余见下表。"
    )
    assert [each["day"] for each in rota.unmet] == ["2026-04-15", "2026-05-15"]


def test_months_already_announced_leave_nothing_to_draw(scene, personas):
    ReceptionDayFactory(platform=scene.centre, on=D(2026, 4, 15), state="announced")
    rota = draw(personas.town1, [scene.centre], months=1)
    assert (rota.state, rota.error) == (
        RotaState.FAILED,
        "这几个月的接待日都已公告、接待或取消，没有可以排的。请选择以后的月份。",
    )


def test_days_of_this_month_already_past_are_left_out(scene, personas):
    ReceptionSchedule.objects.filter(platform=scene.centre).update(number=2)
    rota = draw(personas.town1, scene.platforms, first_month=D(2026, 3, 1), months=1)
    assert list(turns(rota)) == [("P-H", D(2026, 3, 16))]


def test_a_leap_day_and_a_year_without_holiday_data(scene, personas):
    ReceptionSchedule.objects.filter(platform=scene.centre).update(number=29)
    with on_day(D(2027, 12, 20)):
        rota = draw(personas.town1, [scene.centre], first_month=D(2028, 1, 1), months=3)
    assert [on for _, on in turns(rota)] == [D(2028, 1, 31), D(2028, 2, 29), D(2028, 3, 29)]


# ---- asking


def test_request_is_refused(scene, personas, district):
    west = PlatformFactory(code="P-W", area=district.town2)
    with pytest.raises(PermissionDenied):
        rotas.request(actor=personas.town1, first_month=APRIL, months=1, platforms=[west])
    for user in (personas.deputy, personas.leader, personas.unit):
        with pytest.raises(PermissionDenied):
            rotas.request(actor=user, first_month=APRIL, months=1, platforms=[scene.centre])
    for asked, sentence in (
        ({"platforms": []}, "请至少选择一个平台。"),
        ({"first_month": D(2026, 2, 1)}, "起始月已经过去，请从本月或以后的月份排起。"),
        ({"months": 13}, "一次可以排1至12个月。"),
        ({"platforms": [west], "actor": personas.office}, f"{west.name}还没有接待日安排，请先填写。"),
    ):
        with pytest.raises(FieldRefused, match=sentence):
            rotas.request(**{"actor": personas.town1, "first_month": APRIL, "months": 1, "platforms": [scene.centre], **asked})
    assert not Rota.objects.exists()


def test_asking_twice_gives_the_one_under_way(scene, personas, django_capture_on_commit_callbacks):
    ask = {"actor": personas.town1, "first_month": APRIL, "months": 2, "platforms": scene.platforms}
    first = rotas.request(**ask)
    assert rotas.request(**ask) == first
    assert first.code == "PB2026-000001"
    assert AuditEntry.objects.filter(action="activities.request_rota").count() == 1
    rotas.draw(first.pk)
    assert rotas.request(**ask) != first


# ---- the worker


def test_the_task_draws_and_tells(scene, personas, eager_tasks, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        rota = rotas.request(actor=personas.town1, first_month=APRIL, months=1, platforms=scene.platforms)
    rota.refresh_from_db()
    assert rota.state == RotaState.READY
    [notice] = Notification.objects.filter(user=personas.town1)
    assert notice.text == "2026年4月起1个月的轮值表已排好，请核对后采用。"
    assert rotas.draw(rota.pk) is None


def test_a_killed_worker_is_taken_over_town_by_town(scene, personas, district, monkeypatch):
    make_deputies(district, district.town2, 4, prefix="T")
    west = PlatformFactory(code="P-W", area=district.town2)
    ReceptionScheduleFactory(platform=west)
    asked = {"actor": personas.office, "first_month": APRIL, "months": 3, "platforms": [*scene.platforms, west]}
    whole = rotas.request(**asked)
    rotas.draw(whole.pk)
    rota = rotas.request(**asked)
    solve, solved = rota_solver.solve, []

    class Killed(BaseException):
        pass

    def killed_at_the_second(town):
        if solved:
            raise Killed
        solved.append(town.name)
        return solve(town)

    monkeypatch.setattr(rota_solver, "solve", killed_at_the_second)
    with pytest.raises(Killed):
        rotas.draw(rota.pk)
    rota.refresh_from_db()
    assert (rota.state, rota.done, rota.total) == (RotaState.DRAWING, 2, 3)
    assert rotas.draw(rota.pk) is None  # the lease holds
    assert rotas.unfinished_without_worker() == []
    later = timezone.now() + rotas.LEASE + datetime.timedelta(seconds=1)
    assert rotas.unfinished_without_worker(later) == [rota.pk]
    monkeypatch.setattr(rota_solver, "solve", solve)
    with patch("django.utils.timezone.now", return_value=later):
        assert tasks.draw_rota(rota.pk) is None
    rota.refresh_from_db()
    assert (rota.state, rota.done, rota.attempts) == (RotaState.READY, 3, 2)
    assert turns(rota) == turns(whole)


def test_a_rota_that_kills_every_worker_is_given_up(scene, personas):
    rota = rotas.request(actor=personas.town1, first_month=APRIL, months=1, platforms=scene.platforms)
    Rota.objects.update(state=RotaState.DRAWING, attempts=3, claimed_at=timezone.now() - rotas.LEASE - datetime.timedelta(minutes=1))
    assert tasks.resume_rotas() == 0
    rota.refresh_from_db()
    assert rota.state == RotaState.FAILED
    assert rota.error.startswith("连续3次没有排完。")


def test_a_waiting_rota_whose_message_was_lost_is_sent_again(scene, personas):
    rota = rotas.request(actor=personas.town1, first_month=APRIL, months=1, platforms=scene.platforms)
    Rota.objects.update(made_at=timezone.now() - rotas.LEASE - datetime.timedelta(minutes=1))
    assert rotas.unfinished_without_worker() == [rota.pk]


def test_a_fault_leaves_it_waiting_until_the_attempts_are_used_up(scene, personas, monkeypatch):
    rota = rotas.request(actor=personas.town1, first_month=APRIL, months=1, platforms=scene.platforms)
    monkeypatch.setattr(rota_facts, "slots_of", lambda *a, **k: 1 / 0)
    assert [rotas.draw(rota.pk) for _ in range(4)] == [RotaState.WAITING, RotaState.WAITING, RotaState.FAILED, None]


# ---- adjusting a draft


def test_adjusting_a_draft(scene, personas):
    rota = draw(personas.town1, [scene.centre], months=2)
    day = rota.drafts.get(on=D(2026, 4, 15))
    held = set(day.turns.values_list("deputy", flat=True))
    free = [deputy for deputy in (scene.mo, *scene.deputies) if deputy.pk not in held][:2]
    day = rotas.adjust(actor=personas.town1, day=day, deputies=[deputy.pk for deputy in free], version=0)
    assert {(turn.deputy_id, turn.turn) for turn in day.turns.all()} == {(deputy.pk, "adjusted") for deputy in free}
    again = rotas.adjust(actor=personas.town1, day=day, deputies=[deputy.pk for deputy in free], version=0)
    assert again.version == 1
    assert AuditEntry.objects.filter(action="activities.adjust_rota").count() == 1


def test_adjusting_is_refused(scene, personas, district):
    rota = draw(personas.town1, scene.platforms, months=1)
    centre, home = (rota.drafts.get(platform=platform) for platform in scene.platforms)
    [stranger] = make_deputies(district, district.town2, 1, prefix="T")
    at_home = home.turns.first().deputy
    with pytest.raises(PermissionDenied):
        rotas.adjust(actor=personas.town2, day=centre, deputies=[scene.mo.pk], version=0)
    for deputies, sentence in (
        ([stranger.pk], "1名代表在本镇（街道）没有代表资格。请换一名代表。"),
        ([at_home.pk], f"{at_home.name}当天已在另一个平台值班。请换一名代表。"),
        ([], "请至少安排一名值班代表。不接待的，请取消这个接待日。"),
    ):
        with pytest.raises(Exception, match=sentence):
            rotas.adjust(actor=personas.town1, day=centre, deputies=deputies, version=0)
    free = [each.pk for each in (scene.mo, *scene.deputies) if not rota.drafts.filter(turns__deputy=each).exists()]
    rotas.adjust(actor=personas.town1, day=centre, deputies=free[:2], version=0)
    with pytest.raises(Exception, match="刚才已由他人调整"):
        rotas.adjust(actor=personas.town1, day=centre, deputies=free[1:3], version=0)


def test_what_an_adjustment_breaks_is_named(scene, personas):
    ReceptionDutyFactory(day=ReceptionDayFactory(platform=scene.home, on=D(2026, 3, 16), state="held"), deputy=scene.deputies[0])
    wish(scene.deputies[1], WishKind.AWAY, D(2026, 4, 15), D(2026, 4, 15))
    wish(scene.deputies[2], WishKind.RATHER_NOT, D(2026, 4, 15), D(2026, 4, 15))
    Mandate.objects.filter(deputy__in=scene.deputies[:3]).update(starts_on=D(2025, 12, 1))
    rota = draw(personas.town1, [scene.home], months=1)
    day = rota.drafts.select_related("rota", "platform__area", "platform__unit").get()
    board, slot = rotas.board_of(day, [deputy.pk for deputy in scene.deputies[:3]])
    names = [deputy.name for deputy in scene.deputies[:3]]
    assert [(each.rule, each.text) for each in board.broken(slot)] == [
        (rota_rules.AWAY, f"{names[1]}登记了当天不能值班"),
        (rota_rules.NUMBER, "应有2名值班代表，现有3名"),
        (rota_rules.IN_A_ROW, f"{names[0]}上一次（3月16日）也在本平台值班，连续两次"),
        (rota_rules.NOT_LOCAL, "没有上岭村选区的代表"),
        (rota_rules.NEW_ALONE, "都是当选不满一年的代表，没有有经验的代表一同接待"),
        (rota_rules.RATHER_NOT, f"{names[2]}登记了当天最好不排"),
    ]


# ---- costs


def test_queries_of_drawing_do_not_grow_with_platforms(scene, personas, district, django_assert_max_num_queries):
    for number in range(4):
        ReceptionScheduleFactory(platform=PlatformFactory(code=f"P-{number}", area=district.villages[1]))
    ReceptionSchedule.objects.update(deputies=1)
    platforms = list(ReceptionSchedule.objects.values_list("platform", flat=True))
    rota = rotas.request(
        actor=personas.town1, first_month=APRIL, months=3, platforms=list(type(scene.centre).objects.filter(pk__in=platforms))
    )
    with django_assert_max_num_queries(30):
        rotas.draw(rota.pk)
    assert ReceptionDuty.objects.count() == 0
