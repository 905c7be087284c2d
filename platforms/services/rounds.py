"""Opening a round and arranging it: the draw, changes to it by hand, deadlines, the words of the bulletin."""

from __future__ import annotations

import datetime
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.utils import timezone

from congress.enums import Role
from congress.errors import DomainError
from congress.models import Area, Congress, RoleGrant, User
from congress.periods import Period
from congress.services import audit
from congress.services.notices import notify
from congress.workdays import Calendar
from platforms import links
from platforms.enums import RoundState, Subject
from platforms.models import Assessment, AssessmentRound, CrossAssignment, ItemScore, Platform, ScoreItem, ScoreTable
from platforms.rules import is_office
from platforms.services.draw import draw
from platforms.services.guards import open_round_locked, require
from platforms.services.suggesting import Suggestions
from platforms.services.tables import freeze

_CHUNK = 500


@transaction.atomic
def open_round(*, actor: audit.Actor, period: Period, on: datetime.date | None = None, seed: str | None = None) -> AssessmentRound:
    """Opens a quarter's round on the day ``on`` (today): draws, lays out all sheets with suggested scores, tells the towns.

    All active units of town rank in the home congress's area take part, each with its active platforms; a unit without
    one is scored on its own items alone. The current score table is frozen. Opening a quarter again gives the round that
    is there. Raises DomainError when there is no congress, no usable table, fewer than three units, or the quarter is to come.
    """
    require(actor, is_office)
    if period.unit != "quarter":
        raise DomainError("考评按季度进行，请选择一个季度。")
    on = on or timezone.localdate()
    congress = Congress.objects.home()
    if congress is None:
        raise DomainError("尚未登记区（县）人民代表大会，不能开始考评。请先在“基础数据”中登记。")
    Congress.objects.select_for_update().get(pk=congress.pk)  # two who open at once: the second finds the first's round
    if known := AssessmentRound.objects.filter(code=period.code).first():
        return known
    if on < period.start:
        raise DomainError(f"{period.label}尚未开始，不能开始该季度的考评。")
    table = freeze(ScoreTable.objects.current())
    units = {unit.code: unit for unit in Area.objects.active().town_level().within(congress.area)}
    seed = seed or secrets.token_hex(8)
    pairs = draw(units, _last_pairs(period), seed)
    calendar = Calendar.load()
    self_until = calendar.due(on, table.self_scoring_limit).due_on
    cross_until = calendar.due(self_until, table.cross_scoring_limit).due_on
    round = AssessmentRound.objects.create(
        code=period.code,
        congress=congress,
        year=period.start.year,
        quarter=period.number,
        table=table,
        seed=seed,
        opened_on=on,
        self_scoring_until=self_until,
        cross_scoring_until=cross_until,
        sign_off_until=calendar.due(cross_until, table.sign_off_limit).due_on,
    )
    assignments = CrossAssignment.objects.bulk_create(
        CrossAssignment(round=round, area=units[area], assessor=units[assessor]) for area, assessor in sorted(pairs.items())
    )
    _lay_out_sheets(round, assignments)
    audit.record(
        actor, "platforms.open_round", round, changes={"seed": [None, seed], "table": [None, table.version], "units": [None, len(units)]}
    )
    notify(
        town_staff(units.values()),
        text=f"{round}已开始，请于{_day(self_until)}前完成自评。",
        url=links.to_round(round),
        key=f"round-opened-{round.code}",
    )
    return round


@transaction.atomic
def redraw(*, actor: audit.Actor, round: AssessmentRound, seed: str | None = None) -> AssessmentRound:
    """Draws again, with a new seed unless one is given. Raises DomainError once a cross-score exists, or the round is further on."""
    require(actor, is_office)
    round = _arrangeable(round)
    if round.assignments.filter(assessments__scores__cross_score__isnull=False).exists():
        raise DomainError("交叉评分已经开始，不能重新抽签。确需调整的，可对尚未评分的单位逐个调整。")
    assignments = {a.area.code: a for a in round.assignments.select_for_update(of=("self",)).select_related("area", "assessor")}
    units = {code: assignment.area for code, assignment in assignments.items()}
    before = {code: assignment.assessor.code for code, assignment in assignments.items()}
    seed = seed or secrets.token_hex(8)
    pairs = draw(units, _last_pairs(round.period), seed)
    for code, assignment in assignments.items():
        assignment.assessor = units[pairs[code]]
    CrossAssignment.objects.bulk_update(assignments.values(), ["assessor"], batch_size=200)
    old_seed, round.seed = round.seed, seed
    round.save(update_fields=["seed"])
    audit.record(actor, "platforms.redraw", round, changes={"seed": [old_seed, seed], **audit.difference(before, pairs)})
    notify(
        town_staff(units.values()),
        text=f"{round}已重新抽签，请查看本单位的考评对象。",
        url=links.to_round(round),
        key=f"redrawn-{round.code}-{seed}",
    )
    return round


