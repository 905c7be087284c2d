"""The annual plans of last year and this in the demo, with the activities that fulfil their items."""

from __future__ import annotations

import datetime
import hashlib
from random import Random

from django.utils import timezone

from activities.demo.matters import MATTERS
from activities.enums import ActivityKind, ActivityState, ParticipationState, SignInMethod
from activities.models import Activity, AnnualPlan, AnnualPlanItem, Participation
from activities.services import plans
from congress import codes, demo
from congress.enums import CongressLevel, OrganisationKind, Role
from congress.models import Organisation, User
from congress.periods import Period
from deputies.models import Deputy, Mandate
from platforms.demo.clock import on_day

_PREFACE = (
    "{year}年代表工作的总体要求是：坚持党的全面领导，坚持以人民为中心，发展全过程人民民主，支持和保障代表依法履职，为全区经济社会发展凝聚力量。\n"
    "坚持代表主体地位，密切代表同人民群众的联系，提高议案建议质量和办理实效，使发挥代表作用成为人民当家作主的重要体现。"
)
# text, kind, how often, from, to
_ITEMS = (
    ("举办区人大代表专题培训班，届内实现全员培训", ActivityKind.TRAINING, 3, 3, 12),
    ("邀请代表列席区人大常委会会议，听取代表意见", ActivityKind.STANDING_MEETING, 6, 1, 12),
    ("组织代表视察民生实事项目建设情况", ActivityKind.INSPECTION, 2, 4, 10),
    ("组织代表开展专题调研，形成调研报告", ActivityKind.RESEARCH, 2, 3, 9),
    ("组织代表参加执法检查", ActivityKind.ENFORCEMENT_CHECK, 1, 5, 9),
    ("组织代表赴先进地区学习考察", ActivityKind.STUDY_VISIT, 1, 8, 10),
    ("组织代表听取政府、监察委员会、法院、检察院工作情况通报", ActivityKind.HEARING, 1, 6, 7),
    ("开展圩日主题大接待活动，各镇（街道、农场）每两个月不少于一次", ActivityKind.THEMED_RECEPTION, 60, 1, 12),
    ("约见政府部门负责人，推动代表建议落实", ActivityKind.APPOINTMENT, 2, 6, 11),
    ("召开代表座谈会，征求对常委会工作的意见", ActivityKind.DISCUSSION, 1, 12, 12),
)


def load(random: Random) -> None:
    """Does nothing where there is a plan already, or where the district's people are missing."""
    office = Organisation.objects.filter(kind=OrganisationKind.DEPUTIES_OFFICE).order_by("code").first()
    clerk = User.objects.in_role(Role.OFFICE).order_by("pk").first()
    if office is None or clerk is None or AnnualPlan.objects.exists():
        return
    this = timezone.localdate().year
    for year, meeting in ((this - 1, "区八届人大常委会第四十一次主任会议"), (this, "区八届人大常委会第五十二次主任会议")):
        plan = _adopted(clerk, office, year, meeting, with_receptions=year == this)
        if year < this:
            _hold(random, clerk, office, plan)
        _fulfil(plan)


def _adopted(clerk: User, office: Organisation, year: int, meeting: str, *, with_receptions: bool) -> AnnualPlan:
    """Drafted in December, adopted, told and published in January. The themed receptions began this year."""
    with on_day(datetime.date(year - 1, 12, 8), 9):
        plan = plans.draft(actor=clerk, year=year)
        plan = plans.write_preface(actor=clerk, plan=plan, version=plan.version, preface=_PREFACE.format(year=year))
        for text, kind, often, first, last in _ITEMS:
            if kind == ActivityKind.THEMED_RECEPTION and not with_receptions:
                continue
            plan.refresh_from_db()
            plans.save_item(
                actor=clerk, plan=plan, version=plan.version, text=text, kind=kind, count=often, first_month=first, last_month=last,
                responsible=office,
            )  # fmt: skip
    with on_day(datetime.date(year, 1, 16), 16):
        plans.adopt(actor=clerk, plan=plan, meeting=meeting, on=datetime.date(year, 1, 15))
        plans.tell(actor=clerk, plan=plan)
    with on_day(datetime.date(year, 1, 23), 10):
        return plans.publish(actor=clerk, plan=plan)


def _hold(random: Random, clerk: User, office: Organisation, plan: AnnualPlan) -> None:
    """Last year's activities of the office, whose only trace in the demo is the plan: one or two fell through."""
    seats = Mandate.objects.serving().filter(term__congress__level=CongressLevel.DISTRICT)
    deputies = list(Deputy.objects.filter(pk__in=seats.values("deputy")).order_by("code"))
    prefix = f"HD{plan.year}-"
    number = int(codes.next_code(Activity, prefix).removeprefix(prefix))
    days: list[Activity] = []
    for item in plan.items.exclude(kind__in=(ActivityKind.TRAINING, ActivityKind.STUDY_VISIT)).order_by("position"):
        months = range(item.first_month, item.last_month + 1)
        for place in range(item.count):
            if item.kind == ActivityKind.APPOINTMENT and place:
                continue
            matter = random.choice(MATTERS)
            day = datetime.date(plan.year, months[place * len(months) // item.count], random.randint(6, 25))
            start = timezone.make_aware(datetime.datetime.combine(day, datetime.time(9)))
            days.append(
                Activity(
                    code=f"{prefix}{number:06d}",
                    title=f"{matter.theme}{ActivityKind(item.kind).label}",
                    kind=item.kind,
                    state=ActivityState.CLOSED,
                    organiser=office,
                    area=office.area,
                    starts_at=start,
                    ends_at=start + datetime.timedelta(hours=3),
                    place="区人大常委会会议室",
                    objective=matter.objective,
                    minutes=matter.minutes,
                    finding=matter.finding,
                    result=matter.result,
                    plan_item=item,
                    # SECURITY: the demo's own; a real activity's secret comes from the system's randomness.
                    secret=hashlib.sha256(f"{number} {random.random()}".encode()).hexdigest(),
                    created_by=clerk,
                )
            )
            number += 1
    rows = Activity.objects.bulk_create(days)
    Participation.objects.bulk_create(
        Participation(activity=row, deputy=deputy, state=ParticipationState.PRESENT, signed_in_at=row.starts_at, method=SignInMethod.LIST)
        for row in rows
        for deputy in random.sample(deputies, min(16, len(deputies)))
    )
    for row in rows:
        Activity.objects.filter(pk=row.pk).update(created_at=row.starts_at - datetime.timedelta(days=12))


def _fulfil(plan: AnnualPlan) -> None:
    """Counts the year's activities of the kind towards each item: the office's own, and of the receptions all."""
    year = Activity.objects.within(Period.year(plan.year)).standing().filter(plan_item=None)
    for item in AnnualPlanItem.objects.filter(plan=plan).order_by("position"):
        rows = year.filter(kind=item.kind)
        if item.kind != ActivityKind.THEMED_RECEPTION:
            rows = rows.filter(organiser=item.responsible_id)
        Activity.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(plan_item=item)


def register() -> None:
    """Called once, when the app is ready."""
    demo.register(demo.Part("plans", 40, load))
