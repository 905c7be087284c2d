"""What voters of the demo say, where, and what a deputy could answer at once. Nobody and no place is meant."""

from __future__ import annotations

from random import Random
from typing import NamedTuple


class Said(NamedTuple):
    text: str
    place: str = "{village}"
    result: str = ""


_PASSED = "已记下，按程序转请有关单位研究。"

VILLAGE = (
    Said("{village}进村路有一段路面沉陷，下雨积水，三轮车容易翻。", "{village}村口", _PASSED),
    Said("机耕路年久失修，甘蔗车进不到地头，砍蔗季要多请人扛。", "{village}蔗区", _PASSED),
    Said("水渠中段漏水，下游二十多亩晚稻浇不上水。", "{village}水渠边", _PASSED),
    Said("荔枝采摘期集中，收购点只有一家，价格压得低，希望多引几家收购商。", "{village}荔枝园"),
    Said("{village}卫生室缺常用降压药，老人要到镇里买。", "{village}卫生室", _PASSED),
    Said("村口路灯坏了三盏，晚上孩子放学看不清路。", "{village}文化广场", _PASSED),
    Said("自来水早晚高峰水压低，三楼以上接不上水。", "{village}", _PASSED),
    Said("垃圾池离学校太近，夏天气味大，希望换成密闭的。", "{village}小学旁", _PASSED),
    Said("化肥涨价，种粮补贴什么时候发、发多少，想问清楚。", "{village}", "已说明补贴标准在村务公开栏，发放时间由镇农业服务中心答复。"),
    Said("外出务工的多，老人独自在家，希望村里的老年食堂早点开。", "{village}老年活动室"),
    Said("山塘坝首有渗漏，汛期前希望请人来看一看。", "{village}山塘", _PASSED),
    Said("通村公交一天只有两班，赶圩、看病不方便。", "{village}候车亭", _PASSED),
    Said("宅基地审批排了大半年，想知道办到哪一步。", "{village}", "已告知可凭身份证到镇便民服务中心查询，结果由窗口答复。"),
    Said("手机信号在{village}后山几个屯很弱，打电话要跑到村口。", "{village}", _PASSED),
    Said("养蜂户反映打药没有提前告知，蜂群损失大，希望统一通知。", "{village}蜂场"),
    Said("村里的篮球架锈断了，年轻人没地方打球。", "{village}篮球场", _PASSED),
    Said("虾塘尾水直排到小河，下游洗菜的地方有异味。", "{village}河边", _PASSED),
    Said("高龄补贴去年评过，今年还没有到账。", "{village}", "已请村委会核对名单，结果三日内告知本人。"),
    Said("村道两边的杂树挡住弯道视线，上个月有人摔了车。", "{village}弯道", _PASSED),
    Said("合作社想请农技员来讲一讲沃柑黄龙病怎么防。", "{village}合作社"),
)
TOWN_LIFE = (
    Said("小区二次供水时有泛黄，物业说要换管，一直没有动。", "{village}小区", _PASSED),
    Said("楼道堆放电动车，还从窗口拉线充电，担心起火。", "{village}", _PASSED),
    Said("菜市场门口占道卖菜，早上公交车进不了站。", "{village}市场", _PASSED),
    Said("晚上十一点以后烧烤摊还很吵，老人孩子睡不好。", "{village}夜市", _PASSED),
    Said("下水道一到暴雨就返水，一楼住户进过两次水。", "{village}", _PASSED),
    Said("老楼想加装电梯，一楼不同意，希望有人帮着协调。", "{village}", "已说明须由业主依法共同决定，可先请社区组织协商。"),
    Said("斑马线的信号灯时间太短，老人走不到对面。", "{village}路口", _PASSED),
    Said("社区卫生服务中心周末不能打疫苗，上班的家长请不了假。", "{village}社区卫生服务中心", _PASSED),
    Said("放学时校门口停车太乱，希望有人疏导。", "{village}学校门口", _PASSED),
    Said("公园健身器材松动，前几天有孩子夹到手。", "{village}小公园", _PASSED),
    Said("外墙瓷砖掉下来两次，围挡还没有设。", "{village}", _PASSED),
    Said("希望小区附近设一个快递柜，现在都堆在门卫室。", "{village}"),
    Said("流动人口办居住证要哪些材料，网上说得不一样。", "{village}", "已告知以社区警务室公示的清单为准，并请民警答复。"),
    Said("路面检修井盖响，车一过整夜吵。", "{village}", _PASSED),
    Said("垃圾分类亭的洗手池没有水，投完没法洗手。", "{village}", _PASSED),
    Said("残疾人通道被花坛挡住，轮椅上不去。", "{village}", _PASSED),
)
ANYWHERE = (
    Said("家里老人不会用手机办医保，希望窗口保留人工。", "{village}", "已说明窗口可以代办，带身份证和户口簿即可。"),
    Said("孩子中考后想读职校，想了解区里哪些专业好就业。"),
    Said("对今年的人居环境整治满意，希望坚持下去，不要一阵风。"),
    Said("零工多，没有签合同，年底工钱不好要。", "{village}", "已告知可以到劳动监察窗口登记，并留下咨询电话。"),
    Said("希望暑期组织志愿者看护孩子，防溺水。"),
    Said("诈骗电话多，老人差点转了钱，希望多宣传。"),
    Said("图书室平时锁门，想借书找不到人。", "{village}图书室", _PASSED),
    Said("灵活就业人员医保断了两个月，补缴要跑哪里？", "{village}", "已告知先到镇（街道）便民服务中心窗口核对，可以当场补缴。"),
    Said("感谢上次反映的事情办好了，大家都看得见。"),
)  # fmt: skip

_SURNAMES = "黄韦覃李陆梁莫农卢罗廖陈林何谭唐吴苏潘甘"
_GIVEN = ("秀英", "桂兰", "建国", "志强", "小芳", "永福", "美珍", "海燕", "家明", "丽", "德", "㛃", "𠮷安", "水生", "月娥")


def draw_voter(random: Random, number: int) -> dict[str, str]:
    """The fields of a voter: always a name, mostly a phone, sometimes an address."""
    return {
        "name": random.choice(_SURNAMES) + random.choice(_GIVEN),
        "phone": f"139{number:08d}" if random.random() < 0.7 else "",
        "address": f"{random.randint(1, 12)}组" if random.random() < 0.3 else "",
    }
