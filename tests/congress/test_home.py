"""The home desk, notices, search and one's own account."""

import datetime

import pytest
from django.utils import timezone

from congress import search, todos
from congress.models import Notification
from congress.services import notices
from congress.todos import Todo
from congress.views.home import due_between
from tests.factories.congress import UserFactory

MONDAY = datetime.date(2026, 11, 23)


def todo(title, days=None, day=MONDAY):
    return Todo(
        title=title, url="/x/", kind="整改", who="东岭镇人大主席团", due_on=None if days is None else day + datetime.timedelta(days=days)
    )


@pytest.fixture
def waiting():
    """``waiting(todo, ...)`` makes these the only things that wait, for everybody."""
    kept, found = list(todos._providers), []
    todos._providers[:] = [lambda user: list(found)]
    yield lambda *new: found.extend(new)
    todos._providers[:] = kept


def test_the_tabs_part_by_due_date():
    found = [todo("昨天", -1), todo("今天", 0), todo("周日", 6), todo("下周一", 7), todo("没有期限")]
    titles = {key: [t.title for t in due_between(found, key, MONDAY)] for key in ("", "late", "today", "week")}
    assert titles == {
        "": ["昨天", "今天", "周日", "下周一", "没有期限"],
        "late": ["昨天"],
        "today": ["今天"],
        "week": ["今天", "周日"],
    }


def test_the_desk_lists_what_waits_earliest_first(waiting, personas, signed_in):
    today = timezone.localdate()
    waiting(todo("没有期限的事"), todo("明天到期的事", 1, today), todo("超期的事", -10, today))
    response = signed_in(personas.office).get("/")
    page = response.content.decode()
    assert response["X-Total-Count"] == "3"
    assert page.index("超期的事") < page.index("明天到期的事") < page.index("没有期限的事")
    assert "1 件已超期" in page
    assert signed_in(personas.office).get("/?due=late")["X-Total-Count"] == "1"


def test_the_count_beside_the_link(waiting, personas, signed_in):
    client = signed_in(personas.office)
    assert client.get("/todos/count/").content.decode().strip() == ""
    waiting(todo("一"), todo("二"))
    assert client.get("/todos/count/").content.decode().strip() == '<span class="count">2</span>'


def test_an_empty_desk_says_what_comes_next(waiting, personas, signed_in):
    assert "现在没有要办的事" in signed_in(personas.office).get("/").content.decode()


def test_an_account_without_a_role_is_told_whom_to_ask(personas, signed_in):
    assert "请联系安全管理员授予角色" in signed_in(personas.visitor).get("/").content.decode()


def test_a_deputy_has_the_frame_of_the_phone(waiting, personas, signed_in):
    waiting(todo("核对履职档案"))
    page = signed_in(personas.deputy).get("/").content.decode()
    assert 'class="tabbar"' in page
    assert 'class="side"' not in page
    assert "核对履职档案" in page


def test_the_desk_asks_the_same_number_of_queries_for_more_notices(waiting, personas, signed_in, django_assert_max_num_queries):
    client, counts = signed_in(personas.office), []
    client.get("/")  # the first look makes the congress's rules of handling, with the shipped defaults
    for number in range(2):
        notices_for(personas.office, *(f"{number}{n}" for n in range(3)))
        waiting(*(todo(f"事{n}", n) for n in range(30)))
        with django_assert_max_num_queries(30) as asked:  # fifteen, and the numbers and panels of four apps
            client.get("/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def notices_for(user, *keys, url=""):
    return [Notification.objects.create(user=user, text=f"通知{key}", key=key, url=url) for key in keys]


def test_a_notice_is_read_by_opening_it(personas, signed_in):
    [notice] = notices_for(personas.office, "a", url="/me/")
    client = signed_in(personas.office)
    assert "通知a" in client.get("/").content.decode()
    assert client.get(f"/notices/{notice.pk}/")["Location"] == "/me/"
    notice.refresh_from_db()
    first = notice.read_at
    assert first is not None
    client.get(f"/notices/{notice.pk}/")
    notice.refresh_from_db()
    assert notice.read_at == first
    assert "通知a" not in client.get("/").content.decode()


def test_a_notice_leads_nowhere_else(personas, signed_in):
    [notice] = notices_for(personas.office, "a", url="https://evil.example/")
    assert signed_in(personas.office).get(f"/notices/{notice.pk}/")["Location"] == "/"


def test_other_peoples_notices_are_not_there(personas, signed_in):
    [notice] = notices_for(personas.office, "a")
    client = signed_in(personas.leader)
    assert client.get(f"/notices/{notice.pk}/").status_code == 404
    assert client.get("/notices/")["X-Total-Count"] == "0"


def test_all_notices_are_marked_read_at_once(personas, signed_in):
    notices_for(personas.office, "a", "b")
    [other] = notices_for(personas.leader, "a")
    page = signed_in(personas.office).post("/notices/read/", follow=True).content.decode()
    assert "已将 2 条通知标为已读。" in page
    other.refresh_from_db()
    assert other.read_at is None
    assert "没有未读的通知。" in signed_in(personas.office).post("/notices/read/", follow=True).content.decode()


def test_one_event_leaves_one_notice(personas, django_capture_on_commit_callbacks):
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            notices.notify([personas.office, personas.leader], text="考评已开始", key="round-2026Q3")
    assert Notification.objects.filter(key="round-2026Q3").count() == 2


def test_search_finds_by_name_and_code_what_one_may_see(personas, district, signed_in):
    page = signed_in(personas.town1).get("/search/?q=上岭").content.decode()
    assert "上岭村" in page
    assert "下岭村" not in page
    assert "东岭镇" in signed_in(personas.town1).get("/search/?q=469901101").content.decode()
    assert "没有找到" in signed_in(personas.visitor).get("/search/?q=上岭").content.decode()
    assert "请输入要查找的词" in signed_in(personas.town1).get("/search/?q=+").content.decode()


def test_every_searcher_gives_at_most_twenty(personas, district):
    for searcher in search._searchers.values():
        assert len(list(searcher.find(personas.office, "4"))) <= search.LIMIT


def test_ones_account_shows_the_roles_in_force(personas, signed_in):
    page = signed_in(personas.town1).get("/me/").content.decode()
    assert "镇（街道）人大工作人员" in page
    assert "东岭镇人大主席团" in page
    assert "还没有角色" in signed_in(UserFactory()).get("/me/").content.decode()
