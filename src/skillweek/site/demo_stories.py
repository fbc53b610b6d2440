"""What the demo's sample schools report: which day, what about, when, and how it was decided on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


@dataclass(frozen=True)
class Story:
    """One sample activity: the manuscript's title and beginning, and a caption for each photo."""

    title: str
    opening: str
    captions: tuple[str, ...]


STORIES: Final = {
    "open-day": Story(
        "校园开放日：走进实训中心",
        "学校开放全部实训室，邀请初中毕业生和家长走近职业教育，共设体验点十二个。",
        ("学生在汽修实训室为家长讲解发动机构造", "初中学生体验数控车床操作", "家长在咨询台了解升学路径"),
    ),
    "tea": Story(
        "茶艺进社区，一盏清茶话匠心",
        "茶艺专业师生走进社区文化广场，为居民展示闽南功夫茶的冲泡礼仪。",
        ("茶艺专业学生为社区居民展示功夫茶", "居民跟着老师学习温杯和投茶", "孩子们品尝自己冲泡的第一杯茶"),
    ),
    "repair": Story(
        "家电义诊忙，邻里笑声扬",
        "电子技术应用专业的志愿者在广场摆开工具，为居民免费维修小家电。",
        ("志愿者为居民检修电风扇", "老师指导学生更换电饭煲温控器", "修好的收音机重新响了起来"),
    ),
    "nursing": Story(
        "护理学子送健康上门",
        "护理专业师生与社区卫生服务站一起，为老人开展健康服务。",
        ("护理专业学生为老人测量血压", "学生演示心肺复苏操作要领", "老师为居民讲解合理用药"),
    ),
    "woodwork": Story(
        "小木匠体验营开营",
        "附近小学的孩子们来到木工坊，在师傅指导下制作鲁班锁和小板凳。",
        ("小学生在木工坊学习使用刨子", "师傅讲解榫卯的拼接方法", "孩子们展示完成的小板凳"),
    ),
    "cooking": Story(
        "舌尖上的技能课",
        "烹饪专业开放教学厨房，学生现场制作闽南小吃，请市民品尝打分。",
        ("烹饪专业学生现场制作面线糊", "市民为学生作品投票", "西点组展示裱花手艺"),
    ),
    "farm": Story(
        "田间课堂，助力乡村",
        "农业专业师生来到田间地头，为农户讲解果树管护，并帮助搭建网上店铺。",
        ("教师在果园示范修剪枝条", "学生帮助农户拍摄产品照片", "师生与农户一起查看土壤墒情"),
    ),
    "tourism": Story(
        "我是家乡讲解员",
        "旅游服务与管理专业的学生在景区担任义务讲解员，讲述家乡故事。",
        ("学生讲解员带领游客参观老街", "小导游用闽南话讲述古厝故事", "志愿者为游客指引路线"),
    ),
    "craftsman": Story(
        "大国工匠进校园",
        "学校邀请技术能手回到课堂，与学生面对面交流成长经历。",
        ("技术能手现场示范焊接工艺", "学生向工匠请教刀具选择", "工匠与学生代表合影留念"),
    ),
    "enterprise": Story(
        "访企拓岗，校企同行",
        "学校领导班子走访合作企业，与企业商议课程共建和实习岗位。",
        ("校企双方座谈人才培养方案", "教师参观企业智能生产线", "实习学生介绍岗位学习情况"),
    ),
    "contest": Story(
        "技能比武，以赛促学",
        "各专业选手同台竞技，社会人士和家长代表观摩了比赛全过程。",
        ("选手在钳工项目中测量工件", "裁判为网络布线作品评分", "获奖选手分享备赛心得"),
    ),
    "digital": Story(
        "云上课堂，技能随学",
        "学校通过网络直播开放优质课程，市民在家就能学习实用技能。",
        ("教师在直播间讲授智能家居课程", "学生操作虚拟仿真实训系统", "助教在线回答市民提问"),
    ),
}


class Outcome(StrEnum):
    """How far a sample report has come."""

    DRAFT = "draft"
    WAITING = "waiting"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    #: Returned, mended, accepted.
    MENDED = "mended"


