"""Fixtures every test may ask for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from congress import audit_guard
from congress.celery import app as celery_app
from congress.models import User
from platforms.models import ScoreTable
from tests import factories
from tests.factories import District, Personas
from tests.processes import Worker

_CLOCK = (timezone.now, timezone.localdate)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """Takes the triggers off the audit trail: transactional tests empty all tables. tests/congress/test_audit.py puts them back for itself."""
    with django_db_blocker.unblock():
        audit_guard.remove(connection)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A test is not named after a file's content, which may hold the time it was made and differ between processes."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A transactional test empties all tables; every one of them starts with what the migrations ship."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if "transactional_db" in getattr(item, "fixturenames", ()) or (marker and marker.kwargs.get("transaction")):
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """A test that turns the clock by two means, which are undone in the wrong order, would leave it turned for all that follow."""
    yield
    turned, timezone.now, timezone.localdate = (timezone.now, timezone.localdate) != _CLOCK, *_CLOCK
    assert not turned, "this test has left the clock turned"


@pytest.fixture(autouse=True)
def _nothing_left_over(settings, tmp_path: Path) -> None:
    """Files and the cache (with its count of failed sign-ins) of one test are nobody else's."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    cache.clear()


@pytest.fixture
def district(db) -> District:
    return factories.make_district()


@pytest.fixture
def personas(district: District) -> Personas:
    return factories.make_personas(district)


@pytest.fixture
def score_table(db) -> ScoreTable:
    """The current score table, small enough to reckon by hand."""
    ScoreTable.objects.update(is_current=False)
    return factories.make_score_table()


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """``signed_in(personas.office)`` gives a client of that person."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend=django_settings.AUTHENTICATION_BACKENDS[0])
        return client

    return sign_in


@pytest.fixture
def eager_tasks() -> Iterator[None]:
    """Celery tasks run at once, in the caller's process."""
    conf = celery_app.conf
    before = conf.task_always_eager
    conf.task_always_eager = True
    yield
    conf.task_always_eager = before


@pytest.fixture
def worker(transactional_db) -> Iterator[Worker]:
    """A real Celery worker process on the test database and the test broker, started by the test: ``worker.start()``."""
    celery_app.control.purge()
    process = Worker()
    yield process
    process.stop()
    celery_app.control.purge()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real input files; a test that asks for it is skipped where there is none."""
    folder = Path(os.environ.get("REAL_DATA_DIR") or django_settings.BASE_DIR.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no real input files: {folder} is missing (set REAL_DATA_DIR)")
    return folder