@transaction.atomic
def adjust(*, actor: audit.Actor, assignment: CrossAssignment, assessor: Area) -> CrossAssignment:
    """Lets ``assessor`` assess the area; whoever it was to assess goes to the old assessor, so that the load stays even.

    The same assessor again is a no-op. Raises DomainError when a unit would assess itself, two would assess each other,
    or one of the two has cross-scores already.
    """
    require(actor, is_office)
    round = _arrangeable(assignment.round)
    everyone = {a.assessor_id: a for a in round.assignments.select_for_update(of=("self",)).select_related("area", "assessor")}
    mine = next(a for a in everyone.values() if a.pk == assignment.pk)
    other = everyone.get(assessor.pk)
    if other is None:
        raise DomainError(f"{assessor}没有参加本次考评，不能担任考评单位。")
    if other.pk == mine.pk:
        return mine
    old = mine.assessor
    if assessor.pk == mine.area_id or old.pk == other.area_id:
        alone = mine.area if assessor.pk == mine.area_id else other.area
        raise DomainError(f"这样调整后{alone}将考评本单位，不能这样调整。")
    for pair in (mine, other):
        if ItemScore.objects.filter(assessment__assignment=pair, cross_score__isnull=False).exists():
            raise DomainError(f"{pair.assessor}对{pair.area}的交叉评分已经开始，不能再调整。")
    assessed_by = {a.area_id: a.assessor_id for a in everyone.values()} | {mine.area_id: assessor.pk, other.area_id: old.pk}
    for area, by in ((mine.area, assessor), (other.area, old)):
        if assessed_by[by.pk] == area.pk:
            raise DomainError(f"这样调整后{area}与{by}将互相考评，不能这样调整。")
    CrossAssignment.objects.filter(pk=mine.pk).update(assessor=assessor)
    CrossAssignment.objects.filter(pk=other.pk).update(assessor=old)
    audit.record(
        actor,
        "platforms.adjust_assignment",
        round,
        changes={mine.area.code: [old.code, assessor.code], other.area.code: [assessor.code, old.code]},
    )
    mine.assessor = assessor
    notify(
        town_staff([mine.area, other.area, assessor, old]),
        text=f"{round}的交叉安排有调整，请查看。",
        url=links.to_round(round),
        key=f"adjusted-{round.code}-{mine.pk}-{assessor.code}-{timezone.now():%Y%m%d%H%M%S}",
    )
    return mine


@transaction.atomic
def appoint_leader(*, actor: audit.Actor, assignment: CrossAssignment, leader: User | None) -> CrossAssignment:
    """Says which leading official heads the assessment of one area. Raises DomainError when the person is not a leader."""
    require(actor, is_office)
    round = open_round_locked(assignment.round)
    if leader is not None and not leader.access.is_leader:
        raise DomainError(f"{leader}不是常委会领导，不能担任带队领导。")
    if assignment.leader_id != (leader.pk if leader else None):
        before, assignment.leader = assignment.leader, leader
        assignment.save(update_fields=["leader"])
        names = [person.name if person else None for person in (before, leader)]
        audit.record(actor, "platforms.appoint_leader", round, changes={assignment.area.code: names})
    return assignment


@transaction.atomic
def set_deadlines(
    *,
    actor: audit.Actor,
    round: AssessmentRound,
    self_scoring_until: datetime.date,
    cross_scoring_until: datetime.date,
    sign_off_until: datetime.date,
    objection_until: datetime.date | None = None,
) -> AssessmentRound:
    """Moves the deadlines. A phase that is over is not opened again. Raises DomainError when they are out of order.

    ``objection_until`` can be given only once the objection window has begun, and stays as it is when left out.
    """
    require(actor, is_office)
    round = open_round_locked(round)
    if not round.opened_on <= self_scoring_until <= cross_scoring_until <= sign_off_until:
        raise DomainError("自评、交叉评、审定的截止日期应依次在后，且不早于考评开始之日。")
    if objection_until is not None and round.state != RoundState.OBJECTION:
        raise DomainError("审定后才开始异议期，现在还不能设定异议截止日期。")
    if objection_until is not None and round.signed_off_on and objection_until < round.signed_off_on:
        raise DomainError("异议截止日期不能早于审定日期。")
    new: dict[str, object] = {
        "self_scoring_until": self_scoring_until,
        "cross_scoring_until": cross_scoring_until,
        "sign_off_until": sign_off_until,
    }
    if objection_until is not None:
        new["objection_until"] = objection_until
    return _change(actor, "platforms.set_deadlines", round, new)


