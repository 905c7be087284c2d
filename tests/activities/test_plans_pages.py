"""The annual plan's pages, and the plan on paper."""

import io

import pdfplumber
import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document as WordDocument

from activities.documents.plans import Sheet
from activities.enums import ActivityState, PlanState
from activities.models import AnnualPlan, AnnualPlanItem
from activities.services import plans
from congress.documents import renderer
from congress.documents.errors import PaperError
from congress.models import Document
from tests.factories.activities import ActivityFactory, AnnualPlanFactory, AnnualPlanItemFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def plan(district, personas):
    made = AnnualPlanFactory(congress=district.congress, made_by=personas.office, preface="以代表为主体。\n服务大局。")
    for place in range(1, 4):
        AnnualPlanItemFactory(plan=made, position=place, text=f"组织第{place}次代表视察", responsible=district.office)
    return made


@pytest.fixture
def adopted(plan, personas):
    return plans.adopt(actor=personas.office, plan=plan, meeting="区八届人大常委会第六十次主任会议", on=TODAY.replace(month=1, day=15))


def typed(plan, **more):
    organ = plan.congress.area.organisations.get(code="DGW").pk
    return {"text": "开展专题调研", "kind": "research", "count": "2", "first_month": "3", "last_month": "6", "responsible": organ, **more}


# ---- pages


def test_a_plan_is_drafted_and_adopted_by_hand(district, personas, signed_in):
    client = signed_in(personas.office)
    begun = client.post(reverse("activities:plans"), {"year": TODAY.year, "copied_from": ""})
    plan = AnnualPlan.objects.get()
    assert begun.url == reverse("activities:plan", args=[plan.code])
    address = reverse("activities:new_plan_item", args=[plan.code])
    wrong = client.post(address, typed(plan, first_month="9", version=plan.version))
    assert (wrong.status_code, "结束月份不能早于开始月份" in wrong.content.decode(), "开展专题调研" in wrong.content.decode()) == (
        422,
        True,
        True,
    )
    more = client.post(address, typed(plan, version=plan.version, more="1"))
    assert more.url == address
    plan.refresh_from_db()
    client.post(address, typed(plan, text="组织培训", version=plan.version))
    moved = client.post(reverse("activities:move_plan_item", args=[plan.code, 2]), {"direction": "up"})
    assert moved.url == f"{reverse('activities:plan', args=[plan.code])}#items"
    assert [item.text for item in plan.items.order_by("position")] == ["组织培训", "开展专题调研"]
    client.post(reverse("activities:remove_plan_item", args=[plan.code, 1]))
    page = client.get(begun.url)
    assert (page["X-Total-Count"], "登记主任会议通过" in page.content.decode()) == ("1", True)
    refused = client.post(reverse("activities:adopt_plan", args=[plan.code]), {"meeting": "", "on": str(TODAY)})
    assert refused.status_code == 422
    client.post(reverse("activities:adopt_plan", args=[plan.code]), {"meeting": "第六十次主任会议", "on": str(TODAY)})
    client.post(reverse("activities:tell_plan", args=[plan.code]))
    client.post(reverse("activities:publish_plan", args=[plan.code]))
    plan.refresh_from_db()
    assert (plan.state, plan.meeting) == (PlanState.PUBLISHED, "第六十次主任会议")
    page = signed_in(personas.deputy).get(begun.url).content.decode()
    assert "开展专题调研" in page and "重新提交主任会议" not in page
    client.post(reverse("activities:reopen_plan", args=[plan.code]), {"reason": "增加事项"})
    assert signed_in(personas.deputy).get(begun.url).status_code == 404


