"""Real coverage for tests of the register."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, User
from skillweek.press.domain.following import follow_report
from skillweek.press.domain.register import register
from skillweek.press.models import Coverage, Journalist, Lead, SchoolVisit
from skillweek.reports.models import DailyReport, ReportItem
from tests import factories

_numbers = itertools.count(1)
FIELDS = {"title": "一杯茶里的工匠心：职教周走进茶艺实训室", "outlet": "示例日报", "level": "municipal"}


def coverage(edition: Edition, home: Organisation, **values: Any) -> Coverage:
    """A row entered by the system for ``home``."""
    given = {**FIELDS, "published_on": edition.days[0], **values}
    return register(edition, home, actor=None, **given)


def report(edition: Edition, school: Organisation, number: int = 0, **fields: Any) -> DailyReport:
    """A report that waits for review, with one piece of coverage, registered."""
    made = DailyReport.objects.create(
        edition=edition, organisation=school, day=edition.days[number], state=fields.pop("state", "submitted")
    )
    item(made, **fields)
    follow_report(made)
    return made


def item(of: DailyReport, **fields: Any) -> ReportItem:
    """One piece of coverage in a report."""
    return ReportItem.objects.create(
        report=of, kind=ReportItem.Kind.COVERAGE, **{**FIELDS, "published_on": of.day, **fields}
    )


def journalist(edition: Edition, *, state: str = Journalist.State.ACCREDITED, **fields: Any) -> Journalist:
    """Somebody of the press with an account, accredited."""
    number = next(_numbers)
    values = {"name": f"示例记者{number}", "outlet": "示例日报", "email": f"press{number}@example.org", **fields}
    user = values.pop("user", None) or User.objects.create_user(email=values["email"], name=values["name"])
    return Journalist.objects.create(edition=edition, user=user, state=state, phone="13800138000", **values)


def accredit(user: User, edition: Edition | None = None) -> Journalist:
    """Make this account a journalist of the edition."""
    return journalist(edition or factories.edition(), user=user, email=user.email or "")


def lead(edition: Edition, organisation: Organisation, **fields: Any) -> Lead:
    """An offered lead."""
    values = {
        "title": "茶艺班与社区老人共学", "what": "看老人和学生一起学茶。", "day": edition.days[0], "place": "茶艺室",
        "contact_name": "陈老师", "contact_phone": "0592-1234567", "topic": "people", "state": Lead.State.OFFERED,
        "offered_at": now(), **fields,
    }  # fmt: skip
    return Lead.objects.create(edition=edition, organisation=organisation, **values)


def visit(edition: Edition, organisation: Organisation, **fields: Any) -> SchoolVisit:
    """An agreed visit in two days."""
    start = now() + timedelta(days=2)
    values = {
        "starts_at": start, "ends_at": start + timedelta(hours=2), "name": "示例记者", "phone": "13800138000",
        "state": SchoolVisit.State.APPROVED, "people": 2, **fields,
    }  # fmt: skip
    return SchoolVisit.objects.create(edition=edition, organisation=organisation, **values)
