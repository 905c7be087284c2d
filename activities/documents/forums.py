"""What is printed of an opinion forum: the agenda, the collated list as an official paper (PDF and Word), the feedback."""

from __future__ import annotations

import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from activities.models import ForumItem, OpinionForum
from activities.services import forum_papers
from congress.documents import registry
from congress.documents.registry import DOCX, DocumentKind
from congress.documents.steady import steady
from congress.documents.titles import title_lines
from congress.documents.word import HEITI, TITLE, add_paragraph, add_signature, add_table, set_landscape, set_up
from congress.enums import AreaKind, Role
from congress.models import Area, Congress, Document
from congress.periods import Period

if TYPE_CHECKING:
    from congress.models import User

_HEADS = ("序号", "反映的问题和建议", "代表", "部门当场回应", "承办单位", "反馈期限")
_WIDTHS = (12.0, 92.0, 18.0, 55.0, 26.0, 22.0)  # millimetres of a landscape page's 225


def _of_own_forums(user: User) -> Q:
    """The district's staff, and the town that runs the forum; the papers are told to the others on paper."""
    if user.access.is_district_staff:
        return Q()
    own = Q(pk__in=[])
    for path in user.access.area_paths(Role.TOWN_OFFICE):
        own |= Q(area__path__startswith=path)
    return Q(subject__in=OpinionForum.objects.filter(own).values("code"))


def _forum(document: Document) -> OpinionForum:
    return OpinionForum.objects.select_related("area", "organiser").get(code=document.subject)


def _items(forum: OpinionForum) -> list[ForumItem]:
    return list(forum.items.select_related("deputy", "unit").order_by("number"))


def _base(document: Document) -> dict[str, Any]:
    forum = _forum(document)
    congress = Congress.objects.home()
    return {
        "forum": forum,
        "items": _items(forum),
        "period": Period.parse(forum.period).label,
        "issuer": str(forum.organiser),
        "congress": congress,
        "place": forum.place or "会议地点另行通知",
        "day": _day(forum.held_on or forum.planned_on),
        "made_on": forum.sent_on or forum.held_on or forum.planned_on,
    }


# ---- the agenda


def agenda(document: Document) -> dict[str, Any]:
    """The context of the agenda: three steps, and the matters in the order in which they are heard."""
    base = _base(document)
    units = list(dict.fromkeys(str(item.unit) for item in base["items"] if item.unit))
    return {**base, "title": title_lines([f"“{base['forum'].topic}”", "民情反映会", "议程"]), "units": "、".join(units)}


# ---- the collated list


def collated(document: Document) -> dict[str, Any]:
    """The context of the list sent to the government: a covering text, and the matters as an annex."""
    base = _base(document)
    forum, items = base["forum"], base["items"]
    return {
        **base,
        "title": _title(forum),
        "to": _government(forum.area),
        "paragraphs": _text(forum, items),
        "annex": _annex(forum),
        "rows": [_row(item) for item in items],
        "sent_on": _day(base["made_on"]),
    }


def _title(forum: OpinionForum) -> list[str]:
    return title_lines(["关于交办", f"“{forum.topic}”", "民情反映会", "代表意见建议的函"])


def _annex(forum: OpinionForum) -> str:
    return f"“{forum.topic}”民情反映会代表意见清单"


def _government(area: Area) -> str:
    """Whom the list goes to: a subdistrict has an office (街道办事处), a farm itself."""
    if area.kind == AreaKind.SUBDISTRICT:
        return f"{area.name}办事处"
    return area.name if area.kind == AreaKind.FARM else f"{area.name}人民政府"


def _text(forum: OpinionForum, items: list[ForumItem]) -> list[str]:
    deputies = len({item.deputy_id for item in items})
    units = list(dict.fromkeys(str(item.unit) for item in items if item.unit))
    where = f"在{forum.place}" if forum.place else ""
    due = max((item.due_on for item in items if item.due_on), default=None)
    found = [
        f"{_day(forum.held_on)}，{forum.organiser}{where}举行{Period.parse(forum.period).label}民情反映会，主题是“{forum.topic}”。"
        f"会上，{deputies}名代表反映了{len(items)}件意见建议，有关部门当场作了回应。",
        *filter(None, (line.strip() for line in forum.summary.splitlines())),
        f"现将代表意见建议整理成清单，送{'、'.join(units)}研究办理。" if units else "现将代表意见建议整理成清单，请研究办理。",
    ]
    until = f"请于{_day(due)}前" if due else "请在规定期限内"
    found.append(f"{until}逐件反馈办理情况，写明是否采纳；采纳的，写明措施和完成时间；没有采纳的，说明原因。")
    return found


