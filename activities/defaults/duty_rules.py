"""The duty rules a new installation starts with; staff edit them, and none is put back that they removed.

三个一 and 六个一 are the source speech's own (四（一）), as are the reception day (四（二）), the half-yearly forum (四（三）), the group's
quarter (四（四）), two or three deputies a standing member (三（一）), the duty report once a term (三（二）) and the yearly
training of an area's deputies (一). How often a deputy is in contact with voters the speech leaves open: once a quarter is a proposal. A
presidium or branch office that meets once a quarter is what local rules of other places ask.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from activities.enums import ActivityKind, DutyPeriod, DutySubject

THREE, SIX = "三个一", "六个一"


class Rule(NamedTuple):
    code: str
    family: str
    name: str
    subject: DutySubject
    period: DutyPeriod
    figure: str
    argument: str = ""
    minimum: str = "1"
    maximum: str | None = None
    level: str = ""
    basis: str = ""


def _kinds(*kinds: ActivityKind) -> str:
    return "|".join(kinds)


def _three(code: str, name: str, *kinds: ActivityKind) -> Rule:
    basis = "《代表法》第二十九条至第三十三条；届内区人大代表“三个一”活动"
    figure = "activities.participations"
    return Rule(code, THREE, name, DutySubject.DEPUTY, DutyPeriod.TERM, figure, _kinds(*kinds), level="district", basis=basis)


def _six(code: str, name: str, *kinds: ActivityKind) -> Rule:
    basis = "镇人大每年组织代表开展“六个一”活动"
    return Rule(code, SIX, name, DutySubject.TOWN, DutyPeriod.YEAR, "activities.held", _kinds(*kinds), basis=basis)


def _presidium(code: str, name: str, subject: DutySubject, basis: str) -> Rule:
    return Rule(code, "", name, subject, DutyPeriod.QUARTER, "activities.held", ActivityKind.PRESIDIUM, basis=basis)


RULES: tuple[Rule, ...] = (
    _three("three-meetings", "列席常委会会议", ActivityKind.STANDING_MEETING),
    _three("three-research", "参加调研或者执法检查", ActivityKind.RESEARCH, ActivityKind.ENFORCEMENT_CHECK),
    _three("three-inspection", "参加视察", ActivityKind.INSPECTION),
    _six("six-topics", "监督议题征集", ActivityKind.TOPIC_COLLECTION),
    _six("six-inspection", "代表视察或者考察", ActivityKind.INSPECTION, ActivityKind.STUDY_VISIT),
    _six("six-research", "代表专题调研", ActivityKind.RESEARCH),
    _six("six-training", "代表学习培训", ActivityKind.TRAINING),
    _six("six-proposals", "议案建议征集", ActivityKind.PROPOSAL_COLLECTION),
    Rule(
        "six-reports",
        SIX,
        "代表述职",
        DutySubject.TOWN,
        DutyPeriod.YEAR,
        "deputies.duty_meetings",
        basis="镇人大每年组织代表开展“六个一”活动",
    ),
    Rule(
        "duty-report",
        "",
        "向选民现场述职",
        DutySubject.DEPUTY,
        DutyPeriod.TERM,
        "deputies.duty_reports_of",
        basis="《代表法》第五十八条；任期内现场述职不少于1次",
    ),
    Rule(
        "voter-contacts",
        "",
        "联系选民",
        DutySubject.DEPUTY,
        DutyPeriod.YEAR,
        "deputies.contacts",
        minimum="4",
        basis="《代表法》第二十八条；《人大代表联系选民制度》",
    ),
    Rule(
        "linked-deputies",
        "",
        "固定联系代表",
        DutySubject.STANDING_MEMBER,
        DutyPeriod.TERM,
        "deputies.linked_deputies",
        minimum="2",
        maximum="3",
        basis="《代表法》第四十四条；常委会组成人员固定联系2至3名代表",
    ),
    Rule(
        "group-activities",
        "",
        "代表小组活动",
        DutySubject.GROUP,
        DutyPeriod.QUARTER,
        "activities.group_activities",
        basis="《代表法》第二十六条；每季度开展一次代表小组活动",
    ),
    Rule(
        "receptions",
        "",
        "接待选民日",
        DutySubject.PLATFORM,
        DutyPeriod.MONTH,
        "activities.receptions",
        basis="《代表法》第二十八条；每月固定一天接待选民",
    ),
    Rule("forums", "", "民情反映会", DutySubject.DISTRICT, DutyPeriod.HALF, "activities.forums", basis="每半年召开1次民情反映会"),
    Rule(
        "training-town",
        "",
        "镇代表培训覆盖",
        DutySubject.TOWN,
        DutyPeriod.YEAR,
        "activities.training_coverage",
        basis="《代表法》第四十七条；每年组织本辖区的人大代表学习培训一次",
    ),
    Rule(
        "training-subdistrict",
        "",
        "街道（农场）代表培训覆盖",
        DutySubject.SUBDISTRICT,
        DutyPeriod.YEAR,
        "activities.training_coverage",
        basis="《代表法》第四十七条；每年组织本辖区的人大代表学习培训一次",
    ),
    _presidium("presidium-meetings", "主席团会议", DutySubject.TOWN, "《组织法》第十九条"),
    _presidium("branch-meetings", "街道（农场）人大工委会议", DutySubject.SUBDISTRICT, "《组织法》第五十九条"),
)


def ship(rule_model: Any, figure_model: Any) -> bool:
    """Adds the rules unless there is any; answers whether it did. Takes the models, so that a migration can pass its own."""
    if rule_model.objects.exists():
        return False
    for position, rule in enumerate(RULES, start=1):
        made = rule_model.objects.create(
            code=rule.code,
            family=rule.family,
            name=rule.name,
            subject=rule.subject,
            level=rule.level,
            period=rule.period,
            minimum=Decimal(rule.minimum),
            maximum=Decimal(rule.maximum) if rule.maximum else None,
            basis=rule.basis,
            position=position * 10,
        )
        figure_model.objects.create(rule=made, figure=rule.figure, argument=rule.argument)
    return True
