"""Publishing a round's result, once, and correcting it by a new, named version. What is published never changes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from congress.enums import Role
from congress.errors import DomainError
from congress.models import User
from congress.services import audit
from congress.services.notices import notify
from congress.workdays import Calendar
from platforms import links
from platforms.enums import ObjectionState, RoundState
from platforms.models import AssessmentRound, Bulletin, Correction, ItemScore, Objection, Rectification
from platforms.rules import is_office
from platforms.services import totals
from platforms.services.guards import locked_round, move_round, person, require
from platforms.services.printing import request_documents
from platforms.services.rounds import town_staff
from platforms.services.scoring import allowed_score


@transaction.atomic
def publish(
    *,
    actor: audit.Actor,
    round: AssessmentRound,
    number: str = "",
    issued_on: datetime.date | None = None,
    early_reason: str = "",
    on: datetime.date | None = None,
) -> Bulletin:
    """Publishes the round: fixes its result, lists what must be put right, asks for all documents, tells the towns.

    ``number`` is the 发文字号; ``issued_on`` the 成文日期, today when missing. The objection window must be over, or
    ``early_reason`` says why the office closes it early. Raises DomainError before all units are signed off, while an
    objection waits for its answer, within the window, and on the second call.
    """
    require(actor, is_office)
    round, today = locked_round(round), on or timezone.localdate()
    if round.state == RoundState.PUBLISHED:
        first = round.bulletins.get(version=1)
        raise DomainError(f"{round}已于{_day(timezone.localdate(first.published_at))}通报，不能重复通报。如有错误，请发布更正。")
    if round.state != RoundState.OBJECTION or round.objection_until is None:
        raise DomainError(f"{round}现为“{round.get_state_display()}”阶段，各单位全部审定后才能通报。")
    if waiting := Objection.objects.filter(item_score__assessment__round=round, state=ObjectionState.RAISED).count():
        raise DomainError(f"还有{waiting}件异议没有答复，答复后才能通报。")
    is_early = today <= round.objection_until
    if is_early and not early_reason.strip():
        raise DomainError(f"异议期到{_day(round.objection_until)}为止，期满后才能通报。确需提前的，请写明理由。")
    issued_on = issued_on or today
    found = _list_rectifications(round, issued_on)
    move_round(round, RoundState.PUBLISHED)
    bulletin = Bulletin.objects.create(
        round=round, number=number.strip(), issued_on=issued_on, published_by=person(actor), results=totals.results(round)
    )
    request_documents(actor=actor, bulletin=bulletin)
    changes = {"version": [None, 1], "number": [None, bulletin.number], "rectifications": [None, len(found)]}
    audit.record(actor, "platforms.publish_round", round, changes=changes, reason=early_reason.strip() if is_early else "")
    _tell(round, f"{round}结果已通报。", f"published-{round.code}")
    return bulletin


@transaction.atomic
def correct(
    *,
    actor: audit.Actor,
    round: AssessmentRound,
    name: str,
    reason: str,
    changes: Mapping[int, Decimal],
    number: str = "",
    issued_on: datetime.date | None = None,
) -> Bulletin:
    """Publishes a corrected version under a name of its own (如：第一次更正). Earlier bulletins and the scores stay as they are.

    ``changes`` maps primary keys of the round's item scores to the scores that should have stood there; earlier
    corrections stay in force. Totals, ranks and grades are reckoned anew, the list of what must be put right is not. The
    same correction again gives the bulletin that is there. Raises DomainError before publication, without a name, a reason
    or a change, for a name that is taken, and for a score the table does not allow.
    """
    require(actor, is_office)
    round = locked_round(round)
    name, reason = name.strip(), reason.strip()
    if round.state != RoundState.PUBLISHED:
        raise DomainError(f"{round}尚未通报，请直接修改评分，不必更正。")
    if not name or not reason:
        raise DomainError("请填写更正的名称和原因。")
    if not changes:
        raise DomainError("请至少更正一个项目的得分。")
    if known := round.bulletins.filter(name=name).first():
        if dict(known.corrections.values_list("item_score_id", "score")) == dict(changes):
            return known
        raise DomainError(f"已有名为“{name}”的更正，请另取名称。")
    before = corrections(round)
    rows = {row.pk: row for row in ItemScore.objects.filter(pk__in=list(changes), assessment__round=round).select_related("item")}
    if len(rows) < len(changes):
        raise DomainError("要更正的项目不属于本次考评，请刷新后再选。")
    for pk, score in changes.items():
        allowed_score(rows[pk], score, round.table.score_step)
        if score == before.get(pk, rows[pk].final_score):
            raise DomainError(f"“{rows[pk].item}”的得分没有变化，不必更正。")
    last = round.bulletins.order_by("-version")[0]
    results = totals.results(round, corrected={**before, **changes})
    results["rectifications"] = last.results["rectifications"]
    bulletin = Bulletin.objects.create(
        round=round,
        version=last.version + 1,
        name=name,
        reason=reason,
        number=number.strip(),
        issued_on=issued_on or timezone.localdate(),
        published_by=person(actor),
        results=results,
    )
    Correction.objects.bulk_create(Correction(bulletin=bulletin, item_score=rows[pk], score=score) for pk, score in changes.items())
    request_documents(actor=actor, bulletin=bulletin)
    said: dict[str, Any] = {str(pk): [str(before.get(pk, rows[pk].final_score)), str(score)] for pk, score in changes.items()}
    audit.record(actor, "platforms.correct_round", round, changes={"version": [last.version, bulletin.version], **said}, reason=reason)
    _tell(round, f"{round}通报已更正（{name}）。", f"corrected-{round.code}-{bulletin.version}")
    return bulletin


def corrections(round: AssessmentRound) -> dict[int, Decimal]:
    """The corrected scores in force, by item score; a later version goes over an earlier one."""
    return dict(Correction.objects.filter(bulletin__round=round).order_by("bulletin__version").values_list("item_score_id", "score"))


def _list_rectifications(round: AssessmentRound, start: datetime.date) -> list[Rectification]:
    """Items with a problem, and base items below the table's line, due a ``rectification_limit`` after ``start``.

    What an earlier round found on the same item of the same subject and nobody has verified is carried, not listed twice.
    """
    line = round.table.rectify_below
    rows = (
        ItemScore.objects.filter(assessment__round=round)
        .annotate(final=Coalesce("decided_score", "cross_score"))
        .exclude(
            problem="", final__gte=F("max_score") * line + Decimal("0.005")
        )  # SQLite reckons in floats: a little too many, then exactly
        .select_related("item", "assessment")
        .order_by("assessment__area__position", "assessment__area__code", "assessment__code", "item__position")
    )
    carried = set(
        Rectification.objects.unverified()
        .filter(round__in=AssessmentRound.objects.before(round))
        .values_list("area", "platform", "item__code")
    )
    due_on = Calendar.load().due(start, round.table.rectification_limit).due_on
    found: list[Rectification] = []
    for row in rows.iterator(chunk_size=2000):
        sheet, score = row.assessment, row.final_score or Decimal(0)
        is_low = not row.item.is_bonus and score < row.max_score * line
        if not (is_low or row.problem) or (sheet.area_id, sheet.platform_id, row.item.code) in carried:
            continue
        found.append(
            Rectification(
                code=f"ZG{round.code}-{len(found) + 1:03d}",
                round=round,
                area_id=sheet.area_id,
                platform_id=sheet.platform_id,
                item=row.item,
                problem=row.problem or f"得分{totals.plain(score)}分（满分{totals.plain(row.max_score)}分），未达到整改线",
                due_on=due_on,
            )
        )
    return Rectification.objects.bulk_create(found)


def _tell(round: AssessmentRound, text: str, key: str) -> None:
    towns = town_staff([assignment.area for assignment in round.assignments.select_related("area")])
    notify([*towns, *User.objects.in_role(Role.LEADER, Role.OFFICE)], text=text, url=links.to_round(round), key=key)


def _day(day: datetime.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
