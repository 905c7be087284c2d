"""答复函: a unit's answer as an official letter, with its class and publicity, who signed it, whom to ask, and what it promises."""

from __future__ import annotations

from typing import Any

from congress.documents import registry
from congress.documents.errors import PaperError
from congress.documents.registry import DOCX, DocumentKind
from congress.models import Document
from platforms.documents.numbers import day
from suggestions.documents import access, letters, words
from suggestions.documents.forms import load
from suggestions.documents.letters import Letter
from suggestions.documents.words import Block
from suggestions.enums import HandlingRole, HandlingState, ReplyState
from suggestions.models import Handling, Reply, Suggestion
from suggestions.services.papers import kinds, one
from suggestions.services.profiles import profile_of
from suggestions.services.replying import promises_of

_GONE = (HandlingState.RETURNED, HandlingState.ENDED)


def letter(document: Document) -> Letter:
    """``document.subject`` names the reply (``services.papers.one.subject``). Raises PaperError for one without words, or changed since."""
    reply = one.find_reply(document.subject)
    if one.subject(reply) != document.subject:
        raise PaperError("答复已有变化，没有生成。请重新印制。")
    if not reply.text.strip():
        raise PaperError("这次答复是上传的答复函，没有填写内容，不能生成答复函。")
    row = load(reply.handling.suggestion.code)
    names = words.signers(row)
    everyone = profile_of(row.congress).answer_every_cosigner
    is_sent = reply.state == ReplyState.SENT
    you = "你们" if len(names) > 1 or row.delegation else "您"
    made_on = reply.sent_on or reply.handling.assigned_on
    return Letter(
        issuer=reply.handling.unit.name,
        number=reply.document_number or f"〔{made_on.year}〕　　号",
        title=[f"关于对{words.occasion(row)}", f"{words.number(row)}{words.noun(row)}", f"的{'再次' if reply.round > 1 else ''}答复"],
        to=_to(row, names, everyone),
        body=_body(reply, row, you),
        made_on=made_on,
        on=reply.sent_on if is_sent else None,
        signer=reply.signer,
        marks=(f"是否公开：{reply.get_publicity_display()}", f"办理结果：{reply.reply_class.code if reply.reply_class else '　'}"),
        annex=f"{words.noun(row)}办理情况意见征询表",
        contact=_contact(reply),
        copies=_copies(reply, row),
        keywords=f"{words.noun(row)}, 答复",
    )


def _to(row: Suggestion, names: list[str], everyone: bool) -> str:
    if row.delegation:
        return str(row.delegation)
    return f"{words.listed(names)}代表" if everyone or len(names) == 1 else f"{names[0]}等{len(names)}名代表"


def _body(reply: Reply, row: Suggestion, you: str) -> list[Block]:
    """The unit's own words, opened and closed where it did not do so itself."""
    found: list[Block] = []
    if "收悉" not in reply.text[:200]:
        found.append(Block("p", _opening(reply, row, you)))
    own = words.written(reply.text)
    if own and own[0].text.endswith("代表："):
        own.pop(0)  # whom it is for stands above already
    found += own
    is_sent = reply.state == ReplyState.SENT
    promises: list[Any] = list(reply.commitments.order_by("due_on", "pk")) if is_sent else promises_of(reply)
    if promises:
        found.append(Block("p", "对以下事项，我单位承诺按期完成，到期报告落实情况："))
        found += [Block("p", f"{n}．{each.text.rstrip('。；')}，于{day(each.due_on)}前完成。") for n, each in enumerate(promises, start=1)]
    if "感谢" not in reply.text[-120:]:
        found.append(Block("p", f"感谢{you}对我们工作的关心和支持。对办理情况有何意见，请填写意见征询表反馈。"))
    return found


def _opening(reply: Reply, row: Suggestion, you: str) -> str:
    support = (
        Handling.objects.filter(suggestion=row, role=HandlingRole.SUPPORT).exclude(state__in=_GONE).select_related("unit").order_by("pk")
    )
    helped = f"会同{words.listed(each.unit.name for each in support)}" if support else ""
    days = list(dict.fromkeys(each.on for each in reply.handling.consultations.order_by("on", "pk")))
    talked = f"，并于{words.listed(map(day, days))}与代表沟通" if days else ""
    again = "您对前次答复的意见收到。" if reply.round > 1 and you == "您" else "你们对前次答复的意见收到。" if reply.round > 1 else ""
    kind = "议案" if row.kind == "bill" else "建议"
    title = row.title if row.title.startswith("《") else f"《{row.title}》"
    return f"{you}提出的{title}（{words.number(row)}{kind}）收悉。{again}经{helped}研究办理{talked}，现答复如下："


def _contact(reply: Reply) -> str:
    parts = [
        f"联系人：{reply.contact_person}" if reply.contact_person else "",
        f"联系电话：{reply.contact_phone}" if reply.contact_phone else "",
    ]
    said = "，".join(filter(None, parts))
    return f"（{said}）" if said else ""


def _copies(reply: Reply, row: Suggestion) -> str:
    """The organ that runs it, the government's dispatcher, and the other units that have a part."""
    others = Handling.objects.filter(suggestion=row).exclude(state__in=_GONE).exclude(unit=reply.handling.unit_id).select_related("unit")
    names = [words.organ(row.congress), words.dispatcher(row.congress), *(each.unit.name for each in others.order_by("pk"))]
    return f"{'，'.join(dict.fromkeys(filter(None, names)))}。"


def register() -> None:
    """Called once, when the app is ready."""
    registry.register(DocumentKind(kinds.REPLY, "答复函", access.reply, letters.TEMPLATE, letters.pdf(letter)))
    registry.register(DocumentKind(kinds.REPLY_WORD, "答复函（Word 稿）", access.reply, render=letters.word(letter), content_type=DOCX))
