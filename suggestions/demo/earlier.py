"""Suggestions of the term's earlier sessions, in short: what they were about, who answered, the class and the judgement."""

from __future__ import annotations

from typing import NamedTuple

from suggestions.demo.matters import BAD, FAIR, GOOD, Life, Matter
from suggestions.enums import Occasion


class Earlier(NamedTuple):
    """``days`` from assignment to the answer; ``kept`` says of a promise whether it was: None where nothing was promised."""

    title: str
    category: str
    unit: str
    reply_class: str
    result: str
    days: int = 70
    kept: bool | None = None
    support: str = ""
    matter: Matter | None = None  # one of the last session's, with words of its own

    @property
    def supports(self) -> tuple[str, ...]:
        return self.matter.life.supports if self.matter else (self.support,) if self.support else ()


# What a life may hold that is written in bulk: everything else goes by the services.
_PLAIN = {"until", "takes", "judged", "supports", "cosigners", "origin"}


def is_plain(matter: Matter) -> bool:
    """Answered once, judged well enough, and done: nothing of it needs to be played."""
    usual = Life()
    odd = {name for name, value in vars(matter.life).items() if value != getattr(usual, name)} - _PLAIN
    return matter.occasion == Occasion.IN_SESSION and not odd and len(matter.life.judged) == 1


def of_matter(matter: Matter) -> Earlier:
    (judged,) = matter.life.judged
    return Earlier(matter.title, matter.category, matter.unit, judged.reply_class, judged.result, matter.life.takes, matter=matter)


# One tuple a session, the latest first.
YEARS: tuple[tuple[Earlier, ...], ...] = (
    (
        Earlier("修复青溪至石埠公路塌方路段", "交通水利", "traffic", "B", FAIR, 84, kept=False),
        Earlier("增加农村客运班次", "交通水利", "traffic", "A", GOOD, 52),
        Earlier("改造城东街道老旧小区供水管网", "城乡建设", "housing", "B", FAIR, 91, kept=True),
        Earlier("建设临江街道口袋公园", "城乡建设", "housing", "A", GOOD, 60),
        Earlier("发展荔枝深加工", "农业农村", "agri", "C", FAIR, 88, support="industry"),
        Earlier("加强农药包装废弃物回收", "农业农村", "agri", "A", GOOD, 45),
        Earlier("新建河西街道公办幼儿园", "教育", "edu", "B", GOOD, 73, kept=True, support="housing"),
        Earlier("充实乡镇学校音体美教师", "教育", "edu", "C", BAD, 95, support="hr"),
        Earlier("完善村卫生室药品配送", "卫生健康", "health", "A", GOOD, 48),
        Earlier("提高高龄老人津贴标准", "社会保障", "civil", "C", FAIR, 66, support="finance"),
        Earlier("治理沙冲河黑臭水体", "生态环境", "env", "B", GOOD, 79, kept=True, support="water"),
        Earlier("加强圩日交通疏导", "公共安全", "police", "A", GOOD, 41),
    ),
    (
        Earlier("硬化石埠镇通屯道路", "交通水利", "traffic", "B", GOOD, 77, kept=True),
        Earlier("疏浚石埠灌区渠道", "交通水利", "water", "A", GOOD, 58),
        Earlier("加固平岭镇山塘", "交通水利", "water", "B", FAIR, 102, kept=False, support="finance"),
        Earlier("规范老旧小区物业管理", "城乡建设", "housing", "B", FAIR, 69),
        Earlier("支持种粮大户购置农机", "农业农村", "agri", "A", GOOD, 55),
        Earlier("扩大学生营养改善计划", "教育", "edu", "A", GOOD, 62),
        Earlier("建设镇级养老服务中心", "社会保障", "civil", "C", FAIR, 90, kept=True),
        Earlier("加强入海河口水质监测", "生态环境", "env", "A", GOOD, 50),
        Earlier("开展校园周边食品安全整治", "公共安全", "market", "A", GOOD, 38),
        Earlier("修缮松山镇文化站", "文化旅游", "culture", "A", GOOD, 64),
    ),
    (
        Earlier("修建河口镇渡改桥工程", "交通水利", "traffic", "C", BAD, 89, kept=True),
        Earlier("增设城区停车泊位", "城乡建设", "housing", "B", FAIR, 72, support="urban"),
        Earlier("打造红棉侨乡旅游线路", "文化旅游", "culture", "C", FAIR, 81),
        Earlier("设立甘蔗良种繁育基地", "农业农村", "agri", "B", GOOD, 75),
        Earlier("改善农村教师住房条件", "教育", "edu", "B", GOOD, 68),
        Earlier("推进医养结合试点", "卫生健康", "health", "B", FAIR, 83, support="civil"),
        Earlier("建设农村生活垃圾中转设施", "生态环境", "urban", "A", GOOD, 57),
        Earlier("加强反诈宣传进村屯", "公共安全", "police", "A", GOOD, 36),
    ),
    (
        Earlier("改造南圩镇农贸市场", "城乡建设", "urban", "B", FAIR, 76, kept=True),
        Earlier("加强水库饮用水源保护", "生态环境", "water", "A", GOOD, 70, support="env"),
        Earlier("增开赶圩客运专线", "交通水利", "traffic", "A", GOOD, 54),
        Earlier("扶持蔗糖企业技术升级", "工业和商贸", "industry", "D", FAIR, 85),
        Earlier("扩建区人民医院急诊科", "卫生健康", "health", "B", GOOD, 94, kept=True),
        Earlier("落实农民工工资支付保障", "社会保障", "hr", "A", GOOD, 44),
    ),
)
