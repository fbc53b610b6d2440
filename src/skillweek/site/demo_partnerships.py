"""Samples of enterprises, needs, a meeting with its schedule, talks and an intention, all marked 【样例】 (E3, E4)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.organisations.models import Kind, Organisation, User
from skillweek.organisations.queries import people_who_answer
from skillweek.partnerships.domain import applying, intentions, majors, meetings, needs, scheduling
from skillweek.partnerships.domain.enterprises import host
from skillweek.partnerships.domain.meetings import Times
from skillweek.partnerships.models import Enterprise, Meeting
from skillweek.partnerships.rules.uscc import check_letter

#: A sample enterprise's contact signs in with this and the demo's password.
ENTERPRISE: Final = "enterprise@example.org"
#: Name, industry, size, what it looks for: title, kind, number, place, pay, fields.
_ENTERPRISES: Final = (
    ("【样例】鹭岛智造有限公司", "manufacturing", "medium", "机电设备维修工", "position", 12, "集美区",
     "5000–6500 元/月", ("460301", "0603")),
    ("【样例】海湾物流有限公司", "transport", "large", "冷链仓储订单班", "order", 30, "海沧区", "", ("1308",)),
    ("【样例】云岸信息有限公司", "information", "small", "网站前端实习生", "internship", 6, "思明区",
     "150 元/天", ("1102",)),
)  # fmt: skip
_MAJORS: Final = (("660301", "730801"), ("710201", "730701"), ("460301", "510203"), ("660103", "700206"))


def fill(edition: Edition) -> None:
    """Sign enterprises up, publish what they look for, hold a meeting with schools and one with students."""
    if Enterprise.objects.filter(edition=edition).exists():
        return
    hosts = people_who_answer(host())
    schools = [school for school in _schools() if people_who_answer(school)][: len(_MAJORS)]
    if not hosts or not schools:
        return
    actor = hosts[0]
    firms = [_enterprise(edition, number, row, actor) for number, row in enumerate(_ENTERPRISES, start=1)]
    for school, codes in zip(schools, _MAJORS, strict=False):
        for code in codes:
            majors.state_major(edition, school, actor=people_who_answer(school)[0], code=code, students=120)
    _salon(edition, firms, schools, actor)
    fair = _meeting(
        edition, actor, "【样例】学生企业面对面", day=3, room="202 会议室", guests="people", mode="direct", seats=3
    )
    for firm in firms:
        applying.accept(applying.apply_enterprise(fair, firm, actor=firm.user), actor=actor)


def _schools() -> list[Organisation]:
    return list(Organisation.objects.filter(kind=Kind.SCHOOL, is_active=True).order_by("path"))


def _enterprise(edition: Edition, number: int, row: tuple, actor: User) -> Enterprise:  # type: ignore[type-arg]
    from skillweek.site.demo_data import PASSWORD

    name, industry, scale, title, kind, people, place, pay, fields = row
    email = ENTERPRISE if number == 1 else f"enterprise{number}@example.org"
    user = User.objects.create_user(email=email, name="示例经理", password=PASSWORD)
    first = f"91350200MA00SAMP{number}".replace("S", "5")[:17]
    firm = Enterprise.objects.create(
        edition=edition, home=host(), user=user, name=name, credit_code=first + check_letter(first), industry=industry,
        scale=scale, place=place, profile="这是样例企业，不是真实的单位。", contact_name="示例经理", email=email,
        state=Enterprise.State.VERIFIED, decided_at=now(), decided_by=actor, nonce="",
    )  # fmt: skip
    need = needs.save_need(
        firm, actor=user, title=f"【样例】{title}", kind=kind, text="样例：详细要求由企业填写。", number=people,
        place=place, pay=pay, starts_on=None, ends_on=None, fields=fields,
    )  # fmt: skip
    needs.publish(needs.submit(need, actor=user), actor=actor)
    return firm


def _meeting(edition: Edition, actor: User, title: str, *, day: int, room: str = "201 会议室", **more: Any) -> Meeting:
    zone = ZoneInfo(edition.zone)
    when = edition.starts_on + timedelta(days=min(day, len(edition.days) - 1))
    while when < now().astimezone(zone).date() + timedelta(days=1):
        when += timedelta(days=1)
    values: dict[str, Any] = {
        "title": title, "about": "样例：用来看怎么报名、排日程和约面谈。", "guests": "schools", "mode": "wishes",
        "day": when, "place": "示例会展中心", "apply_until": datetime.combine(when, time(8), tzinfo=zone), "seats": 1,
        "most_wishes": 5, "most_talks": 3, "asks_consent": True, **more,
    }  # fmt: skip
    row = meetings.save_meeting(
        Meeting(edition=edition, organisation=host()), actor=actor, times=Times(time(9), 20, 5, 6),
        tables=[(room, f"{number} 号桌") for number in range(1, 5)], **values,
    )  # fmt: skip
    return meetings.announce(row, actor=actor)


def _salon(edition: Edition, firms: list[Enterprise], schools: list[Organisation], actor: User) -> None:
    salon = _meeting(edition, actor, "【样例】校企对接沙龙", day=2)
    tables = [applying.accept(applying.apply_enterprise(salon, firm, actor=firm.user), actor=actor) for firm in firms]
    for number, school in enumerate(schools):
        speaker = people_who_answer(school)[0]
        guest = applying.apply_school(salon, school, actor=speaker, note="想谈订单班和实习。（样例）")
        chosen = [tables[(number + step) % len(tables)].pk for step in range(2)]
        applying.set_wishes(guest, chosen, actor=speaker)
    scheduling.compute(salon, actor=actor)
    meetings.publish(salon, actor=actor)
    intentions.record_intention(
        edition, schools[0], actor=people_who_answer(schools[0])[0], enterprise=firms[0], meeting=salon,
        kind="order", text="样例：共同开设机电订单班，每年 30 人。", number=30, planned_on=None, state="noted",
    )  # fmt: skip
