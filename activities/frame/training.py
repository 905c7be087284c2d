"""What training adds to the frame: navigation, to-dos, a deputy's hours on her home and from her page, words of the audit trail."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from activities.enums import TOOK_PLACE
from activities.figures import training as figures
from activities.models import Activity, Reading, TrainingBatch, TrainingMaterial
from activities.services.materials import learner
from congress import audit_actions, navigation, panels, todos
from congress.enums import Role
from congress.models import User
from congress.periods import Period
from congress.todos import Todo
from deputies.models import Deputy

KIND = "学习培训"
_MOST = 200

WORDS = {
    "activities.plan_batch": "新增培训班次",
    "activities.change_batch": "修改培训班次",
    "activities.remove_batch": "删除培训班次",
    "activities.publish_material": "发布学习资料",
    "activities.change_material": "修改学习资料",
    "activities.remove_material": "删除学习资料",
    "activities.remove_material_file": "删除资料文件",
    "activities.learn": "学习资料",
    "activities.export_trained": "导出参训情况",
    "month": "月份",
    "score": "测试得分",
    "file": "文件",
    "files": "文件数",
    **{
        field.name: str(field.verbose_name)
        for model in (TrainingBatch, TrainingMaterial)
        for field in model._meta.concrete_fields
        if field.name in {"topic", "organiser", "planned_month", "hours", "places", "batch", "title", "published_on", "pass_mark"}
    },
}


def waiting_for(user: User) -> Iterator[Todo]:
    """At most three queries: batches whose month has come for their organiser, materials a deputy has not learned."""
    today = timezone.localdate()
    if organs := user.access.organisation_ids(Role.OFFICE, Role.TOWN_OFFICE):
        held = Activity.objects.filter(training=OuterRef("pk"), state__in=TOOK_PLACE)
        due = TrainingBatch.objects.filter(organiser__in=organs, year=today.year, planned_month__lte=today.month).exclude(Exists(held))
        for batch in due.select_related("organiser").order_by("planned_month", "code")[:_MOST]:
            last = Period(datetime.date(batch.year, batch.planned_month, 1), "month").end
            yield Todo(f"举办{batch}", reverse("activities:batch", args=[batch.code]), KIND, str(batch.organiser), last, batch.topic)
    if deputy := learner(user):
        learned = Reading.objects.credited().filter(deputy=deputy, material=OuterRef("pk"))
        for material in TrainingMaterial.objects.meant_for(deputy).exclude(Exists(learned)).order_by("-published_on")[:_MOST]:
            test = "，有测试" if material.pass_mark is not None else ""
            url = reverse("activities:material", args=[material.code])
            yield Todo(f"学习《{material.title}》", url, KIND, deputy.name, None, f"{material.hours.normalize():f} 学时{test}")


def _own(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """A deputy's hours of this year on her home. Two queries."""
    deputy = learner(request.user)  # type: ignore[arg-type]
    year = Period.year(timezone.localdate().year)
    return {"hours": figures.hours([deputy.pk], year).get(deputy.pk, 0), "year": year} if deputy else None


def _of_deputy(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """The way to a deputy's hours on her page. No query: the page has many panels."""
    return {"deputy": subject, "year": timezone.localdate().year} if isinstance(subject, Deputy) else None


def _is_staff(user: User) -> bool:
    return user.access.has(Role.OFFICE, Role.LEADER, Role.TOWN_OFFICE)


def register() -> None:
    """Called once, when the app is ready."""
    audit_actions.register(WORDS)
    navigation.register(navigation.Entry("training", "培训计划", "activities:training", lambda user: bool(user.access.roles)))
    navigation.register(navigation.Entry("training", "参训覆盖", "activities:training_coverage", _is_staff))
    navigation.register(navigation.Entry("training", "学习资料", "activities:materials", lambda user: bool(user.access.roles)))
    navigation.register(navigation.Entry("training", "我的学习", "activities:learning", lambda user: user.access.has(Role.DEPUTY)))
    todos.register(waiting_for)
    panels.register(panels.Panel("home.deputy", "training", "activities/training/home.html", _own))
    panels.register(panels.Panel("deputy", "training", "activities/training/panel.html", _of_deputy))
