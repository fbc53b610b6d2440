"""One message's way out by e-mail: claimed by one worker, tried with patience, never sent again once it went out.

States: queued → sending → sent, or back to queued for a later attempt, or failed. Every step is one conditional
update, so two workers never send the same mail. A worker that dies while sending leaves the delivery in ``sending``;
after ``LEASE`` another takes it over. Whether the dead one's mail had reached the server cannot be known, so the mail
carries the same Message-ID each time and mailboxes fold the second copy.
"""

from __future__ import annotations

import logging
import smtplib
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q

from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import Conflict
from skillweek.notifications.mail import send
from skillweek.notifications.models import Delivery
from skillweek.organisations.models import User

log = logging.getLogger(__name__)

#: Longer than the mail server may keep a worker waiting (EMAIL_TIMEOUT, several commands).
LEASE: Final = timedelta(minutes=10)
#: The pause after the first, second, … failed attempt; one more failure ends it.
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 25, 125))
MAX_ATTEMPTS: Final = len(PAUSES) + 1
_PERMANENT: Final = 500
_REQUEUE_BATCH: Final = 500

State = Delivery.State
Reason = Delivery.Reason


def claim(delivery_id: int) -> Delivery | None:
    """Take a delivery that is due for this worker alone; None when it is not due, done, or another's."""
    due = Q(state__in=(State.QUEUED, State.SENDING), next_attempt_at__lte=now())
    taken = Delivery.objects.filter(due, pk=delivery_id).update(
        state=State.SENDING, attempts=F("attempts") + 1, next_attempt_at=now() + LEASE
    )
    if not taken:
        return None
    return Delivery.objects.select_related("message__recipient", "message__organisation").get(pk=delivery_id)


def deliver(delivery_id: int) -> str:
    """Send one mail if it is due; note the outcome and queue the next attempt where one makes sense.

    Returns the state afterwards, or ``""`` when there was nothing to do for this worker.
    """
    delivery = claim(delivery_id)
    if delivery is None:
        return ""
    recipient = delivery.message.recipient
    if recipient is not None and not recipient.is_active:
        return _finish(delivery, State.SKIPPED, Reason.INACTIVE)
    if delivery.attempts > MAX_ATTEMPTS:  # each earlier one died with its worker
        return _finish(delivery, State.FAILED, Reason.GAVE_UP)
    if delivery.channel != Delivery.Channel.EMAIL:
        return _finish(delivery, State.SKIPPED, Reason.NO_DRIVER)
    try:
        send(delivery)
    except (smtplib.SMTPException, OSError) as error:
        return _failed(delivery, error)
    except Exception:
        log.exception("delivery %s could not be built", delivery.pk)
        return _finish(delivery, State.FAILED, Reason.BROKEN)
    return _finish(delivery, State.SENT, sent_at=now())


def _finish(delivery: Delivery, state: str, reason: str = "", **fields: object) -> str:
    """Write the outcome unless another worker took the delivery over meanwhile."""
    mine = Delivery.objects.filter(pk=delivery.pk, state=State.SENDING, attempts=delivery.attempts)
    fields.setdefault("next_attempt_at", None)
    mine.update(state=state, reason=reason, **fields)
    log.info("delivery %s: %s %s", delivery.pk, state, reason, extra={"attempt": delivery.attempts})
    return state


def _failed(delivery: Delivery, error: Exception) -> str:
    code = _reply_code(error)
    log.warning("delivery %s failed: %s %s", delivery.pk, type(error).__name__, code)
    if code >= _PERMANENT and not isinstance(error, smtplib.SMTPAuthenticationError):
        return _finish(delivery, State.FAILED, Reason.REFUSED, reply_code=code)
    if delivery.attempts >= MAX_ATTEMPTS:
        return _finish(delivery, State.FAILED, Reason.GAVE_UP, reply_code=code)
    retry_at = now() + PAUSES[delivery.attempts - 1]
    with transaction.atomic():
        reason = Reason.BUSY if code else Reason.UNREACHABLE
        state = _finish(delivery, State.QUEUED, reason, reply_code=code, next_attempt_at=retry_at)
        from skillweek.notifications.tasks import deliver_mail

        deliver_mail.using(run_after=retry_at).enqueue(delivery.pk)
    return state


def _reply_code(error: Exception) -> int:
    """The server's answer: 4xx means later, 5xx never; 0 when there was none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
        return max(codes, default=0)
    return int(getattr(error, "smtp_code", 0) or 0)


def requeue_due() -> int:
    """Queue tasks for deliveries that are overdue: their task was lost or their worker died. Returns how many."""
    overdue = now() - timedelta(minutes=1)
    rows = Delivery.objects.filter(state__in=(State.QUEUED, State.SENDING), next_attempt_at__lt=overdue)
    ids = list(rows.order_by("next_attempt_at").values_list("pk", flat=True)[:_REQUEUE_BATCH])
    from skillweek.notifications.tasks import deliver_mail

    for delivery_id in ids:
        deliver_mail.enqueue(delivery_id)
    return len(ids)


@transaction.atomic
def retry_delivery(delivery: Delivery, *, by: User) -> Delivery:
    """Begin again with a failed delivery, to the person's present address.

    Raises Conflict when it is under way or already sent: nothing is mailed twice.
    """
    fresh = Delivery.objects.select_for_update(of=("self",)).select_related("message__recipient").get(pk=delivery.pk)
    recipient = fresh.message.recipient
    address = (recipient.email if recipient else fresh.address) or ""
    if fresh.state not in (State.FAILED, State.SKIPPED):
        raise Conflict(str(_already()))
    if not address:
        raise Conflict(str(Reason.NO_ADDRESS.label))
    fresh.state, fresh.reason, fresh.attempts, fresh.reply_code = State.QUEUED, "", 0, 0
    fresh.address, fresh.next_attempt_at = address, now()
    fresh.save()
    audit.record("delivery.retry", fresh, actor=by, organisation_id=fresh.message.organisation_id)
    from skillweek.notifications.tasks import deliver_mail

    deliver_mail.enqueue(fresh.pk)
    return fresh


def _already() -> str:
    from django.utils.translation import gettext

    return gettext("这封邮件已经发出或正在发送，不用再发。")
