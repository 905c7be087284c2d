"""代表建议及办理答复汇编: a session's or a year's suggestions with their answers, bound in volumes.

It is handed round, so no volume tells a name that a deputy withholds, the words of an answer that is not to be published, or
more than the summary of one that is published in summary.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch

from congress.documents import registry
from congress.documents.errors import PaperError
from congress.documents.registry import DocumentKind
from congress.documents.titles import title_lines
from congress.models import Document
from platforms.documents.numbers import NONE, day, ordinal
from suggestions.documents import access, words
from suggestions.documents.assignments import find
from suggestions.documents.forms import RELATED
from suggestions.enums import ANSWERING, CosignState, HandlingState, Publicity, ReplyState, SuggestionKind
from suggestions.models import Commitment, Cosigner, Evaluation, Handling, Reply, Suggestion
from suggestions.services.papers import kinds
from suggestions.services.papers.many import PER_VOLUME
from suggestions.services.papers.scopes import Scope

_SUBJECT = re.compile(r"(\d+)-(\d+)")
_EDGES = re.compile(r"([a-z])(\d+)-([a-z])(\d+)")
_GONE = (HandlingState.RETURNED, HandlingState.ENDED)
NOT_TOLD = {
    Publicity.NONE: "按照规定，答复内容不公开，已书面答复代表。",
    Publicity.SUMMARY: "（以下为公开摘要）",
}


def build(document: Document) -> dict[str, Any]:
    """The template's context. ``document.subject`` is area/scope/volume-volumes/first-last. A constant number of queries.

    Raises PaperError when nothing of the volume is left.
    """
    congress, (code, place, edges) = find(document)
    scope = Scope.parse(congress, code)
    number, total = map(int, _SUBJECT.fullmatch(place).groups())  # type: ignore[union-attr]
    rows = _between(scope, edges)
    if not rows:
        raise PaperError("这一册没有建议，没有生成。请重新汇编。")
    entries = [_entry(row) for row in rows]
    parts = [
        {"key": kind, "label": "议案" if kind == SuggestionKind.BILL else "代表建议、批评和意见", "entries": held}
        for kind in (SuggestionKind.BILL, SuggestionKind.SUGGESTION)
        if (held := [entry for entry in entries if entry["kind"] == kind])
    ]
    volume = f"第{ordinal(number)}册" if total > 1 else ""
    made_on = max(entry["made_on"] for entry in entries)
    return {
        "title": f"{scope.label}代表建议及办理答复汇编{volume}",
        "running": f"{scope.short}代表建议及办理答复汇编{volume}",
        "congress": congress,
        "cover": title_lines(["代表建议", "及办理答复", "汇编"], 7.0),
        "when": _occasion(scope),
        "volume": f"（{volume}，共{ordinal(total)}册）" if volume else "",
        "facts": [
            ("收　　录", _held(rows)),
            ("编　　印", words.organ(congress)),
            ("编印日期", f"{made_on.year}年{made_on.month}月"),
        ],
        "shelf": _shelf(scope, number) if total > 1 else [],
        "count": _counted(entries),
        "parts": parts,
        "issuer": words.organ(congress),
        "made_on": made_on,
    }


def _occasion(scope: Scope) -> str:
    if scope.session:
        return f"第{ordinal(scope.session.term.number)}届人民代表大会第{ordinal(scope.session.number)}次会议"
    return scope.period.label if scope.period else day(scope.on)


def _between(scope: Scope, edges: str) -> list[Suggestion]:
    """The volume's suggestions: those from its first to its last, which the subject names, so that what is accepted later shifts nothing."""
    match = _EDGES.fullmatch(edges)
    if match is None:
        return []
    first, last = (match[1], int(match[2])), (match[3], int(match[4]))
    keys = [pk for pk, kind, number in scope.suggestions().values_list("pk", "kind", "number") if first <= (kind[0], number) <= last]
    told = Prefetch("cosigners", Cosigner.objects.filter(state=CosignState.CONFIRMED).select_related("mandate__deputy").order_by("pk"))
    sent = Prefetch(
        "replies",
        Reply.objects.filter(state=ReplyState.SENT)
        .select_related("reply_class")
        .prefetch_related(
            Prefetch("evaluations", Evaluation.objects.select_related("mandate__deputy").order_by("pk")),
            Prefetch("commitments", Commitment.objects.order_by("due_on", "pk")),
        )
        .order_by("round"),
    )
    parts = Prefetch("handlings", Handling.objects.exclude(state__in=_GONE).select_related("unit").prefetch_related(sent).order_by("pk"))
    return list(scope.suggestions().filter(pk__in=keys).select_related(*RELATED).prefetch_related(told, parts))


