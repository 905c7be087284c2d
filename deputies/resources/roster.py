"""Matching the rows of a roster to deputies and mandates, without a query per row.

Two people may share a name, a birth month or an office telephone. A row means a known deputy when it bears the code; else when
phone and name agree; else when name, birth month and area agree and no two phones speak against it. What can't be told apart is
refused with the way out: write the code.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from congress.enums import CongressLevel
from congress.imports.lookups import AreaBook, NextCode, Place
from congress.imports.plan import CREATED, UNCHANGED, UPDATED, Plan, PlannedRow, Record
from congress.imports.resource import attnames, update_rows
from congress.models import Congress, Term
from deputies.enums import MandateStatus
from deputies.models import Deputy, ElectoralDistrict, Mandate
from deputies.pinyin import initials

PERSONAL = ("code", "name", "sex", "nationality", "born_on", "education", "party", "trade", "position", "phone")
SEAT = ("area", "electoral_district", "card_number", "starts_on")
_MAJORITY = 18  # 选举法 art. 4
_MOST_SEATS = 3  # of one electoral district, 选举法 art. 25
_NUMERALS = "〇一二三四五六七八九十"


def month(value: Any) -> str:
    """A birth month; the day only when it is known, that is, not the first."""
    if not value:
        return ""
    return f"{value.year}年{value.month}月" if value.day == 1 else day(value)


def day(value: Any) -> str:
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


def ordinal(number: Any) -> str:
    """第八届, 第十二届; a larger number stays in digits."""
    if not number:
        return ""
    number = int(number)
    if number > 19:
        return f"第{number}届"
    return f"第{_NUMERALS[number]}届" if number <= 10 else f"第十{_NUMERALS[number - 10]}届"


class TermBook:
    """Congresses and their terms, read once per import."""

    def __init__(self, areas: AreaBook) -> None:
        self.areas = areas
        self.congresses = list(Congress.objects.select_related("area"))
        self.by_number = {(term.congress_id, term.number): term for term in Term.objects.select_related("congress__area")}
        self.by_pk = {term.pk: term for term in self.by_number.values()}
        self.by_area = {congress.area_id: congress for congress in self.congresses}
        self._current: dict[int, Term | None] = {}

    def congress(self, level: str, place: Place | None) -> Congress:
        """The congress a row means. Raises ValueError."""
        if level == CongressLevel.DISTRICT:
            assert self.areas.home is not None
            return self.areas.home
        if level == CongressLevel.CITY:
            found = [congress for congress in self.congresses if congress.level == CongressLevel.CITY]
            if len(found) != 1:
                raise ValueError("尚未登记市人民代表大会，请先在“基础数据”中登记")
            return found[0]
        town = self.areas.town_of(place) if place else None
        if town is None:
            raise ValueError("镇代表须填写所属镇")
        if town.pk not in self.by_area:
            raise ValueError(f"{town.name}没有登记人民代表大会；街道和农场不设人民代表大会，镇、乡请先在“基础数据”中登记")
        return self.by_area[town.pk]

    def term(self, congress: Congress, number: int | None) -> Term:
        """The term of that number, or the current one. Raises ValueError."""
        if number is not None:
            if (congress.pk, number) not in self.by_number:
                raise ValueError(f"{congress.short_name}{ordinal(number)}尚未登记，请先在“基础数据”中登记该届")
            return self.by_number[congress.pk, number]
        if congress.pk not in self._current:
            today = timezone.localdate()
            terms = [term for term in self.by_pk.values() if term.congress_id == congress.pk]
            running = [term for term in terms if term.starts_on <= today and (term.ends_on is None or term.ends_on >= today)]
            self._current[congress.pk] = max(running or terms, key=lambda term: term.starts_on, default=None)
        if (term := self._current[congress.pk]) is None:
            raise ValueError(f"{congress.short_name}还没有登记任何一届，请先在“基础数据”中登记")
        return term

    def show(self, pk: int | None) -> str:
        term = self.by_pk.get(pk) if pk else None
        return f"{term.congress.short_name}{ordinal(term.number)}" if term else ""


@dataclass(slots=True, eq=False)
class Person:
    """One deputy: ``stored`` is None for a new one, ``known`` what is stored with the file's changes, ``said`` what the file says."""

    stored: dict[str, Any] | None
    known: dict[str, Any]
    areas: set[int] = field(default_factory=set)
    said: dict[str, Any] = field(default_factory=dict)
    first_row: int = 0
    seats: dict[int, Record] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)


