"""Sessions that collide: two at once in one room, or two at once of one organiser (B3). A warning, never a refusal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db.models import Q

from skillweek.activities.models import Activity, Session
from skillweek.editions.models import Edition

#: How long a session without an end is taken to last.
_USUAL: Final = timedelta(hours=1)
#: Collisions named for one session.
_NAMED: Final = 5


class ClashKind(StrEnum):
    """Why two sessions collide."""

    ROOM = "room"
    ORGANISER = "organiser"


@dataclass(frozen=True)
class Clash:
    """Another session at the same time. ``kind`` ROOM is the graver: both cannot be in one room."""

    kind: ClashKind
    session: Session

    @property
    def is_room(self) -> bool:
        """Whether it is the same room."""
        return self.kind == ClashKind.ROOM


def clashes_of(edition: Edition, sessions: Sequence[Session]) -> list[list[Clash]]:
    """For each of ``sessions`` (saved or not; with ``activity`` set) what it collides with, the graver first.

    One query. Drafts count only for their own organiser; slots of one activity may stand beside each other unless they
    share a room. What was called off collides with nothing.
    """
    timed = [session for session in sessions if session.starts_at is not None and _happens(session)]
    if not timed:
        return [[] for _session in sessions]
    others = list(_candidates(edition, timed))
    return [_clashes(session, others) if session in timed else [] for session in sessions]


def _candidates(edition: Edition, sessions: Iterable[Session]) -> Any:
    sessions = list(sessions)
    begin = min(session.starts_at for session in sessions if session.starts_at)
    end = max(_end(session) for session in sessions)
    organisers = {session.activity.organisation_id for session in sessions}
    places = {session.place for session in sessions if session.place and session.room}
    near = Q(activity__organisation__in=organisers)
    if places:
        handed_in = (Activity.State.SUBMITTED, Activity.State.APPROVED)
        near |= Q(place__in=places, activity__state__in=handed_in) & ~Q(room="")
    return (
        Session.objects.filter(near, activity__edition=edition, activity__cancelled_at=None)
        .filter(Q(ends_at__gt=begin) | Q(ends_at=None, starts_at__gt=begin - _USUAL), starts_at__lt=end)
        .exclude(state=Session.State.CANCELLED)
        .select_related("activity__organisation")
        .order_by("starts_at", "pk")
    )


def _clashes(session: Session, others: Iterable[Session]) -> list[Clash]:
    found = []
    for other in others:
        if (session.pk is not None and other.pk == session.pk) or not _overlap(session, other):
            continue
        if _room(session) and _room(session) == _room(other):
            found.append(Clash(ClashKind.ROOM, other))
        elif _same_organiser(session, other):
            found.append(Clash(ClashKind.ORGANISER, other))
    found.sort(key=lambda clash: not clash.is_room)
    return found[:_NAMED]


def _same_organiser(session: Session, other: Session) -> bool:
    """Of one organiser, but not of one activity: an open day has many sessions side by side on purpose."""
    same_activity = session.activity_id is not None and session.activity_id == other.activity_id
    return session.activity.organisation_id == other.activity.organisation_id and not same_activity


def _room(session: Session) -> tuple[str, str] | None:
    if session.is_online or not session.place or not session.room:
        return None
    return _folded(session.place), _folded(session.room)


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()


def _overlap(one: Session, other: Session) -> bool:
    if one.starts_at is None or other.starts_at is None:
        return False
    return one.starts_at < _end(other) and other.starts_at < _end(one)


def _end(session: Session) -> datetime:
    if session.ends_at is not None:
        return session.ends_at
    assert session.starts_at is not None
    return session.starts_at + _USUAL


def _happens(session: Session) -> bool:
    return session.state != Session.State.CANCELLED and not session.activity.is_cancelled
