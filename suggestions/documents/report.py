"""办理情况报告: the year's report to the standing committee, printed for the next session and published (代表法 art. 51).

One content serves the PDF and the Word file that staff complete before it is signed. 满意率, 办成率 and 落实率 stand side by
side; a rate of fewer records than the congress's rules ask for is marked, and such a unit is not ranked.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from congress import figures
from congress.documents import registry
from congress.documents.errors import PaperError
from congress.documents.registry import DOCX, DocumentKind
from congress.documents.titles import title_lines
from congress.models import Congress, Document
from congress.periods import Period
from platforms.documents.bulletin import heading_scale
from platforms.documents.numbers import NONE, day, ordinal, percent, score
from suggestions.documents import access, words
from suggestions.documents.assignments import find
from suggestions.documents.letters import Sheet
from suggestions.documents.report_charts import RATES, charts_of
from suggestions.documents.words import Block
from suggestions.enums import CommitmentState, Grade, LimitKind, SupervisionMethod
from suggestions.figures import yearly
from suggestions.figures.yearly import UNSORTED, Rate
from suggestions.models import Clock, KeySupervision
from suggestions.services import appraising
from suggestions.services.papers import kinds
from suggestions.services.papers.scopes import Scope, place
from suggestions.services.profiles import profile_of

_LATE = (LimitKind.ANSWER, LimitKind.ANSWER_LONG, LimitKind.REHANDLE)
_OF_UNITS = (
    *("suggestions.timeliness", "suggestions.consultation_rate", "suggestions.satisfaction"),
    *("suggestions.settlement_rate", "suggestions.fulfilment_rate"),
)
MARK = "＊"


@dataclass
class Report:
    """A year opened for printing. ``on`` is the day of which it tells."""

    congress: Congress
    year: int
    on: datetime.date

    @classmethod
    def of(cls, document: Document) -> Report:
        """``document.subject`` is area/year/day."""
        congress, (year, on) = find(document)
        return cls(congress, int(year), datetime.datetime.strptime(on, "%Y%m%d").date())

    # ---- what there is to tell, each read once

    @cached_property
    def told(self) -> yearly.Year:
        found = yearly.of(self.congress, self.period)
        if not found.proposed["all"]:
            raise PaperError(f"{self.year}年没有受理的代表建议，没有生成。")
        return found

    @cached_property
    def categories(self) -> list[tuple[str, int, Rate, Rate]]:
        return yearly.by_category(self.congress, self.period)

    @cached_property
    def units(self) -> Sequence[appraising.Row]:
        return appraising.table(self.congress, self.year)[1]

    @cached_property
    def least(self) -> int:
        return profile_of(self.congress).least_sample

    @cached_property
    def keys(self) -> list[KeySupervision]:
        rows = KeySupervision.objects.filter(suggestion__congress=self.congress, year=self.year)
        return list(rows.select_related("suggestion", "leader").prefetch_related("events").order_by("suggestion__number", "pk"))

    @cached_property
    def late(self) -> int:
        """Answers that are owed and overdue on the day."""
        rows = Clock.objects.late_on(self.on).filter(suggestion__congress=self.congress, kind__in=_LATE)
        return rows.order_by().values("suggestion").distinct().count()

    # ---- how it is called

    @property
    def period(self) -> Period:
        return Period.year(self.year)

    @property
    def scope(self) -> Scope:
        return Scope.parse(self.congress, f"{self.year}")

    @cached_property
    def issuer(self) -> str:
        return words.organ(self.congress)

    @property
    def heading(self) -> str:
        return f"{self.issuer}文件"

    @property
    def number(self) -> str:
        """发文字号; the place for it is left free."""
        return f"〔{self.on.year}〕　　号"

    @property
    def title(self) -> list[str]:
        return [f"关于{self.congress.area.name}", f"{self.year}年代表建议", "办理情况的报告"]

    @property
    def to(self) -> str:
        return f"{place(self.congress)}人大常委会" if self.congress.level != "town" else f"{self.congress.name}"

    @property
    def annexes(self) -> list[str]:
        return [f"{self.year}年代表建议分类别办理情况表", f"{self.year}年承办单位办理代表建议情况表", f"{self.year}年代表建议办理情况图"]

    # ---- numbers as they are written

    def rate(self, found: Rate) -> str:
        """92.9%; a star where it is counted from too few; a dash for none."""
        if found.share is None:
            return NONE
        return f"{percent(found.share)}{MARK if found.total < self.least else ''}"

    def said(self, key: str) -> str:
        """满意率92.9%（13件中12件）."""
        found = self.told.rates[key]
        name = dict(RATES)[key]
        if found.share is None:
            return f"{name}没有数据"
        few = "，样本较少" if found.total < self.least else ""
        what = "项" if key == "fulfilment" else "件"
        return f"{name}{percent(found.share)}（{found.total}{what}中{found.good}{what}{few}）"

    # ---- the text

    def body(self) -> Iterator[Block]:
        yield Block("p", f"现将{self.year}年代表建议、批评和意见办理情况报告如下（数据截至{day(self.on)}）。")
        parts = [
            ("基本情况", self._basics()),
            ("办理成效", self._results()),
            ("重点督办情况", self._keys()),
            ("承办单位情况", self._units()),
        ]
        if problems := list(self._problems()):
            parts.append(("存在的问题", iter(problems)))
        parts.append(("下一步工作", self._next()))
        for number, (name, blocks) in enumerate(parts, start=1):
            yield Block("h2", f"{ordinal(number)}、{name}")
            yield from blocks

    def _basics(self) -> Iterator[Block]:
        counts = self.told.proposed
        bills = f"其中议案{counts['bills']}件，" if counts["bills"] else ""
        gone = f"另有{counts['withdrawn']}件由代表撤回，未计入。" if counts["withdrawn"] else ""
        between = counts["all"] - counts["in_session"]
        when = "，".join(f"{name}提出{count}件" for name, count in (("会议期间", counts["in_session"]), ("闭会期间", between)) if count)
        yield Block(
            "p",
            f"全年受理代表提出的建议{counts['all']}件，{bills}{when}。{gone}"
            f"已交办{counts['assigned']}件，已答复{counts['answered']}件，已办结{counts['closed']}件，正在办理{counts['in_hand']}件。",
        )
        top = [f"{name}{count}件" for name, count, *_ in self.categories[:3] if count and name != UNSORTED]
        if top:
            yield Block("p", f"从内容看，{'、'.join(top)}，{'居前' if len(top) > 1 else '最多'}。分类别情况见附件1。")

    def _results(self) -> Iterator[Block]:
        told = self.told
        if not told.rates["timeliness"].total:
            yield Block("p", "本年度还没有答复，暂无办理成效数据。")
            return
        yield Block("p", f"{self.said('timeliness')}，{self.said('consultation')}。", "（一）答复情况。")
        total = sum(count for _, count in told.classes.values())
        each = "；".join(
            f"{code}类（{meaning}）{count}件，占{percent(Rate(count, total).share)}" for code, (meaning, count) in told.classes.items()
        )
        yield Block("p", f"按最近一次答复统计，{each}。", "（二）答复类别。")
        if told.results:
            unjudged = f"另有{told.unjudged}件代表尚未评价，不计入满意率。" if told.unjudged else ""
            yield Block(
                "p",
                f"对办理结果，{_grades(told.results)}，{self.said('satisfaction')}；对办理态度，{_grades(told.attitudes)}。{unjudged}",
                "（三）代表评价。",
            )
        else:
            yield Block("p", f"已答复的{told.unjudged}件代表尚未评价，暂无满意率。", "（三）代表评价。")
        promised = self._promises()
        yield Block("p", f"{self.said('settlement')}。{promised}", "（四）办成和落实。")

    def _promises(self) -> str:
        due = self.told.promises
        if not due:
            return "本年度没有到期的承诺事项。"
        waiting = due.get(CommitmentState.OPEN, 0) + due.get(CommitmentState.REPORTED, 0)
        return (
            f"本年度到期的承诺事项{sum(due.values())}项，已落实{due.get(CommitmentState.KEPT, 0)}项，"
            f"未落实{due.get(CommitmentState.NOT_KEPT, 0)}项，尚待落实或者评价{waiting}项，{self.said('fulfilment')}。"
        )

    def _keys(self) -> Iterator[Block]:
        if not self.keys:
            yield Block("p", "本年度没有确定重点督办的建议。")
            return
        methods = Counter(event.method for key in self.keys for event in key.events.all())
        held = "、".join(f"{SupervisionMethod(method).label}{count}次" for method, count in sorted(methods.items()))
        yield Block("p", f"主任会议确定重点督办建议{len(self.keys)}件，由常委会领导领衔督办{f'，开展{held}' if held else ''}。")
        for number, key in enumerate(self.keys, start=1):
            result = f"{key.result.strip().rstrip('。')}。" if key.result.strip() else f"现为“{key.suggestion.get_state_display()}”。"
            yield Block(
                "p",
                f"{number}．《{key.suggestion.title}》（{words.labelled(key.suggestion)}），{key.meeting}确定，{key.leader.name}领衔督办。{result}",
            )

    def _units(self) -> Iterator[Block]:
        ranked = [row for row in self.units if row.rank is not None]
        few = len(self.units) - len(ranked)
        if not self.units:
            yield Block("p", "本年度还没有单位答复。")
            return
        text = f"本年度有{len(self.units)}个单位答复代表建议。"
        if ranked:
            best = "、".join(row.unit.name for row in ranked if row.rank is not None and row.rank <= 3)
            text += f"按照考评办法计分，{best}{'得分居前' if len(ranked) > 1 else '参加排名'}。"
        if few:
            text += f"{few}个单位答复不足{self.least}件，样本较少，只列数据，不参加排名。"
        yield Block("p", f"{text}各单位情况见附件2。")

    def _problems(self) -> Iterator[Block]:
        found = []
        if self.late:
            found.append(f"有{self.late}件建议超过期限尚未答复")
        if refused := self.told.results.get(Grade.NOT_SATISFIED, 0):
            found.append(f"代表对办理结果不满意{refused}人次，需要重新办理")
        if missed := self.told.promises.get(CommitmentState.NOT_KEPT, 0):
            found.append(f"有{missed}项承诺事项到期没有落实")
        weak = [
            f"{name}（办成率{percent(settled.share)}）"
            for name, _, _, settled in sorted(self.categories, key=lambda row: (row[3].share is None, row[3].share))
            if name != UNSORTED and settled.share is not None and settled.total >= self.least and settled.share < 0.5
        ]
        if weak:
            found.append(f"{'、'.join(weak[:3])}类建议办成率偏低")
        for number, text in enumerate(found, start=1):
            yield Block("p", f"{number}．{text}。")

    def _next(self) -> Iterator[Block]:
        open_now = self.told.proposed["open"]
        steps = []
        if open_now:
            steps.append(f"对尚未办结的{open_now}件建议逐件跟踪，督促承办单位按期答复、充分沟通。")
        steps.append("对列入计划和承诺解决的事项，对照承诺台账跟踪落实，跨年度、跨届次持续督办，到期请代表再次评价。")
        steps.append("对代表不满意的答复，督促重新办理；加强重点督办和办理工作评议，评议结果按照规定与绩效考评挂钩。")
        for number, text in enumerate(steps, start=1):
            yield Block("p", f"{number}．{text}")

    # ---- annexes

    def category_sheet(self) -> Sheet:
        total = [
            "合计",
            str(self.told.proposed["all"]),
            *[self.rate(self.told.rates["satisfaction"]), str(self.told.rates["satisfaction"].total)],
            *[self.rate(self.told.rates["settlement"]), str(self.told.rates["settlement"].total)],
        ]
        rows = [
            [name, str(count), self.rate(content), str(content.total), self.rate(settled), str(settled.total)]
            for name, count, content, settled in self.categories
        ]
        heads = ("类　　别", "受理件数", "满意率", "评价件数", "办成率", "答复件数")
        return Sheet(heads, (46, 22, 24, 20, 24, 20), [*rows, total], (0,))

    def unit_sheet(self) -> Sheet:
        ids = [row.unit.pk for row in self.units]
        columns = [figures.values(key, ids, self.period) for key in _OF_UNITS]
        rows = []
        for row in self.units:
            few = MARK if row.answered < self.least else ""
            shares = [percent(column[row.unit.pk]) if row.unit.pk in column else NONE for column in columns]
            rows.append(
                [
                    f"{row.unit.name}{few}",
                    str(row.answered),
                    *shares,
                    score(row.score) if row.score is not None else NONE,
                    str(row.rank or NONE),
                ]
            )
        heads = ("承办单位", "答复件数", "按期答复率", "面商率", "满意率", "办成率", "落实率", "考评得分", "名次")
        return Sheet(heads, (29, 18, 21, 15, 15, 15, 15, 18, 10), rows, (0,))

    def note(self) -> str:
        return (
            f"注：满意率为已评价的建议中没有代表对办理结果不满意的件数所占比例，未评价的不计入；办成率为最近一次答复属于已经解决的件数占答复件数的比例；"
            f"落实率为本年度到期的承诺事项中代表评价已落实的比例。标“{MARK}”的样本不足{self.least}件（项），只作参考，不参加排名；“—”表示没有该项数据。"
        )


def _grades(counts: Any) -> str:
    return "、".join(f"{grade.label}{counts.get(grade, 0)}人次" for grade in Grade)


def build(document: Document) -> dict[str, Any]:
    """The template's context. The same records and day give the same context on every call."""
    report = Report.of(document)
    sheets = [report.category_sheet(), report.unit_sheet()]
    return {
        "report": report,
        "title": "".join(report.title),
        "title_lines": title_lines(report.title),
        "heading_scale": heading_scale(report.heading),
        "body": list(report.body()),
        "annexes": report.annexes,
        "sheets": [
            {
                "name": name,
                "columns": list(zip(sheet.heads, sheet.widths, strict=True)),
                "rows": [[(column in sheet.left, text) for column, text in enumerate(row)] for row in sheet.rows],
            }
            for name, sheet in zip(report.annexes, sheets, strict=False)
        ],
        "note": report.note(),
        "charts": charts_of(report),
        "issuer": report.issuer,
        "day": day(report.on),
        "made_on": report.on,
    }


def register() -> None:
    """Called once, when the app is ready."""
    from suggestions.documents import report_word

    registry.register(DocumentKind(kinds.REPORT, "办理情况报告", access.of_congress, "documents/suggestions/report.html", build))
    registry.register(
        DocumentKind(kinds.REPORT_WORD, "办理情况报告（Word 稿）", access.of_congress, render=report_word.render, content_type=DOCX)
    )
