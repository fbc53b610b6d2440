"""What a visitor's pages show: place in line, queue numbers, other sessions, lost bookings (B8, B10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Max, Q, Sum

from skillweek.activities.models import Activity, Session
from skillweek.bookings.models import Booking, CheckIn
from skillweek.bookings.queries.places import OPEN, State, booking_states, public_sessions
from skillweek.bookings.tokens import person_key
from skillweek.core.clock import now
from skillweek.editions.models import Edition

_SUGGESTIONS: Final = 5
_LOOKED_AT: Final = 60


def position(booking: Booking) -> int:
    """The booking's place on the waiting list, from 1."""
    before = Booking.objects.filter(session=booking.session_id, state=Booking.State.WAITING, pk__lt=booking.pk)
    return before.count() + 1


def present_number(session: Session) -> int | None:
    """The queue number that was let in last, today, over all slots of the series; None before the first (B10)."""
    inside = CheckIn.objects.filter(undone_at=None, booking__number__isnull=False)
    if session.series_id is not None:
        inside = inside.filter(session__series=session.series_id, session__day=session.day)
    else:
        inside = inside.filter(session=session)
    number: int | None = inside.aggregate(number=Max("booking__number"))["number"]
    return number


def people_ahead(booking: Booking) -> int | None:
    """How many bookings with a lower number are still to be let in that day; None without a number (B10)."""
    if booking.number is None:
        return None
    session = booking.session
    line = Q(session=session)
    if session.series_id is not None:
        line = Q(session__series=session.series_id, session__day=session.day)
    ahead = Booking.objects.filter(line, state=Booking.State.CONFIRMED, number__lt=booking.number)
    return ahead.exclude(check_in__undone_at=None, check_in__isnull=False).count()


def suggestions(session: Session, today: date) -> list[tuple[Session, State]]:
    """Up to five other sessions with free places: of this activity first, then of the same organiser, then nearby."""
    coming = public_sessions(today).filter(
        activity__edition=session.activity.edition_id, starts_at__gt=now(), state=Session.State.PLANNED
    )
    coming = coming.exclude(booking=Session.Booking.NONE).exclude(pk=session.pk).order_by("starts_at", "pk")
    found: dict[int, tuple[Session, State]] = {}
    others: set[int] = set()  # one session of each other activity is enough
    for wanted in (
        Q(activity=session.activity_id),
        Q(activity__organisation=session.activity.organisation_id),
        Q(district=session.district) if session.district else Q(pk__in=[]),
    ):
        rows = list(coming.filter(wanted).exclude(pk__in=found)[:_LOOKED_AT])
        states = booking_states(rows)
        for row in rows:
            if states[row.pk].code == OPEN and len(found) < _SUGGESTIONS and row.activity_id not in others:
                found[row.pk] = (row, states[row.pk])
                others |= {row.activity_id} - {session.activity_id}
        if len(found) >= _SUGGESTIONS:
            break
    return list(found.values())


@dataclass(frozen=True)
class Slot:
    """One slot of the grid."""

    session: Session
    state: State


@dataclass(frozen=True)
class SlotHour:
    """The slots of a place that begin within one hour, in order of time."""

    hour: datetime
    slots: list[Slot]


def slot_days(activity: Activity) -> list[tuple[date, int]]:
    """The days on which the activity has sessions to book, with their number; in order."""
    rows = activity.sessions.exclude(booking=Session.Booking.NONE).filter(day__isnull=False)
    return list(rows.values_list("day").annotate(count=Count("pk")).order_by("day"))


def slots_of(activity: Activity, day: date, zone: object) -> list[tuple[str, list[SlotHour]]]:
    """The day's slots by place and hour: ``[(place, [hour, …]), …]``; a constant number of queries (B10)."""
    rows = activity.sessions.filter(day=day).exclude(booking=Session.Booking.NONE)
    sessions = list(rows.select_related("activity__edition").order_by("place", "room", "starts_at", "pk"))
    states = booking_states(sessions)
    places: dict[str, dict[datetime, list[Slot]]] = {}
    for session in sessions:
        if session.starts_at is None:
            continue
        session.starts_at = session.starts_at.astimezone(zone)  # type: ignore[arg-type]
        hour = session.starts_at.replace(minute=0, second=0, microsecond=0)
        place = " ".join(part for part in (session.place, session.room) if part)
        places.setdefault(place, {}).setdefault(hour, []).append(Slot(session, states[session.pk]))
    return [(place, [SlotHour(hour, slots) for hour, slots in hours.items()]) for place, hours in places.items()]


def lost_bookings(name: str, contact: str) -> list[int]:
    """Ids of living bookings in open editions made under this name with this phone number or address; 20 at most."""
    found: list[int] = []
    wanted = "".join(name.split()).lower()
    since = now() - timedelta(days=2)
    for edition in Edition.objects.filter(state=Edition.State.OPEN):
        key = person_key(edition.pk, contact)
        rows = Booking.objects.filter(
            Q(phone_key=key) | Q(email_key=key), state__in=Booking.LIVE, session__activity__edition=edition
        ).filter(Q(session__ends_at=None) | Q(session__ends_at__gt=since))
        found += [pk for pk, held in rows.values_list("pk", "name") if "".join(held.split()).lower() == wanted]
    return found[:20]


def counts(sessions: list[int]) -> dict[int, dict[str, int]]:
    """session id → ``confirmed``, ``offered``, ``waiting`` people and ``bookings``; for the organiser's lists."""
    rows = (
        Booking.objects.filter(session__in=sessions, state__in=Booking.LIVE)
        .values("session_id", "state")
        .annotate(people=Sum("party_size"), bookings=Count("pk"))
    )
    found = {pk: {"confirmed": 0, "offered": 0, "waiting": 0, "bookings": 0} for pk in sessions}
    for row in rows:
        found[row["session_id"]][row["state"]] = row["people"]
        found[row["session_id"]]["bookings"] += row["bookings"]
    return found
