"""A district with a round in every phase, so that every address has something to lead to.

2025Q4 is published, 2026Q1 in its objection window, 2026Q2 waits for sign-off, 2026Q3 is being cross-scored and 2026Q4
self-scored. In all of them town2 assesses town1, street1 town2, farm1 street1, and town1 farm1. Platform PT-11 stands in
town1, PT-21 in town2. ``people_world`` makes what deputies leave behind, ``activities_world`` what they do together,
``suggestions_world`` what they ask for.
"""

from __future__ import annotations

import datetime
import io
from dataclasses import dataclass
from decimal import Decimal

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.utils import timezone
from PIL import Image

from congress.imports import kinds, uploads
from congress.models import CalendarDay, ImportFile, Notification, Session, User
from congress.periods import Period
from congress.services import files
from deputies.enums import BallotMethod
from deputies.models import Deputy
from deputies.services import ballots, duty_reports
from platforms.enums import RoundState
from platforms.models import AssessmentRound, CrossAssignment, DeductionRule, Evidence, ItemScore, Platform, Rectification, ScoreTable
from platforms.services import deductions, publishing, rectifications, reviewing, scoring
from tests import factories
from tests.access import activities_world, people_world, suggestions_world
from tests.factories import District, Personas
from tests.platforms import playing


@dataclass(frozen=True)
class World:
    """``keys`` holds what addresses name by a key nobody can guess, under the names that the table uses."""

    district: District
    personas: Personas
    keys: dict[str, object]
    media: str  # where its files are

    def row(self, model: type[Model]) -> object:
        """The key of some row of a table, for its page in the staff admin."""
        return model._default_manager.order_by("pk").values_list("pk", flat=True)[0]


def make(media: str) -> World:
    district = factories.make_district()
    personas = factories.make_personas(district)
    ScoreTable.objects.update(is_current=False)
    factories.make_score_table()
    CalendarDay.objects.create(date=datetime.date(2026, 4, 20), is_workday=False, name="三月三放假")
    Session.objects.create(term=district.term, number=1, starts_on=datetime.date(2021, 9, 28), ends_on=datetime.date(2021, 9, 30))
    playing.make_platforms(district)
    published = _play(district, personas, Period.quarter(2025, 4), RoundState.PUBLISHED)
    _play(district, personas, Period.quarter(2026, 1), RoundState.OBJECTION)
    _play(district, personas, Period.quarter(2026, 2), RoundState.SIGN_OFF)
    cross = _play(district, personas, Period.quarter(2026, 3), RoundState.CROSS_SCORING)
    _play(district, personas, Period.quarter(2026, 4), RoundState.SELF_SCORING)
    waiting, reported = Rectification.objects.filter(round=published, area=district.town1).order_by("code")
    rectifications.report(actor=personas.town1, rectification=reported, text="已补齐。")
    batch = published.bulletins.get().batch
    assert batch is not None
    places = {
        f"document {kind} {subject}".strip(): position
        for kind, subject, position in batch.documents.values_list("kind", "subject", "position")
    }
    keys = {
        "batch": batch.key,
        **places,
        "waiting rectification": waiting.code,
        "reported rectification": reported.code,
        "platform photo": _photo(personas.town1, platform=Platform.objects.get(code="PT-11")).pk,
        "score photo": _photo(personas.town2, item_score=playing.score_of(cross, district.town1.code, "A1")).pk,
        "upload": _upload(personas).pk,
        "town1 notice": Notification.objects.create(user=personas.town1, text="自评已开始。", url="/rounds/", key="access").pk,
        "deputy of town1": Deputy.objects.get(user=personas.deputy).code,
        **people_world.make(district, personas),
        **activities_world.make(district, personas),
        **suggestions_world.make(district, personas),
    }
    return World(district, personas, keys | _duty_report(personas), media)


