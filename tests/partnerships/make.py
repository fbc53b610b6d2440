"""Enterprises, needs and meetings for tests; made by the room's own verbs where it matters."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time
from typing import Any

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, User
from skillweek.partnerships.domain import applying, meetings
from skillweek.partnerships.domain.enterprises import host
from skillweek.partnerships.domain.meetings import Times
from skillweek.partnerships.models import Enterprise, Meeting, Need, NeedField, Party
from skillweek.partnerships.rules.uscc import check_letter
from tests import factories

_numbers = itertools.count(1)
DAY = date(2023, 5, 15)
UNTIL = datetime(2023, 5, 12, 10, 0, tzinfo=UTC)


def credit_code(number: int) -> str:
    """A code with a right check digit that belongs to nobody."""
    first = f"91350200MA{number:07d}"
    return first + check_letter(first)


def enterprise(
    edition: Edition, *, home: Organisation | None = None, user: User | None = None, **more: Any
) -> Enterprise:
    """A verified enterprise with its account."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "name": f"示例机电{number}有限公司",
        "credit_code": credit_code(number),
        "industry": "manufacturing",
        "scale": "small",
        "contact_name": "林经理",
        "phone": f"139{number:08d}",
        "email": f"firm{number}@example.org",
        "state": "verified",
        "nonce": "",
        **more,
    }
    account = user or factories.person(email=values["email"], name=values["contact_name"])
    if values["state"] == "unconfirmed":
        account = None
    return Enterprise.objects.create(edition=edition, home=home or host(), user=account, **values)


def need(owner: Enterprise, *fields: str, **more: Any) -> Need:
    """A public position."""
    values: dict[str, Any] = {
        "title": "机电设备维修工", "kind": "position", "text": "会看电气图。", "number": 5, "state": "public", **more,
    }  # fmt: skip
    row = Need.objects.create(edition=owner.edition, enterprise=owner, **values)
    NeedField.objects.bulk_create([NeedField(need=row, code=code) for code in fields or ("460301",)])
    return row


def meeting(edition: Edition, organisation: Organisation, actor: User, **more: Any) -> Meeting:
    """An announced meeting of three slots and three tables."""
    values: dict[str, Any] = {
        "title": "智能制造对接会", "about": "", "guests": "schools", "mode": "wishes", "day": DAY, "place": "会展中心",
        "apply_until": UNTIL, "seats": 1, "most_wishes": 5, "most_talks": 3, "asks_consent": True,
        "times": Times(time(9), 20, 5, 3), "tables": [("201", "1 号桌"), ("201", "2 号桌"), ("202", "1 号桌")], **more,
    }  # fmt: skip
    row = Meeting(edition=edition, organisation=organisation)
    row = meetings.save_meeting(row, actor=actor, **values)
    return meetings.announce(row, actor=actor)


def seat(row: Meeting, owner: Enterprise, actor: User) -> Party:
    """The enterprise applied and has a table."""
    party = applying.apply_enterprise(row, owner, actor=owner.user)
    return applying.accept(party, actor=actor)


def talks(edition: Edition, organisation: Organisation, actor: User, **more: Any) -> Meeting:
    """Talks of people with enterprises, first come first served."""
    return meeting(edition, organisation, actor, guests="people", mode="direct", **{"title": "学生企业面对面", **more})
