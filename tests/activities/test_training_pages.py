"""Training's pages: the plan, a batch, coverage and its list, materials on a phone, what each person may open."""

import datetime
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from activities.enums import ActivityKind, ActivityState
from activities.models import Activity, Reading, TrainingBatch, TrainingMaterial
from activities.services import materials
from congress.models import AuditEntry
from deputies.models import Deputy
from tests.activities.training import a_day, a_deputy
from tests.factories import GroupFactory, MembershipFactory
from tests.factories.activities import TrainingBatchFactory, TrainingMaterialFactory

pytestmark = pytest.mark.django_db

YEAR = timezone.localdate().year


@pytest.fixture
def batch(district, personas):
    return TrainingBatchFactory(area=district.town1, organiser=district.town1_office)


@pytest.fixture
def deputy(personas):
    return Deputy.objects.get(user=personas.deputy)


def fields(batch, **more):
    kept = ("year", "name", "topic", "organiser", "area", "planned_month", "hours", "places")
    values = {name: getattr(batch, f"{name}_id", None) or getattr(batch, name) for name in kept}
    return {**{name: str(value) for name, value in values.items()}, "level": "", "term": "", **more}


# ---- the plan


def test_the_plan_lists_the_years_batches_and_narrows(batch, district, personas, signed_in):
    other = TrainingBatchFactory(area=district.area, organiser=district.office, name="议案撰写专题班", level="district")
    TrainingBatchFactory(area=district.area, organiser=district.office, year=YEAR - 1)
    a_day(batch, district, present=[a_deputy(district)])
    client, address = signed_in(personas.leader), reverse("activities:training")
    answer = client.get(address)
    assert (answer.status_code, answer["X-Total-Count"]) == (200, "2")
    assert '1</a><span class="muted">／40' in answer.content.decode()
    for query, count in (
        ({"area": district.town1.code}, "1"),
        ({"level": "town"}, "1"),
        ({"level": "district"}, "2"),
        ({"state": "held"}, "1"),
        ({"state": "waiting"}, "1"),
        ({"state": "late"}, "0"),
        ({"q": "议案撰写专题班"}, "1"),
        ({"q": other.code}, "1"),
        ({"year": YEAR - 1}, "1"),
        ({"year": "x", "term": "7"}, "2"),
    ):
        assert client.get(address, query)["X-Total-Count"] == count, query


def test_a_batch_is_entered_changed_and_removed(batch, district, personas, signed_in):
    client = signed_in(personas.town1)
    answer = client.post(reverse("activities:new_batch"), fields(batch, name="  主席团学习班 ", hours="4.5"))
    made = TrainingBatch.objects.get(name="主席团学习班")
    assert (answer.status_code, answer.url) == (302, reverse("activities:batch", args=[made.code]))
    assert made.hours == Decimal("4.5")
    wrong = client.post(reverse("activities:new_batch"), fields(batch, topic="另一专题"))
    assert (wrong.status_code, "已有" in wrong.content.decode(), "另一专题" in wrong.content.decode()) == (422, True, True)
    elsewhere = client.post(reverse("activities:new_batch"), fields(batch, name="外镇班", area=district.town2.pk))
    assert elsewhere.status_code == 422
    page = client.post(reverse("activities:edit_batch", args=[made.code]), fields(made, places="55"))
    assert page.status_code == 302
    made.refresh_from_db()
    assert made.places == 55
    asked = client.get(reverse("activities:remove_batch", args=[made.code])).content.decode()
    assert "不能恢复" in asked
    client.post(reverse("activities:remove_batch", args=[made.code]))
    assert not TrainingBatch.objects.filter(pk=made.pk).exists()


def test_a_batchs_page_shows_its_days_and_who_came(batch, district, personas, signed_in):
    came = [a_deputy(district) for _ in range(3)]
    day = a_day(batch, district, present=came)
    a_day(batch, district, present=came[:1], hours=Decimal(2))
    answer = signed_in(personas.deputy).get(reverse("activities:batch", args=[batch.code]))
    text = answer.content.decode()
    assert (answer.status_code, answer["X-Total-Count"]) == (200, "3")
    assert day.title in text and "邀请未参训的代表" not in text
    managed = signed_in(personas.town1).get(reverse("activities:batch", args=[batch.code])).content.decode()
    assert "邀请未参训的代表" in managed  # the persona has not been trained


