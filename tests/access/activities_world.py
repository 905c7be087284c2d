"""What there is on the activities' floor, so that every address has something to lead to: one function a topic."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from activities.models import ActivityRule, Booklet, SwapRequest, Theme
from activities.services import (
    activities_calendar,
    activities_results,
    activities_sign_in,
    booklets,
    forum_items,
    forums,
    materials,
    plans,
    rota,
)
from congress.services import files
from congress.workdays import add_months
from deputies.models import Deputy
from platforms.models import Platform
from tests.activities import playing
from tests.factories import DeputyFactory, District, MandateFactory, Personas
from tests.factories.activities import (
    ActivityFactory,
    AnnualPlanFactory,
    AnnualPlanItemFactory,
    ReceptionDayFactory,
    ReceptionDutyFactory,
    ReceptionScheduleFactory,
    TrainingBatchFactory,
    TrainingMaterialFactory,
)


def make(district: District, personas: Personas) -> dict[str, object]:
    """The keys that the table names these records by."""
    return {
        # ---- activities
        **_activities(district, personas),
        # ---- training
        **_training(district, personas),
        # ---- plans
        **_plans(district, personas),
        # ---- duties
        # ---- receptions
        **_receptions(district, personas),
        # ---- forums
        **_forums(district, personas),
        # ---- booklets
        **_booklets(personas),
    }


def _activities(district: District, personas: Personas) -> dict[str, object]:
    """One of town1 in each state that matters; the deputy is invited, and was at the one that the unit is to answer for."""
    deputy = Deputy.objects.get(user=personas.deputy)
    ActivityRule.objects.create()
    Theme.objects.create(name="乡村振兴")
    announced = playing.announced(personas.town1, district, [deputy])
    held = playing.held(personas.town1, district, [deputy], title="道路交通调研", starts_in=datetime.timedelta(days=9))
    activities_sign_in.add_present(actor=personas.town1, activity=held, deputy=deputy)
    photo = activities_results.add_files(actor=personas.town1, activity=held, uploads=[_picture()])[0]
    held = activities_results.record(
        actor=personas.town1, activity=held, version=held.version, minutes="看了三条路。", finding="破损。", result="限期修补。"
    )
    activities_results.forward(actor=personas.town1, activity=held, bodies=[district.unit], asked="请修补。")
    return {
        "planned activity": playing.planned(personas.town1, district, title="下月座谈").code,
        "announced activity": announced.code,
        "held activity": held.code,
        "activity photo": photo.pk,
        "feed token": activities_calendar.replace_feed(actor=personas.deputy).token,
    }


def _picture() -> ContentFile:
    picture = io.BytesIO()
    Image.new("RGB", (8, 6), "#1f5f8b").save(picture, "JPEG")
    return ContentFile(picture.getvalue(), name="现场.jpg")


def _training(district: District, personas: Personas) -> dict[str, object]:
    """A batch of town1 with two materials, one still to come, and a test for everybody."""
    batch = TrainingBatchFactory(area=district.town1, organiser=district.town1_office)
    paper = ContentFile(b"%PDF-1.4 lesson", name="讲稿.pdf")
    fields = {"hours": Decimal(1), "pass_mark": None, "published_on": timezone.localdate()}
    material = materials.save_material(actor=personas.town1, batch=batch, title="代表法讲稿", text="第一讲", uploads=[paper], **fields)
    to_come = TrainingMaterialFactory(batch=batch, published_on=timezone.localdate() + datetime.timedelta(days=9))
    tested = materials.save_material(
        actor=personas.office,
        batch=None,
        title="组织法",
        text="正文",
        questions=[materials.Question("几年一届？", ("三年", "五年"), 1)],
        **{**fields, "pass_mark": 60},
    )
    return {
        "training batch": batch.code,
        "material": material.code,
        "material to come": to_come.code,
        "material with a test": tested.code,
        "material file": material.files.get().pk,
    }


def _plans(district: District, personas: Personas) -> dict[str, object]:
    """A plan told to the deputies, with an activity of its one item, and a draft."""
    year = timezone.localdate().year
    adopted, draft = (AnnualPlanFactory(congress=district.congress, year=each, made_by=personas.office) for each in (year, year + 1))
    item = AnnualPlanItemFactory(plan=adopted, responsible=district.office)
    AnnualPlanItemFactory(plan=draft, responsible=district.office)
    plans.adopt(actor=personas.office, plan=adopted, meeting="第六十次主任会议", on=timezone.localdate())
    plans.tell(actor=personas.office, plan=adopted)
    activity = ActivityFactory(area=district.town2, organiser=district.town2_office, plan_item=item)
    return {"adopted plan": adopted.code, "draft plan": draft.code, "activity of the plan": activity.code}


def _receptions(district: District, personas: Personas) -> dict[str, object]:
    """At town1's PT-11 a reception today and one to come with the deputy, one to come that a colleague asks her to take, and a
    rota drawn for the month after next."""
    deputy, platform, today = Deputy.objects.get(user=personas.deputy), Platform.objects.get(code="PT-11"), timezone.localdate()
    colleague = DeputyFactory(name="接班韦")
    MandateFactory(deputy=colleague, term=district.term, area=district.town1)
    ReceptionScheduleFactory(platform=platform, deputies=1)
    days = [
        ReceptionDayFactory(platform=platform, on=today + datetime.timedelta(days=ahead), state=state)
        for ahead, state in ((0, "announced"), (5, "planned"), (9, "planned"))
    ]
    for day, who in zip(days, (deputy, deputy, colleague), strict=True):
        ReceptionDutyFactory(day=day, deputy=who)
    SwapRequest.objects.create(duty=days[2].duties.get(), to=deputy)
    month = add_months(today.replace(day=1), 2)[0]
    drawn = rota.request(actor=personas.town1, first_month=month, months=1, platforms=[platform])
    rota.draw(drawn.pk)
    return {
        "rota": drawn.code,
        "rota month": f"{month:%Y-%m}",
        "reception today": days[0].code,
        "reception to come": days[1].code,
        "reception of a colleague": days[2].code,
        "colleague": colleague.code,
    }


def _forums(district: District, personas: Personas) -> dict[str, object]:
    """Three of town1: one that collects, one under way, one that the unit is to answer; each with a matter of the deputy."""
    deputy = Deputy.objects.get(user=personas.deputy)
    today = timezone.localdate()
    found = {}
    for name in ("collecting", "held", "sent"):
        forum = forums.open_forum(
            actor=personas.town1,
            topic=f"停车位（{name}）",
            area=district.town1,
            organiser=district.town1_office,
            collect_until=today,
            planned_on=today,
        )
        unit = None if name == "collecting" else district.unit
        item = forum_items.add(actor=personas.town1, forum=forum, deputy=deputy, text="圩市没有停车位。", unit=unit)
        if name != "collecting":
            forum = forums.hold(actor=personas.town1, forum=forum, version=0, held_on=today, place="镇政府")
        if name == "sent":
            forums.send(actor=personas.town1, forum=forum, version=forum.version, months=1)
        found |= {f"{name} forum": forum.code, f"{name} item": item.code}
    return found


def _booklets(personas: Personas) -> dict[str, object]:
    """A photo of a paper booklet of PT-11."""
    platform = Platform.objects.get(code="PT-11")
    booklet = Booklet.objects.get(item_code="town-books.16")
    photo = booklets.tick(
        actor=personas.town1, platform=platform, booklet=booklet, year=timezone.localdate().year, photos=[files.examine(_picture())]
    )[0]
    return {"paper photo": photo.pk}
