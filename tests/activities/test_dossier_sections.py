"""What activities tell in a deputy's dossier, and 三个一 as a duty there and as a filter of the register."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities import dossier, quotas
from activities.enums import ActivityKind, ActivityState, ForumState, ParticipationState, ReceptionState
from activities.models import DutyRule, OpinionForum, Reading
from congress.periods import Period
from deputies.enums import DutyState
from deputies.models import Deputy
from tests import factories
from tests.factories.activities import (
    ActivityFactory,
    ForumItemFactory,
    ParticipationFactory,
    ReceptionDayFactory,
    ReceptionDutyFactory,
    TrainingMaterialFactory,
)

pytestmark = pytest.mark.django_db
Y2026 = Period.year(2026)


@pytest.fixture
def mo(district, personas):
    return Deputy.objects.get(user=personas.deputy)


def at(month, day, year=2026):
    return timezone.make_aware(datetime.datetime(year, month, day, 9))


def present(deputy, kind, when, organiser, *, state=ActivityState.CLOSED, spoke="", **fields):
    activity = ActivityFactory(
        kind=kind,
        state=state,
        starts_at=when,
        ends_at=when + datetime.timedelta(hours=2),
        area=organiser.area,
        organiser=organiser,
        **fields,
    )
    ParticipationFactory(activity=activity, deputy=deputy, state=ParticipationState.PRESENT, signed_in_at=when, spoke=spoke)
    return activity


def told(section, deputy):
    return [(line.day, line.text, line.note, line.url) for line in section([deputy.pk], Y2026).get(deputy.pk, ())]


def test_activities_and_trainings_stand_apart(mo, district):
    research = present(mo, ActivityKind.RESEARCH, at(3, 2), district.town1_office, title="农村道路调研", spoke="路窄。")
    course = present(mo, ActivityKind.TRAINING, at(4, 3), district.town1_office, title="代表法培训", hours=Decimal("3.5"))
    present(mo, ActivityKind.RESEARCH, at(3, 2, 2025), district.town1_office)
    present(mo, ActivityKind.RESEARCH, at(3, 3), district.town1_office, state=ActivityState.CANCELLED)
    ParticipationFactory(activity=research, state=ParticipationState.ABSENT)
    assert told(dossier.activities, mo) == [
        ("2026年3月2日", "调研，农村道路调研，镇政府会议室。发言：路窄。", "", f"/activities/{research.code}/")
    ]
    material = TrainingMaterialFactory(title="组织法")
    failed = TrainingMaterialFactory(title="监督法", pass_mark=60)
    for each, score in ((material, None), (failed, 40)):
        Reading.objects.create(material=each, deputy=mo, score=score)
    Reading.objects.update(read_at=at(5, 4))
    assert told(dossier.training, mo) == [
        ("2026年4月3日", "培训学习，代表法培训，镇政府会议室。", "3.5学时", f"/activities/{course.code}/"),
        ("2026年5月4日", "学习资料《组织法》", "1.5学时", f"/training/materials/{material.code}/"),
    ]


def test_receptions_she_was_present_at(mo):
    for day, state, was_present in ((5, ReceptionState.HELD, True), (6, ReceptionState.HELD, False), (7, ReceptionState.PLANNED, None)):
        on = ReceptionDayFactory(on=datetime.date(2026, 5, day), state=state)
        ReceptionDutyFactory(day=on, deputy=mo, was_present=was_present)
    ((day, text, note, url),) = told(dossier.receptions, mo)
    assert (
        (day, note) == ("2026年5月5日", "")
        and text.startswith("在")
        and text.endswith("接待选民")
        and url.startswith("/receptions/JD2026-")
    )


def test_matters_of_forums_held(mo):
    held, coming = (ForumItemFactory(deputy=mo, text=text) for text in ("停车难。", "路灯少。"))
    OpinionForum.objects.filter(pk=held.forum_id).update(state=ForumState.SENT, held_on=datetime.date(2026, 6, 1), topic="城区管理")
    assert told(dossier.forums, mo) == [("2026年6月1日", "在“城区管理”民情反映会上反映：停车难。", "待反馈", f"/forums/items/{held.code}/")]
    assert coming.forum.held_on is None


def test_three_ones_are_told_and_filtered_alike(mo, district):
    """All three in the term, each by its own kind; a colleague lacks the inspection."""
    other = factories.MandateFactory(term=district.term, area=district.town2).deputy
    this = timezone.now() - datetime.timedelta(days=1)
    for kind in (ActivityKind.STANDING_MEETING, ActivityKind.ENFORCEMENT_CHECK):
        ParticipationFactory(
            activity=present(mo, kind, this, district.committee), deputy=other, state=ParticipationState.PRESENT, signed_in_at=this
        )
    inspection = present(mo, ActivityKind.INSPECTION, this, district.committee)
    period = Period.year(timezone.localdate().year)
    duties = {duty.label: duty for duty in dossier.duties([mo.pk, other.pk], period) if duty.label.startswith("三个一")}
    assert set(duties) == {"三个一：列席常委会会议", "三个一：参加调研或者执法检查", "三个一：参加视察"}
    own = duties["三个一：参加视察"].fulfilments
    assert (own[mo.pk].value, own[mo.pk].minimum, own[mo.pk].state) == (1, 1, DutyState.MET)
    assert (own[other.pk].value, own[other.pk].state, own[other.pk].url) == (0, DutyState.OPEN, "")
    assert all(duty.fulfilments[other.pk].state == DutyState.MET for label, duty in duties.items() if label != "三个一：参加视察")
    met, behind = (set(quotas._three(Deputy.objects.all(), is_met)) for is_met in (True, False))
    assert mo in met and other not in met and other in behind and mo not in behind
    inspection.participations.update(state=ParticipationState.ABSENT, signed_in_at=None)
    assert set(quotas._three(Deputy.objects.all(), True)) == set()
    DutyRule.objects.filter(code="three-inspection").update(ends_on=datetime.date(2021, 12, 31))
    assert set(quotas._three(Deputy.objects.all(), True)) == {mo, other}


def test_many_deputies_cost_as_much_as_one(mo, district):
    everyone = [mo, *(factories.MandateFactory(term=district.term, area=district.town2).deputy for _ in range(4))]
    for deputy in everyone:
        present(deputy, ActivityKind.INSPECTION, at(3, 2), district.town1_office)
        ReceptionDutyFactory(
            day=ReceptionDayFactory(on=datetime.date(2026, 5, 5), state=ReceptionState.HELD), deputy=deputy, was_present=True
        )
    counts = []
    for ids in ([mo.pk], [deputy.pk for deputy in everyone]):
        with CaptureQueriesContext(connection) as caught:
            for section in (dossier.activities, dossier.training, dossier.receptions, dossier.forums):
                section(ids, Y2026)
            assert dossier.duties(ids, Y2026)
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 5 + 8
