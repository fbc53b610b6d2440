"""What the people at the door need, and the counts of those who came (B9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from skillweek.activities.models import Activity, Session
from skillweek.bookings.models import Booking, CheckIn

#: Visitors by ticket of a class, and those of whom nobody said who they are; beside the edition's audiences.
GROUPS: Final = "groups"
UNKNOWN: Final = "unknown"


def arrived(sessions: Iterable[int]) -> dict[int, int]:
    """session id → people who came through the door; 0 for none."""
    ids = list(sessions)
    rows = CheckIn.objects.filter(session__in=ids, undone_at=None).values_list("session_id").annotate(n=Sum("people"))
    return dict.fromkeys(ids, 0) | dict(rows)


def mask_name(name: str) -> str:
    """A name as it lies on phones: 林*士, 王*; enough to find somebody who says it."""
    if len(name) < 2:
        return name
    return f"{name[0]}*" if len(name) == 2 else f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def door_state(session: Session) -> dict[str, Any]:
    """Everything the page at the door shows and keeps: who is expected, who came, walk-ins by audience.

    It holds no number and no whole name, because it stays on the phone: ``docs/developer/bookings.md``.
    """
    rows = Booking.objects.filter(session=session, state__in=Booking.LIVE).order_by("pk")
    inside = {
        row.booking_id: row
        for row in CheckIn.objects.filter(session=session, undone_at=None, booking__isnull=False).select_related("by")
    }
    walk_ins = CheckIn.objects.filter(session=session, undone_at=None, booking=None)
    by_audience = walk_ins.values_list("audience").annotate(people=Sum("people"))
    return {
        "expected": [_expected(row, inside.get(row.pk)) for row in rows],
        "walkIns": dict(by_audience),
        "arrived": arrived([session.pk])[session.pk],
    }


def _expected(row: Booking, held: CheckIn | None) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": mask_name(row.name),
        "group": row.group_name,
        "code": row.code,
        "last4": row.phone[-4:],
        "party": row.party_size,
        "number": row.number,
        "waits": row.state == Booking.State.WAITING,
        "hash": row.token_hash,
        "inside": held
        and {
            "at": held.at.isoformat(),
            "by": str(held.by) if held.by else "",
            "people": held.people,
            "client_id": str(held.client_id),
        },
    }


def visitors_on(activities: QuerySet[Activity], day: date) -> dict[str, int]:
    """Who came to these activities' sessions of the day: people by audience code, ``groups`` and ``unknown`` (B9)."""
    rows = (
        CheckIn.objects.filter(session__activity__in=activities, session__day=day, undone_at=None)
        .values_list("audience", "booking__kind")
        .annotate(people=Sum("people"))
    )
    found: dict[str, int] = {}
    for audience, kind, people in rows:
        key = audience or (GROUPS if kind == Booking.Kind.GROUP else UNKNOWN)
        found[key] = found.get(key, 0) + people
    return found


def session_totals(sessions: list[int]) -> dict[int, dict[str, int]]:
    """session id → ``booked`` (places held), ``waiting``, ``bookings``, ``arrived``; two queries."""
    live = Q(state__in=Booking.HOLDING)
    waiting = Q(state=Booking.State.WAITING)
    rows = (
        Booking.objects.filter(session__in=sessions, state__in=Booking.LIVE)
        .values("session_id")
        .annotate(
            booked=Coalesce(Sum("party_size", filter=live), 0),
            waiting=Coalesce(Sum("party_size", filter=waiting), 0),
            bookings=Count("pk"),
        )
    )
    came = arrived(sessions)
    found = {pk: {"booked": 0, "waiting": 0, "bookings": 0, "arrived": came[pk]} for pk in sessions}
    for row in rows:
        found[row["session_id"]] |= {name: row[name] for name in ("booked", "waiting", "bookings")}
    return found
