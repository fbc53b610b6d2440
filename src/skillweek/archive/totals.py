"""What an edition adds up to: written into its archive and compared after an import (A8, C13)."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Sum

from skillweek.activities.models import Activity, Session
from skillweek.activities.queries.public import public_activities
from skillweek.bookings.models import Booking, CheckIn, Feedback
from skillweek.content.models import Page
from skillweek.editions.models import Edition
from skillweek.notices.models import Notice
from skillweek.organisations.models import Organisation
from skillweek.publicity.models import Story
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.statistics.queries.rollup import rollup
from skillweek.summaries.models import Summary
from skillweek.uploads.models import StoredFile


def totals_of(edition: Edition) -> dict[str, Any]:
    """Counts and sums of one edition as JSON, all by the database: the same numbers here and after an import."""
    activities = Activity.objects.filter(edition=edition)
    reports = DailyReport.objects.filter(edition=edition)
    live = ReportItem.objects.filter(report__edition=edition, removed_at=None)
    bookings = Booking.objects.filter(session__activity__edition=edition)
    came = CheckIn.objects.filter(session__activity__edition=edition, undone_at=None)
    files = StoredFile.objects.filter(edition=edition, guest_key="")
    return {
        "activities": _by(activities, "state"),
        "activities_public": public_activities(edition).count(),
        "sessions": _by(Session.objects.filter(activity__edition=edition), "state"),
        "bookings": _by(bookings, "state"),
        "booked_people": bookings.filter(state__in=Booking.HOLDING).aggregate(n=Sum("party_size"))["n"] or 0,
        "visitors": came.aggregate(n=Sum("people"))["n"] or 0,
        "feedback": Feedback.objects.filter(session__activity__edition=edition).count(),
        "reports": _by(reports, "state"),
        "reports_late": reports.filter(is_late=True).count(),
        "items": _by(live, "kind"),
        "items_accepted": _by(live.filter(report__state=DailyReport.State.ACCEPTED), "kind"),
        "highlights": live.filter(is_highlight=True).count(),
        "notices": _by(Notice.objects.filter(edition=edition), "state"),
        "pages": _by(Page.objects.filter(edition=edition), "state"),
        "stories": _by(Story.objects.filter(edition=edition), "state"),
        "summaries": _by(Summary.objects.filter(edition=edition), "state"),
        "files": files.count(),
        "bytes": files.aggregate(n=Sum("size"))["n"] or 0,
        "statistics": _statistics(edition),
    }


def _statistics(edition: Edition) -> dict[str, Any]:
    """The roll-up of the whole tree; its root is the host, whatever its code is."""
    root = Organisation.objects.filter(depth=1).first()
    if root is None:
        return {}
    rolled = rollup(edition, root, group="district")
    return {
        "total": dict(sorted(rolled.total.items())),
        "accepted": dict(sorted(rolled.accepted.items())),
        "forms_accepted": rolled.accepted_forms,
        "forms_submitted": rolled.submitted_forms,
        "schools": rolled.schools,
    }


def _by(query: Any, column: str) -> dict[str, int]:
    rows = query.order_by().values_list(column).annotate(n=Count("pk"))
    return {str(value): number for value, number in sorted(rows) if number}


def differences(said: dict[str, Any], found: dict[str, Any], path: str = "") -> list[str]:
    """Where two totals differ, as ``reports.accepted: 12 → 11``."""
    result = []
    for key in sorted(said.keys() | found.keys(), key=str):
        here, there = said.get(key), found.get(key)
        name = f"{path}{key}"
        if isinstance(here, dict) and isinstance(there, dict):
            result += differences(here, there, f"{name}.")
        elif here != there:
            result.append(f"{name}: {here} → {there}")
    return result