def _entry(row: Suggestion) -> dict[str, Any]:
    parts = list(row.handlings.all())
    answers = [_answer(row, part, reply) for part in parts for reply in part.replies.all()]
    names = words.signers(row)
    facts = [("提出人", words.proposers(row))]
    if len(names) > 1 and not row.withholds_identity:
        facts.append(("附议代表", words.listed(names[1:])))
    facts.append(("类别", row.category.name if row.category else "未分类"))
    if row.accepted_on:
        facts.append(("受理日期", day(row.accepted_on)))
    answering = [part.unit.name for part in parts if part.role in ANSWERING]
    support = [part.unit.name for part in parts if part.role not in ANSWERING]
    facts.append(
        ("承办单位", f"{words.listed(answering)}{f'（协办：{words.listed(support)}）' if support else ''}" if answering else "尚未交办")
    )
    if row.merged_into is not None:
        facts.append(("并案", f"与{words.number(row.merged_into)}《{row.merged_into.title}》并案办理"))
    labels = ("案由、案据", "方案") if row.kind == SuggestionKind.BILL else ("事由", "具体建议")
    days = [row.accepted_on, row.closed_on, *(answer["on"] for answer in answers)]
    return {
        "key": f"{row.kind[0]}{row.number}",
        "kind": row.kind,
        "number": words.number(row),
        "title": row.title,
        "facts": facts,
        "texts": [
            (label, words.paragraphs(words.nameless(text, row))) for label, text in zip(labels, (row.basis, row.request), strict=True)
        ],
        "answers": answers,
        "state": row.get_state_display(),
        "is_reference": row.for_reference,
        "settlements": [answer["settlement"] for answer in answers],
        "made_on": max(found for found in days if found) if any(days) else datetime.date(row.created_at.year, 1, 1),
    }


def _answer(row: Suggestion, part: Handling, reply: Reply) -> dict[str, Any]:
    text = {Publicity.NONE: "", Publicity.SUMMARY: reply.summary}.get(Publicity(reply.publicity), reply.text)
    judged = [
        f"{'提出人' if row.withholds_identity else each.mandate.deputy.name}：态度{each.get_attitude_display()}，结果{each.get_result_display()}"
        for each in reply.evaluations.all()
    ]
    again = f"（第{ordinal(reply.round)}次）" if reply.round > 1 else ""
    lines = words.paragraphs(words.nameless(text, row))
    if not lines and reply.publicity != Publicity.NONE:
        lines = ["答复函见附件扫描件，本汇编从略。"]
    return {
        "head": f"{part.unit.name}的答复{again}",
        "meta": "　".join(filter(None, [reply.document_number, day(reply.sent_on), str(reply.reply_class or "")])),
        "note": NOT_TOLD.get(Publicity(reply.publicity), ""),
        "lines": lines,
        "commitments": [(each.text.rstrip("。；"), day(each.due_on), each.get_state_display()) for each in reply.commitments.all()]
        if reply.publicity != Publicity.NONE
        else [],
        "judged": "；".join(judged) or ("不需评价" if row.for_reference else "尚未评价"),
        "on": reply.sent_on,
        "settlement": reply.reply_class.code if reply.reply_class else NONE,
    }


def _counted(entries: Iterable[dict[str, Any]]) -> str:
    held = list(entries)
    answered = sum(bool(entry["answers"]) for entry in held)
    classes = Counter(entry["settlements"][-1] for entry in held if entry["settlements"])
    told = "、".join(f"{code}类{classes[code]}件" for code in sorted(classes))
    return f"本册收录{len(held)}件，已答复{answered}件{f'（按最近一次答复，{told}）' if told else ''}。"


def _held(rows: list[Suggestion]) -> str:
    """第1号至第40号, of bills and suggestions apart."""
    said = []
    for kind, name in ((SuggestionKind.BILL, "议案"), (SuggestionKind.SUGGESTION, "建议")):
        numbers = [row.number for row in rows if row.kind == kind]
        if numbers:
            said.append(f"{name}第{numbers[0]}号" + (f"至第{numbers[-1]}号" if len(numbers) > 1 else "") + f"，{len(numbers)}件")
    return "；".join(said)


def _shelf(scope: Scope, here: int) -> list[tuple[str, str, bool]]:
    """What each volume holds, for the contents' head. One query."""
    found = list(scope.suggestions().values_list("kind", "number"))
    volumes = [found[start : start + PER_VOLUME] for start in range(0, len(found), PER_VOLUME)]
    return [(f"第{ordinal(n)}册", f"{_edge(*held[0])}至{_edge(*held[-1])}", n == here) for n, held in enumerate(volumes, start=1)]


def _edge(kind: str, number: int | None) -> str:
    return f"{'议案' if kind == SuggestionKind.BILL else '建议'}第{number}号"


def register() -> None:
    """Called once, when the app is ready."""
    registry.register(DocumentKind(kinds.VOLUME, "建议及答复汇编", access.of_congress, "documents/suggestions/booklet.html", build))
