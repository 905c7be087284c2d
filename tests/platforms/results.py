"""A published round's result in the shape of ``Bulletin.results``: 12 areas and 60 platforms, fictional and always the same."""

from __future__ import annotations

from random import Random
from typing import Any

PLATFORM_GROUPS = [
    ("阵地硬件“十有”", ["有组织", "有场所", "有牌子", "有设施", "有制度", "有经费", "有人员", "有活动", "有记录", "有档案"], 2),
    ("“两展示”", ["人民代表大会制度知识", "人大代表履职风采"], 2.5),
    ("册簿档软件", ["名册和大事记", "各类登记簿", "各类档案"], 5),
]
AREA_GROUPS = [
    ("双联系", [("常委会组成人员联系代表", 4), ("代表联系选民", 4), ("代表联系选民记事簿", 2)]),
    ("接待选民日", [("轮值安排及公告", 2), ("按期开展", 4), ("登记反馈", 4)]),
    ("代表小组活动", [("活动次数", 5), ("代表参加率", 2), ("活动质量", 3)]),
    ("学习培训", [("组织培训", 3), ("培训覆盖", 2)]),
    ("述职评议", [("现场述职", 3), ("接受询问和评议", 2)]),
    ("三个一、六个一", [("区代表“三个一”", 4), ("镇人大“六个一”", 6)]),
    ("建议督办", [("办理答复", 3), ("沟通面商", 2), ("办成落实", 3), ("代表满意", 2)]),
]
BONUS = [("信息宣传", 4), ("特色代表之家", 3), ("表彰、经验推广", 3)]
AREAS = [
    ("450699101", "江平镇", "town", 0.97), ("450699102", "大菉镇", "town", 0.95), ("450699001", "城东街道", "subdistrict", 0.945),
    ("450699103", "石岭镇", "town", 0.93), ("450699002", "榕兴街道", "subdistrict", 0.92), ("450699501", "榕华华侨农场", "farm", 0.9),
    ("450699104", "龙塘镇", "town", 0.89), ("450699003", "城西街道", "subdistrict", 0.875), ("450699004", "河堤街道", "subdistrict", 0.87),
    ("450699105", "滩头镇", "town", 0.83), ("450699106", "平垌镇", "town", 0.77), ("450699107", "那河镇", "town", 0.7),
]  # fmt: skip
PROBLEMS = [
    "触摸查询机停用",
    "补选代表没有公示",
    "2名代表述职测评结果没有登记",
    "接待选民日没有按轮值表开展",
    "记事簿没有填写处理结果",
    "活动没有签到记录",
]
GRADES = [("优秀", 90), ("合格", 80), ("一般", 60), ("较差", 0)]


def make_results(areas: int = 12, seed: str = "2026Q3") -> dict[str, Any]:
    """The result with the first ``areas`` areas, five platforms each."""
    random = Random(seed)
    items = _items()
    platforms, units = [], []
    for number, (code, name, kind, level) in enumerate(AREAS[:areas]):
        own = [_platform(random, items, f"{code}-{n}", name, code, level, n) for n in range(1, 6)]
        platforms += own
        units.append(_area(random, items, code, name, kind, level, own, AREAS[(number + 1) % areas][1]))
    _rank(units)
    rectifications = [
        {
            "code": f"ZG2026Q3-{n:03d}", "area": p["area"], "platform": p["code"], "item": i["code"], "problem": i["problem"],
            "due_on": "2026-11-20", "state": "open",
        }
        for n, (p, i) in enumerate(((p, i) for p in platforms for i in p["items"] if i["problem"]), start=1)
    ]  # fmt: skip
    average = round(sum(u["score"] for u in units) / len(units), 2)
    return {
        "round": "2026Q3",
        "label": "2026年第三季度",
        "table": {
            "name": "考评细则（2026年版）", "version": 1, "platform_weight": 0.4, "bonus_cap": 10, "items": items,
            "grades": [{"name": name, "minimum": minimum} for name, minimum in GRADES],
        },
        "average": average,
        "previous_average": round(average - 0.3, 2),
        "areas": units,
        "platforms": platforms,
        "losses": _losses(items, units, platforms),
        "rectifications": rectifications,
    }  # fmt: skip


def _items() -> list[dict[str, Any]]:
    rows = [(group, name, "platform", points, False) for group, names, points in PLATFORM_GROUPS for name in names]
    rows += [(group, name, "area", points, False) for group, members in AREA_GROUPS for name, points in members]
    rows += [("加分项", name, "area", points, True) for name, points in BONUS]
    return [
        {
            "code": f"{'P' if subject == 'platform' else 'A'}{n:02d}",
            "group": group,
            "name": name,
            "subject": subject,
            "max": points,
            "is_bonus": bonus,
        }
        for n, (group, name, subject, points, bonus) in enumerate(rows, start=1)
    ]