def test_those_left_are_invited_from_the_batch(batch, district, personas, deputy, signed_in):
    trained = a_deputy(district)
    a_day(batch, district, present=[trained])
    client, address = signed_in(personas.town1), reverse("activities:invite_untrained", args=[batch.code])
    page = client.get(address)
    assert (page["X-Total-Count"], deputy.name in page.content.decode(), trained.code in page.content.decode()) == ("1", True, False)
    starts = timezone.localtime() + datetime.timedelta(days=5)
    when = {"starts_at": f"{starts:%Y-%m-%dT%H:%M}", "ends_at": f"{starts - datetime.timedelta(hours=2):%Y-%m-%dT%H:%M}"}
    typed = {"title": "补训", "place": "镇会议室", "hours": "4", **when}
    wrong = client.post(address, typed)
    assert (wrong.status_code, "镇会议室" in wrong.content.decode()) == (422, True)
    right = client.post(address, {**typed, "ends_at": f"{starts + datetime.timedelta(hours=2):%Y-%m-%dT%H:%M}"})
    made = Activity.objects.get(title="补训")
    assert right.url == reverse("activities:activity", args=[made.code])
    assert (made.kind, made.training, made.state) == (ActivityKind.TRAINING, batch, ActivityState.PLANNED)
    assert [row.deputy for row in made.participations.all()] == [deputy]
    assert "没有需要再邀请的代表" in client.get(address).content.decode()


# ---- coverage


def test_coverage_by_town_leads_to_the_same_numbers(batch, district, personas, signed_in):
    trained, left = a_deputy(district), a_deputy(district)
    a_deputy(district, district.town2)
    a_day(batch, district, present=[trained])
    client = signed_in(personas.leader)
    answer = client.get(reverse("activities:training_coverage"), {"period": str(YEAR)})
    assert answer["X-Total-Count"] == "4"
    figs = {fig["label"]: fig for fig in answer.context["figs"]}
    assert {label: fig["value"] for label, fig in figs.items()} == {"在任代表": 4, "已参训": 1, "未参训": 3, "覆盖率": "25%"}
    for label, count in (("在任代表", "4"), ("已参训", "1"), ("未参训", "3")):
        assert client.get(figs[label]["url"])["X-Total-Count"] == count
    deputies = reverse("activities:training_deputies")
    group = GroupFactory(term=district.term, area=district.town1)
    MembershipFactory(group=group, deputy=left)
    for query, count in (
        ({"area": district.town1.code}, "3"),
        ({"area": district.town1.code, "trained": "no"}, "2"),
        ({"group": group.code, "trained": "no"}, "1"),
        ({"level": "town"}, "0"),
        ({"level": "district"}, "4"),
        ({"q": trained.name}, "1"),
        ({"deputy": trained.code, "trained": "yes"}, "1"),
        ({"period": str(YEAR - 1), "trained": "yes"}, "0"),
        ({"period": "nonsense", "trained": "yes"}, "1"),
    ):
        assert client.get(deputies, query)["X-Total-Count"] == count, query


def test_others_see_their_own_town_only(batch, district, personas, signed_in):
    a_deputy(district, district.town2)
    mine = signed_in(personas.town2).get(reverse("activities:training_coverage"))
    assert mine["X-Total-Count"] == "1"
    assert signed_in(personas.town2).get(reverse("activities:training_deputies"))["X-Total-Count"] == "1"
    assert signed_in(personas.unit).get(reverse("activities:training_coverage"))["X-Total-Count"] == "0"


def test_the_list_is_taken_out_as_a_workbook(batch, district, personas, signed_in):
    trained = a_deputy(district)
    day = a_day(batch, district, present=[trained])
    answer = signed_in(personas.office).get(reverse("activities:training_deputies_xlsx"), {"trained": "yes"})
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    on = timezone.localtime(day.starts_at).date().isoformat()
    assert rows[1] == (trained.code, trained.name, "区（县）", "东岭镇", None, 1, 8, on, "已参训")
    assert (len(rows), answer["X-Total-Count"]) == (2, "1")
    assert AuditEntry.objects.get(action="activities.export_trained").changes == {"rows": [None, 1]}


def test_a_deputys_hours_line_by_line(batch, district, personas, deputy, signed_in):
    a_day(batch, district, present=[deputy])
    material = TrainingMaterialFactory()
    client = signed_in(personas.deputy)
    client.post(reverse("activities:read_material", args=[material.code]))
    answer = client.get(reverse("activities:training_hours", args=[deputy.code]), {"period": str(YEAR)})
    assert (answer["X-Total-Count"], answer.context["total"]) == ("2", Decimal("9.5"))
    home = client.get(reverse("home")).content.decode()
    assert "<b>9.5</b> 学时" in home
    assert signed_in(personas.town2).get(reverse("activities:training_hours", args=[deputy.code])).status_code == 404


# ---- materials


