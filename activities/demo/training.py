"""Training in the demo: the full training the term began with, the themed batches of last year and this, materials with tests."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

from django.utils import timezone

from activities.enums import ActivityKind, ActivityState, ParticipationState, SignInMethod
from activities.models import Activity, Participation, Reading, TestQuestion, TrainingBatch, TrainingMaterial
from activities.services.training import current_term
from congress import codes, demo
from congress.enums import CongressLevel, OrganisationKind, Role
from congress.models import Area, Congress, Organisation, User
from congress.workdays import Calendar
from deputies.models import Deputy, Mandate

_CAME = 0.94  # of those invited
_AWAY = 0.04  # who never found the time
_PLACE = "区委党校报告厅"
# name, topic, month, hours, how many, kind of the day
_LAST_YEAR = (
    ("代表法专题培训班", "代表法和代表履职规范", 4, 8, 80, ActivityKind.TRAINING),
    ("议案建议撰写专题培训班", "怎样提出高质量的议案和建议", 6, 4, 60, ActivityKind.TRAINING),
    ("赴先进地区学习考察班", "代表联络站建设的经验做法", 9, 16, 24, ActivityKind.STUDY_VISIT),
)
_THIS_YEAR = (
    ("预算审查监督专题培训班", "怎样看预算、审预算", 4, 8, 60, ActivityKind.TRAINING),
    ("民生实事票决制专题培训班", "民生实事项目的提出、票决和监督", 7, 4, 60, ActivityKind.TRAINING),
    ("代表小组组长和联络员培训班", "怎样组织代表小组活动", 10, 4, 40, ActivityKind.TRAINING),
    ("全体区人大代表年终培训班", "监督法和明年代表工作", 12, 8, 180, ActivityKind.TRAINING),
)
_TOWN_TOPICS = ("代表法和联系选民的方法", "乡村振兴政策解读", "人大代表怎样写建议", "民法典进乡村")


@dataclass(frozen=True)
class _Lesson:
    title: str
    hours: str
    text: str
    questions: tuple[tuple[str, tuple[str, ...], int], ...] = ()


_LESSONS = (
    _Lesson(
        "代表法学习提纲：代表有哪些权利和义务",
        "2",
        "代表在本级人民代表大会会议期间的工作和闭会期间的活动，都是执行代表职务。\n会议期间，代表审议各项议案和报告，提出议案、质询案、罢免案，提出建议、批评和意见，参加各项选举和表决。\n"
        "闭会期间，代表参加视察、专题调研、执法检查和代表小组活动，联系原选区选民，听取和反映人民群众的意见和要求。\n代表应当与选民保持密切联系，回答选民的询问，接受选民的监督。",
        (
            ("代表在闭会期间参加视察，是不是执行代表职务？", ("是", "不是", "由所在单位决定"), 0),
            ("县、乡两级的代表由谁选举产生？", ("上一级人大", "选民直接选举", "代表小组推选"), 1),
            ("代表应当接受谁的监督？", ("所在单位", "代表小组", "原选区选民"), 2),
        ),
    ),
    _Lesson(
        "怎样写好一件建议",
        "1",
        "一件建议说清三件事：什么问题，为什么，怎么办。\n问题要具体，写明地点、涉及多少人、持续多久，最好有照片和数据。\n原因要调查，问过群众，也问过部门，不凭一面之词。\n"
        "办法要可行，写明由哪个部门办、大致怎么办。一事一议，不把几件事写在一起。\n涉及个人纠纷、司法案件和为单位争资金的，不宜作为建议提出。",
        (
            ("一件建议写几件事合适？", ("一件", "两三件", "越多越好"), 0),
            ("个人的经济纠纷能不能作为代表建议提出？", ("可以", "不宜", "经小组同意可以"), 1),
        ),
    ),
    _Lesson(
        "走访选民记什么、怎么记",
        "1",
        "记下时间、地点、走访了谁，选民原话是什么，当场怎样答复的。\n能当场答复的当场答复；答复不了的，如实说明会向哪里反映、什么时候回话。\n一件一件记，不要合在一起，方便后面跟踪办理。\n"
        "选民的电话和住址只用于回访，不给无关的人看。",
    ),
    _Lesson(
        "开好一次代表小组活动",
        "1",
        "活动前定一个题目，题目宜小不宜大，通知写明时间、地点、要准备什么。\n活动中先看现场，再听情况，最后大家发言，每人说清一个问题、提一条办法。\n活动后三天内整理成意见，转交有关部门，并约定反馈的时间。",
    ),
)


@dataclass
class _Made:
    """Days collected to be written at once; the lists of deputies go by the day's place."""

    random: Random
    clerk: User
    calendar: Calendar
    numbers: dict[int, Iterator[int]] = field(default_factory=dict)
    days: list[Activity] = field(default_factory=list)
    lists: list[list[Deputy]] = field(default_factory=list)