def _scored(random: Random, items: list[dict[str, Any]], subject: str, level: float) -> list[dict[str, Any]]:
    found = []
    for item in items:
        if item["subject"] == subject and not item["is_bonus"]:
            lost = random.random() > level * level
            score = item["max"] if not lost else round(item["max"] * random.choice([0.5, 0.75, 0.8]), 1)
            suggested = item["max"] if random.random() < 0.6 else None
            found.append(
                {
                    "code": item["code"], "max": item["max"], "score": score, "suggested": suggested, "self": item["max"],
                    "reason": f"现场查看，扣{round(item['max'] - score, 1)}分" if lost else "现场查看，符合要求",
                    "problem": random.choice(PROBLEMS) if lost and random.random() < 0.3 else "",
                }
            )  # fmt: skip
    return found


def _platform(random: Random, items: list, code: str, town: str, area: str, level: float, number: int) -> dict[str, Any]:
    scores = _scored(random, items, "platform", level)
    total = round(sum(s["score"] for s in scores) / sum(s["max"] for s in scores) * 100, 2)
    history = [{"round": r, "score": round(total + random.uniform(-5, 2), 1)} for r in ("2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2")]
    name = f"{town}人大代表履职活动中心" if number == 1 else f"{town}第{number}代表之家"
    return {
        "code": code, "name": name, "area": area, "kind": "activity_centre" if number == 1 else "deputies_home", "items": scores,
        "bonus_items": [], "bonus": 0, "deduction": 0, "score": total, "previous_score": history[-1]["score"], "history": [*history, {"round": "2026Q3", "score": total}],
    }  # fmt: skip


def _area(random: Random, items: list, code: str, name: str, kind: str, level: float, platforms: list, assessor: str) -> dict[str, Any]:
    scores = _scored(random, items, "area", level)
    own = round(sum(s["score"] for s in scores) / sum(s["max"] for s in scores) * 100, 2)
    mean = round(sum(p["score"] for p in platforms) / len(platforms), 2)
    bonus_items = [
        {"code": i["code"], "max": i["max"], "score": round(random.choice([0, 0, 0.5, 1]) * level, 1)} for i in items if i["is_bonus"]
    ]
    bonus = round(sum(b["score"] for b in bonus_items), 2)
    deductions = (
        [{"name": "迟报材料", "count": 1, "points": 1, "reason": "8月份台账迟报2个工作日"}] if level < 0.8 or kind == "farm" else []
    )
    deduction = sum(d["points"] for d in deductions)
    base = round(own * 0.6 + mean * 0.4, 2)
    score = round(base + bonus - deduction, 2)
    return {
        "code": code, "name": name, "kind": kind, "assessor": assessor, "items": scores, "own_score": own, "platform_average": mean,
        "platform_weight": 0.4, "base": base, "bonus": bonus, "deduction": deduction, "deductions": deductions, "score": score,
        "grade": next(g for g, minimum in GRADES if score >= minimum), "rank": 0, "rank_in_kind": 0, "previous_rank": 0,
        "previous_score": round(score + random.choice([-2.5, -1.3, -0.9, 0.7, 1.2]), 2), "bonus_items": bonus_items,
    }  # fmt: skip


def _rank(units: list[dict[str, Any]]) -> None:
    units.sort(key=lambda unit: -unit["score"])
    for unit in units:
        unit["rank"] = 1 + sum(other["score"] > unit["score"] for other in units)
        unit["rank_in_kind"] = 1 + sum(other["score"] > unit["score"] for other in units if other["kind"] == unit["kind"])
        unit["previous_rank"] = 1 + sum(other["previous_score"] > unit["previous_score"] for other in units)


def _losses(items: list, units: list, platforms: list) -> list[dict[str, Any]]:
    rows = []
    for item in items:
        if not item["is_bonus"]:
            holders = platforms if item["subject"] == "platform" else units
            scores = [s["score"] for h in holders for s in h["items"] if s["code"] == item["code"]]
            average = sum(scores) / len(scores)
            losers = sum(score < item["max"] for score in scores)
            rows.append(
                {
                    "code": item["code"], "name": item["name"], "group": item["group"], "rate": round(average / item["max"], 4),
                    "average": round(average, 2), "losers": losers,
                }
            )  # fmt: skip
    return sorted(rows, key=lambda row: row["rate"])
