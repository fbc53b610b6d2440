"""Made-up manuscripts of one topic: independent, copied in part, reworded. By chance, but the same for the same seed."""

from __future__ import annotations

import random

SCHOOLS = "示例一中职 云山工贸 海湾旅游 滨江护理 东湖信息 南岭农业 北桥交通 西园艺术 中洲财经 新港海事".split()  # noqa: SIM905
WHEN = "上午九点 午后 当天一早 开放日现场 雨刚停时 傍晚 活动第二天 周日下午 临近中午 开幕式之后".split()  # noqa: SIM905
WHO = """
茶艺专业学生 护理班同学 汽修社团 退休教师 社区居民 带着孩子的家长 企业师傅 志愿服务队 初三毕业生 烹饪专业骨干 无人机社团
非遗传承人 幼教实训组 电商班 数控车间的徒弟 党员先锋岗 校友代表 街道工作人员
""".split()  # noqa: SIM905
DID = """
支起展台 冲泡岩茶 测量血压 检修家电 演示焊接 讲解航线 修剪盆景 捏制面塑 调试机械臂 教编中国结 直播助农 拆装发动机 示范海姆立克急救法
布置微型酒店客房 剪出窗花 试飞航拍机 辅导填报志愿 用三维打印做书签 烘焙曲奇 拼装木榫
""".split()  # noqa: SIM905
FOR = """
为二十多位老人 给排队的小朋友 向附近企业 面对镜头 替邻里街坊 与来访师生一道 当着评委的面 带领体验者 陪同家长 在导师指点下
""".split()  # noqa: SIM905
FEEL = """
赞叹连连 忙得满头是汗 一度排起长队 孩子不肯离开 有人当场报名 掌声不断 笑声传出很远 老人竖起拇指 学生更有底气 师傅频频点头
家长改变了看法 大家合影留念 作品被带回家 问题一一得到解答 名额很快约满
""".split()  # noqa: SIM905
SAID = """
手上有活心里不慌 没想到孩子能做得这么细 学技能同样有奔头 下次还要带邻居来 这门手艺不能丢 课堂搬到街头更真实 企业正缺这样的人
做中学比听讲强得多 看得见摸得着才会喜欢 老百姓的口碑就是成绩单 原来职校有这么多专业 干一行就要琢磨一行
""".split()  # noqa: SIM905
LINK = "随后 与此同时 另一侧 不远处 值得一提的是 接着 到了尾声 据统计 让人意外的是 在隔壁教室".split()  # noqa: SIM905
REWORD = [
    ("学生", "同学们"), ("现场", "活动场地"), ("排起长队", "排了很长的队"), ("孩子", "小朋友"), ("老人", "老年人"),
    ("随后", "之后"), ("与此同时", "同一时间"), ("家长", "父母"), ("师傅", "老师傅"), ("企业", "公司"), ("说", "讲道"),
    ("体验者", "参与者"), ("为", "替"), ("大家", "众人"), ("当场", "立刻"), ("社区", "街道"), ("让", "令"), ("不断", "不停"),
]  # fmt: skip


def sentence(chance: random.Random) -> str:
    """One sentence of some thirty characters, of one of five builds."""
    pick = chance.choice
    number = chance.randrange(3, 480)
    return pick(
        [
            lambda: f"{pick(WHEN)}，{pick(WHO)}{pick(FOR)}{pick(DID)}，{pick(FEEL)}。",
            lambda: f"{pick(LINK)}，{pick(SCHOOLS)}的{pick(WHO)}正忙着{pick(DID)}，{number}人次参与，{pick(FEEL)}。",
            lambda: f"“{pick(SAID)}。”{pick(WHO)}边{pick(DID)}边说，{pick(FOR)}又讲了{number % 9 + 2}遍。",
            lambda: f"{pick(WHO)}{pick(WHEN)}才赶到，先{pick(DID)}，再{pick(DID)}，{pick(FEEL)}，{pick(FEEL)}。",
            lambda: f"{pick(FOR)}{pick(DID)}的，是{pick(SCHOOLS)}{pick(WHO)}；{pick(LINK)}有人感慨：{pick(SAID)}。",
        ]
    )()


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
