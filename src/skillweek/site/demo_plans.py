"""What the demo's sample schools plan for their week. Invented and marked as samples; no real institution's results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from enum import Enum
from typing import Final

from skillweek.activities.models import Activity, Session

_K = Activity.Kind
_B = Session.Booking


class Fate(Enum):
    """How far a school's plan has come when the demo begins."""

    APPROVED = "approved"
    WAITING = "waiting"
    RETURNED = "returned"
    DRAFT = "draft"


@dataclass(frozen=True)
class When:
    """One session: ``day`` counts from the first of the week."""

    day: int
    begins: str
    ends: str
    place: str = ""
    room: str = ""
    booking: str = _B.NONE
    capacity: int | None = None
    groups: bool = False
    online: str = ""


@dataclass(frozen=True)
class Slots:
    """Service slots on these days."""

    days: tuple[int, ...]
    begins: time
    ends: time
    minutes: int
    capacity: int
    place: str


@dataclass(frozen=True)
class Sample:
    """One activity of one school. ``tags`` are ``group:code`` words of the edition's lists."""

    school: str
    title: str
    summary: str
    text: str
    tags: str
    sessions: tuple[When, ...] = ()
    slots: Slots | None = None
    kind: str = _K.REGULAR
    idea: str = ""
    people: int = 60
    cover: bool = False
    highlight: bool = False
    partner: str = ""


#: school → how far its plan is; the others have not begun.
PLANS: Final = {
    "DEMO-S01": Fate.APPROVED,
    "DEMO-S02": Fate.APPROVED,
    "DEMO-S03": Fate.RETURNED,
    "DEMO-S04": Fate.APPROVED,
    "DEMO-S05": Fate.WAITING,
    "DEMO-S06": Fate.APPROVED,
    "DEMO-S07": Fate.APPROVED,
    "DEMO-S08": Fate.DRAFT,
    "DEMO-C01": Fate.APPROVED,
    "DEMO-T01": Fate.APPROVED,
}

