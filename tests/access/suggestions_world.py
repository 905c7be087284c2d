"""What suggestions add to the world: the keys under which the table names them, one function a topic."""

from __future__ import annotations

from activities.models import ForumItem
from suggestions.models import AssignmentTemplate, SavedFilter
from tests.factories import District, Personas
from tests.suggestions import playing


def make(district: District, personas: Personas) -> dict[str, object]:
    return {
        # ---- lists
        **_lists(district, personas),
    }


def _lists(district: District, personas: Personas) -> dict[str, object]:
    """A matter that waits for assignment, a template to assign it with, and the office's own filter."""
    template = AssignmentTemplate.objects.create(name="交通类", instruction="请实地查看。")
    template.answering.add(district.unit)
    told = ForumItem.objects.filter(deputy__user=personas.deputy).order_by("-pk")[0]
    return {
        "told at a forum": told.code,
        "seat of who told it": told.deputy.mandates.get().pk,
        "accepted suggestion": playing.accepted(personas).code,
        "assignment template": template.pk,
        "saved filter": SavedFilter.objects.create(user=personas.office, name="超期", query="due=late").pk,
    }
