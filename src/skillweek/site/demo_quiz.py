"""Samples for the quiz: questions, most of them checked, a quiz with sample players, a school's draft (E2)."""

from __future__ import annotations

import random
import secrets
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from skillweek.core import clock
from skillweek.editions.models import Edition
from skillweek.organisations.models import Kind, Membership, Organisation, Role, User
from skillweek.participation.domain.contacts import Contact
from skillweek.participation.models import Participant
from skillweek.quiz.domain import bank, judging, playing, quizzes
from skillweek.quiz.domain.catalogue import bundled_file, load_questions
from skillweek.quiz.domain.drawing import Rule
from skillweek.quiz.models import Question, Quiz

#: Left for whoever tries the demo to check.
_UNCHECKED: Final = 8
_PLAYERS: Final = 24
_NAMES: Final = ("茶艺", "数控", "护理", "烹饪", "电商", "园艺", "焊接", "汽修")
_RULES: Final = (Rule("职业教育体系", "", 3), Rule("学生权益", "", 3), Rule("", "", 4))


def fill(edition: Edition) -> None:
    """Load, check, publish, play. Does nothing where the edition brings no questions or the quiz is there already."""
    host = Organisation.objects.filter(kind=Kind.HOST, is_active=True).order_by("path").first()
    decider = _person(host, Role.REVIEWER, Role.MANAGER)
    if (
        host is None
        or decider is None
        or bundled_file(edition) is None
        or Quiz.objects.filter(edition=edition).exists()
    ):
        return
    made = load_questions(edition, host, actor=None)
    for question in Question.objects.filter(pk__in=[row.pk for row in made]).order_by("pk")[: len(made) - _UNCHECKED]:
        bank.check_question(question, actor=decider)
    quiz = quizzes.publish_quiz(_draft(edition, host, decider, "【样例】职业教育知多少"), actor=decider)
    _play(quiz)
    school = Organisation.objects.schools().order_by("path").first()
    liaison = _person(school, Role.LIAISON, Role.MANAGER)
    if school is not None and liaison is not None:
        _draft(edition, school, liaison, "【样例】校园职教知识赛")


def _person(organisation: Organisation | None, *roles: Role) -> User | None:
    rows = Membership.objects.filter(organisation=organisation, role__in=roles, is_active=True).select_related("user")
    found = rows.order_by("pk").first()
    return found.user if found else None


def _draft(edition: Edition, home: Organisation, actor: User, title: str) -> Quiz:
    zone = ZoneInfo(edition.zone)
    values = {
        "title": title,
        "intro": "答十道题，看看您对职业教育了解多少。（样例，成绩和证书没有效力）",
        "opens_at": datetime.combine(edition.starts_on, time(8), tzinfo=zone),
        "closes_at": max(datetime.combine(edition.ends_on, time(22), tzinfo=zone), clock.now() + timedelta(days=1)),
        "has_practice": True,
        "has_ranked": True,
        "seconds": 30,
        "pass_mark": 60,
        "device_limit": 3,
        "shows_answers": True,
        "asks_school": True,
        "certificate_title": "【样例】职业教育知识竞答合格证书",
    }
    return quizzes.save_quiz(Quiz(edition=edition, organisation=home), actor=actor, values=values, rules=list(_RULES))


def _play(quiz: Quiz) -> None:
    """Sample people, none of them real, on the days that have passed."""
    lots = random.Random(2023)  # noqa: S311 (samples that look the same each time)
    schools = list(Organisation.objects.schools().order_by("path")[:6])
    days = [day for day in quiz.edition.days if day <= clock.today_in(quiz.edition.zone)] or quiz.edition.days[:1]
    zone = ZoneInfo(quiz.edition.zone)
    for number in range(_PLAYERS):
        moment = datetime.combine(days[number % len(days)], time(9 + number % 9, 5), tzinfo=zone)
        with clock.standing_at(max(min(moment, clock.now()), quiz.opens_at)):
            person = _participant(quiz.edition, number)
            nickname = f"样例{lots.choice(_NAMES)}{number + 1}"
            school = lots.choice(schools) if schools else None
            attempt = playing.start_attempt(
                quiz,
                person,
                nickname=nickname,
                school=school,
                device_key=f"sample{number}",
                network_key=f"sample{number}",
            )
            skill = 0.4 + lots.random() * 0.6
            while (turn := playing.turn_now(attempt)) is not None:
                right = [place for place, letter in enumerate(turn.order) if letter in turn.question.answer]
                is_right = lots.random() < skill
                playing.answer_turn(attempt, position=turn.position, places=right if is_right else [0])
            attempt.refresh_from_db()
            if attempt.passed and number % 3 == 0:
                judging.take_certificate(attempt, holder="示例学员")


def _participant(edition: Edition, number: int) -> Participant:
    contact = Contact(Participant.Channel.EMAIL, f"sample{number + 1}@example.org")
    return Participant.objects.create(
        edition=edition,
        channel=contact.channel,
        contact="",
        contact_key=contact.key(edition),
        masked=contact.masked,
        nonce=secrets.token_hex(16),
        verified_at=clock.now(),
    )
