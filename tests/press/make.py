"""Real coverage for tests of the register."""

from __future__ import annotations

from typing import Any

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.press.domain.following import follow_report
from skillweek.press.domain.register import register
from skillweek.press.models import Coverage
from skillweek.reports.models import DailyReport, ReportItem

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
