"""One matter from its draft to its end, by the services, each step on the day it would have been taken."""

from __future__ import annotations

import datetime
from collections.abc import Generator
from typing import Any

from django.utils import timezone

from deputies.models import Mandate, Opinion
from suggestions.demo import handling, judging
from suggestions.demo.cast import Cast
from suggestions.demo.matters import Matter, roles
from suggestions.demo.play import Date, days
from suggestions.enums import CosignState, HandlingRole, LimitKind, Occasion, Outcome, PublicityWish, SuggestionKind
from suggestions.models import Cosigner, Suggestion
from suggestions.services import assigning, examining, proposing, requests
from suggestions.services.profiles import limits_of, profile_of

Life = Generator[Date, Date, None]
ORDER = ("draft", "submitted", "accepted", "assigned", "signed", "consulted", "review", "replied", "evaluated")
_WRITTEN, _EXAMINED, _ASSIGNED = 9, 2, 6  # days before it is handed in, and after
_IN_SESSION_EXAMINED, _IN_SESSION_ASSIGNED = 6, 9


def reaches(matter: Matter, stage: str) -> bool:
    until = matter.life.until
    return until not in ORDER or ORDER.index(until) >= ORDER.index(stage)


def live(cast: Cast, matter: Matter, known: dict[str, Suggestion], seat: Mandate | None = None, opinions: tuple[Opinion, ...] = ()) -> Life:
    """``known`` is filled with what there is, by title, for those that are handled together."""
    life, until = matter.life, matter.life.until
    seat = seat or cast.seat(matter)
    actor = cast.author(seat)
    handed_in, examined, assigned = days_of(cast, matter)
    yield handed_in - days(2 if until == "draft" else _WRITTEN)
    suggestion = _draft(cast, matter, seat, opinions)
    known[matter.title] = suggestion
    yield handed_in - days(1 if until == "draft" else 4)
    _sign_along(cast, matter, seat, suggestion)
    if until == "draft":
        return
    yield handed_in
    proposing.submit(actor=actor, suggestion=suggestion)
    if until == "submitted":
        return
    yield from _examine(cast, matter, suggestion, examined)
    if until in {"improve", "letter"} or (until == "accepted" and not life.returns):
        return
    if until == "withdrawn" and not life.supports:
        yield examined + days(5)
        proposing.withdraw(actor=actor, suggestion=suggestion, reason=life.reason)
        return
    day = yield assigned
    first = life.returns if until == "accepted" else ""
    units = {cast.unit(key): role for key, role in roles(matter, first).items()}
    assigning.assign(actor=cast.assigner(matter), suggestion=suggestion, units=units, instruction=_instruction(matter), on=day)
    if life.merges and life.merges in known:
        examining.merge(actor=cast.examiner(matter), suggestion=suggestion, into=known[life.merges])
    if first:
        yield from _return(cast, matter, suggestion, day)
        return
    yield from handling.handle(cast, matter, suggestion, day)
    if until == "withdrawn":
        yield day + days(28)
        proposing.withdraw(actor=actor, suggestion=suggestion, reason=life.reason)
        return
    if until == "review":
        yield from judging.draft_for_signature(cast, matter, suggestion, day)
    if reaches(matter, "replied"):
        yield from judging.answer(cast, matter, suggestion, seat, day)


def days_of(cast: Cast, matter: Matter) -> tuple[Date, Date, Date]:
    """The days it is handed in, examined and assigned."""
    life = matter.life
    if matter.occasion == Occasion.IN_SESSION:
        opened = cast.session.starts_on
        return opened + days(cast.random.randint(0, 2)), opened + days(_IN_SESSION_EXAMINED), opened + days(_IN_SESSION_ASSIGNED)
    if life.due_in is None:
        handed_in = cast.today - days(life.ago)
        return handed_in, handed_in + days(_EXAMINED), handed_in + days(_EXAMINED + _ASSIGNED)
    assigned = _assigned_to_be_due(cast, cast.today + days(life.due_in))
    return assigned - days(_EXAMINED + _ASSIGNED), assigned - days(_ASSIGNED), assigned


def _assigned_to_be_due(cast: Cast, wanted: datetime.date) -> datetime.date:
    """The last working day from which the answer is due by then."""
    limit = limits_of(profile_of(cast.session.term.congress))[LimitKind.ANSWER]
    day = wanted - days(80)
    while not cast.calendar.is_workday(day).is_workday or cast.calendar.due(day, limit).due_on > wanted:
        day -= days(1)
    return day