def _row(item: ForumItem) -> list[str]:
    unit = (item.unit.short_name or item.unit.name) if item.unit else "待定"
    due = f"{item.due_on:%Y.%-m.%-d}" if item.due_on else "待定"
    return [str(item.number), item.text, item.deputy.name, item.response or "—", unit, due]


def word(document: Document) -> bytes:
    """The same as .docx, for staff to edit before it is signed. Same records, same bytes."""
    context = collated(document)
    made = new_document()
    set_up(made, title="".join(context["title"]), author=context["issuer"])
    for line in context["title"]:
        add_paragraph(made, line, font=TITLE, size=22, pitch=Pt(33), align=WD_ALIGN_PARAGRAPH.CENTER, squeeze=0)
    add_paragraph(made, "")
    add_paragraph(made, f"{context['to']}：")
    for line in context["paragraphs"]:
        add_paragraph(made, line, indent=True)
    _sign(made, context)
    wide = made.add_section(WD_SECTION.NEW_PAGE)
    set_landscape(wide)
    add_paragraph(made, "附件", font=HEITI, align=WD_ALIGN_PARAGRAPH.LEFT)
    add_paragraph(made, context["annex"], font=TITLE, size=20, pitch=Pt(30), align=WD_ALIGN_PARAGRAPH.CENTER, squeeze=0)
    add_table(made, list(_HEADS), context["rows"], list(_WIDTHS), size=10.5, left=(1, 3))
    target = BytesIO()
    made.save(target)
    return steady(target.getvalue(), context["made_on"])


def _sign(made: WordDocument, context: dict[str, Any]) -> None:
    add_paragraph(made, "")
    annex = add_paragraph(made, f"附件：{context['annex']}", align=WD_ALIGN_PARAGRAPH.LEFT)
    annex.paragraph_format.left_indent, annex.paragraph_format.first_line_indent = Pt(78.7), Pt(-47.2)
    add_signature(made, context["issuer"], context["sent_on"])


# ---- the feedback


def summary(document: Document) -> dict[str, Any]:
    """The context of the summary of feedback: the numbers, and each matter with what came of it."""
    base = _base(document)
    items = base["items"]
    fed_back = [item for item in items if item.fed_back_on]
    adopted = [item for item in items if item.is_adopted]
    late = [item for item in fed_back if item.due_on and item.fed_back_on > item.due_on]
    return {
        **base,
        "title": title_lines([f"“{base['forum'].topic}”", "民情反映会", "意见反馈情况汇总"]),
        "counts": {
            "all": len(items),
            "fed_back": len(fed_back),
            "adopted": len(adopted),
            "not_adopted": len(fed_back) - len(adopted),
            "waiting": len(items) - len(fed_back),
            "late": len(late),
        },
        "rows": [
            {
                "number": item.number,
                "text": item.text,
                "deputy": item.deputy.name,
                "unit": (item.unit.short_name or item.unit.name) if item.unit else "待定",
                "feedback": item.feedback or "尚未反馈",
                "day": f"{item.fed_back_on:%Y.%-m.%-d}" if item.fed_back_on else "—",
                "adopted": {True: "采纳", False: "未采纳", None: "—"}[item.is_adopted],
            }
            for item in items
        ],
    }


def _day(day: datetime.date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def register() -> None:
    """Called once, when the app is ready."""
    for kind in (
        DocumentKind(forum_papers.AGENDA, "民情反映会议程", _of_own_forums, "documents/activities/forum_agenda.html", agenda),
        DocumentKind(forum_papers.LIST, "民情反映会意见清单", _of_own_forums, "documents/activities/forum_list.html", collated),
        DocumentKind(forum_papers.LIST_WORD, "民情反映会意见清单（Word 稿）", _of_own_forums, render=word, content_type=DOCX),
        DocumentKind(forum_papers.SUMMARY, "民情反映会反馈情况汇总", _of_own_forums, "documents/activities/forum_summary.html", summary),
    ):
        registry.register(kind)