def load(random: Random) -> None:
    """Does nothing where there are batches already, or where the district's people are missing."""
    office = Organisation.objects.filter(kind=OrganisationKind.DEPUTIES_OFFICE).order_by("code").first()
    clerk = User.objects.in_role(Role.OFFICE).order_by("pk").first()
    home, term = Congress.objects.home(), current_term()
    if office is None or clerk is None or home is None or term is None or TrainingBatch.objects.exists():
        return
    made = _Made(random, clerk, Calendar.load())
    seats = list(Mandate.objects.serving().select_related("deputy", "area", "term__congress").order_by("deputy__code", "pk"))
    district = [seat.deputy for seat in seats if seat.term_id == term.pk]
    opening = {"organiser": office, "area": home.area, "term": term, "level": CongressLevel.DISTRICT}
    year = term.starts_on.year
    batch = _batch(year, "新一届区人大代表和人大干部集中培训班", "人民代表大会制度和代表履职基本知识", 11, 16, len(district), **opening)
    for part in (0, 1):  # two days, as the hall holds half of them
        _day(made, batch, district[part::2], f"{batch.name}（第{part + 1}期）")
    this = timezone.localdate().year
    of_office = {"organiser": office, "area": home.area, "level": CongressLevel.DISTRICT}
    for when, rows in ((this - 1, _LAST_YEAR), (this, _THIS_YEAR)):
        for name, topic, month, hours, places, kind in rows:
            batch = _batch(when, name, topic, month, hours, places, **of_office)
            _day(made, batch, random.sample(district, min(places, len(district))), name, kind=kind)
    _of_towns(made, seats, this)
    _write(made)
    _materials(random, clerk, TrainingBatch.objects.filter(year=this - 1, area=home.area).order_by("planned_month").first(), district)


def _of_towns(made: _Made, seats: Sequence[Mandate], this: int) -> None:
    """The towns' own: the opening of the term where they have a congress, and one batch a year (source speech 一)."""
    random = made.random
    for place, unit in enumerate(Area.objects.active().town_level().order_by("position", "code")):
        organ = Organisation.objects.filter(area=unit).order_by("code").first()
        here = [seat for seat in seats if seat.area.path.startswith(unit.path)]
        if organ is None or not here:
            continue
        own = list({seat.deputy_id: seat.deputy for seat in here}.values())
        fields = {"organiser": organ, "area": unit}
        if town := [seat for seat in here if seat.term.congress.level == CongressLevel.TOWN]:
            term = town[0].term
            people = [seat.deputy for seat in town]
            opening = _batch(
                term.starts_on.year, f"新一届{unit.name}人大代表培训班", "代表法和镇人大工作", 12, 8, len(people), term=term,
                level=CongressLevel.TOWN, **fields,
            )  # fmt: skip
            _day(made, opening, people, opening.name, place=f"{unit.name}政府会议室")
        topic = _TOWN_TOPICS[place % len(_TOWN_TOPICS)]
        last = _batch(this - 1, f"{unit.name}人大代表年度培训班", topic, 5 + place % 5, 4, len(own), **fields)
        _day(made, last, own, last.name, place=f"{unit.name}人大代表之家")
        current = _batch(this, f"{unit.name}人大代表年度培训班", topic, 5 + (place + 2) % 5, 4, len(own), **fields)
        # The town's training of this year is in the activities already; where none was held, the batch is overdue.
        held = Activity.objects.filter(area=unit, kind=ActivityKind.TRAINING, training=None, starts_at__year=this).standing()
        if first := held.order_by("starts_at").first():
            held.filter(pk=first.pk).update(training=current)
        elif random.random() < 0.75:
            _day(made, current, own, current.name, place=f"{unit.name}人大代表之家")


def _batch(year: int, name: str, topic: str, month: int, hours: int, places: int, **fields: Any) -> TrainingBatch:
    def write(code: str) -> TrainingBatch:
        return TrainingBatch.objects.create(
            code=code, year=year, name=name, topic=topic, planned_month=month, hours=hours, places=max(places, 1), **fields
        )

    return codes.with_code(TrainingBatch, f"PX{year}-", write)