def _draft(cast: Cast, matter: Matter, seat: Mandate, opinions: tuple[Opinion, ...]) -> Suggestion:
    life = matter.life
    fields: dict[str, Any] = {
        "title": matter.full_title,
        "basis": matter.basis,
        "request": matter.request,
        "category": cast.categories.get(matter.category),
        "origin": life.origin,
        "wants_consultation": life.consults,
        "for_reference": life.for_reference,
        "withholds_identity": life.withheld,
        "publicity_wish": PublicityWish.NONE if life.private else PublicityWish.TITLE if life.withheld else PublicityWish.FULL,
        "delegation": cast.group(seat) if life.by_group else None,
        "proposed_unit": None if matter.town or cast.random.random() < 0.6 else cast.unit(matter.unit),
    }
    if life.from_opinions:
        opinions = tuple(each for each in cast.opinions if each.created_at < timezone.now())
    return proposing.draft(
        actor=cast.author(seat),
        proposer=seat,
        kind=life.kind,
        session=cast.session if matter.occasion == Occasion.IN_SESSION else None,
        opinions=opinions,
        **fields,
    )


def _sign_along(cast: Cast, matter: Matter, seat: Mandate, suggestion: Suggestion) -> None:
    """Those with an account answer themselves; the others signed on paper."""
    life, others = matter.life, cast.others(seat, matter.life.cosigners + matter.life.asked)
    actor = cast.author(seat)
    paper = []
    for number, other in enumerate(others):
        if number >= life.cosigners:
            proposing.ask_cosigner(actor=actor, suggestion=suggestion, mandate=other)
        elif other.deputy.user:
            row = proposing.ask_cosigner(actor=actor, suggestion=suggestion, mandate=other)
            proposing.answer_cosigning(actor=other.deputy.user, cosigner=row, agrees=True)
        else:
            paper.append(Cosigner(suggestion=suggestion, mandate=other, state=CosignState.CONFIRMED, answered_at=timezone.now()))
    Cosigner.objects.bulk_create(paper)


def _examine(cast: Cast, matter: Matter, suggestion: Suggestion, examined: Date) -> Life:
    life, actor = matter.life, cast.examiner(matter)
    day = yield examined
    if life.until == "letter":
        ground = cast.grounds[life.letter_ground - 1]
        examining.examine(actor=actor, suggestion=suggestion, outcome=Outcome.LETTER, grounds=[ground], explanation=life.explanation)
        return
    if life.explanation:
        examining.examine(actor=actor, suggestion=suggestion, outcome=Outcome.IMPROVE, explanation=life.explanation)
        if not life.resubmits:
            return
        yield day + days(3)
        author = cast.author(suggestion.proposer)
        row = Suggestion.objects.get(pk=suggestion.pk)
        request = f"{matter.request}选址已征得镇政府同意，建成后由管理单位专人保洁。"
        proposing.save(actor=author, suggestion=row, version=row.version, request=request)
        proposing.submit(actor=author, suggestion=row)
        day = yield day + days(4)
    examining.examine(actor=actor, suggestion=suggestion, outcome=Outcome.ACCEPT, is_difficult=life.difficult)


def _return(cast: Cast, matter: Matter, suggestion: Suggestion, assigned: Date) -> Life:
    """The unit that got it first says that it is another's, and the office agrees."""
    yield assigned + days(2)
    part = suggestion.handlings.exclude(role=HandlingRole.SUPPORT).select_related("unit").get()
    asked = requests.ask_return(
        actor=cast.people[part.unit_id],
        handling=part,
        reason="建设农产品集散市场由农业农村部门主管，我单位不掌握项目和资金。",
        proposed_unit=cast.unit(matter.unit),
    )
    yield assigned + days(4)
    requests.decide_return(actor=cast.examiner(matter), request=asked, grants=True, note="职责划分清楚，同意改由农业农村部门主办。")


def _instruction(matter: Matter) -> str:
    if matter.life.kind == SuggestionKind.BILL:
        return "按大会主席团决定作为建议办理，请在六个月内答复。"
    if matter.life.supports:
        return "请主办单位牵头，协办单位一个月内把意见送主办单位。"
    return "请与代表面商后答复。" if matter.life.consults else ""