def test_after_somebody_elses_change_nothing_typed_is_lost(plan, personas, signed_in):
    client, address = signed_in(personas.office), reverse("activities:edit_plan_item", args=[plan.code, 1])
    seen = plan.version
    plans.write_preface(actor=personas.office, plan=plan, version=seen, preface="改过的要求")
    first = client.post(address, typed(plan, text="我写的内容", version=seen))
    assert (first.status_code, "我写的内容" in first.content.decode(), "已由他人修改" in first.content.decode()) == (422, True, True)
    again = client.post(address, typed(plan, text="我写的内容", version=first.context["form"]["version"].value()))
    assert again.status_code == 302
    assert plan.items.get(position=1).text == "我写的内容"


def test_items_link_to_what_fulfils_them(adopted, district, personas, signed_in):
    item = adopted.items.get(position=1)
    held = ActivityFactory(area=district.town2, organiser=district.town2_office, starts_at=timezone.now(), state=ActivityState.HELD)
    client, address = signed_in(personas.office), reverse("activities:plan_item", args=[adopted.code, 1])
    offered = client.get(address)
    assert (offered["X-Total-Count"], held.title in offered.content.decode()) == ("0", True)
    assert client.post(address, {}).status_code == 422
    client.post(address, {"activities": [held.pk]})
    ActivityFactory(plan_item=item)
    assert client.get(address)["X-Total-Count"] == "2"
    assert client.get(address, {"held": "1"})["X-Total-Count"] == "1"
    plan_page = client.get(reverse("activities:plan", args=[adopted.code]))
    assert f'href="{address}?held=1">1</a>' in plan_page.content.decode()
    done = client.get(reverse("activities:plan", args=[adopted.code]), {"standing": "done"})
    assert done["X-Total-Count"] == "1"
    seen = signed_in(personas.town1).get(address).content.decode()
    assert held.title in seen and reverse("activities:activity", args=[held.code]) not in seen  # another town's activity
    client.post(reverse("activities:release_plan_item", args=[adopted.code, 1, held.code]))
    assert client.get(address, {"held": "1"})["X-Total-Count"] == "0"


def test_late_items_are_marked_in_word_and_colour(adopted, personas, signed_in):
    AnnualPlanItem.objects.filter(plan=adopted).update(first_month=1, last_month=1)
    AnnualPlan.objects.filter(pk=adopted.pk).update(year=TODAY.year - 1)
    text = signed_in(personas.leader).get(reverse("activities:plan", args=[adopted.code])).content.decode()
    assert text.count('<span class="tag tag--bad">') == 3 and text.count("已逾期") == 4  # and the number above


def test_the_desk_shows_how_far_the_plan_has_come(adopted, district, personas, signed_in):
    ActivityFactory(plan_item=adopted.items.get(position=1), state=ActivityState.HELD)
    page = signed_in(personas.leader).get(reverse("home")).content.decode()
    assert '?standing=done">1</a> 项，共 3 项' in page
    assert "共 3 项" not in signed_in(personas.town1).get(reverse("home")).content.decode()


