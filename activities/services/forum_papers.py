"""Asking for what is printed of an opinion forum: the agenda, the collated list, the summary of feedback."""

from __future__ import annotations

import hashlib

from activities.enums import ForumState
from activities.models import OpinionForum
from congress.errors import DomainError
from congress.models import DocumentBatch, User
from congress.services import documents
from congress.services.documents import Wanted
from deputies.services.guards import require

AGENDA, LIST, LIST_WORD, SUMMARY = "forum_agenda", "forum_list", "forum_list_word", "forum_summary"
PAPERS = {
    "agenda": ("会议议程", (AGENDA,)),
    "list": ("意见清单", (LIST, LIST_WORD)),
    "summary": ("反馈情况汇总", (SUMMARY,)),
}
_FROM = {
    "agenda": (ForumState.COLLECTING, ForumState.HELD, ForumState.SENT, ForumState.CLOSED),
    "list": (ForumState.HELD, ForumState.SENT, ForumState.CLOSED),
    "summary": (ForumState.SENT, ForumState.CLOSED),
}


def printable(forum: OpinionForum) -> list[tuple[str, str]]:
    """(key, title) of what can be printed in the forum's phase."""
    return [(key, title) for key, (title, _) in PAPERS.items() if forum.state in _FROM[key]]


def request(*, actor: User, forum: OpinionForum, paper: str) -> DocumentBatch:
    """Asks for one of ``PAPERS``. Unchanged records give the batch that is there.

    Raises PermissionDenied, and DomainError for a forum without matters or whose phase has no such paper yet.
    """
    require(actor, "activities.manage_forum", forum)
    title, kinds = PAPERS[paper]
    if forum.state not in _FROM[paper]:
        raise DomainError(f"民情反映会现为“{forum.get_state_display()}”，还不能印制{title}。")
    fields = ("code", "number", "text", "unit", "spoken", "response", "due_on", "feedback", "fed_back_on", "is_adopted")
    rows = list(forum.items.order_by("number").values_list(*fields))
    if not rows:
        raise DomainError(f"还没有反映事项，不能印制{title}。")
    told = f"{forum.version} {forum.topic} {forum.place} {forum.summary} {rows}"
    name = f"{forum.code}民情反映会{title}"
    return documents.request_batch(
        key=f"forum-{paper}-{forum.code}-{hashlib.sha256(told.encode()).hexdigest()[:16]}",
        title=f"{forum}{title}",
        actor=actor,
        documents=[Wanted(kind, forum.code, f"{forum}{title}{'（Word 稿）' if kind == LIST_WORD else ''}", name) for kind in kinds],
    )
