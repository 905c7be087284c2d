"""The pages of reception days: lists, the calendar, schedules, drawing and adjusting, the window, a deputy's phone; and paper."""

from __future__ import annotations

import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.documents import receptions as papers
from activities.enums import RotaState
from activities.models import ReceptionDay, ReceptionDuty, ReceptionRecord, ReceptionSchedule, ReceptionWish, Rota, SwapRequest
from activities.services import receptions, receptions_printing, receptions_swaps, rota, rota_adopting
from congress import todos
from congress.documents.errors import PaperError
from congress.errors import DomainError
from congress.imports import kinds, running
from congress.models import Document
from congress.services import documents
from deputies.models import Opinion, VoterContact
from platforms.demo.clock import on_day
from tests.activities.receptions import APRIL, TODAY, draw, make_scene, turns
from tests.factories import PlatformFactory
from tests.factories.activities import ReceptionDayFactory, ReceptionDutyFactory, ReceptionScheduleFactory

D = datetime.date
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with on_day(TODAY):
        yield


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    monkeypatch.setattr("congress.tasks.render_document.delay", lambda *args: None)


@pytest.fixture
def scene(district, personas):
    return make_scene(district, personas)


@pytest.fixture
def office(signed_in, personas):
    return signed_in(personas.office)


@pytest.fixture
def town(signed_in, personas):
    return signed_in(personas.town1)


@pytest.fixture
def phone(signed_in, personas):
    return signed_in(personas.deputy)


def make_day(platform, on, *deputies, **more) -> ReceptionDay:
    day = ReceptionDayFactory(platform=platform, on=on, **more)
    for deputy in deputies:
        ReceptionDutyFactory(day=day, deputy=deputy)
    return day


