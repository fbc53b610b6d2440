"""What a phone at the door kept while the network was down, sent together; each entry is answered on its own (B9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from skillweek.activities.models import Session
from skillweek.bookings.domain.door import Arrival, check_in, undo_check_in
from skillweek.bookings.models import Booking, CheckIn
from skillweek.core.clock import now
from skillweek.core.errors import DomainError, NotAllowed

#: Entries of one request; a phone with more sends several.
MAX_ENTRIES: Final = 200


def record_batch(session: Session, entries: Sequence[Any], *, by: Any, sent_at: str = "") -> list[dict[str, Any]]:
    """Record the entries in their order and answer each: ``{"client_id", "status", "message", "at", "by", "people"}``.

    ``status`` is ``ok``, ``duplicate`` (that booking was let in before: by whom and when), ``undone`` or ``refused``
    with the reason; none of them is ever to be sent again. An entry is ``{"client_id", "booking", "people",
    "audience", "at"}`` or ``{"client_id", "undo": true}``. ``sent_at`` is the phone's clock when it sent, by which the
    times are put right. Raises NotAllowed, DomainError for more than ``MAX_ENTRIES``.
    """
    if len(entries) > MAX_ENTRIES:
        raise DomainError(_("一次最多上传 %(most)d 条。") % {"most": MAX_ENTRIES}, code="too_many")
    sent = _moment(sent_at)
    ahead = now() - sent if sent is not None else timedelta()
    return [_answer(session, entry, ahead, by) for entry in entries]


def _answer(session: Session, entry: Any, ahead: timedelta, by: Any) -> dict[str, Any]:
    client_id = _uuid(entry.get("client_id")) if isinstance(entry, dict) else None
    if client_id is None:
        raw = entry.get("client_id") if isinstance(entry, dict) else None
        return _refused(raw if isinstance(raw, str) else "", _("这条记录不完整，没有计入。"), "malformed")
    try:
        if entry.get("undo") is True:
            undo_check_in(session, client_id=client_id, by=by)
            return {"client_id": str(client_id), "status": "undone"}
        return _arrived(client_id, _record(session, client_id, entry, ahead, by))
    except NotAllowed:
        raise
    except DomainError as error:
        return _refused(str(client_id), error.message, error.code)


def _record(session: Session, client_id: UUID, entry: dict[str, Any], ahead: timedelta, by: Any) -> Arrival:
    booking = None
    if (wanted := entry.get("booking")) is not None:
        if not isinstance(wanted, int) or isinstance(wanted, bool) or not 0 < wanted < 2**63:
            raise DomainError(_("这条记录不完整，没有计入。"), code="malformed")
        booking = Booking.objects.filter(pk=wanted, session=session).first()
        if booking is None:
            raise DomainError(_("这一场没有这个预约，没有计入。请核对场次。"), code="other_session")
    people, audience = entry.get("people"), entry.get("audience")
    if people is not None and (not isinstance(people, int) or isinstance(people, bool)):
        raise DomainError(_("人数应是整数。"), field="people")
    moment = _moment(entry.get("at"))
    if moment is not None:
        try:
            moment += ahead
        except OverflowError:
            moment = None
    return check_in(
        session,
        client_id=client_id,
        booking=booking,
        people=people,
        audience=audience if isinstance(audience, str) else "",
        at=moment,
        by=by,
    )


def _arrived(client_id: UUID, arrival: Arrival) -> dict[str, Any]:
    row: CheckIn = arrival.check_in
    status = "duplicate" if arrival.is_duplicate else "undone" if row.undone_at else "ok"
    return {
        "client_id": str(client_id),
        "status": status,
        "at": row.at.isoformat(),
        "by": str(row.by) if row.by else "",
        "people": row.people,
        # The phone may want to take back what another one recorded.
        "recorded_as": str(row.client_id),
    }


def _refused(client_id: str, message: str, code: str) -> dict[str, Any]:
    return {"client_id": client_id[:64], "status": "refused", "message": message, "code": code}


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _moment(value: Any) -> datetime | None:
    """An aware moment, or None for anything else."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        moment = parse_datetime(value)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
