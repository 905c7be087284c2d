"""Signing in to an activity: two hundred phones at once against the real web server."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities.models import Activity, Participation
from activities.services import activities_sign_in
from bench.district import scene
from bench.harness import Figures, benchmark
from congress.enums import Role
from congress.models import AuditEntry, RoleGrant, User
from deputies.models import Deputy
from tests.factories.activities import ActivityFactory
from tests.processes import Site

PHONES = 200
WORKERS = 2  # as bin/serve starts it; a production machine has more
_AT_ONCE = 50  # phones that talk to the server at one moment


def _phones(count: int) -> list[str]:
    """Sessions of so many deputies with accounts, all invited to one activity that is under way."""
    where = scene()
    organ = where.district.town1_office
    start = timezone.now()
    activity = ActivityFactory(area=where.district.town1, organiser=organ, state="announced", starts_at=start, created_by=where.office)
    users = User.objects.bulk_create(User(username=f"phone{n}", name=f"代表{n}") for n in range(count))
    RoleGrant.objects.bulk_create(
        RoleGrant(user=user, role=Role.DEPUTY, organisation=organ, starts_on=timezone.localdate(start)) for user in users
    )
    deputies = Deputy.objects.bulk_create(Deputy(code=f"PH{n:04d}", name=user.name, user=user) for n, user in enumerate(users))
    Participation.objects.bulk_create(Participation(activity=activity, deputy=deputy) for deputy in deputies)
    sessions = []
    for user in users:
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        sessions.append(client.cookies["sessionid"].value)
    return sessions


def _scan(site: Site, path: str, session: str) -> int:
    """What a phone does: it opens the address of the code, and the page sends itself. The answer's status."""
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=60)
    connection.request("GET", path, headers={"Cookie": f"sessionid={session}"})
    page = connection.getresponse()
    page.read()
    token = next(cookie.split(";")[0] for name, cookie in page.getheaders() if name == "Set-Cookie" and cookie.startswith("csrftoken="))
    headers = {"Cookie": f"sessionid={session}; {token}", "X-CSRFToken": token.partition("=")[2], "Content-Length": "0"}
    connection.request("POST", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def _all_at_once(site: Site, path: str, sessions: Sequence[str]) -> tuple[float, list[int]]:
    """Seconds by the wall from the first phone to the last, and every answer."""
    gate = threading.Event()

    def scan(session: str) -> int:
        gate.wait()
        return _scan(site, path, session)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = [pool.submit(scan, session) for session in sessions]
        start = time.perf_counter()
        gate.set()
        found = [answer.result() for answer in answers]
    return time.perf_counter() - start, found


@benchmark("sign-in: 200 phones scan at once, none lost or double", 10, unit="s", times=1, keeps_own_rows=True)
def scanning() -> Figures:
    """Seconds until the last of them is signed in."""
    sessions = _phones(PHONES)
    activity = Activity.objects.latest("pk")
    site = Site(workers=WORKERS)
    try:
        path = reverse("activities:sign_in", args=[activity.code, activities_sign_in.code_now(activity)])
        _scan(site, path, sessions[0])  # what every worker does once only is not the scan's
        while True:
            Participation.objects.filter(activity=activity).update(state="invited", signed_in_at=None)
            before = AuditEntry.objects.filter(action="activities.sign_in").count()
            path = reverse("activities:sign_in", args=[activity.code, activities_sign_in.code_now(activity)])
            taken, answers = _all_at_once(site, path, sessions)
            wrong = [status for status in answers if status != 302]
            present = Participation.objects.present().filter(activity=activity).count()
            told = AuditEntry.objects.filter(action="activities.sign_in").count() - before
            if wrong or present != PHONES or told != PHONES:
                raise RuntimeError(f"{present} present, {told} in the audit trail, refused: {wrong}")
            yield taken
    finally:
        site.stop()
