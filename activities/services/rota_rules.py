"""What a rota is measured by, said in sentences: after drawing, what could not be kept and why; by hand, what a change breaks.

Drawing keeps the first four always and the others as far as possible; a change by hand may break all but ``MUST``.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from activities.enums import WishKind
from activities.services.rota_facts import Candidate, Slot, Town, Turns
from congress.workdays import add_months

NO_MANDATE, TWO_PLACES, AWAY, NUMBER = "no_mandate", "two_places", "away", "number"
IN_A_ROW, NOT_LOCAL, NEW_ALONE, RATHER_NOT, GLADLY, UNEVEN = "in_a_row", "not_local", "new_alone", "rather_not", "gladly", "uneven"
MUST = (NO_MANDATE, TWO_PLACES)
_NAMED = 3


@dataclass(frozen=True)
class Broken:
    """A rule that a day does not keep. ``text`` is a clause without its full stop."""

    rule: str
    text: str


@dataclass(frozen=True)
class Shortage:
    """A day that nobody can fill: so many deputies are needed in the town, and so many can come."""

    town: str
    on: datetime.date
    needed: int
    able: int
    platforms: tuple[str, ...]
    away: int

    @property
    def text(self) -> str:
        where = f"{len(self.platforms)}个平台" if len(self.platforms) > 1 else self.platforms[0]
        said = f"{self.town}{_day(self.on)}（{where}）共需{self.needed}名值班代表，当天可以值班的只有{self.able}名"
        ways = ["减少每次值班代表"]
        if len(self.platforms) > 1:
            ways.append("把其中平台的接待日错开")
        if self.away:
            ways.append(f"与当天登记不能值班的{self.away}名代表商量")
        return f"{said}。请{'，或'.join(ways)}。"


def shortages(town: Town) -> list[Shortage]:
    """Days for which the town has too few deputies. Every deputy of a town may stand at each of its platforms, so that
    comparing numbers day by day decides whether a rota exists."""
    by_day: dict[datetime.date, list[Slot]] = {}
    for slot in town.slots:
        by_day.setdefault(slot.on, []).append(slot)
    found = []
    for on, slots in by_day.items():
        needed, able = sum(slot.needed for slot in slots), len(town.able(slots[0]))
        if needed > able:
            away = sum(each.is_away(on) for each in town.candidates.values() if each.serves(town.path, on))
            found.append(Shortage(town.name, on, needed, able, tuple(slot.name for slot in slots), away))
    return found


class Board:
    """A town's turns laid out: those that stand, and those given for its slots."""

    def __init__(self, town: Town, turns: Mapping[tuple[int, datetime.date], Iterable[int]]) -> None:
        self.town = town
        self.turns: Turns = {**town.standing, **{key: frozenset(pks) for key, pks in turns.items()}}
        self.days: dict[int, list[datetime.date]] = {}
        self.on_day: dict[datetime.date, Counter[int]] = {}
        for platform, on in sorted(self.turns, key=lambda key: key[1]):
            self.days.setdefault(platform, []).append(on)
        for (_, on), pks in self.turns.items():
            self.on_day.setdefault(on, Counter()).update(pks)

    def before(self, slot: Slot) -> tuple[datetime.date | None, frozenset[int]]:
        """The platform's reception before this one and who stood there."""
        earlier = [on for on in self.days.get(slot.platform, ()) if on < slot.on]
        return (earlier[-1], self.turns[slot.platform, earlier[-1]]) if earlier else (None, frozenset())

    def after(self, slot: Slot) -> tuple[datetime.date | None, frozenset[int]]:
        later = [on for on in self.days.get(slot.platform, ()) if on > slot.on]
        return (later[0], self.turns[slot.platform, later[0]]) if later else (None, frozenset())

    def elsewhere(self, slot: Slot) -> frozenset[int]:
        """Who stands at another platform that day."""
        here = self.turns.get(slot.key, frozenset())
        others = {pk for pk, count in self.on_day.get(slot.on, Counter()).items() if count - (pk in here)}
        standing = self.town.standing.get(slot.key, frozenset())
        return frozenset(others | (self.town.busy.get(slot.on, frozenset()) - standing))

    def broken(self, slot: Slot) -> list[Broken]:
        """Every rule the slot's deputies break, the gravest first."""
        people, unknown = self._people(slot)
        found = [Broken(NO_MANDATE, f"{unknown}名代表在本镇（街道）没有代表资格")] if unknown else []
        elsewhere, (last, before), (following, after) = self.elsewhere(slot), self.before(slot), self.after(slot)
        for each in people:
            wishes = each.wishes_on(slot.on)
            if not each.serves(slot.town, slot.on):
                found.append(Broken(NO_MANDATE, f"{each.name}{_day(slot.on)}在本镇（街道）没有代表资格"))
            if each.pk in elsewhere:
                found.append(Broken(TWO_PLACES, f"{each.name}当天已在另一个平台值班"))
            if WishKind.AWAY in wishes:
                found.append(Broken(AWAY, f"{each.name}登记了当天不能值班"))
            if each.pk in before and last:
                found.append(Broken(IN_A_ROW, f"{each.name}上一次（{_day(last)}）也在本平台值班，连续两次"))
            if each.pk in after and following:
                found.append(Broken(IN_A_ROW, f"{each.name}下一次（{_day(following)}）也在本平台值班，连续两次"))
            if WishKind.RATHER_NOT in wishes:
                found.append(Broken(RATHER_NOT, f"{each.name}登记了当天最好不排"))
        if len(people) != slot.needed:
            found.append(Broken(NUMBER, f"应有{slot.needed}名值班代表，现有{len(people)}名"))
        if people and not any(each.is_of(slot.area) for each in people):
            found.append(Broken(NOT_LOCAL, f"没有{slot.place}选区的代表"))
        if people and all(each.is_new(slot.on) for each in people):
            found.append(Broken(NEW_ALONE, "都是当选不满一年的代表，没有有经验的代表一同接待"))
        order = (NO_MANDATE, TWO_PLACES, AWAY, NUMBER, IN_A_ROW, NOT_LOCAL, NEW_ALONE, RATHER_NOT)
        return sorted(found, key=lambda each: order.index(each.rule))

    def _people(self, slot: Slot) -> tuple[list[Candidate], int]:
        """The slot's deputies by code, and how many of them are none of this town."""
        pks = self.turns.get(slot.key, frozenset())
        known = [each for pk, each in self.town.candidates.items() if pk in pks]
        return known, len(pks) - len(known)

    # ---- after drawing

    def unmet(self) -> list[dict[str, str]]:
        """What drawing could not keep, each with its reason: {"day", "platform", "text"}, and what concerns the whole town."""
        found = []
        for slot in self.town.slots:
            seen: set[str] = set()
            for each in self.broken(slot):
                if each.rule == IN_A_ROW and "下一次" in each.text:
                    continue  # said of the other day
                if each.rule in seen and each.rule != IN_A_ROW:
                    continue
                seen.add(each.rule)
                found.append({"day": str(slot.on), "platform": slot.code, "text": f"{each.text}：{self._why(each.rule, slot)}。"})
        return [*found, *self._ungladly(), *self._uneven()]

    def _why(self, rule: str, slot: Slot) -> str:
        able = [each for each in self.town.able(slot) if each.pk not in self.elsewhere(slot)]
        many = f"{_day(slot.on)}还没有排在别处、可以值班的只有{len(able)}名代表"
        if rule == IN_A_ROW:
            _, before = self.before(slot)
            fresh = [each for each in able if each.pk not in before]
            if len(able) <= slot.needed:
                return f"{many}，未能避开连续值班"
            if len(fresh) < slot.needed:
                return f"{many}，其中上一次没有值班的{len(fresh)}名，不够{slot.needed}名"
            return "换成其他代表，值班次数会更不均衡，或别的要求不能满足"
        if rule == NOT_LOCAL:
            local = [each for each in self.town.candidates.values() if each.is_of(slot.area)]
            if not local:
                return f"{slot.place}选区没有在任代表"
            if not any(each in able for each in local):
                return f"{slot.place}选区的{len(local)}名代表当天都不能值班，或已排在别处"
            return f"{slot.place}选区只有{len(local)}名代表，再排就会连续值班，或比别人多值班"
        if rule == NEW_ALONE:
            experienced = [each for each in able if not each.is_new(slot.on)]
            return "换成有经验的代表，别的要求不能满足" if experienced else "当天可以值班的都是当选不满一年的代表"
        if rule == RATHER_NOT:
            return f"{many}，须有{slot.needed}名" if len(able) <= slot.needed else "换成其他代表，值班次数会更不均衡，或别的要求不能满足"
        return many

    def _ungladly(self) -> list[dict[str, str]]:
        """Wishes for a turn between two days that brought none."""
        first = min(slot.month for slot in self.town.slots)
        end = add_months(max(slot.month for slot in self.town.slots), 1)[0]
        found = []
        for each in self.town.candidates.values():
            for wish in each.wishes:
                if wish.kind != WishKind.GLADLY or wish.starts_on >= end or wish.ends_on < first:
                    continue
                if any(each.pk in pks and wish.holds_on(on) for (_, on), pks in self.turns.items()):
                    continue
                days = [slot for slot in self.town.slots if wish.holds_on(slot.on)]
                why = (
                    "这段时间没有接待日"
                    if not days
                    else "这段时间的接待日都不能值班"
                    if not any(each in self.town.able(slot) for slot in days)
                    else "再排会连续值班，或值班次数不均衡"
                )
                text = f"{each.name}希望排在{_day(wish.starts_on)}至{_day(wish.ends_on)}，没有排上：{why}。"
                found.append({"day": str(wish.starts_on), "platform": "", "text": text})
        return found

    def _uneven(self) -> list[dict[str, str]]:
        """Where the deputy asked most often has two turns more than the one asked least, both named."""
        months = {slot.month for slot in self.town.slots}
        counts = {pk: self.town.loads.get(pk, 0) for pk in self.town.candidates}
        for slot in self.town.slots:
            for pk in self.turns.get(slot.key, ()):
                counts[pk] = counts.get(pk, 0) + 1
        if not counts:
            return []
        most, least = max(counts.values()), min(counts.values())
        if most - least < 2:
            return []
        high = [self.town.candidates[pk].name for pk, count in counts.items() if count == most and pk in self.town.candidates]
        low = [each for pk, each in self.town.candidates.items() if counts[pk] == least]
        reasons = []
        away = [each for each in low if any(wish.kind == WishKind.AWAY for wish in each.wishes)]
        late = [each for each in low if all(since > min(months) for since, _, _ in each.seats)]
        if away:
            reasons.append(f"{_names([each.name for each in away])}登记了不能值班的日期")
        if late:
            reasons.append(f"{_names([each.name for each in late])}任职较晚")
        why = "；".join(reasons) or "要保证有本选区代表、不连续值班"
        text = f"{self.town.name}值班次数相差{most - least}次，最多的{_names(high)}{most}次，最少的{_names([each.name for each in low])}{least}次：{why}。"
        return [{"day": "", "platform": "", "text": text}]


def _day(on: datetime.date) -> str:
    return f"{on.month}月{on.day}日"


def _names(names: Sequence[str]) -> str:
    return "、".join(names[:_NAMED]) + (f"等{len(names)}名" if len(names) > _NAMED else "")
