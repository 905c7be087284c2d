"""Photos and files that show something, added and taken away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.files.base import File
from django.db import transaction

from congress.errors import DomainError
from congress.models import User
from congress.services import audit, files
from platforms.enums import AssignmentState, ObjectionState, RectificationState
from platforms.models import Evidence, ItemScore, Objection, Platform, Rectification, StandardCheck

Target = Platform | StandardCheck | ItemScore | Objection | Rectification
MOST_AT_ONCE = 9

_FIELDS = {
    Platform: "platform",
    StandardCheck: "standard_check",
    ItemScore: "item_score",
    Objection: "objection",
    Rectification: "rectification",
}


def examine_all(uploads: Iterable[File[Any] | files.Examined]) -> list[files.Examined]:
    """Looks at several uploads before anything is written. Raises DomainError that names the file it refuses."""
    uploads = list(uploads)
    if len(uploads) > MOST_AT_ONCE:
        raise DomainError(f"一次最多上传 {MOST_AT_ONCE} 个文件，这次选了 {len(uploads)} 个。请分几次上传。")
    found = []
    for upload in uploads:
        try:
            found.append(upload if isinstance(upload, files.Examined) else files.examine(upload))
        except DomainError as refusal:
            raise DomainError(f"“{files.shown_name(upload.name or '')}”：{refusal}") from refusal
    return found


def attach(*, actor: User, target: Target, uploads: Iterable[File[Any] | files.Examined], caption: str = "") -> list[Evidence]:
    """Adds photos and files to the thing they show: all of them, or none.

    Raises DomainError when one is refused. Files are examined before the transaction, so that it stays short; a caller
    with a transaction of its own passes what ``examine_all`` gave it.
    """
    examined = examine_all(uploads)
    field = _FIELDS[type(target)]
    with transaction.atomic():
        rows = [files.store(Evidence, each, actor, caption=caption, **{field: target}) for each in examined]
        if rows:
            names = [row.original_name for row in rows]
            audit.record(actor, "platforms.attach_evidence", target, changes={"files": [None, names], "shows": [None, field]})
    return rows


def reason_to_keep(evidence: Evidence) -> str:
    """Why the evidence can't be taken away any more, as a sentence; "" while the thing it shows is still open."""
    if evidence.item_score:
        assignment = evidence.item_score.assessment.assignment
        if assignment.state not in (AssignmentState.SELF_SCORING, AssignmentState.CROSS_SCORING):
            return "评分已提交审定，材料须留存，不能删除。"
        if assignment.self_submitted_at and evidence.uploaded_at <= assignment.self_submitted_at:
            return "自评已提交，随自评上报的材料须留存，不能删除。"
    if evidence.objection and evidence.objection.state != ObjectionState.RAISED:
        return "异议已答复，材料须留存，不能删除。"
    if evidence.rectification and evidence.rectification.state == RectificationState.VERIFIED:
        return "整改已复核，材料须留存，不能删除。"
    return ""


@transaction.atomic
def remove(*, actor: User, evidence: Evidence) -> None:
    """Deletes evidence and its files. Raises DomainError when the thing it shows is closed."""
    if reason := reason_to_keep(evidence):
        raise DomainError(reason)
    audit.record(
        actor, "platforms.remove_evidence", evidence, changes={"sha256": [evidence.sha256, None], "file": [evidence.original_name, None]}
    )
    files.remove(evidence)
