"""The letter as a file, and what comes with a reply. Each file says by itself whether it may be published."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from congress.errors import DomainError
from congress.models import User
from congress.services import audit, files
from suggestions.enums import ReplyState
from suggestions.models import Reply, ReplyFile
from suggestions.services.moves import locked_handling, require

MOST_FILES = 10


@transaction.atomic
def attach(*, actor: User, reply: Reply, found: Iterable[files.Examined]) -> list[ReplyFile]:
    """Keeps files with a reply that was not sent; one that waits for signature is a draft again. The same file again is not kept twice.

    Raises PermissionDenied, and DomainError once sent, or for too many files.
    """
    reply = _draft(actor, reply)
    found = list(found)
    if reply.files.count() + len(found) > MOST_FILES:
        raise DomainError(f"一份答复最多{MOST_FILES}个文件，请先删去不用的。")
    rows = []
    for each in found:
        rows.append(files.store(ReplyFile, each, actor, reply=reply))
        audit.record(actor, "suggestions.attach_to_reply", reply.handling.suggestion, changes={"file": [None, each.name]})
    if rows:
        Reply.objects.filter(pk=reply.pk).update(state=ReplyState.DRAFT, version=F("version") + 1)
    return rows


@transaction.atomic
def detach(*, actor: User, file: ReplyFile) -> None:
    """Takes a file away again. Raises PermissionDenied, and DomainError once the reply was sent."""
    reply = _draft(actor, file.reply)
    audit.record(actor, "suggestions.detach_from_reply", reply.handling.suggestion, changes={"file": [file.original_name, None]})
    files.remove(file)
    Reply.objects.filter(pk=reply.pk).update(state=ReplyState.DRAFT, version=F("version") + 1)


@transaction.atomic
def mark(*, actor: User, file: ReplyFile, is_public: bool) -> ReplyFile:
    """Says whether the file may be published with the reply; the unit and the organ that runs the matter may. Again it is a no-op."""
    handling = locked_handling(file.reply.handling)
    require(actor, "suggestions.mark_reply_file", handling)
    file = ReplyFile.objects.select_for_update().get(pk=file.pk)
    if file.is_public != is_public:
        audit.record(
            actor,
            "suggestions.mark_reply_file",
            handling.suggestion,
            changes={"is_public": [file.is_public, is_public], "file": [file.original_name] * 2},
        )
        file.is_public = is_public
        file.save(update_fields=["is_public"])
    return file


def _draft(actor: User, reply: Reply) -> Reply:
    handling = locked_handling(reply.handling)
    require(actor, "suggestions.handle_suggestion", handling)
    found = Reply.objects.select_for_update().get(pk=reply.pk)
    found.handling = handling
    if found.state == ReplyState.SENT:
        raise DomainError("答复已经发出，文件不能再改。")
    return found
