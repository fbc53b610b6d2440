"""What was changed about an activity's sessions, in words, for the workspace and the public page (A3)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from skillweek.activities.models import Activity, Session, SessionChange
from skillweek.activities.queries.public import public_activities
from skillweek.activities.session_words import Difference, differences, facts_of, place_words, time_words
from skillweek.core.clock import now
from skillweek.notices.models import Notice

#: Changes shown on one page.
_SHOWN: Final = 100


@dataclass(frozen=True)
class ChangeLine:
    """One change: what it was, what it became, why, by which supplement."""

    change: SessionChange
    session: Session
    rows: list[Difference]

    @property
    def label(self) -> str:
        """The kind in words."""
        return str(self.change.get_kind_display())


@dataclass(frozen=True)
class SessionLine:
    """One session in words, and whether it can still be changed."""

    session: Session
    time: str
    place: str

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        end = self.session.ends_at or self.session.starts_at
        return end is not None and end <= now()


def changes_of(activity: Activity, session: Session | None = None) -> list[ChangeLine]:
    """The newest changes first; two queries."""
    rows = SessionChange.objects.filter(session__activity=activity).select_related("session", "notice", "actor")
    if session is not None:
        rows = rows.filter(session=session)
    zone = activity.edition.zone
    return [ChangeLine(row, row.session, differences(row, zone)) for row in rows[:_SHOWN]]


def settled_by(notice: Notice) -> list[ChangeLine]:
    """What a supplement settled, in the order of the activities; only what strangers see."""
    if notice.kind != Notice.Kind.SUPPLEMENT:
        return []
    rows = SessionChange.objects.filter(
        notice=notice, session__activity__in=public_activities(notice.edition)
    ).select_related("session__activity")
    zone = notice.edition.zone
    ordered = rows.order_by("session__activity", "session", "pk")[:_SHOWN]
    return [ChangeLine(row, row.session, differences(row, zone)) for row in ordered]


def session_lines(activity: Activity, only: Collection[int] | None = None) -> list[SessionLine]:
    """The activity's sessions in order, all or those with the numbers ``only``."""
    zone = activity.edition.zone
    lines = []
    for session in activity.sessions.all():
        if only is not None and session.pk not in only:
            continue
        session.activity = activity
        facts: dict[str, Any] = facts_of(session)
        lines.append(SessionLine(session, time_words(facts, zone), place_words(facts)))
    return lines
