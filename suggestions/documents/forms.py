"""建议（议案）专用纸 and 意见征询表: the two forms on paper that a suggestion begins and ends with."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from congress.documents import registry
from congress.documents.errors import PaperError
from congress.documents.registry import DocumentKind
from congress.documents.titles import title_lines
from congress.models import Document
from congress.sealed import masked_phone
from platforms.documents.numbers import day, ordinal
from suggestions.documents import access, words
from suggestions.enums import (
    ANSWERING,
    CosignState,
    Grade,
    HandlingRole,
    HandlingState,
    LimitKind,
    PublicityWish,
    ReplyState,
    SuggestionKind,
)
from suggestions.models import Handling, Suggestion
from suggestions.services.papers import kinds, one
from suggestions.services.profiles import limits_of, profile_of
from suggestions.tables.suggestions import WITHHELD

_GONE = (HandlingState.RETURNED, HandlingState.ENDED)
# What 形成方式 is ticked on paper; what is written beside these stands behind 其他.
_ORIGINS = ("专题调研", "视察", "走访选民", "座谈会", "接待选民日", "民情反映会")
RELATED = (
    *("congress__area", "term", "session", "category", "proposer__deputy", "proposer__area", "delegation", "proposed_unit"),
    "merged_into",
)


def load(code: str) -> Suggestion:
    """The suggestion with all that papers tell of it. Raises Suggestion.DoesNotExist."""
    rows = Suggestion.objects.select_related(*RELATED).prefetch_related("cosigners__mandate__deputy", "cosigners__mandate__area", "files")
    return rows.get(code=code)


# ---- the form


def form(document: Document) -> dict[str, Any]:
    """The template's context. ``document.subject`` is the code, with what else of ``kinds`` behind a stroke."""
    code, _, edition = document.subject.partition("/")
    row = load(code)
    is_bill = row.kind == SuggestionKind.BILL
    is_named = edition != kinds.NAMELESS or not row.withholds_identity
    name = "议案" if is_bill else "代表建议、批评和意见"
    return {
        "row": row,
        "is_bill": is_bill,
        "is_named": is_named,
        "withheld": WITHHELD,
        "title": f"{words.occasion(row)}{words.number(row)}{words.noun(row)}",
        "heads": [*title_lines(_occasion(row)), name],
        "issuer": words.organ(row.congress),
        "number": words.number(row) if row.number is not None else "第　　号",
        "category": row.category.name if row.category else "",
        "cosigners": _cosigners(row) if is_named else "",
        "phone": masked_phone(row.proposer.deputy.phone) if is_named else "",
        "delegation": row.delegation or row.proposer.area.name,
        "parts": _parts(row),
        "files": "、".join(file.original_name for file in row.files.all()) if is_named else "",
        "origins": _origins(row),
        "publicity": [(row.publicity_wish == wish, wish.label) for wish in PublicityWish],
        "wishes": [
            (row.wants_consultation, "希望办理前加强沟通"),
            (row.for_reference, "仅供参考，不需书面答复"),
            (row.withholds_identity, "姓名不对承办单位以外公开"),
        ],
        "assigned": _assigned(row),
        "handed_in": day(timezone.localdate(row.submitted_at)) if row.submitted_at else "　　年　　月　　日",
        "made_on": timezone.localdate(row.submitted_at or row.created_at),
        "is_draft": edition == kinds.DRAFT,
    }


def _occasion(row: Suggestion) -> list[str]:
    head = [f"{row.congress.area.name}", f"第{ordinal(row.term.number)}届人民代表大会"]
    return [*head, f"第{ordinal(row.session.number)}次会议"] if row.session else [*head, "闭会期间"]


def _cosigners(row: Suggestion) -> str:
    names = [each.mandate.deputy.name for each in row.cosigners.all() if each.state == CosignState.CONFIRMED]
    return f"{words.listed(names)}（共{len(names)}名）" if names else ""


def _parts(row: Suggestion) -> list[tuple[str, list[str]]]:
    """A bill states 案由、案据 and 方案 (代表法 art. 15); the first is its title's matter."""
    if row.kind == SuggestionKind.BILL:
        return [("案由、案据", words.paragraphs(row.basis)), ("方案", words.paragraphs(row.request))]
    return [("事由", words.paragraphs(row.basis)), ("具体建议", words.paragraphs(row.request))]