ACTIVITIES: Final = (
    Sample(
        "DEMO-S01", "“职业教育一堂课”家长体验日", "家长走进实训室，和孩子一起上一堂专业课。",
        "学校开放茶艺、烘焙、数控三间实训室，家长编成小组，由专业教师带着上一堂四十分钟的课，动手做出一件作品带回家。"
        "课后有升学和就业咨询，学生志愿者带领参观校园。",
        "audience:parents audience:pupils outreach:open-campus form:demonstration integration:vocational-general",
        (
            When(3, "09:00", "11:00", "示例第一职业学校", "实训楼一层", _B.OPEN, 40),
            When(5, "14:30", "16:30", "示例第一职业学校", "实训楼一层", _B.OPEN, 40),
            When(6, "09:00", "11:00", "示例第一职业学校", "实训楼一层", _B.OPEN, 6),
        ),
        kind=_K.FEATURE, idea="one-lesson", people=120, cover=True, highlight=True,
    ),
    Sample(
        "DEMO-S01", "家电维修保养进社区", "电风扇、电饭煲、台灯，带来就修，不收费用。",
        "机电专业的师生在社区广场设点，免费检修小家电，讲解安全用电和日常保养。每个时段接待两户，预约后按号到场，不用排队。",
        "audience:residents audience:seniors outreach:into-community form:volunteering service:appliances",
        slots=Slots((0, 1, 2, 4), time(9), time(11, 30), 30, 2, "示例社区文化广场"),
        people=80, cover=True,
    ),
    Sample(
        "DEMO-S01", "校园开放日", "全校实训中心开放参观，学生当讲解员。",
        "市民可以自由参观机电、茶艺、烘焙等实训中心，观看学生操作演示，领取专业介绍。团体参观请预约，由学生讲解员带领。",
        "audience:public audience:pupils outreach:open-campus form:promotion online:open-day",
        (
            When(0, "09:00", "16:30", "示例第一职业学校", "校门口集合"),
            When(1, "09:00", "11:30", "示例第一职业学校", "校门口集合", _B.GROUPS, 120, groups=True),
            When(2, "14:00", "16:30", "示例第一职业学校", "校门口集合", _B.OPEN, 60, groups=True),
        ),
        people=400, partner="DEMO-S02",
    ),
    Sample(
        "DEMO-S02", "一杯茶的手艺：茶艺体验", "学习识茶、泡茶、品茶，带走一份自己焙的茶。",
        "茶艺专业的学生面对面教授工夫茶的冲泡流程，介绍闽南茶文化。每场十二人，适合家庭一起参加，儿童须由家长陪同。",
        "audience:residents audience:parents outreach:open-campus form:demonstration service:crafts",
        (
            When(2, "15:00", "16:30", "示例茶艺职业学校", "茶艺馆", _B.OPEN, 12),
            When(4, "19:00", "20:30", "示例茶艺职业学校", "茶艺馆", _B.OPEN, 12),
            When(6, "15:00", "16:30", "示例茶艺职业学校", "茶艺馆", _B.OPEN, 4),
        ),
        kind=_K.FEATURE, people=36, cover=True, highlight=True,
    ),
    Sample(
        "DEMO-S02", "茶席走进乡村", "把茶席摆到村口，与茶农一起聊技能、聊收成。",
        "师生与村里的茶农合办露天茶席，展示制茶、评茶技能，帮助茶农拍摄产品照片、介绍网上开店的办法。",
        "audience:residents outreach:into-countryside form:volunteering topic:economy national:moe-7",
        (When(3, "09:30", "11:30", "示例村村委会门前"),),
        people=100,
    ),
    Sample(
        "DEMO-S03", "汽车维护小课堂", "学会看仪表、查轮胎、换雨刮。",
        "汽车专业教师在实训车间讲解日常维护，参加者分组动手操作，学会检查油液、轮胎和灯光。",
        "audience:public outreach:open-campus form:demonstration",
        (When(5, "09:00", "11:00", "示例第二职业学校", "汽修车间", _B.OPEN, 20),),
        people=20,
    ),
    Sample(
        "DEMO-S04", "小小电子工程师：亲子焊接", "孩子和家长一起焊一盏会呼吸的小夜灯。",
        "电子专业学生一对一辅导，认识元件、学习安全焊接，完成一盏小夜灯。器材由学校提供。不满十四周岁的孩子须由监护人同意并陪同。",
        "audience:pupils audience:parents outreach:open-campus form:demonstration integration:vocational-general",
        (
            When(3, "14:30", "16:30", "示例电子职业学校", "电子工艺室", _B.OPEN, 24),
            When(6, "14:30", "16:30", "示例电子职业学校", "电子工艺室", _B.OPEN, 24),
        ),
        kind=_K.FEATURE, idea="skills-and-youth", people=48, cover=True, highlight=True,
    ),
    Sample(
        "DEMO-S04", "企业工程师进课堂", "合作企业的工程师讲岗位、讲成长。",
        "三家合作企业的工程师走进课堂，介绍岗位要求，与学生面对面交流职业规划，现场解答实习和就业问题。",
        "audience:students audience:enterprises outreach:open-enterprise form:promotion integration:industry-education",
        (When(2, "09:00", "11:00", "示例电子职业学校", "报告厅"),),
        kind=_K.FEATURE, idea="face-to-face", people=200,
    ),
    Sample(
        "DEMO-S05", "技能接力赛", "十二个专业，一棒接一棒。",
        "十二个专业的师生在操场上接力展示各自的看家本领，邀请毕业校友和市民同台。",
        "audience:public audience:students form:demonstration national:moe-8",
        (When(5, "15:00", "17:00", "示例第三职业学校", "操场"),),
        kind=_K.FEATURE, idea="skills-relay", people=300,
    ),
    Sample(
        "DEMO-S06", "健康护理在身边", "量血压、测血糖、学急救，预约时段不排队。",
        "护理专业师生在社区卫生服务站设点，为居民测量血压血糖、指导居家照护，并教授心肺复苏和海姆立克急救法。",
        "audience:residents audience:seniors outreach:into-community form:volunteering service:health",
        slots=Slots((2, 3, 5), time(8, 30), time(11), 15, 3, "示例街道社区服务中心"),
        people=150, cover=True, highlight=True,
    ),
    Sample(
        "DEMO-S06", "急救技能公开课", "一小时学会能救命的动作。",
        "持证教师讲解并带练心肺复苏，每两人一个模拟人，完成练习的市民可以领取学习证明。",
        "audience:public audience:parents outreach:near-masses form:demonstration",
        (
            When(4, "19:00", "20:30", "示例护理职业学校", "实训楼二层", _B.OPEN, 30, groups=True),
            When(6, "09:30", "11:00", "示例护理职业学校", "实训楼二层", _B.OPEN, 30, groups=True),
        ),
        people=60,
    ),
    Sample(
        "DEMO-S07", "田间开放课堂", "到田里认作物，学会在阳台种菜。",
        "农业专业开放校内农场，学生讲解智慧大棚的灌溉和监测，市民亲手移栽一株菜苗带回家。",
        "audience:public audience:pupils outreach:into-countryside form:demonstration integration:science-education",
        (When(6, "09:00", "11:30", "示例农业职业学校", "校内农场", _B.OPEN, 80, groups=True),),
        kind=_K.FEATURE, people=80, cover=True,
    ),
    Sample(
        "DEMO-S08", "跟着学生导游逛古厝", "学生导游带您看闽南红砖厝。",
        "旅游服务专业的学生用普通话和闽南话讲解古厝的建筑和故事，全程约一个半小时。",
        "audience:public outreach:near-life form:demonstration",
        (When(6, "16:00", "17:30", "示例古厝广场"),),
        people=40,
    ),
    Sample(
        "DEMO-C01", "线上逛校园", "不出门看遍七个实训基地。",
        "直播镜头走进七个实训基地，教师和学生边走边讲，观众可以在线提问。没赶上的可以看回放。",
        "audience:public audience:parents online:campus-tour online:cloud-week form:promotion topic:digital",
        (When(3, "19:30", "20:30", online="https://live.example.org/campus"),),
        people=1000, cover=True,
    ),
    Sample(
        "DEMO-C01", "“政行企校”对话沙龙", "请企业出题，学校答题。",
        "邀请行业协会、合作企业和主管部门围坐一桌，就现场工程师培养、订单班和实习安全逐题讨论，形成合作清单。",
        "audience:enterprises outreach:open-enterprise form:promotion integration:industry-education",
        (When(4, "14:30", "17:00", "示例职业技术学院", "产教融合中心"),),
        kind=_K.FEATURE, idea="dialogue", people=60,
    ),
    Sample(
        "DEMO-T01", "高技能人才现场秀", "世赛项目同款操作台，看教练和选手现场做。",
        "数控、焊接、美发三个项目的教练和选手现场展示，观众可以在指导下体验焊接模拟器。",
        "audience:public audience:students outreach:open-contest form:demonstration topic:people",
        (
            When(2, "09:00", "11:00", "示例技师学院", "技能竞赛中心", _B.OPEN, 100, groups=True),
            When(5, "09:00", "11:00", "示例技师学院", "技能竞赛中心", _B.OPEN, 100, groups=True),
        ),
        kind=_K.FEATURE, people=200, cover=True,
    ),
    Sample(
        "DEMO-T01", "义务理发进社区", "学生理发师每天上午在社区等您。",
        "美发专业的学生在教师带领下为社区老人免费理发，每个时段三位，预约后按号到场。",
        "audience:seniors audience:residents outreach:into-community form:volunteering service:housekeeping",
        slots=Slots((1, 2, 3), time(9), time(11), 30, 3, "示例社区服务站"),
        people=36,
    ),
)  # fmt: skip

RETURN_REASON: Final = "安全预案请写明车间里谁负责、出现意外怎么处置；再补一项面向中小学生的活动。"

#: (title, text) of the portal's sample news.
NEWS: Final = (
    (
        "活动周日程上线，欢迎预约（示例）",
        "活动周的活动已经陆续公布，市民可以按日期、区域和人群查找，需要预约的活动请提前预约。本条为示例内容。",
    ),
    (
        "便民服务时段开放预约（示例）",
        "家电维修、健康护理、义务理发等服务按时段预约，到场按号服务，不收取费用。本条为示例内容。",
    ),
)
