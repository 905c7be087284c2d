"""A unit's inbox, and the progress that the office and the dispatcher watch."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from congress.models import Notification
from suggestions.enums import HandlingRole, HandlingState, LimitKind
from suggestions.models import Clock, Handling, Reminder
from suggestions.services import replying, requests, units
from tests.suggestions import unitwork

TODAY = timezone.localdate


@pytest.fixture
def parts(personas, district) -> dict[str, Handling]:
    """One part in each tab: to sign for, in hand, before the signer, asking, late, answered."""
    made = {
        name: unitwork.in_hand(personas, district, title=f"关于{name}的建议")
        for name in ("in hand", "to sign", "asking", "more time", "late", "done")
    }
    made["waiting"] = unitwork.assigned(personas, district, title="关于waiting的建议")
    replying.ask_signature(actor=personas.unit, reply=unitwork.drafted(personas, made["to sign"]))
    requests.ask_return(actor=personas.unit, handling=made["asking"], reason="不属本单位职责。")
    requests.ask_extension(actor=personas.unit, handling=made["more time"], months=1, reason="涉及面广。")
    Clock.objects.filter(handling=made["late"], kind=LimitKind.ANSWER).update(due_on=TODAY() - datetime.timedelta(days=8))
    unitwork.replied(personas, made["done"])
    return made


def titles(client, address: str) -> list[str]:
    page = client.get(address)
    assert page.status_code == 200
    rows = [row.suggestion__title.removeprefix("关于").removesuffix("的建议") for row in page.context["page"].object_list]
    assert int(page["X-Total-Count"]) == len(rows)
    return rows


def test_the_tabs_of_an_inbox(personas, parts, signed_in):
    client = signed_in(personas.unit)
    shown = {tab: set(titles(client, f"/suggestions/inbox/?tab={tab}")) for tab in ("sign", "review", "asked", "late", "done")}
    assert shown == {"sign": {"waiting"}, "review": {"to sign"}, "asked": {"asking", "more time"}, "late": {"late"}, "done": {"done"}}
    opened = titles(client, "/suggestions/inbox/")
    assert opened[0] == "late" and set(opened) == set(parts) - {"done"}
    assert set(titles(client, "/suggestions/inbox/?tab=hand")) == {"in hand", "to sign", "more time", "late"}
    page = client.get("/suggestions/inbox/").content.decode()
    assert "超期" in page and "待签收 1" in page and "已超期 1" in page


def test_this_week_is_up_to_sunday(personas, district, signed_in):
    part = unitwork.in_hand(personas, district)
    client = signed_in(personas.unit)
    Clock.objects.all().update(due_on=TODAY() + datetime.timedelta(days=60))
    assert titles(client, "/suggestions/inbox/?tab=week") == []
    Clock.objects.filter(handling=part, kind=LimitKind.ANSWER).update(due_on=TODAY())
    assert len(titles(client, "/suggestions/inbox/?tab=week")) == 1


def test_filters_of_an_inbox(personas, parts, signed_in):
    client = signed_in(personas.unit)
    units.claim(actor=personas.unit, handling=parts["in hand"])
    assert titles(client, "/suggestions/inbox/?claim=mine") == ["in hand"]
    assert "in hand" not in titles(client, "/suggestions/inbox/?claim=free")
    assert titles(client, "/suggestions/inbox/?q=late") == ["late"]
    assert titles(client, "/suggestions/inbox/?role=support") == []
    assert "没有符合条件的承办件" in client.get("/suggestions/inbox/?role=support").content.decode()


def test_many_are_signed_for_and_claimed_at_once(personas, district, parts, signed_in):
    client = signed_in(personas.unit)
    waiting = [parts["waiting"], *(unitwork.assigned(personas, district, title=f"关于第{n}条路的建议") for n in range(2))]
    sent = client.post("/suggestions/inbox/take/", {"then": "sign", "part": [row.pk for row in waiting], "tab": "sign"}, follow=True)
    assert sent.redirect_chain[0][0] == "/suggestions/inbox/?tab=sign"
    assert "已签收 3 件。" in sent.content.decode()
    assert set(Handling.objects.filter(pk__in=[row.pk for row in waiting]).values_list("state", flat=True)) == {HandlingState.IN_HAND}
    mixed = [waiting[0].pk, parts["done"].pk]
    page = client.post("/suggestions/inbox/take/", {"then": "claim", "part": mixed}, follow=True).content.decode()
    assert "已认领 1 件。" in page and "《关于done的建议》：该件现为“已答复”，不用再认领。" in page
    wrong = [parts["asking"].pk, parts["done"].pk]
    again = client.post("/suggestions/inbox/take/", {"then": "sign", "part": wrong}, follow=True).content.decode()
    assert "《关于asking的建议》：该件现为“申请退回”，不能签收。" in again and "《关于done的建议》：该件现为“已答复”，不能签收。" in again
    assert "已签收" not in again
    assert "请先勾选要办理的建议。" in client.post("/suggestions/inbox/take/", {"then": "sign"}, follow=True).content.decode()
    stranger = signed_in(personas.town2).post("/suggestions/inbox/take/", {"then": "claim", "part": [waiting[1].pk]}, follow=True)
    assert "请先勾选" in stranger.content.decode()
    assert Handling.objects.get(pk=waiting[1].pk).claimed_by is None


def test_the_office_urges_many_at_once(personas, district, parts, signed_in, django_capture_on_commit_callbacks):
    client = signed_in(personas.office)
    assert len(titles(client, "/suggestions/progress/")) == 6
    keys = [parts["late"].pk, parts["waiting"].pk, parts["done"].pk]
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post("/suggestions/progress/urge/", {"part": keys}, follow=True).content.decode()
    assert "已催办 2 件" in page
    assert set(Reminder.objects.values_list("clock__handling", flat=True)) == {parts["late"].pk, parts["waiting"].pk}
    assert Notification.objects.filter(user=personas.unit, text="请抓紧办理：关于late的建议").count() == 1
    assert "今天已经催办过" in client.post("/suggestions/progress/urge/", {"part": keys}, follow=True).content.decode()
    assert signed_in(personas.leader).get("/suggestions/progress/").status_code == 200
    assert signed_in(personas.leader).post("/suggestions/progress/urge/", {"part": keys}).status_code == 403
    assert signed_in(personas.unit).get("/suggestions/progress/").status_code == 403


def test_a_town_watches_its_own_congress_only(personas, parts, signed_in):
    assert titles(signed_in(personas.town1), "/suggestions/progress/") == []
    assert len(titles(signed_in(personas.dispatcher), "/suggestions/progress/")) == 6


def test_the_desk_and_the_to_dos_of_a_unit(personas, district, parts, signed_in):
    client = signed_in(personas.unit)
    page = client.get("/").content.decode()
    for words in ("签收：关于waiting的建议", "签发答复：关于to sign的建议", "答复：关于in hand的建议", "联系代表：关于in hand的建议"):
        assert words in page, words
    assert "关于asking的建议" not in page and "关于done的建议" not in page
    assert "/suggestions/inbox/?tab=late" in page
    other = unitwork.worker(unitwork.another_unit(district), "other", "农业覃")
    assert "关于waiting的建议" not in signed_in(other).get("/").content.decode()
    units.claim(actor=personas.unit, handling=parts["in hand"])
    colleague = unitwork.worker(district.unit, "colleague", "交通何")
    assert "关于in hand的建议" not in signed_in(colleague).get("/").content.decode()


def test_a_support_is_asked_for_its_opinion(personas, district, signed_in):
    other = unitwork.another_unit(district)
    helper = unitwork.worker(other, "helper", "农业覃")
    part = unitwork.assigned(personas, district, supports=(other,))
    units.sign_for(actor=helper, handling=part.suggestion.handlings.get(role=HandlingRole.SUPPORT))
    assert "提出协办意见：关于修复上岭村道的建议" in signed_in(helper).get("/").content.decode()


@pytest.mark.parametrize(("person", "address"), [("unit", "/suggestions/inbox/"), ("office", "/suggestions/progress/"), ("unit", "/")])
def test_a_list_costs_the_same_for_one_row_and_more(personas, district, signed_in, person, address):
    client = signed_in(getattr(personas, person))
    counts = []
    for number in range(4):
        unitwork.in_hand(personas, district, title=f"关于第{number}条路的建议")
        if number in (0, 3):
            with CaptureQueriesContext(connection) as made:
                assert client.get(address).status_code == 200
            counts.append(len(made))
    assert counts[0] == counts[1]
    assert counts[0] <= 15 or address == "/"
