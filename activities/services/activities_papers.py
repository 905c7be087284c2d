"""Asking for the papers of an activity: the notice, the sign-in sheet and the record."""

from __future__ import annotations

import hashlib

from django.http import Http404

from activities.enums import ActivityState
from activities.models import Activity
from congress.errors import DomainError
from congress.models import DocumentBatch
from congress.services import audit, documents
from congress.services.documents import Wanted
from deputies.services.guards import require

NOTICE, SHEET, RECORD = "activity_notice", "activity_sheet", "activity_record"
PAPERS = ((NOTICE, "活动通知"), (SHEET, "签到表"), (RECORD, "活动记录"))


def request_paper(*, actor: audit.Actor, activity: Activity, kind: str) -> DocumentBatch:
    """Asks for one paper. Unchanged records give the batch that is there.

    Raises PermissionDenied, Http404 for a kind there is none of, and DomainError for what has nothing to print yet.
    """
    title = dict(PAPERS).get(kind)
    if title is None:
        raise Http404("没有这种文件")
    require(actor, "activities.run", activity)
    rows = list(activity.participations.order_by("deputy__code").values_list("deputy", "state", "method", "spoke"))
    if kind != RECORD and not rows:
        raise DomainError("还没有邀请代表，没有名单可印。请先邀请代表。")
    if kind == RECORD and activity.state in (ActivityState.PLANNED, ActivityState.ANNOUNCED, ActivityState.CANCELLED):
        raise DomainError("活动还没有登记举行，没有记录可印。")
    told = [
        activity.version,
        rows,
        list(activity.files.values_list("pk", flat=True)),
        list(activity.forwardings.values_list("pk", "state")),
    ]
    state = hashlib.sha256(repr(told).encode()).hexdigest()[:16]
    return documents.request_batch(
        key=f"{kind.replace('_', '-')}-{activity.code}-{state}",
        title=f"{title}：{activity.title}",
        actor=actor,
        documents=[Wanted(kind, activity.code, f"{title}：{activity.title}", f"{title} {activity.title}")],
    )
