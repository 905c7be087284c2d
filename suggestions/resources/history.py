"""Suggestions of earlier years out of the office's ledger, and any list as a workbook. One row is one suggestion."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from congress.errors import DomainError
from congress.imports import values
from congress.imports.coded import label_of
from congress.imports.plan import Plan, Record
from congress.imports.resource import Column
from congress.models import User
from congress.services.audit import Actor
from deputies.resources import finding
from deputies.resources.finding import AddingResource
from suggestions.enums import Grade, Publicity, Settlement, SuggestionKind, SuggestionState
from suggestions.models import Suggestion
from suggestions.resources import cells
from suggestions.resources.books import Books, Refused
from suggestions.resources.outgoing import answering, cosigners, known, last_judgement, last_reply, supporting, with_all
from suggestions.services import history
from suggestions.services.history import HistoryEntry
from suggestions.tables.suggestions import WITHHELD

# Worked out from the others, or the matter's own from its page: read by nobody.
_DERIVED = ("state", "closed_on")


def _grade(title: str, get: Callable[[Any], Any], attribute: str, *synonyms: str) -> Column:
    read = partial(values.choice, words=cells.GRADES, allowed=cells.GRADE_LABELS)
    return Column(title, read, attribute, get=get, show=label_of(Grade), synonyms=synonyms, choices=cells.GRADE_LABELS)


class SuggestionResource(AddingResource):
    """代表建议. New rows come in closed. SECURITY: names that are withheld from who takes the rows out are left out."""

    key = "suggestions"
    list_url = "suggestions:list"
    label = "代表建议"
    hint = (
        "补录往年的建议：一行一件，记为已办结，计入历年统计，写建议时可以查到。有编号的行只作核对；届次、会次、建议号和标题都相同的视为同一件。"
        "没有注明公开方式的答复按不公开处理。"
    )
    import_rule = "suggestions.import_suggestions"
    export_rule = "suggestions.export_suggestions"
    way_out = "已登记的建议请在其页面上办理"

    code = Column("编号", values.code, "code", help="新的建议不填")
    congress = Column(
        "人民代表大会",
        partial(values.name, limit=60),
        "congress__short_name",
        get=lambda row: row.congress.short_name,
        synonyms=["层级", "哪级人大", "人大"],
        help="不填时为本区人大；镇人大的建议填镇名",
        example="榕江区",
    )
    term = Column(
        "届次",
        values.ordinal,
        "term__number",
        get=lambda row: row.term.number,
        show=cells.show_term,
        required=True,
        synonyms=["届", "届别"],
        example="第八届",
    )
    session = Column(
        "会次",
        cells.session,
        "session__number",
        get=lambda row: row.session.number if row.session else 0,
        show=cells.show_session,
        synonyms=["次会议", "会议", "会议次数"],
        help="闭会期间提出的不填",
        example="第三次会议",
    )
    number = Column(
        "建议号",
        cells.number,
        "old_number",
        get=lambda row: row.old_number or row.number,
        synonyms=["号", "建议编号", "议案号", "序号"],
        help="照原来的写，如 31、004、Y19、闭字1",
        example="004",
    )
    kind = Column(
        "种类",
        partial(values.choice, words=cells.KINDS, allowed=cells.KIND_LABELS),
        "kind",
        show=label_of(SuggestionKind),
        help="不填时为代表建议",
        choices=cells.KIND_LABELS,
    )
    title = Column(
        "标题",
        partial(values.text, limit=80),
        "title",
        required=True,
        synonyms=["建议标题", "题目", "案由", "建议题目", "内容摘要"],
        example="关于修复上岭村道的建议",
    )
    basis = Column("事由", partial(finding.prose, limit=20_000), "basis", synonyms=["内容", "建议内容", "案据"])
    request = Column("具体建议", partial(finding.prose, limit=20_000), "request", synonyms=["方案"])
    category = Column(
        "类别", partial(values.name, limit=40), "category__name", synonyms=["建议类别", "分类"], help="在用的建议类别", example="交通水利"
    )
    deputy_codes = Column(
        "代表编号",
        values.code,
        "proposer",
        get=lambda row: row.proposer.deputy.code,
        synonyms=["领衔代表编号"],
        help="有同名代表的须填写",
    )
    proposer = Column(
        "领衔代表",
        values.name,
        "proposer",
        get=lambda row: row.proposer.deputy.name,
        synonyms=["代表", "代表姓名", "提案人", "提出人", "提出者", "姓名", "建议人"],
        help="须是该届代表；代表编号、姓名填一项即可",
        example="韦建国",
    )
    cosigners = Column(
        "附议代表",
        finding.several,
        "cosigners",
        get=cosigners,
        show=finding.show_several,
        synonyms=["附议人", "联名代表"],
        help="几名之间用顿号隔开",
    )
    signers = Column(
        "联名人数",
        partial(values.whole_number, low=1, high=500),
        "signer_count",
        synonyms=["人数", "提出人数", "联名"],
        help="没有附议代表姓名时填写，含领衔代表",
    )
    accepted_on = Column(
        "受理日期", values.date, "accepted_on", show=finding.show_date, synonyms=["提出日期", "日期"], help="不填时为交办日期，或会议开幕日"
    )
    answering = Column(
        "主办单位",
        finding.several,
        "handlings",
        get=answering,
        show=finding.show_several,
        synonyms=["承办单位", "主办", "承办", "分办单位"],
        help="写几个单位（用顿号隔开）为分办",
        example="榕江区交通运输局",
    )
    supporting = Column(
        "协办单位", finding.several, "handlings", get=supporting, show=finding.show_several, synonyms=["协办", "会办单位", "会办"]
    )
    assigned_on = Column("交办日期", values.date, "assigned_on", show=finding.show_date)
    replied_on = Column(
        "答复日期", values.date, "replied_on", show=finding.show_date, synonyms=["反馈日期", "办复日期"], help="不填时按交办（受理）日期计"
    )
    document_number = Column(
        "答复文号",
        partial(values.optional_text, limit=40),
        "handlings",
        get=lambda row: getattr(last_reply(row), "document_number", ""),
        synonyms=["文号"],
    )
    answer = Column(
        "答复内容",
        partial(finding.prose, limit=20_000),
        "handlings",
        get=lambda row: getattr(last_reply(row), "text", ""),
        synonyms=["答复", "办理情况"],
    )
    answer_class = Column(
        "办理结果",
        cells.answer_class,
        "handlings",
        get=lambda row: reply.reply_class.code if (reply := last_reply(row)) and reply.reply_class else None,
        synonyms=["答复类别", "结果", "类", "结果分类", "办理类别", "答复分类"],
        help=f"填{cells.CLASS_WORDS}",
        example="A",
    )
    publicity = Column(
        "公开方式",
        partial(values.choice, words=cells.PUBLICITIES, allowed=cells.PUBLICITY_LABELS),
        "handlings",
        get=lambda row: getattr(last_reply(row), "publicity", ""),
        show=label_of(Publicity),
        synonyms=["答复公开方式"],
        help="不填时按不公开处理",
        choices=cells.PUBLICITY_LABELS,
    )
    attitude = _grade("办理态度", lambda row: getattr(last_judgement(row), "attitude", ""), "handlings", "态度评价")
    result = _grade("代表评价", lambda row: getattr(last_judgement(row), "result", ""), "handlings", "办理结果评价", "满意度", "代表满意度")
    comment = Column(
        "评价意见",
        partial(finding.prose, limit=2_000),
        "handlings",
        get=lambda row: getattr(last_judgement(row), "text", ""),
        help="不满意的须写明",
    )
    withholds = Column(
        "不公开姓名", values.yes_or_no, "withholds_identity", help="代表要求除办理机关外不公开姓名的填“是”", choices=["是", "否"]
    )
    state = Column("状态", values.text, "state", show=label_of(SuggestionState), help="导入的一律为办结，不读取")
    closed_on = Column("办结日期", values.text, "closed_on", show=finding.show_date, help="由答复日期得出，不读取")

    class Meta:
        model = Suggestion
        fields = (
            *("code", "congress", "term", "session", "number", "kind", "title", "basis", "request", "category", "deputy_codes", "proposer"),
            *("cosigners", "signers", "accepted_on", "answering", "supporting", "assigned_on", "replied_on", "document_number", "answer"),
            *("answer_class", "publicity", "attitude", "result", "comment", "withholds", "state", "closed_on"),
        )

    with_all = staticmethod(with_all)

    def exported(self, user: Any) -> QuerySet[Suggestion]:
        return self.with_all(Suggestion.objects.visible_to(user))

    # ---- out

    def before_export(self, queryset: Any, **kwargs: Any) -> None:
        """Whose names and whose answers this person may read, asked once for all rows."""
        self.known = known(queryset, self.actor)

    def dehydrate_proposer(self, row: Suggestion) -> str:
        return WITHHELD if row.pk in self.known.nameless else str(values.neutral(row.proposer.deputy.name))

    def dehydrate_deputy_codes(self, row: Suggestion) -> str:
        return "" if row.pk in self.known.nameless else row.proposer.deputy.code

    def dehydrate_cosigners(self, row: Suggestion) -> str:
        return "" if row.pk in self.known.nameless else str(values.neutral(finding.show_several(cosigners(row))))

    def dehydrate_answer(self, row: Suggestion) -> str:
        reply = last_reply(row)
        return str(values.neutral(reply.text)) if reply and reply.pk in self.known.readable else ""

    def dehydrate_comment(self, row: Suggestion) -> str:
        judgement = last_judgement(row)
        near = judgement is not None and row.pk in self.known.near
        return str(values.neutral(judgement.text)) if near and judgement else ""

    # ---- in

    def choices(self) -> dict[str, list[str]]:
        return Books.choices()

    def show(self, name: str, value: Any) -> str:
        return self.books.told(value) if name == "answer_class" and value in Settlement.values else super().show(name, value)

    def settle(self, records: list[Record], plan: Plan) -> None:
        if not isinstance(self.actor, User):
            raise DomainError("往年的建议须记在导入人名下，请用本人账号在“导入与导出”中导入。")
        self.books = Books()
        stored = self._stored(records)
        seen: dict[Any, int] = {}
        undated = unclassed = 0
        plan.work = []
        for record in records:
            for name in _DERIVED:
                record.given.pop(name, None)
            entry = self._entry(record, plan)
            if not record.ok:
                continue
            given = record.given
            label = f"{given['proposer']}：{given['title'][:30]}" if given.get("proposer") else given["title"][:40]
            key = given.get("code") or (entry and self.books.key_of(entry))
            if (first := seen.setdefault(key, record.number)) != record.number:
                plan.reject(record, "title", f"与第 {first} 行重复")
            elif code := given.get("code"):
                if code not in stored:
                    plan.reject(record, "code", f"没有编号为 {code} 的建议；新的建议请不要填写编号")
                elif self._agrees(record, plan, stored[code]):
                    self.unchanged(record, plan, code, label)
            elif entry is not None and (there := self.books.there.get(key)):
                self.unchanged(record, plan, there, label)
            elif entry is not None:
                if (taken := self.books.taken(entry)) is not None:
                    plan.reject(record, "number", f"该号已是“{taken}”，请核对届次、会次和建议号")
                    continue
                undated += entry.reply_class is not None and entry.replied_on is None
                unclassed += entry.replied_on is not None and entry.reply_class is None
                plan.work.append(entry)
                self.created(record, plan, given.get("number") or "", label, {**given, "congress": entry.term.congress.short_name})
        if undated:
            plan.notes.append(f"{undated} 行有办理结果而没有答复日期，按交办（受理）日期计入当年。")
        if unclassed:
            plan.notes.append(f"{unclassed} 行没有办理结果，只记承办单位和答复日期，不计入满意率和办成率。")

    def _stored(self, records: list[Record]) -> dict[str, Suggestion]:
        """Those the file names by their code, as the person sees them."""
        codes = [record.given["code"] for record in records if "code" in record.given]
        rows = self.with_all(Suggestion.objects.visible_to(cast(User, self.actor)).filter(code__in=codes)) if codes else []
        return {row.code: row for row in rows}

    def _agrees(self, record: Record, plan: Plan, row: Suggestion) -> bool:
        """Whether the row's cells say what our own workbook would have said."""
        for name, value in record.given.items():
            column = self.fields[name]
            is_same = (self._reread(column, row) or None) == (value or None)
            if name == "answer_class":
                is_same = is_same or self.books.means(value, last_reply(row))
            if not is_same:
                plan.reject(record, name, f"与已登记的（{row.code}）不同。{self.way_out}")
                return False
        return True

    @staticmethod
    def _reread(column: Column, row: Suggestion) -> Any:
        shown = column.widget.show(column.get_value(row))
        return column.widget.read(shown) if shown else None

    def _entry(self, record: Record, plan: Plan) -> HistoryEntry | None:
        """What a row without a code says, or None; rows with one are only compared."""
        given = record.given
        if not record.ok or "code" in given:
            return None
        try:
            entry = self.books.entry(given)
            history.refuse(entry, cast(User, self.actor))
        except Refused as refusal:
            plan.reject(record, refusal.column, str(refusal))
        except PermissionDenied:
            plan.reject(record, "congress", "不是您所在人大的建议，不能导入")
        except DomainError as refusal:
            plan.reject(record, "replied_on" if "答复" in str(refusal) else "accepted_on", str(refusal))
        else:
            return entry
        return None

    def write(self, plan: Plan, actor: Actor) -> None:
        history.record(actor=cast(User, actor), entries=plan.work)
