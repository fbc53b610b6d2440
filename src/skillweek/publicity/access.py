"""Who may see, write, hand in and publish stories (A5, D2). The default answer is no.

As with every reviewed text (``content.access_reviewed``). The line above may also begin a school's story, from its
accepted report.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from skillweek.content.access import is_open
from skillweek.content.access_reviewed import (
    can_hand_in,
    can_publish,
    can_take_back,
    can_withdraw,
    can_write,
    rights_of,
    visible_to,
)
from skillweek.organisations.access import can_review, can_write_for
from skillweek.publicity.models import Story
from skillweek.reports.models import DailyReport

__all__ = [
    "can_compose",
    "can_hand_in",
    "can_publish",
    "can_take_back",
    "can_withdraw",
    "can_write",
    "rights_of",
    "stories_visible_to",
]


def stories_visible_to(user: Any) -> QuerySet[Story]:
    """Stories of the person's own units, and those handed in of the units they review."""
    return visible_to(user, Story)


def can_compose(user: Any, report: DailyReport) -> bool:
    """Whether the person may make a story of this accepted report: its school's filers, its reviewers."""
    if report.state != DailyReport.State.ACCEPTED or not is_open(report.edition):
        return False
    return can_write_for(user, report.organisation) or can_review(user, report.organisation)
