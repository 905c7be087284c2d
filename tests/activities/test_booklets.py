"""Booklets: what their sources tell of many platforms at once is what a bound one holds; paper ticks; the figure; who is refused."""

import datetime
import io
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from activities import booklets, shelves
from activities.defaults.booklets import BOOKLETS
from activities.enums import ActivityKind, ActivityState, ParticipationState, ReceptionState
from activities.models import Booklet, PaperTick, ReceptionDay, ReceptionDuty, ReceptionRecord
from activities.services import booklets as service
from activities.shelves import State
from activities.sources import papers
from congress import figures
from congress.enums import AreaKind
from congress.errors import DomainError
from congress.models import AuditEntry
from congress.periods import Period
from congress.services import files
from deputies.enums import Channel, Way
from deputies.models import Deed, Deputy, DutyReport, DutyReportMeeting
from deputies.services import contacts, opinions
from deputies.services.contacts import Voter
from platforms.models import StandardItem
from tests import factories
from tests.activities import forums as playing
from tests.factories.activities import ActivityFactory, ParticipationFactory

pytestmark = pytest.mark.django_db

YEAR = Period.year(2026)
TODAY = datetime.date(2026, 11, 24)


def moment(month, day, hour=9):
    return timezone.make_aware(datetime.datetime(2026, month, day, hour))


@pytest.fixture(autouse=True)
def in_november(monkeypatch):
    """The year is nearly over, so that a booklet's whole number is asked for."""
    now = timezone.make_aware(datetime.datetime.combine(TODAY, datetime.time(10)))
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


@pytest.fixture
def mo(district, personas):
    return Deputy.objects.get(user=personas.deputy)


@pytest.fixture
def home(district):
    """上岭村's platform, with 一册五簿三档案."""
    return factories.PlatformFactory(area=district.villages[1], unit=district.town1)


@pytest.fixture
def centre(district):
    """东岭镇's own, with 一册一记八簿六档案."""
    return factories.PlatformFactory(area=district.town1, unit=district.town1)


@pytest.fixture
def records(district, personas, mo):
    """Records of every kind in 上岭村 and 东岭镇, some elsewhere or in another year. The deputy sits in 上岭村."""
    village, town, elsewhere = district.villages[1], district.town1, district.villages[3]
    group = factories.GroupFactory(term=district.term, area=town)
    made = {}
    for kind, area, month, more in (
        ("training", town, 3, {}),
        ("presidium", town, 4, {}),
        ("inspection", village, 5, {"group": group}),
        ("research", district.area, 6, {}),  # held by the district, with the deputy there
        ("visit", elsewhere, 6, {}),
    ):
        at = moment(month, 9)
        made[kind] = ActivityFactory(
            kind=kind, area=area, state=ActivityState.HELD, starts_at=at, ends_at=at + datetime.timedelta(hours=2), title=kind, **more
        )
    old = moment(5, 9).replace(year=2025)
    ActivityFactory(
        kind=ActivityKind.TRAINING, area=town, state=ActivityState.HELD, starts_at=old, ends_at=old + datetime.timedelta(hours=1)
    )
    ActivityFactory(kind=ActivityKind.TRAINING, area=town, starts_at=moment(12, 20), ends_at=moment(12, 20, 11))  # only planned
    for kind in ("training", "presidium", "inspection", "research"):
        at = made[kind].starts_at
        ParticipationFactory(activity=made[kind], deputy=mo, state=ParticipationState.PRESENT, signed_in_at=at)
    voters = [Voter("王小明", "13800000001")]
    for month, channel in ((2, Channel.VISIT), (8, Channel.PHONE), (9, Channel.RECEPTION)):
        contacts.record(
            actor=personas.deputy,
            key=f"c{month}",
            deputies=[mo],
            channel=channel,
            at=moment(month, 4),
            text=f"{month}月的事",
            voters=voters,
        )
    opinions.record(actor=personas.deputy, text="路灯坏了", way=Way.TOWN, deputies=[mo], area=village)
    seat = mo.mandates.get()
    meeting = DutyReportMeeting.objects.create(
        code="SZ2026-000001", electoral_district=seat.electoral_district, planned_on=TODAY, held_on=datetime.date(2026, 7, 1), state="held"
    )
    DutyReport.objects.create(meeting=meeting, mandate=seat)
    Deed.objects.create(
        code="SJ1", deputy=mo, title="修桥", story="出工出力。", on=datetime.date(2026, 10, 1), state="approved", written_by=personas.deputy
    )
    return made


def volume(platform, item, period=YEAR):
    return next(each for each in shelves.shelf_of(platform, period).volumes if each.item.code == item)


def bound(volume, platform, period=YEAR):
    """Keys of what is bound in, each once; for a register its rows."""
    parts = [line.source.read(platform.area, period, line.argument) for line in volume.lines if line.source]
    keys = {entry.key for part in parts for entry in part.entries}
    return len(keys) + sum(len(part.sheet.rows) for part in parts if part.sheet)


