"""What deputies proposed between sessions and has been answered: judged, not judged, handled again, convened. A town's own."""

from __future__ import annotations

from suggestions.demo.matters import BAD, FAIR, GOOD, Judged, Key, Life, Matter, Promise
from suggestions.enums import Occasion, SupervisionMethod

B = Occasion.BETWEEN_SESSIONS

MATTERS = (
    Matter(
        "规范中小学校外实践基地收费",
        "教育",
        "edu",
        "校外实践活动收费标准不公开，家长意见较大，个别学校与机构捆绑收费。",
        "建议公布收费标准和服务内容，取消捆绑收费，对困难学生免费。",
        "已公布十一家基地的收费标准和服务内容，取消捆绑收费三项，困难学生凭证明免费参加。",
        Life("replied", ago=85),
        B,
    ),
    Matter(
        "加强食用农产品快检",
        "公共安全",
        "market",
        "圩日农产品交易量大，快检室多数不开门，检测结果没有公示。",
        "建议圩日固定开展快检，结果当场公示，不合格的追溯到产地。",
        "八个圩市快检室圩日全部开放，每圩检测不少于三十批次，结果当场公示。今年检出不合格二十六批次，均已追溯处理。",
        Life("replied", ago=98, supports=("agri",), cosigners=2),
        B,
    ),
    Matter(
        "完善见义勇为人员优待措施",
        "社会保障",
        "civil",
        "我区见义勇为人员享受的优待项目少，伤残后的医疗费用要自己先垫。",
        "建议设立专项资金，医疗费用先行垫付，子女入学给予照顾。",
        "已明确医疗费用由财政先行垫付，子女入学按有关规定照顾。设立专项资金须报上级批准，正在办理。",
        Life("replied", ago=150, urged=True, judged=(Judged("B"),), private="内容涉及尚未批准的资金安排"),
        B,
    ),
    Matter(
        "推广农村微菜园和庭院经济",
        "农业农村",
        "agri",
        "人居环境整治后，部分村庄房前屋后空地闲置，杂草丛生。",
        "建议发放菜种果苗，开展评比，由合作社统一收购。",
        "已向四十二个村发放菜种、果苗，建微菜园二千一百个，三家合作社签订收购协议。",
        Life(ago=110, takes=45, for_reference=True, consults=False),
        B,
    ),
    Matter(
        "治理东湖片区内涝",
        "城乡建设",
        "housing",
        "东湖片区三条街每逢暴雨积水半米，商铺门口常年备沙袋。",
        "建议扩建排涝泵站，打通断头管，开工前设应急抽水点。",
        "已打通断头管四百米，增设应急抽水点两处。泵站扩建列入明年城建计划。",
        Life(
            ago=100,
            takes=60,
            supports=("water",),
            judged=(Judged("C", BAD, GOOD, "今年九月仍然积水，泵站扩建没有写明时间和资金。"), Judged("", "")),
            until="replied",
            key=Key(
                1, ((SupervisionMethod.ON_SITE_REVIEW, 20, "东湖片区", "雨后现场点评，要求把泵站扩建的资金来源和开工时间写进重新答复。"),)
            ),
        ),
        B,
    ),
    Matter(
        "提高环卫工人待遇和休息条件",
        "社会保障",
        "urban",
        "环卫工人高温补贴没有足额发放，作业路段没有歇脚点。",
        "建议足额发放补贴，设置环卫驿站，提供饮水和休息。",
        "高温补贴已补发到位，建成环卫驿站八处。",
        Life(ago=175, takes=50, judged=(Judged("B", BAD, FAIR, "驿站集中在城区主干道，镇上一处没有。"), Judged("B", GOOD))),
        B,
    ),
    Matter(
        "加快农村宅基地审批",
        "农业农村",
        "agri",
        "宅基地审批要经过七个环节，排队大半年，群众不知道办到哪一步。",
        "建议压减环节，办理进度可以查询，超过时限的说明原因。",
        "审批环节由七个减为四个，办理进度可在镇便民服务中心查询。",
        Life(
            ago=130,
            takes=55,
            judged=(
                Judged("A", BAD, FAIR, "环节减了，但时间没有缩短，仍有十一户超过半年。"),
                Judged("B", BAD, FAIR, "超期的十一户只办结三户。"),
            ),
        ),
        B,
    ),
)

TOWN_MATTERS = (
    Matter(
        "修复青溪镇中心街路面",
        "城乡建设",
        "town",
        "中心街路面破损近两百米，雨天积水，摊贩和赶圩群众出行不便。",
        "建议镇政府修复路面，疏通两侧边沟。",
        "路面已修复二百一十米，两侧边沟已疏通，盖板全部更换。",
        Life(ago=130, takes=38),
        B,
        True,
    ),
    Matter(
        "增设青溪圩市垃圾收集点",
        "生态环境",
        "town",
        "圩日垃圾堆在路口，散圩后要到第二天才清运。",
        "建议增设四个收集点，散圩当天清运。",
        "已增设收集点四处，散圩当日十九时前清运完毕。",
        Life("replied", ago=70, takes=40),
        B,
        True,
    ),
    Matter(
        "开放镇文化站图书室",
        "文化旅游",
        "town",
        "镇文化站图书室平时锁门，学生周末没有看书的地方。",
        "建议周末和假期全天开放，落实管理员。",
        "",
        Life("consulted", ago=45),
        B,
        True,
    ),
    Matter(
        "安装村口弯道反光镜",
        "公共安全",
        "town",
        "三个村的村口弯道视线被遮，上个月有人摔车。",
        "建议安装反光镜，修剪遮挡视线的树枝。",
        "",
        Life("accepted", ago=5),
        B,
        True,
    ),
    Matter(
        "设立荔枝季临时交通疏导点",
        "交通水利",
        "town",
        "荔枝收购季外地货车集中，镇区每天堵车两三个小时。",
        "建议收购季设临时疏导点和货车待装区。",
        "收购季已设疏导点三处、货车待装区一处，明年继续实行。",
        Life(ago=185, takes=30, judged=(Judged("A", GOOD),), promise=Promise("明年荔枝季前公布待装区位置图", 6)),
        B,
        True,
    ),
)

# The one that grew from what a voter said: her words, the contact, the suggestion, the answer, and the word back to her.
VOTER_SAID = "我家老人住在二队坡上，救护车上不来，上个月半夜发病是用门板抬下来的。坡上十几户都怕遇到急病。"
VOTER_MATTER = Matter(
    "拓宽青溪镇坡地村屯急救通道",
    "卫生健康",
    "traffic",
    "选民反映，青溪镇坡地村屯路窄坡陡，救护车上不去，半夜发病要用门板抬下坡。走访核实，全镇有九个村屯、一百六十余户存在同样的问题。",
    "一是拓宽九个村屯的进屯路，转弯处满足救护车通行；二是在坡下设急救停靠点，标明位置；三是给每个屯配一副担架、一名经过培训的急救员。",
    "九个村屯进屯路的拓宽已完成六个，其余三个年底前完工；坡下急救停靠点已标识到位；区卫健局为每个屯配发担架并培训急救员十八名。",
    Life(
        ago=150,
        takes=55,
        supports=("health",),
        origin="选民意见",
        cosigners=3,
        judged=(Judged("A", GOOD),),
        promise=Promise("年底前完成其余三个村屯进屯路的拓宽", 1, "三个村屯进屯路已全部拓宽，救护车试通行到屯口。", GOOD),
    ),
    B,
)
