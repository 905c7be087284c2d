"""Synthetic personal names. Surnames follow the south's frequency; whoever bears such a name is not meant."""

from __future__ import annotations

from random import Random

_SURNAMES = (
    "黄黄黄黄韦韦韦韦覃覃李李李陆陆梁梁莫蒙农农卢罗罗廖陈陈陈林林何谭唐吴吴苏潘甘赖石杨刘刘周张张王王谢曾邓钟凌岑闭班兰蓝阮施宁"
    "冯江温庞容邱邹叶许沈彭吕裴禤"
)
_MALE = "志国建文德荣海永光明华伟强军平勇辉庆祥福兴振家学世宏立锋斌涛波健成才利民安康源森林鹏程杰宇浩泽恩继培耀启东升炳松柏干益"
_FEMALE = "丽秀美玉春兰英芳梅燕凤琼艳娟红霞萍莲桂香月珍彩云雪静慧敏婷雅琳洁颖倩柳菊金妹连娥小晓思怡佳欣宁燕妮"
# Characters that common Chinese fonts lack, so that every page and document meets them: Extension A, a rare one, Extension B.
RARE = ("覃㛃珍", "陆菉荣", "黄𠮷安", "韦𠮷妹", "梁㛃", "农菉春")
WITH_DOT = "古丽娜·买买提"


class Names:
    """Draws (name, is_female). Equal seeds draw equal names; a few people share a name, as in life."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def draw(self) -> tuple[str, bool]:
        random = self._random
        female = random.random() < 0.34
        pool = _FEMALE if female else _MALE
        given = random.choice(pool) + (random.choice(pool) if random.random() < 0.86 else "")
        return random.choice(_SURNAMES) + given, female