class Roster:
    """One import of deputies: what is stored, whom each row means, and what is to be written."""

    def __init__(self) -> None:
        self.areas = AreaBook()
        self.terms = TermBook(self.areas)
        self.by_code: dict[str, Person] = {}
        self.by_phone: dict[str, list[Person]] = {}
        self.by_birth: dict[tuple[str, datetime.date | None, int], list[Person]] = {}
        self.seats: dict[tuple[int, int], dict[str, Any]] = {}
        self.cards: dict[tuple[int, str], list[dict[str, Any]]] = {}
        self.given_cards: dict[tuple[int, str], list[tuple[Record, Person]]] = {}
        self.joined: dict[tuple[int, int, str], list[Record]] = {}
        self.districts: dict[tuple[int, int, str], ElectoralDistrict] = {}
        self.districts_by_pk: dict[int, ElectoralDistrict] = {}
        self.new_districts: list[ElectoralDistrict] = []
        self.new_seats: list[tuple[Person, int, dict[str, Any]]] = []
        self.changed_seats: dict[int, dict[str, Any]] = {}
        self.people: list[Person] = []
        self._names: dict[int, str] = {}
        self._read()

    def _read(self) -> None:
        stored_people: dict[int, Person] = {}
        for row in Deputy.objects.order_by("code").values("pk", *PERSONAL):
            person = Person(row, row.copy())
            stored_people[row["pk"]] = person
            self._names[row["pk"]] = row["name"]
            self.by_code[row["code"]] = person
            if row["phone"]:
                self.by_phone.setdefault(row["phone"], []).append(person)
        for seat in Mandate.objects.order_by().values("pk", "deputy", "term", "status", *SEAT):
            self.seats[seat["deputy"], seat["term"]] = seat
            person = stored_people[seat["deputy"]]
            if seat["card_number"]:
                self.cards.setdefault((seat["term"], seat["card_number"]), []).append(seat)
            if seat["area"] not in person.areas:
                person.areas.add(seat["area"])
                self.by_birth.setdefault((person.known["name"], person.known["born_on"], seat["area"]), []).append(person)
        for district in ElectoralDistrict.objects.order_by():
            self.districts[district.term_id, district.area_id, district.name] = district
            self.districts_by_pk[district.pk] = district

    def show_district(self, value: Any) -> str:
        district = value if isinstance(value, ElectoralDistrict) else self.districts_by_pk.get(value)
        return district.name if district else ""

    def settle(self, records: list[Record], plan: Plan) -> None:
        self.codes = NextCode([*self.by_code, *(record.given["code"] for record in records if "code" in record.given)])
        self.in_file = {(record.given.get("phone"), record.given.get("name")) for record in records}
        self.today = timezone.localdate()
        outside = 0
        places: dict[str, Place] = {}
        for record in records:
            place = self._place(record, plan, places)  # also of a row already rejected, so that all its reasons are told at once
            term = self._term(record, plan, place) if record.ok else None
            if term is None:
                continue
            person = self._person(record, plan, place)
            if person is None or not self._agrees(record, plan, person):
                continue
            self._seat(record, plan, person, term, place)
            outside += place is not None and not place.path.startswith(term.congress.area.path)
        self._finish(plan, outside)

    def _place(self, record: Record, plan: Plan, places: dict[str, Place]) -> Place | None:
        text = record.given.pop("area", None)
        if text is None:
            return None
        place = places.get(text)
        if place is None:
            try:
                place = places[text] = self.areas.find(text)
            except ValueError as error:
                plan.reject(record, "area", str(error))
                return None
        record.given["area"] = place.pk
        return place

    def _term(self, record: Record, plan: Plan, place: Place | None) -> Term | None:
        at = "level"
        try:
            congress = self.terms.congress(record.given.pop("level", CongressLevel.DISTRICT), place)
            at = "term"
            return self.terms.term(congress, record.given.pop("term", None))
        except ValueError as error:
            plan.reject(record, at, str(error))
            return None

    def _person(self, record: Record, plan: Plan, place: Place | None) -> Person | None:
        """The deputy a row means, known or new; None when that can't be told."""
        given = record.given
        name, phone = given["name"], given.get("phone")
        if "code" in given:
            return self.by_code.get(given["code"]) or self._new(record, place)
        if phone:
            same = [person for person in self.by_phone.get(phone, ()) if person.known["name"] == name]
            if len(same) == 1:
                return same[0]
            if same:
                plan.reject(record, "name", f"手机和姓名都相同的代表有 {len(same)} 名，请填写代表编号")
                return None
        found = self.by_birth.get((name, given.get("born_on"), given.get("area", 0)), ())
        fitting = [person for person in found if not phone or not person.known.get("phone") or person.known["phone"] == phone]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            plan.reject(record, "name", f"同名、同出生年月的代表有 {len(fitting)} 名，请填写代表编号或手机")
            return None
        doubtful = [person for person in found if person.stored and (person.known["phone"], name) not in self.in_file]
        if doubtful:
            plan.reject(
                record,
                "phone",
                f"与代表{name}（{doubtful[0].known['code']}）姓名、出生年月和区划相同而手机不同。是同一人的填写该编号，是另一人的填写新的代表编号",
            )
            return None
        sharing = [person.known for person in self.by_phone.get(phone or "", ()) if person.stored]
        renamed = [known for known in sharing if known["born_on"] and known["born_on"] == given.get("born_on")]
        if renamed:
            plan.reject(
                record,
                "name",
                f"手机和出生年月与{renamed[0]['name']}（{renamed[0]['code']}）相同而姓名不同。是同一人的填写该编号，是另一人的填写新的代表编号",
            )
            return None
        if sharing:
            plan.notes.append(
                f"第 {record.number} 行的号码与已登记的{sharing[0]['name']}（{sharing[0]['code']}）相同，姓名不同，按另一人新增，请核对。"
            )
        return self._new(record, place)

    def _new(self, record: Record, place: Place | None) -> Person | None:
        given = record.given
        known = dict.fromkeys(PERSONAL)
        if "code" not in given and place:
            given["code"] = self.codes.after(place.code)
        person = Person(None, known)
        if "code" in given:
            known["code"] = given["code"]
            self.by_code[given["code"]] = person
        known["name"] = given["name"]
        return person

    def _agrees(self, record: Record, plan: Plan, person: Person) -> bool:
        """Whether the row says of the person what earlier rows said; a cell left blank says nothing."""
        if not person.said:
            return True
        for name in PERSONAL:
            value = record.given.get(name)
            if value is not None and person.said.get(name, value) != value:
                plan.reject(record, name, f"与第 {person.first_row} 行所写的同一代表不一致；如系同名的两人，请填写代表编号")
                return False
        return True

    def _seat(self, record: Record, plan: Plan, person: Person, term: Term, place: Place | None) -> None:
        """Plans the row's deputy and mandate together."""
        given = record.given
        if (first := person.seats.setdefault(term.pk, record)) is not record:
            for one, other in ((record, first), (first, record)):
                plan.reject(
                    one, "name", f"与第 {other.number} 行重复：同一代表同一届只能有一行；如系同名的两人，请填写出生年月、手机或代表编号"
                )
            return
        stored = self.seats.get((person.stored["pk"], term.pk)) if person.stored else None
        if stored is None and place is None:
            plan.reject(record, "area", "请填写所属镇（街道）；区直机关的填区名")
            return
        born, elected = given.get("born_on") or person.known["born_on"], given.get("starts_on")
        if born and (born.year + _MAJORITY, born.month, born.day) > ((on := elected or self.today).year, on.month, on.day):
            plan.reject(record, "born_on", f"当选时未满 {_MAJORITY} 周岁")
        if elected and (elected > self.today or (term.ends_on and elected > term.ends_on) or elected.year < term.starts_on.year - 1):
            plan.reject(record, "starts_on", f"不在{self.terms.show(term.pk)}的任期内")
        if not record.ok:
            return
        if name := given.get("electoral_district"):
            given["electoral_district"] = self._district(name, term, given.get("area") or (stored or {})["area"])
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        known = person.known
        for name in PERSONAL:
            value = given.get(name)
            if value is not None and (known[name] != value or (person.stored is None and name not in person.changes)):
                if person.stored:
                    before[name] = person.stored[name]
                after[name] = person.changes[name] = known[name] = value
        seat_after = {name: given[name] for name in SEAT if name in given and (stored is None or stored[name] != given[name])}
        if "card_number" in seat_after:
            self.given_cards.setdefault((term.pk, seat_after["card_number"]), []).append((record, person))
        if "electoral_district" in seat_after and (stored is None or stored["status"] != MandateStatus.ENDED):
            self.joined.setdefault(self._district_key(seat_after["electoral_district"]), []).append(record)
        if stored is None:
            seat_after.setdefault("starts_on", term.starts_on)
            seat_after["term"] = term.pk
            self.new_seats.append((person, term.pk, seat_after))
            action = CREATED
        else:
            before |= {name: stored[name] for name in seat_after}
            if seat_after:
                self.changed_seats[stored["pk"]] = seat_after
            action = UPDATED if after or seat_after else UNCHANGED
        self._remember(person, record)
        plan.rows.append(PlannedRow(record.number, action, known["code"], known["name"], before, after | seat_after))

    def _remember(self, person: Person, record: Record) -> None:
        """Lets later rows of the file find the person."""
        if not person.first_row:
            person.first_row = record.number
            self.people.append(person)
        person.said = person.said | record.given if person.said else record.given
        phone, area = record.given.get("phone"), record.given.get("area")
        if phone and person not in self.by_phone.setdefault(phone, []):
            self.by_phone[phone].append(person)
        if area and area not in person.areas:
            person.areas.add(area)
            self.by_birth.setdefault((person.known["name"], person.known["born_on"], area), []).append(person)

    def _district(self, name: str, term: Term, area_pk: int) -> int | ElectoralDistrict:
        """The key of a known electoral district, or a new one that ``write`` stores."""
        district = self.districts.get((term.pk, area_pk, name))
        if district is None:
            district = ElectoralDistrict(name=name, term=term, area_id=area_pk, seats=1)
            self.districts[term.pk, area_pk, name] = district
            self.new_districts.append(district)
        return district.pk or district

    def _district_key(self, value: int | ElectoralDistrict) -> tuple[int, int, str]:
        district = value if isinstance(value, ElectoralDistrict) else self.districts_by_pk[value]
        return district.term_id, district.area_id, district.name

    def _finish(self, plan: Plan, outside: int) -> None:
        codes = NextCode(ElectoralDistrict.objects.values_list("code", flat=True)) if self.new_districts else NextCode(())
        for district in self.new_districts:
            elected = len(self.joined.get(self._district_key(district), ()))
            district.seats = min(max(elected, 1), _MOST_SEATS)
            term = self.terms.by_pk[district.term_id]
            district.code = codes.after(f"{term.congress.area.code}-{term.number}")
        if self.new_districts:
            plan.notes.append(f"将一并建立 {len(self.new_districts)} 个选区，应选名额按文件中的人数。")
        if outside:
            plan.notes.append(f"{outside} 行的所属镇（街道）不在该级人民代表大会的区域内，请核对。")
        known = len(plan.rejected)
        self._refuse_shared_cards(plan)
        self._refuse_crowds(plan)
        late = {rejection.row for rejection in plan.rejected[known:]}
        if late:
            plan.rows = [row for row in plan.rows if row.number not in late]

    def _refuse_shared_cards(self, plan: Plan) -> None:
        """One card number belongs to one deputy of a term. Two that swap theirs in one file are no clash."""
        for (term, card), rows in self.given_cards.items():
            holders = [
                seat for seat in self.cards.get((term, card), ()) if self.changed_seats.get(seat["pk"], {}).get("card_number", card) == card
            ]
            for record, _ in rows:
                others = [other for other, _ in rows if other is not record]
                if holders:
                    plan.reject(record, "card_number", f"已由{self._names[holders[0]['deputy']]}使用，同一届的代表证号不能重复")
                elif others:
                    plan.reject(record, "card_number", f"与第 {others[0].number} 行相同，同一届的代表证号不能重复")

    def _refuse_crowds(self, plan: Plan) -> None:
        """No more deputies sit for an electoral district than it elects."""
        sitting: dict[int, list[str]] = {}
        joined = {pk for key in self.joined if (pk := self.districts[key].pk)}
        for seat in self.seats.values() if joined else ():
            pk = seat["electoral_district"]
            stays = self.changed_seats.get(seat["pk"], {}).get("electoral_district", pk) == pk
            if pk in joined and stays and seat["status"] != MandateStatus.ENDED:
                sitting.setdefault(pk, []).append(self._names[seat["deputy"]])
        for key, records in self.joined.items():
            district = self.districts[key]
            if district.pk is None:
                for record in records[_MOST_SEATS:]:
                    plan.reject(
                        record,
                        "electoral_district",
                        f"文件中“{district.name}”有 {len(records)} 名代表，每一选区只选 1 至 {_MOST_SEATS} 名（选举法第二十五条）",
                    )
                continue
            there = sitting.get(district.pk, [])
            for record in records[max(district.seats - len(there), 0) :]:
                who = f"已有{'、'.join(there)}" if there else f"文件中有 {len(records)} 名"
                plan.reject(
                    record,
                    "electoral_district",
                    f"“{district.name}”应选 {district.seats} 名，{who}，没有空缺。请先登记出缺，或在“选区”表中改正应选名额",
                )

    def write(self) -> None:
        """Electoral districts, deputies, then mandates: three bulk inserts and a few bulk updates."""
        ElectoralDistrict.objects.bulk_create(self.new_districts)
        for person in self.people:
            if "name" in person.changes:
                person.changes["initials"] = initials(person.changes["name"])
        new = {
            id(person): Deputy(**{name: value for name, value in person.changes.items()}) for person in self.people if person.stored is None
        }
        Deputy.objects.bulk_create(new.values())
        update_rows(Deputy, {person.stored["pk"]: person.changes for person in self.people if person.stored and person.changes})
        seats = []
        for person, _, values in self.new_seats:
            seat = Mandate(**attnames(Mandate, _keys(values)))
            seat.deputy_id = new[id(person)].pk if person.stored is None else person.stored["pk"]
            seats.append(seat)
        Mandate.objects.bulk_create(seats)
        update_rows(Mandate, {pk: _keys(values) for pk, values in self.changed_seats.items()})


def _keys(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.pk if isinstance(value, ElectoralDistrict) else value for name, value in values.items()}
