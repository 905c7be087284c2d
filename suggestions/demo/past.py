"""Earlier sessions of the term, and what went smoothly in the last, written in bulk: they are many.

All closed, with what units answered and deputies thought of it.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from congress.models import Session
from congress.workdays import Deadline
from suggestions.demo.cast import Cast
from suggestions.demo.earlier import YEARS, Earlier, is_plain, of_matter
from suggestions.demo.matters import BAD, GOOD
from suggestions.demo.play import Date, days
from suggestions.demo.session import MATTERS as IN_SESSION
from suggestions.enums import (
    ClockState,
    CommitmentState,
    CosignState,
    HandlingRole,
    HandlingState,
    LimitKind,
    Occasion,
    Publicity,
    ReplyState,
    SuggestionState,
)
from suggestions.models import Clock, Commitment, Consultation, Cosigner, Evaluation, Handling, Reply, Suggestion, SuggestionStep
from suggestions.services import similarity

_BASIS = "代表在走访和调研中了解到，{about}方面群众反映比较集中，影响生产生活，现有安排还不能满足需要。"
_REQUEST = "建议有关部门提出办法和时间表，落实资金和责任人，{about}，并把结果告知代表。"
_ANSWERS = {
    "A": "您建议的事项已经办结：{about}工作已完成并投入使用，管护责任落实到单位。",
    "B": "您建议的事项正在办理：{about}已列入年度计划并开工，按季度向代表通报进度。",
    "C": "您建议的事项已列入规划：{about}拟纳入下一年度计划，待资金落实后分步实施。",
    "D": "您建议的事项受政策和资金条件限制，目前难以实施，留作参考，我们将继续向上争取。",
}
_ACCEPTED, _ASSIGNED, _SIGNED = 6, 9, 12  # days after the session opened
_JUDGED = 9  # days after the answer
_YEAR = 365


@dataclass(frozen=True)
class _Made:
    suggestion: Suggestion
    row: Earlier
    number: int
    opened: Date

    @property
    def assigned(self) -> Date:
        return self.opened + days(_ASSIGNED)

    @property
    def replied(self) -> Date:
        return self.assigned + days(self.row.days)

    @property
    def judged(self) -> Date:
        return self.replied + days(_JUDGED)


def make(cast: Cast) -> None:
    """Numbers run through the term from its first session, as ``examine`` gives them."""
    sessions = list(Session.objects.filter(term=cast.session.term, starts_on__lt=cast.session.starts_on).order_by("-starts_on"))
    planned = [(session, row) for session, rows in reversed(list(zip(sessions, YEARS, strict=False))) for row in rows]
    _write(cast, [*planned, *((cast.session, of_matter(matter)) for matter in IN_SESSION if is_plain(matter))])


def _write(cast: Cast, planned: list[tuple[Session, Earlier]]) -> None:
    serial: dict[int, int] = {}
    made: list[_Made] = []
    for number, (session, row) in enumerate(planned, start=1):
        seat = cast.seats[number * 7 % len(cast.seats)]
        year, opened = session.starts_on.year, session.starts_on
        serial[year] = serial.get(year, 0) + 1
        suggestion = Suggestion(
            code=f"JY{year}-{serial[year]:06d}",
            congress=session.term.congress,
            term=session.term,
            session=session,
            occasion=Occasion.IN_SESSION,
            number=number,
            title=f"关于{row.title}的建议",
            basis=row.matter.basis if row.matter else _BASIS.format(about=row.title),
            request=row.matter.request if row.matter else _REQUEST.format(about=row.title),
            origin=row.matter.life.origin if row.matter else "",
            category=cast.categories.get(row.category),
            proposer=seat,
            state=SuggestionState.CLOSED,
            submitted_at=cast.moment(opened, number),
            accepted_on=opened + days(_ACCEPTED),
            created_by=cast.author(seat),
            version=6,
        )
        each = _Made(suggestion, row, number, opened)
        suggestion.assigned_on, suggestion.replied_on, suggestion.closed_on = each.assigned, each.replied, each.judged
        made.append(each)
    rows = Suggestion.objects.bulk_create([each.suggestion for each in made])
    for each in made:
        each.suggestion.created_at = cast.moment(each.opened - days(6), each.number)
    Suggestion.objects.bulk_update(rows, ["created_at"])
    similarity.index(rows)
    Cosigner.objects.bulk_create(
        Cosigner(suggestion=each.suggestion, mandate=other, state=CosignState.CONFIRMED, answered_at=each.suggestion.created_at)
        for each in made
        if each.row.matter
        for other in cast.others(each.suggestion.proposer, each.row.matter.life.cosigners)
    )
    _steps(cast, made)
    _handle(cast, made)


def _steps(cast: Cast, made: list[_Made]) -> None:
    steps: list[SuggestionStep] = []
    moments: list[datetime.datetime] = []
    for each in made:
        unit, author = cast.unit(each.row.unit), each.suggestion.created_by
        worker = cast.people[unit.pk]
        for state, day, text, actor in (
            (SuggestionState.DRAFT, each.opened - days(6), "", author),
            (SuggestionState.SUBMITTED, each.opened, "", author),
            (SuggestionState.ACCEPTED, each.opened + days(_ACCEPTED), "", cast.office),
            (SuggestionState.ASSIGNED, each.assigned, f"交{unit.short_name or unit}（主办）", cast.dispatcher),
            (SuggestionState.IN_HAND, each.opened + days(_SIGNED), f"{unit}签收", worker),
            (SuggestionState.REPLIED, each.replied, f"{unit}答复（{cast.classes[each.row.reply_class]}）", worker),
            (SuggestionState.CLOSED, each.judged, "代表作出评价，予以办结", cast.office),
        ):
            by_unit = unit if actor == worker else None
            steps.append(SuggestionStep(suggestion=each.suggestion, state=state, text=text, actor=actor, unit=by_unit))
            moments.append(cast.moment(day, each.number))
    rows = SuggestionStep.objects.bulk_create(steps)
    for step, moment in zip(rows, moments, strict=True):
        step.at = moment
    SuggestionStep.objects.bulk_update(rows, ["at"], batch_size=200)


def _handle(cast: Cast, made: list[_Made]) -> None:
    handlings: list[Handling] = []
    for each in made:
        for key, role in ((each.row.unit, HandlingRole.LEAD), *((key, HandlingRole.SUPPORT) for key in each.row.supports)):
            unit = cast.unit(key)
            supports = role == HandlingRole.SUPPORT
            done = each.assigned + days(25) if supports else each.replied
            signed = cast.moment(each.opened + days(_SIGNED), each.number)
            handlings.append(
                Handling(
                    suggestion=each.suggestion,
                    unit=unit,
                    role=role,
                    state=HandlingState.DONE,
                    assigned_on=each.assigned,
                    assigned_by=cast.dispatcher,
                    signed_at=signed,
                    signed_by=cast.people[unit.pk],
                    opinion="我单位无不同意见，按职责配合办理。" if supports else "",
                    opinion_on=done if supports else None,
                    done_on=done,
                    version=2,
                )
            )
    leads = [part for part in Handling.objects.bulk_create(handlings) if part.role == HandlingRole.LEAD]
    _clocks(cast, leads)
    replies, consultations = [], []
    for part, each in zip(leads, made, strict=True):
        actor = cast.people[part.unit_id]
        replies.append(
            Reply(
                handling=part,
                state=ReplyState.SENT,
                document_number=f"榕政办函〔{each.replied.year}〕{each.number}号",
                text=each.row.matter.answer if each.row.matter else _ANSWERS[each.row.reply_class].format(about=each.row.title),
                reply_class=cast.classes[each.row.reply_class],
                publicity=Publicity.FULL,
                contact_person=actor.name,
                contact_phone=part.unit.phone,
                signer=f"{part.unit.short_name or part.unit.name}主要负责人",
                drafted_by=actor,
                signed_by=actor,
                sent_on=each.replied,
                version=2,
            )
        )
        if each.number % 6:
            day = each.assigned + days(14)
            consultations.append(
                Consultation(
                    handling=part,
                    deputy=each.suggestion.proposer.deputy,
                    on=day,
                    way="上门面商" if each.number % 2 else "电话沟通",
                    text="向代表介绍了办理思路，代表表示认可。",
                    entered_by=actor,
                    confirmed_at=cast.moment(day + days(2), each.number),
                )
            )
    Consultation.objects.bulk_create(consultations)
    _judge(cast, Reply.objects.bulk_create(replies), made)


def _clocks(cast: Cast, leads: list[Handling]) -> None:
    rows = []
    for part in leads:
        deadline: Deadline = cast.calendar.due(part.assigned_on, "3m")
        rows.append(
            Clock(
                suggestion=part.suggestion,
                handling=part,
                kind=LimitKind.ANSWER,
                state=ClockState.STOPPED,
                starts_on=part.assigned_on,
                limit="3m",
                due_on=deadline.due_on,
                steps=deadline.steps,
                stopped_on=part.done_on,
            )
        )
    Clock.objects.bulk_create(rows)


def _judge(cast: Cast, replies: list[Reply], made: list[_Made]) -> None:
    evaluations, commitments = [], []
    serial: dict[int, int] = {}
    for reply, each in zip(replies, made, strict=True):
        row, replied = each.row, each.replied
        evaluations.append(
            Evaluation(
                reply=reply,
                mandate=each.suggestion.proposer,
                attitude=GOOD,
                result=row.result,
                text="当年没有开工，希望继续跟踪。" if row.result == BAD else "",
                entered_by=cast.office,
            )
        )
        if row.kept is None:
            continue
        serial[replied.year] = serial.get(replied.year, 0) + 1
        due = replied + datetime.timedelta(days=_YEAR if row.reply_class == "C" else 200)
        commitments.append(
            Commitment(
                code=f"CN{replied.year}-{serial[replied.year]:06d}",
                reply=reply,
                text=f"完成{row.title}的主要工程，并向代表报告",
                due_on=due,
                state=CommitmentState.KEPT if row.kept else CommitmentState.NOT_KEPT,
                progress="已按承诺完成，并请代表到现场察看。" if row.kept else "完成了前期工作，主体工程没有按期开工。",
                reported_on=due - days(7),
                grade=GOOD if row.kept else BAD,
                comment="" if row.kept else "没有按承诺完成，请继续办理。",
                evaluated_on=due,
                version=2,
            )
        )
    Commitment.objects.bulk_create(commitments)
    judged = Evaluation.objects.bulk_create(evaluations)
    for evaluation, each in zip(judged, made, strict=True):
        evaluation.at = cast.moment(each.judged, each.number)
    Evaluation.objects.bulk_update(judged, ["at"])
