"""The bulletin's text: what staff wrote, and careful sentences reckoned from the result where they wrote nothing.

One text serves the PDF and the Word file. ``body`` answers blocks in order: h2 一、, h3 （一）, p (with an optional run-in
``lead`` in 楷体) and the ranking table's place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from congress.documents.titles import title_lines
from platforms.documents.edition import Edition
from platforms.documents.numbers import change, day, dec, names, ordinal, percent, points, score
from platforms.enums import ObjectionState, PlatformKind
from platforms.models import Objection

_HEADING = re.compile(r"（[一二三四五六七八九十]+）[^。；，]{2,24}")
_RUN_IN = re.compile(r"(（[一二三四五六七八九十]+）[^。]{2,40}。)(.+)", re.DOTALL)
_CODES = re.compile(r"：ZG[\w、-]+")  # the numbers of what is overdue, which annex 3 gives
AT_MOST = 2  # problems told of one unit in the text; the rest is in the annex


@dataclass(frozen=True)
class Block:
    """``kind`` is h2, h3, p, or ranking for the ranking table."""

    kind: str
    text: str = ""
    lead: str = ""


def title_parts(edition: Edition) -> list[str]:
    """The title in pieces that a line break must not cut."""
    parts = [f"{edition.issuer}关于", edition.label, edition.units, "人大代表", "履职平台", "交叉考评", "情况的通报"]
    return [*parts, f"（{edition.bulletin.name}）"] if edition.bulletin.name else parts


def title(edition: Edition) -> str:
    return "".join(title_parts(edition))


def broken_title(edition: Edition) -> list[str]:
    return title_lines(title_parts(edition))


def annex_names(edition: Edition) -> list[str]:
    """附件: the score table, the chart, and the list of what must be put right when there is something."""
    found = [f"{edition.label}{edition.units}人大代表履职平台交叉考评得分汇总表", f"各{edition.units}考评得分情况图"]
    return [*found, "整改事项清单"] if edition.rectifications else found


def body(edition: Edition) -> Iterator[Block]:
    """The text from the opening to the demands."""
    yield Block("p", opening(edition))
    if edition.bulletin.version > 1:
        yield Block(
            "p",
            f"本通报为{edition.bulletin.name}。更正原因：{edition.bulletin.reason.rstrip('。')}。此前印发的通报中与本通报不一致的，以本通报为准。",
        )
    yield Block("h2", "一、考评基本情况")
    yield from _paragraphs(basics(edition))
    yield Block("h2", "二、得分及排名情况")
    yield Block("p", ranking(edition))
    yield Block("ranking")
    yield Block("h2", "三、主要做法和亮点")
    yield from _written(edition.round.highlights) or _numbered(highlights(edition))
    yield Block("h2", "四、存在问题")
    common, own = _written(edition.round.problems) or _paragraphs([common_problems(edition)]), list(single_problems(edition))
    yield Block("p", unbalanced(edition, "共性和个性问题" if own else "共性问题"))
    if own:
        yield Block("h3", "（一）共性问题")
    yield from common
    if own:
        yield Block("h3", "（二）个性问题")
        yield from _paragraphs(own)
    yield Block("h2", "五、下步工作要求")
    yield from _written(edition.round.demands) or _run_in(demands(edition))


def opening(edition: Edition) -> str:
    decided = f"经{edition.round.meeting}审定，" if edition.round.meeting else ""
    return (
        f"为充分发挥人大代表联系人民群众履职平台作用，推动{edition.units}人大工作规范化建设，根据{_quoted(edition.table['name'])}和年度考评安排，"
        f"{edition.place}人大常委会组织开展了{edition.label}{edition.units}人大代表履职平台交叉考评。{decided}现将有关情况通报如下。"
    )


def basics(edition: Edition) -> list[str]:
    until = f"至{day(edition.round.signed_off_on)}审定，" if edition.round.signed_off_on else ""
    kinds = [(kind, sum(row["kind"] == kind for row in edition.platforms)) for kind in PlatformKind]
    platforms = "、".join(f"{PlatformKind(kind).label}{count}个" for kind, count in kinds if count)
    weight = dec(edition.table["platform_weight"])
    shares = (
        f"总分中{edition.units}自身项目占{points((1 - weight) * 100)}%，所属平台平均得分占{points(weight * 100)}%。"
        if 0 < weight < 1
        else ""
    )
    items = sum(len(members) for members in edition.groups.values())
    return [
        f"本次考评自{day(edition.round.opened_on)}开始，{until}对象为全{edition.place}{edition.units_counted}，"
        f"以及所属的{len(edition.platforms)}个人大代表履职平台（{platforms}）。"
        f"考评实行交叉互评、本地回避，由各{edition.units}相互评分，任何单位不参与对本单位的评分。",
        f"考评依据{_quoted(edition.table['name'])}进行，设{len(edition.groups)}个大项、{items}个小项，基础分100分，"
        f"加分不超过{points(edition.table['bonus_cap'])}分，另设扣分项。{shares}评分经过自评、交叉评、带队领导审定和异议等程序。{_objections(edition)}",
    ]


def _objections(edition: Edition) -> str:
    states = list(Objection.objects.filter(item_score__assessment__round=edition.round).values_list("state", flat=True))
    if not states:
        return "异议期内没有收到异议。"
    upheld, dismissed = states.count(ObjectionState.UPHELD), states.count(ObjectionState.DISMISSED)
    decided = "，".join(text for count, text in ((upheld, f"采纳{upheld}件"), (dismissed, f"维持原评分{dismissed}件")) if count)
    return f"异议期内收到异议{len(states)}件{f'，经复核{decided}' if decided else ''}。"


def ranking(edition: Edition) -> str:
    sentences = [f"全{edition.place}平均得分{score(edition.results['average'])}分{_than_before(edition)}。", _grades(edition)]
    compared = [area for area in edition.areas if area["previous_score"] is not None]
    if compared:
        moves = [(word, sum(test(_gain(area)) for area in compared)) for word, test in _MOVES]
        sentences.append(f"与上季度相比，得分{'，'.join(f'{word}的{count}个' for word, count in moves if count)}{_risers(compared)}。")
    rates = edition.group_rates
    if len(rates) > 1:
        sentences.append(
            f"各大项中，得分率最高的是{rates[0][0]}，为{percent(rates[0][1])}；最低的是{rates[-1][0]}，为{percent(rates[-1][1])}。"
        )
    return "".join(sentences) + "具体排名见下表，各大项得分见附件1。"


_MOVES = (("上升", lambda gain: gain > 0), ("下降", lambda gain: gain < 0), ("持平", lambda gain: gain == 0))


def _gain(area: dict[str, Any]) -> Decimal:
    return dec(area["score"]) - dec(area["previous_score"])


def _than_before(edition: Edition) -> str:
    before = edition.results["previous_average"]
    if before is None:
        return ""
    difference = dec(edition.results["average"]) - dec(before)
    if not difference:
        return "，与上季度持平"
    return f"，比上季度{'提高' if difference > 0 else '降低'}{score(abs(difference))}分"


def grade_ranges(edition: Edition) -> list[tuple[str, str]]:
    """(grade, 90分以上 or 80分以上不满90分), the best first."""
    found, above = [], None
    for grade in edition.grades:
        low = points(grade["minimum"])
        if above is None:
            text = f"{low}分以上"
        elif dec(grade["minimum"]) <= 0:
            text = f"不满{above}分"
        else:
            text = f"{low}分以上不满{above}分"
        found.append((grade["name"], text))
        above = low
    return found


def _grades(edition: Edition) -> str:
    held = [area["grade"] for area in edition.areas]
    some = [f"{name}（{span}）{held.count(name)}个" for name, span in grade_ranges(edition) if name in held]
    none = [name for name, _ in grade_ranges(edition) if name not in held]
    return f"其中，{'，'.join(some)}{f'；没有{names(none)}等次' if none else ''}。"


def _risers(compared: list[dict[str, Any]]) -> str:
    rising = sorted((area for area in compared if _gain(area) > 0), key=lambda area: (-_gain(area), area["rank"]))[:3]
    if not rising:
        return ""
    if len(rising) == 1:
        return f"；{rising[0]['name']}提升幅度最大"
    return f"；{names(area['name'] for area in rising)}提升幅度居前{'两' if len(rising) == 2 else '三'}位"


def highlights(edition: Edition) -> Iterator[tuple[str, str]]:
    """(heading, text) of the highlights the numbers show."""
    best = edition.group_rates[:3]
    if best:
        full = [a["name"] for a in edition.areas if edition.group_scores[a["code"], best[0][0]] == edition.group_max(best[0][0])]
        text = f"全{edition.place}{names(group for group, _ in best)}得分率较高，分别为{names(percent(rate) for _, rate in best)}。"
        yield "优势工作保持稳定", text + (f"其中，{names(full, 5)}的{best[0][0]}得满分。" if full else "")
    compared = sorted((a for a in edition.areas if a["previous_score"] is not None and _gain(a) > 0), key=lambda a: (-_gain(a), a["rank"]))[
        :3
    ]
    if compared:
        climbed = [a for a in edition.areas if a["previous_rank"] and a["previous_rank"] - a["rank"] >= 2]
        text = "，".join(f"{a['name']}比上季度提高{score(_gain(a))}分" for a in compared) + "。"
        moved = "，".join(f"{a['name']}由第{a['previous_rank']}名升至第{a['rank']}名" for a in climbed[:3])
        yield "部分单位进步明显", text + (f"名次上，{moved}。" if moved else "")
    gained = [area for area in edition.areas if area["bonus"]]
    if gained:
        by_item = []
        for item in edition.table["items"]:
            earners = [a["name"] for a in gained for b in a["bonus_items"] if b["code"] == item["code"] and b["score"]]
            if item["is_bonus"] and earners:
                by_item.append(f"{item['name']}方面，{names(earners, 4)}获得加分")
        yield "特色工作取得成效", f"全{edition.place}有{len(gained)}个单位获得加分。{'；'.join(by_item)}{'。' if by_item else ''}"
    if not best and not compared and not gained:
        yield "各项工作有序开展", f"各{edition.units}按照考评细则推进履职平台建设，各项工作有序开展。"


def unbalanced(edition: Edition, problems: str) -> str:
    gap = dec(edition.areas[0]["score"]) - dec(edition.areas[-1]["score"]) if edition.areas else Decimal(0)
    spread = f"最高分与最低分相差{score(gap)}分，" if gap else ""
    return f"从考评情况看，各{edition.units}工作开展还不平衡，{spread}一些{problems}需要引起重视。"


def common_problems(edition: Edition) -> str:
    """What most units lose points on: the weakest group first, then the items with the lowest rates."""
    found = []
    if edition.group_rates:
        group, rate = edition.group_rates[-1]
        found.append(f"{group}得分率偏低，为{percent(rate)}，在各大项中最低")
    weakest = edition.group_rates[-1][0] if edition.group_rates else ""
    for loss in [loss for loss in edition.results["losses"] if loss["group"] != weakest][:3]:
        counted = "个平台" if edition.items[loss["code"]]["subject"] == "platform" else "个单位"
        found.append(f"“{loss['name'].strip('“”')}”失分面较大，{loss['losers']}{counted}失分，平均得分率为{percent(loss['rate'])}")
    return "".join(f"{ordinal(n)}是{text}。" for n, text in enumerate(found, start=1))


def single_problems(edition: Edition) -> Iterator[str]:
    """1．那河镇。… for each unit with something to put right or points taken off, the lowest score first."""
    number = 0
    for area in reversed(edition.areas):
        rows = edition.rectifications_of(area=area["code"])
        told = [_problem(edition, row) for row in rows[:AT_MOST]]
        more = f"等{len(rows)}项问题，其余见附件3" if len(rows) > AT_MOST else ""
        off = [f"{_CODES.sub('', row['reason']).rstrip('。')}，按规定扣{points(row['points'])}分" for row in area["deductions"]]
        sentences = [text for text in ("；".join(told) + more, "；".join(off)) if text]
        if sentences:
            number += 1
            yield f"{number}．{area['name']}。{'。'.join(sentences)}。"


def _problem(edition: Edition, row: dict[str, Any]) -> str:
    platform = edition.platform.get(row["platform"] or "")
    area = edition.area.get(row["area"])
    where = f"{short_name(platform, area)}：" if platform else ""
    return f"{where}{row['problem'].rstrip('。；')}"


def short_name(platform: dict[str, Any], area: dict[str, Any] | None) -> str:
    """A platform's name beside its unit's, which need not be said twice."""
    return platform["name"].removeprefix(area["name"]) if area else platform["name"]


def demands(edition: Edition) -> Iterator[tuple[str, str]]:
    """(run-in sentence, text) of the default demands."""
    low = [a["name"] for a in edition.areas if a["grade"] in [g["name"] for g in edition.grades[2:]]]
    line = points(edition.grades[1]["minimum"]) if len(edition.grades) > 2 else ""
    tail = f"得分不满{line}分的{names(low)}，应当认真分析原因，向{edition.place}人大常委会作出书面说明。" if low and line else ""
    yield (
        "提高思想认识，压实工作责任。",
        f"各{edition.units}人大要把履职平台建设作为践行全过程人民民主的重要抓手，主要负责同志亲自研究、亲自推动，把责任落实到岗到人。{tail}",
    )
    if edition.rectifications:
        issued_on = edition.bulletin.issued_on.isoformat()
        late = sum(row["due_on"] < issued_on for row in edition.rectifications)
        until = max(row["due_on"] for row in edition.rectifications)
        limit = f"最迟于{day(until)}前整改到位，" if until >= issued_on else ""
        yield (
            "坚持问题导向，限期整改到位。",
            f"对照附件3所列{len(edition.rectifications)}项整改事项逐项制定措施，明确责任人，{limit}并及时报告整改情况。"
            + (f"其中{late}项已经逾期，应当立即整改。" if late else "")
            + "到期没有完成的，转入下一季度考评继续跟踪，并按照考评细则扣分。",
        )
    weakest = [group for group, _ in edition.group_rates[-2:]][::-1]
    if len(edition.group_rates) > 2:
        yield (
            "突出薄弱环节，提升工作质量。",
            f"下季度要聚焦{names(weakest)}等得分率较低的工作，补短板、强弱项，做到活动有计划、过程有记录、结果有反馈。",
        )
    yield (
        "强化结果运用，健全长效机制。",
        f"考评结果按照规定与单位绩效评比挂钩。{edition.place}人大常委会各工作委员会要落实分片联系指导制度，加强对排名靠后单位的指导；"
        f"排名靠前的单位要总结推广经验，带动全{edition.place}履职平台建设水平整体提升。",
    )


def table_note(edition: Edition) -> str:
    """The note under the score table: how the total comes about, and the grades."""
    weight = dec(edition.table["platform_weight"])
    grades = "，".join(f"{span}为{name}" for name, span in grade_ranges(edition))
    return (
        f"注：1．基础分＝自身得分×{points((1 - weight) * 100)}%＋平台均分×{points(weight * 100)}%；总分＝基础分＋加分－扣分，各列按四舍五入显示；得分相同的，名次并列。"
        f"2．平台项目的大项得分为所属平台的平均分。3．{grades}。"
    )


def changed(area: dict[str, Any]) -> str:
    return change(area["score"], area["previous_score"])


def _quoted(name: str) -> str:
    return name if name.startswith("《") else f"《{name}》"


def _paragraphs(texts: Iterable[str]) -> list[Block]:
    return [Block("p", text) for text in texts]


def _numbered(pairs: Iterable[tuple[str, str]]) -> list[Block]:
    found = []
    for number, (heading, text) in enumerate(pairs, start=1):
        found += [Block("h3", f"（{ordinal(number)}）{heading}"), Block("p", text)]
    return found


def _run_in(pairs: Iterable[tuple[str, str]]) -> list[Block]:
    return [Block("p", text, lead=f"（{ordinal(number)}）{lead}") for number, (lead, text) in enumerate(pairs, start=1)]


def _written(text: str) -> list[Block]:
    """What staff wrote, a paragraph a line; a short line （一）… is a heading, （一）….… begins with a run-in sentence."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if _HEADING.fullmatch(line):
            found.append(Block("h3", line))
        elif match := _RUN_IN.fullmatch(line):
            found.append(Block("p", match[2], lead=match[1]))
        else:
            found.append(Block("p", line))
    return found
