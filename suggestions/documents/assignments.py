"""交办清单 and 交办通知: what was given to which units, until when. Neither tells a name that a deputy withholds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from congress.documents import registry
from congress.documents.errors import PaperError
from congress.documents.registry import DOCX, DocumentKind
from congress.documents.titles import title_lines
from congress.models import Congress, Document, Organisation
from platforms.documents.numbers import NONE, day, ordinal
from suggestions.documents import access, letters, words
from suggestions.documents.forms import RELATED
from suggestions.documents.letters import Letter, Sheet
from suggestions.documents.words import Block
from suggestions.enums import ANSWERING, HandlingRole, LimitKind, SuggestionKind
from suggestions.models import Clock, Handling, Suggestion
from suggestions.services.papers import kinds
from suggestions.services.papers.scopes import Scope
from suggestions.services.profiles import limits_of, profile_of

_DUE = (LimitKind.ANSWER, LimitKind.ANSWER_LONG, LimitKind.REHANDLE, LimitKind.SUPPORT)
_LIST = Sheet(
    heads=("序号", "编号", "标　　题", "提出人", "类别", "主办（分办）单位", "协办单位", "答复期限"),
    widths=(10, 20, 65, 27, 22, 34, 25, 22),
    rows=(),
    left=(2,),
    is_wide=True,
)
_LETTER = Sheet(heads=("序号", "编号", "标　　题", "提出人", "角色", "期限"), widths=(10, 22, 60, 29, 14, 21), rows=(), left=(2,))


def parts_of(scope: Scope, unit: Organisation | None = None) -> tuple[list[Suggestion], Mapping[int, list[Handling]], Mapping[int, Clock]]:
    """The suggestions in their order, the parts of each by its key, and the clock by which each part is to be done.

    A constant number of queries.
    """
    rows = scope.handlings().filter(unit=unit) if unit else scope.handlings()
    parts: dict[int, list[Handling]] = {}
    for part in rows.select_related("unit").order_by("pk"):
        parts.setdefault(part.suggestion_id, []).append(part)
    related = scope.suggestions().select_related(*RELATED).prefetch_related("cosigners__mandate__deputy")
    suggestions = [row for row in related if row.pk in parts]
    clocks = {
        clock.handling_id: clock
        for clock in Clock.objects.filter(handling__in=[part.pk for each in parts.values() for part in each], kind__in=_DUE).order_by(
            "round", "pk"
        )
    }
    return suggestions, parts, clocks  # type: ignore[return-value]


def find(document: Document) -> tuple[Congress, list[str]]:
    """The congress whose area's code begins the subject, and the subject's other parts. Raises Congress.DoesNotExist."""
    area, *rest = document.subject.split("/")
    return Congress.objects.select_related("area").get(area__code=area), rest


# ---- the list


def assignment_list(document: Document) -> dict[str, Any]:
    """The template's context. ``document.subject`` is area/scope."""
    congress, (code, *_) = find(document)
    scope = Scope.parse(congress, code)
    suggestions, parts, clocks = parts_of(scope)
    if not suggestions:
        raise PaperError("没有交办的建议，没有生成交办清单。")
    rows = [_row(place, row, parts[row.pk], clocks) for place, row in enumerate(suggestions, start=1)]
    made_on = max(part.assigned_on for each in parts.values() for part in each)
    bills = sum(row.kind == SuggestionKind.BILL for row in suggestions)
    units = {part.unit_id for each in parts.values() for part in each}
    held = "、".join(
        filter(None, [f"议案{bills}件" if bills else "", f"代表建议{len(suggestions) - bills}件" if len(suggestions) > bills else ""])
    )
    title = [scope.label, "代表建议交办清单"]
    return {
        "title": "".join(title),
        "title_lines": title_lines(title, 30),
        "issuer": words.organ(congress),
        "note": f"共交办{held}，涉及承办单位{len(units)}个。",
        "columns": list(zip(_LIST.heads, _LIST.widths, strict=True)),
        "rows": [[(column in _LIST.left, text) for column, text in enumerate(row)] for row in rows],
        "made_on": made_on,
        "day": day(made_on),
    }


def _row(place: int, row: Suggestion, parts: Iterable[Handling], clocks: Mapping[int, Clock]) -> list[str]:
    answering = [part for part in parts if part.role in ANSWERING]
    support = [part.unit.short_name or part.unit.name for part in parts if part.role == HandlingRole.SUPPORT]
    units = [part.unit.short_name or part.unit.name for part in answering]
    days = sorted({clocks[part.pk].due_on for part in answering if part.pk in clocks})
    return [
        str(place),
        words.labelled(row),
        row.title,
        words.proposers(row),
        row.category.name if row.category else NONE,
        f"{'、'.join(units)}{'（分办）' if len(units) > 1 else ''}" or NONE,
        "、".join(support) or NONE,
        "、".join(f"{each:%Y.%-m.%-d}" for each in days) or NONE,
    ]


# ---- the letter to a unit