def _duty_report(personas: Personas) -> dict[str, object]:
    """A meeting of town1's deputy at which voters are scanning their slips."""
    seat = Deputy.objects.get(user=personas.deputy).mandates.get()
    today = timezone.localdate()
    meeting = duty_reports.plan(
        actor=personas.town1,
        electoral_district=seat.electoral_district,
        planned_on=today,
        mandates=[seat],
        method=BallotMethod.SCAN,
    )
    ballots.issue_slips(actor=personas.town1, meeting=meeting, total=1)
    duty_reports.record_held(
        actor=personas.town1, meeting=meeting, held_on=today, place="村委会", voters_present=35, on_site=list(meeting.reports.all())
    )
    ballots.open_voting(actor=personas.town1, meeting=meeting, minutes=60)
    return {"meeting": meeting.code, "screen key": duty_reports.screen_key(meeting), "slip": ballots.token_of(meeting, 1)}


def _play(district: District, personas: Personas, period: Period, phase: RoundState) -> AssessmentRound:
    """Opens the quarter and takes it to the phase. town1 has a problem on its A2 and on PT-11's P1."""
    day = period.start + datetime.timedelta(days=40)
    today = timezone.localdate()
    round = playing.open_round(personas, period, day)
    assessors = {
        district.town1: district.town2,
        district.town2: district.street1,
        district.street1: district.farm1,
        district.farm1: district.town1,
    }
    for area, assessor in assessors.items():
        round.assignments.filter(area=area).update(assessor=assessor)
    round.self_scoring_until = round.cross_scoring_until = round.sign_off_until = today + datetime.timedelta(days=9)
    round.save()
    if phase == RoundState.SELF_SCORING:
        return round
    playing.submit_all_self(round, day)
    if phase == RoundState.CROSS_SCORING:
        return round
    for code, item in ((district.town1.code, "A2"), ("PT-11", "P1")):
        row = playing.score_of(round, code, item)
        scoring.score_cross(actor=personas.town2, item_score=row, score=Decimal(1), problem="台账未及时登记", version=row.version)
    for assignment in round.assignments.all():
        _score_rest(assignment)
        scoring.submit_cross(actor=playing.staff_of(assignment.assessor_id), assignment=assignment, on=day)
    if phase == RoundState.SIGN_OFF:
        rule = DeductionRule.objects.get(table=round.table, code="false")
        town1 = round.assignments.get(area=district.town1)
        deductions.deduct(actor=personas.office, assignment=town1, rule=rule, reason="接待记录事后补记")
        return round
    round = reviewing.sign_off(
        actor=personas.leader, round=round, assignments=round.assignments.all(), meeting="第五十二次主任会议", on=day
    )
    if phase == RoundState.OBJECTION:
        AssessmentRound.objects.filter(pk=round.pk).update(objection_until=today + datetime.timedelta(days=3))
        reviewing.raise_objection(
            actor=personas.town1, item_score=playing.score_of(round, district.town1.code, "A1"), text="与事实不符。", on=day
        )
        return round
    publishing.publish(actor=personas.office, round=round, issued_on=today, early_reason="测试", on=day)
    round.refresh_from_db()
    return round


def _score_rest(assignment: CrossAssignment) -> None:
    actor = playing.staff_of(assignment.assessor_id)
    for row in ItemScore.objects.filter(assessment__assignment=assignment, cross_score__isnull=True).select_related("item"):
        scoring.score_cross(actor=actor, item_score=row, score=row.max_score, version=row.version)


def _photo(actor: User, **owner: Model) -> Evidence:
    return files.store(Evidence, _picture(), actor, **owner)


def _picture() -> ContentFile:
    picture = io.BytesIO()
    Image.new("RGB", (8, 6), "#9b2424").save(picture, "JPEG")
    return ContentFile(picture.getvalue(), name="现场.jpg")


def _upload(personas: Personas) -> ImportFile:
    resource = kinds.find("areas")
    assert resource is not None
    table = SimpleUploadedFile("区划.csv", "区划代码,名称,类别,上级区划\n469901109,新圩镇,镇,469901\n".encode())
    return uploads.keep(actor=personas.office, resource=resource(), uploaded=table)
