"""Samples of classes for parents and young people, with bookings, and the questionnaire (E5, E6). All marked 示例."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from skillweek.activities.domain import approve_activity, create_activity, save_activity, submit_activity
from skillweek.activities.domain.sessions import SessionValues
from skillweek.activities.models import Activity, Session
from skillweek.bookings.domain import Wish, book_places
from skillweek.careers.domain.counting import count, set_open
from skillweek.careers.models import Opening
from skillweek.careers.scoring import Result
from skillweek.classes.domain.settings import set_class
from skillweek.core.errors import DomainError
from skillweek.editions.models import Edition
from skillweek.organisations.models import Kind, Organisation, User
from skillweek.organisations.queries import people_who_answer

_SAFETY: Final = (
    "活动前检查场地、设备和消防通道，现场安排两名老师值守并准备急救箱；参加的孩子由监护人或带队老师陪同，"
    "进实训室前讲解安全要求；遇突发情况按校内应急预案处置并及时报告。（示例）"
)
_MORE: Final = "由专业老师和学生带领，不收费，请提前预约，按时到校。"
#: Idea, title, what happens there, grades, what to bring.
_CLASSES: Final = (
    (
        "one-lesson",
        "和孩子一起上一堂焊接课（示例）",
        "家长坐进实训室，看学生怎样练焊接，再试一次模拟焊机。",
        (7, 9),
        "平底鞋",
    ),
    (
        "skills-and-youth",
        "小小陶艺师（示例）",
        "拉坯、捏塑、上釉，做一只自己的杯子，烧好后寄到家。",
        (1, 6),
        "水杯、旧衣服",
    ),
    ("skills-and-youth", "机器人动起来（示例）", "用图形编程让小车走迷宫，两人一组，由学生当小老师。", (3, 9), ""),
)
_RESULTS: Final = (
    (10, 6, 3, 4, 5, 2),
    (3, 9, 4, 6, 2, 5),
    (4, 3, 11, 6, 5, 2),
    (5, 4, 6, 10, 7, 3),
    (8, 5, 2, 3, 6, 7),
)


def fill(edition: Edition) -> None:
    """Three classes of two schools with families and school classes, and a few counted answers."""
    schools = sample_schools()
    if not schools:
        return
    for number, (idea, title, text, grades, bring) in enumerate(_CLASSES):
        school = schools[min(number, len(schools) - 1)]
        if edition.doc.class_preset(idea) is None:
            continue
        activity = _opened(edition, school, idea, title, text)
        if activity is not None:
            by = people_who_answer(school)[0]
            set_class(activity, actor=by, grade_from=grades[0], grade_to=grades[1], bring=bring)
            _book(activity, number)
    opening = set_open(schools[0], edition, actor=people_who_answer(schools[0])[0], is_on=True)
    for result in _RESULTS:
        count(Opening.objects.select_related("edition", "organisation").get(pk=opening.pk), Result(result))


def sample_schools() -> list[Organisation]:
    """Schools in which somebody answers, in the order of the tree."""
    rows = Organisation.objects.filter(kind=Kind.SCHOOL, is_active=True).order_by("path")
    return [row for row in rows[:40] if people_who_answer(row)]


def reviewer_above(school: Organisation) -> User | None:
    """Somebody who decides on what the school hands in."""
    above = people_who_answer(Organisation.objects.get_parent(school))
    return above[0] if above else None


def _opened(edition: Edition, school: Organisation, idea: str, title: str, text: str) -> Activity | None:
    by = people_who_answer(school)[0]
    activity = create_activity(school, edition, by=by, idea=idea)
    last = len(edition.days) - 1
    sessions = []
    for step, session in enumerate(activity.sessions.order_by("starts_at")):
        later = timedelta(days=max(0, last - 1 - step))
        assert session.starts_at is not None and session.ends_at is not None
        shut = session.booking_closes_at
        sessions.append(
            SessionValues(
                session.pk,
                {
                    "starts_at": session.starts_at + later, "ends_at": session.ends_at + later,
                    "booking_closes_at": shut + later if shut else None, "place": f"{school.name}实训楼（示例）",
                    "address": "示例路 8 号", "room": f"{step + 1} 号实训室",
                },
            )
        )  # fmt: skip
    values = {
        "title": title, "summary": text[:60], "description": f"<p>{text}{_MORE}</p>", "person_in_charge": "示例负责人",
        "phone_in_charge": "000-0000000", "enquiry_phone": "000-0000000", "safety_plan": _SAFETY, "is_free": True,
        "funding_source": "学校公用经费", "public_benefit": True, "expected_people": 60,
    }  # fmt: skip
    activity = save_activity(activity, by=by, expected_version=activity.version, values=values, sessions=sessions)
    activity = submit_activity(activity, by=by, expected_version=activity.version)
    reviewer = reviewer_above(school)
    if activity.state == Activity.State.SUBMITTED and reviewer is not None:
        activity = approve_activity(activity, by=reviewer, expected_version=activity.version)
    return activity


def _book(activity: Activity, number: int) -> None:
    """Two families and, where classes may come, one class."""
    for session in Session.objects.filter(activity=activity).select_related("activity__edition")[:2]:
        wishes = [
            Wish(name=f"示例家长{who}", phone=f"1390000{number}{session.pk % 10}{who:02}", party_size=2, children=1,
                 guardian_consent=True, agreed=True, details={"grade": 7 if number == 0 else 3})
            for who in (1, 2)
        ]  # fmt: skip
        if session.allows_groups:
            details = {
                "school": "示例小学",
                "class": "三（2）班",
                "grade": 3,
                "arrival": "一辆大巴，8:40 到南门（示例）",
            }
            wishes.append(
                Wish(name="示例带队老师", phone=f"1380000{number}{session.pk % 10}00", kind="group", party_size=32,
                     children=30, guardian_consent=True, agreed=True, details=details, needs="两人对花生过敏（示例）")
            )  # fmt: skip
        for place, wish in enumerate(wishes):
            try:
                book_places(session, wish, client_id=uuid5(NAMESPACE_URL, f"demo-class:{session.uid}:{place}"))
            except DomainError:
                return  # the demo's moment lies after the session's closing time