@pytest.mark.parametrize(("name", "who"), [("plans", "office"), ("plan", "office"), ("plan", "deputy"), ("plan_item", "office")])
def test_queries_do_not_grow_with_the_rows(name, who, plan, personas, district, signed_in, django_assert_max_num_queries):
    plans.adopt(actor=personas.office, plan=plan, meeting="会议", on=TODAY)
    client, counts = signed_in(getattr(personas, who)), []
    for number in (1, 3):
        while AnnualPlan.objects.count() < number:
            other = AnnualPlanFactory(congress=district.congress, year=2000 + number, state="adopted", meeting="会议", adopted_on=TODAY)
            AnnualPlanItemFactory(plan=other)
            number -= 1
        AnnualPlanItemFactory(plan=plan, responsible=district.town1_office)
        ActivityFactory.create_batch(2, plan_item=plan.items.get(position=1))
        arguments = {"plans": [], "plan": [plan.code], "plan_item": [plan.code, 1]}[name]
        with django_assert_max_num_queries(15) as asked:
            assert client.get(reverse(f"activities:{name}", args=arguments)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


# ---- paper


def document(actor, plan, kind):
    return plans.request_documents(actor=actor, plan=plan).documents.select_related("batch").get(kind=kind)


def test_an_unchanged_plan_is_printed_once(adopted, personas, signed_in):
    asked = signed_in(personas.office).post(reverse("activities:print_plan", args=[adopted.code]))
    batch = plans.request_documents(actor=personas.office, plan=adopted)
    assert asked.url == reverse("document_batch", args=[batch.key])
    assert list(batch.documents.values_list("kind", "title")) == [
        ("annual_plan", f"{TODAY.year}年代表工作计划"),
        ("annual_plan_word", f"{TODAY.year}年代表工作计划（Word 稿）"),
    ]


def test_the_official_document(adopted, personas):
    paper = renderer.produce(document(personas.office, adopted, plans.PDF))
    assert renderer.produce(document(personas.office, adopted, plans.PDF)).data == paper.data
    with pdfplumber.open(io.BytesIO(paper.data)) as pdf:
        text = "".join("".join(page.extract_text().split()) for page in pdf.pages)
    for said in (
        "榕江区人大常委会办公室文件",
        f"榕人办发〔{TODAY.year}〕号",
        f"榕江区人大常委会{TODAY.year}年代表工作计划",
        f"（{TODAY.year}年1月15日区八届人大常委会第六十次主任会议通过）",
        "一、总体要求以代表为主体。服务大局。二、主要工作（一）组织第1次代表视察。1月至12月，由榕江区人大常委会代表工委负责。",
        f"附件：{TODAY.year}年代表工作安排表",
        "序号工作内容活动形式时间次数责任单位",
    ):
        assert said in text


def test_a_draft_is_printed_for_discussion_and_never_after_a_change(plan, personas):
    asked = document(personas.office, plan, plans.PDF)
    assert asked.title == f"{TODAY.year}年代表工作计划（讨论稿）"
    with pdfplumber.open(io.BytesIO(renderer.produce(asked).data)) as pdf:
        text = "".join(pdf.pages[0].extract_text().split())
    assert "（讨论稿）" in text and "文件" not in text and "〔" not in text
    plans.write_preface(actor=personas.office, plan=plan, version=plan.version, preface="另写")
    with pytest.raises(PaperError, match="计划在此之后改过"):
        Sheet.of(asked)
    plan.refresh_from_db()
    assert document(personas.office, plan, plans.PDF).batch != asked.batch


def test_the_word_file_says_the_same(adopted, personas):
    asked = document(personas.office, adopted, plans.WORD)
    data = renderer.produce(asked).data
    assert renderer.produce(asked).data == data
    word = WordDocument(io.BytesIO(data))
    lines = [paragraph.text for paragraph in word.paragraphs if paragraph.text]
    assert lines[0] == "榕江区人大常委会办公室文件"
    assert "（一）组织第1次代表视察。1月至12月，由榕江区人大常委会代表工委负责。" in lines
    assert [cell.text for cell in word.tables[0].rows[3].cells] == [
        "3",
        "组织第3次代表视察",
        "—",
        "1月至12月",
        "1",
        "榕江区人大常委会代表工委",
    ]


def test_who_may_read_it_on_paper(adopted, personas):
    plans.request_documents(actor=personas.office, plan=adopted)
    seen = {name: sorted(Document.objects.visible_to(user).values_list("kind", flat=True)) for name, user in personas.all().items()}
    assert seen == {**{name: ["annual_plan"] for name in seen}, "office": ["annual_plan", "annual_plan_word"], "visitor": []}
    plans.reopen(actor=personas.office, plan=adopted, reason="调整")
    assert not Document.objects.visible_to(personas.deputy).exists()


def test_a_plan_without_items_is_not_printed(district, personas, signed_in):
    empty = AnnualPlanFactory(congress=district.congress)
    assert signed_in(personas.office).post(reverse("activities:print_plan", args=[empty.code])).status_code == 409