def test_a_material_is_published_and_read_on_a_phone(batch, personas, deputy, signed_in):
    client = signed_in(personas.town1)
    typed = {"title": "监督法讲稿", "batch": batch.pk, "text": "第一段\n第二段", "hours": "1.5", "published_on": str(timezone.localdate())}
    wrong = client.post(reverse("activities:new_material"), {**typed, "questions": "一道题\nA. 甲\nB. 乙"})
    assert (wrong.status_code, "第 1 题没有写答案" in wrong.content.decode(), "第二段" in wrong.content.decode()) == (422, True, True)
    alone = client.post(reverse("activities:new_material"), {**typed, "batch": ""})
    assert (alone.status_code, "由代表工委发布" in alone.content.decode()) == (422, True)
    paper = SimpleUploadedFile("讲稿.pdf", b"%PDF-1.4 x", "application/pdf")
    kept = client.post(reverse("activities:new_material"), {**typed, "uploads": [paper]})
    material = TrainingMaterial.objects.get()
    assert kept.url == reverse("activities:material", args=[material.code])
    phone = signed_in(personas.deputy)
    page = phone.get(kept.url).content.decode()
    assert "我已学完" in page and "讲稿.pdf" in page
    file = phone.get(reverse("activities:material_file", args=[material.files.get().pk]))
    assert (b"".join(file.streaming_content), file["Content-Disposition"].startswith("attachment")) == (b"%PDF-1.4 x", True)
    phone.post(reverse("activities:read_material", args=[material.code]))
    assert "我已学完" not in phone.get(kept.url).content.decode()
    client.post(reverse("activities:remove_material_file", args=[material.files.get().pk]))
    assert not material.files.exists()
    assert client.post(reverse("activities:remove_material", args=[material.code])).status_code == 409
    assert Reading.objects.get().deputy == deputy


def test_a_test_shows_its_result_at_once(personas, deputy, signed_in):
    questions = materials.read_questions("几年一届？\nA. 三年\nB. 五年\n答案：B\n\n谁选举？\nA. 选民\nB. 政府\n答案：A")
    material = materials.save_material(
        actor=personas.office, batch=None, title="组织法", text="正文", hours=Decimal(2), published_on=timezone.localdate(), pass_mark=60,
        questions=questions,
    )  # fmt: skip
    client, address = signed_in(personas.deputy), reverse("activities:test_material", args=[material.code])
    first = client.post(address, {"q1": "1", "q2": "1", "qx": "1", "q9": "zz"}).content.decode()
    assert "本次得分 50 分，不及格（60 分及格）" in first and "第 2 题没有答对" in first
    second = client.post(address, {"q1": "1", "q2": "0"}).content.decode()
    assert "本次得分 100 分，及格" in second and "学时已登记" in second
    worse = client.post(address, {}).content.decode()
    assert "本次得分 0 分" in worse and "最好成绩 100 分" in worse and "学时已登记" in worse
    office = signed_in(personas.office).get(reverse("activities:material", args=[material.code])).content.decode()
    assert "disabled" in office and "交卷" not in office


def test_what_a_deputy_has_not_read(batch, district, personas, deputy, signed_in):
    for_all, for_town1 = TrainingMaterialFactory(), TrainingMaterialFactory(batch=batch)
    TrainingMaterialFactory(batch=TrainingBatchFactory(area=district.town2, organiser=district.town2_office))
    TrainingMaterialFactory(batch=TrainingBatchFactory(area=district.town1, organiser=district.town1_office, level="town"))
    TrainingMaterialFactory(published_on=timezone.localdate() + datetime.timedelta(days=1))
    client = signed_in(personas.deputy)
    unread = client.get(reverse("activities:materials"), {"read": "no"})
    assert unread["X-Total-Count"] == "2"
    assert client.get(reverse("activities:materials"))["X-Total-Count"] == "4"
    client.post(reverse("activities:read_material", args=[for_all.code]))
    assert client.get(reverse("activities:materials"), {"read": "no"})["X-Total-Count"] == "1"
    assert client.get(reverse("activities:materials"), {"read": "yes"})["X-Total-Count"] == "1"
    mine = client.get(reverse("activities:learning"))
    assert (mine.context["unread"], mine.context["year_hours"]) == (1, Decimal("1.5"))
    assert for_town1.title in mine.content.decode()


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("training", "office"),
        ("training", "deputy"),
        ("batch", "town1"),
        ("batch", "deputy"),
        ("invite_untrained", "town1"),
        ("training_coverage", "office"),
        ("training_deputies", "office"),
        ("training_deputies_xlsx", "office"),
        ("training_hours", "leader"),
        ("materials", "deputy"),
        ("materials", "office"),
        ("material", "deputy"),
        ("learning", "deputy"),
    ],
)
def test_queries_do_not_grow_with_the_rows(name, who, batch, district, personas, deputy, signed_in, django_assert_max_num_queries):
    client = signed_in(getattr(personas, who))
    counts = []
    for number in (1, 3):
        while batch.activities.count() < number:
            a_day(batch, district, present=[a_deputy(district), deputy], absent=[a_deputy(district)])
            material = TrainingMaterialFactory(batch=batch)
            TrainingBatchFactory(area=district.town1, organiser=district.town1_office)
            Reading.objects.create(material=TrainingMaterialFactory(), deputy=deputy)
        codes = {"training_hours": [deputy.code], "material": [material.code]}
        arguments = codes.get(name, [batch.code] if name in ("batch", "invite_untrained") else [])
        with django_assert_max_num_queries(15) as asked:
            assert client.get(reverse(f"activities:{name}", args=arguments)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
