"""List pages: against the stock admin's list of the same rows, and against the same page with a hundredth of the rows."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.test import Client, override_settings

from bench.district import Scene, add_deputies, add_platforms, scene
from bench.harness import Figures, benchmark, repeated, undone
from bench.playing import add_rectifications
from congress.enums import AreaKind, OrganisationKind
from congress.models import Area, Notification, Organisation, User

ROWS = 10_000
LOADS = 11  # times a page is fetched for one figure; the median counts
STOCK_TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


def _villages(where: Scene, count: int) -> None:
    towns = where.district.towns
    codes = [f"{towns[n % 4].code}{n:05d}" for n in range(count)]
    Area.objects.bulk_create(
        [
            Area(code=code, name=f"第{n}村", kind=AreaKind.VILLAGE, parent=towns[n % 4], path=f"{towns[n % 4].path}{code}/")
            for n, code in enumerate(codes)
        ],
        batch_size=2000,
    )


def _organisations(where: Scene, count: int) -> None:
    towns = where.district.towns
    Organisation.objects.bulk_create(
        [Organisation(code=f"B{n:05d}", name=f"第{n}单位", kind=OrganisationKind.HANDLING_UNIT, area=towns[n % 4]) for n in range(count)],
        batch_size=2000,
    )


def _notices(where: Scene, count: int) -> None:
    Notification.objects.bulk_create(
        [Notification(user=where.office, text=f"第 {n} 件整改将于明天到期，请及时报告。", key=f"b{n}") for n in range(count)],
        batch_size=2000,
    )


@dataclass(frozen=True)
class ListPage:
    """A list page, its rows, and where the stock admin lists the same."""

    name: str
    path: str
    stock_path: str
    add_rows: Callable[[Scene, int], None]


def _platforms(where: Scene, count: int) -> None:
    add_platforms(list(where.district.towns), count)


LISTS = [
    ListPage("platforms", "/platforms/", "/stock/platforms/platform/", _platforms),
    ListPage("deputies", "/deputies/", "/stock/deputies/deputy/", add_deputies),
    ListPage("rectifications", "/rectifications/", "/stock/platforms/rectification/", add_rectifications),
    ListPage("areas", "/areas/", "/stock/congress/area/", _villages),
    ListPage("organisations", "/organisations/", "/stock/congress/organisation/", _organisations),
    ListPage("notices", "/notices/", "/stock/congress/notification/", _notices),
]


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def load_time(client: Client, path: str) -> float:
    """The median time of a page that has been visited before."""
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return statistics.median(repeated(lambda: client.get(path), LOADS))


def _against_stock(page: ListPage) -> Figures:
    with override_settings(ROOT_URLCONF="bench.urls"):
        where = scene()
        page.add_rows(where, ROWS)
        ours, stock = client_of(where.office), client_of(User.objects.create_superuser("stock", name="管理员"))
        while True:
            with override_settings(TEMPLATES=STOCK_TEMPLATES):
                theirs = load_time(stock, page.stock_path)
            yield load_time(ours, page.path) / theirs


def _against_fewer(page: ListPage) -> Figures:
    where = scene()
    ours = client_of(where.office)
    while True:
        with undone():
            page.add_rows(where, ROWS // 100)
            few = load_time(ours, page.path)
        with undone():
            page.add_rows(where, ROWS)
            yield load_time(ours, page.path) / few


for _page in LISTS:
    benchmark(f"list of {_page.name}: 100 of 10,000 rows against the stock admin", 0.33)(lambda page=_page: _against_stock(page))
    benchmark(f"list of {_page.name}: 10,000 rows against 100", 1.3)(lambda page=_page: _against_fewer(page))
