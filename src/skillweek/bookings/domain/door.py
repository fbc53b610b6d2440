"""Checking people in at the door, also from a phone that was offline (B9). What is kept and audited: ADR 0125."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from skillweek.activities.models import Activity, Session
from skillweek.bookings.access import can_manage_bookings
from skillweek.bookings.domain.seats import fresh_session, locked_booking, must_be_open
from skillweek.bookings.domain.waiting import confirm_offer
from skillweek.bookings.models import Booking, CheckIn
from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.models import Edition

_S = Booking.State
#: People let in by one tap or ticket; a class is the largest there is.
MAX_PEOPLE: Final = 1000
#: The door opens so long before the session, or with its day when that is earlier.
_OPENS_BEFORE: Final = timedelta(hours=4)
#: An arrival is not dated later than so long after the end.
_CLOSES_AFTER: Final = timedelta(hours=6)


@dataclass(frozen=True)
class Arrival:
    """What became of one check-in. ``is_duplicate``: this booking was let in before, by ``check_in``; nothing new."""

    check_in: CheckIn
    is_duplicate: bool = False


def check_in(
    session: Session,
    *,
    client_id: UUID,
    booking: Booking | None = None,
    people: int | None = None,
    audience: str = "",
    at: datetime | None = None,
    by: Any,
) -> Arrival:
    """Let people in: with a booking, or as walk-ins without one (B9).

    The same ``client_id`` again returns what it made; a booking counts once however many phones send it. ``people`` is
    the booking's party when not given. ``at`` is kept between the opening of the door and now. Raises NotAllowed,
    Conflict for a booking or session that cannot be let in, DomainError for an impossible number.
    """
    for _attempt in range(3):
        try:
            with transaction.atomic():
                return _check_in(session, client_id, booking, people, audience, at, by)
        except IntegrityError:
            # The same number came twice at once: the second look finds it.
            continue
    raise Conflict(_("同时有别的手机在登记，没有完成。请再试一次。"))


def _check_in(
    session: Session,
    client_id: UUID,
    booking: Booking | None,
    people: int | None,
    audience: str,
    at: datetime | None,
    by: Any,
) -> Arrival:
    if not can_manage_bookings(by, session):
        raise NotAllowed(_("只有活动的承办单位和联合举办单位可以签到。"))
    row = None
    if booking is not None:
        if booking.session_id != session.pk:
            raise Conflict(_("这张票是另一场的，请核对场次。"), code="other_session")
        row, _seats = locked_booking(booking)
    session = fresh_session(session.pk)
    if earlier := CheckIn.objects.filter(client_id=client_id).select_related("by").first():
        if earlier.session_id != session.pk:
            raise Conflict(_("这条记录已经用在另一场，没有计入。"), code="used_id")
        return Arrival(earlier)
    _refuse_closed_door(session)
    if row is not None:
        held = CheckIn.objects.filter(booking=row).select_related("by").first()
        if held is not None and held.undone_at is None:
            return Arrival(held, is_duplicate=True)
        if held is not None:
            # It was taken back before; that row stays as a trace, but lets the booking go.
            held.booking = None
            held.save(update_fields=["booking"])
        row = _let_in(row)
        people = row.party_size if people is None else people
    people = 1 if people is None else people
    if not 1 <= people <= MAX_PEOPLE:
        raise DomainError(_("人数应在 1 到 %(most)d 之间。") % {"most": MAX_PEOPLE}, field="people")
    known = {entry.code for entry in session.activity.edition.doc.audiences}
    made = CheckIn.objects.create(
        session=session,
        booking=row,
        client_id=client_id,
        people=people,
        audience=audience if audience in known else "",
        at=_within(session, at),
        by=by,
    )
    return Arrival(made)


def _refuse_closed_door(session: Session) -> None:
    activity = session.activity
    if activity.is_cancelled or session.state == Session.State.CANCELLED:
        raise Conflict(_("这一场已经取消，不能签到。"), code="cancelled")
    if activity.state != Activity.State.APPROVED:
        raise Conflict(_("活动还没有审核通过，不能签到。"), code="not_public")
    if activity.edition.state != Edition.State.OPEN:
        raise Conflict(_("本届活动周已归档，不能再签到。"), code="closed")
    if (opens := door_opens(session)) is not None and now() < opens:
        raise Conflict(_("还没有到签到时间，活动当天才能签到。"), code="too_early")


def _let_in(row: Booking) -> Booking:
    """The booking, confirmed; raises Conflict with the way out for one that holds no place."""
    if row.state == _S.OFFERED:
        # Whoever stands at the door takes the place that is kept for them.
        session = row.session
        row = confirm_offer(row)
        row.session = session
    if row.state == _S.WAITING:
        raise Conflict(_("还在候补，没有名额。场地坐得下时，可以按现场参加登记。"), code="waiting")
    if row.state != _S.CONFIRMED:
        raise Conflict(_("这个预约已经取消或过期。已经入场的，请按现场参加登记。"), code="not_live")
    return row


def door_opens(session: Session) -> datetime | None:
    """From when on people are let in: the session's day, or some hours before a start soon after midnight."""
    if session.starts_at is None:
        return None
    midnight = session.starts_at.astimezone(ZoneInfo(session.activity.edition.zone)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    return min(midnight, session.starts_at - _OPENS_BEFORE)


def _within(session: Session, at: datetime | None) -> datetime:
    """When it happened, as far as that can be: phones' clocks are wrong now and then."""
    latest = now()
    moment = at or latest
    end = session.ends_at or session.starts_at
    if end is not None:
        latest = min(latest, end + _CLOSES_AFTER)
    if (opens := door_opens(session)) is not None:
        moment = max(moment, opens)
    return min(moment, latest)


@transaction.atomic
def undo_check_in(session: Session, *, client_id: UUID, by: Any) -> CheckIn | None:
    """Take back what ``client_id`` recorded; the count ignores it from now on. Safe to repeat.

    None when nothing was recorded under it. Raises NotAllowed.
    """
    if not can_manage_bookings(by, session):
        raise NotAllowed(_("只有活动的承办单位和联合举办单位可以撤销签到。"))
    row = CheckIn.objects.select_for_update().filter(session=session, client_id=client_id).first()
    if row is None or row.undone_at is not None:
        return row
    must_be_open(fresh_session(session.pk))
    row.undone_at = now()
    row.save(update_fields=["undone_at"])
    organisation_id = session.activity.organisation_id
    data = {"people": row.people, "booking": row.booking_id}
    audit.record("booking.undo_check_in", row, actor=by, organisation_id=organisation_id, data=data)
    return row
