"""What staff do with many rows of the list at once, and the templates they assign with.

Each matter is dealt with by itself, so that one that can't be helped keeps nothing else back: the answer is how many were done,
and a sentence for each that was not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction

from congress.access import may
from congress.errors import DomainError
from congress.models import Organisation, Session, User
from congress.services import audit
from suggestions.enums import Occasion, SuggestionState
from suggestions.models import AssignmentTemplate, Clock, Suggestion
from suggestions.services import reminding
from suggestions.services.assigning import refuse_unit
from suggestions.services.moves import locked, require, step

Outcome = tuple[int, list[str]]


def remind(*, actor: User, suggestions: Iterable[Suggestion], text: str = "") -> Outcome:
    """催办: whoever each waits for is told of the nearest limit she must keep, units each of their own.

    Somebody who was reminded of it today already counts as done. Writes through ``reminding.urge``.
    """
    rows = sorted(suggestions, key=lambda row: row.pk)
    nearest: dict[tuple[int, int | None], Clock] = {}
    pressing = Clock.objects.pressing().filter(suggestion__in=[row.pk for row in rows])
    for clock in pressing.select_related("suggestion__congress__area", "handling__unit").order_by("due_on", "pk"):
        nearest.setdefault((clock.suggestion_id, clock.handling_id), clock)
    done, refused = 0, []
    for row in rows:
        own = [clock for (suggestion, _), clock in nearest.items() if suggestion == row.pk]
        try:
            if not may(actor, "suggestions.assign_suggestion", row):
                raise DomainError("不是由您交办的，不能催办。")
            if not own:
                raise DomainError(f"现为“{row.get_state_display()}”，没有正在计时的期限，不需要催办。")
            reminding.urge(actor=actor, clocks=own, text=text)
            done += 1
        except DomainError as refusal:
            refused.append(f"《{row.title}》：{refusal}")
    return done, refused


def put_to_session(*, actor: User, suggestions: Iterable[Suggestion], session: Session) -> Outcome:
    """归入会次: what was proposed between sessions is told with that session's, in its booklet and in the year's report."""
    done, refused = 0, []
    for row in sorted(suggestions, key=lambda row: row.pk):
        try:
            _put(actor, row, session)
            done += 1
        except DomainError as refusal:
            refused.append(f"《{row.title}》：{refusal}")
    return done, refused


@transaction.atomic
def _put(actor: User, suggestion: Suggestion, session: Session) -> None:
    suggestion = locked(suggestion)
    if not may(actor, "suggestions.close_suggestion", suggestion):
        raise DomainError("不是由您管理的，不能归入会次。")
    if suggestion.session_id == session.pk:
        return
    if suggestion.occasion == Occasion.IN_SESSION:
        raise DomainError("是会议期间提出的，会次不能改。")
    if suggestion.term_id != session.term_id:
        raise DomainError(f"不是{session.term}的，不能归入该次会议。")
    if suggestion.accepted_on is None or suggestion.state == SuggestionState.WITHDRAWN:
        raise DomainError(f"现为“{suggestion.get_state_display()}”，受理后才能归入会次。")
    before = f"第{suggestion.session.number}次会议" if suggestion.session else None
    Suggestion.objects.filter(pk=suggestion.pk).update(session=session)
    step(actor, suggestion, suggestion.state, f"归入第{session.number}次会议", is_inner=True)
    audit.record(actor, "suggestions.put_to_session", suggestion, changes={"to_session": [before, f"第{session.number}次会议"]})


# ---- templates of assignment


@transaction.atomic
def save_template(
    *,
    actor: User,
    name: str,
    instruction: str = "",
    answering: Sequence[Organisation] = (),
    supporting: Sequence[Organisation] = (),
    template: AssignmentTemplate | None = None,
) -> AssignmentTemplate:
    """Makes a template, or changes the one given. The same again writes nothing.

    Raises PermissionDenied, and DomainError for a name that is taken, nothing to fill in, a unit on both sides or one that
    handles nothing.
    """
    require(actor, "suggestions.keep_templates")
    name, instruction = name.strip(), instruction.strip()
    if not name:
        raise DomainError("请给模板起个名称。")
    others = AssignmentTemplate.objects.filter(name=name)
    if template is not None:
        template = AssignmentTemplate.objects.select_for_update().get(pk=template.pk)
        others = others.exclude(pk=template.pk)
    if others.exists():
        raise DomainError(f"已有名为“{name}”的模板，请换个名称。")
    if not (instruction or answering or supporting):
        raise DomainError("请填写单位或者交办意见，空的模板没有用处。")
    if both := [str(unit) for unit in answering if unit in supporting]:
        raise DomainError(f"{'、'.join(both)}不能既主办又协办。")
    for unit in (*answering, *supporting):
        refuse_unit(unit)
    before = _told(template) if template else {}
    row = template or AssignmentTemplate()
    row.name, row.instruction = name, instruction
    row.save()
    row.answering.set(answering)
    row.supporting.set(supporting)
    after = _told(row)
    if changes := {key: [before.get(key), after[key]] for key in after if before.get(key) != after[key]}:
        audit.record(actor, "suggestions.change_template" if template else "suggestions.create_template", row, changes=changes)
    return row


@transaction.atomic
def drop_template(*, actor: User, pk: int) -> None:
    """Takes a template away; what was assigned with it stays as it is. One that is gone already is a no-op."""
    require(actor, "suggestions.keep_templates")
    row = AssignmentTemplate.objects.filter(pk=pk).first()
    if row is not None:
        audit.record(actor, "suggestions.delete_template", row, changes={"name": [row.name, None]})
        row.delete()


def _told(row: AssignmentTemplate) -> dict[str, str]:
    return {
        "name": row.name,
        "instruction": row.instruction,
        "answering": "、".join(str(unit) for unit in row.answering.order_by("code")),
        "supporting": "、".join(str(unit) for unit in row.supporting.order_by("code")),
    }