# ---- what ships


def test_the_three_sets_are_shipped_and_every_source_is_known():
    codes = set(
        StandardItem.objects.filter(standard__key__in=["town-books", "subdistrict-books", "village-books"]).values_list("code", flat=True)
    )
    assert {code for code, *_ in BOOKLETS} == codes == set(Booklet.objects.values_list("item_code", flat=True))
    assert [fault for booklet in Booklet.objects.all() for fault in booklets.faults(booklet.sources)] == []


@pytest.mark.parametrize(
    ("sources", "sentence"),
    [
        ("nothing", "没有“nothing”这种记录"),
        ("activities dance", "“代表活动”没有“dance”这类"),
        ("contacts visit\nforums x", "“民情反映会”没有“x”"),
    ],
)
def test_what_no_source_understands_is_told(sources, sentence):
    assert sentence in booklets.faults(sources)[0]


def test_no_line_at_all_is_paper():
    assert [line.key for line in booklets.lines("")] == ["paper"] and booklets.faults("") == []


# ---- how full


def test_each_booklet_of_a_village_counts_its_records(home, records, personas):
    shelf = shelves.shelf_of(home, YEAR)
    assert shelf.name == "一册五簿三档案"
    told = {each.item.code.rpartition(".")[2]: (each.number, each.last, each.state) for each in shelf.volumes}
    assert told == {
        "1": (1, datetime.date(2021, 9, 28), State.COMPLETE),
        "2": (2, datetime.date(2026, 5, 9), State.COMPLETE),  # the town's training she attended, and her group's inspection
        "3": (1, datetime.date(2026, 9, 4), State.SHORT),
        "4": (2, datetime.date(2026, 8, 4), State.SHORT),
        "5": (1, TODAY, State.COMPLETE),
        "6": (2, datetime.date(2026, 10, 1), State.COMPLETE),
        "7": (1, datetime.date(2021, 9, 28), State.COMPLETE),
        "8": (3, datetime.date(2026, 6, 9), State.COMPLETE),
        "9": (1, TODAY, State.COMPLETE),
    }
    assert (shelf.complete, shelf.total, shelf.share) == (7, 9, Decimal("0.7778"))
    assert [each.missing for each in shelf.gaps] == ["还差 10 条", "还差 1 条"]
    assert volume(home, "village-books.4").kept == "2 条，最近 2026年8月4日"


def test_a_town_counts_what_lies_in_its_villages(centre, records):
    told = {each.item.code.rpartition(".")[2]: each.number for each in shelves.shelf_of(centre, YEAR).volumes}
    assert told == {
        "1": 1,
        "2": 4,
        "3": 1,
        "4": 1,
        "5": 1,
        "6": 2,
        "7": 1,
        "8": 2,
        "9": 1,
        "10": 0,
        "11": 1,
        "12": 0,
        "13": 1,
        "14": 4,
        "15": 0,
        "16": 0,
    }


def test_what_is_counted_is_what_is_bound(home, centre, records):
    for platform in (home, centre):
        for each in shelves.shelf_of(platform, YEAR).volumes:
            assert bound(each, platform) == each.number, each.booklet.title


def test_a_record_that_two_sources_tell_of_counts_once(district, records, mo):
    street = factories.PlatformFactory(area=district.street1, unit=district.street1)
    group = factories.GroupFactory(term=district.term, area=district.street1)
    at = moment(4, 1)
    ActivityFactory(
        kind="inspection", area=district.street1, group=group, state="held", starts_at=at, ends_at=at + datetime.timedelta(hours=1)
    )
    found = volume(street, "subdistrict-books.5")
    assert [line.key for line in found.lines] == ["group_activities", "activities"]
    assert found.number == 1 == bound(found, street)


def test_reception_days_hold_their_records_and_mask_voters(home, district, personas, mo):
    day = ReceptionDay.objects.create(
        code="JD1", platform=home, month=datetime.date(2026, 9, 1), on=datetime.date(2026, 9, 15), starts_at="09:00", ends_at="11:00",
        state=ReceptionState.HELD,
    )  # fmt: skip
    ReceptionDuty.objects.create(day=day, deputy=mo, was_present=True)
    contact = contacts.record(
        actor=personas.deputy, key="at-window", deputies=[mo], channel=Channel.RECEPTION, at=moment(9, 15), text="水渠堵了",
        voters=[Voter("王小明", "13800000001")],
    )  # fmt: skip
    ReceptionRecord.objects.create(day=day, contact=contact)
    assert volume(home, "village-books.3").number == 1
    entry = booklets.find("receptions").read(home.area, YEAR, "").entries[0]
    lines = dict(entry.lines)
    assert lines["接待代表"] == mo.name and lines["第1件"] == "王**：水渠堵了"
    assert "王小明" not in str(entry) and "13800000001" not in str(entry)


