"""What papers call people, meetings and organs, and text as blocks of an official paper."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from congress.enums import CongressLevel, OrganisationKind
from congress.models import Congress, Organisation
from congress.workdays import Limit
from suggestions.enums import CosignState, SuggestionKind
from suggestions.models import Suggestion
from suggestions.services.papers.scopes import meeting
from suggestions.tables.suggestions import WITHHELD

_HEADING = re.compile(r"[一二三四五六七八九十]+、[^。；：]{2,26}")
_LEAD = re.compile(r"([一二三四五六七八九十]+、[^。]{2,40}。)(.+)", re.DOTALL)
_SUB = re.compile(r"（[一二三四五六七八九十]+）[^。；：]{2,26}")
_SUB_LEAD = re.compile(r"(（[一二三四五六七八九十]+）[^。]{2,40}。)(.+)", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """``kind`` is h2, h3, p, or the name of a table or chart; ``lead`` is a run-in sentence, in 黑体 (hei) or 楷体 (kai)."""

    kind: str
    text: str = ""
    lead: str = ""
    face: str = "kai"


def written(text: str) -> list[Block]:
    """What people wrote, a paragraph a line: 一、 and （一） on a short line are headings, in a longer one a run-in sentence."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if _HEADING.fullmatch(line):
            found.append(Block("h2", line))
        elif _SUB.fullmatch(line):
            found.append(Block("h3", line))
        elif match := _LEAD.fullmatch(line):
            found.append(Block("p", match[2], match[1], "hei"))
        elif match := _SUB_LEAD.fullmatch(line):
            found.append(Block("p", match[2], match[1]))
        else:
            found.append(Block("p", line))
    return found


def paragraphs(text: str) -> list[str]:
    return [line for line in (line.strip() for line in text.splitlines()) if line]


def organ(congress: Congress) -> str:
    """The organ that answers for the congress's suggestions: the deputies' office, in a town its presidium (代表法 art. 51)."""
    is_town = congress.level == CongressLevel.TOWN
    kind = OrganisationKind.PRESIDIUM if is_town else OrganisationKind.DEPUTIES_OFFICE
    rows = Organisation.objects.filter(kind=kind, is_active=True).order_by("code")
    found = rows.filter(area=congress.area_id).first() or (None if is_town else rows.first())
    return found.name if found else f"{congress.short_name}{'主席团' if is_town else '常委会代表工作委员会'}"


def dispatcher(congress: Congress) -> str:
    """The government's office that passes suggestions on; "" where none is known."""
    found = Organisation.objects.filter(kind=OrganisationKind.DISPATCHER, is_active=True, area=congress.area_id).order_by("code").first()
    return found.name if found else ""


def noun(suggestion: Suggestion) -> str:
    return "议案" if suggestion.kind == SuggestionKind.BILL else "代表建议"


def occasion(suggestion: Suggestion) -> str:
    """区八届人大六次会议, 区八届人大闭会期间."""
    return meeting(suggestion.congress, suggestion.term.number, suggestion.session.number if suggestion.session else None)


def number(suggestion: Suggestion) -> str:
    """第37号, or the code before it has a number."""
    return f"第{suggestion.number}号" if suggestion.number is not None else suggestion.code


def labelled(suggestion: Suggestion) -> str:
    """Its number in a table that holds both kinds: 第37号, 议案第2号."""
    return f"{'议案' if suggestion.kind == SuggestionKind.BILL else ''}{number(suggestion)}"


def signers(suggestion: Suggestion) -> list[str]:
    """The leading deputy and those who confirmed that they sign along, in the order in which they were asked."""
    rows = [row for row in suggestion.cosigners.all() if row.state == CosignState.CONFIRMED]
    return [suggestion.proposer.deputy.name, *(row.mandate.deputy.name for row in sorted(rows, key=lambda row: row.pk))]


def proposers(suggestion: Suggestion, *, is_named: bool | None = None) -> str:
    """林国祥; 林国祥等5名代表. A withheld name is not told, unless ``is_named`` says that whoever reads it may know."""
    if suggestion.withholds_identity and not is_named:
        return WITHHELD
    names = signers(suggestion)
    if suggestion.delegation:
        return str(suggestion.delegation)
    return f"{names[0]}等{len(names)}名代表" if len(names) > 1 else names[0]


def nameless(text: str, suggestion: Suggestion) -> str:
    """The text without the names of deputies who withhold theirs."""
    if not suggestion.withholds_identity:
        return text
    for name in sorted(signers(suggestion), key=len, reverse=True):
        text = text.replace(name, "提出人")
    return text


def listed(names: Iterable[str]) -> str:
    return "、".join(names)


def limit(text: str | None) -> str:
    """10个工作日, 3个月, 30日; "" for no limit."""
    return Limit.parse(text).label.replace(" ", "") if text else ""