def _day(
    made: _Made, batch: TrainingBatch, people: list[Deputy], title: str, *, kind: str = ActivityKind.TRAINING, place: str = _PLACE
) -> None:
    """A working day of the batch's month; what is more than three weeks ahead stays only planned in the batch."""
    random = made.random
    day = datetime.date(batch.year, batch.planned_month, random.randint(5, 24))
    while not made.calendar.is_workday(day).is_workday:
        day += datetime.timedelta(days=1)
    today = timezone.localdate()
    if day > today + datetime.timedelta(days=21):
        return
    start = timezone.make_aware(datetime.datetime.combine(day, datetime.time(9)))
    took_place = day < today
    if batch.year not in made.numbers:
        prefix = f"HD{batch.year}-"
        made.numbers[batch.year] = count(int(codes.next_code(Activity, prefix).removeprefix(prefix)))
    code = f"HD{batch.year}-{next(made.numbers[batch.year]):06d}"
    made.days.append(
        Activity(
            code=code,
            title=title[:80],
            kind=kind,
            state=ActivityState.CLOSED if took_place else ActivityState.ANNOUNCED,
            organiser=batch.organiser,
            area=batch.area,
            starts_at=start,
            ends_at=start + datetime.timedelta(hours=8 if batch.hours >= 8 else 3),
            place=place if kind == ActivityKind.TRAINING else "邻市人大代表联络站",
            objective=f"{batch.topic}。",
            minutes=f"围绕“{batch.topic}”授课，结合实例讲解，并安排了讨论。" if took_place else "",
            finding="部分代表反映课时偏紧，希望增加实例。" if took_place else "",
            result="代表对照实例修改了自己的建议稿，培训后提交的建议更加具体。" if took_place else "",
            hours=batch.hours,
            training=batch,
            # SECURITY: the demo's own; a real activity's secret comes from the system's randomness.
            secret=hashlib.sha256(f"{code} {random.random()}".encode()).hexdigest(),
            created_by=made.clerk,
        )
    )
    made.lists.append(people)


def _write(made: _Made) -> None:
    random = made.random
    rows = Activity.objects.bulk_create(made.days, batch_size=500)
    everyone = sorted({deputy.pk for people in made.lists for deputy in people if deputy.user_id is None})
    away = set(random.sample(everyone, round(len(everyone) * _AWAY)))
    parts = []
    for day, people in zip(rows, made.lists, strict=True):
        for deputy in {each.pk: each for each in people}.values():
            part = Participation(activity=day, deputy=deputy)
            if day.state == ActivityState.CLOSED:
                part.state = ParticipationState.ABSENT
                if deputy.pk not in away and random.random() < _CAME:
                    part.state, part.method = ParticipationState.PRESENT, SignInMethod.LIST
                    part.signed_in_at = day.starts_at - datetime.timedelta(minutes=random.randint(0, 20))
            parts.append(part)
    Participation.objects.bulk_create(parts, batch_size=1000)
    for row in rows:
        Activity.objects.filter(pk=row.pk).update(created_at=min(row.starts_at - datetime.timedelta(days=14), timezone.now()))


def _materials(random: Random, clerk: User, batch: TrainingBatch | None, deputies: list[Deputy]) -> None:
    """Four materials, the first of a batch, two with a test. Deputies with an account have some left to read."""
    today, readings = timezone.localdate(), []
    for place, lesson in enumerate(_LESSONS):
        day = today - datetime.timedelta(days=30 + 75 * (len(_LESSONS) - place))
        material = TrainingMaterial.objects.create(
            code=f"ZL{day.year}-{place + 1:06d}",
            batch=batch if place == 0 else None,
            title=lesson.title,
            text=lesson.text,
            hours=Decimal(lesson.hours),
            published_on=day,
            pass_mark=60 if lesson.questions else None,
        )
        TestQuestion.objects.bulk_create(
            TestQuestion(material=material, text=text, choices=list(choices), answer=right, position=number)
            for number, (text, choices, right) in enumerate(lesson.questions, 1)
        )
        for deputy in deputies:
            if random.random() < (0.5 if deputy.user_id is None else 0.4):
                score = random.choice((33, 66, 66, 100, 100)) if lesson.questions else None
                readings.append(Reading(material=material, deputy=deputy, score=score))
    Reading.objects.bulk_create(readings, batch_size=1000)
    for material in TrainingMaterial.objects.all():
        at = timezone.make_aware(datetime.datetime.combine(material.published_on + datetime.timedelta(days=9), datetime.time(20)))
        Reading.objects.filter(material=material).update(read_at=at)


def register() -> None:
    """Called once, when the app is ready."""
    demo.register(demo.Part("training", 30, load))