def cost(client, address: str) -> int:
    """Queries of a page; the session, which a clock set back makes every request save, is not counted."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE", "UPDATE")) for query in asked)


def at(name: str, *arguments: str) -> str:
    return reverse(f"activities:{name}", args=arguments)


# ---- the list


def test_filters(scene, office, district):
    make_day(scene.centre, D(2026, 3, 16), scene.mo)
    make_day(scene.home, D(2026, 3, 16))
    make_day(scene.centre, D(2026, 1, 15), scene.deputies[0], state="held")
    make_day(PlatformFactory(area=district.town2), D(2026, 4, 15), scene.mo)
    for asked, count in (
        ("", 4),
        ("period=2026-03", 2),
        ("period=2026Q1&state=held", 1),
        (f"area={district.town1.code}", 3),
        (f"area={district.villages[1].code}", 1),
        ("platform=P-C", 2),
        (f"deputy={scene.mo.code}", 2),
        ("short=1", 1),
        ("on=2026-03-16", 2),
        ("on=2026-99-99", 4),
    ):
        assert office.get(f"{at('receptions')}?{asked}").headers["X-Total-Count"] == str(count), asked
    assert "“时间”应写作" in office.get(f"{at('receptions')}?period=nonsense").text


def test_days_to_come_stand_first(scene, office):
    for on in (D(2026, 2, 16), D(2026, 4, 15), D(2026, 3, 16), D(2026, 1, 15)):
        make_day(scene.centre, on)
    rows = office.get(at("receptions")).context["page"].object_list
    assert [day.on for day in rows] == [D(2026, 3, 16), D(2026, 4, 15), D(2026, 2, 16), D(2026, 1, 15)]


@pytest.mark.parametrize("address", ["", "?view=calendar&period=2026-03"])
def test_queries_of_the_list_do_not_grow(scene, office, address):
    costs = []
    for count in (1, 3):
        for number in range(count):
            platform = PlatformFactory(code=f"Q-{count}-{number}", area=scene.centre.area)
            make_day(platform, D(2026, 3, 18), *scene.deputies[:2])
        costs.append(cost(office, at("receptions") + address))
    assert costs[0] == costs[1] <= 15


def test_calendar_names_holidays_and_folds_long_days(scene, office):
    for number in range(6):
        make_day(PlatformFactory(code=f"Q-{number}", name=f"第{number}联络站", area=scene.centre.area), D(2026, 4, 8))
    answer = office.get(f"{at('receptions')}?view=calendar&period=2026-04")
    assert answer.headers["X-Total-Count"] == "6"
    assert "清明节放假" in answer.text and "共 6 个" in answer.text and "第4联络站" not in answer.text


# ---- one day


def test_a_day_as_voters_will_see_it(scene, office, phone):
    day = make_day(scene.centre, D(2026, 2, 24), scene.mo, moved_from=D(2026, 2, 15), moved_because="2月15日是春节放假，顺延", state="held")
    text = phone.get(at("reception", day.code)).text
    assert "2026年2月24日 星期二" in text and "原定 2月15日，2月15日是春节放假，顺延。" in text and "代表莫" in text
    assert "没有提前公告" in office.get(at("reception", day.code)).text


def test_a_provisional_day_says_so(scene, office):
    day = make_day(scene.centre, D(2031, 3, 17), scene.mo)
    assert "2031年的节假日放假安排还没有公布，日期暂定。" in office.get(at("reception", day.code)).text


def test_announcing_and_cancelling(scene, town):
    day = make_day(scene.centre, D(2026, 3, 16), scene.mo)
    assert "已公告，并提醒值班代表" in town.post(at("announce_reception", day.code), follow=True).text
    assert town.post(at("cancel_reception", day.code), {"reason": ""}).status_code == 422
    assert "已取消：台风" in town.post(at("cancel_reception", day.code), {"reason": "台风"}, follow=True).text


def test_changing_duties_warns_first(scene, town):
    make_day(scene.centre, D(2026, 2, 16), scene.deputies[0], state="held")
    day = make_day(scene.centre, D(2026, 3, 16), scene.mo, scene.deputies[1])
    address = at("reception_duties", day.code)
    sent = {"version": "0", "deputies": [scene.deputies[0].pk, scene.mo.pk]}
    warned = town.post(address, sent)
    assert warned.status_code == 422
    assert f"{scene.deputies[0].name}上一次（2月16日）也在本平台值班，连续两次。" in warned.text
    assert f'value="{scene.deputies[0].pk}" id="d{scene.deputies[0].pk}" checked' in warned.text
    assert town.post(address, {**sent, "confirmed": "1"}).status_code == 302
    assert set(day.duties.values_list("deputy", flat=True)) == {scene.deputies[0].pk, scene.mo.pk}
    assert "刚才已由他人调整" in town.post(address, {"version": "0", "deputies": [scene.mo.pk], "confirmed": "1"}).text
    assert "请至少勾选一名代表。" in town.post(address, {"version": "1"}).text


# ---- the window


def test_the_window_on_the_phone(scene, phone):
    day = make_day(scene.centre, TODAY, scene.mo, scene.deputies[0], state="announced")
    address = at("reception_window", day.code)
    form = phone.get(address).context["form"]
    typed = {
        "key": form["key"].value(), "text": "村口路灯坏了。", "people": "2", "deputies": [scene.mo.pk], "follow": "on",
        "at": "2026-03-02T09:40", "voters_name": ["王小明"], "voters_phone": ["13800000001"], "voters_address": [""],
    }  # fmt: skip
    for _ in range(2):
        assert phone.post(address, typed).status_code == 302
    contact = VoterContact.objects.get()
    assert (contact.reception.day, contact.people, contact.voters.count()) == (day, 2, 1)
    assert Opinion.objects.get().contact == contact
    assert "村口路灯坏了。" in phone.get(address).text


def test_the_window_keeps_what_was_typed(scene, phone):
    day = make_day(scene.centre, TODAY, scene.mo, state="announced")
    address = at("reception_window", day.code)
    key = phone.get(address).context["form"]["key"].value()
    answer = phone.post(
        address, {"key": key, "text": "路灯", "at": "2026-03-01T09:00", "deputies": [scene.mo.pk], "voters_name": ["王小明"]}
    )
    assert answer.status_code == 422
    assert "时间应在接待当天，3月2日。" in answer.text and "王小明" in answer.text and "路灯" in answer.text
    assert phone.post(address, {"key": key, "text": ""}).status_code == 422
    assert not ReceptionRecord.objects.exists()


def test_holding_on_the_phone(scene, phone):
    day = make_day(scene.centre, TODAY, scene.mo, scene.deputies[0], state="announced")
    assert phone.post(at("hold_reception", day.code), {"note": "无来访。"}).status_code == 422
    assert phone.post(at("hold_reception", day.code), {"present": [scene.mo.pk], "note": "无来访。"}).status_code == 302
    day.refresh_from_db()
    assert (day.state, day.note) == ("held", "无来访。")


def test_the_window_before_the_day(scene, phone):
    day = make_day(scene.centre, D(2026, 3, 16), scene.mo)
    assert phone.get(at("reception_window", day.code)).status_code == 409


# ---- a deputy's own


def test_my_turns_and_swapping(scene, phone, personas):
    day = make_day(scene.centre, D(2026, 3, 16), scene.mo, scene.deputies[0])
    assert "2026年3月16日 星期一" in phone.get(at("my_receptions")).text
    page = phone.get(at("ask_swap", day.code))
    offered = [code for code, _ in page.context["form"].fields["to"].choices if code]
    assert sorted(offered) == sorted(deputy.code for deputy in scene.deputies[1:])
    assert phone.post(at("ask_swap", day.code), {"to": ""}).status_code == 422
    assert phone.post(at("ask_swap", day.code), {"to": offered[0], "reason": "开会"}).status_code == 302
    assert "待答复" in phone.get(at("my_receptions")).text
    answer = phone.post(at("answer_swap", day.code, scene.mo.code, "withdraw"), follow=True)
    assert "已撤回换班请求。" in answer.text
    assert SwapRequest.objects.get().state == "withdrawn"
    assert phone.post(at("answer_swap", day.code, scene.mo.code, "explode")).status_code == 404


def test_agreeing_on_the_phone_twice(scene, phone, personas):
    day = make_day(scene.centre, D(2026, 3, 16), scene.deputies[0])
    SwapRequest.objects.create(duty=day.duties.get(), to=scene.mo)
    assert "请我代班" in phone.get(at("my_receptions")).text
    for _ in range(2):
        assert "已同意换班，这次由您值班。" in phone.post(at("answer_swap", day.code, scene.deputies[0].code, "agree"), follow=True).text
    assert day.duties.get().deputy == scene.mo


def test_wishes_on_the_phone_and_for_a_deputy(scene, phone, town, district):
    address = at("reception_wishes")
    assert phone.post(address, {"kind": "away", "starts_on": "2026-04-01", "ends_on": "2026-04-10", "note": "务工"}).status_code == 302
    wrong = phone.post(address, {"kind": "away", "starts_on": "2026-04-09", "ends_on": "2026-04-01"})
    assert wrong.status_code == 422 and "结束日期早于开始日期，请改正。" in wrong.text
    other = scene.deputies[0]
    sent = {"kind": "rather_not", "starts_on": "2026-05-01", "ends_on": "", "note": ""}
    assert town.post(f"{address}?deputy={other.code}", sent).status_code == 302
    assert set(ReceptionWish.objects.values_list("deputy__code", "kind")) == {(scene.mo.code, "away"), (other.code, "rather_not")}
    assert phone.get(f"{address}?deputy={other.code}").status_code == 403
    theirs = ReceptionWish.objects.get(deputy=other)
    assert phone.post(address, {"take_back": theirs.pk}).status_code == 404
    assert town.post(address, {"take_back": theirs.pk}).status_code == 302
    assert not ReceptionWish.objects.filter(deputy=other).exists()


# ---- schedules


def row(code: str, **changed: str) -> dict[str, str]:
    given = {
        "rule": "date", "number": "15", "weekday": "", "shift": "later", "starts_at": "09:00", "ends_at": "11:30",
        "deputies": "2", "notice_days": "3", "is_active": "on", **changed,
    }  # fmt: skip
    return {f"{code}-{name}": value for name, value in given.items()}


def test_schedules_of_a_town_are_edited_together(scene, town):
    address = at("reception_schedules")
    assert "3月" not in town.get(address).context["rows"][0]["next"]["says"]
    answer = town.post(address, {**row("P-C", number="10"), **row("P-H", rule="weekday", number="2", weekday="3")}, follow=True)
    assert "已保存 2 个平台的接待日安排" in answer.text
    assert list(ReceptionSchedule.objects.order_by("platform__code").values_list("rule", "number", "weekday")) == [
        ("date", 10, None),
        ("weekday", 2, 3),
    ]


def test_a_wrong_row_keeps_all_that_was_typed(scene, town):
    answer = town.post(at("reception_schedules"), {**row("P-C", number="10"), **row("P-H", rule="weekday", number="9")})
    assert answer.status_code == 422
    assert "有 1 行填写有误，都没有保存。" in answer.text and "第几：“每月第几个星期几”最多填5。" in answer.text
    assert 'name="P-C-number" value="10"' in answer.text
    assert set(ReceptionSchedule.objects.values_list("number", flat=True)) == {15}


def test_one_schedule_for_all_of_a_town(scene, town, district):
    fresh = PlatformFactory(code="P-N", area=district.villages[2])
    assert "其中 1 个还没有安排" in town.get(at("reception_schedules")).text
    town.post(at("reception_schedules"), {**row("all", number="8"), "all": "1"})
    assert set(ReceptionSchedule.objects.values_list("platform__code", "number")) == {("P-C", 8), ("P-H", 8), (fresh.code, 8)}


def test_a_town_does_not_see_another_ones_schedules(scene, town, district):
    assert town.get(f"{at('reception_schedules')}?area={district.town2.code}").status_code == 404


def source(rows: str) -> io.BytesIO:
    return io.BytesIO(rows.encode())


def test_schedules_in_and_out_of_a_file(scene, personas, district):
    resource = kinds.find("reception-schedules")
    rows = (
        "平台编号,平台名称,日期规则,第几,星期,遇节假日,开始时间,结束时间,每次值班代表\n"
        "P-C,,每月第几个星期几,2,星期三,顺延,8:30,11:00,3\n"
        ",东岭镇上岭村人大代表之家,,15,,,,,\n"
        "P-X,,,15,,,,,\n"
        "P-H,,每月第几个星期几,9,周一,,,,\n"
    )
    plan = running.preview(resource(), source(rows), "接待日.csv")
    assert [(each.row, each.reason) for each in plan.rejected] == [(4, "没有这个编号的在用平台"), (5, "与第 3 行重复")]
    good = "\n".join(rows.split("\n")[:3])
    plan = running.run(actor=personas.office, resource=resource(), source=source(good), filename="接待日.csv")
    assert [(each.key, each.action) for each in plan.rows] == [("P-C", "updated"), ("P-H", "unchanged")]
    schedule = ReceptionSchedule.objects.get(platform=scene.centre)
    kept = (schedule.rule, schedule.number, schedule.weekday, schedule.starts_at, schedule.deputies)
    assert kept == ("weekday", 2, 3, datetime.time(8, 30), 3)
    out = resource().export(resource().exported(personas.office)).csv
    assert "每月第几个星期几,2,星期三,顺延到下一个工作日,08:30,11:00,3,3,是" in out


# ---- rotas


def test_drawing_from_the_page(scene, town, personas):
    address = at("new_rota")
    assert town.get(address).context["form"]["first_month"].value() == "2026-04"
    sent = {"first_month": "2026-04", "months": "2", "areas": ["469901101"]}
    assert "请至少选择一个镇（街道）。" in town.post(address, {**sent, "areas": []}).text
    assert "请按“2027-01”的样子填写月份。" in town.post(address, {**sent, "first_month": "四月"}).text
    assert "起始月已经过去" in town.post(address, {**sent, "first_month": "2026-02"}).text
    assert town.post(address, {**sent, "areas": ["469901102"]}).status_code == 422
    answer = town.post(address, sent)
    made = Rota.objects.get()
    assert answer.headers["Location"] == at("rota", made.code)
    waiting = town.get(at("rota", made.code)).text
    assert 'hx-trigger="every 2s"' in waiting and 'max="2" value="0"' in waiting
    rota.draw(made.pk)
    assert town.get(at("rota", made.code), headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    drawn = town.get(at("rota", made.code))
    assert drawn.headers["X-Total-Count"] == "4" and "4月15日" in drawn.text


def test_progress_is_asked_again_until_settled(scene, town, personas):
    made = rota.request(actor=personas.town1, first_month=APRIL, months=1, platforms=scene.platforms)
    Rota.objects.update(state=RotaState.DRAWING, done=1)
    part = town.get(at("rota", made.code), headers={"HX-Request": "true"}).text
    assert part.startswith("<section") and "正在排班，已排 1 个平台，共 2 个。" in part


def test_a_failed_rota_says_why(scene, town, personas):
    ReceptionSchedule.objects.update(deputies=5)
    made = draw(personas.town1, scene.platforms, months=1)
    text = town.get(at("rota", made.code)).text
    assert "共需10名值班代表，当天可以值班的只有8名。" in text and "重新排班" in text
    assert town.get(at("adjust_rota", made.code, "P-C", "2026-04")).status_code == 404


def test_adjusting_and_adopting_from_the_page(scene, town, personas):
    made = draw(personas.town1, [scene.centre], months=1)
    address = at("adjust_rota", made.code, "P-C", "2026-04")
    assert town.get(at("adjust_rota", made.code, "P-C", "2026-13")).status_code == 404
    one = town.post(address, {"version": "0", "deputies": [scene.mo.pk]})
    assert one.status_code == 422 and "应有2名值班代表，现有1名。" in one.text
    assert town.post(address, {"version": "0", "deputies": [scene.mo.pk], "confirmed": "1"}).status_code == 302
    assert turns(made) == {("P-C", D(2026, 4, 15)): [scene.mo.code]}
    assert "将按草稿排定 1 个接待日，并通知值班代表。" in town.get(at("adopt_rota", made.code)).text
    assert "轮值表已采用，排定接待日 1 个" in town.post(at("adopt_rota", made.code), follow=True).text
    assert "这份轮值表已经采用，没有改动。" in town.post(at("adopt_rota", made.code), follow=True).text
    assert "原来排定、还没有公告的 1 个接待日会改为" in town.get(at("adopt_rota", draw(personas.town1, [scene.centre], months=1).code)).text


def test_queries_of_a_rota_do_not_grow(scene, town, personas, district):
    costs = []
    for count in (1, 3):
        platforms = [PlatformFactory(code=f"Q-{count}-{number}", area=district.villages[1]) for number in range(count)]
        for platform in platforms:
            ReceptionScheduleFactory(platform=platform, deputies=1)
        made = draw(personas.town1, platforms, months=count)
        assert made.state == RotaState.READY
        addresses = (at("rota", made.code), at("adjust_rota", made.code, platforms[0].code, "2026-04"))
        costs.append([cost(town, address) for address in addresses])
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 15


@pytest.mark.parametrize("name", ["reception", "reception_duties", "my_receptions"])
def test_queries_of_a_day_do_not_grow(scene, town, phone, name):
    costs = []
    for count in (1, 3):
        day = make_day(scene.centre, D(2026, 3, 16) + datetime.timedelta(days=count), scene.mo, *scene.deputies[:count])
        who = phone if name == "my_receptions" else town
        costs.append(cost(who, at(name, *([] if name == "my_receptions" else [day.code]))))
    assert costs[0] == costs[1] <= 15


# ---- what waits


def titles(user) -> list[str]:
    return [todo.title for todo in todos.waiting_for(user) if todo.kind == "接待选民日"]


def test_todos_of_a_town(scene, personas):
    assert titles(personas.town1) == ["东岭镇4月的接待日还没有排班"]
    rota_adopting.adopt(actor=personas.town1, rota=draw(personas.town1, scene.platforms, months=1))
    assert titles(personas.town1) == []
    near = make_day(scene.centre, D(2026, 3, 5), scene.mo)
    over = make_day(scene.centre, D(2026, 2, 16), scene.mo, state="announced")
    bare = make_day(scene.home, D(2026, 3, 16))
    assert sorted(titles(personas.town1)) == sorted([f"公告：{near}", f"登记接待情况：{over}", f"补排值班代表：{bare}"])
    assert titles(personas.town2) == titles(personas.office) == []


def test_todos_of_a_deputy(scene, personas):
    day = make_day(scene.centre, D(2026, 3, 16), scene.deputies[0])
    SwapRequest.objects.create(duty=day.duties.get(), to=scene.mo)
    assert titles(personas.deputy) == [f"答复换班：{scene.deputies[0].name}请您3月16日代为值班"]
    receptions_swaps.refuse(actor=personas.deputy, swap=SwapRequest.objects.get())
    assert titles(personas.deputy) == []


def test_home_and_neighbours_show_receptions(scene, phone, town, office):
    day = make_day(scene.centre, TODAY, scene.mo, state="announced")
    assert at("reception_window", day.code) in phone.get("/").text
    assert "本月接待选民日" in town.get("/").text
    assert at("reception", day.code) in office.get(reverse("platforms:detail", args=["P-C"])).text
    assert "已到场 0 次。" in office.get(reverse("deputies:detail", args=[scene.mo.code])).text
    assert at("reception", day.code) in office.get(reverse("search") + "?q=履职活动中心").text


# ---- paper


def test_printed_rotas(scene, personas, town):
    rota_adopting.adopt(actor=personas.town1, rota=draw(personas.town1, scene.platforms, months=3))
    batch = receptions_printing.request_town(actor=personas.town1, unit=scene.centre.unit, year=2026)
    assert [(each.kind, each.subject) for each in batch.documents.all()] == [
        ("reception_rota_town", "469901101"),
        ("reception_rota", "P-C"),
        ("reception_rota", "P-H"),
    ]
    assert receptions_printing.request_town(actor=personas.town1, unit=scene.centre.unit, year=2026) == batch
    context = papers.town_rota(batch.documents.all()[0])
    assert [row["name"] for row in context["rows"]] == [scene.centre.name, scene.home.name]
    [april] = context["rows"][0]["cells"][3]
    assert (april["on"], april["weekday"], april["moved"]) == ("15日", "三", False)
    own = papers.platform_rota(batch.documents.all()[1])
    assert [row["on"] for row in own["rows"]] == ["4月15日（星期三）", "5月15日（星期五）", "6月15日（星期一）"]
    for each in batch.documents.all():
        assert documents.render(each.pk) == "ready"
    sizes = {each.kind: each.pages for each in Document.objects.filter(batch=batch)}
    assert sizes == {"reception_rota_town": 1, "reception_rota": 1}
    with pytest.raises(DomainError, match="2027年还没有排定的接待日"):
        receptions_printing.request_platform(actor=personas.town1, platform=scene.centre, year=2027)
    assert town.post(at("print_rota"), {"platform": "P-C", "year": "2026"}).status_code == 302
    assert town.post(at("print_rota"), {"platform": "P-C", "year": "x"}).status_code == 409


def test_the_notice(scene, personas):
    day = make_day(scene.centre, D(2026, 3, 16), scene.mo, scene.deputies[0])
    receptions.announce(actor=personas.town1, days=[day])
    document = Document.objects.get(kind=receptions.NOTICE)
    context = papers.notice(document)
    assert (context["on"], context["times"], context["issuer"]) == ("2026年3月16日（星期一）", "上午9:00—11:30", "榕江区东岭镇人大主席团")
    assert [each["name"] for each in context["people"]] == ["代表莫", scene.deputies[0].name]
    assert documents.render(document.pk) == "ready"
    document.refresh_from_db()
    assert document.pages == 1
    ReceptionDuty.objects.filter(day=day).delete()
    ReceptionDay.objects.update(state="cancelled")
    with pytest.raises(PaperError):
        papers.notice(document)
