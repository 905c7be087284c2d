"""Training's rules: batches, whom the term has reached, hours credited once, tests, figures."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from activities.enums import ActivityKind, ActivityState
from activities.figures import training as figures_of_training
from activities.models import MaterialFile, Reading, TrainingBatch, TrainingMaterial
from activities.services import materials, training
from activities.services.activities import Overlap
from congress import figures, todos
from congress.enums import AreaKind, CongressLevel
from congress.errors import DomainError
from congress.models import AuditEntry, Notification
from congress.periods import Period
from deputies.enums import EndReason, MandateStatus
from deputies.models import Deputy
from deputies.services.guards import FieldRefused
from tests.activities.training import a_day, a_deputy
from tests.factories import CongressFactory, MandateFactory, TermFactory
from tests.factories.activities import TrainingBatchFactory, TrainingMaterialFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
YEAR = Period.year(TODAY.year)
OTHERS = ["town2", "leader", "deputy", "unit", "dispatcher", "assessor", "sysadmin", "visitor"]


@pytest.fixture
def batch(district, personas):
    return TrainingBatchFactory(area=district.town1, organiser=district.town1_office)


@pytest.fixture
def deputy(personas):
    return Deputy.objects.get(user=personas.deputy)


def fields(district, **more):
    return {
        "year": 2026, "name": "新任代表培训班", "topic": "代表法", "organiser": district.town1_office, "area": district.town1, "term": None,
        "level": "", "planned_month": 3, "hours": Decimal(8), "places": 40, **more,
    }  # fmt: skip


def publish(actor, batch=None, **more):
    kept = {"title": "代表法", "text": "第一讲", "hours": Decimal("1.5"), "published_on": TODAY, "pass_mark": None}
    return materials.save_material(actor=actor, batch=batch, **{**kept, **more})


# ---- batches


def test_a_batch_is_planned_once_changed_and_removed(district, personas):
    made = training.save_batch(actor=personas.town1, **fields(district))
    assert made.code == "PX2026-000001"
    assert training.save_batch(actor=personas.town1, **fields(district)) == made
    with pytest.raises(FieldRefused, match="2026年已有“新任代表培训班”"):
        training.save_batch(actor=personas.town1, **fields(district, topic="监督法"))
    changed = training.save_batch(actor=personas.office, batch=made, places=60, planned_month=5)
    assert (changed.places, changed.planned_month) == (60, 5)
    training.save_batch(actor=personas.office, batch=made, places=60)
    assert [entry.changes for entry in AuditEntry.objects.filter(action="activities.change_batch")] == [
        {"places": [40, 60], "planned_month": [3, 5]}
    ]
    assert training.remove_batch(actor=personas.town1, batch=made)
    assert not training.remove_batch(actor=personas.town1, batch=made)


def test_batches_that_cannot_be(district, personas, batch):
    with pytest.raises(FieldRefused, match="不能作为组织单位"):
        training.save_batch(actor=personas.office, **fields(district, organiser=district.town2_office))
    term = TermFactory(congress=CongressFactory(area=district.town2, level=CongressLevel.TOWN))
    with pytest.raises(FieldRefused, match="不是东岭镇的届次"):
        training.save_batch(actor=personas.office, **fields(district, term=term))
    with pytest.raises(PermissionDenied):
        training.save_batch(actor=personas.town1, **fields(district, area=district.area, organiser=district.office))
    with pytest.raises(PermissionDenied):
        training.save_batch(actor=personas.town1, batch=batch, area=district.town2)
    a_day(batch, district)
    with pytest.raises(FieldRefused, match="不能改年度"):
        training.save_batch(actor=personas.town1, batch=batch, year=batch.year + 1)
    with pytest.raises(DomainError, match="已安排 1 次培训活动，不能删除"):
        training.remove_batch(actor=personas.town1, batch=batch)
    other = TrainingBatchFactory(area=district.town1, organiser=district.town1_office)
    TrainingMaterialFactory(batch=other)
    with pytest.raises(DomainError, match="有 1 份学习资料，不能删除"):
        training.remove_batch(actor=personas.town1, batch=other)
    with pytest.raises(FieldRefused, match="请换一个名称"):
        training.save_batch(actor=personas.town1, batch=other, name=batch.name, year=batch.year)


@pytest.mark.parametrize("name", OTHERS)
def test_others_plan_nothing(name, district, personas, batch):
    actor = getattr(personas, name)
    at = timezone.now() + datetime.timedelta(days=3)
    material = TrainingMaterialFactory(batch=batch)
    for refused in (
        lambda: training.save_batch(actor=actor, **fields(district)),
        lambda: training.save_batch(actor=actor, batch=batch, places=1),
        lambda: training.remove_batch(actor=actor, batch=batch),
        lambda: training.invite_untrained(
            actor=actor, batch=batch, title="补训", starts_at=at, ends_at=at + datetime.timedelta(hours=1), place="会议室", hours=Decimal(1)
        ),
        lambda: publish(actor, batch),
        lambda: materials.save_material(actor=actor, material=material, text="改"),
        lambda: materials.remove_material(actor=actor, material=material),
    ):
        with pytest.raises(PermissionDenied):
            refused()


def test_town_staff_publish_for_their_batches_only(personas, batch):
    with pytest.raises(PermissionDenied):
        publish(personas.town1)
    assert publish(personas.town1, batch).batch == batch


# ---- whom a batch is for, and whom the term has not reached


def test_audience_and_those_not_reached(district, personas, deputy, batch):
    town_term = TermFactory(congress=CongressFactory(area=district.town1, level=CongressLevel.TOWN))
    both = a_deputy(district)
    MandateFactory(deputy=both, term=town_term, area=district.town1)
    town_only = a_deputy(district, term=town_term)
    a_deputy(district, district.town2)
    ended = a_deputy(district, status=MandateStatus.ENDED, ends_on=TODAY, end_reason=EndReason.RESIGNED)
    everyone = set(training.audience(batch))
    assert everyone == {deputy, both, town_only} and ended not in everyone
    batch.level = CongressLevel.TOWN
    assert set(training.audience(batch)) == {both, town_only}
    batch.level, batch.term = "", district.term
    assert set(training.audience(batch)) == {deputy, both}
    batch.term = None
    a_day(None, district, present=[both], on=district.term.starts_on)  # on the term's first day, outside of any batch
    assert list(training.not_reached(batch)) == sorted([deputy, town_only], key=lambda each: each.code)
    a_day(None, district, present=[deputy], on=district.term.starts_on - datetime.timedelta(days=1))  # in the term before
    a_day(batch, district, absent=[deputy])
    a_day(batch, district, present=[deputy], state=ActivityState.ANNOUNCED)
    a_day(None, district, present=[deputy], kind=ActivityKind.DISCUSSION)
    assert deputy in training.not_reached(batch)
    a_day(batch, district, present=[deputy], kind=ActivityKind.STUDY_VISIT)  # a batch may go to see how others do it
    assert list(training.not_reached(batch)) == [town_only]


def test_the_invitation_reaches_exactly_those_left_and_once(district, personas, deputy, batch):
    trained = a_deputy(district)
    a_day(batch, district, present=[trained])
    at = timezone.now() + datetime.timedelta(days=3)
    asked = {"title": "补训", "starts_at": at, "ends_at": at + datetime.timedelta(hours=4), "place": "会议室", "hours": Decimal(4)}
    made = training.invite_untrained(actor=personas.town1, batch=batch, **asked)
    assert [row.deputy for row in made.participations.all()] == [deputy]
    assert (made.training, made.kind, made.hours, made.organiser) == (batch, ActivityKind.TRAINING, Decimal(4), district.town1_office)
    with pytest.raises(DomainError, match="没有需要再邀请的代表"):
        training.invite_untrained(actor=personas.town1, batch=batch, **asked)
    assert batch.activities.count() == 2
    other = TrainingBatchFactory(area=district.town1, organiser=district.town1_office)
    with pytest.raises(Overlap):
        training.invite_untrained(actor=personas.town1, batch=other, **asked)
    assert not other.activities.exists()
    assert training.invite_untrained(actor=personas.town1, batch=other, despite_overlap=True, **asked).participations.count() == 1


def test_the_term_as_a_period(district):
    assert training.current_term() == district.term
    assert training.term_period(district.term) == Period.span(district.term.starts_on, TODAY)
    district.term.ends_on = datetime.date(2025, 9, 1)
    assert training.term_period(district.term).end == datetime.date(2025, 8, 31)
    assert training.term_period(None) == Period.span(TODAY.replace(month=1, day=1), TODAY)


# ---- materials


def test_a_material_is_told_once_to_those_it_is_for(district, personas, deputy, batch):
    other = TrainingBatchFactory(area=district.town2, organiser=district.town2_office)
    publish(personas.office, other, title="外镇资料")
    to_come = publish(personas.town1, batch, title="明天的资料", published_on=TODAY + datetime.timedelta(days=1))
    kept = publish(personas.town1, batch)
    assert publish(personas.town1, batch) == kept
    with pytest.raises(FieldRefused, match="当天已发布《代表法》"):
        publish(personas.town1, batch, text="另一讲")
    assert list(materials.readers(to_come)) == [deputy]
    assert AuditEntry.objects.filter(action="activities.publish_material").count() == 3


def test_notices_of_materials(personas, deputy, batch, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        material = publish(personas.town1, batch)
        publish(personas.town1, batch, title="以后的", published_on=TODAY + datetime.timedelta(days=1))
        publish(personas.town1, batch)
    assert [(notice.user, notice.text) for notice in Notification.objects.filter(key__startswith="material-")] == [
        (personas.deputy, "有新的学习资料：《代表法》")
    ]
    assert material.code in Notification.objects.get(key__startswith="material-").url


def test_materials_that_cannot_be(personas, batch):
    question = materials.Question("几年一届？", ("三年", "五年"), 1)
    for more, sentence in (
        ({"text": " "}, "至少一样"),
        ({"pass_mark": 60}, "还没有测试题"),
        ({"questions": [question]}, "请填写及格分"),
        ({"uploads": [SimpleUploadedFile("a.txt", b"text")]}, "“a.txt”：这不是图片"),
        ({"uploads": [SimpleUploadedFile("a.pdf", b"%PDF-1.4")] * 11}, "最多 10 个文件"),
    ):
        with pytest.raises(FieldRefused, match=sentence):
            publish(personas.town1, batch, **more)
    assert not TrainingMaterial.objects.exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("几年一届？\nA. 三年\nB. 五年", "第 1 题没有写答案"),
        ("几年一届？\nA. 三年\n答案：A", "第 1 题至少要有两个选项"),
        ("几年一届？\nA. 三年\nB. 五年\n答案：C", "第 1 题的答案是 C，但没有这个选项"),
        ("几年一届？\nB. 三年\nA. 五年\n答案：A", "应按 A、B、C 的顺序写"),
        ("答案：A", "第 1 题的答案前面没有题目"),
        ("几年一届？\nA. 三年\nB. 五年\n还有一句", "选项后面应是“答案："),
        ("问" * 201 + "\nA. 三年\nB. 五年\n答案：A", "第 1 题有 201 个字"),
        ("几年一届？\nA. 三年\nB. 五年\n答案：A\n" * 31, "最多 30 题"),
    ],
)
def test_questions_that_cannot_be_read(text, sentence):
    with pytest.raises(DomainError, match=sentence):
        materials.read_questions(text)


def test_questions_are_read_and_written_alike(personas, batch):
    text = "1. 几年\n一届？\nA. 三年\nb、五年\n答案 B\n\n2. 谁选举？\nA．选民\nB：政府\nC. 企业\n正确答案：A"
    found = materials.read_questions(text)
    assert found == [materials.Question("几年一届？", ("三年", "五年"), 1), materials.Question("谁选举？", ("选民", "政府", "企业"), 0)]
    material = publish(personas.town1, batch, questions=found, pass_mark=60)
    assert materials.read_questions(materials.written(material.questions.all())) == found
    assert materials.read_questions("  \n") == []


def test_what_was_learned_is_not_rewritten(personas, deputy, batch):
    material = publish(personas.town1, batch)
    materials.read(actor=personas.deputy, material=material)
    for more in ({"hours": Decimal(9)}, {"questions": [materials.Question("问", ("甲", "乙"), 0)], "pass_mark": 60}):
        with pytest.raises(FieldRefused, match="已有代表学习过"):
            materials.save_material(actor=personas.town1, material=material, **more)
    assert materials.save_material(actor=personas.town1, material=material, text="第一讲（修订）").text == "第一讲（修订）"
    with pytest.raises(DomainError, match="已有 1 名代表学习过"):
        materials.remove_material(actor=personas.town1, material=material)


def test_files_come_and_go(personas, batch):
    paper = SimpleUploadedFile("讲稿.pdf", b"%PDF-1.4 x")
    material = publish(personas.town1, batch, text="", uploads=[paper])
    file = material.files.get()
    with pytest.raises(DomainError, match="只有这一个文件"):
        materials.remove_file(actor=personas.town1, file=file)
    with pytest.raises(PermissionDenied):
        materials.remove_file(actor=personas.town2, file=file)
    materials.save_material(actor=personas.town1, material=material, text="正文")
    assert materials.remove_file(actor=personas.town1, file=file)
    assert not materials.remove_file(actor=personas.town1, file=file)
    materials.save_material(actor=personas.town1, material=material, uploads=[SimpleUploadedFile("甲.pdf", b"%PDF-1.4 y")])
    assert materials.remove_material(actor=personas.town1, material=material)
    assert not materials.remove_material(actor=personas.town1, material=material)
    assert not MaterialFile.objects.exists()


# ---- learning


def test_reading_is_credited_once(personas, deputy):
    material = TrainingMaterialFactory()
    first = materials.read(actor=personas.deputy, material=material)
    assert materials.read(actor=personas.deputy, material=material) == first
    assert figures.values("activities.training_hours", [deputy.pk], YEAR) == {deputy.pk: Decimal("1.5")}
    assert AuditEntry.objects.filter(action="activities.learn").count() == 1
    for name in ("office", "town1", "visitor"):
        with pytest.raises(PermissionDenied):
            materials.read(actor=getattr(personas, name), material=material)
    with pytest.raises(DomainError, match="没有测试"):
        materials.answer(actor=personas.deputy, material=material, answers={})


def test_the_best_score_is_kept_and_passing_earns_the_hours_once(personas, deputy):
    questions = [materials.Question(f"第{number}问", ("对", "错"), 0) for number in range(3)]
    material = publish(personas.office, questions=questions, pass_mark=60, hours=Decimal(2))

    def hours():
        return figures.values("activities.training_hours", [deputy.pk], YEAR).get(deputy.pk)

    with pytest.raises(DomainError, match="这份资料有测试"):
        materials.read(actor=personas.deputy, material=material)
    failed = materials.answer(actor=personas.deputy, material=material, answers={1: 0})
    assert (failed.score, failed.is_passed, failed.wrong, hours()) == (33, False, (2, 3), None)
    Reading.objects.update(read_at=timezone.now() - datetime.timedelta(days=400))
    passed = materials.answer(actor=personas.deputy, material=material, answers={1: 0, 2: 0})
    assert (passed.score, passed.is_passed, passed.best, hours()) == (66, True, 66, Decimal(2))  # on the day she passed
    since = Reading.objects.get().read_at
    best = materials.answer(actor=personas.deputy, material=material, answers={1: 0, 2: 0, 3: 0})
    assert (best.best, Reading.objects.get().read_at) == (100, since)
    worse = materials.answer(actor=personas.deputy, material=material, answers={1: 1})
    assert (worse.score, worse.best, worse.is_passed, hours(), Reading.objects.count()) == (0, 100, False, Decimal(2), 1)
    with pytest.raises(PermissionDenied):
        materials.answer(actor=personas.office, material=material, answers={})


# ---- figures


def test_hours_and_trained(district, personas, deputy, batch, django_assert_num_queries):
    other = a_deputy(district)
    a_day(batch, district, present=[deputy, other], hours=Decimal("3.5"))
    a_day(None, district, present=[deputy], hours=Decimal(2))
    a_day(batch, district, present=[deputy], on=datetime.date(TODAY.year - 1, 12, 31))
    a_day(batch, district, absent=[deputy])
    material = TrainingMaterialFactory()
    materials.read(actor=personas.deputy, material=material)
    ids = [deputy.pk, other.pk, 0]
    with django_assert_num_queries(2):
        assert figures.values("activities.training_hours", ids, YEAR) == {deputy.pk: Decimal(7), other.pk: Decimal("3.5")}
    with django_assert_num_queries(1):
        assert figures.values("activities.trained", ids, YEAR) == {deputy.pk: 1, other.pk: 1}
    assert figures.values("activities.trained", ids, YEAR.previous) == {deputy.pk: 1}
    assert figures.values("activities.training_hours", ids, YEAR.previous) == {deputy.pk: Decimal(8)}


def test_coverage_of_areas(district, personas, deputy, batch, django_assert_num_queries):
    trained = [a_deputy(district) for _ in range(2)]
    a_deputy(district, district.town2)
    gone = a_deputy(district, status=MandateStatus.ENDED, ends_on=TODAY, end_reason=EndReason.DIED)
    a_day(batch, district, present=[*trained, gone], on=TODAY.replace(month=1, day=2))
    ids = [district.area.pk, district.town1.pk, district.town2.pk]
    with django_assert_num_queries(3):
        found = figures.values("activities.training_coverage", ids, YEAR)
    assert found == {district.town1.pk: Decimal(2) / 3, district.area.pk: Decimal(2) / 4}
    assert figures.values("activities.training_coverage", ids, Period.year(TODAY.year - 1)) == {}
    quarter = Period.quarter(TODAY.year, 4)  # asked for by the year, a quarter counts from its first day
    assert figures.values("activities.training_coverage", ids, quarter)[district.town1.pk] == Decimal(2) / 3


def test_the_figures_lists_show_the_same(district, personas, deputy, batch, signed_in):
    a_day(batch, district, present=[deputy, a_deputy(district)])
    a_deputy(district)
    client: Client = signed_in(personas.office)
    area = figures.find("activities.training_coverage")
    for period in (YEAR, Period.quarter(TODAY.year, 4)):
        assert client.get(area.records(district.town1.code, period, ""))["X-Total-Count"] == "2"
    assert client.get(figures.find("activities.trained").records(deputy.code, YEAR, ""))["X-Total-Count"] == "1"
    hours = client.get(figures.find("activities.training_hours").records(deputy.code, YEAR, ""))
    assert hours.context["total"] == figures.values("activities.training_hours", [deputy.pk], YEAR)[deputy.pk] == 8


def test_progress_of_batches(district, batch, deputy, django_assert_num_queries):
    other, late = (TrainingBatchFactory(area=district.town1, organiser=district.town1_office) for _ in range(2))
    a_day(batch, district, present=[deputy, a_deputy(district)], hours=Decimal(4))
    a_day(batch, district, present=[deputy], hours=Decimal(2))
    a_day(batch, district, present=[deputy], state=ActivityState.CANCELLED)
    a_day(other, district, state=ActivityState.PLANNED)
    TrainingBatch.objects.filter(pk=late.pk).update(year=TODAY.year - 1)
    late.refresh_from_db()
    with django_assert_num_queries(2):
        found = figures_of_training.progress([batch.pk, other.pk, late.pk])
    assert found[batch.pk] == figures_of_training.Progress(held=2, coming=0, people=2, hours=Decimal(6))
    assert found[other.pk] == figures_of_training.Progress(coming=1)
    assert figures_of_training.overdue([batch, other, late], found, TODAY) == [late]


def test_what_waits_for_whom(district, personas, deputy, batch):
    TrainingMaterialFactory()

    def waiting(user):
        return [todo.title for todo in todos.waiting_for(user) if todo.kind == "学习培训"]

    assert waiting(personas.town1) == [f"举办{batch}"]
    assert waiting(personas.town2) == waiting(personas.leader) == []
    assert waiting(personas.deputy) == [f"学习《{TrainingMaterial.objects.get().title}》"]
    a_day(batch, district, present=[deputy])
    materials.read(actor=personas.deputy, material=TrainingMaterial.objects.get())
    assert waiting(personas.town1) == waiting(personas.deputy) == []


def test_kinds_of_areas_do_not_matter(district):
    """A farm's coverage is reckoned like a town's."""
    assert district.farm1.kind == AreaKind.FARM
    batch = TrainingBatchFactory(area=district.farm1, organiser=district.farm1_office)
    there = a_deputy(district, district.villages[5])
    a_day(batch, district, present=[there])
    assert figures.values("activities.training_coverage", [district.farm1.pk], YEAR) == {district.farm1.pk: 1}
