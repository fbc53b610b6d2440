"""What this room does when a session changes: visitors are told, and nobody's place is taken away unseen (A3, B8)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from skillweek.activities.models import Session, SessionChange
from skillweek.bookings.domain.cancelling import cancel_all
from skillweek.bookings.domain.seats import locked_seats
from skillweek.bookings.domain.waiting import LAST_CALL, release_places
from skillweek.bookings.models import Booking
from skillweek.bookings.tasks import tell_session_change
from skillweek.core.clock import now

_S = Booking.State


def session_moved(*, session: Session, change: SessionChange, actor: Any = None, **_more: Any) -> None:
    """Receiver of ``session_changed``: tell everyone who booked what was and what is now; end bookings of a session
    that does not take place. The mails are made by a task that is queued in the verb's transaction.
    """
    living = Booking.objects.filter(session=session, state__in=Booking.LIVE)
    if change.kind == SessionChange.Kind.CANCELLED:
        ids = list(living.values_list("pk", flat=True))
        cancel_all(session, actor=actor)
        if ids:
            tell_session_change.enqueue(change.pk)
        return
    if change.old.get("starts_at") != change.new.get("starts_at"):
        living.update(reminded_at=None)
        _shorten_offers(session)
    tell_session_change.enqueue(change.pk)
    release_places(session)


def _shorten_offers(session: Session) -> None:
    """An offer never lasts beyond the session's new time; whoever has no time left is asked for at least a while."""
    if session.starts_at is None:
        return
    latest = max(session.starts_at - LAST_CALL, now())
    offers = Booking.objects.filter(session=session, state=_S.OFFERED, offer_expires_at__gt=latest)
    offers.update(offer_expires_at=latest)


def session_shrinks(*, session: Session, capacity: int | None, **more: Any) -> str | None:
    """Receiver of ``session_shrinking``: a sentence when booked places would be lost, else None.

    The seats stay locked until the verb ends, so nobody books in between.
    """
    seats = locked_seats(session.pk)
    if capacity is None:
        if Booking.objects.filter(session=session).exists():
            return _("这一场已经有人预约，不能删除。不举行了请用“取消场次”，系统会通知每一位预约人。")
        return None
    if seats.taken > capacity:
        text = ngettext(
            "已经约出 %(taken)d 个名额，名额不能少于这个数。请先与预约人协商取消。",
            "已经约出 %(taken)d 个名额，名额不能少于这个数。请先与预约人协商取消。",
            seats.taken,
        )
        return text % {"taken": seats.taken}
    return None


def booked_people(session_ids: Iterable[int]) -> int:
    """How many people hold a place in these sessions or wait for one: those who are told of a change (A3)."""
    living = Booking.objects.filter(session__in=list(session_ids), state__in=Booking.LIVE)
    return living.aggregate(people=Sum("party_size"))["people"] or 0
