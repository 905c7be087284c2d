"""Suggestions that grow out of what was said elsewhere."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from activities.models import ForumItem
from deputies.models import Mandate
from suggestions.services import proposing

_LONGEST = 60  # letters of what was said that fit into a title


@require_POST
def from_forum(request: HttpRequest, code: str) -> HttpResponse:
    """Begins a suggestion with what the deputy told at the forum; the matter stays linked, and so does the voter's opinion behind it.

    404 for a matter the person does not see or another deputy's seat, 403 for a seat that is not hers to write for.
    """
    rows = ForumItem.objects.visible_to(request.user).select_related("forum", "opinion")
    item = get_object_or_404(rows, code=code)
    chosen = request.POST.get("seat", "")
    seats = Mandate.objects.filter(deputy=item.deputy_id).select_related("deputy", "area", "term__congress")
    seat = get_object_or_404(seats, pk=int(chosen) if chosen.isdecimal() else 0)
    said = [item.text, *([f"民情反映会上，有关部门回应：{item.response}"] if item.response else [])]
    suggestion = proposing.draft(
        actor=request.user,
        proposer=seat,
        title=f"关于{item.text.strip('。！？!? ').splitlines()[0][:_LONGEST]}的建议",
        basis="\n".join(said),
        request="",
        origin="民情反映会",
        forum_item=item,
        opinions=[item.opinion] if item.opinion else [],
    )
    messages.success(request, "已用民情反映会上的话起草，请修改标题，写明具体建议。")
    return redirect("suggestions:edit", suggestion.code)
