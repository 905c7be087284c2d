"""The answers of a matter, what its deputy thinks of them, and what follows: handled again, convened, closed, promises."""

from __future__ import annotations

from collections.abc import Generator

from deputies.models import Mandate
from suggestions.demo.cast import Cast
from suggestions.demo.matters import BAD, Matter, Promise
from suggestions.demo.play import Date, days
from suggestions.enums import ANSWERING, LimitKind, Publicity, ReminderKind
from suggestions.models import Commitment, Handling, Reply, Suggestion
from suggestions.services import evaluating, reminding, replying

Life = Generator[Date, Date, None]
_MONTH = 30
_AGAIN = 24  # days to the second answer
_ISSUERS = {
    "housing": "建", "traffic": "交", "agri": "农", "water": "水", "edu": "教", "health": "卫", "civil": "民", "hr": "人社",
    "env": "环", "police": "公", "culture": "文", "market": "市监", "urban": "城管", "finance": "财", "emergency": "应急",
    "industry": "工信", "town": "青政",
}  # fmt: skip
_OPENING = "您提出的《{title}》收悉。经研究并与您沟通，现答复如下：\n"
_CLOSING = "\n感谢您对{unit}工作的关心和支持，欢迎继续提出宝贵意见。"
_AGAIN_WORDS = "针对您提出的意见，我单位重新研究并再次到现场核实，补充答复如下：\n"


def answer(cast: Cast, matter: Matter, suggestion: Suggestion, seat: Mandate, assigned: Date) -> Life:
    """From the first answer to the end, as far as ``matter.life`` goes."""
    life = matter.life
    day = assigned + days(life.takes)
    for round, judged in enumerate(life.judged, start=1):
        if not judged.reply_class:
            return
        day = yield day
        parts = list(suggestion.handlings.open().filter(role__in=ANSWERING).select_related("unit").order_by("pk"))
        replies = [_reply(cast, matter, suggestion, part, judged.reply_class, round, day) for part in parts]
        if life.until == "replied" and round == len(life.judged):
            yield from _remind(cast, matter, suggestion, day)
            return
        if life.unjudged or life.for_reference:
            yield from _close_unjudged(cast, matter, suggestion, day)
            break
        day = yield day + days(cast.random.randint(3, 12))
        actor = suggestion.proposer.deputy.user or cast.examiner(matter)
        for reply in replies:
            evaluating.evaluate(
                actor=actor, reply=reply, mandate=seat, attitude=judged.attitude, result=judged.result, text=judged.text or _thanks(cast)
            )
        day += days(_AGAIN)
    if life.closing:
        yield day
        evaluating.close(actor=cast.examiner(matter), suggestion=suggestion, text=life.closing)
    if life.promise:
        yield from _keep(cast, suggestion, life.promise)


def _reply(cast: Cast, matter: Matter, suggestion: Suggestion, part: Handling, code: str, round: int, day: Date) -> Reply:
    life, actor = matter.life, cast.people[part.unit_id]
    number = cast.letters[part.unit_id] = cast.letters.get(part.unit_id, 0) + 1
    key = part.unit.code.rpartition("-")[2]
    words = matter.answer if round == 1 else f"{_AGAIN_WORDS}{matter.answer}"
    opening = _OPENING.format(title=suggestion.title)
    publicity = Publicity.NONE if life.private else Publicity.SUMMARY if life.withheld else Publicity.FULL
    reply = replying.draft(
        actor=actor,
        handling=part,
        document_number=f"榕{_ISSUERS.get(key, '政')}函〔{day.year}〕{number}号",
        text=f"{opening}{words}{_CLOSING.format(unit=part.unit)}",
        reply_class=cast.classes[code],
        publicity=publicity,
        publicity_reason=life.private,
        summary=matter.answer if publicity == Publicity.SUMMARY else "",
        contact_person=actor.name,
        contact_phone=part.unit.phone,
    )
    replying.ask_signature(actor=actor, reply=reply)
    last = round == sum(bool(each.reply_class) for each in life.judged)
    promises = [replying.Promise(life.promise.text, day + days(life.promise.months * _MONTH))] if life.promise and last else []
    return replying.send(actor=actor, reply=reply, signer=f"{part.unit.short_name or part.unit.name}主要负责人", promises=promises)


def draft_for_signature(cast: Cast, matter: Matter, suggestion: Suggestion, assigned: Date) -> Life:
    """An answer that lies before whoever signs for the unit."""
    yield assigned + days(80)
    part = suggestion.handlings.open().filter(role__in=ANSWERING).select_related("unit").get()
    actor = cast.people[part.unit_id]
    opening = _OPENING.format(title=suggestion.title)
    words = "已委托检验机构完成首批六十二台老旧电梯的免费安全评估，评估结果在楼道公示；维修资金应急使用流程已与住建部门商定。"
    reply = replying.draft(
        actor=actor,
        handling=part,
        text=f"{opening}{words}",
        reply_class=cast.classes["B"],
        publicity=Publicity.FULL,
        contact_person=actor.name,
    )
    replying.ask_signature(actor=actor, reply=reply)


def _remind(cast: Cast, matter: Matter, suggestion: Suggestion, replied: Date) -> Life:
    """The deputy has not judged it: she is reminded near the limit, and after it."""
    clock = suggestion.clocks.pressing().filter(kind=LimitKind.EVALUATE).first()
    if clock is None or not (matter.life.urged or matter.life.unjudged):
        return
    day = yield replied + days(18)
    reminding.remind(clock=clock, kind=ReminderKind.SOON, on=day, left=7)
    day = yield clock.due_on + days(1)
    reminding.remind(clock=clock, kind=ReminderKind.LATE, on=day, left=1)


def _close_unjudged(cast: Cast, matter: Matter, suggestion: Suggestion, replied: Date) -> Life:
    yield from _remind(cast, matter, suggestion, replied)
    yield replied + days(45 if matter.life.unjudged else 5)
    text = "经两次提醒，代表没有作出评价，予以办结，不计入满意率。" if matter.life.unjudged else "代表提出供参考，已将研究情况告知代表。"
    evaluating.close(actor=cast.examiner(matter), suggestion=suggestion, text=text)


def _keep(cast: Cast, suggestion: Suggestion, promise: Promise) -> Life:
    """The unit reports on what it promised a little before the day, and the deputy judges it."""
    row = Commitment.objects.select_related("reply__handling__unit").get(reply__handling__suggestion=suggestion)
    if not promise.report:
        return
    day = yield row.due_on - days(6)
    evaluating.report_commitment(actor=cast.people[row.reply.handling.unit_id], commitment=row, progress=promise.report)
    if not promise.grade:
        return
    yield day + days(7)
    actor = suggestion.proposer.deputy.user or cast.office
    row.refresh_from_db()
    comment = promise.comment or ("" if promise.grade != BAD else "还没有落实。")
    evaluating.judge_commitment(actor=actor, commitment=row, grade=promise.grade, comment=comment)


def _thanks(cast: Cast) -> str:
    return cast.random.choice(("", "", "办理认真，沟通及时。", "希望坚持下去。", "承诺的事项请按时落实。"))
