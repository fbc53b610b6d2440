"""Made-up manuscripts of one topic: independent, copied in part, reworded. By chance, the same for the same seed."""

from __future__ import annotations

import random

SCHOOLS = """
示例一中职 云山工贸 海湾旅游 滨江护理 东湖信息 南岭农业 北桥交通 西园艺术 中洲财经 新港海事
""".split()  # noqa: SIM905
WHEN = """
上午九点 午后 当天一早 开放日现场 雨刚停时 傍晚 活动第二天 周日下午 临近中午 开幕式之后
五月的清晨 放学铃响后 集市刚开张 彩排间隙
""".split()  # noqa: SIM905
FROM = """
茶艺 护理 汽修 烹饪 幼教 电商 数控 园林 航空 酒店 动漫 物流 焊接 美容 会计 水产 陶艺
无人机
""".split()  # noqa: SIM905
ROLE = """
专业学生 社团 实训组 毕业生 教研室 班主任 骨干教师 志愿者 小讲解员 校友 徒弟们 指导老师
竞赛选手 新生代表 青年突击队
""".split()  # noqa: SIM905
GUEST = """
社区居民 带孩子的家长 企业师傅 退休教师 初三毕业生 街道工作人员 非遗传承人 外地游客 物业保安
银发合唱团 快递小哥 医院护士长 村支书
""".split()  # noqa: SIM905
VERB = """
冲泡 检修 演示 讲解 修剪 捏制 调试 编织 试播 拆装 布置 剪裁 操控 辅导 打印 烘焙 拼装
丈量 擦亮 勾勒 称量 搬运 记录 比较 展出
""".split()  # noqa: SIM905
THING = """
岩茶 旧电扇 焊缝 航线图 盆景 面人 机械臂 中国结 助农直播间 发动机 客房 窗花 航拍机
志愿表 书签 曲奇 木榫 血压计 苗圃 账本 渔网 陶坯 眼妆 货架 护栏 积木 花束 糖画 闸阀
显微镜 皮影 收音机 电路板 龙舟模型 雨伞 药囊 绘本 拖拉机 灯笼 帆布包
""".split()  # noqa: SIM905
FOR = """
为二十多位老人 给排队的小朋友 向附近企业 面对镜头 替邻里街坊 与来访师生一道 当着评委的面
带领体验者 在导师指点下 不紧不慢地 冒着小雨
""".split()  # noqa: SIM905
FEEL = """
赞叹连连 忙得满头是汗 一度排起长队 孩子不肯离开 有人当场报名 掌声不断 笑声传出很远
老人竖起拇指 更有底气 师傅频频点头 改变了看法 大家合影留念 作品被带回家 问题得到解答
名额很快约满 汗水湿了衣背 收获满满 约好明年再见 连声道谢 记了半本笔记
""".split()  # noqa: SIM905
SAID = """
手上有活心里不慌 孩子能做得这么细 学技能同样有奔头 下次带邻居来 这门手艺不能丢
课堂搬到街头更真实 企业正缺这样的人 做中学比听讲强 看得见才会喜欢 口碑就是成绩单
职校有这么多专业 干一行琢磨一行 慢工出细活 一技傍身走遍天下 老设备也有春天 胆子大了心更细
""".split()  # noqa: SIM905
LINK = """
随后 与此同时 另一侧 不远处 值得一提的是 接着 到了尾声 据统计 让人意外的是 在隔壁教室
转过走廊 广播里 展台背后 说到这里
""".split()  # noqa: SIM905
REWORD = [
    ("学生", "同学们"), ("现场", "活动场地"), ("排起长队", "排了很长的队"), ("孩子", "小朋友"), ("老人", "老年人"),
    ("随后", "之后"), ("与此同时", "同一时间"), ("家长", "父母"), ("师傅", "老师傅"), ("企业", "公司"), ("说", "讲道"),
    ("体验者", "参与者"), ("为", "替"), ("大家", "众人"), ("当场", "立刻"), ("社区", "街道"), ("让", "令"),
]  # fmt: skip


def sentence(chance: random.Random) -> str:
    """One sentence of some thirty characters, of one of eight builds."""
    pick, number = chance.choice, chance.randrange(3, 480)
    who, guest = pick(FROM) + pick(ROLE), pick(GUEST)
    did, also, feel = pick(VERB) + pick(THING), pick(VERB) + pick(THING), pick(FEEL)
    return pick(
        [
            f"{pick(WHEN)}，{who}{pick(FOR)}{did}，{guest}{feel}。",
            f"{pick(LINK)}，{pick(SCHOOLS)}的{who}正忙着{did}，{number}人次到场，{feel}。",
            f"“{pick(SAID)}，{pick(SAID)}。”{guest}看着{who}{did}，{feel}。",
            f"{guest}{pick(WHEN)}赶到，先{did}，又{also}，{feel}。",
            f"{pick(FOR)}{did}的是{who}；{pick(LINK)}{guest}感慨：{pick(SAID)}。",
            f"{number}名{guest}里，有{number % 17 + 2}位跟着{who}{did}，{feel}，{pick(FEEL)}。",
            f"{also}要耐心，{did}靠眼力，{who}讲得仔细，{guest}听得入神。",
            f"说起{did}，{pick(SCHOOLS)}{who}有说不完的话：{pick(SAID)}，{pick(LINK)}{also}也难不倒。",
        ]
    )


def article(chance: random.Random, length: int = 1000) -> list[str]:
    """The sentences of one manuscript of at least ``length`` characters."""
    sentences: list[str] = []
    while sum(map(len, sentences)) < length:
        sentences.append(sentence(chance))
    return sentences


def text_of(sentences: list[str]) -> str:
    """Sentences as paragraphs of five."""
    return "\n".join("".join(sentences[start : start + 5]) for start in range(0, len(sentences), 5))


def with_part_of(chance: random.Random, mine: list[str], other: list[str], count: int) -> list[str]:
    """``mine`` with ``count`` sentences on end taken over from ``other``."""
    start, at = chance.randrange(len(other) - count + 1), chance.randrange(len(mine))
    return [*mine[:at], *other[start : start + count], *mine[at + count :]]


def reworded(sentences: list[str]) -> list[str]:
    """The same with synonyms, other punctuation and full-width digits."""
    said = []
    for one in sentences:
        for old, new in REWORD:
            one = one.replace(old, new)
        said.append(one.replace("，", "、").translate({ord("0") + digit: ord("０") + digit for digit in range(10)}))
    return said
