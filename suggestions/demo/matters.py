"""What a matter of the demo is, and how far its life goes. The texts are in ``session``, ``between`` and ``earlier``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from suggestions.enums import Grade, HandlingRole, Occasion, SuggestionKind, SupervisionMethod

GOOD, FAIR, BAD = Grade.SATISFIED, Grade.BASICALLY, Grade.NOT_SATISFIED


class Promise(NamedTuple):
    """``months`` from the reply; then what the unit reported, and how the deputy judged it. Without a report it is open."""

    text: str
    months: int
    report: str = ""
    grade: str = ""
    comment: str = ""


class Judged(NamedTuple):
    """A reply's class with the deputy's judgement of it; without a grade she has not judged."""

    reply_class: str = "A"
    result: str = GOOD
    attitude: str = GOOD
    text: str = ""


class Key(NamedTuple):
    """A key suggestion: which leader heads it, and what was held, by days after it was chosen."""

    leader: int
    events: tuple[tuple[SupervisionMethod, int, str, str], ...]


@dataclass(frozen=True)
class Life:
    """How far it goes and what happens on the way. Nothing after ``until`` happens, and nothing after today.

    ``until``: draft, submitted, improve, letter, accepted, withdrawn, assigned, signed, consulted, review, replied, evaluated.
    ``ago`` is the days since it was handed in, for those between sessions; ``due_in`` instead the days until the answer is
    due, negative when that is over. ``takes`` is the days a unit takes to answer.
    """

    until: str = "evaluated"
    ago: int = 0
    due_in: int | None = None
    takes: int = 62
    judged: tuple[Judged, ...] = (Judged(),)
    promise: Promise | None = None
    key: Key | None = None
    supports: tuple[str, ...] = ()
    opinions_given: bool = True  # the supporting units' opinions
    others: tuple[str, ...] = ()  # that answer beside the first, each by itself
    cosigners: int = 0
    asked: int = 0  # cosigners who have not answered yet
    by_group: bool = False
    kind: SuggestionKind = SuggestionKind.SUGGESTION
    origin: str = ""
    withheld: bool = False
    difficult: bool = False
    for_reference: bool = False
    consults: bool = True
    returns: str = ""  # the unit that got it first and gave it back
    asks: str = ""  # what waits for the office: return, extension
    extended: int = 0  # months
    urged: bool = False
    unjudged: bool = False  # reminded, and closed by the office without a judgement
    explanation: str = ""  # of an examination that did not accept it
    letter_ground: int = 0
    resubmits: bool = False
    reason: str = ""  # of a withdrawal
    merges: str = ""  # the title of the one it is handled with
    private: str = ""  # why the reply is not published
    closing: str = ""  # what the office decided after convening
    from_opinions: bool = False  # it grew from the voters' opinions that wait to become a suggestion


@dataclass(frozen=True)
class Matter:
    """``title`` without 关于 and 的建议; ``unit`` is the key of ``suggestions.demo.units``; ``town`` of a town's own congress."""

    title: str
    category: str
    unit: str
    basis: str
    request: str
    answer: str
    life: Life
    occasion: Occasion = Occasion.IN_SESSION
    town: bool = False

    @property
    def full_title(self) -> str:
        return f"关于{self.title}的{SuggestionKind(self.life.kind).label.removeprefix('代表')}"


def roles(matter: Matter, first: str = "") -> dict[str, HandlingRole]:
    """By unit key, who gets it in which part."""
    life = matter.life
    if life.others:
        return dict.fromkeys((matter.unit, *life.others), HandlingRole.SEPARATE)
    return {first or matter.unit: HandlingRole.LEAD} | dict.fromkeys(life.supports, HandlingRole.SUPPORT)