def _origins(row: Suggestion) -> list[tuple[bool, str]]:
    """Ticks for the words that ``origin`` holds, and for what is linked; the rest is written behind 其他."""
    said = row.origin
    found = [(name.removesuffix("会") in said or name in said, name) for name in _ORIGINS]
    if row.forum_item_id:
        found[-1] = (True, _ORIGINS[-1])
    ticked = any(is_ticked for is_ticked, _ in found)
    return [*found, (bool(said) and not ticked, f"其他：{said}" if said and not ticked else "其他")]


def _assigned(row: Suggestion) -> str:
    """主办：…；协办：… . 自…交办之日起三个月内答复代表."""
    rows = [each for each in Handling.objects.filter(suggestion=row).select_related("unit").order_by("pk") if each.state not in _GONE]
    if not rows:
        return ""
    said = []
    for role in HandlingRole:
        if units := [each.unit.name for each in rows if each.role == role]:
            said.append(f"{role.label}：{words.listed(units)}")
    limits = limits_of(profile_of(row.congress))
    limit = words.limit(limits.get(LimitKind.ANSWER_LONG if row.is_difficult else LimitKind.ANSWER))
    on = max(each.assigned_on for each in rows)
    return f"{'；'.join(said)}。自{day(on)}交办之日起{limit}内答复代表。" if limit else f"{'；'.join(said)}。"


# ---- the sheet to judge a reply by


def consultation(document: Document) -> dict[str, Any]:
    """The context: one page for each deputy who is asked. What was judged already is ticked. ``document.subject`` names the reply."""
    reply = one.find_reply(document.subject)
    if reply.state != ReplyState.SENT or reply.sent_on is None:
        raise PaperError("答复还没有发出，没有生成意见征询表。")
    row = load(reply.handling.suggestion.code)
    profile = profile_of(row.congress)
    limits = limits_of(profile)
    judged = {each.mandate_id: each for each in reply.evaluations.all()}
    seats = [row.proposer]
    if profile.answer_every_cosigner:
        seats += [each.mandate for each in row.cosigners.all() if each.state == CosignState.CONFIRMED]
    talks = list(reply.handling.consultations.order_by("on", "pk"))
    return {
        "row": row,
        "reply": reply,
        "issuer": words.organ(row.congress),
        "title": f"{words.occasion(row)}{words.number(row)}{words.noun(row)}办理情况意见征询表",
        "kind": words.noun(row),
        "about": f"{words.occasion(row)}{words.number(row)}{words.noun(row)}",
        "unit": reply.handling.unit.name,
        "others": words.listed(each.unit.name for each in _support(row)),
        "sent_on": day(reply.sent_on),
        "reply_class": reply.reply_class,
        "talks": "、".join(f"{day(each.on)}{each.way}" for each in talks),
        "commitments": [(each.text.rstrip("。；"), day(each.due_on)) for each in reply.commitments.order_by("due_on", "pk")],
        "sheets": [_sheet(seat, judged.get(seat.pk)) for seat in seats],
        "evaluate": words.limit(limits.get(LimitKind.EVALUATE)),
        "rehandle": words.limit(limits.get(LimitKind.REHANDLE)),
        "made_on": reply.sent_on,
    }


def _sheet(seat: Any, judged: Any) -> dict[str, Any]:
    return {
        "name": seat.deputy.name,
        "attitude": [(bool(judged) and judged.attitude == grade, grade.label) for grade in Grade],
        "result": [(bool(judged) and judged.result == grade, grade.label) for grade in Grade],
        "text": judged.text if judged else "",
        "day": day(timezone.localdate(judged.at)) if judged else "年　　月　　日",
    }


def _support(row: Suggestion) -> list[Handling]:
    rows = Handling.objects.filter(suggestion=row).exclude(role__in=ANSWERING).exclude(state__in=_GONE)
    return list(rows.select_related("unit").order_by("pk"))


def register() -> None:
    """Called once, when the app is ready."""
    registry.register(DocumentKind(kinds.FORM, "建议（议案）专用纸", access.form, "documents/suggestions/form.html", form))
    registry.register(DocumentKind(kinds.CONSULTATION, "意见征询表", access.near, "documents/suggestions/consultation.html", consultation))