@dataclass(frozen=True)
class Filing:
    """One sample report.

    ``day`` counts from the first day of the week, 0. ``at`` is when it was handed in (a draft: last saved), as days
    after ``day``, hour, minute. ``decided`` is when the line above decided, likewise.
    """

    school: str
    day: int
    story: str
    at: tuple[int, int, int]
    outcome: Outcome = Outcome.ACCEPTED
    decided: tuple[int, int, int] = (1, 15, 0)
    mended: tuple[int, int, int] = (1, 9, 20)
    photos: int = 2
    video: bool = False
    coverage: bool = False
    highlight: bool = False
    #: Filed in spite of an error: a photo that a messenger made small.
    small_photo: bool = False
    #: Hands in the first photo of this school's report about the first day again.
    repeats: str = ""
    students: int = 300


_W, _R, _D, _M = Outcome.WAITING, Outcome.RETURNED, Outcome.DRAFT, Outcome.MENDED

#: In any order; the loader sorts what happens by time. Not named: schools that have not reported.
FILINGS: Final = (
    # Sunday, the first day: reported until Monday noon.
    Filing(
        "DEMO-S01", 0, "open-day", (0, 17, 40), _M, mended=(1, 8, 50), decided=(1, 10, 15), photos=3, video=True,
        highlight=True, students=620,
    ),
    Filing("DEMO-S02", 0, "tea", (0, 18, 5), decided=(1, 9, 10), photos=3, coverage=True, students=180),
    Filing("DEMO-S03", 0, "repair", (1, 14, 12), decided=(1, 16, 30), students=240),
    Filing("DEMO-S04", 0, "contest", (1, 9, 30), decided=(1, 11, 0), video=True, students=410),
    Filing("DEMO-S05", 0, "cooking", (0, 20, 15), decided=(1, 9, 40), students=260),
    Filing("DEMO-S06", 0, "nursing", (1, 8, 20), decided=(1, 10, 40), photos=3, students=150),
    Filing("DEMO-S08", 0, "tourism", (1, 11, 48), decided=(1, 15, 20), small_photo=True, students=90),
    Filing("DEMO-C01", 0, "craftsman", (0, 16, 30), decided=(1, 8, 45), photos=3, highlight=True, students=1200),
    Filing("DEMO-C02", 0, "digital", (1, 10, 20), decided=(1, 11, 30), students=860),
    Filing("DEMO-T01", 0, "enterprise", (0, 19, 0), decided=(1, 9, 0), photos=2, students=530),
    Filing("DEMO-T02", 0, "contest", (1, 13, 25), _W, students=330),
    # Monday: due on Tuesday noon; the demo's clock begins that morning.
    Filing("DEMO-S01", 1, "repair", (0, 18, 30), _R, decided=(1, 9, 25), photos=3, students=480),
    Filing("DEMO-S02", 1, "cooking", (1, 8, 55), _W, photos=3, students=210),
    Filing("DEMO-S03", 1, "tea", (0, 19, 40), _W, repeats="DEMO-S02", students=200),
    Filing("DEMO-S04", 1, "digital", (0, 17, 15), decided=(1, 9, 5), students=390),
    Filing("DEMO-S05", 1, "woodwork", (1, 10, 5), _D, photos=1, students=120),
    Filing("DEMO-S06", 1, "nursing", (0, 20, 30), decided=(1, 9, 50), students=160),
    Filing("DEMO-S08", 1, "tourism", (1, 10, 20), _W, small_photo=True, students=110),
    Filing("DEMO-C01", 1, "enterprise", (0, 18, 0), _W, photos=3, video=True, students=940),
    Filing("DEMO-T01", 1, "craftsman", (1, 9, 45), _W, coverage=True, students=505),
    # Tuesday, today.
    Filing("DEMO-S02", 2, "woodwork", (0, 10, 12), _D, photos=1, students=80),
)  # fmt: skip

RETURN_REASON: Final = "稿件写得很生动。请补充活动的参与单位，并把被批注的照片说明写具体，再报一次。"
PHOTO_REMARK: Final = "说明太笼统：请写清是哪个专业的学生、在做什么。"
SMALL_PHOTO_REASON: Final = "活动现场只留下了微信传来的照片，原图已联系拍摄的老师查找，找到后补报。"
OTHER_RULES_REASON: Final = "示例材料按另一届的要求准备，照原样报送。"
VAGUE_CAPTION: Final = "学生开展志愿服务"