def dispatch(document: Document) -> Letter:
    """``document.subject`` is area/unit/scope. Raises PaperError when the unit holds nothing of it any more."""
    congress, (unit_key, code) = find(document)
    unit = Organisation.objects.get(pk=unit_key)
    scope = Scope.parse(congress, code)
    suggestions, parts, clocks = parts_of(scope, unit)
    if not suggestions:
        raise PaperError(f"{unit}已不承办这些建议，没有生成交办通知。请重新印制。")
    held = [(row, part) for row in suggestions for part in parts[row.pk]]
    on = max(part.assigned_on for _, part in held)
    day_only = scope.on is not None
    what = _what(suggestions)
    title = [
        "关于交办",
        *([words.occasion(suggestions[0])] if day_only and len(_occasions(suggestions)) == 1 else [] if day_only else [scope.short]),
        f"{what}的通知",
    ]
    office = words.dispatcher(congress)
    return Letter(
        issuer=words.organ(congress),
        number=f"〔{on.year}〕　　号",
        title=title,
        to=unit.name,
        body=_text(congress, unit, suggestions, held),
        made_on=on,
        on=on,
        annex=f"交由{unit.name}办理的{what}清单",
        sheet=Sheet(
            _LETTER.heads, _LETTER.widths, [_line(n, row, part, clocks) for n, (row, part) in enumerate(held, start=1)], _LETTER.left
        ),
        copies=f"{office}。" if office else "",
        keywords="代表建议, 交办",
    )


def _what(suggestions: Iterable[Suggestion]) -> str:
    kinds_found = {row.kind for row in suggestions}
    if kinds_found == {SuggestionKind.BILL}:
        return "议案"
    return "代表建议" if SuggestionKind.BILL not in kinds_found else "议案和代表建议"


def _occasions(suggestions: Iterable[Suggestion]) -> set[str]:
    return {words.occasion(row) for row in suggestions}


def _line(place: int, row: Suggestion, part: Handling, clocks: Mapping[int, Clock]) -> list[str]:
    said = row.title
    if part.instruction:
        said += f"\n（交办意见：{part.instruction}）"
    if row.merged_into_id and row.merged_into is not None:
        said += f"\n（与{words.number(row.merged_into)}并案办理）"
    due = clocks.get(part.pk)
    return [
        str(place),
        words.labelled(row),
        said,
        words.proposers(row),
        part.get_role_display(),
        f"{due.due_on:%Y.%-m.%-d}" if due else NONE,
    ]


def _text(congress: Congress, unit: Organisation, suggestions: list[Suggestion], held: list[tuple[Suggestion, Handling]]) -> list[Block]:
    limits = {kind: words.limit(text) for kind, text in limits_of(profile_of(congress)).items()}
    roles = {role: sum(part.role == role for _, part in held) for role in HandlingRole}
    counted = "、".join(f"{role.label}{count}件" for role, count in roles.items() if count)
    occasions = "、".join(sorted(_occasions(suggestions)))
    answers = bool(roles[HandlingRole.LEAD] or roles[HandlingRole.SEPARATE])
    found = [
        Block(
            "p",
            f"根据代表法和代表建议办理工作的有关规定，现将{occasions}提出的{_what(suggestions)}共{len(suggestions)}件交由你单位办理"
            f"（{counted}），清单附后。请认真研究办理，并做好以下工作。",
        )
    ]
    demands = [("及时签收。", _receipt(limits))]
    if answers:
        talk = f"自交办之日起{limits[LimitKind.CONTACT]}内与代表首次联系，" if limits.get(LimitKind.CONTACT) else ""
        demands.append(
            ("充分沟通。", f"{talk}通过走访、座谈、电话等方式听取代表意见，并登记沟通情况；代表希望面商的，应当当面沟通后再答复。")
        )
        demands.append(("按期答复。", _answering(limits)))
        demands.append(
            (
                "规范答复。",
                "答复由单位负责人审核签发，以公文形式答复代表，写明办理结果类别和公开方式，随答复附意见征询表；"
                "答复中承诺解决的事项，写明完成期限，列入承诺台账，到期报告落实情况。",
            )
        )
        if limits.get(LimitKind.REHANDLE):
            demands.append(("认真重办。", f"代表对办理结果不满意的，自收到评价之日起{limits[LimitKind.REHANDLE]}内重新办理并答复。"))
    if roles[HandlingRole.SUPPORT]:
        until = f"自交办之日起{limits[LimitKind.SUPPORT]}内" if limits.get(LimitKind.SUPPORT) else "及时"
        demands.append(("做好协办。", f"协办的，{until}将协办意见送主办单位，由主办单位统一答复代表。"))
    return [*found, *(Block("p", text, f"{ordinal(n)}、{lead}", "hei") for n, (lead, text) in enumerate(demands, start=1))]


def _receipt(limits: Mapping[str, str]) -> str:
    sign = f"自交办之日起{limits[LimitKind.SIGN]}内签收。" if limits.get(LimitKind.SIGN) else "请及时签收。"
    if not limits.get(LimitKind.RETURN):
        return f"{sign}不属于本单位职责的，及时说明理由，申请退回，并提出建议承办的单位。"
    return f"{sign}不属于本单位职责的，自交办之日起{limits[LimitKind.RETURN]}内说明理由，申请退回，并提出建议承办的单位；逾期不再调整，不得自行转交。"


def _answering(limits: Mapping[str, str]) -> str:
    plain, long = limits.get(LimitKind.ANSWER, ""), limits.get(LimitKind.ANSWER_LONG, "")
    more = f"；涉及面广、办理难度大的，不超过{long}" if long else ""
    return f"主办、分办的，自交办之日起{plain}内答复代表{more}。各件的答复期限见清单。需要延期的，到期前申请，经同意后方可延期。"


def register() -> None:
    """Called once, when the app is ready."""
    for kind in (
        DocumentKind(kinds.LIST, "交办清单", access.of_congress, "documents/suggestions/assignment_list.html", assignment_list),
        DocumentKind(kinds.DISPATCH, "交办通知", access.of_unit, letters.TEMPLATE, letters.pdf(dispatch)),
        DocumentKind(kinds.DISPATCH_WORD, "交办通知（Word 稿）", access.of_unit, render=letters.word(dispatch), content_type=DOCX),
    ):
        registry.register(kind)
