"""Real rows for the tests of statistics: activities, people at the door, reports with material."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from skillweek.activities.models import Activity, ActivityTag, Partner, Session
from skillweek.bookings.models import CheckIn
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.press.domain.following import follow_report
from skillweek.reports.models import DailyReport, ReportItem


def activity(
    edition: Edition, organisation: Organisation, *, tags: dict[str, list[str]] | None = None,
    days: tuple[int, ...] = (), partners: tuple[str, ...] = (), **fields: Any,
) -> Activity:  # fmt: skip
    """An approved activity with ``tags`` (list → codes), sessions on ``days`` (0 is the first), and partners."""
    fields.setdefault("title", "茶艺体验")
    fields.setdefault("state", Activity.State.APPROVED)
    made: Activity = Activity.objects.create(edition=edition, organisation=organisation, **fields)
    for group, codes in (tags or {}).items():
        ActivityTag.objects.bulk_create([ActivityTag(activity=made, group=group, code=code) for code in codes])
    for number in days:
        session(made, number)
    for name in partners:
        Partner.objects.create(activity=made, name=name, state=Partner.State.ACCEPTED)
    return made


def session(of: Activity, number: int, people: int = 0, **fields: Any) -> Session:
    """A session on the edition's day ``number`` (0 is the first), to which ``people`` came."""
    day = of.edition.starts_on + timedelta(days=number)
    start = datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo(of.edition.zone))
    made = Session(activity=of, starts_at=start, ends_at=start + timedelta(hours=1), place="实训楼", **fields)
    made.set_day()
    made.save()
    if people:
        CheckIn.objects.create(session=made, client_id=uuid.uuid4(), people=people, at=now())
    return made


def report(
    edition: Edition, organisation: Organisation, number: int, *, state: str = DailyReport.State.ACCEPTED,
    figures: dict[str, int] | None = None, items: tuple[tuple[str, dict[str, Any]], ...] = (),
) -> DailyReport:  # fmt: skip
    """The report about the edition's day ``number`` with ``figures`` and ``items`` (kind, fields)."""
    day: date = edition.starts_on + timedelta(days=number)
    made = DailyReport.objects.create(
        edition=edition, organisation=organisation, day=day, state=state, figures=figures or {}
    )
    for kind, fields in items:
        ReportItem.objects.create(report=made, kind=kind, **{"title": "材料", **fields})
    follow_report(made)  # as the signal of a real submission does
    return made
