"""Samples for the press: three leads, a journalist, a question, a piece of coverage that came of it (D3, D4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, User
from skillweek.organisations.queries import people_who_answer
from skillweek.press.domain import leads, talking
from skillweek.press.models import Journalist, Lead

#: The sample journalist signs in with this and the demo's password.
PRESS: Final = "press@example.org"
#: School's code, title, what is to be seen, day of the week, hours, place, topic.
_LEADS: Final = (
    ("DEMO-S01", "【样例】社区老人走进实训室，与学生同上一堂课",
     "三十位社区老人与学生结对学习。可拍课堂、可采访带教学生和最年长的学员。", 3, "9:00–11:00", "实训楼", "people"),
    ("DEMO-S02", "【样例】一杯茶里的工匠心：茶艺班毕业生回校传艺",
     "往届毕业生带着自己的茶品回到母校，讲从学徒到店主的路。可采访本人和老师。", 4, "14:30–16:00", "茶艺楼", "economy"),
    ("DEMO-T01", "【样例】技能大赛选手现场展示",
     "参赛选手公开训练，观众可以近距离看操作。训练区请勿使用闪光灯。", 4, "10:00–11:30", "实训中心", "people"),
)  # fmt: skip


def offer_samples(edition: Edition, units: Mapping[str, Organisation]) -> int:
    """Offer the leads, accredit the journalist, let them talk; return how many leads there are."""
    from skillweek.site.demo_data import PASSWORD

    topics = {topic.code for topic in edition.doc.topics}
    made = []
    for code, title, what, day, hours, place, topic in _LEADS:
        actor = people_who_answer(units[code])[0]
        lead = leads.save_lead(
            Lead(edition=edition, organisation=units[code]), actor=actor, title=title, what=what, hours=hours,
            day=edition.starts_on + timedelta(days=day), place=f"{units[code].name}{place}（样例）",
            contact_name=actor.name, contact_phone="000-0000000", topic=topic if topic in topics else "",
        )  # fmt: skip
        made.append(leads.offer(lead, actor=actor))
    user = User.objects.create_user(email=PRESS, name="示例记者", password=PASSWORD)
    journalist = Journalist.objects.create(
        edition=edition, user=user, name="示例记者", outlet="示例日报", email=PRESS, card_number="样例",
        state=Journalist.State.ACCREDITED,
    )  # fmt: skip
    first, second, _third = made
    question = talking.ask(first, journalist, text="可以拍摄老人和学生的合影吗？（样例）")
    answerer = people_who_answer(first.organisation)[0]
    talking.answer(question, actor=answerer, text="可以，请提前半小时到。（样例）", is_shared=True)
    at = datetime.combine(edition.starts_on + timedelta(days=4), time(14), tzinfo=ZoneInfo(edition.zone))
    talking.ask_visit(second, journalist, at=at, people=2, note="需要一个停车位。（样例）")
    talking.hand_in(
        first, journalist, title="【样例】同上一堂课，共饮一杯茶", level="municipal",
        published_on=edition.starts_on + timedelta(days=1), link="https://press.example.org/sample/1",
    )  # fmt: skip
    return len(made)
