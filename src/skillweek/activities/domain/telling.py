"""Telling people what became of a plan or an activity under review (B3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from skillweek.activities.domain.common import deciders_for, submitters_of, writers_of
from skillweek.activities.models import Activity, Plan
from skillweek.notifications.domain import notify
from skillweek.organisations.models import User


def tell_deciders(thing: Activity | Plan, by: Any, kind: str, *, note: str = "", late: str = "") -> None:
    """Tell the nearest people above who decide, not the one who acts."""
    people = [person for person in deciders_for(thing.organisation) if person.pk != getattr(by, "pk", None)]
    _tell(people, thing, by, kind, note, late)


def tell_writers(thing: Activity | Plan, by: Any, kind: str, *, note: str = "") -> None:
    """Tell the organiser's people, not the one who acts."""
    people = [person for person in writers_of(thing.organisation) if person.pk != getattr(by, "pk", None)]
    _tell(people, thing, by, kind, note, "")


def tell_submitters(thing: Activity | Plan, by: Any, kind: str) -> int:
    """Tell the organiser's liaisons and managers. Returns how many were told for the first time in this version."""
    return _tell(submitters_of(thing.organisation), thing, by, kind, "", "")


def _tell(people: Iterable[User], thing: Activity | Plan, by: Any, kind: str, note: str, late: str) -> int:
    name = "plan" if isinstance(thing, Plan) else "activity"
    made = notify(
        people,
        kind=kind,
        context={
            name: str(thing),
            "school": str(thing.organisation),
            "who": str(by) if by is not None else "",
            "note": note,
            "late": late,
        },
        url=reverse("activities:plan_open" if name == "plan" else "activities:activity", args=[thing.pk]),
        dedupe_key=f"{kind}:{thing.pk}:{thing.version}",
        organisation=thing.organisation,
    )
    return len(made)
