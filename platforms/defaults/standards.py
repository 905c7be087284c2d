"""The standards a new installation starts with (十有、两展示、三套册簿档、四规范四提升).

Names and numbers of 十有, 两展示 and the three sets come from the source speech; what each booklet and file holds, and
四规范四提升, are proposals that staff edit in the admin. Item codes ("ten-haves.6") never change from version to version:
figures and score tables refer to them. An item is (name, short name for table heads, requirement).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from platforms.enums import StandardScope


class Item(NamedTuple):
    name: str
    short_name: str
    requirement: str


class Set(NamedTuple):
    key: str
    name: str
    scope: StandardScope
    source: str
    items: tuple[Item, ...]


_OPINION = "《关于进一步加强镇（街道）人大工作规范化建设的指导意见》"
_PROPOSED = f"{_OPINION}定名定数；具体内容为建议写法，可按本地文件修改"

STANDARDS: tuple[Set, ...] = (
    Set(
        "ten-haves",
        "十有",
        StandardScope.ALL,
        f"{_OPINION}硬件“十有”",
        (
            Item("有组织", "组织", "平台有明确的负责人和管理架构，代表编入小组，组长、副组长、联络员名单上墙。"),
            Item("有场所", "场所", "有固定的接待和活动场所，能满足接待选民、小组学习和议事需要，对外标明开放时间。"),
            Item("有牌子", "牌子", "门口悬挂统一规格的平台牌子，名称规范，位置醒目，字迹完好。"),
            Item("有设施", "设施", "配有桌椅、档案柜、电脑、意见箱和学习资料，设施完好可用。"),
            Item("有制度", "制度", "学习培训、联系选民、接待选民、述职评议、意见办理等制度齐全，并已上墙。"),
            Item("有经费", "经费", "代表活动经费列入本级预算，专款专用，有支出台账（代表法第四十二条）。"),
            Item("有人员", "人员", "明确专职或兼职工作人员，职责和联系电话公开。"),
            Item("有活动", "活动", "有年度活动计划，代表小组每季度至少活动一次，按计划接待选民。"),
            Item("有记录", "记录", "每次学习、接待、走访、视察、调研都有记录，时间、地点、人员、内容、结果齐全。"),
            Item("有档案", "档案", "代表履职档案一人一档，平台工作档案分类归档，纸质与电子内容一致。"),
        ),
    ),
    Set(
        "two-displays",
        "两展示",
        StandardScope.ALL,
        f"{_OPINION}硬件“两展示”",
        (
            Item("展示“人民代表大会制度”知识", "制度知识", "设专栏展示人民代表大会制度知识，内容准确，随法律修改及时更新。"),
            Item("展示“人大代表履职风采”", "履职风采", "设专栏公示代表基本信息和履职情况，照片、选区、联系方式齐全，每年至少更新一次。"),
        ),
    ),
    Set(
        "town-books",
        "一册一记八簿六档案",
        StandardScope.TOWN,
        _PROPOSED,
        (
            Item("代表名册", "代表名册", "列明本镇各级代表的选区、编组和联系方式，代表变动后及时更新。"),
            Item("人大工作大事记", "大事记", "按时间记载会议、选举、重要活动和上级视察，逐条注明日期。"),
            Item("主席团会议记录簿", "主席团会", "每次主席团会议有议题、出席人员、发言要点和决定事项。"),
            Item("学习培训记录簿", "学习培训", "每次学习培训有时间、内容、参加代表和学习材料。"),
            Item("代表小组活动记录簿", "小组活动", "每个小组每季度至少一次活动记录，有主题、参加人员和形成的意见。"),
            Item("视察调研执法检查记录簿", "视察调研", "记载视察、调研、执法检查的题目、时间、参加代表、发现的问题和转交情况。"),
            Item("代表接待选民登记簿", "接待选民", "接待日逐人登记选民意见，写明答复和转办情况。"),
            Item("代表联系走访选民登记簿", "联系走访", "代表走访、电话和网上联系选民逐次登记，意见有去向。"),
            Item("代表述职评议登记簿", "述职评议", "登记述职代表、参加选民、询问事项和评议结果，任期内每名代表至少一次。"),
            Item("议案建议办理督办登记簿", "办理督办", "议案、建议从提出、交办、答复到落实逐件登记，督办有记录。"),
            Item("代表履职档案", "履职档案", "一人一档，收录会议出席、活动、联系选民、建议、述职和奖励情况。"),
            Item("人代会会议档案", "会议档案", "历次人民代表大会会议的议程、报告、决议、选举和签到材料齐全。"),
            Item("主席团与监督工作档案", "监督档案", "主席团会议、听取专项报告、监督议题和审议意见办理材料齐全。"),
            Item("闭会期间代表活动档案", "活动档案", "活动的通知、签到、记录、影像和报告齐全，按次归档。"),
            Item("议案建议办理档案", "办理档案", "每件有原件、交办单、答复函、代表评价和落实材料。"),
            Item("制度文件与考评档案", "制度考评", "现行制度、上级文件、季度考评和整改材料齐全。"),
        ),
    ),
    Set(
        "subdistrict-books",
        "一册一记六簿四档案",
        StandardScope.SUBDISTRICT,
        _PROPOSED,
        (
            Item("代表名册", "代表名册", "列明在本街道选举和工作的各级代表的选区、编组和联系方式，代表变动后及时更新。"),
            Item("人大工委工作大事记", "大事记", "按时间记载工委会议、重要活动和上级视察，逐条注明日期。"),
            Item("工委会议记录簿", "工委会议", "每季度至少一次会议，有议题、出席人员、发言要点和决定事项。"),
            Item("学习培训记录簿", "学习培训", "每次学习培训有时间、内容、参加代表和学习材料。"),
            Item("代表小组及视察调研活动记录簿", "小组调研", "记载小组活动、视察、调研的题目、时间、参加代表和形成的意见。"),
            Item("代表接待选民登记簿", "接待选民", "接待日逐人登记选民意见，写明答复和转办情况。"),
            Item("代表联系选民与述职登记簿", "联系述职", "登记代表联系选民的情况，以及述职的时间、参加选民和评议结果。"),
            Item("建议意见办理督办登记簿", "办理督办", "建议、意见从提出、交办、答复到落实逐件登记，督办有记录。"),
            Item("代表履职档案", "履职档案", "一人一档，收录会议出席、活动、联系选民、建议、述职和奖励情况。"),
            Item("工委工作与制度文件档案", "工委档案", "工委会议、制度、上级文件、季度考评和整改材料齐全。"),
            Item("代表活动档案", "活动档案", "活动的通知、签到、记录、影像和报告齐全，按次归档。"),
            Item("建议意见办理档案", "办理档案", "每件有原件、交办单、答复函、代表评价和落实材料。"),
        ),
    ),
    Set(
        "village-books",
        "一册五簿三档案",
        StandardScope.VILLAGE,
        _PROPOSED,
        (
            Item("代表名册", "代表名册", "列明进站各级代表的选区、接待时间和联系方式，并对外公示。"),
            Item("学习活动记录簿", "学习活动", "每次学习和小组活动有时间、内容和参加代表。"),
            Item("接待选民登记簿", "接待选民", "接待日逐人登记选民意见，写明答复和转办情况。"),
            Item("联系走访选民登记簿", "联系走访", "代表走访、电话和网上联系选民逐次登记，意见有去向。"),
            Item("社情民意收集办理登记簿", "社情民意", "意见逐条登记来源、内容、转办单位、办理结果和反馈时间。"),
            Item("述职与为民办实事登记簿", "述职实事", "登记代表述职、评议结果和为民办实事的进展与成效。"),
            Item("代表履职档案", "履职档案", "一人一档，收录活动、联系选民、建议、述职和奖励情况。"),
            Item("代表活动档案", "活动档案", "活动的签到、记录和影像齐全，按次归档。"),
            Item("意见建议办理档案", "意见档案", "每件有登记、转办单和答复复印件，办结后归档。"),
        ),
    ),
    Set(
        "four-norms",
        "四规范四提升",
        StandardScope.DEMONSTRATION,
        f"{_OPINION}定名；内容为建议写法，可按本地文件修改",
        (
            Item("规范组织建设", "组织建设", "负责人、工作人员和代表小组配备到位，分工明确，每年调整一次名单。"),
            Item("规范会议程序", "会议程序", "会议有计划、通知、议程、签到、记录和决定，程序符合法律规定。"),
            Item("规范代表活动", "代表活动", "活动有年度计划和主题，形式多样，每次形成意见并转交办理。"),
            Item("规范阵地档案", "阵地档案", "场所、牌子、展示和册簿档案达到全部标准，查阅方便。"),
            Item("提升履职能力", "履职能力", "代表每年至少参加一次集中培训，能独立接待选民和撰写建议。"),
            Item("提升监督实效", "监督实效", "监督议题来自选民意见，审议意见和整改结果有回访。"),
            Item("提升联系质量", "联系质量", "代表联系选民覆盖全部村民小组或楼栋，意见按期反馈，选民满意。"),
            Item("提升建议办理实效", "办理实效", "建议办理跟踪到落实，承诺事项有台账，办成率逐年提高。"),
        ),
    ),
)


def ship(standard_model: Any, item_model: Any) -> int:
    """Adds the standards whose key has no version yet; answers how many. Takes the models, so that a migration can pass its own."""
    known = set(standard_model.objects.values_list("key", flat=True))
    missing = [(position, each) for position, each in enumerate(STANDARDS, start=1) if each.key not in known]
    for position, each in missing:
        standard = standard_model.objects.create(key=each.key, name=each.name, scope=each.scope, source=each.source, position=position)
        item_model.objects.bulk_create(
            item_model(
                standard=standard,
                code=f"{each.key}.{number}",
                name=item.name,
                short_name=item.short_name,
                requirement=item.requirement,
                position=number,
            )
            for number, item in enumerate(each.items, start=1)
        )
    return len(missing)
