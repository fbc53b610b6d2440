"""What the platform counted itself that day, offered to the school's report beside its figures (C1, B9).

A suggestion is never written by itself: the school takes it over with one tap, or writes what it knows better.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from skillweek.activities.models import Activity, Session
from skillweek.bookings.queries.door import visitors_on
from skillweek.core.clock import today_in
from skillweek.editions.schema import Figure
from skillweek.reports.domain.values import FIGURE
from skillweek.reports.models import DailyReport

_SESSIONS = "sessions"


def suggestions_for(report: DailyReport) -> dict[str, dict[str, Any]]:
    """Field → ``{"value": "12", "source": where the number comes from}``, for figures that the edition says are
    counted; nothing for a day to come, and nothing where nothing was counted. At most two queries.
    """
    figures = [figure for figure in report.edition.doc.report_figures if figure.counts]
    if not figures or report.day > today_in(report.edition.zone):
        return {}
    # The school's own: joint organisers report theirs by the organiser's shares (B12).
    activities = Activity.objects.filter(
        edition=report.edition_id,
        organisation=report.organisation_id,
        state=Activity.State.APPROVED,
        cancelled_at=None,
    )
    held = 0
    if any(figure.counts == _SESSIONS for figure in figures):
        held = Session.objects.filter(activity__in=activities, day=report.day, state=Session.State.PLANNED).count()
    came = visitors_on(activities, report.day) if any(figure.counts != _SESSIONS for figure in figures) else {}
    found = {}
    for figure in figures:
        if suggestion := _suggestion(figure, held, came):
            found[f"{FIGURE}{figure.code}"] = suggestion
    return found


def _suggestion(figure: Figure, held: int, came: dict[str, int]) -> dict[str, Any] | None:
    if figure.counts == _SESSIONS:
        number = held
        source = ngettext("当天安排的场次：%(number)d 场", "当天安排的场次：%(number)d 场", held) % {"number": held}
    else:
        _kind, _colon, wanted = figure.counts.partition(":")
        number = sum(people for who, people in came.items() if not wanted or who in wanted.split("+"))
        source = ngettext("当天签到：%(number)d 人", "当天签到：%(number)d 人", number) % {"number": number}
        if wanted and (others := sum(came.values()) - number):
            source += _("（另有其他对象 %(others)d 人）") % {"others": others}
    if not 0 < number <= figure.maximum:
        return None
    return {"value": str(number), "source": source}
