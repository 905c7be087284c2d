"""What the rows of a ledger name in words: congresses, terms, sessions, deputies, units and classes, read once per import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from congress.enums import CongressLevel
from congress.models import Congress, Organisation, Session, Term
from deputies.models import Deputy, Mandate
from deputies.resources.finding import People
from suggestions.enums import HANDLES, Grade, HandlingRole, Settlement, SuggestionKind
from suggestions.models import Reply, ReplyClass, RuleProfile, Suggestion, SuggestionCategory
from suggestions.services.history import HistoryEntry

Key = tuple[int, int | None, str, str, str]


class Refused(ValueError):
    """What a row says can't be kept; ``column`` is the field at fault."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


class Books:
    """Some ten queries, however many rows."""

    def __init__(self) -> None:
        self.people = People(serving=False)
        self._congresses: dict[str, Congress] = {}
        for congress in Congress.objects.select_related("area").order_by("level", "pk"):
            for name in (congress.short_name, congress.name, congress.area.name):
                self._congresses.setdefault(name, congress)
        self._home = Congress.objects.home()
        terms = Term.objects.select_related("congress__area")
        self._terms = {(term.congress_id, term.number): term for term in terms}
        self._sessions = {(session.term_id, session.number): session for session in Session.objects.all()}
        self._categories = {row.name: row for row in SuggestionCategory.objects.all()}
        self._units: dict[str, list[Organisation]] = {}
        for unit in Organisation.objects.filter(kind__in=HANDLES).order_by("code"):
            for name in {unit.name, unit.short_name, unit.code} - {""}:
                self._units.setdefault(name, []).append(unit)
        self._schemes = dict(RuleProfile.objects.values_list("congress", "scheme"))
        self._classes: dict[int, list[ReplyClass]] = {}
        for row in ReplyClass.objects.order_by("scheme", "code"):
            self._classes.setdefault(row.scheme_id, []).append(row)
        self.there: dict[Any, str] = {}
        self._numbered: dict[Any, str] = {}
        known = Suggestion.objects.order_by().values_list("term", "session", "kind", "old_number", "number", "title", "code")
        for term, session, kind, old, number, title, code in known:
            self.there[term, session, kind, old or str(number or ""), title] = code
            if old:
                self._numbered[term, session, kind, old] = title

    @staticmethod
    def choices() -> dict[str, list[str]]:
        """For the drop-downs of the empty template."""
        names = Congress.objects.order_by("level", "pk").exclude(level=CongressLevel.CITY).values_list("short_name", flat=True)
        return {
            "congress": list(names),
            "category": list(SuggestionCategory.objects.filter(is_active=True).values_list("name", flat=True)),
            "answering": list(Organisation.objects.active().filter(kind__in=HANDLES).order_by("code").values_list("name", flat=True)),
        }

    @staticmethod
    def key_of(entry: HistoryEntry) -> Key:
        """What makes two rows the same matter."""
        return (entry.term.pk, entry.session.pk if entry.session else None, entry.kind, entry.old_number, entry.title)

    def taken(self, entry: HistoryEntry) -> str | None:
        """The title of another matter that has the number of this session already; numbers within the file count too."""
        if not entry.old_number:
            return None
        key = self.key_of(entry)[:-1]
        title = self._numbered.setdefault(key, entry.title)
        return None if title == entry.title else title

    def entry(self, given: Mapping[str, Any]) -> HistoryEntry:
        """Raises Refused at the first cell that names nothing we know."""
        congress = self._congress(given.get("congress"))
        term = self._terms.get((congress.pk, given["term"]))
        if term is None:
            raise Refused("term", f"{congress.short_name}没有第{given['term']}届，请先在基础数据中增加届次")
        session = self._session(term, given.get("session"))
        deputy = self._deputy(given)
        proposer = self._seat(deputy, term, "proposer")
        cosigners = [self._seat(self._named(name), term, "cosigners") for name in given.get("cosigners", ())]
        if proposer in cosigners:
            raise Refused("cosigners", f"{deputy}是领衔代表，不必再列为附议代表")
        assigned, replied = given.get("assigned_on"), given.get("replied_on")
        accepted = given.get("accepted_on") or (session.starts_on if session else assigned or replied)
        if accepted is None:
            raise Refused("accepted_on", "请填写受理日期；会议期间提出的，请填写会次")
        units = self._roles(given)
        reply_class = self._class(congress, given.get("answer_class"))
        if not units and (reply_class or given.get("answer")):
            raise Refused("answering", "有办理结果的，请填写主办单位")
        if given.get("result") and reply_class is None:
            raise Refused("answer_class", "有代表评价的，请填写办理结果")
        if Grade.NOT_SATISFIED in {given.get("result"), given.get("attitude")} and not given.get("comment"):
            raise Refused("comment", "代表不满意的，请写明意见")
        return HistoryEntry(
            term=term,
            session=session,
            proposer=proposer,
            kind=given.get("kind") or SuggestionKind.SUGGESTION,
            old_number=given.get("number") or "",
            signer_count=None if cosigners else given.get("signers"),
            title=given["title"],
            basis=given.get("basis") or "",
            request=given.get("request") or "",
            category=self._category(given.get("category")),
            cosigners=cosigners,
            withholds_identity=bool(given.get("withholds")),
            accepted_on=accepted,
            units=units,
            assigned_on=assigned,
            replied_on=replied,
            document_number=given.get("document_number") or "",
            answer=given.get("answer") or "",
            reply_class=reply_class,
            publicity=given.get("publicity") or "",
            attitude=given.get("attitude") or "",
            result=given.get("result") or "",
            comment=given.get("comment") or "",
        )

    def means(self, value: Any, reply: Reply | None) -> bool:
        """Whether words such as 解决采纳 say what the class of the answer says."""
        return reply is not None and reply.reply_class is not None and reply.reply_class.settlement == value

    def told(self, settlement: str) -> str:
        return str(Settlement(settlement).label)

    def _congress(self, name: str | None) -> Congress:
        found = self._congresses.get(name) if name else self._home
        if found is None:
            raise Refused("congress", f"没有名为“{name}”的人民代表大会" if name else "请填写人民代表大会")
        return found

    def _session(self, term: Term, number: int | None) -> Session | None:
        if not number:
            return None
        if (found := self._sessions.get((term.pk, number))) is None:
            raise Refused("session", f"{term}没有第{number}次会议，请先在基础数据中增加")
        return found

    def _deputy(self, given: Mapping[str, Any]) -> Deputy:
        try:
            return self.people.find(given.get("deputy_codes"), given.get("proposer"))
        except ValueError as error:
            raise Refused("deputy_codes" if given.get("deputy_codes") else "proposer", str(error)) from None

    def _named(self, name: str) -> Deputy:
        try:
            return self.people.find(None, name)
        except ValueError as error:
            raise Refused("cosigners", str(error)) from None

    def _seat(self, deputy: Deputy, term: Term, column: str) -> Mandate:
        """Her mandate of that term, in force or ended since."""
        for seat in self.people.seats[deputy.pk]:
            if seat.term_id == term.pk:
                return seat
        raise Refused(column, f"{deputy}不是{term}代表，请先导入该届的代表名册")

    def _category(self, name: str | None) -> SuggestionCategory | None:
        if name and name not in self._categories:
            raise Refused("category", f"没有名为“{name}”的建议类别，请先在基础数据中增加")
        return self._categories[name] if name else None

    def _roles(self, given: Mapping[str, Any]) -> dict[Organisation, HandlingRole]:
        answering = [self._unit(name, "answering") for name in given.get("answering", ())]
        supporting = [self._unit(name, "supporting") for name in given.get("supporting", ())]
        if supporting and not answering:
            raise Refused("answering", "有协办单位的，请填写主办单位")
        role = HandlingRole.LEAD if len(answering) == 1 else HandlingRole.SEPARATE
        return {**dict.fromkeys(supporting, HandlingRole.SUPPORT), **dict.fromkeys(answering, role)}

    def _unit(self, name: str, column: str) -> Organisation:
        found = self._units.get(name, [])
        if len(found) != 1:
            reason = (
                f"没有名为“{name}”的承办单位，请先在机构中增加" if not found else f"名为“{name}”的单位有 {len(found)} 个，请填写单位代码"
            )
            raise Refused(column, reason)
        return found[0]

    def _class(self, congress: Congress, value: str | None) -> ReplyClass | None:
        """The class of that letter, or the first that says so, in the scheme that the congress uses now."""
        if not value:
            return None
        scheme = self._schemes.get(congress.pk) or min(self._classes, default=0)  # without rules of its own the shipped default
        for row in self._classes.get(scheme, []):
            if value in (row.code, row.settlement):
                return row
        raise Refused("answer_class", f"本级人大的答复分类中没有“{value}”")
