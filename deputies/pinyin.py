"""The letters a name is found by: 莫桂英 under mgy."""

from __future__ import annotations

from functools import lru_cache

# Characters read otherwise in a surname than in a word; the first character of a name only.
_SURNAMES = dict(
    pair.split("=")
    for pair in (
        "曾=z 单=s 解=x 覃=q 区=o 仇=q 查=z 盖=g 乐=y 缪=m 冼=x 朴=p 翟=z 洗=x 种=c 折=s 员=y 召=s 隗=w 繁=p 万俟=mq 尉迟=yc"
    ).split()
)
_RARE = {"𠮷": "j"}  # what the table of readings does not hold
LIMIT = 40


@lru_cache(maxsize=20_000)
def _letter(character: str) -> str:
    """The first letter of a character's usual reading; "" for a sign or a character without one."""
    from pypinyin import Style, lazy_pinyin  # its table of readings takes a quarter of a second, which not every process needs

    if character in _RARE:
        return _RARE[character]
    read = lazy_pinyin(character, style=Style.FIRST_LETTER)[0][:1].lower()
    return read if read.isascii() and read.isalnum() else ""


def initials(name: str) -> str:
    """First letters of a name's characters; letters and digits stand for themselves, signs and spaces go."""
    start = next((surname for surname in _SURNAMES if name.startswith(surname)), "")
    return (_SURNAMES.get(start, "") + "".join(_letter(character) for character in name[len(start) :]))[:LIMIT]
