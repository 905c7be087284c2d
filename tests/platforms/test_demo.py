"""The demo district: what it holds, and that it is made once."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from django.test import override_settings
from django.utils import timezone

from congress.enums import AreaKind, CongressLevel, DocumentState, Role
from congress.models import Area, AuditEntry, Document, User
from congress.periods import Period
from deputies.enums import MandateStatus
from deputies.models import Deputy, ElectoralDistrict, Mandate
from deputies.services import points
from platforms.demo.places import DISTRICT_CODE
from platforms.enums import RectificationState, RoundState
from platforms.models import AssessmentRound, Bulletin, Deduction, Evidence, ItemScore, Objection, Platform, Rectification
from platforms.services import publishing, totals

PROMISED = "sysadmin secadmin auditor office leader town1 town2 street1 farm1 deputy1 deputy2 dispatcher unit1 unit2".split()


def load() -> str:
    said = io.StringIO()
    call_command("load_demo", stdout=said)
    return said.getvalue()


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[str]:
    """The demo, loaded once for this module and taken away after it. Gives what the command said."""
    media = override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("media")))
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), media, transaction.atomic():
        patch.delenv("DEMO_PASSWORD", raising=False)
        yield load()
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded: str, db) -> str:
    return loaded


def counts() -> dict[str, int]:
    models = (Area, User, Deputy, Mandate, Platform, ItemScore, Rectification, AuditEntry, Evidence)
    return {model.__name__: model._default_manager.count() for model in models}


def test_territory(demo):
    kinds = Counter(Area.objects.filter(path__contains=f"/{DISTRICT_CODE}/").values_list("kind", flat=True))
    assert (kinds[AreaKind.SUBDISTRICT], kinds[AreaKind.TOWN], kinds[AreaKind.FARM]) == (3, 8, 1)
    assert kinds[AreaKind.VILLAGE] + kinds[AreaKind.COMMUNITY] == 120


def test_its_codes_are_no_real_ones(real_data):
    for file in (real_data / "divisions").glob("*.csv"):
        assert f"\n{DISTRICT_CODE}" not in file.read_text(encoding="utf-8")


def test_deputies(demo):
    serving = Mandate.objects.filter(status=MandateStatus.ACTIVE)
    levels = Counter(serving.values_list("term__congress__level", flat=True))
    assert (levels[CongressLevel.DISTRICT], levels[CongressLevel.TOWN]) == (180, 400)
    several = Counter(serving.values_list("deputy", flat=True))
    assert Counter(several.values())[2] >= 30 and Counter(several.values())[3] == 8
    names = "".join(Deputy.objects.values_list("name", flat=True))
    assert all(character in names for character in "㛃菉𠮷·")
    for electoral_district in ElectoralDistrict.objects.all():
        assert electoral_district.mandates.filter(status=MandateStatus.ACTIVE).count() == electoral_district.seats


def test_accounts_sign_in_with_the_password_told(demo):
    password = demo.rstrip().rsplit("：", 1)[1]
    users = {user.username: user for user in User.objects.all()}
    assert set(PROMISED) <= set(users)
    assert all(user.check_password(password) for user in users.values())
    assert users["town1"].access.roles == {Role.TOWN_OFFICE}
    assert {users[name].deputy.name for name in ("deputy1", "deputy2")} == {"黄美莲", "卢海生"}
    assert all(user.phone.startswith("13800000") for user in users.values())


def test_deputies_have_points_to_compare(demo):
    """Of this year; nobody's dossier is printed yet."""
    deputy = Deputy.objects.get(user__username="deputy1")
    today = timezone.localdate()
    found = points.standings([deputy.pk], Period.year(today.year), today)[0][deputy.pk]
    assert {each.word for each in found} == {"市代表", "区代表", "镇代表"}
    assert all(each.total > 0 and each.peers.are_enough and each.peers.place for each in found)
    assert not Document.objects.filter(kind="dossier").exists()


def test_platforms(demo):
    assert Platform.objects.count() == 60
    assert Platform.objects.filter(is_specialty=True).exclude(host_company="").count() == 4
    assert Evidence.objects.filter(platform__isnull=False).count() > 20


def test_two_quarters_are_published_and_the_third_is_ready(demo):
    states = dict(AssessmentRound.objects.values_list("code", "state"))
    assert states == {"2026Q1": RoundState.PUBLISHED, "2026Q2": RoundState.PUBLISHED, "2026Q3": RoundState.OBJECTION}
    assert AssessmentRound.objects.get(code="2026Q3").objection_until < timezone.localdate()
    assert Document.objects.filter(batch__bulletin__isnull=False).count() == 2 * (3 + 12 + 60)
    assert set(Document.objects.values_list("state", flat=True)) == {DocumentState.WAITING}


def test_results_are_lifelike(demo):
    results = [*Bulletin.objects.order_by("round__quarter").values_list("results", flat=True)]
    results.append(totals.results(AssessmentRound.objects.get(code="2026Q3")))
    for result in results:
        scores = [area["score"] for area in result["areas"]]
        assert 70 <= min(scores) < 75 and 94 < max(scores) <= 97
    last = results[-1]["areas"]
    assert Counter(area["rank"] for area in last)[3] == 2
    assert sum(area["score"] > area["previous_score"] for area in last) > 5
    assert (
        not ItemScore.objects.filter(cross_score__isnull=False, reason="", suggested__isnull=False)
        .exclude(cross_score=F("suggested"))
        .exists()
    )


def test_what_must_be_put_right(demo):
    states = Counter(Rectification.objects.values_list("state", flat=True))
    assert states[RectificationState.VERIFIED] > 100 and states[RectificationState.REPORTED] > 3
    assert Rectification.objects.overdue(timezone.localdate()).count() >= 3
    assert set(Objection.objects.values_list("state", flat=True)) == {"upheld", "dismissed"}
    assert set(Deduction.objects.values_list("rule__trigger", flat=True)) == {"late", "unrectified"}


def test_days_are_those_of_the_quarters(demo):
    first = AuditEntry.objects.order_by("pk").filter(action="platforms.open_round")[0]
    assert timezone.localtime(first.at).date().isoformat() == "2026-03-16"
    told = [timezone.localtime(bulletin.published_at).date() for bulletin in Bulletin.objects.order_by("pk")]
    assert [day.isoformat() for day in told] == ["2026-04-20", "2026-07-20"]


def test_the_office_can_publish_it(demo, settings, tmp_path):
    round = AssessmentRound.objects.get(code="2026Q3")
    bulletin = publishing.publish(actor=User.objects.get(username="office"), round=round)
    assert len(bulletin.results["areas"]) == 12 and len(bulletin.results["platforms"]) == 60


def test_a_second_call_changes_nothing(demo):
    before = counts()
    assert load() == "演示数据已在库中，未作改动。\n"
    assert counts() == before
