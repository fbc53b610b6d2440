"""Samples of visits: a school opens its doors, a creator and a journalist ask to come (E9). All marked 示例."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.organisations.queries import people_who_answer
from skillweek.participation.domain.contacts import Contact
from skillweek.participation.models import Participant
from skillweek.press.access_visits import Visitor
from skillweek.press.domain import itinerary, visits
from skillweek.press.domain.itinerary import Stop
from skillweek.press.models import Journalist
from skillweek.site.demo_classes import sample_schools


def fill(edition: Edition) -> None:
    """Two schools welcome visits; a creator's waits for an answer, a journalist's is agreed with its itinerary."""
    schools = sample_schools()[:2]
    start = (now() + timedelta(days=3)).replace(minute=0, second=0, microsecond=0)
    for number, school in enumerate(schools):
        by = people_who_answer(school)[0]
        offer = visits.open_visits(
            school, edition, actor=by, what="焊接机器人实训室、茶艺课堂，可以采访参赛学生和带教老师。（示例）",
            rules="拍摄学生请先征得同意；车间穿平底鞋。（示例）",
        )  # fmt: skip
        visitor = _creator(edition) if number == 0 else _journalist(edition)
        if not visitor.may_apply:
            continue
        account = {"platform": "bilibili", "handle": "示例账号", "followers": 12000} if number == 0 else {}
        visit = visits.ask(
            offer, visitor, client_id=uuid5(NAMESPACE_URL, f"demo-visit:{edition.slug}:{school.code}"),
            name="示例访客", phone="13900000000", starts_at=start, ends_at=start + timedelta(hours=2), people=2,
            crew="示例摄像", wishes="拍焊接实训，采访一位学生。（示例）", equipment="一台摄像机", **account,  # type: ignore[arg-type]
        )  # fmt: skip
        if number:
            visits.approve(visit, actor=by, words="欢迎，请走南门。（示例）")
            stops = [
                Stop(visit.starts_at, "南门集合", "示例老师", "登记、领访客证"),
                Stop(visit.starts_at + timedelta(minutes=20), "焊接实训室", "示例老师", "看学生训练"),
                Stop(visit.starts_at + timedelta(minutes=70), "茶艺室", "示例老师", "采访学生"),
            ]
            itinerary.arrange(visit, stops, actor=by, guide="车停南门外停车场。（示例）")


def _creator(edition: Edition) -> Visitor:
    contact = Contact(Participant.Channel.EMAIL, "creator@example.org")
    row, _new = Participant.objects.get_or_create(
        edition=edition, contact_key=contact.key(edition),
        defaults={
            "channel": contact.channel, "contact": contact.value, "masked": contact.masked, "name": "示例达人",
            "nonce": secrets.token_hex(16), "verified_at": now(),
        },
    )  # fmt: skip
    return Visitor(participant=row)


def _journalist(edition: Edition) -> Visitor:
    rows = Journalist.objects.filter(edition=edition, state=Journalist.State.ACCREDITED)
    return Visitor(journalist=rows.order_by("pk").first())