def test_a_forum_counts_for_its_area_and_for_the_deputies_heard(district, personas, mo, centre):
    play = playing.make(district, personas)
    play.held()
    source = booklets.find("forums")
    assert volume(centre, "town-books.14").number == 1
    part = source.read(district.town1, YEAR, "")
    assert [name for name, _ in part.entries[0].lines if name.startswith("第")] == ["第1件", "第2件"]  # the third is another town's
    assert len([name for name, _ in source.read(district.area, YEAR, "").entries[0].lines if name.startswith("第")]) == 3


def test_an_unannounced_ballot_is_not_bound(records, district):
    entry = booklets.find("duty_reports").read(district.villages[1], YEAR, "").entries[0]
    assert not any("评议" in name for name, _ in entry.lines)


def test_reserved_booklets_count_neither_way(centre, monkeypatch):
    assert volume(centre, "town-books.10").state == State.EMPTY  # the suggestions' floor is there
    place_kept = next(source for source in papers.SOURCES if source.key == "suggestions")
    monkeypatch.setitem(booklets._sources, "suggestions", place_kept)
    shelf = shelves.shelf_of(centre, YEAR)
    later = volume(centre, "town-books.10")
    assert (later.state, later.missing, later.kept) == (State.RESERVED, "待建议督办启用后收录", "待建议督办启用后收录")
    assert shelf.total == 14


@pytest.mark.parametrize(
    ("least", "period", "today", "count"),
    [
        (12, YEAR, TODAY, 11),
        (12, YEAR, datetime.date(2027, 3, 1), 12),
        (4, YEAR, datetime.date(2026, 1, 3), 1),
        (4, Period.quarter(2026, 3), TODAY, 1),
        (12, Period.quarter(2026, 3), TODAY, 3),
        (12, Period.year(2025), TODAY, 12),
        (1, YEAR, TODAY, 1),
    ],
)
def test_months_that_have_not_begun_ask_for_nothing(least, period, today, count):
    assert shelves.needed(least, period, today) == count


def test_a_quarter_looks_at_its_own_records_only(home, records):
    assert volume(home, "village-books.4", Period.quarter(2026, 1)).number == 1
    assert volume(home, "village-books.4", Period.quarter(2026, 2)).number == 0


def test_queries_do_not_grow_with_platforms(district, records):
    def asked(count):
        platforms = [factories.PlatformFactory(area=area, unit=district.town1) for area in [district.villages[1], district.town1] * count]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            shelves.shelves_of(platforms, YEAR)
        return len(queries)

    assert asked(1) == asked(5) == 4


# ---- paper


def picture(colour="#1f5f8b"):
    made = io.BytesIO()
    Image.new("RGB", (8, 6), colour).save(made, "JPEG")
    return files.examine(ContentFile(made.getvalue(), name="封面.jpg"))


def test_a_photo_ticks_a_paper_booklet(centre, personas):
    found = volume(centre, "town-books.16")
    assert (found.state, found.missing) == (State.EMPTY, "还没有记录，应有 1 条，缺纸质材料照片")
    rows = service.tick(actor=personas.town1, platform=centre, booklet=found.booklet, year=2026, photos=[picture()])
    again = service.tick(actor=personas.town1, platform=centre, booklet=found.booklet, year=2026, photos=[picture()])
    assert (len(rows), again) == (1, [])
    now = volume(centre, "town-books.16")
    assert (now.state, now.photos, now.missing) == (State.SHORT, 1, "还没有记录，应有 1 条")
    assert volume(centre, "town-books.16", Period.year(2025)).photos == 0
    assert AuditEntry.objects.filter(action="activities.tick_paper").count() == 1
    with pytest.raises(PermissionDenied):
        service.untick(actor=personas.town2, photo=rows[0])
    service.untick(actor=personas.town1, photo=rows[0])
    assert not PaperTick.objects.exists()


def test_ticks_are_refused(centre, personas):
    booklet = Booklet.objects.get(item_code="town-books.16")
    for actor in (personas.town2, personas.leader, personas.deputy, personas.assessor):
        with pytest.raises(PermissionDenied):
            service.tick(actor=actor, platform=centre, booklet=booklet, year=2026, photos=[picture()])
    with pytest.raises(DomainError, match="请选择照片"):
        service.tick(actor=personas.town1, platform=centre, booklet=booklet, year=2026, photos=[])
    with pytest.raises(DomainError, match="年度不对"):
        service.tick(actor=personas.town1, platform=centre, booklet=booklet, year=2027, photos=[picture()])
    many = [picture(f"#{shade:06x}") for shade in range(0, 0xF00000, 0xB0000)]
    with pytest.raises(DomainError, match="至多 20 张"):
        service.tick(actor=personas.town1, platform=centre, booklet=booklet, year=2026, photos=many)


# ---- the figure


def test_the_figure_is_the_share_of_the_set(home, centre, records):
    found = figures.values("activities.booklet_completeness", [home.pk, centre.pk], YEAR)
    assert found == {home.pk: Decimal("0.7778"), centre.pk: shelves.shelf_of(centre, YEAR).share}
    assert centre.area.kind == AreaKind.TOWN
