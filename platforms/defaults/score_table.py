"""The score table a new installation starts with: 100 points, a bonus of at most 10, deductions and grades.

Platform items sum up to 50 and area items to 50, so that with the weight of 0.5 each point counts as it is printed. Groups
and points are proposals after public examples (80 and 90 as the lines of 良好 and 优秀 are common); staff edit them as a new
version in the admin. Item codes stay the same from version to version, because bulletins compare quarters by them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from platforms.enums import Subject, SuggestionMethod

NAME = "镇（街道）人大工作考评细则（第1版）"


class Item(NamedTuple):
    code: str
    group: str
    name: str
    subject: Subject
    points: str
    criteria: tuple[str, ...]
    evidence: str
    figure: str = ""
    argument: str = ""
    method: SuggestionMethod = SuggestionMethod.RATIO
    full_at: str = "1"
    is_bonus: bool = False


_HAVES = (
    ("有组织", "负责人和管理架构明确，代表编入小组", "组长、副组长、联络员名单已上墙", "上墙名单、分工文件"),
    ("有场所", "有固定的接待和活动场所，能满足接待和议事需要", "对外标明开放时间", "现场查看"),
    ("有牌子", "门口悬挂统一规格的牌子，名称规范", "位置醒目，字迹完好", "现场查看"),
    ("有设施", "配有桌椅、档案柜、电脑、意见箱和学习资料", "设施完好可用", "现场查看、设施清单"),
    ("有制度", "学习、联系、接待、述职、办理等制度齐全", "制度已上墙", "上墙制度、制度汇编"),
    ("有经费", "代表活动经费列入本级预算", "专款专用，有支出台账", "预算文件、支出台账"),
    ("有人员", "明确专职或者兼职工作人员", "职责和联系电话公开", "公示栏、分工文件"),
    ("有活动", "有年度活动计划", "代表小组每季度至少活动一次", "活动计划、签到和影像"),
    ("有记录", "学习、接待、走访、视察、调研次次有记录", "时间、地点、人员、内容、结果齐全", "记录簿"),
    ("有档案", "代表履职档案一人一档", "工作档案分类归档，纸质与电子一致", "档案柜、档案目录"),
)
_DISPLAYS = (
    ("展示人民代表大会制度知识", "设有专栏，内容准确", "随法律修改及时更新"),
    ("展示人大代表履职风采", "公示代表基本信息和履职情况", "照片、选区、联系方式齐全，每年至少更新一次"),
)

ITEMS: tuple[Item, ...] = (
    *(
        Item(
            f"P{number:02d}",
            "阵地硬件“十有”",
            name,
            Subject.PLATFORM,
            "2",
            (f"{first}，得1分", f"{second}，得1分"),
            evidence,
            "platforms.standard_item",
            f"ten-haves.{number}",
        )
        for number, (name, first, second, evidence) in enumerate(_HAVES, start=1)
    ),
    *(
        Item(
            f"P{number + 10}",
            "“两展示”",
            name,
            Subject.PLATFORM,
            "2.5",
            (f"{first}，得1.5分", f"{second}，得1分"),
            "现场查看",
            "platforms.standard_item",
            f"two-displays.{number}",
        )
        for number, (name, first, second) in enumerate(_DISPLAYS, start=1)
    ),
    Item(
        "P13",
        "册簿档软件",
        "册、簿、档齐全规范",
        Subject.PLATFORM,
        "15",
        (
            "镇、农场按一册一记八簿六档案，街道按一册一记六簿四档案，村（社区）按一册五簿三档案配齐",
            "按达标项目占应有项目的比例得分，不全的按一半计",
            "记录前后矛盾、事后补记的，该项不得分",
        ),
        "名册、记录簿、档案",
        "platforms.standard_share",
        "town-books|subdistrict-books|village-books",
    ),
    Item(
        "P14",
        "接待选民日",
        "按期接待选民",
        Subject.PLATFORM,
        "10",
        ("每月固定一天接待选民，每季度3次，每次得2分", "接待前三日公告时间、地点和代表名单，得2分", "意见逐件登记、转办、反馈，得2分"),
        "轮值表、公告、接待记录",
        "activities.receptions",
        full_at="3",
    ),
    Item(
        "A01",
        "双联系",
        "联系代表和选民",
        Subject.AREA,
        "10",
        (
            "常委会组成人员固定联系2至3名代表，每季度至少联系一次，得4分",
            "代表经常联系选民，记事簿人手一本，得4分",
            "选民意见有去向、有反馈，得2分",
        ),
        "联系名单、《代表联系选民记事簿》",
        "deputies.voter_contacts",
    ),
    Item(
        "A02",
        "代表小组活动",
        "代表小组活动",
        Subject.AREA,
        "10",
        ("每个小组每季度至少活动一次，得6分，缺一组次扣2分", "代表参加率达到80%，得2分", "形成意见并转交办理，得2分"),
        "活动通知、签到、记录和影像",
        "activities.group_meetings",
    ),
    Item(
        "A03",
        "学习培训",
        "学习培训",
        Subject.AREA,
        "5",
        ("有年度培训计划并按计划开展，得3分", "本年度参训代表达到应训代表的比例，得2分"),
        "培训计划、签到、学习材料",
        "activities.training_coverage",
    ),
    Item(
        "A04",
        "述职评议",
        "代表述职评议",
        Subject.AREA,
        "5",
        ("有述职计划，届内每名代表现场述职不少于一次，得3分", "当场接受询问和评议，结果登记归档，得2分"),
        "述职计划、述职报告、评议结果",
        "deputies.duty_reports",
    ),
    Item(
        "A05",
        "三个一、六个一",
        "三个一、六个一",
        Subject.AREA,
        "10",
        (
            "区代表届内列席常委会会议、参加调研或者执法检查、参加视察各不少于一次，得4分",
            "镇人大每年完成监督议题征集、视察或者考察、专题调研、学习培训、议案建议征集、述职各一次，得6分",
            "街道、农场参照组织",
        ),
        "活动记录、会议签到",
        "activities.duties_met",
    ),
    Item(
        "A06",
        "建议督办",
        "建议督办",
        Subject.AREA,
        "10",
        ("代表建议按期交办、答复，得3分", "督办有记录，承诺事项有台账，得4分", "代表对办理结果满意，得3分"),
        "交办单、答复函、督办记录",
        "suggestions.settled",
    ),
    Item(
        "B01",
        "加分项",
        "信息宣传",
        Subject.AREA,
        "4",
        ("被区级媒体采用一篇加0.5分，市级加1分，自治区级以上加2分", "累计不超过4分"),
        "刊播件",
        is_bonus=True,
    ),
    Item(
        "B02",
        "加分项",
        "特色代表之家",
        Subject.AREA,
        "3",
        ("依托企业、合作社建成特色代表之家并正常活动，加3分",),
        "现场查看、活动记录",
        "platforms.specialty_count",
        method=SuggestionMethod.THRESHOLD,
        is_bonus=True,
    ),
    Item(
        "B03",
        "加分项",
        "上级表彰或者经验推广",
        Subject.AREA,
        "3",
        ("受市级以上表彰，或者经验在市级以上推广，加3分", "区级表彰或者推广，加1分"),
        "表彰文件、会议材料",
        is_bonus=True,
    ),
)
DEDUCTIONS = (("D01", "迟报", "1", "late"), ("D02", "记录不实", "5", ""), ("D03", "未整改", "2", "unrectified"))
GRADES = (("优秀", "90"), ("良好", "80"), ("一般", "60"), ("较差", "0"))


def ship(table_model: Any, item_model: Any, rule_model: Any, grade_model: Any) -> bool:
    """Adds the table as version 1 unless there is any; answers whether it did. Takes the models, so that a migration can pass its own."""
    if table_model.objects.exists():
        return False
    table = table_model.objects.create(version=1, name=NAME, is_current=True)
    item_model.objects.bulk_create(
        item_model(
            table=table,
            code=item.code,
            group=item.group,
            name=item.name,
            subject=item.subject,
            max_score=Decimal(item.points),
            is_bonus=item.is_bonus,
            criteria="\n".join(item.criteria),
            evidence=item.evidence,
            figure=item.figure,
            figure_argument=item.argument,
            method=item.method,
            full_at=Decimal(item.full_at),
            position=position,
        )
        for position, item in enumerate(ITEMS, start=1)
    )
    rule_model.objects.bulk_create(
        rule_model(table=table, code=code, name=name, points=Decimal(points), trigger=trigger, position=position)
        for position, (code, name, points, trigger) in enumerate(DEDUCTIONS, start=1)
    )
    grade_model.objects.bulk_create(grade_model(table=table, name=name, minimum=Decimal(minimum)) for name, minimum in GRADES)
    return True
