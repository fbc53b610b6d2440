"""The verbs of activities, named in the users' words."""

from skillweek.activities.domain.activities import (
    create_activity,
    delete_draft,
    restore_draft,
    save_activity,
)
from skillweek.activities.domain.plans import (
    approve_plan,
    open_plan,
    return_plan,
    save_plan,
    submit_plan,
    withdraw_plan,
)
from skillweek.activities.domain.publishing import publish_due, put_back, withdraw_activity
from skillweek.activities.domain.review import approve_activity, reopen_activity, return_activity
from skillweek.activities.domain.series import make_series, remove_series, slots_of
from skillweek.activities.domain.sessions import remove_session, save_session
from skillweek.activities.domain.submitting import submit_activity, withdraw_submission

__all__ = [
    "approve_activity",
    "approve_plan",
    "create_activity",
    "delete_draft",
    "make_series",
    "open_plan",
    "publish_due",
    "put_back",
    "remove_series",
    "remove_session",
    "reopen_activity",
    "restore_draft",
    "return_activity",
    "return_plan",
    "save_activity",
    "save_plan",
    "save_session",
    "slots_of",
    "submit_activity",
    "submit_plan",
    "withdraw_activity",
    "withdraw_plan",
    "withdraw_submission",
]