@transaction.atomic
def edit_bulletin_texts(*, actor: audit.Actor, round: AssessmentRound, highlights: str, problems: str, demands: str) -> AssessmentRound:
    """Keeps the words of the bulletin's parts three to five. Raises DomainError once the round is published."""
    require(actor, is_office)
    return _change(
        actor,
        "platforms.edit_bulletin_texts",
        open_round_locked(round),
        {"highlights": highlights, "problems": problems, "demands": demands},
    )


def town_staff(areas: Iterable[Area]) -> Iterable[User]:
    """The people of the town and subdistrict offices of these areas, in one query."""
    grants = RoleGrant.objects.in_force().filter(
        role=Role.TOWN_OFFICE, organisation__area__in=[area.pk for area in areas], user__is_active=True
    )
    return User.objects.filter(pk__in=grants.values("user"))


def _change(actor: audit.Actor, action: str, round: AssessmentRound, new: dict[str, object]) -> AssessmentRound:
    """Saves fields of a locked round and records what differs; nothing when nothing does."""
    changes = audit.difference({field: getattr(round, field) for field in new}, new)
    if changes:
        for field, value in new.items():
            setattr(round, field, value)
        round.save(update_fields=list(new))
        audit.record(actor, action, round, changes=changes)
    return round


def _arrangeable(round: AssessmentRound) -> AssessmentRound:
    round = open_round_locked(round)
    if round.state not in (RoundState.SELF_SCORING, RoundState.CROSS_SCORING):
        raise DomainError("交叉评分已经结束，不能再变动交叉安排。")
    return round


def _last_pairs(period: Period) -> dict[str, str]:
    """{area: assessor} of the last round before this one, or nothing."""
    start = period.start
    earlier = AssessmentRound.objects.filter(year__lt=start.year) | AssessmentRound.objects.filter(
        year=start.year, quarter__lt=period.number
    )
    last = earlier.order_by("-year", "-quarter").first()
    return dict(last.assignments.values_list("area__code", "assessor__code")) if last else {}


def _lay_out_sheets(round: AssessmentRound, assignments: list[CrossAssignment]) -> None:
    """One sheet for each area and for each of its active platforms, with a row for each item of the table."""
    by_area = {assignment.area_id: assignment for assignment in assignments}
    platforms = list(Platform.objects.active().filter(unit__in=list(by_area)).order_by("pk").values_list("pk", "code", "unit_id"))
    taken = {assignment.area.code for assignment in assignments}
    if clash := next((code for _, code, _ in platforms if code in taken), None):
        raise DomainError(f"平台编号“{clash}”与区划代码相同，考评表无法区分。请先修改该平台的编号。")
    areas = (Assessment(assignment=a, round=round, area_id=a.area_id, code=a.area.code) for a in assignments)
    sites = (
        Assessment(assignment=by_area[unit], round=round, area_id=unit, platform_id=platform, code=code)
        for platform, code, unit in platforms
    )
    items: dict[str, list[ScoreItem]] = defaultdict(list)
    for item in round.table.items.all():
        items[item.subject].append(item)
    ids: dict[str, list[int]] = {Subject.PLATFORM: [platform for platform, _, _ in platforms], Subject.AREA: list(by_area)}
    suggestions = Suggestions([item for each in items.values() for item in each], ids, round.period, round.table.score_step)
    for sheets in _chunks([*areas, *sites]):
        Assessment.objects.bulk_create(sheets)
        ItemScore.objects.bulk_create(
            ItemScore(
                assessment_id=sheet.pk, item_id=item.pk, max_score=item.max_score, suggested=suggestion.score, figure_value=suggestion.value
            )
            for sheet in sheets
            for item in items[Subject.PLATFORM if sheet.platform_id else Subject.AREA]
            for suggestion in [suggestions.of(item, sheet.platform_id or sheet.area_id)]
        )


def _chunks(rows: list[Assessment]) -> Iterator[list[Assessment]]:
    """So many at a time that the memory needed does not grow with the number of platforms."""
    return (rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK))


def _day(day: datetime.date) -> str:
    return f"{day.month}月{day.day}日"
