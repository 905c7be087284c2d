"""What units do with their parts before they answer: sign, claim, consult, support, ask; supervision and urging beside it."""

from __future__ import annotations

from collections.abc import Generator

from django.utils import timezone

from suggestions.demo.cast import Cast
from suggestions.demo.matters import Matter
from suggestions.demo.play import Date, days
from suggestions.enums import HandlingRole, LimitKind, ReminderKind
from suggestions.models import Consultation, Handling, Suggestion
from suggestions.services import reminding, requests, supervising, units

Life = Generator[Date, Date, None]
MEETINGS = ("第四十五次", "第四十七次", "第五十次")
_WAYS = ("上门面商", "电话沟通", "座谈", "现场会商")
_TALKS = (
    "向代表介绍了初步办理意见，代表建议先急后缓，把时间表写进答复。",
    "与代表一起到现场察看，核实了问题的范围，代表对办理思路表示认可。",
    "代表补充了两处需要一并解决的地点，已纳入办理方案。",
    "就资金来源和完成时间作了说明，代表希望办成后再看一次。",
)
_OPINIONS = (
    "我单位无不同意见，所需配合事项由业务科室对接。",
    "同意主办单位的办理思路，涉及我单位的事项可在两个月内完成。",
    "建议由主办单位统一答复，所需资金按程序列入预算后安排。",
)


def handle(cast: Cast, matter: Matter, suggestion: Suggestion, assigned: Date) -> Life:
    """From assignment to just before the answer."""
    life = matter.life
    if life.until == "assigned":
        if life.asks == "return":
            yield assigned + days(2)
            lead = _parts(suggestion)[0]
            reason = "流浪犬捕捉收容涉及犬只登记和伤人处置，公安机关有执法职责，我单位没有收容场所。"
            requests.ask_return(actor=cast.people[lead.unit_id], handling=lead, reason=reason, proposed_unit=cast.unit("police"))
        return
    yield assigned + days(cast.random.randint(1, 5))
    for part in _parts(suggestion):
        units.sign_for(actor=cast.people[part.unit_id], handling=part)
    for part in _answering(suggestion)[:1]:
        units.claim(actor=cast.people[part.unit_id], handling=part)
    if life.until in {"signed", "withdrawn"}:
        yield from _press(cast, matter, suggestion)
        return
    day = yield assigned + days(cast.random.randint(8, 16))
    if life.consults:
        _consult(cast, suggestion, day)
    day = yield max(day, assigned + days(24))
    if life.opinions_given:
        _support(cast, suggestion)
    if life.asks == "extension" or life.extended:
        yield from _extend(cast, matter, suggestion, assigned)
    if life.until == "consulted":
        yield from _press(cast, matter, suggestion)


def _parts(suggestion: Suggestion) -> list[Handling]:
    return list(suggestion.handlings.open().select_related("unit").order_by("pk"))


def _answering(suggestion: Suggestion) -> list[Handling]:
    return [part for part in _parts(suggestion) if part.role != HandlingRole.SUPPORT]


def _consult(cast: Cast, suggestion: Suggestion, day: Date) -> None:
    deputy = suggestion.proposer.deputy
    for part in _answering(suggestion):
        way, text = cast.random.choice(_WAYS), cast.random.choice(_TALKS)
        row = units.consult(actor=cast.people[part.unit_id], handling=part, deputy=deputy, on=day, way=way, text=text)
        if deputy.user:
            if cast.random.random() < 0.8:
                units.confirm_consultation(actor=deputy.user, consultation=row)
        elif cast.random.random() < 0.7:  # told the town's staff so by telephone
            Consultation.objects.filter(pk=row.pk).update(confirmed_at=timezone.now())


def _support(cast: Cast, suggestion: Suggestion) -> None:
    for part in _parts(suggestion):
        if part.role == HandlingRole.SUPPORT:
            units.give_opinion(actor=cast.people[part.unit_id], handling=part, text=cast.random.choice(_OPINIONS))


def _extend(cast: Cast, matter: Matter, suggestion: Suggestion, assigned: Date) -> Life:
    """Asked for while the limit runs; decided, or waiting for the office."""
    yield assigned + days(70)
    lead = _answering(suggestion)[0]
    months = matter.life.extended or 1
    reason = "涉及几个部门和资金安排，方案正在征求意见，三个月内难以答复。"
    asked = requests.ask_extension(actor=cast.people[lead.unit_id], handling=lead, months=months, reason=reason)
    if matter.life.extended:
        yield assigned + days(73)
        requests.decide_extension(actor=cast.examiner(matter), request=asked, grants=True, note="已征得代表同意。")


def _press(cast: Cast, matter: Matter, suggestion: Suggestion) -> Life:
    """The morning's reminder of the first day after, and then the dispatcher's own."""
    if not matter.life.urged:
        return
    clock = suggestion.clocks.pressing().filter(kind__in=[LimitKind.ANSWER, LimitKind.ANSWER_LONG]).first()
    if clock is None:
        return
    day = yield clock.due_on + days(1)
    reminding.remind(clock=clock, kind=ReminderKind.LATE, on=day, left=1)
    yield day + days(6)
    text = f"《{suggestion.title}》已超过答复期限，请于五个工作日内答复代表，并书面说明原因。"
    reminding.urge(actor=cast.assigner(matter), clocks=[clock], kind=ReminderKind.LATE, text=text)
    yield day + days(20)
    reminding.urge(
        actor=cast.examiner(matter), clocks=[clock], kind=ReminderKind.SUPERVISION, text=f"{text}逾期未答复的，提请主任会议听取说明。"
    )


def supervise(cast: Cast, matter: Matter, known: dict[str, Suggestion], assigned: Date) -> Life:
    """A life of its own beside the matter's: chosen by a meeting of chairpersons, then each event on its day."""
    key = matter.life.key
    assert key is not None
    day = yield assigned + days(6)
    chosen = supervising.choose(
        actor=cast.office,
        suggestion=known[matter.title],
        year=day.year,
        meeting=f"区八届人大常委会{MEETINGS[key.leader % len(MEETINGS)]}主任会议",
        decided_on=day,
        leader=cast.leaders[key.leader % len(cast.leaders)],
    )
    for method, after, place, minutes in key.events:
        held = yield day + days(after)
        supervising.hold_event(actor=cast.office, supervision=chosen, method=method, on=held, place=place, minutes=minutes)
