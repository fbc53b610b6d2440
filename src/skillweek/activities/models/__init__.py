"""Tables of plans and activities."""

from skillweek.activities.models.activity import (
    Activity,
    ActivityComment,
    ActivityTag,
    ActivityVersion,
    Assessment,
    Partner,
)
from skillweek.activities.models.plan import Plan, PlanComment, PlanVersion
from skillweek.activities.models.session import Session, SessionChange, SessionSeries
from skillweek.activities.models.transfer import ActivityUpload

__all__ = [
    "Activity",
    "ActivityComment",
    "ActivityTag",
    "ActivityUpload",
    "ActivityVersion",
    "Assessment",
    "Partner",
    "Plan",
    "PlanComment",
    "PlanVersion",
    "Session",
    "SessionChange",
    "SessionSeries",
]
